import { AppError } from "../errors";
import { text } from "../text";
import { MONTHS } from "./day-words";
import type { KursEntry } from "./kurs";

/** Columns of the CSV form; `per` and `to` may be missing. */
const COLUMNS = ["currency", "rate", "per", "from", "to", "kmk"] as const;
type Column = (typeof COLUMNS)[number];
const NEEDED: readonly Column[] = ["currency", "rate", "from", "kmk"];

/**
 * Rates out of a file: CSV with the columns currency, rate, per, from, to, kmk (comma, semicolon or tab), or the text of
 * the weekly page of Badan Kebijakan Fiskal, copied whole. Throws `malformed` when it is neither. Values are only read
 * here; `readKursList` judges them, in the order of the file.
 */
export function readKursFile(content: string): readonly KursEntry[] {
  const plain = content.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const entries = plain.includes("Tanggal Berlaku") ? readPage(plain) : readCsv(plain);
  if (entries !== null) return entries;
  throw new AppError(
    "malformed",
    text(
      `Berkas kurs harus CSV dengan kolom ${COLUMNS.join(", ")}, atau salinan teks halaman Kurs Pajak (nomor KMK, Tanggal Berlaku, daftar).`,
      `A file of rates is CSV with the columns ${COLUMNS.join(", ")}, or the copied text of the page Kurs Pajak (KMK number, Tanggal Berlaku, list).`,
    ),
  );
}

function readCsv(plain: string): KursEntry[] | null {
  const [head = "", ...rows] = plain.split("\n").filter((row) => row.trim() !== "");
  const mark = [";", "\t", ","].find((one) => head.includes(one)) ?? ",";
  const names = csvCells(head, mark).map((name) => name.toLowerCase());
  if (NEEDED.some((column) => !names.includes(column))) return null;
  return rows.map((row) => {
    const values = csvCells(row, mark);
    const value = (column: Column): string => values[names.indexOf(column)] ?? "";
    return {
      currency: value("currency"),
      from: value("from"),
      to: value("to") === "" ? undefined : value("to"),
      rate: plainDecimal(value("rate")),
      per: value("per") === "" ? undefined : Number(value("per")),
      kmk: value("kmk"),
    };
  });
}

/** The cells of a CSV row. Quoted ones may hold the separator; a doubled quote is one. No line breaks inside cells. */
export function csvCells(row: string, mark: string): string[] {
  const found: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < row.length; at += 1) {
    const letter = row.charAt(at);
    if (quoted && letter === '"' && row[at + 1] === '"') {
      cell += letter;
      at += 1;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === mark && !quoted) {
      found.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...found, cell.trim()];
}

/**
 * `16.234,56`, `16,234.56` and `16234.56` are the same rate: at most two decimals, so three digits behind a mark are
 * thousands. What fits no spelling is left as it is, for the check to refuse.
 */
export function plainDecimal(value: string): string {
  const spelt = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?$/.exec(value);
  const english = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/.exec(value);
  const [, whole, cents] = spelt ?? english ?? [];
  if (whole === undefined) return value;
  return whole.replace(/[.,]/g, "") + (cents === undefined ? "" : `.${cents}`);
}

/** "KMK Nomor 20/MK/EF.2/2025", "Tanggal Berlaku: 15 Oktober 2025 - 21 Oktober 2025", then rows with "(USD)" and a rate. */
function readPage(plain: string): KursEntry[] | null {
  const kmk = /KMK Nomor\s+(\S+)/.exec(plain)?.[1];
  const days = /Tanggal Berlaku\s*:?\s*(\d{1,2} \p{L}+ \d{4})\s*[-–—]\s*(\d{1,2} \p{L}+ \d{4})/u.exec(plain);
  const [from, to] = [dayOfWords(days?.[1]), dayOfWords(days?.[2])];
  if (kmk === undefined || from === null || to === null) return null;
  const rows = [...plain.matchAll(/\(([A-Z]{3})\)[^()\d]*(\d[\d.]*,\d{2})(?!\d)/g)];
  if (rows.length === 0) return null;
  return rows.map(([, currency = "", rate = ""]) => ({ currency, from, to, rate: plainDecimal(rate), kmk }));
}

function dayOfWords(words: string | undefined): string | null {
  const [date = "", name = "", year = ""] = (words ?? "").split(" ");
  const month = MONTHS.findIndex((one) => one.toLowerCase() === name.toLowerCase()) + 1;
  return month === 0 ? null : `${year}-${String(month).padStart(2, "0")}-${date.padStart(2, "0")}`;
}
