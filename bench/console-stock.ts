/*
 * Fills a database as a large seller's looks after sixteen months: a million fakturs and the invoices, mails and history
 * beside them, 50,000 accounts, 40,000 of them with a company. The rows are made by the server itself, a day at a time,
 * since a million rows sent one by one would take longer than everything that is measured.
 */
import { addDays, type TaxDay } from "../src/clock";
import { reason, type ReasonCode } from "../src/faktur/reasons";
import { writeFaktur, writeInvoice } from "../src/faktur/stored";
import type { Db, Tx } from "../src/store/db";
import { fakturAt } from "../test/coretax/stock";
import { NOW as AT } from "../test/support/rows";
import { insertAll } from "../test/support/insert-all";

export const FAKTURS = 1_000_000;
export const ACCOUNTS = 50_000;
export const COMPANIES = 40_000;
export const HELD = 20_000;
export const SKIPPED = 400_000;
export const LAST_DAY = "2026-11-03" as TaxDay;
const DAYS = 490;
export const PER_DAY = Math.ceil(FAKTURS / DAYS);
/** The newest of them are not at their end. */
const OPEN = 3_000;

const WORDS = [
  ..."Sentosa Jaya Makmur Abadi Mandiri Karya Nusantara Bersama Mulia Sejahtera Utama Perkasa Cahaya Surya".split(
    " ",
  ),
  ..."Teknologi Digital Media Kreasi Solusi Data Global Indo Mitra Citra Bumi Samudra Rajawali Garuda".split(
    " ",
  ),
];

const digits = (index: number, length: number): string => String(index).padStart(length, "0");
export const accountAt = (index: number): string => `a${digits(index, 8)}`;
export const npwpAt = (index: number): string => `0${digits(100_000_000 + index, 12)}000`;
export const nsfpAt = (index: number): string => `04002600${digits(index, 9)}`;
export const numberAt = (index: number): string => `INV-${digits(index, 9)}`;
export const fakturIdAt = (index: number): string => `f${digits(index, 9)}`;
export const accountOf = (index: number): number => (index * 7919) % COMPANIES;
export const companyNameAt = (index: number): string => {
  const word = (at: number) => WORDS[at % WORDS.length] ?? "";
  return `PT ${word(index)} ${word(Math.floor(index / 28) + 5)} ${digits(index, 5)}`;
};

const REASONS = ["buyer_invalid", "amounts_do_not_add_up", "foreign_currency", "negative_total"] as const;
const said = (code: ReasonCode): string => JSON.stringify([reason(code)]);

/** Empty databases only; the schema stands, with the seller `utama` and the portal `whmcs`. */
export async function stockConsole(db: Db): Promise<void> {
  await stockFakturs(db, FAKTURS, OPEN);
  await withoutFaktur(db);
  await cases(db);
}

/** So many fakturs, as many a day as ever, the last on the last day and not at their end; and all accounts. */
export async function stockFakturs(db: Db, fakturs: number, open: number): Promise<void> {
  await accounts(db);
  await db.knex.schema.createTable("bench_numbers", (table) => {
    table.integer("n").primary();
    table.string("account", 40).notNullable();
  });
  await inPages(fakturs, 10_000, async (from, to) => {
    const values = range(from, to).map((n) => `(${n},'${accountAt(accountOf(n))}')`);
    await db.knex.raw(`insert into bench_numbers (n, account) values ${values.join(",")}`);
  });
  const days = Math.ceil(fakturs / PER_DAY);
  const first = addDays(LAST_DAY, 1 - days);
  for (let at = 0; at < days; at += 1) {
    await db.transaction((tx) =>
      oneDay(tx, at * PER_DAY, (at + 1) * PER_DAY, addDays(first, at), fakturs - open),
    );
  }
  await db.knex.raw("insert into buyer_names (name) select distinct name from companies");
  await db.knex.schema.dropTable("bench_numbers");
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

async function inPages(
  count: number,
  size: number,
  work: (from: number, to: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < count; from += size) await work(from, Math.min(from + size, count));
}

async function accounts(db: Db): Promise<void> {
  await inPages(ACCOUNTS, 1_000, (from, to) =>
    db.transaction(async (tx) => {
      const all = range(from, to);
      const rows = all.map((index) => ({
        ...{ id: accountAt(index), portal: "whmcs", external_id: String(index), name: companyNameAt(index) },
        ...{ email: `billing-${index}@contoh.example`, created_at: AT, updated_at: AT },
      }));
      await insertAll(tx, "accounts", rows, 100);
      const companies = all
        .filter((index) => index < COMPANIES)
        .map((index) => ({
          ...{ account_id: accountAt(index), npwp: npwpAt(index), nitku: `${npwpAt(index)}000000` },
          ...{ name: companyNameAt(index).toUpperCase(), address: "JL. CONTOH NO. 2, SURABAYA" },
          ...{ email: `pajak-${index}@contoh.example`, status_by: "finance@hosting.example" },
          status: index % 100 === 0 ? "requested" : index % 100 === 1 ? "suspended" : "active",
          ...{ status_at: AT, updated_at: AT },
        }));
      await insertAll(tx, "companies", companies, 50);
    }),
  );
}

const id = (letter: string): string => `concat('${letter}', substr(concat('000000000', b.n), -9))`;
const digitsOf = (length: number): string => `substr(concat('${"0".repeat(length)}', b.n), -${length})`;

const AMONG_OPEN = ["draft", "ready", "submitting", "pending", "rejected", "unknown"];
const stateOf = (
  open: number,
): string => `case when b.n >= ${open} then case b.n % 6 ${AMONG_OPEN.map((state, at) => `when ${at} then '${state}'`).join(" ")} end
  when b.n % 50 = 0 then 'cancelled' when b.n % 200 = 1 then 'replaced' else 'approved' end`;
const endedOf = (open: number): string => `b.n < ${open} and (b.n % 50 = 0 or b.n % 200 = 1)`;
const FROM_NUMBERS =
  "from bench_numbers b join companies c on c.account_id = b.account where b.n >= ? and b.n < ?";

const invoiceContent = (): string =>
  writeInvoice({
    ...{ invoiceId: "#ID", number: "#NUMBER", currency: "IDR", pricesIncludeTax: false },
    account: { id: "77", name: "PT Contoh", email: null },
    ...{ paidAt: new Date(AT), taxDay: LAST_DAY, total: 111_000_000n },
    ...{ subtotal: 100_000_000n, tax: 11_000_000n, lines: [] },
  });

function fakturDocument(): string {
  const sample = fakturAt(1);
  return writeFaktur({ ...sample, buyer: { ...sample.buyer, npwp: "#NPWP", name: "#NAME" } });
}

/** A column of a row with what it holds, in SQL. */
type Filled = Readonly<Record<string, string | null>>;

const asSql = (filled: Filled): string =>
  Object.values(filled)
    .map((value) => value ?? "null")
    .join(", ");

/** `insert into TABLE … select …` for the rows between two numbers; `?` of the columns come first. */
const insertRows = (
  tx: Tx,
  table: string,
  filled: Filled,
  bound: readonly string[],
  from: number,
  to: number,
) =>
  tx.raw(
    `insert into ${table} (${Object.keys(filled)
      .map((name) => `\`${name}\``)
      .join(", ")}) select ${asSql(filled)} ${FROM_NUMBERS}`,
    [...bound, from, to],
  );

async function oneDay(tx: Tx, from: number, to: number, day: TaxDay, open: number): Promise<void> {
  const at = `'${day}T02:10:00.000Z'`;
  const stamps = { created_at: at, updated_at: at };
  const invoice = {
    ...{ id: id("a"), portal: "'whmcs'", external_id: "concat('', b.n)", seller: "'utama'" },
    ...{
      account_id: "b.account",
      number: `concat('INV-', ${digitsOf(9)})`,
      paid_at: at,
      tax_day: `'${day}'`,
    },
    ...{ content: "?", portal_state: "'paid'", decision: "'issuing'", accepted: "'[]'", reasons: "'[]'" },
    ...stamps,
  };
  await insertRows(tx, "invoices", invoice, [invoiceContent()], from, to);
  const faktur = {
    ...{ id: id("f"), invoice_id: id("a"), revision: "1", seller: "'utama'", portal: "'whmcs'" },
    live_key: `case when ${endedOf(open)} then null else ${id("a")} end`,
    ...{ account_id: "b.account", state: stateOf(open), reference: `concat('INV-', ${digitsOf(9)})` },
    ...{ transaction_code: "'04'", date: `'${day}'`, period: `'${day.slice(0, 7)}'` },
    deadline: `'${addDays(day, 45)}'`,
    nsfp: `case when b.n >= ${open} then null else concat('04002600', ${digitsOf(9)}) end`,
    ...{ buyer_npwp: "c.npwp", buyer_name: "c.name", buyer_number: "c.npwp" },
    document: "replace(replace(?, '#NPWP', c.npwp), '#NAME', c.name)",
    ...{ dpp: "1000000", dpp_nilai_lain: "916667", ppn: "110000", channel_kind: "'pajakio'" },
    ...{ external_id: id("e"), problem: "case when b.n % 10000 = 7 then 'duplicate_at_authority' end" },
    vacant_day: `case when b.n < ${open} and b.n % 50 = 0 then '${day}' end`,
    ...{ pdf_kind: "'official'", pdf_sha256: `'${"0".repeat(64)}'` },
    ...stamps,
  };
  await insertRows(tx, "fakturs", faktur, [fakturDocument()], from, to);
  const mail = {
    ...{ id: id("d"), faktur_id: id("f"), recipient: "c.email", sequence: "0" },
    state: "case when b.n % 20000 = 9 then 'refused' else 'sent' end",
    ...{ message_id: id("m"), detail: "'250 OK'", at },
  };
  await insertRows(tx, "mails", mail, [], from, to);
  const made = { faktur_id: id("f"), at, event: "'approve'", by: "'channel:pajakio'" };
  await insertRows(tx, "timeline", made, [], from, to);
}

/** Held ones with their four reasons over two months, and the private customers' that are skipped. */
async function withoutFaktur(db: Db): Promise<void> {
  const row = (index: number, letter: string, day: TaxDay, decision: string, code: ReasonCode) => ({
    ...{
      id: `${letter}${digits(index, 9)}`,
      portal: "whmcs",
      external_id: `${letter}${index}`,
      seller: "utama",
    },
    ...{ account_id: accountAt((index * 31) % ACCOUNTS), number: `${letter.toUpperCase()}-${index}` },
    ...{ paid_at: `${day}T02:10:00.000Z`, tax_day: day, content: invoiceContent(), portal_state: "paid" },
    ...{ decision, accepted: "[]", reasons: said(code), reason: code, created_at: AT, updated_at: AT },
  });
  await inPages(HELD, 1_000, (from, to) =>
    db.transaction((tx) =>
      insertAll(
        tx,
        "invoices",
        range(from, to).map((index) =>
          row(
            index,
            "b",
            addDays(LAST_DAY, -(index % 60)),
            "held",
            REASONS[index % REASONS.length] ?? "buyer_invalid",
          ),
        ),
        50,
      ),
    ),
  );
  await inPages(SKIPPED, 2_000, (from, to) =>
    db.transaction((tx) =>
      insertAll(
        tx,
        "invoices",
        range(from, to).map((index) =>
          row(index, "c", addDays(LAST_DAY, -(index % DAYS)), "skipped", "no_company"),
        ),
        50,
      ),
    ),
  );
}

async function cases(db: Db): Promise<void> {
  const kinds = ["refund", "wrong_buyer", "wrong_amount"];
  const all = range(0, 3_000).map((index) => ({
    ...{ id: `e${digits(index, 9)}`, invoice_id: `a${digits(index * 300 + 3, 9)}` },
    ...{
      faktur_id: fakturIdAt(index * 300 + 3),
      kind: kinds[index % 3] ?? "",
      detail: '{"amount":null,"reason":null}',
    },
    ...{ state: index >= 2_850 ? "open" : "closed", cause: `bench:${index}`, opened_at: AT },
    closed_at: index >= 2_850 ? null : AT,
  }));
  await db.transaction((tx) => insertAll(tx, "cases", all, 100));
}
