import type { Knex } from "knex";
import type { Migration } from "./index";

const WITHOUT_PDF = "fakturs_without_pdf";

/** Approved fakturs whose PDF never came, found without passing over those that have theirs. */
export const papers: Migration = {
  name: "0033-papers",
  async up(tx, engine) {
    if (engine === "mysql" && (await hasIndex(tx))) return;
    const columns = ["pdf_kind", "state", "updated_at"];
    await tx.schema.alterTable("fakturs", (table) => void table.index(columns, WITHOUT_PDF));
  },
};

async function hasIndex(tx: Knex): Promise<boolean> {
  const found: unknown = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ table_name: "fakturs", index_name: WITHOUT_PDF })
    .first(tx.raw("1 as found"));
  return found !== undefined;
}
