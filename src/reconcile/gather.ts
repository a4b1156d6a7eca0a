import type { Clock, TaxDay } from "../clock";
import type { Documents } from "../documents/documents";
import type { AppError } from "../errors";
import type { Channel } from "../faktur/channels/channel";
import type { Portal, PortalConnection } from "../hooks/portal";
import type { Log } from "../log";
import type { Db } from "../store/db";
import { heldUnderOtherNames } from "../store/reconcile";
import type { SellerRow } from "../store/sellers";
import { text, type Text } from "../text";
import type { OtherNames } from "./compare-channel";
import type { Difference } from "./differences";
import type { Source } from "./report";

export interface GatherDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: Documents;
  portalNamed(
    slug: string,
  ): Promise<{ readonly connection: PortalConnection; readonly portal: Portal } | null>;
  channelFor(seller: SellerRow): Channel;
}

/** Takes a paid invoice that no webhook told into the ledger, to be read back; false when it cannot be. */
export type Mend = (connection: PortalConnection, invoiceId: string) => Promise<boolean>;

/** Which days are compared, and what is done with what is found. */
export interface Round {
  readonly days: { readonly from: TaxDay; readonly to: TaxDay };
  /** The moment the comparison began. */
  readonly now: Date;
  add(differences: readonly Difference[]): void;
  /** Tells how far one side has come. */
  progress(kind: Source["kind"], name: string, rows: number): void;
  readonly mend: Mend | null;
  /** Which of these an earlier, broken attempt of the same run has found already. */
  foundBefore(portal: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What one side was worth; `error` when it failed. */
export interface Gathered {
  readonly source: Source;
  readonly error: AppError | null;
}

/** Rows in one look-up of the store. */
export const BATCH = 500;

/** Rows that a list has not shown and that are asked for one by one; beyond them the list's word has to do. */
export const MOST_ASKED = 200;

/** Collects a stream into arrays of at most `BATCH`. */
export async function* batched<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** How the company's other sellers' names hold these references; nothing is asked where every reference is known. */
export async function otherNames(
  { db }: Pick<GatherDeps, "db">,
  seller: string,
  references: readonly string[],
): Promise<OtherNames> {
  const found = new Map<string, { externalId: string | null; nsfp: string | null }[]>();
  for (let at = 0; at < references.length; at += BATCH) {
    const rows = await heldUnderOtherNames(db.knex, seller, references.slice(at, at + BATCH));
    for (const { reference, external_id, nsfp } of rows)
      found.set(reference, [...(found.get(reference) ?? []), { externalId: external_id, nsfp }]);
  }
  return found;
}

export const notAsked = (more: number): Text =>
  text(
    `${more} baris tidak ada di daftar dan tidak ditanyakan satu per satu.`,
    `${more} rows were not on the list and were not asked for one by one.`,
  );

export const notLookedAt = (invoices: number): Text =>
  text(
    `${invoices} invoice belum dibaca ulang; pengembalian dana yang tidak dikirim portal tidak terlihat di sini.`,
    `${invoices} invoices have not been read again; a refund that the portal never told cannot be seen here.`,
  );
