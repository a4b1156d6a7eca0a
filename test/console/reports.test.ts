/**
 * Proves the papers of a month in a real browser: sums on top, the lists, their files, another month; bukti potong
 * entered by form and by file, matched, refused as typed, and withdrawn; who only looks gets no form.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { furnish, made, npwpBody, OTHER_NPWP, pay, settle } from "../support/api";
import type { TestApi } from "../support/api";
import { accessibilityFaults, type OpenBrowser } from "../support/browser";
import { enterAs, lookAt } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

type Visit = Awaited<ReturnType<typeof enterAs>>;

const EVIL = `PT <script>alert(1)</script> & "Anak"`;

let api: TestApi;
let authority: RunningAuthority;
let browser: OpenBrowser;
let finance: Visit;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "viewer"]));
  finance = await enterAs(browser, api, "finance");
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const at = (query: string): string => `${api.url}/console/laporan${query}`;

async function look(page: Visit, name: string): Promise<void> {
  await lookAt(page, name);
  expect(await accessibilityFaults(page)).toEqual([]);
  // A browser notes every form that was refused on purpose.
  expect(page.mistakes.filter((one) => !/status of 4(00|09|22)/.test(one))).toEqual([]);
}

test("without a seller the page says where to begin; with one the month before this is shown", async () => {
  await finance.goto(at(""));
  expect(await finance.locator(".empty").textContent()).toContain("Belum ada penjual");
  await look(finance, "reports-nobody");
  await furnish(api, authority.url);
  await finance.goto(at(""));
  expect(await finance.getByLabel("Masa", { exact: true }).inputValue()).toBe("2026-10");
  for (const paper of ["spt", "digunggung", "pph23"]) {
    await finance.goto(at(`?kertas=${paper}`));
    await look(finance, `report-${paper}-empty`);
  }
});

test("SPT and digunggung: sums on top, every row leads on, the files are the API's", async () => {
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: { ...npwpBody, name: EVIL } }));
  await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
  await pay(api, "1");
  await settle(api);
  await made(api.call("PUT", "/sellers/utama/upload", { body: { auto: false } }));
  await pay(api, "2");
  await pay(api, "3", "78");
  await settle(api);
  await finance.goto(at(""));
  await finance.getByRole("link", { name: "Masa berikutnya" }).click();
  await finance.waitForURL(/masa=2026-11/);
  const figures = await finance.locator(".figure strong").allTextContents();
  expect(figures).toEqual(["1", "1.000.000", "916.667", "110.000"]);
  expect(await finance.getByRole("status").textContent()).toContain("1 faktur belum disetujui");
  expect(await finance.locator("main").textContent()).toContain(EVIL);
  await look(finance, "report-spt");
  for (const [name, type] of [
    ["Excel", /spreadsheetml/],
    ["CSV Ringkasan", /^text\/csv/],
  ] as const) {
    const href = (await finance.getByRole("link", { name }).getAttribute("href")) ?? "";
    const file = await finance.request.get(`${api.url}${href}`);
    expect(file.headers()["content-type"]).toMatch(type);
    expect(file.headers()["content-disposition"]).toContain("spt-masa-ppn_utama_2026-11");
  }
  await finance.getByRole("link", { name: "Digunggung" }).click();
  await finance.waitForURL(/kertas=digunggung/);
  expect(await finance.locator(".figure strong").first().textContent()).toBe("1");
  expect(await finance.locator("main").textContent()).toContain("Tanpa tab NPWP");
  await look(finance, "report-digunggung");
});

test("bukti potong: refused as typed, recorded, matched, from a file, withdrawn", async () => {
  await finance.goto(at("?kertas=pph23&masa=2026-11"));
  expect(await finance.locator(".figure strong").first().textContent()).toBe("40.000");
  await finance.getByLabel("Nomor", { exact: true }).fill("2600000001");
  await finance.getByLabel("Tanggal").fill("2026-11-30");
  await finance.getByLabel("NPWP pemotong").fill("12");
  await finance.getByLabel("DPP").fill("1.000.000");
  await finance.getByLabel("PPh", { exact: true }).fill("20.000");
  await finance.getByLabel(/^Invoice/).fill("INV-1");
  await finance.getByRole("button", { name: "Catat" }).click();
  await finance.getByRole("alert").waitFor();
  expect(await finance.getByLabel("DPP").inputValue()).toBe("1.000.000");
  await finance.getByLabel("NPWP pemotong").fill(OTHER_NPWP);
  await finance.getByRole("button", { name: "Catat" }).click();
  await finance.getByText("1 bukti potong dicatat").waitFor();
  expect(await finance.locator(".figure strong").allTextContents()).toEqual([
    "40.000",
    "20.000",
    "20.000",
    "0",
  ]);
  expect(await finance.getByText("cocok", { exact: true }).count()).toBe(1);
  const csv = "nomor;tanggal;masa;npwp;dpp;pph\n=2+3;30/11/2026;2026-11;0012345678901000;500000;10000\n";
  await finance
    .locator("#berkas")
    .setInputFiles({ name: "b.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await finance.getByRole("button", { name: "Unggah" }).click();
  await finance.getByText("Bukti potong yang belum cocok").waitFor();
  await look(finance, "report-pph23");
  await finance.getByLabel("Alasan menarik 2600000001").fill(EVIL);
  await finance.getByRole("button", { name: "Tarik 2600000001" }).click();
  await finance.waitForURL(/notice=withdrawn/);
  expect(await finance.locator("del").textContent()).toBe("2600000001");
  expect(await finance.locator("main").textContent()).toContain(EVIL);
  await finance.getByText("Pembeli ini tidak").click();
  await finance.locator("#pemotong").fill(OTHER_NPWP);
  await finance.locator("#why").fill("SKB 2026");
  await finance.getByRole("button", { name: "Simpan" }).click();
  await finance.waitForURL(/notice=saved/);
  expect(await finance.locator(".figure strong").first().textContent()).toBe("0");
});

test("a viewer reads all three in the dark and on a phone, and enters nothing", async () => {
  const viewer = await enterAs(browser, api, "viewer", { theme: "dark", size: "phone" });
  for (const paper of ["spt", "digunggung", "pph23"]) {
    await viewer.goto(at(`?kertas=${paper}&masa=2026-11`));
    await look(viewer, `report-${paper}-phone`);
    expect(await viewer.locator("main form[method='post']").count()).toBe(0);
  }
  const _csrf = await viewer.locator("input[name='_csrf']").first().inputValue();
  for (const act of ["catat", "unggah", "tarik", "pemotong"]) {
    const answer = await viewer.request.post(`${api.url}/console/laporan/${act}`, { form: { _csrf } });
    expect([act, answer.status()]).toEqual([act, 403]);
  }
});
