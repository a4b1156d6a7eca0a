/*
 * How a comparison of 100,000 invoices runs: a ledger of that size in SQLite, a portal and a channel that list as many
 * rows, one in a thousand bent. Prints seconds, rows per second and how far the heap grew beyond what stood before.
 * Goal: under two minutes, and under 250 MB of growth: rows come and go in batches, only ids stay.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDays, fixedClock, type TaxDay } from "../src/clock";
import type { Channel, ListedFaktur } from "../src/faktur/channels/channel";
import { writeFaktur, writeInvoice } from "../src/faktur/stored";
import type { PaidListed, Portal, PortalConnection } from "../src/hooks/portal";
import { silentLog } from "../src/log";
import { reconcile } from "../src/reconcile/reconcile";
import { totalOf } from "../src/reconcile/report";
import { openDb, type Db } from "../src/store/db";
import { migrate } from "../src/store/migrate";
import { fakturOf, invoice, line } from "../test/faktur/examples";
import { fakturRow, invoiceRow, seed } from "../test/support/rows";
import { insertAll } from "../test/support/insert-all";

const COUNT = 100_000;
const CHUNK = 100;
const BENT = 1000;
const GOAL_SECONDS = 120;
const GOAL_MEGABYTES = 250;

const NOW = "2026-11-20T06:00:00.000+07:00";
const PAID_AT = new Date("2026-11-03T02:10:00.000Z");
const DAY = "2026-11-03" as TaxDay;
const DAYS = 40;
const GROSS = 111_000_000n;
const idOf = (index: number): string => String(index).padStart(9, "0");
const dayOf = (index: number): TaxDay => addDays("2026-10-11" as TaxDay, index % DAYS);
const paidAtOf = (index: number): Date => new Date(`${dayOf(index)}T09:10:00+07:00`);
const nsfpOf = (index: number): string => `04002600${idOf(index)}`;

const content = writeInvoice({
  ...{
    invoiceId: "1",
    number: "INV-1",
    account: { id: "77", name: "PT Contoh", email: null },
    currency: "IDR",
  },
  ...{ pricesIncludeTax: false, paidAt: PAID_AT, taxDay: DAY, subtotal: 100_000_000n, tax: 11_000_000n },
  ...{ total: GROSS, lines: [] },
});
const faktur = fakturOf(invoice([line({ amount: "1000000.00" })]));
const document = writeFaktur(faktur);
const { totals, buyer } = faktur;
const rupiah = (amount: bigint): string => (amount / 100n).toString();

const say = (words: string): void => void process.stdout.write(`${words}\n`);

async function fill(db: Db): Promise<void> {
  await seed(db);
  for (let from = 0; from < COUNT; from += CHUNK) {
    await db.transaction(async (tx) => {
      const all = Array.from({ length: CHUNK }, (_, at) => from + at);
      await insertAll(
        tx,
        "invoices",
        all.map((index) =>
          invoiceRow(`i${idOf(index)}`, {
            ...{ external_id: idOf(index), content, decision: "issuing", tax_day: dayOf(index) },
            paid_at: paidAtOf(index).toISOString(),
          }),
        ),
        CHUNK / 4,
      );
      const rows = all.map((index) =>
        fakturRow(`f${idOf(index)}`, `i${idOf(index)}`, {
          ...{
            state: "approved",
            nsfp: nsfpOf(index),
            external_id: `X${idOf(index)}`,
            date: dayOf(index),
            document,
          },
          ...{
            dpp: rupiah(totals.dpp),
            dpp_nilai_lain: rupiah(totals.dppNilaiLain),
            ppn: rupiah(totals.ppn),
          },
          ...{ pdf_kind: "official", pdf_sha256: "0".repeat(64) },
        }),
      );
      await insertAll(tx, "fakturs", rows, CHUNK / 4);
      const mails = all.map((index) => ({
        ...{ id: `m${idOf(index)}`, faktur_id: `f${idOf(index)}`, recipient: buyer.email, sequence: 0 },
        ...{ state: "sent", message_id: `<${index}@x>`, detail: "250 OK", at: PAID_AT.toISOString() },
      }));
      await insertAll(tx, "mails", mails, CHUNK / 4);
    });
  }
}

async function* paid(): AsyncGenerator<PaidListed> {
  for (let index = COUNT - 1; index >= 0; index -= 1) {
    const gross = index % BENT === 0 ? 1n : GROSS;
    const number = `INV-${index}`;
    yield {
      invoiceId: idOf(index),
      number,
      accountId: "77",
      paidAt: paidAtOf(index),
      gross,
      currency: "IDR",
    };
  }
}

async function* held(): AsyncGenerator<ListedFaktur> {
  for (let index = COUNT - 1; index >= 0; index -= 1) {
    const bent = index % BENT === 1;
    yield {
      ...{ externalId: `X${idOf(index)}`, state: bent ? "cancelled" : "approved", status: "APPROVAL_SUKSES" },
      ...{ nsfp: nsfpOf(index), message: null, buyerNumber: buyer.npwp, simulated: false, totals },
      ...{ reference: `f${idOf(index)}`, date: dayOf(index) },
    };
  }
}

const connection: PortalConnection = {
  ...{ slug: "toko", kind: "generic", seller: "utama", secrets: [], api: null, options: {} },
};
const portal = { kind: "generic", listPaid: paid } as unknown as Portal;
const channel = { kind: "pajakio", listFakturs: held } as unknown as Channel;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));
  const db = openDb(`sqlite:${join(folder, "faktur.db")}`, 2);
  try {
    await migrate(db, () => PAID_AT);
    await fill(db);
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    const started = performance.now();
    const { report } = await reconcile(
      {
        ...{ db, clock: fixedClock(NOW), log: silentLog, channelFor: () => channel },
        ...{
          portalNamed: async () => ({ connection, portal }),
          documents: { get: () => Promise.reject(new Error("none")) } as never,
        },
      },
      {
        ...{ from: "2026-10-11" as TaxDay, to: "2026-11-20" as TaxDay },
        onProgress: () => {
          most = Math.max(most, process.memoryUsage().heapUsed - before);
        },
      },
    );
    const seconds = (performance.now() - started) / 1000;
    const megabytes = Math.round(most / 1_000_000);
    say(`${COUNT} invoices, ${totalOf(report.counts)} differences (${JSON.stringify(report.counts)})`);
    say(`${seconds.toFixed(1)} s, ${Math.round((3 * COUNT) / seconds)} rows/s, heap +${megabytes} MB`);
    if (seconds > GOAL_SECONDS || megabytes > GOAL_MEGABYTES) process.exitCode = 1;
  } finally {
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
