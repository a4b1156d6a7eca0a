import { readNpwp } from "../accounts/npwp";
import { parseTaxDay, type Period, type TaxDay } from "../clock";
import type { Fault } from "../errors";
import { csvCells, plainDecimal } from "../faktur/kurs-file";
import { HUNDRED, parseMoney, type Money } from "../money";
import { text, type Text } from "../text";
import { parsePeriod } from "./masa";

/** A bukti potong as a person or a file gives it, nothing checked yet. */
export interface ReceiptEntry {
  readonly number: string;
  readonly date: string;
  readonly masa: string;
  readonly npwp: string;
  readonly dpp: string;
  readonly pph: string;
  readonly nsfp?: string | undefined;
  readonly invoice?: string | undefined;
}

/** A checked one. */
export interface NewReceipt {
  readonly number: string;
  readonly date: TaxDay;
  readonly masa: Period;
  readonly buyerNpwp: string;
  readonly dpp: Money;
  readonly pph: Money;
  readonly nsfp: string | null;
  readonly invoice: string | null;
}

export type ReadReceipts =
  | { readonly kind: "list"; readonly list: readonly NewReceipt[] }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

const WORDS = 100;

/** Column titles of a CSV file, in the program's words and in Indonesian. */
const TITLES: Readonly<Record<keyof ReceiptEntry, readonly string[]>> = {
  number: ["number", "nomor", "nomor bukti potong", "no bukti potong"],
  date: ["date", "tanggal", "tanggal bukti potong"],
  masa: ["masa", "masa pajak"],
  npwp: ["npwp", "npwp pemotong"],
  dpp: ["dpp", "penghasilan bruto"],
  pph: ["pph", "pph dipotong"],
  nsfp: ["nsfp", "faktur", "nomor faktur"],
  invoice: ["invoice", "nomor invoice"],
};
const NEEDED = ["number", "date", "masa", "npwp", "dpp", "pph"] as const;

/** Rows of a CSV file (comma, semicolon or tab) as entries; null when its columns are others. */
export function readReceiptFile(content: string): readonly ReceiptEntry[] | null {
  const [head = "", ...rows] = content
    .replace(/^\uFEFF/, "")
    .split(/\r\n?|\n/)
    .filter((row) => row.trim() !== "");
  const mark = [";", "\t", ","].find((one) => head.includes(one)) ?? ",";
  const titles = csvCells(head, mark).map((title) => title.toLowerCase());
  const place = (field: keyof ReceiptEntry) => titles.findIndex((title) => TITLES[field].includes(title));
  if (NEEDED.some((field) => place(field) < 0)) return null;
  return rows.map((row) => {
    const cells = csvCells(row, mark);
    const value = (field: keyof ReceiptEntry) => unwrapped(cells[place(field)] ?? "");
    return {
      ...{ number: value("number"), date: isoDay(value("date")), masa: isoMasa(value("masa")) },
      ...{ npwp: value("npwp"), dpp: plainDecimal(value("dpp")), pph: plainDecimal(value("pph")) },
      ...{ nsfp: value("nsfp") || undefined, invoice: value("invoice") || undefined },
    };
  });
}

/** Our own files write long numbers as `="0123…"`, so that Excel keeps them, and `'` before what could be a formula. */
const unwrapped = (cell: string): string => (/^="?([^"]*)"?$/.exec(cell)?.[1] ?? cell).replace(/^'/, "");

/** `03/11/2026`, as Indonesian programs write days. */
const isoDay = (value: string): string =>
  value.replace(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/, (_all, day: string, month: string, year: string) =>
    [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-"),
  );

const isoMasa = (value: string): string =>
  value.replace(
    /^(\d{1,2})[/.-](\d{4})$/,
    (_all, month: string, year: string) => `${year}-${month.padStart(2, "0")}`,
  );

/** Every fault of every entry at once, under `/receipts/N`. Codes ending in `_malformed` are about the form. */
export function readReceipts(entries: readonly ReceiptEntry[]): ReadReceipts {
  const read = entries.map((entry, index) => readOne(entry, `/receipts/${index}`));
  const list = read.flatMap((one) => (one.receipt === null ? [] : [one.receipt]));
  const seen = new Map<string, number>();
  const twice = list.flatMap((receipt, index): Fault[] => {
    const key = `${receipt.buyerNpwp}/${receipt.number}`;
    const first = seen.get(key);
    seen.set(key, first ?? index);
    return first === undefined || same(list[first], receipt)
      ? []
      : [fault("receipt_twice", `/receipts/${index}`)];
  });
  const faults = [...read.flatMap((one) => one.faults), ...twice];
  if (entries.length === 0) faults.push(fault("receipt_list_empty", "/receipts"));
  return faults.length > 0 ? { kind: "faults", faults } : { kind: "list", list };
}

const same = (one: NewReceipt | undefined, other: NewReceipt): boolean =>
  one !== undefined && one.dpp === other.dpp && one.pph === other.pph && one.masa === other.masa;

function readOne(entry: ReceiptEntry, path: string): { receipt: NewReceipt | null; faults: Fault[] } {
  const number = entry.number.replace(/\s+/g, "").toUpperCase();
  const date = parseTaxDay(entry.date.trim());
  const masa = parsePeriod(entry.masa.trim());
  const npwp = readNpwp(entry.npwp);
  const [dpp, pph] = [parseMoney(entry.dpp.trim()), parseMoney(entry.pph.trim())];
  const nsfp = entry.nsfp?.replace(/[\s.-]/g, "") ?? "";
  const invoice = entry.invoice?.trim() ?? "";
  const faults = [
    ...when(number === "" || number.length > WORDS, "receipt_number_malformed", `${path}/number`),
    ...when(date === null, "receipt_date_malformed", `${path}/date`),
    ...when(masa === null, "receipt_masa_malformed", `${path}/masa`),
    ...when(npwp.kind !== "npwp", "receipt_npwp_malformed", `${path}/npwp`),
    ...when(!isRupiah(dpp), "receipt_amount_malformed", `${path}/dpp`),
    ...when(!isRupiah(pph), "receipt_amount_malformed", `${path}/pph`),
    ...when(isRupiah(dpp) && isRupiah(pph) && pph > dpp, "receipt_pph_above_dpp", `${path}/pph`),
    ...when(nsfp !== "" && !/^\d{17}$/.test(nsfp), "receipt_nsfp_malformed", `${path}/nsfp`),
    ...when(invoice.length > WORDS, "receipt_invoice_malformed", `${path}/invoice`),
  ];
  const broken = faults.length > 0 || date === null || masa === null || npwp.kind !== "npwp";
  if (broken || dpp === null || pph === null) return { receipt: null, faults };
  const words = { nsfp: nsfp === "" ? null : nsfp, invoice: invoice === "" ? null : invoice };
  return { receipt: { number, date, masa, buyerNpwp: npwp.npwp, dpp, pph, ...words }, faults };
}

/** A bukti potong is in whole rupiah, and something was withheld. */
const isRupiah = (amount: Money | null): amount is Money =>
  amount !== null && amount > 0n && amount % HUNDRED === 0n;

const SAYS = {
  receipt_number_malformed: text(
    "Nomor bukti potong 1 sampai 100 huruf.",
    "The number has 1 to 100 characters.",
  ),
  receipt_date_malformed: text(
    "Tanggal: YYYY-MM-DD atau DD/MM/YYYY yang ada.",
    "Date: an existing YYYY-MM-DD or DD/MM/YYYY.",
  ),
  receipt_masa_malformed: text("Masa pajak: YYYY-MM.", "Tax period: YYYY-MM."),
  receipt_npwp_malformed: text(
    "NPWP pemotong 15 atau 16 digit, milik pusat (bila diawali 0, berakhiran 000). Bila Excel menulis 1,23E+15, jadikan kolomnya teks lalu isi lagi.",
    "The payer's NPWP has 15 or 16 digits and is the head office's (it ends in 000 if it begins with 0). If Excel wrote 1.23E+15, make the column text and fill it in again.",
  ),
  receipt_amount_malformed: text("Rupiah penuh di atas nol.", "Whole rupiah above zero."),
  receipt_pph_above_dpp: text("PPh lebih besar dari DPP-nya.", "The PPh is more than its DPP."),
  receipt_nsfp_malformed: text(
    "Nomor faktur 17 digit. Bila Excel membulatkannya, jadikan kolomnya teks lalu isi lagi.",
    "The faktur's number has 17 digits. If Excel rounded it, make the column text and fill it in again.",
  ),
  receipt_invoice_malformed: text(
    "Nomor invoice paling banyak 100 huruf.",
    "The invoice has at most 100 characters.",
  ),
  receipt_twice: text(
    "Nomor dan pemotong ini disebut dua kali dengan isi berbeda.",
    "This number and payer are named twice with different content.",
  ),
  receipt_list_empty: text("Daftarnya kosong.", "The list is empty."),
} as const satisfies Record<string, Text>;

const FIX = text("Salin persis dari bukti potongnya.", "Copy it exactly from the bukti potong.");

const fault = (code: keyof typeof SAYS, path: string): Fault => ({
  ...{ code, path, message: SAYS[code], fix: FIX },
});

const when = (wrong: boolean, code: keyof typeof SAYS, path: string): Fault[] =>
  wrong ? [fault(code, path)] : [];
