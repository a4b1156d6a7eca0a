import type { ChannelState } from "../../faktur/channels/channel";

/*
 * The words of the portal's list and what they mean. Sources: codes/statuses.csv, tax-rules 6.1. The list shows English
 * words; capitals, blanks and underscores vary between its two exports.
 */

export type ListStatus =
  | "draft"
  | "created"
  | "approved"
  | "amended"
  | "cancelled"
  | "waitingForCancellation"
  | "waitingForAmendment"
  | "rejected"
  | "savedInvalid"
  | "signing"
  | "unknown";

export type ESign = "done" | "signing" | "savedInvalid" | "none" | "unknown";

const STATUSES: Readonly<Record<string, ListStatus>> = {
  DRAFT: "draft",
  CREATED: "created",
  APPROVED: "approved",
  AMENDED: "amended",
  // One L in the data, two in the portal's own texts.
  CANCELED: "cancelled",
  CANCELLED: "cancelled",
  WAITINGFORCANCELLATION: "waitingForCancellation",
  WAITINGFORCANCELATION: "waitingForCancellation",
  WAITINGFORAMENDMENT: "waitingForAmendment",
  REJECTED: "rejected",
  SAVEDINVALID: "savedInvalid",
  SIGNINGINPROGRESS: "signing",
};

const ESIGNS: Readonly<Record<string, ESign>> = {
  "": "none",
  DONE: "done",
  SIGNINGINPROGRESS: "signing",
  SAVEDINVALID: "savedInvalid",
};

const bare = (word: string): string =>
  word
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s_.-]+/g, "");

const lookUp = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, bare(word)) ? table[bare(word)] : undefined;

/** The status a word of the list stands for; any other word is `unknown`. */
export const listStatusOf = (word: string): ListStatus => lookUp(STATUSES, word) ?? "unknown";

/** The state of the signature; an empty cell is `none`, any other word `unknown`. */
export const eSignOf = (word: string): ESign => lookUp(ESIGNS, word) ?? "unknown";

/**
 * Both words in the product's own. Approved only when nothing speaks against it: APPROVED with a signature that is done
 * or not shown. A row that is signed at the moment waits; "Saved Invalid" was refused and may be corrected.
 */
export function standingOf(status: ListStatus, eSign: ESign): ChannelState {
  switch (status) {
    case "approved":
      return eSign === "done" || eSign === "none" ? "approved" : "unknown";
    case "draft":
    case "created":
      return eSign === "signing" ? "pending" : eSign === "savedInvalid" ? "rejected" : "draft";
    case "signing":
    case "waitingForAmendment":
      return "pending";
    case "rejected":
    case "savedInvalid":
      return "rejected";
    case "amended":
      return "replaced";
    case "cancelled":
      return "cancelled";
    case "waitingForCancellation":
      return "cancelling";
    case "unknown":
      return "unknown";
    default:
      return status satisfies never;
  }
}
