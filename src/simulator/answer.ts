import type { Request, Response } from "express";
import { LONGEST_DELAY_MS, type ContentFault, type Rule, type TransportFault } from "./control";

/** What an operation answers, before it is put into the envelope. */
export interface Answer {
  readonly status: number;
  readonly message: string;
  readonly data: unknown;
}

export const fine = (data: unknown, message = "Berhasil"): Answer => ({ status: 200, message, data });

export const refusal = (status: number, message: string, faults: readonly unknown[] = []): Answer => ({
  status,
  message,
  data: faults.length === 0 ? null : { faults },
});

const LABELS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  404: "NOT_FOUND",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  429: "TOO_MANY_REQUESTS",
  503: "SERVICE_UNAVAILABLE",
};

/** Sends an answer in the envelope of the wire: `{code, data, status, message}`. */
export function send(res: Response, answer: Answer): void {
  res.status(answer.status).json({
    code: answer.status,
    data: answer.data,
    status: LABELS[answer.status] ?? "ERROR",
    message: answer.message,
  });
}

const PAGE = "<!doctype html><html><head><title>Error</title></head><body><h1>Gateway</h1></body></html>";

const DEFAULT_DELAY_MS = 1_000;
const DEFAULT_REJECTION = "Ditolak oleh simulasi";

/** An operation's own work. It is told of a rule that bends the content of its answer, with the rule's words. */
export type Act = (bend: Bend | null) => Answer | Promise<Answer>;

export interface Bend {
  readonly fault: ContentFault;
  readonly message: string;
}

/** Does the work and answers, under a rule when one fits. Work that is done is done, whatever becomes of the answer. */
export async function answerUnder(rule: Rule | null, act: Act, req: Request, res: Response): Promise<void> {
  if (rule === null) return send(res, await act(null));
  switch (rule.fault) {
    case "reject":
      if (rule.operation !== "upload") return send(res, refusal(400, rule.message ?? DEFAULT_REJECTION));
      return send(res, await act({ fault: rule.fault, message: rule.message ?? DEFAULT_REJECTION }));
    case "unknown-status":
    case "no-nofa":
    case "pdf-late":
    case "pdf-empty":
    case "pdf-other":
      return send(res, await act({ fault: rule.fault, message: rule.message ?? "" }));
    default:
      return disturb(rule.fault, rule, act, req, res);
  }
}

async function disturb(
  fault: TransportFault,
  rule: Rule,
  act: Act,
  req: Request,
  res: Response,
): Promise<void> {
  switch (fault) {
    case "delay": {
      const answer = await act(null);
      return after(res, rule.delayMs ?? DEFAULT_DELAY_MS, () => send(res, answer));
    }
    case "hang-after":
      await act(null);
      return after(res, rule.delayMs ?? LONGEST_DELAY_MS, () => req.socket.destroy());
    case "error-before":
      return send(res, refusal(500, rule.message ?? "Internal Server Error"));
    case "error-after":
      await act(null);
      return void res.status(500).type("html").send(PAGE);
    case "drop-before":
      return void req.socket.destroy();
    case "drop-after":
      await act(null);
      return void req.socket.destroy();
    case "throttle":
      res.set("Retry-After", "1");
      return send(res, refusal(429, rule.message ?? "Terlalu banyak permintaan"));
    case "garbage":
      await act(null);
      return void res.status(200).type("html").send(PAGE);
    default:
      return fault satisfies never;
  }
}

/** Runs `then` after a while, unless the client has gone; never keeps the process alive by itself. */
function after(res: Response, ms: number, then: () => void): void {
  const timer = setTimeout(then, ms);
  timer.unref();
  res.once("close", () => clearTimeout(timer));
}
