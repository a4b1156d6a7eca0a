import type { Portal } from "../portal";
import { checkStripe } from "./check";
import type { StripeDeps } from "./client";
import { createStripeReader } from "./read";
import { receiveStripe } from "./receive";

/** A portal of kind `stripe`: events wake us, everything is read back. */
export function createStripePortal(d: StripeDeps): Portal {
  return {
    kind: "stripe",
    apiNeeds: ["secret"],
    // Stripe signs with the text of its secret as it stands.
    isSecret: (secret) => secret.trim() !== "",
    receive: receiveStripe,
    ...createStripeReader(d),
    check: (connection) => checkStripe(connection, d),
  };
}
