import { absolute, HUNDRED, shareHalfUp, sum, type Money } from "../../money";
import type { InvoiceLine, LineKind } from "../invoice";
import type { WhmcsOptions } from "./options";
import type { WhmcsLine } from "./shape";
import { periodIn } from "./time";

/** What WHMCS's types of line sell. The list is met in practice, not published: what is not here is an `item`. */
export const KIND_OF_TYPE: Readonly<Record<string, LineKind>> = {
  Hosting: "hosting",
  Setup: "setup",
  Addon: "addon",
  Upgrade: "upgrade",
  Domain: "domain",
  DomainRegister: "domain",
  DomainTransfer: "domain",
  DomainRenew: "domain",
  DomainAddonDNS: "domain",
  DomainAddonEMF: "domain",
  DomainAddonIDP: "domain",
  DomainGraceFee: "domain",
  DomainRedemptionFee: "domain",
  Item: "item",
  "": "item",
  ProjectManagement: "support",
  PromoHosting: "discount",
  PromoAddon: "discount",
  PromoDomain: "discount",
  GroupDiscount: "discount",
  LateFee: "lateFee",
  Invoice: "invoice",
  AddFunds: "deposit",
};

const HOSTING_TYPES: ReadonlySet<string> = new Set(["Hosting", "Setup", "PromoHosting"]);
const isDomainType = (type: string): boolean => type.startsWith("Domain") || type === "PromoDomain";

/** What a line of this policy was made with. `serviceOfAddon`: an addon belongs to its hosting (`S12`). */
export interface LineFacts {
  readonly options: Pick<WhmcsOptions, "addFunds" | "adminFeeNames" | "lineKinds" | "dateFormat">;
  readonly taxType: "Inclusive" | "Exclusive";
  readonly subtotal: Money;
  readonly tax: Money;
  /** Rupiah and others without hundredths bill in whole units: so much may rounding differ per line. */
  readonly unit: Money;
  readonly serviceOfAddon: ReadonlyMap<string, string>;
}

export type LinePolicy =
  | {
      readonly kind: "lines";
      readonly lines: readonly InvoiceLine[];
      readonly unknownTypes: readonly string[];
    }
  | { readonly kind: "fault"; readonly code: string; readonly path: string };

/**
 * WHMCS's lines as ours, without tax throughout. The head of the invoice is authoritative (trap T11): prices with tax
 * inside are made net by the head's own ratio, and what rounding leaves over, at most one unit a line, is put on the
 * largest taxed line. Where the lines fit the head in no way they are given as they are, and the rules hold the invoice
 * (`amounts_do_not_add_up`). Fault: `discount_exceeds_line`.
 */
export function linesOf(lines: readonly WhmcsLine[], facts: LineFacts): LinePolicy {
  const unknownTypes = lines.filter((line) => !isKnownType(line, facts)).map((line) => line.type);
  const own = lines.map((line) => asOurs(line, facts));
  for (const [index, line] of lines.entries()) {
    if (kindOf(line, facts) !== "discount" || line.amount >= 0n) continue;
    const partners = partnersOf(line, lines, facts);
    if (partners.length === 0) continue;
    if (exceeds(line, lines, partners, facts)) {
      return { kind: "fault", code: "discount_exceeds_line", path: `/items/${index}` };
    }
    const only = partners.length === 1 ? partners[0] : undefined;
    const discount = own[index];
    if (discount !== undefined) own[index] = { ...discount, appliesTo: only?.id ?? null };
  }
  return { kind: "lines", lines: fitted(own, facts), unknownTypes: [...new Set(unknownTypes)] };
}

const isKnownType = (line: WhmcsLine, { options }: LineFacts): boolean =>
  Object.hasOwn(KIND_OF_TYPE, line.type) || Object.hasOwn(options.lineKinds, line.type);

function kindOf(line: WhmcsLine, { options }: LineFacts): LineKind {
  const kind = typeKindOf(line, options);
  // A top-up is a payment unless the seller taxes it; then what it pays for is not taxed again (trap T3).
  if (kind === "deposit") return options.addFunds === "tax-topup" ? "item" : "deposit";
  return line.amount < 0n && kind !== "invoice" && kind !== "credit" ? "discount" : kind;
}

function typeKindOf(line: WhmcsLine, options: LineFacts["options"]): LineKind {
  const chosen = Object.hasOwn(options.lineKinds, line.type) ? options.lineKinds[line.type] : undefined;
  if (chosen !== undefined) return chosen;
  const said = line.description.toLowerCase();
  if (options.adminFeeNames.some((name) => said.includes(name.toLowerCase()))) return "adminFee";
  return (Object.hasOwn(KIND_OF_TYPE, line.type) ? KIND_OF_TYPE[line.type] : undefined) ?? "item";
}

function asOurs(line: WhmcsLine, facts: LineFacts): InvoiceLine {
  const kind = kindOf(line, facts);
  return {
    id: line.id,
    kind,
    description: [...line.description].slice(0, 500).join("") || "Layanan",
    quantity: HUNDRED,
    amount: line.amount,
    // A payment of other invoices and a top-up are no supply, whatever mark they carry.
    taxed: line.taxed && kind !== "invoice" && kind !== "deposit",
    serviceId: serviceOf(line, facts),
    ...periodIn(line.description, facts.options.dateFormat ?? null),
    appliesTo: null,
  };
}

/** `relid` means another table for each type: an upgrade's is the upgrade, an item's is nothing. */
export function serviceOf(
  { type, relid }: Pick<WhmcsLine, "type" | "relid">,
  { serviceOfAddon }: Pick<LineFacts, "serviceOfAddon">,
): string | null {
  if (relid === "") return null;
  if (HOSTING_TYPES.has(type)) return `S${relid}`;
  if (isDomainType(type)) return `D${relid}`;
  return type === "Addon" || type === "PromoAddon" ? (serviceOfAddon.get(relid) ?? null) : null;
}

/** The lines a promotion lowers: of its own service and as taxed as itself. */
function partnersOf(promo: WhmcsLine, lines: readonly WhmcsLine[], facts: LineFacts): readonly WhmcsLine[] {
  if (promo.relid === "") return [];
  const group = groupOf(promo.type);
  return lines.filter(
    (line) =>
      line.amount > 0n &&
      line.relid === promo.relid &&
      line.taxed === promo.taxed &&
      group !== null &&
      groupOf(line.type) === group &&
      kindOf(line, facts) !== "discount",
  );
}

function groupOf(type: string): "hosting" | "domain" | "addon" | null {
  if (HOSTING_TYPES.has(type)) return "hosting";
  if (isDomainType(type)) return "domain";
  return type === "Addon" || type === "PromoAddon" ? "addon" : null;
}

function exceeds(
  promo: WhmcsLine,
  lines: readonly WhmcsLine[],
  partners: readonly WhmcsLine[],
  facts: LineFacts,
): boolean {
  const siblings = lines.filter(
    (line) =>
      line.relid === promo.relid &&
      line.taxed === promo.taxed &&
      groupOf(line.type) === groupOf(promo.type) &&
      kindOf(line, facts) === "discount",
  );
  return sum(siblings.map((line) => -line.amount)) > sum(partners.map((line) => line.amount));
}

/** The lines net and fitted to the head, or as they are where nothing fits. */
function fitted(lines: readonly InvoiceLine[], facts: LineFacts): InvoiceLine[] {
  const { subtotal, tax } = facts;
  const all = sum(lines.map((line) => line.amount));
  const room = facts.unit * BigInt(Math.max(1, lines.length));
  const near = (head: Money): boolean => absolute(all - head) <= room;
  // The setting may have been changed since the invoice was made: its own figures tell how it was made.
  const inside =
    facts.taxType === "Inclusive"
      ? near(subtotal + tax) || !near(subtotal)
      : !near(subtotal) && near(subtotal + tax);
  if (!near(inside ? subtotal + tax : subtotal)) return [...lines];
  if (!inside || tax === 0n) return withRest(lines, subtotal);
  const taxed = sum(lines.map((line) => (line.taxed ? line.amount : 0n)));
  const net = subtotal - (all - taxed);
  if (taxed <= 0n || net < 0n) return [...lines];
  const made = lines.map((line) =>
    line.taxed ? { ...line, amount: shareHalfUp(line.amount, net, taxed) } : line,
  );
  return withRest(made, subtotal);
}

/** What rounding left over goes on the largest taxed line, the first of equals; on the largest of all without one. */
function withRest(lines: readonly InvoiceLine[], subtotal: Money): InvoiceLine[] {
  const rest = subtotal - sum(lines.map((line) => line.amount));
  const sold = lines.filter((line) => line.amount > 0n && line.amount + rest > 0n);
  const among = sold.some((line) => line.taxed) ? sold.filter((line) => line.taxed) : sold;
  const largest = among.reduce<InvoiceLine | null>(
    (best, line) => (best === null || line.amount > best.amount ? line : best),
    null,
  );
  if (rest === 0n || largest === null) return [...lines];
  return lines.map((line) => (line === largest ? { ...line, amount: line.amount + rest } : line));
}
