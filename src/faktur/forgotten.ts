import { plusMs } from "../clock";

/** Portals' clocks may be off by so much. */
const MARGIN_MS = 86_400_000;

/**
 * A database that was put back from a copy knows nothing of what it did since the copy. Until when an invoice must have been
 * paid, by its portal's clock, for its faktur to be among what may be forgotten; what is paid later cannot be.
 */
export const forgottenUntil = (restored: Date): Date => plusMs(restored, MARGIN_MS);
