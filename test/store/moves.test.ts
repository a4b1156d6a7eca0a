// Proves that the one table of moves is all that can happen to a stored faktur: every state with every event, and that
// of two hands only the first moves it.
import { type AppError } from "../../src/errors";
import { FAKTUR_STATES, isLive, MOVES, type FakturEvent } from "../../src/faktur/faktur";
import { fakturById, moveFaktur } from "../../src/store/fakturs";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, seed } from "../support/rows";

const EVENTS = [...new Set(FAKTUR_STATES.flatMap((state) => Object.keys(MOVES[state]) as FakturEvent[]))];

const codeOf = (thrown: unknown) => (thrown as AppError).code;

describeEngines("moves of a faktur", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());

  test.each(FAKTUR_STATES)(
    "from %s: what the table names moves, all else is refused and changes nothing",
    async (state) => {
      for (const event of EVENTS) {
        const id = `${state}-${event}`;
        await addFaktur(store.db, id, { state });
        const next = MOVES[state][event];
        if (next === undefined) {
          await expect(moveFaktur(store.db.knex, { id, state }, event, AT).catch(codeOf)).resolves.toBe(
            "wrong_state",
          );
          expect((await fakturById(store.db.knex, id))?.state).toBe(state);
        } else {
          expect(await moveFaktur(store.db.knex, { id, state }, event, AT)).toBe(next);
          const row = await fakturById(store.db.knex, id);
          expect(row?.state).toBe(next);
          expect(row?.live_key === null).toBe(!isLive(next));
        }
      }
    },
  );

  test("of two hands that read the same state only the first moves it", async () => {
    const row = await addFaktur(store.db, "two-hands");
    const hands = [1, 2].map(() =>
      store.db.transaction((tx) => moveFaktur(tx, row, "submit", AT)).catch(codeOf),
    );
    expect((await Promise.all(hands)).toSorted()).toEqual(["submitting", "wrong_state"]);
  });
});
