import { z } from "zod";
import { dayInJakarta, type Clock } from "../clock";
import { fine, refusal, type Answer, type Bend } from "./answer";
import type { Pdfs } from "./pdf-of-request";
import { findTaxpayer } from "./register";
import type { AuthorityState, Move, SaleDocument } from "./state";
import { checkSale, isNpwp, NPWP_MESSAGE } from "./validate";

/** The authority's calls, apart from HTTP: what was sent goes in, an answer for the envelope comes out. */
export interface Operations {
  create(body: unknown): Answer;
  update(transactionId: string, body: unknown): Answer;
  upload(transactionId: string, bend: Bend | null): Answer;
  detail(transactionId: string, baseUrl: string, bend: Bend | null): Answer;
  list(query: unknown, body: unknown, baseUrl: string, bend: Bend | null): Answer;
  pdf(transactionId: string, bend: Bend | null): Promise<Answer>;
  /** The PDF as a file, for `urlPdf`; null where `pdf` would refuse. */
  pdfFile(transactionId: string): Promise<Buffer | null>;
  cancel(transactionId: string): Answer;
  remove(transactionId: string): Answer;
  verify(body: unknown): Answer;
}

interface Deps {
  readonly clock: Clock;
  readonly state: AuthorityState;
  readonly pdfs: Pdfs;
}

export function createOperations(d: Deps): Operations {
  return {
    create: (body) => create(d, body),
    update: (transactionId, body) => {
      const check = checkSale(body, dayInJakarta(d.clock.now()));
      return check.ok ? moved(d.state.update(transactionId, check.sale)) : refusedSale(check.faults);
    },
    upload: (transactionId, bend) =>
      moved(d.state.upload(transactionId, bend?.fault === "reject" ? bend.message : undefined)),
    detail: (transactionId, baseUrl, bend) => {
      const move = d.state.read(transactionId);
      return move.kind === "done" ? fine(viewOf(move.document, baseUrl, bend)) : moved(move);
    },
    list: (query, body, baseUrl, bend) =>
      list(d.state, query, body, (document) => viewOf(document, baseUrl, bend)),
    pdf: (transactionId, bend) => pdf(d, transactionId, bend),
    pdfFile: async (transactionId) => {
      const document = d.state.find(transactionId);
      return document?.status === "APPROVAL_SUKSES" ? d.pdfs.of(document) : null;
    },
    cancel: (transactionId) => moved(d.state.cancel(transactionId)),
    remove: (transactionId) => moved(d.state.remove(transactionId)),
    verify,
  };
}

function create(d: Deps, body: unknown): Answer {
  const check = checkSale(body, dayInJakarta(d.clock.now()));
  if (!check.ok) return refusedSale(check.faults);
  const move = d.state.create(check.sale);
  if (move.kind === "refused" || !check.sale.autoUploadDjp) return moved(move);
  return moved(d.state.upload(move.document.transactionId));
}

/** Every fault once, in one sentence for people; the list itself goes along for programs. */
const refusedSale = (faults: readonly { readonly message: string }[]): Answer =>
  refusal(400, [...new Set(faults.map((one) => one.message))].join("; "), faults);

function moved(move: Move): Answer {
  if (move.kind === "refused") return refusal(move.status, move.message, move.faults);
  const { transactionId, status, sale } = move.document;
  return fine({ transactionId, status, noInvoice: sale.noInvoice });
}

/** A document as the wire shows it: what was sent, then what became of it. */
function viewOf(document: SaleDocument, baseUrl: string, bend: Bend | null): Record<string, unknown> {
  const { transactionId, sale, kind, nofa, message, createdAt, updatedAt } = document;
  const hidden = bend?.fault === "unknown-status" || bend?.fault === "no-nofa";
  const status =
    bend?.fault === "unknown-status"
      ? bend.message || "PROSES_ULANG"
      : bend?.fault === "no-nofa"
        ? "APPROVAL_SUKSES"
        : document.status;
  return {
    ...sale,
    transactionId,
    status,
    jenisFaktur: kind,
    nofa: hidden ? null : nofa,
    urlPdf: hidden || nofa === null ? null : `${baseUrl}/efaktur/v3/penjualan/${transactionId}/pdf`,
    keteranganDjp: message,
    createdAt,
    updatedAt,
  };
}

/** A whole number out of a query; left empty it is the usual one. */
const count = (least: number, most: number, usual: number) =>
  z.preprocess(
    (value) => (value === "" ? undefined : value),
    z.coerce.number().int().min(least).max(most).default(usual),
  );

const pageShape = z.object({
  page: count(0, 1_000_000, 0),
  size: count(1, 1_000, 10),
  sortBy: z.enum(["createdAt", ""]).optional(),
  sortOrder: z.enum(["asc", "desc", "ASC", "DESC", ""]).optional(),
});

const filterShape = z.object({ noInvoice: z.string().nullish() });

function list(
  state: AuthorityState,
  query: unknown,
  body: unknown,
  show: (document: SaleDocument) => unknown,
): Answer {
  const paging = pageShape.safeParse(query);
  const filter = filterShape.safeParse(body ?? {});
  if (!paging.success || !filter.success)
    return refusal(400, "page, size, sortOrder atau noInvoice salah isi");
  const { page, size, sortOrder } = paging.data;
  const wanted = filter.data.noInvoice ?? "";
  const found = state.all().filter(({ sale }) => wanted === "" || sale.noInvoice === wanted);
  const sorted = sortOrder?.toLowerCase() === "asc" ? found : found.toReversed();
  const content = sorted.slice(page * size, (page + 1) * size).map(show);
  return fine({
    content,
    page,
    size,
    totalElements: found.length,
    totalPages: Math.ceil(found.length / size),
  });
}

async function pdf(d: Deps, transactionId: string, bend: Bend | null): Promise<Answer> {
  const document = d.state.find(transactionId);
  if (document === undefined) return refusal(404, "Faktur tidak ditemukan");
  if (document.status !== "APPROVAL_SUKSES")
    return refusal(400, "PDF hanya untuk faktur berstatus APPROVAL_SUKSES");
  if (bend?.fault === "pdf-late") return refusal(400, bend.message || "PDF belum tersedia");
  if (bend?.fault === "pdf-empty") return fine({ transactionId, filePdf: "" });
  const bytes = bend?.fault === "pdf-other" ? await d.pdfs.ofStranger(document) : await d.pdfs.of(document);
  return fine({ transactionId, filePdf: bytes.toString("base64") });
}

const verifyShape = z.object({ npwp: z.string(), tujuan: z.string() });

function verify(body: unknown): Answer {
  const read = verifyShape.safeParse(body ?? {});
  if (!read.success) return refusal(400, "npwp dan tujuan wajib diisi");
  if (!isNpwp(read.data.npwp)) return refusal(400, NPWP_MESSAGE);
  const taxpayer = findTaxpayer(read.data.npwp);
  return taxpayer === null
    ? refusal(404, "NPWP tidak ditemukan")
    : fine({ npwp: read.data.npwp, ...taxpayer });
}
