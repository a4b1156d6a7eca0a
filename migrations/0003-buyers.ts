import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

/** Every column by itself: on MySQL a run that broke off has made some of them, and runs again. */
const COLUMNS: readonly (readonly [table: string, column: string, add: (table: Table) => void])[] = [
  // How the buyer is identified, as JSON; empty for the NPWP that stands in the row.
  ["companies", "identity", (table) => table.text("identity").nullable()],
  // The buyer's document for codes 07 and 08, as JSON.
  ["companies", "facility", (table) => table.text("facility").nullable()],
  ["companies", "issue_on", (table) => table.string("issue_on", 8).notNullable().defaultTo("payment")],
  // Who entered the verified transaction code, and when.
  ["companies", "code_by", (table) => table.string("code_by", 100).nullable()],
  ["companies", "code_at", (table) => table.string("code_at", 24).nullable()],
  // What the tax register last said of this buyer, as JSON.
  ["companies", "register", (table) => table.text("register").nullable()],
  ["invoices", "basis", (table) => table.string("basis", 8).notNullable().defaultTo("paid")],
  // The transaction code of a faktur that is one of several parts of its invoice; empty for the whole invoice.
  ["fakturs", "part", (table) => table.string("part", 2).nullable()],
];

export const buyers: Migration = {
  name: "0003-buyers",
  async up(tx) {
    for (const [name, column, add] of COLUMNS) {
      if (!(await tx.schema.hasColumn(name, column))) await tx.schema.alterTable(name, add);
    }
  },
};
