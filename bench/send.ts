/* Signed messages of a generic portal, and who sends them. */
import { Agent, request as call } from "node:http";
import { signStandardWebhook } from "../src/hooks/signature";
import { line, paid } from "../test/support/world";
import { SECRET } from "./program";

export interface Message {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** `invoice.paid` of now: one year of hosting for Rp 1,000,000, of one of so many accounts. */
export function paidMessage(index: number, at: Date, accounts: number): Message {
  const paidAt = at.toISOString();
  const lines = [line({ serviceId: null })];
  const told = {
    ...paid(String(index), { paidAt, lines }, { id: String(1 + (index % accounts)) }),
    timestamp: paidAt,
  };
  return signed("/hooks/toko", `msg_${index}`, JSON.stringify(told), at);
}

export function signed(path: string, id: string, body: string, at: Date): Message {
  const length = String(Buffer.byteLength(body));
  const headers = { "content-type": "application/json", "content-length": length };
  return { path, headers: { ...headers, ...signStandardWebhook({ secret: SECRET, id, at, body }) }, body };
}

export function post(agent: Agent, port: number, { path, headers, body }: Message): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = call({ port, host: "127.0.0.1", method: "POST", path, agent, headers }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Sends all, so many at a time; each sender waits for its answer. */
export async function postAll(port: number, messages: readonly Message[], senders: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: senders });
  let next = 0;
  const sender = async () => {
    for (let one = messages[next++]; one !== undefined; one = messages[next++]) await post(agent, port, one);
  };
  await Promise.all(Array.from({ length: senders }, sender));
  agent.destroy();
}
