import { isDuplicate, type Tx } from "./db";

/** `bounced`: taken by the first server, and reported later as not delivered. */
export type MailState = "queued" | "sent" | "refused" | "withheld" | "bounced";

/** One mail to one recipient. */
export interface MailRow {
  readonly id: string;
  readonly faktur_id: string;
  readonly recipient: string;
  /** 0 is the mail that goes by itself; resends count up. */
  readonly sequence: number;
  readonly state: MailState;
  readonly message_id: string;
  /** The server's answer, or why it was withheld. */
  readonly detail: string | null;
  readonly at: string;
}

/** False when this recipient's mail of this sequence stands already: a faktur goes out by itself once. */
export async function insertMail(tx: Tx, row: MailRow): Promise<boolean> {
  try {
    await tx<MailRow>("mails").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const mailById = (tx: Tx, id: string): Promise<MailRow | undefined> =>
  tx<MailRow>("mails").where({ id }).first();

export const mailByMessageId = (tx: Tx, messageId: string): Promise<MailRow | undefined> =>
  tx<MailRow>("mails").where({ message_id: messageId }).first();

export const mailsOf = (tx: Tx, fakturId: string): Promise<MailRow[]> =>
  tx<MailRow>("mails")
    .where({ faktur_id: fakturId })
    .orderBy([{ column: "sequence" }, { column: "id" }]);

/** The mails of several fakturs, in the order of each. */
export const mailsOfAll = (tx: Tx, fakturIds: readonly string[]): Promise<MailRow[]> =>
  tx<MailRow>("mails")
    .whereIn("faktur_id", [...fakturIds])
    .orderBy([{ column: "faktur_id" }, { column: "sequence" }, { column: "id" }]);

/** Records how a queued mail ended; false when it had ended already. */
export async function endMail(
  tx: Tx,
  id: string,
  state: MailState,
  detail: string,
  now: Date,
): Promise<boolean> {
  const ended = await tx<MailRow>("mails")
    .where({ id, state: "queued" })
    .update({ state, detail, at: now.toISOString() });
  return ended === 1;
}

/** A mail that was sent has come back; false when it was not sent, or has come back before. */
export async function bounceMail(tx: Tx, id: string, detail: string, now: Date): Promise<boolean> {
  const bounced = await tx<MailRow>("mails")
    .where({ id, state: "sent" })
    .update({ state: "bounced", detail, at: now.toISOString() });
  return bounced === 1;
}
