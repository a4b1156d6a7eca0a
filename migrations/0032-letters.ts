import type { Knex } from "knex";
import type { Migration } from "./index";

const BY_ANSWER = "transfers_by_answer";

/**
 * For whom a letter with fresh links speaks: an address that is registered at several sellers gets one from each. And the
 * answers in tickets that a person has to give, found without passing over all others.
 */
export const letters: Migration = {
  name: "0032-letters",
  async up(tx, engine) {
    if (!(await tx.schema.hasColumn("customer_letters", "seller"))) {
      await tx.schema.alterTable("customer_letters", (table) => void table.string("seller", 64).nullable());
    }
    if (await hasIndex(tx, engine)) return;
    await tx.schema.alterTable("transfers", (table) => void table.index(["answer_state", "id"], BY_ANSWER));
  },
};

async function hasIndex(tx: Knex, engine: "sqlite" | "mysql"): Promise<boolean> {
  const found: unknown =
    engine === "sqlite"
      ? await tx("sqlite_master").where({ type: "index", name: BY_ANSWER }).first("name")
      : await tx("information_schema.statistics")
          .whereRaw("table_schema = database()")
          .where({ table_name: "transfers", index_name: BY_ANSWER })
          .first(tx.raw("1 as found"));
  return found !== undefined;
}
