import { dayInJakarta, type Period } from "../clock";
import type { Documents } from "../documents/documents";
import { AppError } from "../errors";
import { serialOf } from "../faktur/keys";
import { countNumbered, countWithSerials, type Forgotten } from "../store/clearances";
import { importedBefore, wasImported } from "../store/coretax";
import type { Tx } from "../store/db";
import type { FakturRow } from "../store/fakturs";
import { clearKeptBack } from "./forgotten";
import { ours } from "./gather";
import { takeBackNeverUploaded } from "./never-uploaded";
import type { Run } from "./import-run";
import { isAlike } from "./readback/claims";
import type { ListRow } from "./readback/excel-rows";
import { madeAt } from "./readback/made-at";
import { left } from "./report";

/** What the lists of one import were. */
export interface ListsRead {
  readonly serials: Set<string>;
  readonly origins: ListOrigin[];
  /** Fakturs of ours that a row speaks of, whatever it says. */
  readonly mentioned: Set<string>;
  /** Rows that are nobody's here, or bear the reference of a faktur that they are not. */
  readonly unexplained: ListRow[];
  /** A list, or a row of one, could not be used. */
  faulty: boolean;
}

export const noLists = (): ListsRead => ({
  ...{ serials: new Set(), origins: [], mentioned: new Set(), unexplained: [], faulty: false },
});

/** What tells that a list may be from before a restore. */
interface ListOrigin {
  readonly sha256: string;
  /** Its bytes lay among the documents, but no import of it stands here. */
  readonly forgotten: boolean;
  /** When it was made, by its own words. */
  readonly madeAt: Date | null;
}

/** To be asked before the list is stored. */
export async function originOf(
  { d, seller, lists }: Run,
  sha256: string,
  bytes: Buffer,
): Promise<ListOrigin> {
  const known = lists.origins.find((one) => one.sha256 === sha256);
  if (known !== undefined) return known;
  const imported = await wasImported(d.db.knex, seller.slug, sha256);
  return {
    sha256,
    forgotten: !imported && (await isStored(d.documents, sha256)),
    madeAt: await madeAt(bytes),
  };
}

/** What was forgotten is written down as brought before the restore, so that the next try finds it so. */
export const broughtAt = (lists: ListsRead, sha256: string, since: Forgotten | null, now: string): string =>
  since !== null && lists.origins.some((one) => one.sha256 === sha256 && one.forgotten)
    ? since.restoredAt
    : now;

async function isStored(documents: Documents, sha256: string): Promise<boolean> {
  try {
    await documents.get(sha256);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    if (thrown.code === "document_missing") return false;
    if (thrown.code === "document_damaged") return true;
    throw thrown;
  }
}

/** Takes down what a list that could be read has told. */
export function noteList(
  lists: ListsRead,
  origin: ListOrigin,
  rows: readonly ListRow[],
  refused: number,
): void {
  lists.origins.push(origin);
  for (const { nsfp } of rows) if (nsfp !== null) lists.serials.add(serialOf(nsfp));
  if (refused > 0) lists.faulty = true;
}

/**
 * A person says of these masas that the lists hold all the portal has of them. Where nothing speaks against it, what is
 * kept back since the restore and was not found is let go, and what was exported but never uploaded in time is taken
 * back; what was left for a person stays.
 */
export async function clearWhole(
  run: Run,
  periods: ReadonlySet<Period>,
  lists: ListsRead,
  since: Forgotten | null,
): Promise<void> {
  const { d, seller, tally, who } = run;
  for (const period of periods) {
    if (!(await isWhole(run, period, lists, since))) {
      tally.left.push(left({ file: "", at: period }, "not_whole"));
      continue;
    }
    const except = new Set(tally.left.flatMap(({ fakturs }) => fakturs));
    const stays = (row: FakturRow) => except.has(row.id) || mayBeAmong(lists, row);
    tally.changed += await takeBackNeverUploaded(
      run,
      period,
      (row) => stays(row) || isOlder(lists, period, row),
    );
    if (since !== null) {
      tally.cleared += await clearKeptBack(d, seller.slug, since, { period, stays }, who);
    }
  }
}

/** Made before the faktur's last day was over, so that it may have been uploaded since. */
const isOlder = ({ origins }: ListsRead, period: Period, { deadline }: FakturRow): boolean =>
  origins.some(({ madeAt }) => {
    const day = madeAt === null ? "" : dayInJakarta(madeAt);
    return day >= `${period}-01` && day <= deadline;
  });

/**
 * An import from before stands here, or has left its bytes and was forgotten; or the list says so itself. A date from
 * before the masa is no date: some writers put the same one everywhere.
 */
async function isFromBefore(
  tx: Tx,
  seller: string,
  { sha256, forgotten, madeAt }: ListOrigin,
  period: Period,
  { restoredAt }: Forgotten,
): Promise<boolean> {
  const day = madeAt === null ? "" : dayInJakarta(madeAt);
  if (madeAt !== null && day >= `${period}-01` && madeAt < new Date(restoredAt)) return true;
  return forgotten || importedBefore(tx, seller, sha256, restoredAt);
}

/** Which reference an invoice got hung on what else was known: a row may be this one under another, of any day. */
function mayBeAmong({ unexplained }: ListsRead, row: FakturRow): boolean {
  if (unexplained.length === 0) return false;
  const faktur = ours(row);
  return unexplained.some((claim) => isAlike(faktur, claim));
}

/** Every number that stands here is in it, all of it could be read, and it is none from before the restore. */
async function isWhole(
  { d, seller }: Run,
  period: Period,
  lists: ListsRead,
  since: Forgotten | null,
): Promise<boolean> {
  if (lists.faulty || lists.origins.length === 0) return false;
  const { knex } = d.db;
  for (const origin of lists.origins) {
    if (since !== null && (await isFromBefore(knex, seller.slug, origin, period, since))) return false;
  }
  const found = await countWithSerials(knex, seller.slug, period, [...lists.serials]);
  return found === (await countNumbered(knex, seller.slug, period));
}
