import type { Knex } from "knex";
import type { Tx } from "./db";

/** Adds what it is about to a query. */
export type Part = (query: Knex.QueryBuilder) => void;

/** What a word fits to: every faktur by its id, newest first, or too many to be named. */
export type Found =
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "many"; readonly fits: (query: Knex.QueryBuilder) => void };

/** Beyond this a search is as wide as the list itself, and the newest that fit are near at hand. */
const MANY = 5000;
const NAMES = 500;

/** What these words fit to, in either of two ways to go on. */
export async function searchFakturs(tx: Tx, words: string): Promise<Found> {
  const ranges = rangesOf(words);
  const [names, invoices] = await Promise.all([namesWith(tx, words), invoicesWith(tx, words)]);
  const named = names.length > NAMES;
  const parts: Part[] = [
    ...ranges.map(([column, begins]) => beginning(tx.raw("??", [column]), begins)),
    ...(named ? [] : nonEmpty("buyer_name", names)),
    ...nonEmpty("invoice_id", invoices),
  ];
  // Many are walked through newest first; an index for one part of them would have all of that part sorted.
  const walked = [
    ...ranges.map(([column, begins]) => beginning(unindexed(tx, column), begins)),
    ...(named ? [withWords("buyer_name", words)] : amongThese("buyer_name", names)),
    ...amongThese("invoice_id", invoices),
  ];
  const fits: Part = (any) => walked.forEach((one) => void any.orWhere(one));
  if (named) return { kind: "many", fits };
  const ids = new Set<string>();
  for (const part of parts) {
    const query = tx("fakturs").select("id").limit(MANY);
    part(query);
    const rows = (await query) as { readonly id: string }[];
    if (rows.length === MANY) return { kind: "many", fits };
    for (const row of rows) ids.add(row.id);
  }
  return { kind: "ids", ids: [...ids].sort().reverse() };
}

const beginning =
  (column: Knex.Raw, begins: string): Part =>
  (query) =>
    void query.where(column, ">=", begins).where(column, "<", `${begins}${LAST}`);

const amongThese = (column: string, values: readonly string[]): Part[] => {
  const marks = values.map(() => "?").join(", ");
  const sql = `coalesce(??, '') in (${marks})`;
  return values.length === 0 ? [] : [(query) => void query.whereRaw(sql, [column, ...values])];
};

const nonEmpty = (column: string, values: readonly string[]): Part[] =>
  values.length === 0 ? [] : [(query) => void query.whereIn(column, [...values])];

/** Every word of the text, anywhere and in any order. */
function withWords(column: string, words: string): Part {
  const all = words.split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  return (query) => {
    for (const word of all) {
      query.where((any: Knex.QueryBuilder) => {
        for (const one of inAnyCase(word))
          any.orWhereRaw("lower(??) like ? escape '!'", [column, `%${literally(one)}%`]);
      });
    }
  };
}

const lettersLowered = (words: string): string => words.replace(/[A-Z]+/g, (run) => run.toLowerCase());

/**
 * What words may have become once the database has lowered them: SQLite leaves letters beyond A to Z as they are, so they
 * are looked for small, as capitals and as typed. One spelling where there are none.
 */
export const inAnyCase = (words: string): readonly string[] => [
  ...new Set([words.toLowerCase(), lettersLowered(words.toUpperCase()), lettersLowered(words)]),
];

const MOST_WORDS = 8;

/** Sorts behind every sign that a number is written with. */
const LAST = "\uffff";

/** Numbers by their beginning, typed with or without their dots; NPWP of fifteen digits stand with a zero before. */
function rangesOf(words: string): (readonly [column: string, begins: string])[] {
  const references = [...new Set([words, words.toUpperCase()])];
  const digits = words.replace(/[\s.-]/g, "");
  const numbers = /^\d{2,17}$/.test(digits) ? [digits] : [];
  return [
    ...references.map((one) => ["reference", one] as const),
    ...numbers.map((one) => ["nsfp", one] as const),
    ...numbers.flatMap((one) => [["buyer_number", one] as const, ["buyer_number", `0${one}`] as const]),
    // Passports have letters.
    ...references.map((one) => ["buyer_number", one] as const),
  ];
}

/** Buyers' names that fit; one more than `NAMES` says that there are more. */
async function namesWith(tx: Tx, words: string): Promise<string[]> {
  const query = tx("buyer_names")
    .select("name")
    .limit(NAMES + 1);
  withWords("name", words)(query);
  const rows = (await query) as { readonly name: string }[];
  return rows.map((row) => row.name);
}

/** Invoices whose number or portal's id begins so. */
async function invoicesWith(tx: Tx, words: string): Promise<string[]> {
  const found = new Set<string>();
  const portals: { readonly slug: string }[] = await tx("portals").select("slug");
  for (const one of new Set([words, words.toUpperCase()])) {
    const beginning = (column: string) =>
      tx("invoices").select("id").where(column, ">=", one).where(column, "<", `${one}${LAST}`).limit(NAMES);
    const queries = [
      beginning("number"),
      ...portals.map(({ slug }) => beginning("external_id").where({ portal: slug })),
    ];
    for (const query of queries)
      for (const row of (await query) as { readonly id: string }[]) found.add(row.id);
  }
  return [...found].slice(0, NAMES);
}

/** What people type is text, not a pattern. */
const literally = (words: string): string => words.replace(/[%_!]/g, (sign) => `!${sign}`);

/** A column that no planner takes an index for. */
export const unindexed = (tx: Tx, column: string): Knex.Raw => tx.raw("coalesce(??, '')", [column]);
