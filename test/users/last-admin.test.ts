/**
 * Proves that somebody may always do all: of admins who take each other's access at the same time one is left, on both
 * engines, and the last one cannot be taken away.
 */
import { createSeal } from "../../src/seal";
import { newId } from "../../src/ids";
import { listUsers, type UserRow } from "../../src/store/users";
import { changeAccess, createUser } from "../../src/users/manage";
import { describeEngines, MIGRATED_AT, openStore, type Store } from "../support/databases";

describeEngines("the last admin", (engine) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(engine);
  });
  afterEach(() => store.close());

  const people = () => ({
    ...{ db: store.db, clock: { now: () => MIGRATED_AT }, newId },
    seal: createSeal(Buffer.alloc(32, 7)),
  });
  const admin = (email: string) => createUser(people(), { email, role: "admin", password: null }, "test");
  const active = async () =>
    (await listUsers(store.db.knex)).filter((one) => one.role === "admin" && one.state === "active");
  const takeAway = (one: UserRow, by: UserRow, how: "role" | "state") =>
    changeAccess(people(), one.id, how === "role" ? { role: "viewer" } : { state: "disabled" }, by.email);

  test("is left, however many take each other's access at once", async () => {
    for (let round = 0; round < 4; round += 1) {
      const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => admin(`${name}${round}@x.example`)));
      const wishes = [takeAway(b!, a!, "state"), takeAway(c!, b!, "role"), takeAway(a!, c!, "state")];
      for (const before of await active()) {
        if (![a, b, c].some((one) => one?.id === before.id)) wishes.push(takeAway(before, a!, "role"));
      }
      const ended = await Promise.allSettled(wishes);
      const refused = ended.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
      expect(refused).toEqual([expect.objectContaining({ code: "refused" })]);
      expect(await active()).toHaveLength(1);
    }
  });

  test("keeps access when there is no other, and gives it up when there is", async () => {
    const one = await admin("satu@x.example");
    await expect(takeAway(one, one, "state")).rejects.toMatchObject({ code: "refused" });
    await admin("dua@x.example");
    await takeAway(one, one, "state");
    expect((await active()).map((left) => left.email)).toEqual(["dua@x.example"]);
  });
});
