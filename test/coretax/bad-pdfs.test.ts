/**
 * Proves that whatever a person brings in place of the portal's PDFs is refused by its name with what to do, over the
 * command line and over HTTP alike, while what is sound beside it goes on. How: one table of real spoilt files, each given
 * to both; a sound sheet in the same ZIP must still find its faktur.
 */
import PDFDocument from "pdfkit";
import { startDesk, type Desk, type Report } from "./desk";
import { officialSheet, qrTextOf } from "./official-sheet";
import { renamed, zipOf } from "./readback/workbooks";
import { fakturAt, nsfpAt } from "./stock";

let desk: Desk;
let sound: Buffer;
beforeAll(async () => {
  desk = await startDesk();
  sound = await officialSheet(fakturAt(0), nsfpAt(0));
});
afterAll(() => desk.close());

type Case = readonly [what: string, fault: string, bytes: () => Promise<Buffer> | Buffer];

/** A PDF behind a password, as a person might save it. */
function locked(): Promise<Buffer> {
  const doc = new PDFDocument({ userPassword: "rahasia", pdfVersion: "1.7" });
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  doc.text("Faktur Pajak").end();
  return new Promise((resolve) => doc.on("end", () => resolve(Buffer.concat(chunks))));
}

/** A page whose contents unpack to far more than a sheet. */
async function swollen(): Promise<Buffer> {
  const doc = new PDFDocument();
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  doc.text("Faktur Pajak").addContent(" ".repeat(60_000_000)).end();
  return new Promise((resolve) => doc.on("end", () => resolve(Buffer.concat(chunks))));
}

const PDFS: readonly Case[] = [
  ["behind a password", "pdf_password", locked],
  ["cut off", "pdf_truncated", () => sound.subarray(0, sound.length / 2)],
  ["damaged", "pdf_unreadable", () => Buffer.from("%PDF-1.7\nrusak\n%%EOF")],
  ["something else", "pdf_not_pdf", () => Buffer.from("bukan PDF")],
  ["a bomb", "pdf_swells", swollen],
  ["too large", "pdf_too_large", () => Buffer.concat([sound, Buffer.alloc(20_000_001)])],
  [
    "some other paper",
    "pdf_not_faktur",
    () => officialSheet(fakturAt(0), nsfpAt(0), { instead: (line) => line.slice(0, 8) }),
  ],
  [
    "with another faktur's code",
    "qr_contradicts_text",
    () => officialSheet(fakturAt(0), nsfpAt(0), { qr: qrTextOf(fakturAt(0), nsfpAt(1)) }),
  ],
  [
    "cancelled, by its code",
    "qr_not_approved",
    () => officialSheet(fakturAt(0), nsfpAt(0), { qr: qrTextOf(fakturAt(0), nsfpAt(0), "CANCELED") }),
  ],
];

test.each(PDFS)("a PDF %s: %s", async (_what, fault, bytes) => {
  await desk.isRefused("lembar.pdf", await bytes(), fault);
});

type Bend = (zip: Buffer) => Buffer;
interface Entry {
  readonly name: string;
  readonly bytes?: Buffer;
  readonly mode?: number;
}
interface Bent {
  readonly entry: Entry;
  readonly bend: Bend;
}
type ZipCase = readonly [what: string, fault: string, bent: Bent];
const same: Bend = (zip) => zip;

const as =
  (name: string): Bend =>
  (zip) =>
    renamed(zip, "x".repeat(name.length - 4) + ".pdf", name);
const plain = (name: string): { name: string } => ({ name: "x".repeat(name.length - 4) + ".pdf" });
const path = (what: string, name: string): ZipCase => [
  what,
  "zip_entry_path",
  { entry: plain(name), bend: as(name) },
];

/** A 16-bit field of the first entry in the directory. */
const field =
  (offset: number, value: number): Bend =>
  (zip) => {
    const copy = Buffer.from(zip);
    copy.writeUInt16LE(value, copy.indexOf(Buffer.from("PK\u0001\u0002", "latin1")) + offset);
    return copy;
  };

const zipCase = (what: string, fault: string, entry: Entry, bend: Bend = same): ZipCase => [
  what,
  fault,
  { entry, bend },
];

const ZIPS: readonly ZipCase[] = [
  path("leading up", "../../a.pdf"),
  path("from the root", "/etc/ab.pdf"),
  path("with a drive", "C:\\abcd.pdf"),
  path("with backslashes", "x\\..\\..\\a.pdf"),
  path("with a NUL", "aaaa\u0000bbb.pdf"),
  zipCase("that is a link", "zip_entry_link", {
    ...{ name: "tautan.pdf", bytes: Buffer.from("/etc/passwd"), mode: 0o120777 },
  }),
  zipCase("that is a ZIP", "zip_nested", { name: "dalam.zip" }),
  zipCase("that is no PDF", "zip_not_pdf", { name: "daftar.xlsx" }),
  zipCase("behind a password", "zip_entry_encrypted", { name: "a.pdf" }, field(8, 1)),
  zipCase("packed in an unknown way", "zip_entry_method", { name: "a.pdf" }, field(10, 12)),
  zipCase("that is a bomb", "zip_entry_too_large", { name: "bom.pdf", bytes: Buffer.alloc(30_000_000) }),
];

/** The sound sheet beside it is known, or stored the first time. */
const goesOn = ({ pdfs, alreadyKnown }: Report): number => pdfs + alreadyKnown;

test.each(ZIPS)("an entry %s: %s, and the sheet beside it goes on", async (_what, fault, { entry, bend }) => {
  const parts = [
    { bytes: Buffer.from("%PDF-1.7 x %%EOF"), ...entry },
    { name: "sesudah.pdf", bytes: sound },
  ];
  const bytes = bend(await zipOf(parts));
  const report = await desk.overHttp("pdf.zip", bytes);
  expect(report.left.map(({ code, faults }) => [code, ...faults])).toEqual([["faulty", fault]]);
  expect(goesOn(report)).toBe(1);
  expect((await desk.byCommand("pdf.zip", bytes)).out).toContain(`faulty ${fault}\n`);
});

test("entries that take up more bytes than the ZIP has lie over each other, and are refused", async () => {
  const zip = await zipOf([
    { name: "a.pdf", bytes: "%PDF-1.7 x %%EOF" },
    { name: "b.pdf", bytes: sound },
  ]);
  zip.writeUInt32LE(zip.length + 1, zip.indexOf(Buffer.from("PK\u0001\u0002", "latin1")) + 20);
  const report = await desk.overHttp("pdf.zip", zip);
  expect(new Set(report.left.flatMap(({ faults }) => faults))).toEqual(new Set(["zip_entry_overlaps"]));
});

test("two entries of one name: the second is refused", async () => {
  const bytes = await zipOf([
    { name: "a.pdf", bytes: sound },
    { name: "A.pdf", bytes: sound },
  ]);
  const report = await desk.overHttp("pdf.zip", bytes);
  expect(report.left.map(({ at, faults }) => [at, ...faults])).toEqual([["A.pdf", "zip_entry_twice"]]);
  expect(goesOn(report)).toBe(1);
});

test("thousands of entries that are no PDF are named one by one, and the sheet among them goes on", async () => {
  const noise = Array.from({ length: 3_000 }, (_, index) => ({ name: `${index}.txt`, bytes: "" }));
  const report = await desk.overHttp("pdf.zip", await zipOf([...noise, { name: "a.pdf", bytes: sound }]));
  expect(report.left).toHaveLength(3_000);
  expect(goesOn(report)).toBe(1);
});

test("a ZIP that is none says so", async () => {
  await desk.isRefused("pdf.zip", Buffer.from("bukan zip"), "zip_damaged");
});
