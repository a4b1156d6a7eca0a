/** Proves the list of fakturs in a real browser: what it shows, finds, filters and does to several at once. */
import type { RunningAuthority } from "../../src/simulator/authority";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { furnish, made, npwpBody, pay, settle, type TestApi } from "../support/api";
import { accessibilityFaults, type OpenBrowser, sayYes } from "../support/browser";
import { enterAs } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "viewer"]));
  await furnish(api, authority.url);
  const evil = { ...npwpBody, name: `PT <script>alert(1)</script> & "Anak"` };
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: evil }));
  await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
  for (const id of ["1", "2", "3"]) await pay(api, id);
  await settle(api);
});
afterAll(() => closeOnScreen({ api, authority, browser }));

test.each([
  ["light", "desktop"],
  ["dark", "phone"],
] as const)("the list is sound in %s on a %s", async (theme, size) => {
  const page = await enterAs(browser, api, "finance", { theme, size });
  await page.goto(`${api.url}/console/faktur`);
  expect(await page.locator("tbody tr").count()).toBe(3);
  expect(await page.locator("tbody tr").first().textContent()).toContain(
    `PT <script>alert(1)</script> & "Anak"`,
  );
  expect(Buffer.byteLength(await page.content())).toBeLessThan(60_000);
  if (process.env["PICTURES"])
    await page.screenshot({ path: `${process.env["PICTURES"]}/fakturs-${theme}.png` });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(page.mistakes).toEqual([]);
});

test("search and filters find what they name, and an empty answer says so", async () => {
  const page = await enterAs(browser, api, "viewer");
  await page.keyboard.press("/");
  await page.keyboard.type("INV-2");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=INV-2/);
  expect(await page.locator("tbody tr").allTextContents()).toHaveLength(1);
  await page.getByLabel("Status").selectOption("rejected");
  await page.getByRole("button", { name: "Tampilkan" }).click();
  expect(await page.locator(".empty").textContent()).toContain("Tidak ada faktur yang cocok");
});

test("several are mailed again at once; a viewer has no such button and no such way", async () => {
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}/console/faktur`);
  await page.locator("[data-tick-all]").check();
  expect(await page.locator("[data-ticked]").textContent()).toBe("3");
  sayYes(page);
  await page.getByRole("button", { name: "Kirim ulang e-mail" }).click();
  await page.getByText("3 faktur diterima").waitFor();
  await settle(api);
  const { json } = await api.call("GET", "/fakturs");
  for (const one of json["items"] as { id: string }[]) {
    const { deliveries } = (await api.call("GET", `/fakturs/${one.id}`)).json as { deliveries: unknown[] };
    expect(deliveries).toHaveLength(2);
  }
  const viewer = await enterAs(browser, api, "viewer");
  await viewer.goto(`${api.url}/console/faktur`);
  expect(await viewer.getByRole("button", { name: "Kirim ulang e-mail" }).count()).toBe(0);
  const token = await viewer.locator("input[name='_csrf']").first().inputValue();
  const answer = await viewer.request.post(`${api.url}/console/faktur/kirim-ulang`, {
    form: { _csrf: token, pilih: "x" },
  });
  expect(answer.status()).toBe(403);
});

test("trying again what needs no other try is said, not queued", async () => {
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}/console/faktur?q=INV-2`);
  await page.locator("input[name='pilih']").check();
  await page.getByRole("button", { name: "Coba lagi" }).click();
  await page.getByText("0 diterima, 1 tidak").waitFor();
  expect(await page.getByRole("status").first().textContent()).toContain("tidak ada yang perlu diulang");
});

test("the period narrows the list, and the address keeps it", async () => {
  const page = await enterAs(browser, api, "viewer");
  await page.goto(`${api.url}/console/faktur`);
  await page.getByLabel("Masa pajak").fill("2026-10");
  await page.getByRole("button", { name: "Tampilkan" }).click();
  await page.waitForURL(/period=2026-10/);
  expect(await page.locator(".empty").count()).toBe(1);
  await page.goto(`${api.url}/console/faktur?period=2026-11`);
  expect(await page.locator("tbody tr").count()).toBe(3);
  expect(await page.getByLabel("Masa pajak").inputValue()).toBe("2026-11");
});

test.each(["SCRIPT anak", "02.34", "098765432109000", "inv-1", "0098.7654"])(
  "the search for %s finds by name in any order, or by the beginning of a number",
  async (words) => {
    const { json } = await api.call("GET", `/fakturs?q=${encodeURIComponent(words)}`);
    expect([words, (json["items"] as unknown[]).length]).toEqual([
      words,
      { "SCRIPT anak": 3, "inv-1": 1, "098765432109000": 3, "0098.7654": 3 }[words] ?? 0,
    ]);
  },
);

test("the filtered list is a CSV without formulas and an XLSX with numbers", async () => {
  const page = await enterAs(browser, api, "viewer");
  await page.goto(`${api.url}/console/faktur?q=INV-2`);
  const href = (await page.getByRole("link", { name: "Unduh CSV" }).getAttribute("href")) ?? "";
  const csv = await page.request.get(`${api.url}${href}`);
  expect(csv.headers()["content-disposition"]).toContain('filename="faktur.csv"');
  const lines = (await csv.text()).split("\r\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain("Approval Sukses,2026-11-03,2026-11,INV-2,INV-2,");
  expect(lines[1]).toContain(`"PT <script>alert(1)</script> & ""Anak""",0098765432109000`);
  expect(lines[1]).toContain("1000000,916667,110000");
  const xlsx = await page.request.get(`${api.url}/console/unduh/faktur.xlsx?q=INV-2`);
  const folder = mkdtempSync(join(tmpdir(), "faktur-xlsx-"));
  writeFileSync(join(folder, "list.xlsx"), await xlsx.body());
  const sheet = execFileSync("unzip", [
    "-p",
    join(folder, "list.xlsx"),
    "xl/worksheets/sheet1.xml",
  ]).toString();
  rmSync(folder, { recursive: true });
  expect(sheet).toMatch(/<c [^>]*><v>1000000<\/v><\/c>/);
  expect(sheet).not.toContain("<f>");
});

test("what a spreadsheet would take for a formula is text in the CSV", async () => {
  await api.app.db.knex("accounts").where({ external_id: "77" }).update({ external_id: "=1+1" });
  const csv = await api.call("GET", "/exports/fakturs");
  await api.app.db.knex("accounts").where({ external_id: "=1+1" }).update({ external_id: "77" });
  expect(csv.bytes.toString("utf8")).toContain(",'=1+1");
  expect(csv.bytes.toString("utf8")).toContain(",pajak@contoh.example,Terkirim,");
});

test("what cannot be uploaded is refused by name", async () => {
  const page = await enterAs(browser, api, "finance");
  sayYes(page);
  await page.goto(`${api.url}/console/faktur?q=INV-3`);
  await page.locator("input[name='pilih']").check();
  await page.getByRole("button", { name: "Unggah" }).click();
  await page.getByText("0 diterima, 1 tidak").waitFor();
  expect(await page.getByRole("status").first().textContent()).toContain("INV-3");
});
