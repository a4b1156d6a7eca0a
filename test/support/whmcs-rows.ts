/** Rows of a WHMCS as its API shows them; what a test does not care about has a boring value. */

type Json = Record<string, unknown>;

/** What is kept of one invoice, in WHMCS's own columns; `items` without their wrapper. */
export interface WhmcsInvoiceRow extends Json {
  id: number;
  userid: number;
  status: string;
  items: Json[];
}

/** A client as WHMCS shows it: strings, a password hash, custom fields by id. */
export const whmcsClient = (more: Json = {}): Json => ({
  id: 77,
  userid: 77,
  client_id: 77,
  owner_user_id: 1,
  uuid: "f08ea4d1-c578-441a-9b0a-aa3aff8b1acf",
  firstname: "Budi",
  lastname: "Santoso",
  fullname: "Budi Santoso",
  companyname: "PT Contoh Sejahtera",
  email: "billing@contoh.example",
  countrycode: "ID",
  tax_id: "",
  password: "$2y$10$RahasiaYangTidakBolehKeluar",
  email_preferences: { general: "1", invoice: "1" },
  billingcid: "0",
  currency: "1",
  currency_code: "IDR",
  groupid: "0",
  status: "Active",
  credit: "0.00",
  taxexempt: false,
  customfields: [{ id: "3", value: "" }],
  customfields1: "",
  ...more,
});

/** One line of an invoice. */
export const whmcsItem = (more: Json = {}): Json => ({
  id: 1,
  type: "Hosting",
  relid: 12,
  description: "Web Hosting Bisnis - contoh.example (03/11/2026 - 02/11/2027)",
  amount: "1000000.00",
  taxed: 1,
  ...more,
});

/** An invoice: a year of hosting for Rp 1,000,000 and 11 % on top, paid on 3 November 2026. `total` as WHMCS 8 has it. */
export function whmcsInvoice(id: number, more: Json = {}): WhmcsInvoiceRow {
  const head = { subtotal: "1000000.00", credit: "0.00", tax: "110000.00", tax2: "0.00", ...more } as Json;
  const gross = Number(head["subtotal"]) + Number(head["tax"]) + Number(head["tax2"]);
  const unpaid = more["status"] !== undefined && more["status"] !== "Paid" && more["status"] !== "Refunded";
  return {
    id,
    invoicenum: `INV-${id}`,
    userid: 77,
    date: "2026-11-01",
    duedate: "2026-11-08",
    datepaid: unpaid ? "0000-00-00 00:00:00" : "2026-11-03 09:10:00",
    lastcaptureattempt: "0000-00-00 00:00:00",
    total: (gross - Number(head["credit"])).toFixed(2),
    balance: "0.00",
    taxrate: "11.00",
    taxrate2: "0.00",
    status: "Paid",
    paymentmethod: "banktransfer",
    notes: "",
    items: [whmcsItem({ id: id * 100 })],
    ...head,
  };
}

export const whmcsTransaction = (id: number, invoiceid: number, more: Json = {}): Json => ({
  id: String(id),
  userid: "77",
  currency: "0",
  gateway: "banktransfer",
  date: "2026-11-03 09:10:00",
  description: "Invoice Payment",
  amountin: "1110000.00",
  fees: "0.00",
  amountout: "0.00",
  rate: "1.00000",
  transid: `trx-${id}`,
  invoiceid: String(invoiceid),
  refundid: "0",
  ...more,
});

/** A hosting product, with the password in clear as WHMCS sends it. */
export const whmcsProduct = (id: number, more: Json = {}): Json => ({
  id: String(id),
  clientid: "77",
  orderid: "1",
  pid: "1",
  name: "Web Hosting Bisnis",
  domain: "contoh.example",
  status: "Active",
  username: "contoh",
  password: "sandi-yang-tidak-boleh-keluar",
  nextduedate: "2027-11-03",
  customfields: { customfield: [] },
  configoptions: { configoption: [] },
  ...more,
});

export const whmcsDomain = (id: number, more: Json = {}): Json => ({
  id: String(id),
  userid: "77",
  orderid: "1",
  regtype: "Register",
  domainname: "contoh.example",
  registrar: "enom",
  status: "Active",
  nextduedate: "2027-11-03",
  ...more,
});

/** An addon of a hosting; `addonid` is the number of its kind. */
export const whmcsAddon = (id: number, serviceid: number, more: Json = {}): Json => ({
  id: String(id),
  userid: "77",
  orderid: "1",
  serviceid: String(serviceid),
  addonid: "1",
  name: "IP Tambahan",
  status: "Active",
  ...more,
});
