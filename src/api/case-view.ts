import { dayInJakarta, isoInJakarta, type Clock, type Period, type TaxDay } from "../clock";
import { proposeCorrection, type CaseFacts, type CaseProposal } from "../faktur/case-rules";
import { readSteps } from "../faktur/case-steps";
import { isLive, type TransactionCode } from "../faktur/faktur";
import { readInvoice } from "../faktur/stored";
import { billedOf } from "../hooks/invoice";
import { HUNDRED, parseMoney, sum, type Money } from "../money";
import { caseById, casesOf, type CaseRow } from "../store/cases";
import type { Db } from "../store/db";
import { fakturById, type FakturRow } from "../store/fakturs";
import { invoiceById, type InvoiceRow } from "../store/invoices";
import { standingInPlaceOf } from "../store/replacements";
import type { Language } from "../text";
import { fakturView } from "./views";

const instant = (iso: string): string => isoInJakarta(new Date(iso));
const instantOrNull = (iso: string | null): string | null => (iso === null ? null : instant(iso));

/** A case with the lawful document proposed for it, its decision and what is left to do. */
export async function caseView(d: { db: Db; clock: Clock }, row: CaseRow, language: Language) {
  const { invoice, detail, proposal } = await proposalFor(d, row);
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    portal: invoice?.portal ?? "",
    invoiceId: invoice?.external_id ?? "",
    invoiceNumber: invoice?.number ?? null,
    faktur: row.faktur_id,
    amount: detail.amount,
    note: row.note ?? detail.reason,
    openedAt: instant(row.opened_at),
    openedBy: row.opened_by ?? "system",
    closedAt: instantOrNull(row.closed_at),
    closedBecause: row.closed_because ?? null,
    proposal: proposalView(proposal, language),
    decision: decisionView(row),
    steps: readSteps(row.steps).map((step) => ({
      ...{ code: step.code, says: step.says[language], auto: step.auto },
      ...{ doneAt: instantOrNull(step.doneAt), doneBy: step.doneBy },
    })),
    buyerDocument: row.buyer_document === null ? null : (JSON.parse(row.buyer_document) as unknown),
  };
}

/** The last day for what is proposed for a case; null where the law sets none. */
export async function lastDayOfCase(d: { db: Db; clock: Clock }, id: string): Promise<TaxDay | null> {
  const row = await caseById(d.db.knex, id);
  return row === undefined ? null : (await proposalFor(d, row)).proposal.deadline;
}

async function proposalFor(d: { db: Db; clock: Clock }, row: CaseRow) {
  const invoice = await invoiceById(d.db.knex, row.invoice_id);
  const faktur = await fakturOf(d.db, row);
  const detail = detailOf(row);
  const facts = factsOf(row, detail.amount, invoice, faktur, dayInJakarta(d.clock.now()));
  const inParts = row.kind === "partial_refund" ? await givenBackInParts(d.db, row) : 0n;
  return { invoice, detail, proposal: proposeCorrection({ ...facts, inParts }) };
}

/**
 * What was told as given back in parts of the same faktur; what failed or was told otherwise is not among it, nor a part that
 * has a document of its own already.
 */
async function givenBackInParts(db: Db, { invoice_id, faktur_id }: CaseRow): Promise<Money> {
  const parts = (await casesOf(db.knex, invoice_id)).filter(
    (one) =>
      one.kind === "partial_refund" &&
      one.faktur_id === faktur_id &&
      one.closed_because == null &&
      (one.decision === null || one.decision === "none"),
  );
  return sum(parts.map((one) => parseMoney(detailOf(one).amount ?? "0") ?? 0n));
}

/** A faktur after a correction was asked for, with the case that carries it out by hand, if one does. */
export async function correctedView(
  d: { db: Db; clock: Clock },
  row: FakturRow,
  caseId: string | null,
  language: Language,
) {
  const found = caseId === null ? undefined : await caseById(d.db.knex, caseId);
  const byHand = found === undefined ? null : await caseView(d, found, language);
  return { ...(await fakturView(d.db, row)), case: byHand };
}

const proposalView = ({ document, why, deadline, attach }: CaseProposal, language: Language) => ({
  document,
  why: why[language],
  deadline,
  attach: attach.map((one) => one[language]),
});

const decisionView = ({ decision, decided_by, decided_at, decision_reason }: CaseRow) =>
  decision === null || decided_at === null
    ? null
    : { decision, by: decided_by ?? "", at: instant(decided_at), reason: decision_reason ?? "" };

interface Detail {
  readonly amount: string | null;
  readonly reason: string | null;
}

function detailOf(row: CaseRow): Detail {
  const { amount, reason } = JSON.parse(row.detail) as Partial<Detail>;
  return { amount: amount ?? null, reason: reason ?? null };
}

async function fakturOf(db: Db, row: CaseRow): Promise<FakturRow | null> {
  const named = row.faktur_id === null ? undefined : await fakturById(db.knex, row.faktur_id);
  if (named === undefined) return null;
  const standing = await standingInPlaceOf(db.knex, named);
  return isLive(standing.state) ? standing : null;
}

function factsOf(
  row: CaseRow,
  amount: string | null,
  invoice: InvoiceRow | undefined,
  faktur: FakturRow | null,
  today: TaxDay,
): CaseFacts {
  const happenedOn = dayInJakarta(new Date(row.opened_at));
  return {
    kind: row.kind,
    faktur:
      faktur === null
        ? null
        : {
            date: faktur.date as TaxDay,
            period: faktur.period as Period,
            transactionCode: faktur.transaction_code as TransactionCode,
            approved: faktur.nsfp !== null,
          },
    ...amountsOf(invoice, faktur),
    ...(invoice?.content == null ? {} : { billed: billedOf(readInvoice(invoice.content)) }),
    amount: amount === null ? null : parseMoney(amount),
    serviceBegan: invoice === undefined ? null : serviceBegan(invoice, happenedOn),
    dueOn: (invoice?.tax_day ?? faktur?.date ?? happenedOn) as TaxDay,
    happenedOn,
    today,
  };
}

/** Refunds are in the invoice's currency, and so must be what they are compared with. */
function amountsOf(
  invoice: InvoiceRow | undefined,
  faktur: FakturRow | null,
): { readonly dpp: Money; readonly ppn: Money } {
  const content = invoice?.content == null ? null : readInvoice(invoice.content);
  if (content !== null && content.currency !== "IDR") {
    const gross = content.pricesIncludeTax ? content.total : content.subtotal + content.tax;
    return { dpp: gross - content.tax, ppn: content.tax };
  }
  if (faktur === null) return { dpp: 0n, ppn: 0n };
  return { dpp: BigInt(faktur.dpp) * HUNDRED, ppn: BigInt(faktur.ppn) * HUNDRED };
}

/** Null when no line tells its period. */
function serviceBegan({ content }: InvoiceRow, on: TaxDay): boolean | null {
  if (content === null) return null;
  const starts = readInvoice(content).lines.flatMap((line) => (line.taxed ? [line.periodStart] : []));
  const known = starts.filter((start): start is TaxDay => start !== null);
  return known.length === 0 ? null : known.some((start) => start <= on);
}
