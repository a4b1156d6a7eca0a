/**
 * Proves that sheets are drawn and signed beside the event loop as they are within it: the same bytes, a certificate's
 * faults by their codes; and that the process itself neither loads what draws nor stays for it.
 */
import { spawnSync } from "node:child_process";
import { serialize } from "node:v8";
import { drawPaper as drawnHere } from "../src/faktur/pdf/draw";
import { openCertificate, signatureSpace, signPdf, verifyPdf } from "../src/faktur/sign/sign";
import { drawPaper, renderPaper, tryCertificate } from "../src/paper-maker";
import { fakturOf, invoice, line } from "./faktur/examples";
import { makeP12 } from "./support/certificates";
import { makePaper } from "./support/papers";

const AT = new Date("2026-11-03T02:10:00Z");
const LATE = new Date("2040-01-01T00:00:00Z");
const PASSPHRASE = "Rahasia#2026";
const FAKTUR = fakturOf(invoice([line({ amount: "100000.00" })]));
const PAPER = makePaper({ count: 3, signed: true });

let p12: Buffer;
beforeAll(() => {
  p12 = makeP12({ kind: "aes", passphrase: PASSPHRASE });
});

test("a sheet is what drawing it here would give", async () => {
  const [apart, here] = [await drawPaper(PAPER), await drawnHere(PAPER)];
  expect(Buffer.isBuffer(apart)).toBe(true);
  expect(apart.equals(here)).toBe(true);
});

test("a signed one too, many at once, and the signature holds", async () => {
  const { seller } = FAKTUR;
  const reason = `Faktur Pajak ${PAPER.nsfp}`;
  const words = { reason, location: seller.city, name: seller.signer.name, contact: seller.email };
  const key = await openCertificate(p12, PASSPHRASE);
  const drawn = await drawnHere(PAPER, { signatureSpace: signatureSpace(key, words) });
  const here = signPdf(drawn, key, AT, words);
  const certificate = { p12, passphrase: PASSPHRASE };
  const sheets = await Promise.all(
    Array.from({ length: 8 }, () => renderPaper(PAPER, certificate, AT, FAKTUR)),
  );
  expect(sheets.map((bytes) => bytes.equals(here))).toEqual(sheets.map(() => true));
  expect(verifyPdf(here).kind).toBe("valid");
  // What was handed over was a copy: the caller's own bytes are as they were.
  expect(p12.length).toBeGreaterThan(0);
});

test("T69: sheets of different fakturs, drawn at once, are each their own", async () => {
  const certificate = { p12, passphrase: PASSPHRASE };
  const papers = Array.from({ length: 8 }, (_, index) => ({
    ...PAPER,
    nsfp: `0400260000000000${index}`,
    buyer: { ...PAPER.buyer, name: `PT Pembeli ${index}` },
  }));
  const alone: Buffer[] = [];
  for (const paper of papers) alone.push(await renderPaper(paper, certificate, AT, FAKTUR));
  const atOnce = await Promise.all(papers.map((paper) => renderPaper(paper, certificate, AT, FAKTUR)));
  expect(atOnce.map((sheet) => alone.findIndex((one) => one.equals(sheet)))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7,
  ]);
});

test.each([
  ["passphrase_wrong", "salah", AT],
  ["certificate_expired", PASSPHRASE, LATE],
])("a certificate's fault keeps its code and words: %s", async (code, passphrase, at) => {
  const fault = { code, mayRetry: false, says: { id: expect.stringMatching(/sertifikat/i) } };
  await expect(renderPaper(PAPER, { p12, passphrase }, at, FAKTUR)).rejects.toMatchObject(fault);
  await expect(tryCertificate(p12, passphrase, at)).rejects.toMatchObject(fault);
});

test("a file that is no certificate is unreadable, and a good one says whose it is", async () => {
  const unreadable = { code: "certificate_unreadable", mayRetry: false };
  await expect(tryCertificate(Buffer.from("x"), PASSPHRASE, AT)).rejects.toMatchObject(unreadable);
  expect(await tryCertificate(p12, PASSPHRASE, AT)).toMatchObject({
    subject: "CN=PT Contoh Penanda Tangan, C=ID",
    validTo: "2036-01-01T00:00:00.000Z",
  });
});

test("a process that has a sheet drawn loads no drawing itself, and ends", () => {
  const script = `
    const { drawPaper } = require("./dist/src/paper-maker");
    drawPaper(require("node:v8").deserialize(Buffer.from("${serialized()}", "base64"))).then((bytes) => {
      const drawing = Object.keys(require.cache).filter((file) => /pdfkit|fontkit|node-forge/.test(file));
      console.log(bytes.subarray(0, 5).toString(), drawing.length);
    });`;
  const run = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", timeout: 30_000 });
  expect([run.status, run.stdout, run.stderr]).toEqual([0, "%PDF- 0\n", ""]);
});

/** Bigints are beyond JSON. */
const serialized = (): string => serialize(PAPER).toString("base64");
