import type { Readable } from "node:stream";
import { AppError, asAppError } from "../errors";
import { systemCode } from "../files";
import type { Environment } from "../config";
import { text, type Text } from "../text";

/** What a command may touch of the outside. */
export interface Terminal {
  readonly environment: Environment;
  readonly stdout: Out;
  readonly stderr: Out;
  readonly stdin: Readable;
}

export interface Out {
  write(words: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** 0 done, 1 the thing asked for is not so, 2 wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2;

export const both = (says: Text): string => `${says.id} / ${says.en}`;

export const line = (out: Out, words: string): void => void out.write(`${words}\n`);

/** One plain sentence for people, what is wrong where and what to do, each fix once; the stack only with `--debug`. */
export function reportError(terminal: Terminal, thrown: unknown, debug: boolean): ExitCode {
  const error = inWords(thrown);
  line(terminal.stderr, both(error.says));
  for (const fault of error.faults) line(terminal.stderr, `  ${fault.path}: ${both(fault.message)}`);
  for (const fix of new Set(error.faults.map((fault) => both(fault.fix))))
    line(terminal.stderr, `  → ${fix}`);
  if (debug) line(terminal.stderr, stackOf(thrown));
  return error.code === "config_invalid" ? 2 : 1;
}

/** A file or folder that the system does not let us use is named, with what to look at. */
function inWords(thrown: unknown): AppError {
  const error = asAppError(thrown);
  const code = systemCode(thrown);
  if (error.code !== "internal" || code === undefined || !(thrown instanceof Error)) return error;
  if (!("path" in thrown) || typeof thrown.path !== "string") return error;
  const says = text(
    `${thrown.path} tidak dapat dipakai (${code}). Periksa folder, izin dan ruang disknya.`,
    `${thrown.path} cannot be used (${code}). Check its folder, its rights and the disk space.`,
  );
  return new AppError("storage_failed", says, { cause: thrown });
}

const stackOf = (thrown: unknown): string =>
  thrown instanceof Error
    ? `${thrown.stack ?? thrown.message}${thrown.cause ? `\n${stackOf(thrown.cause)}` : ""}`
    : String(thrown);
