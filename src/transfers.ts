import {
  approveTransfer,
  checkTransfer,
  markTransferStep,
  noteTicketAnswered,
  openTransfer,
  rejectTransfer,
} from "./accounts/transfer";
import { callOffTransfer } from "./accounts/transfer-call-off";
import type { TransferDeps } from "./accounts/transfer-write";
import { answerTransferTicket, proveTransfer, type ProofDeps } from "./accounts/transfer-proof";
import type { TransferActions } from "./api/deps";
import type { Clock } from "./clock";
import { nextNight } from "./hooks/move-rules";
import { readServices, type ServicesDeps } from "./hooks/services";
import { tieMove, unpaidOfMove } from "./hooks/tie";
import type { NewId } from "./ids";
import type { Log } from "./log";
import { loadTicketTemplates } from "./mail/render";
import { alarmMoves, alarmTransfer } from "./ops/move-alarms";
import type { FoundPortal, portalKinds } from "./portals";
import type { Db } from "./store/db";
import { enqueue } from "./store/jobs";
import { lastSeen } from "./store/moves";
import { listPortals } from "./store/portals";
import { enqueueScheduled } from "./store/stuck";
import type { Handlers } from "./worker/worker";

interface Wires {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  portalNamed(slug: string): Promise<FoundPortal | null>;
  wake(): void;
}

/** Everything about services that change hands, wired: its jobs, what people may do, and what runs by itself. */
export function wireTransfers(
  d: Wires,
  kinds: ReturnType<typeof portalKinds>,
): {
  readonly handlers: Pick<Handlers, "services" | "transfer" | "ticket">;
  readonly actions: TransferActions;
  /** Queues the nightly look at every portal that can be asked; at once where it was never asked. */
  schedule(): Promise<void>;
} {
  const reading: ServicesDeps = { ...d, alarm: (portal) => alarmMoves(d, portal) };
  const proving: ProofDeps = { ...d, alarm: (tx, transfer) => alarmTransfer(d, tx, transfer) };
  const moving: TransferDeps = { ...d, ticketTemplates: loadTicketTemplates() };
  const canBeAsked = async () =>
    (await listPortals(d.db.knex)).filter((portal) => kinds[portal.kind].listServices !== undefined);
  return {
    handlers: {
      services: (work) => readServices(reading, work),
      transfer: (work) => proveTransfer(proving, work),
      ticket: (work) => answerTransferTicket(proving, work),
    },
    actions: {
      open: (wish, who) => openTransfer(moving, wish, who),
      check: (id) => checkTransfer(moving, id),
      approve: (id, reason, who) => approveTransfer(moving, id, reason, who),
      reject: (id, reason, who) => rejectTransfer(moving, id, reason, who),
      callOff: (id, reason, who) => callOffTransfer(moving, id, reason, who),
      answered: (id, who) => noteTicketAnswered(moving, id, who),
      mark: (id, step, who) => markTransferStep(moving, id, step, who),
      tie: (id, tie, who) => tieMove(d, id, tie, who),
      unpaidOf: (move) => unpaidOfMove(d, move),
      async look(slug) {
        if (!(await canBeAsked()).some((portal) => portal.slug === slug)) return false;
        await d.db.alone((tx) => enqueue(tx, "services", slug, d.clock.now(), d.clock.now()));
        d.wake();
        return true;
      },
    },
    async schedule() {
      const now = d.clock.now();
      for (const { slug } of await canBeAsked()) {
        const first = (await lastSeen(d.db.knex, slug)) === null;
        await d.db.alone((tx) => enqueueScheduled(tx, "services", slug, first ? now : nextNight(now), now));
      }
    },
  };
}
