import type { InvoiceOutcome } from "../faktur/outcome";
import { ACCEPTABLE, type ReasonCode } from "../faktur/reasons";
import type { AlarmLevel } from "../ops/alarms";
import { text, type Text } from "../text";
import { clockWord } from "./clock-words";
import { reasonsAsSeen, writeName } from "./issue-many";
import { fixesOf } from "./reason-fixes";
import type { Tone } from "./words";

/** The next step of one that waits, as the API tells it; `ahead` is null where it is not due yet. */
export interface NextStep {
  readonly at: string;
  readonly ahead: number | null;
}

/** What pages need of an invoice as the API shows it. */
export interface ShownInvoice {
  readonly outcome: InvoiceOutcome;
  readonly reasons: readonly { readonly code: ReasonCode; readonly message: string; readonly fix: string }[];
  readonly fakturs: readonly { readonly id: string }[];
  readonly portal: string;
  readonly invoiceId: string;
  readonly account: string | null;
  readonly taxDay: string | null;
  readonly currency: string | null;
  readonly daysLeft: number | null;
  readonly level: AlarmLevel | null;
}

export const OUTCOME_WORDS: Readonly<Record<InvoiceOutcome, { readonly word: Text; readonly tone: Tone }>> = {
  issued: { word: text("Terbit", "Issued"), tone: "good" },
  waiting: { word: text("Berjalan", "Under way"), tone: "wait" },
  held: { word: text("Perlu tindakan", "Needs a person"), tone: "bad" },
  skipped: { word: text("Dilewati", "Skipped"), tone: "idle" },
};

/** Reasons that a row of a list offers to accept; what needs more thought is on the invoice's own page. */
const acceptedBy = (invoice: ShownInvoice): readonly ReasonCode[] =>
  invoice.reasons.flatMap(({ code }) => (ACCEPTABLE.has(code) ? [code] : []));

/** A row of invoices with the ways to go on that its reasons offer. */
export function invoiceRow<Invoice extends ShownInvoice>(invoice: Invoice) {
  const { portal, invoiceId, account, fakturs } = invoice;
  const fixes = fixesOf(invoice.reasons.map((reason) => reason.code));
  const faktur = fakturs.at(-1)?.id ?? null;
  const may = (fix: (typeof fixes)[number]) => fixes.includes(fix);
  const name = { portal, invoice: invoiceId, seen: reasonsAsSeen(invoice) };
  return {
    ...invoice,
    word: OUTCOME_WORDS[invoice.outcome],
    clock: clockWord(invoice.daysLeft, invoice.level),
    href: `/console/invoice/${encodeURIComponent(portal)}/${encodeURIComponent(invoiceId)}`,
    name: writeName({ ...name, accept: [] }),
    canIssue: invoice.outcome === "held" || invoice.outcome === "skipped",
    fix: {
      company: may("company") && account !== null ? companyHref(portal, account) : null,
      kurs: may("kurs") ? kursHref(invoice) : null,
      issue: may("issue") ? writeName({ ...name, accept: [] }) : null,
      accept: may("accept") ? writeName({ ...name, accept: acceptedBy(invoice) }) : null,
      retry: may("retry") ? faktur : null,
      faktur: may("faktur") && faktur !== null ? `/console/faktur/${encodeURIComponent(faktur)}` : null,
      settings: may("settings") ? "/console/pengaturan" : null,
    },
  };
}

export const companyHref = (portal: string, account: string): string =>
  `/console/perusahaan/${encodeURIComponent(portal)}/${encodeURIComponent(account)}`;

const kursHref = ({ currency, taxDay }: ShownInvoice): string =>
  `/console/pengaturan/kurs?${new URLSearchParams({ currency: currency ?? "", day: taxDay ?? "" }).toString()}`;
