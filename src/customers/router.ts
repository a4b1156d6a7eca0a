import express, { type NextFunction, type Request, type Response, type Router } from "express";
import type { ApiDeps } from "../api/deps";
import { HTTP_STATUS } from "../api/status";
import { loadAssets, type Assets } from "../console/assets";
import { readFields } from "../console/form";
import { fieldOf, type Form } from "../console/page";
import { pageError, problemShown } from "../console/show";
import { AppError, asAppError } from "../errors";
import { describeCause } from "../log";
import { findPortal } from "../store/portals";
import { findSeller } from "../store/sellers";
import { text } from "../text";
import { countTries, sourceOf } from "../users/tries";
import { enterByLink, ownFaktur, ownFakturs, wishedAddress, type Entrance } from "./access";
import { askEmailChange, askForLink, changeByLink, settleChange, type SeenChange } from "./change-email";
import {
  customerRender,
  entranceView,
  fakturView,
  LANGUAGE_COOKIE,
  languageFor,
  showCustomer,
  whyNone,
  type CustomerPage,
} from "./pages";
import { notFound, report } from "./report";

/** Nothing from elsewhere, nothing inline, no frame. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const WINDOW_MINUTES = 5;
/** Wrong links and requests for a fresh one, from one source, within the window. */
const TRIES_PER_SOURCE = 60;
/** Wishes and reports by one account within the window. */
const WISHES_PER_ACCOUNT = 10;
const PAGE_SIZE = 50;

/** All that customers see and load by link, under `/c`. Addresses here carry the key, so they are never logged. */
export function customersRouter(d: ApiDeps): Router {
  const router = express.Router();
  const assets = loadAssets("/c/assets");
  const desk = createDesk(d, assets);
  router.use("/assets", assets.router);
  router.use((_request, response, next) => {
    response.setHeader("Content-Security-Policy", CSP);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("X-Robots-Tag", "noindex, nofollow, noarchive");
    next();
  });
  router.get("/{*any}", chooseLanguage);
  router.get("/baru", (request, response) => desk.ended(request, response, 200));
  router.post("/baru", async (request, response) => {
    const form = await ourForm(request, response);
    await limited(d, visitorAt(request), TRIES_PER_SOURCE);
    await askForLink(d, fieldOf(form, "email"));
    response.redirect(303, "/c/baru?notice=sent");
  });
  router.get("/alamat/:token", async (request, response) => {
    const seen = await enter(d, request, changeByLink);
    if (seen === null) return desk.changeOver(request, response);
    await desk.change(request, response, seen, false);
  });
  router.post("/alamat/:token", async (request, response) => {
    await ourForm(request, response);
    const seen = await enter(d, request, changeByLink);
    if (seen === null) return desk.changeOver(request, response);
    await settleChange(d, seen);
    await desk.change(request, response, seen, true);
  });
  addLinkPages(router, d, desk);
  router.use(failures(d, desk));
  return router;
}

function addLinkPages(router: Router, d: ApiDeps, desk: CustomerDesk): void {
  router.get("/:token", async (request, response) => {
    const at = await enter(d, request, enterByLink);
    if (at === null) return desk.ended(request, response, 410);
    await desk.home(request, response, at, 200);
  });
  router.get("/:token/faktur/:id", async (request, response) => {
    const at = await enter(d, request, enterByLink);
    if (at === null) return desk.ended(request, response, 410);
    const one = await ownFaktur(d, at, request.params.id);
    const hash = one?.row.pdf_sha256 ?? null;
    if (one === null || hash === null) throw notFound();
    // Read first: what goes out when that fails is a page, and no PDF.
    const bytes = await d.documents.get(hash);
    response.attachment(`Faktur-Pajak_${one.row.nsfp ?? one.row.id}.pdf`).send(bytes);
  });
  const form = (path: string, take: (at: Entrance, form: Form) => Promise<string>) =>
    router.post(`/:token/${path}`, async (request: Request, response: Response) => {
      const sent = await ourForm(request, response);
      const at = await enter(d, request, enterByLink);
      if (at === null) return desk.ended(request, response, 410);
      try {
        await limited(d, `account ${at.account.id}`, WISHES_PER_ACCOUNT);
        const notice = await take(at, sent);
        response.redirect(303, `/c/${request.params["token"] as string}?notice=${notice}`);
      } catch (thrown) {
        const error = asAppError(thrown);
        const status = HTTP_STATUS[error.code];
        if (status >= 500 || status === 404) throw thrown;
        await desk.home(request, response, at, status, { error, typed: sent });
      }
    });
  form("alamat", async (at, sent) => {
    await askEmailChange(d, at, fieldOf(sent, "email"));
    return "asked";
  });
  form("koreksi", async (at, sent) => {
    await report(d, at, sent);
    return "reported";
  });
}

interface CustomerDesk {
  home(
    request: Request,
    response: Response,
    at: Entrance,
    status: number,
    refused?: { readonly error: AppError; readonly typed: Form },
  ): Promise<void>;
  /** The link is over, or was never one, or the page cannot be shown: what to do. */
  ended(request: Request, response: Response, status: number, error?: AppError, typed?: Form): void;
  change(request: Request, response: Response, seen: SeenChange, done: boolean): Promise<void>;
  changeOver(request: Request, response: Response): void;
}

function createDesk(d: ApiDeps, assets: Assets): CustomerDesk {
  const render = customerRender();
  const send = (request: Request, response: Response, status: number, page: CustomerPage) =>
    void response
      .status(status)
      .type("html")
      .send(showCustomer(render, assets, request, page));
  return {
    async home(request, response, at, status, refused) {
      const cursor = request.query["cursor"];
      const before = typeof cursor === "string" && cursor !== "" ? cursor : null;
      const page = await ownFakturs(d, at, before, PAGE_SIZE);
      const wanted = await wishedAddress(d, at);
      send(request, response, status, {
        ...{ template: "fakturs", title: YOURS, seller: at.seller, typed: refused?.typed ?? {} },
        problem: refused === undefined ? null : problemShown(refused.error, languageFor(request)),
        view: {
          ...{ ...entranceView(at), base: `/c/${String(request.params["token"])}`, more: page.more },
          ...{ items: page.items.map(fakturView), wanted, first: before === null },
          why: page.items.length === 0 ? await whyNone(d, at, languageFor(request)) : [],
        },
      });
    },
    ended(request, response, status, error, typed = {}) {
      // What is wrong in the house is not the customer's to mend, and a fresh link would not help.
      const away = status >= 500;
      const problem = error === undefined || away ? null : problemShown(error, languageFor(request));
      const view = { over: status === 410, away };
      send(request, response, status, {
        template: "ended",
        title: away ? AWAY : FRESH,
        seller: null,
        view,
        problem,
        typed,
      });
    },
    async change(request, response, seen, done) {
      const portal = await findPortal(d.db.knex, seen.account.portal);
      const seller = portal === undefined ? null : ((await findSeller(d.db.knex, portal.seller)) ?? null);
      const view = { act: seen.act, done, wanted: seen.change.wanted, name: seen.account.name };
      send(request, response, 200, { template: "address", title: ADDRESS, seller, view });
    },
    changeOver(request, response) {
      send(request, response, 410, {
        template: "address",
        title: ADDRESS,
        seller: null,
        view: { act: "over" },
      });
    },
  };
}

type Open<Behind> = (d: ApiDeps, token: string) => Promise<Behind | null>;

/** What the link of an address opens. A wrong one costs a try; a right one nothing. */
async function enter<Behind>(d: ApiDeps, request: Request, open: Open<Behind>): Promise<Behind | null> {
  const behind = await open(d, String(request.params["token"]));
  if (behind === null) await limited(d, visitorAt(request), TRIES_PER_SOURCE);
  return behind;
}

const visitorAt = (request: Request): string => `source ${sourceOf(request.ip)}`;

/** Throws `too_many` once a source has tried too often within the window. */
async function limited(d: ApiDeps, who: string, most: number): Promise<void> {
  const tries = await countTries(d, `customers ${who}`, WINDOW_MINUTES);
  if (tries > most) throw new AppError("too_many", TOO_MANY);
}

/** The form of a page of ours. The address is the key, so a foreign site cannot know where to send one. */
async function ourForm(request: Request, response: Response): Promise<Form> {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new AppError(
      "refused",
      text("Formulir ini bukan dari halaman kami.", "This form is not of our page."),
    );
  }
  return readFields(request, response);
}

/** `?bahasa=en` is kept in a cookie, and the page is shown again without it. */
function chooseLanguage(request: Request, response: Response, next: NextFunction): void {
  const wanted = request.query["bahasa"];
  if (wanted !== "en" && wanted !== "id") return next();
  response.append("Set-Cookie", `${LANGUAGE_COOKIE}=${wanted}; Path=/; Max-Age=31536000; SameSite=Lax`);
  response.redirect(303, `${request.baseUrl}${request.path}`);
}

function failures(d: ApiDeps, desk: CustomerDesk) {
  return (thrown: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(thrown);
    const error = pageError(thrown);
    const status = HTTP_STATUS[error.code];
    if (status >= 500) d.log.error("customer.failed", { code: error.code, cause: describeCause(thrown) });
    desk.ended(request, response, status, error);
  };
}

const YOURS = text("Faktur pajak Anda", "Your tax invoices");
const FRESH = text("Minta tautan baru", "Ask for a fresh link");
const AWAY = text("Halaman ini sedang tidak dapat dibuka", "This page cannot be opened now");
const ADDRESS = text("Alamat e-mail faktur pajak", "E-mail address for tax invoices");
const TOO_MANY = text(
  "Terlalu banyak percobaan. Coba lagi dalam beberapa menit.",
  "Too many tries. Try again in a few minutes.",
);
