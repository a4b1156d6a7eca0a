/**
 * Proves that no page of the console is wider than a phone (a page that is makes the browser shrink everything on it), and no
 * list than a small desktop. In a real Chromium, with a seller, an account, an invoice without a faktur and one with it. (What a
 * list hides for the eye once reached outside it.)
 */
import { filesUnder, readDocument } from "../docs/documents";
import type { RunningAuthority } from "../../src/simulator/authority";
import { furnish, pay, settle, type TestApi } from "../support/api";
import { type OpenBrowser } from "../support/browser";
import { enterAs, lookAt } from "../support/console";
import { enterCompany } from "../support/furnished";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

let api: TestApi;
let authority: RunningAuthority;
let browser: OpenBrowser;
let faktur: string;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["admin"]));
  await furnish(api, authority.url);
  await pay(api, "1");
  await settle(api);
  await enterCompany(api);
  await pay(api, "2");
  await settle(api);
  const { items } = (await api.call("GET", "/fakturs")).json as { items: readonly { id: string }[] };
  faktur = items[0]?.id ?? "";
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const PAGES = [
  ...["", "/faktur", "/perusahaan?status=all", "/tanpa-faktur", "/pemindahan", "/kasus", "/persetujuan"],
  ...["/rekonsiliasi", "/laporan", "/jejak", "/akun", "/pengaturan", "/pengaturan/penjual/utama"],
  ...["/pengaturan/pengguna", "/pengaturan/token", "/pengaturan/webhook", "/pengaturan/kurs"],
];

test("every page fits a phone", async () => {
  const page = await enterAs(browser, api, "admin", { size: "phone" });
  const wide: string[] = [];
  for (const path of PAGES) {
    const answer = await page.goto(`${api.url}/console${path}`);
    expect([path, answer?.status()]).toEqual([path, 200]);
    const width = await page.evaluate<number>("document.scrollingElement.scrollWidth");
    if (width > 390) wide.push(`${path}: ${width}`);
  }
  expect(wide).toEqual([]);
});

test("what an invoice, an account and a faktur list is read on a phone without pushing it sideways", async () => {
  const page = await enterAs(browser, api, "admin", { size: "phone" });
  for (const path of [
    "/tanpa-faktur?outcome=all",
    "/invoice/toko/1",
    "/perusahaan/toko/77",
    `/faktur/${faktur}`,
  ]) {
    await page.goto(`${api.url}/console${path}`);
    const boxes = page.locator(".list-box:has(.stacked)");
    expect([path, await boxes.count()]).toEqual([path, path.startsWith("/perusahaan") ? 3 : 1]);
    const wide = await page.evaluate<number>(
      "[...document.querySelectorAll('.list-box:has(.stacked)')].filter((box) => box.scrollWidth > box.clientWidth).length",
    );
    expect([path, wide]).toEqual([path, 0]);
    await lookAt(page, `phone-${/\w+/.exec(path)?.[0]}`);
  }
});

test("a list is read on a small desktop without pushing it sideways", async () => {
  const page = await enterAs(browser, api, "admin", { size: "desktop" });
  await page.setViewportSize({ width: 1180, height: 800 });
  for (const path of ["/faktur", "/tanpa-faktur?outcome=all", "/kasus", "/perusahaan?status=all"]) {
    await page.goto(`${api.url}/console${path}`);
    const wider = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.list-box')].map((box) => box.scrollWidth - box.clientWidth)",
    );
    expect([path, Math.max(0, ...wider)]).toEqual([path, 0]);
  }
});

test("of the times of one row no more than one goes without its name where the heads of columns are gone", () => {
  const nameless = /<td(?![^>]*data-label)[^>]*>(?:<span[^>]*>)?<%= it\.(?:moment|day)\(/g;
  const templates = filesUnder("templates/console").map((file) => [file, readDocument(file)] as const);
  const stacked = templates.filter(([, words]) => words.includes("stacked"));
  expect(stacked.length).toBeGreaterThan(5);
  expect(
    stacked.filter(([, words]) => [...words.matchAll(nameless)].length > 1).map(([file]) => file),
  ).toEqual([]);
});
