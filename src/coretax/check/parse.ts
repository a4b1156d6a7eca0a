import { SaxesParser } from "saxes";
import { splitAtSuspects, type Doubt } from "./ampersands";
import type { FaultFigures, XmlFaultCode } from "./faults";
import { decodeUtf8 } from "./utf8";

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

const START: Position = { line: 1, column: 1 };

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

/** True when these first bytes cannot begin an XML file in any encoding: a spreadsheet, a PDF, words. */
const isOther = (bytes: Uint8Array): boolean =>
  !/[<\s\xef\xfe\xff\0]/.test(String.fromCharCode(bytes[0] ?? 0));

interface State {
  readonly parser: SaxesParser<{ xmlns: true; position: true }>;
  failure: XmlFailure | null;
  /** An `&` that will be the fault, unless what stands around it turns out to be a comment or CDATA. */
  suspect: (Doubt & Position) | null;
  ended: boolean;
  /** Bytes since something was read whole. */
  quietBytes: number;
}

const hereIn = ({ parser }: State): Position => ({ line: parser.line, column: parser.column + 1 });

function fail(
  state: State,
  code: XmlFaultCode,
  at: Position = hereIn(state),
  figures: FaultFigures = {},
): void {
  state.failure ??= { code, ...at, ...figures };
}

/** An entity that never closes swallows what follows; the place where it began is what people need. */
function failAtSuspect(state: State): boolean {
  const { suspect } = state;
  if (suspect !== null) fail(state, suspect.code, suspect, suspect);
  return suspect !== null;
}

/**
 * Reads XML in pieces, holding one element at a time. Refuses by name what a Coretax file never has: other encodings,
 * DOCTYPE, entities of its own, endless nesting and endless pieces; everything else follows XML 1.0 with namespaces.
 */
export function readXml(handler: XmlHandler): XmlReading {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const state: State = { parser, failure: null, suspect: null, ended: false, quietBytes: 0 };
  let bytesRead = 0;
  let begun = false;
  refuse(state);
  tell(state, handler);
  const ampersands = splitAtSuspects((words, doubt) => {
    parser.write(words);
    if (doubt !== null && state.failure === null) state.suspect ??= { ...doubt, ...hereIn(state) };
  });
  const decoder = decodeUtf8(handler.mark);
  return {
    write(bytes) {
      if (state.failure !== null || bytes.length === 0) return;
      const isFirst = bytesRead === 0;
      bytesRead += bytes.length;
      state.quietBytes += bytes.length;
      if (bytesRead > MAX_BYTES) return fail(state, "xml_too_large");
      if (isFirst && isOther(bytes)) return fail(state, "not_xml", START);
      const { words, valid } = decoder.write(bytes);
      const beginning = begun ? "" : words.trimStart();
      begun ||= beginning !== "";
      if (beginning !== "" && !beginning.startsWith("<")) return fail(state, "not_xml", START);
      ampersands.write(words);
      if (!valid) fail(state, "xml_not_utf8");
      if (state.quietBytes > MAX_PIECE && !failAtSuspect(state)) fail(state, "xml_piece_too_large");
    },
    end() {
      if (state.failure !== null) return;
      if (!begun) return fail(state, "xml_empty", START);
      if (!decoder.end()) return fail(state, "xml_truncated");
      ampersands.end();
      state.ended = true;
      parser.close();
    },
    failure: () => state.failure,
  };
}

/** What is refused while reading, and what the parser itself complains of. */
function refuse(state: State): void {
  const { parser } = state;
  parser.on("error", (error) => {
    if (failAtSuspect(state)) return;
    if (state.ended) return fail(state, "xml_truncated");
    fail(state, "xml_malformed", hereIn(state), { found: error.message.replace(/^\d+:\d+: /, "") });
  });
  parser.on("xmldecl", ({ encoding }) => {
    const isUtf8 = encoding === undefined || /^utf-?8$/i.test(encoding);
    if (!isUtf8) fail(state, "xml_not_utf8", hereIn(state), { found: encoding });
  });
  parser.on("doctype", () => fail(state, "xml_doctype_refused"));
}

/** What is told to the handler, within the limits. */
function tell(state: State, handler: XmlHandler): void {
  const { parser } = state;
  let depth = 0;
  let attributes = 0;
  let start = START;
  const here = (): Position => hereIn(state);
  /** Something was read whole: true when it may be told. */
  const heard = (): boolean => {
    state.quietBytes = 0;
    state.suspect = null;
    return state.failure === null;
  };
  const text = (words: string): void => {
    if (heard() && depth > 0) handler.text(words, here);
  };
  parser.on("opentagstart", (tag) => {
    const column = parser.column - tag.name.length - 1;
    start = column >= 1 ? { line: parser.line, column } : { line: parser.line - 1, column: 1 };
  });
  parser.on("attribute", () => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES) fail(state, "xml_piece_too_large");
  });
  parser.on("opentag", (tag) => {
    if (!heard()) return;
    attributes = 0;
    depth += 1;
    if (depth > MAX_DEPTH) fail(state, "xml_too_deep");
    else handler.open(tag, start);
  });
  parser.on("closetag", () => {
    if (!heard()) return;
    depth -= 1;
    handler.close();
  });
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("comment", heard);
  parser.on("processinginstruction", heard);
}
