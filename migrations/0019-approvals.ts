import type { Migration } from "./index";

/** Cancellations and replacements that one person has asked for and a second one must confirm. */
export const approvals: Migration = {
  name: "0019-approvals",
  async up(tx, engine) {
    // What a run that broke off has made may lack its constraints; nothing was ever written into it.
    await tx.schema.dropTableIfExists("approvals");
    await tx.schema.createTable("approvals", (table) => {
      if (engine === "mysql") {
        table.charset("utf8mb4");
        table.collate("utf8mb4_bin");
      }
      table.string("id", 40).primary();
      table.string("seller", 64).notNullable();
      table.string("faktur_id", 40).notNullable().references("fakturs.id");
      table.string("case_id", 40).nullable().references("cases.id");
      // cancel, replace or decide.
      table.string("kind", 10).notNullable();
      // JSON of what was asked for.
      table.text("wish", "mediumtext").notNullable();
      table.string("reason", 1000).notNullable();
      table.string("asked_by", 100).notNullable();
      table.string("asked_at", 24).notNullable();
      // waiting, confirmed or refused.
      table.string("state", 10).notNullable();
      // The faktur while the request waits, else empty: one request for a faktur at a time.
      table.string("waiting_for", 40).nullable().unique();
      table.string("decided_by", 100).nullable();
      table.string("decided_at", 24).nullable();
      table.string("decision_reason", 1000).nullable();
      table.index(["state", "id"]);
    });
  },
};
