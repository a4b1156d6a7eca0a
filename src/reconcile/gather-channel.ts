import { asAppError } from "../errors";
import type { Channel, ListedFaktur } from "../faktur/channels/channel";
import { FILE_CHANNEL } from "../faktur/faktur";
import { beforeAll, faktursBetween, faktursHeldAs } from "../store/reconcile";
import type { SellerRow } from "../store/sellers";
import { text, type Text } from "../text";
import { compareChannel, compareHeld, nsfpTwice, type OurFaktur } from "./compare-channel";
import {
  BATCH,
  batched,
  MOST_ASKED,
  notAsked,
  otherNames,
  type GatherDeps,
  type Gathered,
  type Round,
} from "./gather";
import { gatherImported } from "./gather-coretax";
import { ourFaktur } from "./ledger-rows";
import type { Source } from "./report";

type Told = Pick<Source, "state" | "listed" | "recorded" | "says">;

/** The fakturs of a seller against what its tax channel holds, both ways. */
export async function gatherChannel(d: GatherDeps, round: Round, seller: SellerRow): Promise<Gathered> {
  const source = { kind: "channel" as const, name: seller.slug, seller: seller.slug, asOf: null };
  try {
    const told =
      seller.channel_kind === FILE_CHANNEL
        ? await gatherImported(d, round, seller)
        : await compareBoth(d, round, seller, d.channelFor(seller));
    return { source: { ...source, ...told }, error: null };
  } catch (thrown) {
    const error = asAppError(thrown);
    d.log.warn("reconcile.channel_failed", { seller: seller.slug, code: error.code });
    const failed = { state: "failed" as const, listed: 0, recorded: 0, says: error.says };
    return { source: { ...source, ...failed }, error };
  }
}

const CANNOT_LIST = text(
  "Kanal pajak ini tidak dapat diminta daftarnya.",
  "This tax channel cannot be asked for its list.",
);

async function compareBoth(d: GatherDeps, round: Round, seller: SellerRow, channel: Channel): Promise<Told> {
  const rows = channel.listFakturs?.(round.days);
  if (rows === undefined) return { state: "cannot", listed: 0, recorded: 0, says: CANNOT_LIST };
  const shown = new Set<string>();
  const listed = await compareListed(d, round, seller, rows, shown);
  const { recorded, unasked, elsewhere } = await compareRecorded(d, round, seller, channel, shown);
  const left = [
    ...(unasked === 0 ? [] : [notAsked(unasked)]),
    ...(elsewhere === 0 ? [] : [otherChannel(elsewhere)]),
  ];
  return {
    ...{ listed, recorded, state: left.length === 0 ? "compared" : "partly" },
    says: left.length === 0 ? null : joined(left),
  };
}

const joined = (all: readonly Text[]): Text =>
  text(all.map((one) => one.id).join(" "), all.map((one) => one.en).join(" "));

const otherChannel = (count: number): Text =>
  text(
    `${count} faktur dibawa lewat kanal lain dan tidak dibandingkan.`,
    `${count} fakturs went through another channel and were not compared.`,
  );

/** From the authority to the ledger: this company's documents. Only ids and serial numbers stay in memory. */
async function compareListed(
  d: GatherDeps,
  round: Round,
  { slug: seller, npwp }: SellerRow,
  list: AsyncIterable<ListedFaktur>,
  shown: Set<string>,
): Promise<number> {
  const numbers = new Map<string, string>();
  let listed = 0;
  for await (const all of batched(list)) {
    const batch = all.filter(({ sellerNpwp = npwp }) => sellerNpwp === npwp);
    listed += batch.length;
    const ids = batch.map(({ externalId }) => externalId);
    const references = batch.flatMap(({ reference }) => (reference === null ? [] : [reference]));
    const rows = await faktursHeldAs(d.db.knex, seller, ids, references);
    const ours = new Set(rows.map(({ reference }) => reference));
    const strange = references.filter((one) => !ours.has(one));
    const others = await otherNames(d, seller, strange);
    const compared = compareChannel(seller, batch, rows.map(ourFaktur), round.now, others);
    round.add(compared.differences);
    for (const id of compared.shown) shown.add(id);
    for (const { nsfp, externalId } of batch) {
      if (nsfp === null) continue;
      const other = numbers.get(nsfp);
      if (other !== undefined) round.add([nsfpTwice(seller, nsfp, other, externalId)]);
      numbers.set(nsfp, externalId);
    }
    round.progress("channel", seller, listed);
  }
  return listed;
}

/** From the ledger to the authority: what the list has not shown is asked for by itself before anything is said. */
async function compareRecorded(
  d: GatherDeps,
  round: Round,
  seller: SellerRow,
  channel: Channel,
  shown: ReadonlySet<string>,
): Promise<{ recorded: number; unasked: number; elsewhere: number }> {
  const said = { recorded: 0, unasked: 0, elsewhere: 0 };
  let asked = 0;
  for (let after = beforeAll(round.days); ;) {
    const rows = await faktursBetween(d.db.knex, { seller: seller.slug }, round.days, after, BATCH);
    for (const row of rows) {
      const ours = ourFaktur(row);
      said.recorded += 1;
      if (shown.has(ours.id) || neverLeft(ours)) continue;
      if (row.channel_kind !== seller.channel_kind) said.elsewhere += 1;
      else if (ours.externalId === null) round.add(compareHeld(ours, null, round.now));
      else if (asked < MOST_ASKED) {
        asked += 1;
        round.add(compareHeld(ours, await askFor(channel, ours.externalId), round.now));
      } else said.unasked += 1;
    }
    const last = rows.at(-1);
    if (rows.length < BATCH || last === undefined) return said;
    after = { day: last.date, id: last.id };
  }
}

/** What never left is nowhere else. */
const neverLeft = ({ state, externalId }: OurFaktur): boolean =>
  externalId === null && (state === "draft" || state === "ready" || state === "cancelled");

async function askFor(channel: Channel, externalId: string): Promise<ListedFaktur | null> {
  const held = await channel.status(externalId);
  return held === "absent" ? null : { ...held, reference: null, date: null };
}
