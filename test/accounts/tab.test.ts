/**
 * The NPWP tab as a flow over a real database: the snapshot kept in the history is the company as it stood, and what is
 * refused leaves neither history nor audit behind. What HTTP says of it is in test/api/accounts.test.ts.
 */
import { headOffice, parseNpwp } from "../../src/accounts/npwp";
import { readSnapshot } from "../../src/accounts/snapshot";
import { enterNpwp, switchTab, type TabDeps } from "../../src/accounts/tab";
import type { CompanyData } from "../../src/accounts/company";
import { companyHistory, findAccount } from "../../src/store/accounts";
import { listAudit } from "../../src/store/audit";
import { furnish, startApi, type TestApi } from "../support/api";

let api: TestApi;
let d: TabDeps;
beforeEach(async () => {
  api = await startApi();
  await furnish(api);
  d = { db: api.app.db, clock: api.clock };
});
afterEach(() => api.close());

const company = (npwp = "0098765432109000"): CompanyData => ({
  ...{ npwp: parseNpwp(npwp), nitku: headOffice(parseNpwp(npwp)) },
  ...{
    name: "PT Contoh",
    address: "Jl. Satu",
    email: "a@b.example",
    transactionCode: "07",
    evidence: "SKB 1",
  },
});

async function history() {
  const account = await findAccount(api.app.db.knex, "toko", "77");
  return companyHistory(api.app.db.knex, account?.id ?? "");
}

const audited = async () =>
  (await listAudit(api.app.db.knex, 0, 100, "account:toko/77")).map(
    (entry) => `${entry.actor} ${entry.action}`,
  );

test("every entry of the history holds the company as it was, with code and evidence", async () => {
  await enterNpwp(d, "toko", "77", company(), "sari");
  await switchTab(d, "toko", "77", "activate", "cocok", "budi");
  await enterNpwp(d, "toko", "77", { ...company(), name: "PT Ganti Nama" }, "sari");
  const entries = await history();
  expect(entries.map((entry) => [entry.by, entry.event, entry.reason])).toEqual([
    ["sari", "entered", null],
    ["budi", "activated", "cocok"],
    ["sari", "corrected", null],
  ]);
  expect(entries.map((entry) => readSnapshot(entry.snapshot))).toEqual([
    { ...company(), status: "requested" },
    { ...company(), status: "active" },
    { ...company(), name: "PT Ganti Nama", status: "active" },
  ]);
  expect(await audited()).toEqual([
    ...["admin-1 account.saved", "sari npwp.entered", "budi npwp.activated", "sari npwp.corrected"],
  ]);
});

test("what is refused leaves nothing behind", async () => {
  await enterNpwp(d, "toko", "77", company(), "sari");
  const other = enterNpwp(d, "toko", "77", company("0012345678901000"), "sari");
  await expect(other).rejects.toMatchObject({ code: "account_has_company" });
  await expect(enterNpwp(d, "toko", "nobody", company(), "sari")).rejects.toMatchObject({
    code: "not_found",
  });
  expect(await history()).toHaveLength(1);
  expect(await audited()).toEqual(["admin-1 account.saved", "sari npwp.entered"]);
});

test("a tab without a company cannot be switched", async () => {
  await expect(switchTab(d, "toko", "77", "activate", null, "budi")).rejects.toMatchObject({
    code: "not_found",
  });
  expect(await history()).toEqual([]);
});

test("whoever may only repeat a code corrects that of a request, and not that of an active company", async () => {
  await enterNpwp(d, "toko", "77", company(), "sari", "repeat");
  const other = { ...company(), transactionCode: "08" } as const;
  await enterNpwp(d, "toko", "77", other, "sari", "repeat");
  await switchTab(d, "toko", "77", "activate", null, "budi");
  await expect(enterNpwp(d, "toko", "77", company(), "sari", "repeat")).rejects.toMatchObject({
    code: "role_too_low",
  });
  const entries = await history();
  expect(entries.map((entry) => readSnapshot(entry.snapshot)?.transactionCode)).toEqual(["07", "08", "08"]);
});
