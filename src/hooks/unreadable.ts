import { AppError } from "../errors";

/** A portal has answered, and its answer cannot be understood. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly error: AppError;
  /** Set where it is paid beyond doubt; null: on a day that is not told. */
  readonly paidAt?: Date | null;
}

/** What it sold cannot be understood; that it is paid can. */
export class PaidUnreadable extends AppError {
  readonly paidAt: Date | null;

  constructor({ code, says, faults }: AppError, paidAt: Date | null) {
    super(code, says, { faults });
    this.paidAt = paidAt;
  }
}

/** What a person must look at is held with its reason; asking again would find the same. */
export function asUnreadable(thrown: unknown): Unreadable {
  if (thrown instanceof AppError && thrown.code === "portal_invoice_unreadable") {
    const paid = thrown instanceof PaidUnreadable ? { paidAt: thrown.paidAt } : {};
    return { kind: "unreadable", error: thrown, ...paid };
  }
  throw thrown;
}
