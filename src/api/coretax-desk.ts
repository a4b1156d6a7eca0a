import { dayInJakarta, type Clock, type TaxDay } from "../clock";
import { fileSeller } from "../coretax/file-seller";
import { forgottenSince } from "../coretax/forgotten";
import { FILE_CHANNEL } from "../faktur/faktur";
import { KEPT_BACK } from "../store/clearances";
import { countCertain, openByFile, type OpenByFile } from "../store/coretax-desk";
import type { Db } from "../store/db";
import { listSellers, type SellerRow } from "../store/sellers";

interface DeskDeps {
  readonly db: Db;
  readonly clock: Clock;
}

/** What waits of one seller whose files a person carries. Throws `not_found`, `refused` for another channel. */
export const coretaxDeskOf = async (d: DeskDeps, slug: string) =>
  deskOf(d, await fileSeller(d.db.knex, slug));

/** The same of all such sellers. */
export async function coretaxDesks(d: DeskDeps) {
  const sellers = (await listSellers(d.db.knex)).filter((one) => one.channel_kind === FILE_CHANNEL);
  return Promise.all(sellers.map((seller) => deskOf(d, seller)));
}

async function deskOf({ db, clock }: DeskDeps, { slug, name }: Pick<SellerRow, "slug" | "name">) {
  const today = dayInJakarta(clock.now());
  const rows = await openByFile(db.knex, slug);
  const since = await forgottenSince(db.knex);
  const plain = dayWork(rows, today, 0);
  const doubtful = since === null ? 0 : plain.ready - (await countCertain(db.knex, slug, today, since));
  return { seller: slug, name, ...dayWork(rows, today, Math.max(0, doubtful)) };
}

/** What a person has to carry to the tax portal and back, counted in fakturs. */
interface DayWork {
  readonly drafts: number;
  /** Goes into the next export, and the nearest last day among them. */
  readonly ready: number;
  readonly readyUntil: TaxDay | null;
  /** Exported, without an answer of the portal, and the nearest last day among them. */
  readonly waiting: number;
  readonly waitingUntil: TaxDay | null;
  /** Exported, and their last day is over. */
  readonly overdue: number;
  /** Ready, and their last day is over. */
  readonly tooLate: number;
  /** May have been exported before a restore. */
  readonly keptBack: number;
  /** Ready, but something else is the matter with them. */
  readonly held: number;
}

/** Puts together what waits on this day; so many ready ones a restore has made doubtful that do not say so yet. */
function dayWork(rows: readonly OpenByFile[], today: TaxDay, doubtful: number): DayWork {
  const late = ({ deadline }: OpenByFile) => deadline < today;
  const ready = rows.filter(({ state }) => state === "ready");
  const exportable = ready.filter((row) => row.problem === null && !late(row));
  const out = rows.filter(({ state }) => state === "pending" || state === "unknown");
  const inTime = out.filter((row) => !late(row));
  return {
    drafts: sum(rows.filter(({ state }) => state === "draft")),
    ready: Math.max(0, sum(exportable) - doubtful),
    readyUntil: nearest(exportable),
    waiting: sum(inTime),
    waitingUntil: nearest(inTime),
    overdue: sum(out.filter(late)),
    tooLate: sum(ready.filter((row) => row.problem === null && late(row))),
    keptBack: sum(ready.filter(({ problem }) => problem === KEPT_BACK)) + doubtful,
    held: sum(ready.filter(({ problem }) => problem !== null && problem !== KEPT_BACK)),
  };
}

const sum = (rows: readonly OpenByFile[]): number => rows.reduce((all, { count }) => all + count, 0);

function nearest(rows: readonly OpenByFile[]): TaxDay | null {
  const days = rows.map(({ deadline }) => deadline).sort();
  return (days[0] as TaxDay | undefined) ?? null;
}
