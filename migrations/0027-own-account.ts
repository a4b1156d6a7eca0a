import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    // Where somebody has signed in from before: a new place is told to them. SHA-256, since it is only compared.
    "sign_in_places",
    (table) => {
      table.string("user_id", 40).notNullable().references("users.id");
      table.string("place", 64).notNullable();
      table.string("seen_at", 24).notNullable();
      table.primary(["user_id", "place"]);
    },
  ],
  [
    // Mails to people of the console about their own account.
    "user_notices",
    (table) => {
      table.string("id", 40).primary();
      table.string("user_id", 40).notNullable().references("users.id");
      table.string("kind", 20).notNullable();
      table.string("place", 64);
      table.string("state", 10).notNullable();
      table.text("detail");
      table.string("at", 24).notNullable();
      table.index(["at"]);
    },
  ],
];

/** What a person sees of their sessions and is told about their account; a password that somebody else has made. */
export const ownAccount: Migration = {
  name: "0027-own-account",
  async up(tx, engine) {
    if (!(await tx.schema.hasColumn("users", "password_lent"))) {
      await tx.schema.alterTable("users", (table) => void table.boolean("password_lent").defaultTo(false));
    }
    for (const [name, length] of [
      ["place", 64],
      ["agent", 200],
      ["way", 10],
    ] as const) {
      if (await tx.schema.hasColumn("sessions", name)) continue;
      await tx.schema.alterTable("sessions", (table) => void table.string(name, length).nullable());
    }
    for (const [name, columns] of TABLES) {
      // Nothing is written under a migration that has not ended, so what a run that broke off has made is whole.
      if (await tx.schema.hasTable(name)) continue;
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
