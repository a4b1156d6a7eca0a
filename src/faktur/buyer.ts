import type { CompanySnapshot } from "../accounts/company";
import type { FakturBuyer } from "./faktur";

/**
 * What stands in `BuyerIDTKU` for a buyer without NPWP. DJP's sheet says 000000 for all of them; others' accepted files
 * carry the NIK and 000000 (coretax-xml 1.5, uncertain). A seller's setting. It concerns the NIK only: no source puts
 * 22 digits for a passport or another number, whose letters could not stand there, so these keep DJP's 000000.
 */
export const NON_TIN_IDTKU = ["000000", "number+000000"] as const;
export type NonTinIdtku = (typeof NON_TIN_IDTKU)[number];

/** The buyer as the faktur names it; `email` is one address. */
export function buyerFrom(company: CompanySnapshot, email: string, nonTinIdtku: NonTinIdtku): FakturBuyer {
  const { name, address, identity } = company;
  if (identity === null || identity === undefined) {
    const { npwp, nitku } = company;
    return { document: "TIN", npwp, documentNumber: "", nitku, name, address, email, country: "IDN" };
  }
  const { document, number, country } = identity;
  const long = nonTinIdtku === "number+000000" && document === "National ID";
  const nitku = long ? `${number}000000` : "000000";
  return { document, npwp: company.npwp, documentNumber: number, nitku, name, address, email, country };
}

/** `BuyerIDTKU` is never empty. */
export const idTkuOf = (buyer: FakturBuyer): string => (buyer.nitku === "" ? "000000" : buyer.nitku);
