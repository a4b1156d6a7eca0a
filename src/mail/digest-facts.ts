import type { TaxDay } from "../clock";
import type { CaseKind } from "../faktur/case-rules";
import type { CaseState } from "../store/cases";
import type { Text } from "../text";
import type { ToldMove, ToldTransfer } from "./digest-moves";
import type { WaitingFor } from "./digest-words";

/** What a seller is told of at once: the channel stopped, services moved away from unpaid invoices, a transfer waits. */
export type DigestAlarm = "pause" | "moves" | "transfer";

/** What the daily digest of one seller is made of; lists come sorted, the most pressing first. */
export interface DigestFacts {
  readonly seller: string;
  readonly day: TaxDay;
  /** What it is sent for at once; null for the one that comes every morning. */
  readonly alarm: DigestAlarm | null;
  readonly pause: { readonly says: Text; readonly fix: Text; readonly since: string } | null;
  readonly outages: readonly { readonly cause: string; readonly from: string; readonly to: string | null }[];
  readonly deadlines: readonly {
    readonly level: "notice" | "warning" | "urgent" | "past";
    readonly deadline: TaxDay;
    readonly count: number;
    /** The first of them. */
    readonly names: readonly string[];
    /** Once it has passed: until when the first of them can be made late. */
    readonly lastDay: TaxDay | null;
  }[];
  readonly held: readonly { readonly code: string; readonly message: Text; readonly ages: Ages }[];
  /** Held, and nobody presses for it: no faktur is due, or none can be made any more. */
  readonly unpressed: DigestFacts["held"];
  readonly waiting: readonly { readonly state: WaitingFor; readonly ages: Ages }[];
  readonly mails: Told<{
    readonly reference: string;
    readonly recipient: string;
    readonly detail: string;
  }>;
  readonly cases: readonly {
    readonly kind: CaseKind;
    readonly state: CaseState;
    readonly count: number;
    readonly oldestDays: number;
  }[];
  /** NPWP tabs that wait for finance to activate them, and where that is done. */
  readonly requested: Ages & { readonly url: string };
  /** Services that were seen to change hands, until each is tied to a ticket and paid up. */
  readonly moves: Told<ToldMove>;
  /** Transfers whose conditions hold, and that wait for finance. */
  readonly undecidedTransfers: Told<ToldTransfer>;
  /** Approved and not carried out in time. */
  readonly overdueTransfers: Told<ToldTransfer>;
  /** Decided, and a person has to answer the ticket. */
  readonly unansweredTransfers: Told<ToldTransfer>;
}

/** How many there are, and the age of the oldest in days. */
export interface Ages {
  readonly count: number;
  readonly oldestDays: number;
}

/** The first of a list, and how many there are. */
export interface Told<One> {
  readonly first: readonly One[];
  readonly inAll: number;
}
