import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from "express";
import type { AddressInfo } from "node:net";
import { dayInJakarta, type Clock } from "../clock";
import { describeCause, silentLog, type Log } from "../log";
import { answerUnder, refusal, send, type Answer, type Bend } from "./answer";
import { createControl, readRules, type Control, type Operation } from "./control";
import { createOperations, type Operations } from "./operations";
import { createPdfs, type DrawPdf } from "./pdf-of-request";
import { createState, type AuthorityState } from "./state";
import { turnedClock, type TurnedClock } from "./turned-clock";

export interface AuthorityOptions {
  readonly clock: Clock;
  /** The one token that is let in; without it any token is. */
  readonly token?: string;
  readonly drawPdf: DrawPdf;
  readonly log?: Log;
  /** Status reads after an upload that still say "waiting"; 1 unless told. */
  readonly approveAfterReads?: number;
}

export interface Authority {
  readonly app: Express;
  readonly state: AuthorityState;
  readonly control: Control;
}

const PATH = "/efaktur/v3/penjualan";

/**
 * The simulated tax authority: the wire of the Pajak.io Open API v3 over HTTP, kept in memory. Every answer carries
 * `x-simulated: 1`. Which NPWP it knows is written in register.ts, what it can be told to do wrong in control.ts.
 */
export function createAuthority(options: AuthorityOptions): Authority {
  const { token, log = silentLog, approveAfterReads = 1 } = options;
  const clock = turnedClock(options.clock);
  const state = createState({ clock, approveAfterReads });
  const control = createControl(clock);
  const operations = createOperations({ clock, state, pdfs: createPdfs(options.drawPdf) });
  const app = express();
  app.disable("x-powered-by");
  app.use((_req, res, next) => {
    res.set("x-simulated", "1");
    next();
  });
  app.use("/_control", controlRouter(control, state, clock));
  app.use(onlyWith(token));
  app.use(express.json({ limit: "4mb" }));
  addOperations(app, { operations, control, state, log });
  app.use((_req, res) => send(res, refusal(404, "Alamat tidak dikenal")));
  app.use(failures(log));
  return { app, state, control };
}

export interface RunningAuthority {
  readonly url: string;
  readonly authority: Authority;
  /** Ends at once: connections that hang by a rule are cut. */
  close(): Promise<void>;
}

/** Listens on host and port (0 takes a free one). Rejects when the port cannot be had. */
export async function startAuthority(
  options: AuthorityOptions & { readonly host: string; readonly port: number },
): Promise<RunningAuthority> {
  const authority = createAuthority(options);
  const server = await new Promise<ReturnType<Express["listen"]>>((resolve, reject) => {
    const starting = authority.app.listen(options.port, options.host, (error) =>
      error === undefined ? resolve(starting) : reject(error),
    );
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    authority,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

interface Wiring {
  readonly operations: Operations;
  readonly control: Control;
  readonly state: AuthorityState;
  readonly log: Log;
}

/** The table of calls. The document's own path comes last: it would catch the others. */
function addOperations(app: Express, wiring: Wiring): void {
  const { operations, state } = wiring;
  const sent = (name: string) => (req: Request) => textOf(fieldOf(req.body, name));
  const held = (req: Request): string | null => state.find(idOf(req))?.sale.noInvoice ?? null;
  const none = (): null => null;
  const route = (operation: Operation, noInvoiceOf: NoInvoiceOf, act: Operate): RequestHandler =>
    handler(wiring, operation, noInvoiceOf, act);

  app.post(
    PATH,
    route("create", sent("noInvoice"), (req) => operations.create(req.body)),
  );
  app.put(
    PATH,
    route("update", held, (req) => operations.update(idOf(req), req.body)),
  );
  app.post(
    `${PATH}/list`,
    route("list", sent("noInvoice"), (req, bend) => operations.list(req.query, req.body, base(req), bend)),
  );
  app.post(
    `${PATH}/upload`,
    route("upload", held, (req, bend) => operations.upload(idOf(req), bend)),
  );
  app.post(
    `${PATH}/get-pdf`,
    route("pdf", held, (req, bend) => operations.pdf(idOf(req), bend)),
  );
  app.post(
    `${PATH}/batal`,
    route("cancel", held, (req) => operations.cancel(idOf(req))),
  );
  app.post(
    `${PATH}/hapus`,
    route("delete", held, (req) => operations.remove(idOf(req))),
  );
  app.post(
    `${PATH}/:transactionId`,
    route("detail", held, (req, bend) => operations.detail(idOf(req), base(req), bend)),
  );
  app.get(`${PATH}/:transactionId/pdf`, async (req, res) => {
    const bytes = await operations.pdfFile(idOf(req));
    if (bytes === null) send(res, refusal(404, "PDF belum tersedia"));
    else res.type("pdf").send(bytes);
  });
  app.post(
    "/vswp/v2/verify/npwp",
    route("verify", none, (req) => operations.verify(req.body)),
  );
}

type NoInvoiceOf = (req: Request) => string | null;
type Operate = (req: Request, bend: Bend | null) => Answer | Promise<Answer>;

function handler(
  wiring: Wiring,
  operation: Operation,
  noInvoiceOf: NoInvoiceOf,
  act: Operate,
): RequestHandler {
  const { control, log } = wiring;
  return async (req, res) => {
    const noInvoice = noInvoiceOf(req);
    const call = control.arrived(operation, noInvoice);
    res.once("finish", () => {
      call.status = res.statusCode;
    });
    const rule = control.take(operation, noInvoice);
    log.debug("simulator.call", { operation, noInvoice, fault: rule?.fault });
    await answerUnder(rule, (bend) => act(req, bend), req, res);
  };
}

/** Where the caller reached us, for links in answers. */
const base = (req: Request): string => `${req.protocol}://${req.get("host") ?? ""}`;

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

const fieldOf = (body: unknown, name: string): unknown =>
  typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;

const idOf = (req: Request): string =>
  textOf(req.params["transactionId"]) ?? textOf(fieldOf(req.body, "transactionId")) ?? "";

/** BASE64(token) with no scheme word: "Bearer …" is refused as the real service would. */
function onlyWith(token: string | undefined): RequestHandler {
  const expected = token === undefined ? null : Buffer.from(token, "utf8").toString("base64");
  return (req, res, next) => {
    const given = req.get("authorization") ?? "";
    const letIn = expected === null ? /^[A-Za-z0-9+/]+={0,2}$/.test(given) : given === expected;
    if (letIn) next();
    else send(res, refusal(401, "Unauthorized"));
  };
}

/** Rules in, rules and history out. Needs no token: it is the tester's door, not the authority's. */
function controlRouter(control: Control, state: AuthorityState, clock: TurnedClock): express.Router {
  const router = express.Router();
  const documents = () =>
    state.all().map(({ transactionId, sale, status, kind, nofa }) => ({
      transactionId,
      noInvoice: sale.noInvoice,
      status,
      jenisFaktur: kind,
      nofa,
    }));
  router.get("/", (_req, res) => {
    const today = dayInJakarta(clock.now());
    res.json({ today, rules: control.rules(), calls: control.calls(), documents: documents() });
  });
  router.delete("/", (_req, res) => {
    control.clear();
    clock.turn(null);
    res.json({ rules: control.rules() });
  });
  router.post("/", express.json({ limit: "256kb" }), (req, res) => {
    const read = readRules(req.body);
    if (!read.ok) return send(res, refusal(400, "Rules are not valid", read.faults));
    control.add(read.rules);
    if (read.today !== undefined) clock.turn(read.today);
    res.json({ rules: control.rules() });
  });
  return router;
}

/** What no operation has answered: bodies that are not JSON, and our own failures, in the envelope. */
function failures(log: Log): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error);
    const status =
      typeof error === "object" && error !== null && "status" in error ? Number(error.status) : 500;
    if (status >= 400 && status < 500)
      return send(res, refusal(status, "Isi permintaan bukan JSON yang dapat dibaca"));
    log.error("simulator.failed", { cause: describeCause(error) });
    send(res, refusal(500, "Internal Server Error"));
  };
}
