import { isoInJakarta, systemClock } from "../../src/clock";
import { untilStopped, type Hand } from "./crew";
import { untilPrinted } from "./drill";
import type { Stage } from "./stage";
import { until } from "./until";
import { addCompany, paid, tellAt, withWeb } from "./world";

/** What a pack of processes went through. */
export interface PackReport {
  readonly killed: number;
  readonly paused: number;
  /** Jobs whose ending was refused, since another process had taken them. */
  readonly lost: number;
  /** Creations that the authority was asked for after it held the document already, and refused. */
  readonly late: number;
  /** References that were created more than once. */
  readonly twice: readonly string[];
  readonly seconds: number;
}

/** Paid invoices of accounts of their own, all recorded before anyone works. */
export async function recordBacklog(stage: Stage, ids: readonly string[]): Promise<void> {
  const { world } = stage;
  world.clock.set(systemClock.now());
  await withWeb(world.app, async (url) => {
    for (const id of ids) {
      const email = `${id}@contoh.example`;
      await addCompany(world, id, { email });
      const body = paid(id, { paidAt: isoInJakarta(world.clock.now()) }, { id, email });
      const { status } = await tellAt(url, world.clock.now(), body, { id: `msg_${id}` });
      if (status !== 202) throw new Error(`${id}: ${status}`);
    }
  });
}

/**
 * Four processes on one backlog: one is stopped with a request for a new document half sent, one is killed, one is stopped
 * between two writes; the fourth does all that is left, then the two wake up and go on where they were.
 */
export async function runPack(stage: Stage, random: () => number): Promise<PackReport> {
  const before = { late: countLate(stage) };
  const drawn = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  // Nothing is due before it stands armed, and nobody else works: its first request is then for a new document, and not for
  // one that another may have left half made.
  const begin = await holdBack(stage);
  // However long the others take: a sleeper that had given its request up meanwhile would wake up and not send it.
  const sending = await stage.start({ FAKTUR_CHANNEL_TIMEOUT_SECONDS: "600" });
  await sending.arm({ kind: "call", nth: 1, when: "before", signal: "SIGSTOP" });
  const from = performance.now();
  await begin();
  await untilStopped(sending);
  const [doomed, writing] = await Promise.all([stage.start(), stage.start()]);
  await doomed.arm({ kind: "write", nth: drawn(40, 120), when: "after", signal: "SIGKILL" });
  await writing.arm({ kind: "write", nth: drawn(40, 120), when: "after", signal: "SIGSTOP" });
  await Promise.all([doomed.ended, untilStopped(writing)]);
  const last = await stage.start();
  await stage.settle(300);
  const seconds = (performance.now() - from) / 1000;
  for (const sleeper of [sending, writing]) sleeper.kill("SIGCONT");
  await Promise.all([sending, writing].map((sleeper) => untilPrinted(sleeper, "job.not_recorded")));
  await until("the late request is answered", () => (countLate(stage) > before.late ? true : null));
  await until("the sleepers have nothing in hand", async () => (await stage.idle()) || null);
  const lost = await Promise.all([sending, writing, last].map(lostBy));
  for (const hand of [sending, writing, last]) hand.kill("SIGTERM");
  await Promise.all([sending, writing, last].map((hand) => hand.ended));
  return {
    ...{ killed: 1, paused: 2, lost: lost.reduce((sum, one) => sum + one, 0), seconds },
    ...{ late: countLate(stage) - before.late, twice: createdTwice(stage) },
  };
}

/** Puts all that is to be issued off, until the function it gives is called. */
export async function holdBack(stage: Stage): Promise<() => Promise<void>> {
  const due = () => stage.world.store.db.knex("jobs").where({ kind: "issue" });
  await due().update({ run_at: "2100-01-01T00:00:00.000Z" });
  return async () => void (await due().update({ run_at: systemClock.now().toISOString() }));
}

/** Endings that were refused, as the process itself counts them. */
async function lostBy(hand: Hand): Promise<number> {
  const text = await (await fetch(`${hand.url}/metrics`)).text();
  return [...text.matchAll(/^faktur_job_seconds_count\{[^}]*ended="lost"\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

const creations = (stage: Stage) =>
  stage.world.authority.authority.control.calls().filter(({ operation }) => operation === "create");

const countLate = (stage: Stage): number => creations(stage).filter(({ status }) => status === 400).length;

function createdTwice(stage: Stage): string[] {
  const made = creations(stage).filter(({ status }) => status === 200);
  const names = made.map(({ noInvoice }) => noInvoice ?? "");
  return names.filter((name, index) => names.indexOf(name) !== index);
}
