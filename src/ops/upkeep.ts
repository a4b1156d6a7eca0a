import { dayInJakarta, plusMs } from "../clock";
import { handOverStranded } from "../coretax/switched";
import { MENDED_BESIDE, type Outcome } from "../errors";
import { FILE_CHANNEL } from "../faktur/faktur";
import type { ReplaceDeps } from "../faktur/replace";
import { settleReplacement } from "../faktur/settle-replacement";
import { settleCases } from "../faktur/settle-case";
import type { Work } from "../store/fence";
import { listCases } from "../store/cases";
import { fakturAtWork, type FakturAtWork } from "../store/at-work";
import { fakturById, type FakturRow } from "../store/fakturs";
import { listPauses, pauseOf, type PauseRow } from "../store/pauses";
import { beingReplaced, latestReplacement } from "../store/replacements";
import { listSellers } from "../store/sellers";
import { wakeStuck } from "../store/stuck";
import { ageHeld } from "./age-held";
import { isPaused, isTooLateToSend, judgeTrial, probe, PROBE_MS, type PauseDeps } from "./pauses";
import { prune, type PruneDeps } from "./prune";

export type UpkeepDeps = PauseDeps & ReplaceDeps;

/** Runs work that asks a seller's channel, or has it stand back untried while that channel is silent. */
export type AskChannel = (seller: string, work: Work, run: () => Promise<Outcome>) => Promise<Outcome>;

type OfFaktur = "submit" | "follow" | "cancel" | "paper";
type Handler = (work: Work) => Promise<Outcome>;
/** Handed the row of the job's faktur, read when the job began. */
type FakturHandlers = Readonly<Record<OfFaktur, (work: Work, row: FakturRow) => Promise<Outcome>>>;

/**
 * The work on a faktur, held back while its seller's channel is paused, and followed by what hangs on its new state:
 * the original of a replacement, the steps of a case. That is done again whenever the job runs, so nothing is lost
 * when the process dies between the two: a job that something hangs on ends only after it.
 */
export function tended(
  d: UpkeepDeps & { readonly askChannel: AskChannel },
  handlers: FakturHandlers,
): Readonly<Record<OfFaktur, Handler>> {
  const tend =
    (kind: OfFaktur): Handler =>
    async (work) => {
      const found = await fakturAtWork(d.db.knex, work.job.subject);
      if (found === undefined) return { kind: "done" };
      const { row, paused } = found;
      const pause = paused ? await pauseOf(d.db.knex, row.seller) : undefined;
      const held = await heldBack(d, kind, found, pause);
      const mayEnd = row.replaces_id == null && pause === undefined;
      const run = () => handlers[kind](mayEnd ? work : endedLater(work), row);
      const outcome =
        held ?? (asksChannel(kind, found) ? await d.askChannel(row.seller, work, run) : await run());
      if (!work.ending() && !isUntried(outcome)) await settleFaktur(d, row.id);
      return outcome;
    };
  return { submit: tend("submit"), follow: tend("follow"), cancel: tend("cancel"), paper: tend("paper") };
}

const isUntried = (outcome: Outcome): boolean => outcome.kind === "wait" && outcome.untried === true;

/** What is carried by hand asks nobody, and neither does a PDF that is made here. */
const asksChannel = (kind: OfFaktur, { row, official }: FakturAtWork): boolean =>
  row.channel_kind !== FILE_CHANNEL && (kind !== "paper" || official);

/** The same work, whose last write does not end it yet. */
const endedLater = (work: Work): Work => ({ ...work, conclude: (write) => work.transaction(write) });

async function heldBack(
  d: UpkeepDeps,
  kind: OfFaktur,
  { row, undecided }: FakturAtWork,
  pause: PauseRow | undefined,
): Promise<Outcome | null> {
  if (kind === "submit" && isTooLateToSend(row, dayInJakarta(d.clock.now()))) return { kind: "done" };
  const now = d.clock.now();
  if (pause !== undefined && (await isPaused(d.db, kind, row, pause)))
    return { kind: "wait", until: plusMs(now, PROBE_MS) };
  if (kind !== "submit" || !undecided || !isUnseen(row)) return null;
  return { kind: "wait", until: plusMs(now, UNDECIDED_MS) };
}

/** What waits for the decision of a case looks again so soon: the last day to upload may be today. */
const UNDECIDED_MS = 60_000;

/** It was in doubt when its case opened, and the authority has nothing of it: sent or dropped as the case is decided. */
const isUnseen = (row: FakturRow): boolean => row.state === "ready" && row.external_id === null;

/** What hangs on a faktur's state, brought to where that state puts it. May be asked at any time. */
export async function settleFaktur(d: UpkeepDeps, id: string): Promise<void> {
  const row = await fakturById(d.db.knex, id);
  if (row === undefined) return;
  if (row.replaces_id != null || row.state === "cancelled" || row.state === "replaced") {
    await d.db.transaction((tx) => settleReplacement(tx, d, row));
    const touched = row.replaces_id == null ? [id] : [id, row.replaces_id];
    for (const one of touched) await d.db.transaction((tx) => settleCases(tx, one, d.clock.now()));
  }
  const pause = await pauseOf(d.db.knex, row.seller);
  if (pause?.trial_faktur === id) await judgeTrial(d, pause);
}

export interface HourlyDeps {
  /** Brings back regular work that was laid aside. */
  keepUp(): Promise<void>;
}

/**
 * Job `upkeep`, every hour: what was laid aside for a cause that people mend is tried again, paused channels are probed,
 * what a crash left between two steps is finished, what waited for an export under another channel goes on, what no faktur
 * can be made for any more says so, and what need not be kept any longer goes.
 */
export async function upkeep(d: UpkeepDeps & PruneDeps & HourlyDeps): Promise<Outcome> {
  await d.keepUp();
  const woken = await d.db.alone((tx) => wakeStuck(tx, MENDED_BESIDE, d.clock.now()));
  if (woken > 0) d.log.info("job.tried_again", { jobs: woken });
  for (const pause of await listPauses(d.db.knex)) await probe(d, pause);
  for (const original of await beingReplaced(d.db.knex)) {
    const replacement = await latestReplacement(d.db.knex, original);
    if (replacement !== undefined) await settleFaktur(d, replacement.id);
  }
  for (const one of await listCases(d.db.knex, { state: "working" }, null, 1000)) {
    if (one.faktur_id !== null) await settleFaktur(d, one.faktur_id);
  }
  for (const seller of await listSellers(d.db.knex)) await handOverStranded(d, seller);
  await ageHeld(d);
  await prune(d);
  return { kind: "wait", until: plusMs(d.clock.now(), PROBE_MS) };
}
