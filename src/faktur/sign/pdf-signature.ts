/** Where a signature sits in a PDF's bytes: the space `drawPaper` leaves, and the signature a finished file carries. */

export interface SignatureWords {
  readonly reason: string;
  readonly location: string;
  readonly name: string;
  readonly contact: string;
  readonly signingTime: Date;
}

const START = Buffer.from("<<\n/Type /Sig\n");
const END = Buffer.from("\n>>\nendobj");

/**
 * Writes the signature dictionary over the space kept for it, so that no other byte moves, and fills in what `sign`
 * makes of all bytes but the signature itself. Throws RangeError when there is no space or too little.
 */
export function placeSignature(
  pdf: Buffer,
  words: SignatureWords,
  sign: (content: Buffer) => Buffer,
): Buffer {
  const start = pdf.indexOf(START);
  const end = pdf.indexOf(END, start);
  if (start < 0 || end < 0) throw new RangeError("the PDF was drawn without space for a signature");
  const head = dictionaryHead(words);
  const free = end - start - wordsLength(words);
  if (free <= 0) throw new RangeError("the space for the signature is too small for its words");
  const digits = free - (free % 2);
  const open = end - digits - 2;
  const range = `/ByteRange [0 ${open} ${end} ${pdf.length - end}]`.padEnd(RANGE_ROOM + (free % 2));
  const signed = Buffer.from(pdf);
  signed.write(`${head}${range}/Contents <${"0".repeat(digits)}>`, start, "latin1");
  const signature = sign(Buffer.concat([signed.subarray(0, open), signed.subarray(end)])).toString("hex");
  if (signature.length > digits) throw new RangeError("the space for the signature is too small");
  signed.write(signature, open + 1, "latin1");
  return signed;
}

/** Four numbers of at most ten digits and their brackets. */
const RANGE_ROOM = 60;

/** Letters that stand beside the signature itself. */
export const wordsLength = (words: SignatureWords): number =>
  dictionaryHead(words).length + RANGE_ROOM + "/Contents <>".length;

function dictionaryHead(words: SignatureWords): string {
  const at = words.signingTime.toISOString().slice(0, 19).replace(/[-:T]/g, "");
  const parts = [
    "<<\n/Type /Sig",
    "/Filter /Adobe.PPKLite",
    "/SubFilter /adbe.pkcs7.detached",
    `/M (D:${at}Z)`,
    `/Name ${pdfString(words.name)}`,
    `/Reason ${pdfString(words.reason)}`,
    `/Location ${pdfString(words.location)}`,
    `/ContactInfo ${pdfString(words.contact)}`,
    "",
  ];
  return parts.join("\n");
}

/** UTF-16 with a byte order mark, in hexadecimal: any letter, nothing to escape. */
const pdfString = (value: string): string =>
  `<FEFF${Buffer.from(value, "utf16le").swap16().toString("hex")}>`;

export interface SignedBytes {
  readonly content: Buffer;
  readonly signature: Buffer;
}

/**
 * What the signature of a file covers, and the signature. "notWhole" when the file names a range but no signature covers
 * all of it: bytes were added after signing, or the range leaves out more than the signature.
 */
export function findSigned(pdf: Buffer): SignedBytes | "unsigned" | "notWhole" {
  const ranges = [
    ...pdf.toString("latin1").matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g),
  ];
  if (ranges.length === 0) return "unsigned";
  for (const range of ranges) {
    const [start = -1, open = -1, close = -1, rest = -1] = range.slice(1).map(Number);
    if (start !== 0 || open >= close || close + rest !== pdf.length) continue;
    const gap = pdf.toString("latin1", open, close);
    // Nothing but the hexadecimal signature may stand in the gap, or other content could hide there. One case of
    // letters only, so that no byte of the gap can be changed unseen.
    if (!/^<(?:[0-9a-f]*|[0-9A-F]*)>$/.test(gap)) continue;
    return {
      content: Buffer.concat([pdf.subarray(0, open), pdf.subarray(close)]),
      signature: Buffer.from(gap.slice(1, -1), "hex"),
    };
  }
  return "notWhole";
}
