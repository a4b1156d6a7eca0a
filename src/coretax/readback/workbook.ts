import { bytesOf, type Archive, type ArchiveEntry } from "./archive";
import { refuseFile } from "./faults";
import { readRows, readSharedStrings, type SheetRow } from "./sheet";
import { readXml } from "./xml";

export interface WorkbookLimits {
  /** All parts that are unpacked, together. */
  readonly inflatedBytes: number;
}

export interface Workbook {
  /** Days are counted from 1904 and not from 1900. */
  readonly date1904: boolean;
  readonly sheets: number;
  /** Rows of one sheet, from 0 in the order of the tabs. */
  rows(sheet: number, take: (row: SheetRow) => boolean): Promise<void>;
}

const MOST_PARTS = 2_000;
const MOST_SHEETS = 20;
const SMALL_PART = 5_000_000;

/** The parts of an .xlsx that matter, unpacked when they are asked for and never beyond the limit. */
export async function openWorkbook(archive: Archive, limits: WorkbookLimits): Promise<Workbook> {
  const parts = await partsOf(archive);
  const budget = { left: limits.inflatedBytes, all: limits.inflatedBytes };
  const workbook = parts.get("xl/workbook.xml");
  if (workbook === undefined) throw refuseFile("not_xlsx");
  const { date1904, relations } = await readWorkbook(small(workbook, budget));
  const targets = await readTargets(parts.get("xl/_rels/workbook.xml.rels"), budget);
  const sheets = relations.flatMap((id) => {
    const part = parts.get(targets.get(id) ?? "");
    return part === undefined ? [] : [part];
  });
  if (sheets.length === 0) throw refuseFile("file_damaged", ["workbook"]);
  let shared: Promise<string[]> | undefined;
  return {
    date1904,
    sheets: Math.min(sheets.length, MOST_SHEETS),
    async rows(index, take) {
      const part = sheets[index];
      if (part === undefined) return;
      shared ??= sharedStringsOf(parts, budget);
      await readRows(counted(part, budget), await shared, take);
    },
  };
}

interface Budget {
  left: number;
  readonly all: number;
}

async function sharedStringsOf(parts: ReadonlyMap<string, ArchiveEntry>, budget: Budget): Promise<string[]> {
  const part = parts.get("xl/sharedstrings.xml");
  return part === undefined ? [] : readSharedStrings(counted(part, budget));
}

async function partsOf(archive: Archive): Promise<Map<string, ArchiveEntry>> {
  const parts = new Map<string, ArchiveEntry>();
  const entries = archive.entries();
  for (;;) {
    const next = await entries.next().catch((thrown: unknown) => {
      throw refuseFile("file_damaged", ["zip"], thrown);
    });
    if (next.done === true) return parts;
    const entry = next.value;
    if (parts.size >= MOST_PARTS) throw refuseFile("file_damaged", ["zip"]);
    if (entry.isEncrypted) throw refuseFile("file_password");
    const name = entry.name.replace(/\\/g, "/").replace(/^\//, "").toLowerCase();
    // Two parts of one name could show one list to a person and another to us.
    if (parts.has(name)) throw refuseFile("file_damaged", [name]);
    parts.set(name, entry);
  }
}

/** The contents in pieces, as long as the budget lasts. */
async function* counted(entry: ArchiveEntry, budget: Budget): AsyncGenerator<Buffer> {
  // What says so itself need not be unpacked to be refused.
  if (entry.size > budget.left) throw refuseFile("file_swells", [Math.round(budget.all / 1_000_000)]);
  const stream = entry.stream();
  for (;;) {
    const next = await stream.next().catch((thrown: unknown) => {
      throw refuseFile("file_damaged", [entry.name], thrown);
    });
    if (next.done === true) return;
    budget.left -= next.value.length;
    if (budget.left < 0) {
      await stream.return(undefined);
      throw refuseFile("file_swells", [Math.round(budget.all / 1_000_000)]);
    }
    yield next.value;
  }
}

async function* small(entry: ArchiveEntry, budget: Budget): AsyncGenerator<Buffer> {
  if (entry.size > SMALL_PART) throw refuseFile("file_swells", [SMALL_PART / 1_000_000]);
  const bytes = await bytesOf(entry, Math.min(SMALL_PART, budget.left)).catch((thrown: unknown) => {
    throw refuseFile("file_damaged", [entry.name], thrown);
  });
  budget.left -= bytes.length;
  yield bytes;
}

/** Tabs in their order, by the relations that lead to them. */
async function readWorkbook(pieces: AsyncIterable<Buffer>) {
  const relations: string[] = [];
  let date1904 = false;
  await readXml("workbook", pieces, {
    open(name, attribute) {
      if (name === "workbookPr") date1904 ||= /^(1|true)$/i.test(attribute("date1904") ?? "");
      const id = name === "sheet" ? attribute("id") : undefined;
      if (id !== undefined) relations.push(id);
    },
    close: () => undefined,
    text: () => undefined,
  });
  return { date1904, relations };
}

async function readTargets(
  part: ArchiveEntry | undefined,
  budget: Budget,
): Promise<ReadonlyMap<string, string>> {
  const targets = new Map<string, string>();
  if (part === undefined) return targets;
  await readXml("relations", small(part, budget), {
    open(name, attribute) {
      const [id, target] = [attribute("Id"), attribute("Target")];
      if (name !== "Relationship" || id === undefined || target === undefined) return;
      const path = target.startsWith("/") ? target.slice(1) : `xl/${target.replace(/^\.\//, "")}`;
      targets.set(id, path.toLowerCase());
    },
    close: () => undefined,
    text: () => undefined,
  });
  return targets;
}
