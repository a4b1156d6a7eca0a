// Proves the daily comparison on the whole program: each difference is made to happen for real - in a stand-in of the
// portal, at the simulated authority through its own API, in the ledger, on a mail server - and is found, alone; what was
// never told is taken in and issued; the report goes out once a day to each seller, whoever dies on the way.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import Stripe from "stripe";
import { addDays, dayInJakarta } from "../../src/clock";
import type { Config } from "../../src/config";
import type { SubmissionKey } from "../../src/faktur/channels/channel";
import { draftBody, PATHS } from "../../src/faktur/channels/pajakio-wire";
import { readFaktur, writeFaktur } from "../../src/faktur/stored";
import type { Report } from "../../src/reconcile/report";
import { verdictOf } from "../../src/reconcile/report";
import { saveAccount } from "../../src/store/accounts";
import { fakturById, insertFaktur, type FakturRow } from "../../src/store/fakturs";
import { listReconciliations, reportMailsOf } from "../../src/store/reconciliations";
import { newInvoice } from "../hooks/stripe/shapes";
import { describeEngines } from "../support/databases";
import { createGate } from "../support/gate";
import { send, startStripe, type StripeStandIn } from "../support/stripe-stand-in";
import { tinyPdf } from "../support/tiny-pdf";
import {
  addCompany,
  addPortal,
  addSeller,
  attachmentOf,
  DESK,
  event,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  withWeb,
  type World,
} from "../support/world";

const SECRET = "whsec_stripe_uji";
const START = "2026-11-03T09:10:00+07:00";

/** A mail server that knows nobody. */
async function startRefusing() {
  const server = new SMTPServer({
    ...{
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      logger: false,
      disableReverseLookup: true,
    },
    onRcptTo: (_address, _session, done) =>
      done(Object.assign(new Error("no such user"), { responseCode: 550 })),
  });
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  return { port, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

describeEngines("the comparison of portal, ledger, authority and mail", (engine) => {
  let world: World;
  let stripe: StripeStandIn;
  let count = 0;
  let id: string;
  beforeEach(async () => {
    stripe = await startStripe();
    await setUp();
    id = `in_${(count += 1)}`;
  });
  afterEach(async () => {
    await world.close();
    await stripe.close();
  });

  async function setUp(more: Partial<Config> = {}): Promise<void> {
    world = await startWorld(engine, { drawPdf: tinyPdf, config: { channelTimeoutSeconds: 2, ...more } });
    const api = { url: stripe.url, secret: "sk_test_uji" };
    await addPortal(world, "stripe", { kind: "stripe", secret: SECRET, api });
    const now = world.clock.now();
    const account = { id: "cus_1", name: "PT", email: null };
    await saveAccount(world.app.db.knex, "stripe", account, "acc-cus-1", now);
    await addCompany(world, "cus_1", { portal: "stripe" });
  }

  const bill = (more: Record<string, unknown> = {}) =>
    stripe.world.invoices.push(newInvoice({ id, number: `STR-${id}`, ...more }));

  const bent = (change: Record<string, unknown>) => Object.assign(stripe.world.invoices[0] ?? {}, change);

  async function wake(): Promise<void> {
    const payload = JSON.stringify({
      id: `evt_${id}`,
      object: "event",
      type: "invoice.paid",
      data: { object: { id } },
    });
    const timestamp = Math.floor(world.clock.now().getTime() / 1000);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp });
    const headers = { "content-type": "application/json", "stripe-signature": signature };
    await withWeb(world.app, (url) =>
      fetch(`${url}/hooks/stripe`, { method: "POST", headers, body: payload }),
    );
  }

  /** One invoice, paid, issued and mailed; then half a day goes by. */
  async function issued(): Promise<FakturRow> {
    bill();
    await wake();
    await runToEnd(world);
    const { outcome, fakturs } = await seen(world, id, "stripe");
    expect(outcome).toBe("issued");
    world.clock.pass(12 * 3600);
    return fakturs[0]!;
  }

  const days = () => {
    const today = dayInJakarta(world.clock.now());
    return { from: addDays(today, -40), to: today };
  };
  const look = (portal?: string): Promise<Report> => world.app.reconciling.look({ ...days(), portal });
  const codes = (report: Report) => report.differences.map((one) => one.code).sort();
  const change = (faktur: FakturRow, to: Partial<FakturRow>) =>
    world.app.db.knex<FakturRow>("fakturs").where({ id: faktur.id }).update(to);

  test("finds nothing where all is equal, and says what it could not compare", async () => {
    await issued();
    const report = await look();
    expect(codes(report)).toEqual([]);
    expect(verdictOf(report)).toBe("incomplete");
    expect(
      report.sources.map(({ kind, name, state, listed, recorded }) => [kind, name, state, listed, recorded]),
    ).toEqual([
      ["portal", "stripe", "compared", 1, 1],
      ["portal", "toko", "cannot", 0, 0],
      ["channel", "utama", "compared", 1, 1],
      ["mail", "utama", "compared", 1, 1],
      ["ledger", "utama", "compared", 0, 0],
    ]);
    expect(verdictOf(await look("stripe"))).toBe("clean");
    expect(verdictOf(await look("toko"))).toBe("incomplete");
  });

  describe("finds in the portal", () => {
    test("a payment that no webhook told, takes it in, and it is issued (T41)", async () => {
      bill();
      world.clock.pass(2 * 3600);
      expect(await look()).toMatchObject({
        differences: [{ code: "paid_in_portal_not_in_ledger", mended: false }],
      });
      await expect(seen(world, id, "stripe")).rejects.toThrow("not recorded");
      expect(await world.app.reconciling.mend(days())).toMatchObject({
        differences: [
          {
            ...{ code: "paid_in_portal_not_in_ledger", mended: true, portal: "stripe", invoiceId: id },
            ...{ account: "cus_1", ours: null, theirs: "2026-11-03 · IDR 1110000.00" },
          },
        ],
      });
      await runToEnd(world);
      expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
      expect(codes(await look())).toEqual([]);
    });

    test("nothing in what was paid before the portal was connected (T71)", async () => {
      bill({ status_transitions: { paid_at: Date.parse("2026-11-02T10:00:00+07:00") / 1000 } });
      world.clock.pass(2 * 3600);
      expect(codes(await world.app.reconciling.mend(days()))).toEqual([]);
      await expect(seen(world, id, "stripe")).rejects.toThrow("not recorded");
    });

    test.each([
      ["in_ledger_not_paid_in_portal", "open", { status: "open" }],
      ["amount_differs", "IDR 500000.00", { total: 50_000_000 }],
      ["account_differs", "cus_2", { customer: "cus_2" }],
      [
        "paid_day_differs",
        "2026-11-05",
        { status_transitions: { paid_at: Date.parse("2026-11-05T10:00:00+07:00") / 1000 } },
      ],
    ])("%s (%s), and leaves the ledger as it is (T13, T28)", async (code, theirs, to) => {
      const faktur = await issued();
      bent(to);
      world.clock.pass(3 * 86_400);
      const report = await look();
      expect(report.differences).toMatchObject([
        { code, theirs, portal: "stripe", invoiceId: id, mended: false },
      ]);
      expect(await fakturById(world.app.db.knex, faktur.id)).toMatchObject({ state: "approved" });
    });

    test("an invoice that is gone from it", async () => {
      await issued();
      stripe.world.invoices.length = 0;
      expect((await look()).differences).toMatchObject([
        { code: "in_ledger_not_paid_in_portal", ours: "2026-11-03", theirs: "absent" },
      ]);
    });
  });

  describe("finds at the authority", () => {
    const call = async (path: string, body: string) => {
      const headers = {
        authorization: Buffer.from("x").toString("base64"),
        "content-type": "application/json",
      };
      const answer = await fetch(`${world.authority.url}${path}`, { method: "POST", headers, body });
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { data: { transactionId: string } }).data;
    };

    test("a faktur that somebody made there by hand", async () => {
      const ours = await issued();
      const faktur = { ...readFaktur(ours.document), reference: "DIBUAT-TANGAN" };
      const key = "DIBUAT-TANGAN" as SubmissionKey;
      const { transactionId } = await call(
        PATHS.sales,
        draftBody({ faktur, key, signer: undefined, replaces: undefined }),
      );
      await call(PATHS.upload, JSON.stringify({ transactionId }));
      await call(PATHS.detail(transactionId), "{}");
      await call(PATHS.detail(transactionId), "{}");
      expect((await look()).differences).toMatchObject([
        {
          ...{ code: "at_authority_not_here", severity: "critical", externalId: transactionId },
          ...{ reference: "DIBUAT-TANGAN", faktur: null, theirs: "APPROVAL_SUKSES" },
        },
      ]);
    });

    test("nothing in what the company has issued under another of its sellers' names", async () => {
      const { external_id: transactionId, ...ours } = await issued();
      await addSeller(world, "cabang");
      expect(codes(await look())).toEqual([]);
      await change({ ...ours, external_id: transactionId }, { external_id: "LAIN", nsfp: null });
      const found = (await look()).differences.filter(({ code }) => code === "at_authority_not_here");
      expect(found).toMatchObject([
        { seller: "cabang", externalId: transactionId },
        { seller: "utama", externalId: transactionId },
      ]);
    });

    test("a cancellation that was not made here", async () => {
      const { external_id: transactionId } = await issued();
      await call(PATHS.cancel, JSON.stringify({ transactionId }));
      expect((await look()).differences).toMatchObject([{ code: "state_differs", ours: "approved" }]);
    });

    test("that it does not know a faktur any more", async () => {
      const faktur = await issued();
      await world.replaceAuthority();
      expect((await look()).differences).toMatchObject([
        { code: "approved_here_not_at_authority", faktur: faktur.id, theirs: null },
      ]);
    });

    test.each([
      ["nsfp_differs", { nsfp: "04002600000000077" }],
      ["amounts_differ_at_authority", { ppn: "110001" }],
      ["date_differs_at_authority", { date: "2026-11-02" }],
    ])("%s", async (code, to) => {
      await change(await issued(), to);
      expect(codes(await look())).toEqual([code]);
    });

    test("another buyer than ours", async () => {
      const ours = await issued();
      const document = readFaktur(ours.document);
      const buyer = { ...document.buyer, npwp: "0099999999012000" };
      await change(ours, { document: writeFaktur({ ...document, buyer }) });
      expect((await look()).differences).toMatchObject([
        { code: "buyer_differs_at_authority", ours: "0099999999012000", theirs: "0012345678012000" },
      ]);
    });
  });

  describe("finds in paper and mail", () => {
    test("an approved faktur without its PDF", async () => {
      await change(await issued(), { pdf_sha256: null });
      expect(codes(await look())).toEqual(["approved_without_pdf"]);
    });

    test("one whose mail its server has refused", async () => {
      const smtp = await startRefusing();
      await world.close();
      await setUp({ mailUrl: `smtp://127.0.0.1:${smtp.port}` });
      await issued();
      await smtp.close();
      expect((await look()).differences).toMatchObject([
        {
          code: "mail_refused",
          ours: "pajak@contoh.example",
          theirs: expect.stringContaining("550") as string,
        },
      ]);
    });

    test("one that was not mailed, or went to a stranger", async () => {
      const { id: faktur_id } = await issued();
      await world.app.db.knex("mails").where({ faktur_id }).delete();
      expect(codes(await look())).toEqual(["approved_not_mailed"]);
      await world.app.api.corrections.resend(faktur_id, "lain@lain.example", DESK);
      await runToEnd(world);
      world.clock.pass(3 * 3600);
      expect((await look()).differences).toMatchObject([
        { code: "approved_not_mailed", ours: "pajak@contoh.example" },
        { code: "mailed_to_other_address", theirs: "lain@lain.example", severity: "notice" },
      ]);
    });
  });

  describe("finds in the ledger itself", () => {
    test("a faktur that waits at the authority for days", async () => {
      world.authority.authority.control.add([{ operation: "detail", fault: "unknown-status", times: 5000 }]);
      bill();
      await wake();
      await world.app.worker.drain();
      world.clock.pass(4 * 86_400);
      expect(codes(await look())).toContain("waiting_too_long");
    });

    test("a held invoice whose deadline has passed", async () => {
      await tell(world, paid("usd", { currency: "USD" }));
      await runToEnd(world);
      world.clock.set("2026-12-20T23:59:00+07:00");
      expect(codes(await look())).toEqual([]);
      world.clock.set("2026-12-21T00:01:00+07:00");
      expect((await look()).differences).toMatchObject([
        { code: "deadline_passed_without_faktur", portal: "toko", invoiceId: "usd", theirs: "2026-12-20" },
      ]);
    });

    test("two fakturs of one invoice that stand, which a constraint forbids", async () => {
      const faktur = await issued();
      const second = { ...faktur, id: "second", live_key: "second", reference: "SECOND", nsfp: null };
      expect(await insertFaktur(world.app.db.knex, { ...second, external_id: null })).toBe(true);
      const found = (await look()).differences.filter(({ code }) => code === "two_live_fakturs");
      expect(found).toMatchObject([{ portal: "stripe", invoiceId: id, ours: `${faktur.reference}, SECOND` }]);
    });

    test("one serial number on the fakturs of two sellers", async () => {
      const faktur = await issued();
      await addSeller(world, "kedua");
      const other = { ...faktur, id: "zz-other", seller: "kedua", live_key: "other", external_id: "X-OTHER" };
      expect(await insertFaktur(world.app.db.knex, other)).toBe(true);
      const found = (await look()).differences.filter(({ code }) => code === "nsfp_twice");
      expect(found).toMatchObject([{ seller: "kedua", nsfp: faktur.nsfp }]);
    });

    test("a service that moved and no ticket says why (T23)", async () => {
      const data = { serviceId: "S12", fromAccount: "77", toAccount: "90" };
      await tell(world, event("service.moved", data));
      expect((await look()).differences).toMatchObject([
        { code: "service_moved_without_ticket", portal: "toko", account: "77", theirs: "S12: 90" },
      ]);
    });
  });

  describe("every day at six", () => {
    const reports = () => mailsAbout(world, "Rekonsiliasi");
    const morning = async (at: string) => {
      world.clock.set(at);
      await world.app.worker.drain();
    };
    const runs = () => listReconciliations(world.app.db.knex, null, 50);

    test("one run and one mail to each seller, even when nothing differs, however many workers", async () => {
      await issued();
      await world.app.reconciling.schedule();
      await morning("2026-11-04T05:59:59+07:00");
      expect(await runs()).toEqual([]);
      world.clock.set("2026-11-04T06:00:00+07:00");
      await Promise.all([world.app.worker.drain(), world.app.worker.drain(), world.app.worker.drain()]);
      await world.app.reconciling.schedule();
      await morning("2026-11-04T06:30:00+07:00");
      expect(await runs()).toMatchObject([
        { day: "2026-11-04", edition: "daily", state: "done", verdict: "incomplete", differences: 0 },
      ]);
      const mails = await reports();
      expect(mails).toHaveLength(1);
      expect(mails[0]).toMatchObject({
        subject: "Rekonsiliasi 2026-11-04: tanpa selisih, tetapi belum lengkap",
      });
      expect(mails[0]?.to?.[0]?.address).toBe("pajak@hosting.example");
      expect(mails[0]?.text).toContain("Portal toko: tidak dapat dibandingkan");
      await morning("2026-11-05T06:00:00+07:00");
      expect([(await runs()).length, (await reports()).length]).toEqual([2, 2]);
    });

    test("tells what it found and mended, with the list as CSV", async () => {
      bill();
      await world.app.reconciling.schedule();
      await morning("2026-11-04T06:00:00+07:00");
      const [mail] = await reports();
      expect(mail?.subject).toBe("Rekonsiliasi 2026-11-04: 1 selisih");
      expect(mail?.text).toContain(
        `stripe STR-${id}: di sana 2026-11-03 · IDR 1.110.000,00 — sudah diperbaiki`,
      );
      const csv = attachmentOf(mail!).toString("utf8").split("\r\n");
      expect(csv[1]).toContain(`paid_in_portal_not_in_ledger,critical,utama,stripe,${id},STR-${id},cus_1`);
      expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "waiting" });
    });

    test("a portal that is away is asked again, then told as failed, and keeps nothing else from being compared", async () => {
      await issued();
      stripe.world.fault = (response) =>
        send(response, 503, { error: { type: "api_error", message: "away" } });
      await world.app.reconciling.schedule();
      await morning("2026-11-04T06:00:00+07:00");
      expect((await runs())[0]).toMatchObject({ state: "waiting" });
      for (let tries = 0; tries < 6; tries += 1) await morning(`2026-11-04T06:0${tries + 1}:00+07:00`);
      expect((await runs())[0]).toMatchObject({ state: "done", verdict: "incomplete", differences: 0 });
      const [mail] = await reports();
      expect(mail?.text).toContain("Portal stripe: GAGAL dibandingkan");
      expect(mail?.text).toContain("Kanal pajak utama: dibandingkan, 1 / 1");
    });

    test("a report that its server refuses is told, and is not tried for ever", async () => {
      await world.app.db.knex("sellers").update({ email: "bukan-alamat" });
      await world.app.reconciling.schedule();
      await morning("2026-11-04T06:00:00+07:00");
      const [run] = await runs();
      expect(await reportMailsOf(world.app.db.knex, run?.id ?? "")).toMatchObject([{ state: "refused" }]);
    });

    test.each([
      ["dies", "before"],
      ["dies", "after"],
    ] as const)(
      "whatever step the program %s at, %s it, ends with one report of what was found",
      async (how, when) => {
        const wrong: string[] = [];
        let steps = 1;
        for (let step = 0; step <= steps; step += 1) {
          const day = addDays(dayInJakarta(new Date(START)), step + 1);
          id = `in_c${when}${step}`;
          stripe.world.invoices.length = 0;
          bill({ status_transitions: { paid_at: Date.parse(`${day}T01:00:00+07:00`) / 1000 } });
          world.clock.set(`${day}T06:00:00+07:00`);
          await world.app.db.knex("jobs").delete();
          await world.app.reconciling.schedule();
          await world.app.db.knex("jobs").update({ run_at: world.clock.now().toISOString() });
          const gate = createGate({ how, when, step });
          await world.restart({ fetch: gate.fetch });
          gate.hold(world.app);
          await world.app.worker.drain().catch(() => undefined);
          if (step === 0) steps = gate.steps();
          const after = createGate({ how, when, step: 0 });
          await world.restart({ fetch: after.fetch });
          after.hold(world.app);
          world.clock.pass(3600);
          await world.app.worker.drain();
          const sent = [...gate.sent, ...after.sent].filter((one) => one.includes("reconcile-"));
          const run = (await runs()).find((one) => one.day === day);
          const counts = run?.counts == null ? null : (JSON.parse(run.counts) as Record<string, number>);
          if (new Set(sent).size !== 1 || counts?.["paid_in_portal_not_in_ledger"] !== 1)
            wrong.push(`step ${step} of ${steps}: ${sent.length} mails, ${run?.state} ${run?.counts}`);
        }
        expect(steps).toBeGreaterThan(8);
        expect(wrong).toEqual([]);
      },
    );
  });
});
