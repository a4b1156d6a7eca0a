import { openArchive, bytesOf, type ArchiveEntry } from "./archive";
import { readbackFault, type ReadbackCode, type ReadbackFault } from "./faults";

export interface ZipLimits {
  readonly archiveBytes: number;
  readonly entries: number;
  /** Of one file, unpacked. */
  readonly entryBytes: number;
  /** Of all files together, unpacked. */
  readonly totalBytes: number;
}

export const ZIP_LIMITS: ZipLimits = {
  archiveBytes: 2_000_000_000,
  entries: 50_000,
  // What the PDF reader takes at most.
  entryBytes: 20_000_000,
  totalBytes: 8_000_000_000,
};

/** A PDF out of the ZIP, or why this name is not one. `name` is for people and for reading, never a path to write to. */
export type ZipItem =
  | { readonly kind: "pdf"; readonly name: string; readonly bytes: Buffer }
  | { readonly kind: "fault"; readonly name: string; readonly fault: ReadbackFault };

/**
 * The PDFs of a ZIP (in memory, or by its path) one after the other, so that only one is held at a time. What is not a
 * PDF, leads out of the ZIP, is locked, damaged or too large is named and passed over; the rest goes on.
 */
export async function* readPdfZip(
  source: Buffer | string,
  sourceBytes: number,
  limits: ZipLimits = ZIP_LIMITS,
): AsyncGenerator<ZipItem> {
  if (sourceBytes > limits.archiveBytes) {
    yield faulty("", "zip_too_large", megabytes(limits.archiveBytes));
    return;
  }
  const archive = await openArchive(source).catch(() => null);
  if (archive === null) {
    yield faulty("", "zip_damaged");
    return;
  }
  const state: State = { count: 0, left: limits.totalBytes, packed: archive.size, names: new Set() };
  const entries = archive.entries();
  try {
    for (;;) {
      const next = await entries.next().catch(() => null);
      if (next === null) yield faulty("", "zip_damaged");
      if (next === null || next.done === true) return;
      const entry = next.value;
      if (isNoise(entry)) continue;
      state.count += 1;
      if (state.count > limits.entries) {
        yield faulty("", "zip_too_many", limits.entries);
        return;
      }
      yield await readEntry(entry, state, limits);
    }
  } finally {
    archive.close();
  }
}

/** Folders, and what file managers leave behind in every ZIP they make. */
const isNoise = (entry: ArchiveEntry): boolean =>
  entry.isFolder || /^__MACOSX\/|(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/.test(entry.name);

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000);

function faulty(name: string, code: ReadbackCode, ...found: readonly (string | number)[]): ZipItem {
  return { kind: "fault", name: printable(name), fault: readbackFault(code, `/${pointer(name)}`, ...found) };
}

const printable = (name: string): string => name.replace(/\p{C}/gu, "�").slice(0, 300);

/** One step of a JSON pointer. */
const pointer = (name: string): string => printable(name).replace(/~/g, "~0").replace(/\//g, "~1");

interface State {
  count: number;
  /** What may still be unpacked. */
  left: number;
  /** Bytes of the ZIP that no entry has taken up so far. */
  packed: number;
  readonly names: Set<string>;
}

async function readEntry(entry: ArchiveEntry, state: State, limits: ZipLimits): Promise<ZipItem> {
  const { name } = entry;
  const code = refusalOfEntry(entry) ?? refusalBeside(entry, state);
  if (code !== null) return faulty(name, code);
  if (entry.size > limits.entryBytes) {
    return faulty(name, "zip_entry_too_large", megabytes(limits.entryBytes));
  }
  if (entry.size > state.left) return faulty(name, "zip_swells", megabytes(limits.totalBytes));
  try {
    const bytes = await bytesOf(entry, entry.size);
    state.left -= bytes.length;
    return { kind: "pdf", name, bytes };
  } catch {
    // Counted as if it had been whole, so that many broken ones cannot cost more than the limit.
    state.left -= entry.size;
    return faulty(name, "zip_entry_damaged");
  }
}

function refusalOfEntry(entry: ArchiveEntry): ReadbackCode | null {
  const { name } = entry;
  if (!isPlainName(name)) return "zip_entry_path";
  if (entry.isLink) return "zip_entry_link";
  if (/\.(zip|rar|7z|gz|tgz|tar)$/i.test(name)) return "zip_nested";
  if (!/\.pdf$/i.test(name)) return "zip_not_pdf";
  if (entry.isEncrypted) return "zip_entry_encrypted";
  return entry.isSupported ? null : "zip_entry_method";
}

/** Entries that name the same bytes again make much of a small ZIP; of two with one name nobody knows which was meant. */
function refusalBeside(entry: ArchiveEntry, state: State): ReadbackCode | null {
  state.packed -= entry.packed;
  if (state.packed < 0) return "zip_entry_overlaps";
  const name = entry.name.normalize("NFC").toLowerCase();
  if (state.names.has(name)) return "zip_entry_twice";
  state.names.add(name);
  return null;
}

/** Relative, going down only, without letters that some system reads as something else. */
const isPlainName = (name: string): boolean =>
  name !== "" &&
  name.length <= 1_000 &&
  !/[\\:\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u.test(name) &&
  name.split("/").every((step) => step !== "" && step !== "." && step !== "..");
