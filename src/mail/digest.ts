import type { TaxDay } from "../clock";
import type { CaseKind } from "../faktur/case-rules";
import { CASE_KIND_NAMES } from "../faktur/names";
import type { CaseState } from "../store/cases";
import { text, type Text } from "../text";
import {
  moveLines,
  overdueLine,
  unansweredLine,
  undecidedLine,
  type ToldMove,
  type ToldTransfer,
} from "./digest-moves";
import { CASE_STATE_NAMES, causeWords, WAITING_WORDS, type WaitingFor } from "./digest-words";
import type { OutgoingMail } from "./mailer";

/** What a seller is told of at once: the channel stopped, services moved away from unpaid invoices, a transfer waits. */
export type DigestAlarm = "pause" | "moves" | "transfer";

/** What the daily digest of one seller is made of; lists come sorted, the most pressing first. */
export interface DigestFacts {
  readonly seller: string;
  readonly day: TaxDay;
  /** What it is sent for at once; null for the one that comes every morning. */
  readonly alarm: DigestAlarm | null;
  readonly pause: { readonly says: Text; readonly fix: Text; readonly since: string } | null;
  readonly outages: readonly { readonly cause: string; readonly from: string; readonly to: string | null }[];
  readonly deadlines: readonly {
    readonly level: "notice" | "warning" | "urgent" | "past";
    readonly deadline: TaxDay;
    readonly count: number;
    /** The first of them. */
    readonly names: readonly string[];
    /** Once it has passed: until when the first of them can be made late. */
    readonly lastDay: TaxDay | null;
  }[];
  readonly held: readonly { readonly code: string; readonly message: Text; readonly ages: Ages }[];
  /** Held, and nobody presses for it: no faktur is due, or none can be made any more. */
  readonly unpressed: DigestFacts["held"];
  readonly waiting: readonly { readonly state: WaitingFor; readonly ages: Ages }[];
  readonly mails: readonly {
    readonly reference: string;
    readonly recipient: string;
    readonly detail: string;
  }[];
  /** How many there are; those above are the first of them. */
  readonly mailsInAll: number;
  readonly cases: readonly {
    readonly kind: CaseKind;
    readonly state: CaseState;
    readonly count: number;
    readonly oldestDays: number;
  }[];
  /** Services that were seen to change hands, until each is tied to a ticket and paid up. */
  readonly moves: readonly ToldMove[];
  /** Transfers whose conditions hold, and that wait for finance. */
  readonly undecidedTransfers: readonly ToldTransfer[];
  /** Approved and not carried out in time. */
  readonly overdueTransfers: readonly ToldTransfer[];
  /** Decided, and a person has to answer the ticket. */
  readonly unansweredTransfers: readonly ToldTransfer[];
}

/** How many there are, and the age of the oldest in days. */
export interface Ages {
  readonly count: number;
  readonly oldestDays: number;
}

export interface DigestSection {
  readonly title: Text;
  readonly lines: readonly Text[];
}

/** What the templates show. */
export interface DigestView {
  readonly subject: Text;
  readonly seller: string;
  readonly day: string;
  readonly opening: Text;
  readonly sections: readonly DigestSection[];
}

export interface DigestTemplates {
  subject(view: DigestView): string;
  text(view: DigestView): string;
  html(view: DigestView): string;
}

/** The digest of one seller: Indonesian with English beside, also when there is nothing to tell. */
export function composeDigest(
  facts: DigestFacts,
  templates: DigestTemplates,
): Pick<OutgoingMail, "subject" | "text" | "html" | "attachments"> {
  const view = digestView(facts);
  return {
    subject: templates.subject(view),
    text: templates.text(view),
    html: templates.html(view),
    attachments: [],
  };
}

export function digestView(facts: DigestFacts): DigestView {
  const sections = sectionsOf(facts);
  const things = thingsToDo(facts);
  return {
    subject: subjectOf(facts, things),
    seller: facts.seller,
    day: facts.day,
    opening:
      sections.length === 0
        ? text(
            "Semua beres: tidak ada faktur yang tertahan, menunggu, atau mendekati batas unggah.",
            "All is well: no faktur is held, waiting or near its upload deadline.",
          )
        : text(`Yang perlu diperhatikan: ${things}.`, `To look at: ${things}.`),
    sections,
  };
}

const ALARM_SUBJECT: Readonly<Record<DigestAlarm, (seller: string) => Text>> = {
  pause: (seller) =>
    text(`PENTING: kanal pajak ${seller} berhenti`, `IMPORTANT: the tax channel of ${seller} has stopped`),
  moves: (seller) =>
    text(
      `PENTING: layanan ${seller} pindah akun, invoice lama belum dibayar`,
      `IMPORTANT: services of ${seller} changed accounts, old invoices are unpaid`,
    ),
  transfer: (seller) =>
    text(
      `PENTING: pemindahan layanan ${seller} belum dikerjakan`,
      `IMPORTANT: a transfer of ${seller} has not been carried out`,
    ),
};

function subjectOf(facts: DigestFacts, things: number): Text {
  if (facts.alarm !== null) return ALARM_SUBJECT[facts.alarm](facts.seller);
  return things === 0
    ? text(`Faktur ${facts.day}: semua beres`, `Fakturs ${facts.day}: all is well`)
    : text(`Faktur ${facts.day}: ${things} perlu diperhatikan`, `Fakturs ${facts.day}: ${things} to look at`);
}

/** What is merely on its way needs nobody, unless its deadline is near. */
const thingsToDo = (facts: DigestFacts): number =>
  (facts.pause === null ? 0 : 1) +
  facts.outages.filter((outage) => outage.to === null).length +
  sumOf(facts.deadlines.map((one) => one.count)) +
  sumOf(facts.held.map((one) => one.ages.count)) +
  facts.mailsInAll +
  sumOf(facts.cases.map((one) => one.count)) +
  facts.moves.length +
  facts.undecidedTransfers.length +
  facts.overdueTransfers.length +
  facts.unansweredTransfers.length;

const sumOf = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

function sectionsOf(facts: DigestFacts): DigestSection[] {
  const sections: DigestSection[] = [
    { title: text("Kanal pajak berhenti", "The tax channel has stopped"), lines: pauseLines(facts) },
    { title: text("Gangguan kanal", "Outages of the channel"), lines: facts.outages.map(outageLine) },
    { title: text("Batas unggah", "Upload deadlines"), lines: facts.deadlines.map(deadlineLine) },
    { title: text("Tertahan", "Held"), lines: facts.held.map(heldLine) },
    { title: text("Menunggu", "Waiting"), lines: facts.waiting.map(waitingLine) },
    { title: text("E-mail tidak sampai", "Mails not delivered"), lines: mailLines(facts) },
    { title: text("Kasus terbuka", "Open cases"), lines: facts.cases.map(caseLine) },
    {
      title: text("Layanan pindah akun", "Services that changed accounts"),
      lines: facts.moves.flatMap(moveLines),
    },
    {
      title: text("Pemindahan menunggu keuangan", "Transfers that wait for finance"),
      lines: facts.undecidedTransfers.map(undecidedLine),
    },
    {
      title: text("Tiket yang dijawab sendiri", "Tickets to answer by hand"),
      lines: facts.unansweredTransfers.map(unansweredLine),
    },
    {
      title: text("Pemindahan yang belum dikerjakan", "Transfers not carried out"),
      lines: facts.overdueTransfers.map(overdueLine),
    },
    { title: text("Tidak lagi ditunggu", "No longer waited for"), lines: facts.unpressed.map(heldLine) },
  ];
  return sections.filter((section) => section.lines.length > 0);
}

function pauseLines({ pause }: DigestFacts): Text[] {
  if (pause === null) return [];
  const since = text(`Sejak ${pause.since}.`, `Since ${pause.since}.`);
  return [pause.says, pause.fix, since];
}

function outageLine({ cause, from, to }: DigestFacts["outages"][number]): Text {
  const why = causeWords(cause);
  return to === null
    ? text(`${why.id}: sejak ${from}, belum pulih`, `${why.en}: since ${from}, not over yet`)
    : text(`${why.id}: ${from} sampai ${to}`, `${why.en}: ${from} to ${to}`);
}

const LEVEL = {
  notice: text("mendekati batas", "approaching"),
  warning: text("dekat", "near"),
  urgent: text("MENDESAK", "URGENT"),
  past: text("LEWAT BATAS", "PAST"),
} as const;

function deadlineLine({ level, deadline, count, names, lastDay }: DigestFacts["deadlines"][number]): Text {
  const more = count > names.length ? ", …" : "";
  const listed = `${names.join(", ")}${more}`;
  const left = lastDay === null ? text("", "") : untilWords(lastDay);
  return text(
    `${LEVEL[level].id} (${deadline}): ${count} — ${listed}${left.id}`,
    `${LEVEL[level].en} (${deadline}): ${count} — ${listed}${left.en}`,
  );
}

const untilWords = (lastDay: TaxDay): Text =>
  text(`; hari terakhir membuatnya ${lastDay}`, `; the last day to make it ${lastDay}`);

const heldLine = ({ code, message, ages }: DigestFacts["held"][number]): Text =>
  text(
    `${ages.count} × ${message.id} (${code}; tertua ${ages.oldestDays} hari)`,
    `${ages.count} × ${message.en} (${code}; the oldest ${ages.oldestDays} days)`,
  );

const waitingLine = ({ state, ages }: DigestFacts["waiting"][number]): Text =>
  text(
    `${ages.count} × ${WAITING_WORDS[state].id} (tertua ${ages.oldestDays} hari)`,
    `${ages.count} × ${WAITING_WORDS[state].en} (the oldest ${ages.oldestDays} days)`,
  );

function mailLines({ mails, mailsInAll }: DigestFacts): Text[] {
  const more = mailsInAll - mails.length;
  const rest = text(`dan ${more} lainnya; lihat Beranda`, `and ${more} more; see the page Beranda`);
  return [...mails.map(mailLine), ...(more > 0 ? [rest] : [])];
}

const mailLine = ({ reference, recipient, detail }: DigestFacts["mails"][number]): Text => {
  const line = `${reference} → ${recipient}: ${detail}`;
  return text(line, line);
};

const caseLine = ({ kind, state, count, oldestDays }: DigestFacts["cases"][number]): Text =>
  text(
    `${count} × ${CASE_KIND_NAMES[kind].id} (${CASE_STATE_NAMES[state].id}; tertua ${oldestDays} hari)`,
    `${count} × ${CASE_KIND_NAMES[kind].en} (${CASE_STATE_NAMES[state].en}; the oldest ${oldestDays} days)`,
  );
