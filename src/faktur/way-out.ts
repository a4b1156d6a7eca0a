import type { FakturState } from "./faktur";

interface Standing {
  readonly state: FakturState;
  readonly problem: string | null;
  readonly external_id: string | null;
}

/** How a faktur ends that a person no longer wants. */
export type WayOut = "confirm" | "drop" | "clear_first" | "ask_authority" | "none";

/**
 * What the authority never saw is dropped here alone. What lies there, refused or not handed over, can be mended and
 * handed over there by anybody: it is looked at and deleted first.
 */
export function wayOut(row: Standing): WayOut {
  if (row.problem === "cancelled_at_authority" || row.problem === "replaced_at_authority") return "confirm";
  // After a restore the tax portal may hold it as approved: until somebody has looked there, it is not given up.
  if (row.problem === "may_be_exported") return "none";
  switch (row.state) {
    case "draft":
    case "ready":
    case "rejected":
      return row.external_id === null ? "drop" : "clear_first";
    case "submitting":
    case "unknown":
      return row.problem !== null && LOOKED_AT.has(row.problem) ? "clear_first" : "none";
    case "approved":
      return "ask_authority";
    case "pending":
    case "cancelling":
    case "cancelled":
    case "replacing":
    case "replaced":
      return "none";
    default:
      return row.state satisfies never;
  }
}

/** Problems that were written down after the authority had answered: nothing is on its way. */
const LOOKED_AT: ReadonlySet<string> = new Set(["duplicate_at_authority", "seller_changed"]);
