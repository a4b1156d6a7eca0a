/*
 * Proves that an XML part is read piece by piece, wherever the pieces end, and no further than it makes sense. How:
 * parts handed over in small pieces, and parts that would go on for 50 MB, whose pieces are counted.
 */
import type { AppError } from "../../../src/errors";
import { readXml } from "../../../src/coretax/readback/xml";

async function heardOf(pieces: AsyncIterable<Buffer>): Promise<string> {
  let heard = "";
  await readXml("part", pieces, {
    open: (name, attribute) => void (heard += `<${name} ${attribute("id") ?? ""}>`),
    close: (name) => void (heard += `</${name}>`),
    text: (value) => void (heard += value),
  });
  return heard;
}

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const XML = `<?xml version="1.0"?><x:a x:id="1&amp;2" xmlns:id="no"><!-- c --><b>é“𝄞</b><c id='3'/><![CDATA[<d>]]></x:a>`;
const HEARD = "<a 1&2><b >é“𝄞</b><c 3></c><d></a>";

test.each([1, 2, 3, 7, 1_000])("a part in pieces of %i bytes is read the same", async (size) => {
  expect(await heardOf(piecesOf(Buffer.from(XML), size))).toBe(HEARD);
});

test.each<[string, Buffer]>([
  ["UTF-16", Buffer.from(`\uFEFF${XML}`, "utf16le")],
  [
    "Latin-1, as it declares",
    Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><a>caf\xe9</a>`, "latin1"),
  ],
])("a part in %s is read", async (name, bytes) => {
  expect(await heardOf(piecesOf(bytes, 400))).toBe(name === "UTF-16" ? HEARD : "<a >café</a>");
});

test.each<[string, string]>([
  ["tags that never close", "<a>"],
  ["a text without end", "x"],
  ["a comment without end", "<!-- "],
  ["an attribute without end", "<a b='"],
])("%s are given up early", async (_name, piece) => {
  let taken = 0;
  const endless = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from("<start>");
    for (; taken < 5_000; taken += 1) yield Buffer.from(piece.repeat(10_000 / piece.length));
  };
  const failed = await heardOf(endless()).catch((thrown: unknown) => thrown as AppError);
  expect(failed).toMatchObject({ code: "refused", faults: [{ code: "file_damaged" }] });
  expect(taken).toBeLessThan(500);
});
