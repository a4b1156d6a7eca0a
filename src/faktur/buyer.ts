import type { CompanySnapshot } from "../accounts/company";
import { text } from "../text";
import type { FakturBuyer } from "./faktur";
import { reason, type Reason } from "./reasons";

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

/** Under which a buyer is found again, at the authority and here: the NPWP, or the number of what stands in its place. */
export const buyerNumberOf = ({ document, npwp, documentNumber }: FakturBuyer): string =>
  document === "TIN" ? npwp : documentNumber;

/** `BuyerIDTKU` is never empty. */
export const idTkuOf = (buyer: FakturBuyer): string => (buyer.nitku === "" ? "000000" : buyer.nitku);

/** The payment became known only when another taxpayer stood behind the account: which of them has bought, a person says. */
export const boughtByAnother = (name: string): Reason =>
  reason(
    "buyer_invalid",
    text(
      `Saat dibayar, perusahaan yang aktif di akun ini adalah ${name}; pembayarannya baru diketahui setelah diganti. Bila pembelinya perusahaan yang sekarang, terbitkan ulang.`,
      `When it was paid, the company active on this account was ${name}; the payment became known only after it was replaced. If the buyer is the present company, issue anew.`,
    ),
  );
