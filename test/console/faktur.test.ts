/**
 * Proves the page of one faktur in a real browser against the simulated authority: what it shows before and after
 * approval, that it follows by itself, that every act of a state works from it, and that roles and odd names are held.
 */
import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import type { RunningAuthority } from "../../src/simulator/authority";
import { furnish, made, npwpBody, pay, sellerBody, settle, type TestApi } from "../support/api";
import { accessibilityFaults, type OpenBrowser, sayYes } from "../support/browser";
import { enterAs } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

const EVIL = `PT <img src=x onerror="alert(1)"> & "Anak"`;

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
let finance: Page & { readonly mistakes: string[] };
let viewer: Page & { readonly mistakes: string[] };
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "viewer"]));
  await furnish(api, authority.url);
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: { ...npwpBody, name: EVIL } }));
  await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
  finance = await enterAs(browser, api, "finance");
  viewer = await enterAs(browser, api, "viewer");
  sayYes(finance);
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const auto = (on: boolean) =>
  made(api.call("PUT", "/sellers/utama", { body: { ...sellerBody(authority.url), upload: { auto: on } } }));

const control = (body: object) =>
  fetch(`${authority.url}/_control`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function fakturOf(invoice: string): Promise<string> {
  const { json } = await api.call("GET", `/invoices/toko/${invoice}`);
  return (json["fakturs"] as { id: string }[]).at(-1)?.id ?? "";
}

async function approved(invoice: string): Promise<string> {
  await pay(api, invoice);
  await settle(api);
  return fakturOf(invoice);
}

const open = (page: Page, id: string) => page.goto(`${api.url}/console/faktur/${id}`);
const state = (page: Page) => page.locator("#status .state-big");

test("an approved faktur: document, amounts step by step with their source, mail proof, history", async () => {
  const id = await approved("1");
  await open(finance, id);
  expect(await state(finance).textContent()).toBe("Approval Sukses");
  expect(await finance.locator("iframe.paper").getAttribute("src")).toContain(`/console/faktur/${id}/pdf#`);
  const pdf = await finance.request.get(`${api.url}/console/faktur/${id}/pdf`);
  expect([pdf.headers()["content-type"], (await pdf.body()).subarray(0, 4).toString()]).toEqual([
    "application/pdf",
    "%PDF",
  ]);
  const sums = finance.locator("section", { has: finance.locator("#hitung") });
  expect(await sums.locator("tbody tr").allTextContents()).toEqual([
    expect.stringContaining("1.000.000 × 1 − 01.000.000916.666,67110.000"),
    "Jumlah1.000.000916.666,67110.000",
    "Dibulatkan ke rupiah1.000.000916.667110.000",
  ]);
  expect(await sums.textContent()).toContain("PMK 131/2024");
  expect(await sums.textContent()).toContain("PER-11/PJ/2025 art. 129");
  const mails = finance.locator("section", { has: finance.locator("#email") });
  expect(await mails.locator("tbody").textContent()).toMatch(/Terkirim.*pajak@contoh\.example.*<.+@.+>/s);
  expect(await finance.locator(".timeline").textContent()).toContain("Disetujui DJP");
  expect(await finance.getByText(EVIL).count()).toBeGreaterThan(0);
});

test("the exact bytes are fetched when they are looked at, and carry no token", async () => {
  await open(finance, await fakturOf("1"));
  const first = finance.locator("details.exchange").first();
  await first.locator("summary").click();
  const sent = first.locator("pre").first();
  await sent.getByText("INV-1").waitFor();
  expect(await first.locator("pre").last().textContent()).toContain("transactionId");
  expect(await finance.locator("#faktur").textContent()).not.toContain("token-sangat-rahasia");
  const href = (await first.getByRole("link", { name: "unduh" }).first().getAttribute("href")) ?? "";
  const { json } = await api.call("GET", `/fakturs/${await fakturOf("1")}/exchanges`);
  const [kept] = json["items"] as { request: string }[];
  const fetched = await finance.request.get(`${api.url}${href}`);
  expect(
    createHash("sha256")
      .update(await fetched.body())
      .digest("hex"),
  ).toBe(kept?.request);
  expect(fetched.headers()).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": expect.stringMatching(/^attachment; filename=".+-request\.txt"$/) as unknown,
    "x-content-type-options": "nosniff",
  });
});

test.each([
  ["light", "desktop"],
  ["dark", "phone"],
] as const)("an approved and a rejected one are sound in %s on a %s", async (theme, size) => {
  await control({ rules: [{ operation: "upload", fault: "reject", message: "NPWP <b>salah</b>" }] });
  const invoice = `reject-${size}`;
  const rejected = await approved(invoice);
  await control({ rules: [] });
  const page = await enterAs(browser, api, "finance", { theme, size });
  for (const [name, id] of [
    ["approved", await fakturOf("1")],
    ["rejected", rejected],
  ] as const) {
    await open(page, id);
    if (process.env["PICTURES"]) {
      await page.screenshot({
        path: `${process.env["PICTURES"]}/faktur-${name}-${size}.png`,
        fullPage: true,
      });
    }
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
  }
  expect(page.mistakes).toEqual([]);
});

test("long numbers stay inside their card, on whatever width", async () => {
  const page = await enterAs(browser, api, "finance");
  await open(page, await fakturOf("1"));
  for (const width of [390, 780, 1024, 1180, 1400]) {
    await page.setViewportSize({ width, height: 800 });
    const outside = await page.evaluate<string[]>(`
      [...document.querySelectorAll(".facts .digits")]
        .filter((one) => one.getBoundingClientRect().right > one.closest("dd").getBoundingClientRect().right + 1)
        .map((one) => one.textContent)`);
    expect([width, outside]).toEqual([width, []]);
  }
});

test("a draft shows its preview, is uploaded from its page, and the page follows to the end by itself", async () => {
  await auto(false);
  const id = await approved("2");
  await auto(true);
  await open(finance, id);
  expect(await state(finance).textContent()).toBe("Draf");
  expect(await finance.locator("iframe.paper").getAttribute("src")).toContain(
    `/console/faktur/${id}/pratinjau#`,
  );
  expect((await finance.request.get(`${api.url}/console/faktur/${id}/pratinjau`)).status()).toBe(200);
  // Where a person carries files, the same is let go for the next export, and once it is ready nothing is left to press.
  const kind = (channel_kind: string, state: string) =>
    api.app.db.knex("fakturs").where({ id }).update({ channel_kind, state });
  await kind("coretax-file", "draft");
  await open(finance, id);
  expect(await finance.getByRole("button", { name: "Lepaskan untuk diekspor" }).count()).toBe(1);
  await kind("coretax-file", "ready");
  await open(finance, id);
  expect(await finance.getByRole("button", { name: /Lepaskan|Unggah/ }).count()).toBe(0);
  await kind("pajakio", "draft");
  await open(finance, id);
  await finance.getByRole("button", { name: "Unggah sekarang" }).click();
  await finance.waitForURL(/notice=queued/);
  expect(await state(finance).textContent()).toBe("Siap Approve");
  await settle(api);
  await finance.locator(".state-good", { hasText: "Approval Sukses" }).waitFor({ timeout: 15_000 });
  await finance.locator(`iframe.paper[src*="/pdf#"]`).waitFor({ timeout: 15_000, state: "attached" });
});

test("an approved one whose PDF has not come says so, and shows the document by itself once it is there", async () => {
  const id = await fakturOf("1");
  const row = () => api.app.db.knex("fakturs").where({ id });
  const { pdf_sha256 } = (await row().first()) as { pdf_sha256: string };
  await row().update({ pdf_sha256: null });
  await open(finance, id);
  expect(await finance.locator("main").textContent()).toContain("Sudah disetujui; PDF-nya belum ada");
  expect(await finance.locator("iframe.paper").getAttribute("src")).toContain("/pratinjau#");
  await row().update({ pdf_sha256 });
  await finance.locator(`iframe.paper[src*="/pdf#"]`).waitFor({ timeout: 15_000, state: "attached" });
});

test("a rejection names its cause and its fix, and is tried again from its page", async () => {
  const id = await fakturOf("reject-desktop");
  await open(finance, id);
  const why = finance.getByLabel("Sebab dan perbaikannya");
  expect(await why.textContent()).toContain("NPWP <b>salah</b>");
  expect(await why.getByRole("link", { name: "Buka tab NPWP" }).getAttribute("href")).toBe(
    "/console/perusahaan/toko/77",
  );
  await finance.getByRole("button", { name: "Coba lagi" }).click();
  await finance.waitForURL(/notice=queued/);
  await settle(api);
  await open(finance, id);
  expect(await state(finance).textContent()).toBe("Approval Sukses");
  expect(await finance.getByRole("button", { name: "Coba lagi" }).count()).toBe(0);
});

test("mailed again to another address: the proof shows it", async () => {
  await open(finance, await fakturOf("1"));
  await finance.getByLabel(/Alamat lain/).fill("direksi@contoh.example");
  await finance.getByRole("button", { name: "Kirim ulang", exact: true }).click();
  await finance.waitForURL(/notice=queued/);
  await settle(api);
  await finance.reload();
  const mails = finance.locator("section", { has: finance.locator("#email") });
  expect(await mails.locator("tbody tr").last().textContent()).toContain("direksi@contoh.example");
});

test("replaced with other amounts: the replacement opens, and what is refused comes back as typed", async () => {
  const id = await approved("3");
  await open(finance, id);
  await finance.getByText("Ubah baris").click();
  await finance.locator("#alasan-ganti").fill("harga salah");
  await finance.getByRole("button", { name: "Buat pengganti" }).click();
  await finance.locator("#masalah").waitFor();
  expect(await finance.locator("#alasan-ganti").inputValue()).toBe("harga salah");
  await finance.locator("#price1").fill("900.000,5x");
  await finance.getByRole("button", { name: "Buat pengganti" }).click();
  await finance.getByText("Baris 1, harga satuan: “900.000,5x” bukan angka.").waitFor();
  expect(await finance.locator("#price1").inputValue()).toBe("900.000,5x");
  await finance.locator("#price1").fill("900.000,00");
  await finance.getByRole("button", { name: "Buat pengganti" }).click();
  await finance.waitForURL(/notice=queued/);
  expect(finance.url()).not.toContain(id);
  await settle(api);
  await open(finance, id);
  expect(await state(finance).textContent()).toBe("Diganti");
  await finance.getByRole("link", { name: "buka penggantinya" }).click();
  await finance.waitForURL(/faktur\/(?!x)/);
  expect(await finance.locator("#faktur").textContent()).toContain("99.000");
});

test("cancelled with its reason, which goes on record", async () => {
  const id = await approved("4");
  await open(finance, id);
  await finance.locator("#alasan-batal").fill("dobel bayar");
  await finance.getByRole("button", { name: "Batalkan faktur" }).click();
  await finance.waitForURL(/notice=done/);
  await settle(api);
  await open(finance, id);
  expect(await state(finance).textContent()).toBe("Batal");
  expect(await finance.locator(".lead-in").textContent()).toContain("sudah dikirim ke pajak@contoh.example");
  expect(await finance.locator(".timeline").textContent()).toContain("dobel bayar");
});

test("a viewer sees it all and gets neither button nor act", async () => {
  const id = await fakturOf("1");
  await open(viewer, id);
  for (const name of ["Unggah sekarang", "Coba lagi", "Kirim ulang", "Buat pengganti", "Batalkan faktur"]) {
    expect(await viewer.getByRole("button", { name }).count()).toBe(0);
  }
  const token = await viewer.locator("input[name='_csrf']").first().inputValue();
  for (const act of ["unggah", "coba-lagi", "kirim-ulang", "batalkan", "ganti"]) {
    const answer = await viewer.request.post(`${api.url}/console/faktur/${id}/${act}`, {
      form: { _csrf: token, reason: "x" },
    });
    expect([act, answer.status()]).toEqual([act, 403]);
  }
});

test("a faktur that is none is a page that says so", async () => {
  const answer = await viewer.goto(`${api.url}/console/faktur/tidak-ada`);
  expect(answer?.status()).toBe(404);
});
