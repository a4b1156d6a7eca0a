/**
 * Forms of the console that are sent from a page which shows what is no more: of a case that the portal has told otherwise
 * since or whose faktur another hand has moved, and of an invoice with another refund. Nothing is done, and the page comes
 * back as it stands. The same where a second person confirms: what was asked for on other words is not done. And of a seller
 * or a portal that somebody else has changed: its former data are not put back.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { recordRefund } from "../../src/hooks/cases";
import { casesOf } from "../../src/store/cases";
import { findInvoice } from "../../src/store/invoices";
import { made, pay, sellerBody, settle, type TestApi } from "../support/api";
import { fieldsOn, formsAs, type Forms } from "../support/console";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";
import { refund } from "../support/portal-events";

let api: TestApi;
let authority: RunningAuthority;
let forms: Forms;
beforeEach(async () => {
  ({ api, authority } = await startFurnished());
  await enterCompany(api);
  forms = await formsAs(api, "finance");
});
afterEach(() => closeFurnished({ api, authority }));

/** Told under one id, as portals that are read back do. */
const told = (amount: string | null) =>
  api.app.db.transaction((tx) =>
    recordRefund(tx, api.app.api, {
      ...{ portal: "toko", external_id: "transaction-5", invoice_external_id: "1", amount, state: "done" },
      ...{ refunded_at: api.clock.now().toISOString(), reason: null },
    }),
  );
async function caseOf() {
  const invoice = await findInvoice(api.app.db.knex, "toko", "1");
  const [one, ...others] = await casesOf(api.app.db.knex, invoice?.id ?? "");
  if (one === undefined || others.length > 0) throw new Error("not one case");
  return one;
}
async function refunded(): Promise<string> {
  await pay(api, "1");
  await settle(api);
  await told("22200.00");
  return (await caseOf()).id;
}
const decide = (path: string, fields: Record<string, string>) =>
  forms.send(`${path}/putuskan`, { ...fields, decision: "none_pph23", reason: "dipotong PPh 23" });

test("a case that was told otherwise is not decided on what its page showed", async () => {
  const path = `/kasus/${await refunded()}`;
  const fields = await forms.fields(path, "putuskan");
  await told(null);
  const answer = await decide(path, fields);
  expect(answer.status).toBe(409);
  expect(answer.text).toContain("berubah sejak halaman ini dibuka");
  expect(await caseOf()).toMatchObject({ state: "open", kind: "refund", decision: null });
  const again = await decide(path, fieldsOn(answer.text, "putuskan"));
  expect([again.status, (await caseOf()).state]).toEqual([303, "closed"]);
});

test("nor one whose faktur another hand has moved, or that another hand has decided", async () => {
  const id = await refunded();
  const path = `/kasus/${id}`;
  const fields = await forms.fields(path, "putuskan");
  const body = { decision: "nota_pembatalan_by_buyer", reason: "tunggu" };
  await made(api.call("POST", `/cases/${id}/decide`, { body }));
  expect((await decide(path, fields)).status).toBe(409);
  const note = await forms.fields(path, "dokumen");
  const second = await forms.fields(path, "putuskan");
  const { faktur_id } = await caseOf();
  await made(api.call("POST", `/fakturs/${faktur_id}/cancel`, { body: { reason: "batal" } }));
  expect((await decide(path, second)).status).toBe(409);
  const noted = await forms.send(`${path}/dokumen`, { ...note, number: "NP-1", date: "2026-11-03" });
  expect([noted.status, (await caseOf()).state]).toEqual([409, "waiting_buyer"]);
});

test("a form that comes back with a fault may be mended and sent again", async () => {
  const path = `/kasus/${await refunded()}`;
  const fields = await forms.fields(path, "putuskan");
  const refused = await forms.send(`${path}/putuskan`, { ...fields, decision: "none", reason: "" });
  expect(refused.status).toBe(400);
  expect((await decide(path, fieldsOn(refused.text, "putuskan"))).status).toBe(303);
});

test("what a second person confirms is decided on the words on which it was asked for", async () => {
  await made(api.call("PUT", "/sellers/utama", { body: { ...sellerBody(authority.url), fourEyes: true } }));
  const id = await refunded();
  const faktur = (await caseOf()).faktur_id;
  const ask = () => {
    const body = { decision: "cancel", reason: "batal" };
    return api.call("POST", `/cases/${id}/decide`, { role: "finance", body });
  };
  const confirm = (approval: unknown) => api.call("POST", `/approvals/${String(approval)}/confirm`);
  const stateOf = async () => (await api.call("GET", `/fakturs/${faktur}`)).json["state"];
  const { id: asked } = (await ask()).json;
  await told("50000.00");
  const overtaken = await confirm(asked);
  expect([overtaken.status, overtaken.problem.code, await stateOf()]).toEqual([
    409,
    "wrong_state",
    "approved",
  ]);
  expect((await api.call("GET", `/approvals?state=waiting`)).json["items"]).toEqual([]);
  expect((await api.call("GET", `/approvals?state=lapsed`)).json["items"]).toMatchObject([{ id: asked }]);
  const { id: anew } = (await ask()).json;
  expect([(await confirm(anew)).status, await stateOf()]).toEqual([200, "cancelling"]);
});

test("nobody takes upon themselves a refund that their page did not show", async () => {
  await refund(api, "1", "100000.00");
  await pay(api, "1");
  await settle(api);
  const button = async (path: string) =>
    /name="satu" value="([^"]*refunded_before_issue[^"]*)"/.exec(await forms.page(path))?.[1] ?? "";
  const pages = ["/tanpa-faktur", "/invoice/toko/1"];
  for (const path of pages) {
    const satu = await button(path);
    expect(satu).toContain("refunded_before_issue");
    await told(path === pages[0] ? "300000.00" : null);
    await settle(api);
    const answer = await forms.send(`${path}/terbitkan`, { satu });
    expect(answer.text).toContain("Alasannya berubah");
    await settle(api);
    expect((await api.call("GET", "/invoices/toko/1")).json).toMatchObject({ outcome: "held", fakturs: [] });
  }
  const answer = await forms.send("/invoice/toko/1/terbitkan", { satu: await button("/invoice/toko/1") });
  expect(answer.status).toBe(303);
  await settle(api);
  expect((await api.call("GET", "/invoices/toko/1")).json).toMatchObject({ outcome: "issued" });
});

test("a draft that was approved meanwhile is not cancelled at the authority by the page that shows the draft", async () => {
  const body = { ...sellerBody(authority.url), upload: { auto: false } };
  await made(api.call("PUT", "/sellers/utama", { body }));
  await pay(api, "1");
  await settle(api);
  const [draft] = (await api.call("GET", "/fakturs")).json["items"] as { id: string; state: string }[];
  const path = `/faktur/${draft?.id}`;
  const stateOf = async () => (await api.call("GET", `/fakturs/${draft?.id}`)).json["state"];
  const fields = await forms.fields(path, "batalkan");
  await made(api.call("POST", `/fakturs/${draft?.id}/upload`));
  await settle(api);
  const cancel = (sent: Record<string, string>) =>
    forms.send(`${path}/batalkan`, { ...sent, reason: "pesanan ganda" });
  const answer = await cancel(fields);
  expect([draft?.state, answer.status, await stateOf()]).toEqual(["draft", 409, "approved"]);
  expect(answer.text).toContain("Batalkan faktur ini di DJP");
  expect([(await cancel(fieldsOn(answer.text, "batalkan"))).status, await stateOf()]).toEqual([
    303,
    "cancelling",
  ]);
});

test("a seller is not saved from a page that shows what somebody else has changed since", async () => {
  const admin = await formsAs(api, "admin");
  const path = "/pengaturan/penjual/utama/ubah";
  const fields = await admin.fields(path, "simpan");
  const changed = { ...sellerBody(authority.url), name: "PT Hosting Baru", fourEyes: true };
  await made(api.call("PUT", "/sellers/utama", { body: changed }));
  const typed = { address: "Jl. Merdeka 1, Jakarta", email: "baru@hosting.example", channelKind: "pajakio" };
  const save = (sent: Record<string, string>) => admin.send(`${path}/simpan`, { ...sent, ...typed });
  const answer = await save(fields);
  const stands = async () => (await made(api.call("GET", "/sellers/utama"))).json;
  expect([answer.status, await stands()]).toEqual([
    409,
    expect.objectContaining({ name: "PT Hosting Baru", fourEyes: true, email: "pajak@hosting.example" }),
  ]);
  const again = fieldsOn(answer.text, "simpan");
  expect([(await save({ ...again, fourEyes: "ya" })).status, await stands()]).toEqual([
    303,
    expect.objectContaining({ name: "PT Hosting Baru", fourEyes: true, email: "baru@hosting.example" }),
  ]);
});

test("nor a portal, whose invoices would go back to a former seller", async () => {
  await made(api.call("PUT", "/sellers/dua", { body: sellerBody(authority.url) }));
  const path = "/pengaturan/portal/toko";
  const fields = await forms.fields(path, "simpan");
  const moved = { kind: "generic", seller: "dua", keepSecrets: true };
  await made(api.call("PUT", "/portals/toko", { body: moved }));
  const save = (sent: Record<string, string>) => forms.send(`${path}/simpan`, { ...sent, options: "{}" });
  const answer = await save(fields);
  const seller = async () => (await made(api.call("GET", "/portals/toko"))).json["seller"];
  expect([answer.status, await seller()]).toEqual([409, "dua"]);
  expect([(await save(fieldsOn(answer.text, "simpan"))).status, await seller()]).toEqual([303, "dua"]);
});
