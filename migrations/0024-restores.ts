import type { Migration } from "./index";

/** When the database was put back from a copy: what was paid before may be at the authority without standing here. */
export const restores: Migration = {
  name: "0024-restores",
  async up(tx, engine) {
    // What a run that broke off has made may lack its constraints; nothing was ever written into it.
    await tx.schema.dropTableIfExists("restores");
    await tx.schema.createTable("restores", (table) => {
      if (engine === "mysql") {
        table.charset("utf8mb4");
        table.collate("utf8mb4_bin");
      }
      table.string("at", 24).primary();
      // What it was put back from.
      table.string("source", 500).notNullable();
    });
  },
};
