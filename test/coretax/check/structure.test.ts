/**
 * Proves what is told of names, order, number, attributes and loose text; and that the structural verdict is the same
 * as libxml2's by docs/TaxInvoice.xsd, on the golden files and on files with elements dropped, doubled, moved, renamed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { LAYOUT, type Container } from "../../../src/coretax/check/layout";
import { requireTool } from "../../support/tools";
import { check, faktur, file, ROOT_ATTRIBUTES, told } from "./base";

const GOOD = file([faktur()]);
const GOODS = "[1]/ListOfGoodService/GoodService[1]";

test.each<[string, string | RegExp, string, string[]]>([
  ["BuyerAddress with two d", /BuyerAdress/g, "BuyerAddress", ["element_misspelt [1]/BuyerAddress"]],
  ["another case", /BuyerTin/g, "BuyerTIN", ["element_misspelt [1]/BuyerTIN"]],
  [
    "a misspelt element of elements",
    /<(\/?)GoodService>/g,
    "<$1GoodServices>",
    ["element_misspelt [1]/ListOfGoodService/GoodServices"],
  ],
  [
    "an element nobody knows",
    "<RefDesc>",
    "<Signer><Name>x</Name></Signer><RefDesc>",
    ["element_unknown [1]/Signer"],
  ],
  ["an element inside a value", "INV-1", "INV<b>-1</b>", ["element_unknown [1]/RefDesc/b"]],
  [
    "an element missing",
    "<BuyerEmail>pajak@contoh.example</BuyerEmail>",
    "",
    ["element_missing [1]/BuyerEmail"],
  ],
  [
    "the period missing, as in the first layout",
    "<CustomDocMonthYear/>",
    "",
    ["custom_doc_month_year_missing [1]/CustomDocMonthYear"],
  ],
  ["an element twice", "<Qty>3</Qty>", "<Qty>3</Qty><Qty>4</Qty>", [`element_repeated ${GOODS}/Qty`]],
  [
    "two elements the other way round",
    "<CustomDoc/>\n<CustomDocMonthYear/>",
    "<CustomDocMonthYear/><CustomDoc/>",
    ["element_misplaced [1]/CustomDoc"],
  ],
  ["no line", /<GoodService>[^]*<\/GoodService>/, "", ["element_missing [1]/ListOfGoodService/GoodService"]],
  [
    "no list of lines",
    /<ListOfGoodService>[^]*<\/ListOfGoodService>/,
    "",
    ["element_missing [1]/ListOfGoodService"],
  ],
  ["loose text", "<TaxInvoice>", "<TaxInvoice>x<!-- -->y", ["text_misplaced [1]"]],
  ["an attribute", "<TrxCode>", '<TrxCode kode="1">', ["attribute_unknown [1]/TrxCode"]],
])("%s", (_, from, to, expected) => {
  expect(told(GOOD.replace(from, to))).toEqual(expected);
});

test.each<[string, string, string, string[]]>([
  [
    "the first root, without the schema's place",
    ROOT_ATTRIBUTES,
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"',
    ["schema_location_missing /TaxInvoiceBulk"],
  ],
  [
    "a namespace",
    ROOT_ATTRIBUTES,
    `xmlns="urn:x" ${ROOT_ATTRIBUTES}`,
    ["namespace_unexpected /TaxInvoiceBulk"],
  ],
  ["no TIN", "<TIN>0012345678901000</TIN>", "", ["element_missing /TaxInvoiceBulk/TIN"]],
  ["TIN behind the list", "<TIN>0012345678901000</TIN>", "", ["element_missing /TaxInvoiceBulk/TIN"]],
])("%s", (_, from, to, expected) => {
  expect(told(GOOD.replace(from, to))).toEqual(expected);
});

test("a misplaced TIN is still the seller's", () => {
  const moved = GOOD.replace("<TIN>0012345678901000</TIN>\n", "").replace(
    "</ListOfTaxInvoice>",
    "</ListOfTaxInvoice><TIN>1</TIN>",
  );
  expect(told(moved)).toEqual([
    "element_misplaced /TaxInvoiceBulk/TIN",
    "seller_tin_malformed /TaxInvoiceBulk/TIN",
  ]);
});

test("no faktur at all", () => {
  expect(told(file([]))).toEqual([
    "element_missing /TaxInvoiceBulk/ListOfTaxInvoice/TaxInvoice".replace(
      "/TaxInvoiceBulk/ListOfTaxInvoice/TaxInvoice",
      "",
    ),
  ]);
});

test("the fix of BuyerAddress names DJP's spelling", () => {
  const [fault] = check(GOOD.replace(/BuyerAdress/g, "BuyerAddress")).faults;
  expect(fault?.fix.en).toContain("BuyerAdress");
});

const STRUCTURAL: ReadonlySet<string> = new Set([
  "namespace_unexpected",
  "attribute_unknown",
  "element_unknown",
  "element_misspelt",
  "element_misplaced",
  "element_repeated",
  "element_missing",
  "text_misplaced",
  "not_tax_invoice_bulk",
]);

const isStructured = (xml: string): boolean => !check(xml).faults.some(({ code }) => STRUCTURAL.has(code));

/** What xmllint says of each file by the written schema, asked in one call. */
function validates(files: readonly string[]): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), "faktur-xsd-"));
  try {
    const paths = files.map((_, index) => join(folder, `${index}.xml`));
    paths.forEach((path, index) => writeFileSync(path, files[index] ?? ""));
    const schema = join(__dirname, "..", "..", "..", "docs", "TaxInvoice.xsd");
    const asked = spawnSync("xmllint", ["--nonet", "--noout", "--schema", schema, ...paths], {
      encoding: "utf8",
    });
    const valid = new Set(asked.stderr.split("\n"));
    const answered = paths.map((path) => valid.has(`${path} validates`));
    const failed = paths.map((path) => valid.has(`${path} fails to validate`));
    expect(answered.map((yes, index) => yes !== failed[index])).not.toContain(false);
    return answered;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Node {
  name: string;
  attributes: string;
  text: string;
  children: Node[];
}

const node = (name: string, attributes = ""): Node => ({ name, attributes, text: "", children: [] });

/** The layout as a tree of two fakturs, one of them with two lines. */
function tree(container: Container = "TaxInvoiceBulk"): Node {
  const root = node(container, container === "TaxInvoiceBulk" ? ` ${ROOT_ATTRIBUTES}` : "");
  for (const child of LAYOUT[container]) {
    const copies = child.many === true ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      root.children.push(child.container === undefined ? node(child.name) : tree(child.container));
    }
  }
  return root;
}

const written = ({ name, attributes, text, children }: Node): string =>
  `<${name}${attributes}>${text}${children.map(written).join("")}</${name}>`;

const all = (root: Node): Node[] => [root, ...root.children.flatMap(all)];

const NAMES = ["BuyerAddress", "TIN", "Name", "GoodService", "TaxInvoice", "CustomDocMonthYear", "X"];
const KINDS = ["drop", "double", "swap", "rename", "add", "text", "attribute", "blank", "nest"] as const;
const change = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(200),
  child: fc.nat(20),
  name: fc.constantFrom(...NAMES),
});

/** One change to one element, by numbers that always name something. */
function spoil(
  root: Node,
  { kind, at, child, name }: { kind: (typeof KINDS)[number]; at: number; child: number; name: string },
): void {
  const nodes = all(root);
  const parents = nodes.filter(({ children }) => children.length > 0);
  const parent = parents[at % Math.max(1, parents.length)];
  const any = nodes[at % nodes.length];
  if (parent === undefined || any === undefined) return;
  const index = child % parent.children.length;
  const chosen = parent.children[index];
  if (chosen === undefined) return;
  if (kind === "drop") parent.children.splice(index, 1);
  if (kind === "double") parent.children.splice(index, 0, structuredClone(chosen));
  if (kind === "swap") parent.children.push(...parent.children.splice(index, 1));
  if (kind === "rename") chosen.name = name;
  if (kind === "add") parent.children.splice(index, 0, node(name));
  if (kind === "text") any.text = "x &amp; y";
  if (kind === "blank") any.text = " \n\t<!-- x --><?y z?>";
  if (kind === "attribute") any.attributes += ' a="1"';
  if (kind === "nest") chosen.children.push(node(name));
}

requireTool("xmllint")("the golden files validate, and so does the first layout", () => {
  const folder = join(__dirname, "..", "..", "golden");
  const files = ["xml", "coretax"].flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((one) => one.endsWith(".xml"))
      .map((one) => readFileSync(join(folder, name, one), "utf8")),
  );
  expect(files.length).toBeGreaterThan(5);
  expect(validates(files)).toEqual(files.map(() => true));
  expect(files.map(isStructured)).toEqual(files.map(() => true));
});

requireTool("xmllint")("the written schema and the program give the same verdict on spoilt files", () => {
  const changes = fc.sample(fc.array(change, { minLength: 1, maxLength: 3 }), {
    numRuns: 400,
    seed: 20261103,
  });
  const files = changes.map((some) => {
    const root = tree();
    some.forEach((one) => spoil(root, one));
    return written(root);
  });
  const ours = files.map(isStructured);
  expect(ours.filter((yes) => yes).length).toBeGreaterThan(40);
  expect(ours.filter((yes) => !yes).length).toBeGreaterThan(200);
  const theirs = validates(files);
  expect(files.filter((_, index) => ours[index] !== theirs[index])).toEqual([]);
});
