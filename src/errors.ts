import { text, type Text } from "./text";

/** Every way the program can fail, and whether the same work may succeed later. A missing line does not compile. */
export const MAY_RETRY = {
  internal: true,
  database_unavailable: true,
  lease_lost: false,
  worker_died_repeatedly: false,
  config_invalid: false,
  schema_newer: false,
  schema_changing: true,
  older_running: true,
  not_found: false,
  wrong_state: false,
  unauthorized: false,
  role_too_low: false,
  too_many: false,
  token_out_of_scope: false,
  malformed: false,
  refused: false,
  buyer_needs_cancel: false,
  by_hand: false,
  too_late: false,
  seller_unknown: false,
  secret_malformed: false,
  account_has_company: false,
  npwp_malformed: false,
  npwp_is_branch: false,
  nitku_mismatch: false,
  identity_malformed: false,
  country_unknown: false,
  company_needs_npwp: false,
  evidence_missing: false,
  facility_missing: false,
  facility_invalid: false,
  certificate_unreadable: false,
  passphrase_wrong: false,
  certificate_expired: false,
  certificate_missing: false,
  checks_failed: false,
  ticket_not_from_owner: false,
  transfer_unsupported: false,
  document_missing: true,
  document_damaged: false,
  storage_failed: true,
  channel_timeout: true,
  channel_unreachable: true,
  channel_busy: true,
  channel_failed: true,
  channel_nonsense: true,
  channel_unauthorized: true,
  channel_refused: false,
  pdf_not_ready: true,
  pdf_faulty: true,
  portal_unavailable: true,
  portal_unauthorized: true,
  portal_invoice_unreadable: false,
  mail_temporary: true,
  mail_refused: false,
  webhook_failed: true,
} as const satisfies Record<string, boolean>;

export type ErrorCode = keyof typeof MAY_RETRY;

/** Causes that a person mends beside the work: key, certificate, documents. What was laid aside for them is tried again by itself. */
export const MENDED_BESIDE: readonly ErrorCode[] = [
  "config_invalid",
  "certificate_missing",
  "certificate_expired",
  "certificate_unreadable",
  "passphrase_wrong",
  "document_missing",
  "document_damaged",
];

/** One thing wrong with one place, with what to do about it. Codes are stable; sentences may change. */
export interface Fault {
  readonly code: string;
  /** JSON pointer into the thing that was checked, e.g. `/buyer/npwp`. */
  readonly path: string;
  readonly message: Text;
  readonly fix: Text;
}

/** A failure with a code from the closed list; anything else that is thrown counts as `internal`. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly says: Text;
  readonly faults: readonly Fault[];
  /** Milliseconds the other side asked us to wait (Retry-After), when it did. */
  readonly waitMs: number | undefined;

  constructor(
    code: ErrorCode,
    says: Text,
    more: { faults?: readonly Fault[]; cause?: unknown; waitMs?: number | undefined } = {},
  ) {
    super(says.en, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "AppError";
    this.code = code;
    this.says = says;
    this.faults = more.faults ?? [];
    this.waitMs = more.waitMs;
  }

  get mayRetry(): boolean {
    return MAY_RETRY[this.code];
  }
}

/** What the database drivers and SQLite call a database that cannot be used at the moment. */
const DATABASE_AWAY = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "PROTOCOL_CONNECTION_LOST",
  "ER_CON_COUNT_ERROR",
  "ER_SERVER_SHUTDOWN",
  "ER_QUERY_INTERRUPTED",
  "ER_QUERY_TIMEOUT",
  // MariaDB's: a session that was ended from outside, a statement that took longer than the server lets it.
  "ER_1927",
  "ER_1969",
  // A member of Galera without the others, and of MySQL's group replication.
  "ER_UNKNOWN_COM_ERROR",
  "ER_RUN_HOOK_ERROR",
  "ER_TRANSACTION_ROLLBACK_DURING_COMMIT",
  "ER_OPTION_PREVENTS_STATEMENT",
  "ER_READ_ONLY_MODE",
  "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION",
  "ER_RECORD_FILE_FULL",
  "ER_DISK_FULL",
  "ER_LOCK_DEADLOCK",
  "ER_LOCK_WAIT_TIMEOUT",
  "ER_CHECKREAD",
  "SQLITE_FULL",
]);

/** SQLite tells them apart further behind these words. */
const SQLITE_AWAY = /^SQLITE_(?:IOERR|READONLY|CANTOPEN)(?:_|$)/;
const SQLITE_HELD = /^SQLITE_(?:BUSY|LOCKED)(?:_|$)/;

/** Another program writes in SQLite's file, or has not ended what it wrote. */
export const isHeld = (thrown: unknown): boolean => SQLITE_HELD.test(codeOf(thrown));

const DATABASE_REFUSES = new Set(["ER_ACCESS_DENIED_ERROR", "ER_DBACCESS_DENIED_ERROR", "ER_BAD_DB_ERROR"]);

const HELD = text(
  "Program lain sedang memakai berkas basis data. Tutup program itu (misalnya sqlite3), lalu ulangi.",
  "Another program holds the database file. Close it (sqlite3, for instance), then repeat.",
);

const REFUSED = text(
  "Server basis data menolak masuk. Periksa pengguna, sandi dan nama basis data di FAKTUR_DATABASE_URL.",
  "The database server refuses to let us in. Check user, password and database name in FAKTUR_DATABASE_URL.",
);
const NO_DATABASE = text(
  "Berkas di FAKTUR_DATABASE_URL bukan basis data SQLite. Periksa namanya.",
  "The file that FAKTUR_DATABASE_URL names is no SQLite database. Check its name.",
);

/** What is told of a database that cannot be used at the moment, and why. */
export function databaseUnavailable(cause: unknown): AppError {
  return new AppError("database_unavailable", whyUnavailable(cause), { cause });
}

function whyUnavailable(cause: unknown): Text {
  const code = codeOf(cause);
  if (isHeld(cause)) return HELD;
  if (DATABASE_REFUSES.has(code)) return REFUSED;
  if (code === "SQLITE_NOTADB") return NO_DATABASE;
  // A word of the driver's or the system's, never what was asked or given; of a certificate the word is one for all.
  const certificate = code === "HANDSHAKE_SSL_ERROR" && cause instanceof Error ? `: ${cause.message}` : "";
  const why = /^[A-Z][A-Z0-9_]+$/.test(code) ? ` (${code}${certificate})` : "";
  return text(
    `Basis data tidak dapat dipakai saat ini${why}. Periksa FAKTUR_DATABASE_URL, servernya dan ruang disk.`,
    `The database cannot be used now${why}. Check FAKTUR_DATABASE_URL, its server and the disk space.`,
  );
}

/** What a driver or the system calls its failure, a server's number where the driver has no word; empty without either. */
export function codeOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return "";
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  return "errno" in thrown && typeof thrown.errno === "number" ? `ER_${thrown.errno}` : "";
}

const MOST_BEHIND = 5;

/**
 * What the system calls the failure behind an error, or that of a certificate (ENOTFOUND, CERT_HAS_EXPIRED,
 * DEPTH_ZERO_SELF_SIGNED_CERT); empty where nothing has such a name.
 */
export function codeBehind(thrown: unknown): string {
  let at: unknown = thrown;
  for (let depth = 0; depth < MOST_BEHIND && typeof at === "object" && at !== null; depth += 1) {
    if (/^[A-Z][A-Z0-9_]+$/.test(codeOf(at))) return codeOf(at);
    at = Reflect.get(at, "cause");
  }
  return "";
}

/** The same behind a sentence. */
export function inBrackets(thrown: unknown): string {
  const code = codeBehind(thrown);
  return code === "" ? "" : ` (${code})`;
}

/** The driver's mark on what ended its connection, and on what was asked of one that had ended. */
const endedSession = (thrown: unknown): boolean =>
  thrown instanceof Error && "fatal" in thrown && thrown.fatal === true;

/** Nobody has given a session back in time: each of them waits for the server. */
const noneFree = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === "KnexTimeoutError";

/** Whatever was thrown, as an AppError; the cause is kept for the log, people get one plain sentence. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = codeOf(thrown);
  const away = DATABASE_AWAY.has(code) || SQLITE_AWAY.test(code) || isHeld(thrown) || noneFree(thrown);
  if (away || DATABASE_REFUSES.has(code) || endedSession(thrown)) return databaseUnavailable(thrown);
  return new AppError("internal", text("Terjadi kesalahan internal.", "Internal error."), { cause: thrown });
}

/** How a job ends. There is no fifth way. */
export type Outcome =
  | { readonly kind: "done" }
  /** The same input may succeed later; counts as a failed attempt. */
  | { readonly kind: "retry"; readonly because: AppError }
  /** Not a failure: look again then. */
  | {
      readonly kind: "wait";
      readonly until: Date;
      /** Nothing was asked: its failures and looks stay as they were. */
      readonly untried?: true;
    };
