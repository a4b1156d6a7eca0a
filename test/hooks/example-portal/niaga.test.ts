// Runs the contract of portals for `niaga`.
import { signStandardWebhook } from "../../../src/hooks/signature";
import { secretNamed } from "../../support/sign-webhook";
import { describePortal } from "../portal-contract";
import { createNiagaPortal } from "./niaga";
import { startNiaga } from "./niaga-server";

const event = (type: string, data: unknown, timestamp = "2026-11-03T09:10:00+07:00") => ({
  type,
  timestamp,
  data,
});

describePortal("niaga", {
  create: (timeoutMs) => createNiagaPortal({ fetch, timeoutMs }),
  startServer: startNiaga,
  wire: {
    secret: secretNamed,
    sign: ({ deliveryId, ...more }) => signStandardWebhook({ id: deliveryId, ...more }),
    paid: () => event("invoice.paid", { invoice: 7 }),
    ignored: () => event("invoice.reminded", { invoice: 7 }),
    malformed: () => ({
      body: event("invoice.paid", { invoice: 7.5 }, "kemarin"),
      faults: ["field_malformed /timestamp", "field_malformed /data/invoice"],
    }),
  },
});
