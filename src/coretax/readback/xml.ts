import { TextDecoder } from "node:util";
import { SaxesParser } from "saxes";
import { refuseFile } from "./faults";

export interface XmlHandlers {
  /** Names come without their namespace prefix, of elements and of attributes. */
  open(name: string, attribute: (name: string) => string | undefined): void;
  close(name: string): void;
  text(value: string): void;
}

/** Deeper than any sheet goes. */
const MOST_DEPTH = 100;
/** Without a single tag in between; Excel allows 32,767 letters in a cell. */
const MOST_BETWEEN = 1_000_000;

/**
 * Reads one XML part piece by piece. Document types are refused, so that no entity is ever expanded. Throws the refusals
 * `file_damaged` and `encoding_unknown`, and whatever the handlers throw.
 */
export async function readXml(
  part: string,
  pieces: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
): Promise<void> {
  const watch = { depth: 0, since: 0 };
  const parser = listen(part, handlers, watch);
  let decoder: TextDecoder | undefined;
  for await (const piece of pieces) {
    decoder ??= decoderOf(piece);
    const words = decode(decoder, piece);
    watch.since += words.length;
    parser.write(words);
    if (watch.since > MOST_BETWEEN) throw damaged(part);
  }
  parser.write(decode(decoder ?? new TextDecoder())).close();
}

type Sax = SaxesParser<{ xmlns: false; position: false }>;

/** Without namespaces: sheets are told apart by their own names, and some writers leave prefixes undeclared. */
function listen(part: string, handlers: XmlHandlers, watch: { depth: number; since: number }): Sax {
  const parser = new SaxesParser({ xmlns: false, position: false }) as Sax;
  parser.on("opentag", ({ name, attributes }) => {
    watch.since = 0;
    watch.depth += 1;
    if (watch.depth > MOST_DEPTH) throw damaged(part);
    handlers.open(local(name), (wanted) => attributeOf(attributes, wanted));
  });
  parser.on("closetag", ({ name }) => {
    watch.since = 0;
    watch.depth -= 1;
    handlers.close(local(name));
  });
  parser.on("text", handlers.text);
  parser.on("cdata", handlers.text);
  parser.on("doctype", () => {
    throw damaged(part);
  });
  parser.on("error", (error) => {
    throw damaged(part, error);
  });
  return parser;
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

function attributeOf(all: Readonly<Record<string, string>>, wanted: string): string | undefined {
  if (Object.hasOwn(all, wanted)) return all[wanted];
  const prefixed = Object.keys(all).find((name) => name.endsWith(`:${wanted}`) && !name.startsWith("xmlns:"));
  return prefixed === undefined ? undefined : all[prefixed];
}

const damaged = (part: string, cause?: unknown) => refuseFile("file_damaged", [part], cause);

/** By its byte order mark or its XML declaration; UTF-8 where it says nothing. Never guesses: wrong letters are refused. */
function decoderOf(start: Buffer): TextDecoder {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder("utf-16le", { fatal: true });
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder("utf-16be", { fatal: true });
  const head = start.toString("latin1", 0, 200);
  const label = /^[^<]{0,3}<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(label, { fatal: true });
  } catch (thrown) {
    throw refuseFile("encoding_unknown", [label], thrown);
  }
}

function decode(decoder: TextDecoder, piece?: Buffer): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (thrown) {
    throw refuseFile("encoding_unknown", [decoder.encoding], thrown);
  }
}
