/**
 * What the job `submit` asks of a channel, and what it makes of answers that fit neither our record nor one another: proves
 * by a scripted channel that nothing is sent, changed or adopted that need not be ours, and that nothing goes in circles.
 */
import { plusMs } from "../../src/clock";
import type { Outcome } from "../../src/errors";
import type { Channel, ChannelDocument } from "../../src/faktur/channels/channel";
import { writeFaktur } from "../../src/faktur/stored";
import { submitFaktur } from "../../src/faktur/submit";
import { silentLog } from "../../src/log";
import { fencedWork } from "../../src/store/fence";
import { fakturById, type FakturRow } from "../../src/store/fakturs";
import { claimJob, enqueue } from "../../src/store/jobs";
import { saveSeller } from "../../src/store/sellers";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, NOW, seed, sellerData } from "../support/rows";
import { testClock } from "../support/test-clock";
import { asOutcome } from "../../src/worker/record";
import { sampleFaktur, SAMPLE_SELLER } from "./channels/sample";

const faktur = sampleFaktur();
const { dpp, dppNilaiLain, ppn } = faktur.totals;

/** What the authority holds, ours to the cent unless told otherwise. */
const held = (more: Partial<ChannelDocument> = {}): ChannelDocument => ({
  ...{ externalId: "mine", state: "draft", status: "DRAFT", nsfp: null, message: null, simulated: false },
  ...{ buyerNumber: faktur.buyer.npwp, totals: { dpp, dppNilaiLain, ppn } },
  ...more,
});

type Answers = Partial<{
  [Call in "create" | "update" | "upload" | "lookup" | "status"]: Awaited<ReturnType<Channel[Call]>>;
}>;

describeEngines("a faktur that is sent", (engine) => {
  let store: Store;
  let count = 0;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    await saveSeller(store.db.knex, "utama", sellerData({ npwp: SAMPLE_SELLER.npwp }), AT);
  });
  afterAll(() => store.close());

  /** One run of the job over a row; a call without an answer breaks the test. */
  async function submitted(
    row: Partial<FakturRow>,
    answers: Answers,
    secondsEach = 0,
  ): Promise<{ ended: Outcome["kind"]; calls: string[]; now: FakturRow | undefined }> {
    const { db } = store;
    const id = `f${(count += 1)}`;
    const before = await addFaktur(db, id, { document: writeFaktur(faktur), ...row });
    await enqueue(db.knex, "submit", id, AT, AT);
    const job = await claimJob(db, AT, plusMs(AT, 60_000), id);
    if (job === null) throw new Error("nothing to claim");
    const calls: string[] = [];
    const clock = testClock(NOW);
    const answer =
      <Call extends keyof Answers>(call: Call) =>
      async (first: unknown) => {
        calls.push(call === "status" || call === "update" ? `${call} ${String(first)}` : call);
        clock.pass(secondsEach);
        const given = answers[call];
        if (given === undefined || calls.length > 9) throw new Error(`asked: ${calls.join(", ")}`);
        return given as never;
      };
    const channel = Object.fromEntries(
      (["create", "update", "upload", "lookup", "status"] as const).map((call) => [call, answer(call)]),
    ) as unknown as Channel;
    const d = {
      ...{ db, clock, newId: () => "n", log: silentLog, followSeconds: [60] },
      ...{ documents: null as never, channelOf: () => channel },
    };
    const work = fencedWork({ db, clock, leaseSeconds: 60, nextHand: () => null }, job);
    const outcome = await submitFaktur(d, work, before).catch(asOutcome);
    if (outcome.kind === "retry" && outcome.because.code === "internal") throw outcome.because;
    await db.knex("jobs").delete();
    return { ended: outcome.kind, calls, now: await fakturById(db.knex, id) };
  }

  test("and waits for a person is neither asked for nor touched", async () => {
    const problem = "duplicate_at_authority";
    const { ended, calls, now } = await submitted({ state: "unknown", problem }, {});
    expect([ended, calls, now?.state, now?.problem]).toEqual(["done", [], "unknown", problem]);
  });

  test("is not made a second time where its reference was changed there, and it is known by its id", async () => {
    const { ended, calls, now } = await submitted(
      { state: "unknown", external_id: "mine" },
      { lookup: "absent", status: held({ state: "pending", status: "MENUNGGU" }) },
    );
    expect([ended, calls, now?.state]).toEqual(["done", ["lookup", "status mine"], "pending"]);
  });

  test("is looked at later where the authority holds one under its reference and shows none", async () => {
    const answers: Answers = { create: { kind: "duplicate", message: "Draft Faktur already exist" } };
    const { ended, calls, now } = await submitted({ state: "ready" }, { ...answers, lookup: "absent" });
    expect([ended, calls, now?.state]).toEqual(["retry", ["create", "lookup"], "unknown"]);
  });

  test("and corrected is refused with the words there, where its document takes no correction", async () => {
    const { ended, calls, now } = await submitted(
      { state: "ready", external_id: "mine", outdated_there: true },
      {
        update: { kind: "wrongState", message: "Hanya faktur yang berstatus DRAFT" },
        status: held({ state: "rejected", status: "DITOLAK" }),
      },
    );
    expect([ended, calls, now?.state]).toEqual(["done", ["update mine", "status mine"], "rejected"]);
    expect(now?.channel_message).toBe("Hanya faktur yang berstatus DRAFT");
  });

  test("and corrected changes no other document that lies under its reference", async () => {
    const stranger = held({ externalId: "theirs", totals: { dpp: dpp + 100n, dppNilaiLain, ppn } });
    const { ended, calls, now } = await submitted(
      { state: "unknown", external_id: "mine", outdated_there: true },
      { lookup: stranger },
    );
    expect([ended, calls, now?.problem]).toEqual(["done", ["lookup"], "duplicate_at_authority"]);
  });

  test("corrects nothing under a seller who is another taxpayer by now", async () => {
    await saveSeller(store.db.knex, "lain", sellerData({ npwp: "0098765432101000" }), AT);
    const outdated = { state: "unknown", external_id: "mine", outdated_there: true } as const;
    const { calls } = await submitted({ ...outdated, seller: "lain" }, { lookup: held() });
    expect(calls).toEqual(["lookup"]);
  });

  test("corrects nothing there once it has slept past its lease", async () => {
    const outdated = { state: "unknown", external_id: "mine", outdated_there: true } as const;
    const { ended, calls } = await submitted(outdated, { lookup: held() }, 120);
    expect([ended, calls]).toEqual(["retry", ["lookup"]]);
  });

  test.each<[string, Partial<ChannelDocument>]>([
    ["another buyer", { buyerNumber: "0098765432101000" }],
    ["no buyer", { buyerNumber: null }],
    ["no amounts", { totals: null }],
    ["another DPP", { totals: { dpp: dpp + 100n, dppNilaiLain, ppn } }],
    ["another DPP nilai lain", { totals: { dpp, dppNilaiLain: dppNilaiLain + 100n, ppn } }],
    ["another PPN", { totals: { dpp, dppNilaiLain, ppn: ppn + 100n } }],
    ["another seller", { sellerNpwp: "0098765432101000" }],
    ["a number under another code", { state: "approved", nsfp: "01002600000000001" }],
    ["a number under another code, replaced", { state: "replaced", nsfp: "01002600000000001" }],
  ])("is not taken for a document with %s, which a person looks at", async (_what, more) => {
    const { ended, now } = await submitted(
      { state: "unknown" },
      { lookup: held({ externalId: `other-${count}`, state: "pending", ...more }) },
    );
    expect([ended, now?.state, now?.problem]).toEqual(["done", "unknown", "duplicate_at_authority"]);
  });

  test("is looked at later where it can be neither uploaded nor is on its way", async () => {
    const { ended, calls, now } = await submitted(
      { state: "ready" },
      {
        create: { kind: "created", externalId: "new", simulated: false },
        upload: { kind: "wrongState", message: "Hanya faktur yang berstatus DRAFT" },
        status: held({ externalId: "new" }),
      },
    );
    expect([ended, calls]).toEqual(["retry", ["create", "upload", "status new"]]);
    expect(now).toMatchObject({ state: "unknown", external_id: "new" });
  });
});
