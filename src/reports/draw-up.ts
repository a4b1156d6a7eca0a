import { setImmediate } from "node:timers/promises";
import { dayInJakarta, type Period } from "../clock";
import { AppError } from "../errors";
import type { FakturKurs, TransactionCode } from "../faktur/faktur";
import { kursOn } from "../faktur/kurs";
import { sellerOf, sellerOptions } from "../faktur/seller";
import { readFaktur, readInvoice } from "../faktur/stored";
import type { PaidInvoice } from "../hooks/invoice";
import { HUNDRED, parseMoney, type Money } from "../money";
import type { Db } from "../store/db";
import type { FakturRow } from "../store/fakturs";
import type { InvoiceRow } from "../store/invoices";
import { kursOfRow, listKurs } from "../store/kurs";
import {
  faktursOfInvoices,
  faktursOfPeriod,
  invoicesByIds,
  invoicesOfDay,
  partsGivenBack,
  refundsBetween,
  unreadInvoices,
  type FakturOfMonth,
  type Page,
  type RefundOfMonth,
} from "../store/reports";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import {
  digunggungReport,
  restOf,
  type DigunggungReport,
  type PlacedInvoice,
  type RefundSeen,
} from "./digunggung";
import { grouped } from "./figures";
import { daysOf, instantsOf } from "./masa";
import { placeInvoice, reasonCodesOf, type PlacedFaktur } from "./placement";
import { sptBlock, sptReport, type SptReport, type SptRow } from "./spt";

/** Rows read at a time: a month is never held whole with its documents. */
const PAGE = 500;
/** Rows of one report; what is larger is refused instead of exhausting the memory. */
export const MOST_ROWS = 200_000;

/** The list of output tax of a seller and masa. Throws `not_found`, `refused` above `MOST_ROWS`. */
export async function drawUpSpt(db: Db, slug: string, masa: Period): Promise<SptReport> {
  const seller = await sellerNamed(db, slug);
  const rows: SptRow[] = [];
  for await (const page of faktursOf(db, seller.slug, masa)) {
    rows.push(...page.map(sptRow));
    bounded(rows.length);
  }
  return sptReport(seller.slug, masa, rows.sort(bySerial));
}

/** Pages of the fakturs that carry a masa. */
export const faktursOf = (db: Db, seller: string, masa: Period): AsyncGenerator<FakturOfMonth[]> =>
  pages(seller, (page) => faktursOfPeriod(db.knex, page, masa));

/** By code, day and serial: the order in which the return lists them; those without a serial come last. */
const bySerial = (one: SptRow, other: SptRow): number =>
  compare(one.code, other.code) ||
  compare(one.date, other.date) ||
  compare(one.nsfp ?? "~", other.nsfp ?? "~") ||
  compare(one.id, other.id);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function sptRow(row: FakturOfMonth): SptRow {
  const { buyer, replaces } = readFaktur(row.document);
  return {
    ...{
      id: row.id,
      block: sptBlock(row.state, row.problem),
      state: row.state,
      code: row.transaction_code as TransactionCode,
    },
    ...{ nsfp: row.nsfp, date: row.date, reference: row.reference, portal: row.portal, ...amountsOf(row) },
    buyer: {
      document: buyer.document,
      npwp: buyer.npwp,
      number: buyer.document === "TIN" ? "" : buyer.documentNumber,
      name: buyer.name,
    },
    kind: row.replaces_id == null ? "normal" : "replacement",
    replaces: replaces ?? null,
    invoiceId: row.invoice_external_id,
    invoiceNumber: row.invoice_number,
    simulated: Boolean(row.simulated),
  };
}

/** Columns of whole rupiah, in hundredths. */
const amountsOf = (row: Pick<FakturRow, "dpp" | "dpp_nilai_lain" | "ppn">) => ({
  dpp: BigInt(row.dpp) * HUNDRED,
  dppNilaiLain: BigInt(row.dpp_nilai_lain) * HUNDRED,
  ppn: BigInt(row.ppn) * HUNDRED,
});

/**
 * The recap of invoices without a faktur, with the place of every invoice that was due in the masa; one that was never
 * read back counts for the masa in which it became known. Throws `not_found`, `refused` above `MOST_ROWS`.
 */
export async function drawUpDigunggung(db: Db, slug: string, masa: Period): Promise<DigunggungReport> {
  const seller = await sellerNamed(db, slug);
  const place = placer(db, seller);
  const invoices: PlacedInvoice[] = [];
  const { from, before } = instantsOf(masa);
  const sources = [
    ...daysOf(masa).map((day) => pages(seller.slug, (page) => invoicesOfDay(db.knex, page, day))),
    pages(seller.slug, (page) => unreadInvoices(db.knex, page, from, before)),
  ];
  for (const source of sources) {
    for await (const page of source) {
      invoices.push(...(await place(page)).map(({ placed }) => placed));
      bounded(invoices.length);
    }
  }
  invoices.sort(
    (one, other) =>
      compare(one.taxDay ?? "~", other.taxDay ?? "~") ||
      compare(one.portal, other.portal) ||
      compare(one.invoiceId, other.invoiceId),
  );
  return digunggungReport(seller.slug, masa, invoices, await refundsOf(db, seller.slug, masa, place));
}

type Place = ReturnType<typeof placer>;

/** Places invoices a page at a time; rates of exchange are looked up once a day and currency. */
function placer(db: Db, seller: SellerRow) {
  const { codes = {}, taxChoices: choices } = sellerOptions(seller);
  const terms = { seller: sellerOf(seller), codes, choices };
  const kursOf = kursFinder(db);
  return async (rows: readonly InvoiceRow[]): Promise<{ row: InvoiceRow; placed: PlacedInvoice }[]> => {
    const ids = rows.map((row) => row.id);
    const fakturs = grouped(await faktursOfInvoices(db.knex, ids), (faktur) => faktur.invoice_id);
    const placed: { row: InvoiceRow; placed: PlacedInvoice }[] = [];
    for (const row of rows) {
      const content = row.content === null ? null : readInvoice(row.content);
      const own = (fakturs.get(row.id) ?? []).map(placedFaktur);
      const placement = placeInvoice(
        {
          ...{ content, decision: row.decision, reasons: reasonCodesOf(row.reasons), fakturs: own },
          ...{ portalState: row.portal_state, kurs: await kursOf(content) },
        },
        terms,
      );
      placed.push({ row, placed: { ...headOf(row, content), placement } });
    }
    return placed;
  };
}

const headOf = (row: InvoiceRow, content: PaidInvoice | null) => ({
  ...{ portal: row.portal, invoiceId: row.external_id, number: row.number, taxDay: row.tax_day },
  currency: content?.currency ?? null,
  subtotal: content?.subtotal ?? null,
  tax: content?.tax ?? null,
  total: content?.total ?? null,
});

const placedFaktur = (row: FakturRow): PlacedFaktur => ({
  ...{ id: row.id, state: row.state, period: row.period, revision: row.revision, ...amountsOf(row) },
  code: row.transaction_code as TransactionCode,
  part: row.part ?? null,
  replaces_id: row.replaces_id ?? null,
  nsfp: row.nsfp,
});

function kursFinder(db: Db) {
  const known = new Map<string, FakturKurs | null>();
  return async (content: PaidInvoice | null): Promise<FakturKurs | null> => {
    if (content === null || content.currency === "IDR") return null;
    const { currency, taxDay } = content;
    const key = `${currency}/${taxDay}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const rates = await listKurs(db.knex, { currency, day: taxDay }, null, 1);
    const kurs = kursOn(rates.map(kursOfRow), currency, taxDay);
    known.set(key, kurs);
    return kurs;
  };
}

async function refundsOf(db: Db, seller: string, masa: Period, place: Place): Promise<RefundSeen[]> {
  const { from, before } = instantsOf(masa);
  const refunds = await refundsBetween(db.knex, seller, from, before);
  bounded(refunds.length);
  const seen: RefundSeen[] = [];
  for (let at = 0; at < refunds.length; at += PAGE) {
    const some = refunds.slice(at, at + PAGE);
    const ids = [...new Set(some.map((refund) => refund.invoice_id))];
    const rows = await invoicesByIds(db.knex, ids);
    const parts = await partsGivenBack(db.knex, ids);
    const before = ({ invoice_id, refunded_at }: RefundOfMonth) =>
      parts
        .filter((part) => part.invoice_id === invoice_id && part.refunded_at <= refunded_at)
        .map((part) => readAmount(part.amount) ?? 0n);
    const byId = new Map((await place(rows)).map((one) => [one.row.id, one.placed]));
    for (const refund of some) {
      const invoice = byId.get(refund.invoice_id);
      if (invoice === undefined) continue;
      seen.push({
        ...{ portal: refund.portal, invoiceId: invoice.invoiceId, number: invoice.number },
        invoiceMasa: invoice.taxDay?.slice(0, 7) ?? null,
        refundedOn: dayInJakarta(new Date(refund.refunded_at)),
        currency: invoice.currency,
        amount: refund.amount === null ? restOf(invoice.total, before(refund)) : readAmount(refund.amount),
        whole: refund.amount === null || readAmount(refund.amount) === invoice.total,
        ...{ state: refund.state, reason: refund.reason, block: invoice.placement.block },
      });
    }
  }
  return seen;
}

const readAmount = (value: string): Money | null => parseMoney(String(value));

/** Pages by id until one is not full. Between two the process turns to what else waits, webhooks first of all. */
export async function* pages<Row extends { readonly id: string }>(
  seller: string,
  read: (page: Page) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let after = ""; ;) {
    const rows = await read({ seller, after, limit: PAGE });
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    await setImmediate();
    after = rows.at(-1)?.id ?? "";
  }
}

export async function sellerNamed(db: Db, slug: string): Promise<SellerRow> {
  const seller = await findSeller(db.knex, slug);
  if (seller !== undefined) return seller;
  throw new AppError(
    "not_found",
    text(`Penjual ${slug} tidak ditemukan. Periksa namanya.`, `There is no seller ${slug}. Check its name.`),
  );
}

export function bounded(rows: number): void {
  if (rows <= MOST_ROWS) return;
  throw new AppError(
    "refused",
    text(
      `Laporan ini melebihi ${MOST_ROWS} baris. Hubungi pengelola layanan.`,
      `This report has more than ${MOST_ROWS} rows. Ask whoever runs the service.`,
    ),
  );
}
