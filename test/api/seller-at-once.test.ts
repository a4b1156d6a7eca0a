// Proves that what one person changes of a seller stays while another saves what it does not name: a token that was just
// replaced would come back, and uploads fail with it; four eyes that an admin has just switched on would be off again.
import type { ApiDeps } from "../../src/api/deps";
import { sellerBody as bodyOfSeller } from "../../src/api/seller-bodies";
import { sellerRoutes } from "../../src/api/sellers";
import type { Caller } from "../../src/api/tokens";
import { sellerOptions } from "../../src/faktur/seller";
import { channelPurpose } from "../../src/seals";
import type { Db } from "../../src/store/db";
import { findSeller } from "../../src/store/sellers";
import { sellerBody } from "../support/api";
import { describeEngines } from "../support/databases";
import { endedOrWaiting, halfway } from "../support/halfway";
import { startWorld, type World } from "../support/world";

const ADMIN: Caller = { name: "admin-1", role: "admin" };
const FINANCE: Caller = { name: "finance-1", role: "finance" };

describeEngines("a seller saved by two at once", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
    await put(world.app.db, ADMIN, { channel: { ...SAVED.channel, token: "kunci-lama" } });
  });
  afterEach(() => world.close());

  const SAVED = { ...sellerBody(), channel: { kind: "pajakio", baseUrl: "http://127.0.0.1:9" } };
  const put = async (db: Db, caller: Caller, change: object) => {
    const deps: ApiDeps = { ...world.app.api, db };
    const body = bodyOfSeller.parse({ ...SAVED, ...change });
    const call = { params: { seller: "lain" }, query: {}, language: "id", body, caller } as const;
    await sellerRoutes(deps)
      .find(({ method, path }) => method === "put" && path === "/sellers/:seller")
      ?.handle(call);
  };
  const change = (db: Db) =>
    put(db, ADMIN, { fourEyes: true, channel: { ...SAVED.channel, token: "kunci-baru" } });
  const save = (db: Db) => put(db, FINANCE, { keepSecrets: true, email: "lain@hosting.example" });

  /** Reads of both come before what either of them writes, where a save reads outside of its transaction. */
  const readFirst = (db: Db, meanwhile: () => Promise<void>): Db => ({
    ...db,
    async transaction(work) {
      await meanwhile();
      return db.transaction(work);
    },
  });

  const stands = async () => {
    const { db, seal } = world.app;
    const row = await findSeller(db.knex, "lain");
    if (row === undefined) throw new Error("no seller");
    const { token } = JSON.parse(seal.open(row.channel_sealed, channelPurpose("lain"))) as { token: string };
    return { token, fourEyes: sellerOptions(row).fourEyes };
  };

  test("changed by the other just before it is written", async () => {
    await save(readFirst(world.app.db, () => change(world.app.db)));
    expect(await stands()).toEqual({ token: "kunci-baru", fourEyes: true });
  });

  test.each([
    ["changed", change, save],
    ["saved", save, change],
  ])("while it is being %s", async (_name, first, second) => {
    const { db } = world.app;
    let other: Promise<unknown> = Promise.resolve();
    const stop = halfway(db, 1, async () => {
      other = second(db);
      await endedOrWaiting(db, other);
    });
    await first(stop.db);
    await other;
    expect(stop.stopped()).toBe(true);
    expect(await stands()).toEqual({ token: "kunci-baru", fourEyes: true });
  });
});
