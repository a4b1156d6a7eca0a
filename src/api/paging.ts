import { z } from "zod";

/** Where a list goes on that is ordered by its ids. Another word would be taken for a place before or behind all of them. */
export const idCursor = z
  .string()
  .regex(/^[0-9a-f]{1,40}$/)
  .optional();

/** Of one that is ordered by its ids or by its last days. */
export const eitherCursor = z
  .string()
  .regex(/^(?:(?:\d{4}-\d{2}-\d{2}|9)\.)?[0-9a-f]{1,40}$/)
  .optional();

/** Of a list ordered by a last day, the id behind it. */
export const dayCursor = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}\.[0-9a-f]{1,40}$/)
  .optional();
