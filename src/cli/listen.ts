import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../errors";
import { text } from "../text";

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets the running answers end, cuts the idle ones. */
  close(): Promise<void>;
}

/** Listens at host and port; 0 is any free one. Throws `config_invalid` when the port is taken or not allowed. */
export async function listen(app: RequestListener, host: string, port: number): Promise<Listening> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 15_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(notListening(host, port, cause)));
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

export const notListening = (host: string, port: number, cause: unknown): AppError =>
  new AppError(
    "config_invalid",
    text(
      `Tidak dapat mendengarkan di ${host}:${port}. Pilih port lain (FAKTUR_PORT atau --port) atau hentikan program yang memakainya.`,
      `Cannot listen at ${host}:${port}. Choose another port (FAKTUR_PORT or --port) or stop the program that uses it.`,
    ),
    { cause },
  );
