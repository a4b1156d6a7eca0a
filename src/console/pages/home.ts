import { HOME_KINDS, type HomeKind } from "../../ops/home";
import { text } from "../../text";
import { addDays, addMonths, dayInJakarta, type Clock, type TaxDay } from "../../clock";
import { deadlineShown } from "../deadline";
import type { Page } from "../page";
import { barPlot, type Bar } from "../plot";
import { HEALTH_WORDS, HOME_WORDS } from "../words";

interface Day {
  readonly day: string;
  readonly paid: number;
  readonly issued: number;
  readonly waiting: number;
  readonly held: number;
  readonly skipped: number;
  readonly mailed: number;
  readonly dpp: string;
  readonly ppn: string;
}

interface CoretaxDesk {
  readonly readyUntil: string | null;
  readonly tooLate: number;
  readonly keptBack: number;
  readonly held: number;
}

interface Home {
  readonly today: string;
  readonly items: readonly { readonly kind: HomeKind; readonly deadline: string | null }[];
  readonly counts: Readonly<Record<HomeKind, number>>;
  readonly coretax: readonly CoretaxDesk[];
  readonly days: readonly Day[];
  readonly health: readonly { readonly state: "good" | "wait" | "bad" }[];
}

/** Beranda: what needs a person now, the figures of today and this month, and how the parts are. */
export const homePage = (d: { readonly clock: Clock }): Page => ({
  path: "/",
  place: "beranda",
  action: "read",
  title: text("Beranda", "Home"),
  template: "beranda",
  async show({ ask, query, language }) {
    const home = await ask.json<Home>("get", "/home");
    const today = dayInJakarta(d.clock.now());
    const fakturs = language === "en" ? "Fakturs of each day this month" : "Faktur tiap hari bulan ini";
    const mails =
      language === "en" ? "Mails sent each day this month" : "E-mail terkirim tiap hari bulan ini";
    return {
      ...home,
      items: home.items.map((one) => ({
        ...one,
        word: HOME_WORDS[one.kind].word,
        clock: one.deadline === null ? null : deadlineShown(one.deadline, today),
      })),
      coretax: home.coretax.map((desk) => ({
        ...desk,
        readyClock: desk.readyUntil === null ? null : deadlineShown(desk.readyUntil, today),
        stopped: desk.tooLate + desk.keptBack + desk.held,
      })),
      total: HOME_KINDS.reduce((sum, kind) => sum + home.counts[kind], 0),
      chips: HOME_KINDS.flatMap((kind) => {
        const count = home.counts[kind];
        return count === 0 ? [] : [{ count, ...HOME_WORDS[kind] }];
      }),
      now: totalOf(home.days.slice(-1)),
      month: totalOf(home.days),
      plots: {
        fakturs: barPlot(wholeMonth(home.days.map(barOf), today), fakturs),
        mails: barPlot(wholeMonth(home.days.map(mailBarOf), today), mails),
      },
      health: home.health.map((one) => ({ ...one, word: HEALTH_WORDS[one.state] })),
      checks: query["periksa"] === "1" ? await ask.json("get", "/checks") : null,
    };
  },
});

const dayNumber = (day: string): string => String(Number(day.slice(8)));

const barOf = (one: Day): Bar => ({
  name: dayNumber(one.day),
  parts: [
    { tone: "good", value: one.issued },
    { tone: "wait", value: one.waiting },
    { tone: "bad", value: one.held },
    { tone: "idle", value: one.skipped },
  ],
});

const mailBarOf = (one: Day): Bar => ({
  name: dayNumber(one.day),
  parts: [{ tone: "good", value: one.mailed }],
});

/** The days to come stand empty, so that a bar is as wide on the 2nd as on the 30th. */
function wholeMonth(bars: readonly Bar[], today: TaxDay): readonly Bar[] {
  const last = Number(addDays(addMonths(`${today.slice(0, 7)}-01` as TaxDay, 1), -1).slice(8));
  const names = Array.from({ length: last }, (_, index) => String(index + 1));
  return names.map((name, index) => bars[index] ?? { name, parts: [] });
}

function totalOf(days: readonly Day[]) {
  const count = (name: "paid" | "issued" | "waiting" | "held" | "skipped" | "mailed") =>
    days.reduce((sum, day) => sum + day[name], 0);
  const rupiah = (name: "dpp" | "ppn") => days.reduce((sum, day) => sum + BigInt(day[name]), 0n).toString();
  return {
    ...{ paid: count("paid"), issued: count("issued"), waiting: count("waiting") },
    ...{ held: count("held"), skipped: count("skipped"), mailed: count("mailed") },
    ...{ dpp: rupiah("dpp"), ppn: rupiah("ppn") },
  };
}
