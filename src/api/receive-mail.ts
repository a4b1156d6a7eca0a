import express, { type Request, type Response } from "express";
import { letTakeTime } from "../body-time";
import { AppError } from "../errors";
import { text } from "../text";

/** A report carries the message that failed, and that a PDF. */
const MAIL_LIMIT = 10_000_000;

const readRaw = express.raw({ type: () => true, limit: MAIL_LIMIT });

/** Whether the body is a mail as it goes over the wire. */
export const isMail = (request: Request): boolean =>
  /^\s*message\/(?:rfc822|global)\s*(?:;|$)/i.test(request.headers["content-type"] ?? "");

/** The bytes of the mail. Throws `refused` above 10 MB. */
export async function mailOf(request: Request, response: Response): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > MAIL_LIMIT) throw tooLarge();
  letTakeTime(request);
  await new Promise<void>((resolve, reject) => {
    void readRaw(request, response, (thrown?: unknown) => {
      if (thrown === undefined) resolve();
      else reject(isTooLarge(thrown) ? tooLarge() : (thrown as Error));
    });
  });
  const read: unknown = request.body;
  return Buffer.isBuffer(read) ? read : Buffer.alloc(0);
}

const isTooLarge = (thrown: unknown): boolean =>
  typeof thrown === "object" && thrown !== null && "status" in thrown && thrown.status === 413;

const tooLarge = (): AppError =>
  new AppError("refused", text("E-mail paling besar 10 MB.", "A mail may have at most 10 MB."));
