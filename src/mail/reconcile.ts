import { dayInJakarta, isoInJakarta } from "../clock";
import type { Difference } from "../reconcile/differences";
import { reportCsv, totalOf, verdictOf, type Report, type Source, type Verdict } from "../reconcile/report";
import { text, type Language, type Text } from "../text";
import type { OutgoingMail } from "./mailer";
import { sideInWords } from "./side-words";

/** What the templates of the reconciliation's report show. */
export interface ReportView {
  readonly subject: Text;
  readonly seller: string;
  readonly days: string;
  readonly opening: Text;
  readonly sources: readonly {
    readonly name: Text;
    readonly state: Text;
    readonly rows: string;
    /** Empty when there is nothing to say. */
    readonly says: Text;
  }[];
  readonly groups: readonly {
    readonly title: Text;
    readonly fix: Text;
    readonly count: string;
    readonly lines: readonly Text[];
  }[];
  /** Empty when every difference is shown. */
  readonly more: Text;
}

export interface ReportTemplates {
  subject(view: ReportView): string;
  text(view: ReportView): string;
  html(view: ReportView): string;
}

/** Lines of one kind of difference; the attached list has them all. */
const LINES_SHOWN = 20;

/** The report of one seller: Indonesian with English beside, also when nothing differs; the list goes along as CSV. */
export function composeReport(
  report: Report,
  seller: string,
  templates: ReportTemplates,
): Pick<OutgoingMail, "subject" | "text" | "html" | "attachments"> {
  const view = reportView(report, seller);
  const filename = `rekonsiliasi-${report.from}-${report.to}.csv`;
  const content = Buffer.from(reportCsv(report.differences), "utf8");
  return {
    subject: templates.subject(view),
    text: templates.text(view),
    html: templates.html(view),
    attachments: report.differences.length === 0 ? [] : [{ filename, contentType: "text/csv", content }],
  };
}

export function reportView(report: Report, seller: string): ReportView {
  const total = totalOf(report.counts);
  const hidden = total - report.differences.length;
  return {
    subject: subjectOf(verdictOf(report), total, dayInJakarta(new Date(report.at))),
    seller,
    days: `${report.from} – ${report.to}`,
    opening: openingOf(verdictOf(report), total),
    sources: report.sources.map(sourceView),
    groups: groupsOf(report),
    more:
      hidden <= 0
        ? text("", "")
        : text(`${hidden} selisih lagi tidak disimpan.`, `${hidden} more differences were not kept.`),
  };
}

function subjectOf(verdict: Verdict, total: number, day: string): Text {
  switch (verdict) {
    case "clean":
      return text(`Rekonsiliasi ${day}: semua cocok`, `Reconciliation ${day}: all is equal`);
    case "incomplete":
      return text(
        `Rekonsiliasi ${day}: tanpa selisih, tetapi belum lengkap`,
        `Reconciliation ${day}: no difference, but not complete`,
      );
    case "differences":
      return text(`Rekonsiliasi ${day}: ${total} selisih`, `Reconciliation ${day}: ${total} differences`);
    default:
      return verdict satisfies never;
  }
}

function openingOf(verdict: Verdict, total: number): Text {
  switch (verdict) {
    case "clean":
      return text(
        "Portal, catatan kami, kanal pajak, dan e-mail saling cocok.",
        "Portal, ledger, tax channel and mail agree.",
      );
    case "incomplete":
      return text(
        "Tidak ada selisih pada yang dapat dibandingkan. Tidak semuanya dapat dibandingkan; lihat di bawah.",
        "Nothing differs in what could be compared. Not everything could; see below.",
      );
    case "differences":
      return text(
        `${total} selisih antara portal, catatan kami, kanal pajak, dan e-mail.`,
        `${total} differences between portal, ledger, tax channel and mail.`,
      );
    default:
      return verdict satisfies never;
  }
}

const KIND: Readonly<Record<Source["kind"], Text>> = {
  portal: text("Portal", "Portal"),
  ledger: text("Catatan kami", "Ledger"),
  channel: text("Kanal pajak", "Tax channel"),
  mail: text("E-mail", "Mail"),
};

export const SOURCE_WORDS: Readonly<Record<Source["state"], Text>> = {
  compared: text("dibandingkan", "compared"),
  partly: text("dibandingkan sebagian", "partly compared"),
  cannot: text("tidak dapat dibandingkan", "cannot be compared"),
  failed: text("GAGAL dibandingkan", "FAILED to compare"),
};

function sourceView({
  kind,
  name,
  state,
  listed,
  recorded,
  says,
  asOf,
}: Source): ReportView["sources"][number] {
  const { id, en } = KIND[kind];
  const age = asOf === null ? "" : ` (${isoInJakarta(new Date(asOf)).slice(0, 10)})`;
  return {
    name: text(`${id} ${name}`, `${en} ${name}`),
    state: SOURCE_WORDS[state],
    rows: `${listed} / ${recorded}${age}`,
    says: says ?? text("", ""),
  };
}

function groupsOf(report: Report): ReportView["groups"] {
  const codes = [...new Set(report.differences.map(({ code }) => code))];
  return codes.flatMap((code) => {
    const all = report.differences.filter((one) => one.code === code);
    const [first] = all;
    if (first === undefined) return [];
    const lines = all.slice(0, LINES_SHOWN).map(lineOf);
    const count = report.counts[code] ?? all.length;
    return [
      {
        ...{ title: first.message, fix: first.fix, count: String(count) },
        lines: count > LINES_SHOWN ? [...lines, text("… lihat lampiran", "… see the attachment")] : lines,
      },
    ];
  });
}

/** Whose it is, then what each side says. */
function lineOf(one: Difference): Text {
  const whose = one.invoiceNumber ?? one.invoiceId ?? one.reference ?? one.nsfp ?? one.account ?? "?";
  const where = one.portal === null ? whose : `${one.portal} ${whose}`;
  const [ours, theirs] = [one.ours, one.theirs].map((side) => (side === null ? null : sideInWords(side)));
  const sides = (here: string, there: string, language: Language) =>
    [
      ours == null ? null : `${here} ${ours[language]}`,
      theirs == null ? null : `${there} ${theirs[language]}`,
    ]
      .filter((side) => side !== null)
      .join("; ");
  const mended = one.mended ? { id: " — sudah diperbaiki", en: " — mended" } : { id: "", en: "" };
  return text(
    `${where}: ${sides("di sini", "di sana", "id")}${mended.id}`,
    `${where}: ${sides("here", "there", "en")}${mended.en}`,
  );
}
