import { lookup } from "node:dns/promises";
import { request as plainRequest, type IncomingMessage } from "node:http";
import { request as tlsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { INSIDE, isInside } from "./address";

/** What came back of one try. */
export type Posted =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly body: string;
      readonly waitMs: number | undefined;
    }
  /** No answer, or nobody was asked: in words for the log of deliveries. */
  | { readonly kind: "failed"; readonly why: string };

export interface PostOptions {
  readonly timeoutMs: number;
  readonly allowPrivate: boolean;
}

export type Post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: PostOptions,
) => Promise<Posted>;

/** So much of an answer is read and kept. */
const ANSWER_BYTES = 2_000;
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * Posts JSON to a subscriber. The name is looked up once and that very address is connected to, so that it cannot
 * mean another one a moment later; no redirect is followed; the answer is read to a bound. Throws nothing.
 */
export const postWebhook: Post = async (url, headers, body, options) => {
  try {
    const at = new URL(url);
    const host = at.hostname.replace(/^\[|\]$/g, "");
    const found =
      isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host, family: isIP(host) }];
    const [first] = found;
    if (first === undefined) return { kind: "failed", why: "the name has no address" };
    // One inside address among several is reason enough: which of them is used is nobody's choice here.
    if (!options.allowPrivate && found.some((one) => isInside(one.address))) {
      return { kind: "failed", why: INSIDE.en };
    }
    const pinned: LookupFunction = (_name, asked, done) => {
      if (asked.all === true) done(null, [first]);
      else done(null, first.address, first.family);
    };
    return await exchange(at, headers, body, pinned, options.timeoutMs);
  } catch (thrown) {
    return { kind: "failed", why: thrown instanceof Error ? thrown.message.slice(0, 300) : "failed" };
  }
};

function exchange(
  at: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  pinned: LookupFunction,
  timeoutMs: number,
): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const send = at.protocol === "https:" ? tlsRequest : plainRequest;
    const signal = AbortSignal.timeout(timeoutMs);
    const request = send(at, {
      method: "POST",
      agent: false,
      lookup: pinned,
      signal,
      headers: { ...headers },
    });
    request.on("error", (error) => reject(signal.aborted ? new Error("no answer in time") : error));
    request.on("response", (response) => {
      readAnswer(response, (text) => {
        const seconds = Number(response.headers["retry-after"]);
        const waits = Number.isFinite(seconds) && seconds > 0;
        resolve({
          ...{ kind: "answered", status: response.statusCode ?? 0, body: text },
          waitMs: waits ? Math.min(seconds, LONGEST_WAIT_SECONDS) * 1000 : undefined,
        });
        request.destroy();
      });
    });
    request.end(body);
  });
}

function readAnswer(response: IncomingMessage, done: (text: string) => void): void {
  const parts: Buffer[] = [];
  let size = 0;
  const finish = () => done(Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString("utf8"));
  response.on("data", (part: Buffer) => {
    parts.push(part);
    size += part.length;
    if (size >= ANSWER_BYTES) finish();
  });
  response.on("end", finish);
  response.on("error", finish);
}
