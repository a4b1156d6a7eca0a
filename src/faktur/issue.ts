import { startOfDay } from "../clock";
import type { Outcome } from "../errors";
import { formatRupiah } from "../money";
import type { Tx } from "../store/db";
import type { Work } from "../store/fence";
import { addTimeline, insertFaktur, type FakturRow } from "../store/fakturs";
import { decideInvoice, refillInvoice } from "../store/invoices";
import { enqueue, type Queued } from "../store/jobs";
import { findKurs, insertKursUse, kursOfRow, lockKurs } from "../store/kurs";
import { isCollector } from "../accounts/facility";
import { billsCollector } from "../hooks/billed";
import { dueWithPayment } from "../hooks/corrected";
import { openToldBefore } from "../hooks/differing-case";
import { announceHeld } from "../webhooks/announce";
import { documentColumns } from "./columns";
import { decideFaktur, type DecidedPart } from "./decide";
import { gather, kursOf, standsStill, type Gathered } from "./facts";
import { FILE_CHANNEL, type FakturKurs } from "./faktur";
import type { FakturDeps } from "./flow";
import { sameKurs } from "./kurs";
import { lateNote } from "./late";
import { uploadDeadline } from "./law";
import { liveKeyOf } from "./parts";
import { reason } from "./reasons";
import { uploadRules } from "./seller";

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
      if (row.basis === "billed" && !decision.parts.some(isCollected)) {
        await waitForPayment(work, gathered, now);
        return { kind: "wait", until: now };
      }
      const left = partsLeft(gathered.standing, decision.parts);
      if (left === null) {
        const differ = [reason("parts_differ")];
        const stands = await work.transaction(async (tx) => {
          if (!(await standsStill(tx, gathered))) return false;
          await decideInvoice(tx, row.id, "held", JSON.stringify(differ), now);
          await announceHeld(tx, d, row, differ);
          return true;
        });
        if (!stands) return { kind: "wait", until: now };
        log.warn("invoice.held", { reasons: "parts_differ" });
        return { kind: "done" };
      }
      const made = await reserveAll(d, work, gathered, left);
      if (made === null) return { kind: "wait", until: now };
      for (const one of made) log.info("faktur.reserved", { faktur: one.id, reference: one.reference });
      return { kind: "done" };
    }
    case "wait": {
      const until = startOfDay(decision.until);
      return work.conclude(async (tx) => {
        await decideInvoice(tx, row.id, "undecided", "[]", now);
        return { kind: "wait", until };
      });
    }
    case "hold":
    case "skip": {
      const ending = decision.kind === "hold" ? "held" : "skipped";
      const outdated = await work.transaction(async (tx) => {
        // Whoever has it issued anew meanwhile was answered that it will be.
        if (!(await standsStill(tx, gathered))) return true;
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

const isCollected = ({ faktur }: DecidedPart): boolean => isCollector(faktur.transactionCode);

/** Only once the rate was known the bill of a collector was seen to be small, or it is no collector any more. */
const waitForPayment = (work: Work, gathered: Gathered, now: Date): Promise<void> =>
  work.transaction(async (tx) => {
    if (!(await standsStill(tx, gathered))) return;
    const { row, facts } = gathered;
    await refillInvoice(tx, row.id, dueWithPayment(row, facts.invoice), now);
  });

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
    let made: Reserved[] = [];
    await work.conclude(async (tx) => {
      made = [];
      for (const part of left) {
        const one = await reserve(tx, d, gathered, part);
        if (one === null) throw new OtherHand();
        made.push(one);
      }
      return { kind: "done", goOn: made[0]?.queued };
    });
    return made.map(({ row }) => row);
  } catch (thrown) {
    // The transaction has put it into an error of its own.
    if (thrown instanceof Error && thrown.cause instanceof OtherHand) return null;
    throw thrown;
  }
}

/** Rolls the transaction back: a part of this invoice, or its reference, was taken meanwhile. */
class OtherHand extends Error {}

/** Holds the rate still until the faktur made with it is written; false when it was changed since it was read. */
async function holdKurs(tx: Tx, kurs: FakturKurs): Promise<boolean> {
  if (!(await lockKurs(tx, kurs.currency, kurs.from))) return false;
  const row = await findKurs(tx, kurs.currency, kurs.from);
  return row !== undefined && sameKurs(kursOfRow(row), kurs);
}

interface Reserved {
  readonly row: FakturRow;
  readonly queued: Queued | undefined;
}

/** Writes the whole document and its key before anything leaves. Null when another hand was faster: decide anew. */
async function reserve(tx: Tx, d: FakturDeps, gathered: Gathered, left: PartLeft): Promise<Reserved | null> {
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
  const late = lateNote(faktur, row.tax_day);
  const untold = isBillUntold(gathered);
  if (untold)
    d.log.warn("faktur.bill_untold", { portal: row.portal, invoice: row.external_id, trace: row.id });
  const sent = auto && seller.channel_kind !== FILE_CHANNEL;
  const [queued] = await Promise.all([
    sent ? enqueue(tx, "submit", reserved.id, now, now) : undefined,
    addTimeline(tx, reserved.id, { at: now, event: "made", by: "system", detail: faktur.reference }),
    decideInvoice(tx, row.id, "issuing", "[]", now),
    late === null
      ? null
      : addTimeline(tx, reserved.id, { at: now, event: "late", by: "system", detail: late }),
    untold
      ? addTimeline(tx, reserved.id, { at: now, event: "bill_untold", by: "system", detail: BILL_UNTOLD })
      : null,
  ]);
  await openToldBefore(tx, d, row, reserved, "made");
  return { row: reserved, queued };
}

/** Due with its bill, and made from its payment: the bill was never told. */
const isBillUntold = ({ row, facts: { company, invoice, kurs = null } }: Gathered): boolean =>
  row.basis !== "billed" && company !== null && billsCollector(company, invoice, kurs);

const BILL_UNTOLD =
  "terutang bersama tagihannya, yang tidak disampaikan portal; bertanggal pembayaran: periksa tanggal tagihannya / " +
  "due with its bill, which the portal never told; dated on its payment: check the day of the bill";

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
