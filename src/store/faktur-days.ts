import type { Knex } from "knex";
import { addDays, type TaxDay } from "../clock";
import type { Tx } from "./db";

interface AskedDays {
  /** Days on the faktur, both inclusive; one of them is given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Only ids under this one. */
  readonly before: string | null;
  readonly limit: number;
}

/** Days looked at by one query, and named by one. */
const AT_ONCE = 16;
const NAMED = 400;

/**
 * The newest ids of these days. Each day has its newest side by side in an index; the days with the newest are looked at
 * first, until none of the others can have a newer one. A planner would sort them all, or walk every faktur.
 */
export async function newestOfDays(
  tx: Tx,
  asked: AskedDays,
  part: (day: string) => Knex.QueryBuilder,
): Promise<string[]> {
  const days = await newestByDay(tx, asked);
  let kept: string[] = [];
  for (let at = 0; at < days.length; at += AT_ONCE) {
    const last = kept[asked.limit - 1];
    if (last !== undefined && (days[at]?.id ?? "") < last) break;
    const parts = days.slice(at, at + AT_ONCE).map(({ day }) => part(day));
    const query = parts.map(() => "select id from ? as part").join(" union all ");
    const rows = await tx.from(tx.raw(`(${query}) as parts`, parts)).select<{ id: string }[]>("id");
    kept = [...kept, ...rows.map((row) => row.id)].sort().reverse().slice(0, asked.limit);
  }
  return kept;
}

interface DayWithId {
  readonly day: string;
  readonly id: string;
}

/** The days that have fakturs, each with the id of its newest; the newest of all first. */
async function newestByDay(tx: Tx, asked: AskedDays): Promise<DayWithId[]> {
  const days = await daysBetween(tx, asked);
  const found: DayWithId[] = [];
  for (let at = 0; at < days.length; at += NAMED) {
    const some = days.slice(at, at + NAMED);
    const under = asked.before === null ? "" : "and f.id < ?";
    const newestOf = `select f.id from fakturs f where f.date = d.day ${under} order by f.id desc limit 1`;
    const list = `(${some.map(() => "select ? as day").join(" union all ")}) as d`;
    const rows = await tx
      .from(tx.raw(list, some))
      .select<{ day: string; id: string | null }[]>(
        "d.day",
        tx.raw(`(${newestOf}) as id`, asked.before === null ? [] : [asked.before]),
      );
    for (const { day, id } of rows) if (id !== null) found.push({ day, id });
  }
  return found.sort((a, b) => (a.id < b.id ? 1 : -1));
}

async function daysBetween(tx: Tx, { from, to }: AskedDays): Promise<TaxDay[]> {
  const first = await edgeDay(tx, "asc");
  const last = await edgeDay(tx, "desc");
  if (first === null || last === null) return [];
  const until = to === undefined || to > last ? last : to;
  const days: TaxDay[] = [];
  let day = from === undefined || from < first ? first : (from as TaxDay);
  for (; day <= until; day = addDays(day, 1)) days.push(day);
  return days;
}

async function edgeDay(tx: Tx, order: "asc" | "desc"): Promise<TaxDay | null> {
  const row: { readonly date: TaxDay } | undefined = await tx("fakturs").orderBy("date", order).first("date");
  return row?.date ?? null;
}
