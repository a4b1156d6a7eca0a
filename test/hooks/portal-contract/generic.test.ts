// Runs the contract of portals for `generic`, whose signed events carry everything.
import { genericPortal } from "../../../src/hooks/generic";
import { signStandardWebhook } from "../../../src/hooks/signature";
import { secretNamed } from "../../support/sign-webhook";
import { describePortal } from "../portal-contract";

const event = (type: string, data: unknown) => ({ type, timestamp: "2026-11-03T09:10:00+07:00", data });
const line = {
  id: "1",
  kind: "hosting",
  description: "Hosting",
  quantity: 1,
  amount: "1000000.00",
  taxed: true,
};
const invoice = {
  ...{
    id: "7",
    number: "INV-7",
    currency: "IDR",
    pricesIncludeTax: false,
    paidAt: "2026-11-03T09:10:00+07:00",
  },
  ...{ subtotal: "1000000.00", tax: "110000.00", total: "1110000.00", lines: [line] },
};
const account = { id: "77", name: "PT Contoh Sejahtera", email: "billing@contoh.example" };

describePortal("generic", {
  create: () => genericPortal,
  startServer: null,
  wire: {
    secret: secretNamed,
    sign: ({ deliveryId, ...more }) => signStandardWebhook({ id: deliveryId, ...more }),
    paid: () => event("invoice.paid", { account, invoice }),
    ignored: () => event("invoice.reminded", { invoiceId: "7" }),
    malformed: () => ({
      body: event("invoice.paid", {
        account: { ...account, id: "" },
        invoice: { ...invoice, total: 5, currency: "Rp" },
      }),
      faults: [
        "field_malformed /data/account/id",
        "field_malformed /data/invoice/currency",
        "field_malformed /data/invoice/total",
      ],
    }),
  },
});
