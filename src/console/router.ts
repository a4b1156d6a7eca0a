import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { roleTooLow } from "../api/documents";
import { mayDo } from "../api/roles";
import { HTTP_STATUS } from "../api/status";
import { AppError, asAppError } from "../errors";
import { describeCause, maskedPath } from "../log";
import { text } from "../text";
import type { Visitor } from "../users/sign-in";
import { askAs } from "./ask";
import { loadAssets } from "./assets";
import { checkForm, createDesk, languageFor, type ConsoleDeps, type Desk } from "./desk";
import { withReceived, type ReceivedForm } from "./form";
import { oidcRoutes } from "./oidc";
import type { Act, Download, Form, Page, Seen } from "./page";
import { pageError, problemShown, type ShownProblem } from "./show";
import { signInRoutes } from "./sign-in";

/** Nothing from elsewhere, nothing inline, no frame around us; our own PDFs may stand in a frame of ours. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
].join("; ");

/** The console under `/console`: pages, their forms, downloads, assets, sign-in. */
export function consoleRouter(d: ConsoleDeps): Router {
  const router = express.Router();
  const assets = loadAssets("/console/assets");
  const desk = createDesk(d, assets);
  router.use("/assets", assets.router);
  router.use((_request, response, next) => {
    response.setHeader("Content-Security-Policy", CSP);
    response.setHeader("Cache-Control", "no-store");
    next();
  });
  router.use(signInRoutes(desk));
  router.use(oidcRoutes(desk));
  // Before the pages: `/faktur/:id` would take `/faktur/unggah` for one of its ids.
  for (const page of d.pages) for (const act of page.acts ?? []) addWayBack(router, page, act);
  for (const page of d.pages) addPage(router, desk, page);
  for (const download of d.downloads) addDownload(router, desk, download);
  router.use(() => {
    throw new AppError("not_found", text("Halaman tidak ditemukan.", "There is no such page."));
  });
  router.use(failures(desk));
  return router;
}

const actPath = (page: Page, act: Act): string =>
  page.path === "/" ? `/${act.name}` : `${page.path}/${act.name}`;

/**
 * The address of an act alone leads to its page: what a form has shown in its place is asked for again by a reload or in
 * another language.
 */
function addWayBack(router: Router, page: Page, act: Act): void {
  router.get(actPath(page, act), (request: Request, response: Response) => {
    const [path = "", ...asked] = request.url.split("?");
    const shown = path.replace(/\/$/, "").slice(0, -act.name.length - 1);
    response.redirect(303, [`${request.baseUrl}${shown}`, ...asked].join("?"));
  });
}

function addPage(router: Router, desk: Desk, page: Page): void {
  router.get(page.path, async (request: Request, response: Response) => {
    const visitor = await enter(desk, request, response);
    if (visitor === null) return;
    await showAs(desk, page, visitor, { request, response }, 200, null, {});
  });
  for (const act of page.acts ?? []) {
    router.post(actPath(page, act), async (request: Request, response: Response) => {
      const visitor = await enter(desk, request, response);
      if (visitor === null) return;
      await perform(desk, page, act, visitor, { request, response });
    });
  }
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

async function showAs(
  desk: Desk,
  page: Page,
  visitor: Visitor,
  { request, response }: Exchange,
  status: number,
  problem: ShownProblem | null,
  typed: Form,
  more: object = {},
): Promise<void> {
  if (!mayDo(visitor.role, page.action)) throw roleTooLow();
  const view = { ...(await page.show({ ...seenBy(desk, visitor, request), typed })), ...more };
  const { template, title, place } = page;
  desk.send(request, response, status, { template, title, place, view, visitor, problem, typed });
}

async function perform(
  desk: Desk,
  page: Page,
  act: Act,
  visitor: Visitor,
  exchange: Exchange,
): Promise<void> {
  // Judged before anything of the form is read.
  if (!mayDo(visitor.role, act.action)) throw roleTooLow();
  const { request, response } = exchange;
  await withReceived(act.takesFiles, request, response, (received) =>
    carryOut(desk, page, act, visitor, exchange, received),
  );
}

/** A form that is refused comes back as it was typed, with what is wrong and what to do. */
async function carryOut(
  desk: Desk,
  page: Page,
  act: Act,
  visitor: Visitor,
  { request, response }: Exchange,
  received: ReceivedForm,
): Promise<void> {
  checkForm(desk, request, received.form);
  const seen = seenBy(desk, visitor, request);
  try {
    const led = await act.run({ ...seen, ...received });
    if (led.kind === "stay") {
      const fresh = (await desk.visitor(request)) ?? visitor;
      return await showAs(desk, page, fresh, { request, response }, 200, null, {}, led.view);
    }
    if (led.kind === "stale") {
      const problem = problemShown(new AppError("wrong_state", STALE), languageFor(request, visitor));
      // What was typed belongs to what was seen: sent again, it would undo what has changed meanwhile.
      return await showAs(desk, page, visitor, { request, response }, 409, problem, {});
    }
    if (led.kind === "mail") return sendMail(response, led.html);
    if (led.kind === "bytes") return sendBytes(response, { ...led, inline: false });
    const joint = led.address.includes("?") ? "&" : "?";
    response.redirect(
      303,
      led.notice === undefined ? led.address : `${led.address}${joint}notice=${led.notice}`,
    );
  } catch (thrown) {
    const error = asAppError(thrown);
    const status = HTTP_STATUS[error.code];
    // What is down for a moment (503) leaves the form to be sent again.
    if (status === 500 || status === 403 || status === 404) throw thrown;
    const problem = problemShown(error, languageFor(request, visitor));
    await showAs(desk, page, visitor, { request, response }, status, problem, received.form);
  }
}

function addDownload(router: Router, desk: Desk, download: Download): void {
  router.get(download.path, async (request: Request, response: Response) => {
    const visitor = await enter(desk, request, response);
    if (visitor === null) return;
    if (!mayDo(visitor.role, download.action)) throw roleTooLow();
    sendBytes(response, await download.bytes({ ...seenBy(desk, visitor, request), typed: {} }));
  });
}

function sendBytes(
  response: Response,
  file: { bytes: Buffer; type: string; filename: string; inline: boolean },
): void {
  if (file.type === "text/html") return sendMail(response, file.bytes.toString("utf8"));
  const name = file.filename.replace(/[^\w.-]+/g, "_");
  response.setHeader("Content-Disposition", `${file.inline ? "inline" : "attachment"}; filename="${name}"`);
  response.type(file.type).send(file.bytes);
}

/** Mails carry their style within; in a sandbox of its own nothing of it can act. */
const MAIL_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

function sendMail(response: Response, html: string): void {
  response.setHeader("Content-Security-Policy", MAIL_CSP);
  response.type("html").send(html);
}

function seenBy(desk: Desk, visitor: Visitor, request: Request): Omit<Seen, "typed"> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.query)) {
    if (typeof value === "string") query[name] = value;
  }
  const language = languageFor(request, visitor);
  return {
    visitor,
    language,
    params: request.params as Record<string, string>,
    query,
    ask: askAs(desk.db, desk.routes, visitor, language),
  };
}

/** Whoever is not signed in is led to the sign-in page and back afterwards. */
async function enter(desk: Desk, request: Request, response: Response): Promise<Visitor | null> {
  const visitor = await desk.visitor(request);
  if (visitor !== null) return led(visitor, request, response);
  const back = request.method === "GET" ? `?ke=${encodeURIComponent(request.originalUrl)}` : "";
  response.redirect(303, `/console/masuk${back}`);
  return null;
}

/** Who owes their own account something sees that page and no other (ASVS 2.5.4, 4.3.1). */
function led(visitor: Visitor, request: Request, response: Response): Visitor | null {
  if (visitor.owes === null || /^\/akun(?:\/|$)/.test(request.path)) return visitor;
  response.redirect(303, `/console/akun?notice=${visitor.owes}Owed`);
  return null;
}

function failures(desk: Desk) {
  return async (thrown: unknown, request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (response.headersSent) return next(thrown);
    const error = pageError(thrown);
    const status = HTTP_STATUS[error.code];
    if (status >= 500)
      desk.log.error("console.failed", {
        code: error.code,
        path: maskedPath(request.path),
        cause: describeCause(thrown),
      });
    const visitor = await desk.visitor(request).catch(() => null);
    const problem = problemShown(error, languageFor(request, visitor));
    desk.send(request, response, status, { template: "gagal", title: FAILED, visitor, problem });
  };
}

const STALE = text(
  "Datanya berubah sejak halaman ini dibuka, jadi belum ada yang dikerjakan. Periksa data terbaru di bawah, lalu ulangi.",
  "The data have changed since this page was opened, so nothing was done. Look at what stands below, then do it again.",
);

const FAILED = text("Tidak dapat ditampilkan", "Cannot be shown");
