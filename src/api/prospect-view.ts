import { prospectOf, type ProspectFacts } from "../accounts/prospect";
import { registerOf } from "../accounts/register";
import type { TaxDay } from "../clock";
import type { CompanyRow } from "../store/accounts";
import { pauseOf } from "../store/pauses";
import { findPortal } from "../store/portals";
import { findSeller, type SellerRow } from "../store/sellers";
import type { Language } from "../text";
import type { ApiDeps } from "./deps";

type ProspectDeps = Pick<ApiDeps, "db" | "clock">;

/** Whether the next paid invoice of an account gets a faktur, and why not. */
export async function prospectView(
  d: ProspectDeps,
  portal: string,
  company: CompanyRow | undefined,
  language: Language,
) {
  const { yes, reasons } = prospectOf({
    status: company?.status ?? null,
    activeFrom: (company?.active_from ?? null) as TaxDay | null,
    registerActive: registerOf(company)?.active ?? null,
    seller: await sellerOf(d, portal),
    now: d.clock.now(),
  });
  return {
    yes,
    reasons: reasons.map(({ code, message, fix }) => ({
      code,
      message: message[language],
      fix: fix[language],
    })),
  };
}

async function sellerOf(d: ProspectDeps, portal: string): Promise<ProspectFacts["seller"]> {
  const connection = await findPortal(d.db.knex, portal);
  const row = connection && (await findSeller(d.db.knex, connection.seller));
  if (row === undefined) return null;
  return {
    paused: (await pauseOf(d.db.knex, row.slug)) !== undefined,
    uploadsByItself: (JSON.parse(row.upload) as { auto: boolean }).auto,
    pdf: row.pdf,
    certificateUntil: validTo(row),
  };
}

const validTo = ({ certificate_about: about }: SellerRow): Date | null =>
  about === null ? null : new Date((JSON.parse(about) as { validTo: string }).validTo);
