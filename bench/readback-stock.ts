/*
 * The drawing process of the read-back bench: a database with so many exported fakturs, and a ZIP of the official sheets of
 * some of them. `FOLDER SHEETS FAKTURS`.
 */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { channelPurpose } from "../src/seals";
import { createSeal } from "../src/seal";
import { openDb } from "../src/store/db";
import { migrate } from "../src/store/migrate";
import { saveSeller } from "../src/store/sellers";
import { officialSheet } from "../test/coretax/official-sheet";
import { fakturAt, npwpAt, nsfpAt, stock } from "../test/coretax/stock";
import { AT, seed, sellerData } from "../test/support/rows";

const RECORD = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

async function main(): Promise<void> {
  const [folder = "", sheets = "0", fakturs = "0"] = process.argv.slice(2);
  const db = openDb(`sqlite:${join(folder, "faktur.db")}`, 1);
  await migrate(db, () => AT);
  await seed(db);
  const channel_sealed = createSeal(Buffer.alloc(32, 7)).close(
    JSON.stringify({ kind: "coretax-file" }),
    channelPurpose("utama"),
  );
  await saveSeller(db.knex, "utama", sellerData({ channel_kind: "coretax-file", channel_sealed }), AT);
  await stock(db, Number(fakturs));
  await db.close();

  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(join(folder, "pdf.zip")));
  for (let index = 0; index < Number(sheets); index += 1) {
    const bytes = await officialSheet(fakturAt(index), nsfpAt(index));
    const name = `OutputTaxInvoice-${RECORD}-${sellerData().npwp}-${nsfpAt(index)}-${npwpAt(index)}.pdf`;
    zip.addBuffer(bytes, name);
  }
  zip.end();
  await written;
}

void main();
