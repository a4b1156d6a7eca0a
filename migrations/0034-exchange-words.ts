import type { Migration } from "./index";

/**
 * What was said and answered, in the row itself: some 400 bytes each, for which a document of their own is a folder, a
 * file and two trips to the disk. Rows from before, and long words, name a document.
 */
export const exchangeWords: Migration = {
  name: "0034-exchange-words",
  async up(tx) {
    for (const side of ["request", "response"]) {
      // On MySQL a crash may have left the first of the two behind.
      if (await tx.schema.hasColumn("exchanges", side)) continue;
      await tx.schema.alterTable("exchanges", (table) => void table.text(side, "mediumtext").nullable());
    }
  },
};
