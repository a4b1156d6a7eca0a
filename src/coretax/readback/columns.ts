import { readbackFault, type ReadbackFault } from "./faults";
import type { SheetRow } from "./sheet";

/*
 * The columns of the portal's "Pajak Keluaran" list by their titles: 17 Indonesian ones, or the portal's own field names
 * of its other export (samples/coretax/portal-excel-headers.json, portal-list-response.json). Places do not count.
 */

interface Column {
  /** The first that is there counts; the very first is what people are told. */
  readonly titles: readonly [string, ...string[]];
  readonly required: boolean;
}

const column = (required: boolean, ...titles: readonly [string, ...string[]]): Column => ({
  titles,
  required,
});

const COLUMNS = {
  buyerNumber: column(true, "NPWP Pembeli / Identitas lainnya", "NPWP Pembeli", "BuyerTIN"),
  buyerName: column(false, "Nama Pembeli", "BuyerTaxpayerName", "BuyerTaxpayerNameClear", "BuyerName"),
  code: column(false, "Kode Transaksi", "TaxInvoiceCode"),
  nsfp: column(true, "Nomor Faktur Pajak", "TaxInvoiceNumber"),
  date: column(true, "Tanggal Faktur Pajak", "TaxInvoiceDate"),
  period: column(false, "Masa Pajak", "TaxInvoicePeriod"),
  year: column(false, "Tahun", "Tahun Pajak", "TaxInvoiceYear"),
  status: column(true, "Status Faktur", "TaxInvoiceStatus"),
  eSign: column(false, "ESignStatus"),
  price: column(false, "Harga Jual/Penggantian/DPP", "SellingPrice"),
  dppNilaiLain: column(false, "DPP Nilai Lain/DPP", "OtherTaxBase"),
  ppn: column(true, "PPN", "VAT"),
  reference: column(true, "Referensi", "Reference"),
  sellerNpwp: column(false, "SellerTIN"),
  recordId: column(false, "RecordId"),
} as const satisfies Record<string, Column>;

export type ColumnKey = keyof typeof COLUMNS;

/** Where each column stands, from 0. */
export type Places = Readonly<Partial<Record<ColumnKey, number>>>;

export const titleOf = (key: ColumnKey): string => COLUMNS[key].titles[0];

/** Only letters and digits count: titles come with line breaks, several blanks and other capitals. */
const bare = (title: string): string =>
  title
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

const KEYS = Object.keys(COLUMNS) as ColumnKey[];
/** Fewer known titles than these are some other row that happens to use such a word. */
const FEWEST_TITLES = 3;
const PURCHASES = ["npwppenjual", "masapajakpengkreditkan", "tahunpajakpengkreditan"];

export type HeaderReading =
  | { readonly kind: "header"; readonly places: Places }
  | { readonly kind: "faulty"; readonly fault: ReadbackFault }
  | { readonly kind: "other" };

/** Whether this row holds the titles; rows above it may say anything. */
export function readHeader(row: SheetRow): HeaderReading {
  const titles = row.cells.map((cell) => (cell?.kind === "text" ? bare(cell.value) : ""));
  const places: Partial<Record<ColumnKey, number>> = {};
  const twice: string[] = [];
  for (const key of KEYS) {
    for (const title of COLUMNS[key].titles) {
      const place = titles.indexOf(bare(title));
      if (place < 0) continue;
      if (titles.includes(bare(title), place + 1)) twice.push(title);
      places[key] ??= place;
    }
  }
  if (Object.keys(places).length < FEWEST_TITLES) return { kind: "other" };
  const path = `/rows/${row.line}`;
  if (places.buyerNumber === undefined && PURCHASES.some((title) => titles.includes(title))) {
    return { kind: "faulty", fault: readbackFault("wrong_list", path) };
  }
  const missing = KEYS.filter((key) => COLUMNS[key].required && places[key] === undefined);
  if (missing.length > 0) {
    const names = missing.map(titleOf).join(", ");
    return { kind: "faulty", fault: readbackFault("columns_missing", path, names) };
  }
  if (twice.length > 0) {
    return { kind: "faulty", fault: readbackFault("column_twice", path, twice.join(", ")) };
  }
  return { kind: "header", places };
}

/** What is said when no row holds the titles at all. */
export const noHeader = (): ReadbackFault =>
  readbackFault(
    "columns_missing",
    "",
    KEYS.filter((key) => COLUMNS[key].required)
      .map(titleOf)
      .join(", "),
  );
