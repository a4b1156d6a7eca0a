import { bytesOf, openArchive } from "./archive";
import { readXml } from "./xml";

const LARGEST = 1_000_000;

/** When a workbook says that it was made; null where it does not say so, or cannot be read. */
export async function madeAt(bytes: Buffer): Promise<Date | null> {
  try {
    return instantOf(await createdIn(bytes));
  } catch {
    // It is the list that counts; what describes it may be missing or broken.
    return null;
  }
}

async function createdIn(bytes: Buffer): Promise<string> {
  const archive = await openArchive(bytes);
  let inside = false;
  let created = "";
  try {
    for await (const entry of archive.entries()) {
      if (!/^\/?docprops[/\\]core\.xml$/i.test(entry.name)) continue;
      await readXml("core", one(await bytesOf(entry, LARGEST)), {
        open: (name) => void (inside = name === "created"),
        close: () => void (inside = false),
        text: (value) => void (created += inside ? value : ""),
      });
      return created;
    }
    return "";
  } finally {
    archive.close();
  }
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** A time without a zone is one in Jakarta: that is where the portal is. */
function instantOf(words: string): Date | null {
  const told = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/.exec(
    words.trim(),
  );
  const at = new Date(told === null ? NaN : `${told[1] ?? ""}${told[2] ?? "+07:00"}`);
  return Number.isNaN(at.getTime()) ? null : at;
}
