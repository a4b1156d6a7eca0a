import { openArchive } from "../../src/coretax/readback/archive";
import { openWorkbook } from "../../src/coretax/readback/workbook";

/** A table as a reader of the file sees it: by column title, every cell as text. */
export type ReadTable = readonly Readonly<Record<string, string>>[];

/** The tabs of an .xlsx in their order, read by the program's own reader of workbooks. */
export async function readXlsx(bytes: Buffer): Promise<{ tables: ReadTable[]; kinds: string[][][] }> {
  const archive = await openArchive(bytes);
  try {
    const workbook = await openWorkbook(archive, { inflatedBytes: 200_000_000 });
    const tables: ReadTable[] = [];
    const kinds: string[][][] = [];
    for (let sheet = 0; sheet < workbook.sheets; sheet += 1) {
      const rows: string[][] = [];
      const types: string[][] = [];
      await workbook.rows(sheet, (row) => {
        rows.push(Array.from(row.cells, (cell) => cell?.value ?? ""));
        types.push(Array.from(row.cells, (cell) => cell?.kind ?? ""));
        return true;
      });
      tables.push(titled(rows));
      kinds.push(types);
    }
    return { tables, kinds };
  } finally {
    archive.close();
  }
}

/** A CSV file by RFC 4180, in one pass over its letters. */
export function readCsv(csv: string, mark: string): ReadTable {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const text = csv.replace(/^\uFEFF/, "");
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === mark) {
      rows.at(-1)!.push(cell);
      cell = "";
    } else if (letter === "\r" && text[at + 1] === "\n") {
      rows.at(-1)!.push(cell);
      cell = "";
      rows.push([]);
      at += 1;
    } else cell += letter;
  }
  if (quoted || cell !== "" || rows.at(-1)!.length > 0) throw new Error("the file does not end with a line");
  return titled(rows.slice(0, -1));
}

const titled = ([head = [], ...rows]: readonly (readonly string[])[]): ReadTable =>
  rows.map((row) => Object.fromEntries(head.map((title, column) => [title, row[column] ?? ""])));
