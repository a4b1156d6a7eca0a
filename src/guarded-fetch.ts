import { lookup as lookUp, type LookupAddress, type LookupOptions } from "node:dns";
import { Agent, request as plainRequest, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isCallable } from "./webhooks/address";

type Fetch = typeof globalThis.fetch;
type LookedUp = (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void;

export interface GuardDeps {
  /** Whether addresses inside the network may be called; link-local ones never are. */
  readonly allowPrivate: boolean;
  /** Told of the name that was not called. */
  onRefused(host: string): void;
  /** The system's own look-up unless a test brings another. */
  readonly lookup?: (host: string, options: LookupOptions & { all: true }, done: LookedUp) => void;
}

/** Connections are kept for the next call so long, as Node's own fetch does. */
const IDLE_MS = 4_000;
/** An answer up to this length is taken whole: a stream of its own would cost more than it. */
const SHORT_BYTES = 65_536;
/** Answers that have no body (Fetch, "null body status"). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` for what people name as channel or portal: an address that may not be called is not connected to. It is
 * judged at the very look-up that the connection uses, so that a name cannot mean another one a moment later. No redirect
 * is followed, whatever is asked for; nothing is unpacked.
 */
export function createGuardedFetch(d: GuardDeps): Fetch {
  const agents = {
    plain: new Agent({ keepAlive: true, timeout: IDLE_MS }),
    tls: new TlsAgent({ keepAlive: true, timeout: IDLE_MS }),
  };
  const lookup = guardedLookup(d);
  return async (input, init) => {
    const asked = plainly(input, init) ?? (await atLength(input, init));
    const { at, method, headers, body, signal } = asked;
    const literal = at.hostname.replace(/^\[|\]$/g, "");
    // A literal is not looked up.
    if (isIP(literal) !== 0 && !isCallable(literal, d.allowPrivate)) {
      d.onRefused(literal);
      throw failed(refusal(literal));
    }
    const tls = at.protocol === "https:";
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = tls ? tlsRequest : plainRequest;
      const agent = tls ? agents.tls : agents.plain;
      const request = send(at, { method, signal, agent, lookup, headers: { ...OUR_HEADERS, ...headers } });
      request.on("error", (error) => reject(failed(error)));
      request.on("response", resolve);
      request.end(body ?? undefined);
    });
    return responseOf(answer);
  };
}

interface Asked {
  readonly at: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
  readonly signal: AbortSignal | undefined;
}

/** What this program mostly asks: an address and words, which need no taking apart. Null for everything else. */
function plainly(input: Parameters<Fetch>[0], init: Parameters<Fetch>[1] = {}): Asked | null {
  const { method = "GET", headers = {}, body = null, signal } = init;
  const isPlain =
    typeof input === "string" &&
    typeof body === "string" &&
    Object.getPrototypeOf(headers) === Object.prototype &&
    Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  if (!isPlain) return null;
  const at = new URL(input);
  // An address with a password in it is refused by the platform's own reading.
  if (at.username !== "" || at.password !== "") return null;
  const given = headers as Record<string, string>;
  return { at, method, headers: lowered(given), body, signal: signal ?? undefined };
}

const lowered = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Whatever a `fetch` may be asked, by the platform's own reading. */
async function atLength(input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]): Promise<Asked> {
  const asked = new Request(input, { ...init, redirect: "manual" });
  const body = asked.body === null ? null : Buffer.from(await asked.arrayBuffer());
  const { method, signal } = asked;
  return { at: new URL(asked.url), method, headers: Object.fromEntries(asked.headers), body, signal };
}

function guardedLookup(d: GuardDeps): LookupFunction {
  const ask = d.lookup ?? ((host, options, done) => lookUp(host, options, done));
  return (host, options, done) => {
    ask(host, { ...options, all: true }, (error, found) => {
      // One address of several is reason enough: which of them is used is nobody's choice here.
      const barred = found?.find(({ address }) => !isCallable(address, d.allowPrivate));
      if (barred !== undefined) d.onRefused(host);
      const why = error ?? (barred === undefined ? null : refusal(host));
      const [first] = found ?? [];
      if (why !== null || first === undefined) return done(why ?? new Error("the name has no address"), "");
      if (options.all === true) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

const refusal = (host: string): Error =>
  new Error(`${host} is at an address that may not be called (FAKTUR_ALLOW_PRIVATE_TARGETS)`);

/** As Node's own fetch fails, so that callers need not know which one they have. */
const failed = (cause: unknown): TypeError => new TypeError("fetch failed", { cause });

const OUR_HEADERS = {
  accept: "*/*",
  "user-agent": "faktur-otomatis",
  "accept-encoding": "identity",
} as const;

async function responseOf(answer: IncomingMessage): Promise<Response> {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const status = answer.statusCode ?? 0;
  if (BODILESS.has(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  const isShort = Number(answer.headers["content-length"] ?? Infinity) <= SHORT_BYTES;
  return new Response(isShort ? await wholeOf(answer) : streamOf(answer), { status, headers });
}

/** The parser reads no more than the length that was told; an answer that breaks off before is none. */
async function wholeOf(answer: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (thrown) {
    throw failed(thrown);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function streamOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel() {
      answer.destroy();
    },
  });
}
