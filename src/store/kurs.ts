import type { TaxDay } from "../clock";
import type { FakturKurs } from "../faktur/faktur";
import { formatMoney, parseMoney } from "../money";
import type { Tx } from "./db";
import type { InvoiceRow } from "./invoices";

export interface KursRow {
  readonly currency: string;
  readonly from_day: string;
  readonly to_day: string;
  /** Rupiah as decimal text, for `per` units. */
  readonly rate: string;
  readonly per: number;
  readonly kmk: string;
  readonly entered_by: string;
  readonly at: string;
}

const keyOf = (kurs: FakturKurs) => ({ currency: kurs.currency, from_day: kurs.from });

const dataOf = (kurs: FakturKurs) => ({
  to_day: kurs.to,
  rate: formatMoney(kurs.rate),
  per: Number(kurs.per),
  kmk: kurs.kmk,
});

/** A stored rate as the rules speak of it. */
export const kursOfRow = (row: KursRow): FakturKurs => ({
  currency: row.currency,
  rate: parseMoney(row.rate) ?? 0n,
  per: BigInt(row.per),
  kmk: row.kmk,
  from: row.from_day as TaxDay,
  to: row.to_day as TaxDay,
});

export const findKurs = (tx: Tx, currency: string, from: string): Promise<KursRow | undefined> =>
  tx<KursRow>("kurs").where({ currency, from_day: from }).first();

/** Locks the rate of that currency and week until the transaction ends. False when there is none. */
export async function lockKurs(tx: Tx, currency: string, from: string): Promise<boolean> {
  const held = await tx("kurs")
    .where({ currency, from_day: from })
    .update({ at: tx.raw("??", ["at"]) });
  return held === 1;
}

export async function insertKurs(tx: Tx, kurs: FakturKurs, by: string, now: Date): Promise<void> {
  await tx<KursRow>("kurs").insert({
    ...keyOf(kurs),
    ...dataOf(kurs),
    entered_by: by,
    at: now.toISOString(),
  });
}

export async function updateKurs(tx: Tx, kurs: FakturKurs, by: string, now: Date): Promise<void> {
  await tx<KursRow>("kurs")
    .where(keyOf(kurs))
    .update({ ...dataOf(kurs), entered_by: by, at: now.toISOString() });
}

/** Notes that a faktur was converted by this rate. */
export async function insertKursUse(tx: Tx, fakturId: string, kurs: FakturKurs): Promise<void> {
  await tx("kurs_uses").insert({ faktur_id: fakturId, ...keyOf(kurs) });
}

/** How many fakturs that stand, or may come to stand, were converted by this rate. */
export async function liveKursUses(tx: Tx, kurs: FakturKurs): Promise<number> {
  const found: { count?: number | string } | undefined = await tx("kurs_uses")
    .join("fakturs", "fakturs.id", "kurs_uses.faktur_id")
    .where({ "kurs_uses.currency": kurs.currency, "kurs_uses.from_day": kurs.from })
    .whereNotNull("fakturs.live_key")
    .count({ count: "*" })
    .first();
  return Number(found?.count ?? 0);
}

export interface KursFilter {
  readonly currency?: string | undefined;
  /** Only what holds on that day. */
  readonly day?: string | undefined;
}

/** Where a page ended: its last week and currency. */
export interface KursPlace {
  readonly from: string;
  readonly currency: string;
}

/** Newest week first, then by currency. */
export function listKurs(
  tx: Tx,
  filter: KursFilter,
  after: KursPlace | null,
  limit: number,
): Promise<KursRow[]> {
  const { currency, day } = filter;
  const query = tx<KursRow>("kurs")
    .orderBy([{ column: "from_day", order: "desc" }, { column: "currency" }])
    .limit(limit);
  if (currency !== undefined) query.where({ currency });
  if (day !== undefined) query.where("from_day", "<=", day).where("to_day", ">=", day);
  if (after !== null) {
    query.where((later) => {
      later.where("from_day", "<", after.from).orWhere((week) => {
        week.where("from_day", after.from).where("currency", ">", after.currency);
      });
    });
  }
  return query;
}

/** Held invoices of those days that wait for a rate, of whatever currency. */
export const invoicesAwaitingKurs = (
  tx: Tx,
  from: string,
  to: string,
): Promise<Pick<InvoiceRow, "id" | "content">[]> =>
  tx<InvoiceRow>("invoices")
    .where({ decision: "held" })
    .whereBetween("tax_day", [from, to])
    .where("reasons", "like", '%"foreign_currency"%')
    .orderBy("id")
    .select("id", "content");
