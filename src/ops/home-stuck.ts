import { reason } from "../faktur/reasons";
import type { Tx } from "../store/db";
import { oldestStuck, type Oldest, type StuckRow } from "../store/home";
import { invoiceHead } from "../store/invoices";
import { traceOfJob } from "../store/traces";
import { transferById } from "../store/transfers";
import { text } from "../text";
import { JOB_NAMES, troubleWords } from "../trouble";
import { item, same, type HomeItem } from "./home-item";

/** Work that was laid aside, by the name of what it was about. */
export async function gatherStuck(tx: Tx, limit: number): Promise<Oldest<HomeItem>> {
  const { rows, count } = await oldestStuck(tx, limit);
  const items = await Promise.all(rows.map(async (row) => stuckItem(row, await aboutOf(tx, row))));
  return { rows: items, count };
}

/** Where its subject is a faktur, or a mail with one, its own page tells more. */
function stuckItem(row: StuckRow, about: string | null): HomeItem {
  const ofFaktur = ["submit", "follow", "cancel", "paper"].includes(row.kind) ? row.subject : row.faktur_id;
  const link = ofFaktur === null ? "/console/tanpa-faktur" : `/console/faktur/${ofFaktur}`;
  const why = row.last_error === null || hasDied(row) ? JOB_NAMES[row.kind] : same(row.last_error);
  const title = about === null ? why : text(`${about}: ${why.id}`, `${about}: ${why.en}`);
  return item("stuck", reason("stuck", troubleWords(row.kind, row.last_code)), title, link, row.run_at);
}

/** Nobody was there to say why: what is recorded is how often. */
const hasDied = ({ last_code }: StuckRow): boolean => last_code === "worker_died_repeatedly";

/** What people call the subject of a job; null where its step says all there is. */
async function aboutOf(tx: Tx, { kind, subject, recipient }: StuckRow): Promise<string | null> {
  switch (kind) {
    case "read":
    case "issue":
    case "submit":
    case "follow":
    case "cancel":
    case "paper":
    case "webhook":
      return invoiceName(tx, kind, subject);
    case "mail": {
      const to = `→ ${recipient ?? ""}`;
      const name = await invoiceName(tx, kind, subject);
      return name === null ? to : `${name} ${to}`;
    }
    case "transfer":
    case "ticket": {
      const transfer = await transferById(tx, subject);
      return transfer === undefined ? null : `#${transfer.ticket}`;
    }
    case "readRefund":
    case "readBill":
    case "readAccount":
    case "poll":
    case "services":
    case "export":
      return subject.split("#", 1)[0] ?? null;
    case "digest":
    case "upkeep":
    case "letter":
    case "reconcile":
    case "bounces":
    case "notice":
      return null;
    default:
      return kind satisfies never;
  }
}

async function invoiceName(tx: Tx, kind: StuckRow["kind"], subject: string): Promise<string | null> {
  const id = await traceOfJob(tx, kind, subject);
  const invoice = id === undefined ? undefined : await invoiceHead(tx, id);
  return invoice === undefined ? null : (invoice.number ?? invoice.external_id);
}
