import { REASON_CODES, reason } from "../../faktur/reasons";
import { text } from "../../text";
import { issueMany, retryMany } from "../issue-many";
import { invoiceRow, OUTCOME_WORDS, type ShownInvoice } from "../invoice-rows";
import type { Download, Page, Seen, Sent } from "../page";
import { addressOf, keptOf } from "../query";

const PATH = "/console/tanpa-faktur";
const FILTERS = ["outcome", "reason", "portal", "month", "q", "order"] as const;
const OUTCOMES = ["held", "waiting", "skipped", "all"] as const;

interface InvoicesPage {
  readonly items: readonly ShownInvoice[];
  readonly nextCursor: string | null;
}

/** Every paid invoice without an approved faktur, with the reason and the button that mends it. */
export const withoutFakturPage = (): Page => ({
  path: "/tanpa-faktur",
  place: "tanpa-faktur",
  action: "read",
  title: text("Invoice tanpa faktur", "Invoices without faktur"),
  template: "tanpa-faktur",
  async show({ ask, query }) {
    const filters = keptOf(query, FILTERS);
    const outcome = OUTCOMES.find((one) => one === filters["outcome"]) ?? "held";
    const cursor = query["cursor"] ?? "";
    const asked = { ...questionOf(filters), limit: "40", ...(cursor === "" ? {} : { cursor }) };
    const page = await ask.json<InvoicesPage>("get", "/invoices", { query: asked });
    const others = Object.fromEntries(Object.entries(filters).filter(([name]) => name !== "outcome"));
    return {
      filters,
      outcome,
      tabs: OUTCOMES.map((one) => ({
        word: one === "all" ? text("Semua", "All") : OUTCOME_WORDS[one].word,
        href: addressOf(PATH, { ...others, outcome: one }),
        present: one === outcome,
      })),
      reasons: REASON_CODES.map((code) => ({ code, says: reason(code).message })),
      items: page.items.map(invoiceRow),
      search: addressOf("", filters),
      csv: addressOf("/console/unduh/tanpa-faktur", filters),
      clear: addressOf(PATH, { outcome }),
      narrowed: Object.keys(others).length > 0,
      first: cursor === "" ? null : addressOf(PATH, filters),
      next: page.nextCursor === null ? null : addressOf(PATH, { ...filters, cursor: page.nextCursor }),
    };
  },
  acts: [issueMany(backTo), retryMany(backTo)],
});

/** The same list as a file. */
export const withoutFakturFile = (): Download => ({
  path: "/unduh/tanpa-faktur",
  action: "read",
  async bytes({ ask, query }) {
    const file = await ask.bytes("/invoices.csv", { query: questionOf(keptOf(query, FILTERS)) });
    return { ...file, inline: false };
  },
});

const backTo = (sent: Sent): string => addressOf(PATH, keptOf(sent.query, FILTERS));

/** As the API asks: a month is its first and last day, and without an outcome what needs a person comes first. */
function questionOf(filters: Seen["query"]): Record<string, string> {
  const { outcome = "held", month, ...others } = filters;
  return {
    ...others,
    ...(outcome === "all" ? {} : { outcome }),
    ...(month === undefined ? {} : { from: `${month}-01`, to: lastDayOf(month) }),
  };
}

function lastDayOf(month: string): string {
  const [year, number] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year ?? 0, number ?? 0, 0)).getUTCDate();
  return `${month}-${Number.isNaN(last) ? "?" : last}`;
}
