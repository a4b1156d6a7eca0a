import { maskNpwp } from "../../accounts/npwp";
import { AppError } from "../../errors";
import { text, type Text } from "../../text";
import { inflatedStreams } from "./streams";
import { readPdfText } from "./text";

export interface ExpectedPdf {
  /** 17 digits. */
  readonly nsfp: string;
  /** NPWP, NIK, passport or other number, whichever identifies the buyer. */
  readonly buyerNumber: string;
}

/**
 * Why this PDF must not go to this buyer, or null when it may: it is a PDF, carries this NSFP, and names this buyer as
 * the buyer. Numbers are compared without blanks, dots and dashes, however they are spread over the page.
 */
export async function officialPdfFault(bytes: Buffer, expect: ExpectedPdf): Promise<Text | null> {
  if (bytes.length === 0) {
    return text(
      "PDF dari kanal kosong. PDF akan diminta lagi; periksa dokumennya di portal kanal bila berulang.",
      "The channel's PDF is empty. It will be asked for again; check the document at the channel if this repeats.",
    );
  }
  if (!bytes.subarray(0, 4).equals(Buffer.from("%PDF"))) {
    return text(
      "Berkas dari kanal bukan PDF. PDF akan diminta lagi; periksa dokumennya di portal kanal bila berulang.",
      "The channel's file is not a PDF. It will be asked for again; check the document at the channel if this repeats.",
    );
  }
  const shown = bare(await readOrNothing(bytes));
  return shown === "" ? faultOf(rawParts(bytes), expect) : faultOf(partsOf(shown), expect);
}

/** Where the number of the sheet and the buyer's number must stand, already without separators. */
interface Parts {
  /** The number after the official label; null where the label is not found. */
  readonly nsfp: string | null;
  readonly all: string;
  readonly buyer: string;
}

function faultOf(parts: Parts, expect: ExpectedPdf): Text | null {
  const nsfp = bare(expect.nsfp);
  if (nsfp === "" || (parts.nsfp === null ? !parts.all.includes(nsfp) : parts.nsfp !== nsfp)) {
    return text(
      `PDF ini tidak memuat nomor seri ${expect.nsfp}; mungkin milik faktur lain. Jangan dikirim; minta PDF lagi dari kanal.`,
      `This PDF does not carry the serial number ${expect.nsfp}; it may be another faktur's. Do not send it; fetch it again.`,
    );
  }
  if (!spellings(expect.buyerNumber).some((number) => parts.buyer.includes(number))) {
    const masked = maskNpwp(expect.buyerNumber);
    return text(
      `PDF ini tidak menyebut pembeli dengan nomor ${masked}; mungkin milik pembeli lain. Jangan dikirim; minta PDF lagi dari kanal.`,
      `This PDF does not name the buyer with number ${masked}; it may be another buyer's. Do not send it; fetch it again.`,
    );
  }
  return null;
}

/** Letters and digits only, capitals: what is left when all separators are dropped. */
const bare = (value: string): string =>
  value
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toUpperCase();

/** A number beginning with 0 may be printed in its older form of 15 digits (PMK 112/2022). */
function spellings(number: string): string[] {
  const digits = bare(number);
  if (digits === "") return [];
  return /^0\d{15}$/.test(digits) ? [digits, digits.slice(1)] : [digits];
}

const NSFP_LABEL = bare("Kode dan Nomor Seri Faktur Pajak");
const BUYER_LABEL = bare("Pembeli Barang Kena Pajak");
const TABLE_LABEL = bare("Nama Barang Kena Pajak");

/** The official sheet names the buyer between two labels; elsewhere the same number would be the seller's or an item's. */
function partsOf(shown: string): Parts {
  const number = shown.split(NSFP_LABEL)[1];
  const from = shown.indexOf(BUYER_LABEL);
  const to = shown.indexOf(TABLE_LABEL, from);
  return {
    nsfp: number === undefined ? null : (/^\d{17}/.exec(number)?.[0] ?? null),
    all: shown,
    buyer: from < 0 ? shown : shown.slice(from, to < 0 ? undefined : to),
  };
}

async function readOrNothing(bytes: Buffer): Promise<string> {
  try {
    return await readPdfText(bytes);
  } catch (thrown) {
    // A reader's weakness is not the document's fault: the raw bytes are looked at before it is refused.
    if (thrown instanceof AppError && thrown.code === "pdf_faulty") return "";
    throw thrown;
  }
}

/** A sheet is far smaller; where the reader gave up, no more than this is searched, raw and unpacked. */
const MOST_SEARCHED = 5_000_000;

/** The bytes as they are and inflated, with the text of literal and hexadecimal strings. */
function rawParts(bytes: Buffer): Parts {
  if (bytes.length > MOST_SEARCHED) return { nsfp: null, all: "", buyer: "" };
  const contents = [bytes.toString("latin1"), ...inflatedStreams(bytes, MOST_SEARCHED)];
  const all = contents.map((content) => `${bare(content)} ${bare(stringsOf(content))}`).join(" ");
  return { nsfp: null, all, buyer: all };
}

/** The text of the strings of a page's drawing, joined; walked letter by letter, so that no content takes it long. */
function stringsOf(content: string): string {
  const found: string[] = [];
  for (let at = 0; at < content.length;) {
    const opening = content[at];
    const end = opening === "(" ? endOfLiteral(content, at) : opening === "<" ? content.indexOf(">", at) : at;
    // One that never ends holds nothing, and neither do those behind it.
    if (end < 0) break;
    if (opening === "(") found.push(content.slice(at + 1, end));
    if (opening === "<")
      found.push(Buffer.from(digitsOf(content.slice(at + 1, end)), "hex").toString("latin1"));
    at = end + 1;
  }
  return found.join("");
}

/** Where the bracket closes that is open at `from`; brackets behind a backslash do not count. -1 when it never does. */
function endOfLiteral(content: string, from: number): number {
  for (let at = from + 1; at < content.length; at += 1) {
    if (content[at] === "\\") at += 1;
    else if (content[at] === ")") return at;
  }
  return -1;
}

const digitsOf = (hex: string): string => (/^[0-9A-Fa-f\s]*$/.test(hex) ? hex.replace(/\s/g, "") : "");
