import type { IncomingMessage, ServerResponse } from "node:http";

/** How long the body of a request may be on its way. */
export interface BodyTimes {
  /** All of it, where nothing large is sent. */
  readonly bodyMs: number;
  /** Of a file: so long no byte may come. */
  readonly idleMs: number;
  /** And so long it may take in all. */
  readonly longestMs: number;
}

const BODY_MS = 30_000;
const IDLE_MS = 60_000;
const LONGEST_MS = 7_200_000;
export const BODY_TIMES: BodyTimes = { bodyMs: BODY_MS, idleMs: IDLE_MS, longestMs: LONGEST_MS };

const slow = new WeakMap<IncomingMessage, () => void>();

/** Cuts a request whose body takes too long: who sends a byte now and then must not hold a connection. */
export function boundBody(request: IncomingMessage, response: ServerResponse, times: BodyTimes): void {
  const { headers, socket } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) return;
  const cut = () => {
    if (!response.headersSent && socket.writable)
      socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
    socket.destroy();
  };
  let timer = setTimeout(cut, times.bodyMs);
  const stop = () => clearTimeout(timer);
  request.once("end", stop);
  request.once("close", stop);
  slow.set(request, () => {
    stop();
    let [seen, waited] = [socket.bytesRead, 0];
    const look = () => {
      waited += times.idleMs;
      if (socket.bytesRead === seen || waited >= times.longestMs) return cut();
      seen = socket.bytesRead;
      timer = setTimeout(look, times.idleMs);
    };
    timer = setTimeout(look, times.idleMs);
  });
}

/** From here on this body may take its time as long as bytes keep coming: for files, of whoever has shown who they are. */
export function letTakeTime(request: IncomingMessage): void {
  if (!request.complete) slow.get(request)?.();
}
