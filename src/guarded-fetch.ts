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
    const asked = new Request(input, { ...init, redirect: "manual" });
    const at = new URL(asked.url);
    const literal = at.hostname.replace(/^\[|\]$/g, "");
    // A literal is not looked up.
    if (isIP(literal) !== 0 && !isCallable(literal, d.allowPrivate)) {
      d.onRefused(literal);
      throw failed(refusal(literal));
    }
    const body = asked.body === null ? null : Buffer.from(await asked.arrayBuffer());
    const tls = at.protocol === "https:";
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = tls ? tlsRequest : plainRequest;
      const { method, signal } = asked;
      const agent = tls ? agents.tls : agents.plain;
      const request = send(at, { method, signal, agent, lookup, headers: headersOf(asked) });
      request.on("error", (error) => reject(failed(error)));
      request.on("response", resolve);
      request.end(body ?? undefined);
    });
    return responseOf(answer);
  };
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

function headersOf(asked: Request): Record<string, string> {
  const given = Object.fromEntries(asked.headers);
  return { accept: "*/*", "user-agent": "faktur-otomatis", "accept-encoding": "identity", ...given };
}

function responseOf(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const status = answer.statusCode ?? 0;
  if (!BODILESS.has(status)) return new Response(streamOf(answer), { status, headers });
  answer.resume();
  return new Response(null, { status, headers });
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
