import { plusMs } from "../clock";
import { reason } from "../faktur/reasons";
import { PAPER_MS } from "../reconcile/compare-mail";
import type { Tx } from "../store/db";
import type { Oldest } from "../store/home";
import {
  oldestWithoutDocument,
  oldestWithoutPdf,
  type LatePaperRow,
  type MissingPdfRow,
} from "../store/late-papers";
import { text } from "../text";
import { troubleWords } from "../trouble";
import { each, item, same, type HomeItem } from "./home-item";

/** Approved fakturs whose customer has no PDF: it never came, or the document store has lost it. */
export async function gatherPapers(tx: Tx, now: Date, limit: number): Promise<Oldest<HomeItem>> {
  const before = plusMs(now, -PAPER_MS);
  const [pdfs, documents] = await Promise.all([
    oldestWithoutPdf(tx, before, limit),
    oldestWithoutDocument(tx, before, limit),
  ]);
  const missing = each(pdfs, (row) =>
    paperItem(row, reason(isByHand(row) ? "pdf_to_import" : "pdf_pending")),
  );
  const lost = each(documents, (row) => paperItem(row, LOST));
  return { rows: [...missing.rows, ...lost.rows], count: missing.count + lost.count };
}

/** Nobody asks for it: a person brings it. */
const isByHand = ({ asked }: MissingPdfRow): boolean => Number(asked) === 0;

const paperItem = (row: LatePaperRow, why: Parameters<typeof item>[1]): HomeItem =>
  item("paper", why, same(`${row.reference} · ${row.buyer_name}`), `/console/faktur/${row.id}`, row.since);

const LOST = {
  code: "document_missing",
  message: troubleWords("mail", "document_missing"),
  fix: text(
    "Kembalikan dokumen itu dari cadangan; e-mail lalu berangkat dengan sendirinya.",
    "Put the document back from a backup; the mail then leaves by itself.",
  ),
};
