import { text } from "../../text";
import type { FaultWords } from "./faults";

const AGAIN = text(
  "Buat ulang berkas dari program asalnya, lalu periksa lagi.",
  "Make the file again in the program it came from, then check again.",
);
const LAYOUT = text(
  "Ikuti nama dan urutan elemen pada docs/TaxInvoice.xsd.",
  "Follow the names and the order of the elements in docs/TaxInvoice.xsd.",
);

/** Faults of the file as a whole and of its structure. */
export const FILE_FAULTS = {
  xml_empty: ["error", text("Berkas kosong.", "The file is empty."), AGAIN],
  not_xml: [
    "error",
    text("Isi berkas ini bukan XML.", "This file is not XML."),
    text(
      "Pilih berkas .xml hasil ekspor; Excel dan PDF tidak dapat diperiksa di sini.",
      "Choose the exported .xml file; Excel and PDF cannot be checked here.",
    ),
  ],
  xml_too_large: ["error", text("Berkas melebihi 100 MB.", "The file is larger than 100 MB."), AGAIN],
  xml_not_utf8: [
    "error",
    text("Berkas tidak tertulis dalam UTF-8. {found}", "The file is not written in UTF-8. {found}"),
    text("Simpan berkas sebagai UTF-8 tanpa BOM.", "Save the file as UTF-8 without BOM."),
  ],
  xml_bom: [
    "warning",
    text("Berkas diawali BOM.", "The file begins with a BOM."),
    text("Simpan berkas sebagai UTF-8 tanpa BOM.", "Save the file as UTF-8 without BOM."),
  ],
  xml_doctype_refused: [
    "error",
    text(
      "Berkas berisi DOCTYPE; ini ditolak demi keamanan.",
      "The file has a DOCTYPE; it is refused for safety.",
    ),
    text("Hapus baris DOCTYPE beserta isinya.", "Remove the DOCTYPE with all it holds."),
  ],
  xml_entity_refused: [
    "error",
    text("Entitas {found} ditolak.", "The entity {found} is refused."),
    text(
      "Hanya &amp; &lt; &gt; &quot; &apos; dan kode angka yang boleh dipakai.",
      "Only &amp; &lt; &gt; &quot; &apos; and numeric references may be used.",
    ),
  ],
  xml_ampersand_bare: [
    "error",
    text("Tanda & berdiri sendiri.", "There is a bare & sign."),
    text("Tulis & sebagai &amp;.", "Write & as &amp;."),
  ],
  xml_malformed: ["error", text("XML tidak sah: {found}", "Not well-formed XML: {found}"), AGAIN],
  xml_truncated: [
    "error",
    text("Berkas terpotong sebelum akhirnya.", "The file is cut off before its end."),
    AGAIN,
  ],
  xml_too_deep: [
    "error",
    text("Elemen bersarang terlalu dalam.", "The elements are nested too deeply."),
    LAYOUT,
  ],
  xml_piece_too_large: [
    "error",
    text("Satu bagian XML terlalu besar.", "One piece of the XML is too large."),
    AGAIN,
  ],
  not_tax_invoice_bulk: [
    "error",
    text(
      "Ini bukan berkas impor faktur keluaran: elemen akarnya {found}, bukan TaxInvoiceBulk.",
      "This is not an import file of output fakturs: its root is {found}, not TaxInvoiceBulk.",
    ),
    text("Pilih berkas Faktur Pajak Keluaran.", "Choose the file of Faktur Pajak Keluaran."),
  ],
  schema_location_missing: [
    "warning",
    text(
      'Elemen akar tidak memuat xsi:noNamespaceSchemaLocation="TaxInvoice.xsd" (tata letak lama).',
      'The root has no xsi:noNamespaceSchemaLocation="TaxInvoice.xsd" (an old layout).',
    ),
    text("Gunakan tata letak contoh DJP v1.4.", "Use the layout of DJP's sample v1.4."),
  ],
  namespace_unexpected: [
    "error",
    text("Elemen berada dalam namespace {found}.", "The element is in the namespace {found}."),
    text("Hapus xmlns dari elemen itu; Coretax tidak memakainya.", "Remove its xmlns; Coretax uses none."),
  ],
  attribute_unknown: [
    "error",
    text("Atribut {found} tidak dikenal.", "The attribute {found} is not known."),
    text("Hapus atribut itu.", "Remove the attribute."),
  ],
  element_unknown: [
    "error",
    text("Elemen {found} tidak dikenal.", "The element {found} is not known."),
    LAYOUT,
  ],
  element_misspelt: [
    "error",
    text("Elemen {found} salah ejaan.", "The element {found} is misspelt."),
    text(
      "DJP mengejanya {expected}; ikuti persis, termasuk huruf besar-kecil.",
      "DJP spells it {expected}; follow it to the letter, case included.",
    ),
  ],
  element_misplaced: [
    "error",
    text("Elemen {found} berada di urutan yang salah.", "The element {found} stands in the wrong place."),
    LAYOUT,
  ],
  element_repeated: [
    "error",
    text("Elemen {found} ditulis lebih dari sekali.", "The element {found} is written more than once."),
    text("Sisakan satu saja.", "Keep one only."),
  ],
  element_missing: [
    "error",
    text("Elemen {expected} tidak ada.", "The element {expected} is missing."),
    text(
      "Tambahkan elemen itu di urutannya; bila tidak berisi, tulis <{expected}/>.",
      "Add it in its place; when it has no value write <{expected}/>.",
    ),
  ],
  custom_doc_month_year_missing: [
    "warning",
    text(
      "Elemen CustomDocMonthYear tidak ada (tata letak sebelum v1.4).",
      "The element CustomDocMonthYear is missing (the layout before v1.4).",
    ),
    text("Tulis <CustomDocMonthYear/> setelah CustomDoc.", "Write <CustomDocMonthYear/> after CustomDoc."),
  ],
  text_misplaced: [
    "error",
    text("Ada teks lepas di antara elemen.", "There is loose text between the elements."),
    text("Hapus teks itu.", "Remove the text."),
  ],
  too_many_fakturs: [
    "error",
    text("Berkas berisi lebih dari 1.000 faktur.", "The file holds more than 1,000 fakturs."),
    text("Bagi menjadi beberapa berkas.", "Split it into several files."),
  ],
} as const satisfies Record<string, FaultWords>;
