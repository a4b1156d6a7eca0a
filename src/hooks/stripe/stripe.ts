import type { Portal } from "../portal";
import { checkStripe } from "./check";
import type { StripeDeps } from "./client";
import { createStripeReader } from "./read";
import { receiveStripe } from "./receive";

/** A portal of kind `stripe`: events wake us, everything is read back. */
export function createStripePortal(d: StripeDeps): Portal {
  return {
    kind: "stripe",
    receive: receiveStripe,
    ...createStripeReader(d),
    check: (connection) => checkStripe(connection, d),
  };
}
