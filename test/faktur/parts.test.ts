/**
 * What becomes of an invoice: what is skipped and what holds it. One code a faktur: how it is divided when a facility
 * covers only some of its lines, that the parts add up to the invoice to the cent, and which fakturs it rests on.
 */
import fc from "fast-check";
import type { CompanySnapshot } from "../../src/accounts/company";
import type { Facility } from "../../src/accounts/facility";
import type { RegisterCheck } from "../../src/accounts/register";
import { buyerOf, decideFaktur, recipientsOf, type InvoiceFacts } from "../../src/faktur/decide";
import type { TransactionCode } from "../../src/faktur/faktur";
import { kursWeek } from "../../src/faktur/kurs";
import { isWholeLive, liveKeyOf, partsOf, slotsOf } from "../../src/faktur/parts";
import type { PaidInvoice } from "../../src/hooks/invoice";
import type { Nitku, Npwp } from "../../src/accounts/npwp";
import { sum } from "../../src/money";
import { day, discountedLines, invoice, line, rp, seller } from "./examples";

const facility: Facility = {
  addInfo: "TD.00502",
  stamp: "TD.01102",
  documentNumber: "PPBJ-1",
  documentPeriod: "112026",
  lineKinds: null,
};

const company = (more: Partial<CompanySnapshot> = {}): CompanySnapshot => ({
  npwp: "0098765432109000" as Npwp,
  nitku: "0098765432109000000000" as Nitku,
  name: "PT Contoh",
  address: "Jl. Contoh 1",
  email: "pajak@contoh.example",
  transactionCode: null,
  evidence: null,
  status: "active",
  ...more,
});

const facts = (paid: PaidInvoice, more: Partial<InvoiceFacts> = {}): InvoiceFacts => ({
  invoice: paid,
  company: company(),
  portalState: "paid",
  seller,
  codes: {},
  reference: "INV-1",
  refunds: [],
  movedServices: new Set(),
  accepted: new Set(),
  today: day("2026-11-03"),
  ...more,
});

const covers = (code: TransactionCode, ...kinds: NonNullable<Facility["lineKinds"]>[number][]) =>
  company({
    transactionCode: code,
    evidence: "surat",
    facility: { ...facility, lineKinds: kinds.length === 0 ? null : kinds },
  });

const untaxed = (amount: string, more: object = {}) => line({ amount, taxed: false, ...more });

/** What each faktur of the invoice says, or the codes of what is held. */
function decided(paid: PaidInvoice, more: Partial<InvoiceFacts> = {}) {
  const decision = decideFaktur(facts(paid, more));
  if (decision.kind === "wait") throw new Error(`it waits for ${decision.until}`);
  if (decision.kind !== "issue") return decision.reasons.map((one) => `${decision.kind} ${one.code}`);
  return decision.parts.map(({ faktur, part }) => ({
    part,
    code: faktur.transactionCode,
    reference: faktur.reference,
    stamp: faktur.facility?.stamp ?? null,
    lines: faktur.lines.length,
    dpp: Number(faktur.totals.dpp / 100n),
    ppn: Number(faktur.totals.ppn / 100n),
  }));
}

const one = (code: string, dpp: number, ppn: number, more: object = {}) => ({
  ...{ part: null, code, reference: "INV-1", stamp: null, lines: 1, dpp, ppn },
  ...more,
});

describe("the code of an invoice", () => {
  const million = invoice([line({ amount: "1000000" })]);
  const three = invoice([line({ amount: "3000000" })]);
  test.each<[string, PaidInvoice, TransactionCode | null, unknown]>([
    ["an ordinary buyer", million, null, [one("04", 1_000_000, 110_000)]],
    ["02 above the threshold", three, "02", [one("02", 3_000_000, 330_000)]],
    ["02 at the threshold", invoice([line({ amount: "2000000" })]), "02", [one("04", 2_000_000, 220_000)]],
    ["02 a rupiah above it", invoice([line({ amount: "2000001" })]), "02", [one("02", 2_000_001, 220_000)]],
    ["03 however small", million, "03", [one("03", 1_000_000, 110_000)]],
    ["01 billed as all others", million, "01", ["hold amounts_do_not_add_up"]],
    [
      "01 billed at 12 %",
      invoice([line({ amount: "1000000" })], { tax: rp("120000"), total: rp("1120000") }),
      "01",
      [one("01", 1_000_000, 120_000)],
    ],
    [
      "10 billed at 12 %",
      invoice([line({ amount: "1000000" })], { tax: rp("120000"), total: rp("1120000") }),
      "10",
      ["hold faktur_invalid"],
    ],
    ["07 whose document is not there", million, "07", ["hold code_needs_documents"]],
    ["09", million, "09", ["hold faktur_invalid"]],
  ])("%s", (_name, paid, transactionCode, expected) => {
    expect(decided(paid, { company: company({ transactionCode, evidence: "surat" }) })).toEqual(expected);
  });

  test.each([
    ["9009009", "04", 9_009_009, 990_991],
    ["9009010", "03", 9_009_010, 990_991],
  ])("a contractor collects above Rp 10,000,000 with the PPN: %s", (amount, code, dpp, ppn) => {
    const contractor = company({ transactionCode: "03", evidence: "x", collector: "contractor" });
    expect(decided(invoice([line({ amount })]), { company: contractor })).toEqual([one(code, dpp, ppn)]);
  });

  test.each([
    ["125", "04", 2_000_000, 220_000],
    ["125.01", "02", 2_000_160, 220_018],
  ])("the threshold of 02 counts US$ %s in rupiah", (amount, code, dpp, ppn) => {
    const usd = invoice([line({ amount })], { currency: "USD" });
    const rate = { currency: "USD", rate: rp("16000"), per: 1n, kmk: "1/MK", ...kursWeek(usd.taxDay) };
    const agency = company({ transactionCode: "02", evidence: "x" });
    expect(decided(usd, { company: agency, kurs: rate })).toEqual([one(code, dpp, ppn)]);
    expect(decided(usd, { company: agency })).toEqual(["hold foreign_currency"]);
  });

  test("the threshold counts what is left without the tax inside", () => {
    const inside = invoice([line({ amount: "2220000" })], { pricesIncludeTax: true });
    expect(decided(inside, { company: company({ transactionCode: "02", evidence: "x" }) })).toEqual([
      one("04", 2_000_000, 220_000),
    ]);
  });

  test.each([
    [["150000", "250000", "1820000"], "02", 2_000_000, 220_000],
    [["150000", "250000", "9600000"], "03", 9_009_009, 990_991],
  ] as const)(
    "at the threshold the rounding of the lines' net decides nothing: %p",
    (amounts, code, dpp, ppn) => {
      const inside = invoice(
        amounts.map((amount) => line({ amount })),
        { pricesIncludeTax: true },
      );
      const collector = code === "03" ? ("contractor" as const) : null;
      const buyer = company({ transactionCode: code, evidence: "x", collector });
      expect(decided(inside, { company: buyer })).toEqual([one("04", dpp, ppn, { lines: 3 })]);
    },
  );
});

describe("what has no faktur by rule", () => {
  const sold = line({ amount: "1000000", serviceId: "S1" });
  const gift = line({ amount: "0" });
  const tax = { tax: rp("110000"), total: rp("1110000") };
  const credit = untaxed("-1110000", { kind: "credit" });
  const agency = (more: Partial<CompanySnapshot> = {}) =>
    company({ transactionCode: "02", evidence: "x", ...more });
  const issued = [one("04", 1_000_000, 110_000)];

  test.each<[string, PaidInvoice, Partial<CompanySnapshot> | null, unknown]>([
    ["a container", invoice([untaxed("1000", { kind: "invoice" })]), {}, ["skip container"]],
    [
      "a container with a credit on it",
      invoice([untaxed("1000", { kind: "invoice" }), untaxed("-500", { kind: "credit" })]),
      {},
      ["skip container"],
    ],
    ["a top-up", invoice([untaxed("1000", { kind: "deposit" })]), {}, ["skip deposit"]],
    [
      "a top-up with a credit on it",
      invoice([untaxed("1000", { kind: "deposit" }), untaxed("-500", { kind: "credit" })]),
      {},
      ["skip deposit"],
    ],
    ["a sale beside a container", invoice([sold, untaxed("1000", { kind: "invoice" })]), {}, issued],
    ["a sale beside a top-up", invoice([sold, untaxed("1000", { kind: "deposit" })]), {}, issued],
    [
      "what a taxed balance paid",
      invoice([sold], { fromTaxedBalance: true }),
      {},
      ["skip paid_from_taxed_balance"],
    ],
    ["a gift", invoice([gift]), {}, ["skip zero_total"]],
    ["no line and no amount", invoice([]), {}, ["skip zero_total"]],
    ["a sale beside a gift", invoice([sold, gift]), {}, issued],
    [
      "a sale paid from credit",
      invoice([sold, credit], { ...tax, subtotal: rp("-110000"), total: 0n }),
      {},
      issued,
    ],
    [
      "a gift with a credit on it",
      invoice([gift, untaxed("-5", { kind: "credit" })], { subtotal: 0n, total: 0n }),
      {},
      ["skip zero_total"],
    ],
    [
      "a sale that its discount makes free",
      invoice([sold, line({ amount: "-1000000", kind: "discount" })]),
      {},
      ["skip zero_total"],
    ],
    [
      "a sale that its discount makes free, beside a unique code",
      invoice([sold, line({ amount: "-1000000", kind: "discount" }), untaxed("3", { kind: "adminFee" })]),
      {},
      ["skip nothing_taxed"],
    ],
    [
      "the same to a collector, beside a late fee",
      invoice([sold, line({ amount: "-1000000", kind: "discount" }), untaxed("5000", { kind: "lateFee" })]),
      agency(),
      ["skip nothing_taxed"],
    ],
    [
      "the same beside what a collector was billed without PPN",
      invoice([sold, line({ amount: "-1000000", kind: "discount" }), untaxed("3000000")]),
      agency(),
      ["hold nothing_taxed"],
    ],
    [
      "the same under a facility",
      invoice([
        untaxed("1000000"),
        untaxed("-1000000", { kind: "discount" }),
        untaxed("5", { kind: "lateFee" }),
      ]),
      covers("07"),
      ["skip nothing_taxed"],
    ],
    [
      "what a facility covers given away, and something sold beside it",
      invoice([
        untaxed("500000", { id: "1" }),
        untaxed("-500000", { kind: "discount", appliesTo: "1" }),
        line({ id: "3", amount: "1000000", kind: "domain" }),
      ]),
      covers("07", "hosting"),
      issued,
    ],
    [
      "something covered by a facility, and what is sold beside it given away",
      invoice([
        untaxed("500000", { id: "1" }),
        line({ id: "2", amount: "1000000", kind: "domain" }),
        line({ id: "3", amount: "-1000000", kind: "discount", appliesTo: "2" }),
      ]),
      covers("07", "hosting"),
      [one("07", 500_000, 55_000, { stamp: "TD.01102" })],
    ],
    [
      "what its discounts more than give away",
      invoice([sold, line({ amount: "-1000001", kind: "discount" }), untaxed("5")]),
      {},
      ["hold faktur_invalid"],
    ],
    ["nothing taxed", invoice([untaxed("1000")]), {}, ["skip nothing_taxed"]],
    ["nothing taxed but a gift", invoice([untaxed("1000"), gift]), {}, ["skip nothing_taxed"]],
    [
      "nothing taxed, and yet a tax",
      invoice([untaxed("1000")], { tax: rp("110"), total: rp("1110") }),
      {},
      ["hold nothing_taxed", "hold amounts_do_not_add_up"],
    ],
    ["nothing taxed, to a collector", invoice([untaxed("3000000")]), agency(), ["hold nothing_taxed"]],
    [
      "nothing taxed, to a collector whose tab is only asked for",
      invoice([untaxed("3000000")]),
      agency({ status: "requested" }),
      ["skip nothing_taxed"],
    ],
    [
      "a late fee alone, to a collector",
      invoice([untaxed("5000", { kind: "lateFee" })]),
      agency(),
      ["skip nothing_taxed"],
    ],
    [
      "a late fee beside what was sold, to a collector",
      invoice([untaxed("5000", { kind: "lateFee" }), untaxed("3000000")]),
      agency(),
      ["hold nothing_taxed"],
    ],
    ["nobody's", invoice([sold]), null, ["skip no_company"]],
    ["a tab that is asked for", invoice([sold]), { status: "requested" }, ["skip company_requested"]],
    ["a suspended tab", invoice([sold]), { status: "suspended" }, ["skip company_suspended"]],
    [
      "the day before a tab begins",
      invoice([sold]),
      { activeFrom: day("2026-11-04") },
      ["skip before_activation"],
    ],
    ["the day a tab begins", invoice([sold]), { activeFrom: day("2026-11-03") }, issued],
  ])("%s", (_what, paid, whose, expected) => {
    expect(decided(paid, { company: whose === null ? null : company(whose) })).toEqual(expected);
  });
});

describe("what holds an invoice", () => {
  const sold = line({ amount: "1000000", serviceId: "S1" });
  const paid = invoice([sold, line({ amount: "500000", serviceId: "S2" }), line({ amount: "1" })]);
  const issued = [one("04", 1_500_001, 165_000, { lines: 3 })];

  test.each<[string, Partial<InvoiceFacts>, unknown]>([
    ["nothing", {}, issued],
    ["unpaid again", { portalState: "unpaid" }, ["hold unpaid_again"]],
    ["cancelled in the portal", { portalState: "cancelled" }, ["hold cancelled_in_portal"]],
    ["billed, to who gets it with the bill", { portalState: "billed" }, issued],
    ["a refund", { refunds: [{ amount: null }] }, ["hold refunded_before_issue"]],
    [
      "a refund of a part",
      { refunds: [{ amount: "5" }] },
      ["hold refunded_in_part", "hold refunded_before_issue"],
    ],
    [
      "refunds of all that was billed, in parts",
      { refunds: [{ amount: "665000" }, { amount: "1000001.11" }] },
      ["hold refunded_before_issue"],
    ],
    [
      "refunds of a cent less",
      { refunds: [{ amount: "665000" }, { amount: "1000001.10" }] },
      ["hold refunded_in_part", "hold refunded_before_issue"],
    ],
    [
      "a refund that finance took",
      { refunds: [{ amount: null }], accepted: new Set(["refunded_before_issue"] as const) },
      issued,
    ],
    ["a service that left", { movedServices: new Set(["S2"]) }, ["hold service_moved"]],
    ["a service that is not on it", { movedServices: new Set(["S9"]) }, issued],
    [
      "a service that left, as finance knows",
      { movedServices: new Set(["S2"]), accepted: new Set(["service_moved"] as const) },
      issued,
    ],
    ["the 20th", { today: day("2026-12-20") }, issued],
    ["the 21st", { today: day("2026-12-21") }, ["hold past_deadline"]],
    ["the day before", { today: day("2026-11-02") }, "wait 2026-11-03"],
    ["two days before", { today: day("2026-11-01") }, ["hold faktur_invalid"]],
    ["a faulty buyer", { company: company({ name: " " }) }, ["hold buyer_invalid"]],
    ...(["requested", "active", "suspended"] as const).map(
      (status): [string, Partial<InvoiceFacts>, string[]] => [
        `a buyer who has been replaced since, ${status}`,
        { company: company({ status, insteadOf: "PT Lama" }) },
        ["hold buyer_invalid"],
      ],
    ),
    ["a faulty seller", { seller: { ...seller, city: "" } }, ["hold seller_invalid"]],
    [
      "a facility of no month",
      { company: company({ transactionCode: "07", facility: { ...facility, documentPeriod: "0" } }) },
      ["hold code_needs_documents"],
    ],
    [
      "all at once",
      {
        portalState: "unpaid",
        refunds: [{ amount: "5" }],
        movedServices: new Set(["S1"]),
        today: day("2026-12-21"),
      },
      ["unpaid_again", "refunded_in_part", "refunded_before_issue", "past_deadline", "service_moved"].map(
        (code) => `hold ${code}`,
      ),
    ],
  ])("%s", (_what, more, expected) => {
    const decision = decideFaktur(facts(paid, more));
    expect(decision.kind === "wait" ? `wait ${decision.until}` : decided(paid, more)).toEqual(expected);
  });

  test("says how much was refunded, which services left and what the day was", () => {
    const decision = decideFaktur(
      facts(paid, {
        ...{ refunds: [{ amount: "5.00" }, { amount: null }], movedServices: new Set(["S1", "S2", "S9"]) },
        today: day("2026-12-21"),
      }),
    );
    const reasons = decision.kind === "hold" ? decision.reasons : [];
    const said = reasons.map((one) => one.message.en).join(" ");
    expect(said).toContain("Amount: 5.00, 1665001.11.");
    expect(said).toContain("Services: S1, S2.");
    expect(said).toContain("It was 2026-12-20.");
    const ucapan = reasons.map((one) => one.message.id).join(" ");
    expect(ucapan).toContain("Nilai: IDR 5,00; IDR 1.665.001,11.");
    expect(ucapan).toContain("Batasnya 20 Desember 2026. Hari terakhir membuatnya: ");
  });
});

test.each([
  ["a@contoh.example", ["a@contoh.example"]],
  [" a@contoh.example ; b@contoh.example,a@contoh.example,, ", ["a@contoh.example", "b@contoh.example"]],
  ["", []],
])("the faktur names the first of %j, and mail goes to each once", (email, expected) => {
  expect(recipientsOf(email)).toEqual(expected);
  expect(buyerOf(company({ email })).email).toBe(expected[0] ?? "");
});

describe("a facility for everything", () => {
  const under = { stamp: "TD.01102" };
  test("covers lines that the portal bills without tax", () => {
    expect(
      decided(invoice([untaxed("1000000"), untaxed("-100000", { kind: "discount" })]), {
        company: covers("07"),
      }),
    ).toEqual([one("07", 900_000, 99_000, under)]);
  });

  test("covers lines marked as taxed on a bill without tax", () => {
    const free = invoice([line({ amount: "1000000" })], { tax: 0n, total: rp("1000000") });
    expect(decided(free, { company: covers("08") })).toEqual([one("08", 1_000_000, 110_000, under)]);
  });

  test("holds where the tax was billed all the same", () => {
    expect(decided(invoice([line({ amount: "1000000" })]), { company: covers("07") })).toEqual([
      "hold amounts_do_not_add_up",
    ]);
  });

  test("leaves payments and a late fee without tax aside", () => {
    const paid = invoice([
      untaxed("1000000"),
      untaxed("5000", { kind: "lateFee" }),
      untaxed("200000", { kind: "deposit" }),
    ]);
    expect(decided(paid, { company: covers("07") })).toEqual([one("07", 1_000_000, 110_000, under)]);
  });

  test("takes no tax out of a bill without tax, though its prices would include it", () => {
    const head = { pricesIncludeTax: true, subtotal: rp("1000000"), tax: 0n, total: rp("1000000") };
    for (const sold of [line({ amount: "1000000" }), untaxed("1000000")]) {
      expect(decided(invoice([sold], head), { company: covers("07") })).toEqual([
        one("07", 1_000_000, 110_000, under),
      ]);
    }
  });

  test("leaves a discount with the late fee it is for", () => {
    const fee = untaxed("50000", { kind: "lateFee" });
    const off = untaxed("-50000", { kind: "discount", appliesTo: fee.id });
    expect(decided(invoice([untaxed("1000000"), fee, off]), { company: covers("07") })).toEqual([
      one("07", 1_000_000, 110_000, under),
    ]);
  });

  test("without tax, without facility: nothing to issue", () => {
    expect(decided(invoice([untaxed("1000000")]))).toEqual(["skip nothing_taxed"]);
  });
});

describe("a facility for some kinds of line", () => {
  const mixed = (lines: Parameters<typeof invoice>[0], more: Partial<PaidInvoice> = {}) =>
    decided(invoice(lines, more), { company: covers("07", "domain") });

  test("makes two fakturs with references of their own", () => {
    expect(mixed([line({ amount: "1000000" }), untaxed("300000", { kind: "domain" })])).toEqual([
      one("04", 1_000_000, 110_000, { part: "04", reference: "INV-1-04" }),
      one("07", 300_000, 33_000, { part: "07", reference: "INV-1-07", stamp: "TD.01102" }),
    ]);
  });

  test("makes one where only such lines are there, and one where none is", () => {
    expect(mixed([untaxed("300000", { kind: "domain" })])).toEqual([
      one("07", 300_000, 33_000, { stamp: "TD.01102" }),
    ]);
    expect(mixed([line({ amount: "1000000" })])).toEqual([one("04", 1_000_000, 110_000)]);
  });

  test("gives a discount to the part of its line, and one for all to both", () => {
    const lines = [
      line({ amount: "1000000", id: "h" }),
      line({ amount: "500000", kind: "domain", id: "d" }),
      line({ amount: "-100000", kind: "discount", appliesTo: "d" }),
      line({ amount: "-150000", kind: "discount" }),
    ];
    // The PPN of the covered part is not billed: 11 % of 900,000.
    const paid = invoice(lines, { tax: rp("99000"), total: rp("1349000") });
    expect(decided(paid, { company: covers("07", "domain") })).toEqual([
      one("04", 900_000, 99_000, { part: "04", reference: "INV-1-04" }),
      one("07", 350_000, 38_500, { part: "07", reference: "INV-1-07", stamp: "TD.01102" }),
    ]);
  });

  test.each<[string, string[], Parameters<typeof invoice>[1]]>([
    ["wholly, before the subtotal", ["-1410000"], { subtotal: rp("-110000"), total: 0n }],
    ["wholly, after it", ["-1410000"], { subtotal: rp("1300000"), total: 0n }],
    ["wholly, by two credits", ["-1000000", "-410000"], { subtotal: rp("1300000"), total: 0n }],
    ["mostly, before the subtotal", ["-1200000"], { subtotal: rp("100000"), total: rp("210000") }],
    ["mostly, after it", ["-1200000"], { subtotal: rp("1300000"), total: rp("210000") }],
    ["as much as one part is worth", ["-1110000"], { subtotal: rp("1300000"), total: rp("300000") }],
    ["in part", ["-500000"], { subtotal: rp("1300000"), total: rp("910000") }],
  ])("makes both of what was paid from credit %s", (_what, credits, head) => {
    const sold = [line({ amount: "1000000" }), untaxed("300000", { kind: "domain" })];
    const paid = [...sold, ...credits.map((amount) => untaxed(amount, { kind: "credit" }))];
    expect(mixed(paid, { tax: rp("110000"), ...head })).toEqual([
      one("04", 1_000_000, 110_000, { part: "04", reference: "INV-1-04" }),
      one("07", 300_000, 33_000, { part: "07", reference: "INV-1-07", stamp: "TD.01102" }),
    ]);
  });

  test("gives a discount to the part of its service, and none to a line that is on neither", () => {
    const lines = [
      line({ amount: "1000000", serviceId: "S1" }),
      untaxed("300000", { kind: "domain", serviceId: "D1" }),
      untaxed("50000", { kind: "lateFee", id: "fee" }),
      line({ amount: "-30000", kind: "discount", serviceId: "D1", taxed: true }),
      untaxed("-50000", { kind: "discount", appliesTo: "fee" }),
    ];
    const paid = invoice(lines, { tax: rp("110000"), total: rp("1380000") });
    expect(decided(paid, { company: covers("07", "domain") })).toEqual([
      one("04", 1_000_000, 110_000, { part: "04", reference: "INV-1-04" }),
      one("07", 270_000, 29_700, { part: "07", reference: "INV-1-07", stamp: "TD.01102" }),
    ]);
  });

  test("takes the tax out of the other lines only, where prices include it", () => {
    const lines = [line({ amount: "1110000" }), untaxed("300000", { kind: "domain" })];
    const paid = { pricesIncludeTax: true, subtotal: rp("1300000"), tax: rp("110000"), total: rp("1410000") };
    expect(mixed(lines, paid)).toEqual([
      one("04", 1_000_000, 110_000, { part: "04", reference: "INV-1-04" }),
      one("07", 300_000, 33_000, { part: "07", reference: "INV-1-07", stamp: "TD.01102" }),
    ]);
  });

  test("holds where the covered line was billed with tax", () => {
    expect(mixed([line({ amount: "1000000" }), line({ amount: "300000", kind: "domain" })])).toEqual([
      "hold amounts_do_not_add_up",
    ]);
  });

  test("parts carry the whole invoice to the cent, whatever its discounts", () => {
    fc.assert(
      fc.property(
        discountedLines,
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        (lines, domains) => {
          const kinds = lines.map((one, index) =>
            one.kind === "hosting" && domains[index] ? { ...one, kind: "domain" as const } : one,
          );
          const whole = invoice(kinds);
          const parts = partsOf(whole, covers("07", "domain"));
          for (const key of ["subtotal", "total", "tax"] as const) {
            expect(sum(parts.map((part) => part.invoice[key]))).toBe(whole[key]);
          }
          expect(sum(parts.flatMap((part) => part.invoice.lines.map((one) => one.amount)))).toBe(
            sum(whole.lines.map((one) => one.amount)),
          );
          expect(new Set(parts.map((part) => part.code)).size).toBe(parts.length);
        },
      ),
    );
  });
});

describe("the tax register", () => {
  const check: RegisterCheck = {
    ...{
      npwp: "0098765432109000",
      found: true,
      name: "PT CONTOH",
      address: "X",
      status: "AKTIF",
      active: true,
    },
    ...{ at: "2026-11-03T00:00:00.000Z", by: "finance" },
  };
  const paid = invoice([line({ amount: "1000000" })]);
  test.each<[string, RegisterCheck | null, unknown]>([
    ["was never asked", null, [one("04", 1_000_000, 110_000)]],
    ["knows the buyer", check, [one("04", 1_000_000, 110_000)]],
    [
      "does not know the buyer",
      { ...check, found: false, active: false, status: "tidak ada" },
      ["hold buyer_invalid"],
    ],
    ["says inactive", { ...check, active: false, status: "NON EFEKTIF" }, ["hold buyer_invalid"]],
    [
      "spoke of another NPWP",
      { ...check, npwp: "0012345678901000", active: false },
      [one("04", 1_000_000, 110_000)],
    ],
  ])("%s", (_name, register, expected) => {
    expect(decided(paid, { register })).toEqual(expected);
  });
});

describe("the fakturs an invoice rests on", () => {
  const row = (
    id: string,
    part: string | null,
    state: "approved" | "cancelled" | "ready" | "rejected" | "replaced" = "approved",
    revision = 1,
    replaced: { readonly replaces_id?: string; readonly nsfp?: string } = {},
  ) => ({
    ...{ id, part, state, revision, ...replaced },
  });
  test.each<[string, ReturnType<typeof row>[], (string | null)[], boolean]>([
    ["none", [], [], false],
    ["one", [row("a", null)], ["a"], true],
    ["one that is gone", [row("a", null, "cancelled")], [], false],
    ["two parts", [row("a", "04"), row("b", "07")], ["a", "b"], true],
    ["a part that is gone", [row("a", "04", "cancelled"), row("b", "07")], [null, "b"], false],
    [
      "a part made anew",
      [row("a", "04", "cancelled"), row("b", "07"), row("c", "04", "ready", 2)],
      ["c", "b"],
      true,
    ],
    [
      "parts gone, one for all",
      [row("a", "04", "cancelled"), row("b", "07", "cancelled"), row("c", null, "ready", 2)],
      ["c"],
      true,
    ],
    [
      "parts gone, other parts",
      [
        row("a", "04", "cancelled"),
        row("b", "07", "cancelled"),
        row("c", "04", "ready", 2),
        row("d", "08", "ready", 2),
      ],
      ["c", "d"],
      true,
    ],
    ["one replaced by what is not known", [row("a", null, "replaced")], ["a"], true],
    ["a part replaced by what is not known", [row("a", "04", "replaced"), row("b", "07")], ["a", "b"], true],
    [
      "one replaced, its replacement cancelled",
      [row("a", null, "replaced"), row("b", null, "cancelled", 2, { replaces_id: "a", nsfp: "0401" })],
      [],
      false,
    ],
    [
      "one replaced by what is not known, after a replacement that was never approved",
      [row("a", null, "replaced"), row("b", null, "cancelled", 2, { replaces_id: "a" })],
      ["a"],
      true,
    ],
    [
      "one replaced by what is not known, after another that was approved and cancelled",
      [row("a", null, "replaced"), row("b", null, "cancelled", 2, { replaces_id: "x", nsfp: "0401" })],
      ["a"],
      true,
    ],
    [
      "a part replaced by what is not known, the other made anew",
      [row("a", "04", "replaced"), row("b", "07", "cancelled"), row("c", "07", "ready", 2)],
      ["a", "c"],
      true,
    ],
    [
      "one replaced, another in its place",
      [row("a", null, "replaced"), row("b", null, "ready", 2)],
      ["b"],
      true,
    ],
    [
      "a part replaced by what is not known, one for all behind it",
      [row("a", "04", "replaced"), row("b", "07", "cancelled"), row("c", null, "approved", 2)],
      ["c"],
      true,
    ],
  ])("%s", (_name, rows, slots, complete) => {
    expect(slotsOf(rows).map((slot) => slot?.id ?? null)).toEqual(slots);
    expect(isWholeLive(rows)).toBe(complete);
  });

  test("the first part holds the key of the whole, so that a faktur for all cannot live beside parts", () => {
    expect([liveKeyOf("i", 0, null), liveKeyOf("i", 0, "04"), liveKeyOf("i", 1, "07")]).toEqual([
      "i",
      "i",
      "i#07",
    ]);
  });
});
