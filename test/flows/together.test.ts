/**
 * Payments that come at the same time share a commit: proves on both engines that each is answered and recorded as if it
 * had come alone, also where one of them is a repetition, of an unknown account, or was spoken of before.
 */
import { createTogether } from "../../src/hooks/together";
import { intake } from "../../src/hooks/intake";
import { readGenericEvent } from "../../src/hooks/generic";
import type { Heard } from "../../src/hooks/portal";
import { newId } from "../../src/ids";
import { describeEngines } from "../support/databases";
import { event, paid, seen, startWorld, type World } from "../support/world";

describeEngines("payments at the same time", (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.close());

  const heardOf = (delivery: string, body: unknown): Heard => {
    const heard = readGenericEvent(delivery, body);
    if (heard.kind === "malformed" || heard.kind === "badSignature") throw new Error(heard.kind);
    return heard;
  };

  /** Takes all in at once; says what was answered, and how many commits it took. */
  async function tellAll(told: readonly (readonly [delivery: string, body: unknown])[]) {
    const { app } = world;
    let commits = 0;
    const transaction: typeof app.db.transaction = (work) => {
      commits += 1;
      return app.db.transaction(work);
    };
    const deps = { ...app, db: { ...app.db, transaction }, newId, wake: () => undefined };
    const take = createTogether({ ...deps, alone: (connection, heard) => intake(deps, connection, heard) });
    const found = await app.portalNamed("toko");
    if (found === null) throw new Error("no portal");
    const answers = await Promise.all(
      told.map(([delivery, body]) => take(found.connection, heardOf(delivery, body))),
    );
    return { answers: answers.map(({ status }) => status), commits };
  }

  const jobsOf = async (ids: readonly string[]) => {
    const rows = await world.store.db
      .knex("invoices")
      .whereIn("external_id", [...ids])
      .select("id");
    const subjects = rows.map((row: { id: string }) => row.id);
    return world.store.db.knex("jobs").where({ kind: "issue" }).whereIn("subject", subjects);
  };

  test("are recorded in few commits, each with its own job, and become fakturs of their company", async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const { answers, commits } = await tellAll(ids.map((id) => [`d-${id}`, paid(id)] as const));
    expect(new Set(answers)).toEqual(new Set(["accepted"]));
    expect(commits).toBeLessThan(5);
    expect(await jobsOf(ids)).toHaveLength(40);
    await world.app.worker.drain();
    for (const id of ["t0", "t39"]) {
      const { fakturs } = await seen(world, id);
      expect(fakturs).toMatchObject([{ reference: `INV-${id}`, buyer_npwp: "0012345678012000" }]);
    }
  });

  test("a repetition among them is a duplicate, the others are accepted", async () => {
    const { answers } = await tellAll([
      ["e-1", paid("u1")],
      ["e-2", paid("u2")],
      ["e-2", paid("u2")],
      ["e-4", paid("u1")],
      ["e-5", paid("u5")],
    ]);
    expect(answers).toEqual(["accepted", "accepted", "duplicate", "duplicate", "accepted"]);
    expect(await jobsOf(["u1", "u2", "u5"])).toHaveLength(3);
  });

  test("an account nobody knows yet is made, whoever comes beside it", async () => {
    const { answers } = await tellAll([
      ["f-1", paid("v1")],
      ["f-2", paid("v2", {}, { id: "baru" })],
      ["f-3", paid("v3", {}, { id: "77", name: "PT Nama Baru" })],
    ]);
    expect(answers).toEqual(["accepted", "accepted", "accepted"]);
    const names = await world.store.db.knex("accounts").orderBy("external_id").select("external_id", "name");
    expect(names).toEqual([
      { external_id: "77", name: "PT Nama Baru" },
      { external_id: "baru", name: "PT Contoh" },
    ]);
  });

  test("one of which was said before that it is unpaid stays unpaid", async () => {
    const later = {
      ...event("invoice.unpaid", { invoiceId: "w2" }),
      timestamp: "2026-11-03T09:11:00+07:00",
    };
    await tellAll([["g-0", later]]);
    const { answers } = await tellAll([
      ["g-1", paid("w1", {}, { name: "PT Nama Baru" })],
      ["g-2", paid("w2", {}, { name: "PT Nama Baru" })],
      ["g-3", paid("w3", {}, { name: "PT Nama Baru" })],
    ]);
    expect(answers).toEqual(["accepted", "accepted", "accepted"]);
    const states = await world.store.db
      .knex("invoices")
      .whereIn("external_id", ["w1", "w2", "w3"])
      .orderBy("external_id")
      .pluck("portal_state");
    expect(states).toEqual(["paid", "unpaid", "paid"]);
  });
});
