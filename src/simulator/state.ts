import { dayInJakarta, isoInJakarta, type Clock } from "../clock";
import { raised, replacementFault, replacementFaultAtVerdict, originalOf } from "./replacement";
import { codeOf, type Sale, type SaleFault } from "./sale";
import { isUsablePassphrase, refusalByDjp } from "./verdict";

export type SaleStatus = "DRAFT" | "MENUNGGU_VERIFIKASI_DJP" | "APPROVAL_SUKSES" | "DITOLAK";
export type SaleKind = "NORMAL" | "PENGGANTI" | "BATAL" | "DIGANTI";

/** One document as the authority holds it. Its passphrase is never kept. */
export interface SaleDocument {
  readonly transactionId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly sale: Sale;
  readonly passphraseUsable: boolean;
  readonly status: SaleStatus;
  readonly kind: SaleKind;
  readonly nofa: string | null;
  /** DJP's words about a refusal. */
  readonly message: string | null;
  /** While DJP decides: reads that still say "waiting", and what comes after them (null is approval). */
  readonly pending: { readonly readsLeft: number; readonly refusal: string | null } | null;
}

export interface Refusal {
  readonly kind: "refused";
  readonly status: 400 | 404 | 503;
  readonly message: string;
  readonly faults: readonly SaleFault[];
}

export type Move = { readonly kind: "done"; readonly document: SaleDocument } | Refusal;

/** Messages that public code has seen, to the letter (pjap-and-hosting 2.1). */
export const DUPLICATE_MESSAGE = "Draft Faktur already exist";
export const UPLOAD_STATE_MESSAGE = "Hanya faktur yang berstatus DRAFT atau DITOLAK yang dapat di upload";

/** What the authority knows. Every method runs to its end without a pause, so two requests cannot interleave. */
export interface AuthorityState {
  /** Stores a draft; refused when a live document has the same noInvoice. */
  create(sale: Sale): Move;
  /** Puts new data into a DRAFT or DITOLAK document, which is a DRAFT again. */
  update(transactionId: string, sale: Sale): Move;
  /** Hands a document to DJP. `refusal`, when given, is what DJP will say whatever the data. */
  upload(transactionId: string, refusal?: string): Move;
  /** One status read: this is what brings a waiting document nearer to its verdict. */
  read(transactionId: string): Move;
  /** Cancels an approved document; its status stays, its kind says BATAL. */
  cancel(transactionId: string): Move;
  /** Deletes a DRAFT or DITOLAK document. */
  remove(transactionId: string): Move;
  find(transactionId: string): SaleDocument | undefined;
  /** All documents, oldest first. */
  all(): readonly SaleDocument[];
}

/** What one authority has in its books. */
interface Books {
  readonly clock: Clock;
  readonly approveAfterReads: number;
  readonly documents: Map<string, SaleDocument>;
  /** noInvoice → the one document that holds it; cancelling and deleting set it free. */
  readonly holders: Map<string, string>;
  lastNumber: number;
}

const MAX_DOCUMENTS = 100_000;

/** An empty authority; it forgets everything when the process ends. */
export function createState(options: {
  readonly clock: Clock;
  readonly approveAfterReads: number;
}): AuthorityState {
  const books: Books = {
    ...options,
    documents: new Map(),
    holders: new Map(),
    // Numbers go on from the clock, so that an authority started again does not give out the same ones.
    lastNumber: Math.floor(options.clock.now().getTime() / 1000) * 10,
  };
  const on = (transactionId: string, act: (books: Books, document: SaleDocument) => Move): Move => {
    const document = books.documents.get(transactionId);
    return document === undefined ? refused(404, "Faktur tidak ditemukan") : act(books, document);
  };
  return {
    create: (sale) => create(books, sale),
    update: (id, sale) => on(id, (_, document) => update(books, document, sale)),
    upload: (id, refusal) => on(id, (_, document) => upload(books, document, refusal)),
    read: (id) => on(id, read),
    cancel: (id) => on(id, cancel),
    remove: (id) => on(id, remove),
    find: (id) => books.documents.get(id),
    all: () => [...books.documents.values()],
  };
}

function create(books: Books, sale: Sale): Move {
  const refusal = duplicate(books, sale, null) ?? unfitReplacement(books, sale, null);
  if (refusal !== null) return refusal;
  if (books.documents.size >= MAX_DOCUMENTS) return refused(503, "Simulasi penuh, mulai ulang simulasi");
  const transactionId = `SIM-${nextNumber(books).toString(36).toUpperCase()}`;
  const now = isoInJakarta(books.clock.now());
  books.holders.set(sale.noInvoice, transactionId);
  return keep(books, { transactionId, createdAt: now, updatedAt: now, nofa: null, ...draftOf(books, sale) });
}

function update(books: Books, document: SaleDocument, sale: Sale): Move {
  if (!mayBeWorkedOn(document))
    return refused(400, "Hanya faktur yang berstatus DRAFT atau DITOLAK yang dapat diubah");
  const refusal =
    duplicate(books, sale, document.transactionId) ?? unfitReplacement(books, sale, document.transactionId);
  if (refusal !== null) return refusal;
  release(books, document);
  books.holders.set(sale.noInvoice, document.transactionId);
  return change(books, document, draftOf(books, sale));
}

function upload(books: Books, document: SaleDocument, refusal: string | undefined): Move {
  if (!mayBeWorkedOn(document)) return refused(400, UPLOAD_STATE_MESSAGE);
  const today = dayInJakarta(books.clock.now());
  const verdict = refusal ?? refusalByDjp(document.sale, document.passphraseUsable, today);
  const pending = { readsLeft: books.approveAfterReads, refusal: verdict };
  return change(books, document, { status: "MENUNGGU_VERIFIKASI_DJP", message: null, pending });
}

function read(books: Books, document: SaleDocument): Move {
  const pending = document.pending;
  if (pending === null) return { kind: "done", document };
  if (pending.readsLeft > 0) {
    return keep(books, { ...document, pending: { ...pending, readsLeft: pending.readsLeft - 1 } });
  }
  const refusal = pending.refusal ?? replacementFaultAtVerdict(books.documents, document.sale);
  if (refusal !== null)
    return change(books, document, { status: "DITOLAK", message: refusal, pending: null });
  const original = originalOf(books.documents, document.sale);
  if (original !== undefined) change(books, original, { kind: "DIGANTI" });
  const nofa = original?.nofa ? raised(original.nofa) : freshNofa(document.sale, nextNumber(books));
  return change(books, document, { status: "APPROVAL_SUKSES", nofa, pending: null });
}

function cancel(books: Books, document: SaleDocument): Move {
  const standing = document.kind === "NORMAL" || document.kind === "PENGGANTI";
  if (document.status !== "APPROVAL_SUKSES" || !standing) {
    const word = standing ? document.status : document.kind;
    return refused(400, `Tidak bisa membatalkan Faktur yang berstatus ${word}`);
  }
  release(books, document);
  return change(books, document, { kind: "BATAL" });
}

function remove(books: Books, document: SaleDocument): Move {
  if (!mayBeWorkedOn(document))
    return refused(400, "Hanya faktur yang berstatus DRAFT atau DITOLAK yang dapat dihapus");
  release(books, document);
  books.documents.delete(document.transactionId);
  return { kind: "done", document };
}

const mayBeWorkedOn = (document: SaleDocument): boolean =>
  document.status === "DRAFT" || document.status === "DITOLAK";

const nextNumber = (books: Books): number => (books.lastNumber += 1);

function keep(books: Books, document: SaleDocument): Move {
  books.documents.set(document.transactionId, document);
  return { kind: "done", document };
}

const change = (books: Books, document: SaleDocument, to: Partial<SaleDocument>): Move =>
  keep(books, { ...document, ...to, updatedAt: isoInJakarta(books.clock.now()) });

function release(books: Books, document: SaleDocument): void {
  const key = document.sale.noInvoice;
  if (books.holders.get(key) === document.transactionId) books.holders.delete(key);
}

const refused = (status: Refusal["status"], message: string, faults: readonly SaleFault[] = []): Refusal => ({
  kind: "refused",
  status,
  message,
  faults,
});

type Draft = Omit<SaleDocument, "transactionId" | "createdAt" | "updatedAt" | "nofa">;

/** The parts of a document that a request decides. The passphrase is looked at once and dropped here. */
function draftOf(books: Books, sale: Sale): Draft {
  const signer = sale.penandatangan;
  const today = dayInJakarta(books.clock.now());
  return {
    sale: signer === undefined ? sale : { ...sale, penandatangan: { ...signer, passphrase: "***" } },
    passphraseUsable: signer?.passphrase === undefined || isUsablePassphrase(signer.passphrase, today),
    status: "DRAFT",
    kind: sale.pengganti ? "PENGGANTI" : "NORMAL",
    message: null,
    pending: null,
  };
}

function duplicate(books: Books, sale: Sale, own: string | null): Refusal | null {
  const holder = books.holders.get(sale.noInvoice);
  if (holder === undefined || holder === own) return null;
  return refused(400, DUPLICATE_MESSAGE, [
    { code: "DUPLICATE", path: "noInvoice", message: DUPLICATE_MESSAGE },
  ]);
}

function unfitReplacement(books: Books, sale: Sale, own: string | null): Refusal | null {
  const message = replacementFault(books.documents, sale, own);
  if (message === null) return null;
  return refused(400, message, [{ code: "REPLACEMENT", path: "nofaDiganti", message }]);
}

/** 17 digits: code, status 00, year, 11 digits of serial (PER-11/PJ/2025 art. 37). */
const freshNofa = (sale: Sale, serial: number): string =>
  `${codeOf(sale)}00${sale.tahunPajak.slice(2)}${String(serial).padStart(11, "0")}`;
