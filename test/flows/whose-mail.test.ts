/**
 * Whose mailbox a faktur goes to when the account's company or address changes while its PDF is on its way: always its own
 * taxpayer's, with the key to further fakturs only where that address is registered today. Over HTTP, the whole program.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { recordRow } from "../../src/coretax/record";
import { newId } from "../../src/ids";
import type { RunningAuthority } from "../../src/simulator/authority";
import { fakturById } from "../../src/store/fakturs";
import { made, npwpBody, pay, sellerBody, settle, type TestApi } from "../support/api";
import { closeFurnished, startFurnished } from "../support/furnished";

let api: TestApi;
let authority: RunningAuthority;

beforeEach(async () => {
  ({ api, authority } = await startFurnished());
});
afterEach(() => closeFurnished({ api, authority }));

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly reference: string;
  readonly buyer: { readonly npwp: string };
}

const OTHER = {
  npwp: "0011111111111000",
  name: "PT Lain",
  address: "Jl. Lain 1",
  email: "orang@lain.example",
};

const put = (body: object) => made(api.call("PUT", "/accounts/toko/77/npwp", { body }));
const post = (path: string, body: object = {}) => made(api.call("POST", path, { body }));

async function enter(body: object): Promise<void> {
  await put(body);
  await post("/accounts/toko/77/npwp/activate");
}

async function replaceCompany(): Promise<void> {
  await post("/accounts/toko/77/npwp/suspend", { reason: "ganti perusahaan" });
  await enter(OTHER);
}

async function fakturs(): Promise<Shown[]> {
  const { json } = await made(api.call("GET", "/invoices/toko/1"));
  return (json as unknown as { fakturs: Shown[] }).fakturs;
}

async function mails() {
  const outbox = join(api.folder, "outbox");
  const files = existsSync(outbox) ? readdirSync(outbox).toSorted() : [];
  const read = await Promise.all(files.map((name) => PostalMime.parse(readFileSync(join(outbox, name)))));
  return read.map(({ to, text = "" }) => ({ to: to?.[0]?.address, link: text.includes(`/c/`) }));
}

/** All that was mailed to an address. */
async function textTo(address: string): Promise<string> {
  const outbox = join(api.folder, "outbox");
  const read = await Promise.all(
    readdirSync(outbox).map((name) => PostalMime.parse(readFileSync(join(outbox, name)))),
  );
  return read.flatMap(({ to, text = "" }) => (to?.[0]?.address === address ? [text] : [])).join("\n");
}

const rules = (...list: object[]) => authority.authority.control.add(list as never);

async function pdfsCome(): Promise<void> {
  authority.authority.control.clear();
  api.clock.pass(7_200);
  await settle(api);
}

test("a part whose PDF comes after the other part was made for another company goes to its own", async () => {
  const facility = {
    ...{ addInfo: "TD.00501", stamp: "TD.01101", documentNumber: "SKTD-1" },
    ...{ documentPeriod: "012026", lineKinds: ["domain"] },
  };
  await enter({ ...npwpBody, transactionCode: "07", evidence: "SKTD", facility });
  rules(
    { operation: "upload", noInvoice: "INV-1-07", fault: "reject", message: "NITKU tidak valid" },
    { operation: "pdf", noInvoice: "INV-1-04", fault: "pdf-late", times: 60 },
  );
  const line = { quantity: 1, amount: "1000000.00" };
  const lines = [
    { ...line, id: "1", kind: "hosting", description: "Hosting", taxed: true },
    { ...line, id: "2", kind: "domain", description: "Domain", taxed: false },
  ];
  await pay(api, "1", "77", { subtotal: "2000000.00", tax: "110000.00", total: "2110000.00", lines });
  await settle(api);
  const refused = (await fakturs()).find(({ state }) => state === "rejected");
  expect((await fakturs()).map(({ state }) => state).toSorted()).toEqual(["approved", "rejected"]);
  await post("/accounts/toko/77/npwp/suspend", { reason: "ganti perusahaan" });
  await enter({ ...OTHER, transactionCode: "07", evidence: "SKTD", facility });
  await post(`/fakturs/${refused?.id ?? ""}/cancel`, { reason: "pembelinya salah" });
  await post("/invoices/toko/1/issue");
  await settle(api);
  const [, other] = (await fakturs()).filter(({ state }) => state === "approved");
  await pdfsCome();
  const mailed = await mails();
  expect(mailed).toContainEqual({ to: "pajak@contoh.example", link: true });
  expect(mailed).toContainEqual({ to: "orang@lain.example", link: true });
  expect(mailed).toHaveLength(2);
  const told = await made(api.call("GET", `/fakturs/${other?.id ?? ""}`));
  expect(told.json).toMatchObject({ state: "approved", buyer: { npwp: OTHER.npwp } });
});

describe("what was refused for one taxpayer, when another one stands behind the account", () => {
  const BY_HAND = { reason: "akun berpindah tangan" };
  let refused: string;
  beforeEach(async () => {
    await enter(npwpBody);
    rules({
      operation: "upload",
      noInvoice: "INV-1",
      times: 1,
      fault: "reject",
      message: "NITKU tidak valid",
    });
    await pay(api, "1");
    await settle(api);
    refused = (await fakturs())[0]?.id ?? "";
  });
  const buyerOf = async (id: string) => (await made(api.call("GET", `/fakturs/${id}`))).json["buyer"];
  const retry = () => api.call("POST", `/fakturs/${refused}/retry`, { role: "finance", body: {} });

  test("is not tried again under the other one, and nothing is mailed to it", async () => {
    await replaceCompany();
    const answer = await retry();
    expect([answer.status, answer.problem.code]).toEqual([409, "wrong_state"]);
    await settle(api);
    expect((await fakturs()).map(({ state }) => state)).toEqual(["rejected"]);
    expect(await buyerOf(refused)).toMatchObject({ npwp: npwpBody.npwp });
    expect(await mails()).toEqual([]);
  });

  test("goes again once its own taxpayer is back, with the data of now", async () => {
    await replaceCompany();
    await post("/accounts/toko/77/npwp/suspend", BY_HAND);
    await enter({ ...npwpBody, name: "PT Contoh Sejahtera Tbk", email: "baru@contoh.example" });
    expect((await retry()).status).toBe(200);
    await settle(api);
    expect((await fakturs()).map(({ state }) => state)).toEqual(["approved"]);
    expect(await buyerOf(refused)).toMatchObject({ name: "PT Contoh Sejahtera Tbk" });
    expect((await mails()).map(({ to }) => to)).toEqual(["baru@contoh.example"]);
  });

  test("is not issued for the other one among many, late or not, and nothing of it is dropped for that", async () => {
    await replaceCompany();
    const many = (body: object) =>
      api.call("POST", "/invoices/toko/1/issue", { role: "finance", body: { ...body, sameBuyer: true } });
    api.clock.set("2026-12-21T10:00:00+07:00");
    const late = await many({ accept: ["past_deadline"] });
    expect([late.status, late.problem.code]).toEqual([409, "wrong_state"]);
    expect((await fakturs()).map(({ state }) => state)).toEqual(["rejected"]);
    api.clock.set("2026-11-04T10:00:00+07:00");
    await post(`/fakturs/${refused}/cancel`, { reason: "pembelinya salah" });
    expect((await many({})).status).toBe(409);
    await settle(api);
    expect((await fakturs()).map(({ state }) => state)).toEqual(["cancelled"]);
    await post("/accounts/toko/77/npwp/suspend", BY_HAND);
    await enter(npwpBody);
    expect((await many({})).status).toBe(200);
    await settle(api);
    expect((await fakturs()).map(({ state }) => state)).toEqual(["cancelled", "approved"]);
  });

  test("is made for the other one only when a person drops it and issues its invoice anew", async () => {
    await replaceCompany();
    await post(`/fakturs/${refused}/cancel`, { reason: "pembelinya salah" });
    await post("/invoices/toko/1/issue");
    await settle(api);
    const [dropped, anew] = await fakturs();
    expect([dropped?.state, anew?.state]).toEqual(["cancelled", "approved"]);
    expect(await buyerOf(anew?.id ?? "")).toMatchObject({ npwp: OTHER.npwp });
  });
});

test("what an earlier company's faktur is mailed to is never the address of the one that came after it", async () => {
  await enter(npwpBody);
  rules({ operation: "pdf", noInvoice: "INV-1", fault: "pdf-late", times: 60 });
  await pay(api, "1");
  await settle(api);
  await replaceCompany();
  await post("/invoices/toko/1/issue");
  await pdfsCome();
  expect(await mails()).toEqual([{ to: "pajak@contoh.example", link: true }]);
});

test("an address that was corrected meanwhile gets the document it was issued with, and no link", async () => {
  await enter(npwpBody);
  rules({ operation: "pdf", fault: "pdf-late", times: 60 });
  await pay(api, "1");
  await settle(api);
  await put({ ...npwpBody, email: "baru@contoh.example" });
  await pdfsCome();
  expect(await mails()).toEqual([{ to: "pajak@contoh.example", link: false }]);
});

test("a customer who wishes for another address is told that what is on its way goes to the old one", async () => {
  await enter(npwpBody);
  rules({ operation: "pdf", fault: "pdf-late", times: 60 });
  await pay(api, "1");
  await settle(api);
  const send = (address: string, fields: Record<string, string>) =>
    fetch(address.replace("http://127.0.0.1:8080", api.url), {
      method: "POST",
      body: new URLSearchParams(fields),
    });
  const { url } = (await post("/accounts/toko/77/link")).json;
  await send(`${String(url)}/alamat`, { email: "baru@contoh.example" });
  await settle(api);
  const [, confirm = ""] = /(http\S+\/c\/alamat\/\S+)/.exec(await textTo("baru@contoh.example")) ?? [];
  const page = await (await send(confirm, {})).text();
  await settle(api);
  for (const words of [page, await textTo("pajak@contoh.example")])
    expect(words).toContain("masih dikirim ke alamat lama");
  await pdfsCome();
  expect(await mails()).toContainEqual({ to: "pajak@contoh.example", link: false });
});

describe("a replacement", () => {
  const change = { reason: "harga", lines: [{ line: 1, discount: "100000.00" }] };
  const replaced = async () => {
    await post(`/fakturs/${(await fakturs())[0]?.id ?? ""}/replace`, change);
    await settle(api);
    return (await mails()).slice(1);
  };
  beforeEach(async () => {
    await enter(npwpBody);
    await pay(api, "1");
    await settle(api);
  });

  test("goes where its taxpayer is registered when it is made, and the comparison finds that right", async () => {
    await put({ ...npwpBody, email: "baru@contoh.example" });
    expect(await replaced()).toEqual([{ to: "baru@contoh.example", link: true }]);
    await put({ ...npwpBody, email: "terbaru@contoh.example" });
    api.clock.pass(10_800);
    const { json } = await made(api.call("GET", "/reconciliation?from=2026-11-01&to=2026-11-03"));
    expect(json["differences"]).toEqual([]);
  });

  test("goes to the address of the payment when another company has the account", async () => {
    await replaceCompany();
    expect(await replaced()).toEqual([{ to: "pajak@contoh.example", link: true }]);
  });
});

test("of a faktur that went by file nobody asks the new channel for a PDF it cannot have", async () => {
  await made(
    api.call("PUT", "/sellers/utama", { body: { ...sellerBody(), channel: { kind: "coretax-file" } } }),
  );
  await enter(npwpBody);
  await pay(api, "1");
  await settle(api);
  await api.app.api.coretax.export("utama", api.folder, { name: "person" });
  await made(api.call("PUT", "/sellers/utama", { body: sellerBody(authority.url) }));
  const [{ id = "" } = {}] = await fakturs();
  const d = { ...api.app, followSeconds: [2], newId };
  await api.app.db.transaction(async (tx) => {
    const row = await fakturById(tx, id);
    if (row === undefined) throw new Error("the faktur is there");
    const item = { standing: "approved", statusWord: "APPROVED", nsfp: "04002600000000001" };
    await recordRow(tx, d as never, row, item as never, "");
  });
  await settle(api);
  expect((await fakturs()).map(({ state }) => state)).toEqual(["approved"]);
  expect(authority.authority.control.calls().map(({ operation }) => operation)).not.toContain("pdf");
});
