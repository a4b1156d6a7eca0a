import { AppError } from "../errors";

/** A portal has answered, and its answer cannot be understood. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly error: AppError;
}

/** What a person must look at is held with its reason; asking again would find the same. */
export function asUnreadable(thrown: unknown): Unreadable {
  if (thrown instanceof AppError && thrown.code === "portal_invoice_unreadable") {
    return { kind: "unreadable", error: thrown };
  }
  throw thrown;
}
