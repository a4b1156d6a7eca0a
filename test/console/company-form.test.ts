/**
 * The form of the NPWP tab, sent as a page of the console shows it: what it does not change stays, the verified code of
 * the company with all that belongs to it.
 */
import { findAccount, findCompany } from "../../src/store/accounts";
import { furnish, made, npwpBody, startApi, type TestApi } from "../support/api";
import { formsAs } from "../support/console";

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
