/**
 * Tables as CSV and Excel files: what is written is read back by a strict reader of CSV and by the program's own reader
 * of workbooks. Proves that long numbers stay text, that no cell runs as a formula, and that amounts are exact.
 */
import fc from "fast-check";
import { csvOf } from "../../src/reports/csv";
import { count, digits, money, sheetOf, words, type Cell, type Sheet } from "../../src/reports/sheet";
import { xlsxOf } from "../../src/reports/xlsx";
import { readCsv, readXlsx } from "./read-files";

const sheet = (...cells: readonly Cell[]): Sheet =>
  sheetOf("list", "Faktur", [["Isi", 20, (cell: Cell) => cell]], cells);
const cellsOf = (csv: string) => csv.split("\r\n").slice(1, -1);
const EXCEL = { reader: "excel" } as const;
const PROGRAM = { reader: "program" } as const;

test("for Excel: a byte order mark, semicolons, CR LF, and long numbers as text that no Excel rounds", () => {
  const two = sheetOf<string>(
    "list",
    "F",
    [
      ["NPWP", 20, digits],
      ["Nama; lengkap", 20, words],
    ],
    ["0012345678012000"],
  );
  expect(csvOf(two, EXCEL)).toBe(
    '\uFEFFNPWP;"Nama; lengkap"\r\n"=""0012345678012000""";0012345678012000\r\n',
  );
  expect(csvOf(two, PROGRAM)).toBe("NPWP,Nama; lengkap\r\n0012345678012000,0012345678012000\r\n");
});

test.each([
  ["=1+1", "'=1+1"],
  ["+62", "'+62"],
  ["-PT", "'-PT"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t'=1"],
  [" =1", "' =1"],
  ["\r=1", "' =1"],
  ["＝1", "'＝1"],
  // Where a country's spreadsheet parts cells by another mark than the file's.
  ["PT A,=1", "PT A,'=1"],
  ["PT A;=1", "PT A;'=1"],
])("the text %j is no formula", (value, written) => {
  const [cell] = readCsv(csvOf(sheet(words(value)), EXCEL), ";").map((row) => row["Isi"]);
  expect(cell).toBe(written);
});

test("an id with letters in it is guarded like any text, and never written as a formula", () => {
  expect(cellsOf(csvOf(sheet(digits("=1"), digits("C01X")), EXCEL))).toEqual(["'=1", "C01X"]);
});

test("an id that only begins with digits is no formula either, and its quotes stay its own", () => {
  const odd = '1"&HYPERLINK("https://contoh.example";"A")';
  for (const wish of [EXCEL, PROGRAM, { reader: "excel", separator: "tab" } as const]) {
    const csv = csvOf(sheet(digits(odd), words(odd), digits("1;2,3\t4")), wish);
    expect(csv).not.toContain("=");
    const mark = wish === PROGRAM ? "," : wish === EXCEL ? ";" : "\t";
    expect(readCsv(csv, mark).map((row) => row["Isi"])).toEqual([odd, odd, "1;2,3\t4"]);
  }
});

test("whole rupiah are digits alone; cents have the mark that the separator's readers use", () => {
  const cells = sheet(money(1_110_000_00n), money(-5_00n), money(10_50n), money(0n), count(3), null);
  expect(cellsOf(csvOf(cells, EXCEL))).toEqual(["1110000", "-5", "10,50", "0", "3", ""]);
  expect(cellsOf(csvOf(cells, PROGRAM))).toEqual(["1110000", "-5", "10.50", "0", "3", ""]);
  expect(cellsOf(csvOf(cells, { reader: "excel", separator: "comma" }))[2]).toBe("10.50");
});

test("any text comes back as it was on one line, but for the guard before a formula", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme" }).filter((one) => one !== "")),
      fc.constantFrom("semicolon", "comma", "tab"),
      (texts, separator) => {
        const mark = { semicolon: ";", comma: ",", tab: "\t" }[separator];
        const read = readCsv(csvOf(sheet(...texts.map(words)), { reader: "program", separator }), mark);
        const guards = /(?<=^|[,;\t])'(?=["\s]*[=+\-@＝＋－＠]|\t)/g;
        // A text may have such an apostrophe of its own, which is not doubled: it is taken off both sides.
        expect(read.map((row) => row["Isi"]?.replace(guards, ""))).toEqual(
          texts.map((one) => one.replace(/[\r\n\u2028\u2029]+/g, " ").replace(guards, "")),
        );
      },
    ),
    {
      examples: [
        [["'-"], "semicolon"],
        [["a\u2028b"], "comma"],
      ],
    },
  );
});

test("Excel: ids are text cells, money and counts are numbers, the tabs keep their names and order", async () => {
  const cells = [
    digits("04002600000000001"),
    money(1_110_000_00n),
    money(916_667_50n),
    count(12),
    words("=1+1"),
    null,
  ];
  const row = sheetOf<null>(
    "a",
    "Satu",
    cells.map((cell, at) => [`K${at}`, 10, () => cell]),
    [null],
  );
  const { tables, kinds } = await readXlsx(await xlsxOf([row, { ...row, name: "Dua", rows: [] }]));
  expect(tables).toEqual([
    [{ K0: "04002600000000001", K1: "1110000", K2: "916667.5", K3: "12", K4: "=1+1", K5: "" }],
    [],
  ]);
  expect(kinds[0]?.[1]?.slice(0, 5)).toEqual(["text", "number", "number", "number", "text"]);
});

test.each([
  [123_456_789_012_345_678_00n, "123456789012345678.00"],
  [-123_456_789_012_345_678_00n, "-123456789012345678.00"],
])("an amount that a spreadsheet's number cannot hold is written as text", async (amount, written) => {
  const { tables, kinds } = await readXlsx(await xlsxOf([sheet(money(amount))]));
  expect([tables[0]?.[0]?.["Isi"], kinds[0]?.[1]]).toEqual([written, ["text"]]);
});
