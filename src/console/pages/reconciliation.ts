import { asAppError } from "../../errors";
import { sideInWords } from "../../mail/side-words";
import type { DifferenceCode, Severity } from "../../reconcile/differences";
import type { SourceKind, SourceState, Verdict } from "../../reconcile/report";
import { text } from "../../text";
import { HTTP_STATUS } from "../../api/status";
import { fieldOf, type Download, type Page, type Seen } from "../page";
import { addressOf, keptOf } from "../query";
import { SEVERITY_WORDS, SOURCE_WORDS, STATE_WORDS, VERDICT_WORDS } from "../reconcile-words";
import { problemShown } from "../show";

const PATH = "/console/rekonsiliasi";

interface ShownDifference {
  readonly code: DifferenceCode;
  readonly severity: Severity;
  readonly portal: string | null;
  readonly invoiceId: string | null;
  readonly faktur: string | null;
  readonly mended: boolean;
  readonly ours: string | null;
  readonly theirs: string | null;
  readonly message: string;
  readonly fix: string;
}

interface ShownReport {
  readonly verdict: Verdict;
  readonly counts: Readonly<Partial<Record<DifferenceCode, number>>>;
  readonly sources: readonly { readonly kind: SourceKind; readonly state: SourceState }[];
  readonly differences: readonly ShownDifference[];
}

interface ShownRun {
  readonly id: string;
  readonly state: "waiting" | "done";
  readonly verdict: Verdict | null;
}

interface WholeRun extends ShownRun {
  readonly from: string;
  readonly to: string;
  readonly report: ShownReport | null;
}

const hrefOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

const runShown = <Run extends ShownRun>(run: Run) => ({
  ...run,
  href: hrefOf(run.id),
  word: run.verdict === null ? null : VERDICT_WORDS[run.verdict],
});

/** Of one kind no more than can be worked through here; the file has them all. */
const EACH = 50;

/** A report with its differences kind by kind, the gravest first, each with where it is put right. */
function reportShown(report: ShownReport, csv: string) {
  const codes = [...new Set(report.differences.map((one) => one.code))];
  return {
    ...report,
    ...{ csv, word: VERDICT_WORDS[report.verdict] },
    sources: report.sources.map((one) => ({
      ...{ ...one, name: SOURCE_WORDS[one.kind], side: nameOf(one), word: STATE_WORDS[one.state] },
    })),
    groups: codes.flatMap((code) => {
      const all = report.differences.filter((one) => one.code === code);
      const [first] = all;
      if (first === undefined) return [];
      const { message, fix, severity } = first;
      return [
        {
          ...{ code, message, fix, word: SEVERITY_WORDS[severity] },
          count: report.counts[code] ?? all.length,
          items: all.slice(0, EACH).map((one) => ({ ...one, ...sidesOf(one), ...linksOf(one) })),
        },
      ];
    }),
  };
}

const nameOf = (source: object): string =>
  "name" in source && typeof source.name === "string" ? source.name : "";

const sidesOf = ({ ours, theirs }: ShownDifference) => ({
  ours: ours === null ? null : sideInWords(ours),
  theirs: theirs === null ? null : sideInWords(theirs),
});

function linksOf({ code, portal, invoiceId, faktur, mended }: ShownDifference) {
  const recorded = code !== "paid_in_portal_not_in_ledger" || mended;
  return {
    fakturHref: faktur === null ? null : `/console/faktur/${encodeURIComponent(faktur)}`,
    invoiceHref:
      portal === null || invoiceId === null || !recorded
        ? null
        : `/console/invoice/${encodeURIComponent(portal)}/${encodeURIComponent(invoiceId)}`,
    movesHref: code === "service_moved_without_ticket" ? "/console/pemindahan/terlihat?state=open" : null,
  };
}

/** Rekonsiliasi: the last comparisons, and one of any days on the spot. */
export const reconciliationPage = (): Page => ({
  path: "/rekonsiliasi",
  place: "rekonsiliasi",
  action: "read",
  title: text("Rekonsiliasi", "Reconciliation"),
  template: "rekonsiliasi",
  async show({ ask, query, language }) {
    const days = keptOf(query, ["from", "to", "portal"]);
    const cursor = query["cursor"] ?? "";
    const runs = await ask.json<{ items: readonly ShownRun[]; nextCursor: string | null }>(
      "get",
      "/reconciliation/runs",
      { query: { limit: "10", ...(cursor === "" ? {} : { cursor }) } },
    );
    const named = Object.keys(days).length > 0;
    return {
      days,
      runs: runs.items.map(runShown),
      first: cursor === "" ? null : PATH,
      next: runs.nextCursor === null ? null : addressOf(PATH, { cursor: runs.nextCursor }),
      ...(named ? await looked(ask, days, language) : await lastEnded(ask, runs.items)),
    };
  },
  acts: [
    {
      name: "jalankan",
      action: "faktur.change",
      async run({ ask, form }) {
        const given = { from: fieldOf(form, "from"), to: fieldOf(form, "to") };
        const body = { ...keptOf(given, ["from", "to"]), mail: fieldOf(form, "mail") === "ya" };
        const { id } = await ask.json<ShownRun>("post", "/reconciliation/runs", { body });
        return { kind: "to", address: hrefOf(id) };
      },
    },
  ],
});

/** Compared now; a range that does not fit, or a look that is under way already, is told in its place. */
async function looked(ask: Seen["ask"], days: Record<string, string>, language: Seen["language"]) {
  try {
    const report = await ask.json<ShownReport>("get", "/reconciliation", { query: days });
    return { report: reportShown(report, addressOf("/console/rekonsiliasi-csv", days)), of: null };
  } catch (thrown) {
    const error = asAppError(thrown);
    if (HTTP_STATUS[error.code] === 500) throw thrown;
    return { report: null, of: null, refused: problemShown(error, language) };
  }
}

async function lastEnded(ask: Seen["ask"], runs: readonly ShownRun[]) {
  const last = runs.find((run) => run.state === "done");
  if (last === undefined) return { report: null, of: null };
  const run = await ask.json<WholeRun>("get", "/reconciliation/runs/:id", { params: { id: last.id } });
  return { report: run.report === null ? null : reportShown(run.report, `${hrefOf(run.id)}/csv`), of: run };
}

/** One comparison; while it is under way the page asks again by itself. */
export const reconciliationRunPage = (): Page => ({
  path: "/rekonsiliasi/:id",
  place: "rekonsiliasi",
  action: "read",
  title: text("Perbandingan", "A comparison"),
  template: "rekonsiliasi-satu",
  async show({ ask, params }) {
    const run = await ask.json<WholeRun>("get", "/reconciliation/runs/:id", { params });
    return {
      run: runShown(run),
      report: run.report === null ? null : reportShown(run.report, `${hrefOf(run.id)}/csv`),
    };
  },
});

export const reconciliationFiles = (): readonly Download[] => [
  {
    path: "/rekonsiliasi-csv",
    action: "read",
    async bytes({ ask, query }) {
      const asked = { query: keptOf(query, ["from", "to", "portal"]) };
      return { ...(await ask.bytes("/reconciliation/csv", asked)), inline: false };
    },
  },
  {
    path: "/rekonsiliasi/:id/csv",
    action: "read",
    bytes: async ({ ask, params }) => ({
      ...(await ask.bytes("/reconciliation/runs/:id/csv", { params })),
      inline: false,
    }),
  },
];
