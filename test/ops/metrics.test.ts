/**
 * Proves, on both engines, that the metrics say what the rows say: ages from the clock, deadlines from the law, nothing
 * for what has its end; that answers over HTTP are counted by part of the service, never by address; and that what is stored
 * over the API is what is measured.
 */
import { createMetrics } from "../../src/ops/metrics";
import { openDb } from "../../src/store/db";
import { insertMail } from "../../src/store/mails";
import { DECISIONS, insertInvoice } from "../../src/store/invoices";
import { savePoll } from "../../src/store/polls";
import { insertEndpoint, insertMessage } from "../../src/store/webhooks";
import { enqueue, JOB_KINDS } from "../../src/store/jobs";
import { furnish, made, startApi } from "../support/api";
import { makeP12 } from "../support/certificates";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, invoiceRow, NOW, seed } from "../support/rows";
import { testClock } from "../support/test-clock";

/** The day of the rows is 3 November 2026. */
describeEngines("metrics", (engine) => {
  let store: Store;
  const clock = testClock();
  beforeAll(async () => {
    store = await openStore(engine);
    const { db } = store;
    await seed(db);
    const held = (id: string, more: object) =>
      insertInvoice(db.knex, invoiceRow(id, { decision: "held", reason: "buyer_invalid", ...more }));
    await held("h1", {});
    await held("h2", { tax_day: "2026-10-05" });
    await held("h3", { tax_day: "2026-01-05", reason: "past_deadline" });
    await addFaktur(db, "pending", { state: "pending", created_at: "2026-11-03T01:10:00.000Z" });
    await addFaktur(db, "old", { state: "rejected", deadline: "2026-10-20", nsfp: null });
    await addFaktur(db, "gone", { state: "replaced", problem: "replaced_at_authority" });
    await addFaktur(db, "bad", { state: "rejected", problem: "not_counted", nsfp: null });
    const approved = await addFaktur(db, "done", {
      state: "approved",
      created_at: "2026-01-01T00:00:00.000Z",
    });
    const mail = (id: string, state: "queued" | "sent" | "refused", at: string, sequence: number) =>
      insertMail(db.knex, {
        ...{ id, state, at, sequence, faktur_id: approved.id, recipient: "a@b.example" },
        ...{ message_id: `<${id}>`, detail: null },
      });
    await mail("m1", "queued", "2026-11-03T02:00:00.000Z", 0);
    await mail("m2", "sent", NOW, 1);
    await mail("m3", "refused", NOW, 2);
    await enqueue(db.knex, "submit", "pending", new Date("2026-11-03T02:05:00.000Z"), AT);
    await enqueue(db.knex, "follow", "pending", new Date("2026-11-03T03:00:00.000Z"), AT);
    await savePoll(db.knex, "toko", { quick_at: "2026-11-03T02:07:00.000Z" });
    await enqueue(db.knex, "poll", "baru", new Date("2026-11-04T00:00:00.000Z"), AT);
    await enqueue(db.knex, "poll", "toko", new Date("2026-11-04T00:00:00.000Z"), AT);
    await enqueue(db.knex, "poll", "toko#all", new Date("2026-11-04T00:00:00.000Z"), AT);
    await savePoll(db.knex, "lepas", { quick_at: NOW });
    await enqueue(db.knex, "reconcile", "daily", new Date("2026-11-04T00:00:00.000Z"), AT);
    await insertEndpoint(db.knex, {
      ...{ name: "buku", url: "https://x.example", seller: null, portal: null, events: "[]", failures: 3 },
      ...{ secrets_sealed: "s", state: "disabled", says: null, created_at: NOW, updated_at: NOW },
    });
    for (const [id, state] of [
      ["a", "queued"],
      ["b", "failed"],
      ["c", "sent"],
    ] as const)
      await insertMessage(db.knex, {
        ...{ id, endpoint: "buku", type: "faktur.mailed", subject: "done", payload: "{}", state },
        ...{ attempts: 1, status: null, detail: null, created_at: NOW, tried_at: null },
      });
  });
  afterAll(() => store.close());

  const lines = async () => {
    const metrics = createMetrics(store.db, clock);
    metrics.answered("hooks", 503, 12);
    return (await metrics.text()).split("\n");
  };

  test.each([
    ['faktur_invoices_held{reason="buyer_invalid"} 2'],
    ['faktur_invoices_held{reason="past_deadline"} 1'],
    ['faktur_fakturs{state="rejected"} 2'],
    ['faktur_fakturs_held{reason="replaced_at_authority"} 1'],
    // The faktur of 09:10 in Jakarta, one hour before now; the approved one of January has its end.
    ["faktur_oldest_unfinished_seconds 3600"],
    // 20 December for what was paid on 3 November, 20 November for 5 October; January's day has passed.
    ['faktur_deadline_days_left{of="faktur"} 47'],
    ['faktur_deadline_days_left{of="invoice"} 17'],
    ['faktur_job_due_seconds{kind="submit"} 300'],
    ['faktur_jobs{kind="follow",state="ready"} 1'],
    ['faktur_mails{state="queued"} 1'],
    ['faktur_mails{state="refused"} 1'],
    ["faktur_mail_queued_seconds 600"],
    [`faktur_portal_poll_timestamp_seconds{portal="toko"} ${Date.parse("2026-11-03T02:07:00Z") / 1000}`],
    // Never answered: from the moment that it was to be asked.
    [`faktur_portal_poll_timestamp_seconds{portal="baru"} ${AT.getTime() / 1000}`],
    [`faktur_reconciliation_timestamp_seconds{verdict="none"} ${AT.getTime() / 1000}`],
    ['faktur_webhook_messages{endpoint="buku",state="queued"} 1'],
    ['faktur_webhook_messages{endpoint="buku",state="failed"} 1'],
    ['faktur_webhook_disabled{endpoint="buku"} 1'],
    ['faktur_http_seconds_count{area="hooks",status="5xx"} 1'],
  ])("%s", async (line) => {
    expect(await lines()).toContain(line);
  });

  test("a refused faktur is counted by its state alone", async () => {
    expect((await lines()).filter((line) => line.startsWith("faktur_fakturs_held{"))).toHaveLength(1);
  });

  test("what has its end or is not due is not counted", async () => {
    const all = (await lines()).join("\n");
    for (const none of [
      'faktur_mails{state="sent"}',
      'state="sent"}',
      'faktur_job_due_seconds{kind="follow"}',
      // The nightly list may take hours, and a portal that is no longer polled has its last look for ever.
      'faktur_portal_poll_timestamp_seconds{portal="toko#all"}',
      'faktur_portal_poll_timestamp_seconds{portal="lepas"}',
    ])
      expect([none, all.includes(none)]).toEqual([none, false]);
  });
});

test("a new installation without an invoice is not taken for one that is down", async () => {
  const api = await startApi();
  try {
    const text = await (await fetch(`${api.url}/metrics`)).text();
    for (const decision of DECISIONS) expect(text).toContain(`faktur_invoices{decision="${decision}"} 0`);
  } finally {
    await api.close();
  }
});

test("what is watched for its growth is there before the first, or a first burst would not be seen", async () => {
  const api = await startApi();
  try {
    await furnish(api);
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).toContain('faktur_hook_signature_failures_total{portal="toko"} 0');
    for (const kind of ["paper", "mail"])
      expect(text).toContain(`faktur_job_seconds_count{kind="${kind}",ended="done"} 0`);
    for (const kind of JOB_KINDS)
      expect(text).toContain(`faktur_job_seconds_count{kind="${kind}",ended="lost"} 0`);
    for (const area of ["hooks", "api", "console", "customers", "other"])
      expect(text).toContain(`faktur_http_seconds_count{area="${area}",status="5xx"} 0`);
  } finally {
    await api.close();
  }
});

test("while the database is away the process's own numbers stay, and what it cannot count is absent", async () => {
  const db = openDb("mysql://nobody:nothing@127.0.0.1:1/faktur", 1);
  const metrics = createMetrics(db, testClock());
  metrics.answered("hooks", 503, 5);
  const told = await metrics.text();
  expect(told).toContain('faktur_http_seconds_count{area="hooks",status="5xx"} 1');
  expect(told).not.toContain("faktur_invoices");
  await db.close();
});

test("a certificate that was stored over the API is watched until it ends", async () => {
  const api = await startApi();
  try {
    await furnish(api);
    const days = async () =>
      /^faktur_certificate_days_left\{seller="utama"\} (\S+)$/m.exec(
        await (await fetch(`${api.url}/metrics`)).text(),
      )?.[1];
    expect(await days()).toBeUndefined();
    const p12 = makeP12({ kind: "aes", passphrase: "x", notAfter: "2026-11-13T02:10:00Z" });
    const body = { p12: p12.toString("base64"), passphrase: "x" };
    await made(api.call("PUT", "/sellers/utama/certificate", { body }));
    expect(await days()).toBe("10");
    api.clock.set("2026-11-15T09:10:00+07:00");
    expect(await days()).toBe("-2");
  } finally {
    await api.close();
  }
});
