import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { z } from "zod";
import { bracketed, isHost, isMailboxUrl, isServer } from "./addresses";
import { isRole, ROLES, type Role } from "./api/roles";
import { fault, form, number, said, waits, wordsIn, yesOrNo } from "./config-shapes";
import { namesDatabase } from "./database-url";
import { readBucketUrl } from "./documents/bucket-url";
import { AppError, type Fault } from "./errors";
import { folderOf } from "./files";
import type { LogLevel } from "./log";
import { readSmtpUrl } from "./mail/smtp-url";
import { text } from "./text";
import type { OidcOptions } from "./users/oidc";

/** Everything the service is told from outside. Only this file reads the environment. */
export interface Config {
  readonly databaseUrl: string;
  readonly documentsUrl: string;
  readonly mailUrl: string;
  readonly mailFrom: string;
  /** Where reports about returned mails arrive. */
  readonly bounceUrl?: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Where a process that only works tells how it is; null: nowhere. */
  readonly workerPort: number | null;
  readonly publicUrl: string;
  readonly masterKey: Buffer;
  /** The master key before this one, while what it has sealed is still about. */
  readonly oldMasterKey?: Buffer;
  readonly logLevel: LogLevel;
  readonly followSeconds: readonly number[];
  readonly retrySeconds: readonly number[];
  readonly leaseSeconds: number;
  readonly channelTimeoutSeconds: number;
  readonly portalPollSeconds: number;
  readonly workers: number;
  /** How long a link for customers lasts. */
  readonly linkDays: number;
  /** How long personal data is kept that no law asks for. */
  readonly keepDays: number;
  /** Whether outgoing webhooks may go to addresses inside the house. */
  readonly allowPrivateWebhooks: boolean;
  /** Whether channels and portals may be at addresses inside the house. */
  readonly allowPrivateTargets: boolean;
  /** The roles whose people may not go without a second factor. */
  readonly requireTotp: readonly Role[];
  /** How many reverse proxies stand in front, whose word about the visitor's address is believed. */
  readonly trustProxy: number;
  /** Sign-in with the company's own accounts; null while it is not set. */
  readonly oidc: OidcOptions | null;
  /** For `s3://` documents: the usual AWS variables. */
  readonly s3: S3Settings | null;
}

export interface S3Settings {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly endpoint: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment over a `.env` file in `folder`, where there is one. Throws `config_invalid`. */
export function readEnvironment(folder: string): Environment {
  const file = `${folder}/.env`;
  return { ...(existsSync(file) ? parseEnv(readEnvFile(file)) : {}), ...process.env };
}

function readEnvFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const says = text(`Berkas ${file} tidak dapat dibaca.`, `The file ${file} cannot be read.`);
    throw new AppError("config_invalid", says, { cause });
  }
}

const LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const schema = z.object({
  FAKTUR_DATABASE_URL: form(
    /^(sqlite:.+|mysql:\/\/.+\/.+)$/,
    "sqlite:FILE | mysql://user:pass@host:3306/name, or with ?tls=required",
    namesDatabase,
  ).default("sqlite:data/faktur.db"),
  FAKTUR_DOCUMENTS_URL: form(
    /^(file:|s3:)/,
    "file:DIR | s3://bucket/prefix",
    (value) => folderOf(value) !== null || readBucketUrl(value) !== null,
  ).default("file:data/documents"),
  FAKTUR_MAIL_URL: form(
    /^(file:|smtps?:)/,
    "file:DIR | smtp://user:pass@host:587 | smtps://…:465 (?tls=required | ?tls=optional, %XX)",
    (value) => folderOf(value) !== null || readSmtpUrl(value) !== null,
  ).default("file:data/outbox"),
  FAKTUR_MAIL_FROM: z
    .string(
      said("belum diisi, mis. Nama <pajak@contoh.example>", "missing, e.g. Name <pajak@contoh.example>"),
    )
    .regex(
      /^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/,
      said("bentuknya Nama <alamat>", "must have the form Name <address>"),
    ),
  FAKTUR_BOUNCE_URL: form(/^imaps?:/, "imaps://user:pass@host:993/Folder", isMailboxUrl).optional(),
  FAKTUR_HOST: form(/./, "127.0.0.1 | 0.0.0.0 | ::", isHost).default("127.0.0.1"),
  FAKTUR_PORT: number(0, 65535).default(8080),
  FAKTUR_WORKER_PORT: number(0, 65535).optional(),
  FAKTUR_PUBLIC_URL: form(/^https?:\/\/[^?#]+$/, "https://faktur.contoh.example", isServer).optional(),
  FAKTUR_LOG_LEVEL: z
    .enum(LEVELS, said(`pilih ${LEVELS.join(", ")}`, `choose ${LEVELS.join(", ")}`))
    .default("info"),
  FAKTUR_FOLLOW_SECONDS: waits.default([2, 15, 60, 300, 900, 3600]),
  FAKTUR_RETRY_SECONDS: waits.default([5, 30, 120, 600, 3600]),
  FAKTUR_LEASE_SECONDS: number(1, 86400).default(60),
  FAKTUR_CHANNEL_TIMEOUT_SECONDS: number(1, 600).default(30),
  FAKTUR_PORTAL_POLL_SECONDS: number(0, 86400).default(300),
  FAKTUR_WORKERS: number(1, 256).default(4),
  FAKTUR_LINK_DAYS: number(1, 3650).default(90),
  FAKTUR_KEEP_DAYS: number(30, 3650).default(180),
  FAKTUR_TRUST_PROXY: number(0, 10).default(0),
  FAKTUR_ALLOW_PRIVATE_WEBHOOKS: yesOrNo.default("no"),
  FAKTUR_ALLOW_PRIVATE_TARGETS: yesOrNo.default("yes"),
  FAKTUR_REQUIRE_TOTP: z
    .string()
    .transform((value) => value.split(",").map((role) => role.trim()))
    .refine(
      (roles) => roles.every(isRole),
      said(`daftar dari ${ROLES.join(", ")}`, `a list of ${ROLES.join(", ")}`),
    )
    .transform((roles) => roles.filter(isRole))
    .optional(),
});

/** All of them or none. */
const OIDC: readonly string[] = [
  ...["FAKTUR_OIDC_ISSUER", "FAKTUR_OIDC_CLIENT_ID", "FAKTUR_OIDC_CLIENT_SECRET"],
  ...["FAKTUR_OIDC_CLIENT_SECRET_FILE", "FAKTUR_OIDC_ROLE_CLAIM", "FAKTUR_OIDC_SCOPES"],
];
/** Read beside the schema: secrets and their files, and what belongs together. */
const BESIDE: readonly string[] = [
  ...["FAKTUR_MASTER_KEY", "FAKTUR_MASTER_KEY_FILE", "FAKTUR_MASTER_KEY_OLD", "FAKTUR_MASTER_KEY_OLD_FILE"],
  ...OIDC,
];

/** Names that look like settings and are none: a misspelt one changes nothing, and nothing would say so. */
export const unknownSettings = (environment: Environment): string[] =>
  Object.keys(environment)
    .filter((name) => name.startsWith("FAKTUR_") && !(name in schema.shape) && !BESIDE.includes(name))
    .sort();

/** Environment → Config, or one `config_invalid` error that names every fault at once. No secret has a default. */
export function parseConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  const faults = (parsed.error?.issues ?? []).map((issue): Fault => {
    const [id = "", en = ""] = issue.message.split(" / ");
    return fault(issue.path.join("."), id, en);
  });
  const key = readMasterKey(given, faults);
  const old = readKey(given, "FAKTUR_MASTER_KEY_OLD", "FAKTUR_MASTER_KEY_OLD_FILE", faults);
  const s3 = readS3(given, faults);
  const oidc = readOidc(given, faults);
  if (!parsed.success || key === null || faults.length > 0) throw invalid(faults);
  const set = parsed.data;
  return {
    databaseUrl: set.FAKTUR_DATABASE_URL,
    documentsUrl: set.FAKTUR_DOCUMENTS_URL,
    mailUrl: set.FAKTUR_MAIL_URL,
    ...{ mailFrom: set.FAKTUR_MAIL_FROM, bounceUrl: set.FAKTUR_BOUNCE_URL },
    ...{ host: set.FAKTUR_HOST, port: set.FAKTUR_PORT, workerPort: set.FAKTUR_WORKER_PORT ?? null },
    publicUrl: (set.FAKTUR_PUBLIC_URL ?? `http://${bracketed(set.FAKTUR_HOST)}:${set.FAKTUR_PORT}`).replace(
      /\/+$/,
      "",
    ),
    masterKey: key,
    ...(old === null ? {} : { oldMasterKey: old }),
    logLevel: set.FAKTUR_LOG_LEVEL,
    followSeconds: set.FAKTUR_FOLLOW_SECONDS,
    retrySeconds: set.FAKTUR_RETRY_SECONDS,
    leaseSeconds: set.FAKTUR_LEASE_SECONDS,
    channelTimeoutSeconds: set.FAKTUR_CHANNEL_TIMEOUT_SECONDS,
    portalPollSeconds: set.FAKTUR_PORTAL_POLL_SECONDS,
    ...{ workers: set.FAKTUR_WORKERS, linkDays: set.FAKTUR_LINK_DAYS, keepDays: set.FAKTUR_KEEP_DAYS },
    trustProxy: set.FAKTUR_TRUST_PROXY,
    allowPrivateWebhooks: set.FAKTUR_ALLOW_PRIVATE_WEBHOOKS === "yes",
    allowPrivateTargets: set.FAKTUR_ALLOW_PRIVATE_TARGETS === "yes",
    requireTotp: set.FAKTUR_REQUIRE_TOTP ?? [],
    ...{ s3, oidc },
  };
}

function readMasterKey(given: Record<string, string | undefined>, faults: Fault[]): Buffer | null {
  const before = faults.length;
  const key = readKey(given, "FAKTUR_MASTER_KEY", "FAKTUR_MASTER_KEY_FILE", faults);
  if (key !== null || faults.length > before) return key;
  const make = "node -e \"console.log(require('crypto').randomBytes(32).toString('base64'))\"";
  faults.push(
    fault("FAKTUR_MASTER_KEY", `belum diisi; buat dengan ${make}`, `missing; make one with ${make}`),
  );
  return null;
}

/** 32 bytes from a setting, or from the file that another one names; null when neither is given, or with a fault. */
function readKey(
  given: Record<string, string | undefined>,
  setting: string,
  fileSetting: string,
  faults: Fault[],
): Buffer | null {
  const file = given[fileSetting];
  const inFile = file === undefined ? undefined : () => wordsIn(file, fileSetting, faults);
  const encoded = given[setting] ?? inFile?.();
  if (encoded === undefined) return null;
  if (/^[A-Za-z0-9+/]{43}=?$/.test(encoded)) return Buffer.from(encoded, "base64");
  const name = given[setting] === undefined ? fileSetting : setting;
  faults.push(fault(name, "harus 32 byte dalam base64", "must be 32 bytes in base64"));
  return null;
}

/** All of it or nothing. Plain http is for a provider on this machine only: a token would be read on the way. */
function readOidc(given: Record<string, string | undefined>, faults: Fault[]): OidcOptions | null {
  const issuer = given["FAKTUR_OIDC_ISSUER"];
  if (issuer === undefined) {
    // Without it nothing of the rest would be used, and nobody would be told.
    if (OIDC.some((name) => name in given))
      faults.push(fault("FAKTUR_OIDC_ISSUER", "belum diisi", "missing"));
    return null;
  }
  if (
    !/^https:\/\/.|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|\/|$)/.test(issuer) ||
    !isServer(issuer)
  ) {
    faults.push(fault("FAKTUR_OIDC_ISSUER", "harus alamat https", "must be an https address"));
  }
  const file = given["FAKTUR_OIDC_CLIENT_SECRET_FILE"];
  const inFile = () => (file === undefined ? "" : wordsIn(file, "FAKTUR_OIDC_CLIENT_SECRET_FILE", faults));
  const clientSecret = given["FAKTUR_OIDC_CLIENT_SECRET"] ?? inFile() ?? "-";
  const clientId = given["FAKTUR_OIDC_CLIENT_ID"] ?? "";
  if (clientId === "") faults.push(fault("FAKTUR_OIDC_CLIENT_ID", "belum diisi", "missing"));
  if (clientSecret === "") faults.push(fault("FAKTUR_OIDC_CLIENT_SECRET", "belum diisi", "missing"));
  const scopes = given["FAKTUR_OIDC_SCOPES"]?.trim() ?? "openid email";
  if (!scopes.split(/\s+/).includes("openid"))
    faults.push(fault("FAKTUR_OIDC_SCOPES", "harus memuat openid", "must contain openid"));
  return { issuer, clientId, clientSecret, roleClaim: given["FAKTUR_OIDC_ROLE_CLAIM"] ?? null, scopes };
}

function readS3(given: Record<string, string | undefined>, faults: Fault[]): S3Settings | null {
  if (!given["FAKTUR_DOCUMENTS_URL"]?.startsWith("s3:")) return null;
  const from = given["AWS_ENDPOINT_URL_S3"] === undefined ? "AWS_ENDPOINT_URL" : "AWS_ENDPOINT_URL_S3";
  const endpoint = given[from];
  if (endpoint !== undefined && !(/^https?:/.test(endpoint) && isServer(endpoint)))
    faults.push(fault(from, "harus alamat http(s)", "must be an http(s) address"));
  const accessKeyId = given["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = given["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
      if (!given[name]) faults.push(fault(name, "perlu untuk s3://", "needed for s3://"));
    }
    return null;
  }
  const region = given["AWS_REGION"] ?? "us-east-1";
  return { accessKeyId, secretAccessKey, region, sessionToken: given["AWS_SESSION_TOKEN"], endpoint };
}

const invalid = (faults: readonly Fault[]): AppError =>
  new AppError("config_invalid", text("Pengaturan belum benar:", "The configuration is not right:"), {
    faults,
  });
