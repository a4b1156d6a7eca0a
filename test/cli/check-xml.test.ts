/**
 * Proves the command check-xml through the command line: what it prints, its exit code, and its JSON, on files on disk.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { run } from "../../src/cli/program";
import type { Out } from "../../src/cli/terminal";
import { faktur, file } from "../coretax/check/base";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faktur-check-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Keeps what is written to it. */
const page = (isTTY = false): Out & { words: string } => ({
  words: "",
  isTTY,
  write(more: string) {
    this.words += more;
  },
});

async function checked(name: string, xml: string, options: string[] = [], isTTY = false) {
  const path = join(folder, name);
  writeFileSync(path, xml);
  const stdout = page(isTTY);
  const stderr = page(isTTY);
  const code = await run(["check-xml", path, ...options], {
    environment: {},
    stdout,
    stderr,
    stdin: Readable.from([]),
  });
  return { code, path, out: stdout.words, err: stderr.words };
}

test("a faultless file ends with 0 and one line", async () => {
  const { code, out, path } = await checked("good.xml", file([faktur()]));
  expect(code).toBe(0);
  expect(out).toBe(`${path}: 1 faktur, 0 kesalahan, 0 peringatan / 0 errors, 0 warnings\n`);
});

test("every fault is one line with its place and code, and errors end with 1", async () => {
  const { code, out } = await checked("bad.xml", file([faktur({ VAT: "1", RefDesc: "" })]));
  const lines = out.trimEnd().split("\n");
  expect(code).toBe(1);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(
    /^12:1 \/TaxInvoiceBulk\/ListOfTaxInvoice\/TaxInvoice\[1\]\/RefDesc reference_missing /,
  );
  expect(lines[1]).toMatch(/^35:1 \/\S+\/GoodService\[1\]\/VAT vat_wrong /);
  expect(lines[2]).toContain("1 errors, 1 warnings");
});

test("warnings alone end with 0", async () => {
  const { code, out } = await checked("warned.xml", file([faktur({ RefDesc: "" })]));
  expect(code).toBe(0);
  expect(out).toContain("reference_missing");
});

test("JSON carries every fault with severity, and the sums", async () => {
  const { code, out, path } = await checked("bad.xml", file([faktur({ VAT: "1", RefDesc: "" })]), ["--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    file: path,
    fakturs: 1,
    complete: true,
    errors: 1,
    warnings: 1,
    faults: [
      { code: "reference_missing", severity: "warning", line: 12 },
      { code: "vat_wrong", severity: "error", line: 35, column: 1 },
    ],
  });
});

test("JSON of a faultless file is an object too", async () => {
  const { out } = await checked("good.xml", file([faktur()]), ["--json"]);
  expect(JSON.parse(out)).toMatchObject({ faults: [], errors: 0, warnings: 0 });
});

test("a file that cannot be read to its end says so", async () => {
  const { code, out } = await checked("cut.xml", file([faktur()]).slice(0, 300));
  expect(code).toBe(1);
  expect(out).toContain("xml_truncated");
  expect(out).toContain("not read to its end");
});

test("a large file shows its progress on a terminal and nowhere else", async () => {
  const large = file([faktur()]).replace(
    "</TaxInvoiceBulk>",
    `${" ".repeat(900_000)}<!-- x -->`.repeat(7) + "</TaxInvoiceBulk>",
  );
  const shown = await checked("large.xml", large, [], true);
  expect(shown.err).toContain("/100 %");
  expect(shown.out).not.toContain("\r");
  expect((await checked("large.xml", large)).err).toBe("");
});

test("a file that is not there is one plain sentence", async () => {
  const stderr = page();
  const stdout = page();
  const code = await run(["check-xml", join(folder, "none.xml")], {
    environment: {},
    stdout,
    stderr,
    stdin: Readable.from([]),
  });
  expect(code).toBe(1);
  expect(stderr.words.split("\n")).toHaveLength(2);
});
