import { createHash } from "node:crypto";
import { z } from "zod";
import { dayInJakarta, isoInJakarta, type TaxDay } from "../clock";
import { AppError } from "../errors";
import { faultOfDays, MOST_DAYS, usualDays, type Days } from "../reconcile/days";
import { reportCsv, totalOf, verdictOf, type Report } from "../reconcile/report";
import {
  dailyReconciliations,
  listReconciliations,
  reconciliationById,
  reportMailsOf,
  type ReconciliationRow,
} from "../store/reconciliations";
import { text, type Language } from "../text";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { json, route, type Reply, type Route } from "./route";
import { idCursor } from "./paging";

const day = z.iso.date();
const name = z.string().max(100);

const daysQuery = z.object({ from: day.optional(), to: day.optional(), portal: name.optional() });
const runsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: idCursor,
});
const runBody = z
  .object({ from: day.optional(), to: day.optional(), mail: z.boolean().optional() })
  .optional();

const RUNS_SHOWN = 100;

export const reconcileRoutes = (d: ApiDeps): Route[] => [...lookRoutes(d), ...runRoutes(d)];

const lookRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/reconciliation",
    action: "read",
    summary: "Portal, ledger, channel and mail compared now, at most 92 days; changes nothing",
    answer: "Reconciliation",
    body: nothing,
    query: daysQuery,
    async handle({ query, language }) {
      const days = daysOf(d, query);
      const report = await d.reconciling.look({ ...days, portal: query.portal });
      const runs = await dailyReconciliations(d.db.knex, days, RUNS_SHOWN);
      return json({ ...reportView(report, language), runs: runs.map(runView) });
    },
  }),
  route({
    method: "get",
    path: "/reconciliation/csv",
    action: "read",
    summary: "The same differences as comma-separated values",
    answers: "csv",
    body: nothing,
    query: daysQuery,
    async handle({ query }) {
      return csv(await d.reconciling.look({ ...daysOf(d, query), portal: query.portal }));
    },
  }),
];

const runRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/reconciliation/runs",
    action: "read",
    summary: "Comparisons made every day or asked for, newest first",
    answer: "ReconciliationRunsPage",
    body: nothing,
    query: runsQuery,
    async handle({ query }) {
      const rows = await listReconciliations(d.db.knex, query.cursor ?? null, query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const nextCursor = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return json({ items: shown.map(runView), nextCursor });
    },
  }),
  route({
    method: "post",
    path: "/reconciliation/runs",
    action: "faktur.change",
    summary: "Ask for a comparison; untold payments that it finds are taken in, and its report is kept",
    answer: "ReconciliationRun",
    body: runBody,
    query: nothing,
    async handle({ body, caller, language }) {
      const id = await d.reconciling.ask(daysOf(d, body ?? {}), body?.mail === true, caller);
      return json(await runWithReport(d, await runNamed(d, id), language));
    },
  }),
  route({
    method: "get",
    path: "/reconciliation/runs/:id",
    action: "read",
    summary: "One comparison with its report, once it has ended, and to whom that was mailed",
    answer: "ReconciliationRun",
    body: nothing,
    query: nothing,
    async handle({ params, language }) {
      return json(await runWithReport(d, await runNamed(d, params["id"]), language));
    },
  }),
  route({
    method: "get",
    path: "/reconciliation/runs/:id/csv",
    action: "read",
    summary: "The differences of one comparison as comma-separated values",
    answers: "csv",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const run = await runNamed(d, params["id"]);
      const report = await d.reconciling.reportOfRun(run.id);
      if (report === null) throw new AppError("wrong_state", NOT_ENDED);
      return csv(report);
    },
  }),
];

const NOT_ENDED = text(
  "Perbandingan ini belum selesai. Coba lagi sebentar.",
  "This comparison has not ended yet. Try again in a moment.",
);

/** Throws `malformed` with the fault of the range. */
function daysOf(d: ApiDeps, named: { from?: string | undefined; to?: string | undefined }): Days {
  const { from, to } = named;
  const days = usualDays(dayInJakarta(d.clock.now()), {
    ...(from === undefined ? {} : { from: from as TaxDay }),
    ...(to === undefined ? {} : { to: to as TaxDay }),
  });
  const fault = faultOfDays(days, MOST_DAYS);
  if (fault === null) return days;
  throw new AppError("malformed", text("Rentang tanggal tidak sesuai.", "The range of days does not fit."), {
    faults: [fault],
  });
}

async function runNamed(d: ApiDeps, id: string | undefined): Promise<ReconciliationRow> {
  const run = await reconciliationById(d.db.knex, id ?? "");
  if (run !== undefined) return run;
  throw new AppError("not_found", text("Perbandingan tidak ditemukan.", "There is no such comparison."));
}

const runView = (run: ReconciliationRow) => ({
  ...{ id: run.id, day: run.day, daily: run.edition === "daily", from: run.from_day, to: run.to_day },
  ...{ askedBy: run.asked_by, state: run.state, verdict: run.verdict, differences: run.differences },
  counts: run.counts === null ? null : (JSON.parse(run.counts) as Report["counts"]),
  ...{ at: instant(run.at), endedAt: run.ended_at === null ? null : instant(run.ended_at) },
});

async function runWithReport(d: ApiDeps, run: ReconciliationRow, language: Language) {
  const report = await d.reconciling.reportOfRun(run.id);
  const mails = await reportMailsOf(d.db.knex, run.id);
  return {
    ...runView(run),
    report: report === null ? null : reportView(report, language),
    mails: mails.map(({ seller, state, detail }) => ({ seller, state, detail })),
  };
}

const instant = (iso: string): string => isoInJakarta(new Date(iso));

/** A report as it is told over the API, in one language. */
export const reportView = (report: Report, language: Language) => ({
  ...{ from: report.from, to: report.to, at: instant(report.at) },
  ...{ verdict: verdictOf(report), total: totalOf(report.counts), counts: report.counts },
  sources: report.sources.map((source) => ({
    ...source,
    asOf: source.asOf === null ? null : instant(source.asOf),
    says: source.says?.[language] ?? null,
  })),
  differences: report.differences.map((one) => ({
    ...one,
    ...{ message: one.message[language], fix: one.fix[language] },
  })),
});

function csv(report: Report): Reply {
  const bytes = Buffer.from(reportCsv(report.differences), "utf8");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const filename = `rekonsiliasi-${report.from}-${report.to}.csv`;
  return { kind: "bytes", bytes, type: "text/csv; charset=utf-8", filename, sha256 };
}
