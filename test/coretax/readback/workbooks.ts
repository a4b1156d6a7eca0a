import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

/** Real ZIP and .xlsx files for the tests, small and made part by part, so that each part can be wrong on purpose. */

export interface ZipPart {
  readonly name: string;
  readonly bytes: Buffer | string;
  readonly mode?: number;
  readonly stored?: boolean;
}

export async function zipOf(parts: readonly ZipPart[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, bytes, mode, stored } of parts) {
    zip.addBuffer(Buffer.from(bytes), name, {
      mtime: new Date("2026-11-03T00:00:00Z"),
      compress: stored !== true,
      ...(mode === undefined ? {} : { mode }),
    });
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** The same bytes with one name for another of equal length, in both places where a ZIP writes it. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error("names must be of equal length");
  return Buffer.from(zip.toString("latin1").replaceAll(from, to), "latin1");
}

/** A text, `{ n }` a number as the file spells it, `{ x }` a ready `<c>` element's inside with its type. */
export type TestCell = string | null | { readonly n: string } | { readonly t: string; readonly x: string };

const escaped = (value: string): string => value.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

export const letterOf = (column: number): string =>
  column < 26
    ? String.fromCharCode(65 + column)
    : letterOf(Math.floor(column / 26) - 1) + letterOf(column % 26);

export interface WorkbookOptions {
  /** Texts in the shared table or inside their cells. */
  readonly inline?: boolean;
  /** Without the addresses that the format lets writers leave out. */
  readonly bare?: boolean;
  readonly date1904?: boolean;
  readonly sheetsBefore?: readonly (readonly (readonly TestCell[])[])[];
  /** Other parts, or other contents of the usual ones. */
  readonly parts?: Readonly<Record<string, string | Buffer>>;
}

export function workbookParts(
  rows: readonly (readonly TestCell[])[],
  options: WorkbookOptions = {},
): Record<string, string | Buffer> {
  const shared: string[] = [];
  const sheets = [...(options.sheetsBefore ?? []), rows];
  const parts: Record<string, string | Buffer> = {
    "[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    "xl/workbook.xml": `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
      <workbookPr${options.date1904 === true ? ' date1904="1"' : ""}/><sheets>${sheets
        .map((_, index) => `<sheet name="S${index}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
        .join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<?xml version="1.0"?><Relationships>${sheets
      .map((_, index) => `<Relationship Id="rId${index + 1}" Target="worksheets/sheet${index + 1}.xml"/>`)
      .join("")}</Relationships>`,
  };
  sheets.forEach((sheet, index) => {
    parts[`xl/worksheets/sheet${index + 1}.xml`] = sheetXml(sheet, shared, options);
  });
  if (shared.length > 0) {
    const items = shared.map((value) => `<si><t xml:space="preserve">${escaped(value)}</t></si>`).join("");
    parts["xl/sharedStrings.xml"] = `<?xml version="1.0" encoding="UTF-8"?><sst>${items}</sst>`;
  }
  return { ...parts, ...options.parts };
}

function sheetXml(
  rows: readonly (readonly TestCell[])[],
  shared: string[],
  options: WorkbookOptions,
): string {
  const cellXml = (cell: TestCell, address: string): string => {
    const at = options.bare === true ? "" : ` r="${address}"`;
    if (cell === null) return options.bare === true ? "<c/>" : "";
    if (typeof cell === "string") {
      if (options.inline === true) return `<c${at} t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`;
      if (!shared.includes(cell)) shared.push(cell);
      return `<c${at} t="s"><v>${shared.indexOf(cell)}</v></c>`;
    }
    return "n" in cell ? `<c${at}><v>${cell.n}</v></c>` : `<c${at} t="${cell.t}">${cell.x}</c>`;
  };
  const rowXml = (cells: readonly TestCell[], index: number): string =>
    `<row${options.bare === true ? "" : ` r="${index + 1}"`}>${cells
      .map((cell, column) => cellXml(cell, `${letterOf(column)}${index + 1}`))
      .join("")}</row>`;
  return `<?xml version="1.0" encoding="UTF-8"?><worksheet><dimension ref="A1"/><sheetData>${rows
    .map(rowXml)
    .join("")}</sheetData></worksheet>`;
}

export const xlsxOf = (
  rows: readonly (readonly TestCell[])[],
  options: WorkbookOptions = {},
): Promise<Buffer> =>
  zipOf(Object.entries(workbookParts(rows, options)).map(([name, bytes]) => ({ name, bytes })));

/** The 17 titles of the portal's list, in its order. */
export const TITLES = [
  "NPWP Pembeli / Identitas lainnya",
  "Nama Pembeli",
  "Kode Transaksi",
  "Nomor Faktur Pajak",
  "Tanggal Faktur Pajak",
  "Masa Pajak",
  "Tahun",
  "Status Faktur",
  "ESignStatus",
  "Harga Jual/Penggantian/DPP",
  "DPP Nilai Lain/DPP",
  "PPN",
  "PPnBM",
  "Penandatangan",
  "Referensi",
  "Dilaporkan oleh Penjual",
  "Dilaporkan oleh Pemungut PPN",
] as const;
export type Title = (typeof TITLES)[number];

/** An approved faktur as the list shows it. */
export const APPROVED: Readonly<Record<Title, TestCell>> = {
  "NPWP Pembeli / Identitas lainnya": "0098765432109000",
  "Nama Pembeli": "PT Pelanggan Sejahtera",
  "Kode Transaksi": "04",
  "Nomor Faktur Pajak": "04002600000000001",
  "Tanggal Faktur Pajak": "2026-11-03",
  "Masa Pajak": "November",
  Tahun: "2026",
  "Status Faktur": "APPROVED",
  ESignStatus: "Done",
  "Harga Jual/Penggantian/DPP": { n: "1000000" },
  "DPP Nilai Lain/DPP": { n: "916667" },
  PPN: { n: "110000" },
  PPnBM: { n: "0" },
  Penandatangan: "Budi Contoh",
  Referensi: "INV-2026-1234",
  "Dilaporkan oleh Penjual": null,
  "Dilaporkan oleh Pemungut PPN": null,
};

export const listCells = (more: Partial<Record<Title, TestCell>> = {}): TestCell[] =>
  TITLES.map((title) => (title in more ? (more[title] ?? null) : APPROVED[title]));

/** A list with these rows below its titles. */
export const listOf = (
  rows: readonly Partial<Record<Title, TestCell>>[],
  options: WorkbookOptions = {},
): Promise<Buffer> => xlsxOf([[...TITLES], ...rows.map(listCells)], options);
