import { dayInJakarta, periodOf, type Period } from "../clock";
import { asAppError } from "../errors";
import { ourFaktur as claimant, type OurFaktur as Claimant } from "../coretax/readback/claims";
import { readPortalList } from "../coretax/readback/excel";
import type { ListRow } from "../coretax/readback/excel-rows";
import { revisionOf } from "../coretax/readback/numbers";
import { matchRows } from "../coretax/readback/match-rows";
import { readFaktur } from "../faktur/stored";
import { inTurns, portioned } from "../portions";
import {
  beforeAll,
  faktursBetween,
  faktursHeldAs,
  importedLists,
  type ComparedFaktur,
  type ImportedList as ImportRow,
} from "../store/reconcile";
import type { SellerRow } from "../store/sellers";
import { text } from "../text";
import { compareImported, compareUnlisted, type ImportedList } from "./compare-imported";
import { BATCH, otherNames, type GatherDeps, type Round } from "./gather";
import { ourFaktur } from "./ledger-rows";
import type { Source } from "./report";

type Told = Pick<Source, "state" | "listed" | "recorded" | "says" | "asOf">;

/** A channel of files against the portal's list that was imported last; how old that is stands in the report. */
export async function gatherImported(d: GatherDeps, round: Round, seller: SellerRow): Promise<Told> {
  const lists = await importedLists(d.db.knex, seller.slug, LISTS_TRIED);
  if (lists.length === 0) return cannot(NO_LIST);
  const last = await lastReadable(d, seller, lists);
  if (last === null) return cannot(NOT_KEPT);
  const { imported, rows: all } = last;
  const { days } = round;
  const rows = all.filter(({ date }) => date === null || (date >= days.from && date <= days.to));
  round.progress("channel", seller.slug, rows.length);
  const mine = await faktursOf(d, round, seller.slug, rows);
  const claimants: ReturnType<typeof claimantOf>[] = [];
  await inTurns(portioned(mine, (row) => void claimants.push(claimantOf(row))));
  const list: ImportedList = {
    importedAt: new Date(imported.at),
    matches: await inTurns(matchRows(rows, claimants)),
    periods: new Set(all.flatMap(periodOfRow)),
  };
  const ours = mine.map(ourFaktur);
  const within = ours.filter(({ date }) => date >= days.from && date <= days.to);
  const strangers = list.matches.flatMap(({ kind, item }) => (kind === "stranger" ? [item.reference] : []));
  const others = await otherNames(d, seller.slug, strangers);
  round.add(compareImported(seller.slug, list, new Map(ours.map((one) => [one.id, one])), others));
  const { differences, outside } = compareUnlisted(list, within);
  round.add(differences);
  return {
    ...{ listed: rows.length, recorded: within.length, asOf: imported.at },
    state: outside === 0 ? "compared" : "partly",
    says: agedWords(imported, outside),
  };
}

/** Where the list has no masa, the day of an original tells it; a replacement stays in that of its original. */
function periodOfRow({ period, date, nsfp }: ListRow): Period[] {
  if (period !== null) return [period];
  const isReplacement = nsfp !== null && revisionOf(nsfp) > 0;
  return date === null || isReplacement ? [] : [periodOf(date)];
}

const cannot = (says: NonNullable<Source["says"]>): Told => ({
  ...{ state: "cannot", listed: 0, recorded: 0, asOf: null, says },
});

const NO_LIST = text(
  "Belum ada daftar Pajak Keluaran yang diimpor dari portal Coretax.",
  "No Pajak Keluaran list of the Coretax portal has been imported yet.",
);

const NOT_KEPT = text(
  "Daftar portal yang terakhir diimpor tidak tersimpan atau tidak dapat dibaca. Impor sekali lagi.",
  "The portal list that was imported last is not kept or cannot be read. Import one again.",
);

function agedWords({ name, at }: ImportRow, outside: number) {
  const day = dayInJakarta(new Date(at));
  const more =
    outside === 0
      ? { id: "", en: "" }
      : {
          id: ` ${outside} faktur belum ada atau di luar masanya dan tidak dibandingkan.`,
          en: ` ${outside} fakturs are newer or of other periods and were not compared.`,
        };
  return text(
    `Dibandingkan dengan daftar ${name}, diimpor ${day}.${more.id}`,
    `Compared with the list ${name}, imported ${day}.${more.en}`,
  );
}

/** A refused list, or one from before lists were kept, lets an earlier one speak. */
const LISTS_TRIED = 5;

async function lastReadable(d: GatherDeps, seller: SellerRow, lists: readonly ImportRow[]) {
  for (const imported of lists) {
    const rows = await rowsOf(d, seller, imported);
    if (rows !== null) return { imported, rows };
  }
  return null;
}

/** Null when the file is not among the documents any more, or never was. */
async function rowsOf(
  d: GatherDeps,
  seller: SellerRow,
  imported: ImportRow,
): Promise<readonly ListRow[] | null> {
  try {
    const read = await readPortalList(await d.documents.get(imported.sha256), seller.npwp);
    return read.kind === "list" ? read.rows : null;
  } catch (thrown) {
    if (asAppError(thrown).code !== "document_missing") throw thrown;
    return null;
  }
}

/** Every faktur of the days, and what the list's references name beside. */
async function faktursOf(
  d: GatherDeps,
  round: Round,
  seller: string,
  rows: readonly ListRow[],
): Promise<ComparedFaktur[]> {
  const found = new Map<string, ComparedFaktur>();
  const keep = (some: readonly ComparedFaktur[]) => {
    for (const one of some) found.set(one.id, one);
  };
  for (let after = beforeAll(round.days); ;) {
    const page = await faktursBetween(d.db.knex, { seller }, round.days, after, BATCH);
    keep(page);
    const last = page.at(-1);
    if (page.length < BATCH || last === undefined) break;
    after = { day: last.date, id: last.id };
  }
  const references = rows.flatMap(({ reference }) => (reference === "" ? [] : [reference]));
  for (let at = 0; at < references.length; at += BATCH) {
    keep(await faktursHeldAs(d.db.knex, seller, [], references.slice(at, at + BATCH)));
  }
  return [...found.values()];
}

const claimantOf = (row: ComparedFaktur): Claimant => {
  const { id, state, nsfp, pdf_sha256, document } = row;
  return claimant({ id, state, nsfp, hasOfficialPdf: pdf_sha256 !== null }, readFaktur(document));
};
