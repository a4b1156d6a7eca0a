import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import type { Route } from "../api/route";
import { AppError } from "../errors";
import { text, type Language, type Text } from "../text";
import type { OidcDoor } from "../users/oidc";
import { signOut, visitorOf, type SignInDeps, type Visitor } from "../users/sign-in";
import type { Assets } from "./assets";
import { dropCookie, readCookie, setCookie } from "./cookies";
import { csrfOf, isOurForm } from "./csrf";
import { menuFor } from "./menu";
import { noticeOf } from "./notices";
import { fieldOf, type Download, type Form, type Page, type Place } from "./page";
import { createRender } from "./render";
import { showPage, type ShownProblem } from "./show";

export interface ConsoleDeps extends SignInDeps {
  readonly routes: readonly Route[];
  readonly oidc: OidcDoor | null;
  readonly pages: readonly Page[];
  readonly downloads: readonly Download[];
  /** Whether people come over HTTPS. */
  readonly secure: boolean;
}

export const SESSION_COOKIE = "faktur_session";
export const GUEST_COOKIE = "faktur_guest";

/** What every answer of the console needs. */
export interface Desk extends ConsoleDeps {
  readonly cookies: { readonly secure: boolean };
  visitor(request: Request): Promise<Visitor | null>;
  /** The cookie that this visitor's forms are bound to; a guest gets one. */
  formCookie(request: Request, response: Response): string;
  send(request: Request, response: Response, status: number, shown: PageToShow): void;
}

export interface PageToShow {
  readonly template: string;
  readonly title: Text;
  readonly place?: Place | null;
  readonly view?: object;
  readonly visitor?: Visitor | null;
  readonly problem?: ShownProblem | null;
  readonly typed?: Form;
}

export function createDesk(d: ConsoleDeps, assets: Assets): Desk {
  const render = createRender();
  const cookies = { secure: d.secure };
  const places = new Set(d.pages.flatMap((page) => (page.place === null ? [] : [page.place])));
  const desk: Desk = {
    ...d,
    cookies,
    visitor: (request) => visitorOf(d, readCookie(cookies, request.headers.cookie, SESSION_COOKIE)),
    formCookie(request, response) {
      const session = readCookie(cookies, request.headers.cookie, SESSION_COOKIE);
      if (session !== undefined && session !== "") return session;
      const guest = readCookie(cookies, request.headers.cookie, GUEST_COOKIE);
      if (guest !== undefined && guest !== "") return guest;
      const fresh = randomBytes(18).toString("base64url");
      setCookie(cookies, response, GUEST_COOKIE, fresh);
      return fresh;
    },
    send(request, response, status, shown) {
      const visitor = shown.visitor ?? null;
      const html = showPage(render, assets, {
        template: shown.template,
        title: shown.title,
        place: shown.place ?? null,
        view: shown.view ?? {},
        visitor,
        language: languageFor(request, visitor),
        theme: themeOf(readPlainCookie(request, "faktur_theme")),
        csrf: csrfOf(desk.formCookie(request, response)),
        address: request.originalUrl,
        menu: visitor === null ? [] : menuFor(visitor.role, places),
        notice: noticeOf(typeof request.query["notice"] === "string" ? request.query["notice"] : undefined),
        problem: shown.problem ?? null,
        typed: shown.typed ?? {},
      });
      response.status(status).type("html").send(html);
    },
  };
  return desk;
}

/**
 * Gives somebody who has just proved who they are a cookie of their own: whatever session came along ends, and the
 * guest's cookie with the forms bound to it is gone.
 */
export async function enterWith(
  desk: Desk,
  request: Request,
  response: Response,
  token: string,
): Promise<void> {
  const before = await desk.visitor(request);
  if (before !== null) await signOut(desk, before);
  setCookie(desk.cookies, response, SESSION_COOKIE, token);
  dropCookie(desk.cookies, response, GUEST_COOKIE);
}

/** Throws `role_too_low` for a form that this console did not make for this visitor. */
export function checkForm(desk: Desk, request: Request, form: Form): void {
  const session = readCookie(desk.cookies, request.headers.cookie, SESSION_COOKIE);
  const cookie = session ?? readCookie(desk.cookies, request.headers.cookie, GUEST_COOKIE);
  const site = request.headers["sec-fetch-site"];
  const from = typeof site === "string" ? site : undefined;
  if (isOurForm(cookie, fieldOf(form, "_csrf"), from)) return;
  throw new AppError("role_too_low", FORM_STALE);
}

const FORM_STALE = text(
  "Formulir ini sudah kedaluwarsa. Kembali, muat ulang halaman, lalu kirim lagi.",
  "This form is out of date. Go back, load the page again, and send it anew.",
);

export function languageFor(request: Request, visitor: Visitor | null): Language {
  if (visitor !== null) return visitor.language;
  return readPlainCookie(request, "faktur_language") === "en" ? "en" : "id";
}

const themeOf = (value: string | undefined): "light" | "dark" | "auto" =>
  value === "light" || value === "dark" ? value : "auto";

/** Cookies of taste, set by the page's own script. */
const readPlainCookie = (request: Request, name: string): string | undefined =>
  readCookie({ secure: false }, request.headers.cookie, name);
