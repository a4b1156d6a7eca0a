import type { Migration } from "./index";

/** When each portal was last asked for its paid invoices, quickly and in full. */
export const portalReads: Migration = {
  name: "0013-portal-reads",
  async up(tx, engine) {
    if (await tx.schema.hasTable("portal_polls")) return;
    await tx.schema.createTable("portal_polls", (table) => {
      if (engine === "mysql") {
        table.charset("utf8mb4");
        table.collate("utf8mb4_bin");
      }
      table.string("portal", 64).primary();
      table.string("quick_at", 24).nullable();
      table.string("full_at", 24).nullable();
      // What the last full list found, for people.
      table.integer("full_rows").notNullable().defaultTo(0);
      table.integer("full_fresh").notNullable().defaultTo(0);
    });
  },
};
