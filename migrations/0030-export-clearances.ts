import type { Migration } from "./index";

/** Fakturs of a file channel that somebody has looked up in the tax portal after the database was put back from a copy. */
export const exportClearances: Migration = {
  name: "0030-export-clearances",
  async up(tx, engine) {
    // What a run that broke off has made may lack its constraints; nothing was ever written into it.
    await tx.schema.dropTableIfExists("export_clearances");
    await tx.schema.createTable("export_clearances", (table) => {
      if (engine === "mysql") {
        table.charset("utf8mb4");
        table.collate("utf8mb4_bin");
      }
      table.string("faktur_id", 40).notNullable().references("fakturs.id");
      // The restore it answers: another one asks anew.
      table.string("restored_at", 24).notNullable();
      table.string("by", 100).notNullable();
      table.string("at", 24).notNullable();
      table.primary(["faktur_id", "restored_at"]);
    });
  },
};
