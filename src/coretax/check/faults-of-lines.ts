import { text } from "../../text";
import type { FaultWords } from "./faults";

const PLAIN = text(
  "Tulis angka saja dengan titik desimal, paling banyak dua desimal: 1234567.89.",
  "Write digits with a decimal point and at most two decimals: 1234567.89.",
);
const CHAIN = text(
  "Hitung berurutan, tiap langkah dibulatkan ke dua desimal: Price × Qty − TotalDiscount, × 11/12, × VATRate.",
  "Compute step by step, each to two decimals: Price × Qty − TotalDiscount, × 11/12, × VATRate.",
);
const LOOK = text("Periksa apakah ini memang dimaksud.", "Check that this is meant.");

/** Faults of the lines: numbers, codes, and the chain of amounts (coretax-xml 1.4, 3.1). */
export const LINE_FAULTS = {
  number_malformed: ["error", text("{found} bukan angka.", "{found} is not a number."), PLAIN],
  number_separator: [
    "error",
    text("{found} memakai koma atau pemisah ribuan.", "{found} uses a comma or a thousands mark."),
    PLAIN,
  ],
  number_exponent: ["error", text("{found} memakai eksponen.", "{found} uses an exponent."), PLAIN],
  number_too_precise: [
    "error",
    text("{found} memiliki lebih dari dua desimal.", "{found} has more than two decimals."),
    PLAIN,
  ],
  number_trailing_zeros: [
    "warning",
    text(
      "{found} memuat lebih dari dua desimal, semuanya nol.",
      "{found} has more than two decimals, all of them zero.",
    ),
    PLAIN,
  ],
  number_too_large: ["error", text("{found} terlalu besar.", "{found} is too large."), PLAIN],
  number_negative: [
    "error",
    text("{found} negatif; Coretax menolaknya.", "{found} is negative; Coretax refuses it."),
    text("Jadikan potongan pada TotalDiscount baris lain.", "Make it a TotalDiscount of other lines."),
  ],
  opt_unknown: [
    "error",
    text("Opt {found} tidak dikenal.", "Opt {found} is not known."),
    text("Tulis A untuk barang, B untuk jasa.", "Write A for goods, B for services."),
  ],
  item_code_malformed: [
    "error",
    text("Kode barang/jasa {found} bukan 6 digit.", "The item code {found} is not 6 digits."),
    text("Tulis 6 digit; 000000 bila umum.", "Write 6 digits; 000000 when general."),
  ],
  item_code_unknown: [
    "error",
    text(
      "Kode {found} tidak ada dalam daftar Opt {expected}.",
      "The code {found} is not in the list of Opt {expected}.",
    ),
    text(
      "Pilih dari daftar yang sesuai: A barang, B jasa; 000000 bila umum.",
      "Choose from the right list: A goods, B services; 000000 when general.",
    ),
  ],
  unit_unknown: [
    "error",
    text("Satuan {found} tidak dikenal.", "The unit {found} is not known."),
    text("Tulis UM.0001 sampai UM.0039.", "Write UM.0001 to UM.0039."),
  ],
  qty_zero: ["warning", text("Qty nol.", "Qty is zero."), LOOK],
  discount_too_large: [
    "error",
    text(
      "TotalDiscount {found} melebihi Price × Qty {expected}.",
      "TotalDiscount {found} exceeds Price × Qty {expected}.",
    ),
    text(
      "TotalDiscount adalah potongan seluruh baris, bukan per satuan.",
      "TotalDiscount is the discount of the whole line, not of one unit.",
    ),
  ],
  tax_base_wrong: [
    "error",
    text("TaxBase {found}, seharusnya {expected}.", "TaxBase is {found}, it must be {expected}."),
    CHAIN,
  ],
  other_tax_base_wrong: [
    "error",
    text("OtherTaxBase {found}, seharusnya {expected}.", "OtherTaxBase is {found}, it must be {expected}."),
    CHAIN,
  ],
  other_tax_base_not_reduced: [
    "error",
    text(
      "OtherTaxBase {found} tidak dikalikan 11/12; jasa kode 04 seharusnya {expected}.",
      "OtherTaxBase {found} lacks the 11/12; for a service of code 04 it must be {expected}.",
    ),
    CHAIN,
  ],
  other_tax_base_luxury_only: [
    "warning",
    text(
      "OtherTaxBase penuh pada kode 04 hanya untuk barang mewah; selain itu {expected}.",
      "A full OtherTaxBase under code 04 is for luxury goods only; else it is {expected}.",
    ),
    LOOK,
  ],
  other_tax_base_full: [
    "warning",
    text(
      "OtherTaxBase penuh; banyak pihak memakai 11/12 di sini: {expected}.",
      "OtherTaxBase is the full base; others use 11/12 here: {expected}.",
    ),
    LOOK,
  ],
  other_tax_base_full_on_service: [
    "warning",
    text(
      "Jasa dengan kode 01 dan DPP penuh: PMK 131/2024 memberi semua jasa 11/12 (kode 04).",
      "A service under code 01 with the full base: PMK 131/2024 gives all services 11/12 (code 04).",
    ),
    LOOK,
  ],
  other_tax_base_reduced: [
    "warning",
    text(
      "OtherTaxBase 11/12 pada kode ini tidak biasa; DPP penuhnya {expected}.",
      "An OtherTaxBase of 11/12 is unusual under this code; the full base is {expected}.",
    ),
    LOOK,
  ],
  other_tax_base_unusual: [
    "warning",
    text(
      "OtherTaxBase {found} bukan DPP penuh dan bukan 11/12-nya.",
      "OtherTaxBase {found} is neither the full base nor 11/12 of it.",
    ),
    LOOK,
  ],
  other_tax_base_rounded: [
    "warning",
    text(
      "OtherTaxBase {found} dibulatkan ke rupiah penuh; tepatnya {expected}.",
      "OtherTaxBase {found} is rounded to whole rupiah; exactly it is {expected}.",
    ),
    text("Pertahankan dua desimal per baris.", "Keep two decimals on each line."),
  ],
  vat_rate_wrong: [
    "error",
    text("VATRate {found}, seharusnya {expected}.", "VATRate is {found}, it must be {expected}."),
    text("Tarif tetap 12; 11/12 ada pada OtherTaxBase.", "The rate stays 12; the 11/12 is in OtherTaxBase."),
  ],
  vat_rate_of_old_law: [
    "warning",
    text(
      "VATRate {found} adalah tarif pada tanggal itu, tetapi formulir DJP hanya menerima {expected}.",
      "VATRate {found} was the rate of that day, but DJP's form takes {expected} only.",
    ),
    LOOK,
  ],
  vat_wrong: [
    "error",
    text("VAT {found}, seharusnya {expected}.", "VAT is {found}, it must be {expected}."),
    CHAIN,
  ],
  vat_unusual: [
    "warning",
    text(
      "VAT {found} bukan VATRate × OtherTaxBase = {expected}.",
      "VAT {found} is not VATRate × OtherTaxBase = {expected}.",
    ),
    LOOK,
  ],
  vat_rounded: [
    "warning",
    text(
      "VAT {found} dibulatkan ke rupiah penuh; tepatnya {expected}.",
      "VAT {found} is rounded to whole rupiah; exactly it is {expected}.",
    ),
    text("Pertahankan dua desimal per baris.", "Keep two decimals on each line."),
  ],
  stlg_unusual: [
    "warning",
    text(
      "STLG {found} bukan STLGRate × OtherTaxBase = {expected}.",
      "STLG {found} is not STLGRate × OtherTaxBase = {expected}.",
    ),
    LOOK,
  ],
} as const satisfies Record<string, FaultWords>;
