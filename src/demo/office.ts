import type { Ended } from "./watch";
import { call, type Service } from "./feed";

/** What an office has besides invoices: a program that wants to be told, a case to decide, a link for a customer. */
export async function furnishOffice(service: Service, ended: readonly Ended[]): Promise<string | null> {
  const issued = ended.find((one) => one.outcome === "issued" && one.faktur !== null);
  if (issued === undefined || issued.faktur === null) return null;
  await call(service, "POST", "/cases", {
    ...{ faktur: issued.faktur.id, kind: "wrong_amount" },
    note: "Pelanggan: harga seharusnya memakai potongan tahunan. (demo)",
  });
  const { one } = issued;
  const path = `/accounts/${one.portal}/${encodeURIComponent(one.account.id)}/link`;
  const { url } = (await call(service, "POST", path)) as { readonly url: string };
  return url;
}

/** A program beside the portal that is told of everything, at an address of this machine. */
export const subscribe = (service: Service, url: string): Promise<unknown> =>
  call(service, "PUT", "/webhooks/akuntansi", {
    ...{ url, seller: "utama" },
    events: ["faktur.approved", "faktur.rejected", "faktur.mailed", "invoice.held"],
  });
