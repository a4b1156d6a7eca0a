import { readSnapshot } from "../accounts/snapshot";
import { dayInJakarta } from "../clock";
import type { Outcome } from "../errors";
import type { PaidInvoice } from "../hooks/invoice";
import { formatRupiah } from "../money";
import type { Tx } from "../store/db";
import { accountById } from "../store/accounts";
import { movesFrom, refundsOf } from "../store/events";
import type { Work } from "../store/fence";
import {
  addTimeline,
  faktursOfInvoice,
  insertFaktur,
  referenceTaken,
  type FakturRow,
} from "../store/fakturs";
import { decideInvoice, invoiceById, lockInvoice, type InvoiceRow } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { findKurs, insertKursUse, kursOfRow, listKurs, lockKurs } from "../store/kurs";
import { findSeller, type SellerRow } from "../store/sellers";
import { decideFaktur, type InvoiceFacts } from "./decide";
import { isLive, type Faktur, type FakturKurs } from "./faktur";
import type { FakturDeps } from "./flow";
import { kursOn, sameKurs } from "./kurs";
import { uploadDeadline } from "./law";
import type { ReasonCode } from "./reasons";
import { REFERENCE_LENGTH } from "./rules";
import { sellerOf, sellerOptions, uploadRules } from "./seller";
import { readInvoice, writeFaktur } from "./stored";

interface Gathered {
  readonly row: InvoiceRow;
  readonly seller: SellerRow;
  readonly facts: InvoiceFacts;
  readonly revision: number;
}

/** Job `issue`: gathers the facts of a paid invoice, decides, and reserves the faktur or writes down why there is none. */
export async function issueFaktur(d: FakturDeps, work: Work): Promise<Outcome> {
  const gathered = await gather(d, work.job.subject);
  if (gathered === null) return { kind: "done" };
  const { row } = gathered;
  const decision = decideFaktur(gathered.facts);
  const log = d.log.child({ portal: row.portal, invoice: row.external_id });
  const now = d.clock.now();
  switch (decision.kind) {
    case "issue": {
      const id = await work.transaction((tx) => reserve(tx, d, gathered, decision.faktur));
      if (id === null) return { kind: "wait", until: now };
      log.info("faktur.reserved", { faktur: id, reference: decision.faktur.reference });
      return { kind: "done" };
    }
    case "hold":
    case "skip": {
      const ending = decision.kind === "hold" ? "held" : "skipped";
      const outdated = await work.transaction(async (tx) => {
        await decideInvoice(tx, row.id, ending, JSON.stringify(decision.reasons), now);
        // Who entered the rate meanwhile did not see this invoice waiting for it.
        return gathered.facts.kurs === null && (await kursOf(tx, gathered.facts.invoice)) !== null;
      });
      if (outdated) return { kind: "wait", until: now };
      log.info(`invoice.${ending}`, { reasons: decision.reasons.map((reason) => reason.code).join(",") });
      return { kind: "done" };
    }
    default:
      return decision satisfies never;
  }
}

/** Null when there is nothing to decide: unknown, not read yet, skipped before, or a live faktur stands. */
async function gather(d: FakturDeps, invoiceId: string): Promise<Gathered | null> {
  const tx = d.db.knex;
  const row = await invoiceById(tx, invoiceId);
  if (row === undefined || row.content === null || row.decision === "skipped") return null;
  const fakturs = await faktursOfInvoice(tx, row.id);
  if (fakturs.some((faktur) => isLive(faktur.state))) return null;
  const seller = await findSeller(tx, row.seller);
  if (seller === undefined) return null;
  const revision = fakturs.length + 1;
  const account = row.account_id === null ? undefined : await accountById(tx, row.account_id);
  const moves = account === undefined ? [] : await movesFrom(tx, row.portal, account.external_id);
  const refunds = await refundsOf(tx, row.portal, row.external_id);
  const invoice = readInvoice(row.content);
  const facts: InvoiceFacts = {
    invoice,
    kurs: await kursOf(tx, invoice),
    company: readSnapshot(row.company_at_payment),
    portalState: row.portal_state,
    seller: sellerOf(seller),
    codes: sellerOptions(seller).codes ?? {},
    reference: await freeReference(tx, row, revision),
    refunds: refunds.filter((refund) => refund.state !== "failed"),
    movedServices: new Set(moves.map((move) => move.service_id)),
    accepted: new Set(JSON.parse(row.accepted) as ReasonCode[]),
    today: dayInJakarta(d.clock.now()),
  };
  return { row, seller, facts, revision };
}

/** The rate of a foreign invoice on its tax day: when the faktur should have been made (PP 44/2022 art. 21). */
async function kursOf(tx: Tx, { currency, taxDay }: PaidInvoice): Promise<FakturKurs | null> {
  if (currency === "IDR") return null;
  const rates = await listKurs(tx, { currency, day: taxDay }, null, 1);
  return kursOn(rates.map(kursOfRow), currency, taxDay);
}

/** Holds the rate still until the faktur made with it is written; false when it was changed since it was read. */
async function holdKurs(tx: Tx, kurs: FakturKurs): Promise<boolean> {
  if (!(await lockKurs(tx, kurs.currency, kurs.from))) return false;
  const row = await findKurs(tx, kurs.currency, kurs.from);
  return row !== undefined && sameKurs(kursOfRow(row), kurs);
}

/** The invoice's number where it is free among this seller's fakturs; two portals may use the same numbers. */
async function freeReference(tx: Tx, row: InvoiceRow, revision: number): Promise<string> {
  const base = row.number ?? row.external_id;
  const ending = revision === 1 ? "" : `-R${revision}`;
  const candidates = [base, `${base}/${row.portal}`, `${base}/${row.portal}/${row.external_id}`];
  for (const candidate of candidates.map((name) => `${name}${ending}`)) {
    if (candidate.length > REFERENCE_LENGTH) continue;
    if (!(await referenceTaken(tx, row.seller, candidate))) return candidate;
  }
  return `${row.id}${ending}`;
}

/** Writes the whole document and its key before anything leaves. Null when another hand was faster: decide anew. */
async function reserve(tx: Tx, d: FakturDeps, gathered: Gathered, faktur: Faktur): Promise<string | null> {
  const { row, seller } = gathered;
  if (!(await standsStill(tx, gathered))) return null;
  const now = d.clock.now();
  const auto = uploadRules(seller).auto;
  const reserved = newRow(d, gathered, faktur, auto ? "ready" : "draft");
  const kurs = faktur.kurs ?? null;
  if (kurs !== null && !(await holdKurs(tx, kurs))) return null;
  if (!(await insertFaktur(tx, reserved))) return null;
  if (kurs !== null) await insertKursUse(tx, reserved.id, kurs);
  await addTimeline(tx, reserved.id, { at: now, event: "made", by: "system", detail: faktur.reference });
  await decideInvoice(tx, row.id, "issuing", "[]", now);
  if (auto) await enqueue(tx, "submit", reserved.id, now, now);
  return reserved.id;
}

function newRow(
  d: FakturDeps,
  { row, seller, revision }: Gathered,
  faktur: Faktur,
  state: "ready" | "draft",
): FakturRow {
  const now = d.clock.now();
  return {
    id: d.newId(now),
    invoice_id: row.id,
    revision,
    live_key: row.id,
    seller: row.seller,
    portal: row.portal,
    account_id: row.account_id ?? "",
    state,
    reference: faktur.reference,
    date: faktur.date,
    period: faktur.period,
    deadline: uploadDeadline(faktur.date),
    nsfp: null,
    ...documentColumns(faktur),
    channel_kind: seller.channel_kind,
    external_id: null,
    channel_status: null,
    channel_message: null,
    simulated: false,
    outdated_there: false,
    problem: null,
    pdf_kind: null,
    pdf_sha256: null,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
}

/** Holds the invoice, so that a refund or a change of its payment comes wholly before its faktur or wholly after. */
async function standsStill(tx: Tx, { row, facts }: Gathered): Promise<boolean> {
  await lockInvoice(tx, row.id);
  const now = await invoiceById(tx, row.id);
  const refunds = await refundsOf(tx, row.portal, row.external_id);
  return (
    now?.portal_state === row.portal_state &&
    refunds.filter((refund) => refund.state !== "failed").length === facts.refunds.length
  );
}

/** The columns that repeat what the document says, for searching and sums. */
export const documentColumns = (faktur: Faktur) => ({
  transaction_code: faktur.transactionCode,
  buyer_npwp: faktur.buyer.npwp,
  buyer_name: faktur.buyer.name,
  document: writeFaktur(faktur),
  dpp: formatRupiah(faktur.totals.dpp),
  dpp_nilai_lain: formatRupiah(faktur.totals.dppNilaiLain),
  ppn: formatRupiah(faktur.totals.ppn),
});
