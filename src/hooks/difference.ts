import type { Money } from "../money";
import type { InvoiceLine, PaidInvoice } from "./invoice";

/** What of an invoice may be told otherwise later; an account's name or address is not part of it. */
export type DifferingField =
  "buyer" | "number" | "currency" | "pricesIncludeTax" | "subtotal" | "tax" | "lines" | "total" | "taxDay";

export interface InvoiceDifference {
  readonly fields: readonly DifferingField[];
  /** What that makes of a faktur which rests on the record; null when it says nothing of the supply. */
  readonly kind: "wrong_buyer" | "wrong_amount" | null;
  /** How much less is paid than was recorded; null when it is not less. */
  readonly shortBy: Money | null;
}

const SUPPLY: ReadonlySet<DifferingField> = new Set([
  "currency",
  "pricesIncludeTax",
  "subtotal",
  "tax",
  "lines",
]);

/** Whose word the kinds of lines are: the portal's own, or our translation, which changes with the options of the portal. */
export type Kinds = "told" | "translated";

/** Where a later telling of an invoice differs from its record (trap T13: edits after the issue). */
export function differenceOf(
  recorded: PaidInvoice,
  told: PaidInvoice,
  kinds: Kinds = "told",
): InvoiceDifference {
  const differs: Readonly<Record<DifferingField, boolean>> = {
    buyer: recorded.account.id !== told.account.id,
    number: recorded.number !== told.number,
    currency: recorded.currency !== told.currency,
    pricesIncludeTax: recorded.pricesIncludeTax !== told.pricesIncludeTax,
    subtotal: recorded.subtotal !== told.subtotal,
    tax: recorded.tax !== told.tax,
    lines: linesOf(recorded, kinds) !== linesOf(told, kinds),
    total: recorded.total !== told.total,
    taxDay: recorded.taxDay !== told.taxDay,
  };
  const fields = (Object.keys(differs) as DifferingField[]).filter((field) => differs[field]);
  const shortBy = recorded.total - told.total;
  return {
    fields,
    kind: differs.buyer ? "wrong_buyer" : isOtherSupply({ fields }) ? "wrong_amount" : null,
    shortBy: shortBy > 0n && recorded.currency === told.currency ? shortBy : null,
  };
}

/** Whether something else was sold, whoever bought it. */
export const isOtherSupply = ({ fields }: Pick<InvoiceDifference, "fields">): boolean =>
  fields.some((field) => SUPPLY.has(field));

/** What is sold, whatever the order of the lines and the ids a portal gives them. */
const linesOf = ({ lines }: PaidInvoice, kinds: Kinds): string =>
  JSON.stringify(lines.map((line) => lineKey(line, kinds)).sort());

const lineKey = ({ kind, description, quantity, amount, taxed }: InvoiceLine, kinds: Kinds): string =>
  JSON.stringify([
    kinds === "told" ? kind : null,
    ...[description, quantity.toString(), amount.toString(), taxed],
  ]);
