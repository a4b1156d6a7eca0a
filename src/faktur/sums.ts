import type { Fault } from "../errors";
import { PAYMENT_KINDS, type LineKind, type PaidInvoice } from "../hooks/invoice";
import { absolute, formatIndonesian, HUNDRED, sum, type Money } from "../money";
import { text, type Text } from "../text";
import type { FakturLine } from "./faktur";

/** Currencies that portals bill in whole units; hundredths of them come only from our own computation. */
const WHOLE_UNITS: ReadonlySet<string> = new Set(["IDR", "JPY", "KRW", "VND"]);

/**
 * What does not fit between the lines of an invoice, its own totals and the PPN computed from it, all in the invoice's
 * currency. A rupiah of difference per line is let through (`tolerance`), a hundredth of a currency that has them:
 * billing systems round each line in their own way.
 */
export function amountFaults(
  invoice: PaidInvoice,
  lines: readonly FakturLine[],
  tolerance: Money = HUNDRED,
): readonly Fault[] {
  const near = nearness(invoice, tolerance);
  const negative = negativeFaults(invoice, near);
  return negative.length > 0
    ? negative
    : [...lineSumFaults(invoice, near), ...headFaults(invoice, near), ...taxFaults(invoice, near, lines)];
}

/** Below nothing a sale is none, but something taken back; where only its tax or total is, a figure is wrong. */
function negativeFaults(invoice: PaidInvoice, near: Near): readonly Fault[] {
  const sold = { subtotal: beforeCredit(invoice, near), tax: invoice.tax, total: invoice.total };
  const [code, fix] =
    sold.subtotal < 0n ? (["negative_total", NO_SALE] as const) : (["amounts_do_not_add_up", FIX] as const);
  return (["subtotal", "tax", "total"] as const).flatMap((key) =>
    sold[key] < 0n
      ? [
          {
            code,
            path: `/${key}`,
            message: text(
              `Nilai ${key} invoice negatif: ${shown(invoice, invoice[key])}.`,
              `The ${key} of the invoice is negative: ${shown(invoice, invoice[key])}.`,
            ),
            fix,
          },
        ]
      : [],
  );
}

/** The subtotal without the credit that paid it, where the portal has taken that off it among its lines. */
function beforeCredit({ subtotal, tax, lines, pricesIncludeTax }: PaidInvoice, near: Near): Money {
  const heads = pricesIncludeTax ? [subtotal, subtotal + tax] : [subtotal];
  const all = sum(lines.map((line) => line.amount));
  const isTakenOff = heads.some((head) => near(all, head));
  const credits = lines.filter((line) => line.kind === "credit" && line.amount < 0n);
  return isTakenOff ? subtotal - sum(credits.map((line) => line.amount)) : subtotal;
}

/** The lines against the head: against the subtotal, or against the gross where the prices include the tax. */
function lineSumFaults(invoice: PaidInvoice, near: Near): readonly Fault[] {
  const heads = invoice.pricesIncludeTax
    ? [invoice.subtotal + invoice.tax, invoice.total]
    : [invoice.subtotal];
  const sums = withAndWithoutPayments(invoice);
  if (sums.some((one) => heads.some((head) => near(one, head)))) return [];
  const [all] = sums;
  const [head] = heads;
  const path = invoice.pricesIncludeTax ? "/total" : "/subtotal";
  return [
    unequal(
      invoice,
      path,
      text("jumlah baris", "the sum of the lines"),
      all ?? 0n,
      path === "/total" ? TOTAL : SUBTOTAL,
      head ?? 0n,
    ),
  ];
}

/** subtotal + tax = total; with tax inside, some portals give the gross as subtotal too. */
function headFaults(invoice: PaidInvoice, near: Near): readonly Fault[] {
  const gross = invoice.subtotal + invoice.tax;
  const credit = sum(
    invoice.lines.flatMap((line) => (line.kind === "credit" ? [absolute(line.amount)] : [])),
  );
  const heads = [gross, gross - credit, ...(invoice.pricesIncludeTax ? [invoice.subtotal] : [])];
  if (heads.some((head) => near(invoice.total, head))) return [];
  return [
    unequal(invoice, "/total", text("subtotal + pajak", "subtotal + tax"), gross, TOTAL, invoice.total),
  ];
}

/** The PPN of the faktur must be the tax the customer was billed, else one of the two is wrong. */
function taxFaults(invoice: PaidInvoice, near: Near, lines: readonly FakturLine[]): readonly Fault[] {
  const ppn = sum(lines.map((line) => line.vat));
  if (near(ppn, invoice.tax)) return [];
  return [unequal(invoice, "/tax", text("PPN hasil hitung", "the computed PPN"), ppn, TAX, invoice.tax)];
}

/** Portals differ in whether these count in their sums (portals-and-peers 3: WHMCS 8 and 9 disagree on `total`). */
function withAndWithoutPayments(invoice: PaidInvoice): readonly Money[] {
  const sumWithout = (left: readonly LineKind[]): Money =>
    sum(invoice.lines.flatMap((line) => (left.includes(line.kind) ? [] : [line.amount])));
  return [sumWithout([]), sumWithout(["credit"]), sumWithout(PAYMENT_KINDS)];
}

type Near = (a: Money, b: Money) => boolean;

function nearness(invoice: PaidInvoice, tolerance: Money): Near {
  const most = unitOf(invoice, tolerance) * BigInt(Math.max(1, invoice.lines.length));
  return (a, b) => absolute(a - b) <= most;
}

function unitOf({ currency }: PaidInvoice, tolerance: Money): Money {
  if (currency === "IDR") return tolerance;
  return WHOLE_UNITS.has(currency) ? HUNDRED : 1n;
}

const shown = (invoice: PaidInvoice, amount: Money): string =>
  `${invoice.currency === "IDR" ? "Rp" : `${invoice.currency} `}${formatIndonesian(amount)}`;

const FIX = text(
  "Periksa baris, pajak, dan total invoice di portal billing, perbaiki di sana, lalu putuskan ulang.",
  "Check lines, tax and total of the invoice in the billing portal, correct them there, then decide again.",
);

const NO_SALE = text(
  "Faktur tidak dibuat untuk nilai negatif. Bila invoice ini mengurangi penjualan yang sudah ada fakturnya, buka kasus pada faktur itu; invoice ini sendiri tidak perlu diapa-apakan.",
  "No faktur is made over a negative amount. Where this invoice takes back part of a sale that has its faktur, open a case on that faktur; this invoice itself needs nothing.",
);

const SUBTOTAL = text("subtotal", "subtotal");
const TAX = text("pajak di portal", "the portal's tax");
const TOTAL = text("total", "total");

function unequal(
  invoice: PaidInvoice,
  path: string,
  what: Text,
  found: Money,
  key: Text,
  expected: Money,
): Fault {
  const [is, was] = [shown(invoice, found), shown(invoice, expected)];
  return {
    code: "amounts_do_not_add_up",
    path,
    message: text(
      `Angka invoice tidak cocok: ${what.id} ${is}, sedangkan ${key.id} ${was}.`,
      `The figures of the invoice do not fit: ${what.en} is ${is}, but ${key.en} is ${was}.`,
    ),
    fix: FIX,
  };
}
