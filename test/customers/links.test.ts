/**
 * Proves what customers get by link, in a real browser and over plain HTTP: their own fakturs and nobody else's (T70),
 * a change of address that counts only once confirmed, a report that opens a case, and links that end.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import { HTTP_STATUS } from "../../src/api/status";
import { AppError } from "../../src/errors";
import { text } from "../../src/text";
import { startApi, furnish, made, npwpBody, pay, settle, startSimulator, type TestApi } from "../support/api";
import { closeFurnished } from "../support/furnished";
import { accessibilityFaults, openBrowser, type OpenBrowser } from "../support/browser";

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;

/** Links in mails carry the public address; the test's server listens elsewhere. */
const here = (url: string): string => url.replace("http://127.0.0.1:8080", api.url);

async function mails(): Promise<Email[]> {
  const outbox = join(api.folder, "outbox");
  const names = readdirSync(outbox).filter((name) => name.endsWith(".eml"));
  return Promise.all(names.map((name) => PostalMime.parse(readFileSync(join(outbox, name)))));
}

async function linksTo(address: string, subject: RegExp): Promise<string[]> {
  const found = (await mails()).filter(
    (mail) => mail.to?.[0]?.address === address && subject.test(mail.subject ?? ""),
  );
  return found.flatMap((mail) =>
    [...(mail.text ?? "").matchAll(/http\S+\/c\/\S+/g)].slice(0, 1).map(([url]) => here(url)),
  );
}

const linkOf = async (account: string): Promise<string> =>
  here(
    (await made(api.call("POST", `/accounts/toko/${account}/link`, { role: "support" }))).json[
      "url"
    ] as string,
  );

async function fakturOf(account: string): Promise<string> {
  const { json } = await api.call("GET", `/fakturs?account=${account}`);
  return (json["items"] as { id: string }[])[0]?.id ?? "";
}

const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams(fields) });

beforeAll(async () => {
  api = await startApi();
  authority = await startSimulator(api.clock);
  browser = await openBrowser();
  await furnish(api, authority.url);
  const evil = { ...npwpBody, name: `PT <script>alert(1)</script> & "Anak"` };
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: evil }));
  await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
  await made(
    api.call("PUT", "/accounts/toko/88", { body: { name: "PT Lain", email: "billing@lain.example" } }),
  );
  const other = { ...npwpBody, npwp: "0012345678012000", name: "PT Lain", email: "pajak@lain.example" };
  await made(api.call("PUT", "/accounts/toko/88/npwp", { body: other }));
  await made(api.call("POST", "/accounts/toko/88/npwp/activate"));
  await made(
    api.call("PUT", "/accounts/toko/99", { body: { name: "Kosong", email: "kosong@lain.example" } }),
  );
  await pay(api, "1");
  await pay(api, "2");
  await pay(api, "3", "88");
  await settle(api);
});
afterAll(async () => {
  await browser.close();
  await closeFurnished({ api, authority });
});

test.each([
  ["light", "desktop"],
  ["dark", "phone"],
] as const)(
  "the page behind a mail's link is sound in %s on a %s, also when empty or over",
  async (theme, size) => {
    const [link = ""] = await linksTo("pajak@contoh.example", /^\[SIMULASI\] Faktur Pajak/);
    const page = await browser.visit({ theme, size });
    await page.goto(link);
    expect(await page.locator(".own > li").count()).toBe(2);
    expect(await page.locator(".brand").textContent()).toContain("PT Hosting Utama");
    expect(await page.locator("main").textContent()).toContain(`PT <script>alert(1)</script> & "Anak"`);
    if (process.env["PICTURES"])
      await page.screenshot({ path: `${process.env["PICTURES"]}/customer-${theme}.png`, fullPage: true });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(await linkOf("99"));
    expect(await page.locator(".empty").count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.mistakes).toEqual([]);
    await page.goto(`${link.slice(0, -2)}xx`);
    expect(await page.locator("h1").textContent()).toContain("tidak berlaku");
    if (process.env["PICTURES"])
      await page.screenshot({ path: `${process.env["PICTURES"]}/customer-over-${theme}.png` });
    expect(await accessibilityFaults(page)).toEqual([]);
  },
);

test.each(["storage_failed", "document_missing", "document_damaged"] as const)(
  "%s in the house is not told to the customer, who is not sent for a fresh link either",
  async (code) => {
    const { documents } = api.app.api;
    const { get } = documents;
    Object.assign(documents, {
      get: async () => {
        throw new AppError(code, text("Periksa ruang disk.", "Check the disk."));
      },
    });
    try {
      const link = `${await linkOf("88")}/faktur/${await fakturOf("88")}`;
      const answer = await fetch(link, { headers: { "accept-language": "en" } });
      const page = await answer.text();
      expect(answer.status).toBe(HTTP_STATUS[code]);
      expect(answer.status).toBeGreaterThanOrEqual(500);
      // A page that a browser kept as Faktur-Pajak….pdf would be seen by nobody.
      expect(answer.headers.get("content-disposition")).toBeNull();
      expect(page).toContain("Try again in a few minutes.");
      expect(page).not.toMatch(/disk|fresh link|<form/);
    } finally {
      Object.assign(documents, { get });
    }
  },
);

test("a page without fakturs says why a payment gets none, and not that one appears", async () => {
  const words = async (account: string) => (await fetch(await linkOf(account))).text();
  expect(await words("99")).toContain("Akun ini belum punya data NPWP perusahaan.");
  const body = { ...npwpBody, npwp: "0012345678013000", name: "PT Menunggu", email: "pajak@tunggu.example" };
  await made(
    api.call("PUT", "/accounts/toko/98", { body: { name: "PT Menunggu", email: "a@tunggu.example" } }),
  );
  await made(api.call("PUT", "/accounts/toko/98/npwp", { body }));
  expect(await words("98")).toContain("menunggu pemeriksaan bagian keuangan");
  await made(api.call("POST", "/accounts/toko/98/npwp/activate"));
  expect(await words("98")).toContain("Faktur muncul di sini setelah invoice lunas.");
});

test("the page speaks English when asked, and goes on doing so", async () => {
  const page = await browser.visit();
  await page.goto(await linkOf("77"));
  await page.getByRole("link", { name: "English" }).click();
  expect(await page.locator("h1").textContent()).toBe("Your tax invoices");
  expect(page.url()).not.toContain("bahasa");
  await page.reload();
  expect(await page.locator("h1").textContent()).toBe("Your tax invoices");
});

test("the PDF is the very one that was mailed; another account's is not found by any link", async () => {
  const link = await linkOf("77");
  const own = await fakturOf("77");
  const answer = await fetch(`${link}/faktur/${own}`);
  expect(answer.status).toBe(200);
  const stored = await api.call("GET", `/fakturs/${own}/pdf`);
  expect(Buffer.from(await answer.arrayBuffer()).equals(stored.bytes)).toBe(true);
  const theirs = await fakturOf("88");
  expect((await fetch(`${link}/faktur/${theirs}`)).status).toBe(404);
  expect((await post(`${link}/koreksi`, { faktur: theirs, kind: "duplicate", note: "x" })).status).toBe(404);
});

test("a page needs nothing from outside of /c/, which a proxy may keep to the house", async () => {
  const page = await (await fetch(await linkOf("77"))).text();
  const loaded = [...page.matchAll(/<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"/g)].map(
    ([, at = ""]) => at,
  );
  expect(loaded.length).toBeGreaterThan(3);
  for (const address of loaded) {
    expect(address).toMatch(/^\/c\//);
    expect((await fetch(`${api.url}${address}`)).status).toBe(200);
  }
});

test("a page by link is not indexed, tells no other site where it was, and is kept nowhere", async () => {
  const { headers } = await fetch(await linkOf("77"));
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("x-robots-tag")).toContain("noindex");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("a company that left the account keeps its own fakturs by its mail's link, and sees none of the next one's", async () => {
  const [old = ""] = await linksTo("pajak@lain.example", /^\[SIMULASI\]/);
  await made(api.call("POST", "/accounts/toko/88/npwp/suspend", { body: { reason: "pindah" } }));
  const next = {
    ...npwpBody,
    npwp: "0013456789012000",
    name: "PT Pengganti",
    email: "pajak@pengganti.example",
  };
  await made(api.call("PUT", "/accounts/toko/88/npwp", { body: next }));
  await made(api.call("POST", "/accounts/toko/88/npwp/activate"));
  // Paid when nobody but the next one stood there: an earlier payment would wait for a person.
  await pay(api, "4", "88", { paidAt: api.clock.now().toISOString() });
  await settle(api);
  const seen = await (await fetch(old)).text();
  expect([seen.includes("INV-3"), seen.includes("INV-4"), seen.includes("pajak@pengganti.example")]).toEqual([
    ...[true, false, false],
  ]);
  const [fresh = ""] = await linksTo("pajak@pengganti.example", /^\[SIMULASI\]/);
  const theirs = await (await fetch(fresh)).text();
  expect([theirs.includes("INV-3"), theirs.includes("INV-4")]).toEqual([false, true]);
  expect((await post(`${old}/alamat`, { email: "lama@lain.example" })).status).toBe(422);
});

test("what a person mails elsewhere carries no link", async () => {
  const own = await fakturOf("77");
  await made(api.call("POST", `/fakturs/${own}/resend`, { body: { to: "akuntan@luar.example" } }));
  await settle(api);
  const mail = (await mails()).find((one) => one.to?.[0]?.address === "akuntan@luar.example");
  expect(mail?.attachments).toHaveLength(1);
  expect(`${mail?.text} ${mail?.html}`).not.toContain("/c/");
});

test("a report opens a case once, and is refused with what was typed when something is missing", async () => {
  const page = await browser.visit({ size: "phone" });
  await page.goto(await linkOf("77"));
  const first = page.locator(".own > li").first();
  await first.getByText("Ada yang keliru?").click();
  await first.getByLabel("Apa yang keliru").selectOption("wrong_amount");
  await first.getByLabel("Yang benar seharusnya").fill("Seharusnya <b>900.000</b>");
  await first.getByRole("button", { name: "Minta koreksi" }).click();
  await page.getByText("Laporan Anda sudah diterima").waitFor();
  const { json } = await api.call("GET", "/cases?state=open");
  expect(json["items"]).toMatchObject([{ kind: "wrong_amount", note: "Seharusnya <b>900.000</b>" }]);
  await first.getByText("Ada yang keliru?").click();
  await first.getByLabel("Yang benar seharusnya").fill("lagi");
  await first.getByRole("button", { name: "Minta koreksi" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("sudah ada");
  expect(await page.getByLabel("Yang benar seharusnya").first().inputValue()).toBe("lagi");
});

test("a new address counts only when it confirms; the old one is told, and every earlier link ends", async () => {
  const page = await browser.visit();
  const link = await linkOf("77");
  await page.goto(link);
  await page.getByLabel("Alamat baru").fill("Keuangan@Contoh.example");
  await page.getByRole("button", { name: "Ganti alamat" }).click();
  await page.getByText("Hampir selesai").waitFor();
  await settle(api);
  const emailNow = async () =>
    ((await api.call("GET", "/accounts/toko/77")).json["npwp"] as { email: string }).email;
  const [confirm = ""] = await linksTo("keuangan@contoh.example", /Konfirmasi/);
  const [stop = ""] = await linksTo("pajak@contoh.example", /Permintaan ganti/);
  expect([confirm !== "", stop !== ""]).toEqual([true, true]);
  // A mail scanner follows links; only the button does something.
  await fetch(confirm);
  expect(await emailNow()).toBe("pajak@contoh.example");
  await page.goto(confirm);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Konfirmasi" }).click();
  await page.getByText("Selesai: faktur pajak sekarang dikirim").waitFor();
  expect(await emailNow()).toBe("keuangan@contoh.example");
  expect((await fetch(link)).status).toBe(410);
  expect((await fetch(stop)).status).toBe(410);
  await settle(api);
  expect(
    (await mails()).some(
      (mail) => mail.to?.[0]?.address === "pajak@contoh.example" && /sudah diganti/.test(mail.subject ?? ""),
    ),
  ).toBe(true);
  const [fresh = ""] = await linksTo("keuangan@contoh.example", /Tautan/);
  expect((await fetch(fresh)).status).toBe(200);
});

test("the old address can stop a change", async () => {
  expect((await post(`${await linkOf("77")}/alamat`, { email: "maling@luar.example" })).status).toBe(303);
  await settle(api);
  const [stop = ""] = await linksTo("keuangan@contoh.example", /Permintaan ganti/);
  expect(await (await post(stop, {})).text()).toContain("alamat tidak berubah");
  const [confirm = ""] = await linksTo("maling@luar.example", /Konfirmasi/);
  expect((await post(confirm, {})).status).toBe(410);
});

test("revoking the links of an account takes the wish of whoever had one with it", async () => {
  expect((await post(`${await linkOf("88")}/alamat`, { email: "pencuri@luar.example" })).status).toBe(303);
  await settle(api);
  const [confirm = ""] = await linksTo("pencuri@luar.example", /Konfirmasi/);
  expect((await fetch(confirm)).status).toBe(200);
  await made(api.call("POST", "/accounts/toko/88/link/revoke", { role: "support" }));
  expect((await post(confirm, {})).status).toBe(410);
  expect((await api.call("GET", "/accounts/toko/88")).json["npwp"]).toMatchObject({
    email: "pajak@pengganti.example",
  });
});

test("a fresh link goes to a registered address only, and the answer is the same for every address", async () => {
  const known = await post(`${api.url}/c/baru`, { email: "PAJAK@pengganti.example" });
  const unknown = await post(`${api.url}/c/baru`, { email: "siapa@luar.example" });
  const again = await post(`${api.url}/c/baru`, { email: "pajak@pengganti.example" });
  expect([known, unknown, again].map((one) => [one.status, one.headers.get("location")])).toEqual(
    Array(3).fill([303, "/c/baru?notice=sent"]),
  );
  await settle(api);
  expect(await linksTo("pajak@pengganti.example", /Tautan/)).toHaveLength(1);
  expect(await linksTo("siapa@luar.example", /Tautan/)).toHaveLength(0);
});

test("a link ends by its day or by a revocation; a bent one never was one", async () => {
  const link = await linkOf("88");
  expect((await fetch(link)).status).toBe(200);
  await made(api.call("POST", "/accounts/toko/88/link/revoke", { role: "support" }));
  expect((await fetch(link)).status).toBe(410);
  const next = await linkOf("88");
  api.clock.pass(89 * 86_400);
  expect((await fetch(next)).status).toBe(200);
  api.clock.pass(2 * 86_400);
  expect((await fetch(next)).status).toBe(410);
  expect((await api.call("POST", "/accounts/toko/88/link", { role: "viewer" })).status).toBe(403);
});

test("wrong links are limited, and a form of another site is refused", async () => {
  const site = await fetch(`${api.url}/c/baru`, {
    ...{ method: "POST", headers: { "sec-fetch-site": "cross-site" }, redirect: "manual" },
    body: new URLSearchParams({ email: "a@b.example" }),
  });
  expect(site.status).toBe(422);
  const statuses: number[] = [];
  for (let time = 0; time < 61; time += 1) statuses.push((await fetch(`${api.url}/c/v1.a.b.${time}`)).status);
  expect([statuses[0], statuses[60]]).toEqual([410, 429]);
  api.clock.pass(300);
  const changes: number[] = [];
  for (let time = 0; time < 31; time += 1) {
    changes.push((await fetch(`${api.url}/c/alamat/v1.a.b.${time}`)).status);
    changes.push((await post(`${api.url}/c/alamat/v1.a.b.${time}`, {})).status);
  }
  expect(changes).toEqual([...Array<number>(60).fill(410), 429, 429]);
});
