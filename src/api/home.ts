import { addDays, dayInJakarta, isoInJakarta, type TaxDay } from "../clock";
import { isLive } from "../faktur/faktur";
import { alarmLevel } from "../ops/alarms";
import { gatherHome } from "../ops/home";
import type { HomeItem } from "../ops/home-item";
import { gatherHealth } from "../ops/home-health";
import { fakturFigures, invoiceFigures, mailFigures } from "../store/home";
import { nothing } from "./bodies";
import { lastDayOfCase } from "./case-view";
import { coretaxDesks } from "./coretax-desk";
import type { ApiDeps } from "./deps";
import { json, route, type Route } from "./route";

export const homeRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/home",
    action: "read",
    summary: "What needs a person now, the figures of this month by day, and how the parts are",
    answer: "Home",
    body: nothing,
    query: nothing,
    async handle({ language }) {
      const today = dayInJakarta(d.clock.now());
      const [work, coretax, days, health] = await Promise.all([
        gatherHome(d),
        coretaxDesks(d),
        figures(d, today),
        gatherHealth(d),
      ]);
      const lastDays = await Promise.all(work.items.map((one) => lastDayOf(d, one)));
      return json({
        today,
        items: work.items.map((one, index) => ({
          ...{ kind: one.kind, code: one.code, title: one.title[language] },
          ...{ message: one.message[language], fix: one.fix[language], link: one.link },
          ...{ since: instant(one.since), ...dueOn(lastDays[index] ?? null, today) },
        })),
        counts: work.counts,
        ...{ coretax, days },
        health: health.map((one) => ({
          ...{ part: one.part, name: one.name, state: one.state, message: one.message[language] },
          since: one.since === null ? null : instant(one.since),
        })),
      });
    },
  }),
  route({
    method: "get",
    path: "/checks",
    action: "read",
    summary: "Asks database, documents, mail, channels, certificates and clock how they are, as doctor does",
    answer: "Checks",
    body: nothing,
    query: nothing,
    async handle({ language }) {
      const checks = await d.examine();
      const items = checks.map(({ name, ok, unchecked = false, says }) => ({
        ...{ name, ok, unchecked },
        message: says[language],
      }));
      return json({ items });
    },
  }),
];

const lastDayOf = async (d: ApiDeps, { caseId, deadline }: HomeItem): Promise<TaxDay | null> =>
  caseId === undefined ? deadline : lastDayOfCase(d, caseId);

const dueOn = (deadline: TaxDay | null, today: TaxDay) => ({
  deadline,
  level: deadline === null ? null : alarmLevel(deadline, today),
});

const instant = (iso: string): string => isoInJakarta(new Date(iso));

interface Day {
  readonly day: TaxDay;
  paid: number;
  issued: number;
  waiting: number;
  held: number;
  skipped: number;
  mailed: number;
  dpp: bigint;
  ppn: bigint;
}

/** This month by day, up to today. Invoices stand on their tax day, fakturs on their date, mails on the day they went. */
async function figures(d: ApiDeps, today: TaxDay) {
  const first = `${today.slice(0, 7)}-01` as TaxDay;
  const days = new Map<string, Day>();
  for (let day = first; day <= today; day = addDays(day, 1)) days.set(day, emptyDay(day));
  const tx = d.db.knex;
  const [fakturs, invoices, mails] = await Promise.all([
    fakturFigures(tx, first, today),
    invoiceFigures(tx, first, today),
    mailFigures(tx, new Date(`${first}T00:00:00+07:00`).toISOString()),
  ]);
  for (const { day: on, decision, count } of invoices) {
    const day = days.get(on);
    if (day === undefined) continue;
    day.paid += count;
    if (decision === "held" || decision === "skipped") day[decision] += count;
    else if (decision !== "issuing") day.waiting += count;
  }
  for (const { day: on, state, count, dpp, ppn } of fakturs) {
    const day = days.get(on);
    if (day === undefined || !isLive(state)) continue;
    if (state === "rejected") day.held += count;
    else if (state !== "approved" && state !== "cancelling" && state !== "replacing") day.waiting += count;
    else {
      day.issued += count;
      day.dpp += BigInt(dpp);
      day.ppn += BigInt(ppn);
    }
  }
  for (const { hour, count } of mails) {
    const day = days.get(dayInJakarta(new Date(`${hour}:00:00Z`)));
    if (day !== undefined) day.mailed += count;
  }
  return [...days.values()].map((day) => ({ ...day, dpp: day.dpp.toString(), ppn: day.ppn.toString() }));
}

const emptyDay = (day: TaxDay): Day => ({
  ...{ day, paid: 0, issued: 0, waiting: 0, held: 0, skipped: 0, mailed: 0 },
  ...{ dpp: 0n, ppn: 0n },
});
