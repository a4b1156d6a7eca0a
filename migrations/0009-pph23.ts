import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    // live_key is payer and number while the receipt stands, empty once it is withdrawn: recorded once, by constraint.
    "pph23_receipts",
    (table) => {
      table.string("id", 40).primary();
      table.string("seller", 64).notNullable();
      table.string("live_key", 120).nullable().unique();
      table.string("number", 100).notNullable();
      table.string("date", 10).notNullable();
      table.string("masa", 7).notNullable();
      table.string("buyer_npwp", 16).notNullable();
      // Whole rupiah as text.
      table.string("dpp", 24).notNullable();
      table.string("pph", 24).notNullable();
      table.string("nsfp", 17).nullable();
      table.string("invoice", 100).nullable();
      table.string("recorded_by", 100).notNullable();
      table.string("recorded_at", 24).notNullable();
      table.string("withdrawn_by", 100).nullable();
      table.string("withdrawn_at", 24).nullable();
      table.text("withdrawn_reason").nullable();
      table.index(["seller", "masa", "id"]);
    },
  ],
  [
    // Who withholds and who does not, where finance knows better than the default.
    "pph23_buyers",
    (table) => {
      table.string("seller", 64).notNullable();
      table.string("npwp", 16).notNullable();
      table.boolean("withholds").notNullable();
      table.text("reason").notNullable();
      table.string("recorded_by", 100).notNullable();
      table.string("at", 24).notNullable();
      table.primary(["seller", "npwp"]);
    },
  ],
];

/** A month is read by seller: without these a report would walk through all years. */
const INDEXES: readonly (readonly [table: string, columns: readonly string[], name: string])[] = [
  ["fakturs", ["seller", "period", "id"], "fakturs_seller_period"],
  ["invoices", ["seller", "tax_day", "id"], "invoices_seller_tax_day"],
  ["refunds", ["refunded_at"], "refunds_refunded_at"],
];

/** PPh 23: receipts of withheld tax and what is known of its payers; indexes for the papers of a month. */
export const pph23: Migration = {
  name: "0009-pph23",
  async up(tx, engine) {
    for (const [name, columns] of TABLES) {
      // What a run that broke off has made may lack its constraints; nothing was ever written into it.
      await tx.schema.dropTableIfExists(name);
      await tx.schema.createTable(name, (table) => {
        if (engine === "mysql") {
          table.charset("utf8mb4");
          table.collate("utf8mb4_bin");
        }
        columns(table);
      });
    }
    for (const [table, columns, name] of INDEXES) {
      if (!(await hasIndex(tx, engine, table, name))) {
        await tx.schema.alterTable(table, (change) => void change.index([...columns], name));
      }
    }
  },
};

async function hasIndex(tx: Knex, engine: "sqlite" | "mysql", table: string, name: string): Promise<boolean> {
  if (engine === "sqlite") {
    return (await tx("sqlite_master").where({ type: "index", tbl_name: table, name }).first()) !== undefined;
  }
  const [rows] = (await tx.raw("show index from ?? where Key_name = ?", [table, name])) as [unknown[]];
  return rows.length > 0;
}
