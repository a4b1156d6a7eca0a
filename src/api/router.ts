import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { AppError, asAppError } from "../errors";
import { readId } from "../hooks/fields";
import { isoInJakarta } from "../clock";
import { describeCause } from "../log";
import { languageOf, problem, sendProblem } from "../problem";
import { listAudit } from "../store/audit";
import { text, type Text } from "../text";
import { accountFakturRoutes } from "./account-fakturs";
import { accountRoutes } from "./accounts";
import { BEHALF_HEADER, onBehalf } from "./behalf";
import { auditQuery, nothing } from "./bodies";
import { caseRoutes } from "./cases";
import { coretaxRoutes } from "./coretax";
import type { ApiDeps } from "./deps";
import { fakturRoutes, invoiceRoutes, roleTooLow } from "./documents";
import { faultsOf } from "./faults";
import { kursRoutes } from "./kurs";
import { moveRoutes } from "./moves";
import { openApi } from "./openapi";
import { opsRoutes } from "./ops";
import { portalRoutes } from "./portals";
import { withFile } from "./receive-file";
import { reconcileRoutes } from "./reconcile";
import { json, route, type Call, type Reply, type Route } from "./route";
import { reportRoutes } from "./reports";
import { mayDo } from "./roles";
import { checkReach, withinScope } from "./scope";
import { sellerRoutes } from "./sellers";
import { HTTP_STATUS } from "./status";
import { transferRoutes } from "./transfers";
import { callerOf, type Caller } from "./tokens";

/** A certificate is the largest thing that is sent. */
const BODY_LIMIT = "512kb";

/** Every call of the API, a literal list; the OpenAPI document is made from the same. */
export const apiRoutes = (d: ApiDeps): readonly Route[] => [
  ...sellerRoutes(d),
  ...portalRoutes(d),
  ...accountRoutes(d),
  ...accountFakturRoutes(d),
  ...invoiceRoutes(d),
  ...fakturRoutes(d),
  ...caseRoutes(d),
  ...opsRoutes(d),
  ...kursRoutes(d),
  ...coretaxRoutes(d),
  ...reconcileRoutes(d),
  ...transferRoutes(d),
  ...moveRoutes(d),
  ...reportRoutes(d),
  auditRoute(d),
];

const auditRoute = (d: ApiDeps): Route =>
  route({
    method: "get",
    path: "/audit",
    action: "read",
    summary: "Who did what, when and why, oldest first",
    answer: "AuditPage",
    body: nothing,
    query: auditQuery,
    async handle({ query }) {
      const entries = await listAudit(d.db.knex, Number(query.cursor ?? 0), query.limit + 1, query.subject);
      const items = entries
        .slice(0, query.limit)
        .map((entry) => ({ ...entry, at: isoInJakarta(new Date(entry.at)) }));
      const more = entries.length > query.limit;
      return json({ items, nextCursor: more ? String(items.at(-1)?.sequence ?? "") : null });
    },
  });

/** The JSON API under `/api/v1`: token, role, body and query are checked before a handler sees a call. */
export function apiRouter(d: ApiDeps): Router {
  const routes = apiRoutes(d);
  const router = express.Router();
  const document = openApi(routes, d.publicUrl);
  router.get("/openapi.json", (_request, response) => {
    response.json(document);
  });
  for (const one of routes.filter((route) => route.takesFile === true)) {
    router[one.method](one.path, async (request: Request, response: Response) => {
      const call = await checkedCall(d, one, request);
      send(request, response, await withFile(request, (file) => one.handle({ ...call, file })));
    });
  }
  // Only JSON is spoken from here on, so what the header says does not matter: a body is never passed over unread.
  router.use(express.json({ limit: BODY_LIMIT, strict: true, type: () => true }));
  for (const one of routes.filter((route) => route.takesFile !== true)) {
    router[one.method](one.path, async (request: Request, response: Response) => {
      send(request, response, await one.handle(await checkedCall(d, one, request)));
    });
  }
  for (const [path, methods] of methodsByPath(routes)) {
    router.all(path, async (request: Request, response: Response) => {
      await known(d, request);
      response.setHeader("Allow", methods.join(", "));
      refuse(request, response, { status: 405, code: "method_not_allowed", says: WRONG_METHOD });
    });
  }
  router.use(async (request: Request) => {
    await known(d, request);
    throw new AppError("not_found", text("Alamat API tidak dikenal.", "There is no such API address."));
  });
  router.use((thrown: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(thrown);
    else fail(d, thrown, request, response);
  });
  return router;
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) {
    const named = method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()];
    methods.set(path, [...(methods.get(path) ?? []), ...named]);
  }
  return methods;
}

async function checkedCall(d: ApiDeps, one: Route, request: Request): Promise<Call> {
  const caller = onBehalf(await known(d, request), request.headers[BEHALF_HEADER.toLowerCase()]);
  if (!mayDo(caller.role, one.action)) throw roleTooLow();
  const params = readParams(one, request.params as Record<string, string>);
  checkReach(one, { caller, params });
  const query = await withinScope(d.db, one, { caller, params, query: read(one.query, request.query) });
  return {
    params,
    body: read(one.body, request.body as unknown),
    query,
    caller,
    language: languageOf(request.headers["accept-language"]),
    accept: request.headers.accept,
  };
}

/**
 * Ids in addresses are ids as portals write them. What cannot be one names nothing, and nothing can be made under it:
 * MySQL would take an id with a blank at its end for the one without.
 */
function readParams(one: Route, params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.values(params).every((value) => readId(value) !== null)) return params;
  if (one.method === "put") {
    throw new AppError(
      "malformed",
      text(
        "Id di alamat harus 1 sampai 100 huruf tanpa spasi di tepi.",
        "An id in the address has 1 to 100 characters without blanks at its ends.",
      ),
    );
  }
  throw new AppError("not_found", text("Id tidak ditemukan.", "There is no such id."));
}

async function known(d: ApiDeps, request: Request): Promise<Caller> {
  const caller = await callerOf(d.db, request.headers.authorization);
  if (caller !== null) return caller;
  throw new AppError(
    "unauthorized",
    text(
      "Token tidak ada atau tidak dikenal. Kirim Authorization: Bearer TOKEN.",
      "The token is missing or unknown. Send Authorization: Bearer TOKEN.",
    ),
  );
}

/** The value in its checked form. Throws `malformed` with every fault. */
function read(schema: Route["body"], value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError("malformed", text("Isian belum benar.", "The request is not well formed."), {
    faults: faultsOf(parsed.error.issues, value),
  });
}

function send(request: Request, response: Response, reply: Reply): void {
  if (reply.kind === "json") {
    response.json(reply.json);
    return;
  }
  response.setHeader("ETag", `"${reply.sha256}"`);
  response.setHeader("Content-Disposition", `attachment; filename="${reply.filename}"`);
  response.setHeader("Cache-Control", "private, no-cache");
  if (request.headers["if-none-match"]?.includes(`"${reply.sha256}"`) === true) {
    response.status(304).end();
    return;
  }
  response.type(reply.type).send(reply.bytes);
}

/** An answer that is not a success. */
interface Refused {
  readonly status: number;
  readonly code: string;
  readonly says: Text;
  readonly faults?: AppError["faults"];
}

function refuse(request: Request, response: Response, refused: Refused): void {
  const language = languageOf(request.headers["accept-language"]);
  const { status, code, says, faults } = refused;
  if (status === 401) response.setHeader("WWW-Authenticate", "Bearer");
  sendProblem(response, problem(status, code, says, language, faults), language);
}

function fail(d: ApiDeps, thrown: unknown, request: Request, response: Response): void {
  const refused = requestFault(thrown) ?? refusedBy(asAppError(thrown));
  if (refused.status >= 500)
    d.log.error("api.failed", { code: refused.code, path: request.path, cause: describeCause(thrown) });
  refuse(request, response, refused);
}

const refusedBy = ({ code, says, faults }: AppError): Refused => ({
  ...{ status: HTTP_STATUS[code], code, says, faults },
});

/** Express's own refusals: an address that cannot be decoded; a body that is not JSON, too large, of a strange encoding. */
function requestFault(thrown: unknown): Refused | null {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return null;
  if (thrown instanceof URIError) return { status: 400, code: "malformed", says: BROKEN_ADDRESS };
  const status = "status" in thrown ? Number(thrown.status) : 500;
  if (status === 413) return { status, code: "too_large", says: TOO_LARGE };
  return status >= 400 && status < 500 ? { status: 400, code: "malformed", says: NOT_JSON } : null;
}

const WRONG_METHOD = text("Metode tidak berlaku di alamat ini.", "This address does not take this method.");
const BROKEN_ADDRESS = text("Alamat rusak.", "The address is broken.");
const TOO_LARGE = text("Isi permintaan paling besar 512 kB.", "A request body may have at most 512 kB.");
const NOT_JSON = text(
  "Isi permintaan harus satu objek JSON dalam UTF-8.",
  "The request body must be one JSON object in UTF-8.",
);
