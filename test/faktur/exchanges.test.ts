// Proves that what was exchanged with the authority is on record whatever becomes of the step: with its next write, by
// itself where none follows or the write is lost, never twice, and a read that repeats its answer only once.
import { plusMs } from "../../src/clock";
import { openFileDocuments } from "../../src/documents/file";
import { AppError } from "../../src/errors";
import type { RecordExchange } from "../../src/faktur/channels/channel";
import { placeOf } from "../../src/faktur/exchange-document";
import { withExchanges, type Recorded } from "../../src/faktur/exchanges";
import type { FakturDeps } from "../../src/faktur/flow";
import { silentLog } from "../../src/log";
import { fencedWork, type Work } from "../../src/store/fence";
import { exchangesOf } from "../../src/store/exchanges";
import { insertFaktur } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";
import { claimJob, enqueue } from "../../src/store/jobs";
import { text } from "../../src/text";
import { describeEngines, openStore, type Store } from "../support/databases";
import { AT, fakturRow, invoiceRow, NOW, seed } from "../support/rows";
import { testClock } from "../support/test-clock";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "faktur-exchanges-"));
const documents = openFileDocuments(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeEngines("exchanges with the authority", (engine) => {
  let store: Store;
  let commits = 0;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    await insertInvoice(store.db.knex, invoiceRow("i"));
    await insertFaktur(store.db.knex, fakturRow("f", "i"));
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.db.knex("exchanges").delete();
    commits = 0;
  });

  const clock = testClock(NOW);
  const counted = <T>(run: () => Promise<T>) => {
    commits += 1;
    return run();
  };
  const deps = (): FakturDeps => ({
    ...{ clock, newId: () => "n", log: silentLog, followSeconds: [60] },
    documents,
    channelOf: () => {
      throw new Error("no channel here");
    },
    db: {
      ...store.db,
      transaction: (work) => counted(() => store.db.transaction(work)),
      alone: (work) => counted(() => store.db.alone(work)),
    },
  });

  async function step(run: (recorded: Recorded) => Promise<unknown>): Promise<unknown> {
    await store.db.knex("jobs").delete();
    await enqueue(store.db.knex, "submit", "f", AT, AT);
    const job = await claimJob(store.db, AT, plusMs(AT, 60_000), "mine");
    if (job === null) throw new Error("nothing to claim");
    const d = deps();
    const work: Work = fencedWork({ db: d.db, clock, leaseSeconds: 60, nextHand: () => null }, job);
    return withExchanges(d, work, "f", run).catch((thrown: unknown) => (thrown as AppError).code);
  }
  const exchange = (operation: string, response: string | null): Parameters<RecordExchange>[0] => ({
    ...{ operation, request: `{"ask":"${operation}"}`, response },
  });
  const kept = async () => (await exchangesOf(store.db.knex, "f")).map(({ operation }) => operation);

  test("stand with the step's next writes, and cost no commit of their own", async () => {
    await step(async ({ work, record }) => {
      await record(exchange("create", "{}"));
      await work.transaction(async () => undefined);
      await record(exchange("upload", "{}"));
      return work.conclude(async () => ({ kind: "done" }));
    });
    expect(await kept()).toEqual(["create", "upload"]);
    expect(commits).toBe(2);
  });

  test("stand by themselves where the step ends without a write, or breaks", async () => {
    await step(({ record }) => record(exchange("create", null)));
    expect(await kept()).toEqual(["create"]);
    const broken = await step(async ({ record }) => {
      await record(exchange("upload", "{}"));
      throw new AppError("channel_failed", text("Gagal.", "Failed."));
    });
    expect([broken, await kept()]).toEqual(["channel_failed", ["create", "upload"]]);
  });

  test("are kept once though the write that carried them was lost", async () => {
    const lost = await step(async ({ work, record }) => {
      await record(exchange("create", "{}"));
      await store.db.knex("jobs").update({ lease: "another's" });
      return work.conclude(async () => ({ kind: "done" }));
    });
    expect([lost, await kept()]).toEqual(["lease_lost", ["create"]]);
  });

  test("are one document each, and none where an answer is only repeated", async () => {
    const put = jest.spyOn(documents, "put");
    await step(async ({ record }) => {
      await record(exchange("create", "{}"));
      await record(exchange("detail", "{}"));
      await record(exchange("detail", "{}"));
    });
    expect(put).toHaveBeenCalledTimes(2);
    const rows = await exchangesOf(store.db.knex, "f");
    const places = rows.map((row) => placeOf(row, "response"));
    const sides = places.map(async (one) => (await documents.get(one?.sha256 ?? "")).subarray(one?.from));
    expect((await Promise.all(sides)).map(String)).toEqual(["{}", "{}"]);
    put.mockRestore();
  });

  test("that only repeat an answer are kept once, in one step and from step to step", async () => {
    const look = (answer: string) =>
      step(async ({ record }) => {
        await record(exchange("detail", answer));
        await record(exchange("detail", answer));
      });
    await look('{"status":"pending"}');
    await look('{"status":"pending"}');
    expect(await kept()).toEqual(["detail"]);
    await look('{"status":"approved"}');
    expect(await kept()).toEqual(["detail", "detail"]);
  });
});
