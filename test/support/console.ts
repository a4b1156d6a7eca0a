import type { Page } from "playwright-core";
import type { Role } from "../../src/api/roles";
import { newId } from "../../src/ids";
import { SESSION_COOKIE } from "../../src/console/desk";
import { csrfOf } from "../../src/console/csrf";
import { createUser } from "../../src/users/manage";
import { openSession } from "../../src/users/sign-in";
import type { TestApi } from "./api";
import type { Look, OpenBrowser } from "./browser";

/** People of the console and their way in. */

export const PASSWORD = "kuda terbang di atas atap";

export const emailOf = (role: Role): string => `${role}@hosting.example`;

/** One user of each wanted role; made once for a whole suite, since a password takes its time to hash. */
export async function createPeople(api: TestApi, roles: readonly Role[] = ["finance"]): Promise<void> {
  const { db, clock, seal } = api.app;
  for (const role of roles)
    await createUser({ db, clock, seal, newId }, { email: emailOf(role), role, password: PASSWORD }, "test");
}

/** Signs in through the form, as a person does. */
export async function enterAs(
  browser: OpenBrowser,
  api: TestApi,
  role: Role,
  look: Look = {},
): Promise<Page & { readonly mistakes: string[] }> {
  const page = await browser.visit(look);
  await page.goto(`${api.url}/console`);
  await page.getByLabel("E-mail").fill(emailOf(role));
  await page.getByLabel(/^(Kata sandi|Password)$/).fill(PASSWORD);
  await page.getByRole("button", { name: /^(Masuk|Sign in)$/ }).click();
  await page.waitForURL(/\/console(?!\/masuk)/);
  return page;
}

/** Forms of the console as somebody of this role sends them, without a browser between. */
export interface Forms {
  readonly email: string;
  /** `path` begins behind `/console`. */
  page(path: string): Promise<string>;
  /** Where the address leads, without following it. */
  look(path: string): Promise<{ readonly status: number; readonly to: string | null }>;
  /** The fields of the form with this action as the page shows them, ready to be sent back. */
  fields(path: string, action: string): Promise<Record<string, string>>;
  send(
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly to: string | null; readonly text: string }>;
}

export async function formsAs(api: TestApi, role: Role, email = emailOf(role)): Promise<Forms> {
  const { db, clock, seal } = api.app;
  const people = { ...api.app, clock, newId, requireTotp: [] };
  const user = await createUser({ db, clock, seal, newId }, { email, role, password: PASSWORD }, "test");
  const origin = { source: "192.0.2.1", agent: "Peramban/1", way: "password" as const };
  const session = await openSession(people, user, clock.now(), origin);
  const visit = (path: string, form: Readonly<Record<string, string>> | null) =>
    fetch(`${api.url}/console${path}`, {
      ...{ redirect: "manual", headers: { cookie: `${SESSION_COOKIE}=${session}` } },
      ...(form === null
        ? {}
        : { method: "POST", body: new URLSearchParams({ ...form, _csrf: csrfOf(session) }) }),
    });
  const page = async (path: string) => (await visit(path, null)).text();
  return {
    email,
    page,
    async look(path) {
      const answer = await visit(path, null);
      await answer.arrayBuffer();
      return { status: answer.status, to: answer.headers.get("location") };
    },
    async fields(path, action) {
      return fieldsOn(await page(path), action);
    },
    async send(path, fields) {
      const answer = await visit(path, fields);
      return { status: answer.status, to: answer.headers.get("location"), text: await answer.text() };
    },
  };
}

/** What a browser would send of the form with this action, as it stands on the page. */
export function fieldsOn(html: string, action: string): Record<string, string> {
  const form = new RegExp(`<form[^>]*action="[^"]*/${action}"[\\s\\S]*?</form>`).exec(html)?.[0];
  if (form === undefined) throw new Error(`the page has no form ${action}`);
  const plain = (value: string) =>
    value
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&lt;/g, "<")
      .replace(/&amp;/g, "&");
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const [, name] = /\bname="([^"]*)"/.exec(input) ?? [];
    if (name === undefined || (/type="checkbox"/.test(input) && !/ checked/.test(input))) continue;
    fields[name] = plain(/\bvalue="([^"]*)"/.exec(input)?.[1] ?? "");
  }
  for (const [, name = "", options = ""] of form.matchAll(
    /<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    const chosen =
      /<option value="([^"]*)" selected/.exec(options) ?? /<option value="([^"]*)"/.exec(options);
    fields[name] = plain(chosen?.[1] ?? "");
  }
  return fields;
}

/** A picture of the page for people, in the folder that PICTURES names; nothing without it. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const folder = process.env["PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
