import { isLive } from "../faktur/faktur";
import type { NewId } from "../ids";
import { closeOpenCases, noteClosed, openCase } from "../store/cases";
import type { Tx } from "../store/db";
import type { FakturRow } from "../store/fakturs";
import { mailsOf, type MailRow } from "../store/mails";
import { unsettled } from "./settled";

type Of = Pick<FakturRow, "id" | "invoice_id">;

/**
 * The case of a mail that came back; none where a later mail has arrived in its place already, or where the faktur is over:
 * that is not mailed again.
 */
export async function openBounceCase(
  tx: Tx,
  d: { readonly newId: NewId },
  faktur: Of & Pick<FakturRow, "state">,
  mail: MailRow,
  reason: string,
  now: Date,
): Promise<void> {
  if (!isLive(faktur.state)) return;
  const standing = unsettled(await mailsOf(tx, faktur.id));
  if (standing.every(({ id }) => id !== mail.id)) return;
  await openCase(tx, {
    ...{ id: d.newId(now), invoice_id: faktur.invoice_id, faktur_id: faktur.id, kind: "mail_bounced" },
    ...{ state: "open", detail: JSON.stringify({ amount: null, reason }), cause: causeOf(mail) },
    ...{ opened_at: now.toISOString(), closed_at: null },
  });
}

/** A mail went out: the cases of those that it makes good are closed. */
export async function closeBounceCases(tx: Tx, faktur: Of, now: Date): Promise<void> {
  const mails = await mailsOf(tx, faktur.id);
  const standing = new Set(unsettled(mails).map(({ id }) => id));
  for (const mail of mails.filter(({ id, state }) => state === "bounced" && !standing.has(id))) {
    const which = { cause: causeOf(mail) };
    for (const id of await closeOpenCases(tx, faktur.invoice_id, which, "mailed_again", now))
      await noteClosed(tx, id, "mailed_again", now);
  }
}

const causeOf = (mail: MailRow): string => `bounce:${mail.id}`;
