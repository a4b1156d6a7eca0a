import pino from "pino";

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

/** Writes one JSON line per event to stdout (or to `file`). */
export function createLog(level: LogLevel, file?: string): Log {
  const target = pino.destination(
    file === undefined ? { dest: 1, sync: true } : { dest: file, sync: true, mkdir: true },
  );
  const base = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: "event" },
    target,
  );
  return wrap(base);
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
 * A cause for the log in one line: the error's name and message, its own cause behind it.
 * Long digit runs (NPWP, NIK, NITKU) are masked, since other people's error texts may quote them.
 */
export function describeCause(thrown: unknown): string {
  const parts: string[] = [];
  let at: unknown = thrown;
  for (let depth = 0; depth < 4 && at instanceof Error; depth += 1) {
    parts.push(`${at.name}: ${at.message}`);
    at = at.cause;
  }
  if (parts.length === 0) parts.push(String(thrown));
  return parts
    .join(" <- ")
    .replace(/\d{11,}/g, (run) => `${run.slice(0, 4)}…${run.slice(-2)}`)
    .slice(0, 1000);
}
