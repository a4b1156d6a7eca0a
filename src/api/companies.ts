import type { z } from "zod";
import type { CompanyData } from "../accounts/company";
import { checkVerifiedCode, type Facility } from "../accounts/facility";
import { identify, NO_NPWP, type BuyerIdentity } from "../accounts/identity";
import { headOffice, parseNitku, readNpwp, type Nitku } from "../accounts/npwp";
import { registerOf, sameWords } from "../accounts/register";
import { isoInJakarta, type TaxDay } from "../clock";
import { AppError } from "../errors";
import { drawnWhole } from "../faktur/letters";
import { transactionCodeOn } from "../faktur/law";
import type { CompanyRow } from "../store/accounts";
import { text } from "../text";
import type { npwpBody } from "./bodies";

/**
 * The company as a body of `PUT …/npwp` names it. Throws what `identify` and `checkVerifiedCode` throw, and
 * `nitku_mismatch`.
 */
export function companyOf(body: z.infer<typeof npwpBody>, today: TaxDay): CompanyData {
  const { npwp, identity } = identify(body.npwp, body.identity ?? undefined, body.name);
  const facility: Facility | null =
    body.facility == null ? null : { ...body.facility, lineKinds: body.facility.lineKinds ?? null };
  const code = {
    transactionCode: body.transactionCode ?? null,
    evidence: body.evidence ?? null,
    facility,
    issueOn: body.issueOn ?? ("payment" as const),
    collector: body.collector ?? null,
  };
  checkVerifiedCode(code, transactionCodeOn(today, null, null));
  const { name, address, email } = body;
  return { npwp, nitku: nitkuOf(body.nitku, npwp), name, address, email, identity, ...code };
}

function nitkuOf(given: string | undefined, npwp: CompanyData["npwp"]): Nitku {
  if (given === undefined) return headOffice(npwp);
  if (npwp !== NO_NPWP) return parseNitku(given, npwp);
  // As it is told of such a buyer.
  if (given === headOffice(npwp)) return headOffice(npwp);
  throw new AppError(
    "nitku_mismatch",
    text("Pembeli tanpa NPWP tidak punya NITKU.", "A buyer without NPWP has no NITKU."),
  );
}

/** What the tab shows beside the plain data: who the buyer is, the verified code, and the register's word. */
export const particularsView = (row: CompanyRow) => ({
  identity:
    row.identity == null
      ? { document: "TIN" as const, number: row.npwp, country: "IDN" }
      : (JSON.parse(row.identity) as BuyerIdentity),
  facility: row.facility == null ? null : (JSON.parse(row.facility) as Facility),
  collector: row.collector ?? null,
  issueOn: row.issue_on ?? "payment",
  activeFrom: row.active_from ?? null,
  codeBy: row.code_by ?? null,
  codeAt: row.code_at == null ? null : isoInJakarta(new Date(row.code_at)),
  register: registerView(row),
});

function registerView(row: CompanyRow) {
  const check = registerOf(row);
  if (check === null) return null;
  const { found, name, address, status, active, by } = check;
  const differs = {
    name: name !== null && !sameWords(name, row.name),
    address: address !== null && !sameWords(address, row.address),
  };
  return { found, name, address, status, active, at: isoInJakarta(new Date(check.at)), by, differs };
}

/**
 * What may be wrong and was stored all the same. A failed check digit is no more than that: the rule is not DJP's, and
 * numbers of the Coretax era do not follow it.
 */
export function warningsOf(row: CompanyRow): string[] {
  const read = readNpwp(row.npwp);
  const register = registerView(row);
  return [
    ...(read.kind === "npwp" && !read.luhnOk ? ["npwp_check_digit"] : []),
    ...(register !== null && !register.found ? ["register_not_found"] : []),
    ...(register?.found === true && !register.active ? ["register_inactive"] : []),
    ...(register?.differs.name === true ? ["register_name_differs"] : []),
    ...(register?.differs.address === true ? ["register_address_differs"] : []),
    ...(drawnWhole(`${row.name} ${row.address}`) ? [] : ["letters_not_drawn"]),
  ];
}
