/*
 * What stands outside in a bench, each in a process of its own: `authority LATENCY_MS`, the simulated tax authority whose
 * every answer takes so long; `smtp`, a mail server that takes whole messages in and keeps their ids.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { systemClock } from "../src/clock";
import { drawPaper } from "../src/faktur/pdf/draw";
import { createAuthority } from "../src/simulator/authority";

interface Outside {
  readonly port: number;
  /** How many approved documents, or whole mails with a PDF, there are; none twice. */
  count(): number;
}

async function authority(latencyMs: number): Promise<Outside> {
  const drawPdf = (paper: Parameters<typeof drawPaper>[0]) => drawPaper(paper);
  const { app, state } = createAuthority({ clock: systemClock, drawPdf, approveAfterReads: 0 });
  const server = createServer((request, response) => {
    if (latencyMs === 0) void app(request, response);
    else setTimeout(() => void app(request, response), latencyMs);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const approved = () => state.all().filter(({ status }) => status === "APPROVAL_SUKSES").length;
  return { port: (server.address() as AddressInfo).port, count: approved };
}

async function smtp(latencyMs: number): Promise<Outside> {
  const taken = new Set<string>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    disableReverseLookup: true,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks);
        const id = /^message-id: *(\S+)/im.exec(raw.toString("latin1", 0, 4_000))?.[1];
        // The first bytes of a PDF in base64.
        if (id !== undefined && raw.includes("JVBERi0x")) taken.add(id);
        if (latencyMs === 0) done();
        else setTimeout(done, latencyMs);
      });
    },
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return { port: (listening.address() as AddressInfo).port, count: () => taken.size };
}

async function main(): Promise<void> {
  const [what, latency = "0"] = process.argv.slice(2);
  const outside = await (what === "authority" ? authority(Number(latency)) : smtp(Number(latency)));
  process.send?.(outside.port);
  process.on("message", (asked) => {
    if (asked === "count") process.send?.(outside.count());
    else process.exit(0);
  });
}

void main();
