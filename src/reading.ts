import { pollPortal, type PollDeps } from "./hooks/poll";
import { readBack } from "./hooks/read";
import { readBackAccount, readBackBill, readBackRefund } from "./hooks/read-beside";
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
