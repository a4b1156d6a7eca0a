import { crc32 } from "node:zlib";
import { fromBufferPromise, getFileNameLowLevel, openPromise, type Entry, type ZipFile } from "yauzl";

/** One file inside a ZIP, as its directory describes it. Nothing has been unpacked yet. */
export interface ArchiveEntry {
  /** As written in the ZIP, unchecked; never a path to write to. */
  readonly name: string;
  /** What the directory claims; unpacking stops when it turns out to be false. */
  readonly size: number;
  /** How many bytes of the ZIP it takes up. */
  readonly packed: number;
  readonly isFolder: boolean;
  readonly isLink: boolean;
  readonly isEncrypted: boolean;
  /** Stored or deflated, the two ways that are unpacked here. */
  readonly isSupported: boolean;
  /** The contents in pieces; ends with an error when they are longer or other than the directory says. */
  stream(): AsyncGenerator<Buffer>;
}

export interface Archive {
  /** Bytes of the whole ZIP. */
  readonly size: number;
  entries(): AsyncGenerator<ArchiveEntry>;
  close(): void;
}

/** Opens a ZIP in memory or by its path. Throws whatever the ZIP library says of a broken one; close it at the end. */
export async function openArchive(source: Buffer | string): Promise<Archive> {
  // Names are decoded entry by entry below: otherwise one bad name would end the reading of all the others.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
  const zip = await (typeof source === "string"
    ? openPromise(source, options)
    : fromBufferPromise(source, options));
  return {
    size: zip.fileSize,
    async *entries() {
      for await (const entry of zip.eachEntry()) yield entryOf(zip, entry);
    },
    close: () => {
      zip.close();
    },
  };
}

const UNIX = 3;
const TYPE_BITS = 0o170000;
const SYMBOLIC_LINK = 0o120000;

function entryOf(zip: ZipFile, entry: Entry): ArchiveEntry {
  const name = getFileNameLowLevel(
    entry.generalPurposeBitFlag,
    entry.fileNameRaw,
    entry.extraFields,
    // Backslashes stay as they are, so that they can be refused.
    true,
  );
  const mode = entry.externalFileAttributes >>> 16;
  return {
    name,
    size: entry.uncompressedSize,
    packed: entry.compressedSize,
    isFolder: name.endsWith("/"),
    isLink: entry.versionMadeBy >> 8 === UNIX && (mode & TYPE_BITS) === SYMBOLIC_LINK,
    isEncrypted: entry.isEncrypted(),
    isSupported: entry.canDecodeFileData(),
    async *stream() {
      const contents = await zip.openReadStreamPromise(entry);
      let sum = 0;
      try {
        for await (const chunk of contents as AsyncIterable<Buffer>) {
          sum = crc32(chunk, sum);
          yield chunk;
        }
      } finally {
        contents.destroy();
      }
      if (sum !== entry.crc32) throw new Error("checksum differs");
    },
  };
}

/** The whole entry. Throws when it is longer than `mostBytes`, or damaged. */
export async function bytesOf(entry: ArchiveEntry, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of entry.stream()) {
    size += chunk.length;
    if (size > mostBytes) throw new RangeError("entry too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
