import { text, type Text } from "../text";
import type { DigestAlarm, DigestFacts } from "./digest-facts";
import {
  caseLine,
  deadlineLine,
  heldLine,
  mailLine,
  outageLine,
  pauseLines,
  requestedLines,
  toldLines,
  waitingLine,
} from "./digest-lines";
import { moveLines, overdueLine, unansweredLine, undecidedLine } from "./digest-moves";
import type { OutgoingMail } from "./mailer";

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
  facts.mails.inAll +
  sumOf(facts.cases.map((one) => one.count)) +
  facts.requested.count +
  facts.moves.inAll +
  facts.undecidedTransfers.inAll +
  facts.overdueTransfers.inAll +
  facts.unansweredTransfers.inAll;

const sumOf = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

const MOVES_PAGE = "Pemindahan";

function sectionsOf(facts: DigestFacts): DigestSection[] {
  const sections: DigestSection[] = [
    { title: text("Kanal pajak berhenti", "The tax channel has stopped"), lines: pauseLines(facts) },
    { title: text("Gangguan kanal", "Outages of the channel"), lines: facts.outages.map(outageLine) },
    { title: text("Batas unggah", "Upload deadlines"), lines: facts.deadlines.map(deadlineLine) },
    { title: text("Tertahan", "Held"), lines: facts.held.map(heldLine) },
    { title: text("Menunggu", "Waiting"), lines: facts.waiting.map(waitingLine) },
    {
      title: text("E-mail tidak sampai", "Mails not delivered"),
      lines: toldLines(facts.mails, mailLine, "Beranda"),
    },
    { title: text("Kasus terbuka", "Open cases"), lines: facts.cases.map(caseLine) },
    {
      title: text("Tab NPWP menunggu finance", "NPWP tabs that wait for finance"),
      lines: requestedLines(facts.requested),
    },
    {
      title: text("Layanan pindah akun", "Services that changed accounts"),
      lines: toldLines(facts.moves, moveLines, MOVES_PAGE),
    },
    {
      title: text("Pemindahan menunggu keuangan", "Transfers that wait for finance"),
      lines: toldLines(facts.undecidedTransfers, undecidedLine, MOVES_PAGE),
    },
    {
      title: text("Tiket yang dijawab sendiri", "Tickets to answer by hand"),
      lines: toldLines(facts.unansweredTransfers, unansweredLine, MOVES_PAGE),
    },
    {
      title: text("Pemindahan yang belum dikerjakan", "Transfers not carried out"),
      lines: toldLines(facts.overdueTransfers, overdueLine, MOVES_PAGE),
    },
    { title: text("Tidak lagi ditunggu", "No longer waited for"), lines: facts.unpressed.map(heldLine) },
  ];
  return sections.filter((section) => section.lines.length > 0);
}
