import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

/** Every column by itself: on MySQL a run that broke off has made some of them, and runs again. */
const COLUMNS: readonly (readonly [table: string, column: string, add: (table: Table) => void])[] = [
  // What the portal told later, where it differs from what is recorded: the columns it would fill, as JSON.
  ["invoices", "told", (table) => table.text("told", "longtext").nullable()],
  ["invoices", "told_hash", (table) => table.string("told_hash", 64).nullable()],
  // When the portal said what portal_state is; older words that come later change nothing.
  ["invoices", "portal_state_at", (table) => table.string("portal_state_at", 24).nullable()],
  // What closed a case without a decision.
  ["cases", "closed_because", (table) => table.string("closed_because", 40).nullable()],
  // The number under which the buyer is searched: the NPWP, or the NIK, passport or other number.
  ["fakturs", "buyer_number", (table) => table.string("buyer_number", 64).nullable()],
  // A person has said that it goes up outside the seller's hours.
  ["fakturs", "upload_now", (table) => table.boolean("upload_now").notNullable().defaultTo(false)],
  // How often the process died while it held the job.
  ["jobs", "crashes", (table) => table.integer("crashes").notNullable().defaultTo(0)],
];

const NO_NPWP = "0".repeat(16);
const PAGE = 500;

/** Buyers without NPWP have their number in the document only; it is taken out of there once. */
async function fillNumbers(tx: Knex): Promise<void> {
  await tx("fakturs")
    .whereNull("buyer_number")
    .whereNot("buyer_npwp", NO_NPWP)
    .update({ buyer_number: tx.ref("buyer_npwp") });
  for (let after = ""; ;) {
    const rows: { id: string; document: string }[] = await tx("fakturs")
      .whereNull("buyer_number")
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE)
      .select("id", "document");
    for (const { id, document } of rows) {
      const { buyer } = JSON.parse(document) as { buyer?: { documentNumber?: string } };
      await tx("fakturs")
        .where({ id })
        .update({ buyer_number: (buyer?.documentNumber ?? "").slice(0, 64) });
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

const INDEX = "fakturs_buyer_number_id_index";

/** The index by itself, for the same reason. */
async function addIndex(tx: Knex, engine: "sqlite" | "mysql"): Promise<void> {
  const mysql = engine === "mysql";
  const where = mysql
    ? "show index from fakturs where Key_name = ?"
    : "select 1 from sqlite_master where name = ?";
  const answer: unknown = await tx.raw(where, [INDEX]);
  const found = mysql ? (answer as [unknown[]])[0] : (answer as unknown[]);
  if (found.length > 0) return;
  await tx.schema.alterTable("fakturs", (table) => table.index(["buyer_number", "id"], INDEX));
}

/** Later tellings of an invoice, words that came before it, numbers of buyers without NPWP, crashes of jobs. */
export const corrections2: Migration = {
  name: "0007-corrections-2",
  async up(tx, engine) {
    for (const [name, column, add] of COLUMNS) {
      if (!(await tx.schema.hasColumn(name, column))) await tx.schema.alterTable(name, add);
    }
    await addIndex(tx, engine);
    await fillNumbers(tx);
    // What a run that broke off has made may lack its constraints; nothing was ever written into it.
    await tx.schema.dropTableIfExists("early_states");
    await tx.schema.createTable("early_states", (table) => {
      if (engine === "mysql") {
        table.charset("utf8mb4");
        table.collate("utf8mb4_bin");
      }
      table.string("portal", 64).notNullable();
      table.string("invoice_external_id", 100).notNullable();
      table.string("state", 16).notNullable();
      table.string("said_at", 24).notNullable();
      table.primary(["portal", "invoice_external_id"]);
    });
  },
};
