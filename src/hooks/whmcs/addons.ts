import type { PortalConnection } from "../portal";
import { callWhmcs, type WhmcsDeps, type WhmcsParams } from "./api";
import { whmcsAddons, type WhmcsLine } from "./shape";

export interface AddonDeps extends WhmcsDeps {
  /** The services an account had, as far as the ledger knows: those that have left it come first. */
  servicesHad(portal: string, accountId: string): Promise<readonly string[]>;
}

type NamedLine = Pick<WhmcsLine, "type" | "relid">;

const isOfAddon = ({ type, relid }: NamedLine): boolean => /^(Promo)?Addon$/.test(type) && relid !== "";

/** Services asked for in one call, and how many of a client's at all. */
const CHUNK = 100;
const MOST_SERVICES = 1000;

/**
 * The hosting (`S12`) of every addon that these lines of a client name: its number is not the number of its hosting. The
 * client's own are asked for once, and only where a line names one. An addon that is not among them has gone with its
 * hosting to somebody else, or is gone altogether (trap T20): since WHMCS finds none by its own number, it is looked for
 * under what the client had.
 */
export async function hostingsOf(
  connection: PortalConnection,
  clientid: string,
  lines: readonly NamedLine[],
  d: AddonDeps,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(lines.filter(isOfAddon).map((line) => line.relid));
  if (wanted.size === 0) return new Map();
  const found = await addonsBy(connection, { clientid, limitnum: 1000 }, d);
  const isWhole = (): boolean => [...wanted].every((addon) => found.has(addon));
  if (isWhole()) return found;
  const had = (await d.servicesHad(connection.slug, clientid)).filter((id) => id.startsWith("S"));
  for (let start = 0; start < Math.min(had.length, MOST_SERVICES) && !isWhole(); start += CHUNK) {
    const serviceid = had
      .slice(start, start + CHUNK)
      .map((id) => id.slice(1))
      .join(",");
    for (const [addon, hosting] of await addonsBy(connection, { serviceid }, d)) found.set(addon, hosting);
  }
  return found;
}

async function addonsBy(
  connection: PortalConnection,
  asked: WhmcsParams,
  d: WhmcsDeps,
): Promise<Map<string, string>> {
  const { addons } = await callWhmcs(connection, "GetClientsAddons", asked, whmcsAddons, d);
  return new Map(addons.map((addon) => [addon.id, `S${addon.serviceid}`]));
}
