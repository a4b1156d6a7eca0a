/**
 * Proves what the portal's paid list and the ledger are told to differ in, case by case: pure comparisons of rows, each
 * bent in one place. The numbers of traps are those of the acceptance list.
 */
import { compareMissing, comparePortal, untoldDifference } from "../../src/reconcile/compare-portal";
import { byId, day, listed, recorded, scope, told } from "./examples";

const compared = (
  ...args: Parameters<typeof comparePortal> extends [unknown, ...infer Rest] ? Rest : never
) => comparePortal(scope, ...args);

test("equal rows differ in nothing", () => {
  const result = compared([listed("1"), listed("2")], byId(recorded("1"), recorded("2")));
  expect(result).toEqual({ differences: [], untold: [], compared: 2 });
});

test.each([
  ["an amount that was edited after the payment (T13)", { gross: 55_500_000n }, "amount_differs"],
  ["another currency", { currency: "USD" }, "amount_differs"],
  ["another account, as after a merge of clients (T28)", { accountId: "78" }, "account_differs"],
  ["another day of payment", { paidAt: new Date("2026-11-04T00:00:01+07:00") }, "paid_day_differs"],
])("%s is told, the ledger stays", (_what, bent, code) => {
  const { differences, untold } = compared([listed("1", bent)], byId(recorded("1")));
  expect([told(differences), untold]).toEqual([[`${code} 1`], []]);
  expect(differences[0]).toMatchObject({ portal: "toko", seller: "utama", account: "77", mended: false });
});

test.each([
  ["the same day in Jakarta at another hour", { paidAt: new Date("2026-11-03T23:59:59+07:00") }],
  ["a list that tells neither account, day nor amount", { accountId: null, paidAt: null, gross: null }],
  ["a list without a currency", { currency: null }],
])("%s is no difference", (_what, bent) => {
  expect(compared([listed("1", bent)], byId(recorded("1"))).differences).toEqual([]);
});

test("an invoice wholly paid by credit is compared by any of its own figures (T4)", () => {
  const ours = recorded("1", { grosses: [111_000_000n, 0n] });
  expect(compared([listed("1", { gross: 0n })], byId(ours)).differences).toEqual([]);
  expect(compared([listed("1", { gross: 111_000_000n })], byId(ours)).differences).toEqual([]);
  expect(told(compared([listed("1", { gross: 1n })], byId(ours)).differences)).toEqual(["amount_differs 1"]);
});

test.each(["unpaid", "cancelled", "notPaid", "billed"] as const)(
  "paid there and %s here is to be read back",
  (standing) => {
    const { untold } = compared([listed("1")], byId(recorded("1", { standing })));
    expect(untold.map((row) => row.invoiceId)).toEqual(["1"]);
  },
);

test("what is being read back is known", () => {
  const ours = recorded("1", { standing: "reading", account: null, paidDay: null, grosses: [] });
  expect(compared([listed("1")], byId(ours))).toMatchObject({ differences: [], untold: [] });
});

test("a payment that no hook told is to be read back (T41)", () => {
  const { untold, compared: rows } = compared([listed("1")], byId());
  expect([untold.length, rows]).toEqual([1, 1]);
  const [row] = untold;
  expect(untoldDifference(scope, row!, undefined, true)).toMatchObject({
    ...{ code: "paid_in_portal_not_in_ledger", severity: "critical", mended: true },
    ...{ invoiceId: "1", account: "77", ours: null, theirs: "2026-11-03 · IDR 1110000.00" },
  });
});

test.each([
  ["before the portal was connected (T71)", "2025-12-31T23:00:00+07:00"],
  ["within the last hour", "2026-11-20T05:30:00+07:00"],
])("what was paid %s is not expected", (_what, at) => {
  const early = { ...scope, from: day("2025-12-01") };
  expect(comparePortal(early, [listed("1", { paidAt: new Date(at) })], byId()).untold).toEqual([]);
});

test("days outside the range are passed over, but for an invoice that either side has within", () => {
  const october = new Date("2026-10-01T09:00:00+07:00");
  expect(compared([listed("1", { paidAt: october })], byId())).toMatchObject({ compared: 0, untold: [] });
  const moved = compared([listed("1", { paidAt: october })], byId(recorded("1")));
  expect(told(moved.differences)).toEqual(["paid_day_differs 1"]);
});

describe("an invoice that the list has not shown", () => {
  const invoice = {
    ...{ invoiceId: "1", number: "INV-1", account: { id: "77", name: "PT", email: null }, currency: "IDR" },
    ...{ pricesIncludeTax: false, paidAt: new Date("2026-11-03T09:10:00+07:00"), taxDay: day("2026-11-03") },
    ...{ subtotal: 100_000_000n, tax: 11_000_000n, total: 111_000_000n, lines: [] },
  };

  test("and is paid all the same differs in nothing", () => {
    expect(compareMissing(scope, recorded("1"), { kind: "paid", invoice })).toEqual([]);
  });

  test("and says other figures when it is read is told by these", () => {
    const other = { ...invoice, account: { id: "9", name: "PT", email: null }, tax: 0n };
    expect(told(compareMissing(scope, recorded("1"), { kind: "paid", invoice: other }))).toEqual([
      "account_differs 1",
      "amount_differs 1",
    ]);
  });

  test.each([
    ["Unpaid", { kind: "notPaid", status: "Unpaid", state: "unpaid" }],
    ["absent", { kind: "absent" }],
    [null, null],
  ] as const)("and is %s there is told", (theirs, read) => {
    const differences = compareMissing(scope, recorded("1"), read);
    expect(told(differences)).toEqual(["in_ledger_not_paid_in_portal 1"]);
    expect(differences[0]?.theirs).toBe(theirs);
  });

  test("and was refunded is told only when no refund of it is known", () => {
    const read = { kind: "notPaid", status: "Refunded", state: "refunded" } as const;
    expect(compareMissing(scope, recorded("1", { refunded: true }), read)).toEqual([]);
    expect(compareMissing(scope, recorded("1"), read)).toHaveLength(1);
  });
});
