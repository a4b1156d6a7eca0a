import { AppError, type Fault } from "../errors";
import type { CompanyStatus } from "../store/accounts";
import type { PortalAccount } from "../hooks/invoice";
import { domainKey } from "../hooks/move-rules";
import type { PortalService, PortalTicket, UnpaidInvoice } from "../hooks/portal";
import { text, type Text } from "../text";

export const CHECK_CODES = [
  "services_owned_by_source",
  "no_unpaid_invoice",
  "ticket_from_owner",
  "destination_registered",
  "destination_company_active",
  "whole_service",
] as const;
export type CheckCode = (typeof CHECK_CODES)[number];

/** Without a `must` nothing is moved; a `warn` is for a person to weigh. */
export interface TransferCheck {
  readonly code: CheckCode;
  readonly level: "must" | "warn";
  readonly ok: boolean;
  readonly detail: Text;
}

/** What the portal and the ledger say at this moment about a wish to move services. */
export interface TransferFacts {
  readonly services: readonly string[];
  readonly fromAccount: string;
  readonly toEmail: string;
  readonly ticket: string;
  /** Everything the source has. */
  readonly owned: readonly PortalService[];
  /** Everything the source has not paid. */
  readonly unpaid: readonly UnpaidInvoice[];
  readonly foundTicket: PortalTicket | null;
  readonly destination: PortalAccount | null;
  /** The NPWP tab of the destination; null when it has none. */
  readonly companyStatus: CompanyStatus | null;
}

/**
 * Whether services may be moved to another account: the conditions of a transfer, each with what was found (contract,
 * section 7 "Transfers"). From the facts alone.
 */
export function decideTransfer(facts: TransferFacts): {
  readonly state: "open" | "blocked";
  readonly checks: readonly TransferCheck[];
} {
  const checks = [
    ownedBySource(facts),
    noUnpaid(facts),
    ticketFromOwner(facts),
    destinationRegistered(facts),
    companyActive(facts),
    wholeService(facts),
  ];
  return { state: failedMusts(checks).length === 0 ? "open" : "blocked", checks };
}

export const failedMusts = (checks: readonly TransferCheck[]): readonly TransferCheck[] =>
  checks.filter((check) => check.level === "must" && !check.ok);

const check = (code: CheckCode, level: "must" | "warn", ok: boolean, detail: Text): TransferCheck => ({
  ...{ code, level, ok, detail },
});

function ownedBySource({ services, owned, fromAccount }: TransferFacts): TransferCheck {
  const missing = services.filter((id) => !owned.some((service) => service.serviceId === id));
  const detail =
    missing.length === 0
      ? text(`Semua layanan ada di akun ${fromAccount}.`, `Every service belongs to account ${fromAccount}.`)
      : text(
          `Bukan milik akun ${fromAccount}: ${missing.join(", ")}. Periksa nomor layanan dan akunnya.`,
          `Not of account ${fromAccount}: ${missing.join(", ")}. Check the service numbers and the account.`,
        );
  return check("services_owned_by_source", "must", missing.length === 0, detail);
}

function noUnpaid({ services, unpaid }: TransferFacts): TransferCheck {
  const open = unpaid.filter((invoice) => invoice.serviceIds.some((id) => services.includes(id)));
  const named = open.map((invoice) => invoice.number ?? invoice.invoiceId).join(", ");
  const detail =
    open.length === 0
      ? text(
          "Tidak ada invoice yang belum dibayar untuk layanan ini.",
          "No invoice for these services is unpaid.",
        )
      : text(
          `Belum dibayar: ${named}. Invoice tetap atas nama akun lama; minta dibayar atau batalkan dahulu.`,
          `Unpaid: ${named}. Invoices stay with the old account; have them paid, or cancel them first.`,
        );
  return check("no_unpaid_invoice", "must", open.length === 0, detail);
}

function ticketFromOwner({ foundTicket, ticket, fromAccount }: TransferFacts): TransferCheck {
  const ok = foundTicket !== null && foundTicket.accountId === fromAccount;
  return check("ticket_from_owner", "must", ok, ticketDetail(foundTicket, ticket, fromAccount));
}

function ticketDetail(found: PortalTicket | null, asked: string, fromAccount: string): Text {
  if (found === null) {
    return text(`Tiket ${asked} tidak ditemukan di portal.`, `The portal has no ticket ${asked}.`);
  }
  if (found.accountId === fromAccount) {
    return text(
      `Tiket ${found.number} dari akun ${fromAccount}: "${found.subject}".`,
      `Ticket ${found.number} is from account ${fromAccount}: "${found.subject}".`,
    );
  }
  return found.accountId === null
    ? text(
        `Tiket ${found.number} ditulis tanpa masuk ke akun. Minta pemilik layanan membuat tiket dari akunnya.`,
        `Ticket ${found.number} was written without signing in. Have the owner open one from the account.`,
      )
    : text(
        `Tiket ${found.number} dari akun ${found.accountId}, bukan ${fromAccount}. Minta pemilik layanan membuat tiket dari akunnya.`,
        `Ticket ${found.number} is from account ${found.accountId}, not ${fromAccount}. Have the owner open one from the account.`,
      );
}

function destinationRegistered({ destination, toEmail, fromAccount }: TransferFacts): TransferCheck {
  if (destination === null) {
    const detail = text(
      `Tidak ada satu akun dengan e-mail ${toEmail}. Minta penerima mendaftar lebih dahulu.`,
      `There is no one account with the e-mail address ${toEmail}. Have the receiver register first.`,
    );
    return check("destination_registered", "must", false, detail);
  }
  if (destination.id === fromAccount) {
    const detail = text(
      `E-mail ${toEmail} adalah akun pemilik sekarang.`,
      `The e-mail address ${toEmail} is the present owner's own account.`,
    );
    return check("destination_registered", "must", false, detail);
  }
  const named = `${destination.id} (${destination.name})`;
  return check("destination_registered", "must", true, text(`Akun ${named}.`, `Account ${named}.`));
}

function companyActive({ destination, companyStatus }: TransferFacts): TransferCheck {
  const ok = companyStatus === "active";
  const detail = ok
    ? text("Tab NPWP akun tujuan aktif.", "The destination's NPWP tab is active.")
    : destination === null
      ? text("Akun tujuan belum diketahui.", "The destination is not known.")
      : text(
          "Tab NPWP akun tujuan tidak aktif: invoice berikutnya tidak mendapat faktur sampai diaktifkan.",
          "The destination's NPWP tab is not active: its invoices get no faktur until it is.",
        );
  return check("destination_company_active", "warn", ok, detail);
}

/** Trap T22: a hosting that goes without its domain, or a domain without its hosting, leaves two payers. */
function wholeService({ services, owned }: TransferFacts): TransferCheck {
  const keys = new Set(
    owned
      .filter((service) => services.includes(service.serviceId))
      .flatMap((service) => domainKey(service.label) ?? []),
  );
  const left = owned.filter((service) => {
    const key = domainKey(service.label);
    return key !== null && keys.has(key) && !services.includes(service.serviceId) && isRunning(service);
  });
  const named = left.map((service) => `${service.serviceId} (${service.label ?? ""})`).join(", ");
  const detail =
    left.length === 0
      ? text("Tidak ada bagian yang tertinggal.", "Nothing that belongs to it is left behind.")
      : text(
          `Tertinggal di akun lama: ${named}. Tanyakan apakah ikut dipindah.`,
          `Left with the old account: ${named}. Ask whether it moves as well.`,
        );
  return check("whole_service", "warn", left.length === 0, detail);
}

const OVER = /^(cancelled|canceled|terminated|fraud|expired|transferred away)$/i;

/** What has ended is nobody's half. */
export const isRunning = ({ status }: Pick<PortalService, "status">): boolean => !OVER.test(status.trim());

/** Where in the request the cause of a failed condition lies. */
const PATH: Readonly<Record<CheckCode, string>> = {
  services_owned_by_source: "/services",
  no_unpaid_invoice: "/services",
  ticket_from_owner: "/ticket",
  destination_registered: "/toEmail",
  destination_company_active: "/toEmail",
  whole_service: "/services",
};

/** The refusal of an approval, with every condition that does not hold. */
export function checksFailed(failed: readonly TransferCheck[]): AppError {
  const faults: Fault[] = failed.map(({ code, detail }) => ({
    ...{ code, path: PATH[code], message: detail },
    fix: text("Betulkan di portal, lalu periksa lagi.", "Put it right in the portal, then check again."),
  }));
  return new AppError(
    "checks_failed",
    text(
      "Syarat pemindahan belum terpenuhi; semuanya ada di faults. Tidak ada yang disetujui.",
      "The conditions of the transfer do not hold; all are in faults. Nothing was approved.",
    ),
    { faults },
  );
}
