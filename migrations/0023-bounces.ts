import type { Knex } from "knex";
import type { Migration } from "./index";

const INDEX = "mails_by_message_id";

/** Mails found by the Message-ID that a report names; a place to try whether the database still takes rows. */
export const bounces: Migration = {
  name: "0023-bounces",
  async up(tx, engine) {
    if (engine !== "mysql" || !(await hasIndex(tx))) {
      await tx.schema.alterTable("mails", (table) => void table.index(["message_id"], INDEX));
    }
    if (await tx.schema.hasTable("write_probe")) return;
    await tx.schema.createTable("write_probe", (table) => {
      table.bigIncrements("id");
      table.text("filler").notNullable();
    });
  },
};

async function hasIndex(tx: Knex): Promise<boolean> {
  const found: unknown = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ table_name: "mails", index_name: INDEX })
    .first(tx.raw("1 as found"));
  return found !== undefined;
}
