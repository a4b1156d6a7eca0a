/**
 * Two words of one invoice that come at the same moment, on both engines: proves that whichever of them is halfway, at each
 * of its statements, when the other comes, the later word counts in the end, a bill that was taken back is held, a refund is
 * told of, and nobody is answered that it could not be stored; nor is anybody where one payment is told many times at once.
 */
import { intake } from "../../src/hooks/intake";
import { readGenericEvent } from "../../src/hooks/generic";
import type { IntakeAnswer } from "../../src/hooks/intake-answer";
import type { Heard } from "../../src/hooks/portal";
import { createTogether } from "../../src/hooks/together";
import { newId } from "../../src/ids";
import type { Db } from "../../src/store/db";
import { casesOf } from "../../src/store/cases";
import { faktursOfInvoice, moveFaktur } from "../../src/store/fakturs";
import { findInvoice } from "../../src/store/invoices";
import { describeEngines } from "../support/databases";
import { endedOrWaiting, halfway } from "../support/halfway";
import { addSeller, event, paid, runToEnd, startWorld, type World } from "../support/world";

type Json = Record<string, unknown>;
type Tell = (db: Db) => Promise<IntakeAnswer[]>;

/** More than any of the ways in has statements. */
const MOST_STATEMENTS = 40;

describeEngines("two words of one invoice", (engine) => {
  let world: World;
  let count = 0;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.close());

  const at = (clock: string, body: Json): Json => ({ ...body, timestamp: `2026-11-03T${clock}:00+07:00` });
  const heardOf = (body: Json): Heard => {
    const heard = readGenericEvent(`h-${(count += 1)}`, body);
    if (heard.kind === "malformed" || heard.kind === "badSignature") throw new Error(heard.kind);
    return heard;
  };

  const deps = (db: Db) => ({ ...world.app, db, newId, wake: () => undefined });
  const connectionOf = async () => {
    const found = await world.app.portalNamed("toko");
    if (found === null) throw new Error("no portal");
    return found.connection;
  };
  /** Each by itself, one after the other. */
  const alone =
    (...bodies: readonly Json[]): Tell =>
    async (db) => {
      const answers: IntakeAnswer[] = [];
      for (const body of bodies) answers.push(await intake(deps(db), await connectionOf(), heardOf(body)));
      return answers;
    };
  /** In one commit with another payment. */
  const shared =
    (body: Json): Tell =>
    async (db) => {
      const connection = await connectionOf();
      const d = deps(db);
      const take = createTogether({ ...d, alone: (of, heard) => intake(d, of, heard) });
      return Promise.all([body, paid(`beside-${(count += 1)}`)].map((one) => take(connection, heardOf(one))));
    };

  /** The second comes whole after the `step`th statement of the first; null when the first has fewer. */
  async function interleave(first: Tell, second: Tell, step: number): Promise<string[] | null> {
    const { db } = world.app;
    let other: Promise<IntakeAnswer[]> | null = null;
    const stop = halfway(db, step, async () => {
      other = second(db);
      await endedOrWaiting(db, other);
    });
    const answers = [await first(stop.db), await (other ?? Promise.resolve([]))].flat();
    return stop.stopped() ? answers.map(({ status }) => status) : null;
  }

  /** Both ways round, at each statement; `make` makes two words of a new invoice, `judge` looks at what came of them. */
  async function atEachStatement(
    make: (id: string) => Promise<readonly [Tell, Tell]>,
    judge: (id: string, statuses: readonly string[]) => Promise<void>,
  ): Promise<void> {
    for (const turned of [false, true]) {
      let step = 1;
      for (; step < MOST_STATEMENTS; step += 1) {
        const id = `o${(count += 1)}`;
        const [one, two] = await make(id);
        const statuses = await (turned ? interleave(two, one, step) : interleave(one, two, step));
        if (statuses === null) break;
        await judge(id, statuses);
      }
      expect(step).toBeGreaterThan(3);
      expect(step).toBeLessThan(MOST_STATEMENTS);
    }
  }

  const stateOf = async (id: string) => {
    const columns = ["external_id", "portal_state", "portal_state_at"];
    const rows: Json[] = await world.store.db
      .knex("invoices")
      .where({ external_id: id })
      .select(...columns);
    return rows[0];
  };
  const cancelled = (id: string) => at("09:20", event("invoice.cancelled", { invoiceId: id }));

  test.each([
    ["by itself", alone],
    ["in a shared commit", shared],
  ])("a payment %s and its cancellation: it is cancelled", async (_how, pays) => {
    await atEachStatement(
      (id) => Promise.resolve([pays(paid(id)), alone(cancelled(id))]),
      async (id, statuses) => {
        expect(new Set(statuses)).toEqual(new Set(["accepted"]));
        expect(await stateOf(id)).toEqual({
          ...{ external_id: id, portal_state: "cancelled", portal_state_at: "2026-11-03T02:20:00.000Z" },
        });
      },
    );
  });

  test("a refund and a faktur that begins its way: it is told, and the faktur is dropped or has its case", async () => {
    const { db } = world.app;
    const refunded = (id: string) =>
      event("invoice.refunded", { invoiceId: id, refundedAt: "2026-11-03T10:00:00+07:00" });
    const fakturOf = async (id: string) => {
      const invoice = await findInvoice(db.knex, "toko", id);
      return (await faktursOfInvoice(db.knex, invoice?.id ?? "")).at(0);
    };
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
    let step = 1;
    for (; step < MOST_STATEMENTS; step += 1) {
      const id = `o${(count += 1)}`;
      await alone(paid(id))(db);
      await runToEnd(world);
      const draft = await fakturOf(id);
      if (draft === undefined) throw new Error("a draft was made");
      await moveFaktur(db.knex, draft, "release", world.clock.now());
      const submit = () =>
        db
          .transaction((tx) => moveFaktur(tx, { id: draft.id, state: "ready" }, "submit", world.clock.now()))
          .then(() => [])
          .catch(() => []);
      const statuses = await interleave(alone(refunded(id)), submit, step);
      if (statuses === null) break;
      expect(statuses).toEqual(["accepted"]);
      const left = (await fakturOf(id))?.state === "submitting";
      expect(await fakturOf(id)).toMatchObject({ state: left ? "submitting" : "cancelled" });
      expect(await casesOf(db.knex, draft.invoice_id)).toHaveLength(left ? 1 : 0);
    }
    expect(step).toBeGreaterThan(3);
    expect(step).toBeLessThan(MOST_STATEMENTS);
  });

  test("a payment again and an older word that it is unpaid: it is paid, since when the payment was said", async () => {
    await atEachStatement(
      async (id) => {
        await alone(paid(id))(world.app.db);
        const unpaid = at("09:20", event("invoice.unpaid", { invoiceId: id }));
        return [alone(at("09:30", paid(id))), alone(unpaid)];
      },
      async (id, statuses) => {
        expect(statuses).toContain("duplicate");
        expect(await stateOf(id)).toEqual({
          ...{ external_id: id, portal_state: "paid", portal_state_at: "2026-11-03T02:30:00.000Z" },
        });
      },
    );
  });

  test("eighty repeats of one payment at once: each is answered as a repeat, and none locks the others out", async () => {
    const { db } = world.app;
    await alone(paid("repeated"))(db);
    for (let round = 0; round < 3; round += 1) {
      const repeats = Array.from({ length: 80 }, () => alone(paid("repeated"))(db));
      const statuses = (await Promise.all(repeats)).flat().map(({ status }) => status);
      expect(statuses).toEqual(Array.from({ length: 80 }, () => "duplicate"));
    }
  });
});
