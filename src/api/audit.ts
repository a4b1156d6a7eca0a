import { addDays, isoInJakarta, parseTaxDay } from "../clock";
import { findAudit, verifyAudit, type AuditFilter, type AuditPage } from "../store/audit";
import { nothing } from "./bodies";
import { csvOf } from "./csv";
import type { ApiDeps } from "./deps";
import { json, route, type Route } from "./route";
import { auditExportQuery, auditQuery } from "./settings-bodies";

/** More rows than a spreadsheet is comfortable with. */
const MOST_ROWS = 50_000;

export const auditRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/audit",
    action: "read",
    summary: "Who did what, when and why, oldest first unless the newest are asked for",
    answer: "AuditPage",
    body: nothing,
    query: auditQuery,
    async handle({ query }) {
      const { order, limit, cursor } = query;
      const after = cursor === undefined ? null : Number(cursor);
      const entries = await findAudit(d.db.knex, filterOf(query), order, after, limit + 1);
      const items = entries.slice(0, limit).map(inJakarta);
      const more = entries.length > limit;
      return json({ items, nextCursor: more ? String(items.at(-1)?.sequence ?? "") : null });
    },
  }),
  route({
    method: "get",
    path: "/audit/check",
    action: "read",
    summary: "Compute the chain of the trail anew, from its first entry on",
    answer: "AuditCheck",
    body: nothing,
    query: nothing,
    async handle() {
      const verdict = await verifyAudit(d.db.knex);
      return json(
        verdict.kind === "whole"
          ? { whole: true, entries: verdict.entries, brokenAt: null, last: verdict.last }
          : { whole: false, entries: null, brokenAt: verdict.at, last: null },
      );
    },
  }),
  route({
    method: "get",
    path: "/audit/export",
    action: "read",
    summary: "The trail as CSV, oldest first; at most 50,000 rows",
    answers: "csv",
    body: nothing,
    query: auditExportQuery,
    async handle({ query }) {
      const entries = await findAudit(d.db.knex, filterOf(query), "oldest", null, MOST_ROWS);
      const rows = entries
        .map(inJakarta)
        .map((one) => [
          ...[String(one.sequence), one.at, one.actor, one.action, one.subject, one.detail ?? ""],
        ]);
      return csvOf("jejak-audit.csv", [HEADINGS, ...rows]);
    },
  }),
];

const HEADINGS = ["nomor", "waktu", "oleh", "tindakan", "tentang", "rincian"];

const inJakarta = (entry: AuditPage): AuditPage => ({ ...entry, at: isoInJakarta(new Date(entry.at)) });

type Asked = Readonly<Partial<Record<"subject" | "actor" | "action" | "from" | "to", string | undefined>>>;

/** Days are Jakarta's, the last one whole. */
function filterOf({ subject, actor, action, from, to }: Asked): AuditFilter {
  const last = to === undefined ? null : parseTaxDay(to);
  return {
    ...{ subject, actor, action },
    since: from === undefined ? undefined : midnight(from),
    until: last === null ? undefined : midnight(addDays(last, 1)),
  };
}

const midnight = (day: string): string => new Date(`${day}T00:00:00+07:00`).toISOString();
