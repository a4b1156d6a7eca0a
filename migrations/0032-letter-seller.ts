import type { Migration } from "./index";

/** For whom a letter with fresh links speaks: an address that is registered at several sellers gets one from each. */
export const letterSeller: Migration = {
  name: "0032-letter-seller",
  async up(tx) {
    if (await tx.schema.hasColumn("customer_letters", "seller")) return;
    await tx.schema.alterTable("customer_letters", (table) => void table.string("seller", 64).nullable());
  },
};
