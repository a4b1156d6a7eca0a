import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const instant = (table: Table, name: string) => table.string(name, 24);

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    // open_key is the seller while the outage lasts and empty afterwards: one open outage a seller.
    "outages",
    (table) => {
      table.string("id", 40).primary();
      table.string("seller", 64).notNullable();
      table.string("channel_kind", 32).notNullable();
      table.string("open_key", 64).nullable().unique();
      table.string("cause", 40).notNullable();
      table.integer("failures").notNullable();
      instant(table, "from_at").notNullable();
      instant(table, "last_at").notNullable();
      instant(table, "to_at").nullable();
      table.index(["seller", "id"]);
    },
  ],
  [
    // The seller is the primary key: however many fakturs are refused, the channel is paused once.
    "channel_pauses",
    (table) => {
      table.string("seller", 64).primary();
      table.string("cause", 32).notNullable();
      table.text("says").nullable();
      instant(table, "since").notNullable();
      table.string("trial_faktur", 40).nullable();
      instant(table, "tried_at").nullable();
    },
  ],
  [
    "digests",
    (table) => {
      table.string("id", 40).primary();
      table.string("seller", 64).notNullable();
      table.string("day", 10).notNullable();
      table.string("edition", 40).notNullable();
      table.string("state", 16).notNullable();
      table.text("detail").nullable();
      instant(table, "at").notNullable();
      table.unique(["seller", "day", "edition"]);
    },
  ],
];

/** Cases with a decision, replacements, outages, paused channels and the daily digest. */
export const corrections: Migration = {
  name: "0004-corrections",
  async up(tx, engine) {
    await addMissing(tx, "fakturs", "replaces_id", (table) => {
      table.string("replaces_id", 40).nullable();
    });
    for (const [name, add] of CASE_COLUMNS) await addMissing(tx, "cases", name, add);
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
  },
};

type Column = readonly [string, (table: Knex.AlterTableBuilder) => void];

const CASE_COLUMNS: readonly Column[] = [
  ["opened_by", (table) => void table.string("opened_by", 100).nullable()],
  ["note", (table) => void table.text("note").nullable()],
  ["decision", (table) => void table.string("decision", 32).nullable()],
  ["decided_by", (table) => void table.string("decided_by", 100).nullable()],
  ["decided_at", (table) => void table.string("decided_at", 24).nullable()],
  ["decision_reason", (table) => void table.text("decision_reason").nullable()],
  ["steps", (table) => void table.text("steps").nullable()],
  ["buyer_document", (table) => void table.text("buyer_document").nullable()],
];

async function addMissing(
  tx: Knex,
  table: string,
  column: string,
  add: (table: Knex.AlterTableBuilder) => void,
): Promise<void> {
  if (!(await tx.schema.hasColumn(table, column))) await tx.schema.alterTable(table, add);
}
