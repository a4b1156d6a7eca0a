/*
 * Proves that the PDFs of a ZIP come out one by one, and that nothing else does: no path out of it, no link, no ZIP
 * within, nothing locked, damaged or swollen; each of these is named and the rest goes on. How: real ZIPs, some of them
 * bent byte by byte.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPdfZip, ZIP_LIMITS, type ZipLimits } from "../../../src/coretax/readback/zip";
import { renamed, zipOf } from "./workbooks";

const PDF = "%PDF-1.7 isi %%EOF";

/** `name: bytes` of what came out, `name: code` of what was refused. */
async function outOf(zip: Buffer | string, limits: Partial<ZipLimits> = {}): Promise<string[]> {
  const out: string[] = [];
  const size = typeof zip === "string" ? 1 : zip.length;
  for await (const item of readPdfZip(zip, size, { ...ZIP_LIMITS, ...limits })) {
    out.push(`${item.name}: ${item.kind === "pdf" ? item.bytes.toString("latin1") : item.fault.code}`);
  }
  return out;
}

test("the PDFs come out in their order, from memory and from a file, without what file managers add", async () => {
  const zip = await zipOf([
    { name: "november/a.pdf", bytes: PDF },
    { name: "__MACOSX/november/._a.pdf", bytes: "x" },
    { name: "november/.DS_Store", bytes: "x" },
    { name: "b.PDF", bytes: `${PDF}2`, stored: true },
    { name: "Faktur ünïcode (1).pdf", bytes: PDF },
  ]);
  const expected = [`november/a.pdf: ${PDF}`, `b.PDF: ${PDF}2`, `Faktur ünïcode (1).pdf: ${PDF}`];
  expect(await outOf(zip)).toEqual(expected);
  const folder = await mkdtemp(join(tmpdir(), "readback-"));
  try {
    await writeFile(join(folder, "a.zip"), zip);
    expect(await outOf(join(folder, "a.zip"))).toEqual(expected);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ["../../../a.pdf", "zip_entry_path"],
  ["/etc/passw.pdf", "zip_entry_path"],
  ["C:\\dos\\ab.pdf", "zip_entry_path"],
  ["x\\..\\..\\a.pdf", "zip_entry_path"],
  ["aaaa//bbbb.pdf", "zip_entry_path"],
  ["aaaaa/./bb.pdf", "zip_entry_path"],
  ["aaaa\u0007bbbbb.pdf", "zip_entry_path"],
  ["dalam/isi1.zip", "zip_nested"],
  ["dalam/list.xlsx", "zip_not_pdf"],
])("an entry named %j is refused by name and the others come out", async (name, code) => {
  const plain = "x".repeat(name.length - 4) + ".pdf";
  const zip = await zipOf([
    { name: "sebelum.pdf", bytes: PDF },
    { name: plain, bytes: PDF },
    { name: "sesudah.pdf", bytes: PDF },
  ]);
  const out = await outOf(renamed(zip, plain, name));
  expect(out).toEqual([
    `sebelum.pdf: ${PDF}`,
    `${name.replace("\u0007", "\uFFFD")}: ${code}`,
    `sesudah.pdf: ${PDF}`,
  ]);
});

test("a symbolic link is refused", async () => {
  const zip = await zipOf([
    { name: "tautan.pdf", bytes: "/etc/passwd", mode: 0o120777 },
    { name: "b.pdf", bytes: PDF, mode: 0o100644 },
  ]);
  expect(await outOf(zip)).toEqual(["tautan.pdf: zip_entry_link", `b.pdf: ${PDF}`]);
});

/** The same ZIP with a 16-bit field of its first directory entry changed. */
function bent(zip: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(zip);
  const directory = copy.indexOf(Buffer.from("PK\u0001\u0002", "latin1"));
  copy.writeUInt16LE(value, directory + offset);
  return copy;
}

test("an entry behind a password and one packed in an unknown way are refused", async () => {
  const zip = await zipOf([
    { name: "a.pdf", bytes: PDF },
    { name: "b.pdf", bytes: PDF },
  ]);
  expect(await outOf(bent(zip, 8, 0x0001))).toEqual(["a.pdf: zip_entry_encrypted", `b.pdf: ${PDF}`]);
  expect(await outOf(bent(zip, 10, 12))).toEqual(["a.pdf: zip_entry_method", `b.pdf: ${PDF}`]);
});

test("an entry whose bytes or checksum are not what they should be is refused", async () => {
  const zip = await zipOf([
    { name: "a.pdf", bytes: PDF, stored: true },
    { name: "b.pdf", bytes: PDF },
  ]);
  const wrong = Buffer.from(zip);
  wrong.write("XXXX", wrong.indexOf(PDF), "latin1");
  expect(await outOf(wrong)).toEqual(["a.pdf: zip_entry_damaged", `b.pdf: ${PDF}`]);
});

describe("bombs", () => {
  const swollen = "0".repeat(30_000_000);

  test("an entry that swells beyond its limit is not unpacked", async () => {
    const zip = await zipOf([
      { name: "bom.pdf", bytes: swollen },
      { name: "b.pdf", bytes: PDF },
    ]);
    expect(zip.length).toBeLessThan(100_000);
    expect(await outOf(zip)).toEqual(["bom.pdf: zip_entry_too_large", `b.pdf: ${PDF}`]);
  });

  test("an entry that lies about its size ends at the size it claims", async () => {
    const zip = await zipOf([
      { name: "bohong.pdf", bytes: swollen },
      { name: "b.pdf", bytes: PDF },
    ]);
    const directory = zip.indexOf(Buffer.from("PK\u0001\u0002", "latin1"));
    zip.writeUInt32LE(1_000, directory + 24);
    expect(await outOf(zip)).toEqual(["bohong.pdf: zip_entry_damaged", `b.pdf: ${PDF}`]);
  });

  test("all entries together have a limit, and each that no longer fits is named", async () => {
    const zip = await zipOf(["a", "b", "c", "d"].map((name) => ({ name: `${name}.pdf`, bytes: PDF })));
    const limit = PDF.length * 2 + 1;
    const out = await outOf(zip, { totalBytes: limit });
    expect(out.map((line) => line.split(": ")[1])).toEqual([PDF, PDF, "zip_swells", "zip_swells"]);
  });

  test("too many entries and too large a ZIP", async () => {
    const zip = await zipOf(["a", "b", "c"].map((name) => ({ name: `${name}.pdf`, bytes: PDF })));
    expect((await outOf(zip, { entries: 2 })).slice(2)).toEqual([": zip_too_many"]);
    expect(await outOf(zip, { archiveBytes: 10 })).toEqual([": zip_too_large"]);
  });
});

test.each<[string, (zip: Buffer) => Buffer, number]>([
  ["cut in half", (zip) => zip.subarray(0, zip.length / 2), 0],
  ["nothing", () => Buffer.alloc(0), 0],
  ["other bytes", () => Buffer.from("bukan zip".repeat(100)), 0],
  [
    "with a broken directory",
    (zip) => {
      const copy = Buffer.from(zip);
      copy.writeUInt32LE(0, copy.lastIndexOf(Buffer.from("PK\u0001\u0002", "latin1")));
      return copy;
    },
    1,
  ],
])("a ZIP that is %s says so, after what could be read", async (_name, bend, read) => {
  const zip = await zipOf([
    { name: "a.pdf", bytes: PDF },
    { name: "b.pdf", bytes: PDF },
  ]);
  const out = await outOf(bend(zip));
  expect(out).toHaveLength(read + 1);
  expect(out[read]).toBe(": zip_damaged");
});

test("thousands of entries come out one by one, and stopping early leaves nothing open", async () => {
  const zip = await zipOf(
    Array.from({ length: 5_000 }, (_, index) => ({ name: `${index}.pdf`, bytes: PDF })),
  );
  expect(await outOf(zip)).toHaveLength(5_000);
  for await (const item of readPdfZip(zip, zip.length)) {
    expect(item.name).toBe("0.pdf");
    break;
  }
});
