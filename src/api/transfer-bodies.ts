import { z } from "zod";
import { clean, readId } from "../hooks/fields";
import { MOVE_STATES } from "../store/moves";
import { TRANSFER_STATES } from "../store/transfers";
import { idCursor } from "./paging";

const words = (most: number) => z.string().overwrite(clean).min(1).max(most);
const limit = z.coerce.number().int().min(1).max(200).default(50);
const slug = z.string().min(1).max(64);

/** An id as portals write them; a number is taken for its digits. */
const id = z
  .union([z.string(), z.int()])
  .transform((value) => readId(value) ?? "")
  .pipe(z.string().min(1).max(100));

/** `S12` for hosting and other products, `D7` for domains. */
const service = z.string().regex(/^[SD][1-9]\d{0,14}$/);

export const transferBody = z.object({
  portal: slug,
  services: z
    .array(service)
    .min(1)
    .max(50)
    .transform((all) => [...new Set(all)]),
  fromAccount: id,
  toEmail: z.email().max(254),
  ticket: id,
});

export const decisionBody = z.object({ reason: words(1000).optional() }).optional();

export const transfersQuery = z.object({
  limit,
  cursor: idCursor,
  state: z.enum(TRANSFER_STATES).optional(),
  portal: slug.optional(),
});

export const movesQuery = transfersQuery.extend({
  state: z.enum(MOVE_STATES).optional(),
  transfer: z.string().max(40).optional().describe("moves that this transfer explains"),
});

export const tieBody = z.object({ ticket: id, note: words(1000).optional() });

export const lookBody = z.object({ portal: slug });
