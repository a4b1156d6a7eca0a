import { mkdirSync, openSync } from "node:fs";
import { isIPv4 } from "node:net";
import { dirname } from "node:path";
import pino from "pino";
import { maskEmail } from "./addresses";
import { linesTo } from "./log-lines";

/** Logs are events with keys. Never a secret, never a whole NPWP: mask before handing over. */
export interface Log {
  debug(event: string, keys?: Keys): void;
  info(event: string, keys?: Keys): void;
  warn(event: string, keys?: Keys): void;
  error(event: string, keys?: Keys): void;
  /** The same log with these keys on every line. */
  child(keys: Keys): Log;
}

export type Keys = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** Writes one JSON line per event to stdout (or to `file`). What cannot be written is dropped, and told of afterwards. */
export function createLog(level: LogLevel, file?: string): Log {
  const lines = linesTo(file === undefined ? 1 : opened(file), (lost, cause) =>
    log.error("log.lines_lost", { lost, cause }),
  );
  const log: Log = wrap(
    pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: "event" }, lines),
  );
  return log;
}

function opened(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, "a", 0o640);
}

export const silentLog: Log = wrap(pino({ level: "silent" }));

function wrap(line: pino.Logger): Log {
  const write =
    (level: "debug" | "info" | "warn" | "error") =>
    (event: string, keys: Keys = {}) =>
      line[level](keys, event);
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (keys) => wrap(line.child(keys)),
  };
}

/**
 * A cause for the log in one line: the error's name and message, its own cause behind it. Masked, since other people's
 * error texts quote numbers and addresses.
 */
export function describeCause(thrown: unknown): string {
  const parts: string[] = [];
  let at: unknown = thrown;
  for (let depth = 0; depth < 4 && at instanceof Error; depth += 1) {
    parts.push(`${at.name}: ${at.message}`);
    at = at.cause;
  }
  if (parts.length === 0) parts.push(String(thrown));
  return masked(parts.join(" <- ")).slice(0, 1000);
}

/** Ids and hashes of ours and of others: they say nothing of anybody, and are searched for. */
const ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=\d*[a-f])[0-9a-f]{32,128}\b/;
/** Eleven digits and more, also with a sign or blank between them: NPWP, NIK, NITKU, however they are written. */
const NUMBER = /\d(?:[.\-_\s\u2010-\u2015]?\d){10,}/;
/** Bounded: a long word without an address must not cost its square. */
const ADDRESS = /[^\s@<>()[\],;:"/=]{1,128}@[^\s@<>()[\],;:"]+/;
const TOLD = new RegExp([ID, NUMBER, ADDRESS].map(({ source }) => `(${source})`).join("|"), "g");

/** Words of others without the numbers and mail addresses in them; addresses of machines stay. */
export const masked = (words: string): string =>
  words.replace(TOLD, (found, id?: string, number?: string) => {
    if (id !== undefined) return found;
    if (number === undefined) return maskEmail(found);
    if (isIPv4(found)) return found;
    const digits = found.replace(/\D/g, "");
    return `${digits.slice(0, 4)}…${digits.slice(-2)}`;
  });

/** An address that was asked for; those of customers carry a key. */
export function maskedPath(path: string): string {
  if (/^\/c(?:\/|$)/i.test(path)) return "/c/…";
  try {
    return masked(decodeURIComponent(path)).slice(0, 200);
  } catch {
    return masked(path).slice(0, 200);
  }
}
