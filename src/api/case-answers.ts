import { z } from "zod";
import { CASE_DECISIONS, CASE_KINDS } from "../faktur/case-rules";
import { CHANNEL_WIDE_CAUSES } from "../faktur/channel-wide";
import { ALARM_LEVELS } from "../ops/alarms";
import { CASE_STATES, CLOSED_BECAUSE } from "../store/cases";

/** The forms of the answers about cases, deadlines and the channel. */

const instant = z.iso.datetime({ offset: true });

const oneCase = z.object({
  id: z.string(),
  kind: z.enum(CASE_KINDS),
  state: z.enum(CASE_STATES),
  portal: z.string(),
  invoiceId: z.string(),
  invoiceNumber: z.string().nullable(),
  faktur: z.string().nullable(),
  amount: z.string().nullable(),
  note: z.string().nullable(),
  openedAt: instant,
  openedBy: z.string(),
  closedAt: instant.nullable(),
  closedBecause: z.enum(CLOSED_BECAUSE).nullable().describe("why it closed without a decision"),
  proposal: z.object({
    document: z.enum(CASE_DECISIONS),
    why: z.string(),
    deadline: z.iso.date().nullable(),
    attach: z.array(z.string()),
  }),
  decision: z
    .object({ decision: z.enum(CASE_DECISIONS), by: z.string(), at: instant, reason: z.string() })
    .nullable(),
  steps: z.array(
    z.object({
      code: z.string(),
      says: z.string(),
      auto: z.boolean().describe("ticked by what the authority says, not by people"),
      doneAt: instant.nullable(),
      doneBy: z.string().nullable(),
    }),
  ),
  buyerDocument: z.object({ number: z.string(), date: z.iso.date() }).nullable(),
});

const alarm = z.object({
  level: z.enum(ALARM_LEVELS),
  deadline: z.iso.date(),
  daysLeft: z.int(),
  lastDayToMake: z.iso.date().nullable().describe("last day for a late faktur; null for a replacement"),
  kind: z.enum(["invoice", "faktur"]),
  faktur: z.string().nullable(),
  seller: z.string(),
  portal: z.string(),
  invoiceId: z.string(),
  invoiceNumber: z.string().nullable(),
  state: z.string(),
  reasons: z.array(z.string()),
});

const outage = z.object({
  id: z.string(),
  seller: z.string(),
  channel: z.string(),
  cause: z.string(),
  failures: z.int(),
  from: instant,
  to: instant.nullable(),
});

export const CASE_ANSWERS = {
  Case: oneCase,
  CasesPage: z.object({ items: z.array(oneCase), nextCursor: z.string().nullable() }),
  Deadlines: z.object({
    today: z.iso.date(),
    counts: z.record(z.enum(ALARM_LEVELS), z.int()),
    items: z.array(alarm),
    nextCursor: z.string().nullable(),
  }),
  OutagesPage: z.object({ items: z.array(outage), nextCursor: z.string().nullable() }),
  ChannelState: z.object({
    seller: z.string(),
    paused: z
      .object({ cause: z.enum(CHANNEL_WIDE_CAUSES), since: instant, says: z.string().nullable() })
      .nullable(),
  }),
} as const;
