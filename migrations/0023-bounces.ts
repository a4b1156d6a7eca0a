import type { Knex } from "knex";
import type { Migration } from "./index";

const INDEX = "mails_by_message_id";

/** A report about a mail that came back names it by its Message-ID. */
export const bounces: Migration = {
  name: "0023-bounces",
  async up(tx, engine) {
    if (engine === "mysql" && (await hasIndex(tx))) return;
    await tx.schema.alterTable("mails", (table) => void table.index(["message_id"], INDEX));
  },
};

async function hasIndex(tx: Knex): Promise<boolean> {
  const found: unknown = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ table_name: "mails", index_name: INDEX })
    .first(tx.raw("1 as found"));
  return found !== undefined;
}
