import { text } from "../text";
import type { FakturRow } from "../store/fakturs";
import type { InvoiceRow } from "../store/invoices";
import type { JobRow } from "../store/jobs";
import type { MailRow } from "../store/mails";
import { isLive } from "./faktur";
import { REASON_CODES, reason, type Reason, type ReasonCode } from "./reasons";

/** Where a paid invoice has ended, for everyone to see. There is no fifth place. */
export type InvoiceOutcome = "issued" | "waiting" | "held" | "skipped";

export interface InvoiceStanding {
  readonly outcome: InvoiceOutcome;
  readonly reasons: readonly Reason[];
}

export interface StandingFacts {
  readonly invoice: Pick<InvoiceRow, "decision" | "reasons">;
  readonly fakturs: readonly Pick<FakturRow, "id" | "state" | "problem" | "channel_message" | "pdf_sha256">[];
  /** Work under way or laid aside for the invoice, its fakturs and their mails. */
  readonly jobs: readonly Pick<JobRow, "kind" | "state" | "lastCode">[];
  readonly mails: readonly Pick<MailRow, "state" | "detail" | "sequence">[];
}

/** The outcome and every reason with its fix, from what the ledger holds. */
export function standingOf(facts: StandingFacts): InvoiceStanding {
  const { decision } = facts.invoice;
  switch (decision) {
    case "unread":
      return underWay(facts, "being_read");
    case "undecided":
      return underWay(facts, "being_decided");
    case "held":
    case "skipped":
      return { outcome: decision, reasons: JSON.parse(facts.invoice.reasons) as Reason[] };
    case "issuing":
      return standingOfFaktur(facts);
    default:
      return decision satisfies never;
  }
}

/** Still being worked on; work that was laid aside needs a person. */
function underWay(facts: StandingFacts, code: ReasonCode): InvoiceStanding {
  const trouble = facts.jobs.flatMap((job) => (job.lastCode === null ? [] : [troubleOf(job)]));
  const stuck = facts.jobs.some((job) => job.state === "stuck");
  return stuck
    ? { outcome: "held", reasons: trouble }
    : { outcome: "waiting", reasons: [reason(code), ...trouble] };
}

const troubleOf = (job: Pick<JobRow, "kind" | "state" | "lastCode">): Reason => {
  const what = `(${job.kind}: ${job.lastCode})`;
  return reason(job.state === "stuck" ? "stuck" : "delayed", text(what, what));
};

function standingOfFaktur(facts: StandingFacts): InvoiceStanding {
  const faktur = facts.fakturs.find((one) => isLive(one.state));
  if (faktur === undefined) return { outcome: "held", reasons: [reason("faktur_cancelled")] };
  if (faktur.problem !== null) return { outcome: "held", reasons: [reason(problemCode(faktur.problem))] };
  switch (faktur.state) {
    case "draft":
      return underWay(facts, "upload_off");
    case "ready":
    case "submitting":
    case "pending":
    case "unknown":
      return underWay(facts, "on_its_way");
    case "rejected":
      return { outcome: "held", reasons: [rejection(faktur.channel_message)] };
    case "approved":
    case "cancelling":
    case "replacing":
      return { outcome: "issued", reasons: afterApproval(facts, faktur.pdf_sha256 === null) };
    case "cancelled":
    case "replaced":
      return { outcome: "held", reasons: [reason("faktur_cancelled")] };
    default:
      return faktur.state satisfies never;
  }
}

function rejection(message: string | null): Reason {
  const said =
    message === null || message === "" ? undefined : text(`DJP: ${message}`, `The authority: ${message}`);
  return reason("rejected_by_djp", said);
}

/** What is left to do for the paper of an approved faktur. */
function afterApproval(facts: StandingFacts, pdfMissing: boolean): Reason[] {
  const trouble = facts.jobs.flatMap((job) => (job.lastCode === null ? [] : [troubleOf(job)]));
  const mails = facts.mails.flatMap((mail): Reason[] => {
    const detail = text(mail.detail ?? "", mail.detail ?? "");
    if (mail.state === "refused") return [reason("mail_refused", detail)];
    return mail.state === "withheld" ? [reason("mail_withheld")] : [];
  });
  return [...(pdfMissing ? [reason("pdf_pending")] : []), ...mails, ...trouble];
}

const problemCode = (problem: string): ReasonCode =>
  REASON_CODES.find((code) => code === problem) ?? "duplicate_at_authority";
