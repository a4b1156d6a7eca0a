/**
 * The forms of the NPWP tab, sent as a page of the console shows them: what they do not change stays, the verified code
 * of the company with all that belongs to it; and a page that shows what is no more changes and decides nothing.
 */
import { findAccount, findCompany } from "../../src/store/accounts";
import { furnish, made, npwpBody, startApi, type TestApi } from "../support/api";
import { fieldsOn, formsAs } from "../support/console";

const TAB = "/perusahaan/toko/77";

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  await furnish(api);
});
afterEach(() => api.close());

const enter = (body: object) => made(api.call("PUT", "/accounts/toko/77/npwp", { body }));
const activate = () => made(api.call("POST", "/accounts/toko/77/npwp/activate"));
async function standing() {
  const account = await findAccount(api.app.db.knex, "toko", "77");
  const row = await findCompany(api.app.db.knex, account?.id ?? "");
  if (row === undefined) throw new Error("no company");
  return row;
}

const FACILITY = {
  addInfo: "TD.00510",
  stamp: "TD.01110",
  documentNumber: "SKB-12",
  documentPeriod: "112026",
};

describe.each([
  ["a contractor", { transactionCode: "03", evidence: "kontrak KKKS", collector: "contractor" }],
  ["an agency by bill", { transactionCode: "02", evidence: "SK 1", issueOn: "bill" }],
  ["a facility", { transactionCode: "08", evidence: "SKB 12", facility: FACILITY }],
])("the verified code of %s", (_whose, code) => {
  test.each(["support", "finance"] as const)("stays when %s corrects the address", async (role) => {
    await enter({ ...npwpBody, ...code });
    await activate();
    const before = await standing();
    api.clock.pass(60);
    const forms = await formsAs(api, role);
    const fields = await forms.fields(TAB, "simpan");
    const answer = await forms.send(`${TAB}/simpan`, { ...fields, address: "Jl. Sudirman 2, Jakarta" });
    expect([answer.status, answer.to]).toEqual([303, `/console${TAB}?notice=saved`]);
    const after = await standing();
    expect(after).toEqual({ ...before, address: "Jl. Sudirman 2, Jakarta", updated_at: after.updated_at });
  });
});

describe("a page that was overtaken", () => {
  const suspend = () =>
    made(api.call("POST", "/accounts/toko/77/npwp/suspend", { body: { reason: "keliru" } }));
  const OTHER = { npwp: "0011111111111000", name: "PT Lain", email: "lain@lain.example" };

  test.each([
    ["another company", async () => (await suspend(), enter({ ...npwpBody, ...OTHER }))],
    ["another address", () => enter({ ...npwpBody, email: "lain@lain.example" })],
    ["another code", () => enter({ ...npwpBody, transactionCode: "03", evidence: "SK 1" })],
  ])("activates nobody who was not looked at: %s", async (_what, meanwhile) => {
    await enter(npwpBody);
    const forms = await formsAs(api, "finance");
    const fields = await forms.fields(TAB, "aktifkan");
    await meanwhile();
    const before = await standing();
    const answer = await forms.send(`${TAB}/aktifkan`, fields);
    expect(answer.status).toBe(409);
    expect(await standing()).toEqual(before);
    // The answer is the page as it is now, and goes on from there.
    expect(answer.text).toContain(before.email);
    const again = await forms.send(`${TAB}/aktifkan`, fieldsOn(answer.text, "aktifkan"));
    expect(again.status).toBe(303);
    expect((await standing()).status).toBe("active");
  });

  test("undoes no address that was changed meanwhile, nor offers what was typed to be sent again", async () => {
    await enter(npwpBody);
    const forms = await formsAs(api, "support");
    const fields = await forms.fields(TAB, "simpan");
    await enter({ ...npwpBody, email: "baru@contoh.example" });
    const answer = await forms.send(`${TAB}/simpan`, { ...fields, address: "Jl. Ketikan 9" });
    expect(answer.status).toBe(409);
    const shown = fieldsOn(answer.text, "simpan");
    expect([shown["email"], shown["address"]]).toEqual(["baru@contoh.example", npwpBody.address]);
    expect(await standing()).toMatchObject({ email: "baru@contoh.example", address: npwpBody.address });
    expect((await forms.send(`${TAB}/simpan`, { ...shown, address: "Jl. Ketikan 9" })).status).toBe(303);
    expect(await standing()).toMatchObject({ email: "baru@contoh.example", address: "Jl. Ketikan 9" });
  });

  test("suspends nobody, and enters no company beside one that was entered meanwhile", async () => {
    const forms = await formsAs(api, "finance");
    const empty = await forms.fields(TAB, "simpan");
    await enter(npwpBody);
    await activate();
    const company = { number: OTHER.npwp, name: OTHER.name, address: "Jl. Lain 1", email: OTHER.email };
    expect((await forms.send(`${TAB}/simpan`, { ...empty, ...company })).status).toBe(409);
    const fields = await forms.fields(TAB, "tangguhkan");
    await enter({ ...npwpBody, name: "PT Nama Baru" });
    const answer = await forms.send(`${TAB}/tangguhkan`, { ...fields, suspendReason: "salah" });
    expect([answer.status, (await standing()).status]).toEqual([409, "active"]);
  });

  test("is not one where a form came back with a fault and is sent again", async () => {
    await enter(npwpBody);
    const forms = await formsAs(api, "finance");
    const fields = await forms.fields(TAB, "simpan");
    const refused = await forms.send(`${TAB}/simpan`, { ...fields, number: "123" });
    expect(refused.status).toBe(422);
    const mended = { ...fieldsOn(refused.text, "simpan"), number: npwpBody.npwp };
    expect((await forms.send(`${TAB}/simpan`, mended)).status).toBe(303);
  });
});
