import express, { type Request, type Response, type Router } from "express";
import { text } from "../text";
import { giveCode, signIn, signOut, type SignedIn } from "../users/sign-in";
import { sourceOf } from "../users/tries";
import { dropCookie, readCookie, setCookie } from "./cookies";
import { readFields } from "./form";
import { fieldOf, type Form } from "./page";
import { checkForm, enterWith, SESSION_COOKIE, type Desk } from "./desk";
import type { ShownProblem } from "./show";

const PENDING_COOKIE = "faktur_pending";
const TITLE = text("Masuk", "Sign in");

/** Only back into the console: an address from outside could lead anywhere. */
export const safeBack = (value: string): string =>
  /^\/console(?:[/?][^\\\r\n]*)?$/.test(value) && !value.startsWith("/console//") ? value : "/console";

/** `/console/masuk` and `/console/keluar`: what works without a session. */
export function signInRoutes(desk: Desk): Router {
  const router = express.Router();
  router.get("/masuk", async (request, response) => {
    const back = typeof request.query["ke"] === "string" ? request.query["ke"] : "";
    if ((await desk.visitor(request)) !== null) return response.redirect(303, safeBack(back));
    showForm(desk, request, response, 200, { back: safeBack(back), codeNeeded: false }, null, {});
  });
  router.post("/masuk", async (request, response) => {
    const form = await readFields(request, response);
    checkForm(desk, request, form);
    const back = safeBack(fieldOf(form, "ke"));
    const pending = readCookie(desk.cookies, request.headers.cookie, PENDING_COOKIE) ?? "";
    const code = fieldOf(form, "code");
    const source = sourceOf(request.ip);
    const agent = request.headers["user-agent"] ?? null;
    const password = form["password"];
    const email = fieldOf(form, "email");
    const step = code === "" ? "password" : "code";
    const tried =
      step === "code"
        ? await giveCode(desk, decoded(pending), code, { source, agent })
        : await signIn(desk, {
            email,
            password: typeof password === "string" ? password : "",
            source,
            agent,
          });
    if (tried.kind === "in") {
      await enterWith(desk, request, response, tried.token);
      dropCookie(desk.cookies, response, PENDING_COOKIE);
      return response.redirect(303, back);
    }
    const codeNeeded = tried.kind === "codeNeeded";
    if (codeNeeded) setCookie(desk.cookies, response, PENDING_COOKIE, encodeURIComponent(tried.pending), 600);
    const status = tried.kind === "resting" ? 429 : 401;
    showForm(desk, request, response, status, { back, codeNeeded }, whyNot(tried, step), { email });
  });
  router.post("/keluar", async (request, response) => {
    checkForm(desk, request, await readFields(request, response));
    const visitor = await desk.visitor(request);
    if (visitor !== null) await signOut(desk, visitor);
    dropCookie(desk.cookies, response, SESSION_COOKIE);
    response.redirect(303, "/console/masuk?notice=signedOut");
  });
  return router;
}

function decoded(cookie: string): string {
  try {
    return decodeURIComponent(cookie);
  } catch {
    return "";
  }
}

export function showForm(
  desk: Desk,
  request: Request,
  response: Response,
  status: number,
  view: { readonly back: string; readonly codeNeeded: boolean },
  problem: ShownProblem | null,
  typed: Form,
): void {
  desk.send(request, response, status, {
    template: "masuk",
    title: TITLE,
    view: { ...view, oidc: desk.oidc !== null },
    problem,
    typed,
  });
}

function whyNot(tried: Exclude<SignedIn, { kind: "in" }>, step: "password" | "code"): ShownProblem | null {
  switch (tried.kind) {
    case "codeNeeded":
      if (step === "password") return null;
      return { message: "Kode tidak cocok. / The code does not match.", faults: [] };
    case "wrong":
      return {
        message: "E-mail atau kata sandi tidak cocok. / The e-mail address or password does not match.",
        faults: [],
      };
    case "resting":
      return {
        message: `Terlalu banyak percobaan. Coba lagi dalam ${tried.minutes} menit. / Too many tries. Try again in ${tried.minutes} minutes.`,
        faults: [],
      };
    default:
      return tried satisfies never;
  }
}
