import type { InvoiceRow } from "../store/invoices";

type Standing = Pick<InvoiceRow, "portal_state" | "portal_state_at">;

/** Whether words were said before the last that are known. */
export const isBefore = (saidAt: Date | null, { portal_state_at }: Standing): boolean =>
  saidAt !== null && portal_state_at != null && saidAt.toISOString() < portal_state_at;

/** They come late and change nothing (trap T43). Of a payment a bill knows nothing, whenever it was told. */
export const isOutdated = (standing: Standing, saidAt: Date | null): boolean =>
  standing.portal_state !== "billed" && isBefore(saidAt, standing);
