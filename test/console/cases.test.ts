/**
 * Proves the pages of cases in a real browser: what a refund opens, the proposal with its reason, finance's decision,
 * a case opened by hand, steps and the buyer's document, and who may do what.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { furnish, made, pay, settle, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";
import { accessibilityFaults, type OpenBrowser, sayYes } from "../support/browser";
import { enterAs, lookAt } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";
import { refund } from "../support/portal-events";

const EVIL = `<img src=x onerror=alert(1)> "kutip"`;

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
let fakturs: readonly { readonly id: string; readonly invoiceId: string }[];
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "support", "viewer"]));
  await furnish(api, authority.url);
  await enterCompany(api);
  for (const id of ["1", "2", "3"]) await pay(api, id);
  await settle(api);
  fakturs = (await api.call("GET", "/fakturs")).json["items"] as typeof fakturs;
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const fakturOf = (invoice: string): string => fakturs.find((one) => one.invoiceId === invoice)?.id ?? "";

test("with nothing open the page says so; a refund appears by itself", async () => {
  const page = await enterAs(browser, api, "viewer");
  await page.goto(`${api.url}/console/kasus`);
  expect(await page.locator(".empty").textContent()).toContain("Tidak ada kasus terbuka");
  expect(await accessibilityFaults(page)).toEqual([]);
  await refund(api, "1", "500000.00");
  await settle(api);
  await page.reload();
  expect(await page.locator("tbody tr").count()).toBe(1);
  await page.getByRole("link", { name: "Dana dikembalikan sebagian" }).click();
  expect(await page.getByRole("button", { name: "Putuskan" }).count()).toBe(0);
  const token = await page.locator("input[name='_csrf']").first().inputValue();
  for (const act of ["putuskan", "langkah", "dokumen"]) {
    const answer = await page.request.post(`${page.url()}/${act}`, { form: { _csrf: token } });
    expect([act, answer.status()]).toEqual([act, 403]);
  }
  expect(page.mistakes).toEqual([]);
});

test("support opens a case from a faktur; what it writes stays text", async () => {
  const page = await enterAs(browser, api, "support");
  await page.goto(`${api.url}/console/kasus/baru?faktur=${fakturOf("2")}`);
  await page.getByLabel("Apa yang terjadi").selectOption("wrong_amount");
  await page.getByLabel("Nilai (bila sebagian)").fill("lima");
  await page.getByLabel("Keterangan").fill(EVIL);
  await page.getByRole("button", { name: "Buka kasus" }).click();
  expect(await page.getByRole("alert").count()).toBe(1);
  expect(await page.getByLabel("Keterangan").inputValue()).toBe(EVIL);
  await page.getByLabel("Nilai (bila sebagian)").fill("100000");
  await accessibilityFaults(page).then((faults) => expect(faults).toEqual([]));
  await page.getByRole("button", { name: "Buka kasus" }).click();
  await page.waitForURL(/kasus\/[0-9a-f]+\?notice=saved/);
  expect(await page.locator("main").textContent()).toContain(EVIL);
  expect(await page.getByText("Menunggu keputusan finance.").count()).toBe(1);
});

test("finance decides to replace with new values: the faktur is replaced and the case closes", async () => {
  const page = await enterAs(browser, api, "finance");
  sayYes(page);
  await page.goto(`${api.url}/console/kasus`);
  expect(await page.locator("tbody tr").count()).toBe(2);
  await page.getByRole("link", { name: "Nilai salah" }).click();
  await page.getByLabel("Faktur pengganti").check();
  await page.getByLabel("Alasan keputusan").fill("salah harga");
  await page.getByRole("button", { name: "Putuskan" }).click();
  expect(await page.getByRole("alert").count()).toBe(1);
  expect(await page.getByLabel("Alasan keputusan").inputValue()).toBe("salah harga");
  await page.locator("#price1").fill("900.000");
  await page.getByRole("button", { name: "Putuskan" }).click();
  await page.waitForURL(/notice=decided/);
  await settle(api);
  await page.reload();
  expect(await page.locator(".heading").textContent()).toContain("Selesai");
  expect(await page.locator(".timeline").textContent()).toContain("Diputuskan");
  const { json } = await api.call("GET", `/fakturs/${fakturOf("2")}`);
  expect(json["state"]).toBe("replaced");
});

test("the buyer's own document is noted where the law asks for it", async () => {
  const body = { faktur: fakturOf("3"), kind: "refund", note: "batal seluruhnya" };
  const { id } = (await made(api.call("POST", "/cases", { body }))).json as { id: string };
  const page = await enterAs(browser, api, "finance");
  sayYes(page);
  await page.goto(`${api.url}/console/kasus/${id}`);
  await page.getByLabel("Nota pembatalan dari pembeli").check();
  await page.getByLabel("Alasan keputusan").fill("jasa batal");
  await page.getByRole("button", { name: "Putuskan" }).click();
  await page.waitForURL(/notice=decided/);
  // It waits for a person, who must not be told to wait for the tax office.
  expect(await page.locator("ol.steps").textContent()).not.toContain("jawaban DJP");
  await page.getByLabel("Nomor nota pembatalan").fill("NP-1");
  await page.getByLabel("Tanggalnya").fill("2026-11-03");
  await page.getByRole("button", { name: "Catat dokumen pembeli" }).click();
  await page.waitForURL(/notice=saved/);
  expect(await page.locator("main").textContent()).toContain("NP-1");
});

test.each([
  ["light", "desktop"],
  ["dark", "phone"],
] as const)("the pages are sound in %s on a %s", async (theme, size) => {
  const page = await enterAs(browser, api, "finance", { theme, size });
  await page.goto(`${api.url}/console/kasus?tab=closed`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`${api.url}/console/kasus`);
  await lookAt(page, `cases-${theme}`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.locator("tbody a").first().click();
  await page.waitForURL(/kasus\/[0-9a-f]+/);
  await lookAt(page, `case-${theme}`);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(page.mistakes).toEqual([]);
});

test("a case that closed by itself says why, in the list, on its page and in its history", async () => {
  await pay(api, "4");
  await settle(api);
  const [mailed] = (await api.call("GET", "/fakturs?invoice=4")).json["items"] as { id: string }[];
  const { deliveries } = (await api.call("GET", `/fakturs/${mailed?.id}`)).json as {
    deliveries: { to: string; messageId: string }[];
  };
  const body = { messageId: deliveries[0]?.messageId, recipient: deliveries[0]?.to, reason: "mailbox full" };
  await made(api.call("POST", "/bounces", { body }));
  await made(api.call("POST", `/fakturs/${mailed?.id}/cancel`, { body: { reason: "salah pesan" } }));
  await settle(api);
  const why = "Tertutup sendiri: fakturnya dibatalkan atau diganti";
  const page = await enterAs(browser, api, "viewer");
  await page.goto(`${api.url}/console/kasus?tab=closed&kind=mail_bounced`);
  expect(await page.locator("tbody").textContent()).toContain(why);
  await page.locator("tbody a").first().click();
  expect(await page.locator("[aria-labelledby='keputusan']").textContent()).toContain(why);
  expect(await page.locator("main").textContent()).not.toContain("Menunggu keputusan finance.");
  expect(await page.locator(".timeline").textContent()).toContain(`Ditutup`);
  expect(await accessibilityFaults(page)).toEqual([]);
});
