import type { Fault } from "../../errors";
import { openArchive } from "./archive";
import { noHeader, readHeader, type Places } from "./columns";
import { readListRow, type ListRow, type RefusedRow } from "./excel-rows";
import { readbackFault, refusalOf, refuseFile, type ReadbackFault } from "./faults";
import type { SheetRow } from "./sheet";
import { openWorkbook, type Workbook } from "./workbook";

export interface ListLimits {
  readonly fileBytes: number;
  readonly inflatedBytes: number;
  readonly rows: number;
}

export const LIST_LIMITS: ListLimits = {
  fileBytes: 100_000_000,
  // 100,000 rows of 17 columns take about 125 MB.
  inflatedBytes: 150_000_000,
  rows: 100_000,
};

export type ListReading =
  | { readonly kind: "list"; readonly rows: readonly ListRow[]; readonly refused: readonly RefusedRow[] }
  /** Nothing of the file was used. */
  | { readonly kind: "refused"; readonly faults: readonly Fault[] };

/**
 * The portal's "Pajak Keluaran" list from an .xlsx file. Faulty rows are refused one by one, with all their faults; a
 * file that cannot be trusted as a whole is refused by name. `sellerNpwp`: whose list it should be, where that is known;
 * only the export with the portal's own field names tells whose it is (coretax-xml 5.5). Amounts in hundredths of a rupiah.
 */
export async function readPortalList(
  bytes: Buffer,
  sellerNpwp: string | null,
  limits: ListLimits = LIST_LIMITS,
): Promise<ListReading> {
  const fault = faultOfBytes(bytes, limits);
  if (fault !== null) return { kind: "refused", faults: [fault] };
  try {
    return await readList(bytes, sellerNpwp, limits);
  } catch (thrown) {
    const faults = refusalOf(thrown);
    if (faults === null) throw thrown;
    return { kind: "refused", faults };
  }
}

const ZIP_START = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const OLE_START = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
/** How the old container names the stream of a workbook that is encrypted (MS-OFFCRYPTO 2.3). */
const ENCRYPTED = Buffer.from("EncryptedPackage", "utf16le");

function faultOfBytes(bytes: Buffer, limits: ListLimits): ReadbackFault | null {
  if (bytes.length === 0) return readbackFault("file_empty", "");
  if (bytes.length > limits.fileBytes) {
    return readbackFault("file_too_large", "", Math.round(limits.fileBytes / 1_000_000));
  }
  if (bytes.subarray(0, 8).equals(OLE_START)) {
    return readbackFault(bytes.includes(ENCRYPTED) ? "file_password" : "old_xls", "");
  }
  return bytes.subarray(0, 4).equals(ZIP_START) ? null : readbackFault("not_xlsx", "");
}

async function readList(bytes: Buffer, sellerNpwp: string | null, limits: ListLimits): Promise<ListReading> {
  const archive = await openArchive(bytes).catch((thrown: unknown) => {
    throw refuseFile("file_damaged", ["zip"], thrown);
  });
  try {
    return await listIn(await openWorkbook(archive, limits), sellerNpwp, limits);
  } finally {
    archive.close();
  }
}

/** The one tab that holds a list. What stands on another beside it would be passed over in silence, so two are refused. */
async function listIn(
  workbook: Workbook,
  sellerNpwp: string | null,
  limits: ListLimits,
): Promise<ListReading> {
  let found: ListReading | null = null;
  for (let sheet = 0; sheet < workbook.sheets; sheet += 1) {
    const list = await readSheet(workbook, sheet, sellerNpwp, limits);
    if (list?.kind === "refused" && found === null) return list;
    if (list?.kind !== "list") continue;
    if (holdsRows(found) && holdsRows(list)) {
      return { kind: "refused", faults: [readbackFault("several_lists", "")] };
    }
    if (found === null || holdsRows(list)) found = list;
  }
  return found ?? { kind: "refused", faults: [noHeader()] };
}

const holdsRows = (list: ListReading | null): boolean =>
  list?.kind === "list" && list.rows.length + list.refused.length > 0;

/** Titles stand below at most so many other rows. */
const MOST_ABOVE = 30;

/** The list on this sheet; null when it has none. */
async function readSheet(
  workbook: Workbook,
  sheet: number,
  sellerNpwp: string | null,
  limits: ListLimits,
): Promise<ListReading | null> {
  const rows: ListRow[] = [];
  const refused: RefusedRow[] = [];
  let places: Places | null = null;
  let faulty: ReadbackFault | null = null;
  let others: string | null = null;
  let above = 0;
  const takeAbove = (row: SheetRow): boolean => {
    const header = readHeader(row);
    if (header.kind === "header") places = header.places;
    if (header.kind === "faulty") faulty = header.fault;
    above += 1;
    return header.kind === "header" || (header.kind === "other" && above <= MOST_ABOVE);
  };
  await workbook.rows(sheet, (row) => {
    if (places === null) return takeAbove(row);
    const read = readListRow(row, { places, date1904: workbook.date1904, sellerNpwp });
    if (read.kind === "row") rows.push(read.row);
    if (read.kind === "refused") {
      refused.push(read.row);
      others = read.otherSeller ?? others;
    }
    if (rows.length + refused.length > limits.rows) throw refuseFile("too_many_rows", [limits.rows]);
    return true;
  });
  if (faulty !== null) return { kind: "refused", faults: [faulty] };
  if (places === null) return null;
  // Not one row of this seller: then it is the wrong file, and not a fault of each row.
  if (others !== null && rows.length === 0) {
    return { kind: "refused", faults: [readbackFault("wrong_seller", "", others)] };
  }
  return { kind: "list", rows, refused };
}
