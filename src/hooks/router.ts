import express, { type NextFunction, type Request, type Response, type Router } from "express";
import type { Fault } from "../errors";
import { describeCause, type Log } from "../log";
import { languageOf, problem, sendProblem } from "../problem";
import { text, type Text } from "../text";
import type { IntakeAnswer } from "./intake-answer";
import type { Heard, Portal, PortalConnection } from "./portal";

/** A body may have this many bytes (contract, section 4). */
export const BODY_LIMIT = 262_144;

export interface HooksDeps {
  /** The connection behind a slug, null when there is none. */
  portalNamed(
    slug: string,
  ): Promise<{ readonly connection: PortalConnection; readonly portal: Portal } | null>;
  /** Records what was heard; resolves only after the commit. */
  intake(connection: PortalConnection, portal: Portal, heard: Heard): Promise<IntakeAnswer>;
  now(): Date;
  readonly log: Log;
  /** For the alarm after repeated failures. */
  onSignatureFailure?(slug: string): void;
}

/** An answer other than 200 and 202. */
interface Refused {
  readonly status: number;
  readonly code: string;
  readonly detail: Text;
  readonly faults?: readonly Fault[];
}

type Reply =
  { readonly ok: true; readonly answer: IntakeAnswer } | { readonly ok: false; readonly refused: Refused };

/** `POST /hooks/:portal`: trust the bytes, then parse them, answer after the commit. */
export function hooksRouter(d: HooksDeps): Router {
  // Compressed bodies are refused (415): the signature is over the bytes as sent.
  const readRaw = express.raw({ type: () => true, limit: BODY_LIMIT, inflate: false });
  const router = express.Router();
  router.post("/hooks/:portal", async (request: Request<{ portal: string }>, response) => {
    try {
      const reply = await handle(d, request, () => bodyOf(readRaw, request, response));
      if (reply.ok) sendAnswer(response, reply.answer);
      else refuse(request, response, reply.refused);
    } catch (thrown) {
      d.log.error("hook.failed", { cause: describeCause(thrown) });
      refuse(request, response, NOT_STORED);
    }
  });
  router.all("/hooks/:portal", (request, response) => {
    response.setHeader("allow", "POST");
    refuse(request, response, WRONG_METHOD);
  });
  // A slug that cannot be percent-decoded names no portal.
  router.use("/hooks", (thrown: unknown, request: Request, response: Response, next: NextFunction) => {
    if (thrown instanceof URIError) refuse(request, response, UNKNOWN_PORTAL);
    else next(thrown);
  });
  return router;
}

/** The refusals in the order of the contract; whatever throws is a 503, and the sender repeats. */
async function handle(
  d: HooksDeps,
  request: Request<{ portal: string }>,
  body: () => Promise<Buffer | Refused>,
): Promise<Reply> {
  const slug = request.params.portal;
  const found = await d.portalNamed(slug);
  if (found === null) return { ok: false, refused: UNKNOWN_PORTAL };
  const log = d.log.child({ portal: slug });
  if (!isJsonType(request.headers["content-type"])) return { ok: false, refused: NOT_JSON_TYPE };
  // Refused from the header alone: the parser would wait for the whole body first.
  if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT) return { ok: false, refused: TOO_LARGE };
  const bytes = await body();
  if (!Buffer.isBuffer(bytes)) return { ok: false, refused: bytes };
  const delivery = { body: bytes, headers: request.headers, receivedAt: d.now() };
  const heard = found.portal.receive(found.connection, delivery);
  if (heard.kind === "badSignature") {
    log.warn("hook.signature_refused", { reason: heard.reason });
    d.onSignatureFailure?.(slug);
    return { ok: false, refused: BAD_SIGNATURE };
  }
  if (heard.kind === "malformed") {
    log.warn("hook.malformed", { faults: heard.faults.length, first: heard.faults[0]?.path });
    return { ok: false, refused: { ...MALFORMED, faults: heard.faults } };
  }
  const answer = await d.intake(found.connection, found.portal, heard);
  const { status, trace } = answer;
  log.info("hook.heard", { kind: heard.kind, delivery: heard.deliveryId, status, trace });
  return { ok: true, answer };
}

/** The raw bytes, or why they cannot be had. A connection that broke off is nobody's error. */
function bodyOf(
  readRaw: express.RequestHandler,
  request: Request,
  response: Response,
): Promise<Buffer | Refused> {
  return new Promise((resolve) => {
    void readRaw(request, response, (thrown?: unknown) => {
      if (thrown === undefined) {
        const read: unknown = request.body;
        resolve(Buffer.isBuffer(read) ? read : Buffer.alloc(0));
        return;
      }
      resolve(bodyRefusal(thrown));
    });
  });
}

function bodyRefusal(thrown: unknown): Refused {
  const status =
    typeof thrown === "object" && thrown !== null && "status" in thrown ? thrown.status : undefined;
  if (status === 413) return TOO_LARGE;
  if (status === 415) return NOT_JSON_TYPE;
  return UNREADABLE;
}

/** `application/json` or `application/*+json`, whatever its parameters. */
export function isJsonType(contentType: string | undefined): boolean {
  return /^\s*application\/(?:[a-z0-9!#$&^_.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? "");
}

function sendAnswer(response: Response, answer: IntakeAnswer): void {
  switch (answer.status) {
    case "accepted":
      response.status(202).json({ status: "accepted" });
      return;
    case "duplicate":
      response.status(200).json({ status: "duplicate" });
      return;
    case "ignored":
      response.status(200).json({ status: "ignored", reason: answer.reason });
      return;
    default:
      answer satisfies never;
  }
}

function refuse(request: Request<never> | Request, response: Response, refused: Refused): void {
  const language = languageOf(request.headers["accept-language"]);
  if (refused.status === 503) response.setHeader("retry-after", "30");
  sendProblem(
    response,
    problem(refused.status, refused.code, refused.detail, language, refused.faults),
    language,
  );
}

const UNKNOWN_PORTAL: Refused = {
  status: 404,
  code: "not_found",
  detail: text("Tidak ada apa-apa di alamat ini.", "There is nothing at this address."),
};
const WRONG_METHOD: Refused = {
  status: 405,
  code: "method_not_allowed",
  detail: text("Kirim dengan POST.", "Send with POST."),
};
const NOT_JSON_TYPE: Refused = {
  status: 415,
  code: "not_json",
  detail: text(
    "Kirim isi tanpa kompresi dengan Content-Type: application/json.",
    "Send the body uncompressed, with Content-Type: application/json.",
  ),
};
const TOO_LARGE: Refused = {
  status: 413,
  code: "too_large",
  detail: text("Isi kiriman paling besar 256 kB.", "A body may have at most 256 kB."),
};
const UNREADABLE: Refused = {
  status: 400,
  code: "malformed",
  detail: text(
    "Isi kiriman tidak terbaca utuh. Kirim ulang.",
    "The body could not be read whole. Send it again.",
  ),
};
const BAD_SIGNATURE: Refused = {
  status: 401,
  code: "signature_wrong",
  detail: text(
    "Tanda tangan tidak ada, salah, atau waktunya berselisih lebih dari 300 detik. Periksa secret dan jam pengirim.",
    "The signature is missing or wrong, or its time is more than 300 s off. Check the secret and the sender's clock.",
  ),
};
const MALFORMED: Refused = {
  status: 400,
  code: "malformed",
  detail: text(
    "Isi kiriman tidak lengkap atau salah bentuk. Setiap kesalahan ada di faults.",
    "The body is incomplete or malformed. Every fault is listed in faults.",
  ),
};
const NOT_STORED: Refused = {
  status: 503,
  code: "not_stored",
  detail: text(
    "Kiriman belum tersimpan. Kirim ulang nanti.",
    "The delivery is not stored yet. Send it again later.",
  ),
};
