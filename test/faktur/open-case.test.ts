/**
 * Proves on both engines that a report which is sent once more, or by several at once, is one case while that is not closed;
 * other words, another amount or another faktur are a case of their own.
 */
import { decideCase, type CaseDeps } from "../../src/faktur/decide-case";
import { openCaseFor, type OpenedByPerson } from "../../src/faktur/open-case";
import { newId } from "../../src/ids";
import { casesOfFaktur } from "../../src/store/cases";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, seed } from "../support/rows";

const WHO = { name: "support-1" };
const REPORT: OpenedByPerson = { kind: "wrong_amount", note: "diskon terlewat", amount: null };

describeEngines("a report of a person", (engine) => {
  let store: Store;
  let deps: CaseDeps;
  let count = 0;
  let faktur = "";
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    deps = {
      ...{ db: store.db, clock: { now: () => AT }, newId },
      capabilitiesOf: () => ({
        ...{ automatic: false, checkBuyer: false, cancel: false, replace: false },
        ...{ fetchPdf: false, provisional: false },
      }),
      cancel: () => Promise.reject(new Error("not by the channel")),
      replace: () => Promise.reject(new Error("not by the channel")),
    };
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    count += 1;
    faktur = `f${count}`;
    await addFaktur(store.db, faktur, { state: "approved", nsfp: `0400260000000${1000 + count}` });
  });

  const open = (more: Partial<OpenedByPerson> = {}) => openCaseFor(deps, faktur, { ...REPORT, ...more }, WHO);
  const end = (id: string) => decideCase(deps, id, { decision: "none", reason: "benar", changes: [] }, WHO);
  const entries = async (id: string): Promise<string[]> =>
    store.db
      .knex("audit")
      .where({ subject: `case:${id}` })
      .pluck("action");

  test("four times at once is one case, told once in the trail", async () => {
    const ids = await Promise.all([open(), open(), open(), open()]);
    const [one, ...others] = await casesOfFaktur(store.db.knex, faktur);
    expect([new Set(ids), others]).toEqual([new Set([one?.id]), []]);
    expect(await entries(one?.id ?? "")).toEqual(["case.opened"]);
  });

  test("repeated while it is worked through is the same case; once that is closed, another", async () => {
    const first = await open();
    await decideCase(deps, first, { decision: "cancel", reason: "batal", changes: [] }, WHO);
    expect(await open()).toBe(first);
    const other = await open({ note: "harga" });
    await end(other);
    const again = await Promise.all([open({ note: "harga" }), open({ note: "harga" })]);
    expect(new Set(again).size).toBe(1);
    expect(again).not.toContain(other);
    const shown = (await casesOfFaktur(store.db.knex, faktur)).map(({ note, state }) => [note, state]);
    expect(shown).toEqual([
      ["diskon terlewat", "working"],
      ["harga", "closed"],
      ["harga", "open"],
    ]);
  });

  test("otherwise is a case of its own", async () => {
    const all = [await open(), await open({ note: "lain" }), await open({ amount: "1.00" })];
    all.push(await open({ kind: "duplicate" }));
    expect(new Set(all).size).toBe(4);
  });
});
