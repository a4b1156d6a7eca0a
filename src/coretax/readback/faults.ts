import { AppError, type Fault } from "../../errors";
import { text } from "../../text";
import { FAULTS } from "./fault-words";

export type ReadbackCode = keyof typeof FAULTS;

export interface ReadbackFault extends Fault {
  readonly code: ReadbackCode;
}

const LONGEST = 60;

/** What was found, short and on one line, since it may come from anywhere. */
const shown = (found: string): string => {
  const line = found.replace(/[\p{C}\s]+/gu, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};

/** A fault of the list above; `found` fills the places in its sentence. `path` points into what was read. */
export function readbackFault(
  code: ReadbackCode,
  path: string,
  ...found: readonly (string | number)[]
): ReadbackFault {
  const { message, fix } = FAULTS[code];
  const fill = (sentence: string): string =>
    sentence.replace(/\{(\d)\}/g, (_, place: string) => shown(String(found[Number(place)] ?? "")));
  return { code, path, message: text(fill(message.id), fill(message.en)), fix };
}

/** Thrown inside the readers of this room, which turn it into their answer. */
export function refuseFile(
  code: ReadbackCode,
  found: readonly (string | number)[] = [],
  cause?: unknown,
): AppError {
  const fault = readbackFault(code, "", ...found);
  return new AppError("refused", fault.message, {
    faults: [fault],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The faults of a refusal made by `refuseFile`; null for anything else that was thrown. */
export const refusalOf = (thrown: unknown): readonly Fault[] | null =>
  thrown instanceof AppError && thrown.code === "refused" && thrown.faults.length > 0 ? thrown.faults : null;
