import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    "reconciliations",
    (table) => {
      table.string("id", 40).primary();
      table.string("day", 10).notNullable();
      table.string("edition", 60).notNullable();
      table.string("from_day", 10).notNullable();
      table.string("to_day", 10).notNullable();
      table.string("asked_by", 100).notNullable();
      table.boolean("mailed").notNullable();
      table.string("state", 16).notNullable();
      table.string("verdict", 16).nullable();
      table.integer("differences").nullable();
      table.text("counts").nullable();
      table.string("report_sha256", 64).nullable();
      table.string("at", 24).notNullable();
      table.string("ended_at", 24).nullable();
      // One daily comparison, however many workers there are.
      table.unique(["day", "edition"]);
      table.index(["edition", "state", "id"]);
    },
  ],
  [
    "reconciliation_finds",
    (table) => {
      table.string("run_id", 40).notNullable().references("reconciliations.id");
      table.string("portal", 64).notNullable();
      table.string("external_id", 100).notNullable();
      table.primary(["run_id", "portal", "external_id"]);
    },
  ],
  [
    // One report of a run to one seller.
    "reconciliation_mails",
    (table) => {
      table.string("id", 40).primary();
      table.string("run_id", 40).notNullable().references("reconciliations.id");
      table.string("seller", 64).notNullable();
      table.string("state", 16).notNullable();
      table.text("detail").nullable();
      table.string("at", 24).notNullable();
      table.unique(["run_id", "seller"]);
    },
  ],
];

const INDEXES: readonly (readonly [table: string, name: string, columns: readonly string[]])[] = [
  ["invoices", "invoices_portal_tax_day_index", ["portal", "tax_day", "id"]],
  ["fakturs", "fakturs_seller_date_id_index", ["seller", "date", "id"]],
  ["fakturs", "fakturs_seller_external_id_index", ["seller", "external_id"]],
  ["fakturs", "fakturs_nsfp_index", ["nsfp"]],
];

/** Comparisons of portal, ledger, channel and mail, and the indexes by which they look things up. */
export const reconcile: Migration = {
  name: "0011-reconcile",
  async up(tx, engine) {
    // What a run that broke off has made may lack its constraints; nothing was ever written into it.
    for (const [name] of [...TABLES].reverse()) await tx.schema.dropTableIfExists(name);
    for (const [name, columns] of TABLES) {
      await tx.schema.createTable(name, (table) => {
        if (engine === "mysql") {
          table.charset("utf8mb4");
          table.collate("utf8mb4_bin");
        }
        columns(table);
      });
    }
    for (const [table, name, columns] of INDEXES) {
      if (engine === "mysql" && (await hasIndex(tx, name))) continue;
      await tx.schema.alterTable(table, (change) => void change.index([...columns], name));
    }
  },
};

async function hasIndex(tx: Knex, name: string): Promise<boolean> {
  const row: unknown = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ index_name: name })
    .first("index_name");
  return row !== undefined;
}
