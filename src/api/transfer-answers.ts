import { z } from "zod";
import { CHECK_CODES } from "../accounts/transfer-checks";
import { MOVE_STATES } from "../store/moves";
import { ANSWER_STATES, TRANSFER_STATES } from "../store/transfers";

/** The forms of the answers about transfers and moves. */

const instant = z.iso.datetime({ offset: true });
const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

const transfer = z.object({
  id: z.string(),
  state: z.enum(TRANSFER_STATES),
  portal: z.string(),
  services: z.array(z.string()),
  items: z.array(
    z.object({
      service: z.string(),
      label: z.string().nullable(),
      movedAt: instant.nullable().describe("when it was seen with its new owner"),
    }),
  ),
  fromAccount: z.string(),
  toEmail: z.string(),
  toAccount: z.string().nullable(),
  ticket: z.string(),
  checks: z.array(
    z.object({
      code: z.enum(CHECK_CODES),
      level: z.enum(["must", "warn"]),
      ok: z.boolean(),
      detail: z.string(),
    }),
  ),
  checkedAt: instant,
  steps: z.array(
    z.object({
      code: z.string(),
      says: z.string(),
      url: z.string().nullable(),
      auto: z.boolean().describe("ticked by what the portal shows, not by people"),
      doneAt: instant.nullable(),
      doneBy: z.string().nullable(),
    }),
  ),
  answer: z
    .object({ state: z.enum(ANSWER_STATES), text: z.string(), at: instant.nullable() })
    .nullable()
    .describe("the answer in the ticket; `by_hand`: a person must give it"),
  openedBy: z.string(),
  openedAt: instant,
  decision: z
    .object({
      decision: z.enum(["approved", "rejected"]),
      by: z.string(),
      at: instant,
      reason: z.string().nullable(),
    })
    .nullable(),
  overdue: z.boolean().describe("approved more than 24 hours ago and not seen with its new owner"),
  doneAt: instant.nullable(),
});

const move = z.object({
  id: z.string(),
  state: z.enum(MOVE_STATES),
  portal: z.string(),
  service: z.string(),
  label: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  source: z.enum(["list", "event", "invoice"]).describe("how it was seen"),
  lastSeenFrom: instant.nullable().describe("when the service was last seen with its old owner"),
  seenAt: instant,
  ticket: z.string().nullable(),
  ticketChecked: z.boolean().describe("the portal has shown the ticket to be the old owner's"),
  note: z.string().nullable(),
  tiedBy: z.string().nullable(),
  tiedAt: instant.nullable(),
  transfer: z.string().nullable(),
  closedAt: instant.nullable(),
  unpaid: z
    .object({
      live: z.boolean().describe("false: as the portal last said"),
      at: instant,
      items: z.array(
        z.object({
          invoiceId: z.string(),
          number: z.string().nullable(),
          gross: z.string().nullable(),
          currency: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .describe("the old owner's unpaid invoices for it; null while the portal has not said"),
  leftBehind: z
    .array(z.object({ service: z.string(), label: z.string() }))
    .describe("what the old owner still has under the same domain name"),
});

export const TRANSFER_ANSWERS = {
  Transfer: transfer,
  TransfersPage: page(transfer),
  Move: move.extend({
    paid: z
      .array(
        z.object({
          invoiceId: z.string(),
          number: z.string().nullable(),
          paidAt: instant.nullable(),
          decision: z.string(),
        }),
      )
      .describe("invoices of the old owner for it that were paid since it was last seen there"),
  }),
  MovesPage: page(move),
  ServicesLook: z.object({
    portal: z.string(),
    queued: z.boolean(),
    lastReadAt: instant.nullable().describe("when the services of this portal were last seen"),
  }),
} as const;
