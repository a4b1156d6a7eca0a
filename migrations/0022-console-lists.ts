import type { Knex } from "knex";
import type { Migration } from "./index";

/** The newest of a day, a month, a seller or a state of one portal stand side by side, without passing over others. */
const INDEXES: readonly (readonly [table: string, name: string, columns: readonly string[]])[] = [
  ["fakturs", "fakturs_by_date", ["date", "id"]],
  ["fakturs", "fakturs_by_portal_date", ["portal", "date", "id"]],
  ["fakturs", "fakturs_by_period", ["period", "id"]],
  ["fakturs", "fakturs_by_period_state", ["period", "state", "id"]],
  ["fakturs", "fakturs_by_seller", ["seller", "id"]],
  ["fakturs", "fakturs_by_portal_state", ["portal", "state", "id"]],
  ["fakturs", "fakturs_by_vacant_day", ["vacant_day", "invoice_id"]],
];

/** Lists of a million fakturs by day, month and state, and of the invoices whose faktur was cancelled. */
export const consoleLists: Migration = {
  name: "0022-console-lists",
  async up(tx, engine) {
    // The day of an invoice whose faktur was cancelled while no other has taken its place.
    if (!(await tx.schema.hasColumn("fakturs", "vacant_day"))) {
      await tx.schema.alterTable("fakturs", (table) => void table.string("vacant_day", 10).nullable());
    }
    for (const [table, name, columns] of INDEXES) {
      if (engine === "mysql" && (await hasIndex(tx, table, name))) continue;
      await tx.schema.alterTable(table, (one) => void one.index([...columns], name));
    }
    await fillVacantDays(tx);
  },
};

const PAGE = 500;

/** By their ids, since MySQL changes no table that the same statement reads. */
async function fillVacantDays(tx: Knex): Promise<void> {
  for (let after = ""; ;) {
    const rows: { id: string; day: string }[] = await tx("fakturs as f")
      .join("invoices as i", "i.id", "f.invoice_id")
      .where("f.state", "cancelled")
      .where("f.id", ">", after)
      .whereNotExists(
        tx("fakturs as l")
          .whereRaw("l.invoice_id = f.invoice_id and coalesce(l.part, '') = coalesce(f.part, '')")
          .whereNotNull("l.live_key")
          .select(tx.raw("1")),
      )
      .orderBy("f.id")
      .limit(PAGE)
      .select("f.id as id", tx.raw("coalesce(i.tax_day, f.date) as day"));
    const days = new Map<string, string[]>();
    for (const { id, day } of rows) days.set(day, [...(days.get(day) ?? []), id]);
    for (const [vacant_day, ids] of days) await tx("fakturs").whereIn("id", ids).update({ vacant_day });
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function hasIndex(tx: Knex, table: string, name: string): Promise<boolean> {
  const found: unknown = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ table_name: table, index_name: name })
    .first(tx.raw("1 as found"));
  return found !== undefined;
}
