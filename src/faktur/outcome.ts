import type { TaxDay } from "../clock";
import { text, type Text } from "../text";
import { troubleWords } from "../trouble";
import type { FakturRow } from "../store/fakturs";
import type { InvoiceRow } from "../store/invoices";
import type { JobRow } from "../store/jobs";
import type { MailRow } from "../store/mails";
import { waitsForBuyer } from "./case-rules";
import { CHANNEL_WIDE_REASON, channelWideCause } from "./channel-wide";
import { FILE_CHANNEL, isLive } from "./faktur";
import { lastDayWords } from "./late";
import { slotsOf } from "./parts";
import { distinctReasons, REASON_CODES, reason, type Reason, type ReasonCode } from "./reasons";

/** Where a paid invoice has ended, for everyone to see. There is no fifth place. */
export type InvoiceOutcome = "issued" | "waiting" | "held" | "skipped";

export interface InvoiceStanding {
  readonly outcome: InvoiceOutcome;
  readonly reasons: readonly Reason[];
}

export interface StandingFacts {
  readonly invoice: Pick<InvoiceRow, "decision" | "reasons">;
  readonly fakturs: readonly (Pick<
    FakturRow,
    | "id"
    | "state"
    | "problem"
    | "channel_message"
    | "channel_status"
    | "external_id"
    | "pdf_sha256"
    | "part"
    | "revision"
    | "replaces_id"
    | "nsfp"
    | "deadline"
  > & { readonly channel_kind?: string })[];
  /** Ids of fakturs of which a case waits for a decision. */
  readonly undecided?: ReadonlySet<string>;
  /** Work under way or laid aside for the invoice, its fakturs and their mails. */
  readonly jobs: readonly Pick<JobRow, "kind" | "state" | "lastCode">[];
  readonly mails: readonly Pick<MailRow, "state" | "detail" | "sequence">[];
  /** The day in Jakarta; without it nothing is said of deadlines. */
  readonly today?: TaxDay | undefined;
  /** The last day on which a late faktur can still be made. */
  readonly lastDay?: TaxDay | null;
  /** What the portal now tells otherwise, as words for people; null when nothing. */
  readonly differs?: Text | null;
  /** Why the seller's channel is paused. */
  readonly paused?: ReasonCode | null;
}

/** The outcome and every reason with its fix, from what the ledger holds. */
export function standingOf(facts: StandingFacts): InvoiceStanding {
  const { outcome, reasons } = standingByDecision(facts);
  const { differs } = facts;
  return {
    outcome,
    reasons: differs == null ? reasons : [...reasons, reason("differs_from_portal", differs)],
  };
}

function standingByDecision(facts: StandingFacts): InvoiceStanding {
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
      return standingOfParts(facts);
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
  const died = job.lastCode === "worker_died_repeatedly" && job.state === "stuck";
  if (died) return reason("worker_died_repeatedly", troubleWords(job.kind, null));
  return reason(job.state === "stuck" ? "stuck" : "delayed", troubleWords(job.kind, job.lastCode));
};

/** An invoice of several parts has ended where the part that has come least far has. */
function standingOfParts(facts: StandingFacts): InvoiceStanding {
  const slots = slotsOf(facts.fakturs);
  if (slots.length === 0) return { outcome: "held", reasons: [reason("faktur_cancelled")] };
  const standings = slots.map((slot) => standingOfFaktur(facts, slot));
  const outcome = (["held", "waiting"] as const).find((one) =>
    standings.some((each) => each.outcome === one),
  );
  const told = outcome === undefined ? standings : standings.filter((each) => each.outcome === outcome);
  const reasons = told.flatMap((each) => each.reasons);
  return { outcome: outcome ?? "issued", reasons: distinctReasons(reasons) };
}

function standingOfFaktur(
  facts: StandingFacts,
  faktur: StandingFacts["fakturs"][number] | null,
): InvoiceStanding {
  if (faktur === null) return { outcome: "held", reasons: [reason("faktur_cancelled")] };
  if (faktur.problem !== null) return { outcome: "held", reasons: [reason(problemCode(faktur.problem))] };
  switch (faktur.state) {
    case "draft":
      return isPast(facts, faktur) ? pastDeadline(facts) : underWay(facts, "upload_off");
    case "ready":
      if (faktur.external_id !== null) return onItsWay(facts, faktur);
      if (isPast(facts, faktur)) return pastDeadline(facts);
      return isHeldByCase(facts, faktur)
        ? { outcome: "held", reasons: [reason("case_undecided")] }
        : onItsWay(facts, faktur);
    case "submitting":
    case "pending":
    case "unknown":
      return onItsWay(facts, faktur);
    case "rejected":
      if (replacesNothing(facts, faktur)) return { outcome: "held", reasons: [reason("faktur_cancelled")] };
      return {
        outcome: "held",
        reasons: [
          rejection(facts, faktur.channel_message),
          ...(isPast(facts, faktur) ? pastDeadline(facts).reasons : []),
        ],
      };
    case "approved":
    case "cancelling":
    case "replacing":
      return {
        outcome: "issued",
        reasons: [...changing(facts, faktur), ...afterApproval(facts, faktur)],
      };
    case "cancelled":
      return { outcome: "held", reasons: [reason("faktur_cancelled")] };
    case "replaced":
      return { outcome: "held", reasons: [reason("replaced_at_authority")] };
    default:
      return faktur.state satisfies never;
  }
}

type OneFaktur = StandingFacts["fakturs"][number];

/** It can still be made late until its last day; after that it counts as not made. */
function pastDeadline({ today, lastDay }: StandingFacts): InvoiceStanding {
  if (lastDay == null) return { outcome: "held", reasons: [reason("past_deadline")] };
  const over = today !== undefined && today > lastDay;
  return { outcome: "held", reasons: [reason(over ? "too_late" : "past_deadline", lastDayWords(lastDay))] };
}

const isPast = ({ today }: StandingFacts, faktur: OneFaktur): boolean =>
  today !== undefined && today > faktur.deadline;

/** The job that would send it waits for the decision; a file is made when a person asks for it. */
const isHeldByCase = ({ undecided }: StandingFacts, { id, channel_kind }: OneFaktur): boolean =>
  channel_kind !== FILE_CHANNEL && undecided?.has(id) === true;

function onItsWay(facts: StandingFacts, faktur: OneFaktur): InvoiceStanding {
  const stage = stageOf(faktur);
  // Its file cannot be uploaded any more, so there is nothing to wait for but the portal's whole list.
  if (stage === "exported_waiting_readback" && isPast(facts, faktur))
    return underWay(facts, "exported_past_deadline");
  const { outcome, reasons } = underWay(facts, stage);
  const more: Reason[] = [
    ...(facts.paused == null ? [] : [reason(facts.paused)]),
    ...(isPast(facts, faktur) ? [reason("deadline_passed_under_way")] : []),
  ];
  return { outcome, reasons: [...reasons, ...more] };
}

/** What a faktur on its way waits for; files wait for the person who carries them. */
function stageOf(faktur: OneFaktur): ReasonCode {
  if (faktur.channel_kind !== FILE_CHANNEL) return "on_its_way";
  return faktur.state === "ready" ? "ready_for_export" : "exported_waiting_readback";
}

/** A refused replacement whose original was cancelled: issuing anew is what is left. */
export const replacesNothing = (
  { fakturs }: { readonly fakturs: readonly Pick<OneFaktur, "id" | "state">[] },
  faktur: Pick<OneFaktur, "state" | "replaces_id">,
): boolean =>
  faktur.state === "rejected" &&
  fakturs.some((one) => one.id === faktur.replaces_id && one.state === "cancelled");

/** What is under way with a faktur that stands until it is done. */
function changing(facts: StandingFacts, faktur: OneFaktur): Reason[] {
  if (faktur.state === "cancelling") {
    return [reason(waitsForBuyer(faktur.channel_status) ? "waiting_for_buyer" : "cancel_under_way")];
  }
  // Asked for in the portal by hand, and read back from its list.
  if (faktur.state === "approved" && waitsForBuyer(faktur.channel_status))
    return [reason("waiting_for_buyer")];
  const next = facts.fakturs.find((one) => one.replaces_id === faktur.id && isLive(one.state));
  if (faktur.state !== "replacing")
    return next?.state === "rejected" ? [rejection(facts, next.channel_message)] : [];
  const waits = waitsForBuyer(next?.channel_status ?? null);
  return [
    reason(waits ? "waiting_for_buyer" : "replace_under_way"),
    ...(next?.problem == null ? [] : [reason(problemCode(next.problem))]),
  ];
}

/** Once the channel goes on, what was left behind is a refused faktur like any other. */
function rejection({ paused }: StandingFacts, message: string | null): Reason {
  const cause = paused === null ? null : channelWideCause(message);
  if (cause !== null) return reason(CHANNEL_WIDE_REASON[cause]);
  const said =
    message === null || message === "" ? undefined : text(`DJP: ${message}`, `The authority: ${message}`);
  return reason("rejected_by_djp", said);
}

/** What is left to do for the paper of an approved faktur. */
function afterApproval(facts: StandingFacts, { pdf_sha256 }: OneFaktur): Reason[] {
  const trouble = facts.jobs.flatMap((job) => (job.lastCode === null ? [] : [troubleOf(job)]));
  const mails = facts.mails.flatMap((mail): Reason[] => {
    const detail = text(mail.detail ?? "", mail.detail ?? "");
    if (mail.state === "refused") return [reason("mail_refused", detail)];
    if (mail.state === "bounced") return [reason("mail_bounced", detail)];
    return mail.state === "withheld" ? [reason("mail_withheld")] : [];
  });
  const papers = facts.jobs.filter(({ kind }) => kind === "paper");
  // By files, also where its seller came to files later, nobody asks for it: a person brings it.
  const byHand = papers.length === 0;
  const missing = pdf_sha256 === null && papers.every(({ state }) => state !== "stuck");
  const paper = missing ? [reason(byHand ? "pdf_to_import" : "pdf_pending")] : [];
  return [...paper, ...mails, ...trouble];
}

const problemCode = (problem: string): ReasonCode =>
  REASON_CODES.find((code) => code === problem) ?? "duplicate_at_authority";
