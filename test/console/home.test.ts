/**
 * Proves Beranda in a real browser: an empty database says that nothing waits, a full one shows everything that needs a
 * person, oldest first, with its deadline, cause and fix; the figures are those of the ledger; the lights say it in words.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { accountBody, furnish, made, npwpBody, pay, sellerBody, settle, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";
import { accessibilityFaults, type OpenBrowser } from "../support/browser";
import { enterAs } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "viewer"]));
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const control = (body: object) =>
  fetch(`${authority.url}/_control`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

interface HomeJson {
  readonly items: readonly {
    readonly kind: string;
    readonly since: string;
    readonly deadline: string | null;
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly days: readonly Readonly<Record<string, unknown>>[];
  readonly health: readonly { readonly part: string; readonly state: string }[];
}

const home = async () => (await made(api.call("GET", "/home"))).json as unknown as HomeJson;

test("an empty database: nothing waits, and the page is sound", async () => {
  const page = await enterAs(browser, api, "viewer");
  expect(await page.locator(".empty").textContent()).toContain("Tidak ada yang menunggu");
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(page.mistakes).toEqual([]);
});

test("everything that needs a person is there, oldest first, and leads to where it is put right", async () => {
  await furnish(api, authority.url);
  await made(api.call("PUT", "/accounts/toko/78", { body: accountBody }));
  const evil = { ...npwpBody, name: "PT <script>alert(1)</script>" };
  await made(api.call("PUT", "/accounts/toko/78/npwp", { body: evil }));
  await enterCompany(api);
  api.clock.pass(60);
  await pay(api, "1");
  await settle(api);
  await control({ rules: [{ operation: "upload", fault: "reject", message: "NPWP <i>salah</i>" }] });
  await pay(api, "2");
  await settle(api);
  await control({ rules: [] });
  await made(
    api.call("PUT", "/sellers/utama", { body: { ...sellerBody(authority.url), upload: { auto: false } } }),
  );
  await pay(api, "3");
  await settle(api);
  const [faktur] = (await api.call("GET", "/fakturs?state=approved")).json["items"] as { id: string }[];
  const opened = { faktur: faktur?.id ?? "", kind: "wrong_amount", note: "harga keliru" };
  await made(api.call("POST", "/cases", { body: opened }));

  const { items, counts } = await home();
  expect(counts).toMatchObject({ company: 1, rejected: 1, draft: 1, case: 1, invoice: 0, mail: 0 });
  expect(items.map((one) => one.kind)).toEqual(["company", "rejected", "draft", "case"]);
  expect(items.map((one) => one.since)).toEqual(items.map((one) => one.since).sort());
  expect(items.find((one) => one.kind === "rejected")?.deadline).toBe("2026-12-20");
  // The day that the list of cases shows.
  const [told] = (await api.call("GET", "/cases")).json["items"] as { proposal: { deadline: string } }[];
  expect(told?.proposal.deadline).toBe("2026-12-20");
  expect(items.find((one) => one.kind === "case")?.deadline).toBe(told?.proposal.deadline);

  const page = await enterAs(browser, api, "finance");
  const rows = await page
    .locator("section", { has: page.locator("#perlu") })
    .locator("tbody tr")
    .allTextContents();
  expect(rows).toHaveLength(4);
  expect(rows[0]).toContain("PT <script>alert(1)</script>");
  expect(rows[1]).toMatch(/NPWP <i>salah<\/i>.*20 Des 2026.*47 hari lagi/s);
  await page.getByRole("link", { name: /INV-2/ }).click();
  await page.waitForURL(/\/console\/faktur\/[0-9a-f]+$/);
  await page.goto(`${api.url}/console`);
  await page.getByRole("link", { name: /Approval Ditolak 1/ }).click();
  await page.waitForURL(/state=rejected/);
  expect(await page.locator("tbody tr").count()).toBe(1);
  expect(page.mistakes).toEqual([]);
});

test("the figures are those of the ledger, by the day in Jakarta", async () => {
  const { days } = await home();
  expect(days.map((one) => one["day"])).toEqual(["2026-11-01", "2026-11-02", "2026-11-03"]);
  expect(days[2]).toMatchObject({
    ...{ paid: 3, issued: 1, waiting: 1, held: 1, skipped: 0, mailed: 1 },
    ...{ dpp: "1000000", ppn: "110000" },
  });
  const page = await enterAs(browser, api, "viewer");
  const today = page.locator("section", { has: page.locator("#hari") });
  expect(await today.textContent()).toMatch(/3Invoice lunas\s*1Faktur terbit/);
  expect(await page.locator("svg.plot rect.bar-good").count()).toBeGreaterThan(0);
  await page.getByText("Angkanya dalam tabel").click();
  expect(await page.getByRole("row", { name: /^3 Nov 2026 3 1/ }).textContent()).toContain("110.000");
});

test("the lights say in words how channel, portal and mail are; a paused channel is a thing to do", async () => {
  expect((await home()).health.map(({ part, state }) => [part, state])).toEqual([
    ["channel", "good"],
    ["portal", "good"],
    ["mail", "good"],
  ]);
  const at = api.clock.now().toISOString();
  await api.app.db
    .knex("channel_pauses")
    .insert({ seller: "utama", cause: "unauthorized", says: "x", since: at });
  const about = { subject: "CN=x", issuer: "CN=y", validFrom: at, validTo: "2026-11-20T00:00:00.000Z" };
  await api.app.db.knex("sellers").update({ certificate_about: JSON.stringify(about) });
  const { items, health } = await home();
  expect(items.map((one) => one.kind)).toEqual(expect.arrayContaining(["channel", "certificate"]));
  expect(health.map(({ part, state }) => [part, state])).toContainEqual(["channel", "bad"]);
  const page = await enterAs(browser, api, "viewer");
  const lights = page.locator("section", { has: page.locator("#kesehatan") });
  expect(await lights.textContent()).toMatch(/Terganggu\s*Kanal.*Perhatikan\s*Sertifikat.*17 hari lagi/s);
  await page.getByRole("link", { name: "Periksa semuanya sekarang" }).click();
  await page.waitForURL(/periksa=1/);
  expect(await lights.textContent()).toContain("Basis data menjawab");
  // What nobody could look at is not called fine.
  const clock = lights.locator("li", { hasText: "SQLite tidak punya jam" });
  expect(await clock.textContent()).toMatch(/^Tidak diperiksa\s*clock/);
});

test.each([
  ["light", "desktop"],
  ["dark", "desktop"],
  ["light", "phone"],
  ["dark", "phone"],
] as const)("a full page is sound in %s on a %s", async (theme, size) => {
  const page = await enterAs(browser, api, "finance", { theme, size });
  if (process.env["PICTURES"]) {
    await page.screenshot({ path: `${process.env["PICTURES"]}/home-${theme}-${size}.png`, fullPage: true });
  }
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
  expect(page.mistakes).toEqual([]);
});
