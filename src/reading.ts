import type { ApiDeps } from "./api/deps";
import type { Portal, PortalKind } from "./hooks/portal";
import { pollPortal, type PollDeps } from "./hooks/poll";
import { readBack, readBackAccount, readBackBill, readBackRefund } from "./hooks/read";
import type { Handlers } from "./worker/worker";

/** The work that asks a portal. */
export const readingHandlers = (
  d: PollDeps,
): Pick<Handlers, "read" | "readRefund" | "readBill" | "readAccount" | "poll"> => ({
  read: (work) => readBack(d, work),
  readRefund: (work) => readBackRefund(d, work),
  readBill: (work) => readBackBill(d, work),
  readAccount: (work) => readBackAccount(d, work),
  poll: (work) => pollPortal(d, work),
});

/** Everything wrong with the options of a connection; kinds without a schema of their own take any. */
export const optionFaultsOf =
  (kinds: Readonly<Record<PortalKind, Portal>>): ApiDeps["optionFaults"] =>
  (kind, options) =>
    kinds[kind].optionFaults?.(options) ?? [];
