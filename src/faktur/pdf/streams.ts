import { inflateRawSync, inflateSync } from "node:zlib";
import { systemCode } from "../../files";

const STREAM = "stream";
const END = "endstream";

/** Where the contents of each stream of a PDF begin and, as far as it is told, end. */
function* streamsIn(bytes: Buffer): Generator<{ start: number; end: number }> {
  let end = 0;
  for (let at = bytes.indexOf(STREAM); at >= 0; at = bytes.indexOf(STREAM, at + STREAM.length)) {
    if (bytes.toString("latin1", at - 3, at) === "end") continue;
    const start = at + STREAM.length + (bytes[at + STREAM.length] === 0x0d ? 2 : 1);
    // Looked for once for all that begin before it: a file full of beginnings must not be searched for each of them.
    if (end < start) end = indexOrEnd(bytes, start);
    yield { start, end };
  }
}

const indexOrEnd = (bytes: Buffer, from: number): number => {
  const at = bytes.indexOf(END, from);
  return at < 0 ? bytes.length : at;
};

/** More deflated streams than a sheet of 200 pages has; each costs a look. */
const MOST_STREAMS = 5_000;
/** As many damaged ones: how much they hold cannot be told, and a sound sheet has none. */
const MOST_DAMAGED = 10;

/**
 * True when the deflated streams of a PDF unpack to more than so many bytes. The end that a stream names is not believed,
 * nor its checksum: a reader may go on past both.
 */
export function swellsBeyond(bytes: Buffer, most: number): boolean {
  let left = most;
  let count = 0;
  let damaged = 0;
  for (const { start } of streamsIn(bytes)) {
    if (!isDeflated(bytes, start)) continue;
    count += 1;
    try {
      left -= inflateRawSync(bytes.subarray(start + 2), { maxOutputLength: left, finishFlush: 2 }).length;
    } catch (thrown) {
      if (systemCode(thrown) === "ERR_BUFFER_TOO_LARGE") return true;
      damaged += 1;
    }
    if (left <= 0 || damaged > MOST_DAMAGED || count > MOST_STREAMS) return true;
  }
  return false;
}

/** The head of zlib's format (RFC 1950). */
const isDeflated = (bytes: Buffer, at: number): boolean =>
  at + 2 < bytes.length && ((bytes[at] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(at) % 31 === 0;

/** What the streams of a PDF hold, unpacked, until so many bytes are reached; what is not deflated is passed over. */
export function inflatedStreams(bytes: Buffer, most: number): string[] {
  const found: string[] = [];
  let left = most;
  let count = 0;
  for (const { start, end } of streamsIn(bytes)) {
    count += 1;
    if (end === bytes.length || left <= 0 || count > MOST_STREAMS) break;
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
