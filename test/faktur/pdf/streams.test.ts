/**
 * Proves that a hostile PDF costs little: streams that swell, that lie about their end or checksum, and files that are
 * nothing but beginnings are told in bounded time; so is the search of raw bytes for a number when the reader can do
 * nothing with the file. How: real bytes of 20 MB, and the processor's clock.
 */
import { deflateSync } from "node:zlib";
import { officialPdfFault } from "../../../src/faktur/pdf/official";
import { inflatedStreams, swellsBeyond } from "../../../src/faktur/pdf/streams";

const stream = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from("stream\n"), bytes, Buffer.from("\nendstream\n")]);
const EXPECTED = { nsfp: "04002600000000001", buyerNumber: "0012345678012000" };

async function seconds(work: () => unknown): Promise<number> {
  // Processor time: what else the machine does is no fault of the search.
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000_000;
}

describe("a PDF swells", () => {
  const bomb = deflateSync(Buffer.alloc(2_000_000));
  const most = 1_000_000;
  const early = deflateSync(Buffer.alloc(2_000_000, "endstream"), { level: 0 });

  test.each<[string, boolean, Buffer]>([
    ["when one stream does", true, stream(bomb)],
    ["when its end is named too early", true, stream(early)],
    [
      "when many together do",
      true,
      Buffer.concat(Array.from({ length: 30 }, () => stream(deflateSync(Buffer.alloc(40_000))))),
    ],
    [
      "when its checksum is wrong as well",
      true,
      stream(Buffer.concat([bomb.subarray(0, -4), Buffer.alloc(4)])),
    ],
    [
      "when too many are damaged to tell",
      true,
      Buffer.concat(
        Array.from({ length: 11 }, () => stream(Buffer.concat([bomb.subarray(0, 2), Buffer.alloc(9, 255)]))),
      ),
    ],
    [
      "not when it holds little",
      false,
      Buffer.concat([stream(deflateSync(Buffer.alloc(900_000))), stream(Buffer.alloc(500_000))]),
    ],
    ["not when it holds nothing", false, Buffer.from("%PDF-1.7")],
  ])("%s", (_what, expected, bytes) => {
    expect(swellsBeyond(bytes, most)).toBe(expected);
  });
});

test("what streams hold is told until the limit is reached", () => {
  const bytes = Buffer.concat(["satu", "dua", "tiga"].map((word) => stream(deflateSync(Buffer.from(word)))));
  expect(inflatedStreams(bytes, 100)).toEqual(["satu", "dua", "tiga"]);
  expect(inflatedStreams(bytes, 7)).toEqual(["satu", "dua"]);
});

const fill = (piece: string, size: number): Buffer =>
  Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(size - 100, piece, "latin1")]);

/** As large as the reader takes, and as large as is still searched without it. */
const SIZES = [20_000_000, 5_000_000];
/** Ten times what it takes; a search that looks at every byte for every byte would take hours. */
const SECONDS = 30;

describe("the raw bytes of a file that no reader takes", () => {
  test.each([
    ["open brackets", "("],
    ["brackets and backslashes", "(\\"],
    ["backslashes", "\\"],
    ["open angles", "<"],
    ["angles and digits", "<0"],
    ["digits and blanks", "<0 "],
    ["brackets within brackets", "(a"],
    ["beginnings of streams", "stream "],
    ["beginnings that look deflated", "stream\nx\u009c"],
    ["streams", "stream\nx\u009cendstream"],
    ["the label", "Kode dan Nomor Seri Faktur Pajak"],
    ["letters of another kind", "\u00bd\u00aa"],
  ])("megabytes of %s are searched in bounded time", async (_what, piece) => {
    for (const bytes of SIZES.map((size) => fill(piece, size))) {
      const took = await seconds(async () => expect(await officialPdfFault(bytes, EXPECTED)).not.toBeNull());
      expect(took).toBeLessThan(SECONDS);
    }
  });

  test("a number inside strings is still found", async () => {
    const words = "(04002600000000001) Tj <30303132333435363738303132303030> Tj";
    const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), stream(deflateSync(Buffer.from(words)))]);
    expect(await officialPdfFault(bytes, EXPECTED)).toBeNull();
  });
});
