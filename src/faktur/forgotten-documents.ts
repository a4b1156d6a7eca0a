import { readSnapshot } from "../accounts/snapshot";
import type { Tx } from "../store/db";
import { addTimeline, referenceTaken, type FakturRow } from "../store/fakturs";
import { invoiceHead, type InvoiceHead } from "../store/invoices";
import { faktursHeldAs } from "../store/reconcile";
import { renameFaktur } from "../store/rename-faktur";
import type { Channel, ChannelDocument, SubmissionKey } from "./channels/channel";
import { documentColumns } from "./columns";
import { isLive } from "./faktur";
import { keysOf, type FakturDeps } from "./flow";
import { referenceOf } from "./parts";
import { isTooLong, referencesOf } from "./references";
import { isSameDocument } from "./standing";
import { readFaktur } from "./stored";
import { whatIsThere, type Found, type There } from "./there";

/** Revisions beyond the last one found that are looked for: a draft may have been dropped before anybody saw it. */
const REVISIONS_AHEAD = 2;

interface Looked {
  readonly reference: string;
  readonly place: number;
  readonly revision: number;
  readonly held: ChannelDocument;
}

/**
 * What the authority holds of a faktur that may have been forgotten. Which of its references an invoice got hung on what
 * else was known then, so each that it may have borne is looked up, in every revision.
 */
export async function lookForForgotten(d: FakturDeps, channel: Channel, row: FakturRow): Promise<There> {
  const head = await invoiceHead(d.db.knex, row.invoice_id);
  if (head === undefined) return { kind: "nothing" };
  const looked = await lookAll(channel, row, head);
  return whatIsThere(row, await judged(d, row, looked));
}

async function lookAll(channel: Channel, row: FakturRow, head: InvoiceHead): Promise<readonly Looked[]> {
  const looked: Looked[] = [];
  const look = async (reference: string, place: number, revision: number): Promise<boolean> => {
    const held = await channel.lookup(reference as SubmissionKey);
    if (held !== "absent") looked.push({ reference, place, revision, held });
    return held !== "absent";
  };
  const asked = new Set<string>();
  let last = row.revision + REVISIONS_AHEAD;
  for (let revision = 1; revision <= last; revision += 1) {
    for (const [place, names] of namesOf(row, head, revision).entries()) {
      for (const reference of names) {
        asked.add(reference);
        if (await look(reference, place, revision)) last = Math.max(last, revision + REVISIONS_AHEAD);
      }
    }
  }
  // One that was made by other rules than these is its own by itself.
  if (!asked.has(row.reference))
    await look(row.reference, referencesOf({ ...row, ...head }, 1).length, row.revision);
  return looked;
}

/** The references of one revision that fit; where the invoice may be divided, whole and by part. */
function namesOf(row: FakturRow, head: InvoiceHead, revision: number): readonly (readonly string[])[] {
  const part = row.part ?? null;
  const divided = readSnapshot(head.company_at_payment)?.facility?.lineKinds != null;
  const parts = part !== null ? [part, null] : divided ? [null, row.transaction_code] : [null];
  const all = referencesOf({ ...row, ...head }, revision).map((name) =>
    parts.map((one) => referenceOf(name, one)).filter((name) => !isTooLong(name)),
  );
  // The last is for numbers that are too long for the others.
  const short = all.slice(0, -1);
  return short.some((names) => names.length < parts.length) ? all : short;
}

async function judged(d: FakturDeps, row: FakturRow, looked: readonly Looked[]): Promise<readonly Found[]> {
  const ids = looked.map(({ held }) => held.externalId);
  const references = looked.map(({ reference }) => reference);
  const rows = await faktursHeldAs(d.db.knex, row.seller, ids, references);
  const others = rows.filter(({ id }) => id !== row.id);
  const whose = ({ reference, held }: Looked): Found["whose"] => {
    if (others.some(({ external_id }) => external_id === held.externalId)) return "another";
    const rivals = others.filter((one) => one.reference === reference && one.external_id === null);
    const fits = rivals.filter((one) => isLive(one.state) && isSameDocument(readFaktur(one.document), held));
    return fits.length > 0 ? "contested" : "nobody";
  };
  const faktur = readFaktur(row.document);
  return looked.map((one) => ({ ...one, same: isSameDocument(faktur, one.held), whose: whose(one) }));
}

/** The faktur under the reference that its document has there, where that is free here. */
export async function callBy(tx: Tx, d: FakturDeps, row: FakturRow, reference: string): Promise<FakturRow> {
  if (reference === row.reference || (await referenceTaken(tx, row.seller, reference))) return row;
  const now = d.clock.now();
  const { document } = documentColumns({ ...readFaktur(row.document), reference });
  await renameFaktur(tx, row.id, { reference, document }, now);
  const detail = `${row.reference} → ${reference}`;
  await addTimeline(tx, row.id, { at: now, event: "renamed", by: "system", detail });
  d.log.info("faktur.renamed", { ...keysOf(row), reference });
  return { ...row, reference, document };
}

/** A free reference for a faktur whose own is another's at the authority; its present one where there is none. */
export async function otherReference(tx: Tx, row: FakturRow): Promise<string> {
  const head = await invoiceHead(tx, row.invoice_id);
  const names = head === undefined ? [] : referencesOf({ ...row, ...head }, row.revision);
  for (const name of names) {
    const reference = referenceOf(name, row.part ?? null);
    if (!isTooLong(reference) && !(await referenceTaken(tx, row.seller, reference))) return reference;
  }
  return row.reference;
}
