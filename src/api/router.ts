import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { AppError, asAppError, type Fault } from "../errors";
import { describeCause } from "../log";
import { languageOf, problem, sendProblem } from "../problem";
import { listAudit } from "../store/audit";
import { text } from "../text";
import { accountRoutes } from "./accounts";
import { auditQuery, nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { fakturRoutes, invoiceRoutes, roleTooLow } from "./documents";
import { openApi } from "./openapi";
import { portalRoutes } from "./portals";
import { json, route, type Call, type Reply, type Route } from "./route";
import { mayDo } from "./roles";
import { sellerRoutes } from "./sellers";
import { HTTP_STATUS } from "./status";
import { callerOf, type Caller } from "./tokens";

const BODY_LIMIT = "512kb";

/** Every call of the API, a literal list; the OpenAPI document is made from the same. */
export const apiRoutes = (d: ApiDeps): readonly Route[] => [
  ...sellerRoutes(d),
  ...portalRoutes(d),
  ...accountRoutes(d),
  ...invoiceRoutes(d),
  ...fakturRoutes(d),
  auditRoute(d),
];

const auditRoute = (d: ApiDeps): Route =>
  route({
    method: "get",
    path: "/audit",
    action: "read",
    summary: "Who did what, when and why, oldest first",
    body: nothing,
    query: auditQuery,
    async handle({ query }) {
      const entries = await listAudit(d.db.knex, Number(query.cursor ?? 0), query.limit + 1, query.subject);
      const items = entries.slice(0, query.limit);
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
  router.use(express.json({ limit: BODY_LIMIT, strict: true }));
  for (const one of routes) {
    router[one.method](one.path, async (request: Request, response: Response) => {
      send(request, response, await one.handle(await checkedCall(d, one, request)));
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

async function checkedCall(d: ApiDeps, one: Route, request: Request): Promise<Call> {
  const caller = await known(d, request);
  if (!mayDo(caller.role, one.action)) throw roleTooLow();
  return {
    params: request.params as Record<string, string>,
    body: read(one.body, request.body as unknown, ""),
    query: read(one.query, request.query, "?"),
    caller,
    language: languageOf(request.headers["accept-language"]),
  };
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
function read(schema: Route["body"], value: unknown, prefix: string): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue): Fault => {
    const missing = issue.code === "invalid_type" && issue.message.includes("received undefined");
    const path = `${prefix}/${issue.path.map((step) => String(step).replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
    return {
      code: missing ? "field_missing" : "field_malformed",
      path,
      message: missing
        ? text("Belum diisi.", "Missing.")
        : text(`Bentuknya salah: ${issue.message}`, `Malformed: ${issue.message}`),
      fix: text("Lihat bentuknya di openapi.json.", "See its form in openapi.json."),
    };
  });
  throw new AppError("malformed", text("Isian belum benar.", "The request is not well formed."), { faults });
}

function send(request: Request, response: Response, reply: Reply): void {
  if (reply.kind === "json") {
    response.json(reply.json);
    return;
  }
  response.setHeader("ETag", `"${reply.sha256}"`);
  response.setHeader("Content-Disposition", `attachment; filename="${reply.filename}"`);
  response.setHeader("Cache-Control", "private, no-cache");
  if (request.headers["if-none-match"] === `"${reply.sha256}"`) {
    response.status(304).end();
    return;
  }
  response.type(reply.type).send(reply.bytes);
}

function fail(d: ApiDeps, thrown: unknown, request: Request, response: Response): void {
  const error = bodyFault(thrown) ?? asAppError(thrown);
  const status = HTTP_STATUS[error.code];
  if (status >= 500)
    d.log.error("api.failed", { code: error.code, path: request.path, cause: describeCause(thrown) });
  const language = languageOf(request.headers["accept-language"]);
  if (status === 401) response.setHeader("WWW-Authenticate", "Bearer");
  sendProblem(response, problem(status, error.code, error.says, language, error.faults), language);
}

/** Express's own refusals of a body: not JSON, too large, a broken encoding. */
function bodyFault(thrown: unknown): AppError | null {
  if (thrown instanceof AppError || typeof thrown !== "object" || thrown === null) return null;
  const type = "type" in thrown ? String(thrown.type) : "";
  if (!type.startsWith("entity.") && !type.startsWith("encoding.") && !type.startsWith("request.")) {
    return thrown instanceof URIError
      ? new AppError("malformed", text("Alamat rusak.", "The address is broken."))
      : null;
  }
  return new AppError(
    "malformed",
    text(
      "Isi permintaan bukan JSON yang benar atau terlalu besar.",
      "The request body is not valid JSON or is too large.",
    ),
  );
}
