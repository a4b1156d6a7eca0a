/**
 * What the job `follow` makes of a status, by a scripted channel and on both engines: how long it waits for the next look,
 * when a document that is still a draft is handed over anew, and how a cancellation ends.
 */
import { plusMs } from "../../src/clock";
import type { ChannelDocument } from "../../src/faktur/channels/channel";
import { followFaktur } from "../../src/faktur/follow";
import { silentLog } from "../../src/log";
import { fencedWork } from "../../src/store/fence";
import { fakturById, type FakturRow } from "../../src/store/fakturs";
import { claimJob, enqueue } from "../../src/store/jobs";
import { saveSeller } from "../../src/store/sellers";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, NOW, seed, sellerData } from "../support/rows";
import { testClock } from "../support/test-clock";

const held = (more: Partial<ChannelDocument>): ChannelDocument => ({
  ...{ externalId: "mine", state: "pending", status: "MENUNGGU", nsfp: null, message: null },
  ...{ buyerNumber: null, totals: null, simulated: false },
  ...more,
});
const APPROVED = held({ state: "approved", status: "APPROVAL_SUKSES", nsfp: "04002600000000001" });

describeEngines("a faktur that is followed", (engine) => {
  let store: Store;
  let count = 0;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());

  /** One look; the state after it, the seconds to the next look, and what else is to be done. */
  async function looked(row: Partial<FakturRow>, status: ChannelDocument | "absent", looks = 0) {
    const { db } = store;
    const id = `f${(count += 1)}`;
    const before = await addFaktur(db, id, { external_id: "mine", ...row });
    await enqueue(db.knex, "follow", id, AT, AT);
    await db.knex("jobs").where({ subject: id }).update({ looks });
    const job = await claimJob(db, AT, plusMs(AT, 60_000), id);
    const clock = testClock(NOW);
    const work = fencedWork({ db, clock, leaseSeconds: 60, nextHand: () => null }, job!);
    const d = {
      ...{ db, clock, newId: () => "n", log: silentLog, followSeconds: [2, 15, 60] },
      ...{ documents: null as never, channelOf: () => ({ status: async () => status }) as never },
    };
    const outcome = await followFaktur(d, work, before);
    const others: string[] = await db
      .knex("jobs")
      .where({ subject: id })
      .whereNot({ kind: "follow" })
      .pluck("kind");
    await db.knex("jobs").delete();
    const now = await fakturById(db.knex, id);
    const seconds = outcome.kind === "wait" ? (outcome.until.getTime() - AT.getTime()) / 1000 : null;
    return { state: now?.state, seconds, others };
  }

  test.each([
    [0, 15],
    [1, 60],
    [2, 60],
    [9, 60],
  ])("is looked at again, after %i looks that found nothing new, in %i seconds", async (looks, seconds) => {
    expect(await looked({ state: "pending" }, held({}), looks)).toEqual({
      state: "pending",
      seconds,
      others: [],
    });
  });

  test.each([
    [0, { state: "unknown", seconds: 15, others: [] }],
    [1, { state: "unknown", seconds: 60, others: [] }],
    [2, { state: "unknown", seconds: null, others: ["submit"] }],
  ])("and still a draft there after %i looks: %j", async (looks, ends) => {
    expect(await looked({ state: "pending" }, held({ state: "draft", status: "DRAFT" }), looks)).toEqual(
      ends,
    );
  });

  test.each(["utama", "kedua"])(
    "is not approved under a number that a faktur of its company has (%s)",
    async (seller) => {
      const nsfp = `0400260000000${seller === "utama" ? "1111" : "2222"}`;
      await saveSeller(store.db.knex, "kedua", sellerData(), AT);
      await addFaktur(store.db, `has-${seller}`, { state: "approved", nsfp, external_id: `of-${seller}` });
      expect(await looked({ state: "pending", seller }, { ...APPROVED, nsfp })).toMatchObject({
        state: "pending",
      });
      expect((await fakturById(store.db.knex, `f${count}`))?.problem).toBe("nsfp_taken");
    },
  );

  test("and gone there is looked for by its reference", async () => {
    expect(await looked({ state: "pending" }, "absent")).toEqual({
      ...{ state: "unknown", seconds: null, others: ["submit"] },
    });
  });

  test.each<[string, string | null, ChannelDocument | "absent", string | undefined]>([
    ["not yet known there", null, "absent", "cancelling"],
    ["not begun there", null, APPROVED, "cancelling"],
    ["it waits for the buyer", null, held({ status: "WAITING_FOR_CANCELLATION" }), "cancelling"],
    ["refused by the buyer", "WAITING_FOR_CANCELLATION", APPROVED, "approved"],
    ["done", "WAITING_FOR_CANCELLATION", held({ state: "cancelled", status: "BATAL" }), "cancelled"],
  ])("and is being cancelled: %s", async (_what, channel_status, status, ends) => {
    const { state, seconds, others } = await looked({ state: "cancelling", channel_status }, status);
    expect([state, seconds, others]).toEqual([ends, ends === "cancelled" ? null : 15, []]);
  });
});
