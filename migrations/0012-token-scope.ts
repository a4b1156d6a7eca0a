import type { Migration } from "./index";

/** A token may be bound to one portal; empty = it is not. */
export const tokenScope: Migration = {
  name: "0012-token-scope",
  async up(tx) {
    if (await tx.schema.hasColumn("tokens", "portal")) return;
    await tx.schema.alterTable("tokens", (table) => {
      table.string("portal", 64).nullable();
    });
  },
};
