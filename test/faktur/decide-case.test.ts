/**
 * Cases where the channel can do nothing by itself, over a real database: the decision becomes a checklist for the
 * portal, ticked by people, and nothing is asked of the authority. What the channel refuses leaves the case as it was.
 */
import { AppError } from "../../src/errors";
import type { Alongside } from "../../src/faktur/asked";
import { decideCase, type CaseDeps } from "../../src/faktur/decide-case";
import { openCaseFor } from "../../src/faktur/open-case";
import { markStep } from "../../src/faktur/work-case";
import { settleCases, tick } from "../../src/faktur/settle-case";
import type { CaseDecision } from "../../src/faktur/case-rules";
import type { FakturState } from "../../src/faktur/faktur";
import { readSteps } from "../../src/faktur/case-steps";
import { newId } from "../../src/ids";
import { caseById } from "../../src/store/cases";
import { fakturById, moveFaktur } from "../../src/store/fakturs";
import { openStore, type Store } from "../support/databases";
import { addFaktur, AT, seed } from "../support/rows";

let store: Store;
let asked: string[];
beforeAll(async () => {
  store = await openStore("SQLite");
  await seed(store.db);
});
beforeEach(() => {
  asked = [];
});
afterAll(() => store.close());

const WHO = { name: "finance-1" };

function deps(can: boolean, more: Partial<CaseDeps> = {}): CaseDeps {
  return {
    db: store.db,
    clock: { now: () => new Date("2027-01-10T03:00:00Z") },
    newId,
    capabilitiesOf: () => ({
      ...{ automatic: can, checkBuyer: false, cancel: can, replace: can },
      ...{ fetchPdf: false, provisional: false },
    }),
    cancel: (id, _reason, _who, also) => noted(`cancel ${id}`, also),
    replace: (id, _changes, _reason, _who, also) => noted(`replace ${id}`, also),
    ...more,
  };
}

const noted = (words: string, also: Alongside): Promise<void> =>
  store.db.transaction(async (tx) => {
    await also(tx);
    asked.push(words);
  });

let count = 0;

async function opened(state: "approved" | "rejected" = "approved") {
  count += 1;
  const id = `f${count}`;
  const nsfp = state === "approved" ? `0400260000000${String(1000 + count)}` : null;
  await addFaktur(store.db, id, { state, nsfp });
  const report = { kind: "wrong_amount" as const, note: "salah", amount: null };
  return { faktur: id, id: await openCaseFor(deps(false), id, report, WHO) };
}

const stepsOf = async (id: string) =>
  readSteps((await caseById(store.db.knex, id))?.steps ?? null).map((step) => [step.code, step.doneBy]);
const stateOf = async (id: string) => (await caseById(store.db.knex, id))?.state;

test("cancel and replace become checklists; the last tick closes the case", async () => {
  const { id } = await opened();
  await decideCase(deps(false), id, { decision: "cancel", reason: "batal", changes: [] }, WHO);
  expect([asked, await stateOf(id)]).toEqual([[], "working"]);
  // The SPT of November was due on 31 December, so amending it is a step of its own.
  expect(await stepsOf(id)).toEqual([
    ["cancel_in_portal", null],
    ["cancel_confirmed", null],
    ["spt_amended", null],
  ]);
  for (const number of [1, 2, 3]) await markStep(deps(false), id, number, WHO);
  expect([await stateOf(id), (await stepsOf(id)).map(([, by]) => by)]).toEqual([
    "closed",
    ["finance-1", "finance-1", "finance-1"],
  ]);
});

test("a replacement in the portal is a checklist too", async () => {
  const { id } = await opened();
  await decideCase(deps(false), id, { decision: "replace", reason: "diskon", changes: [] }, WHO);
  expect((await stepsOf(id)).map(([code]) => code)).toEqual([
    "replace_in_portal",
    "replacement_confirmed",
    "spt_amended",
  ]);
  expect(asked).toEqual([]);
});

test("what was never approved is dropped here, whatever the channel can", async () => {
  const { id, faktur } = await opened("rejected");
  const cancel: CaseDeps["cancel"] = (named, _reason, _who, also) =>
    store.db.transaction(async (tx) => {
      await also(tx);
      const row = await fakturById(tx, named);
      if (row !== undefined) await moveFaktur(tx, row, "cancel", AT);
    });
  await decideCase(deps(false, { cancel }), id, { decision: "cancel", reason: "batal", changes: [] }, WHO);
  expect([await stateOf(id), (await fakturById(store.db.knex, faktur))?.state]).toEqual([
    "closed",
    "cancelled",
  ]);
});

test("a channel that refuses leaves the case open, and the try is in the audit", async () => {
  const { id } = await opened();
  const refusal = new AppError("wrong_state", { id: "tidak bisa", en: "cannot" });
  const failing = deps(true, { cancel: () => Promise.reject(refusal) });
  await expect(decideCase(failing, id, { decision: "cancel", reason: "x", changes: [] }, WHO)).rejects.toBe(
    refusal,
  );
  expect(await caseById(store.db.knex, id)).toMatchObject({ state: "open", decision: null, steps: null });
  const trail: { action: string; detail: string }[] = await store.db
    .knex("audit")
    .where({ subject: `case:${id}` })
    .orderBy("sequence")
    .select("action", "detail");
  expect(trail).toEqual([
    { action: "case.opened", detail: "wrong_amount" },
    { action: "case.not_carried_out", detail: "cancel: x" },
  ]);
});

test("the authority's word ticks its step once, however often it is asked", async () => {
  const { id, faktur } = await opened();
  await decideCase(deps(true), id, { decision: "cancel", reason: "batal", changes: [] }, WHO);
  expect(asked).toEqual([`cancel ${faktur}`]);
  await settleCases(store.db.knex, faktur, AT);
  expect((await stepsOf(id))[0]).toEqual(["cancel_confirmed", null]);
  const row = await fakturById(store.db.knex, faktur);
  if (row !== undefined) await moveFaktur(store.db.knex, row, "cancel", AT);
  for (let time = 0; time < 2; time += 1) await settleCases(store.db.knex, faktur, AT);
  expect((await stepsOf(id))[0]).toEqual(["cancel_confirmed", "authority"]);
});

describe("a case that was decided", () => {
  const put = (faktur: string, state: FakturState) =>
    store.db.knex("fakturs").where({ id: faktur }).update({ state });
  const decide = (id: string, decision: CaseDecision) =>
    decideCase(deps(true), id, { decision, reason: "B", changes: [] }, WHO);
  const refused = { code: "wrong_state" };

  test.each([
    ["cancel", "none"],
    ["cancel", "none_pph23"],
    ["cancel_and_new", "nota_pembatalan_by_buyer"],
    ["cancel_and_new", "cancel"],
    ["cancel_and_new", "replace"],
  ] as const)(
    "%s: %s is refused while the authority cancels and after it has, and nothing of it is written",
    async (first, second) => {
      const { id, faktur } = await opened();
      await decide(id, first);
      const before = await caseById(store.db.knex, id);
      for (const state of ["cancelling", "cancelled"] as const) {
        await put(faktur, state);
        await expect(decide(id, second)).rejects.toMatchObject(refused);
        expect(await caseById(store.db.knex, id)).toEqual(before);
      }
      expect(asked).toEqual([`cancel ${faktur}`]);
    },
  );

  test("may be decided again once the authority has refused, or before anything was asked of it", async () => {
    const { id, faktur } = await opened();
    await decide(id, "replace");
    await put(faktur, "replacing");
    await expect(decide(id, "none")).rejects.toMatchObject(refused);
    await put(faktur, "approved");
    await decide(id, "nota_pembatalan_by_buyer");
    await decide(id, "none");
    expect(await stateOf(id)).toBe("closed");
  });

  test("of a replacement that stands is not decided over while its last step is open", async () => {
    const { id } = await opened();
    await decide(id, "replace");
    const row = await caseById(store.db.knex, id);
    if (row === undefined) throw new Error("no case");
    await tick(store.db.knex, row, readSteps(row.steps), ["replacement_confirmed"], "authority", AT);
    for (const decision of ["cancel", "none"] as const)
      await expect(decide(id, decision)).rejects.toMatchObject(refused);
    expect(asked).toHaveLength(1);
  });

  test("does not stay for ever when its faktur was cancelled by somebody else", async () => {
    const { id, faktur } = await opened();
    await decide(id, "nota_pembatalan_by_buyer");
    await put(faktur, "cancelled");
    await expect(decide(id, "nota_pembatalan_by_buyer")).rejects.toMatchObject(refused);
    await decide(id, "none");
    expect(await stateOf(id)).toBe("closed");
  });

  test("an open one over a faktur that goes waits for no note of the buyer, and may be closed", async () => {
    const { id, faktur } = await opened();
    for (const state of ["cancelling", "cancelled"] as const) {
      await put(faktur, state);
      await expect(decide(id, "nota_pembatalan_by_buyer")).rejects.toMatchObject(refused);
    }
    await decide(id, "none");
    expect(await stateOf(id)).toBe("closed");
  });
});

test("a step that another hand has ticked meanwhile is not ticked over", async () => {
  const { id } = await opened();
  await decideCase(deps(false), id, { decision: "cancel", reason: "batal", changes: [] }, WHO);
  const seen = await caseById(store.db.knex, id);
  if (seen === undefined) throw new Error("no case");
  await markStep(deps(false), id, 3, { name: "finance-2" });
  const stale = tick(store.db.knex, seen, readSteps(seen.steps), ["cancel_in_portal"], "finance-1", AT);
  await expect(stale).rejects.toMatchObject({ code: "wrong_state" });
  expect(await stepsOf(id)).toEqual([
    ["cancel_in_portal", null],
    ["cancel_confirmed", null],
    ["spt_amended", "finance-2"],
  ]);
});
