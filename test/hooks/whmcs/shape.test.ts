/**
 * The shapes in which WHMCS answers (trap T45): strings for numbers, five ways to write an empty list, one entry in place
 * of a list, zeros for a date. Each is read as the same thing, and what must not be guessed is refused with its place.
 */
import { accountOf } from "../../../src/hooks/whmcs/client";
import {
  amount,
  decoded,
  listIn,
  nested,
  readShape,
  whmcsClient,
  whmcsInvoice,
  whmcsPage,
} from "../../../src/hooks/whmcs/shape";
import { whmcsClient as clientRow, whmcsInvoice as invoiceRow, whmcsItem } from "../../support/whmcs-rows";

const line = whmcsItem({ id: "7" });
const wrapped = (items: unknown, more: Record<string, unknown> = {}) => {
  const { id, items: _items, ...columns } = invoiceRow(12);
  return { result: "success", invoiceid: id, ...columns, items, ...more };
};
const read = (raw: unknown) => readShape(whmcsInvoice, raw);

test.each([
  ["a list", { item: [line, whmcsItem({ id: "8" })] }, 2],
  ["a list of one", { item: [line] }, 1],
  ["the one itself", { item: line }, 1],
  ["an object with numbers for keys", { item: { "1": line, "4": whmcsItem({ id: 9 }) } }, 2],
  ["no wrapper", [line], 1],
  ["an empty text", "", 0],
  ["an empty list", [], 0],
  ["an empty object", {}, 0],
  ["an empty wrapper", { item: "" }, 0],
  ["a list of empty lists", { item: [[]] }, 0],
  ["null", null, 0],
  ["nothing", undefined, 0],
])("T45: items as %s", (_shape, items, count) => {
  expect(read(wrapped(items)).items).toHaveLength(count);
});

test("T45: strings, numbers and what is missing are the same figures", () => {
  const strings = read(wrapped({ item: line }));
  const numbers = read(
    wrapped(
      { item: { ...line, id: 7, relid: "12", amount: 1_000_000, taxed: "1" } },
      {
        invoiceid: "12",
        userid: "77",
        subtotal: 1_000_000,
        tax: 110_000.0,
        tax2: "",
        credit: null,
        total: "1110000",
      },
    ),
  );
  expect(numbers).toEqual(strings);
  expect(strings).toMatchObject({ subtotal: 100_000_000n, tax: 11_000_000n, tax2: 0n, credit: 0n });
});

test.each([
  ["15.95", 1595n],
  [15.95, 1595n],
  ["-3.5", -350n],
  [" 10 ", 1000n],
  ["11.5000", 1150n],
  ["1000000.00", 100_000_000n],
])("an amount of %j is %s hundredths", (written, hundredths) => {
  expect(amount.parse(written)).toBe(hundredths);
});

test.each(["", "1,000.00", "Rp 5", "1e3", "0.005", 0.1 + 0.2, null, [], {}, "1.2.3", Number.NaN, Infinity])(
  "an amount of %j is refused, not rounded",
  (written) => {
    expect(amount.safeParse(written).success).toBe(false);
  },
);

test.each([
  ["subtotal", { subtotal: "" }, "/subtotal"],
  ["total", { total: "1.110.000,00" }, "/total"],
  ["an id of a line", {}, "/items/0/id"],
])("an invoice without a readable %s is unreadable, with the place", (_what, more, path) => {
  const items = { item: path.startsWith("/items") ? { ...line, id: "0" } : line };
  expect(() => read(wrapped(items, more))).toThrow(
    expect.objectContaining({
      code: "portal_invoice_unreadable",
      mayRetry: false,
      faults: [expect.objectContaining({ path })],
    }),
  );
});

test("T45: keys written as in the samples of the documentation are put together again", () => {
  const { id, items: _items, ...columns } = invoiceRow(12);
  const flat = {
    invoiceid: id,
    ...columns,
    "items[item][0][id]": "1",
    "items[item][0][type]": "Hosting",
    "items[item][0][relid]": "1",
    "items[item][0][description]": "Sample (01/01/2016 - 31/01/2016)",
    "items[item][0][amount]": "15.95",
    "items[item][0][taxed]": "0",
    transactions: "",
  };
  expect(read(flat).items).toEqual([
    {
      ...{ id: "1", type: "Hosting", relid: "1", amount: 1595n, taxed: false },
      description: "Sample (01/01/2016 - 31/01/2016)",
    },
  ]);
});

test("a key that names a prototype makes nothing", () => {
  expect(nested({ "a[b]": 1, "__proto__[polluted]": 1 })).toEqual({ a: { b: 1 } });
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("T72: passwords and whatever else was not asked for do not survive the reading", () => {
  const client = whmcsClient.parse({ result: "success", ...clientRow(), client: clientRow() });
  expect(Object.keys(client).sort()).toEqual(
    ["companyname", "currency_code", "email", "firstname", "id", "lastname", "status", "userid"].sort(),
  );
  expect(JSON.stringify(client)).not.toContain("Rahasia");
});

test("a client is read beside its wrapper too, where only the deprecated copies are sent", () => {
  expect(whmcsClient.parse({ result: "success", ...clientRow() })).toEqual(
    whmcsClient.parse({ client: clientRow() }),
  );
});

test.each([
  ["PT Maju &amp; Jaya", "PT Maju & Jaya"],
  ["&quot;Toko&quot; O&#039;Hara &#x27;", "\"Toko\" O'Hara '"],
  ["&amp;lt; stays", "&lt; stays"],
  ["5 &lt; 6 &gt; 4 &copy;", "5 < 6 > 4 &copy;"],
])("%s is read as %s, once", (stored, typed) => {
  expect(decoded(stored)).toBe(typed);
});

test("an address is read back like a name: a link sent to it as it is stored would reach nobody", () => {
  const client = whmcsClient.parse({ client: { ...clientRow(), email: "nur&#039;aini@contoh.example" } });
  expect(accountOf(client, "77").email).toBe("nur'aini@contoh.example");
});

test("one odd row does not hide the others of a list", () => {
  const rows = [{ id: "1" }, { id: "" }, "row", { id: 3, subtotal: "x", datepaid: [] }];
  const page = whmcsPage.parse({ result: "success", totalresults: 4, invoices: { invoice: rows } });
  expect(page.invoices).toMatchObject({ rows: [{ id: "1" }, { id: "3", subtotal: null }], count: 3 });
  expect(page.totalresults).toBe(4);
});

test("a list is found under its wrapper and nowhere else", () => {
  expect(listIn({ item: [{ a: 1 }] }, "item")).toEqual([{ a: 1 }]);
  expect(listIn(7, "item")).toEqual([]);
});
