import type { Knex } from "knex";
import type { Migration } from "./index";

const PAGE = 500;
const KEY_LENGTH = 100;

const COLUMNS: readonly (readonly [column: string, add: (table: Knex.AlterTableBuilder) => void])[] = [
  // The reference as the portal's sheets are compared with it, and the serial inside the number.
  ["reference_key", (table) => void table.string("reference_key", KEY_LENGTH).nullable()],
  ["serial", (table) => void table.string("serial", 13).nullable()],
];

const INDEXES: readonly (readonly [name: string, columns: readonly string[]])[] = [
  ["fakturs_seller_reference_key_index", ["seller", "reference_key"]],
  ["fakturs_seller_serial_index", ["seller", "serial"]],
  ["fakturs_seller_date_buyer_npwp_index", ["seller", "date", "buyer_npwp"]],
];

/** Keys by which what comes back from the portal finds its faktur, however many there are. */
export const readbackKeys: Migration = {
  name: "0006-readback-keys",
  async up(tx, engine) {
    for (const [column, add] of COLUMNS) {
      if (!(await tx.schema.hasColumn("fakturs", column))) await tx.schema.alterTable("fakturs", add);
    }
    await fill(tx);
    for (const [name, columns] of INDEXES) {
      if (engine === "mysql" && (await hasIndex(tx, name))) continue;
      await tx.schema.alterTable("fakturs", (table) => void table.index([...columns], name));
    }
  },
};

interface Row {
  readonly id: string;
  readonly reference: string;
  readonly nsfp: string | null;
}

async function fill(tx: Knex): Promise<void> {
  for (let after = ""; ;) {
    const rows: Row[] = await tx("fakturs")
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE)
      .select("id", "reference", "nsfp");
    for (const { id, reference, nsfp } of rows) {
      const reference_key = reference.normalize("NFKC").replace(/\s/g, "").slice(0, KEY_LENGTH);
      await tx("fakturs")
        .where({ id })
        .update({ reference_key, serial: nsfp?.slice(-13) ?? null });
    }
    const last = rows.at(-1);
    if (rows.length < PAGE || last === undefined) return;
    after = last.id;
  }
}

async function hasIndex(tx: Knex, name: string): Promise<boolean> {
  const [row] = await tx("information_schema.statistics")
    .whereRaw("table_schema = database()")
    .where({ table_name: "fakturs", index_name: name })
    .count({ count: "*" });
  return Number(row?.["count"] ?? 0) > 0;
}
