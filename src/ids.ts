import { randomBytes } from "node:crypto";

/** Makes an id that sorts by time: 12 hex digits of milliseconds, 20 of chance. */
export type NewId = (now: Date) => string;

export const newId: NewId = (now) =>
  now.getTime().toString(16).padStart(12, "0") + randomBytes(10).toString("hex");
