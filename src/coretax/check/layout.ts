/** The elements that hold elements. */
export type Container =
  "TaxInvoiceBulk" | "ListOfTaxInvoice" | "TaxInvoice" | "ListOfGoodService" | "GoodService";

export interface Child {
  readonly name: string;
  /** Set when the child holds elements itself. */
  readonly container?: Container;
  /** One or more; without it exactly one. */
  readonly many?: true;
  /** May be left out. */
  readonly optional?: true;
}

const leaves = (names: string): readonly Child[] => names.split(" ").map((name) => ({ name }));

/**
 * The layout of DJP's sample v1.4 (coretax-xml 1.3): names to the letter, in this order. `CustomDocMonthYear` came with
 * v1.4 and files without it are still made, so it may be left out here and is warned of.
 */
export const LAYOUT: Readonly<Record<Container, readonly Child[]>> = {
  TaxInvoiceBulk: [{ name: "TIN" }, { name: "ListOfTaxInvoice", container: "ListOfTaxInvoice" }],
  ListOfTaxInvoice: [{ name: "TaxInvoice", container: "TaxInvoice", many: true }],
  TaxInvoice: [
    ...leaves("TaxInvoiceDate TaxInvoiceOpt TrxCode AddInfo CustomDoc"),
    { name: "CustomDocMonthYear", optional: true },
    ...leaves("RefDesc FacilityStamp SellerIDTKU BuyerTin BuyerDocument BuyerCountry BuyerDocumentNumber"),
    // BuyerAdress with one d is DJP's own spelling.
    ...leaves("BuyerName BuyerAdress BuyerEmail BuyerIDTKU"),
    { name: "ListOfGoodService", container: "ListOfGoodService" },
  ],
  ListOfGoodService: [{ name: "GoodService", container: "GoodService", many: true }],
  GoodService: leaves(
    "Opt Code Name Unit Price Qty TotalDiscount TaxBase OtherTaxBase VATRate VAT STLGRate STLG",
  ),
};

const indexes = (container: Container): ReadonlyMap<string, number> =>
  new Map(LAYOUT[container].map((child, index) => [child.name, index]));

/** Where each child stands in its container's layout. */
export const INDEXES: Readonly<Record<Container, ReadonlyMap<string, number>>> = {
  TaxInvoiceBulk: indexes("TaxInvoiceBulk"),
  ListOfTaxInvoice: indexes("ListOfTaxInvoice"),
  TaxInvoice: indexes("TaxInvoice"),
  ListOfGoodService: indexes("ListOfGoodService"),
  GoodService: indexes("GoodService"),
};

export const ROOT = "TaxInvoiceBulk";

/** The name in this container that was probably meant, or undefined: another case, or one or two letters off. */
export function meantName(container: Container, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const near = LAYOUT[container].find((child) => child.name.toLowerCase() === wanted);
  if (near !== undefined) return near.name;
  if (name.length < 5 || name.length > 40) return undefined;
  return LAYOUT[container].find(
    (child) => child.name.length > 4 && lettersOff(wanted, child.name.toLowerCase()) <= 2,
  )?.name;
}

/** How many letters must be added, dropped or changed to make one word of the other. */
function lettersOff(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
