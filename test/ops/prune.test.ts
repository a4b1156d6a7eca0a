/**
 * Proves, on both engines, that personal data without a legal duty ends after its days, in bounded steps, and that
 * nothing else does: what waits stays however old it is, and no faktur, invoice, mail, company, document or entry of the
 * trail is touched. The hourly upkeep does it.
 */
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { prune } from "../../src/ops/prune";
import { insertDelivery } from "../../src/store/events";
import { insertEmailChange, insertLetter } from "../../src/store/customers";
import { insertSession } from "../../src/store/sessions";
import { insertUploadAsked } from "../../src/store/uploads";
import { countTry, insertUser } from "../../src/store/users";
import { insertEndpoint, insertMessage } from "../../src/store/webhooks";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { paid, runToEnd, seen, startWorld, tell, type World } from "../support/world";

const KEPT_FOR_TEN_YEARS = [
  ...["accounts", "companies", "company_history", "invoices", "fakturs", "timeline", "exchanges", "mails"],
  ...["cases", "refunds", "audit", "sellers", "portals", "users", "webhook_endpoints", "jobs"],
];
const PRUNED = [
  ...["hook_deliveries", "customer_letters", "email_changes", "webhook_messages", "uploads_asked"],
  ...["sessions", "sign_in_tries"],
];

describeEngines("pruning", (engine) => {
  let world: World;
  let before: Record<string, unknown[]>;
  beforeAll(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf });
    await tell(world, paid("1"), { id: "d-1" });
    await runToEnd(world);
    await furnish(world.clock.now(), "old");
    world.clock.pass(181 * 86_400);
    await furnish(world.clock.now(), "new");
    before = await rowsOf(KEPT_FOR_TEN_YEARS);
  });
  afterAll(() => world.close());

  const rowsOf = async (tables: readonly string[]) =>
    Object.fromEntries(
      await Promise.all(tables.map(async (table) => [table, await world.app.db.knex(table)] as const)),
    ) as Record<string, unknown[]>;
  const counts = async () =>
    Object.fromEntries(Object.entries(await rowsOf(PRUNED)).map(([table, rows]) => [table, rows.length]));
  const d = () => ({ ...world.app, log: silentLog, keepDays: 180, linkDays: 90 });

  /** One of everything that ends, and one of each that waits. */
  async function furnish(now: Date, name: string): Promise<void> {
    const { knex } = world.app.db;
    const at = now.toISOString();
    const [faktur] = (await seen(world, "1")).fakturs;
    await insertDelivery(knex, { portal: "toko", delivery_id: `more-${name}`, kind: "paid", at });
    for (const state of ["sent", "refused", "queued"] as const)
      await insertLetter(knex, {
        ...{ id: newId(now), kind: "links", recipient: "orang@contoh.example", change_id: null },
        ...{ once_key: `${name}-${state}`, state, detail: null, at },
      });
    await insertEmailChange(knex, {
      ...{ id: newId(now), account_id: faktur?.account_id ?? "", buyer: "b", present: "a@b.example" },
      ...{ wanted: "c@d.example", state: "stopped", at, ended_at: at },
    });
    if (name === "old")
      await insertEndpoint(knex, {
        ...{ name: "buku", url: "https://x.example", seller: null, portal: null, events: "[]", state: "on" },
        ...{ secrets_sealed: "s", failures: 0, says: null, created_at: at, updated_at: at },
      });
    for (const state of ["sent", "failed", "queued"] as const)
      await insertMessage(knex, {
        ...{ id: `msg_${newId(now)}`, endpoint: "buku", type: "faktur.mailed", subject: "x", payload: "{}" },
        ...{ state, attempts: 1, status: 200, detail: null, created_at: at, tried_at: at },
      });
    if (name === "old" && faktur !== undefined)
      await insertUploadAsked(knex, {
        ...{ faktur_id: faktur.id, seller: "utama", run: newId(now), by: "finance", at },
      });
    if (name === "old")
      await insertUser(knex, {
        ...{ id: "u1", email: "a@hosting.example", role: "admin", state: "active", password_hash: null },
        ...{ totp_sealed: null, totp_step: null, recovery: "[]", failures: 0, locked_until: null },
        ...{ language: "id", created_at: at, seen_at: null },
      });
    const ends_at = new Date(now.getTime() + 3_600_000).toISOString();
    const from = { place: null, agent: null, way: null };
    await insertSession(knex, { hash: name, user_id: "u1", created_at: at, seen_at: at, ends_at, ...from });
    await countTry(knex, "203.0.113.9", at);
  }

  test("what ended before its days is gone, what is younger or waits stays, and a second time changes nothing", async () => {
    expect(await counts()).toEqual({
      ...{ hook_deliveries: 3, customer_letters: 6, email_changes: 2, webhook_messages: 6 },
      ...{ uploads_asked: 1, sessions: 2, sign_in_tries: 2 },
    });
    await prune(d());
    const after = {
      ...{ hook_deliveries: 1, customer_letters: 4, email_changes: 1, webhook_messages: 4 },
      ...{ uploads_asked: 0, sessions: 1, sign_in_tries: 1 },
    };
    expect(await counts()).toEqual(after);
    await prune(d());
    expect(await counts()).toEqual(after);
  });

  test("everything that is kept ten years is as it was", async () => {
    await prune({ ...d(), keepDays: 30 });
    expect(await rowsOf(KEPT_FOR_TEN_YEARS)).toEqual(before);
    const [faktur] = (await seen(world, "1")).fakturs;
    expect((await world.app.documents.get(faktur?.pdf_sha256 ?? "")).length).toBeGreaterThan(0);
  });

  test("an old delivery told again after its id was forgotten makes nothing new", async () => {
    expect(await tell(world, paid("1"), { id: "d-1" })).toMatchObject({ body: { status: "duplicate" } });
    expect((await seen(world, "1")).fakturs).toHaveLength(1);
  });

  test("the hourly upkeep does it, a bounded number of rows at a time", async () => {
    const { knex } = world.app.db;
    const old = new Date("2025-01-01T00:00:00Z").toISOString();
    const many = Array.from({ length: 1200 }, (_, index) => ({
      ...{ portal: "toko", delivery_id: `many-${index}`, kind: "paid", at: old },
    }));
    await knex.batchInsert("hook_deliveries", many, 100);
    const sizes: number[] = [];
    const { transaction } = world.app.db;
    const counted = (async (work: Parameters<typeof transaction>[0]) => {
      const result: unknown = await transaction(work);
      if (typeof result === "number" && result > 0) sizes.push(result);
      return result;
    }) as typeof transaction;
    Object.assign(world.app.db, { transaction: counted });
    await world.app.scheduleUpkeep();
    await world.app.worker.drain();
    Object.assign(world.app.db, { transaction });
    expect(sizes.slice(0, 3)).toEqual([500, 500, 200]);
    expect(await knex("hook_deliveries").where("at", old)).toEqual([]);
  });
});
