import type { Knex } from "knex";
import type { Migration } from "./index";

type Table = Knex.CreateTableBuilder;

const instant = (table: Table, name: string) => table.string(name, 24);

const TABLES: readonly (readonly [string, (table: Table) => void])[] = [
  [
    "service_owners",
    (table) => {
      table.string("portal", 64).notNullable();
      table.string("service_id", 100).notNullable();
      table.string("account", 100).notNullable();
      table.string("label", 255).nullable();
      // The label as a domain name, for finding what belongs together; empty when it is none.
      table.string("name_key", 255).nullable();
      table.string("status", 50).notNullable();
      instant(table, "seen_at").notNullable();
      table.primary(["portal", "service_id"]);
      table.index(["portal", "account"]);
      table.index(["portal", "seen_at"]);
    },
  ],
  [
    "moves",
    (table) => {
      // In the order they were written down: which of two is the later decides where a service is.
      table.bigIncrements("sequence");
      table.string("id", 40).notNullable().unique();
      table.string("portal", 64).notNullable();
      table.string("service_id", 100).notNullable();
      table.string("from_account", 100).notNullable();
      table.string("to_account", 100).notNullable();
      table.string("label", 255).nullable();
      table.string("source", 16).notNullable();
      // When the service was last seen with its old owner; empty when it never was.
      instant(table, "last_seen_from").nullable();
      instant(table, "seen_at").notNullable();
      table.string("state", 16).notNullable();
      table.string("ticket", 100).nullable();
      table.boolean("ticket_checked").notNullable().defaultTo(false);
      table.text("note").nullable();
      table.string("tied_by", 100).nullable();
      instant(table, "tied_at").nullable();
      table.string("transfer_id", 40).nullable();
      // The old owner's unpaid invoices for it when last asked, as JSON; empty while never asked.
      table.text("unpaid").nullable();
      instant(table, "unpaid_at").nullable();
      instant(table, "closed_at").nullable();
      table.index(["portal", "from_account"]);
      table.index(["portal", "service_id", "sequence"]);
      table.index(["state", "id"]);
    },
  ],
  [
    "transfers",
    (table) => {
      table.string("id", 40).primary();
      table.string("portal", 64).notNullable();
      // The same wish twice is one transfer while it is not decided: the hash of what was asked, empty afterwards.
      table.string("open_key", 64).nullable().unique();
      table.text("services").notNullable();
      table.string("from_account", 100).notNullable();
      table.string("to_email", 254).notNullable();
      table.string("to_account", 100).nullable();
      table.string("ticket", 100).notNullable();
      table.string("ticket_id", 100).nullable();
      table.string("state", 16).notNullable();
      table.text("checks").notNullable();
      instant(table, "checked_at").notNullable();
      table.text("steps").notNullable();
      table.string("opened_by", 100).notNullable();
      instant(table, "opened_at").notNullable();
      table.string("decided_by", 100).nullable();
      instant(table, "decided_at").nullable();
      table.text("decision_reason").nullable();
      table.string("answer_state", 16).notNullable();
      table.text("answer").nullable();
      instant(table, "answered_at").nullable();
      instant(table, "overdue_at").nullable();
      instant(table, "done_at").nullable();
      table.index(["state", "id"]);
      table.index(["portal", "id"]);
    },
  ],
  [
    // approved_key is portal and service while a transfer is approved: a service is given to one account at a time.
    "transfer_services",
    (table) => {
      table.string("transfer_id", 40).notNullable().references("transfers.id");
      table.string("service_id", 100).notNullable();
      table.string("approved_key", 200).nullable().unique();
      table.primary(["transfer_id", "service_id"]);
    },
  ],
];

interface EarlierMove {
  readonly id: number | string;
  readonly portal: string;
  readonly service_id: string;
  readonly from_account: string;
  readonly to_account: string;
  readonly ticket: string | null;
  readonly at: string;
}

/** Who has which service, moves between accounts, and transfers asked for by ticket. */
export const moves: Migration = {
  name: "0010-moves",
  async up(tx, engine) {
    // What a run that broke off has made may lack its constraints; nothing but the copy below was ever written into it.
    for (const [name] of [...TABLES].reverse()) await tx.schema.dropTableIfExists(name);
    for (const [name, columns] of TABLES) {
      await tx.schema.createTable(name, (table) => {
        if (engine === "mysql") {
          table.charset("utf8mb4");
          table.collate("utf8mb4_bin");
        }
        columns(table);
      });
    }
    // The old table stays as it was, so that this can be run again; nothing reads it any more.
    const earlier = await tx<EarlierMove>("service_moves").orderBy("id");
    for (const move of earlier) {
      const { portal, service_id, from_account, to_account, ticket, at } = move;
      await tx("moves").insert({
        // Sorts before every id that is made later.
        id: `0-${String(move.id).padStart(12, "0")}`,
        ...{ portal, service_id, from_account, to_account, ticket, source: "event", seen_at: at },
        ...(ticket === null
          ? { state: "open" }
          : { state: "tied", tied_by: `portal:${portal}`, tied_at: at }),
      });
    }
  },
};
