import { dayInJakarta, isoInJakarta } from "../clock";
import { countLevels, deadlineAlarms, type DeadlineAlarm } from "../ops/alarms";
import { gatherDue } from "../ops/due";
import { listOutages } from "../store/outages";
import { findSeller } from "../store/sellers";
import { nothing, reasonBody } from "./bodies";
import { deadlinesQuery, outagesQuery } from "./case-bodies";
import type { ApiDeps } from "./deps";
import { pauseView } from "./pause-view";
import { json, route, type Route } from "./route";
import { sellerUnknown } from "./seller-view";

export const opsRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/deadlines",
    action: "read",
    summary: "What still needs an approved faktur, by its last day",
    answer: "Deadlines",
    body: nothing,
    query: deadlinesQuery,
    async handle({ query }) {
      const { seller, level, limit, cursor } = query;
      const today = dayInJakarta(d.clock.now());
      const alarms = deadlineAlarms(await gatherDue(d.db, today, seller), today);
      const asked = alarms.filter(
        (alarm) =>
          (level === undefined || alarm.level === level) && (cursor === undefined || placeOf(alarm) > cursor),
      );
      const shown = asked.slice(0, limit);
      const last = asked.length > limit ? shown.at(-1) : undefined;
      return json({
        ...{ today, counts: countLevels(alarms), items: shown.map(alarmView) },
        nextCursor: last === undefined ? null : placeOf(last),
      });
    },
  }),
  route({
    method: "get",
    path: "/outages",
    action: "read",
    summary: "When a seller's channel did not answer, newest first",
    answer: "OutagesPage",
    body: nothing,
    query: outagesQuery,
    async handle({ query }) {
      const { seller, cursor, limit } = query;
      const rows = await listOutages(d.db.knex, { seller }, cursor ?? null, limit + 1);
      const shown = rows.slice(0, limit);
      return json({
        items: shown.map((row) => ({
          ...{ id: row.id, seller: row.seller, channel: row.channel_kind, cause: row.cause },
          ...{ failures: row.failures, from: instant(row.from_at) },
          to: row.to_at === null ? null : instant(row.to_at),
        })),
        nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "post",
    path: "/sellers/:seller/channel/resume",
    action: "faktur.change",
    summary: "Let a paused channel go on once its cause is mended",
    answer: "ChannelState",
    body: reasonBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const slug = params["seller"] ?? "";
      if ((await findSeller(d.db.knex, slug)) === undefined) throw sellerUnknown();
      await d.resumeChannel(slug, caller, body?.reason ?? null);
      return json({ seller: slug, paused: await pauseView(d, slug) });
    },
  }),
];

const instant = (iso: string): string => isoInJakarta(new Date(iso));

/** Sorts as the list does, and is the same however often it is asked. */
const placeOf = (alarm: DeadlineAlarm): string => `${alarm.deadline}.${alarm.id}`;

const alarmView = (alarm: DeadlineAlarm) => ({
  ...{ level: alarm.level, deadline: alarm.deadline, daysLeft: alarm.daysLeft, kind: alarm.kind },
  lastDayToMake: alarm.lastDayToMake,
  faktur: alarm.kind === "faktur" ? alarm.id : null,
  ...{ seller: alarm.seller, portal: alarm.portal },
  ...{ invoiceId: alarm.invoice, invoiceNumber: alarm.number },
  ...{ state: alarm.state, reasons: alarm.reasons },
});
