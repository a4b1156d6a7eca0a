import type { Clock } from "../clock";
import { AppError, type ErrorCode } from "../errors";
import type { Channel } from "../faktur/channels/channel";
import { channelWideCause, type ChannelWideCause } from "../faktur/channel-wide";
import type { NewId } from "../ids";
import { describeCause, type Log } from "../log";
import type { Db } from "../store/db";
import { noteFailure, noteSuccess, openOutage, OUTAGE_FROM } from "../store/outages";

/** What is told of every call of a channel. */
export interface ChannelWatch {
  /** The other side answered, whatever it said. */
  answered(): Promise<void>;
  failed(code: ErrorCode): Promise<void>;
  /** The other side's words name a cause that stops every faktur. */
  stopped(cause: ChannelWideCause, says: string): Promise<void>;
}

/** The failures that make an outage: nobody answered, or nothing that could be used. Being asked to wait is none. */
const OUTAGE: ReadonlySet<ErrorCode> = new Set([
  "channel_timeout",
  "channel_unreachable",
  "channel_failed",
  "channel_nonsense",
]);

/** The same channel, with every call told to the watch before its result is used. */
export function watchChannel(channel: Channel, watch: ChannelWatch): Channel {
  const told = async <T>(call: Promise<T>): Promise<T> => {
    try {
      const result = await call;
      await watch.answered();
      const says = refusalOf(result);
      const cause = channelWideCause(says);
      if (cause !== null) await watch.stopped(cause, says ?? "");
      return result;
    } catch (thrown) {
      if (thrown instanceof AppError) await tellFailure(watch, thrown);
      throw thrown;
    }
  };
  return {
    kind: channel.kind,
    capabilities: channel.capabilities,
    create: (faktur, key, replaces) => told(channel.create(faktur, key, replaces)),
    update: (id, faktur, key, replaces) => told(channel.update(id, faktur, key, replaces)),
    upload: (id) => told(channel.upload(id)),
    lookup: (key) => told(channel.lookup(key)),
    status: (id) => told(channel.status(id)),
    fetchPdf: (id) => told(channel.fetchPdf(id)),
    cancel: (id, reason) => told(channel.cancel(id, reason)),
    remove: (id) => told(channel.remove(id)),
    ...(channel.checkBuyer === undefined
      ? {}
      : {
          checkBuyer: (npwp: string) => told(channel.checkBuyer?.(npwp) ?? Promise.reject(new Error("gone"))),
        }),
  };
}

async function tellFailure(watch: ChannelWatch, error: AppError): Promise<void> {
  if (OUTAGE.has(error.code)) return watch.failed(error.code);
  if (error.code === "channel_unauthorized") return watch.stopped("unauthorized", error.says.id);
  // A refused question is an answer: the other side is there.
  if (error.code === "pdf_not_ready" || error.code === "channel_refused") return watch.answered();
}

/** The words of a refusal, of a call or of a document; null for everything else. */
function refusalOf(result: unknown): string | null {
  if (typeof result !== "object" || result === null || !("message" in result)) return null;
  const refused =
    ("kind" in result && result.kind === "refused") || ("state" in result && result.state === "rejected");
  return refused && typeof result.message === "string" ? result.message : null;
}

interface OutageDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** Told of every answer of a seller's channel. */
  heard(seller: string): Promise<void>;
}

type Seller = { readonly slug: string; readonly channel_kind: string };

/** A success is looked at this often for what it may end: another process may have begun it. */
const CLEAR_MS = 1_000;

/** Keeps the outage log of the sellers' channels. What cannot be written is logged: a faktur never fails on it. */
export function createOutageLog(
  d: OutageDeps,
): (seller: Seller, stopped: ChannelWatch["stopped"]) => ChannelWatch {
  /** When each seller's channel was last seen without an outage. */
  const clear = new Map<string, number>();
  const isClear = (slug: string, now: Date): boolean =>
    Math.abs(now.getTime() - (clear.get(slug) ?? Number.NEGATIVE_INFINITY)) < CLEAR_MS;

  async function answered({ slug }: Seller): Promise<void> {
    await d.heard(slug);
    const now = d.clock.now();
    if (isClear(slug, now)) return;
    const open = await openOutage(d.db.knex, slug);
    const ended = open === undefined ? null : await d.db.alone((tx) => noteSuccess(tx, slug, now));
    clear.set(slug, now.getTime());
    if (ended === null) return;
    const { from_at: from, failures } = ended;
    d.log.info("channel.outage_ended", { seller: slug, from, failures });
  }

  async function failed({ slug, channel_kind }: Seller, cause: ErrorCode): Promise<void> {
    clear.delete(slug);
    const now = d.clock.now();
    const failure = { id: d.newId(now), seller: slug, channel_kind, cause };
    const failures = await d.db.alone((tx) => noteFailure(tx, failure, now));
    if (failures === OUTAGE_FROM) d.log.error("channel.outage", { seller: slug, cause });
  }

  const quietly = async (slug: string, write: Promise<void>): Promise<void> => {
    await write.catch((thrown: unknown) => {
      d.log.error("outage.not_recorded", { seller: slug, cause: describeCause(thrown) });
    });
  };
  return (seller, stopped) => ({
    answered: () => quietly(seller.slug, answered(seller)),
    failed: (cause) => quietly(seller.slug, failed(seller, cause)),
    stopped: (cause, says) => quietly(seller.slug, stopped(cause, says)),
  });
}
