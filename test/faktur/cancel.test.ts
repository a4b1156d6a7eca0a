/**
 * How a wish to cancel is handed over, by a scripted channel and on both engines: what the authority takes is followed, a
 * refusal of what is cancelled already counts as taken, any other leaves the faktur standing, and who has slept past the
 * lease hands nothing over.
 */
import { plusMs } from "../../src/clock";
import { sendCancel } from "../../src/faktur/cancel";
import type { CancelReply, Channel, ChannelDocument, ChannelState } from "../../src/faktur/channels/channel";
import { silentLog } from "../../src/log";
import { casesOfFaktur } from "../../src/store/cases";
import { fencedWork } from "../../src/store/fence";
import { fakturById, timelineOf } from "../../src/store/fakturs";
import { claimJob, enqueue } from "../../src/store/jobs";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, NOW, seed } from "../support/rows";
import { testClock } from "../support/test-clock";
import { asOutcome } from "../../src/worker/record";

const OPENED = ["cancel_asked open"];
const REFUSED: CancelReply = { kind: "refused", message: "Faktur tidak dapat dibatalkan" };

describeEngines("a wish to cancel", (engine) => {
  let store: Store;
  let count = 0;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());

  async function handedOver(
    reply: CancelReply,
    state: ChannelState | "absent",
    { secondsLate = 0, before = { attempts: 0 } }: { secondsLate?: number; before?: object } = {},
  ) {
    const { db } = store;
    const id = `f${(count += 1)}`;
    const nsfp = `040026000000${String(count).padStart(5, "0")}`;
    const row = await addFaktur(db, id, { state: "cancelling", nsfp, external_id: id });
    await enqueue(db.knex, "cancel", id, AT, AT);
    await db.knex("jobs").where({ subject: id }).update(before);
    const job = await claimJob(db, AT, plusMs(AT, 60_000), id);
    const clock = testClock(NOW);
    clock.pass(secondsLate);
    const work = fencedWork({ db, clock, leaseSeconds: 60, nextHand: () => null }, job!);
    const calls: string[] = [];
    const channel = {
      capabilities: { automatic: true },
      cancel: async () => (calls.push("cancel"), reply),
      status: async () => (
        calls.push("status"),
        state === "absent" ? "absent" : ({ state } as ChannelDocument)
      ),
    } as unknown as Channel;
    const d = {
      ...{ db, clock, newId: () => `c-${id}`, log: silentLog, followSeconds: [2, 15], wake: () => undefined },
      ...{ documents: null as never, mailDomain: "x.example", channelOf: () => channel },
    };
    const outcome = await sendCancel(d, work, row).catch(asOutcome);
    const follows = await db.knex("jobs").where({ kind: "follow", subject: id });
    await db.knex("jobs").delete();
    const events = (await timelineOf(db.knex, id)).map(({ event }) => event);
    const cases = (await casesOfFaktur(db.knex, id)).map(({ kind, state }) => `${kind} ${state}`);
    const ended = outcome.kind === "retry" ? outcome.because.code : outcome.kind;
    const is = await fakturById(db.knex, id);
    return { ended, calls, follows: follows.length, events, state: is?.state, cases };
  }

  test.each<[string, CancelReply, ChannelState | "absent", object]>([
    [
      "is taken",
      { kind: "asked" },
      "approved",
      { calls: ["cancel"], follows: 1, events: [], state: "cancelling", cases: [] },
    ],
    [
      "is refused, since it is cancelled already",
      ...[REFUSED, "cancelled" as const],
      { calls: ["cancel", "status"], follows: 1, events: [], state: "cancelling", cases: [] },
    ],
    [
      "is refused",
      ...[REFUSED, "approved" as const],
      {
        calls: ["cancel", "status"],
        follows: 0,
        events: ["cancel_refused"],
        state: "approved",
        cases: OPENED,
      },
    ],
    [
      "is refused, and nothing is known of it there",
      ...[REFUSED, "absent" as const],
      {
        calls: ["cancel", "status"],
        follows: 0,
        events: ["cancel_refused"],
        state: "approved",
        cases: OPENED,
      },
    ],
  ] as never)("that %s", async (_what, reply, state, ends) => {
    expect(await handedOver(reply, state)).toEqual({ ended: "done", ...ends });
  });

  test("of who has slept past the lease is not handed over", async () => {
    expect(await handedOver({ kind: "asked" }, "approved", { secondsLate: 120 })).toEqual({
      ...{ ended: "lease_lost", calls: [], follows: 0, events: [], state: "cancelling", cases: [] },
    });
  });

  test.each([
    ["has begun is heard, and not asked for again", "cancelling", ["status"]],
    ["has ended is heard, and not asked for again", "cancelled", ["status"]],
    ["is not known of is asked for again", "approved", ["status", "cancel"]],
  ] as const)("whose first answer was lost and that there %s", async (_what, state, calls) => {
    for (const before of [{ attempts: 1 }, { crashes: 1 }]) {
      expect(await handedOver({ kind: "asked" }, state, { before })).toEqual({
        ...{ ended: "done", calls, follows: 1, events: [], state: "cancelling", cases: [] },
      });
    }
  });
});
