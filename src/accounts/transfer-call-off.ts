import { AppError } from "../errors";
import { changeTransfer, releaseServices, transferById, type TransferRow } from "../store/transfers";
import { text } from "../text";
import type { FoundPortal } from "../hooks/moves";
import { readItems } from "./transfer-plan";
import {
  answering,
  decidedColumns,
  notFound,
  queueAnswer,
  written,
  wrongState,
  type Actor,
  type TransferDeps,
} from "./transfer-write";

/**
 * Calls an approved transfer off: its services are free for another one, and its ticket is told. Only while the portal
 * shows none of them with the new owner. Throws `not_found`, `wrong_state`, and what a portal throws.
 */
export async function callOffTransfer(
  d: TransferDeps,
  id: string,
  reason: string | null,
  who: Actor,
): Promise<void> {
  const row = await transferById(d.db.knex, id);
  if (row === undefined) throw notFound();
  if (row.state !== "approved") throw wrongState(row.state);
  const found = await d.portalNamed(row.portal);
  if (await hasMoved(found, row)) throw movedAlready();
  await d.db.transaction(async (tx) => {
    const calledOff = await changeTransfer(tx, row, {
      ...decidedColumns(d, row, "rejected", { items: readItems(row.services), failed: [], reason, who }),
      ...answering(found, row.ticket_id),
    });
    if (!calledOff) throw wrongState(row.state);
    await releaseServices(tx, id);
    await queueAnswer(tx, d, id, found);
    await written(tx, d, id, "called_off", who, reason);
  });
  d.log.info("transfer.called_off", { transfer: id, portal: row.portal });
  d.wake();
}

/** As the portal shows it now; where it cannot be asked, as it was last seen. */
async function hasMoved(found: FoundPortal | null, row: TransferRow): Promise<boolean> {
  const items = readItems(row.services);
  if (found?.portal.readServices === undefined) return items.some((item) => item.movedAt !== null);
  const ids = items.map((item) => item.serviceId);
  const services = await found.portal.readServices(found.connection, ids);
  return services.some((service) => service.accountId === row.to_account);
}

const movedAlready = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Ada layanan yang sudah di akun tujuan. Kembalikan dahulu di portal, atau selesaikan pemindahannya.",
      "Some of it is with its new owner already. Move it back in the portal first, or carry the transfer through.",
    ),
  );
