// Proves that a webhook secret that is added while somebody saves the portal stays, whichever of the two is halfway when the
// other comes: without it every message that the portal signs with it would be refused.
import type { ApiDeps } from "../../src/api/deps";
import { portalDeskRoutes } from "../../src/api/portal-desk";
import { openPortal } from "../../src/api/portal-view";
import { portalRoutes } from "../../src/api/portals";
import type { Route } from "../../src/api/route";
import type { Db } from "../../src/store/db";
import { findPortal } from "../../src/store/portals";
import { describeEngines } from "../support/databases";
import { endedOrWaiting, halfway } from "../support/halfway";
import { startWorld, type World } from "../support/world";

const CALL = { params: { portal: "toko" }, query: {}, language: "id" } as const;
const CALLER = { name: "admin-1", role: "admin" } as const;
const SAVED = { kind: "generic", seller: "utama", keepSecrets: true };

describeEngines("a secret and a portal saved at once", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
  });
  afterEach(() => world.close());

  const ask = async (routes: readonly Route[], path: string, body: unknown) =>
    routes
      .find((one) => one.path === path && one.method !== "get")
      ?.handle({ ...CALL, body, caller: CALLER });
  const deps = (db: Db): ApiDeps => ({ ...world.app.api, db });
  const save = (db: Db) => ask(portalRoutes(deps(db)), "/portals/:portal", SAVED);
  const add = (db: Db) => ask(portalDeskRoutes(deps(db)), "/portals/:portal/secrets", undefined);

  test.each([
    ["added", add, save],
    ["saved", save, add],
  ])("while it is being %s", async (_name, first, second) => {
    const { db, seal } = world.app;
    let other: Promise<unknown> = Promise.resolve();
    const stop = halfway(db, 1, async () => {
      other = second(db);
      await endedOrWaiting(db, other);
    });
    await first(stop.db);
    await other;
    expect(stop.stopped()).toBe(true);
    const row = await findPortal(db.knex, "toko");
    expect(row && openPortal(seal, row).secrets).toHaveLength(2);
  });
});
