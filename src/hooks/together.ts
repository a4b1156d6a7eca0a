import type { Log } from "../log";
import { accountsNamed, companiesOf, isAsTold } from "../store/accounts";
import type { Db, Tx } from "../store/db";
import { anyEarlyState, insertDeliveries } from "../store/events";
import { insertInvoices, type InvoiceRow } from "../store/invoices";
import { enqueueFresh } from "../store/jobs";
import type { IntakeAnswer } from "./intake-answer";
import { contentWith, unreadRow, type LedgerDeps } from "./ledger";
import type { Heard, PortalConnection } from "./portal";

/** Messages in one commit; more would keep the first of them waiting. */
const MOST_TOGETHER = 50;
/** While one commit waits for the database, the next is made up. */
const COMMITS_AT_ONCE = 2;

type Take = (connection: PortalConnection, heard: Heard) => Promise<IntakeAnswer>;
type Paid = Extract<Heard, { kind: "paid" }>;

export interface TogetherDeps extends LedgerDeps {
  readonly db: Db;
  readonly log: Log;
  wake(): void;
  /** Records one message by itself, whatever it says. */
  readonly alone: Take;
}

interface Waiting {
  readonly connection: PortalConnection;
  readonly heard: Paid;
  resolve(answer: IntakeAnswer): void;
  reject(thrown: unknown): void;
}

/**
 * Takes messages in; payments that come while another is being committed share the next commit. Only what is ordinary
 * is shared: where one of them is not, nothing of the shared commit stands and each is recorded by itself.
 */
export function createTogether(d: TogetherDeps): Take {
  const queues = new Map<string, { readonly waiting: Waiting[]; running: number }>();

  async function workOff(portal: string, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) await settle(d, portal, waiting.splice(0, MOST_TOGETHER));
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
    if (heard.kind !== "paid") return d.alone(connection, heard);
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
  const traces = group.length > 1 ? await committed(d, portal, group) : null;
  if (traces === null) {
    for (const { connection, heard, resolve, reject } of group) {
      await d.alone(connection, heard).then(resolve, reject);
    }
    return;
  }
  for (const [at, { heard, resolve }] of group.entries()) {
    const { invoiceId: invoice } = heard.invoice;
    d.log.info("hook.recorded", { portal, kind: "paid", status: "accepted", invoice, trace: traces[at] });
    resolve({ status: "accepted" });
  }
  d.wake();
}

/** The ids of what was recorded; null when nothing of the group stands, for whatever reason: each by itself finds it out. */
const committed = (
  d: TogetherDeps,
  portal: string,
  group: readonly Waiting[],
): Promise<readonly string[] | null> =>
  d.db.transaction((tx) => recordAll(tx, d, portal, group)).catch(() => null);

/** Ordinary: of a known account of which nothing is news, and never spoken of before. Throws where one is no first time. */
async function recordAll(
  tx: Tx,
  d: TogetherDeps,
  portal: string,
  group: readonly Waiting[],
): Promise<readonly string[] | null> {
  const ids = group.map(({ heard }) => heard.invoice.invoiceId);
  const named = [...new Set(group.map(({ heard }) => heard.invoice.account.id))];
  const accounts = new Map((await accountsNamed(tx, portal, named)).map((row) => [row.external_id, row]));
  if (await anyEarlyState(tx, portal, ids)) return null;
  const known = [...accounts.values()].map((row) => row.id);
  const companies = new Map((await companiesOf(tx, known)).map((row) => [row.account_id, row]));
  const rows: InvoiceRow[] = [];
  for (const { connection, heard } of group) {
    const account = accounts.get(heard.invoice.account.id);
    if (account === undefined || !isAsTold(account, heard.invoice.account)) return null;
    rows.push({
      ...unreadRow(d, connection, heard.invoice.invoiceId),
      ...contentWith(heard.invoice, account.id, companies.get(account.id)),
      portal_state: "paid",
      portal_state_at: (heard.saidAt ?? heard.invoice.paidAt).toISOString(),
      decision: "undecided",
    });
  }
  const now = d.clock.now();
  const at = now.toISOString();
  const deliveries = group.map(({ heard }) => ({ portal, delivery_id: heard.deliveryId, kind: "paid", at }));
  await insertDeliveries(tx, deliveries);
  await insertInvoices(tx, rows);
  const subjects = rows.map(({ id }) => id);
  await enqueueFresh(tx, "issue", subjects, now);
  return subjects;
}
