import type { Fault } from "../../errors";
import type { TaxDay } from "../../clock";
import type { PaperMark } from "../../faktur/paper";
import { MARKS } from "../../faktur/pdf/mark";
import type { Money } from "../../money";
import { readbackFault, type ReadbackFault } from "./faults";
import { bareNumber, isNoNumber, readNsfp, sameNumber } from "./numbers";
import { factsOfCodes, qrFaults, type TextFacts } from "./qr-facts";
import { dayOf, monthOfName, readAmount } from "./values";

/** Where a fact was found; `both` are text and file name. */
export type FactSource = "text" | "fileName" | "both" | "qr";

/** What one official sheet says, as far as it says it. Amounts in hundredths of a rupiah. */
export interface PdfFacts {
  readonly nsfp: string;
  readonly buyerNumber: string;
  readonly sellerNpwp: string | null;
  /** Empty when the sheet shows "(Referensi: )", null when it shows none at all. */
  readonly reference: string | null;
  readonly date: TaxDay | null;
  /** "Dasar Pengenaan Pajak" of the sheet: the sum of the other tax bases (coretax-xml 5.6). */
  readonly dppNilaiLain: Money | null;
  readonly ppn: Money | null;
  readonly recordId: string | null;
  /** Null on DJP's own sheet. */
  readonly mark: PaperMark | null;
  readonly sources: Readonly<Partial<Record<keyof PdfFacts, FactSource>>>;
}

export type PdfReading =
  | { readonly kind: "facts"; readonly facts: PdfFacts }
  | { readonly kind: "faulty"; readonly faults: readonly Fault[] };

/** What the portal puts into a file name: `OutputTaxInvoice-<RecordId>-<SellerTIN>-<NSFP>-<BuyerTIN>.pdf`. */
export interface NameFacts {
  readonly recordId: string;
  readonly sellerNpwp: string;
  readonly nsfp: string;
  readonly buyerNumber: string;
}

const NAME =
  /^(?:Output|Input)TaxInvoice-([0-9a-f-]{8,40})-(\d{15,16})-(\d{17})-([\p{L}\p{N}]{1,40})(?:\s?\(\d+\))?\.pdf$/iu;

/** The facts of a file name, without its folders; null when it is not the portal's. `(1)` of a second download is let through. */
export function factsOfName(fileName: string): NameFacts | null {
  const match = NAME.exec(fileName.split(/[/\\]/).pop() ?? "");
  if (!match) return null;
  const [, recordId = "", sellerNpwp = "", nsfp = "", buyerNumber = ""] = match;
  return { recordId: recordId.toLowerCase(), sellerNpwp, nsfp, buyerNumber };
}

/** Values found at one label: none, one, or several that differ, and then none is believed. */
const distinct = (values: Iterable<string>): readonly string[] => [...new Set(values)];

const NUMBER_LABEL = /Kode\s+dan\s+Nomor\s+Seri\s+Faktur\s+Pajak\s*:\s*([\d.\-\s]*\d)/g;
const SELLER_LABEL = /Pengusaha\s+Kena\s+Pajak\s*:/;
const BUYER_LABEL = /Pembeli\s+Barang\s+Kena\s+Pajak\s*\/\s*Penerima\s+Jasa\s+Kena\s+Pajak\s*:/;
/** Headings of the table; whichever comes first ends the buyer's block. */
const TABLE_LABEL = /^(No\.|Kode$|Kode\s+Barang|Nama\s+Barang\s+Kena\s+Pajak|.*Harga\s+Jual\s*\/)/m;

/**
 * The facts of an official sheet from its text, its file name and the texts of its QR codes. Number and buyer must stand in
 * the text, one of the two may come from the code instead: it says the same once more. Where text, name or code say two
 * things, nothing is believed.
 */
export function factsOfPdf(text: string, fileName: string, codes: readonly string[] = []): PdfReading {
  const words = tidy(text);
  if (words === "") return faulty(readbackFault("pdf_no_text", ""));
  const name = factsOfName(fileName);
  const blocks = blocksOf(words);
  const found = {
    nsfp: distinct([...words.matchAll(NUMBER_LABEL)].map((match) => bareNumber(match[1] ?? ""))),
    sellerNpwp: distinct(valuesOf(blocks.seller, "npwp")),
    buyerNpwp: distinct(valuesOf(blocks.buyer, "npwp")),
  };
  const qr = factsOfCodes(codes);
  const several = (Object.keys(found) as (keyof typeof found)[])
    .filter((key) => found[key].length > 1)
    .map((key) => readbackFault("pdf_several", `/${key}`, key));
  if (several.length > 0) return faulty(...several);
  if (qr === "several") return faulty(readbackFault("pdf_several", "/qr", "QR"));
  const inText: TextFacts = {
    nsfp: readNsfp(found.nsfp[0] ?? ""),
    sellerNpwp: found.sellerNpwp[0] ?? null,
    buyers: buyersOf(blocks.buyer),
  };
  const nsfp = inText.nsfp ?? (inText.buyers.length > 0 ? qr?.nsfp : null) ?? null;
  const buyerNumber = inText.buyers[0] ?? (inText.nsfp === null ? null : qr?.buyerNpwp) ?? null;
  if (nsfp === null)
    return faulty(readbackFault("pdf_not_faktur", "/nsfp", "Kode dan Nomor Seri Faktur Pajak"));
  if (buyerNumber === null) return faulty(readbackFault("pdf_not_faktur", "/buyerNumber", "NPWP Pembeli"));
  const against = [
    ...contradictions(name, { ...inText, nsfp }),
    ...(qr === null ? [] : qrFaults(qr, inText)),
  ];
  if (against.length > 0) return faulty(...against);
  const tail = tailOf(words);
  const facts = {
    nsfp,
    buyerNumber,
    sellerNpwp: inText.sellerNpwp ?? qr?.sellerNpwp ?? name?.sellerNpwp ?? null,
    reference: tail.reference,
    date: tail.date ?? qr?.date ?? null,
    dppNilaiLain: tail.dppNilaiLain ?? qr?.dppNilaiLain ?? null,
    ppn: tail.ppn ?? qr?.ppn ?? null,
    recordId: name?.recordId ?? null,
    mark: markOf(words),
  };
  const seen = {
    ...tail,
    nsfp: inText.nsfp,
    buyerNumber: inText.buyers[0] ?? null,
    sellerNpwp: inText.sellerNpwp,
  };
  return { kind: "facts", facts: { ...facts, sources: sourcesOf(facts, seen, qr !== null, name !== null) } };
}

/** One blank between words, no empty lines: layouts differ, and the patterns below need not look at long runs of blanks. */
const tidy = (text: string): string =>
  text
    .normalize("NFKC")
    .split(/[\r\n\f\u2028\u2029]+/)
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");

const faulty = (...faults: readonly ReadbackFault[]): PdfReading => ({ kind: "faulty", faults });

type Fact = Exclude<keyof PdfFacts, "sources" | "mark">;

/** Where each fact is from: text before code before name, and whether the name says it as well. */
function sourcesOf(
  facts: Omit<PdfFacts, "sources">,
  inText: Readonly<Partial<Record<Fact, unknown>>>,
  hasCode: boolean,
  hasName: boolean,
): PdfFacts["sources"] {
  const named: readonly Fact[] = ["nsfp", "buyerNumber", "sellerNpwp"];
  const sourceOf = (fact: Fact): FactSource => {
    if (fact === "recordId") return "fileName";
    if (inText[fact] != null) return hasName && named.includes(fact) ? "both" : "text";
    return hasCode ? "qr" : "fileName";
  };
  const all = Object.keys(facts).filter((key) => key !== "mark") as Fact[];
  return Object.fromEntries(
    all.filter((fact) => facts[fact] !== null).map((fact) => [fact, sourceOf(fact)] as const),
  );
}

function blocksOf(words: string): { seller: string; buyer: string } {
  const seller = SELLER_LABEL.exec(words);
  const buyer = BUYER_LABEL.exec(words);
  if (buyer === null) return { seller: "", buyer: "" };
  const rest = words.slice(buyer.index + buyer[0].length);
  const end = TABLE_LABEL.exec(rest)?.index ?? rest.length;
  return {
    seller: seller === null ? "" : words.slice(seller.index + seller[0].length, buyer.index),
    buyer: rest.slice(0, end),
  };
}

/** How a number is labelled in the two blocks, each at the beginning of a line. */
const LABELS = {
  npwp: /^NPWP\s?:\s?([\d. -]+)$/gm,
  nik: /^NIK\s?:\s?([\d. -]+)$/gm,
  passport: /^Nomor\s+Paspor\s?: ?(.*)$/gm,
  otherId: /^Identitas\s+Lain\s?: ?(.*)$/gm,
} as const;

/** Digits and letters behind a label; those that stand for "has none" are left out. */
const valuesOf = (block: string, label: keyof typeof LABELS): string[] =>
  [...block.matchAll(LABELS[label])]
    .map((match) => bareNumber(match[1] ?? ""))
    .filter((value) => !isNoNumber(value));

/** Every number that identifies the buyer, the most telling first. */
const buyersOf = (block: string): string[] =>
  (["npwp", "nik", "passport", "otherId"] as const).flatMap((label) => valuesOf(block, label));

function contradictions(name: NameFacts | null, text: TextFacts): readonly ReadbackFault[] {
  if (name === null) return [];
  const fault = (key: string) => readbackFault("name_contradicts_text", `/${key}`, key);
  const sellerDiffers = text.sellerNpwp !== null && !sameNumber(name.sellerNpwp, text.sellerNpwp);
  // A buyer without NPWP has zeros in the name.
  const named =
    isNoNumber(name.buyerNumber) || text.buyers.some((number) => sameNumber(number, name.buyerNumber));
  return [
    ...(name.nsfp === text.nsfp ? [] : [fault("nsfp")]),
    ...(sellerDiffers ? [fault("sellerNpwp")] : []),
    ...(named ? [] : [fault("buyerNumber")]),
  ];
}

const AMOUNT = "\\s+([\\d.]+,\\d{2})\\b";
const DPP = new RegExp(`^Dasar\\s+Pengenaan\\s+Pajak${AMOUNT}`, "gm");
const PPN = new RegExp(`^Jumlah\\s+PPN\\s+\\(Pajak\\s+Pertambahan\\s+Nilai\\)${AMOUNT}`, "gm");
const DAY = /^.*\S, (\d{1,2}) (\p{L}+) (\d{4})$/gmu;
const SIGNED = /^(Ditandatangani secara elektronik|Penandatangan)$/m;

/** What stands below the table: totals, place and date, reference. Items above may quote any of it. */
function tailOf(words: string): Pick<PdfFacts, "dppNilaiLain" | "ppn" | "date" | "reference"> {
  const dpp = [...words.matchAll(DPP)].pop();
  const tail = dpp === undefined ? words : words.slice(dpp.index);
  return {
    dppNilaiLain: amountOf(dpp?.[1]),
    ppn: amountOf([...tail.matchAll(PPN)].pop()?.[1]),
    date: dateOf(tail),
    reference: referenceOf(tail) ?? (dpp === undefined ? null : referenceOf(words)),
  };
}

const amountOf = (shown: string | undefined): Money | null =>
  shown === undefined ? null : readAmount({ kind: "text", value: shown });

/** "KOTA X, 01 November 2025" above the signature. */
function dateOf(tail: string): TaxDay | null {
  const signed = SIGNED.exec(tail);
  const above = signed === null ? tail : tail.slice(0, signed.index);
  const match = [...above.matchAll(DAY)].pop();
  const month = monthOfName(match?.[2] ?? "");
  return match === undefined || month === null ? null : dayOf(match[3] ?? "", month, match[1] ?? "");
}

/** The notice at the foot and the page number, whichever comes first, end what belongs to the reference. */
const FOOT = /^(Pemberitahuan:|SIMULASI:|Salinan ini|Pratinjau ini|.*\b\d+ dari \d+$)/m;

/** From "(Referensi:" to the last bracket before the foot: references may hold brackets themselves (coretax-xml 5.6). */
function referenceOf(words: string): string | null {
  const start = [...words.matchAll(/^\(Referensi ?:/gm)].pop();
  if (start === undefined) return null;
  const rest = words.slice(start.index + start[0].length);
  const end = FOOT.exec(rest)?.index ?? rest.length;
  const last = rest.slice(0, end).lastIndexOf(")");
  return last < 0 ? null : rest.slice(0, last).replace(/\s+/g, " ").trim();
}

const PAPER_MARKS: readonly PaperMark[] = ["copy", "preview", "simulation"];

/** The product's own sheets say what they are at the head and at the foot of every page. */
function markOf(words: string): PaperMark | null {
  const flat = words.replace(/\n/g, " ");
  const says = (mark: PaperMark): boolean =>
    flat.startsWith(`${MARKS[mark].word} ${MARKS[mark].short}`) || flat.includes(MARKS[mark].note);
  return PAPER_MARKS.find(says) ?? null;
}
