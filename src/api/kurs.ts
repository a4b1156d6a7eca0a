import { AppError, type Fault } from "../errors";
import { isoInJakarta } from "../clock";
import { readKurs, readKursList, type KursEntry } from "../faktur/kurs";
import { readKursFile } from "../faktur/kurs-file";
import type { FakturKurs } from "../faktur/faktur";
import { findKurs, kursOfRow, listKurs, type KursPlace, type KursRow } from "../store/kurs";
import { text } from "../text";
import { kursBody, kursImportBody, kursQuery, nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { json, route, type Route } from "./route";
import { kursView } from "./views";

export const kursRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/kurs",
    action: "read",
    summary: "The Finance Minister's rates, newest week first; `day` for what holds on a day",
    answer: "KursPage",
    body: nothing,
    query: kursQuery,
    async handle({ query }) {
      const filter = { currency: query.currency?.toUpperCase(), day: query.day };
      const rows = await listKurs(d.db.knex, filter, placeOf(query.cursor), query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      const nextCursor = last === undefined ? null : `${last.from_day}:${last.currency}`;
      return json({ items: shown.map(standingView), nextCursor });
    },
  }),
  route({
    method: "put",
    path: "/kurs/:currency/:from",
    action: "faktur.change",
    summary: "Enter a KMK rate for the week that begins on that Wednesday",
    answer: "Kurs",
    body: kursBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const entry = { currency: params["currency"] ?? "", from: params["from"] ?? "", ...body };
      const read = readKurs(entry);
      if (read.kind === "faults") throw kursRefused(read.faults);
      await d.enterKurs([read.kurs], caller);
      const row = await findKurs(d.db.knex, read.kurs.currency, read.kurs.from);
      if (row === undefined) throw new Error("the rate vanished after it was written");
      return json(standingView(row));
    },
  }),
  route({
    method: "post",
    path: "/kurs/import",
    action: "faktur.change",
    summary: "Enter many KMK rates, all or none: a file's text, or a list",
    answer: "EnteredKurs",
    body: kursImportBody,
    query: nothing,
    handle: async ({ body, caller }) =>
      json(await d.enterKurs(kursListOf("csv" in body ? readKursFile(body.csv) : body.rates), caller)),
  }),
];

/** The checked rates. Throws `malformed` or `refused` with every fault. */
export function kursListOf(entries: readonly KursEntry[]): readonly FakturKurs[] {
  const read = readKursList(entries);
  if (read.kind === "faults") throw kursRefused(read.faults);
  return read.list;
}

const kursRefused = (faults: readonly Fault[]): AppError => {
  const malformed = faults.some((fault) => fault.code.endsWith("_malformed"));
  const says = text("Kurs belum benar.", "The rates are not right.");
  return new AppError(malformed ? "malformed" : "refused", says, { faults });
};

function placeOf(cursor: string | undefined): KursPlace | null {
  const [from, currency] = cursor?.split(":") ?? [];
  return from === undefined || currency === undefined ? null : { from, currency };
}

const standingView = (row: KursRow) => ({
  ...kursView(kursOfRow(row)),
  enteredBy: row.entered_by,
  at: isoInJakarta(new Date(row.at)),
});
