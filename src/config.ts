import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { z } from "zod";
import { AppError } from "./errors";
import type { LogLevel } from "./log";
import { text } from "./text";

/** Everything the service is told from outside. Only this file reads the environment. */
export interface Config {
  readonly databaseUrl: string;
  readonly documentsUrl: string;
  readonly mailUrl: string;
  readonly mailFrom: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly masterKey: Buffer;
  readonly logLevel: LogLevel;
  readonly followSeconds: readonly number[];
  readonly retrySeconds: readonly number[];
  readonly leaseSeconds: number;
  readonly channelTimeoutSeconds: number;
  readonly portalPollSeconds: number;
  readonly workers: number;
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

/** The process's environment over a `.env` file in `folder`, where there is one. */
export function readEnvironment(folder: string): Environment {
  const file = `${folder}/.env`;
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  return { ...fromFile, ...process.env };
}

const number = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, "harus bilangan bulat / must be a whole number")
    .transform(Number)
    .refine((value) => value >= least && value <= most, `harus / must be ${least}–${most}`);

const waits = z
  .string()
  .regex(
    /^\d+(\.\d+)?(,\d+(\.\d+)?)*$/,
    "harus detik dipisah koma, mis. / must be seconds with commas, e.g. 5,30,120",
  )
  .transform((value) => value.split(",").map(Number));

const url = (pattern: RegExp, form: string) => z.string().regex(pattern, `bentuknya / form: ${form}`);

const schema = z.object({
  FAKTUR_DATABASE_URL: url(
    /^(sqlite:.+|mysql:\/\/.+\/.+)$/,
    "sqlite:FILE | mysql://user:pass@host:3306/name",
  ).default("sqlite:data/faktur.db"),
  FAKTUR_DOCUMENTS_URL: url(/^(file:.+|s3:\/\/.+)$/, "file:DIR | s3://bucket/prefix").default(
    "file:data/documents",
  ),
  FAKTUR_MAIL_URL: url(/^(file:.+|smtps?:\/\/.+)$/, "file:DIR | smtp://… | smtps://…").default(
    "file:data/outbox",
  ),
  FAKTUR_MAIL_FROM: z
    .string("belum diisi, mis. / missing, e.g. Faktur <pajak@contoh.example>")
    .regex(/^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/, "bentuknya / form: Name <address>"),
  FAKTUR_HOST: z.string().default("127.0.0.1"),
  FAKTUR_PORT: number(0, 65535).default(8080),
  FAKTUR_PUBLIC_URL: url(/^https?:\/\/.+$/, "https://…").optional(),
  FAKTUR_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  FAKTUR_FOLLOW_SECONDS: waits.default([2, 15, 60, 300, 900, 3600]),
  FAKTUR_RETRY_SECONDS: waits.default([5, 30, 120, 600, 3600]),
  FAKTUR_LEASE_SECONDS: number(1, 86400).default(60),
  FAKTUR_CHANNEL_TIMEOUT_SECONDS: number(1, 600).default(30),
  FAKTUR_PORTAL_POLL_SECONDS: number(0, 86400).default(300),
  FAKTUR_WORKERS: number(1, 256).default(4),
});

/** Environment → Config, or one `config_invalid` error that names every fault at once. No secret has a default. */
export function parseConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  const key = readMasterKey(given, faults);
  const s3 = readS3(given, faults);
  if (!parsed.success || key === null || faults.length > 0) throw invalid(faults);
  const set = parsed.data;
  return {
    databaseUrl: set.FAKTUR_DATABASE_URL,
    documentsUrl: set.FAKTUR_DOCUMENTS_URL,
    mailUrl: set.FAKTUR_MAIL_URL,
    mailFrom: set.FAKTUR_MAIL_FROM,
    host: set.FAKTUR_HOST,
    port: set.FAKTUR_PORT,
    publicUrl: (set.FAKTUR_PUBLIC_URL ?? `http://${set.FAKTUR_HOST}:${set.FAKTUR_PORT}`).replace(/\/+$/, ""),
    masterKey: key,
    logLevel: set.FAKTUR_LOG_LEVEL,
    followSeconds: set.FAKTUR_FOLLOW_SECONDS,
    retrySeconds: set.FAKTUR_RETRY_SECONDS,
    leaseSeconds: set.FAKTUR_LEASE_SECONDS,
    channelTimeoutSeconds: set.FAKTUR_CHANNEL_TIMEOUT_SECONDS,
    portalPollSeconds: set.FAKTUR_PORTAL_POLL_SECONDS,
    workers: set.FAKTUR_WORKERS,
    s3,
  };
}

function readMasterKey(given: Record<string, string | undefined>, faults: string[]): Buffer | null {
  const file = given["FAKTUR_MASTER_KEY_FILE"];
  let encoded = given["FAKTUR_MASTER_KEY"];
  if (encoded === undefined && file !== undefined) {
    try {
      encoded = readFileSync(file, "utf8").trim();
    } catch {
      faults.push(`FAKTUR_MASTER_KEY_FILE: tidak dapat dibaca / cannot be read: ${file}`);
      return null;
    }
  }
  if (encoded === undefined) {
    faults.push(
      "FAKTUR_MASTER_KEY: belum diisi; buat dengan / missing; make one with: " +
        "node -e \"console.log(require('crypto').randomBytes(32).toString('base64'))\"",
    );
    return null;
  }
  const key = Buffer.from(encoded, "base64");
  if (key.length === 32) return key;
  faults.push("FAKTUR_MASTER_KEY: harus 32 byte dalam base64 / must be 32 bytes in base64");
  return null;
}

function readS3(given: Record<string, string | undefined>, faults: string[]): S3Settings | null {
  if (!given["FAKTUR_DOCUMENTS_URL"]?.startsWith("s3:")) return null;
  const accessKeyId = given["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = given["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) {
    faults.push("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: perlu untuk s3:// / needed for s3://");
    return null;
  }
  return {
    accessKeyId,
    secretAccessKey,
    region: given["AWS_REGION"] ?? "us-east-1",
    sessionToken: given["AWS_SESSION_TOKEN"],
    endpoint: given["AWS_ENDPOINT_URL_S3"] ?? given["AWS_ENDPOINT_URL"],
  };
}

function invalid(faults: readonly string[]): AppError {
  const list = faults.map((fault) => `\n  - ${fault}`).join("");
  return new AppError(
    "config_invalid",
    text(`Pengaturan belum benar:${list}`, `The configuration is not right:${list}`),
  );
}
