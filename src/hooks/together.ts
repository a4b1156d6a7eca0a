import { describeCause, type Log } from "../log";
import { turnEnds } from "../sharing";
import type { Db } from "../store/db";
import { isOrdinary, NOBODY, recordGroup, unheardOf, type Message, type Recorded } from "./group";
import type { IntakeAnswer } from "./intake-answer";
import type { LedgerDeps } from "./ledger";
import type { Heard, PortalConnection } from "./portal";

/** Messages in one commit; more would keep the first of them waiting. */
const MOST_TOGETHER = 50;
/** While one commit waits for the database, the next is made up. */
const COMMITS_AT_ONCE = 2;

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
 * Takes messages in; those that come in one turn, or while others are being committed, share a commit. Only what is
 * ordinary is shared: the others of a group are each recorded by themselves, and so are all of a group that fails.
 */
export function createTogether(d: TogetherDeps): Take {
  const queues = new Map<string, { readonly waiting: Waiting[]; running: number }>();

  async function workOff(portal: string, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) {
      await turnEnds();
      await settle(d, portal, waiting.splice(0, MOST_TOGETHER));
    }
  }

  async function run(portal: string): Promise<void> {
    const queue = queues.get(portal);
    if (queue === undefined || queue.running >= COMMITS_AT_ONCE) return;
    queue.running += 1;
    await workOff(portal, queue.waiting);
    queue.running -= 1;
    if (queue.running === 0) queues.delete(portal);
  }

  return (connection, heard) => {
    if (!isOrdinary(heard)) return d.alone(connection, heard);
    return new Promise((resolve, reject) => {
      const { slug } = connection;
      const queue = queues.get(slug) ?? { waiting: [], running: 0 };
      queues.set(slug, queue);
      queue.waiting.push({ connection, heard, resolve, reject });
      void run(slug);
    });
  };
}

async function settle(d: TogetherDeps, portal: string, group: readonly Waiting[]): Promise<void> {
  const rows = group.length > 1 ? await committed(d, portal, group) : NOBODY;
  if (rows.size > 0) d.wake();
  const others: Waiting[] = [];
  for (const one of group) {
    const row = rows.get(one);
    if (row === undefined) {
      others.push(one);
      continue;
    }
    const { external_id: invoice, id: trace } = row;
    d.log.info("hook.recorded", { portal, kind: one.heard.kind, status: "accepted", invoice, trace });
    one.resolve({ status: "accepted", trace });
  }
  for (const { connection, heard, resolve, reject } of others) {
    await d.alone(connection, heard).then(resolve, reject);
  }
}

/**
 * What of a group was recorded. It is taken for news at first, and only where that fails is it looked for what stands
 * already. Nothing of the group stands where that fails too, for whatever reason: each by itself finds it out.
 */
async function committed(d: TogetherDeps, portal: string, group: readonly Message[]): Promise<Recorded> {
  const about = (thrown: unknown) => ({ portal, messages: group.length, cause: describeCause(thrown) });
  try {
    return await d.db.transaction((tx) => recordGroup(tx, d, portal, group));
  } catch (thrown) {
    d.log.info("hook.group_again", about(thrown));
  }
  try {
    return await d.db.transaction(async (tx) =>
      recordGroup(tx, d, portal, await unheardOf(tx, portal, group)),
    );
  } catch (thrown) {
    d.log.warn("hook.group_apart", about(thrown));
    return NOBODY;
  }
}
