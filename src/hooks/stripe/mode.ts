import type { PortalConnection } from "../portal";

type Keyed = Pick<PortalConnection, "api" | "options">;

/** A key of the test mode sees nothing but the test mode, one of the live mode nothing of it. */
export const isTestKey = ({ api }: Keyed): boolean => /^[a-z]+_test_/.test(api?.secret ?? "");
const isLiveKey = ({ api }: Keyed): boolean => /^[a-z]+_live_/.test(api?.secret ?? "");

const isStripeItself = ({ api }: Keyed): boolean => (api?.url ?? "") === "";

/**
 * Whether payments of the test mode count: with a real channel each would become a real faktur, so only where the options
 * say it, or where another address stands in for Stripe.
 */
export const takesTests = (connection: Keyed): boolean =>
  !isStripeItself(connection) || connection.options["testMode"] === true;

/** What was made in the test mode is nobody's supply. */
export const isMereTest = (
  { livemode }: { readonly livemode?: boolean | null | undefined },
  connection: Keyed,
): boolean => livemode === false && !takesTests(connection);

/** An event of the test mode told to a live key: what it names would be absent whenever it is asked for. */
export const isOfOtherMode = (event: unknown, connection: Keyed): boolean =>
  isLiveKey(connection) &&
  isStripeItself(connection) &&
  typeof event === "object" &&
  event !== null &&
  "livemode" in event &&
  event.livemode === false;
