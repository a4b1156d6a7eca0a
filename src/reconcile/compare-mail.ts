import { plusMs } from "../clock";
import { didNotArrive, unsettled } from "../mail/settled";
import type { MailState } from "../store/mails";
import { aboutFaktur, type OurFaktur } from "./compare-channel";
import { difference, type Difference } from "./differences";

/** One mail of a faktur to one recipient. */
export interface SentMail {
  readonly recipient: string;
  /** 0 went by itself; resends count up. */
  readonly sequence: number;
  readonly state: MailState;
  readonly detail: string | null;
  readonly at: Date;
}

/** An approved faktur with what became of its paper. */
export interface MailedFaktur {
  readonly faktur: OurFaktur;
  readonly hasPdf: boolean;
  /** The PDF is carried in by a person. */
  readonly pdfByHand: boolean;
  /** The addresses frozen with the payment: each gets one mail. */
  readonly expected: readonly string[];
  /** Registered for the company today, beside those. */
  readonly registered: readonly string[];
  readonly mails: readonly SentMail[];
}

/** So long a PDF or a mail may be under way, and so long a person may take to carry a PDF in. */
export const PAPER_MS = 2 * 3_600_000;
export const PAPER_BY_HAND_MS = 3 * 86_400_000;

/** How an approved faktur that stays inside ended its mails: a simulation never leaves the house. */
const STAYED_INSIDE = "simulation";

/** Approved fakturs against what the mail server took: one mail to each address, and to no other. */
export const compareMail = (fakturs: readonly MailedFaktur[], now: Date): Difference[] =>
  fakturs.flatMap((one) => [
    ...paperDifferences(one, now),
    ...mailDifferences(one, now),
    ...strangers(one),
    ...refusedElsewhere(one),
  ]);

function paperDifferences({ faktur, hasPdf, pdfByHand }: MailedFaktur, now: Date): Difference[] {
  const patience = pdfByHand ? PAPER_BY_HAND_MS : PAPER_MS;
  if (hasPdf || plusMs(faktur.changedAt, patience) > now) return [];
  return [difference("approved_without_pdf", aboutFaktur(faktur), faktur.nsfp, null)];
}

function mailDifferences(one: MailedFaktur, now: Date): Difference[] {
  if (!one.hasPdf) return [];
  if (one.mails.length > 0 && one.mails.every(stayedInside)) return [];
  return one.expected.flatMap((recipient) => addressDifferences(one, recipient, now));
}

const stayedInside = ({ state, detail }: SentMail): boolean =>
  state === "withheld" && detail === STAYED_INSIDE;

function addressDifferences({ faktur, mails }: MailedFaktur, recipient: string, now: Date): Difference[] {
  const own = mails.filter((mail) => isSame(mail.recipient, recipient));
  const last = own.reduce<SentMail | null>(
    (latest, mail) => (latest === null || mail.sequence > latest.sequence ? mail : latest),
    null,
  );
  const madeGood = last !== null && !unsettled(mails).includes(last);
  if (madeGood || own.some(({ state }) => state === "sent")) return [];
  const since = last?.at ?? faktur.changedAt;
  if (last !== null && didNotArrive(last)) {
    return [difference("mail_refused", aboutFaktur(faktur), recipient, last.detail)];
  }
  if (plusMs(since, PAPER_MS) > now) return [];
  return [difference("approved_not_mailed", aboutFaktur(faktur), recipient, last?.state ?? null)];
}

/** What went to an address nobody has registered. A resend was asked for by a person: that is only told. */
function strangers({ faktur, expected, registered, mails }: MailedFaktur): Difference[] {
  const known = [...expected, ...registered];
  return mails
    .filter(({ state, recipient }) => state === "sent" && !known.some((one) => isSame(one, recipient)))
    .map(({ recipient, sequence }) =>
      difference("mailed_to_other_address", aboutFaktur(faktur), expected.join(", "), recipient, {
        ...(sequence > 0 ? { severity: "notice" as const } : {}),
      }),
    );
}

/** A resend to an address of a person's own choice that was refused, and no later mail has made good. */
function refusedElsewhere({ faktur, expected, mails }: MailedFaktur): Difference[] {
  return unsettled(mails)
    .filter((mail) => didNotArrive(mail) && mail.sequence > 0)
    .filter(({ recipient }) => !expected.some((one) => isSame(one, recipient)))
    .map(({ recipient, detail }) => difference("mail_refused", aboutFaktur(faktur), recipient, detail));
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
