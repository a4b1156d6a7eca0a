import { createHash } from "node:crypto";
import type { z } from "zod";
import { AppError } from "../errors";
import { csvOf } from "../reports/csv";
import { drawUp, fileNameOf, TABLES, type MonthPaper, type PaperName } from "../reports/papers";
import { noteWithholder, recordReceipts, takeBackReceipt } from "../reports/record";
import { readReceiptFile, readReceipts, type NewReceipt, type ReceiptEntry } from "../reports/receipts";
import type { Sheet } from "../reports/sheet";
import { listReceipts, receiptById } from "../store/pph23";
import { text } from "../text";
import type { AnswerName } from "./answers";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { receiptsBody, receiptsQuery, reportQuery, takeBackBody, withholderBody } from "./report-bodies";
import { paperView, receiptView } from "./report-views";
import { json, route, type Reply, type Route } from "./route";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

type Query = z.infer<typeof reportQuery>;

export const reportRoutes = (d: ApiDeps): Route[] => [
  paperRoute(d, "spt", "SptReport", "Output tax of a seller and masa, for the SPT Masa PPN"),
  paperRoute(
    d,
    "digunggung",
    "DigunggungReport",
    "Paid invoices without a faktur, and where every invoice is",
  ),
  paperRoute(d, "pph23", "Pph23Report", "PPh 23 expected against the bukti potong received"),
  ...receiptRoutes(d),
];

const paperRoute = (d: ApiDeps, name: PaperName, answer: AnswerName, summary: string): Route =>
  route({
    method: "get",
    path: `/reports/${name}`,
    action: "read",
    ...{ summary, answer, files: true },
    body: nothing,
    query: reportQuery,
    async handle({ query, accept }) {
      const form = query.format ?? formOf(accept);
      if (form === "csv") checkTable(name, query.table);
      const paper = await drawUp(d.db, name, query.seller, query.masa);
      if (form === "json") return json(paperView(paper));
      return form === "csv" ? csvReply(paper, query) : xlsxReply(d, paper);
    },
  });

/** JSON unless the caller names one of the two other forms; `*` and browsers get JSON. */
function formOf(accept: string | undefined): "json" | "csv" | "xlsx" {
  const wanted = accept?.toLowerCase() ?? "";
  if (wanted.includes("application/json")) return "json";
  if (wanted.includes("text/csv")) return "csv";
  return wanted.includes(XLSX) ? "xlsx" : "json";
}

function csvReply(paper: MonthPaper, query: Query): Reply {
  const sheet = tableOf(paper, query.table);
  const csv = csvOf(sheet, { reader: query.for, separator: query.separator });
  return fileReply(Buffer.from(csv, "utf8"), "text/csv; charset=utf-8", fileNameOf(paper, "csv", sheet.id));
}

const xlsxReply = async (d: ApiDeps, paper: MonthPaper): Promise<Reply> =>
  fileReply(await d.sheets.paper(paper.sheets()), XLSX, fileNameOf(paper, "xlsx"));

const fileReply = (bytes: Buffer, type: string, filename: string): Reply => ({
  ...{ kind: "bytes", bytes, type, filename },
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

/** The table asked for, or the first. Throws `malformed`. */
export function tableOf(paper: MonthPaper, table: string | undefined): Sheet {
  checkTable(paper.name, table);
  const sheets = paper.sheets();
  const sheet = table === undefined ? sheets[0] : sheets.find((one) => one.id === table);
  if (sheet === undefined) throw new Error("every paper has its tables");
  return sheet;
}

function checkTable(name: PaperName, table: string | undefined): void {
  if (table === undefined || TABLES[name].includes(table)) return;
  const list = TABLES[name].join(", ");
  throw new AppError("malformed", text(`Tabel: pilih ${list}.`, `Table: choose ${list}.`));
}

const receiptRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/reports/pph23/receipts",
    action: "read",
    summary: "Bukti potong as recorded, newest first, withdrawn ones too",
    answer: "Pph23ReceiptsPage",
    body: nothing,
    query: receiptsQuery,
    async handle({ query }) {
      const rows = await listReceipts(d.db.knex, query, query.cursor ?? null, query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const nextCursor = rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null;
      return json({ items: shown.map(receiptView), nextCursor });
    },
  }),
  route({
    method: "post",
    path: "/reports/pph23/receipts",
    action: "faktur.change",
    summary: "Record bukti potong, all or none: a CSV file's text, or a list; never twice",
    answer: "RecordedReceipts",
    body: receiptsBody,
    query: nothing,
    async handle({ body, caller }) {
      const list = receiptListOf("csv" in body ? receiptEntriesOf(body.csv) : body.receipts);
      return json(await recordReceipts(d, body.seller, list, caller));
    },
  }),
  route({
    method: "post",
    path: "/reports/pph23/receipts/:id/withdraw",
    action: "faktur.change",
    summary: "Take a bukti potong back that was entered wrongly or cancelled by its payer",
    answer: "Pph23Receipt",
    body: takeBackBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const id = params["id"] ?? "";
      await takeBackReceipt(d, id, body.reason, caller);
      const row = await receiptById(d.db.knex, id);
      if (row === undefined) throw new Error("the receipt vanished after it was withdrawn");
      return json(receiptView(row));
    },
  }),
  route({
    method: "put",
    path: "/reports/pph23/buyers/:npwp",
    action: "faktur.change",
    summary: "Write down whether a buyer withholds PPh 23, against the default",
    answer: "Withholder",
    body: withholderBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const { seller, withholds, reason } = body;
      const npwp = await noteWithholder(d, seller, { npwp: params["npwp"] ?? "", withholds, reason }, caller);
      return json({ seller, npwp, withholds, reason });
    },
  }),
];

/** The rows of a CSV file. Throws `malformed` when its columns are others. */
export function receiptEntriesOf(csv: string): readonly ReceiptEntry[] {
  const entries = readReceiptFile(csv);
  if (entries !== null) return entries;
  throw new AppError(
    "malformed",
    text(
      "Berkas bukti potong harus CSV dengan kolom number, date, masa, npwp, dpp, pph dan, bila ada, nsfp, invoice.",
      "A file of bukti potong is CSV with the columns number, date, masa, npwp, dpp, pph and, where known, nsfp, invoice.",
    ),
  );
}

/** The checked receipts. Throws `malformed` or `refused` with every fault. */
export function receiptListOf(entries: readonly ReceiptEntry[]): readonly NewReceipt[] {
  const read = readReceipts(entries);
  if (read.kind === "list") return read.list;
  const malformed = read.faults.some((fault) => fault.code.endsWith("_malformed"));
  const says = text("Bukti potong belum benar.", "The bukti potong are not right.");
  throw new AppError(malformed ? "malformed" : "refused", says, { faults: read.faults });
}
