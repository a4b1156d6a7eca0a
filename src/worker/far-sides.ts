import type { Clock } from "../clock";
import type { ErrorCode, Outcome } from "../errors";
import { describeCause, type Log } from "../log";
import type { Db } from "../store/db";
import type { Work } from "../store/fence";
import { bringForward } from "../store/job-endings";
import { asOutcome } from "./record";

/** Whom work waits for: the channel of a seller, a portal, a subscriber, the mail server. */
export type FarSide = `${"channel" | "portal" | "webhook"}:${string}` | "mail";

export interface FarSidesDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  /** Jobs this process runs at a time. */
  readonly slots: number;
  /** Waits after failures that may pass; a silent side is asked again after them, up to a minute. */
  readonly retrySeconds: readonly number[];
  wake(): void;
}

/**
 * Keeps a side that does not answer from holding every hand of this process. While it is silent, one job asks it at a
 * time and the others stand back untried; who has not been heard for a while gets half of the hands until it answers.
 */
export interface FarSides {
  /** Runs work that asks this side, or has it stand back. */
  ask(side: FarSide, work: Work, run: () => Promise<Outcome>): Promise<Outcome>;
  /** It has answered, whatever it said. */
  answered(side: FarSide): Promise<void>;
}

/** A failure of these that took so long was silence. */
const SLOW_MS = 2_000;
/** All others are our own, or something that was said: a PDF that is not ready yet, however long that took. */
const UNANSWERED: ReadonlySet<ErrorCode> = new Set([
  "channel_timeout",
  "channel_unreachable",
  "channel_busy",
  "channel_failed",
  "channel_nonsense",
  "portal_unavailable",
  "mail_temporary",
  "webhook_failed",
]);
/** Who answered so long ago is taken to be there; who takes longer for an answer is not. */
const TRUST_MS = 10_000;
/** Work that found no hand free for its side stands back for so long, unless one becomes free before. */
const ASIDE_MS = 1_000;
/** What stands back from a silent side comes back one after the other. */
const APART_MS = 50;
/** A silent side is asked again after so long at the latest. */
const LONGEST_SILENCE_MS = 60_000;

interface Standing {
  hands: number;
  /** When it was last heard. */
  heard: number;
  /** Tries in a row that met silence; 0 is no silence. */
  silences: number;
  isProbed: boolean;
  probeAt: number;
  /** When the last of those that stand back comes back. */
  lastBack: number;
  readonly aside: Set<number>;
}

/** Work on a faktur or a mail may end without a question asked: their answers are told by who hears them. */
const isToldApart = (side: FarSide): boolean => side === "mail" || side.startsWith("channel:");

const fresh = (): Standing => ({
  ...{ hands: 0, heard: Number.NEGATIVE_INFINITY, silences: 0, isProbed: false, probeAt: 0, lastBack: 0 },
  aside: new Set(),
});

/** When a silent side is asked again; a time that is further off was noted by a clock that was ahead. */
const probeAt = (one: Standing, now: number): number =>
  one.probeAt > now + LONGEST_SILENCE_MS ? now : one.probeAt;

/** One job asks a silent side, when its time has come; an untried one gets half of the hands. */
function mayGo(one: Standing, slots: number, now: number): boolean {
  if (one.silences > 0) return !one.isProbed && now >= probeAt(one, now);
  return Math.abs(now - one.heard) < TRUST_MS || one.hands < Math.max(1, Math.floor(slots / 2));
}

/** When work that may not go comes back: after the next probe, in its turn. */
function backAt(one: Standing, pauseMs: number, now: number): number {
  if (one.silences === 0) return now + ASIDE_MS;
  const probed = Math.max(probeAt(one, now), one.isProbed ? now + pauseMs : now);
  return Math.max(probed, Math.min(one.lastBack, probed + LONGEST_SILENCE_MS)) + APART_MS;
}

function pauseMs({ retrySeconds }: FarSidesDeps, { silences }: Standing): number {
  const seconds = retrySeconds[Math.min(silences, retrySeconds.length) - 1] ?? 60;
  return Math.min(seconds * 1000, LONGEST_SILENCE_MS);
}

/** Untried: its failures, looks and last words stay what they were. */
function standBack(d: FarSidesDeps, one: Standing, { job }: Work, now: number): Outcome {
  one.lastBack = backAt(one, pauseMs(d, one), now);
  one.aside.add(job.id);
  return { kind: "wait", until: new Date(one.lastBack), untried: true };
}

/** Those that stand back may come at once. */
async function letIn(d: FarSidesDeps, one: Standing): Promise<void> {
  if (one.aside.size === 0) return;
  const ids = [...one.aside];
  one.aside.clear();
  one.lastBack = 0;
  await d.db
    .alone((tx) => bringForward(tx, ids, d.clock.now()))
    .catch((thrown: unknown) => d.log.warn("side.not_let_in", { cause: describeCause(thrown) }));
  d.wake();
}

export function createFarSides(d: FarSidesDeps): FarSides {
  const standings = new Map<FarSide, Standing>();
  const standingOf = (side: FarSide): Standing => {
    const one = standings.get(side) ?? fresh();
    standings.set(side, one);
    return one;
  };
  const nowMs = (): number => d.clock.now().getTime();

  function silent(side: FarSide, one: Standing): void {
    one.silences += 1;
    one.probeAt = nowMs() + pauseMs(d, one);
    if (one.silences === 1) d.log.warn("side.silent", { side });
  }

  async function answered(side: FarSide): Promise<void> {
    const one = standingOf(side);
    if (one.silences > 0) d.log.info("side.answers_again", { side, silences: one.silences });
    Object.assign(one, { heard: nowMs(), silences: 0 });
    await letIn(d, one);
  }

  return {
    answered,
    async ask(side, work, run) {
      const one = standingOf(side);
      const began = nowMs();
      one.aside.delete(work.job.id);
      if (!mayGo(one, d.slots, began)) return standBack(d, one, work, began);
      const isProbe = one.silences > 0;
      one.isProbed = isProbe;
      one.hands += 1;
      const outcome = await run().catch(asOutcome);
      one.hands -= 1;
      if (isProbe) one.isProbed = false;
      const took = nowMs() - began;
      const isUnanswered = outcome.kind === "retry" && UNANSWERED.has(outcome.because.code);
      const isSilent = isUnanswered && took >= SLOW_MS;
      if (!isSilent && !isToldApart(side)) await answered(side);
      if (isSilent || took >= TRUST_MS) one.heard = Number.NEGATIVE_INFINITY;
      // Of several that met silence together the first has said it.
      if (isSilent && (isProbe || one.silences === 0)) silent(side, one);
      if (one.silences === 0) await letIn(d, one);
      return outcome;
    },
  };
}
