/*
 * Proves that the portal's list is read by its titles, row by row, and that whatever cannot be trusted is refused by
 * name while the rest goes on. How: real .xlsx files, most of them made part by part here, one by another program.
 */
import { LIST_LIMITS, readPortalList, type ListReading } from "../../../src/coretax/readback/excel";
import type { ListRow } from "../../../src/coretax/readback/excel-rows";
import {
  APPROVED,
  listCells,
  listOf,
  TITLES,
  workbookParts,
  xlsxOf,
  zipOf,
  type TestCell,
  type Title,
} from "./workbooks";

const read = (bytes: Buffer, seller: string | null = null): Promise<ListReading> =>
  readPortalList(bytes, seller);

async function rowsOf(bytes: Buffer): Promise<readonly ListRow[]> {
  const list = await read(bytes);
  if (list.kind !== "list" || list.refused.length > 0) throw new Error(JSON.stringify(list, jsonBigint));
  return list.rows;
}

const jsonBigint = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);

/** Codes of a refused file, or of all refused rows. */
async function codesOf(bytes: Buffer, seller: string | null = null): Promise<string[]> {
  const list = await read(bytes, seller);
  const faults = list.kind === "refused" ? list.faults : list.refused.flatMap((row) => row.faults);
  return faults.map((fault) => fault.code);
}

const EXPECTED: ListRow = {
  line: 2,
  buyerNumber: "0098765432109000",
  buyerName: "PT Pelanggan Sejahtera",
  code: "04",
  nsfp: "04002600000000001",
  date: "2026-11-03" as ListRow["date"],
  period: "2026-11" as ListRow["period"],
  status: "approved",
  statusWord: "APPROVED",
  eSign: "done",
  standing: "approved",
  price: 100_000_000n,
  dppNilaiLain: 91_666_700n,
  ppn: 11_000_000n,
  reference: "INV-2026-1234",
  recordId: null,
  sellerNpwp: null,
};

describe("a list as the portal gives it", () => {
  test.each([
    ["with a table of shared texts", {}],
    ["with texts inside the cells", { inline: true }],
    ["without addresses of rows and cells", { bare: true }],
    ["on the second tab, behind a cover", { sheetsBefore: [[["Sampul"], [], ["Diunduh 3 November"]]] }],
  ])("is read %s", async (_name, options) => {
    expect(await rowsOf(await listOf([{}], options))).toEqual([EXPECTED]);
  });

  test("is read whatever the order of its columns, with capitals, line breaks and blanks of any kind", async () => {
    const titles = [...TITLES].reverse().map((title) => ` ${title.toUpperCase().replace(/ /g, "\n\u00A0")} `);
    const cells = [...TITLES].reverse().map((title) => APPROVED[title]);
    const rows = await rowsOf(
      await xlsxOf([["Daftar Pajak Keluaran"], [], [null, "Masa November"], titles, cells]),
    );
    expect(rows).toEqual([{ ...EXPECTED, line: 5 }]);
  });

  test("is read with the portal's own field names, where it tells seller and record", async () => {
    const bytes = await xlsxOf([
      [
        "RecordId",
        "SellerTIN",
        "BuyerTIN",
        "BuyerTaxpayerName",
        "TaxInvoiceCode",
        "TaxInvoiceNumber",
        "TaxInvoiceDate",
        "TaxInvoicePeriod",
        "TaxInvoiceYear",
        "TaxInvoiceStatus",
        "ESignStatus",
        "SellingPrice",
        "OtherTaxBase",
        "VAT",
        "Reference",
      ],
      [
        "00000000-0000-4000-8000-000000000001",
        "0012345678901000",
        "0098765432109000",
        "PT Pelanggan Sejahtera",
        "TD.00304",
        "04002600000000001",
        "2026-11-03T00:00:00+07:00",
        "TD.00711",
        "2026",
        "APPROVED",
        "Done",
        { n: "1000000" },
        { n: "916667" },
        { n: "110000" },
        "INV-2026-1234",
      ],
    ]);
    expect(await read(bytes, "0012345678901000")).toEqual({
      kind: "list",
      refused: [],
      rows: [
        { ...EXPECTED, recordId: "00000000-0000-4000-8000-000000000001", sellerNpwp: "0012345678901000" },
      ],
    });
    expect(await codesOf(bytes, "0099999999999000")).toEqual(["wrong_seller"]);
  });

  test("made by another program is read", async () => {
    const { default: write } = await import("write-excel-file/node");
    const cell = (value: string | number | Date) =>
      value instanceof Date
        ? { value, type: Date, format: "dd/mm/yyyy" }
        : { value, type: value.constructor };
    const values = listCells({
      "Tanggal Faktur Pajak": null,
      "Harga Jual/Penggantian/DPP": null,
      "DPP Nilai Lain/DPP": null,
      PPN: null,
      PPnBM: null,
    }).map((value) => (typeof value === "string" ? cell(value) : null));
    values[4] = cell(new Date("2026-11-03T00:00:00Z"));
    values[9] = cell(1_000_000);
    values[10] = cell(916_667);
    values[11] = cell(110_000);
    const file = await write([TITLES.map((title) => cell(title)), values] as never).toBuffer();
    expect(await rowsOf(file)).toEqual([EXPECTED]);
  });

  test("may hold empty lines and a line of totals", async () => {
    const totals = TITLES.map((title): TestCell => (title === "PPN" ? { n: "110000" } : null));
    const bytes = await xlsxOf([[...TITLES], listCells(), [], totals, listCells()]);
    expect((await rowsOf(bytes)).map((row) => row.line)).toEqual([2, 5]);
  });
});

describe("days, months and amounts of a row", () => {
  const rowWith = async (cells: Partial<Record<Title, TestCell>>, options = {}): Promise<ListRow> =>
    (await rowsOf(await listOf([cells], options)))[0]!;

  test.each<[string, TestCell]>([
    ["ISO", "2026-11-03"],
    ["ISO with a time in Jakarta", "2026-11-03T00:00:00+07:00"],
    ["ISO in world time, still the evening before", "2026-11-02T17:00:00Z"],
    ["ISO without a zone", "2026-11-03 00:00:00"],
    ["dd/mm/yyyy", "03/11/2026"],
    ["dd-mm-yyyy", "03-11-2026"],
    ["dd.mm.yyyy with a time", "3.11.2026 08:15"],
    ["Indonesian words", "03 November 2026"],
    ["an Excel day", { n: "46329" }],
    ["an Excel day with a time", { n: "46329.75" }],
    ["a cell of type date", { t: "d", x: "<v>2026-11-03T00:00:00</v>" }],
    ["the result of a formula", { t: "str", x: "<f>TEXT(A1)</f><v>03/11/2026</v>" }],
  ])("the day as %s", async (_name, cell) => {
    expect((await rowWith({ "Tanggal Faktur Pajak": cell })).date).toBe("2026-11-03");
  });

  test("an Excel day counted from 1904", async () => {
    const row = await rowWith({ "Tanggal Faktur Pajak": { n: "44867" } }, { date1904: true });
    expect(row.date).toBe("2026-11-03");
  });

  test.each<[string, TestCell, TestCell, string | null]>([
    ["Indonesian", "Agustus", "2026", "2026-08"],
    ["English, short", "Aug", { n: "2026" }, "2026-08"],
    ["the portal's code", "TD.00708", "2026", "2026-08"],
    ["a number", { n: "8" }, { n: "2026" }, "2026-08"],
    ["both in one cell", "08-2026", null, "2026-08"],
    ["an Excel day", { n: "46235" }, null, "2026-08"],
    ["an unknown word", "Sya'ban", "2026", null],
    ["a thirteenth month", "13", "2026", null],
    ["no year", "Agustus", null, null],
  ])("the month as %s", async (_name, month, year, expected) => {
    expect((await rowWith({ "Masa Pajak": month, Tahun: year })).period).toBe(expected);
  });

  test.each<[TestCell, bigint]>([
    [{ n: "1000000" }, 100_000_000n],
    [{ n: "1E6" }, 100_000_000n],
    [{ n: "353189.33000000002" }, 35_318_933n],
    ["1.000.000,00", 100_000_000n],
    ["1,000,000.00", 100_000_000n],
    ["Rp 1.000.000", 100_000_000n],
    ["1.000", 100_000n],
    ["1,000", 100_000n],
    ["1000000.5", 100_000_050n],
    ["916.666,67", 91_666_667n],
    ["0", 0n],
  ])("the amount %p", async (cell, expected) => {
    expect((await rowWith({ PPN: cell })).ppn).toBe(expected);
  });

  test("a head office's NPWP that became a number gets its leading 0 back", async () => {
    const row = await rowWith({ "NPWP Pembeli / Identitas lainnya": { n: "98765432109000" } });
    expect(row.buyerNumber).toBe("0098765432109000");
  });

  test("a reference that is a whole number is kept digit by digit", async () => {
    expect((await rowWith({ Referensi: { n: "20261234" } })).reference).toBe("20261234");
  });

  test("letters that XML writes in other ways arrive", async () => {
    const odd = "A & <B>_x000D_ “ç” (1)";
    expect((await rowWith({ Referensi: odd })).reference).toBe("A & <B>\r “ç” (1)");
    const runs = "<is><r><t>INV-</t></r><r><t><![CDATA[<7>]]></t></r><rPh><t>bunyi</t></rPh></is>";
    expect((await rowWith({ Referensi: { t: "inlineStr", x: runs } })).reference).toBe("INV-<7>");
  });
});

describe("a row that cannot be trusted is refused, with every reason, and the others are read", () => {
  test.each<[string, Partial<Record<Title, TestCell>>, string[]]>([
    ["NSFP as a number of 17 digits", { "Nomor Faktur Pajak": { n: "4.0026E+15" } }, ["nsfp_not_text"]],
    ["NSFP as an exact number", { "Nomor Faktur Pajak": { n: "4002600000000001" } }, ["nsfp_not_text"]],
    ["NSFP as a number written as text", { "Nomor Faktur Pajak": "4,0026E+15" }, ["nsfp_not_text"]],
    [
      "NSFP of 16 digits of the desktop era",
      { "Nomor Faktur Pajak": "0100002400000001" },
      ["nsfp_malformed"],
    ],
    ["NSFP one digit too long", { "Nomor Faktur Pajak": "040026000000000011" }, ["nsfp_malformed"]],
    ["NSFP with letters", { "Nomor Faktur Pajak": "0400260000000000O" }, ["nsfp_malformed"]],
    ["NSFP of no transaction code", { "Nomor Faktur Pajak": "11002600000000001" }, ["nsfp_malformed"]],
    ["APPROVED without a number", { "Nomor Faktur Pajak": null }, ["approved_without_nsfp"]],
    ["APPROVED without buyer", { "NPWP Pembeli / Identitas lainnya": "-" }, ["value_missing"]],
    [
      "APPROVED without day and PPN",
      { "Tanggal Faktur Pajak": null, PPN: null },
      ["value_missing", "value_missing"],
    ],
    ["another code than the number's", { "Kode Transaksi": "TD.00301" }, ["code_contradicts_nsfp"]],
    ["no status", { "Status Faktur": null }, ["status_missing"]],
    ["month first", { "Tanggal Faktur Pajak": "11/30/2026" }, ["date_malformed"]],
    ["30 February", { "Tanggal Faktur Pajak": "30/02/2026" }, ["date_malformed"]],
    ["a day as yyyymmdd", { "Tanggal Faktur Pajak": { n: "20261103" } }, ["date_malformed"]],
    ["an amount in words", { PPN: "seratus" }, ["amount_malformed"]],
    ["an amount with two meanings", { PPN: "1.00.000" }, ["amount_malformed"]],
    [
      "a buyer of 16 digits as a number",
      { "NPWP Pembeli / Identitas lainnya": { n: "3171234567890001" } },
      ["buyer_not_text"],
    ],
    ["a reference that lost digits", { Referensi: { n: "1.2345678901234567E+20" } }, ["reference_not_text"]],
    ["a cell with an error", { Referensi: { t: "e", x: "<v>#N/A</v>" } }, ["cell_broken"]],
    ["a text that is not in the table", { Referensi: { t: "s", x: "<v>999</v>" } }, ["cell_broken"]],
    [
      "several faults",
      { "Nomor Faktur Pajak": { n: "4" }, PPN: "?", Referensi: { n: "1.5" } },
      ["reference_not_text", "nsfp_not_text", "amount_malformed"],
    ],
  ])("%s", async (_name, cells, codes) => {
    const bytes = await listOf([{ Referensi: "SEBELUM" }, cells, { Referensi: "SESUDAH" }]);
    const list = await read(bytes);
    if (list.kind !== "list") throw new Error("refused as a whole");
    expect(list.rows.map((row) => row.line)).toEqual([2, 4]);
    expect(list.refused.map((row) => row.line)).toEqual([3]);
    expect(list.refused[0]?.faults.map((fault) => fault.code)).toEqual(codes);
  });

  test("every fault says where and what to do, and no number of a buyer", async () => {
    const list = await read(
      await listOf([{ "NPWP Pembeli / Identitas lainnya": { n: "3171234567890001" } }]),
    );
    const fault = list.kind === "list" ? list.refused[0]?.faults[0] : undefined;
    expect(fault?.path).toBe("/rows/2/buyerNumber");
    expect(fault?.fix.id).not.toBe("");
    expect(JSON.stringify(list, jsonBigint)).not.toContain("3171234567890001");
  });

  test("a number whose leading 0 was lost while it stayed text is completed", async () => {
    const [row] = await rowsOf(await listOf([{ "Nomor Faktur Pajak": "4002600000000001" }]));
    expect(row?.nsfp).toBe("04002600000000001");
  });

  test("a row of another seller among ours", async () => {
    const titles = [
      "SellerTIN",
      "BuyerTIN",
      "TaxInvoiceNumber",
      "TaxInvoiceDate",
      "TaxInvoiceStatus",
      "VAT",
      "Reference",
    ];
    const row = (seller: string): TestCell[] => [
      seller,
      "0098765432109000",
      "04002600000000001",
      "2026-11-03",
      "APPROVED",
      { n: "110000" },
      "A",
    ];
    const bytes = await xlsxOf([titles, row("0012345678901000"), row("0099999999999000")]);
    expect(await codesOf(bytes, "0012345678901000")).toEqual(["row_of_other_seller"]);
  });
});

describe("a file that cannot be trusted is refused as a whole", () => {
  const valid = (): Promise<Buffer> => listOf([{}]);
  const withPart = async (name: string, contents: string | Buffer): Promise<Buffer> =>
    xlsxOf([[...TITLES], listCells()], { parts: { [name]: contents } });
  const without = (title: Title): Promise<Buffer> => xlsxOf([TITLES.filter((one) => one !== title), ["x"]]);
  const ole = (more: Buffer): Buffer =>
    Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600), more]);

  test.each<[string, () => Promise<Buffer>, string]>([
    ["nothing", async () => Buffer.alloc(0), "file_empty"],
    ["a text", async () => Buffer.from("NPWP;Nama\n"), "not_xlsx"],
    ["a ZIP of something else", () => zipOf([{ name: "a.pdf", bytes: "%PDF" }]), "not_xlsx"],
    ["old Excel", async () => ole(Buffer.alloc(9)), "old_xls"],
    ["Excel behind a password", async () => ole(Buffer.from("EncryptedPackage", "utf16le")), "file_password"],
    ["a file cut in half", async () => (await valid()).subarray(0, 900), "file_damaged"],
    [
      "a sheet cut off",
      () => withPart("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r='1'>"),
      "file_damaged",
    ],
    [
      "a document type with entities",
      () => withPart("xl/worksheets/sheet1.xml", `<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>`),
      "file_damaged",
    ],
    ["tags without end", () => withPart("xl/worksheets/sheet1.xml", "<a>".repeat(5000)), "file_damaged"],
    [
      "a row number out of this world",
      () =>
        withPart(
          "xl/worksheets/sheet1.xml",
          "<worksheet><sheetData><row r='1e15'><c r='A1'><v>1</v></c></row></sheetData></worksheet>",
        ),
      "file_damaged",
    ],
    [
      "a cell without a column",
      () =>
        withPart(
          "xl/worksheets/sheet1.xml",
          "<worksheet><sheetData><row r='1'><c r='11'><v>1</v></c></row></sheetData></worksheet>",
        ),
      "file_damaged",
    ],
    [
      "letters in another encoding than it says",
      () => withPart("xl/sharedStrings.xml", Buffer.from("<sst><si><t>caf\xe9</t></si></sst>", "latin1")),
      "encoding_unknown",
    ],
    [
      "an encoding that does not exist",
      () => withPart("xl/workbook.xml", `<?xml version="1.0" encoding="x-klingon"?><workbook/>`),
      "encoding_unknown",
    ],
    ["no tab", () => withPart("xl/workbook.xml", "<workbook/>"), "file_damaged"],
    ["no titles", () => xlsxOf([["a", "b"], ["c"]]), "columns_missing"],
    [
      "titles too far down",
      () => xlsxOf([...Array.from({ length: 40 }, () => ["x"]), [...TITLES], listCells()]),
      "columns_missing",
    ],
    [
      "a list of purchases",
      () =>
        xlsxOf([
          [
            "NPWP Penjual",
            "Nama Penjual",
            "Nomor Faktur Pajak",
            "Tanggal Faktur Pajak",
            "Status Faktur",
            "PPN",
          ],
        ]),
      "wrong_list",
    ],
    ["a title twice", () => xlsxOf([[...TITLES, "Referensi"], listCells()]), "column_twice"],
    ...(
      [
        "Referensi",
        "Nomor Faktur Pajak",
        "Status Faktur",
        "PPN",
        "Tanggal Faktur Pajak",
        "NPWP Pembeli / Identitas lainnya",
      ] as const
    ).map((title): [string, () => Promise<Buffer>, string] => [
      `no column ${title}`,
      () => without(title),
      "columns_missing",
    ]),
  ])("%s", async (_name, make, code) => {
    expect(await codesOf(await make())).toEqual([code]);
  });

  test("lists on two tabs: of the second nothing would be read, and nobody told", async () => {
    const list = [[...TITLES], listCells()];
    const other = [[...TITLES], listCells({ Referensi: "INV-2026-1235" })];
    expect(await codesOf(await xlsxOf(other, { sheetsBefore: [list] }))).toEqual(["several_lists"]);
    expect(await codesOf(await xlsxOf(other, { sheetsBefore: [list, [["Rekap"], ["PPN", "11"]]] }))).toEqual([
      "several_lists",
    ]);
    const titlesAlone = [[...TITLES]];
    for (const sheets of [
      { rows: list, sheetsBefore: [titlesAlone] },
      { rows: titlesAlone, sheetsBefore: [list] },
    ]) {
      const rows = await rowsOf(await xlsxOf(sheets.rows, { sheetsBefore: sheets.sheetsBefore }));
      expect(rows).toEqual([EXPECTED]);
    }
  });

  test("missing columns are named", async () => {
    const list = await read(await without("Referensi"));
    expect(list.kind === "refused" && list.faults[0]?.message.en).toContain("Referensi");
  });

  test("the columns that carry no weight may be missing", async () => {
    const titles = TITLES.filter(
      (title) => !["Nama Pembeli", "Penandatangan", "PPnBM", "Masa Pajak"].includes(title),
    );
    const rows = await rowsOf(await xlsxOf([titles, titles.map((title) => APPROVED[title])]));
    expect(rows).toEqual([{ ...EXPECTED, buyerName: "", period: null }]);
  });

  test("too many rows, too large a file, and contents that swell", async () => {
    const bytes = await listOf([{}, {}, {}]);
    const limited = async (limits: Partial<typeof LIST_LIMITS>): Promise<string[]> => {
      const list = await readPortalList(bytes, null, { ...LIST_LIMITS, ...limits });
      return list.kind === "refused" ? list.faults.map((fault) => fault.code) : ["read"];
    };
    expect(await limited({ rows: 2 })).toEqual(["too_many_rows"]);
    expect(await limited({ rows: 3 })).toEqual(["read"]);
    expect(await limited({ fileBytes: bytes.length - 1 })).toEqual(["file_too_large"]);
    expect(await limited({ fileBytes: bytes.length, inflatedBytes: 2_000 })).toEqual(["file_swells"]);
  });

  test.each([
    [
      "one endless text",
      `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${"x".repeat(60_000_000)}`,
    ],
    ["blanks between rows", `<worksheet><sheetData>${" ".repeat(60_000_000)}`],
  ])("a small file that swells to %s ends quickly", async (_name, sheet) => {
    const bytes = await withPart("xl/worksheets/sheet1.xml", sheet);
    expect(bytes.length).toBeLessThan(200_000);
    expect(await codesOf(bytes)).toEqual(["file_damaged"]);
  });

  test("two parts of one name", async () => {
    const parts = Object.entries(workbookParts([[...TITLES], listCells()])).map(([name, bytes]) => ({
      name,
      bytes,
    }));
    const again = { name: "xl/Worksheets/sheet1.xml", bytes: "<worksheet/>" };
    expect(await codesOf(await zipOf([...parts, again]))).toEqual(["file_damaged"]);
  });

  test("reading leaves the caller's bytes alone", async () => {
    const bytes = await valid();
    const before = Buffer.from(bytes);
    await read(bytes);
    expect(bytes.equals(before)).toBe(true);
  });
});
