import { registerOf } from "../accounts/register";
import { readSnapshot } from "../accounts/snapshot";
import { dayInJakarta } from "../clock";
import type { Outcome } from "../errors";
import type { PaidInvoice } from "../hooks/invoice";
import { servicesGone } from "../hooks/move-rules";
import { formatRupiah } from "../money";
import type { Tx } from "../store/db";
import { accountById, findCompany } from "../store/accounts";
import { refundsOf } from "../store/events";
import type { Work } from "../store/fence";
import {
  addTimeline,
  faktursOfInvoice,
  insertFaktur,
  referenceTaken,
  type FakturRow,
} from "../store/fakturs";
import { decideInvoice, invoiceById, lockedHead, type InvoiceRow } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { findKurs, insertKursUse, kursOfRow, listKurs, lockKurs } from "../store/kurs";
import { movesTouching } from "../store/moves";
import { findSeller, type SellerRow } from "../store/sellers";
import { announceHeld } from "../webhooks/announce";
import { documentColumns } from "./columns";
import { decideFaktur, type DecidedPart, type InvoiceFacts } from "./decide";
import { FILE_CHANNEL, isLive, TRANSACTION_CODES, type FakturKurs } from "./faktur";
import type { FakturDeps } from "./flow";
import { kursOn, sameKurs } from "./kurs";
import { lateNote } from "./late";
import { uploadDeadline } from "./law";
import { isWholeLive, liveKeyOf, referenceOf } from "./parts";
import { reason, type ReasonCode } from "./reasons";
import { isTooLong, referencesOf } from "./references";
import { sellerOf, sellerOptions, uploadRules } from "./seller";
import { readInvoice } from "./stored";

interface Gathered {
  readonly row: InvoiceRow;
  readonly seller: SellerRow;
  readonly facts: InvoiceFacts;
  readonly revision: number;
  /** Live fakturs of other parts of the invoice; most invoices have none. */
  readonly standing: readonly FakturRow[];
}

/** Job `issue`: gathers the facts of a paid invoice, decides, and reserves the faktur or writes down why there is none. */
export async function issueFaktur(d: FakturDeps, work: Work): Promise<Outcome> {
  const gathered = await gather(d, work.job.subject);
  if (gathered === null) return { kind: "done" };
  const { row } = gathered;
  const decision = decideFaktur(gathered.facts);
  const log = d.log.child({ portal: row.portal, invoice: row.external_id, trace: row.id });
  const now = d.clock.now();
  switch (decision.kind) {
    case "issue": {
      const left = partsLeft(gathered.standing, decision.parts);
      if (left === null) {
        const differ = [reason("parts_differ")];
        await work.transaction(async (tx) => {
          await decideInvoice(tx, row.id, "held", JSON.stringify(differ), now);
          await announceHeld(tx, d, row, differ);
        });
        log.warn("invoice.held", { reasons: "parts_differ" });
        return { kind: "done" };
      }
      const made = await reserveAll(d, work, gathered, left);
      if (made === null) return { kind: "wait", until: now };
      for (const one of made) log.info("faktur.reserved", { faktur: one.id, reference: one.reference });
      return { kind: "done" };
    }
    case "hold":
    case "skip": {
      const ending = decision.kind === "hold" ? "held" : "skipped";
      const outdated = await work.transaction(async (tx) => {
        await decideInvoice(tx, row.id, ending, JSON.stringify(decision.reasons), now);
        if (ending === "held") await announceHeld(tx, d, row, decision.reasons);
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

/** With its place among the parts of the decision. */
type PartLeft = DecidedPart & { readonly index: number };

/** The parts that have no live faktur yet; null when a live one is not what the decision would make of its part. */
function partsLeft(
  standing: readonly FakturRow[],
  parts: readonly DecidedPart[],
): readonly PartLeft[] | null {
  const partOf = (row: FakturRow) => parts.find((one) => one.part !== null && one.part === row.part);
  const agrees = (row: FakturRow): boolean => {
    const same = partOf(row);
    return same !== undefined && formatRupiah(same.faktur.totals.dpp) === String(row.dpp);
  };
  if (!standing.every(agrees)) return null;
  return parts
    .map((one, index) => ({ ...one, index }))
    .filter((one) => !standing.some((row) => row.part === one.part));
}

/** All parts in one transaction, or none. Null when another hand was faster. */
async function reserveAll(
  d: FakturDeps,
  work: Work,
  gathered: Gathered,
  left: readonly PartLeft[],
): Promise<readonly FakturRow[] | null> {
  try {
    let made: FakturRow[] = [];
    await work.conclude(async (tx) => {
      made = [];
      for (const part of left) {
        const row = await reserve(tx, d, gathered, part);
        if (row === null) throw new OtherHand();
        made.push(row);
      }
      return { kind: "done" };
    });
    return made;
  } catch (thrown) {
    // The transaction has put it into an error of its own.
    if (thrown instanceof Error && thrown.cause instanceof OtherHand) return null;
    throw thrown;
  }
}

/** Rolls the transaction back: a part of this invoice, or its reference, was taken meanwhile. */
class OtherHand extends Error {}

/** Null when there is nothing to decide: unknown, not read yet, skipped before, or a live faktur stands. */
async function gather(d: FakturDeps, invoiceId: string): Promise<Gathered | null> {
  const tx = d.db.knex;
  const row = await invoiceById(tx, invoiceId);
  if (row === undefined || row.content === null || row.decision === "skipped") return null;
  const fakturs = await faktursOfInvoice(tx, row.id);
  if (isWholeLive(fakturs)) return null;
  const standing = fakturs.filter((faktur) => isLive(faktur.state));
  const seller = await findSeller(tx, row.seller);
  if (seller === undefined) return null;
  const revision = Math.max(0, ...fakturs.map((faktur) => faktur.revision)) + 1;
  const account = row.account_id === null ? undefined : await accountById(tx, row.account_id);
  const company = readSnapshot(row.company_at_payment);
  const holder = account?.external_id ?? "";
  const moves = account === undefined ? [] : await movesTouching(tx, row.portal, holder);
  const refunds = await refundsOf(tx, row.portal, row.external_id);
  const invoice = readInvoice(row.content);
  const facts: InvoiceFacts = {
    invoice,
    kurs: await kursOf(tx, invoice),
    company,
    portalState: row.portal_state,
    seller: sellerOf(seller),
    codes: sellerOptions(seller).codes ?? {},
    reference: await freeReference(tx, row, revision, company?.facility?.lineKinds != null),
    refunds: refunds.filter((refund) => refund.state !== "failed"),
    movedServices: servicesGone(moves, holder, invoice.paidAt),
    accepted: new Set(JSON.parse(row.accepted) as ReasonCode[]),
    today: dayInJakarta(d.clock.now()),
    register: registerOf(account && (await findCompany(tx, account.id))),
    nonTinIdtku: sellerOptions(seller).nonTinIdtku,
    choices: sellerOptions(seller).taxChoices,
  };
  return { row, seller, facts, revision, standing };
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
async function freeReference(
  tx: Tx,
  row: InvoiceRow,
  revision: number,
  mayBeSplit: boolean,
): Promise<string> {
  for (const reference of referencesOf(row, revision)) {
    const needed = mayBeSplit
      ? [reference, ...TRANSACTION_CODES.map((code) => referenceOf(reference, code))]
      : [reference];
    if (needed.some(isTooLong)) continue;
    const taken = await Promise.all(needed.map((one) => referenceTaken(tx, row.seller, one)));
    if (!taken.includes(true)) return reference;
  }
  return `${row.id}-R${revision}`;
}

/** Writes the whole document and its key before anything leaves. Null when another hand was faster: decide anew. */
async function reserve(tx: Tx, d: FakturDeps, gathered: Gathered, left: PartLeft): Promise<FakturRow | null> {
  const { row, seller } = gathered;
  if (!(await standsStill(tx, gathered))) return null;
  const { faktur } = left;
  const now = d.clock.now();
  const auto = uploadRules(seller).auto;
  const reserved = newRow(d, gathered, left, auto ? "ready" : "draft");
  const kurs = faktur.kurs ?? null;
  if (kurs !== null && !(await holdKurs(tx, kurs))) return null;
  if (!(await insertFaktur(tx, reserved))) return null;
  if (kurs !== null) await insertKursUse(tx, reserved.id, kurs);
  await addTimeline(tx, reserved.id, { at: now, event: "made", by: "system", detail: faktur.reference });
  await decideInvoice(tx, row.id, "issuing", "[]", now);
  const late = lateNote(faktur, row.tax_day);
  if (late !== null)
    await addTimeline(tx, reserved.id, { at: now, event: "late", by: "system", detail: late });
  if (auto && seller.channel_kind !== FILE_CHANNEL) await enqueue(tx, "submit", reserved.id, now, now);
  return reserved;
}

function newRow(
  d: FakturDeps,
  { row, seller, revision }: Gathered,
  { faktur, part, index }: PartLeft,
  state: "ready" | "draft",
): FakturRow {
  const now = d.clock.now();
  return {
    id: d.newId(now),
    invoice_id: row.id,
    revision,
    live_key: liveKeyOf(row.id, index, part),
    part,
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
  const now = await lockedHead(tx, row.id);
  const refunds = await refundsOf(tx, row.portal, row.external_id);
  return (
    now?.portal_state === row.portal_state &&
    refunds.filter((refund) => refund.state !== "failed").length === facts.refunds.length
  );
}
