import { text } from "../../text";
import type { GuideStep, PortalConnection, ServiceTransfer } from "../portal";
import { addressOf } from "./api";
import { optionsOf } from "./options";

/**
 * How a person carries a transfer out in WHMCS, whose API cannot. The pages and menus are those of its manual,
 * "Transfer a Domain to Another Client" (8.13); before 8.0 the menu is called Move Product/Service.
 */
export function transferGuide(
  connection: PortalConnection,
  { services, fromAccount, toAccount }: ServiceTransfer,
): readonly GuideStep[] {
  const page = pages(connection);
  const moving = services.map(({ serviceId, label }): GuideStep => {
    const named = label === null ? serviceId : `${serviceId} (${label})`;
    const menu = "More > Transfer Ownership";
    return {
      code: "transfer_ownership",
      says: text(
        `Buka ${named} di akun ${fromAccount}, pilih ${menu}, isi Client ID ${toAccount}, lalu Transfer.`,
        `Open ${named} of client ${fromAccount}, choose ${menu}, enter Client ID ${toAccount}, then Transfer.`,
      ),
      ...{ url: page.service(serviceId, fromAccount), moves: serviceId },
    };
  });
  const billing = services.map(({ serviceId }): GuideStep => ({
    code: "next_due_date",
    says: text(
      `Periksa Next Due Date ${serviceId} di akun ${toAccount}; sesuaikan agar cron menagih pemilik baru.`,
      `Check the Next Due Date of ${serviceId} with client ${toAccount}; set it so that the cron bills the new owner.`,
    ),
    ...{ url: page.service(serviceId, toAccount), moves: null },
  }));
  return [
    ...moving,
    oldInvoices(fromAccount, page.invoices(fromAccount)),
    ...billing,
    ...contacts(services, toAccount, page),
  ];
}

/** The manual's own fifth step, and the one that is forgotten: invoices stay with the old client (trap T20). */
const oldInvoices = (fromAccount: string, url: string): GuideStep => ({
  code: "old_invoices",
  says: text(
    `Lihat invoice akun ${fromAccount}: batalkan yang belum dibayar untuk layanan ini, bila terbit sejak diperiksa.`,
    `Look at the invoices of client ${fromAccount}: cancel unpaid ones for these services that came since the check.`,
  ),
  ...{ url, moves: null },
});

/** Moving a domain leaves its registrant as it was. */
const contacts = (
  services: ServiceTransfer["services"],
  toAccount: string,
  page: ReturnType<typeof pages>,
): GuideStep[] =>
  services
    .filter(({ serviceId }) => serviceId.startsWith("D"))
    .map(({ serviceId }) => ({
      code: "domain_contacts",
      says: text(
        `WHOIS ${serviceId} tidak ikut berubah; bila diminta, ubah lewat Modify Contact Details.`,
        `The WHOIS data of ${serviceId} do not change by themselves; if asked for, use Modify Contact Details.`,
      ),
      ...{ url: page.service(serviceId, toAccount), moves: null },
    }));

function pages(connection: PortalConnection) {
  const base = addressOf(connection).replace(/\/(?:includes\/)?[^/]+\.php$/, "");
  const admin = `${base}/${optionsOf(connection.options).adminPath}`;
  return {
    service: (serviceId: string, client: string) => {
      const list = serviceId.startsWith("D") ? "clientsdomains" : "clientsservices";
      return `${admin}/${list}.php?userid=${client}&id=${serviceId.slice(1)}`;
    },
    invoices: (client: string) => `${admin}/clientsinvoices.php?userid=${client}`,
  };
}
