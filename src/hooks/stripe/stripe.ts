import type { Portal } from "../portal";
import { createStripeReader } from "./read";
import { receiveStripe } from "./receive";

/** A portal of kind `stripe`: events wake us, the invoice is read back. `timeoutMs` bounds one call. */
export function createStripePortal(d: { readonly timeoutMs: number }): Portal {
  return { kind: "stripe", receive: receiveStripe, ...createStripeReader(d) };
}
