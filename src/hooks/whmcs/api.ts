import type { z } from "zod";
import { AppError, codeBehind } from "../../errors";
import { pointer } from "../fields";
import type { PortalConnection } from "../portal";
import { troubleOf, whmcsError } from "./failure";
import { phpFields } from "./php";

export interface WhmcsDeps {
  readonly fetch: typeof globalThis.fetch;
  /** From the first byte sent to the last byte read. */
  readonly timeoutMs: number;
}

/** What an action is asked; `undefined` is left out, an object goes as PHP-serialised custom fields. */
export type WhmcsParams = Readonly<
  Record<string, string | number | Readonly<Record<string, string>> | undefined>
>;

/** A list of 250 clients' products is below one tenth of this. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;
/** A longer wait than this is not believed. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Calls one action of the WHMCS API once and reads its answer with `schema`: only the fields it names survive, so that
 * the passwords WHMCS adds to some answers go no further (trap T72). Follows no redirect, repeats nothing.
 * Throws `portal_unauthorized`, `portal_unavailable`, `not_found` ("… Not Found"); a shape that does not fit is
 * `portal_unavailable` as well.
 */
export async function callWhmcs<T>(
  connection: PortalConnection,
  action: string,
  params: WhmcsParams,
  schema: z.ZodType<T>,
  d: WhmcsDeps,
): Promise<T> {
  const { url, form } = requestOf(connection, action, params);
  const answer = await exchange(d, url, form);
  const read = schema.safeParse(successOf(connection, action, answer));
  if (read.success) return read.data;
  const where = read.error.issues.slice(0, 5).map((issue) => pointer(issue.path) || "/");
  throw whmcsError("truncated", { said: `${action}: ${where.join(", ")}` });
}

/** `…/includes/api.php` is appended unless the address names a PHP file itself (contract, fine print "Portals"). */
export function addressOf(connection: PortalConnection): string {
  const given = connection.api?.url ?? "";
  if (!URL.canParse(given)) throw whmcsError("notConfigured");
  const { origin, pathname } = new URL(given);
  const path = pathname.replace(/\/+$/, "");
  return path.endsWith(".php") ? `${origin}${path}` : `${origin}${path}/includes/api.php`;
}

function requestOf(connection: PortalConnection, action: string, params: WhmcsParams) {
  const { identifier, secret, accessKey } = connection.api ?? {};
  const url = addressOf(connection);
  if (!identifier || !secret) throw whmcsError("notConfigured");
  // In the body, never in the address: addresses are logged by web servers.
  const form = new URLSearchParams({ action, responsetype: "json", identifier, secret });
  if (accessKey) form.set("accesskey", accessKey);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) form.set(name, typeof value === "object" ? phpFields(value) : String(value));
  }
  return { url, form };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly waitMs: number | undefined;
}

async function exchange(d: WhmcsDeps, url: string, form: URLSearchParams): Promise<Answer> {
  const signal = AbortSignal.timeout(d.timeoutMs);
  try {
    const response = await d.fetch(url, { method: "POST", body: form, redirect: "manual", signal });
    const body = await readUpTo(response, MAX_ANSWER_BYTES);
    return { status: response.status, body, waitMs: waitMsOf(response.headers.get("retry-after")) };
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    if (signal.aborted) throw whmcsError("timeout", { cause: thrown });
    throw whmcsError("unreachable", { said: codeBehind(thrown), cause: thrown });
  }
}

/** The body as UTF-8. Broken UTF-8 is refused: replaced letters would end up in a tax document. */
async function readUpTo(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let body = "";
  if (response.body === null) return body;
  // Leaving the loop by a throw cancels the stream and with it the connection.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw whmcsError("tooLarge");
    body += decodeWith(() => decoder.decode(chunk, { stream: true }));
  }
  return body + decodeWith(() => decoder.decode());
}

function decodeWith(decode: () => string): string {
  try {
    return decode();
  } catch (thrown) {
    throw whmcsError("truncated", { cause: thrown });
  }
}

/** The JSON object of a call that succeeded; WHMCS tells its errors with any status, 200 among them. */
function successOf(connection: PortalConnection, action: string, answer: Answer): unknown {
  const { status, body, waitMs } = answer;
  if (status >= 300 && status < 400) throw whmcsError("redirected", { said: `HTTP ${status}` });
  const json = jsonIn(body);
  const result = wordOf(json, "result");
  const message = withoutSecrets(connection, wordOf(json, "message"));
  if (result === "error" || (result !== "success" && message !== "")) {
    throw whmcsError(troubleOf(message), { said: `${action}: ${message}`, waitMs });
  }
  if (status === 401) throw whmcsError("credentials", { said: "HTTP 401" });
  if (status === 403) throw whmcsError("forbidden", { said: "HTTP 403" });
  if (status < 200 || status >= 300) throw whmcsError("failed", { said: `HTTP ${status}`, waitMs });
  if (json === null) throw whmcsError(/^\s*</.test(body) ? "page" : "truncated");
  if (result !== "success") throw whmcsError("truncated", { said: `${action}: result` });
  return json;
}

/**
 * The answer's object. A byte order mark is passed over, and so is what a talkative PHP prints in front (notices,
 * deprecations): what follows must still be one whole object that starts with `result`. Anything behind it is refused.
 */
function jsonIn(body: string): object | null {
  const plain = parseObject(body.replace(/^\uFEFF/, ""));
  if (plain !== null) return plain;
  const start = /\{\s*"result"\s*:/.exec(body);
  return start === null ? null : parseObject(body.slice(start.index));
}

function parseObject(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function wordOf(json: object | null, name: string): string {
  const value: unknown = json === null ? undefined : Object.getOwnPropertyDescriptor(json, name)?.value;
  return typeof value === "string" ? value : "";
}

/** WHMCS's sentence for people, short and without anything we sent in confidence. */
function withoutSecrets(connection: PortalConnection, message: string): string {
  const { identifier, secret, accessKey } = connection.api ?? {};
  const hidden = [identifier, secret, accessKey].filter((value) => value !== undefined && value !== "");
  return hidden
    .reduce<string>((words, value) => words.replaceAll(value as string, "***"), message)
    .slice(0, 200);
}

/** Retry-After in seconds, as milliseconds. */
const waitMsOf = (value: string | null): number | undefined =>
  value !== null && /^\d{1,6}$/.test(value.trim()) ? Math.min(Number(value) * 1000, MAX_WAIT_MS) : undefined;
