import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    "coretax_files",
    (table) => {
      table.string("id", 40).primary();
      table.string("seller", 64).notNullable();
      table.string("name", 120).notNullable();
      table.integer("fakturs").notNullable();
      table.string("sha256", 64).notNullable();
      table.string("made_by", 100).notNullable();
      table.string("at", 24).notNullable();
      // Empty until the file lies where it was asked for; the next export writes it there.
      table.string("written_at", 24).nullable();
      table.unique(["seller", "name"]);
      table.index(["seller", "written_at"]);
    },
  ],
  [
    "coretax_file_items",
    (table) => {
      table.string("file_id", 40).notNullable().references("coretax_files.id");
      table.integer("place").notNullable();
      table.string("faktur_id", 40).notNullable().references("fakturs.id");
      table.primary(["file_id", "place"]);
      table.index(["faktur_id"]);
    },
  ],
  [
    "coretax_imports",
    (table) => {
      table.string("id", 40).primary();
      table.string("seller", 64).notNullable();
      table.string("name", 255).notNullable();
      table.string("sha256", 64).notNullable();
      table.string("imported_by", 100).notNullable();
      table.string("at", 24).notNullable();
      table.index(["seller", "sha256"]);
    },
  ],
];

/** Files exported for the Coretax portal, what is in them, and which files were read back. */
export const coretaxFiles: Migration = {
  name: "0005-coretax-files",
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
  },
};
