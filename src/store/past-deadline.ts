import { FILE_CHANNEL } from "../faktur/faktur";
import type { Tx } from "./db";
import { countOf, STOPPED, type Oldest, type StoppedRow } from "./home";
import type { InvoiceRow } from "./invoices";

/** Fakturs that were not handed over by their last day: nothing of them goes out by itself any more. */
const lapsed = (tx: Tx, today: string) =>
  tx("fakturs").where({ state: "ready", external_id: null, problem: null }).where("deadline", "<", today);

export interface LapsedRow extends StoppedRow {
  readonly external_id: string | null;
  readonly replaces_id: string | null;
  /** Of its invoice: when it was due. */
  readonly tax_day: string | null;
}

/** Those of channels that send by themselves, oldest first; of files the Coretax desk tells. */
export async function oldestLapsed(tx: Tx, today: string, limit: number): Promise<Oldest<LapsedRow>> {
  const ofChannels = () => lapsed(tx, today).whereNot({ channel_kind: FILE_CHANNEL });
  const dueOn = tx("invoices").whereRaw("invoices.id = fakturs.invoice_id").select("tax_day");
  const rows: LapsedRow[] = await ofChannels()
    .orderBy("id")
    .limit(limit)
    .select(...STOPPED, "external_id", "replaces_id", dueOn.as("tax_day"));
  return { rows, count: await countOf(ofChannels()) };
}

export const countLapsed = (tx: Tx, today: string): Promise<number> => countOf(lapsed(tx, today));

/** Held invoices that were due before this day, the longest first; but for those held for the reasons in `but`. */
export const heldDueBefore = (
  tx: Tx,
  day: string,
  but: readonly string[],
  limit: number,
): Promise<Pick<InvoiceRow, "id" | "portal" | "external_id" | "tax_day" | "reasons">[]> =>
  tx<InvoiceRow>("invoices")
    .where({ decision: "held" })
    .where("tax_day", "<", day)
    .where((other) => void other.whereNull("reason").orWhereNotIn("reason", [...but]))
    .orderBy(["tax_day", "id"])
    .limit(limit)
    .select("id", "portal", "external_id", "tax_day", "reasons");
