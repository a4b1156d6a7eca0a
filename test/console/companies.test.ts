/**
 * Proves the pages of companies in a real browser: support enters a company, adds evidence and asks the register;
 * finance activates from a day and suspends; what was paid before is issued on purpose; a second company is sent on.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import {
  accountBody,
  furnish,
  made,
  npwpBody,
  OTHER_NPWP,
  pay,
  sellerBody,
  settle,
  type TestApi,
} from "../support/api";
import { accessibilityFaults, type OpenBrowser, sayYes } from "../support/browser";
import { enterAs, lookAt } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

const EVIL = `PT <script>alert(1)</script> & "Anak"`;
const TAB = "/console/perusahaan/toko/77";

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "support", "viewer"]));
  await furnish(api, authority.url);
  await pay(api, "1");
  await settle(api);
});
afterAll(() => closeOnScreen({ api, authority, browser }));

test("support finds the account, enters its company, adds evidence; a wrong NPWP comes back as typed", async () => {
  const page = await enterAs(browser, api, "support");
  await page.goto(`${api.url}/console/perusahaan`);
  expect(await page.locator(".empty").textContent()).toContain("Tidak ada permintaan NPWP");
  await page.getByLabel("NPWP, nama, akun, atau e-mail").fill("sejahtera");
  await page.getByRole("button", { name: "Cari", exact: true }).click();
  await page.getByRole("link", { name: accountBody.name }).click();
  await page.waitForURL(/perusahaan\/toko\/77$/);
  await page.getByLabel("NPWP 16 digit").fill("123");
  await page.getByLabel("Nama sesuai data DJP").fill(EVIL);
  await page.getByLabel("Alamat").fill(npwpBody.address);
  await page.getByLabel("E-mail penerima faktur").fill(npwpBody.email);
  await page.getByRole("button", { name: "Simpan" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("NPWP harus 16 digit");
  expect(await page.getByLabel("Nama sesuai data DJP").inputValue()).toBe(EVIL);
  await page.getByLabel("NPWP 16 digit").fill(OTHER_NPWP);
  await page.getByLabel("E-mail penerima faktur").fill("bukan alamat");
  await page.getByRole("button", { name: "Simpan" }).click();
  const told = await page.getByRole("alert").textContent();
  expect(told).toContain("E-mail: Harus berupa alamat e-mail");
  expect(told).not.toContain("openapi");
  await page.getByLabel("E-mail penerima faktur").fill(npwpBody.email);
  await page.getByRole("button", { name: "Simpan" }).click();
  await page.waitForURL(/notice=saved/);
  expect(await page.locator("h1").textContent()).toBe(EVIL);
  expect(await page.getByRole("button", { name: "Aktifkan" }).count()).toBe(0);
  const pdf = {
    name: "kartu <b>npwp.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from("%PDF-1.4 kartu"),
  };
  await page.getByLabel("PDF, PNG, atau JPEG").setInputFiles(pdf);
  await page.getByRole("button", { name: "Unggah bukti" }).click();
  await page.waitForURL(/notice=saved/);
  const href = await page.getByRole("link", { name: "kartu" }).getAttribute("href");
  const file = await page.request.get(`${api.url}${href ?? ""}`);
  expect([file.status(), file.headers()["content-type"], await file.text()]).toEqual([
    200,
    "application/pdf",
    "%PDF-1.4 kartu",
  ]);
  await page.getByLabel("PDF, PNG, atau JPEG").setInputFiles({ ...pdf, buffer: Buffer.from("<html>") });
  await page.getByRole("button", { name: "Unggah bukti" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("PDF, PNG, atau JPEG");
  expect(page.mistakes.filter((one) => !one.includes("status of 4"))).toEqual([]);
});

test("support and viewers can neither see nor use what is finance's", async () => {
  const page = await enterAs(browser, api, "viewer");
  await page.goto(`${api.url}${TAB}`);
  const token = await page.locator("input[name='_csrf']").first().inputValue();
  for (const name of ["Simpan", "Aktifkan", "Tangguhkan", "Cek ke data DJP", "Unggah bukti", "Terbitkan"]) {
    expect(await page.getByRole("button", { name }).count()).toBe(0);
  }
  for (const act of ["simpan", "cek", "bukti", "aktifkan", "tangguhkan", "terbitkan"]) {
    const answer = await page.request.post(`${api.url}${TAB}/${act}`, { form: { _csrf: token } });
    expect([act, answer.status()]).toEqual([act, 403]);
  }
});

test("finance activates from a day: earlier payments wait until a person issues them on purpose", async () => {
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}/console/perusahaan`);
  await page.getByRole("link", { name: EVIL }).click();
  await page.getByRole("button", { name: "Cek ke data DJP" }).click();
  await page.waitForURL(/notice=checked/);
  await page.getByLabel("Berlaku untuk pembayaran mulai").fill("2026-11-04");
  await page.getByRole("button", { name: "Aktifkan" }).click();
  await page.waitForURL(/notice=tabActive/);
  await pay(api, "2");
  await settle(api);
  await page.reload();
  expect(await page.locator("#tanpa + form tbody tr").count()).toBe(2);
  expect(await page.getByText("Invoice dibayar sebelum tanggal mulai").count()).toBe(1);
  sayYes(page);
  await page.locator("#tanpa + form [data-tick-all]").check();
  await page.getByRole("button", { name: "Terbitkan yang dicentang" }).click();
  await page.waitForURL(/notice=queued/);
  await settle(api);
  await page.reload();
  expect(await page.locator("#faktur").locator("xpath=..").locator("tbody tr").count()).toBe(2);
  expect(await page.locator("#tanpa").locator("xpath=..").textContent()).toContain("Tidak ada.");
});

test("a second company is refused with the way to another account; what was issued is listed when the data change", async () => {
  const body = { ...sellerBody(authority.url), newAccountUrl: "https://toko.example/daftar" };
  await made(api.call("PUT", "/sellers/utama", { body }));
  const page = await enterAs(browser, api, "support");
  await page.goto(`${api.url}${TAB}`);
  await page.getByText("Betulkan data perusahaan").click();
  expect(await page.getByRole("link", { name: "buka akun baru" }).getAttribute("href")).toBe(
    "https://toko.example/daftar",
  );
  await page.getByLabel("NPWP 16 digit").fill("0012345678901000");
  await page.getByRole("button", { name: "Simpan" }).click();
  const alert = await page.getByRole("alert").textContent();
  expect(alert).toContain("Satu akun untuk satu perusahaan");
  expect(alert).toContain("https://toko.example/daftar");
  await page.getByLabel("NPWP 16 digit").fill(OTHER_NPWP);
  await page.getByLabel("Alamat").fill("Jl. Baru 9, Bandung");
  await page.getByRole("button", { name: "Simpan" }).click();
  await page.waitForURL(/notice=saved/);
  expect(await page.getByText("Faktur yang sudah terbit dengan data lama").count()).toBe(1);
  expect(await page.locator("del").allTextContents()).toEqual(["Jl. Sudirman 1, Jakarta", "–"]);
  await made(api.call("PUT", "/accounts/toko/78", { body: accountBody }));
  await made(api.call("PUT", "/accounts/toko/78/npwp", { body: { ...npwpBody, name: "漢字 Trading Ltd" } }));
  await page.reload();
  expect(await page.getByText("huruf Latin").count()).toBe(0);
  await page.getByRole("link", { name: "toko #78" }).click();
  expect(await page.getByText("huruf Latin").count()).toBe(1);
});

test.each([
  ["light", "desktop"],
  ["dark", "phone"],
] as const)("the list and the tab are sound in %s on a %s", async (theme, size) => {
  const page = await enterAs(browser, api, "finance", { theme, size });
  for (const [name, path] of [
    ["companies", "/console/perusahaan?status=all"],
    ["company", TAB],
    ["account-new", "/console/perusahaan/toko/78"],
  ] as const) {
    await page.goto(`${api.url}${path}`);
    await lookAt(page, `${name}-${theme}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  }
  expect(page.mistakes).toEqual([]);
});

test("finance suspends with a reason, and the next payment is skipped", async () => {
  const page = await enterAs(browser, api, "finance");
  sayYes(page);
  await page.goto(`${api.url}${TAB}`);
  await page.getByLabel("Alasan menangguhkan").fill("NPWP dicabut");
  await page.getByRole("button", { name: "Tangguhkan" }).click();
  await page.waitForURL(/notice=tabSuspended/);
  await pay(api, "3");
  await settle(api);
  const { json } = await api.call("GET", "/invoices/toko/3");
  expect(json["outcome"]).toBe("skipped");
  expect(await page.locator(".timeline").textContent()).toContain("NPWP dicabut");
});

test.each(["desktop", "phone"] as const)(
  "what the register says is whole beside the customer's data on a %s: no number or word is broken",
  async (size) => {
    await made(api.call("PUT", "/accounts/toko/79", { body: accountBody }));
    const email = "bagian.keuangan@perusahaan-contoh.example";
    const unknown = { ...npwpBody, npwp: "0067890120404000", email };
    await made(api.call("PUT", "/accounts/toko/79/npwp", { body: unknown }));
    await made(api.call("POST", "/accounts/toko/79/npwp/check"));
    const page = await enterAs(browser, api, "finance", { size });
    await page.goto(`${api.url}/console/perusahaan/toko/79`);
    await lookAt(page, `compare-${size}`);
    const table = page.locator(".compare");
    expect(await table.locator(".state").textContent()).toBe("NPWP tidak ditemukan");
    // Each in one line; the words of a verdict may stand in several, but none in two.
    const broken = await page.evaluate<string[]>(`(() => {
      const lines = (node, from, to) => {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        return new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size;
      };
      const table = document.querySelector(".compare");
      const box = table.parentElement;
      const wide = box.scrollWidth > box.clientWidth ? [box.scrollWidth + " > " + box.clientWidth] : [];
      const parts = [...table.querySelectorAll(".number, .state")].flatMap(({ firstChild }) =>
        [...firstChild.textContent.matchAll(/\\S+/g)]
          .filter(({ 0: word, index }) => lines(firstChild, index, index + word.length) > 1)
          .map(([word]) => word));
      return [...wide, ...parts];
    })()`);
    expect(broken).toEqual([]);
  },
);
