import type { RequestListener, ServerResponse } from "node:http";
import express from "express";
import helmet from "helmet";
import type { ApiDeps } from "./api/deps";
import { apiRouter } from "./api/router";
import { createConsole } from "./console/console";
import { customersRouter } from "./customers/router";
import { answerHook, type HooksDeps } from "./hooks/answer";
import { hooksRouter, plainHook } from "./hooks/router";
import { describeCause, maskedPath } from "./log";
import type { Area, Metrics } from "./ops/metrics";
import { readiness } from "./ops/health";
import { languageOf, problem, sendProblem } from "./problem";
import { text } from "./text";

export interface WebDeps {
  readonly api: ApiDeps;
  readonly hooks: HooksDeps;
  readonly metrics: Metrics;
  /** How many reverse proxies stand in front; 0 believes no `X-Forwarded-For`. */
  readonly trustProxy: number;
}

/** No plain object: anybody may ask for an address like `/constructor`. */
const AREA_OF: ReadonlyMap<string, Area> = new Map([
  ["hooks", "hooks"],
  ["api", "api"],
  ["console", "console"],
  ["c", "customers"],
]);

/** How long each answer took, told by the part of the service: never by its address, which names customers. */
function timed({ metrics, api }: WebDeps, area: Area, response: ServerResponse): void {
  const began = api.clock.now().getTime();
  response.once("finish", () => {
    metrics.answered(area, response.statusCode, api.clock.now().getTime() - began);
  });
}

/** Everything that answers over HTTP. Express takes longer over a message of a portal than all that is done with it. */
export function createWeb(d: WebDeps): RequestListener {
  const secure = helmet();
  const pages = createPages(d, secure);
  return (request, response) => {
    const portal = plainHook(request);
    if (portal === null) return pages(request, response);
    secure(request, response, () => {
      timed(d, "hooks", response);
      void answerHook(d.hooks, portal, request, response);
    });
  };
}

/** Health, metrics, webhooks however they are addressed, API, console. */
function createPages(d: WebDeps, secure: ReturnType<typeof helmet>): RequestListener {
  const web = express();
  web.disable("x-powered-by");
  web.set("query parser", "simple");
  web.set("trust proxy", d.trustProxy);
  web.use(secure);
  web.use((request, response, next) => {
    timed(d, AREA_OF.get(request.path.split("/", 2)[1] ?? "") ?? "other", response);
    next();
  });
  web.use(probes(d));
  web.use(hooksRouter(d.hooks));
  web.use("/api/v1", apiRouter(d.api));
  web.get("/", (_request, response) => {
    response.redirect(302, "/console");
  });
  web.use("/console", createConsole(d.api));
  web.use("/c", customersRouter(d.api));
  web.use(...endings(d));
  return web;
}

/** What a process without the rest of it still answers: how it is, and its numbers. */
export function createProbes(d: WebDeps): RequestListener {
  const web = express();
  web.disable("x-powered-by");
  web.use(helmet());
  web.use(probes(d));
  web.use(...endings(d));
  return web;
}

function probes(d: WebDeps): express.Router {
  const router = express.Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (request, response) => {
    const language = languageOf(request.headers["accept-language"]);
    const checks = await readiness(d.api);
    const ready = checks.every((check) => check.ok);
    response.status(ready ? 200 : 503).json({
      status: ready ? "ready" : "not ready",
      reasons: checks
        .filter((check) => !check.ok)
        .map((check) => ({ check: check.name, message: check.says[language] })),
    });
  });
  router.get("/metrics", async (_request, response) => {
    response.type(d.metrics.contentType).send(await d.metrics.text());
  });
  return router;
}

/** An address that nobody knows, and a failure that nobody foresaw. */
function endings(d: WebDeps): [express.RequestHandler, express.ErrorRequestHandler] {
  return [
    (request, response) => {
      const language = languageOf(request.headers["accept-language"]);
      const says = text("Alamat tidak dikenal.", "There is no such address.");
      sendProblem(response, problem(404, "not_found", says, language), language);
    },
    (thrown: unknown, request, response, next) => {
      if (response.headersSent) return next(thrown);
      d.api.log.error("web.failed", { path: maskedPath(request.path), cause: describeCause(thrown) });
      const language = languageOf(request.headers["accept-language"]);
      const says = text("Terjadi kesalahan internal.", "Internal error.");
      sendProblem(response, problem(500, "internal", says, language), language);
    },
  ];
}
