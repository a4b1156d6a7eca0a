import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    "users",
    (table) => {
      table.string("id", 40).primary();
      table.string("email", 254).notNullable().unique();
      table.string("role", 20).notNullable();
      table.string("state", 10).notNullable();
      // Argon2id in its own text form; null for people who come in by OIDC only.
      table.string("password_hash", 255);
      // TOTP secret, sealed; null while the second factor is off.
      table.text("totp_sealed");
      // The last time step a code was taken from: a code works once.
      table.bigInteger("totp_step");
      // SHA-256 of what is left of the recovery codes, JSON.
      table.text("recovery").notNullable();
      table.integer("failures").notNullable();
      table.string("locked_until", 24);
      table.string("language", 2).notNullable();
      table.string("created_at", 24).notNullable();
      table.string("seen_at", 24);
    },
  ],
  [
    "sessions",
    (table) => {
      // SHA-256 of the cookie's value: a stolen database opens no session.
      table.string("hash", 64).primary();
      table.string("user_id", 40).notNullable().references("users.id");
      table.string("created_at", 24).notNullable();
      table.string("seen_at", 24).notNullable();
      table.string("ends_at", 24).notNullable();
      table.index(["user_id"]);
      table.index(["ends_at"]);
    },
  ],
  [
    // Tries to sign in, by where they come from: one row a source and window.
    "sign_in_tries",
    (table) => {
      table.string("source", 64).notNullable();
      table.string("window", 24).notNullable();
      table.integer("tries").notNullable();
      table.primary(["source", "window"]);
      table.index(["window"]);
    },
  ],
];

export const users: Migration = {
  name: "0015-users",
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
        `table ${name} holds rows, but 0015-users was never finished: restore schema_migrations`,
      );
    }
    await tx.schema.dropTable(name);
  }
}
