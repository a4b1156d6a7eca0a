import type { Period } from "../clock";
import {
  TRANSACTION_CODES,
  type BuyerDocument,
  type FakturState,
  type TransactionCode,
} from "../faktur/faktur";
import type { ReasonCode } from "../faktur/reasons";
import { figuresOf, type Amounts, type Figures } from "./figures";

/** Where a faktur stands in the return of its masa. */
export const SPT_BLOCKS = ["counted", "pending", "cancelled", "replaced", "replacementUnknown"] as const;
export type SptBlock = (typeof SPT_BLOCKS)[number];

/** One faktur as the list of output tax (Lampiran A-2) wants it. */
export interface SptRow extends Amounts {
  readonly id: string;
  readonly block: SptBlock;
  readonly state: FakturState;
  readonly code: TransactionCode;
  readonly nsfp: string | null;
  readonly date: string;
  readonly buyer: {
    readonly document: BuyerDocument;
    readonly npwp: string;
    /** NIK, passport or other number; empty for a buyer with an NPWP. */
    readonly number: string;
    readonly name: string;
  };
  readonly kind: "normal" | "replacement";
  /** The serial that this one replaces. */
  readonly replaces: string | null;
  readonly reference: string;
  readonly portal: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string | null;
  readonly simulated: boolean;
}

/** Who pays the PPN of a code to the state; the sums of a return are kept apart by it. */
export const SPT_SECTIONS = ["collected", "collectedByBuyer", "notCollected", "exempt"] as const;
export type SptSection = (typeof SPT_SECTIONS)[number];

export interface SptReport {
  readonly seller: string;
  readonly masa: Period;
  readonly rows: readonly SptRow[];
  /** All ten codes in their order; what stands at the authority only. */
  readonly byCode: readonly (Figures & { readonly code: TransactionCode; readonly section: SptSection })[];
  readonly bySection: Readonly<Record<SptSection, Figures>>;
  readonly counted: Figures;
  /** Not approved yet: missing from the return until they are. */
  readonly pending: Figures;
  /** Replacements under way: their originals are counted until they are approved. */
  readonly pendingReplacements: Figures;
  /** Replaced by hand by what is not known here: missing from the return until that is taken over. */
  readonly replacementUnknown: Figures;
  /** Shown, and counted nowhere. */
  readonly dropped: { readonly cancelled: number; readonly replaced: number };
}

const REPLACED_BY_UNKNOWN: ReasonCode = "replaced_at_authority";

/** An asked cancellation or replacement changes nothing until the authority has said so. */
export function sptBlock(state: FakturState, problem: string | null = null): SptBlock {
  if (problem === REPLACED_BY_UNKNOWN) return "replacementUnknown";
  switch (state) {
    case "approved":
    case "cancelling":
    case "replacing":
      return "counted";
    case "draft":
    case "ready":
    case "submitting":
    case "pending":
    case "unknown":
    case "rejected":
      return "pending";
    case "cancelled":
    case "replaced":
      return state;
    default:
      return state satisfies never;
  }
}

/** PPN of 02 and 03 is paid by the buyer, that of 07 not collected, that of 08 waived (PER-11/PJ/2025, Annex D). */
export function sptSection(code: TransactionCode): SptSection {
  switch (code) {
    case "02":
    case "03":
      return "collectedByBuyer";
    case "07":
      return "notCollected";
    case "08":
      return "exempt";
    case "01":
    case "04":
    case "05":
    case "06":
    case "09":
    case "10":
      return "collected";
    default:
      return code satisfies never;
  }
}

/**
 * The list of output tax of one seller and masa with its sums. A faktur belongs to the masa it carries, a replacement
 * to that of its original (PER-11/PJ/2025 art. 48), so the rows are those whose `period` is the masa.
 */
export function sptReport(seller: string, masa: Period, rows: readonly SptRow[]): SptReport {
  const counted = rows.filter((row) => row.block === "counted");
  const pending = rows.filter((row) => row.block === "pending");
  const section = (wanted: SptSection) => figuresOf(counted.filter((row) => sptSection(row.code) === wanted));
  return {
    ...{ seller, masa, rows },
    byCode: TRANSACTION_CODES.map((code) => ({
      ...{ code, section: sptSection(code) },
      ...figuresOf(counted.filter((row) => row.code === code)),
    })),
    bySection: {
      collected: section("collected"),
      collectedByBuyer: section("collectedByBuyer"),
      notCollected: section("notCollected"),
      exempt: section("exempt"),
    },
    counted: figuresOf(counted),
    pending: figuresOf(pending.filter((row) => row.kind === "normal")),
    pendingReplacements: figuresOf(pending.filter((row) => row.kind === "replacement")),
    replacementUnknown: figuresOf(rows.filter((row) => row.block === "replacementUnknown")),
    dropped: {
      cancelled: rows.filter((row) => row.block === "cancelled").length,
      replaced: rows.filter((row) => row.block === "replaced").length,
    },
  };
}
