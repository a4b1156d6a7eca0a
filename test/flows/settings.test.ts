// Proves on both engines that drafts go up when a person asks, outside the hours too and never twice, that two who
// confirm at once carry a request out once, and that a token ends on its day and when it is revoked.
import { callerOf, createToken } from "../../src/api/tokens";
import { askApproval, confirmApproval, type ApprovalDeps } from "../../src/faktur/approvals";
import { uploadNow } from "../../src/faktur/upload-now";
import { newId } from "../../src/ids";
import { findAudit } from "../../src/store/audit";
import { mailWords, saveMailTemplate } from "../../src/store/mail-templates";
import { listTokens, revokeToken } from "../../src/store/tokens";
import { countStates, latestRun, statesOfRun } from "../../src/store/uploads";
import { describeEngines } from "../support/databases";
import { addSeller, paid, runToEnd, startWorld, tell, type World } from "../support/world";

const NIGHT = [{ days: [7], from: "01:00", to: "02:00" }];

describeEngines("what people set and ask for", (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine, { seller: { upload: JSON.stringify({ auto: false, windows: NIGHT }) } });
  });
  afterAll(() => world.close());
  const knex = () => world.store.db.knex;
  const who = { name: "finance@hosting.example" };

  test("drafts wait, go up once asked for, and a second request finds nothing", async () => {
    await tell(world, paid("1"));
    await tell(world, paid("2"));
    await runToEnd(world);
    expect(await countStates(knex(), "utama", ["draft", "ready"])).toEqual([{ state: "draft", count: 2 }]);
    const api = { slug: "utama", channel_kind: "pajakio" };
    expect(await uploadNow(world.app.api, api, who)).toBe(2);
    await runToEnd(world);
    const run = await latestRun(knex(), "utama");
    expect(await statesOfRun(knex(), run?.run ?? "")).toEqual([{ state: "approved", count: 2 }]);
    await expect(uploadNow(world.app.api, api, who)).rejects.toMatchObject({ code: "refused" });
  });

  test("by files drafts are released for the next export, and nothing is queued to go up", async () => {
    await addSeller(world, "berkas", {
      channel_kind: "coretax-file",
      upload: JSON.stringify({ auto: false }),
    });
    await tell(world, paid("3"));
    await runToEnd(world);
    await knex()("fakturs")
      .where({ state: "draft" })
      .update({ seller: "berkas", channel_kind: "coretax-file" });
    const byFile = { slug: "berkas", channel_kind: "coretax-file" };
    expect(await uploadNow(world.app.api, byFile, who)).toBe(1);
    expect(await countStates(knex(), "berkas", ["draft", "ready"])).toEqual([{ state: "ready", count: 1 }]);
    expect(await knex()("jobs").where({ kind: "submit" })).toEqual([]);
    expect(await latestRun(knex(), "berkas")).toBeUndefined();
    const told = await findAudit(knex(), { action: "seller.drafts_released" }, "newest", null, 10);
    expect(told).toMatchObject([{ subject: "seller:berkas", detail: "1", actor: who.name }]);
    await expect(uploadNow(world.app.api, byFile, who)).rejects.toMatchObject({ code: "refused" });
  });

  test("two who confirm at once carry it out once", async () => {
    const [first] = await knex()("fakturs").orderBy("id").select<{ id: string }[]>("id");
    const id = await askApproval(world.app.api, first?.id ?? "", { kind: "cancel", reason: "salah" }, who);
    let carried = 0;
    const carryOut: ApprovalDeps["carryOut"] = async (_faktur, _wish, _who, confirmed) => {
      await world.store.db.transaction((tx) => confirmed(tx));
      carried += 1;
    };
    const d = { ...world.app.api, carryOut };
    const tried = await Promise.allSettled(
      ["a@x.example", "b@x.example", "FINANCE@hosting.example"].map((name) =>
        confirmApproval(d, id, { name }),
      ),
    );
    expect(carried).toBe(1);
    expect(tried.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(tried[2]).toMatchObject({ reason: { code: "refused" } });
  });

  test("a token works until its last day is over, or until it is revoked", async () => {
    const d = { db: world.store.db, clock: world.clock, newId };
    const expiresAt = new Date(world.clock.now().getTime() + 60_000);
    const token = await createToken(d, "sebentar", "viewer", { scope: ["read"], expiresAt });
    const other = await createToken(d, "lama", "finance");
    expect(await callerOf(d, `Bearer ${token}`)).toEqual({
      name: "sebentar",
      role: "viewer",
      scope: ["read"],
      expiresAt,
    });
    const later = { db: d.db, clock: { now: () => expiresAt } };
    expect(await callerOf(later, `Bearer ${token}`)).toBeNull();
    expect(await callerOf(later, `Bearer ${other}`)).toEqual({ name: "lama", role: "finance" });
    const row = (await listTokens(knex())).find(({ name }) => name === "lama");
    expect(row?.used_at).not.toBeNull();
    expect(await revokeToken(knex(), row?.id ?? "", expiresAt.toISOString())).toBe(true);
    expect(await callerOf(later, `Bearer ${other}`)).toBeNull();
  });

  test("the trail is found by kind, in both orders, and words are kept per part", async () => {
    const found = await findAudit(knex(), { action: "token." }, "newest", null, 10);
    expect(found.map(({ subject }) => subject)).toEqual(["token:lama", "token:sebentar"]);
    const oldest = await findAudit(knex(), { action: "token.", actor: "cli" }, "oldest", null, 1);
    expect(oldest[0]?.subject).toBe("token:sebentar");
    const row = { seller: "utama", part: "subject", by: "a", at: world.clock.now().toISOString() } as const;
    await saveMailTemplate(knex(), { ...row, body: "satu" });
    await saveMailTemplate(knex(), { ...row, body: "dua {{nsfp}}" });
    expect(await mailWords(knex(), "utama")).toEqual({ subject: "dua {{nsfp}}" });
  });
});
