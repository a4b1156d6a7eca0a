/**
 * The lawful document for what happened to an invoice: the table of tax-rules 7.4 and the amounts of section 9, by
 * value, with properties over any price.
 */
import fc from "fast-check";
import type { Period, TaxDay } from "../../src/clock";
import { CASE_KINDS, proposeCorrection, waitsForBuyer, type CaseFacts } from "../../src/faktur/case-rules";
import { sptDueDay } from "../../src/faktur/law";
import { withheldTax } from "../../src/faktur/withheld";

const day = (value: string) => value as TaxDay;
const rupiah = (value: number) => BigInt(Math.round(value * 100));

/** A faktur of Rp 10,000,000 of 3 November, approved; the worked example of tax-rules 9. */
const facts = (more: Partial<CaseFacts> = {}): CaseFacts => ({
  kind: "partial_refund",
  faktur: { date: day("2026-11-03"), period: "2026-11" as Period, transactionCode: "04", approved: true },
  dpp: rupiah(10_000_000),
  ppn: rupiah(1_100_000),
  amount: null,
  serviceBegan: null,
  dueOn: day("2026-11-03"),
  happenedOn: day("2026-11-20"),
  today: day("2026-11-22"),
  ...more,
});

const standing = (more: object) => ({ ...facts().faktur, ...more }) as NonNullable<CaseFacts["faktur"]>;

/** Billed with the cents that a portal computes. */
const rounded = { dpp: rupiah(33_250), ppn: rupiah(3_658), billed: rupiah(36_907.5) };

const underFacility = (amount: number): Partial<CaseFacts> => ({
  faktur: standing({ transactionCode: "07" }),
  amount: rupiah(amount),
});

type Row = [what: string, more: Partial<CaseFacts>, document: string, deadline: string | null];

const TABLE: Row[] = [
  ["full refund, service never began", { kind: "refund", serviceBegan: false }, "cancel", "2026-12-31"],
  ["full refund, start unknown", { kind: "refund" }, "cancel", "2026-12-31"],
  [
    "full refund after the service began",
    { kind: "refund", serviceBegan: true },
    "nota_pembatalan_by_buyer",
    "2026-11-20",
  ],
  ["full refund after the SPT was due", { kind: "refund", today: day("2027-01-05") }, "cancel", "2026-12-31"],
  ["refund of the whole gross", { amount: rupiah(11_100_000) }, "cancel", "2026-12-31"],
  ["refund of all but a rupiah", { amount: rupiah(11_099_999) }, "nota_pembatalan_by_buyer", "2026-11-20"],
  [
    "refund of all that was billed, whose cents the faktur has rounded up",
    { ...rounded, amount: rupiah(36_907.5) },
    "cancel",
    "2026-12-31",
  ],
  [
    "the last part of all that was billed",
    { ...rounded, amount: rupiah(6_907.5), inParts: rupiah(36_907.5) },
    "cancel",
    "2026-12-31",
  ],
  [
    "refund of a cent less than was billed",
    { ...rounded, amount: rupiah(36_907.49) },
    "nota_pembatalan_by_buyer",
    "2026-11-20",
  ],
  ["refund of a price without PPN, under a facility", underFacility(10_000_000), "cancel", "2026-12-31"],
  ["refund of less than that", underFacility(9_999_999), "nota_pembatalan_by_buyer", "2026-11-20"],
  [
    "partial refund of a delivered service",
    { amount: rupiah(3_000_000), serviceBegan: true },
    "nota_pembatalan_by_buyer",
    "2026-11-20",
  ],
  ["a 2 % refund", { amount: rupiah(200_000) }, "none_pph23", null],
  ["a 2 % refund reckoned on 11/12", { amount: rupiah(183_333.33) }, "none_pph23", null],
  ["a 2 % refund reckoned with PPN inside", { amount: rupiah(222_000) }, "none_pph23", null],
  ["a 2 % refund rounded to the hundred", { amount: rupiah(200_080) }, "none_pph23", null],
  ["near 2 %, but not it", { amount: rupiah(201_000) }, "nota_pembatalan_by_buyer", "2026-11-20"],
  ["a short payment of 2 %", { kind: "unpaid_again", amount: rupiah(200_000) }, "none_pph23", null],
  ["a wrong amount that is 2 %", { kind: "wrong_amount", amount: rupiah(200_000) }, "none_pph23", null],
  ["a mail that bounced", { kind: "mail_bounced" }, "none", null],
  ["unpaid again, a chargeback", { kind: "unpaid_again" }, "none", null],
  [
    "a collector pays without PPN",
    { amount: rupiah(1_100_000), faktur: standing({ transactionCode: "03" }) },
    "none",
    null,
  ],
  [
    "a collector withholds 2 % too",
    { amount: rupiah(1_300_000), faktur: standing({ transactionCode: "02" }) },
    "none_pph23",
    null,
  ],
  [
    "an ordinary buyer pays without PPN",
    { amount: rupiah(1_100_000) },
    "nota_pembatalan_by_buyer",
    "2026-11-20",
  ],
  [
    "cancelled in the portal before it began",
    { kind: "cancelled_in_portal", serviceBegan: false },
    "cancel",
    "2026-12-31",
  ],
  [
    "cancelled in the portal after it began",
    { kind: "cancelled_in_portal", serviceBegan: true },
    "nota_pembatalan_by_buyer",
    "2026-11-20",
  ],
  ["wrong buyer", { kind: "wrong_buyer" }, "cancel_and_new", "2027-02-03"],
  [
    "wrong buyer on a late faktur: the new one is due since the payment too",
    { kind: "wrong_buyer", faktur: standing({ date: day("2026-12-22"), period: "2026-12" }) },
    "cancel_and_new",
    "2027-02-03",
  ],
  ["wrong amount", { kind: "wrong_amount" }, "replace", "2026-12-20"],
  [
    "wrong amount, found next month",
    { kind: "wrong_amount", today: day("2026-12-02") },
    "replace",
    "2027-01-20",
  ],
  ["duplicate", { kind: "duplicate" }, "cancel", "2026-12-31"],
  ["a cancellation that was asked for", { kind: "cancel_asked" }, "cancel", "2026-12-31"],
  [
    "wrong amount, not approved yet",
    { kind: "wrong_amount", faktur: standing({ approved: false }) },
    "cancel_and_new",
    "2026-12-20",
  ],
  [
    "full refund, not approved yet",
    { kind: "refund", serviceBegan: true, faktur: standing({ approved: false }) },
    "cancel",
    "2026-12-31",
  ],
];

test.each(TABLE)("%s", (_what, more, document, deadline) => {
  const proposal = proposeCorrection(facts(more));
  expect([proposal.document, proposal.deadline]).toEqual([document, deadline]);
});

test.each(CASE_KINDS)("nothing is proposed for %s when no faktur stands", (kind) => {
  expect(proposeCorrection(facts({ kind, faktur: null })).document).toBe("none");
});

test("every proposal that changes a document names its article and what to attach", () => {
  for (const [, more] of TABLE) {
    const { document, why, attach } = proposeCorrection(facts(more));
    if (document === "none") continue;
    expect(why.id).toMatch(/pasal/);
    expect(why.en).toMatch(/art\./);
    expect(attach.length).toBeGreaterThan(0);
  }
});

const wholeRefund = (today: string) => proposeCorrection(facts({ kind: "refund", today: day(today) }));

test("who undoes a transaction is told of the SPT from the day after it was due, and of both proofs", () => {
  expect(wholeRefund("2026-12-31").why.en).not.toMatch(/may have been filed/);
  expect(wholeRefund("2027-01-01").why.en).toMatch(/may have been filed/);
  for (const today of ["2026-12-31", "2027-01-01"]) {
    expect(wholeRefund(today).attach.map((one) => one.en)).toEqual([
      expect.stringContaining("undone"),
      expect.stringContaining("refund"),
    ]);
  }
});

test.each<[string, number, RegExp[]]>([
  ["the PPN", 1_100_000, [/paying the PPN/]],
  ["the PPN and 2 %", 1_300_000, [/paying the PPN/, /bukti potong/]],
  ["2 %", 200_000, [/bukti potong/]],
])("a collector who keeps %s is asked for the proof of it", (_what, amount, proofs) => {
  const kept = facts({ amount: rupiah(amount), faktur: standing({ transactionCode: "02" }) });
  const { attach, why } = proposeCorrection(kept);
  expect(attach).toHaveLength(proofs.length);
  proofs.forEach((proof, index) => expect(attach[index]?.en).toMatch(proof));
  expect(why.id).toMatch(/pasal/);
});

type Withheld = [what: string, code: "04" | "02", price: number, amount: number, withheld: string | null];

/** tax-rules 7.4 and 9 over their worked example and over odd prices; the last column null is a refund like any other. */
const WITHHELD: Withheld[] = [
  ["2 % of the price", "04", 10_000_000, 200_000, "pph23"],
  ["2 % of an odd price, to the cent", "04", 1_234_567.89, 24_691.36, "pph23"],
  ["2 % of an odd price, to the rupiah below", "04", 1_234_567.89, 24_691, "pph23"],
  ["2 % of an odd price, to the rupiah above", "04", 1_234_567.89, 24_692, "pph23"],
  ["2 % rounded to the hundred", "04", 1_234_567, 24_700, "pph23"],
  ["2 % of 11/12", "04", 10_000_000, 183_333.33, "pph23"],
  ["2 % with the PPN inside", "04", 10_000_000, 222_000, "pph23"],
  ["4 %, where the payer found no NPWP", "04", 10_000_000, 400_000, "pph23"],
  ["4 % of 11/12", "04", 10_000_000, 366_667, "pph23"],
  ["4 % with the PPN inside", "04", 10_000_000, 444_000, "pph23"],
  ["a small price, 2 % to the rupiah", "04", 33_250, 665, "pph23"],
  ["the PPN, kept by a collector", "02", 10_000_000, 1_100_000, "collected"],
  ["PPN and 2 %, kept by a collector", "02", 10_000_000, 1_300_000, "collected_and_pph23"],
  ["PPN and 4 %, kept by a collector", "02", 10_000_000, 1_500_000, "collected_and_pph23"],
  ["2 % by a collector", "02", 10_000_000, 200_000, "pph23"],
  ["half of the price, given back to a collector", "02", 10_000_000, 5_000_000, null],
  ["PPN and a tenth, given back to a collector", "02", 10_000_000, 2_100_000, null],
  ["Rp 100 beside 2 %", "04", 1_000_000_000, 20_000_100, "pph23"],
  ["Rp 101 beside 2 % of a large price", "04", 1_000_000_000, 20_000_101, null],
  ["the PPN, kept by an ordinary buyer", "04", 10_000_000, 1_100_000, null],
  ["1.5 %", "04", 10_000_000, 150_000, null],
  ["2.5 %", "04", 10_000_000, 250_000, null],
  ["3 %", "04", 10_000_000, 300_000, null],
  ["a tenth", "04", 10_000_000, 1_000_000, null],
  ["Rp 101 beside 2 %", "04", 10_000_000, 200_101, null],
  ["half of a tenth of a percent beside 2 % of a small price", "04", 33_250, 699, null],
];

test.each(WITHHELD)("%s (%s) of %d: %d is %s", (_what, transactionCode, price, amount, withheld) => {
  const dpp = rupiah(price);
  const short = {
    dpp,
    ppn: (dpp * 11n) / 100n,
    amount: rupiah(amount),
    faktur: standing({ transactionCode }),
  };
  expect(withheldTax(short)).toBe(withheld);
  for (const kind of ["refund", "partial_refund", "unpaid_again", "wrong_amount"] as const) {
    const { document } = proposeCorrection(facts({ ...short, kind }));
    if (withheld === null) expect(document).not.toMatch(/^none_pph23$/);
    else expect(document).toBe(withheld === "collected" ? "none" : "none_pph23");
  }
});

const prices = fc.bigInt({ min: 100_000_00n, max: 10n ** 13n });

test("2 % of any price is income tax, never a return", () => {
  fc.assert(
    fc.property(
      prices,
      fc.constantFrom("refund", "partial_refund", "unpaid_again", "wrong_amount"),
      (dpp, kind) => {
        const ppn = (dpp * 11n) / 100n;
        const amount = (dpp * 2n) / 100n;
        expect(proposeCorrection(facts({ kind, dpp, ppn, amount })).document).toBe("none_pph23");
      },
    ),
  );
});

test("a tenth of any price, or more, is never taken for withheld income tax of an ordinary buyer", () => {
  fc.assert(
    fc.property(prices, fc.bigInt({ min: 10n, max: 111n }), (dpp, percent) => {
      const amount = (dpp * percent) / 100n;
      expect(withheldTax(facts({ dpp, ppn: (dpp * 11n) / 100n, amount }))).toBeNull();
    }),
  );
});

test.each([
  ["2026-11", "2026-12-31"],
  ["2026-12", "2027-01-31"],
  ["2027-01", "2027-02-28"],
])("the SPT of %s is due on %s", (period, due) => {
  expect(sptDueDay(period as Period)).toBe(due);
});

test.each([
  ["WAITING FOR CANCELLATION", true],
  ["WAITING_FOR_AMENDMENT", true],
  ["Waiting for Cancelation", true],
  ["APPROVAL_SUKSES", false],
  [null, false],
])("%j waits for the buyer: %s", (status, waits) => {
  expect(waitsForBuyer(status)).toBe(waits);
});
