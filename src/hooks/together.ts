import { isHeld } from "../errors";
import { systemCode } from "../files";
import type { Log } from "../log";
import { turnEnds } from "../sharing";
import type { Db } from "../store/db";
import { isOrdinary, NOBODY, recordGroup, unheardOf, type Message, type Recorded } from "./group";
import type { IntakeAnswer } from "./intake-answer";
import type { LedgerDeps } from "./ledger";
import type { Heard, PortalConnection } from "./portal";

/** Messages in one commit; more would keep the first of them waiting. */
const MOST_TOGETHER = 50;

type Take = (connection: PortalConnection, heard: Heard) => Promise<IntakeAnswer>;

export interface TogetherDeps extends LedgerDeps {
  readonly db: Db;
  readonly log: Log;
  wake(): void;
  /** Records one message by itself, whatever it says. */
  readonly alone: Take;
}

interface Waiting extends Message {
  resolve(answer: IntakeAnswer): void;
  reject(thrown: unknown): void;
}

/**
 * Takes messages in; those that come in one turn, or while others of their portal are being committed, share a commit. Only
 * what is ordinary is shared: the others of a group are each recorded by themselves, and so are all of a group that fails.
 */
export function createTogether(d: TogetherDeps): Take {
  const queues = new Map<string, Waiting[]>();

  async function workOff(portal: string, queue: Waiting[]): Promise<void> {
    let answer = NOBODY_WAITS;
    await turnEnds();
    while (queue.length > 0) {
      const group = queue.splice(0, MOST_TOGETHER);
      // Whatever throws here, those who wait are told and those behind them get their turn.
      const settled = settle(d, portal, group).catch((thrown: unknown) => {
        // Who came meanwhile would be given up before their turn, and not be told why.
        const behind = isHeldByAnother(thrown) ? queue.splice(0) : [];
        return () => rejectAll([...group, ...behind], thrown);
      });
      // The database begins with these while those before them are answered.
      await turnEnds();
      answer();
      answer = await settled;
    }
    queues.delete(portal);
    answer();
  }

  return (connection, heard) => {
    if (!isOrdinary(heard)) return d.alone(connection, heard);
    return new Promise((resolve, reject) => {
      const message = { connection, heard, resolve, reject };
      const standing = queues.get(connection.slug);
      if (standing !== undefined) return void standing.push(message);
      const queue = [message];
      queues.set(connection.slug, queue);
      void workOff(connection.slug, queue);
    });
  };
}

/** Records a group; what is returned answers it. */
async function settle(d: TogetherDeps, portal: string, group: readonly Waiting[]): Promise<() => void> {
  if (group.length === 1) {
    await byThemselves(d, group);
    return NOBODY_WAITS;
  }
  const rows = await committed(d, portal, group);
  if (rows.size > 0) d.wake();
  // Not waited for: what is not ordinary may take its time, and those who come next shall not.
  const others = group.filter((one) => !rows.has(one));
  byThemselves(d, others).catch((thrown: unknown) => rejectAll(others, thrown));
  return () => {
    for (const one of group) {
      const row = rows.get(one);
      if (row === undefined) continue;
      const { external_id: invoice, id: trace } = row;
      d.log.info("hook.recorded", { portal, kind: one.heard.kind, status: "accepted", invoice, trace });
      one.resolve({ status: "accepted", trace });
    }
  };
}

const NOBODY_WAITS = (): void => undefined;

const rejectAll = (all: readonly Waiting[], thrown: unknown): void => {
  for (const { reject } of all) reject(thrown);
};

/** SQLite's file, which was waited for in vain: every further try would take as long again. */
const isHeldByAnother = (thrown: unknown): boolean =>
  isHeld(thrown) || (thrown instanceof Error && isHeld(thrown.cause));

/** Throws where the next would wait in vain as well. */
async function byThemselves(d: TogetherDeps, group: readonly Waiting[]): Promise<void> {
  for (const { connection, heard, resolve, reject } of group) {
    await d.alone(connection, heard).then(resolve, (thrown: unknown) => {
      if (isHeldByAnother(thrown)) throw thrown;
      reject(thrown);
    });
  }
}

/**
 * What of a group was recorded. It is taken for news at first, and only where that fails is it looked for what stands
 * already. Nothing of the group stands where that fails too, for whatever reason: each by itself finds it out. Throws where
 * another program holds the database.
 */
async function committed(d: TogetherDeps, portal: string, group: readonly Message[]): Promise<Recorded> {
  const about = (thrown: unknown) => ({ portal, messages: group.length, cause: codesOf(thrown) });
  try {
    return await d.db.transaction((tx) => recordGroup(tx, d, portal, group));
  } catch (thrown) {
    if (isHeldByAnother(thrown)) throw thrown;
    d.log.info("hook.group_again", about(thrown));
  }
  try {
    return await d.db.transaction(async (tx) =>
      recordGroup(tx, d, portal, await unheardOf(tx, portal, group)),
    );
  } catch (thrown) {
    if (isHeldByAnother(thrown)) throw thrown;
    d.log.warn("hook.group_apart", about(thrown));
    return NOBODY;
  }
}

/** Codes and names alone: a database quotes the whole statement, with the names of customers in it. */
function codesOf(thrown: unknown): string {
  const all = [thrown, thrown instanceof Error ? thrown.cause : undefined];
  const codes = all.map((one) => systemCode(one) ?? (one instanceof Error ? one.name : ""));
  return codes.filter((code) => code !== "").join(" <- ");
}
