import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { BODY_TIMES, boundBody, type BodyTimes } from "../body-time";
import { AppError } from "../errors";
import { systemCode } from "../files";
import { text, type Text } from "../text";

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets the running answers end for so long, cuts all that is asked nothing. */
  close(graceMs?: number): Promise<void>;
}

/** Listens at host and port; 0 is any free one. Throws `config_invalid` when host or port cannot be had. */
export async function listen(
  app: RequestListener,
  host: string,
  port: number,
  times: BodyTimes = BODY_TIMES,
): Promise<Listening> {
  // One time for all bodies would be too short for files, or too long for the rest: `boundBody` holds them.
  const server = createServer({
    ...{ requestTimeout: 0, headersTimeout: HEADERS_MS },
    keepAliveTimeout: KEPT_MS,
  });
  server.on("request", (request, response) => boundBody(request, response, times));
  server.on("request", app);
  const busy = watch(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(notListening(host, port, cause)));
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: (graceMs = GRACE_MS) => closeServer(server, busy, graceMs),
  };
}

const HEADERS_MS = 15_000;

/** Longer than a proxy keeps it (Caddy two minutes): a request on a connection that is just closed here is a 502 there. */
const KEPT_MS = 130_000;

/** An answer that takes longer than this holds up the end no more. */
const GRACE_MS = 20_000;

interface Watched {
  /** Connections without a question; a server counts only those among the idle that have asked one before. */
  readonly idle: ReadonlySet<Socket>;
  readonly answers: ReadonlySet<ServerResponse>;
}

function watch(server: Server): Watched {
  const idle = new Set<Socket>();
  const answers = new Set<ServerResponse>();
  server.on("connection", (socket: Socket) => {
    idle.add(socket);
    socket.once("close", () => idle.delete(socket));
  });
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    answers.add(response);
    response.once("close", () => {
      answers.delete(response);
      if (!server.listening) socket.destroySoon();
      else if (!socket.destroyed) idle.add(socket);
    });
  });
  return { idle, answers };
}

function closeServer(server: Server, { idle, answers }: Watched, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const socket of idle) socket.destroy();
    // Told with the answer: a proxy would send its next question on the connection that ends with it.
    for (const answer of answers) if (!answer.headersSent) answer.shouldKeepAlive = false;
  });
}

export const notListening = (host: string, port: number, cause: unknown): AppError =>
  new AppError("config_invalid", isElsewhere(cause) ? elsewhere(host) : unusable(host, port), { cause });

/** No port helps there: the name is unknown, or the address is not of this machine. */
const isElsewhere = (cause: unknown): boolean =>
  ["ENOTFOUND", "EAI_AGAIN", "EADDRNOTAVAIL"].includes(systemCode(cause) ?? "");

const elsewhere = (host: string): Text =>
  text(
    `Alamat ${host} bukan alamat mesin ini. Betulkan FAKTUR_HOST atau --host: 127.0.0.1 untuk mesin ini saja, 0.0.0.0 untuk semua alamatnya.`,
    `${host} is no address of this machine. Correct FAKTUR_HOST or --host: 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses.`,
  );

const unusable = (host: string, port: number): Text =>
  text(
    `Tidak dapat mendengarkan di ${host}:${port}. Pilih port lain (FAKTUR_PORT, FAKTUR_WORKER_PORT, atau --port) atau hentikan program yang memakainya.`,
    `Cannot listen at ${host}:${port}. Choose another port (FAKTUR_PORT, FAKTUR_WORKER_PORT or --port) or stop the program that uses it.`,
  );
