import type Stripe from "stripe";
import { AppError } from "../../errors";
import { text, type Text } from "../../text";
import type { PortalConnection } from "../portal";
import { clientOf, type StripeDeps } from "./client";
import { stripeFailure } from "./failure";
import { isTestKey, takesTests } from "./mode";

/** What a restricted key must be allowed to read, by the names of Stripe's dashboard. */
const READS: readonly (readonly [string, (stripe: Stripe) => Promise<unknown>])[] = [
  ["Invoices", (stripe) => stripe.invoices.list({ limit: 1 })],
  ["Invoice payments", (stripe) => stripe.invoicePayments.list({ limit: 1 })],
  ["Customers", (stripe) => stripe.customers.list({ limit: 1 })],
  ["Charges and refunds", (stripe) => stripe.refunds.list({ limit: 1 })],
  ["Disputes", (stripe) => stripe.disputes.list({ limit: 1 })],
  ["Credit notes", (stripe) => stripe.creditNotes.list({ limit: 1 })],
  ["Events", (stripe) => stripe.events.list({ limit: 1 })],
];

export const CHECKED_RIGHTS = READS.map(([name]) => name);

/** Tries every read that the service needs: a key that forbids one would be noticed too late. Changes nothing. */
export async function checkStripe(connection: PortalConnection, d: StripeDeps): Promise<Text> {
  const stripe = clientOf(connection, d);
  for (const [name, ask] of READS) {
    try {
      await ask(stripe);
    } catch (thrown) {
      const failure = stripeFailure(thrown);
      const says = text(`${failure.says.id} (${name})`, `${failure.says.en} (${name})`);
      throw new AppError(failure.code, says, { cause: thrown, waitMs: failure.waitMs });
    }
  }
  if (!isTestKey(connection)) return LIVE;
  if (!takesTests(connection)) throw new AppError("config_invalid", TEST_LEFT_OUT);
  return TEST_MODE;
}

const LIVE = text("Stripe menjawab dan kunci API diterima.", "Stripe answers and takes the API key.");

/** Where they count, payments of the test mode are read like any other. */
const TEST_MODE = text(
  `${LIVE.id} Kunci ini milik mode uji: pakai hanya bersama kanal simulasi; dengan kanal sungguhan pembayaran uji menjadi faktur.`,
  `${LIVE.en} It is a key of the test mode: use it beside a simulated channel only; with a real one test payments become fakturs.`,
);

const TEST_LEFT_OUT = text(
  `Kunci ini milik mode uji: tidak ada pembayaran yang diterbitkan. Ganti dengan kunci live, atau untuk latihan dengan kanal simulasi setel pilihan portal {"testMode": true}.`,
  `This is a key of the test mode: no payment is issued. Use a live key, or for a rehearsal beside a simulated channel set the portal's option {"testMode": true}.`,
);
