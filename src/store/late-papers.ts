import type { Tx } from "./db";
import { countOf, type Oldest } from "./home";

/** What keeps an approved faktur from its customer, and no state shows. */

export interface LatePaperRow {
  readonly id: string;
  readonly reference: string;
  readonly buyer_name: string;
  readonly since: string;
}

/** `asked`: how much work is queued, or was laid aside, that asks for the PDF. */
export type MissingPdfRow = LatePaperRow & { readonly asked: number | string };

const withoutPdf = (tx: Tx, before: Date) =>
  tx("fakturs").where({ pdf_kind: null, state: "approved" }).where("updated_at", "<", before.toISOString());

/** Those that the home page tells of nowhere else: not among what was laid aside, nor among what stopped. */
const untold = (tx: Tx, before: Date) =>
  withoutPdf(tx, before)
    .whereNull("problem")
    .whereNotExists(
      tx("jobs").where({ kind: "paper", state: "stuck" }).where("jobs.subject", tx.ref("fakturs.id")),
    );

/** Approved fakturs whose PDF has not come since then, those that wait longest first. */
export async function oldestWithoutPdf(tx: Tx, before: Date, limit: number): Promise<Oldest<MissingPdfRow>> {
  const asking = tx("jobs").where({ kind: "paper" }).whereRaw("jobs.subject = fakturs.id");
  const rows: MissingPdfRow[] = await untold(tx, before)
    .orderBy("updated_at")
    .limit(limit)
    .select("id", "reference", "buyer_name", "updated_at as since")
    .select(asking.count("*").as("asked"));
  return { rows, count: await countOf(untold(tx, before)) };
}

/** All of them, wherever else they are told. */
export const countWithoutPdf = (tx: Tx, before: Date): Promise<number> => countOf(withoutPdf(tx, before));

const withoutDocument = (tx: Tx, before: Date) =>
  tx("mails as m")
    .join("jobs as j", "j.subject", "m.id")
    .where("m.state", "queued")
    .where("m.at", "<", before.toISOString())
    .where({ "j.kind": "mail", "j.last_code": "document_missing" });

/** Mails that wait since then for a PDF that the document store does not hold. */
export async function oldestWithoutDocument(
  tx: Tx,
  before: Date,
  limit: number,
): Promise<Oldest<LatePaperRow>> {
  const rows: LatePaperRow[] = await withoutDocument(tx, before)
    .join("fakturs as f", "f.id", "m.faktur_id")
    .orderBy("m.at")
    .limit(limit)
    .select("f.id as id", "f.reference as reference", "f.buyer_name as buyer_name", "m.at as since");
  return { rows, count: await countOf(withoutDocument(tx, before)) };
}
