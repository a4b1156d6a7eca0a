/** Proves the settings in a real browser: sellers with their upload, portals, users, tokens and the audit trail. */
import type { RunningAuthority } from "../../src/simulator/authority";
import { SECRET, furnish, made, pay, settle, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";
import { accessibilityFaults, type OpenBrowser, sayYes } from "../support/browser";
import { makeP12 } from "../support/certificates";
import { createToken } from "../../src/api/tokens";
import { newId } from "../../src/ids";
import { writeFaktur } from "../../src/faktur/stored";
import { findAccount } from "../../src/store/accounts";
import { insertFaktur } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";
import { insertRestore } from "../../src/store/restores";
import { fakturAt } from "../coretax/stock";
import { fakturRow, invoiceRow } from "../support/rows";
import { emailOf, enterAs, PASSWORD } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

type Visit = Awaited<ReturnType<typeof enterAs>>;

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
let admin: Visit;
let finance: Visit;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["admin", "finance", "viewer"]));
  admin = await enterAs(browser, api, "admin");
  finance = await enterAs(browser, api, "finance");
  sayYes(admin, finance);
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const problemOn = async (page: Visit): Promise<string> => {
  const alert = page.getByRole("alert");
  await alert.waitFor();
  return (await alert.textContent()) ?? "";
};

const at = (path: string): string => `${api.url}/console${path}`;

async function look(page: Visit, name: string): Promise<void> {
  if (process.env["PICTURES"])
    await page.screenshot({ path: `${process.env["PICTURES"]}/${name}.png`, fullPage: true });
  expect(await accessibilityFaults(page)).toEqual([]);
  // A browser notes every form that was refused on purpose.
  expect(page.mistakes.filter((one) => !/status of 4(00|09|22)/.test(one))).toEqual([]);
}

test("an empty house says what to do first, and a seller is made by its form", async () => {
  await admin.goto(at("/pengaturan"));
  expect(await admin.locator(".empty").allTextContents()).toHaveLength(2);
  await look(admin, "settings-empty");
  await admin.getByRole("link", { name: "Tambah penjual" }).click();
  const fill = (label: string | RegExp, value: string) => admin.getByLabel(label).first().fill(value);
  await fill(/^Nama pendek/, "dua");
  await fill(/^NPWP \(16/, "01.234.567.8-901.000");
  await fill("Nama PKP", `PT <b>Dua</b> & "Anak"`);
  await admin.locator("#address").fill("Jl. Merdeka 2");
  await fill("Kota penandatanganan", "Bandung");
  await fill("E-mail untuk pertanyaan pelanggan", "pajak@dua.example");
  await admin.locator("#signerName").fill("Budi");
  await look(admin, "seller-new");
  await fill("Alamat API", authority.url);
  await admin.getByRole("button", { name: "Simpan" }).click();
  // Without a token the form comes back as it was typed.
  expect(await problemOn(admin)).toContain("token");
  expect(await admin.getByLabel("Nama PKP").inputValue()).toBe(`PT <b>Dua</b> & "Anak"`);
  await admin.locator("#token").fill("rahasia-dua");
  await admin.getByRole("button", { name: "Simpan" }).click();
  await admin.waitForURL(/penjual\/dua\?notice=saved/);
  expect(await admin.locator("h1").textContent()).toBe(`PT <b>Dua</b> & "Anak"`);
});

test("changing a seller keeps the secrets and the answers that the form does not show", async () => {
  const { channel: _channel, ...shown } = (await api.call("GET", "/sellers/dua")).json;
  const kept = {
    taxChoices: { collectorBase: "full", nameLength: 100 },
    ...{ pph23: { domain: true }, codes: { hosting: { code: "080400" } } },
  };
  const channel = { kind: "pajakio", baseUrl: authority.url, token: "rahasia-dua" };
  await made(api.call("PUT", "/sellers/dua", { body: { ...shown, ...kept, channel } }));
  await admin.goto(at("/pengaturan/penjual/dua/ubah"));
  expect(await admin.locator("#token").inputValue()).toBe("");
  expect(await admin.content()).not.toContain("rahasia-dua");
  await admin.getByLabel("Kota penandatanganan").fill("Jakarta");
  await admin.getByRole("button", { name: "Simpan" }).click();
  await admin.waitForURL(/penjual\/dua\?notice=saved/);
  expect((await api.call("GET", "/sellers/dua")).json).toMatchObject(kept);
  await admin.getByRole("button", { name: "Periksa koneksi" }).click();
  expect(await admin.locator(".checks").textContent()).toContain("token diterima");
  // Another address may be anybody's: the stored token does not go there.
  await admin.goto(at("/pengaturan/penjual/dua/ubah"));
  await admin.getByLabel("Alamat API").fill("http://127.0.0.1:9");
  await admin.getByRole("button", { name: "Simpan" }).click();
  expect(await problemOn(admin)).toContain("token");
});

test("a certificate is stored when its passphrase opens it, and a passphrase can be tried", async () => {
  const p12 = makeP12({ kind: "aes", passphrase: "benar" });
  const give = async (passphrase: string) => {
    await finance.goto(at("/pengaturan/penjual/dua"));
    await finance
      .locator("#p12")
      .setInputFiles({ name: "dua.p12", mimeType: "application/x-pkcs12", buffer: p12 });
    await finance.locator("#passphrase").fill(passphrase);
    await finance.getByRole("button", { name: "Simpan sertifikat" }).click();
  };
  await give("salah");
  expect(await problemOn(finance)).toMatch(/passphrase/i);
  await give("benar");
  await finance.waitForURL(/notice=certificateSaved/);
  for (const [tried, answer] of [
    ["salah", "Perlu dibereskan"],
    ["benar", "Passphrase membuka sertifikat"],
  ] as const) {
    await finance.locator("#coba").fill(tried);
    await finance.getByRole("button", { name: "Periksa koneksi" }).click();
    await finance.locator(".checks").waitFor();
    expect(await finance.locator(".checks").textContent()).toContain(answer);
  }
});

test("with the upload off drafts collect, are counted and go up when they are asked for, outside the hours too", async () => {
  await furnish(api, authority.url);
  await enterCompany(api);
  await finance.goto(at("/pengaturan/penjual/utama"));
  await finance.getByRole("button", { name: "Matikan unggah otomatis" }).click();
  await finance.waitForURL(/notice=saved/);
  for (const id of ["1", "2"]) await pay(api, id);
  await settle(api);
  // Only on Sunday from one to two: now is a Tuesday.
  await finance.getByLabel("Menurut tabel").check();
  await finance
    .locator("input[name='jam']")
    .evaluateAll((boxes) =>
      boxes.forEach((box) => ((box as unknown as { checked: boolean }).checked = false)),
    );
  await finance.getByRole("button", { name: "Simpan jadwal" }).click();
  expect(await problemOn(finance)).toContain("paling sedikit satu jam");
  await finance.locator("input[value='7-01']").check();
  await finance.locator("#akhirBulan").fill("2");
  await finance.getByRole("button", { name: "Simpan jadwal" }).click();
  await finance.waitForURL(/notice=saved/);
  expect((await api.call("GET", "/sellers/utama")).json["upload"]).toEqual({
    ...{ auto: false, pauseLastDaysOfMonth: 2 },
    windows: [{ days: [7], from: "01:00", to: "02:00" }],
  });
  expect(await finance.locator("#kemajuan").textContent()).toMatch(/Draf\s*2/);
  await look(finance, "seller");
  await finance.getByRole("button", { name: "Unggah sekarang (2)" }).click();
  expect(await finance.locator("#kemajuan").textContent()).toContain("2 menunggu");
  await settle(api);
  await finance.getByText("2 Approval Sukses").waitFor();
  const { json } = await api.call("GET", "/fakturs?state=approved");
  expect(json["items"]).toHaveLength(2);
});

test("a portal is connected with a secret made here, shown once, and changed over without losing an event", async () => {
  await admin.goto(at("/pengaturan/portal-baru"));
  await admin.getByLabel(/^Nama pendek/).fill("baru");
  await admin.getByRole("button", { name: "Simpan" }).click();
  const first = (await admin.locator(".secret code").textContent()) ?? "";
  expect(first).toMatch(/^whsec_/);
  await admin.goto(at("/pengaturan/portal/baru"));
  expect(await admin.content()).not.toContain(first);
  await admin.getByRole("button", { name: "Tambah rahasia baru" }).click();
  expect(await admin.locator(".secret code").textContent()).not.toBe(first);
  expect((await api.call("GET", "/portals/baru")).json["secrets"]).toBe(2);
  await look(admin, "portal");
  await admin.getByRole("button", { name: "Hentikan rahasia lama" }).click();
  await admin.waitForURL(/notice=retired/);
  expect((await api.call("GET", "/portals/baru")).json["secrets"]).toBe(1);
  await admin.goto(at("/pengaturan/portal/toko"));
  expect(await admin.locator(".facts").first().textContent()).toContain("3 Nov 2026");
  await admin.getByRole("button", { name: "Simpan" }).click();
  await admin.waitForURL(/notice=saved/);
  // What was not entered stays: deliveries under the old secret are still believed.
  expect(SECRET).not.toBe("");
  expect(await pay(api, "3")).toBeLessThan(300);
});

test("finance changes a portal and checks it, without a field for its secrets", async () => {
  await finance.goto(at("/pengaturan"));
  expect(await finance.getByRole("link", { name: "Hubungkan portal" }).count()).toBe(0);
  await finance.goto(at("/pengaturan/portal/toko"));
  expect(await finance.locator("input[type='password']").count()).toBe(0);
  await finance.getByLabel(/^Pilihan/).fill('{"lang": "id"}');
  await finance.getByRole("button", { name: "Simpan" }).click();
  await finance.waitForURL(/notice=saved/);
  expect((await api.call("GET", "/portals/toko")).json).toMatchObject({
    options: { lang: "id" },
    secrets: 1,
  });
  expect(await pay(api, "4")).toBeLessThan(300);
  const _csrf = await finance.locator("input[name='_csrf']").first().inputValue();
  for (const path of ["portal-baru/simpan", "portal/toko/rahasia", "portal/toko/rahasia-lama"]) {
    const answer = await finance.request.post(at(`/pengaturan/${path}`), { form: { _csrf } });
    expect([path, answer.status()]).toEqual([path, 403]);
  }
});

test("users are made, changed and helped; the last admin stays", async () => {
  await admin.goto(at("/pengaturan/pengguna"));
  await admin.locator("#email").fill("baru@hosting.example");
  await admin.locator("#role").selectOption("support");
  await admin.getByRole("button", { name: "Buat pengguna" }).click();
  const password = (await admin.locator(".secret code").textContent()) ?? "";
  const fresh = await browser.visit();
  await fresh.goto(at(""));
  await fresh.getByLabel("E-mail").fill("baru@hosting.example");
  await fresh.getByLabel("Kata sandi").fill(password);
  await fresh.getByRole("button", { name: "Masuk" }).click();
  await fresh.waitForURL(/\/console(?!\/masuk)/);
  await look(admin, "users");
  const row = (email: string) => admin.locator("tbody tr").filter({ hasText: email });
  expect(await row("baru@").textContent()).not.toContain("Token API");
  await createToken({ ...api.app, newId }, "skrip", "viewer", {}, "baru@hosting.example");
  await row("baru@").getByRole("button", { name: "Nonaktifkan" }).click();
  await admin.waitForURL(/notice=userChanged/);
  expect(await row("baru@").textContent()).toContain("Token API buatannya yang berlaku: 1");
  await fresh.goto(at("/faktur"));
  expect(fresh.url()).toContain("/masuk");
  await row(emailOf("admin")).getByRole("button", { name: "Nonaktifkan" }).click();
  expect(await problemOn(admin)).toContain("admin aktif terakhir");
  await row(emailOf("admin")).getByRole("combobox").selectOption("finance");
  await row(emailOf("admin")).getByRole("button", { name: "Ubah" }).click();
  expect(await problemOn(admin)).toContain("admin aktif terakhir");
  // What was refused in a row is no wish for the next user.
  expect(await admin.locator("#role").inputValue()).toBe("viewer");
  await row("baru@").getByRole("button", { name: "Kata sandi baru" }).click();
  expect(await admin.locator(".secret code").textContent()).not.toBe(password);
});

test("a token is shown once, is as narrow as it was made, ends on its day and can be revoked", async () => {
  await admin.goto(at("/pengaturan/token"));
  await admin.locator("#name").fill("akunting <i>");
  await admin.locator("#role").selectOption("finance");
  await admin.locator("#expires").fill("2026-11-10");
  await admin.locator("#scope-read").check();
  await admin.locator("#portal").selectOption("toko");
  await admin.getByRole("button", { name: "Buat token" }).click();
  const token = (await admin.locator(".secret code").textContent()) ?? "";
  expect((await api.call("GET", "/fakturs", { token })).status).toBe(200);
  const wide = await api.call("POST", "/sellers/utama/upload-now", { token });
  expect(wide.problem.code).toBe("role_too_low");
  expect((await api.call("GET", "/sellers/utama", { token })).problem.code).toBe("token_out_of_scope");
  await admin.goto(at("/pengaturan/token"));
  expect(await admin.content()).not.toContain(token);
  expect(await admin.locator("tbody").textContent()).toContain("hanya portal toko");
  await look(admin, "tokens");
  await admin.getByRole("button", { name: "Cabut akunting <i>" }).click();
  await admin.waitForURL(/notice=revoked/);
  expect((await api.call("GET", "/fakturs", { token })).status).toBe(401);
});

test("the trail is filtered, followed, checked and taken along as a file", async () => {
  await finance.goto(at("/jejak"));
  await finance.getByLabel("Tindakan (faktur. = semua)").fill("token.");
  await finance.getByRole("button", { name: "Tampilkan" }).click();
  await finance.waitForURL(/action=token\./);
  const shown = await finance.locator("tbody tr").allTextContents();
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.every((row) => row.includes("token."))).toBe(true);
  expect(shown.join()).toContain("akunting <i>");
  await look(finance, "trail");
  await finance.getByRole("button", { name: "Periksa rantai" }).click();
  expect(await finance.getByRole("status").textContent()).toContain("Rantai utuh");
  const file = await finance.request.get(at("/jejak/unduh?action=token.revoked"));
  expect((await file.text()).trim().split("\r\n")).toHaveLength(2);
  for (const [page, ways] of [
    [finance, 0],
    [admin, 1],
  ] as const) {
    await page.goto(at("/jejak?action=user.created"));
    const [row] = await page.locator("tbody tr").all();
    expect(await row?.getByRole("link", { name: "buka" }).count()).toBe(ways);
  }
  await api.app.db.knex("audit").where({ sequence: 2 }).update({ detail: "x" });
  await finance.goto(at("/jejak"));
  await finance.getByRole("button", { name: "Periksa rantai" }).click();
  expect(await finance.getByRole("status").textContent()).toContain("Rantai putus pada catatan 2");
});

test("in English, too, buttons are called by what stands on them", async () => {
  const page = await enterAs(browser, api, "finance");
  await page.goto(at("/pengaturan"));
  await page.locator(".me summary").click();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Settings" }).first().waitFor();
  expect(await page.getByRole("button", { name: "Switch o" }).count()).toBeGreaterThan(0);
  await look(page, "settings-english");
  await page.locator(".me summary").click();
  await page.getByRole("button", { name: "Bahasa Indonesia" }).click();
});

test("who may not change settings gets neither the buttons nor the ways behind them", async () => {
  const viewer = await enterAs(browser, api, "viewer", { theme: "dark", size: "phone" });
  await viewer.goto(at("/pengaturan"));
  await look(viewer, "settings-dark");
  await viewer.goto(at("/pengaturan/penjual/utama"));
  await look(viewer, "seller-dark");
  expect(await viewer.locator("main button").count()).toBe(0);
  const _csrf = await viewer.locator("input[name='_csrf']").first().inputValue();
  for (const path of [
    "penjual/utama/mati",
    "penjual/utama/unggah-sekarang",
    "portal/toko/rahasia",
    "token/buat",
  ]) {
    const answer = await viewer.request.post(at(`/pengaturan/${path}`), { form: { _csrf } });
    expect(answer.status()).toBe(403);
  }
  for (const path of ["/pengaturan/pengguna", "/pengaturan/token", "/pengaturan/penjual/utama/ubah"]) {
    expect((await viewer.request.get(at(path))).status()).toBe(403);
  }
  const page = await finance.request.get(at("/pengaturan/pengguna"));
  expect(page.status()).toBe(403);
  expect(PASSWORD).not.toBe("");
});

test("what is kept back since a restore is told at its seller and let go there with a word about the portal", async () => {
  const { db, clock } = api.app.api;
  const now = clock.now();
  const { channel: _channel, ...shown } = (await api.call("GET", "/sellers/dua")).json;
  await made(api.call("PUT", "/sellers/berkas", { body: { ...shown, channel: { kind: "coretax-file" } } }));
  const account_id = (await findAccount(db.knex, "toko", "77"))?.id ?? "";
  await insertInvoice(db.knex, invoiceRow("i-kept", { seller: "berkas", account_id, decision: "issuing" }));
  const kept = fakturRow("kept", "i-kept", {
    document: writeFaktur(fakturAt(1)),
    seller: "berkas",
    account_id,
  });
  await insertFaktur(db.knex, { ...kept, created_at: now.toISOString() });
  await insertRestore(db.knex, new Date(now.getTime() + 1000), "a copy");
  expect((await made(api.call("POST", "/sellers/berkas/coretax/export"))).json).toMatchObject({
    ...{ files: [], keptBack: 1 },
  });
  await finance.goto(at(""));
  expect(await finance.locator("main").textContent()).toContain("mungkin sudah diekspor");
  await finance.goto(at("/pengaturan/penjual/berkas"));
  expect(await finance.locator(".alert-warning").textContent()).toContain("1 faktur ditahan");
  await look(finance, "seller-kept-back");
  await finance.getByLabel("Apa yang dilihat di portal").fill("Pajak Keluaran November kosong");
  await finance.getByRole("button", { name: "Portal sudah diperiksa, lepaskan" }).click();
  await finance.waitForURL(/penjual\/berkas\?notice=done/);
  expect(await finance.locator(".alert-warning").count()).toBe(0);
  expect((await api.call("GET", `/fakturs/${kept.id}`)).json).toMatchObject({
    state: "ready",
    problem: null,
  });
  // The number of those that wait, drafts or ready, leads to where they stand; the list of drafts would be empty here.
  await finance.goto(at("/pengaturan"));
  const row = finance.locator("tbody tr").filter({ hasText: "berkas" });
  await row.getByRole("link", { name: "1", exact: true }).click();
  await finance.waitForURL(/penjual\/berkas#antrean/);
  expect(await finance.locator("#kemajuan").textContent()).toMatch(/Draf\s*0\s*Siap Approve\s*1/);
  // What is ready goes with the next export: only a draft can be let go here, and nothing is said to go up.
  const buttons = async (path: string) => {
    await finance.goto(at(path));
    return (await finance.locator("main button.btn-primary").allTextContents()).join(" | ");
  };
  await db.knex("fakturs").where({ id: kept.id }).update({ channel_kind: "coretax-file" });
  expect(await buttons("/pengaturan/penjual/berkas")).not.toMatch(/Lepaskan|Unggah/);
  await db.knex("fakturs").where({ id: kept.id }).update({ state: "draft" });
  expect(await buttons("/pengaturan/penjual/berkas")).toContain("Lepaskan draf untuk diekspor (1)");
  await look(finance, "seller-by-file");
});

describe("the form of a seller", () => {
  const filled = async (page: Visit, more: Readonly<Record<string, string>> = {}) => {
    await page.goto(at("/pengaturan/penjual-baru"));
    const fields = {
      ...{ seller: "formulir", npwp: "0412345678901000", name: "PT Empat", address: "Jl. Empat 4" },
      ...{ city: "Medan", email: "pajak@empat.example", signerName: "Siti" },
      ...{ baseUrl: authority.url, token: "rahasia-empat", ...more },
    };
    for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  };
  const save = (page: Visit) => page.getByRole("button", { name: "Simpan" }).click();

  test("says whose number is wrong", async () => {
    await filled(finance, { signerNpwp: "12" });
    await save(finance);
    expect(await problemOn(finance)).toContain("Penanda tangan: NPWP harus 16 digit");
  });

  test("shows where the keys have led, whatever it is", async () => {
    await finance.goto(at("/pengaturan/penjual-baru"));
    const unmarked: string[] = [];
    let reached = "";
    for (let steps = 0; steps < 80 && reached !== "Simpan"; steps += 1) {
      await finance.keyboard.press("Tab");
      const [id = "", words = "", ring = "", shadow = ""] = await finance.evaluate<string[]>(`(() => {
        const at = document.activeElement;
        const { outlineStyle, boxShadow } = getComputedStyle(at);
        return [at.id, at.textContent.trim(), outlineStyle, boxShadow];
      })()`);
      reached = words;
      if (ring === "none" && shadow === "none") unmarked.push(id || words);
    }
    expect([reached, unmarked]).toEqual(["Simpan", []]);
  });

  test("is saved for files whatever was typed for the channel that is hidden now", async () => {
    await filled(finance, { baseUrl: "pajak.io" });
    await finance.locator("#ch-coretax-file").check();
    await save(finance);
    await finance.waitForURL(/penjual\/formulir\?notice=saved/, { timeout: 10_000 });
  });
});
