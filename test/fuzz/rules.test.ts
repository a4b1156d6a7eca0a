/**
 * Proves that the readers of numbers, amounts, dates, CSV and Coretax XML end with a value or a named refusal, whatever
 * they are given, and that what they take is what they promise: 16 digits, exact amounts, faults with codes.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { maskNpwp, parseNik, parseNitku, readNpwp } from "../../src/accounts/npwp";
import { parseTaxDay } from "../../src/clock";
import { checkXml } from "../../src/coretax/check/check";
import { AppError, asAppError } from "../../src/errors";
import { readKursFile } from "../../src/faktur/kurs-file";
import { formatMoney, parseMoney } from "../../src/money";
import { csvOf } from "../../src/api/csv";
import { text } from "../../src/text";
import { csvOf as reportCsv } from "../../src/reports/csv";
import { readReceiptFile, readReceipts } from "../../src/reports/receipts";
import { fuzz } from "./measure";
import { report } from "./report";
import { spoiltOf } from "./spoil";

afterAll(() => report("rules"));

const digits = fc.stringMatching(/^[0-9.\- ]{0,30}$/);
const strange = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("٠".repeat(16), "９".repeat(16)),
);
const numbers = fc.oneof(
  digits,
  fc.stringMatching(/^\d{14,17}$/),
  fc.stringMatching(/^0\d{15}$/),
  fc.stringMatching(/^\d{22}$/),
  fc.constantFrom("01.234.567.8-901.000", "0012345678012000", "001234567801200", "3173012345678901"),
  strange,
);

/** The code of what was thrown on purpose; anything else is a fault. */
function refusal(run: () => unknown): string {
  try {
    run();
    return "taken";
  } catch (thrown) {
    const { code } = asAppError(thrown);
    if (code === "internal") throw thrown;
    return code;
  }
}

test("NPWP, NITKU and NIK", async () => {
  const { answers } = await fuzz(20_000, {
    ...{ target: "NPWP, NITKU, NIK", inputs: fc.tuple(numbers, numbers), mostMs: 500 },
    run([npwp, other]) {
      const read = readNpwp(npwp);
      const nik = parseNik(npwp);
      if (nik !== null) expect(nik).toMatch(/^\d{16}$/);
      maskNpwp(npwp);
      if (read.kind !== "npwp") return read.kind;
      expect(read.npwp).toMatch(/^\d{16}$/);
      const nitku = refusal(() => expect(parseNitku(other, read.npwp)).toMatch(/^\d{22}$/));
      return `npwp, nitku ${nitku}`;
    },
  });
  expect(Object.keys(answers).length).toBeGreaterThan(2);
});

test("amounts and days", async () => {
  const amounts = fc.oneof(
    fc.stringMatching(/^-?\d{1,20}(\.\d{1,4})?$/),
    fc.constantFrom(
      "",
      "-",
      ".5",
      "1e5",
      "0x10",
      "1_000",
      "NaN",
      "Infinity",
      "1,000.00",
      "+1",
      "00.10",
      "9".repeat(5_000),
    ),
    strange,
  );
  await fuzz(20_000, {
    ...{ target: "amounts, days", inputs: amounts, mostMs: 500 },
    run(value) {
      const day = parseTaxDay(value);
      if (day !== null) expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
      const money = parseMoney(value);
      if (money === null) return "refused";
      expect(parseMoney(formatMoney(money))).toBe(money);
      return "taken";
    },
  });
});

test("cells of lists are never formulas", async () => {
  const starts = fc.constantFrom(
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    " =",
    "＝",
    "a;=",
    '"=',
    "|",
    "%0A=",
    "'=",
  );
  const cells = fc.array(
    fc.oneof(
      fc.tuple(starts, fc.string()).map((both) => both.join("")),
      strange,
    ),
    { minLength: 1, maxLength: 4 },
  );
  await fuzz(3_000, {
    ...{ target: "CSV cells", inputs: cells, mostMs: 500 },
    run(row) {
      const reply = csvOf("x.csv", [row]);
      if (reply.kind !== "bytes") throw new Error(reply.kind);
      const sheet = {
        ...{ key: "x", title: "x", columns: row.map(() => ({ title: "x" })) },
        rows: [row.map((value) => ({ kind: "text", value }) as const)],
      } as never;
      for (const written of [
        reply.bytes.toString("utf8"),
        reportCsv(sheet, { reader: "excel" }),
        reportCsv(sheet, { reader: "excel", separator: "tab" }),
        reportCsv(sheet, { reader: "program" }),
      ])
        isText(written.replace("\uFEFF", ""));
      return "text";
    },
  });
});

/** As a spreadsheet reads it, by whichever mark. */
function isText(written: string): void {
  for (const mark of [",", ";", "\t"]) {
    const formula = cellsOf(written, mark).find((cell) => /^\s*[=+@＝＋＠]/u.test(cell));
    if (formula !== undefined) throw new Error(JSON.stringify({ mark, written }));
  }
}

/** RFC 4180: quotes count where a cell begins with one. */
function cellsOf(content: string, mark: string): string[] {
  const cells = [""];
  let quoted = false;
  for (let at = 0; at < content.length; at += 1) {
    const sign = content[at] ?? "";
    const last = cells.length - 1;
    if (quoted && sign === '"' && content[at + 1] === '"') cells[last] += content[(at += 1)] ?? "";
    else if (sign === '"' && (quoted || cells[last] === "")) quoted = !quoted;
    else if (!quoted && [mark, "\r", "\n"].includes(sign)) cells.push("");
    else cells[last] += sign;
  }
  return cells;
}

function xmlSamples(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".xml"))
    .map((name) => readFileSync(join(folder, name)));
}

const TODAY = parseTaxDay("2026-11-03")!;
const golden = join(__dirname, "..", "golden");

test("Coretax XML of anybody", async () => {
  const sound = [...xmlSamples(join(golden, "coretax")), ...xmlSamples(join(golden, "xml"))];
  const bombs = fc.constantFrom(
    Buffer.from(
      `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "${"x".repeat(100)}">${"&a;".repeat(1_000)}]><a>&a;</a>`,
    ),
    Buffer.from(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>`),
    Buffer.from("<a>".repeat(20_000)),
    Buffer.from(`<TaxInvoiceBulk ${'a="1" '.repeat(5_000)}/>`),
    Buffer.alloc(100_000, "<"),
    Buffer.from([0xff, 0xfe, 0x3c, 0x00]),
  );
  const inputs = fc.oneof({ weight: 9, arbitrary: spoiltOf(sound) }, { weight: 1, arbitrary: bombs });
  const { answers } = await fuzz(500, {
    ...{ target: "Coretax XML", inputs, mostMs: 5_000 },
    run(bytes) {
      const codes = new Set<string>();
      const walk = checkXml([bytes], TODAY);
      for (let next = walk.next(); ; next = walk.next()) {
        if (next.done === true) break;
        codes.add(String((next.value as { code?: unknown }).code));
      }
      for (const code of codes) expect(code).toMatch(/^\w+$/);
      return codes.size === 0 ? "sound" : "faults";
    },
  });
  expect(answers["faults"]).toBeGreaterThan(300);
});

test("CSV files of rates and bukti potong", async () => {
  const kurs = Buffer.from(
    "currency,rate,per,from,to,kmk\nUSD,16500.00,,2026-11-04,2026-11-10,KMK 1\nJPY,109.12,100,2026-11-04,,KMK 1\n",
  );
  const receipts = Buffer.from(
    "nomor;tanggal;masa;npwp;dpp;pph\n2500000001;03/11/2026;11/2026;0012345678012000;1.000.000;20.000\n",
  );
  const marks = fc
    .array(fc.constantFrom('"', ",", ";", "\n", "\r", "0", "a", "\uFEFF", "\u0000", "="))
    .map((all) => Buffer.from(all.join("")));
  const { answers } = await fuzz(3_000, {
    ...{ target: "CSV files", inputs: fc.oneof(spoiltOf([kurs, receipts]), marks), mostMs: 2_000 },
    run(bytes) {
      const content = bytes.toString("utf8");
      const rates = refusal(() => readKursFile(content));
      const receiptsRead = refusal(() => {
        const entries = readReceiptFile(content);
        if (entries === null) throw new AppError("malformed", text("Kolom.", "Columns."));
        return readReceipts(entries);
      });
      return `${rates}, ${receiptsRead}`;
    },
  });
  expect(answers["taken, malformed"]).toBeGreaterThan(30);
  expect(answers["malformed, taken"]).toBeGreaterThan(30);
});
