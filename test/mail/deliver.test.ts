/**
 * When a mail with a PDF goes out and when it does not, on both engines: of a faktur that stands, and of a simulation only
 * where it stays inside; what is void is withheld, and what may be void in a moment waits.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plusMs } from "../../src/clock";
import { openFileDocuments } from "../../src/documents/file";
import { writeFaktur } from "../../src/faktur/stored";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { deliverMail, type DeliverDeps } from "../../src/mail/deliver";
import { loadMailTemplates } from "../../src/mail/render";
import { fencedWork } from "../../src/store/fence";
import type { FakturRow } from "../../src/store/fakturs";
import { claimJob, enqueue } from "../../src/store/jobs";
import { insertMail, mailById } from "../../src/store/mails";
import { sampleFaktur } from "../faktur/channels/sample";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, NOW, seed } from "../support/rows";
import { testClock } from "../support/test-clock";
import { asOutcome } from "../../src/worker/record";

describeEngines("a mail that is due", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "faktur-deliver-"));
  let store: Store;
  let count = 0;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function delivered(row: Partial<FakturRow>, { local = true, secondsLate = 0 } = {}) {
    const { db } = store;
    const id = `f${(count += 1)}`;
    const documents = openFileDocuments(folder);
    const pdf_sha256 = await documents.put(Buffer.from("%PDF"), "application/pdf");
    const nsfp = `040026000000${String(count).padStart(5, "0")}`;
    const document = writeFaktur(sampleFaktur());
    const standing = { state: "approved", nsfp, pdf_kind: "official", pdf_sha256, document } as const;
    const { id: faktur_id } = await addFaktur(db, id, { ...standing, ...row });
    const mail = { faktur_id, recipient: "pajak@contoh.example", sequence: 0, state: "queued" } as const;
    await insertMail(db.knex, { ...mail, id, message_id: `<${id}@hosting.example>`, detail: null, at: NOW });
    await enqueue(db.knex, "mail", id, AT, AT);
    const job = await claimJob(db, AT, plusMs(AT, 60_000), id);
    const clock = testClock(NOW);
    clock.pass(secondsLate);
    const work = fencedWork({ db, clock, leaseSeconds: 60, nextHand: () => null }, job!);
    const sent: string[] = [];
    const send = async ({ to }: { readonly to: string }) => ({ response: `250 ${sent.push(to)}` });
    const d: DeliverDeps = {
      ...{ db, clock, newId, log: silentLog, documents, from: "Faktur <faktur@hosting.example>" },
      ...{ templates: loadMailTemplates(), linkFor: async () => "https://faktur.example/c/x" },
      mailer: { local, send } as never,
    };
    const outcome = await deliverMail(d, work).catch(asOutcome);
    await db.knex("jobs").delete();
    const ended = outcome.kind === "retry" ? outcome.because.code : outcome.kind;
    return [ended, sent.length, (await mailById(db.knex, id))?.state];
  }

  test.each<[string, Partial<FakturRow>, unknown[]]>([
    ["stands", {}, ["done", 1, "sent"]],
    ["is a simulation, which stays inside", { simulated: true }, ["done", 1, "sent"]],
    ["was cancelled", { state: "cancelled", live_key: null }, ["done", 0, "withheld"]],
    ["was replaced", { state: "replaced", live_key: null }, ["done", 0, "withheld"]],
    ["is being cancelled", { state: "cancelling" }, ["wait", 0, "queued"]],
    ["has no PDF", { pdf_sha256: null }, ["done", 0, "queued"]],
  ])("of a faktur that %s", async (_what, row, ends) => {
    expect(await delivered(row)).toEqual(ends);
  });

  test("of a simulation is withheld where it would leave", async () => {
    expect(await delivered({ simulated: true }, { local: false })).toEqual(["done", 0, "withheld"]);
  });

  test("is not sent by who has slept past the lease", async () => {
    expect(await delivered({}, { secondsLate: 120 })).toEqual(["lease_lost", 0, "queued"]);
  });
});
