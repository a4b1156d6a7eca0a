/**
 * PPh 23: on which lines of which buyers it is expected, what a file of bukti potong may hold, and how receipts find
 * their fakturs. Tables for the law and the reading, properties for the sums; the law is held against docs/law.md.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Period, TaxDay } from "../../src/clock";
import { LINE_KINDS } from "../../src/hooks/invoice";
import { isWithheldOn, isWithholder, pph23On, PPH23_LAW } from "../../src/reports/pph23-law";
import { CSV_READERS, csvOf, type CsvWish } from "../../src/reports/csv";
import { pph23Sheets } from "../../src/reports/pph23-sheets";
import { pph23Report, type ExpectedPph23, type Receipt, type UnmatchedCode } from "../../src/reports/pph23";
import { readReceiptFile, readReceipts, type ReceiptEntry } from "../../src/reports/receipts";

const DAY = "2026-11-03" as TaxDay;
const MASA = "2026-11" as Period;
const [PT, CV] = ["0012345678012000", "0023456789012000"];

test("withheld by default: hosting and what belongs to it, and nothing that the list of services does not name", () => {
  const withheld = LINE_KINDS.filter((kind) => isWithheldOn(DAY, kind));
  expect(withheld.sort()).toEqual(["addon", "hosting", "setup", "support", "upgrade"]);
  expect(isWithheldOn(DAY, "domain", { domain: true })).toBe(true);
  expect(isWithheldOn(DAY, "hosting", { hosting: false })).toBe(false);
});

test.each<[bigint, bigint]>([
  [10_000_000_00n, 200_000_00n],
  [1_233_325_00n, 24_667_00n],
  [1_233_324_00n, 24_666_00n],
  [24_00n, 0n],
  [25_00n, 1_00n],
])("2 %% of %s hundredths is %s, half-up to the rupiah", (base, pph) => {
  expect(pph23On(DAY, base)).toBe(pph);
});

test.each([
  ["a company's NPWP", { document: "TIN", npwp: PT, name: "PT A" }, true],
  ["one of the Coretax era", { document: "TIN", npwp: "1000000001234567", name: "Sinar" }, true],
  ["a person's NIK as NPWP", { document: "TIN", npwp: "3174012345678901", name: "Siti" }, false],
  ["a company's name on a NIK", { document: "TIN", npwp: "3174012345678901", name: "PT SITI" }, true],
  ["a NIK", { document: "National ID", npwp: "0".repeat(16), name: "Siti" }, false],
  ["a passport", { document: "Passport", npwp: "0".repeat(16), name: "Ann" }, false],
] as const)("%s: withholds is %s", (_name, buyer, withholds) => {
  expect(isWithholder(buyer)).toBe(withholds);
});

test("every row of the law stands in docs/law.md with its source, certainty and day", () => {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "law.md"), "utf8");
  const cells = page.split("\n").map((row) => row.split("|").map((cell) => cell.trim()));
  for (const row of Object.values(PPH23_LAW).flat()) {
    const found = cells.filter((one) => one.includes(row.source)).map((one) => [one[3], one[4]]);
    expect({ source: row.source, found }).toEqual({
      source: row.source,
      found: [[row.certainty, row.since]],
    });
  }
});

const entry = (more: Partial<ReceiptEntry> = {}): ReceiptEntry => ({
  ...{ number: "2600000001", date: "2026-11-30", masa: "2026-11", npwp: PT, dpp: "1000000", pph: "20000" },
  ...more,
});

describe("bukti potong as people enter them", () => {
  test.each<[string, Partial<ReceiptEntry>, string[]]>([
    ["fine", {}, []],
    ["fifteen digits with dots", { npwp: "01.234.567.8-012.000" }, []],
    ["a faktur's number with dots", { nsfp: "040.026-00.000001234" }, []],
    ["no number", { number: "  " }, ["receipt_number_malformed"]],
    ["a day that is none", { date: "2026-02-30" }, ["receipt_date_malformed"]],
    ["a masa that is none", { masa: "2026-13" }, ["receipt_masa_malformed"]],
    ["an NPWP that Excel made a number", { npwp: "1,23457E+14" }, ["receipt_npwp_malformed"]],
    ["a serial that Excel cut", { nsfp: "4,0026E+16" }, ["receipt_nsfp_malformed"]],
    ["cents", { pph: "20000.50" }, ["receipt_amount_malformed"]],
    ["nothing withheld", { pph: "0" }, ["receipt_amount_malformed"]],
    ["more withheld than paid", { pph: "1000001" }, ["receipt_pph_above_dpp"]],
    [
      "all at once",
      { number: "", date: "x", masa: "x", npwp: "x", dpp: "x", pph: "x" },
      [
        "receipt_number_malformed",
        "receipt_date_malformed",
        "receipt_masa_malformed",
        "receipt_npwp_malformed",
      ].concat(["receipt_amount_malformed", "receipt_amount_malformed"]),
    ],
  ])("%s", (_name, more, codes) => {
    const read = readReceipts([entry(more)]);
    expect(read.kind === "list" ? [] : read.faults.map((fault) => fault.code)).toEqual(codes);
  });

  test("one number of one payer twice with other amounts is refused, word for word it is not", () => {
    const twice = readReceipts([entry(), entry({ pph: "19999" })]);
    expect(twice.kind === "faults" && twice.faults.map((one) => [one.code, one.path])).toEqual([
      ["receipt_twice", "/receipts/1"],
    ]);
    expect(readReceipts([entry(), entry()]).kind).toBe("list");
    expect(readReceipts([entry(), entry({ npwp: CV })]).kind).toBe("list");
    expect(readReceipts([]).kind).toBe("faults");
  });

  test.each([
    [
      "a semicolon and Indonesian words",
      `\uFEFFNomor;Tanggal;Masa Pajak;NPWP Pemotong;Penghasilan Bruto;PPh Dipotong;Nomor Faktur\r\nbp 1;30/11/2026;11/2026;"=""${PT}""";"1.000.000,00";20.000;\r\n`,
    ],
    [
      "commas and the program's words",
      `number,date,masa,npwp,dpp,pph\nBP1,2026-11-30,2026-11,${PT},"1,000,000.00",20000\n`,
    ],
    [
      "tabs",
      `number\tdate\tmasa\tnpwp\tdpp\tpph\tnsfp\nBP1\t30-11-2026\t2026-11\t'${PT}\t1000000\t20000\t\n`,
    ],
  ])("a file with %s is read", (_name, csv) => {
    const read = readReceipts(readReceiptFile(csv) ?? []);
    expect(read).toEqual({
      kind: "list",
      list: [
        {
          ...{ number: "BP1", date: "2026-11-30", masa: "2026-11", buyerNpwp: PT },
          ...{ dpp: 1_000_000_00n, pph: 20_000_00n, nsfp: null, invoice: null },
        },
      ],
    });
  });

  const wishes: readonly CsvWish[] = CSV_READERS.flatMap((reader) => [
    { reader },
    ...(["semicolon", "comma", "tab"] as const).map((separator) => ({ reader, separator })),
  ]);

  test.each(wishes)("our own table of what is left is read back as it was: %j", (wish) => {
    const invoices = [null, "1234", "INV/2026-11", "=1+1", "-7", `PT "A", B`, "007"];
    const left = invoices.map((invoice, index) =>
      receiptOf(`BP${index}`, { invoice, nsfp: index % 2 === 0 ? `0400260000000${1000 + index}` : null }),
    );
    const report = pph23Report("utama", MASA, [], left);
    const table = pph23Sheets(report).find(({ id }) => id === "unmatched");
    if (table === undefined) throw new Error("no table");
    const read = readReceipts(readReceiptFile(csvOf(table, wish)) ?? []);
    const asTold = ({ id: _id, ...receipt }: Receipt) => receipt;
    expect(read).toEqual({
      kind: "list",
      list: report.unmatched.map(({ why: _why, ...one }) => asTold(one)),
    });
    expect(report.unmatched).toHaveLength(invoices.length);
  });

  test("a file with other columns is none", () => {
    expect(readReceiptFile("a;b\n1;2")).toBeNull();
    expect(readReceiptFile("")).toBeNull();
  });
});

const expectedOf = (id: string, more: Partial<ExpectedPph23> = {}): ExpectedPph23 => ({
  ...{ fakturId: id, state: "approved", nsfp: `04002600000000${id.padStart(3, "0")}`, date: DAY },
  ...{ reference: `INV-${id}`, invoiceId: id, invoiceNumber: `INV-${id}`, buyerNpwp: PT, buyerName: "PT A" },
  ...{ base: 1_000_000_00n, dpp: 1_000_000_00n, expected: 20_000_00n, uncertain: false },
  ...more,
});
const receiptOf = (number: string, more: Partial<Receipt> = {}): Receipt => ({
  ...{ id: number, number, date: "2026-11-30", masa: MASA, buyerNpwp: PT },
  ...{ dpp: 1_000_000_00n, pph: 20_000_00n, nsfp: null, invoice: null },
  ...more,
});

describe("receipts and fakturs", () => {
  const matched = (expected: ExpectedPph23[], receipts: Receipt[], known?: Map<string, UnmatchedCode>) => {
    const report = pph23Report("utama", MASA, expected, receipts, known);
    return [
      report.rows.map((row) =>
        row.receipts.map((one) => `${one.number} ${one.by} ${one.pph / 100n}`).join("; "),
      ),
      report.unmatched.map((one) => `${one.number} ${one.why}`),
    ];
  };

  test("a receipt that names its faktur belongs to it, whatever its masa and however it was replaced since", () => {
    const named = receiptOf("A", { nsfp: "04012600000000002", masa: "2027-01", pph: 7_00n });
    expect(matched([expectedOf("1"), expectedOf("2")], [named])).toEqual([["", "A nsfp 7"], []]);
  });

  test("a receipt that names the invoice belongs to it; two of them add up", () => {
    const halves = ["A", "B"].map((one) => receiptOf(one, { invoice: "INV-1", pph: 10_000_00n }));
    const report = pph23Report("utama", MASA, [expectedOf("1")], halves);
    expect(report.rows[0]).toMatchObject({ received: 20_000_00n, difference: 0n, settled: true });
  });

  test("equal amounts of one buyer match one to one, a rupiah apart too; then all of a buyer's together", () => {
    const [one, two] = [expectedOf("1"), expectedOf("2", { base: 500_000_00n, expected: 10_000_00n })];
    expect(matched([one, two], [receiptOf("A", { dpp: 1n, pph: 10_001_00n }), receiptOf("B")])).toEqual([
      ["B amount 20000", "A amount 10001"],
      [],
    ]);
    expect(matched([one, two], [receiptOf("S", { dpp: 1_500_000_00n, pph: 29_990_00n })])).toEqual([
      ["S sum 20000", "S sum 9990"],
      [],
    ]);
  });

  test.each<[string, Partial<Receipt>, string[]]>([
    ["a stranger", { buyerNpwp: CV }, ["A buyer_unknown"]],
    ["another amount", { dpp: 9_00n, pph: 1_00n }, ["A no_equal_amount"]],
    ["a serial nobody knows", { nsfp: "04002600000009999" }, ["A faktur_unknown"]],
    ["the faktur of another buyer", { nsfp: "04002600000000001", buyerNpwp: CV }, ["A other_buyer"]],
    ["another masa and no name", { masa: "2026-10" }, []],
  ])("%s is left over, never guessed", (_name, more, left) => {
    expect(matched([expectedOf("1")], [receiptOf("A", more)])).toEqual([[""], left]);
  });

  test("what the ledger knows of a named faktur is said", () => {
    const receipt = receiptOf("A", { nsfp: "04002600000009999" });
    const known = new Map<string, UnmatchedCode>([["A", "faktur_of_other_masa"]]);
    expect(matched([expectedOf("1")], [receipt], known)[1]).toEqual(["A faktur_of_other_masa"]);
  });

  test("for any month every receipt of the masa is counted once: received and left over are all of them", () => {
    const buyer = fc.constantFrom(PT, CV);
    const amount = fc.constantFrom(1_000_000_00n, 2_000_000_00n, 3_000_000_00n);
    const anyExpected = fc.array(fc.record({ buyerNpwp: buyer, base: amount }), { maxLength: 6 });
    const anyReceipt = fc.record({
      ...{ buyerNpwp: buyer, dpp: amount },
      nsfp: fc.option(fc.constantFrom("04002600000000000", "04002600000000001", "04002600000009999")),
    });
    fc.assert(
      fc.property(anyExpected, fc.array(anyReceipt, { maxLength: 6 }), (rows, receipts) => {
        const expected = rows.map((row, index) =>
          expectedOf(String(index), { ...row, expected: row.base / 50n }),
        );
        const list = receipts.map((one, index) => receiptOf(`R${index}`, { ...one, pph: one.dpp / 50n }));
        const { totals, rows: shown } = pph23Report("utama", MASA, expected, list);
        const all = list.reduce((sum, one) => sum + one.pph, 0n);
        expect(totals.received + totals.unmatched).toBe(all);
        expect(totals.expected - totals.received).toBe(totals.difference);
        expect(shown.reduce((sum, row) => sum + row.received, 0n)).toBe(totals.received);
      }),
      { numRuns: 300 },
    );
  });
});
