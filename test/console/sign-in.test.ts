/**
 * Proves the way in and out of the console in a real browser and over plain HTTP: password, second factor, rest after
 * wrong tries, forms of other sites, sessions that end.
 */
import type { Page } from "playwright-core";
import { totpNow } from "../../src/users/totp";
import { startApi, type TestApi } from "../support/api";
import { accessibilityFaults, openBrowser, type OpenBrowser } from "../support/browser";
import { createPeople, emailOf, enterAs, PASSWORD } from "../support/console";

let api: TestApi;
let browser: OpenBrowser;
beforeAll(async () => {
  api = await startApi();
  await createPeople(api, ["admin", "finance", "support", "viewer"]);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await api.close();
});

async function tryPassword(page: Page, email: string, password: string): Promise<void> {
  await page.goto(`${api.url}/console/masuk`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Kata sandi").fill(password);
  await page.getByRole("button", { name: "Masuk" }).click();
}

test.each([
  ["light", "desktop"],
  ["dark", "desktop"],
  ["light", "phone"],
  ["dark", "phone"],
] as const)("sign-in, home and own account are sound in %s on a %s", async (theme, size) => {
  const page = await browser.visit({ theme, size });
  await page.goto(`${api.url}/console/akun`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await tryPassword(page, emailOf("viewer"), PASSWORD);
  await page.waitForURL(/\/console$/);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`${api.url}/console/akun`);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(page.mistakes).toEqual([]);
});

test("whoever asked for a page is led there after signing in", async () => {
  const page = await browser.visit();
  await page.goto(`${api.url}/console/akun`);
  await page.getByLabel("E-mail").fill(emailOf("viewer"));
  await page.getByLabel("Kata sandi").fill(PASSWORD);
  await page.getByRole("button", { name: "Masuk" }).click();
  await page.waitForURL(/\/console\/akun$/);
});

test("a second factor: on by a code, asked for at the next sign-in, a code works once, recovery codes work once", async () => {
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}/console/akun`);
  const secret = (await page.locator("main code").first().textContent()) ?? "";
  const first = totpNow(secret, api.clock.now());
  for (const password of ["salah sama sekali", PASSWORD]) {
    await page.getByLabel("Kata sandi Anda").fill(password);
    await page.getByLabel("Kode enam angka").fill(first);
    await page.getByRole("button", { name: "Aktifkan" }).click();
    // The form comes back with the secret that the app has taken up.
    if (password !== PASSWORD) {
      expect(await page.getByRole("alert").textContent()).toContain("tidak cocok");
      expect(await page.locator("main code").first().textContent()).toBe(secret);
    }
  }
  const codes = await page.locator(".codes code").allTextContents();
  expect(codes).toHaveLength(8);

  const again = await browser.visit();
  await tryPassword(again, emailOf("finance"), PASSWORD);
  await again.getByLabel("Kode dari aplikasi autentikator").fill(first);
  await again.getByRole("button", { name: "Masuk" }).click();
  expect(await again.getByRole("alert").textContent()).toContain("Kode tidak cocok");
  api.clock.pass(30);
  await again.getByLabel("Kode dari aplikasi autentikator").fill(totpNow(secret, api.clock.now()));
  await again.getByRole("button", { name: "Masuk" }).click();
  await again.waitForURL(/\/console$/);

  for (const outcome of ["in", "refused"]) {
    const lost = await browser.visit();
    await tryPassword(lost, emailOf("finance"), PASSWORD);
    await lost.getByLabel("Kode dari aplikasi autentikator").fill(codes[0] ?? "");
    await lost.getByRole("button", { name: "Masuk" }).click();
    if (outcome === "in") await lost.waitForURL(/\/console$/);
    else expect(await lost.getByRole("alert").textContent()).toContain("Kode tidak cocok");
  }
});

test("five wrong passwords rest the account for a quarter of an hour, for the right one too", async () => {
  const page = await browser.visit();
  for (let time = 1; time <= 5; time += 1) await tryPassword(page, emailOf("support"), "salah sama sekali");
  await tryPassword(page, emailOf("support"), PASSWORD);
  expect(await page.getByRole("alert").textContent()).toContain("Terlalu banyak percobaan");
  api.clock.pass(16 * 60);
  await tryPassword(page, emailOf("support"), PASSWORD);
  await page.waitForURL(/\/console$/);
});

test("a form without this visitor's token, or sent by another site, changes nothing", async () => {
  const page = await enterAs(browser, api, "viewer");
  const cookies = await page.context().cookies();
  const session = cookies.find((cookie) => cookie.name === "faktur_session");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  const cookie = `faktur_session=${session?.value ?? ""}`;
  const token = await page.locator("input[name='_csrf']").first().inputValue();
  const send = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${api.url}/console/keluar`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, "content-type": "application/x-www-form-urlencoded", ...headers },
      body,
    });
  expect((await send("")).status).toBe(403);
  expect((await send(`_csrf=${token}x`)).status).toBe(403);
  expect((await send(`_csrf=${token}`, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  await page.reload();
  expect(page.url()).toMatch(/\/console$/);
  expect((await send(`_csrf=${token}`, { "sec-fetch-site": "same-origin" })).status).toBe(303);
  await page.reload();
  expect(page.url()).toContain("/console/masuk");
});

test("a session ends after two quiet hours", async () => {
  const page = await enterAs(browser, api, "viewer");
  api.clock.pass(121 * 60);
  await page.goto(`${api.url}/console`);
  expect(page.url()).toContain("/console/masuk");
});

test("pages forbid foreign scripts, inline scripts and being kept", async () => {
  const answer = await fetch(`${api.url}/console/masuk`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.text()).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|style=/i);
});
