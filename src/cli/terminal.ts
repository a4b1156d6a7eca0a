import type { Readable } from "node:stream";
import { asAppError } from "../errors";
import type { Environment } from "../config";
import type { Text } from "../text";

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

/** One plain sentence for people and what is wrong where; the stack only with `--debug`. */
export function reportError(terminal: Terminal, thrown: unknown, debug: boolean): ExitCode {
  const error = asAppError(thrown);
  line(terminal.stderr, both(error.says));
  for (const fault of error.faults) line(terminal.stderr, `  ${fault.path}: ${both(fault.message)}`);
  if (debug) line(terminal.stderr, stackOf(thrown));
  return error.code === "config_invalid" ? 2 : 1;
}

const stackOf = (thrown: unknown): string =>
  thrown instanceof Error
    ? `${thrown.stack ?? thrown.message}${thrown.cause ? `\n${stackOf(thrown.cause)}` : ""}`
    : String(thrown);
