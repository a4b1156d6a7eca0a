import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { AppError, asAppError } from "../errors";
import { describeCause, maskedPath } from "../log";
import { languageOf, problem, sendProblem } from "../problem";
import { text, type Text } from "../text";
import { accountFakturRoutes } from "./account-fakturs";
import { accountRoutes } from "./accounts";
import { approvalRoutes } from "./approvals";
import { auditRoutes } from "./audit";
import { BEHALF_HEADER, onBehalf } from "./behalf";
import { bounceRoutes } from "./bounces";
import { caseRoutes } from "./cases";
import { coretaxRoutes } from "./coretax";
import type { ApiDeps } from "./deps";
import { companyRoutes } from "./company-routes";
import { customerLinkRoutes } from "./customer-links";
import { fakturRoutes } from "./documents";
import { fakturListRoutes } from "./faktur-list";
import { paperRoutes } from "./faktur-paper";
import { homeRoutes } from "./home";
import { invoiceRoutes } from "./invoices";
import { kursRoutes } from "./kurs";
import { mailWordsRoutes } from "./mail-words";
import { moveRoutes } from "./moves";
import { openApi } from "./openapi";
import { opsRoutes } from "./ops";
import { callOf } from "./perform";
import { portalDeskRoutes } from "./portal-desk";
import { portalRoutes } from "./portals";
import { isMultipart, withForm } from "./multipart";
import { UPLOAD_LIMIT, withFile } from "./receive-file";
import { isMail, mailOf } from "./receive-mail";
import { reconcileRoutes } from "./reconcile";
import { reportRoutes } from "./reports";
import type { Call, Reply, Route } from "./route";
import { sellerDeskRoutes } from "./seller-desk";
import { sellerRoutes } from "./sellers";
import { HTTP_STATUS } from "./status";
import { tokenRoutes } from "./token-routes";
import { transferRoutes } from "./transfers";
import { createTokenTries } from "./token-tries";
import { callerOf, type Caller } from "./tokens";
import { userRoutes } from "./users";
import { sourceOf } from "../users/tries";
import { webhookRoutes } from "./webhooks";

/** A certificate is the largest thing that is sent. */
const BODY_LIMIT = "512kb";

/** Every call of the API, a literal list; the OpenAPI document is made from the same. */
export const apiRoutes = (d: ApiDeps): readonly Route[] => [
  ...sellerRoutes(d),
  ...sellerDeskRoutes(d),
  ...portalRoutes(d),
  ...accountRoutes(d),
  ...customerLinkRoutes(d),
  ...companyRoutes(d),
  ...accountFakturRoutes(d),
  ...invoiceRoutes(d),
  ...fakturListRoutes(d),
  ...fakturRoutes(d),
  ...paperRoutes(d),
  ...bounceRoutes(d),
  ...homeRoutes(d),
  ...caseRoutes(d),
  ...opsRoutes(d),
  ...kursRoutes(d),
  ...coretaxRoutes(d),
  ...portalDeskRoutes(d),
  ...userRoutes(d),
  ...tokenRoutes(d),
  ...webhookRoutes(d),
  ...mailWordsRoutes(d),
  ...approvalRoutes(d),
  ...auditRoutes(d),
  ...reconcileRoutes(d),
  ...transferRoutes(d),
  ...moveRoutes(d),
  ...reportRoutes(d),
];

/** The JSON API under `/api/v1`: token, role, body and query are checked before a handler sees a call. */
export function apiRouter(d: ApiDeps): Router {
  const routes = apiRoutes(d);
  const router = express.Router();
  // Made when it is first asked for: it takes as long as all the rest of a start.
  let document: object | null = null;
  const known = createKnown(d);
  router.get("/openapi.json", (_request, response) => {
    response.json((document ??= openApi(routes, d.publicUrl)));
  });
  for (const one of routes.filter((route) => route.takesFile === true)) {
    router[one.method](one.path, async (request: Request, response: Response) => {
      const call = await checkedCall(d, known, one, request);
      // A name in the header says that the body is one file, whatever it calls itself.
      if (one.takesForm === true && isMultipart(request) && request.headers["x-filename"] === undefined) {
        const reply = await withForm(request, response, ({ files }) => one.handle({ ...call, files }));
        return send(request, response, reply);
      }
      const most = one.mostBytes ?? UPLOAD_LIMIT;
      send(request, response, await withFile(request, most, (file) => one.handle({ ...call, file })));
    });
  }
  for (const one of routes.filter((route) => route.takesMail === true)) {
    router[one.method](one.path, async (request: Request, response: Response, next: NextFunction) => {
      if (!isMail(request)) return next();
      // Who asks and whether they may is known before the first byte is read.
      const call = await checkedCall(d, known, { ...one, body: undefined }, request);
      send(request, response, await one.handle({ ...call, mail: await mailOf(request, response) }));
    });
  }
  // Only JSON is spoken from here on, so what the header says does not matter: a body is never passed over unread.
  router.use(express.json({ limit: BODY_LIMIT, strict: true, type: () => true }));
  for (const one of routes.filter((route) => route.takesFile !== true)) {
    router[one.method](one.path, async (request: Request, response: Response) => {
      send(request, response, await one.handle(await checkedCall(d, known, one, request)));
    });
  }
  for (const [path, methods] of methodsByPath(routes)) {
    router.all(path, async (request: Request, response: Response) => {
      await known(request);
      response.setHeader("Allow", methods.join(", "));
      refuse(request, response, { status: 405, code: "method_not_allowed", says: WRONG_METHOD });
    });
  }
  router.use(async (request: Request) => {
    await known(request);
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

async function checkedCall(d: ApiDeps, known: Known, one: Route, request: Request): Promise<Call> {
  const caller = onBehalf(await known(request), request.headers[BEHALF_HEADER.toLowerCase()]);
  return callOf(d.db, one, {
    caller,
    params: request.params as Record<string, string>,
    body: request.body as unknown,
    query: request.query,
    language: languageOf(request.headers["accept-language"]),
    accept: request.headers.accept,
  });
}

type Known = (request: Request) => Promise<Caller>;

/** Throws `unauthorized`, and `too_many` for a source that goes on sending wrong tokens; a right one always counts. */
function createKnown(d: ApiDeps): Known {
  const tries = createTokenTries(d);
  return async (request) => {
    const { authorization } = request.headers;
    const caller = await callerOf(d, authorization);
    if (caller !== null) return caller;
    if (authorization === undefined) throw new AppError("unauthorized", NO_TOKEN);
    const source = sourceOf(request.ip);
    const { tooMany, first } = tries.wrong(source);
    if (first) d.log.warn("api.tokens_refused", { source });
    throw new AppError(tooMany ? "too_many" : "unauthorized", tooMany ? TOO_MANY : NO_TOKEN);
  };
}

function send(request: Request, response: Response, reply: Reply): void {
  if (reply.kind === "json") {
    response.status(reply.status ?? 200).json(reply.json);
    return;
  }
  response.setHeader("ETag", `"${reply.sha256}"`);
  response.setHeader("Content-Disposition", attached(reply.filename));
  response.setHeader("Cache-Control", "private, no-cache");
  if (request.headers["if-none-match"]?.includes(`"${reply.sha256}"`) === true) {
    response.status(304).end();
    return;
  }
  response.type(reply.type).send(reply.bytes);
}

/** RFC 6266: names of files come from outside; the plain form keeps letters, the other one (RFC 8187) all signs. */
function attached(name: string): string {
  const plain = name.replace(/[^\w .()+-]/gu, "_");
  const whole = encodeURIComponent(name.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"${plain === name ? "" : `; filename*=UTF-8''${whole}`}`;
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
    d.log.error("api.failed", {
      code: refused.code,
      path: maskedPath(request.path),
      cause: describeCause(thrown),
    });
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

const NO_TOKEN = text(
  "Token tidak ada atau tidak dikenal. Kirim Authorization: Bearer TOKEN.",
  "The token is missing or unknown. Send Authorization: Bearer TOKEN.",
);
const TOO_MANY = text(
  "Terlalu banyak token yang tidak dikenal dari alamat ini. Periksa tokennya, lalu coba lagi dalam 5 menit.",
  "Too many unknown tokens from this address. Check the token, then try again in 5 minutes.",
);
const WRONG_METHOD = text("Metode tidak berlaku di alamat ini.", "This address does not take this method.");
const BROKEN_ADDRESS = text("Alamat rusak.", "The address is broken.");
const TOO_LARGE = text("Isi permintaan paling besar 512 kB.", "A request body may have at most 512 kB.");
const NOT_JSON = text(
  "Isi permintaan harus satu objek JSON dalam UTF-8.",
  "The request body must be one JSON object in UTF-8.",
);
