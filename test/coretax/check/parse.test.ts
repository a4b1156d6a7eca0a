/**
 * Proves that a file which cannot be read is refused by name, at the right line, without reading on; that the cut of
 * the bytes changes nothing; and that hostile files stay small. Well-formedness is compared with xmllint.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { requireTool } from "../../support/tools";
import { bytes, check, codes, faktur, file } from "./base";

const GOOD = file([faktur()]);
const utf16 = (mark: boolean): Uint8Array => Buffer.from(`${mark ? "\uFEFF" : ""}${GOOD}`, "utf16le");
const latin1 = (xml: string): Uint8Array => Buffer.from(xml, "latin1");
const named = (name: string): string => file([faktur({ BuyerName: name })]);
const ENTITY_BOMB = GOOD.replace(
  "<TaxInvoiceBulk",
  '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<TaxInvoiceBulk',
);
const EXTERNAL = GOOD.replace(
  "<TaxInvoiceBulk",
  '<!DOCTYPE x SYSTEM "file:///etc/hostname">\n<TaxInvoiceBulk',
);

test.each<[string, string | Uint8Array, string, number]>([
  ["nothing", "", "xml_empty", 1],
  ["blanks only", " \n\t\n", "xml_empty", 1],
  ["words", "halo", "not_xml", 1],
  ["words behind a line break", "\n\nhalo", "not_xml", 1],
  ["JSON", '{"TIN": 1}', "not_xml", 1],
  ["a spreadsheet", Uint8Array.of(0x50, 0x4b, 3, 4, 0xff, 0xfe), "not_xml", 1],
  ["UTF-16 with a mark", utf16(true), "xml_not_utf8", 1],
  ["UTF-16 without a mark", utf16(false), "xml_not_utf8", 1],
  ["Latin-1", latin1(named("Café")), "xml_not_utf8", 19],
  ["a declaration of another encoding", GOOD.replace("utf-8", "ISO-8859-1"), "xml_not_utf8", 1],
  ["entities that grow", ENTITY_BOMB, "xml_doctype_refused", 2],
  ["an external DTD", EXTERNAL, "xml_doctype_refused", 2],
  ["an entity of HTML", named("PT&nbsp;Contoh"), "xml_entity_refused", 19],
  ["an entity in capitals", named("A &AMP; B"), "xml_entity_refused", 19],
  ["a bare ampersand", named("PT A & B"), "xml_ampersand_bare", 19],
  [
    "a bare ampersand with a semicolon far behind",
    named("A & B</BuyerName><x>&amp;"),
    "xml_ampersand_bare",
    19,
  ],
  ["an ampersand at the end of a value", named("A &"), "xml_ampersand_bare", 19],
  ["a control character", named("A\u0001"), "xml_malformed", 19],
  ["tags that cross", GOOD.replace("</TIN>", "</TINN>"), "xml_malformed", 3],
  ["a second root", `${GOOD}<x/>`, "xml_malformed", 42],
  ["an attribute twice", GOOD.replace("<TIN>", '<TIN a="1" a="2">'), "xml_malformed", 3],
  ["a prefix nobody declared", GOOD.replace(/xmlns:xsi="[^"]*"/, ""), "xml_malformed", 2],
  ["an end that is missing", GOOD.slice(0, -1), "xml_truncated", 42],
  ["an end in the middle of a tag", GOOD.slice(0, GOOD.indexOf("Price") + 2), "xml_truncated", 29],
  [
    "an end in the middle of a letter",
    bytes(named("é")).subarray(0, GOOD.indexOf("<BuyerName>") + 12),
    "xml_truncated",
    19,
  ],
  ["another document", "<RetailInvoiceBulk><x/></RetailInvoiceBulk>", "not_tax_invoice_bulk", 1],
])("%s is refused by name", (_, source, code, line) => {
  const { faults, complete } = check(source);
  const errors = faults.filter(({ severity }) => severity === "error");
  expect(errors.map((fault) => [fault.code, fault.line])).toEqual([[code, line]]);
  expect(complete).toBe(false);
});

test("the name of a refused entity is told", () => {
  expect(check(named("PT&nbsp;Contoh")).faults[0]?.message.en).toContain("&nbsp;");
});

test("the five entities, numbers, CDATA and comments are fine", () => {
  const xml = named("A &amp; B &lt;x&gt; &quot;&apos; &#65;&#x42; <![CDATA[C & D]]><!-- E & F -->");
  expect(codes(xml.replace("<TIN>", "<!-- R&D --><TIN>"))).toEqual([]);
});

test("a byte order mark is a warning and the rest is checked", () => {
  const { faults } = check(`\uFEFF${file([faktur({ VAT: "1" })])}`);
  expect(faults.map(({ code, severity }) => [code, severity])).toEqual([
    ["xml_bom", "warning"],
    ["vat_wrong", "error"],
  ]);
});

test("faults before the end of a cut file are told as well", () => {
  const xml = file([faktur({ VAT: "1" }), faktur({ RefDesc: "INV-2" })]);
  expect(codes(xml.slice(0, -200))).toEqual(["vat_wrong", "xml_truncated"]);
});

test("any cut of the bytes gives the same faults", () => {
  const xml = `\uFEFF${file([faktur({ VAT: "1", BuyerName: "Kopi &amp; Té ☕ &#x41;" }), faktur({ Unit: "x" })])}`;
  const spoilt = [xml, xml.replace("&amp;", "&"), xml.replace("&amp;", "&foo;"), xml.slice(0, -9)];
  const cut = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...spoilt), cut, (source, sizes) => {
      const all = bytes(source);
      const parts: Uint8Array[] = [];
      for (let at = 0; at < all.length;) {
        const size = sizes[parts.length % sizes.length] ?? 1;
        parts.push(all.subarray(at, at + size));
        at += size;
      }
      expect(check(parts)).toEqual(check(source));
    }),
    { numRuns: 60 },
  );
});

describe("hostile files", () => {
  const endless = function* (begin: string, again: string): Generator<Uint8Array> {
    yield bytes(begin);
    const piece = bytes(again.repeat(Math.ceil(65_536 / again.length)));
    for (let sent = 0; sent < 200_000_000; sent += piece.length) yield piece;
  };
  const root = GOOD.slice(0, GOOD.indexOf("<TIN>"));

  test.each([
    ["endless nesting", "<a>", "xml_too_deep"],
    ["an endless text", "aaaaaaaaa ", "xml_piece_too_large"],
    ["an endless row of comments", `<!--${"x".repeat(60_000)}-->`, "xml_too_large"],
  ])("%s ends early", (_, again, code) => {
    const begin =
      code === "xml_too_large" ? `${root}<TIN>0012345678901000</TIN><ListOfTaxInvoice>` : `${root}<TIN>`;
    const { faults } = check(endless(begin, again));
    expect(faults.at(-1)?.code).toBe(code);
  });

  test("endless attributes end early", () => {
    let number = 0;
    const attributes = function* (): Generator<Uint8Array> {
      yield bytes(`${root}<TIN `);
      for (; number < 10_000_000; number += 1) yield bytes(`a${number}="" `);
    };
    expect(check(attributes()).faults.map(({ code }) => code)).toEqual(["xml_piece_too_large"]);
    expect(number).toBeLessThan(100);
  });
});

/** Which of the files xmllint finds well-formed, asked in one call. */
function wellFormed(files: readonly string[]): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), "faktur-xml-"));
  try {
    const paths = files.map((_, index) => join(folder, `${index}.xml`));
    paths.forEach((path, index) => writeFileSync(path, files[index] ?? ""));
    const asked = spawnSync("xmllint", ["--noout", "--nonet", ...paths], {
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    const faulty = new Set(
      [...asked.stderr.matchAll(/^(.+?\.xml):\d+: (?:parser|namespace) error/gm)].map(([, path]) => path),
    );
    return paths.map((path) => !faulty.has(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

requireTool("xmllint")(
  "what is spoilt at random is well-formed for us exactly when it is for libxml2",
  () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "&",
      "&amp;",
      "]]>",
      "--",
      "<!-- x -->",
      '"',
      "=",
      "/",
      "a",
      "<x/>",
      "</",
      "<?x y?>",
      "&#0;",
      "\u0002",
    );
    const change = fc.record({
      at: fc.nat(GOOD.length - 1),
      drop: fc.nat(3),
      add: fc.option(piece, { nil: "" }),
    });
    const files = fc.sample(change, { numRuns: 400, seed: 20261103 }).map(({ at, drop, add }) => {
      return GOOD.slice(0, at) + add + GOOD.slice(at + drop);
    });
    const ours = files.map((xml) => check(xml).complete || codes(xml).at(-1) === "not_tax_invoice_bulk");
    expect(ours).toContain(true);
    expect(ours).toContain(false);
    const theirs = wellFormed(files);
    expect(files.filter((_, index) => ours[index] !== theirs[index])).toEqual([]);
  },
);
