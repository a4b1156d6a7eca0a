import type { MailRow } from "../store/mails";

/** The number of the mail that nobody asks for; resends count up from it. */
export const BY_ITSELF = 0;

type Mailed = Pick<MailRow, "recipient" | "sequence" | "state">;

/**
 * What a later mail has not settled: one that arrived at the same address, or at a new one given in its place. An address
 * that somebody only named once is settled by any.
 */
export function unsettled<Mail extends Mailed>(mails: readonly Mail[]): Mail[] {
  const own = new Set(mails.flatMap((mail) => (mail.sequence === BY_ITSELF ? [mail.recipient] : [])));
  const known = (sequence: number) =>
    new Set(mails.filter((mail) => mail.sequence <= sequence).map((mail) => mail.recipient));
  return mails.filter((mail) => {
    const before = known(mail.sequence);
    return !mails.some(
      (later) =>
        later.sequence > mail.sequence &&
        later.state === "sent" &&
        (later.recipient === mail.recipient || !before.has(later.recipient) || !own.has(mail.recipient)),
    );
  });
}

/**
 * Who gets a mail that is sent again: whoever got it by itself; for addresses that did not take it, and where there were
 * none, those of today. Whoever was named once is not among them.
 */
export function resendTo(mails: readonly Mailed[], registered: readonly string[]): string[] {
  const last = new Map(
    mails.toSorted((a, b) => a.sequence - b.sequence).map((mail) => [mail.recipient, mail]),
  );
  const own = mails.filter(({ sequence }) => sequence === BY_ITSELF).map(({ recipient }) => recipient);
  const gone = (recipient: string): boolean => {
    const mail = last.get(recipient);
    return mail !== undefined && didNotArrive(mail);
  };
  const given = own.filter(
    (recipient) => gone(recipient) && registered.length > 0 && !registered.includes(recipient),
  );
  const kept = own.filter((recipient) => !given.includes(recipient));
  return [...new Set(kept.length === own.length && own.length > 0 ? kept : [...kept, ...registered])];
}

/** Refused by a server, at once or later. */
export const didNotArrive = ({ state }: Pick<Mailed, "state">): boolean =>
  state === "refused" || state === "bounced";

/** The one mail that a line about a faktur has room for: one that did not arrive and is not made good, else the last. */
export const toldFirst = <Mail extends Mailed>(mails: readonly Mail[]): Mail | undefined =>
  unsettled(mails).findLast(didNotArrive) ?? mails.at(-1);
