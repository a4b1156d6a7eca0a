import { FAKTUR_STATES, type FakturState } from "../../faktur/faktur";
import type { LineKind } from "../../hooks/invoice";
import type { PortalState } from "../../store/invoices";
import { text, type Text } from "../../text";
import type { CaseKind } from "../../faktur/case-rules";
import type { CaseState } from "../../store/cases";
import { CASE_KIND_NAMES } from "../../faktur/names";
import { CASE_STATE_WORDS } from "../case-words";
import { companyHref, invoiceRow, type NextStep, type ShownInvoice } from "../invoice-rows";
import { issueMany, retryMany } from "../issue-many";
import type { Page, Sent } from "../page";
import { LINE_WORDS, STATE_WORDS } from "../words";
import { TAB_WORDS, type TabStatusShown } from "../company-words";
import { eventWord } from "../event-words";

interface WholeInvoice extends ShownInvoice {
  readonly fakturs: readonly {
    readonly id: string;
    readonly state: FakturState;
    readonly nsfp: string | null;
  }[];
  readonly cases: readonly { readonly id: string; readonly kind: CaseKind; readonly state: CaseState }[];
  readonly portalState: PortalState;
  readonly next: NextStep | null;
  readonly company: { readonly status: TabStatusShown } | null;
  readonly lines: readonly { readonly kind: LineKind }[];
  readonly timeline: readonly { readonly event: string }[];
}

/** The explain page of one invoice: every reason with its fix, the lines as sent, fakturs, history. */
export const invoicePage = (): Page => ({
  path: "/invoice/:portal/:invoice",
  place: "tanpa-faktur",
  action: "read",
  title: text("Invoice", "Invoice"),
  template: "invoice",
  async show({ ask, params }) {
    const whole = await ask.json<WholeInvoice>("get", "/invoices/:portal/:invoice", { params });
    const invoice = invoiceRow(whole);
    return {
      invoice: { ...invoice, lines: whole.lines.map((line) => ({ ...line, word: LINE_WORDS[line.kind] })) },
      next: whole.outcome === "waiting" ? whole.next : null,
      portalState: PORTAL_WORDS[whole.portalState],
      companyStatus: whole.company === null ? null : TAB_WORDS[whole.company.status].word,
      companyHref: whole.account === null ? null : companyHref(whole.portal, whole.account),
      fakturs: whole.fakturs.map((one) => ({ ...one, word: wordOf(one.state) })),
      cases: whole.cases.map((one) => ({
        ...{ id: one.id, kind: CASE_KIND_NAMES[one.kind], word: CASE_STATE_WORDS[one.state] },
      })),
      timeline: whole.timeline.map((entry) => ({ ...entry, says: eventWord(entry.event) })),
    };
  },
  acts: [issueMany(backTo), retryMany(backTo)],
});

const PORTAL_WORDS: Readonly<Record<PortalState, Text>> = {
  paid: text("Lunas", "Paid"),
  unpaid: text("Belum dibayar", "Unpaid"),
  cancelled: text("Dibatalkan", "Cancelled"),
  billed: text("Ditagih, belum dibayar", "Billed, not paid yet"),
};

const wordOf = (state: FakturState) => STATE_WORDS[FAKTUR_STATES.includes(state) ? state : "unknown"];

const backTo = ({ params }: Sent): string =>
  `/console/invoice/${encodeURIComponent(params["portal"] ?? "")}/${encodeURIComponent(params["invoice"] ?? "")}`;
