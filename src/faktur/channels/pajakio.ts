import { maskNpwp } from "../../accounts/npwp";
import { AppError } from "../../errors";
import { text } from "../../text";
import type { Faktur } from "../faktur";
import type {
  BuyerCheck,
  CancelReply,
  Channel,
  ChannelDocument,
  RecordExchange,
  RemoveReply,
  SubmissionKey,
  SubmitReply,
  UploadReply,
} from "./channel";
import { callJson, MAX_ANSWER_BYTES, MAX_PDF_ANSWER_BYTES, nonsense, type RawAnswer } from "./http";
import * as answers from "./pajakio-answers";
import { listFakturs } from "./pajakio-list";
import { hider } from "./pajakio-secrets";
import type { PajakioSettings } from "./pajakio-settings";
import * as wire from "./pajakio-wire";

export interface PajakioDeps {
  readonly fetch: typeof fetch;
  /** One call, from the first byte sent to the last byte read. */
  readonly timeoutMs: number;
  readonly record: RecordExchange;
  /** Whose token this is; a faktur of anyone else is not sent. */
  readonly seller: { readonly npwp: string; readonly name: string; readonly nitku: string };
}

type Operation = "create" | "update" | "upload" | "list" | "detail" | "pdf" | "cancel" | "delete" | "verify";

interface Call {
  readonly operation: Operation;
  readonly method?: "POST" | "PUT";
  readonly path: string;
  readonly body: string;
  /** The body as it may be kept, where it differs. */
  readonly kept?: string;
  readonly maxBytes?: number;
}

type Reply = answers.Answer & { readonly simulated: boolean };
type Refused = Extract<Reply, { kind: "no" }>;
type Send = (call: Call) => Promise<Reply>;

const PAGE_SIZE = 50;
/** 100,000 documents; a list that has not ended by then decides nothing. */
const MAX_PAGES = 2000;
/** Pages in a row with nothing new on them: the other side does not turn its pages. */
const MAX_STALE_PAGES = 3;
const MAX_RECORD_CHARS = 64 * 1024;

/**
 * The channel of the Pajak.io Open API v3 (contract, section 6). Create and upload are always two steps. Statuses are
 * read with `jenisFaktur` first; a word that is not in the table is `unknown`.
 */
export function createPajakio(settings: PajakioSettings, d: PajakioDeps): Channel {
  const send = sender(settings, d);
  const submit = async (faktur: Faktur, draft: Pick<wire.Draft, "key" | "replaces" | "transactionId">) => {
    refuseOtherSeller(faktur, d.seller.npwp);
    const { signer } = settings;
    const body = wire.draftBody({ faktur, signer, ...draft });
    const kept = wire.draftBody({ faktur, signer: signer && { ...signer, passphrase: "***" }, ...draft });
    return draft.transactionId === undefined
      ? send({ operation: "create", path: wire.PATHS.sales, body, kept })
      : send({ operation: "update", method: "PUT", path: wire.PATHS.sales, body, kept });
  };
  return {
    kind: "pajakio",
    capabilities: {
      automatic: true,
      checkBuyer: true,
      cancel: true,
      replace: true,
      fetchPdf: true,
      provisional: true,
    },
    create: async (faktur, key, replaces) => createdOrNot(await submit(faktur, { key, replaces })),
    update: async (externalId, faktur, key, replaces) =>
      updatedOrNot(await submit(faktur, { key, replaces, transactionId: externalId }), externalId),
    upload: async (externalId) => uploadedOrNot(await send(transaction("upload", externalId))),
    lookup: (key) => lookup(send, key),
    status: (externalId) => detail(send, externalId),
    fetchPdf: (externalId) => fetchPdf(send, externalId),
    // The wire has no place for a reason; it stays in our own record.
    cancel: async (externalId) => cancelledOrNot(await send(transaction("cancel", externalId))),
    remove: async (externalId) => removedOrNot(await send(transaction("delete", externalId))),
    checkBuyer: (npwp) => checkBuyer(send, npwp),
    listFakturs: (days) =>
      listFakturs(
        { page: (page) => readPage(send, undefined, page), document: (...row) => documentOf(send, ...row) },
        days,
      ),
  };
}

/** Calls, records what went over the wire without its secrets, then reads the envelope. */
function sender(settings: PajakioSettings, d: PajakioDeps): Send {
  const token = Buffer.from(settings.token, "utf8").toString("base64");
  const { onRecord, inWords } = hider([settings.token, token, settings.signer?.passphrase]);
  return async ({ operation, method = "POST", path, body, kept = body, maxBytes = MAX_ANSWER_BYTES }) => {
    const url = `${settings.baseUrl}${path}`;
    const seen = (answer: RawAnswer | null) =>
      d.record({
        operation,
        request: `${method} ${url}\n\n${kept}`,
        response: answer && `${String(answer.status)}\n\n${onRecord(answer.text).slice(0, MAX_RECORD_CHARS)}`,
      });
    // The token goes alone, without a scheme word before it.
    const headers = { authorization: token, "content-type": "application/json", accept: "application/json" };
    const call = { method, url, headers, body, timeoutMs: d.timeoutMs, maxBytes, seen };
    const answer = await callJson(d.fetch, call);
    return {
      ...answers.readAnswer(answer.status, inWords(answer.json)),
      simulated: answer.header("x-simulated") === "1",
    };
  };
}

function refuseOtherSeller(faktur: Faktur, npwp: string): void {
  if (faktur.seller.npwp === npwp) return;
  throw new AppError(
    "config_invalid",
    text(
      "Faktur ini milik penjual lain; kanal ini tidak boleh mengirimnya. Periksa pengaturan penjual.",
      "This faktur belongs to another seller; this channel must not send it. Check the seller's settings.",
    ),
    { cause: new Error(`seller ${maskNpwp(faktur.seller.npwp)}, channel of ${maskNpwp(npwp)}`) },
  );
}

const transaction = (operation: "upload" | "pdf" | "cancel" | "delete", externalId: string): Call => ({
  operation,
  path: wire.PATHS[operation],
  body: wire.transactionBody(externalId),
});

function createdOrNot(reply: Reply): SubmitReply {
  const { simulated } = reply;
  if (reply.kind === "ok") return { kind: "created", externalId: answers.readCreated(reply.data), simulated };
  if (answers.saysDuplicate(reply.message)) return { kind: "duplicate", message: reply.message };
  return { kind: "refused", message: reply.message, simulated };
}

function updatedOrNot(reply: Reply, externalId: string): SubmitReply {
  const { simulated } = reply;
  if (reply.kind === "ok") return { kind: "created", externalId, simulated };
  if (wasMoved(reply)) return { kind: "wrongState", message: reply.message };
  return { kind: "refused", message: reply.message, simulated };
}

/** Somebody has handed it over, or deleted it, since it was read: its state says what is so, not this answer. */
const wasMoved = (reply: Refused): boolean => answers.saysWrongState(reply.message) || isGone(reply);

const isGone = (reply: Refused): boolean => reply.code === 404 && reply.own;

function uploadedOrNot(reply: Reply): UploadReply {
  if (reply.kind === "ok") return { kind: "accepted" };
  return { kind: wasMoved(reply) ? "wrongState" : "refused", message: reply.message };
}

const removedOrNot = (reply: Reply): RemoveReply =>
  reply.kind === "ok" || isGone(reply) ? { kind: "removed" } : { kind: "refused", message: reply.message };

const cancelledOrNot = (reply: Reply): CancelReply =>
  reply.kind === "ok" ? { kind: "asked" } : { kind: "refused", message: reply.message };

async function detail(send: Send, externalId: string): Promise<ChannelDocument | "absent"> {
  const reply = await send({ operation: "detail", path: wire.PATHS.detail(externalId), body: "{}" });
  if (reply.kind === "no") return absentOrThrow(reply);
  const document = answers.readDocument(externalId, reply.data, reply.simulated);
  if (document === null) throw nonsense("a document without a status");
  return document;
}

/** "Absent" is the provider's own word: the 404 of a gateway or of a mistyped address is none. */
function absentOrThrow(reply: Refused): "absent" {
  if (isGone(reply)) return "absent";
  throw refusedRead(reply);
}

/**
 * Reads the list page by page until one is empty or the key's living document is found. The filter is only asked for:
 * a server that ignores it is read to its end. A list that does not end is `channel_nonsense`, so the doubt stays.
 */
async function lookup(send: Send, key: SubmissionKey): Promise<ChannelDocument | "absent"> {
  const seen = new Set<string>();
  let dead: ChannelDocument | null = null;
  for (let page = 0, stale = 0; page < MAX_PAGES && stale < MAX_STALE_PAGES; page += 1) {
    const reply = await readPage(send, key, page);
    if (reply.rows.length === 0) return dead ?? "absent";
    const before = seen.size;
    for (const row of reply.rows) {
      if (seen.has(row.transactionId)) continue;
      seen.add(row.transactionId);
      if (row.noInvoice !== key) continue;
      const document = await documentOf(send, row, reply.simulated, tellsSeller);
      if (document.state !== "cancelled" && document.state !== "replaced") return document;
      // A replaced faktur says more than a cancelled one; among equals the newest, which is listed first.
      if (dead === null || (dead.state === "cancelled" && document.state === "replaced")) dead = document;
    }
    stale = seen.size === before ? stale + 1 : 0;
  }
  if (dead !== null) return dead;
  throw nonsense("a list that does not end");
}

async function readPage(send: Send, key: SubmissionKey | undefined, page: number) {
  const path = wire.PATHS.list(page, PAGE_SIZE);
  const reply = await send({ operation: "list", path, body: wire.listBody(key) });
  if (reply.kind === "no") throw refusedRead(reply);
  return { rows: answers.readRows(reply.data), simulated: reply.simulated };
}

const tellsSeller = ({ sellerNpwp }: ChannelDocument): boolean => sellerNpwp !== undefined;

/** Lists may carry less than the detail: what adoption needs is read from there. */
async function documentOf(
  send: Send,
  row: answers.ListRow,
  simulated: boolean,
  saysEnough = (_: ChannelDocument) => true,
): Promise<ChannelDocument> {
  const listed = answers.readDocument(row.transactionId, row.data, simulated);
  if (listed !== null && listed.buyerNumber !== null && listed.totals !== null && saysEnough(listed))
    return listed;
  const document = await detail(send, row.transactionId);
  if (document === "absent") throw nonsense("listed, but not known");
  return document;
}

async function fetchPdf(send: Send, externalId: string): Promise<Buffer> {
  const reply = await send({ ...transaction("pdf", externalId), maxBytes: MAX_PDF_ANSWER_BYTES });
  const bytes = reply.kind === "ok" ? answers.readPdf(reply.data) : null;
  if (bytes !== null) return bytes;
  throw new AppError(
    "pdf_not_ready",
    text(
      "PDF faktur belum tersedia di kanal pajak. Akan diminta lagi secara otomatis.",
      "The faktur's PDF is not at the tax channel yet. It will be asked for again automatically.",
    ),
    reply.kind === "no" ? { cause: new Error(reply.message) } : {},
  );
}

async function checkBuyer(send: Send, npwp: string): Promise<BuyerCheck> {
  const reply = await send({ operation: "verify", path: wire.PATHS.verify, body: wire.verifyBody(npwp) });
  if (reply.kind === "ok") return answers.readBuyer(reply.data);
  if (reply.own && saysUnknown(reply.message)) return { kind: "notFound", message: reply.message };
  throw refusedRead(reply);
}

/** Only words about the number itself: an address the provider does not know, or a plan without this service, says nothing. */
const saysUnknown = (message: string): boolean =>
  /npwp|nik|wajib pajak|taxpayer/i.test(message) &&
  /tidak (di)?temukan|tidak terdaftar|tidak dikenal|not found|not registered/i.test(message);

/** A refused question decides nothing; only the provider's own refusal is worth a person's look. */
function refusedRead({ own, code, message }: Refused): AppError {
  if (!own) return nonsense(`status ${String(code)} from a gateway`);
  return new AppError(
    "channel_refused",
    text(`Kanal pajak menolak permintaan: ${message}`, `The tax channel refused the request: ${message}`),
  );
}
