/**
 * Proves that an address which is taken off an account keeps no key to it, whoever takes it off: finance in the NPWP
 * tab, the WHMCS module, a taxpayer that comes back under another address, the portal that tells of another owner. Over
 * plain HTTP through the whole program. What stays registered keeps its links.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { made, npwpBody, pay, settle, type TestApi } from "../support/api";
import { closeFurnished, startFurnished } from "../support/furnished";
import { formsAs } from "../support/console";

const WRONG = "salah.ketik@orang-lain.example";
const RIGHT = "pajak@contoh.example";
const TAB = "/accounts/toko/77/npwp";

let api: TestApi;
let authority: RunningAuthority;
beforeEach(async () => {
  ({ api, authority } = await startFurnished());
});
afterEach(() => closeFurnished({ api, authority }));

const enter = (changes: object, headers = {}) =>
  made(api.call("PUT", TAB, { body: { ...npwpBody, ...changes }, headers }));
const activate = () => made(api.call("POST", `${TAB}/activate`));

/** The links in the mails to an address, oldest first. */
async function linksTo(address: string, kind = /http\S+(\/c\/v\S+)/g): Promise<string[]> {
  const outbox = join(api.folder, "outbox");
  const names = existsSync(outbox) ? readdirSync(outbox).sort() : [];
  const mails = await Promise.all(names.map((name) => PostalMime.parse(readFileSync(join(outbox, name)))));
  return mails
    .filter((mail) => mail.to?.[0]?.address === address)
    .flatMap((mail) => [...(mail.text ?? "").matchAll(kind)].map(([, path]) => api.url + path));
}

const opens = async (link: string | undefined): Promise<number> => (await fetch(link ?? "none:")).status;

/** The company as it was mistyped, with one faktur in that mailbox. */
async function mistyped(email = WRONG): Promise<string> {
  await enter({ email });
  await activate();
  await pay(api, "1");
  await settle(api);
  const [link = ""] = await linksTo(WRONG);
  expect(await opens(link)).toBe(200);
  return link;
}

test.each([
  ["finance by the API", {}],
  ["staff in WHMCS", { "Faktur-On-Behalf-Of": "admin:3" }],
])("an address corrected by %s opens nothing more, and takes no address over", async (_by, headers) => {
  const link = await mistyped();
  await enter({ email: RIGHT }, headers);
  await pay(api, "2");
  await settle(api);
  expect(await opens(link)).toBe(410);
  const form = new URLSearchParams({ email: "penyerang@orang-lain.example" });
  expect((await fetch(`${link}/alamat`, { method: "POST", body: form, redirect: "manual" })).status).toBe(
    410,
  );
  const [fresh] = await linksTo(RIGHT);
  expect(await opens(fresh)).toBe(200);
  const trail = await made(api.call("GET", "/audit?subject=account:toko/77&action=link.revoked"));
  expect(trail.json["items"]).toHaveLength(1);
});

test("one of several addresses that is taken off loses its link; one that is added takes none away", async () => {
  const link = await mistyped(`${RIGHT}, ${WRONG}`);
  await enter({ email: `${RIGHT}; ${WRONG.toUpperCase()}, ketiga@contoh.example`, address: "Jl. Lain 2" });
  expect(await opens(link)).toBe(200);
  await enter({ email: RIGHT });
  expect(await opens(link)).toBe(410);
});

test("a taxpayer that comes back under another address leaves the former mailbox nothing", async () => {
  const link = await mistyped();
  await made(api.call("POST", `${TAB}/suspend`, { body: { reason: "akun dijual" } }));
  await enter({ npwp: "0011111111111000", name: "PT B", email: "pajak@b.example" });
  // Its own fakturs stay open to the company that left.
  expect(await opens(link)).toBe(200);
  await made(api.call("POST", `${TAB}/suspend`, { body: { reason: "kembali" } }));
  await enter({ email: RIGHT });
  expect(await opens(link)).toBe(410);
});

test("an owner's mailbox that got a link loses it when the portal tells of another; else links stay", async () => {
  await mistyped();
  const [theirs = ""] = await linksTo(WRONG);
  const account = (email: string) =>
    made(api.call("PUT", "/accounts/toko/77", { body: { name: "PT Contoh", email } }));
  await account("pemilik@contoh.example");
  expect(await opens(theirs)).toBe(200);
  const form = new URLSearchParams({ email: "pemilik@contoh.example" });
  await fetch(`${api.url}/c/baru`, { method: "POST", body: form, redirect: "manual" });
  await settle(api);
  const [own] = await linksTo("pemilik@contoh.example");
  await account("Pemilik@contoh.example");
  expect(await opens(own)).toBe(200);
  await account("pemilik.baru@contoh.example");
  expect(await opens(own)).toBe(410);
});

test("it loses it as long as the link lasts, though letters are kept for fewer days", async () => {
  await closeFurnished({ api, authority });
  ({ api, authority } = await startFurnished((config) => ({ ...config, keepDays: 30, linkDays: 90 })));
  const account = (email: string) =>
    made(api.call("PUT", "/accounts/toko/77", { body: { name: "PT Contoh", email } }));
  await account("pemilik@contoh.example");
  const form = new URLSearchParams({ email: "pemilik@contoh.example" });
  await fetch(`${api.url}/c/baru`, { method: "POST", body: form, redirect: "manual" });
  await settle(api);
  const [own] = await linksTo("pemilik@contoh.example");
  api.clock.pass(40 * 86_400);
  await api.app.scheduleUpkeep();
  await settle(api);
  expect(await opens(own)).toBe(200);
  await account("pemilik.baru@contoh.example");
  expect(await opens(own)).toBe(410);
});

test("what the former owner wished for with a link is over with it", async () => {
  await mistyped();
  const account = (email: string) =>
    made(api.call("PUT", "/accounts/toko/77", { body: { name: "PT Contoh", email } }));
  const post = (address: string | undefined, email: string) =>
    fetch(address ?? "none:", {
      ...{ method: "POST", redirect: "manual", body: new URLSearchParams({ email }) },
    });
  await account("pemilik@contoh.example");
  await post(`${api.url}/c/baru`, "pemilik@contoh.example");
  await settle(api);
  const [own] = await linksTo("pemilik@contoh.example");
  expect((await post(`${own}/alamat`, "bekas@luar.example")).status).toBe(303);
  await settle(api);
  const [confirm] = await linksTo("bekas@luar.example", /http\S+?(\/c\/alamat\/\S+)/g);
  expect(await opens(confirm)).toBe(200);
  await account("pemilik.baru@contoh.example");
  expect((await post(confirm, "")).status).toBe(410);
  const { npwp } = (await made(api.call("GET", "/accounts/toko/77"))).json;
  expect(npwp).toMatchObject({ email: WRONG });
});

test("support revokes the links of an account in the console, a viewer does not see how", async () => {
  const link = await mistyped();
  const tab = "/perusahaan/toko/77";
  const viewer = await formsAs(api, "viewer");
  expect(await viewer.page(tab)).not.toContain("cabut-tautan");
  expect((await viewer.send(`${tab}/cabut-tautan`, {})).status).toBe(403);
  const support = await formsAs(api, "support");
  const fields = await support.fields(tab, "cabut-tautan");
  const answer = await support.send(`${tab}/cabut-tautan`, fields);
  expect([answer.status, answer.to]).toEqual([303, `/console${tab}?notice=linksRevoked`]);
  expect(await opens(link)).toBe(410);
});
