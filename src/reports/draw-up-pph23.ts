import { readSnapshot } from "../accounts/snapshot";
import type { Period } from "../clock";
import { sellerOptions } from "../faktur/seller";
import { readFaktur, readInvoice } from "../faktur/stored";
import { HUNDRED } from "../money";
import type { Db } from "../store/db";
import { receiptsBetween, withholdersOf, type ReceiptRow } from "../store/pph23";
import { invoicesByIds, periodsOfNames, type FakturOfMonth } from "../store/reports";
import { bounded, faktursOf, sellerNamed } from "./draw-up";
import { monthsFrom } from "./masa";
import { pph23Report, type ExpectedPph23, type Pph23Report, type Receipt, type UnmatchedCode } from "./pph23";
import { isWithholder, pph23On, type Pph23Choice } from "./pph23-law";
import { sptBlock } from "./spt";
import { lineKindsOf, subjectBase } from "./subject";

/** A receipt may name a faktur of an earlier masa, or of a later one where the faktur was made late. */
const MONTHS_BEFORE = 3;
const MONTHS_AFTER = 12;

/**
 * PPh 23 that buyers should have withheld on the fakturs of a masa, against the bukti potong received. Only reads: a
 * faktur is never touched by it. Throws `not_found`, `refused` above the most rows of a report.
 */
export async function drawUpPph23(db: Db, slug: string, masa: Period): Promise<Pph23Report> {
  const seller = await sellerNamed(db, slug);
  const choice = sellerOptions(seller).pph23 ?? {};
  const told = new Map(
    (await withholdersOf(db.knex, seller.slug)).map((one) => [one.npwp, Boolean(one.withholds)]),
  );
  const expected: ExpectedPph23[] = [];
  for await (const page of faktursOf(db, seller.slug, masa)) {
    expected.push(...(await expectedOf(db, page.filter(isDue), choice, told)));
    bounded(expected.length);
  }
  const [from, to] = [monthsFrom(masa, -MONTHS_BEFORE), monthsFrom(masa, MONTHS_AFTER)];
  const receipts = (await receiptsBetween(db.knex, seller.slug, from, to)).map(receiptOf);
  bounded(receipts.length);
  const known = await namedElsewhere(db, seller.slug, masa, receipts);
  return pph23Report(seller.slug, masa, expected, receipts, known);
}

/** A replacement under way changes nothing until it is approved. */
const isDue = (row: FakturOfMonth): boolean =>
  sptBlock(row.state) === "counted" || (sptBlock(row.state) === "pending" && row.replaces_id == null);

async function expectedOf(
  db: Db,
  rows: readonly FakturOfMonth[],
  choice: Pph23Choice,
  told: ReadonlyMap<string, boolean>,
): Promise<ExpectedPph23[]> {
  const invoices = await invoicesByIds(
    db.knex,
    rows.map((row) => row.invoice_id),
  );
  const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  return rows.flatMap((row) => {
    const faktur = readFaktur(row.document);
    const { buyer } = faktur;
    if (!(told.get(buyer.npwp) ?? isWithholder(buyer))) return [];
    const invoice = byId.get(row.invoice_id);
    const content = invoice?.content == null ? null : readInvoice(invoice.content);
    const company = readSnapshot(invoice?.company_at_payment ?? null);
    const kinds = content === null ? null : lineKindsOf(faktur, row.part ?? null, content, company);
    const base = subjectBase(faktur, kinds, choice);
    const expected = base === null ? null : pph23On(faktur.date, base);
    if (base === 0n) return [];
    return [
      {
        ...{ fakturId: row.id, state: row.state, nsfp: row.nsfp, date: row.date, reference: row.reference },
        ...{ invoiceId: row.invoice_external_id, invoiceNumber: row.invoice_number },
        ...{ buyerNpwp: buyer.npwp, buyerName: buyer.name, dpp: BigInt(row.dpp) * HUNDRED },
        ...{ base: base ?? 0n, expected: expected ?? 0n, uncertain: base === null },
      },
    ];
  });
}

const receiptOf = (row: ReceiptRow): Receipt => ({
  ...{ id: row.id, number: row.number, date: row.date, masa: row.masa, buyerNpwp: row.buyer_npwp },
  ...{ dpp: BigInt(row.dpp) * HUNDRED, pph: BigInt(row.pph) * HUNDRED, nsfp: row.nsfp, invoice: row.invoice },
});

const NAMES = 40;

/** What the ledger knows of the fakturs and invoices that receipts of this masa name, by the receipt's id. */
async function namedElsewhere(
  db: Db,
  seller: string,
  masa: Period,
  receipts: readonly Receipt[],
): Promise<ReadonlyMap<string, UnmatchedCode>> {
  const named = receipts.filter((one) => one.masa === masa && (one.nsfp !== null || one.invoice !== null));
  const found = new Map<string, UnmatchedCode>();
  for (let at = 0; at < named.length; at += NAMES) {
    const some = named.slice(at, at + NAMES);
    const known = await periodsOfNames(
      db.knex,
      seller,
      some.flatMap((one) => (one.nsfp === null ? [] : serialsOf(one.nsfp))),
      some.flatMap((one) => (one.invoice === null ? [] : [one.invoice])),
    );
    for (const one of some) {
      const names = one.nsfp === null ? [one.invoice ?? ""] : serialsOf(one.nsfp);
      const period = names.map((name) => known.get(name)).find((hit) => hit !== undefined);
      if (period !== undefined)
        found.set(one.id, period === masa ? "nothing_expected" : "faktur_of_other_masa");
    }
  }
  return found;
}

/** A serial with every status that its replacements may have given it. */
const serialsOf = (nsfp: string): string[] =>
  Array.from({ length: 10 }, (_one, status) => `${nsfp.slice(0, 2)}0${status}${nsfp.slice(4)}`);
