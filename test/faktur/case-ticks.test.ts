/**
 * Proves on both engines that a tick of a case which was told to be done is kept: people who tick at the same time, and
 * the authority's own word beside them.
 */
import { readSteps } from "../../src/faktur/case-steps";
import { decideCase, type CaseDeps } from "../../src/faktur/decide-case";
import { openCaseFor } from "../../src/faktur/open-case";
import { settleCases } from "../../src/faktur/settle-case";
import { markStep } from "../../src/faktur/work-case";
import { newId } from "../../src/ids";
import { caseById } from "../../src/store/cases";
import { moveFaktur, fakturById } from "../../src/store/fakturs";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, seed } from "../support/rows";

const WHO = { name: "finance-1" };

describeEngines("ticks of a case", (engine) => {
  let store: Store;
  let deps: CaseDeps;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    deps = {
      ...{ db: store.db, clock: { now: () => new Date("2027-01-10T03:00:00Z") }, newId },
      capabilitiesOf: () => ({
        ...{ automatic: false, checkBuyer: false, cancel: false, replace: false },
        ...{ fetchPdf: false, provisional: false },
      }),
      cancel: () => Promise.reject(new Error("not by the channel")),
      replace: () => Promise.reject(new Error("not by the channel")),
    };
  });
  afterAll(() => store.close());

  async function decided(faktur: string): Promise<string> {
    await addFaktur(store.db, faktur, { state: "approved", nsfp: `0400260000000${faktur}` });
    const id = await openCaseFor(deps, faktur, { kind: "wrong_amount", note: "salah", amount: null }, WHO);
    await decideCase(deps, id, { decision: "cancel", reason: "batal", changes: [] }, WHO);
    return id;
  }
  const doneOf = async (id: string) =>
    readSteps((await caseById(store.db.knex, id))?.steps ?? null).map((step) => step.doneBy);

  test("of people who tick at once, whoever is not refused is written down", async () => {
    for (const faktur of ["1001", "1002", "1003"]) {
      const id = await decided(faktur);
      const ticks = await Promise.allSettled(
        [1, 2, 3].map((number) => markStep(deps, id, number, { name: `orang ${number}` })),
      );
      const refused = ticks.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
      expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: "wrong_state" }) as unknown));
      expect(await doneOf(id)).toEqual(
        ticks.map((one, index) => (one.status === "fulfilled" ? `orang ${index + 1}` : null)),
      );
    }
  });

  test("the authority's word is written beside a person's tick", async () => {
    const id = await decided("1004");
    const row = await fakturById(store.db.knex, "1004");
    await store.db.transaction((tx) => moveFaktur(tx, row!, "cancel", AT));
    const [, ticked] = await Promise.allSettled([
      store.db.transaction((tx) => settleCases(tx, "1004", AT)),
      markStep(deps, id, 3, WHO),
    ]);
    expect(await doneOf(id)).toEqual([
      ...["authority", "authority"],
      ticked.status === "fulfilled" ? "finance-1" : null,
    ]);
  });
});
