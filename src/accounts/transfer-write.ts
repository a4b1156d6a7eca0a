import type { Clock } from "../clock";
import { AppError } from "../errors";
import type { Portal, PortalConnection } from "../hooks/portal";
import type { NewId } from "../ids";
import type { Log } from "../log";
import { appendAudit } from "../store/audit";
import type { Tx } from "../store/db";
import { enqueue } from "../store/jobs";
import type { TransferRow } from "../store/transfers";
import { text } from "../text";
import type { TransferCheck } from "./transfer-checks";
import type { FactsDeps } from "./transfer-facts";
import { ticketAnswer, type TicketTemplates, type TransferItem, type Verdict } from "./transfer-plan";

export interface TransferDeps extends FactsDeps {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly ticketTemplates: TicketTemplates;
  wake(): void;
}

export interface Actor {
  readonly name: string;
}

interface Decision {
  readonly items: readonly TransferItem[];
  readonly failed: readonly TransferCheck[];
  readonly reason: string | null;
  readonly who: Actor;
}

/** What a decision writes: who, when, why, and the answer for the ticket. */
export function decidedColumns(d: TransferDeps, row: TransferRow, verdict: Verdict, decision: Decision) {
  const { items, failed, reason, who } = decision;
  const words = {
    id: row.id,
    items,
    toEmail: row.to_email,
    reason,
    failed,
    withdrawn: row.state === "approved",
  };
  return {
    ...{ state: verdict, open_key: null, decision_reason: reason },
    ...{ decided_by: who.name, decided_at: d.clock.now().toISOString() },
    answer: ticketAnswer(d.ticketTemplates, verdict, words),
  };
}

type Found = { readonly connection: PortalConnection; readonly portal: Portal } | null;

/** Whether the program answers the ticket, or a person has to. */
export const answering = (found: Found, ticketId: string | null) => ({
  answer_state: canAnswer(found) && ticketId !== null ? ("queued" as const) : ("by_hand" as const),
});

const canAnswer = (found: Found): boolean => found?.portal.answerTicket !== undefined;

export async function queueAnswer(tx: Tx, d: TransferDeps, id: string, found: Found): Promise<void> {
  if (!canAnswer(found)) return;
  await enqueue(tx, "ticket", id, d.clock.now(), d.clock.now());
}

/** What was done to a transfer, in the audit. */
export const written = (
  tx: Tx,
  d: TransferDeps,
  id: string,
  action: string,
  who: Actor,
  detail: string | null,
): Promise<void> =>
  appendAudit(tx, {
    ...{ at: d.clock.now().toISOString(), actor: who.name, action: `transfer.${action}` },
    ...{ subject: `transfer:${id}`, detail },
  });

export const notFound = (): AppError =>
  new AppError(
    "not_found",
    text("Pemindahan atau langkah tidak ditemukan.", "There is no such transfer or step."),
  );

export const wrongState = (state: string): AppError =>
  new AppError(
    "wrong_state",
    text(
      `Pemindahan berstatus "${state}" tidak dapat diproses begini. Muat ulang lalu coba lagi.`,
      `A transfer in state "${state}" cannot be handled like this. Read it again, then try anew.`,
    ),
  );
