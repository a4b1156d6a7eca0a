import type { CompanyRow } from "../../src/store/accounts";
import type { Db } from "../../src/store/db";
import { saveAccount } from "../../src/store/accounts";
import { insertInvoice, type InvoiceRow } from "../../src/store/invoices";
import { insertFaktur, type FakturRow } from "../../src/store/fakturs";
import { savePortal } from "../../src/store/portals";
import { saveSeller, type SellerData } from "../../src/store/sellers";

/** Boring rows for the tests of the store; every test says only what it is about. */

export const AT = new Date("2026-11-03T02:10:00.000Z");
export const NOW = AT.toISOString();

export const sellerData = (more: Partial<SellerData> = {}): SellerData => ({
  npwp: "0098765432109000",
  nitku: "0098765432109000000000",
  name: "PT HOSTING CONTOH",
  address: "JL. CONTOH NO. 1, SURABAYA",
  city: "SURABAYA",
  email: "pajak@hosting.example",
  signer: JSON.stringify({ name: "BUDI CONTOH" }),
  channel_kind: "pajakio",
  channel_sealed: "sealed",
  upload: JSON.stringify({ auto: true }),
  pdf: "official",
  options: "{}",
  ...more,
});

/** A seller `utama`, a portal `toko` and its account `77`, whose id is `account`. */
export async function seed(db: Db): Promise<void> {
  await saveSeller(db.knex, "utama", sellerData(), AT);
  await savePortal(
    db.knex,
    "toko",
    { kind: "generic", seller: "utama", secrets_sealed: "sealed", api_sealed: null, options: "{}" },
    AT,
  );
  await saveAccount(db.knex, "toko", { id: "77", name: "PT Contoh", email: null }, "account", AT);
}

export const companyRow = (more: Partial<CompanyRow> = {}): CompanyRow => ({
  account_id: "account",
  npwp: "0012345678012000",
  nitku: "0012345678012000000000",
  name: "PT CONTOH SEJAHTERA",
  address: "JL. CONTOH NO. 2",
  email: "pajak@contoh.example",
  transaction_code: null,
  evidence: null,
  status: "active",
  status_at: NOW,
  status_by: "finance",
  status_reason: null,
  updated_at: NOW,
  ...more,
});

export const invoiceRow = (id: string, more: Partial<InvoiceRow> = {}): InvoiceRow => ({
  id,
  portal: "toko",
  external_id: id,
  seller: "utama",
  account_id: "account",
  number: null,
  paid_at: NOW,
  tax_day: "2026-11-03",
  content: "{}",
  content_hash: null,
  company_at_payment: null,
  portal_state: "paid",
  decision: "undecided",
  accepted: "[]",
  reasons: "[]",
  created_at: NOW,
  updated_at: NOW,
  ...more,
});

export const fakturRow = (id: string, invoiceId: string, more: Partial<FakturRow> = {}): FakturRow => ({
  id,
  invoice_id: invoiceId,
  revision: 1,
  live_key: invoiceId,
  seller: "utama",
  portal: "toko",
  account_id: "account",
  state: "ready",
  reference: id,
  transaction_code: "04",
  date: "2026-11-03",
  period: "2026-11",
  deadline: "2026-12-20",
  nsfp: null,
  buyer_npwp: "0012345678012000",
  buyer_name: "PT CONTOH SEJAHTERA",
  document: "{}",
  dpp: "1000000",
  dpp_nilai_lain: "916667",
  ppn: "110000",
  channel_kind: "pajakio",
  external_id: null,
  channel_status: null,
  channel_message: null,
  simulated: false,
  outdated_there: false,
  problem: null,
  pdf_kind: null,
  pdf_sha256: null,
  created_at: NOW,
  updated_at: NOW,
  ...more,
});

/** An invoice and its faktur, both new. */
export async function addFaktur(db: Db, id: string, more: Partial<FakturRow> = {}): Promise<FakturRow> {
  await insertInvoice(db.knex, invoiceRow(`i-${id}`));
  const row = fakturRow(id, `i-${id}`, more);
  if (!(await insertFaktur(db.knex, row))) throw new Error(`faktur ${id} was not taken`);
  return row;
}
