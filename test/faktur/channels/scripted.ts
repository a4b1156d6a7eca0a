import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What the server does with one request: an answer to send, or anything done to the raw response. */
export type Step =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body: unknown }
  | ((response: ServerResponse, received: Received) => void);

export interface Scripted {
  readonly url: string;
  /** Everything that came in, in order. */
  readonly received: Received[];
  /** The next requests get these, one each; a request without a step is answered 599. */
  next(...steps: Step[]): void;
  /** Every request from now on gets this. */
  always(step: Step): void;
  /** Forgets what came in and what was still to be answered. */
  reset(): void;
  close(): Promise<void>;
}

const NO_STEP: Step = { status: 599, body: "no step" };

/** A real HTTP server that answers what it is told, for exact bytes; a string body is sent as it is, others as JSON. */
export async function startScripted(): Promise<Scripted> {
  const received: Received[] = [];
  const steps: Step[] = [];
  let fallback: Step = NO_STEP;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
      received.push(one);
      play(steps.shift() ?? fallback, response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    received,
    next: (...more) => void steps.push(...more),
    always: (step) => {
      fallback = step;
    },
    reset: () => {
      received.length = 0;
      steps.length = 0;
      fallback = NO_STEP;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function play(step: Step, response: ServerResponse, received: Received): void {
  if (typeof step === "function") {
    step(response, received);
    return;
  }
  const text = typeof step.body === "string" ? step.body : JSON.stringify(step.body);
  response.writeHead(step.status ?? 200, { "content-type": "application/json", ...step.headers });
  response.end(text);
}
