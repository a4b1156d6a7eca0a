/**
 * Proves how a foreign invoice becomes rupiah: the week's rate on the day of payment in Jakarta, never last week's; one
 * rounding a line; sums checked in the invoice's own currency. Published figures by tables, the chain by properties; then
 * what is refused of entered rates, and the forms a file of rates may have.
 */
import fc from "fast-check";
import { dayInJakarta, addDays } from "../../src/clock";
import type { PaidInvoice } from "../../src/hooks/invoice";
import { buildFaktur } from "../../src/faktur/document";
import type { FakturKurs } from "../../src/faktur/faktur";
import { kursMissing, kursOn, kursWeek, readKurs, readKursList, worthOf } from "../../src/faktur/kurs";
import { readKursFile } from "../../src/faktur/kurs-file";
import { checkFaktur } from "../../src/faktur/rules";
import { readFaktur, writeFaktur } from "../../src/faktur/stored";
import { formatRupiah, shareHalfUp } from "../../src/money";
import { day, discountedLines, fakturOf, input, invoice, line, rp } from "./examples";

const kurs = (rate: string, more: Partial<FakturKurs> = {}): FakturKurs => ({
  currency: "USD",
  rate: rp(rate),
  per: 1n,
  kmk: "20/MK/EF.2/2026",
  ...kursWeek(more.from ?? day("2026-11-03")),
  ...more,
});

const usd = (amount: string, more: Partial<PaidInvoice> = {}) =>
  invoice([line({ amount })], { currency: "USD", ...more });

const totals = (paid: PaidInvoice, rate: FakturKurs) => {
  const { dpp, dppNilaiLain, ppn } = fakturOf(paid, { kurs: rate }).totals;
  return [dpp, dppNilaiLain, ppn].map(formatRupiah);
};

describe("converted", () => {
  test("US$10,000 at 14,500 is Rp145,000,000", () => {
    // The case of PP 44/2022 art. 21, under the law of its day: 11 % of the full price.
    const paid = usd("10000", { taxDay: day("2022-09-01") });
    const faktur = fakturOf(paid, {
      transactionCode: "01",
      kurs: kurs("14500", { from: day("2022-08-31") }),
    });
    expect(faktur.totals).toMatchObject({ dpp: rp("145000000"), ppn: rp("15950000") });
  });

  test.each([
    ["US$120", usd("120"), kurs("16776.54"), ["2013185", "1845419", "221450"]],
    [
      "tax inside",
      usd("133.20", { pricesIncludeTax: true }),
      kurs("16000"),
      ["1920000", "1760000", "211200"],
    ],
    [
      "a price with tax inside is not rounded to cents first",
      usd("100", { pricesIncludeTax: true }),
      kurs("16000"),
      ["1441441", "1321321", "158559"],
    ],
    [
      "yen per hundred",
      usd("15000", { currency: "JPY" }),
      kurs("10732.12", { currency: "JPY", per: 100n }),
      ["1609818", "1475667", "177080"],
    ],
  ])("%s", (_what, paid, rate, expected) => {
    expect(totals(paid, rate)).toEqual(expected);
  });

  test("a yen invoice whose tax is billed in whole yen fits", () => {
    const paid = invoice([line({ amount: "1005" })], { currency: "JPY", tax: rp("111"), total: rp("1116") });
    expect(totals(paid, kurs("10732.12", { currency: "JPY", per: 100n }))).toEqual([
      "107858",
      "98870",
      "11864",
    ]);
  });

  test("the rate stays with the document, in the database too; a document in rupiah has none", () => {
    const rate = kurs("16776.54");
    expect(readFaktur(writeFaktur(fakturOf(usd("120"), { kurs: rate }))).kurs).toEqual(rate);
    expect(fakturOf(invoice([line({ amount: "120" })]), { kurs: rate })).not.toHaveProperty("kurs");
  });

  test("every document passes the rules, and each line is the exact value, rounded once", () => {
    const rates = fc.record({
      rate: fc.bigInt({ min: 1_00n, max: 60_000_00n }),
      per: fc.constantFrom(1n, 100n),
    });
    fc.assert(
      fc.property(discountedLines, rates, (lines, more) => {
        const small = lines.map((one) => ({ ...one, amount: one.amount / 10_000n }));
        const sold = small.filter((one) => one.kind !== "discount" && one.taxed && one.amount > 0n);
        fc.pre(
          sold.length > 0 && sold.length === lines.filter((l) => l.kind !== "discount" && l.taxed).length,
        );
        const rate = { ...kurs("1"), ...more };
        fc.pre(sold.every((one) => one.amount * rate.rate > 100n * rate.per));
        const faktur = fakturOf(invoice(small, { currency: "USD" }), { kurs: rate });
        expect(checkFaktur(faktur, day("2026-11-03"))).toEqual([]);
        const { numerator, denominator } = worthOf(rate);
        faktur.lines.forEach((one, index) => {
          const gross = one.taxBase + one.discount;
          expect(gross).toBe(shareHalfUp(sold[index]!.amount, numerator, denominator));
        });
      }),
    );
  });
});

describe("held", () => {
  const places = (paid: PaidInvoice, rate: FakturKurs | null) => {
    const built = buildFaktur(input(paid, { kurs: rate }));
    return built.kind === "faults" ? built.faults.map((fault) => `${fault.code} ${fault.path}`) : [];
  };

  test("without a rate, and with every other reason beside it", () => {
    expect(places(usd("120"), null)).toEqual(["foreign_currency /currency"]);
    expect(places(usd("120", { tax: rp("20"), total: rp("140") }), null)).toEqual([
      "foreign_currency /currency",
      "amounts_do_not_add_up /tax",
    ]);
  });

  test.each([
    ["a cent a line is rounding", "13.21", true],
    ["two cents are not", "13.22", false],
    ["a dollar is not", "14.20", false],
  ])("%s", (_what, tax, fits) => {
    const total = rp("120") + rp(tax);
    expect(places(usd("120", { tax: rp(tax), total }), kurs("16000")).length === 0).toBe(fits);
  });

  test("what is missing is named: currency, day and week", () => {
    const fault = kursMissing("USD", day("2026-11-03"));
    expect(fault.message.en).toMatch(/USD.*2026-11-03.*2026-10-28.*2026-11-03/);
    expect(fault.fix.id).toContain("faktur kurs import");
  });
});

describe("the week", () => {
  test.each([
    ["2026-10-28", "2026-10-28", "2026-11-03"],
    ["2026-11-03", "2026-10-28", "2026-11-03"],
    ["2026-11-04", "2026-11-04", "2026-11-10"],
    ["2025-01-01", "2025-01-01", "2025-01-07"],
    ["2020-12-31", "2020-12-30", "2021-01-05"],
    ["1969-12-31", "1969-12-31", "1970-01-06"],
  ])("of %s is %s to %s", (on, from, to) => {
    expect(kursWeek(day(on))).toEqual({ from, to });
  });

  const old = kurs("16000", { from: day("2026-10-28") });
  const fresh = kurs("16500", { from: day("2026-11-04") });
  test.each([
    ["Tuesday 23:59 in Jakarta", "2026-11-03T23:59:59+07:00", old],
    ["Wednesday 00:00 in Jakarta", "2026-11-04T00:00:00+07:00", fresh],
    ["the same instant in UTC", "2026-11-03T17:00:00Z", fresh],
    ["a week that has not been entered", "2026-11-11T00:00:00+07:00", null],
    ["the week before", "2026-10-27T12:00:00+07:00", null],
  ])("%s", (_what, at, rate) => {
    expect(kursOn([old, fresh], "USD", dayInJakarta(new Date(at)))).toBe(rate);
  });

  test("another currency's rate is never taken", () => {
    expect(kursOn([old], "SGD", day("2026-11-03"))).toBeNull();
  });

  test("every day lies in exactly one week", () => {
    fc.assert(
      fc.property(fc.nat({ max: 20_000 }), (days) => {
        const on = addDays(day("2000-01-01"), days);
        const { from, to } = kursWeek(on);
        expect(from <= on && on <= to && addDays(from, 6) === to).toBe(true);
        expect(kursWeek(addDays(from, -1)).to).toBe(addDays(from, -1));
        expect(new Date(`${from}T12:00:00Z`).getUTCDay()).toBe(3);
      }),
    );
  });
});

describe("an entered rate", () => {
  const entry = { currency: "USD", from: "2026-11-04", rate: "16776.54", kmk: "20/MK/EF.2/2026" };

  test("is read with its week and its units", () => {
    expect(readKurs({ ...entry, currency: "usd" })).toEqual({
      kind: "kurs",
      kurs: kurs("16776.54", { from: day("2026-11-04") }),
    });
    expect(readKurs({ ...entry, currency: "JPY" })).toMatchObject({ kurs: { per: 100n } });
    expect(readKurs({ ...entry, currency: "VND", per: 1000 })).toMatchObject({ kurs: { per: 1000n } });
    expect(readKurs({ ...entry, currency: "VND" })).toMatchObject({ kurs: { per: 1n } });
    expect(readKurs({ ...entry, currency: "VND", per: 10_000 })).toMatchObject({ kurs: { per: 10_000n } });
    const blanks = { currency: " USD ", from: " 2026-11-04 ", to: "2026-11-10 ", rate: " 16776.54 " };
    expect(readKurs({ ...entry, ...blanks })).toEqual(readKurs(entry));
  });

  test.each([
    [{ currency: "DOLAR" }, ["kurs_currency_malformed /currency"]],
    [{ currency: "USS" }, ["kurs_currency_unknown /currency"]],
    [{ currency: "IDR" }, ["kurs_of_rupiah /currency"]],
    [{ rate: "0" }, ["kurs_rate_malformed /rate"]],
    [{ rate: "-1" }, ["kurs_rate_malformed /rate"]],
    [{ rate: "16776.543" }, ["kurs_rate_malformed /rate"]],
    [{ kmk: "  " }, ["kurs_kmk_malformed /kmk"]],
    [{ kmk: "1".repeat(101) }, ["kurs_kmk_malformed /kmk"]],
    [{ per: 0, currency: "VND" }, ["kurs_per_malformed /per"]],
    [{ per: 0.5, currency: "VND" }, ["kurs_per_malformed /per"]],
    [{ per: 1.5, currency: "VND" }, ["kurs_per_malformed /per"]],
    [{ per: 10_001, currency: "VND" }, ["kurs_per_malformed /per"]],
    [{ per: 100 }, ["kurs_per_wrong /per"]],
    [{ per: 1, currency: "JPY" }, ["kurs_per_wrong /per"]],
    [{ from: "2026-11-31" }, ["kurs_day_malformed /from"]],
    [{ from: "2026-11-03" }, ["kurs_week_wrong /from"]],
    [{ to: "2026-11-11" }, ["kurs_week_wrong /to"]],
    [{ to: "x", rate: "x" }, ["kurs_rate_malformed /rate", "kurs_day_malformed /to"]],
  ])("%j is refused", (more, expected) => {
    const read = readKurs({ ...entry, ...more });
    const faults = read.kind === "faults" ? read.faults : [];
    expect(faults.map((fault) => `${fault.code} ${fault.path}`)).toEqual(expected);
  });

  test("a list names the place of each fault, and takes no week twice in two ways", () => {
    const list = (...entries: Parameters<typeof readKursList>[0]) => {
      const read = readKursList(entries);
      return read.kind === "list" ? read.list.length : read.faults.map((one) => `${one.code} ${one.path}`);
    };
    expect(list(entry, { ...entry, currency: "SGD" }, entry)).toBe(2);
    expect(list(entry, { ...entry, rate: "1" })).toEqual(["kurs_twice /rates/1"]);
    expect(list(entry, { ...entry, kmk: "21/MK/EF.2/2026" })).toEqual(["kurs_twice /rates/1"]);
    const dong = { ...entry, currency: "VND", per: 1 };
    expect(list(dong, { ...dong, per: 100 })).toEqual(["kurs_twice /rates/1"]);
    expect(list(entry, { ...entry, from: "2026-11-05" })).toEqual(["kurs_week_wrong /rates/1/from"]);
    expect(list()).toEqual(["kurs_list_empty /rates"]);
  });
});

describe("a file of rates", () => {
  const week = { from: "2026-11-04", to: "2026-11-10", kmk: "20/MK/EF.2/2026" };
  const usdAndYen = [
    { currency: "USD", rate: "16776.54", per: 1, ...week },
    { currency: "JPY", rate: "10732.12", per: 100, ...week },
  ];

  test.each([
    [
      "commas",
      `currency,rate,per,from,to,kmk\nUSD,16776.54,1,${week.from},${week.to},${week.kmk}\nJPY,"10,732.12",100,${week.from},${week.to},${week.kmk}\n`,
    ],
    [
      "semicolons, other order, marks as in Indonesia, a byte order mark and CRLF",
      `\uFEFFKMK;From;To;Currency;Per;Rate\r\n${week.kmk};${week.from};${week.to};USD;1;16.776,54\r\n\r\n"${week.kmk}";${week.from};${week.to};JPY;100;10732,12\r\n`,
    ],
    [
      "tabs",
      `currency\trate\tper\tfrom\tto\tkmk\nUSD\t16776.54\t1\t${week.from}\t${week.to}\t${week.kmk}\nJPY\t10.732,12\t100\t${week.from}\t${week.to}\t${week.kmk}`,
    ],
  ])("CSV with %s", (_what, csv) => {
    expect(readKursFile(csv)).toEqual(usdAndYen);
  });

  test("CSV without `per` and `to`", () => {
    const read = readKursFile(`currency,rate,from,kmk\nJPY,10732.12,${week.from},${week.kmk}`);
    expect(readKursList(read)).toMatchObject({ list: [{ currency: "JPY", per: 100n, to: week.to }] });
  });

  test("the page of the ministry, as it is copied", () => {
    const page = [
      "Kurs Pajak",
      `KMK Nomor ${week.kmk}`,
      "Tanggal Berlaku: 04 November 2026 - 10 November 2026",
      "No\tMata Uang\tNilai\tPerubahan",
      "1\tDolar Amerika Serikat (USD) USD\t16.776,54\t-73,00",
      "13\tYen Jepang (JPY) JPY\n10.732,12\n10,24",
      "14\tKyat Myanmar (MMK) MMK\t7,98\t0,03",
      "Note: untuk JPY adalah Nilai Rupiah per 100",
    ].join("\n");
    const read = readKursFile(page);
    expect(read).toEqual([
      { currency: "USD", rate: "16776.54", ...week },
      { currency: "JPY", rate: "10732.12", ...week },
      { currency: "MMK", rate: "7.98", ...week },
    ]);
    expect(readKursList(read)).toMatchObject({ kind: "list", list: [{}, { per: 100n }, {}] });
  });

  test.each([
    ["no such columns", "a,b\n1,2"],
    ["a page without its number", "Tanggal Berlaku: 04 November 2026 - 10 November 2026\n(USD) 16.000,00"],
    ["a page without rates", `KMK Nomor 1/2\nTanggal Berlaku: 04 November 2026 - 10 November 2026`],
    [
      "a page with an unknown month",
      "KMK Nomor 1/2\nTanggal Berlaku: 04 Nopember 2026 - 10 November 2026\n(USD) 1,00",
    ],
    ["nothing", ""],
  ])("%s: refused", (_what, content) => {
    expect(() => readKursFile(content)).toThrow(expect.objectContaining({ code: "malformed" }));
  });
});
