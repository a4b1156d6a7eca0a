/**
 * The pure rules behind the papers of a month. Tables say where a faktur stands in the return and where an invoice
 * belongs; properties say, for arbitrary months, that the three blocks part the invoices and that every sum ties.
 */
import fc from "fast-check";
import type { Period, TaxDay } from "../../src/clock";
import { FAKTUR_STATES, isLive, TRANSACTION_CODES, type FakturState } from "../../src/faktur/faktur";
import { REASON_CODES, type ReasonCode } from "../../src/faktur/reasons";
import type { InvoiceLine, PaidInvoice } from "../../src/hooks/invoice";
import { digunggungReport, type PlacedInvoice } from "../../src/reports/digunggung";
import { daysOf, instantsOf, monthsFrom, parsePeriod } from "../../src/reports/masa";
import { placeInvoice, type LedgerInvoice, type PlacedFaktur } from "../../src/reports/placement";
import { SPT_BLOCKS, sptBlock, sptReport, sptSection, type SptRow } from "../../src/reports/spt";

const MASA = "2026-11" as Period;
const DAY = "2026-11-03" as TaxDay;
const SELLER = {
  ...{
    slug: "utama",
    npwp: "0098765432109000",
    nitku: "0098765432109000000000",
    name: "PT H",
    address: "JL",
  },
  ...{ city: "SBY", email: "a@b.example", signer: { name: "B", npwp: null, title: null } },
};
const TERMS = { seller: SELLER, codes: {} };

const line = (more: Partial<InvoiceLine> = {}): InvoiceLine => ({
  ...{ id: "1", kind: "hosting", description: "Hosting", quantity: 100n, amount: 1_000_000_00n, taxed: true },
  ...{ serviceId: null, periodStart: null, periodEnd: null, appliesTo: null },
  ...more,
});
const invoice = (more: Partial<PaidInvoice> = {}): PaidInvoice => ({
  ...{ invoiceId: "1", number: "INV-1", account: { id: "77", name: "A", email: null }, currency: "IDR" },
  ...{ pricesIncludeTax: false, paidAt: new Date("2026-11-03T02:00:00Z"), taxDay: DAY },
  ...{ subtotal: 1_000_000_00n, tax: 110_000_00n, total: 1_110_000_00n, lines: [line()] },
  ...more,
});
const ledger = (more: Partial<LedgerInvoice> = {}): LedgerInvoice => ({
  ...{ content: invoice(), decision: "skipped", reasons: ["no_company"], portalState: "paid" },
  ...{ fakturs: [], kurs: null },
  ...more,
});
const faktur = (more: Partial<PlacedFaktur> = {}): PlacedFaktur => ({
  ...{ id: "f1", state: "approved", period: MASA, code: "04", revision: 1, part: null },
  ...{ replaces_id: null, nsfp: null },
  ...{ dpp: 1_000_000_00n, dppNilaiLain: 916_667_00n, ppn: 110_000_00n },
  ...more,
});

describe("a faktur in the return", () => {
  test.each<[FakturState, string]>([
    ["draft", "pending"],
    ["ready", "pending"],
    ["submitting", "pending"],
    ["pending", "pending"],
    ["unknown", "pending"],
    ["rejected", "pending"],
    ["approved", "counted"],
    ["cancelling", "counted"],
    ["replacing", "counted"],
    ["cancelled", "cancelled"],
    ["replaced", "replaced"],
  ])("%s is %s", (state, block) => {
    expect(sptBlock(state)).toBe(block);
    expect(sptBlock(state, "nsfp_taken")).toBe(block);
  });

  test("replaced by what is not known here it stands apart, and not among what was rightly dropped", () => {
    const problem = "replaced_at_authority";
    expect([sptBlock("replaced", problem), sptBlock("pending", problem)]).toEqual([
      "replacementUnknown",
      "replacementUnknown",
    ]);
  });

  test("codes 02 and 03 are collected by the buyer, 07 not at all, 08 waived, the rest by the seller", () => {
    expect(Object.fromEntries(TRANSACTION_CODES.map((code) => [code, sptSection(code)]))).toEqual({
      ...{ "01": "collected", "02": "collectedByBuyer", "03": "collectedByBuyer", "04": "collected" },
      ...{ "05": "collected", "06": "collected", "07": "notCollected", "08": "exempt" },
      ...{ "09": "collected", "10": "collected" },
    });
  });

  const anyRow = fc.record({
    state: fc.constantFrom(...FAKTUR_STATES),
    code: fc.constantFrom(...TRANSACTION_CODES),
    dpp: fc.bigInt(0n, 10n ** 12n),
    dppNilaiLain: fc.bigInt(0n, 10n ** 12n),
    ppn: fc.bigInt(0n, 10n ** 11n),
    kind: fc.constantFrom("normal", "replacement"),
    problem: fc.constantFrom(null, "nsfp_taken", "replaced_at_authority"),
  });

  test("for any month codes and sections add up to what is counted, and nothing counts twice", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 40 }), (made) => {
        const rows = made.map((row) => ({
          ...row,
          block: sptBlock(row.state, row.problem),
        })) as unknown as SptRow[];
        const report = sptReport("utama", MASA, rows);
        for (const key of ["count", "dpp", "dppNilaiLain", "ppn"] as const) {
          const all = (list: readonly Readonly<Record<typeof key, bigint | number>>[]) =>
            list.reduce((sum, one) => sum + BigInt(one[key]), 0n);
          expect(all(report.byCode)).toBe(BigInt(report.counted[key]));
          expect(all(Object.values(report.bySection))).toBe(BigInt(report.counted[key]));
        }
        const { counted, pending, pendingReplacements, replacementUnknown, dropped } = report;
        const apart = pending.count + pendingReplacements.count + replacementUnknown.count;
        expect(counted.count + apart + dropped.cancelled + dropped.replaced).toBe(rows.length);
        expect(new Set(rows.map((row) => row.block)).size).toBeLessThanOrEqual(SPT_BLOCKS.length);
      }),
    );
  });
});

describe("where an invoice belongs", () => {
  test.each<[string, Partial<LedgerInvoice>, string]>([
    ["no company", {}, "digunggung no_company"],
    ["a requested company", { reasons: ["company_requested"] }, "digunggung company_requested"],
    ["a suspended company", { reasons: ["company_suspended"] }, "digunggung company_suspended"],
    ["a live faktur, whatever was decided", { fakturs: [faktur()], decision: "skipped" }, "faktur"],
    ["a refused faktur", { fakturs: [faktur({ state: "rejected" })], decision: "issuing" }, "faktur"],
    [
      "a cancelled faktur",
      { fakturs: [faktur({ state: "cancelled" })], decision: "issuing" },
      "neither faktur_cancelled",
    ],
    [
      "a faktur replaced by what is not known here",
      { fakturs: [faktur({ state: "replaced" })], decision: "issuing" },
      "neither replaced_at_authority",
    ],
    ["a container", { reasons: ["container"] }, "neither container"],
    ["a deposit", { reasons: ["deposit"] }, "neither deposit"],
    ["nothing taxed", { reasons: ["nothing_taxed"] }, "neither nothing_taxed"],
    [
      "held",
      { decision: "held", reasons: ["buyer_invalid", "past_deadline"] },
      "neither buyer_invalid,past_deadline",
    ],
    ["being decided", { decision: "undecided" }, "neither being_decided"],
    ["not read yet", { decision: "unread", content: null }, "neither being_read"],
    ["unpaid again", { portalState: "unpaid" }, "neither unpaid_again"],
    ["cancelled in the portal", { portalState: "cancelled" }, "neither cancelled_in_portal"],
    ["a bill not paid", { portalState: "billed" }, "neither not_paid_in_portal"],
    [
      "wrong sums",
      { content: invoice({ tax: 1_00n, total: 1_000_001_00n }) },
      "neither amounts_do_not_add_up",
    ],
    ["dollars without a rate", { content: invoice({ currency: "USD" }) }, "neither foreign_currency"],
    ["a day before the law", { content: invoice({ taxDay: "2021-01-05" as TaxDay }) }, "neither law_unknown"],
  ])("%s", (_name, more, place) => {
    const placed = placeInvoice(ledger(more), TERMS);
    const why = placed.block === "digunggung" ? placed.because : placed.reasons.join();
    expect(`${placed.block} ${why}`.trim()).toBe(place);
  });

  test("a part without its faktur is told beside the part that has one", () => {
    const fakturs = [faktur({ part: "04" }), faktur({ id: "f2", part: "07", state: "cancelled" })];
    expect(placeInvoice(ledger({ fakturs, decision: "issuing" }), TERMS)).toMatchObject({
      ...{ block: "faktur", reasons: ["faktur_cancelled"], fakturs: [{ id: "f1" }] },
    });
  });

  test("a replacement under way does not count beside its original, an approved one in its place", () => {
    const next = faktur({ id: "f2", state: "pending", revision: 2, replaces_id: "f1", ppn: 99_000_00n });
    const ids = (fakturs: PlacedFaktur[]) => {
      const placed = placeInvoice(ledger({ fakturs, decision: "issuing" }), TERMS);
      return placed.block === "faktur" ? placed.fakturs.map((one) => one.id) : placed.block;
    };
    expect(ids([faktur({ state: "replacing" }), next])).toEqual(["f1"]);
    expect(ids([faktur({ state: "replaced" }), { ...next, state: "approved" }])).toEqual(["f2"]);
    expect(ids([faktur({ state: "cancelled" }), next])).toEqual(["f2"]);
    expect(ids([faktur({ part: "04" }), faktur({ id: "f2", part: "07", state: "pending" })])).toEqual([
      "f1",
      "f2",
    ]);
  });

  test.each<[string, Partial<PaidInvoice>, [bigint, bigint, bigint]]>([
    [
      "a third of a rupiah",
      { subtotal: 33_250_00n, tax: 3_657_50n, total: 36_907_50n, lines: [line({ amount: 33_250_00n })] },
      [33_250_00n, 30_479_00n, 3_658_00n],
    ],
    [
      "tax inside",
      {
        pricesIncludeTax: true,
        subtotal: 135_135_14n,
        tax: 14_864_86n,
        total: 150_000_00n,
        lines: [line({ amount: 150_000_00n })],
      },
      [135_135_00n, 123_874_00n, 14_865_00n],
    ],
    [
      "an untaxed line beside",
      {
        subtotal: 1_300_000_00n,
        total: 1_410_000_00n,
        lines: [line(), line({ id: "2", amount: 300_000_00n, taxed: false })],
      },
      [1_000_000_00n, 916_667_00n, 110_000_00n],
    ],
    ["the law of 2024", { taxDay: "2024-06-03" as TaxDay }, [1_000_000_00n, 1_000_000_00n, 110_000_00n]],
  ])("the recap computes %s like a faktur of its day", (_name, more, [dpp, dppNilaiLain, ppn]) => {
    expect(placeInvoice(ledger({ content: invoice(more) }), TERMS)).toMatchObject({
      amounts: { dpp, dppNilaiLain, ppn },
    });
  });

  const anyInvoice = fc
    .record({
      amount: fc.bigInt(1n, 10n ** 11n),
      right: fc.boolean(),
      currency: fc.constantFrom("IDR", "IDR", "USD"),
      decision: fc.constantFrom("unread", "undecided", "issuing", "held", "skipped"),
      reason: fc.constantFrom<ReasonCode>(
        "no_company",
        "company_requested",
        "container",
        "deposit",
        "buyer_invalid",
      ),
      portalState: fc.constantFrom("paid", "paid", "unpaid", "cancelled", "billed"),
      states: fc.array(fc.constantFrom(...FAKTUR_STATES), { maxLength: 3 }),
    })
    .map(({ amount, right, currency, decision, reason, portalState, states }): LedgerInvoice => {
      const tax = right ? (amount * 11n + 50n) / 100n : 1n;
      const content = invoice({
        currency,
        subtotal: amount,
        tax,
        total: amount + tax,
        lines: [line({ amount })],
      });
      return {
        ...({ decision, portalState, reasons: [reason], kurs: null } as const),
        content: decision === "unread" ? null : content,
        fakturs: states.map((state, index) => faktur({ id: `f${index}`, state, revision: index + 1 })),
      };
    });

  test("for any month each invoice stands in one block with its reason, and the recap's sums tie", () => {
    fc.assert(
      fc.property(fc.array(anyInvoice, { maxLength: 25 }), (month) => {
        const placed: PlacedInvoice[] = month.map((one, index) => ({
          ...{ portal: "toko", invoiceId: String(index), number: null, currency: null },
          taxDay: one.content === null ? null : `2026-11-${String((index % 28) + 1).padStart(2, "0")}`,
          ...{ subtotal: null, tax: null, total: null, placement: placeInvoice(one, TERMS) },
        }));
        const report = digunggungReport("utama", MASA, placed, []);
        const { faktur: issued, digunggung, neither } = report.blocks;
        expect(issued + digunggung + neither).toBe(month.length);
        expect(issued).toBe(month.filter((one) => one.fakturs.some((own) => isLive(own.state))).length);
        expect([report.total.count, report.neither.reduce((sum, one) => sum + one.count, 0)]).toEqual([
          digunggung,
          neither,
        ]);
        for (const { placement } of placed) {
          if (placement.block === "neither") expect(placement.reasons.length).toBeGreaterThan(0);
          const codes = placement.block === "digunggung" ? [placement.because] : placement.reasons;
          expect(codes.filter((code) => !REASON_CODES.includes(code))).toEqual([]);
        }
        const own = placed.flatMap(({ placement }) =>
          placement.block === "digunggung" ? [placement.amounts] : [],
        );
        for (const key of ["dpp", "dppNilaiLain", "ppn"] as const) {
          const sum = own.reduce((total, one) => total + one[key], 0n);
          expect(report.total[key]).toBe(sum);
          expect(report.days.reduce((total, one) => total + one[key], 0n)).toBe(sum);
          expect(report.byReason.reduce((total, one) => total + one[key], 0n)).toBe(sum);
          expect(sum % 100n).toBe(0n);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test("a masa has its days in Jakarta, the shorter February too", () => {
  const ends = (masa: string) => [daysOf(masa as Period)[0], daysOf(masa as Period).at(-1)];
  expect(ends("2024-02")).toEqual(["2024-02-01", "2024-02-29"]);
  expect(ends("2026-12")).toEqual(["2026-12-01", "2026-12-31"]);
  expect(instantsOf(MASA)).toEqual({ from: "2026-10-31T17:00:00.000Z", before: "2026-11-30T17:00:00.000Z" });
  expect([monthsFrom(MASA, 2), monthsFrom(MASA, -11)]).toEqual(["2027-01", "2025-12"]);
  expect(["2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", ""].map(parsePeriod)).toEqual(
    Array(6).fill(null),
  );
});
