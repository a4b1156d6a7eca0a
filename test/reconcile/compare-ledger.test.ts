/** Proves what the ledger is told to hold against itself: work that waits too long, deadlines, doubled fakturs, untied moves. */
import {
  AT_AUTHORITY_MS,
  compareLive,
  compareMoves,
  compareOpenFakturs,
  compareOpenInvoices,
  DECIDING_MS,
  type OpenFaktur,
  type OpenInvoice,
} from "../../src/reconcile/compare-ledger";
import { day, NOW, told } from "./examples";

const FROM = day("2026-10-11");
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const work = { seller: "utama", portal: "toko", invoiceId: "1", invoiceNumber: "INV-1" };

const invoice = (more: Partial<OpenInvoice> = {}): OpenInvoice => ({
  ...{ ...work, since: ago(0), decision: "undecided", taxDay: day("2026-11-03"), reasons: [] },
  ...more,
});
const open = (more: Partial<OpenFaktur> = {}): OpenFaktur => ({
  ...{
    ...work,
    since: ago(0),
    faktur: "f",
    reference: "INV-1",
    state: "pending",
    deadline: day("2026-12-20"),
  },
  ...more,
});

const LATE = day("2026-10-15");
const late = new Date("2026-11-21T06:00:00+07:00");

test.each([
  ["decided soon enough", invoice({ since: ago(DECIDING_MS - 1) }), []],
  ["undecided for a day", invoice({ since: ago(DECIDING_MS) }), ["waiting_too_long 1"]],
  [
    "unread for a day",
    invoice({ decision: "unread", taxDay: null, since: ago(DECIDING_MS) }),
    ["waiting_too_long 1"],
  ],
  ["held for as long as it takes", invoice({ decision: "held", since: ago(DECIDING_MS * 9) }), []],
])("an invoice %s", (_what, one, expected) => {
  expect(told(compareOpenInvoices([one], FROM, NOW))).toEqual(expected);
});

test.each([
  [[], ["deadline_passed_without_faktur 1"]],
  [["foreign_currency"], ["deadline_passed_without_faktur 1"]],
  [["refunded_before_issue"], []],
  [["refunded_in_part", "refunded_before_issue"], ["deadline_passed_without_faktur 1"]],
  [["refunded_in_part", "refunded_before_issue", "cancelled_in_portal"], []],
  [["unpaid_again"], []],
  [["cancelled_in_portal"], []],
])("an invoice held for %j past its deadline", (reasons, expected) => {
  const held = invoice({ decision: "held", taxDay: LATE, reasons });
  expect(told(compareOpenInvoices([held], FROM, late))).toEqual(expected);
  expect(compareOpenInvoices([held], FROM, new Date("2026-11-20T23:59:59+07:00"))).toEqual([]);
});

test("a deadline that passed before the days that are looked at is not told for ever", () => {
  const held = invoice({ decision: "held", taxDay: LATE });
  expect(compareOpenInvoices([held], day("2026-11-21"), late)).toEqual([]);
});

test.each([
  ["pending for three days", open({ since: ago(AT_AUTHORITY_MS) }), ["waiting_too_long 1"]],
  ["pending for less", open({ since: ago(AT_AUTHORITY_MS - 1) }), []],
  ["a draft for weeks", open({ state: "draft", since: ago(AT_AUTHORITY_MS * 9) }), []],
  [
    "a draft past its deadline",
    open({ state: "draft", deadline: day("2026-11-19") }),
    ["deadline_passed_without_faktur 1"],
  ],
  [
    "refused and past its deadline",
    open({ state: "rejected", deadline: day("2026-11-19") }),
    ["deadline_passed_without_faktur 1"],
  ],
  ["on its last day", open({ deadline: day("2026-11-20") }), []],
])("a faktur %s", (_what, one, expected) => {
  expect(told(compareOpenFakturs([one], FROM, NOW))).toEqual(expected);
});

test("two live fakturs of one invoice and a service moved without a ticket are told (T23)", () => {
  const twice = { ...work, since: ago(0), part: null, references: ["INV-1", "INV-1-2"] };
  expect(compareLive([twice])).toMatchObject([{ code: "two_live_fakturs", ours: "INV-1, INV-1-2" }]);
  const move = { seller: "utama", portal: "toko", service: "S12", fromAccount: "77", toAccount: "90" };
  expect(compareMoves([move])).toMatchObject([
    { code: "service_moved_without_ticket", account: "77", ours: "S12: 77", theirs: "S12: 90" },
  ]);
});
