/**
 * Proves on both engines what becomes of an invoice that is held, or of a faktur that never went out, once three months have
 * passed since it was due: it presses with its last day until that day is over, then says that it counts as never made, stays
 * where it can be seen, and neither the digest nor Beranda puts it before what somebody can still do.
 */
import type { TaxDay } from "../../src/clock";
import { silentLog } from "../../src/log";
import { digestView } from "../../src/mail/digest";
import { ageHeld } from "../../src/ops/age-held";
import { deadlineAlarms } from "../../src/ops/alarms";
import { gatherDigest } from "../../src/ops/digest";
import { gatherDue } from "../../src/ops/due";
import { gatherHome } from "../../src/ops/home";
import { createMetrics } from "../../src/ops/metrics";
import { insertFaktur, type FakturRow } from "../../src/store/fakturs";
import { findInvoice, insertInvoice } from "../../src/store/invoices";
import { findSeller } from "../../src/store/sellers";
import { describeEngines, openStore, type Store } from "../support/databases";
import { fakturRow, invoiceRow, seed } from "../support/rows";
import { testClock } from "../support/test-clock";

const DUE = { tax_day: "2026-08-05", created_at: "2026-08-05T02:10:00.000Z" };
const LAST_DAY = "2026-11-05";

describeEngines("three months after it was due", (engine) => {
  let store: Store;
  const clock = testClock(`${LAST_DAY}T23:59:59+07:00`);
  beforeAll(async () => {
    store = await openStore(engine);
    const { knex } = store.db;
    await seed(store.db);
    const held = (id: string, codes: readonly string[], tax_day: string | null = DUE.tax_day) =>
      insertInvoice(
        knex,
        invoiceRow(id, {
          ...{ ...DUE, tax_day, decision: "held", reason: codes[0] ?? null },
          reasons: JSON.stringify(codes.map((code) => ({ code, message: WORDS, fix: WORDS }))),
        }),
      );
    const faktur = async (id: string, more: Partial<FakturRow> = {}) => {
      await insertInvoice(knex, invoiceRow(`i-${id}`, { ...DUE, decision: "issuing" }));
      await insertFaktur(knex, fakturRow(id, `i-${id}`, { ...LATE, ...more }));
    };
    await held("late", ["past_deadline", "service_moved"]);
    await held("named", ["buyer_invalid"]);
    await held("refunded", ["refunded_before_issue", "past_deadline"]);
    await held("unread", ["unreadable_invoice"], null);
    await held("later", ["past_deadline"], "2026-09-05");
    await faktur("ready");
    await faktur("draft", { state: "draft" });
    await faktur("refused", { state: "rejected", external_id: "trx-1" });
    await faktur("asked", { state: "pending", external_id: "trx-2" });
    await faktur("made-late", { date: LAST_DAY, deadline: "2026-12-20" });
    await faktur("replacing", { state: "rejected", replaces_id: "made-late", live_key: "other" });
  });
  afterAll(() => store.close());

  const today = () => (clock.now().toISOString() < "2026-11-05T17:00" ? LAST_DAY : "2026-11-06") as TaxDay;
  const reasonsOf = async (id: string) => {
    const row = await findInvoice(store.db.knex, "toko", id);
    const stored = JSON.parse(row!.reasons) as { readonly code: string; readonly message: { id: string } }[];
    return { column: row!.reason, codes: stored.map(({ code }) => code), first: stored[0]!.message.id };
  };
  const pressing = async () =>
    deadlineAlarms(await gatherDue(store.db, today(), "utama"), today()).map(({ id, lastDayToMake }) => [
      id,
      lastDayToMake,
    ]);
  const digest = async () => {
    const seller = await findSeller(store.db.knex, "utama");
    return digestView(
      await gatherDigest({ db: store.db, publicUrl: "https://faktur.example" }, seller!, clock.now(), null),
    );
  };
  const section = (view: Awaited<ReturnType<typeof digest>>, title: string) =>
    view.sections.find((one) => one.title.id === title)?.lines.map((line) => line.id);
  const home = async () =>
    (await gatherHome({ db: store.db, clock })).items.map(({ title, code }) => [
      title.id.split(" ")[0],
      code,
    ]);

  test("until its last day it presses, and that day is told", async () => {
    await ageHeld({ db: store.db, clock, log: silentLog });
    expect((await reasonsOf("late")).codes).toEqual(["past_deadline", "service_moved"]);
    expect(await pressing()).toEqual([
      ...["asked", "draft"].map((id) => [id, LAST_DAY]),
      ...["late", "named", "ready", "refused"].map((id) => [id, LAST_DAY]),
      ["replacing", null],
      ["later", "2026-12-05"],
      ["made-late", LAST_DAY],
    ]);
    const view = await digest();
    expect(section(view, "Batas unggah")).toEqual([
      expect.stringMatching(/^LEWAT BATAS \(2026-09-20\): 7 — .*; hari terakhir membuatnya 2026-11-05$/),
      expect.stringMatching(/^LEWAT BATAS \(2026-10-20\): 1 — later; hari terakhir membuatnya 2026-12-05$/),
    ]);
    expect(section(view, "Tidak lagi ditunggu")).toEqual([
      expect.stringContaining("refunded_before_issue; tertua 92 hari"),
    ]);
    expect(view.subject.id).toContain(": 14 perlu diperhatikan");
    expect(await home()).toContainEqual(["ready", "past_deadline"]);
  });

  test("after it the reasons say so, beside whatever else holds it", async () => {
    clock.pass(1);
    await ageHeld({ db: store.db, clock, log: silentLog });
    expect(await reasonsOf("late")).toMatchObject({
      column: "too_late",
      codes: ["too_late", "service_moved"],
    });
    expect((await reasonsOf("late")).first).toContain("Hari terakhir membuatnya: 05 November 2026.");
    expect((await reasonsOf("named")).codes).toEqual(["too_late", "buyer_invalid"]);
    expect((await reasonsOf("refunded")).codes).toEqual(["refunded_before_issue", "past_deadline"]);
    expect((await reasonsOf("unread")).codes).toEqual(["unreadable_invoice"]);
    expect((await reasonsOf("later")).codes).toEqual(["past_deadline"]);
    const { updated_at } = (await findInvoice(store.db.knex, "toko", "late"))!;
    clock.pass(3600);
    await ageHeld({ db: store.db, clock, log: silentLog });
    expect((await findInvoice(store.db.knex, "toko", "late"))!.updated_at).toBe(updated_at);
  });

  test("the digest tells it below what somebody can do, and counts it no more", async () => {
    expect((await pressing()).map(([id]) => id)).toEqual(["asked", "replacing", "later", "made-late"]);
    const view = await digest();
    expect(section(view, "Tidak lagi ditunggu")).toEqual([
      expect.stringMatching(/^5 × Sudah lewat tiga bulan .* \(too_late; tertua 93 hari\)$/),
      expect.stringContaining("refunded_before_issue"),
    ]);
    // Of files and channels alike: what is at the authority, the replacement, and what can still be made.
    expect(section(view, "Batas unggah")!.map((line) => line.split(" — ")[0])).toEqual([
      "LEWAT BATAS (2026-09-20): 2",
      "LEWAT BATAS (2026-10-20): 1",
    ]);
    expect(section(view, "Menunggu")!.join()).toMatch(/1 × Menunggu persetujuan.*1 × Siap/);
    expect(view.subject.id).toContain(": 6 perlu diperhatikan");
  });

  test("Beranda puts it behind, and the metrics count it under its name", async () => {
    const shown = await home();
    expect(shown).toContainEqual(["ready", "too_late"]);
    expect(shown.slice(-4).map(([, code]) => code)).toEqual([
      ...["too_late", "too_late", "refunded_before_issue", "too_late"],
    ]);
    const lines = (await createMetrics(store.db, clock).text()).split("\n");
    expect(lines).toContain('faktur_invoices_held{reason="too_late"} 2');
  });
});

const WORDS = { id: "x", en: "x" };
const LATE = { date: "2026-08-05", deadline: "2026-09-20", created_at: "2026-08-05T02:10:00.000Z" };
