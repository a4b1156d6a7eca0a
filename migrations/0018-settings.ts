import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

/** Every column by itself: on MySQL a run that broke off has made some of them, and runs again. */
const COLUMNS: readonly (readonly [table: string, column: string, add: (table: Table) => void])[] = [
  // From then on the token opens nothing; empty for one that never ends.
  ["tokens", "expires_at", (table) => table.string("expires_at", 24).nullable()],
  ["tokens", "revoked_at", (table) => table.string("revoked_at", 24).nullable()],
  ["tokens", "used_at", (table) => table.string("used_at", 24).nullable()],
  ["tokens", "created_by", (table) => table.string("created_by", 100).nullable()],
  // JSON list of actions, fewer than the role's; empty for all of them.
  ["tokens", "scope", (table) => table.text("scope").nullable()],
  ["portals", "polled_at", (table) => table.string("polled_at", 24).nullable()],
];

const INDEXES: readonly (readonly [table: string, name: string, columns: readonly string[]])[] = [
  ["audit", "audit_by_actor", ["actor", "sequence"]],
  ["audit", "audit_by_action", ["action", "sequence"]],
  ["audit", "audit_by_time", ["at", "sequence"]],
  ["hook_deliveries", "hook_deliveries_by_time", ["portal", "at"]],
  ["fakturs", "fakturs_by_seller_state", ["seller", "state", "id"]],
];

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    // What a person has asked to be uploaded now, whatever the seller's hours say.
    "uploads_asked",
    (table) => {
      table.string("faktur_id", 40).primary().references("fakturs.id");
      table.string("seller", 64).notNullable();
      table.string("run", 40).notNullable();
      table.string("by", 100).notNullable();
      table.string("at", 24).notNullable();
      table.index(["seller", "run"]);
      table.index(["run"]);
    },
  ],
  [
    // A seller's own words for its mails; what is not here comes from templates/mail.
    "mail_templates",
    (table) => {
      table.string("seller", 64).notNullable();
      table.string("part", 10).notNullable();
      table.text("body").notNullable();
      table.string("by", 100).notNullable();
      table.string("at", 24).notNullable();
      table.primary(["seller", "part"]);
    },
  ],
];

/** Tokens that end, uploads on request, words of a seller's mails, and an audit trail that can be searched. */
export const settings: Migration = {
  name: "0018-settings",
  async up(tx, engine) {
    for (const [name, column, add] of COLUMNS) {
      if (!(await tx.schema.hasColumn(name, column))) await tx.schema.alterTable(name, add);
    }
    for (const [table, name, columns] of INDEXES) {
      if (engine === "mysql" && (await hasIndex(tx, table, name))) continue;
      await tx.schema.alterTable(table, (one) => void one.index([...columns], name));
    }
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

async function hasIndex(tx: Knex, table: string, name: string): Promise<boolean> {
  const found: unknown = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ table_name: table, index_name: name })
    .first(tx.raw("1 as found"));
  return found !== undefined;
}
