import { PAID_AT, SECRET, accountBody, type TestApi } from "./api";
import { signedHeaders } from "./sign-webhook";

/** What a story needs to say of an event; the rest is usual. */
export interface EventWish {
  readonly id: string;
  readonly account?: string;
  readonly name?: string;
  readonly currency?: string;
  readonly description?: string;
  readonly paidAt?: string;
}

/** Sends events of the portal `toko`; a refund first pays its invoice and then takes the money back. */
export async function generic(
  api: TestApi,
  type: "invoice.paid" | "invoice.refunded",
  wish: EventWish,
): Promise<void> {
  await send(api, `paid_${wish.id}`, "invoice.paid", paid(wish));
  if (type === "invoice.refunded") await refund(api, wish.id, "1110000.00");
}

/** Takes back a part of what was paid. */
export const refund = (api: TestApi, invoiceId: string, amount: string): Promise<void> =>
  send(api, `refund_${invoiceId}`, "invoice.refunded", {
    invoiceId,
    amount,
    refundedAt: api.clock.now().toISOString(),
    reason: "batal",
  });

function paid({
  id,
  account = "77",
  name,
  currency = "IDR",
  description,
  paidAt = PAID_AT,
}: EventWish): object {
  const [subtotal, tax, total] =
    currency === "IDR" ? ["1000000.00", "110000.00", "1110000.00"] : ["100.00", "11.00", "111.00"];
  const line = { id: "1", kind: "hosting", description: description ?? "Web Hosting Bisnis", quantity: 1 };
  return {
    account: { id: account, ...accountBody, ...(name === undefined ? {} : { name }) },
    invoice: {
      ...{ id, number: `INV-${id}`, currency, pricesIncludeTax: false, paidAt, subtotal, tax, total },
      lines: [{ ...line, amount: subtotal, taxed: true }],
    },
  };
}

async function send(api: TestApi, id: string, type: string, data: object): Promise<void> {
  const at = api.clock.now();
  const body = JSON.stringify({ type, timestamp: PAID_AT, data });
  const headers = signedHeaders({ secret: SECRET, id: `msg_${id}`, at, body });
  const response = await fetch(`${api.url}/hooks/toko`, { method: "POST", headers, body });
  if (response.status >= 300) throw new Error(`${response.status}: ${await response.text()}`);
}
