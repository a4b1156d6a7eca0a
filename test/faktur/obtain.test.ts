/**
 * When the job `paper` fetches a PDF and when it does not, by a scripted channel and on both engines: only of a faktur that
 * stands and has none, never of one that may be void in a moment, and never one that is not its own.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plusMs } from "../../src/clock";
import { openFileDocuments } from "../../src/documents/file";
import { obtainPaper, type ObtainDeps } from "../../src/faktur/obtain";
import { writeFaktur } from "../../src/faktur/stored";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { fencedWork } from "../../src/store/fence";
import { fakturById, type FakturRow } from "../../src/store/fakturs";
import { claimJob, enqueue } from "../../src/store/jobs";
import { mailsOf } from "../../src/store/mails";
import { describeEngines, openStore, type Store } from "../support/databases";
import { saveSeller } from "../../src/store/sellers";
import { addFaktur, AT, NOW, seed, sellerData } from "../support/rows";
import { testClock } from "../support/test-clock";
import { asOutcome } from "../../src/worker/record";
import { sampleFaktur, SAMPLE_SELLER } from "./channels/sample";

describeEngines("the PDF of a faktur", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "faktur-obtain-"));
  let store: Store;
  let count = 0;
  const marks: string[] = [];
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One run of the job; how it ended, how often the channel was asked, and what the faktur has then. */
  async function obtained(row: Partial<FakturRow>, fault: { id: string; en: string } | null = null) {
    const { db } = store;
    const id = `f${(count += 1)}`;
    const nsfp = `040026000000${String(count).padStart(5, "0")}`;
    const document = writeFaktur(sampleFaktur());
    const before = await addFaktur(db, id, { state: "approved", nsfp, external_id: id, document, ...row });
    await enqueue(db.knex, "paper", id, AT, AT);
    const job = await claimJob(db, AT, plusMs(AT, 60_000), id);
    const clock = testClock(NOW);
    const work = fencedWork({ db, clock, leaseSeconds: 60, nextHand: () => null }, job!);
    let asked = 0;
    const fetchPdf = async () => {
      asked += 1;
      return Buffer.from(`%PDF of ${id}`);
    };
    const d: ObtainDeps = {
      ...{ db, clock, newId, log: silentLog, followSeconds: [2, 15], mailDomain: "hosting.example" },
      ...{ documents: openFileDocuments(folder), channelOf: () => ({ fetchPdf }) as never },
      seal: { open: () => JSON.stringify({ p12: "", passphrase: "" }) } as never,
      paper: {
        render: async ({ mark }) => Buffer.from(`%PDF ${marks.push(mark)} of ${id}`),
        fault: async () => fault,
      },
    };
    const outcome = await obtainPaper(d, work, before).catch(asOutcome);
    await db.knex("jobs").delete();
    const now = await fakturById(db.knex, id);
    return {
      ...{ ended: outcome.kind, code: outcome.kind === "retry" ? outcome.because.code : null, asked },
      pdf: now?.pdf_sha256 ?? null,
      mails: (await mailsOf(db.knex, id)).map(({ recipient }) => recipient),
    };
  }

  test("is fetched, stored and queued to the address frozen with it", async () => {
    expect(await obtained({})).toEqual({
      ...{ ended: "done", code: null, asked: 1, pdf: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      mails: [sampleFaktur().buyer.email],
    });
  });

  test.each<[string, Partial<FakturRow>, string, string | null]>([
    ["has one already", { pdf_kind: "official", pdf_sha256: "a".repeat(64) }, "done", "a".repeat(64)],
    ["has no number", { nsfp: null }, "done", null],
    ["was cancelled", { state: "cancelled", live_key: null }, "done", null],
    ["was replaced", { state: "replaced", live_key: null }, "done", null],
    ["is being cancelled", { state: "cancelling" }, "wait", null],
  ])("is not asked for where the faktur %s", async (_what, row, ended, pdf) => {
    expect(await obtained(row)).toEqual({ ended, code: null, asked: 0, pdf, mails: [] });
  });

  test.each([
    [true, "simulation"],
    [false, "copy"],
  ])("that is drawn here of a faktur that is a simulation (%j) is marked so: %s", async (simulated, mark) => {
    const slug = `drawn-${mark}`;
    const drawn = sellerData({ pdf: "rendition", npwp: SAMPLE_SELLER.npwp });
    await saveSeller(store.db.knex, slug, drawn, AT);
    await store.db.knex("sellers").where({ slug }).update({ certificate_sealed: "sealed" });
    marks.length = 0;
    expect(await obtained({ simulated, seller: slug })).toMatchObject({ ended: "done", asked: 0 });
    expect(marks).toEqual([mark]);
  });

  test("is neither stored nor mailed when it is not its own", async () => {
    const before = readdirSync(folder, { recursive: true }).length;
    const fault = { id: "nomor lain", en: "another number" };
    expect(await obtained({}, fault)).toEqual({
      ended: "retry",
      code: "pdf_faulty",
      asked: 1,
      pdf: null,
      mails: [],
    });
    expect(readdirSync(folder, { recursive: true })).toHaveLength(before);
  });
});
