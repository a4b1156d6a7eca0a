/**
 * Proves that files of others end the reading with rows, facts or a named refusal, in bounded time and memory: portal
 * lists, ZIPs (with bombs, nests and paths), PDFs, and PKCS#12 files with absurd numbers inside.
 */
import fc from "fast-check";
import { readPortalList } from "../../src/coretax/readback/excel";
import { readPdfFacts } from "../../src/coretax/readback/pdf";
import { readPdfZip } from "../../src/coretax/readback/zip";
import { asAppError } from "../../src/errors";
import { drawPaper } from "../../src/faktur/pdf/draw";
import { officialPdfFault } from "../../src/faktur/pdf/official";
import { openCertificate, verifyPdf } from "../../src/faktur/sign/sign";
import { officialSheet } from "../coretax/official-sheet";
import { listOf, zipOf } from "../coretax/readback/workbooks";
import { fakturAt, nsfpAt } from "../coretax/stock";
import { makeP12 } from "../support/certificates";
import { makePaper } from "../support/papers";
import { tinyPdf } from "../support/tiny-pdf";
import { fuzz } from "./measure";
import { report } from "./report";
import { spoiltOf } from "./spoil";

afterAll(() => report("files"));

const MOST_MB = 500;

test("portal lists", async () => {
  const sound = [
    await listOf([{}, { Referensi: "INV-2" }]),
    await zipOf([{ name: "xl/workbook.xml", bytes: Buffer.alloc(50_000_000) }]),
  ];
  const { memoryMb } = await fuzz(250, {
    ...{ target: "XLSX lists", inputs: spoiltOf(sound), mostMs: 5_000 },
    async run(bytes) {
      const list = await readPortalList(bytes, null);
      const faults = list.kind === "refused" ? list.faults : list.refused.flatMap((row) => row.faults);
      for (const fault of faults) expect(fault.code).toMatch(/^[a-z_]+$/);
      return list.kind;
    },
  });
  expect(memoryMb).toBeLessThan(MOST_MB);
});

test("ZIPs of PDFs", async () => {
  const pdf = Buffer.from("%PDF-1.7 isi %%EOF".repeat(40));
  const paths = [
    "../../a.pdf",
    "/etc/a.pdf",
    "C:\\a.pdf",
    "a/../../b.pdf",
    "a\u0000.pdf",
    "con.pdf",
    `${"d/".repeat(500)}a.pdf`,
  ];
  const inner = await zipOf([{ name: "a.pdf", bytes: pdf }]);
  const sound = await Promise.all([
    zipOf(paths.map((name) => ({ name: name.replace(/[\\:]|^\/|\.\.\//g, "_"), bytes: pdf }))),
    zipOf([
      { name: "nested.zip", bytes: inner },
      { name: "a.pdf", bytes: pdf },
    ]),
    zipOf([{ name: "bomb.pdf", bytes: Buffer.alloc(60_000_000) }]),
  ]);
  // Names that no honest writer makes go in behind its back.
  const tricky = sound.map((bytes) =>
    Buffer.from(
      bytes.toString("latin1").replaceAll("d/d/d/a", "../../a").replaceAll("bomb.pdf", "../b.pdf"),
      "latin1",
    ),
  );
  const { memoryMb } = await fuzz(250, {
    ...{ target: "ZIPs", inputs: spoiltOf([...sound, ...tricky]), mostMs: 5_000 },
    async run(bytes) {
      const kinds = new Set<string>();
      for await (const item of readPdfZip(bytes, bytes.length)) {
        kinds.add(item.kind);
        if (item.kind === "pdf") expect(item.bytes.length).toBeLessThanOrEqual(25_000_000);
      }
      return [...kinds].toSorted().join("+") || "nothing";
    },
  });
  expect(memoryMb).toBeLessThan(MOST_MB);
});

test("PDFs: of the portal, of a channel, signed", async () => {
  const sound = [
    await drawPaper(makePaper({ mark: "simulation" })),
    await officialSheet(fakturAt(0), nsfpAt(0), { qrAs: "image" }),
    await tinyPdf(makePaper({})),
    Buffer.from(
      `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj trailer<</Root 1 0 R>>\n%%EOF`,
    ),
  ];
  const { memoryMb } = await fuzz(120, {
    ...{ target: "PDFs", inputs: spoiltOf(sound), mostMs: 10_000 },
    async run(bytes) {
      const reading = await readPdfFacts(bytes, "a.pdf");
      const fault = await officialPdfFault(bytes, {
        nsfp: "04002600000000001",
        buyerNumber: "0012345678012000",
      });
      const verified = verifyPdf(bytes);
      return `${reading.kind}, ${fault === null ? "official" : "not official"}, ${verified.kind}`;
    },
  });
  expect(memoryMb).toBeLessThan(MOST_MB);
});

test("PKCS#12 files, also with absurd numbers of rounds", async () => {
  const passphrase = "rahasia";
  const kinds = ["aes", "3des", "rc2", "nomac", "ec"] as const;
  const sound = kinds.map((kind) => makeP12({ kind, passphrase, rounds: 1_000 }));
  // The number of rounds as DER writes it, made as large as three and four bytes hold.
  const many = (["aes", "3des"] as const).map((kind) => makeP12({ kind, passphrase, rounds: 70_000 }));
  const absurd = many.flatMap((bytes) => withRounds(bytes, 0x18_00_00));
  expect(absurd.length).toBeGreaterThan(4);
  const { memoryMb } = await fuzz(300, {
    ...{ target: "PKCS#12", inputs: spoiltOf(sound), mostMs: 15_000 },
    run: (bytes) => opened(bytes, passphrase),
  });
  expect(memoryMb).toBeLessThan(MOST_MB);
  await fuzz(absurd.length, {
    ...{ target: "PKCS#12, absurd rounds", inputs: fc.constantFrom(...absurd), mostMs: 15_000 },
    run: (bytes) => opened(bytes, passphrase),
  });
});

async function opened(bytes: Buffer, passphrase: string): Promise<string> {
  try {
    const certificate = await openCertificate(bytes, passphrase);
    expect(certificate.subject).not.toBe("");
    return "opened";
  } catch (thrown) {
    const { code } = asAppError(thrown);
    if (code === "internal") throw thrown;
    return code;
  }
}

/** INTEGER 70000 is `02 03 01 11 70`: each of them in turn, and all at once, become what would take hours. */
function withRounds(bytes: Buffer, rounds: number): Buffer[] {
  const written = Buffer.from([0x02, 0x03, 0x01, 0x11, 0x70]);
  const absurd = Buffer.from([0x02, 0x03, (rounds >> 16) & 0xff, (rounds >> 8) & 0xff, rounds & 0xff]);
  const all = Buffer.from(bytes);
  const found: Buffer[] = [];
  for (let at = bytes.indexOf(written); at >= 0; at = bytes.indexOf(written, at + 1)) {
    absurd.copy(all, at);
    found.push(Buffer.concat([bytes.subarray(0, at), absurd, bytes.subarray(at + 5)]));
  }
  return [...found, all];
}
