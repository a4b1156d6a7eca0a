import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    // Who wants to be told what: accounting, a portal. Seller and portal narrow it; null is all of them.
    "webhook_endpoints",
    (table) => {
      table.string("name", 64).primary();
      table.string("url", 500).notNullable();
      table.text("events").notNullable();
      table.string("seller", 64);
      table.string("portal", 64);
      // JSON of the secret in use and, for a while after a rotation, the one before; sealed.
      table.text("secrets_sealed").notNullable();
      table.string("state", 10).notNullable();
      // Messages given up in a row.
      table.integer("failures").notNullable();
      table.string("says", 500);
      table.string("created_at", 24).notNullable();
      table.string("updated_at", 24).notNullable();
    },
  ],
  [
    // Written with the fact it tells, in one transaction; the id is the webhook-id of every try.
    "webhook_messages",
    (table) => {
      table.string("id", 50).primary();
      table.string("endpoint", 64).notNullable().references("webhook_endpoints.name");
      table.string("type", 40).notNullable();
      table.string("subject", 40).notNullable();
      table.text("payload").notNullable();
      table.string("state", 10).notNullable();
      table.integer("attempts").notNullable();
      table.integer("status");
      table.string("detail", 500);
      table.string("created_at", 24).notNullable();
      table.string("tried_at", 24);
      table.index(["endpoint", "id"]);
      table.index(["endpoint", "state"]);
    },
  ],
];

/** Subscribers of outgoing webhooks, and every message to them. */
export const webhooks: Migration = {
  name: "0021-webhooks",
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
        `table ${name} holds rows, but 0021-webhooks was never finished: restore schema_migrations`,
      );
    }
    await tx.schema.dropTable(name);
  }
}
