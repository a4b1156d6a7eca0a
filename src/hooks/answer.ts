import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describeCause, type Log } from "../log";
import { withPatience } from "../patience";
import { languageOf, problem, sendProblem } from "../problem";
import type { UseOf } from "../sharing";
import { readBody } from "./body";
import type { IntakeAnswer } from "./intake-answer";
import type { Heard, Portal, PortalConnection } from "./portal";
import {
  BAD_SIGNATURE,
  MALFORMED,
  NOT_JSON_TYPE,
  NOT_STORED,
  TOO_LARGE,
  UNKNOWN_PORTAL,
  UNREADABLE,
  type Refused,
} from "./refused";

/** So long a message may take; a database that keeps its connections and says nothing would keep the sender waiting. */
const PATIENCE_MS = 15_000;

/** A body may have this many bytes (contract, section 4). */
export const BODY_LIMIT = 262_144;

export interface HooksDeps {
  /** Handles a message with the connection behind its slug, null when there is none. */
  readonly withPortal: UseOf<Named | null>;
  /** Records what was heard; resolves only after the commit. */
  intake(connection: PortalConnection, portal: Portal, heard: Heard): Promise<IntakeAnswer>;
  now(): Date;
  readonly log: Log;
  readonly patienceMs?: number;
  /** For the alarm after repeated failures. */
  onSignatureFailure?(slug: string): void;
}

interface Named {
  readonly connection: PortalConnection;
  readonly portal: Portal;
}

type Reply =
  { readonly ok: true; readonly answer: IntakeAnswer } | { readonly ok: false; readonly refused: Refused };

/** Answers one message, whoever has routed it: trust the bytes, then parse them, answer after the commit. Never throws. */
export async function answerHook(
  d: HooksDeps,
  slug: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    // What is committed after all is a duplicate when the sender repeats.
    const reply = await withPatience(
      d.patienceMs ?? PATIENCE_MS,
      d.withPortal(slug, (found) => handle(d, found, slug, request)),
      () => new Error("no answer from the database"),
    );
    if (reply.ok) sendAnswer(response, reply.answer);
    else refuse(request, response, reply.refused);
  } catch (thrown) {
    d.log.error("hook.failed", { cause: describeCause(thrown) });
    refuse(request, response, NOT_STORED);
  }
}

/** The refusals in the order of the contract; whatever throws is a 503, and the sender repeats. */
async function handle(
  d: HooksDeps,
  found: Named | null,
  slug: string,
  request: IncomingMessage,
): Promise<Reply> {
  if (found === null) return refusedWith(UNKNOWN_PORTAL);
  if (!isJsonType(request.headers["content-type"])) return refusedWith(NOT_JSON_TYPE);
  // Refused from the header alone: the reader would wait for the whole body first.
  if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT) return refusedWith(TOO_LARGE);
  const body = await readBody(request, BODY_LIMIT);
  if (!Buffer.isBuffer(body)) return refusedWith(UNREAD[body]);
  const delivery = { body, headers: request.headers, receivedAt: d.now() };
  const heard = found.portal.receive(found.connection, delivery);
  if (heard.kind === "badSignature") {
    d.log.warn("hook.signature_refused", { portal: slug, reason: heard.reason });
    d.onSignatureFailure?.(slug);
    return refusedWith(BAD_SIGNATURE);
  }
  if (heard.kind === "malformed") {
    const { length, [0]: first } = heard.faults;
    d.log.warn("hook.malformed", { portal: slug, faults: length, first: first?.path });
    return refusedWith({ ...MALFORMED, faults: heard.faults });
  }
  const answer = await d.intake(found.connection, found.portal, heard);
  const { status, trace } = answer;
  const { kind, deliveryId: delivered } = heard;
  d.log.info("hook.heard", { portal: slug, kind, delivery: delivered, status, trace });
  return { ok: true, answer };
}

const refusedWith = (refused: Refused): Reply => ({ ok: false, refused });

const UNREAD = { compressed: NOT_JSON_TYPE, tooLarge: TOO_LARGE, broken: UNREADABLE };

/** `application/json` or `application/*+json`, whatever its parameters. */
export function isJsonType(contentType: string | undefined): boolean {
  return /^\s*application\/(?:[a-z0-9!#$&^_.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? "");
}

interface Written {
  readonly status: number;
  readonly body: string;
  readonly etag: string;
}

function written(status: number, said: Record<string, string>): Written {
  const body = JSON.stringify(said);
  const hash = createHash("sha1").update(body).digest("base64").slice(0, 27);
  return { status, body, etag: `W/"${body.length.toString(16)}-${hash}"` };
}

const ACCEPTED = written(202, { status: "accepted" });
const DUPLICATE = written(200, { status: "duplicate" });

function wordsFor(answer: IntakeAnswer): Written {
  switch (answer.status) {
    case "accepted":
      return ACCEPTED;
    case "duplicate":
      return DUPLICATE;
    case "ignored":
      return written(200, { status: "ignored", reason: answer.reason });
    default:
      return answer satisfies never;
  }
}

function sendAnswer(response: ServerResponse, answer: IntakeAnswer): void {
  const { status, body, etag } = wordsFor(answer);
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.setHeader("ETag", etag);
  response.end(body);
}

/** Says no, in the sender's language. */
export function refuse(request: IncomingMessage, response: ServerResponse, refused: Refused): void {
  const language = languageOf(request.headers["accept-language"]);
  if (refused.status === 503) response.setHeader("retry-after", "30");
  sendProblem(
    response,
    problem(refused.status, refused.code, refused.detail, language, refused.faults),
    language,
  );
}
