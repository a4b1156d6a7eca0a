import type { Migration } from "./index";

/** Who works on this database at present: the schema is not changed under a program that does not know the change. */
export const processes: Migration = {
  name: "0025-processes",
  async up(tx) {
    if (await tx.schema.hasTable("processes")) return;
    await tx.schema.createTable("processes", (table) => {
      table.string("id", 40).primary();
      table.string("host", 255).notNullable();
      table.integer("pid").notNullable();
      table.string("version", 40).notNullable();
      table.string("started_at", 24).notNullable();
      // By the database's own clock: machines may differ.
      table.string("seen_at", 24).notNullable();
    });
  },
};
