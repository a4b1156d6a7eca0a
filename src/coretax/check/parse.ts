import { SaxesParser } from "saxes";
import type { FaultFigures, XmlFaultCode } from "./faults";

export const MAX_BYTES = 100_000_000;

/** Deeper than any Coretax file, shallow enough that a hostile one cannot fill the memory. */
const MAX_DEPTH = 32;
const MAX_ATTRIBUTES = 64;
/** The longest run of one text, tag or comment, in bytes. */
const MAX_PIECE = 1_000_000;

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface XmlAttribute {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
}

export interface XmlTag {
  readonly local: string;
  readonly uri: string;
  readonly attributes: Readonly<Record<string, XmlAttribute>>;
}

/** What a reader is told, in document order. */
export interface XmlHandler {
  /** The file begins with a byte order mark. */
  mark(): void;
  open(tag: XmlTag, at: Position): void;
  text(words: string, here: () => Position): void;
  close(): void;
}

/** Why reading stopped. After it nothing more is told. */
export interface XmlFailure extends Position, FaultFigures {
  readonly code: XmlFaultCode;
}

export interface XmlReading {
  /** Bytes in any cut. Does nothing after a failure. */
  write(bytes: Uint8Array): void;
  /** No more bytes: what is still open is a fault. */
  end(): void;
  failure(): XmlFailure | null;
}

/**
 * Reads XML in pieces, holding one element at a time. Refuses by name what a Coretax file never has: other encodings,
 * DOCTYPE, entities of its own, endless nesting and endless pieces; everything else follows XML 1.0 with namespaces.
 */
export function readXml(handler: XmlHandler): XmlReading {
  const parser = new SaxesParser({ xmlns: true, position: true });
  let failure: XmlFailure | null = null;
  let suspect: (XmlFailure & Position) | null = null;
  let ended = false;
  let depth = 0;
  let bytesRead = 0;
  let bytesWithoutEvent = 0;
  let start: Position = { line: 1, column: 1 };
  let begun = false;

  const here = (): Position => ({ line: parser.line, column: parser.column + 1 });
  const fail = (code: XmlFaultCode, at: Position = here(), figures: FaultFigures = {}): void => {
    failure ??= { code, ...at, ...figures };
  };
  /** Something was read whole: true when it may be told. */
  const heard = (): boolean => {
    bytesWithoutEvent = 0;
    suspect = null;
    return failure === null;
  };

  // An entity that never closes swallows what follows; the place where it began is what people need.
  parser.on("error", (error) => {
    if (suspect !== null) fail(suspect.code, suspect, suspect);
    else if (ended) fail("xml_truncated");
    else fail("xml_malformed", here(), { found: error.message.replace(/^\d+:\d+: /, "") });
  });
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding))
      fail("xml_not_utf8", here(), { found: encoding });
  });
  parser.on("doctype", () => fail("xml_doctype_refused"));
  parser.on("opentagstart", (tag) => {
    const column = parser.column - tag.name.length - 1;
    start = column >= 1 ? { line: parser.line, column } : { line: parser.line - 1, column: 1 };
  });
  let attributes = 0;
  parser.on("attribute", () => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES) fail("xml_piece_too_large");
  });
  parser.on("opentag", (tag) => {
    if (!heard()) return;
    attributes = 0;
    depth += 1;
    if (depth > MAX_DEPTH) fail("xml_too_deep");
    else handler.open(tag, start);
  });
  parser.on("closetag", () => {
    if (!heard()) return;
    depth -= 1;
    handler.close();
  });
  const text = (words: string): void => {
    if (heard() && depth > 0) handler.text(words, here);
  };
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("comment", heard);
  parser.on("processinginstruction", heard);

  const ampersands = splitAtSuspects((words, doubtful) => {
    parser.write(words);
    if (doubtful !== null && failure === null) suspect ??= { ...doubtful, ...here() };
  });
  const decoder = decodeUtf8(handler.mark);

  return {
    write(bytes) {
      if (failure !== null || bytes.length === 0) return;
      bytesRead += bytes.length;
      bytesWithoutEvent += bytes.length;
      if (bytesRead > MAX_BYTES) return fail("xml_too_large");
      if (bytesRead === bytes.length && isOther(bytes)) return fail("not_xml", { line: 1, column: 1 });
      const decoded = decoder.write(bytes);
      const first = begun ? "" : decoded.words.trimStart();
      begun ||= first !== "";
      if (first !== "" && !first.startsWith("<")) return fail("not_xml", { line: 1, column: 1 });
      ampersands.write(decoded.words);
      if (!decoded.valid) fail("xml_not_utf8");
      if (bytesWithoutEvent > MAX_PIECE) {
        if (suspect !== null) fail(suspect.code, suspect, suspect);
        else fail("xml_piece_too_large");
      }
    },
    end() {
      if (failure !== null) return;
      if (!begun) return fail("xml_empty", { line: 1, column: 1 });
      if (!decoder.end()) return fail("xml_truncated");
      ampersands.end();
      ended = true;
      parser.close();
    },
    failure: () => failure,
  };
}

/** True when these first bytes cannot begin an XML file in any encoding: a spreadsheet, a PDF, words. */
const isOther = (bytes: Uint8Array): boolean =>
  !/[<\s\xef\xfe\xff\0]/.test(String.fromCharCode(bytes[0] ?? 0));

interface Decoded {
  readonly words: string;
  readonly valid: boolean;
}

interface Utf8 {
  write(bytes: Uint8Array): Decoded;
  /** False when the last character is cut. */
  end(): boolean;
}

/** Strict UTF-8: of a faulty piece what stands before the fault is still given, so that its line can be told. */
function decodeUtf8(markFound: () => void): Utf8 {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let begun = false;
  const afterMark = (words: string): string => {
    if (begun || words === "") return words;
    begun = true;
    if (!words.startsWith("\uFEFF")) return words;
    markFound();
    return words.slice(1);
  };
  return {
    write(bytes) {
      try {
        const words = strict.decode(bytes, { stream: true });
        // UTF-16 without a mark reads as letters with zeros between.
        const isUtf16 = !begun && words.includes("\0");
        return { words: isUtf16 ? "" : afterMark(words), valid: !isUtf16 };
      } catch {
        const lossy = new TextDecoder().decode(bytes);
        return { words: afterMark(lossy.slice(0, lossy.indexOf("\uFFFD"))), valid: false };
      }
    },
    end() {
      try {
        strict.decode();
        return true;
      } catch {
        return false;
      }
    },
  };
}

const REFERENCE = /^&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);/i;
const ENTITY = /^&[^\s&;<>"']{1,40};/;
/** Long enough for every reference that is allowed or can be named in a fault. */
const REFERENCE_LENGTH = 42;

interface Splitter {
  write(words: string): void;
  end(): void;
}

/**
 * Passes text on, cut before every `&` that begins no allowed reference, and says of the cut what the `&` looks like.
 * Whether it is a fault only the parser can tell: in a comment or in CDATA it is none.
 */
function splitAtSuspects(
  pass: (words: string, doubtful: Pick<XmlFailure, "code" | "found"> | null) => void,
): Splitter {
  let held = "";
  const send = (all: string, isLast: boolean): void => {
    let from = 0;
    for (let at = all.indexOf("&"); at !== -1; at = all.indexOf("&", at + 1)) {
      const ahead = all.slice(at, at + REFERENCE_LENGTH);
      if (REFERENCE.test(ahead)) continue;
      const entity = ENTITY.exec(ahead)?.[0];
      if (entity === undefined && !isLast && ahead.length < REFERENCE_LENGTH && !/[\s<]/.test(ahead)) {
        held = all.slice(at);
        return pass(all.slice(from, at), null);
      }
      const doubtful =
        entity === undefined
          ? ({ code: "xml_ampersand_bare" } as const)
          : ({ code: "xml_entity_refused", found: entity } as const);
      pass(all.slice(from, at), doubtful);
      from = at;
    }
    held = "";
    pass(all.slice(from), null);
  };
  return { write: (words) => send(held + words, false), end: () => send(held, true) };
}
