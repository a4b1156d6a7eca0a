import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    // Counted up when the links of an account are revoked: every older link has ended. No row is zero.
    "customer_access",
    (table) => {
      table.string("account_id", 40).primary().references("accounts.id");
      table.integer("generation").notNullable();
    },
  ],
  [
    // A customer's wish to have fakturs mailed elsewhere; it counts once the new address has confirmed it.
    "email_changes",
    (table) => {
      table.string("id", 40).primary();
      table.string("account_id", 40).notNullable().references("accounts.id");
      table.string("buyer", 150).notNullable();
      table.text("present").notNullable();
      table.string("wanted", 254).notNullable();
      table.string("state", 10).notNullable();
      table.string("at", 24).notNullable();
      table.string("ended_at", 24);
      table.index(["account_id", "id"]);
    },
  ],
  [
    // Mails to customers that carry no faktur. No link is kept here: it is made when the mail is sent.
    "customer_letters",
    (table) => {
      table.string("id", 40).primary();
      table.string("kind", 20).notNullable();
      table.string("recipient", 254).notNullable();
      table.string("change_id", 40);
      // The same request within the same minutes is one mail.
      table.string("once_key", 64).unique();
      table.string("state", 10).notNullable();
      table.text("detail");
      table.string("at", 24).notNullable();
    },
  ],
];

/** Links for customers, their wishes for another address, and the mails about both. */
export const links: Migration = {
  name: "0020-links",
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
        `table ${name} holds rows, but 0020-links was never finished: restore schema_migrations`,
      );
    }
    await tx.schema.dropTable(name);
  }
}
