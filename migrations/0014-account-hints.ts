import type { Migration } from "./index";

/** What the portal shows as the taxpayer of an account: JSON of NpwpHint[]; empty = nothing was ever looked at. */
export const accountHints: Migration = {
  name: "0014-account-hints",
  async up(tx) {
    if (await tx.schema.hasColumn("accounts", "hints")) return;
    await tx.schema.alterTable("accounts", (table) => {
      table.text("hints").nullable();
    });
  },
};
