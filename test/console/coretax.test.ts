/**
 * Proves the day of whoever carries files to the tax portal in a real browser: what is ready is exported and fetched, what the
 * portal would give back is brought in together, approved and mailed; what was left is named, and confirmed or taken over
 * without the list again; a wrong file and a form without files say so; who may only read has no button.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fakturById, type FakturRow } from "../../src/store/fakturs";
import { list, listed, nsfpOf, SELLER_NPWP, sheet } from "../coretax/portal";
import {
  furnish,
  made,
  NPWP,
  npwpBody,
  pay,
  sellerBody,
  settle,
  startApi,
  type TestApi,
} from "../support/api";
import { accessibilityFaults, openBrowser, type OpenBrowser } from "../support/browser";
import { createPeople, enterAs, lookAt } from "../support/console";
import { enterCompany } from "../support/furnished";

type Visit = Awaited<ReturnType<typeof enterAs>>;

const PATH = "/pengaturan/penjual/utama/coretax";

let api: TestApi;
let browser: OpenBrowser;
let finance: Visit;
beforeAll(async () => {
  api = await startApi();
  await createPeople(api, ["finance", "viewer"]);
  await furnish(api);
  const body = { ...sellerBody(), npwp: SELLER_NPWP, channel: { kind: "coretax-file" } };
  await made(api.call("PUT", "/sellers/utama", { body }));
  await enterCompany(api, { ...npwpBody, npwp: NPWP });
  for (const count of [1, 2, 3]) await pay(api, String(count), "77", priced(count));
  await settle(api);
  browser = await openBrowser();
  finance = await enterAs(browser, api, "finance");
  finance.on("dialog", (dialog) => void dialog.accept());
});
afterAll(async () => {
  await browser.close();
  await api.close();
});

/** All of different prices, so that amounts alone tell them apart. */
const priced = (millions: number) => {
  const rupiah = (amount: number) => `${millions * amount}.00`;
  const line = { id: "1", kind: "hosting", description: "Web Hosting Bisnis", quantity: 1, taxed: true };
  const lines = [{ ...line, amount: rupiah(1_000_000) }];
  return { subtotal: rupiah(1_000_000), tax: rupiah(110_000), total: rupiah(1_110_000), lines };
};

const at = (path: string): string => `${api.url}/console${path}`;
const sent = (name: string, buffer: Buffer) => ({ name, mimeType: "application/octet-stream", buffer });
const pressed = (name: string | RegExp) => finance.getByRole("button", { name }).click();

async function look(page: Visit, name: string): Promise<void> {
  await lookAt(page, name);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(page.mistakes.filter((one) => !/status of 422/.test(one))).toEqual([]);
}

async function rowOf(reference: string): Promise<FakturRow> {
  const { items } = (await api.call("GET", `/fakturs?q=${reference}`)).json as { items: { id: string }[] };
  const row = await fakturById(api.app.db.knex, items.at(-1)?.id ?? "");
  if (row === undefined) throw new Error(`no faktur ${reference}`);
  return row;
}

/** Chooses files and imports them; what the page then says. */
async function bring(...files: readonly ReturnType<typeof sent>[]): Promise<string> {
  await finance.goto(at(PATH));
  await finance.locator("#berkas").setInputFiles([...files]);
  await pressed("Impor");
  await finance.waitForURL(/\/impor$/);
  return said();
}

const said = async (): Promise<string> =>
  ((await finance.locator("#hasil").textContent()) ?? "").replace(/\s+/g, " ");

const mails = (): number =>
  readdirSync(join(api.folder, "outbox")).filter((name) => name.endsWith(".eml")).length;

test("Beranda leads to what is ready; it is exported, fetched as it was written, and then waits", async () => {
  await finance.goto(at(""));
  const line = finance.locator("section", { has: finance.locator("#coretax") });
  expect(await line.textContent()).toMatch(/3\s*siap diekspor\s*47 hari lagi,\s*0\s*menunggu impor/);
  await look(finance, "coretax-beranda");
  await line.getByRole("link").click();
  await finance.waitForURL(at(PATH));
  await look(finance, "coretax-ready");
  await pressed("Ekspor 3 faktur ke XML");
  const result = finance.locator("#ekspor");
  await result.waitFor();
  await look(finance, "coretax-exported");
  const link = result.getByRole("link", { name: "faktur-utama-20261103-001.xml" });
  const file = await finance.request.get(new URL((await link.getAttribute("href")) ?? "", api.url).href);
  expect(file.headers()["content-disposition"]).toContain("faktur-utama-20261103-001.xml");
  expect(await file.text()).toContain("INV-3");
  await finance.goto(at(PATH));
  expect(await finance.locator("#terdahulu ~ .list-box").textContent()).toMatch(
    /001\.xml.*finance@hosting\.example/s,
  );
  expect(await finance.locator("section", { has: finance.locator("#hari-ini") }).textContent()).toMatch(
    /0\s*siap diekspor\s*3\s*diekspor, menunggu impor/,
  );
  // Its own page leads back here.
  await finance.goto(at(`/faktur/${(await rowOf("INV-1")).id}`));
  expect(await finance.locator("#status").textContent()).toContain("lalu daftarnya diimpor");
  await finance.getByRole("link", { name: "Ekspor dan impor Coretax" }).click();
  await finance.waitForURL(at(PATH));
});

test("list and PDF come in together, whatever their order: approved and mailed; the rest is left by its line", async () => {
  const [one, two] = [await rowOf("INV-1"), await rowOf("INV-2")];
  const rows = [
    listed(one, nsfpOf(1)),
    listed(two, nsfpOf(2), { Referensi: "" }),
    listed(one, nsfpOf(9), { Referensi: "LAIN", "NPWP Pembeli / Identitas lainnya": "0099999999999000" }),
  ];
  const says = await bring(
    sent("1.pdf", await sheet(one, nsfpOf(1))),
    sent("daftar – Nov.xlsx", await list(rows)),
    sent("catatan.txt", Buffer.from("?")),
  );
  expect(says).toMatch(
    /1 ?disetujui ?1 ?PDF disimpan ?0 ?status lain berubah ?0 ?sudah dikenal ?3 ?ditinggal/,
  );
  expect(says).toMatch(/Perlu dikonfirmasi \(1\).*daftar – Nov\.xlsx ?baris 3.*INV-2 ?PT Contoh Sejahtera/);
  expect(says).toMatch(/Jenis berkas lain \(1\).*catatan\.txt.*Bukan faktur dari sini \(1\)/);
  await look(finance, "coretax-left");
  await finance.setViewportSize({ width: 390, height: 844 });
  await lookAt(finance, "coretax-left-phone");
  expect(await finance.evaluate<number>("document.scrollingElement.scrollWidth")).toBeLessThanOrEqual(390);
  await finance.setViewportSize({ width: 1280, height: 900 });
  await settle(api);
  expect(await rowOf("INV-1")).toMatchObject({ state: "approved", nsfp: nsfpOf(1), pdf_kind: "official" });
  expect(mails()).toBe(1);

  // Nothing ticked changes nothing; ticked, the list is read again from here.
  await pressed("Kerjakan yang dicentang");
  await finance.getByRole("alert").waitFor();
  expect((await rowOf("INV-2")).state).toBe("pending");
  await finance.getByRole("checkbox", { name: nsfpOf(2) }).check();
  await pressed("Kerjakan yang dicentang");
  await finance.getByText("1disetujui").waitFor();
  const listedOnly = await rowOf("INV-2");
  expect(listedOnly).toMatchObject({ state: "approved", nsfp: nsfpOf(2), pdf_kind: null });
  // Nobody but a person brings its PDF: its page says so and leads here.
  await settle(api);
  await finance.goto(at(`/faktur/${listedOnly.id}`));
  expect(await finance.locator("main").textContent()).toContain("PDF resminya belum diimpor");
  expect(await finance.getByRole("button", { name: "Coba lagi" }).count()).toBe(0);
  await finance.getByRole("link", { name: "Ekspor dan impor Coretax" }).click();
  await finance.waitForURL(at(PATH));
});

test("a PDF that fits by buyer and amounts alone is confirmed with the PDF chosen again; a replacement is taken over", async () => {
  const [one, three] = [await rowOf("INV-1"), await rowOf("INV-3")];
  const pdf = sent("3.pdf", await sheet({ ...three, reference: "LAIN" }, nsfpOf(3)));
  expect(await bring(pdf)).toMatch(/Perlu dikonfirmasi \(1\).*3\.pdf.*INV-3/);
  await look(finance, "coretax-left-pdf");
  await finance.getByRole("checkbox", { name: nsfpOf(3) }).check();
  await finance.locator("#lagi").setInputFiles(pdf);
  await pressed("Impor dengan yang dicentang");
  await finance.getByText("Semuanya cocok.").waitFor();
  await settle(api);
  expect(await rowOf("INV-3")).toMatchObject({ state: "approved", pdf_kind: "official" });
  expect(mails()).toBe(2);

  const next = `${nsfpOf(1).slice(0, 2)}01${nsfpOf(1).slice(4)}`;
  const half = { ...one, dpp: "500000", dpp_nilai_lain: "458333", ppn: "55000" };
  const rows = [listed(one, nsfpOf(1), { "Status Faktur": "AMENDED" }), listed(half, next)];
  const says = await bring(sent("ganti.xlsx", await list(rows)));
  expect(says).toMatch(/Diganti di portal \(1\).*ambil alih/);
  expect(says).not.toContain("--adopt");
  await finance.getByRole("checkbox", { name: next }).check();
  await pressed("Kerjakan yang dicentang");
  await finance.getByText("Semuanya cocok.").waitFor();
  expect(await fakturById(api.app.db.knex, one.id)).toMatchObject({ state: "replaced" });
});

test("a list that is not whole, or none at all, is said as such; nothing is half-done", async () => {
  await finance.goto(at(PATH));
  await finance.locator("#berkas").setInputFiles(sent("rusak.xlsx", Buffer.from("bukan excel")));
  await finance.locator("summary").filter({ hasText: "seluruh satu masa" }).click();
  await finance.locator("#whole").fill("2026-11");
  await pressed("Impor");
  await finance.waitForURL(/\/impor$/);
  expect(await said()).toMatch(/Bukan seluruh masa \(1\).*2026-11.*Tidak dapat dipakai \(1\).*rusak\.xlsx/);
  await look(finance, "coretax-faulty");
  // The address alone leads back: after a reload, or once the language was changed.
  await finance.goto(`${at(PATH)}/impor`);
  expect(new URL(finance.url()).pathname).toBe(new URL(at(PATH)).pathname);
  const _csrf = await finance.locator("input[name='_csrf']").first().inputValue();
  const none = await finance.request.post(at(`${PATH}/impor`), { multipart: { _csrf } });
  expect([none.status(), await none.text()]).toEqual([422, expect.stringContaining("Pilih dahulu daftar")]);
  const foreign = await finance.request.post(at(`${PATH}/impor`), {
    multipart: { _csrf: "x", berkas: { name: "a.xlsx", mimeType: "x/y", buffer: Buffer.from("x") } },
  });
  expect(foreign.status()).toBe(403);
});

test("who may only read sees the day without a button, on a phone too; another channel has no such page", async () => {
  const viewer = await enterAs(browser, api, "viewer", { size: "phone" });
  await viewer.goto(at(PATH));
  await look(viewer, "coretax-phone");
  expect(await viewer.locator("main button").count()).toBe(0);
  expect(await viewer.evaluate<number>("document.scrollingElement.scrollWidth")).toBeLessThanOrEqual(390);
  const _csrf = await viewer.locator("input[name='_csrf']").first().inputValue();
  for (const name of ["ekspor", "impor", "putuskan"]) {
    const answer = await viewer.request.post(at(`${PATH}/${name}`), { form: { _csrf } });
    expect([name, answer.status()]).toEqual([name, 403]);
  }
  await made(api.call("PUT", "/sellers/lain", { body: sellerBody() }));
  const other = await viewer.request.get(at("/pengaturan/penjual/lain/coretax"));
  expect([other.status(), await other.text()]).toEqual([422, expect.stringContaining("coretax-file")]);
});
