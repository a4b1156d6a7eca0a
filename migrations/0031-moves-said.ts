import type { Migration } from "./index";

/** When a move was said or seen: a portal may tell the later of two first, and where a service is follows this order. */
export const movesSaid: Migration = {
  name: "0031-moves-said",
  async up(tx) {
    if (!(await tx.schema.hasColumn("moves", "said_at"))) {
      await tx.schema.alterTable("moves", (table) => void table.string("said_at", 24).nullable());
    }
    // What stands was told when it was written down, as far as is known.
    await tx("moves")
      .whereNull("said_at")
      .update({ said_at: tx.ref("seen_at") });
  },
};
