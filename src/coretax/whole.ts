import type { Period } from "../clock";
import { serialOf } from "../faktur/keys";
import { countNumbered, countWithSerials, type Forgotten } from "../store/clearances";
import { importedBefore } from "../store/coretax";
import type { FakturRow } from "../store/fakturs";
import { clearKeptBack } from "./forgotten";
import { ours } from "./gather";
import type { Run } from "./import-run";
import { isAlike } from "./readback/claims";
import type { ListRow } from "./readback/excel-rows";
import { left } from "./report";

/** What the lists of one import were. */
export interface ListsRead {
  readonly serials: Set<string>;
  readonly hashes: string[];
  /** Rows that are nobody's here, or bear the reference of a faktur that they are not. */
  readonly unexplained: ListRow[];
  /** A list, or a row of one, could not be used. */
  faulty: boolean;
}

export const noLists = (): ListsRead => ({
  ...{ serials: new Set(), hashes: [], unexplained: [], faulty: false },
});

/** Takes down what a list that could be read has told. */
export function noteList(lists: ListsRead, sha256: string, rows: readonly ListRow[], refused: number): void {
  lists.hashes.push(sha256);
  for (const { nsfp } of rows) if (nsfp !== null) lists.serials.add(serialOf(nsfp));
  if (refused > 0) lists.faulty = true;
}

/**
 * A person says of these masas that the lists hold all the portal has of them. Where nothing speaks against it, what is
 * kept back since the restore and was not found is let go; what was left for a person stays.
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
    } else if (since !== null) {
      const except = new Set(tally.left.flatMap(({ fakturs }) => fakturs));
      const looked = { period, stays: (row: FakturRow) => except.has(row.id) || mayBeAmong(lists, row) };
      tally.cleared += await clearKeptBack(d, seller.slug, since, looked, who);
    }
  }
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
  if (lists.faulty || lists.hashes.length === 0) return false;
  const { knex } = d.db;
  for (const sha256 of lists.hashes) {
    if (since !== null && (await importedBefore(knex, seller.slug, sha256, since.restoredAt))) return false;
  }
  const found = await countWithSerials(knex, seller.slug, period, [...lists.serials]);
  return found === (await countNumbered(knex, seller.slug, period));
}
