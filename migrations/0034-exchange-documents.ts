import type { Migration } from "./index";

/**
 * What was said and what was answered in one document, which a row names: two of some 400 bytes each are twice the files and
 * twice the trips to the disk. Rows from before name none; each of their sides is a document of its own.
 */
export const exchangeDocuments: Migration = {
  name: "0034-exchange-documents",
  async up(tx) {
    // On MySQL a crash may have left the first of the two behind.
    if (!(await tx.schema.hasColumn("exchanges", "document_sha256")))
      await tx.schema.alterTable("exchanges", (table) => void table.string("document_sha256", 64).nullable());
    if (!(await tx.schema.hasColumn("exchanges", "request_bytes")))
      await tx.schema.alterTable("exchanges", (table) => void table.integer("request_bytes").nullable());
  },
};
