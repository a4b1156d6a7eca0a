/**
 * Moves that an earlier version wrote down are not lost by the upgrade, on both databases, however often it is tried: an
 * invoice of the old owner is still known to name a service that has left. When they were said is when they were seen.
 */
import { servicesGone } from "../../src/hooks/move-rules";
import { migrate } from "../../src/store/migrate";
import { movesTouching, moveUntil } from "../../src/store/moves";
import { describeEngines, MIGRATED_AT, openStore, type Store } from "../support/databases";
import { NOW } from "../support/rows";

describeEngines("moves of an earlier version", (engine) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(engine);
  });
  afterEach(() => store.close());

  const upgrade = async (): Promise<void> => {
    await store.db.knex("schema_migrations").whereIn("name", ["0010-moves", "0031-moves-said"]).delete();
    await migrate(store.db, () => MIGRATED_AT);
  };

  test("are taken over in their order, those with a ticket tied to it", async () => {
    const move = (from: string, to: string, ticket: string | null) => ({
      ...{ portal: "toko", service_id: "S12", from_account: from, to_account: to, ticket, at: NOW },
    });
    await store.db.knex("service_moves").insert([move("77", "78", null), move("78", "79", "TIKET-1")]);
    await upgrade();
    await upgrade();
    const { knex } = store.db;
    expect(await moveUntil(knex, "toko", "S12", new Date(NOW))).toMatchObject({
      ...{
        said_at: NOW,
        from_account: "78",
        to_account: "79",
        state: "tied",
        ticket: "TIKET-1",
        source: "event",
      },
    });
    const moves = await movesTouching(knex, "toko", "77");
    expect(moves.map((one) => one.state)).toEqual(["open", "tied"]);
    expect([...servicesGone(moves, "77", new Date(NOW))]).toEqual(["S12"]);
    expect(await movesTouching(knex, "toko", "79")).toEqual([]);
  });

  test("count as said when they were seen; what is known better stays", async () => {
    const { knex } = store.db;
    const move = (id: string, said_at: string | null) => ({
      ...{ id, portal: "toko", service_id: "S12", from_account: "77", to_account: "78" },
      ...{ source: "list", state: "open", seen_at: NOW, said_at },
    });
    const before = "2026-11-01T00:00:00.000Z";
    await knex("moves").insert([move("a", null), move("b", before)]);
    await knex("schema_migrations").where({ name: "0031-moves-said" }).delete();
    await migrate(store.db, () => MIGRATED_AT);
    expect(await knex("moves").orderBy("id").pluck("said_at")).toEqual([NOW, before]);
  });
});
