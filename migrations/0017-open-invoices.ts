import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

/** Every column by itself: on MySQL a run that broke off has made some of them, and runs again. */
const COLUMNS: readonly (readonly [table: string, column: string, add: (table: Table) => void])[] = [
  // The first day whose payments the company's fakturs cover; empty for every day.
  ["companies", "active_from", (table) => table.string("active_from", 10).nullable()],
  // The code of the first of `reasons`, for the list of what has no faktur.
  ["invoices", "reason", (table) => table.string("reason", 40).nullable()],
];

/** Walked in the order of the list; the portal stands at the end so that other portals are passed over unread. */
const INDEXES: readonly (readonly [table: string, name: string, columns: readonly string[]])[] = [
  ["invoices", "invoices_by_day", ["decision", "tax_day", "id", "portal"]],
  ["invoices", "invoices_by_reason", ["decision", "reason", "tax_day", "id", "portal"]],
  ["companies", "companies_by_status", ["status", "status_at", "account_id"]],
];

/** The list of paid invoices without a faktur, companies active from a day, and the files of their evidence. */
export const openInvoices: Migration = {
  name: "0017-open-invoices",
  async up(tx, engine) {
    for (const [name, column, add] of COLUMNS) {
      if (!(await tx.schema.hasColumn(name, column))) await tx.schema.alterTable(name, add);
    }
    const first = "json_extract(reasons, '$[0].code')";
    const plain = engine === "mysql" ? `json_unquote(${first})` : first;
    await tx("invoices")
      .whereIn("decision", ["held", "skipped"])
      .whereNot("reasons", "[]")
      .update({ reason: tx.raw(plain) });
    for (const [table, name, columns] of INDEXES) {
      if (engine === "mysql" && (await hasIndex(tx, table, name))) continue;
      await tx.schema.alterTable(table, (one) => void one.index([...columns], name));
    }
    // What a run that broke off has made may lack its constraints; nothing was ever written into it.
    await tx.schema.dropTableIfExists("company_files");
    await tx.schema.createTable("company_files", (table) => {
      if (engine === "mysql") {
        table.charset("utf8mb4");
        table.collate("utf8mb4_bin");
      }
      table.bigIncrements("id");
      table.string("account_id", 40).notNullable().references("accounts.id");
      table.string("sha256", 64).notNullable();
      table.string("name", 200).notNullable();
      table.string("type", 32).notNullable();
      table.integer("size").notNullable();
      table.string("by", 100).notNullable();
      table.string("at", 24).notNullable();
      table.unique(["account_id", "sha256"]);
    });
  },
};

async function hasIndex(tx: Knex, table: string, name: string): Promise<boolean> {
  const found: unknown = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ table_name: table, index_name: name })
    .first(tx.raw("1 as found"));
  return found !== undefined;
}
