import { createHash } from "node:crypto";
import type { GuideStep, Portal, PortalConnection } from "../hooks/portal";
import { text, type Text } from "../text";
import type { TransferCheck } from "./transfer-checks";

/** A service of a transfer; `movedAt` is when it was seen with its new owner. */
export interface TransferItem {
  readonly serviceId: string;
  readonly label: string | null;
  readonly movedAt: string | null;
}

/** A step of the portal's guide as it is kept; those that give a service away are ticked by its new owner being seen. */
export interface TransferStep extends GuideStep {
  readonly doneAt: string | null;
  readonly doneBy: string | null;
}

export const readItems = (json: string): readonly TransferItem[] => JSON.parse(json) as TransferItem[];
export const readChecks = (json: string): readonly TransferCheck[] => JSON.parse(json) as TransferCheck[];
export const readSteps = (json: string): readonly TransferStep[] => JSON.parse(json) as TransferStep[];

export const untickedSteps = (steps: readonly GuideStep[]): readonly TransferStep[] =>
  steps.map((step) => ({ ...step, doneAt: null, doneBy: null }));

/** The same steps with one ticked, counted from 0. */
export const tickStep = (
  steps: readonly TransferStep[],
  index: number,
  by: string,
  at: Date,
): readonly TransferStep[] =>
  steps.map((step, place) =>
    place === index && step.doneAt === null ? { ...step, doneAt: at.toISOString(), doneBy: by } : step,
  );

/** Items and steps after services were seen with their new owner. */
export function withSeen(
  items: readonly TransferItem[],
  steps: readonly TransferStep[],
  arrived: ReadonlySet<string>,
  at: Date,
): {
  readonly items: readonly TransferItem[];
  readonly steps: readonly TransferStep[];
  readonly all: boolean;
} {
  const iso = at.toISOString();
  const after = items.map((item) =>
    item.movedAt === null && arrived.has(item.serviceId) ? { ...item, movedAt: iso } : item,
  );
  const ticked = steps.map((step) =>
    step.moves !== null && step.doneAt === null && arrived.has(step.moves)
      ? { ...step, doneAt: iso, doneBy: "portal" }
      : step,
  );
  return { items: after, steps: ticked, all: after.every((item) => item.movedAt !== null) };
}

/** The portal's own guide; where the portal moves services by itself there is nothing for a person to do. */
export function guideOf(
  { portal, connection }: { readonly portal: Portal; readonly connection: PortalConnection },
  items: readonly TransferItem[],
  fromAccount: string,
  toAccount: string,
): readonly GuideStep[] {
  if (portal.moveService !== undefined) return [];
  const services = items.map(({ serviceId, label }) => ({ serviceId, label }));
  return (
    portal.transferGuide?.(connection, { services, fromAccount, toAccount }) ??
    services.map(({ serviceId }) => ({
      code: "move_service",
      says: text(
        `Pindahkan ${serviceId} dari akun ${fromAccount} ke akun ${toAccount} di portal.`,
        `Move ${serviceId} from account ${fromAccount} to account ${toAccount} in the portal.`,
      ),
      ...{ url: null, moves: serviceId },
    }))
  );
}

export interface TransferWish {
  readonly portal: string;
  readonly services: readonly string[];
  readonly fromAccount: string;
  readonly toEmail: string;
  readonly ticket: string;
}

/** The same for the same wish, in whatever order its services are named. */
export const openKeyOf = ({ portal, services, fromAccount, toEmail, ticket }: TransferWish): string =>
  createHash("sha256")
    .update(JSON.stringify([portal, [...services].sort(), fromAccount, toEmail.toLowerCase(), ticket]))
    .digest("hex");

/** What an answer in a ticket is made of; the templates show only text. */
export interface TicketAnswerView {
  readonly services: readonly { readonly name: string }[];
  readonly toEmail: string;
  readonly reasons: readonly Text[];
  /** It was approved before, and the customer may have been told so. */
  readonly withdrawn: boolean;
  /** The last line: a ticket that carries it has been answered. */
  readonly reference: string;
}

export interface TicketTemplates {
  approved(view: TicketAnswerView): string;
  rejected(view: TicketAnswerView): string;
}

export type Verdict = "approved" | "rejected";

export const referenceOf = (transferId: string, verdict: Verdict): string =>
  `Ref: ${transferId}/${verdict === "approved" ? "1" : "2"}`;

/** The answer to the customer, Indonesian with English beside. */
export function ticketAnswer(
  templates: TicketTemplates,
  verdict: Verdict,
  transfer: {
    readonly id: string;
    readonly items: readonly TransferItem[];
    readonly toEmail: string;
    readonly reason: string | null;
    readonly failed: readonly TransferCheck[];
    readonly withdrawn: boolean;
  },
): string {
  const view: TicketAnswerView = {
    services: transfer.items.map(({ serviceId, label }) => ({
      name: label === null ? serviceId : `${label} (${serviceId})`,
    })),
    toEmail: transfer.toEmail,
    withdrawn: transfer.withdrawn,
    reasons: [
      ...(transfer.reason === null ? [] : [text(transfer.reason, transfer.reason)]),
      ...transfer.failed.map((one) => CUSTOMER_WORDS[one.code]),
    ],
    reference: referenceOf(transfer.id, verdict),
  };
  return templates[verdict](view);
}

/** What a condition means to the customer: nothing of other accounts is told. */
const CUSTOMER_WORDS: Readonly<Record<TransferCheck["code"], Text>> = {
  services_owned_by_source: text(
    "Layanan yang disebut tidak ada di akun pengirim tiket ini.",
    "The service named is not in the account that sent this ticket.",
  ),
  no_unpaid_invoice: text(
    "Masih ada invoice yang belum dibayar untuk layanan ini. Lunasi atau minta dibatalkan lebih dahulu.",
    "An invoice for this service is still unpaid. Pay it or have it cancelled first.",
  ),
  ticket_from_owner: text(
    "Permintaan harus dikirim sebagai tiket dari akun pemilik layanan.",
    "The request must come as a ticket from the account that owns the service.",
  ),
  destination_registered: text(
    "E-mail tujuan belum terdaftar sebagai akun. Penerima perlu mendaftar lebih dahulu.",
    "The destination's e-mail address is not a registered account. The receiver must register first.",
  ),
  destination_company_active: text(
    "Akun tujuan belum mengaktifkan faktur pajak.",
    "The destination has not switched tax invoices on.",
  ),
  whole_service: text(
    "Sebagian layanan dengan nama domain yang sama tidak ikut dipindah.",
    "Part of the services under the same domain name does not move.",
  ),
};
