// Proves what of the money that left a WHMCS invoice is a refund of its sale: only what leaves less than its gross paid in,
// whatever was paid twice, with which credit, and in which order the portal shows it.
import { refundsOf } from "../../../src/hooks/whmcs/invoice";
import { readShape, whmcsInvoice as invoiceShape, whmcsTransactions } from "../../../src/hooks/whmcs/shape";
import { formatMoney } from "../../../src/money";
import { whmcsInvoice, whmcsTransaction } from "../../support/whmcs-rows";

const GROSS = "1110000.00";
const payment = (id: number, amountin = GROSS) => whmcsTransaction(id, 7, { amountin });
const back = (id: number, amountout: string) => whmcsTransaction(id, 7, { amountin: "0.00", amountout });

function told(transactions: readonly object[], head: Record<string, unknown> = {}) {
  const { id, ...row } = whmcsInvoice(7, head);
  const invoice = readShape(invoiceShape, { ...row, invoiceid: id, items: { item: row.items } });
  const rows = readShape(whmcsTransactions, { transactions: { transaction: transactions } }).transactions;
  return refundsOf(invoice, rows, "Asia/Jakarta", new Date("2026-11-05T00:00:00Z")).map(
    ({ refundId, amount }) => `${refundId} ${amount === null ? "whole" : formatMoney(amount)}`,
  );
}

test.each<[string, object[], Record<string, unknown>, string[]]>([
  ["paid once, given back", [payment(1), back(2, GROSS)], {}, ["transaction-2 whole"]],
  ["paid once, given back in part", [payment(1), back(2, "5.00")], {}, ["transaction-2 5.00"]],
  ["paid twice, once given back", [payment(1), payment(2), back(3, GROSS)], {}, []],
  [
    "paid twice, both given back",
    [payment(1), payment(2), back(3, GROSS), back(4, GROSS)],
    {},
    ["transaction-4 whole"],
  ],
  [
    "paid twice, once given back in two parts",
    [payment(1), payment(2), back(3, "300000.00"), back(4, "810000.00")],
    {},
    [],
  ],
  [
    "paid twice, once and a part given back",
    [back(4, "300000.00"), payment(1), payment(2), back(3, GROSS)],
    {},
    ["transaction-4 300000.00"],
  ],
  [
    "paid twice, more than once given back at a stroke",
    [payment(1), payment(2), back(3, "1200000.00")],
    {},
    ["transaction-3 90000.00"],
  ],
  ["paid too much, the rest given back", [payment(1, "1200000.00"), back(2, "90000.00")], {}, []],
  ["paid with credit, and again by a gateway", [payment(1), back(2, GROSS)], { credit: GROSS }, []],
  [
    "paid with credit, withheld tax given back",
    [payment(1, "1090000.00"), back(2, "20000.00")],
    { credit: "20000.00" },
    ["transaction-2 20000.00"],
  ],
  [
    "inside a mass payment, which shows no payment of its own",
    [back(2, "20000.00")],
    { credit: GROSS },
    ["transaction-2 20000.00"],
  ],
  ["set to Paid by hand, without a payment", [back(2, "20000.00")], {}, ["transaction-2 20000.00"]],
  [
    "Refunded, however much came in",
    [payment(1), payment(2), back(3, GROSS)],
    { status: "Refunded" },
    ["transaction-3 whole"],
  ],
  [
    "given back in two parts",
    [payment(1), back(2, "500000.00"), back(3, "610000.00")],
    {},
    ["invoice-7 whole"],
  ],
  [
    "given back in two parts, and Refunded",
    [payment(1), back(2, "500000.00"), back(3, "610000.00")],
    { status: "Refunded" },
    ["invoice-7 whole"],
  ],
  [
    "paid too much, and all of it given back in two parts",
    [payment(1, "1200000.00"), back(2, "600000.00"), back(3, "600000.00")],
    {},
    ["invoice-7 whole"],
  ],
  [
    "paid twice, both given back, and Refunded",
    [payment(1), payment(2), back(3, GROSS), back(4, GROSS)],
    { status: "Refunded" },
    ["transaction-4 whole"],
  ],
  [
    "Refunded, a part of it into the client's credit balance",
    [payment(1), back(2, "500000.00")],
    { status: "Refunded" },
    ["transaction-2 whole"],
  ],
  [
    "given back, and some more by mistake",
    [payment(1), back(2, GROSS), back(3, "5.00")],
    {},
    ["transaction-2 whole"],
  ],
  [
    "given back twice, and Refunded",
    [payment(1), back(2, GROSS), back(3, GROSS)],
    { status: "Refunded" },
    ["transaction-2 whole"],
  ],
  [
    "given back as money that came in below zero",
    [payment(1), payment(2, `-${GROSS}`)],
    {},
    ["transaction-2 whole"],
  ],
  [
    "given back in part as money that came in below zero",
    [payment(1), payment(2, "-20000.00")],
    {},
    ["transaction-2 20000.00"],
  ],
  ["a free one", [], { subtotal: "0.00", tax: "0.00", total: "0.00" }, []],
])("%s", (_what, transactions, head, refunds) => {
  expect(told(transactions, head)).toEqual(refunds);
});
