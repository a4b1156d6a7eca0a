import type { Knex } from "knex";
import type { Migration } from "./index";

/** For the list's search and days, and for the home page; each is walked without touching a row. */
const INDEXES: readonly (readonly [table: string, name: string, columns: readonly string[]])[] = [
  ["fakturs", "fakturs_by_reference", ["reference", "id"]],
  ["fakturs", "fakturs_by_nsfp", ["nsfp", "id"]],
  ["fakturs", "fakturs_by_portal", ["portal", "id"]],
  ["fakturs", "fakturs_by_buyer", ["buyer_name", "id"]],
  ["fakturs", "fakturs_by_day", ["date", "state", "id", "dpp", "ppn"]],
  ["fakturs", "fakturs_by_problem", ["problem", "id"]],
  ["mails", "mails_by_state", ["state", "at", "faktur_id"]],
  ["invoices", "invoices_by_portal", ["portal", "created_at"]],
];

/** Fakturs are found by name, number, day and trouble among a million of them. */
export const findFakturs: Migration = {
  name: "0016-find-fakturs",
  async up(tx, engine) {
    for (const [table, name, columns] of INDEXES) {
      if (engine === "mysql" && (await hasIndex(tx, table, name))) continue;
      await tx.schema.alterTable(table, (one) => void one.index([...columns], name));
    }
    // A million fakturs have a few thousand buyers: words are looked for among these. Made from what stands, so anew.
    await tx.schema.dropTableIfExists("buyer_names");
    await tx.schema.createTable("buyer_names", (table) => {
      if (engine === "mysql") {
        table.charset("utf8mb4");
        table.collate("utf8mb4_bin");
      }
      table.string("name", 255).primary();
    });
    await tx.raw("insert into buyer_names (name) select distinct buyer_name from fakturs");
  },
};

async function hasIndex(tx: Knex, table: string, name: string): Promise<boolean> {
  const found: unknown = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ table_name: table, index_name: name })
    .first(tx.raw("1 as found"));
  return found !== undefined;
}
