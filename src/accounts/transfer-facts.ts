import type { PortalConnection, PortalService, Portal } from "../hooks/portal";
import { AppError } from "../errors";
import { findAccount, findCompany } from "../store/accounts";
import type { Db } from "../store/db";
import { text } from "../text";
import type { TransferFacts } from "./transfer-checks";
import type { TransferWish } from "./transfer-plan";

interface FoundPortal {
  readonly connection: PortalConnection;
  readonly portal: Portal;
}

export interface FactsDeps {
  readonly db: Db;
  portalNamed(slug: string): Promise<FoundPortal | null>;
}

export interface GatheredFacts {
  readonly facts: TransferFacts;
  readonly found: FoundPortal;
}

/**
 * Asks the portal everything that the conditions of a transfer rest on. Throws `not_found` for a portal nobody has,
 * `transfer_unsupported` for one that cannot be asked, and what the portal throws.
 */
export async function gatherFacts(d: FactsDeps, wish: TransferWish): Promise<GatheredFacts> {
  const found = await d.portalNamed(wish.portal);
  if (found === null) throw portalUnknown();
  const { connection } = found;
  const { listServices, listUnpaid, readTicket, findAccount: registered } = readsOf(found.portal);
  const owned: PortalService[] = [];
  for await (const service of listServices(connection, wish.fromAccount)) {
    // Whatever the list holds besides, only what is this account's own counts.
    if (service.accountId === wish.fromAccount) owned.push(service);
  }
  const unpaid = await listUnpaid(connection, wish.fromAccount);
  const foundTicket = await readTicket(connection, wish.ticket);
  const destination = await registered(connection, wish.toEmail);
  const { services, fromAccount, toEmail, ticket } = wish;
  const known = destination === null ? undefined : await findAccount(d.db.knex, wish.portal, destination.id);
  const company = known === undefined ? undefined : await findCompany(d.db.knex, known.id);
  const facts = {
    ...{ services, fromAccount, toEmail, ticket, owned, unpaid, foundTicket, destination },
    companyStatus: company?.status ?? null,
  };
  return { facts, found };
}

type Reads = Required<Pick<Portal, "listServices" | "listUnpaid" | "readTicket" | "findAccount">>;

/** A condition that nobody can check is not a condition that holds. */
function readsOf({ listServices, listUnpaid, readTicket, findAccount: registered }: Portal): Reads {
  if (listServices && listUnpaid && readTicket && registered) {
    return { listServices, listUnpaid, readTicket, findAccount: registered };
  }
  throw new AppError(
    "transfer_unsupported",
    text(
      "Portal jenis ini tidak dapat ditanya siapa pemilik layanan, tiket dan invoice yang belum dibayar. Periksa dan pindahkan di portal, lalu kirim peristiwa service.moved.",
      "A portal of this kind cannot be asked who owns a service, a ticket or an unpaid invoice. Check and move it in the portal, then send the event service.moved.",
    ),
  );
}

export const portalUnknown = (): AppError =>
  new AppError("not_found", text("Portal tidak ditemukan.", "There is no such portal."));
