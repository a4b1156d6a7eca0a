/**
 * Proves on both engines that an approved faktur whose PDF never came, or whose PDF the document store has lost, stands
 * among what needs a person, by files and by channel, and in the metrics; one that came a moment ago, or long ago, does not.
 */
import { gatherHome } from "../../src/ops/home";
import { createMetrics } from "../../src/ops/metrics";
import { savePdf } from "../../src/store/fakturs";
import { enqueue } from "../../src/store/jobs";
import { insertMail } from "../../src/store/mails";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, NOW, seed } from "../support/rows";
import { testClock } from "../support/test-clock";

const HASH = "a".repeat(64);

describeEngines("the paper of an approved faktur", (engine) => {
  let store: Store;
  const clock = testClock();
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    const approved = (id: string, more: object) =>
      addFaktur(store.db, id, { state: "approved", nsfp: `040026000000000${id}`, ...more });
    await approved("11", { channel_kind: "coretax-file", updated_at: "2026-11-01T02:00:00.000Z" });
    await approved("12", { updated_at: "2026-11-02T02:00:00.000Z" });
    await approved("13", { updated_at: NOW });
    await approved("14", { updated_at: NOW });
    await addFaktur(store.db, "15", { state: "pending", updated_at: "2026-11-01T02:00:00.000Z" });
    await savePdf(store.db.knex, "14", "official", HASH, new Date("2026-11-01T01:00:00.000Z"));
    await approved("16", { updated_at: "2026-11-02T01:00:00.000Z" });
    await approved("17", { updated_at: "2026-11-02T01:00:00.000Z", problem: "replaced_at_authority" });
    await enqueue(store.db.knex, "paper", "16", AT, AT);
    await store.db.knex("jobs").update({ state: "stuck", last_code: "pdf_faulty" });
    const mail = { recipient: "pajak@contoh.example", sequence: 0, detail: null } as const;
    for (const [id, at, state] of [
      ["m1", "2026-11-02T03:00:00.000Z", "queued"],
      ["m2", NOW, "queued"],
      ["m3", "2026-11-01T03:00:00.000Z", "sent"],
    ] as const) {
      const row = { ...mail, id, state, recipient: `${id}@contoh.example`, faktur_id: "14", at };
      await insertMail(store.db.knex, { ...row, message_id: `<${id}@x>` });
    }
    await enqueue(store.db.knex, "paper", "12", AT, AT);
    for (const id of ["m1", "m2", "m3"]) await enqueue(store.db.knex, "mail", id, AT, AT);
    await store.db.knex("jobs").where({ kind: "mail" }).update({ last_code: "document_missing" });
  });
  afterAll(() => store.close());

  test("is told on the home page, the longest first, with what to do, and counted", async () => {
    const { items, counts } = await gatherHome({ db: store.db, clock });
    const papers = items.filter(({ kind }) => kind === "paper");
    expect(papers.map(({ kind, code, link, since }) => [kind, code, link, since])).toEqual([
      ["paper", "pdf_to_import", "/console/faktur/11", "2026-11-01T02:00:00.000Z"],
      ["paper", "pdf_pending", "/console/faktur/12", "2026-11-02T02:00:00.000Z"],
      ["paper", "document_missing", "/console/faktur/14", "2026-11-02T03:00:00.000Z"],
    ]);
    expect(counts.paper).toBe(3);
  });

  test("is told once where its work was laid aside, or something else has stopped it", async () => {
    const { items } = await gatherHome({ db: store.db, clock });
    const kindsOf = (id: string) =>
      items.filter(({ link }) => link === `/console/faktur/${id}`).map(({ kind }) => kind);
    expect(["16", "17"].map(kindsOf)).toEqual([["stuck"], ["problem"]]);
  });

  test("is measured", async () => {
    const text = await createMetrics(store.db, clock).text();
    expect(text).toContain("faktur_pdf_missing 4");
  });

  test("damaged in the store stops its mail, and the home page leads to the faktur", async () => {
    const stopped = { state: "stuck", last_code: "document_damaged", last_error: "AppError: damaged" };
    await store.db.knex("jobs").where({ subject: "m2" }).update(stopped);
    const { items } = await gatherHome({ db: store.db, clock });
    const [item] = items.filter(({ kind, link }) => kind === "stuck" && link !== "/console/faktur/16");
    expect(item).toMatchObject({ link: "/console/faktur/14" });
    expect(item?.title.id).toContain("m2@contoh.example");
  });
});
