import { inflateSync } from "node:zlib";
import { maskNpwp } from "../../accounts/npwp";
import { AppError } from "../../errors";
import { text, type Text } from "../../text";
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

/** All streams of one file together may grow to this; a file made to swell is refused for want of its numbers. */
const MOST_INFLATED = 20_000_000;

/** The bytes as they are and inflated, with the text of literal and hexadecimal strings. */
function rawParts(bytes: Buffer): Parts {
  const contents = [bytes.toString("latin1"), ...inflated(bytes)];
  const all = contents.map((content) => `${bare(content)} ${bare(stringsOf(content))}`).join(" ");
  return { nsfp: null, all, buyer: all };
}

function inflated(bytes: Buffer): string[] {
  const found: string[] = [];
  let left = MOST_INFLATED;
  for (let at = bytes.indexOf("stream"); at >= 0; at = bytes.indexOf("stream", at + 6)) {
    if (bytes.toString("latin1", at - 3, at) === "end") continue;
    const start = at + (bytes[at + 6] === 0x0d ? 8 : 7);
    const end = bytes.indexOf("endstream", start);
    if (end < 0 || left <= 0) break;
    try {
      const content = inflateSync(bytes.subarray(start, end), { maxOutputLength: left, finishFlush: 2 });
      left -= content.length;
      found.push(content.toString("latin1"));
    } catch {
      // Not deflated, or larger than the rest that is allowed: nothing to read here.
    }
  }
  return found;
}

function stringsOf(content: string): string {
  let joined = "";
  for (const match of content.matchAll(/\(((?:[^()\\]|\\.){0,2000})\)|<([0-9A-Fa-f\s]{1,4000})>/g)) {
    joined += match[1] ?? Buffer.from((match[2] ?? "").replace(/\s/g, ""), "hex").toString("latin1");
  }
  return joined;
}
