/**
 * Cases where the channel can do nothing by itself, over a real database: the decision becomes a checklist for the
 * portal, ticked by people, and nothing is asked of the authority. What the channel refuses leaves the case as it was.
 */
import { AppError } from "../../src/errors";
import type { Alongside } from "../../src/faktur/asked";
import { decideCase, openCaseFor, type CaseDeps } from "../../src/faktur/decide-case";
import { markStep } from "../../src/faktur/work-case";
import { settleCases } from "../../src/faktur/settle-case";
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
