/**
 * Proves the comparison over HTTP: its JSON keeps to the form of the OpenAPI document, ranges are bounded, the CSV says
 * the same, runs are asked for, listed, read and mailed, and a look changes nothing.
 */
import type { TaxDay } from "../../src/clock";
import type { RunningAuthority } from "../../src/simulator/authority";
import { RECONCILE_ANSWERS } from "../../src/api/reconcile-answers";
import { examine } from "../../src/ops/doctor";
import { made, pay, settle, type TestApi } from "../support/api";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";

let api: TestApi;
let authority: RunningAuthority;
beforeEach(async () => {
  ({ api, authority } = await startFurnished());
  await enterCompany(api);
  await pay(api, "1234");
  await settle(api);
  api.clock.pass(6 * 3600);
});
afterEach(() => closeFurnished({ api, authority }));

const get = async (path: string) => (await made(api.call("GET", path, { role: "viewer" }))).json;

test("a look tells sides and differences in the asker's language, and keeps to its form", async () => {
  await api.app.db.knex("fakturs").update({ ppn: "1" });
  const headers = { "accept-language": "en" };
  const answer = await made(api.call("GET", "/reconciliation", { role: "viewer", headers }));
  expect(RECONCILE_ANSWERS.Reconciliation.strict().parse(answer.json)).toMatchObject({
    ...{ from: "2026-09-24", to: "2026-11-03", verdict: "differences", total: 1, runs: [] },
    counts: { amounts_differ_at_authority: 1 },
    differences: [
      {
        ...{ severity: "critical", seller: "utama", portal: "toko", invoiceId: "1234", account: "77" },
        ...{ ours: "dpp 1000000 · dppNilaiLain 916667 · ppn 1", mended: false },
        message: "The tax base or PPN at the tax channel is not that of the faktur here.",
      },
    ],
  });
  const { sources } = answer.json as { sources: { kind: string; state: string; says: string | null }[] };
  expect(sources.find((one) => one.kind === "portal")).toMatchObject({
    state: "cannot",
    says: expect.stringContaining("cannot be listed") as string,
  });
});

test.each([
  ["from=2026-11-04&to=2026-11-03", "/to"],
  ["from=2026-08-03&to=2026-11-03", "/to"],
  ["from=1999-12-31&to=2000-01-01", "/from"],
  ["from=2026-02-30", "/from"],
])("?%s is 400 and names %s", async (query, path) => {
  for (const call of ["/reconciliation", "/reconciliation/csv"]) {
    const answer = await api.call("GET", `${call}?${query}`);
    expect([answer.status, answer.problem.faults?.map((fault) => fault.path)]).toEqual([400, [path]]);
  }
});

test("92 days are taken, and one portal may be named", async () => {
  expect(await get("/reconciliation?from=2026-08-04&to=2026-11-03")).toMatchObject({ from: "2026-08-04" });
  expect(await get("/reconciliation?portal=toko")).toMatchObject({ verdict: "incomplete" });
  expect((await api.call("GET", "/reconciliation?portal=nobody")).status).toBe(404);
});

test("the CSV says the same, guarded against formulas", async () => {
  await api.app.db.knex("fakturs").update({ ppn: "1" });
  await api.app.db.knex("invoices").update({ number: "=1+1" });
  const answer = await made(api.call("GET", "/reconciliation/csv"));
  expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
  expect(answer.headers.get("content-disposition")).toContain("rekonsiliasi-2026-09-24-2026-11-03.csv");
  const lines = answer.bytes.toString("utf8").split("\r\n");
  expect(lines[1]).toContain("amounts_differ_at_authority,critical,utama,toko,1234,'=1+1,77,");
});

test("two looks at once: one is answered, the other is asked to wait", async () => {
  // Below HTTP: whether two requests meet there is a matter of luck.
  const days = { from: "2026-11-01" as TaxDay, to: "2026-11-03" as TaxDay };
  const looks = [1, 2].map(() => api.app.api.reconciling.look(days));
  const [first, second] = await Promise.allSettled(looks);
  expect(first).toMatchObject({ status: "fulfilled", value: { from: days.from } });
  expect(second).toMatchObject({ status: "rejected", reason: { code: "wrong_state" } });
  expect((await api.call("GET", "/reconciliation")).status).toBe(200);
});

test("a run is asked for, worked off, kept, read and mailed when asked", async () => {
  const body = { from: "2026-11-01", to: "2026-11-03", mail: true };
  const asked = (await made(api.call("POST", "/reconciliation/runs", { role: "finance", body }))).json;
  expect(RECONCILE_ANSWERS.ReconciliationRun.strict().parse(asked)).toMatchObject({
    ...{ state: "waiting", daily: false, askedBy: expect.any(String) as string, report: null, mails: [] },
  });
  const early = await api.call("GET", `/reconciliation/runs/${String(asked["id"])}/csv`);
  expect([early.status, early.problem.code]).toEqual([409, "wrong_state"]);
  await settle(api);
  const done = await get(`/reconciliation/runs/${String(asked["id"])}`);
  expect(RECONCILE_ANSWERS.ReconciliationRun.strict().parse(done)).toMatchObject({
    ...{ state: "done", verdict: "incomplete", differences: 0, from: "2026-11-01" },
    report: { total: 0 },
    mails: [{ seller: "utama", state: "sent" }],
  });
  expect(await get("/reconciliation/runs?limit=1")).toMatchObject({
    items: [{ id: asked["id"] }],
    nextCursor: null,
  });
  const csv = await made(api.call("GET", `/reconciliation/runs/${String(asked["id"])}/csv`));
  expect(csv.bytes.toString("utf8").split("\r\n")).toHaveLength(2);
  await made(api.call("POST", "/reconciliation/runs"));
  await settle(api);
  const page = RECONCILE_ANSWERS.ReconciliationRunsPage.strict().parse(await get("/reconciliation/runs"));
  expect(page.items).toHaveLength(2);
});

test("doctor and metrics tell of the last daily comparison", async () => {
  const doctor = async () => (await examine(api.app)).find((check) => check.name === "reconciliation");
  expect(await doctor()).toMatchObject({ ok: true, says: { en: "No daily comparison has been made yet." } });
  const metrics = async () => (await fetch(`${api.url}/metrics`)).text();
  expect(await metrics()).not.toContain("faktur_reconciliation_timestamp_seconds{");
  await api.app.db.knex("fakturs").update({ ppn: "1" });
  await api.app.reconciling.schedule();
  api.clock.set("2026-11-04T06:00:00+07:00");
  await settle(api);
  const text = await metrics();
  expect(text).toContain('faktur_reconciliation_differences{code="amounts_differ_at_authority"} 1');
  expect(text).toMatch(/faktur_reconciliation_timestamp_seconds\{verdict="differences"\} 17937\d{5}/);
  expect(await get("/reconciliation")).toMatchObject({
    runs: [{ daily: true, day: "2026-11-04", differences: 1 }],
  });
  expect(await doctor()).toMatchObject({
    ok: true,
    says: { en: "The last daily comparison was on 2026-11-04: 1 differences (differences)." },
  });
  api.clock.set("2026-11-06T06:10:00+07:00");
  expect(await doctor()).toMatchObject({ ok: false });
});
