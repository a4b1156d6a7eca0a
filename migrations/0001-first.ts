import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

/** ISO instants in UTC, `2026-11-03T02:10:00.000Z`: they sort as text and mean the same on both engines. */
const instant = (table: Table, name: string) => table.string(name, 24);
const key = (table: Table, name: string, length = 100) => table.string(name, length);

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    "sellers",
    (table) => {
      key(table, "slug", 64).primary();
      table.string("npwp", 16).notNullable();
      table.string("nitku", 22).notNullable();
      table.string("name", 255).notNullable();
      table.text("address").notNullable();
      table.string("city", 100).notNullable();
      table.string("email", 255).notNullable();
      table.text("signer").notNullable();
      table.string("channel_kind", 32).notNullable();
      table.text("channel_sealed").notNullable();
      table.text("upload").notNullable();
      table.string("pdf", 16).notNullable();
      table.text("options").notNullable();
      table.boolean("simulated").notNullable().defaultTo(false);
      table.text("certificate_sealed", "longtext").nullable();
      table.text("certificate_about").nullable();
      instant(table, "created_at").notNullable();
      instant(table, "updated_at").notNullable();
    },
  ],
  [
    "portals",
    (table) => {
      key(table, "slug", 64).primary();
      table.string("kind", 16).notNullable();
      key(table, "seller", 64).notNullable().references("sellers.slug");
      table.text("secrets_sealed").notNullable();
      table.text("api_sealed").nullable();
      table.text("options").notNullable();
      instant(table, "created_at").notNullable();
      instant(table, "updated_at").notNullable();
    },
  ],
  [
    "accounts",
    (table) => {
      key(table, "id", 40).primary();
      key(table, "portal", 64).notNullable().references("portals.slug");
      key(table, "external_id").notNullable();
      table.string("name", 255).notNullable();
      table.string("email", 255).nullable();
      instant(table, "created_at").notNullable();
      instant(table, "updated_at").notNullable();
      table.unique(["portal", "external_id"]);
    },
  ],
  [
    // The account is the primary key: an account has at most one company, by constraint.
    "companies",
    (table) => {
      key(table, "account_id", 40).primary().references("accounts.id");
      table.string("npwp", 16).notNullable();
      table.string("nitku", 22).notNullable();
      table.string("name", 255).notNullable();
      table.text("address").notNullable();
      table.string("email", 1000).notNullable();
      table.string("transaction_code", 2).nullable();
      table.text("evidence").nullable();
      table.string("status", 16).notNullable();
      instant(table, "status_at").notNullable();
      table.string("status_by", 100).notNullable();
      table.text("status_reason").nullable();
      instant(table, "updated_at").notNullable();
      table.index(["npwp"]);
      table.index(["status", "updated_at"]);
    },
  ],
  [
    "company_history",
    (table) => {
      table.bigIncrements("id");
      key(table, "account_id", 40).notNullable().references("accounts.id");
      instant(table, "at").notNullable();
      table.string("by", 100).notNullable();
      table.string("event", 16).notNullable();
      table.text("reason").nullable();
      table.text("snapshot").notNullable();
      table.index(["account_id", "id"]);
    },
  ],
  [
    "hook_deliveries",
    (table) => {
      key(table, "portal", 64).notNullable();
      key(table, "delivery_id", 200).notNullable();
      table.string("kind", 32).notNullable();
      instant(table, "at").notNullable();
      table.primary(["portal", "delivery_id"]);
    },
  ],
  [
    "invoices",
    (table) => {
      key(table, "id", 40).primary();
      key(table, "portal", 64).notNullable().references("portals.slug");
      key(table, "external_id").notNullable();
      key(table, "seller", 64).notNullable();
      key(table, "account_id", 40).nullable().references("accounts.id");
      key(table, "number").nullable();
      instant(table, "paid_at").nullable();
      table.string("tax_day", 10).nullable();
      table.text("content", "longtext").nullable();
      table.string("content_hash", 64).nullable();
      table.text("company_at_payment").nullable();
      // What the portal last said of the payment: paid, unpaid or cancelled.
      table.string("portal_state", 16).notNullable();
      table.string("decision", 16).notNullable();
      // Reasons that finance has accepted for this invoice, as JSON.
      table.text("accepted").notNullable();
      table.text("reasons").notNullable();
      instant(table, "created_at").notNullable();
      instant(table, "updated_at").notNullable();
      table.unique(["portal", "external_id"]);
      table.index(["account_id", "id"]);
      table.index(["number"]);
      table.index(["decision", "id"]);
    },
  ],
  [
    "refunds",
    (table) => {
      key(table, "portal", 64).notNullable();
      key(table, "external_id", 200).notNullable();
      key(table, "invoice_external_id").notNullable();
      table.string("amount", 24).nullable();
      table.string("state", 16).notNullable();
      instant(table, "refunded_at").notNullable();
      table.text("reason").nullable();
      table.primary(["portal", "external_id"]);
      table.index(["portal", "invoice_external_id"]);
    },
  ],
  [
    "service_moves",
    (table) => {
      table.bigIncrements("id");
      key(table, "portal", 64).notNullable();
      key(table, "service_id").notNullable();
      key(table, "from_account").notNullable();
      key(table, "to_account").notNullable();
      key(table, "ticket").nullable();
      instant(table, "at").notNullable();
      table.index(["portal", "from_account"]);
    },
  ],
  [
    // live_key stands while the faktur lives and is empty afterwards: a second live faktur of one invoice part cannot be.
    "fakturs",
    (table) => {
      key(table, "id", 40).primary();
      key(table, "invoice_id", 40).notNullable().references("invoices.id");
      table.integer("revision").notNullable();
      key(table, "live_key", 80).nullable().unique();
      key(table, "seller", 64).notNullable().references("sellers.slug");
      key(table, "portal", 64).notNullable();
      key(table, "account_id", 40).notNullable();
      table.string("state", 16).notNullable();
      key(table, "reference").notNullable();
      table.string("transaction_code", 2).notNullable();
      table.string("date", 10).notNullable();
      table.string("period", 7).notNullable();
      table.string("deadline", 10).notNullable();
      table.string("nsfp", 17).nullable();
      table.string("buyer_npwp", 16).notNullable();
      table.string("buyer_name", 255).notNullable();
      table.text("document", "longtext").notNullable();
      table.bigInteger("dpp").notNullable();
      table.bigInteger("dpp_nilai_lain").notNullable();
      table.bigInteger("ppn").notNullable();
      table.string("channel_kind", 32).notNullable();
      key(table, "external_id", 200).nullable();
      table.string("channel_status", 100).nullable();
      table.text("channel_message").nullable();
      table.boolean("simulated").notNullable().defaultTo(false);
      // The authority still holds older data of this document: it is updated before it is uploaded.
      table.boolean("outdated_there").notNullable().defaultTo(false);
      table.string("problem", 40).nullable();
      table.string("pdf_kind", 16).nullable();
      table.string("pdf_sha256", 64).nullable();
      instant(table, "created_at").notNullable();
      instant(table, "updated_at").notNullable();
      table.unique(["seller", "reference"]);
      table.unique(["seller", "nsfp"]);
      table.index(["invoice_id"]);
      table.index(["state", "id"]);
      table.index(["account_id", "id"]);
      table.index(["buyer_npwp", "id"]);
      table.index(["seller", "date"]);
    },
  ],
  [
    "timeline",
    (table) => {
      table.bigIncrements("id");
      key(table, "faktur_id", 40).notNullable().references("fakturs.id");
      instant(table, "at").notNullable();
      table.string("event", 40).notNullable();
      table.string("by", 100).notNullable();
      table.text("detail").nullable();
      table.index(["faktur_id", "id"]);
    },
  ],
  [
    "exchanges",
    (table) => {
      table.bigIncrements("id");
      key(table, "faktur_id", 40).notNullable().references("fakturs.id");
      instant(table, "at").notNullable();
      table.string("operation", 20).notNullable();
      table.string("request_sha256", 64).notNullable();
      table.string("response_sha256", 64).nullable();
      table.index(["faktur_id", "id"]);
    },
  ],
  [
    "mails",
    (table) => {
      key(table, "id", 40).primary();
      key(table, "faktur_id", 40).notNullable().references("fakturs.id");
      table.string("recipient", 255).notNullable();
      table.integer("sequence").notNullable();
      table.string("state", 16).notNullable();
      table.string("message_id", 255).notNullable();
      table.text("detail").nullable();
      instant(table, "at").notNullable();
      table.unique(["faktur_id", "recipient", "sequence"]);
    },
  ],
  [
    "cases",
    (table) => {
      key(table, "id", 40).primary();
      key(table, "invoice_id", 40).notNullable().references("invoices.id");
      key(table, "faktur_id", 40).nullable();
      table.string("kind", 32).notNullable();
      table.string("state", 16).notNullable();
      table.text("detail").notNullable();
      // What opened it, with the id of a delivery or refund (200) behind.
      key(table, "cause", 255).notNullable();
      instant(table, "opened_at").notNullable();
      instant(table, "closed_at").nullable();
      table.unique(["invoice_id", "cause"]);
      table.index(["state", "opened_at"]);
    },
  ],
  [
    "jobs",
    (table) => {
      table.bigIncrements("id");
      table.string("kind", 20).notNullable();
      key(table, "subject", 200).notNullable();
      table.string("state", 10).notNullable();
      instant(table, "run_at").notNullable();
      table.integer("attempts").notNullable().defaultTo(0);
      table.integer("looks").notNullable().defaultTo(0);
      instant(table, "again_at").nullable();
      table.string("lease", 40).nullable();
      instant(table, "lease_until").nullable();
      table.string("last_code", 40).nullable();
      table.text("last_error").nullable();
      instant(table, "created_at").notNullable();
      table.unique(["kind", "subject"]);
      table.index(["state", "run_at", "id"]);
      table.index(["subject"]);
    },
  ],
  [
    "tokens",
    (table) => {
      key(table, "id", 40).primary();
      table.string("name", 100).notNullable();
      table.string("role", 16).notNullable();
      table.string("hash", 64).notNullable().unique();
      instant(table, "created_at").notNullable();
    },
  ],
  [
    "audit",
    (table) => {
      table.bigInteger("sequence").primary();
      instant(table, "at").notNullable();
      table.string("actor", 100).notNullable();
      table.string("action", 40).notNullable();
      table.string("subject", 200).notNullable();
      table.text("detail").nullable();
      table.string("previous", 64).notNullable();
      table.string("hash", 64).notNullable();
      table.index(["subject"]);
    },
  ],
];

export const first: Migration = {
  name: "0001-first",
  async up(tx, engine) {
    if (engine === "mysql") await dropUnfinished(tx);
    for (const [name, columns] of TABLES) {
      await tx.schema.createTable(name, (table) => {
        if (engine === "mysql") byteByByte(table);
        columns(table);
      });
    }
  },
};

/** Ids of portals differ by case (Stripe): compared byte by byte, as SQLite does. */
function byteByByte(table: Table): void {
  table.charset("utf8mb4");
  table.collate("utf8mb4_bin");
}

/**
 * MySQL keeps what a run that broke off has made, and a table may lack the constraints that come after it. Nothing was
 * ever written under an unfinished schema, so its tables are made anew; rows in one mean that this is something else.
 */
async function dropUnfinished(tx: Knex): Promise<void> {
  const standing: string[] = [];
  for (const [name] of TABLES) if (await tx.schema.hasTable(name)) standing.push(name);
  for (const name of standing) {
    if ((await tx(name).first()) === undefined) continue;
    throw new Error(`table ${name} holds rows, but 0001-first was never finished: restore schema_migrations`);
  }
  for (const name of standing.reverse()) await tx.schema.dropTable(name);
}
