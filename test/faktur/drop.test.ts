/**
 * What is made sure of at the authority before a faktur is dropped here, by a scripted channel and on both engines: what is
 * ours and no faktur yet is deleted, what stands is followed, what is over or another's is left alone.
 */
import type { Channel, ChannelDocument } from "../../src/faktur/channels/channel";
import { clearThere } from "../../src/faktur/drop";
import { writeFaktur } from "../../src/faktur/stored";
import { silentLog } from "../../src/log";
import { fakturById, timelineOf, type FakturRow } from "../../src/store/fakturs";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, seed } from "../support/rows";
import { sampleFaktur } from "./channels/sample";

const faktur = sampleFaktur();
const { dpp, dppNilaiLain, ppn } = faktur.totals;

type Held = ChannelDocument | "absent";
const held = (state: ChannelDocument["state"], more: Partial<ChannelDocument> = {}): ChannelDocument => ({
  ...{ externalId: "mine", state, status: state.toUpperCase(), nsfp: null, message: null, simulated: false },
  ...{ buyerNumber: faktur.buyer.npwp, totals: { dpp, dppNilaiLain, ppn } },
  ...more,
});
const THEIRS = { externalId: "theirs", totals: { dpp: dpp + 100n, dppNilaiLain, ppn } };

describeEngines("before a faktur is dropped", (engine) => {
  let store: Store;
  let count = 0;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());

  async function cleared(status: Held, lookup: Held, row: Partial<FakturRow> = {}) {
    const { db } = store;
    const id = `f${(count += 1)}`;
    const document = writeFaktur(faktur);
    const before = await addFaktur(db, id, { state: "rejected", external_id: "mine", document, ...row });
    const removed: string[] = [];
    const channel = {
      status: async () => status,
      lookup: async () => lookup,
      remove: async (externalId: string) => {
        removed.push(externalId);
        return { kind: "removed" };
      },
    } as unknown as Channel;
    const d = {
      ...{ db, clock: { now: () => AT }, newId: () => "n", log: silentLog, wake: () => undefined },
      ...{ followSeconds: [60], documents: null as never, mailDomain: "x.example", channelOf: () => channel },
    };
    const code = await clearThere(d as never, before).then(
      () => null,
      (thrown: { code: string }) => thrown.code,
    );
    const events = (await timelineOf(db.knex, id)).map(({ event }) => event);
    await db.knex("jobs").delete();
    return { code, removed, events, state: (await fakturById(db.knex, id))?.state };
  }
  const nothing = { code: null, removed: [], events: [], state: "rejected" };
  const deleted = { code: null, removed: ["mine"], events: ["deleted_there"], state: "rejected" };
  const followed = { code: "wrong_state", removed: [], events: ["outcome_unknown"], state: "unknown" };

  test.each<[string, Held, Held, object]>([
    ["its draft", held("draft"), "absent", deleted],
    ["its refused document", held("rejected"), "absent", deleted],
    ["nothing", "absent", "absent", nothing],
    ["what was cancelled there", held("cancelled"), "absent", nothing],
    ["what was replaced there", held("replaced"), "absent", nothing],
    ["its own, and it stands", held("approved"), "absent", followed],
    ["its own, on its way", held("pending"), "absent", followed],
    ["its own, in a state nobody knows", held("unknown"), "absent", followed],
    ["its own by the reference alone", "absent", held("pending"), followed],
    ["a draft of another under its reference", "absent", held("draft", THEIRS), nothing],
  ])("the authority has %s", async (_what, status, lookup, ends) => {
    expect(await cleared(status, lookup)).toEqual(ends);
  });

  test("another's document that people have been told of is no reason to keep it", async () => {
    const told = { problem: "duplicate_at_authority", external_id: null };
    expect(await cleared("absent", held("approved", THEIRS), told)).toEqual(nothing);
    expect(await cleared("absent", held("approved", THEIRS), { external_id: null })).toEqual(followed);
  });
});
