/**
 * Proves that a long list of the portal is matched between turns of the event loop: webhooks, health checks and leases are
 * not kept waiting for seconds. How: turns are counted meanwhile; matched in one go, SQLite leaves hardly one.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { noLongerWaiting } from "../../src/coretax/adopt";
import { faktursMeant } from "../../src/coretax/gather";
import type { ListRow } from "../../src/coretax/readback/excel-rows";
import { matchRows } from "../../src/coretax/readback/match-rows";
import { inOneGo, inTurns, portioned } from "../../src/portions";
import { openStore, type Store } from "../support/databases";
import { AT, seed } from "../support/rows";
import { fakturAt, npwpAt, nsfpAt, stock } from "./stock";

const COUNT = 1_500;
const PORTION = 250;

let store: Store;
beforeAll(async () => {
  store = await openStore("SQLite");
  await seed(store.db);
  await stock(store.db, COUNT);
});
afterAll(() => store.close());

/** Every other one is nobody's here. */
const rows = Array.from({ length: 2 * COUNT }, (_, index): ListRow => {
  const { reference, date, totals } = fakturAt(index);
  return {
    ...{ line: index + 2, buyerNumber: npwpAt(index), buyerName: "", code: "04", nsfp: nsfpAt(index), date },
    ...{ period: null, status: "approved", statusWord: "APPROVED", eSign: "done", standing: "approved" },
    ...{ price: null, dppNilaiLain: totals.dppNilaiLain, ppn: totals.ppn, reference, recordId: null },
    sellerNpwp: null,
  };
});

async function turnsOf<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly turns: number }> {
  let [isDone, turns] = [false, 0];
  const working = work().finally(() => (isDone = true));
  while (!isDone) {
    await nextTurn();
    turns += 1;
  }
  return { result: await working, turns };
}

test("what a list means is looked up and matched with a turn after each portion", async () => {
  const looked = await turnsOf(() => faktursMeant(store.db.knex, "utama", rows));
  expect(looked.result).toHaveLength(COUNT);
  expect(looked.turns).toBeGreaterThan((2 * rows.length) / PORTION);
  const matched = await turnsOf(() => inTurns(matchRows(rows, looked.result)));
  expect(matched.result.filter(({ kind }) => kind === "matched")).toHaveLength(COUNT);
  expect(matched.result).toEqual(inOneGo(matchRows(rows, looked.result)));
  expect(matched.turns).toBeGreaterThan((2 * rows.length) / PORTION);
});

test("rows that change nothing are looked at with a turn after each portion", async () => {
  const known = new Map(rows.map((row, index) => [`f-${index}`, row]));
  const clock = { now: () => AT };
  const { turns } = await turnsOf(() => noLongerWaiting({ db: store.db, clock }, known));
  expect(turns).toBeGreaterThanOrEqual(rows.length / 500);
});

test("a portion ends where it should, and all is done either way", async () => {
  const seen: number[] = [];
  const work = portioned(Array.from({ length: PORTION * 2 + 1 }).keys(), (one) => void seen.push(one));
  expect([work.next().done, seen.length, work.next().done, seen.length]).toEqual([
    ...[false, PORTION, false, PORTION * 2],
  ]);
  expect([work.next().done, seen.length]).toEqual([true, PORTION * 2 + 1]);
});
