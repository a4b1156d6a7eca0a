import type { Migration } from "./index";

/** The kind of a collector of code 03 whose threshold is known: a verified attribute of the company. */
export const collector: Migration = {
  name: "0008-collector",
  async up(tx) {
    if (await tx.schema.hasColumn("companies", "collector")) return;
    await tx.schema.alterTable("companies", (table) => table.string("collector", 12).nullable());
  },
};
