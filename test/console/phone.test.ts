/**
 * Proves that no page of the console is wider than a phone: a page that is makes the browser shrink everything on it. In a
 * real Chromium, with a seller, an account and tokens in the lists. (What a list hides for the eye once reached outside it.)
 */
import { filesUnder, readDocument } from "../docs/documents";
import { startApi, sellerBody, type TestApi } from "../support/api";
import { openBrowser, type OpenBrowser } from "../support/browser";
import { createPeople, enterAs } from "../support/console";

let api: TestApi;
let browser: OpenBrowser;
beforeAll(async () => {
  api = await startApi();
  await createPeople(api, ["admin"]);
  await api.call("PUT", "/sellers/utama", { body: sellerBody() });
  await api.call("PUT", "/accounts/toko/77", { body: { name: "PT Contoh", email: "a@contoh.example" } });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await api.close();
});

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

test("of the times of one row no more than one goes without its name where the heads of columns are gone", () => {
  const nameless = /<td(?![^>]*data-label)[^>]*>(?:<span[^>]*>)?<%= it\.(?:moment|day)\(/g;
  const templates = filesUnder("templates/console").map((file) => [file, readDocument(file)] as const);
  const stacked = templates.filter(([, words]) => words.includes("stacked"));
  expect(stacked.length).toBeGreaterThan(5);
  expect(
    stacked.filter(([, words]) => [...words.matchAll(nameless)].length > 1).map(([file]) => file),
  ).toEqual([]);
});
