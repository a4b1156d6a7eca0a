import { z } from "zod";
import { AppError } from "../../errors";
import type { PortalAccount } from "../invoice";
import type { PortalConnection, PortalTicket } from "../portal";
import { callWhmcs, type WhmcsDeps, type WhmcsParams } from "./api";
import { accountOf, readClient } from "./client";
import { absentAsNull, whmcsError } from "./failure";
import { optionsOf } from "./options";
import { anything, decoded, id, idOrNone, listOf, nested, printed, words } from "./shape";

const ticketShape = z.preprocess(
  nested,
  z.object({
    ticketid: id,
    // The manual names it `ticketnum` and shows it as `tid`.
    tid: printed,
    ticketnum: printed,
    // "0": written by a guest. Contacts and users write for the client that stands here.
    userid: idOrNone,
    subject: printed,
    status: printed,
    service: words,
    replies: listOf("reply", z.object({ message: words })),
  }),
);

type WhmcsTicket = z.output<typeof ticketShape>;

/** By the number people see, else by WHMCS's own id. Null when there is none. */
export async function readTicket(
  connection: PortalConnection,
  ticket: string,
  d: WhmcsDeps,
): Promise<PortalTicket | null> {
  const asked = ticket.trim().replace(/^#/, "");
  const found =
    (await ticketBy(connection, { ticketnum: asked }, d)) ??
    (/^[1-9]\d{0,14}$/.test(asked) ? await ticketBy(connection, { ticketid: asked }, d) : null);
  if (found === null) return null;
  const number = found.tid || found.ticketnum || found.ticketid;
  // Another ticket than the one asked for is none.
  if (![number, found.ticketid].some((one) => one.toLowerCase() === asked.toLowerCase())) return null;
  const service = found.service.trim();
  return {
    id: found.ticketid,
    number,
    accountId: found.userid === "" ? null : found.userid,
    subject: found.subject,
    status: found.status,
    serviceId: /^[SD][1-9]\d*$/.test(service) ? service : null,
  };
}

async function ticketBy(
  connection: PortalConnection,
  asked: WhmcsParams,
  d: WhmcsDeps,
): Promise<WhmcsTicket | null> {
  return absentAsNull(() => callWhmcs(connection, "GetTicket", asked, ticketShape, d));
}

/**
 * Adds an answer of the staff, unless the ticket carries its reference already: WHMCS takes the same answer twice. Throws
 * `not_found` when the ticket is gone.
 */
export async function answerTicket(
  connection: PortalConnection,
  ticketId: string,
  message: string,
  reference: string,
  d: WhmcsDeps,
): Promise<void> {
  const ticket = await ticketBy(connection, { ticketid: ticketId }, d);
  if (ticket?.ticketid !== ticketId) throw whmcsError("absent", { said: `GetTicket: ${ticketId}` });
  if (ticket.replies.some((reply) => decoded(reply.message).includes(reference))) return;
  const adminusername = optionsOf(connection.options).ticketAdmin;
  await callWhmcs(connection, "AddTicketReply", { ticketid: ticketId, message, adminusername }, anything, d);
}

/** The registered client with this very address; one that was closed cannot receive anything. */
export async function findAccount(
  connection: PortalConnection,
  email: string,
  d: WhmcsDeps,
): Promise<PortalAccount | null> {
  const asked = email.trim();
  const client = await readClient(connection, { email: asked }, d);
  if (client === null || client.email.trim().toLowerCase() !== asked.toLowerCase()) return null;
  if (/^closed$/i.test(client.status.trim())) return null;
  const clientId = client.id || client.userid;
  if (clientId === "") throw new AppError("portal_unavailable", NO_ID);
  return accountOf(client, clientId);
}

const NO_ID = {
  id: "Jawaban WHMCS tanpa nomor klien. Akan dicoba lagi.",
  en: "WHMCS's answer has no client number. It will be tried again.",
};
