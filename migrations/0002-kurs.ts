import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    // The Finance Minister's weekly rates; one of a currency per week, by the primary key.
    "kurs",
    (table) => {
      table.string("currency", 3).notNullable();
      table.string("from_day", 10).notNullable();
      table.string("to_day", 10).notNullable();
      // Rupiah as decimal text, for so many units of the currency.
      table.string("rate", 24).notNullable();
      table.integer("per").notNullable();
      table.string("kmk", 100).notNullable();
      table.string("entered_by", 100).notNullable();
      table.string("at", 24).notNullable();
      table.primary(["currency", "from_day"]);
      table.index(["from_day", "currency"]);
    },
  ],
  [
    // Which faktur was converted by which rate: while one of them lives, its rate does not change.
    "kurs_uses",
    (table) => {
      table.string("faktur_id", 40).primary().references("fakturs.id");
      table.string("currency", 3).notNullable();
      table.string("from_day", 10).notNullable();
      table.index(["currency", "from_day"]);
    },
  ],
];

export const kurs: Migration = {
  name: "0002-kurs",
  async up(tx, engine) {
    if (engine === "mysql") await dropUnfinished(tx);
    for (const [name, columns] of TABLES) {
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

/** MySQL keeps what a run that broke off has made; nothing was ever written under it, so rows mean something else. */
async function dropUnfinished(tx: Knex): Promise<void> {
  for (const [name] of [...TABLES].reverse()) {
    if (!(await tx.schema.hasTable(name))) continue;
    if ((await tx(name).first()) !== undefined) {
      throw new Error(
        `table ${name} holds rows, but 0002-kurs was never finished: restore schema_migrations`,
      );
    }
    await tx.schema.dropTable(name);
  }
}
