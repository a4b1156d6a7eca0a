import type { TaxDay } from "../clock";
import { AppError } from "../errors";
import { text } from "../text";
import type { TransactionCode } from "../faktur/faktur";
import type { Collector } from "../faktur/law-thresholds";
import type { Facility, IssueOn } from "./facility";
import type { BuyerIdentity } from "./identity";
import type { Nitku, Npwp } from "./npwp";

/** What the NPWP tab holds about a company. */
export interface CompanyData {
  readonly npwp: Npwp;
  readonly nitku: Nitku;
  readonly name: string;
  readonly address: string;
  /** One address, or several with commas between. */
  readonly email: string;
  /** A verified attribute with its evidence; null = the ordinary code of the day. Never guessed from a name. */
  readonly transactionCode: TransactionCode | null;
  readonly evidence: string | null;
  /** Absent for a buyer with an NPWP; else what stands in its place, and `npwp` is sixteen zeros. */
  readonly identity?: BuyerIdentity | null;
  /** Only with codes 07 and 08. */
  readonly facility?: Facility | null;
  /** Only with code 03, where the kind of collector brings its own threshold. */
  readonly collector?: Collector | null;
  /** When fakturs are due: with the payment, or for collectors with the bill. */
  readonly issueOn?: IssueOn;
}

export type TabStatus = "requested" | "active" | "suspended";

/** The company as it was when a payment became known: what a faktur of that payment is made for. */
export interface CompanySnapshot extends CompanyData {
  readonly status: TabStatus;
  /** The first tax day that its fakturs cover by themselves; earlier payments wait for a person. */
  readonly activeFrom?: TaxDay;
  /** Another taxpayer's name: it was the active one when this was paid, and was replaced before the payment became known. */
  readonly insteadOf?: string;
}

/** Whether a payment of this day came before the company's fakturs begin. */
export const isBeforeActivation = (company: CompanySnapshot, taxDay: TaxDay): boolean =>
  company.activeFrom !== undefined && taxDay < company.activeFrom;

export type TabEvent = "entered" | "corrected" | "activated" | "suspended" | "checked" | "evidence";

/** Everything that may happen to an NPWP tab. */
const TAB_MOVES: Readonly<Record<TabStatus, Partial<Record<"activate" | "suspend", TabStatus>>>> = {
  requested: { activate: "active", suspend: "suspended" },
  active: { activate: "active", suspend: "suspended" },
  suspended: { activate: "active", suspend: "suspended" },
};

export function tabMove(from: TabStatus, move: "activate" | "suspend"): TabStatus {
  const next = TAB_MOVES[from][move];
  if (next === undefined)
    throw new AppError("wrong_state", text("Status tab NPWP tidak sesuai.", "Wrong tab state."));
  return next;
}

/**
 * What entering data does to the tab: the same NPWP (or key of a buyer without one) keeps an active tab active; another
 * one is refused while one is requested or active (one account, one company); after a suspension the new data are a new
 * request.
 */
export function enterCompany(
  standing: { readonly npwp: string; readonly status: TabStatus } | null,
  npwp: string,
): { readonly status: TabStatus; readonly event: TabEvent } {
  if (standing === null) return { status: "requested", event: "entered" };
  if (standing.npwp === npwp) {
    if (standing.status === "suspended") return { status: "requested", event: "entered" };
    return { status: standing.status, event: "corrected" };
  }
  if (standing.status === "suspended") return { status: "requested", event: "entered" };
  throw new AppError(
    "account_has_company",
    text(
      "Akun ini sudah dipakai perusahaan lain. Satu akun untuk satu perusahaan: buka akun lain untuk NPWP ini. Salah ketik? Finance menangguhkan tab ini dahulu, lalu isi NPWP yang benar.",
      "This account already belongs to another company. One account, one company: open another account for this NPWP. Mistyped? Finance suspends this tab first, then enter the right NPWP.",
    ),
  );
}
