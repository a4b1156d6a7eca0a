import { plusMs } from "../clock";
import type { Outcome } from "../errors";
import type { Work } from "../store/fence";
import { insertInvoice } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { notePoll } from "../store/portals";
import { unreadRow } from "./ledger";
import type { ReadDeps } from "./read";

export interface PollDeps extends ReadDeps {
  /** 0 is off. */
  readonly pollSeconds: number;
}

/** How far back each poll looks: a webhook may be lost, and this service may have been away. */
const LOOK_BACK_MS = 7 * 86_400_000;

/** Job `poll`: asks a portal for paid invoices that no webhook told; each unknown one is read back like a wake-up. */
export async function pollPortal(d: PollDeps, work: Work): Promise<Outcome> {
  if (d.pollSeconds === 0) return { kind: "done" };
  const found = await d.portalNamed(work.job.subject);
  if (found?.portal.listPaid === undefined) return { kind: "done" };
  const { connection, portal } = found;
  const since = plusMs(d.clock.now(), -LOOK_BACK_MS);
  let fresh = 0;
  for await (const externalId of portal.listPaid?.(connection, since) ?? []) {
    const row = unreadRow(d, connection, externalId);
    await work.transaction(async (tx) => {
      if (!(await insertInvoice(tx, row))) return;
      fresh += 1;
      await enqueue(tx, "read", row.id, d.clock.now(), d.clock.now());
    });
  }
  if (fresh > 0) d.log.warn("poll.found_untold", { portal: connection.slug, invoices: fresh });
  await notePoll(d.db.knex, connection.slug, d.clock.now());
  return { kind: "wait", until: plusMs(d.clock.now(), d.pollSeconds * 1000) };
}
