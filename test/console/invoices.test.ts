/**
 * Proves the pages of invoices without a faktur, of one invoice, and of KMK rates in a real browser: why there is none,
 * the button that mends it, many at once, the list as a file, and that names from outside stay text.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { generic } from "../support/portal-events";
import { accountBody, furnish, made, npwpBody, pay, settle, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";
import { accessibilityFaults, type OpenBrowser, sayYes } from "../support/browser";
import { enterAs, lookAt } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

const LIST = "/console/tanpa-faktur";
const EVIL = `=cmd|' /C calc'!A0 <img src=x onerror=alert(1)>`;

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "viewer"]));
  await furnish(api, authority.url);
});
afterAll(() => closeOnScreen({ api, authority, browser }));

test.each([
  ["light", "desktop"],
  ["dark", "phone"],
] as const)("with nothing in the database the pages are sound in %s on a %s", async (theme, size) => {
  const page = await enterAs(browser, api, "finance", { theme, size });
  for (const path of [LIST, `${LIST}?outcome=all`, "/console/pengaturan/kurs"]) {
    await page.goto(`${api.url}${path}`);
    expect(await page.locator(".empty").count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
  }
  expect(page.mistakes).toEqual([]);
});

test("each invoice says why it has none, with the way to mend it", async () => {
  await made(api.call("PUT", "/accounts/toko/78", { body: { ...accountBody, name: EVIL } }));
  await made(api.call("PUT", "/accounts/toko/79", { body: accountBody }));
  await made(api.call("PUT", "/accounts/toko/79/npwp", { body: npwpBody }));
  await made(api.call("POST", "/accounts/toko/79/npwp/activate"));
  await pay(api, "1");
  await pay(api, "2");
  await generic(api, "invoice.paid", { id: "usd", account: "79", currency: "USD" });
  await generic(api, "invoice.paid", { id: "evil", account: "78", name: EVIL, description: EVIL });
  await generic(api, "invoice.refunded", { id: "early", account: "79" });
  await settle(api);
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}${LIST}`);
  expect(await page.locator("tbody tr").count()).toBe(2);
  expect(await page.locator("tbody").textContent()).toContain("Kurs KMK USD");
  expect(await page.locator("tbody tr").first().textContent()).toContain("47 hari lagi");
  await page.getByRole("link", { name: "Dilewati" }).click();
  expect(await page.locator("tbody tr").count()).toBe(3);
  expect(await page.locator("tbody").textContent()).toContain(EVIL);
  await page.getByLabel("Invoice, akun, atau perusahaan").fill("inv-2");
  await page.getByRole("button", { name: "Tampilkan" }).click();
  expect(await page.locator("tbody tr").count()).toBe(1);
  await page.getByRole("link", { name: "INV-2" }).click();
  expect(await page.locator(".reason").textContent()).toContain("belum punya perusahaan");
  await page.getByRole("link", { name: "Buka tab NPWP" }).click();
  await page.waitForURL(/perusahaan\/toko\/77/);
  expect(page.mistakes).toEqual([]);
});

test("a missing rate is one click away from the invoice that waits for it, and the invoice follows", async () => {
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}${LIST}?reason=foreign_currency`);
  await page.getByRole("link", { name: "Isi kurs" }).click();
  await page.waitForURL(/pengaturan\/kurs\?currency=USD/);
  expect(await page.getByLabel("Berlaku mulai (Rabu)").inputValue()).toBe("2026-10-28");
  await page.getByLabel("Rupiah", { exact: true }).fill("16.500,2");
  await page.getByRole("button", { name: "Simpan kurs" }).click();
  expect(await page.getByLabel("Nomor KMK").inputValue()).toBe("");
  await page.getByLabel("Nomor KMK").fill("45/KM.10/2026");
  await page.getByRole("button", { name: "Simpan kurs" }).click();
  await page.waitForURL(/notice=kursEntered/);
  expect(await page.locator("tbody").textContent()).toContain("16.500,20");
  await settle(api);
  expect((await api.call("GET", "/invoices/toko/usd")).json["outcome"]).toBe("issued");
  const csv = "currency,rate,per,from,to,kmk\nSGD,12800.5,1,2026-10-28,,45/KM.10/2026\n";
  await page.getByLabel("atau tempel isi").fill(csv);
  await page.getByRole("button", { name: "Impor" }).click();
  expect(await page.getByRole("status").textContent()).toContain("1 kurs baru");
  await lookAt(page, "kurs-light");
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("an invoice is issued by accepting its reason, and the page tells what became of it", async () => {
  const page = await enterAs(browser, api, "finance");
  sayYes(page);
  await page.goto(`${api.url}${LIST}?reason=refunded_before_issue`);
  await page.getByRole("link", { name: "early" }).click();
  expect(await page.locator(".timeline").textContent()).toContain("Pembayaran diketahui");
  await lookAt(page, "invoice-light");
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Terbitkan juga" }).click();
  await page.waitForURL(/invoice\/toko\/early\?notice=queued/);
  await settle(api);
  await page.reload();
  expect(await page.locator("h1 + p, .heading").first().textContent()).toContain("Terbit");
  expect(await page.getByRole("link", { name: "Buka kasus" }).count()).toBe(1);
});

test.each([
  ["light", "desktop"],
  ["dark", "phone"],
] as const)("the full list is sound in %s on a %s", async (theme, size) => {
  const page = await enterAs(browser, api, "finance", { theme, size });
  for (const [name, path] of [
    ["without", `${LIST}?outcome=all`],
    ["invoice-held", "/console/invoice/toko/evil"],
  ] as const) {
    await page.goto(`${api.url}${path}`);
    await lookAt(page, `${name}-${theme}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  }
  expect(page.mistakes).toEqual([]);
});

test("many are issued at once after the tab was made active, and who may not has neither button nor way", async () => {
  await enterCompany(api);
  const viewer = await enterAs(browser, api, "viewer");
  await viewer.goto(`${api.url}${LIST}?outcome=skipped`);
  expect(await viewer.getByRole("button", { name: "Terbitkan" }).count()).toBe(0);
  const token = await viewer.locator("input[name='_csrf']").first().inputValue();
  for (const path of [`${LIST}/terbitkan`, `${LIST}/coba-lagi`, "/console/invoice/toko/1/terbitkan"]) {
    const form = { _csrf: token, satu: "toko/1" };
    expect((await viewer.request.post(`${api.url}${path}`, { form })).status()).toBe(403);
  }
  const page = await enterAs(browser, api, "finance");
  sayYes(page);
  await page.goto(`${api.url}${LIST}?outcome=skipped&reason=no_company`);
  await page.getByLabel("INV-1").check();
  await page.getByLabel("INV-2").check();
  expect(await page.locator("[data-ticked]").textContent()).toBe("2");
  await page.getByRole("button", { name: "Terbitkan yang dicentang" }).click();
  await page.waitForURL(/outcome=skipped&reason=no_company&notice=queued/);
  await settle(api);
  await page.reload();
  expect(await page.locator("tbody tr").count()).toBe(1);
  expect((await api.call("GET", "/invoices/toko/1")).json["outcome"]).toBe("issued");
});

test("the list comes as a file whose cells are no formulas", async () => {
  const page = await enterAs(browser, api, "viewer");
  const href = `${api.url}/console/unduh/tanpa-faktur?outcome=all`;
  const answer = await page.request.get(href);
  expect(answer.headers()["content-type"]).toContain("text/csv");
  const text = await answer.text();
  expect(text.split("\r\n")[0]).toContain("portal,invoice,number");
  expect(text).toContain(`"'=cmd|`.slice(1));
  expect(text).not.toMatch(/(^|,)"?=cmd/m);
});

test("T64: one that waits behind others says how many go before it, and then when it is looked at again", async () => {
  const pause = { auto: true, pauseLastDaysOfMonth: 28 };
  await made(api.call("PUT", "/sellers/utama/upload", { body: pause }));
  for (const id of ["queue-1", "queue-2", "queue-3"]) await pay(api, id, "79");
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}/console/invoice/toko/queue-3`);
  const { ahead } = (await api.call("GET", "/invoices/toko/queue-3")).json["next"] as { ahead: number };
  expect(ahead).toBeGreaterThanOrEqual(2);
  const why = page.locator("[aria-labelledby=mengapa]");
  expect(await why.textContent()).toContain(`${ahead} pekerjaan lain lebih dahulu.`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await api.app.worker.drain();
  await page.reload();
  expect(await why.textContent()).toContain("Dilihat lagi 1 Des 2026");
  await page.locator("[aria-labelledby=faktur] a").first().click();
  expect(await page.locator(".lead-in").textContent()).toContain("Dilihat lagi");
  expect(page.mistakes).toEqual([]);
});
