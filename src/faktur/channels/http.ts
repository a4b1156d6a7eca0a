import { AppError, inBrackets, type ErrorCode } from "../../errors";
import { text, type Text } from "../../text";

/** A whole answer as it came in, before anything is concluded from it. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly header: (name: string) => string | null;
}

export interface JsonAnswer extends RawAnswer {
  readonly json: unknown;
}

export interface JsonCall {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the first byte sent to the last byte read. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Called once, with null when no whole answer came; only afterwards is the answer used or the failure thrown. */
  readonly seen: (answer: RawAnswer | null) => Promise<void>;
}

export const MAX_ANSWER_BYTES = 5 * 1024 * 1024;
export const MAX_PDF_ANSWER_BYTES = 30 * 1024 * 1024;

/** A longer wait than this is not believed: the follow-up waits of the service are at most an hour as well. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Sends JSON once, follows no redirect, repeats nothing. Returns 2xx and the refusals among 4xx.
 * Throws `channel_timeout`, `channel_unreachable`, `channel_busy` (with `waitMs`), `channel_unauthorized`,
 * `channel_failed` or `channel_nonsense`; after any of these the other side may or may not have acted.
 */
export async function callJson(fetch: typeof globalThis.fetch, call: JsonCall): Promise<JsonAnswer> {
  const answer = await exchange(fetch, call).catch(async (thrown: unknown) => {
    await call.seen(null);
    throw thrown;
  });
  await call.seen(answer);
  const failure = failureOf(answer.status, waitMsOf(answer));
  if (failure !== null) throw failure;
  return { ...answer, json: parse(answer.text) };
}

/** The failure an HTTP status (or the same number inside an envelope) stands for; null where it has a meaning of its own. */
export function failureOf(status: number, waitMs?: number): AppError | null {
  if (status === 401 || status === 403) return channelError("channel_unauthorized", status);
  if (status === 408) return channelError("channel_timeout", status);
  if (status === 429) return channelError("channel_busy", status, waitMs);
  if (status >= 500) return channelError("channel_failed", status, waitMs);
  // 1xx and 3xx: a redirect is never followed, it could carry the token and the document to someone else.
  if (status < 200 || (status >= 300 && status < 400)) return channelError("channel_nonsense", status);
  return null;
}

/** The other side answered something that cannot be read; nothing is concluded from it. */
export const nonsense = (what: string): AppError =>
  new AppError("channel_nonsense", SAYS.channel_nonsense, { cause: new Error(what) });

async function exchange(fetch: typeof globalThis.fetch, call: JsonCall): Promise<RawAnswer> {
  const signal = AbortSignal.timeout(call.timeoutMs);
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body,
      redirect: "manual",
      signal,
    });
    const body = await readUpTo(response, call.maxBytes);
    return { status: response.status, text: body, header: (name) => response.headers.get(name) };
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const code = signal.aborted || isTimeout(thrown) ? "channel_timeout" : "channel_unreachable";
    throw new AppError(code, code === "channel_unreachable" ? unreachable(thrown) : SAYS[code], {
      cause: thrown,
    });
  }
}

function unreachable(thrown: unknown): Text {
  const why = inBrackets(thrown);
  return text(
    `Kanal pajak tidak dapat dihubungi${why}. Akan dicoba lagi; periksa alamat dan sertifikat kanal bila terus terjadi.`,
    `The tax channel cannot be reached${why}. It will be tried again; check the channel's address and certificate if this goes on.`,
  );
}

/** The body as text; stops reading, with `channel_nonsense`, as soon as it is longer than allowed. */
async function readUpTo(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const told = response.headers.get("content-length");
  const asTold = told !== null && response.headers.get("content-encoding") === null;
  // No more than was told is ever read.
  if (asTold && Number(told) <= maxBytes) return response.text();
  const decoder = new TextDecoder();
  let size = 0;
  let body = "";
  // Leaving the loop by a throw cancels the stream and with it the connection.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw nonsense(`answer longer than ${String(maxBytes)} bytes`);
    body += decoder.decode(chunk, { stream: true });
  }
  return body + decoder.decode();
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (thrown) {
    // The parser's own words quote the answer, and the answer may quote the token.
    throw nonsense(`no JSON: ${thrown instanceof Error ? thrown.name : "unreadable"}`);
  }
}

/** Time-outs of the connection itself have their own names in undici (Node's fetch). */
const TIMEOUT_CODES: ReadonlySet<unknown> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ETIMEDOUT",
]);

function isTimeout(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && "code" in cause && TIMEOUT_CODES.has(cause.code);
}

/** Retry-After as seconds or as a date, the date measured against the answer's own `Date`, never our clock. */
function waitMsOf(answer: RawAnswer): number | undefined {
  const value = answer.header("retry-after")?.trim() ?? "";
  const ms = /^\d{1,9}$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - Date.parse(answer.header("date") ?? "");
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_WAIT_MS) : undefined;
}

type ChannelError = Extract<
  ErrorCode,
  | "channel_timeout"
  | "channel_unreachable"
  | "channel_busy"
  | "channel_failed"
  | "channel_nonsense"
  | "channel_unauthorized"
>;

const SAYS: Readonly<Record<Exclude<ChannelError, "channel_unreachable">, Text>> = {
  channel_timeout: text(
    "Kanal pajak tidak menjawab pada waktunya. Keadaannya akan diperiksa lagi secara otomatis.",
    "The tax channel did not answer in time. Its state will be checked again automatically.",
  ),
  channel_busy: text(
    "Kanal pajak meminta menunggu. Akan dicoba lagi secara otomatis.",
    "The tax channel asks to wait. It will be tried again automatically.",
  ),
  channel_failed: text(
    "Kanal pajak sedang bermasalah. Akan dicoba lagi secara otomatis.",
    "The tax channel has a fault of its own. It will be tried again automatically.",
  ),
  channel_nonsense: text(
    "Jawaban kanal pajak tidak dapat dibaca. Akan dicoba lagi; periksa alamat kanal bila terus terjadi.",
    "The tax channel's answer cannot be read. It will be tried again; check the channel's address if this goes on.",
  ),
  channel_unauthorized: text(
    "Kanal pajak menolak token. Periksa token kanal pada pengaturan penjual.",
    "The tax channel does not accept the token. Check the channel token in the seller's settings.",
  ),
};

const channelError = (code: keyof typeof SAYS, status: number, waitMs?: number): AppError =>
  new AppError(code, SAYS[code], { cause: new Error(`status ${String(status)}`), waitMs });
