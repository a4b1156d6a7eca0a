import type { MailRow } from "../store/mails";

type Mailed = Pick<MailRow, "recipient" | "sequence" | "state">;

/** What a later mail has not settled: one that arrived at the same address, or at a new one given in its place. */
export function unsettled<Mail extends Mailed>(mails: readonly Mail[]): Mail[] {
  const known = (sequence: number) =>
    new Set(mails.filter((mail) => mail.sequence <= sequence).map((mail) => mail.recipient));
  return mails.filter((mail) => {
    const before = known(mail.sequence);
    return !mails.some(
      (later) =>
        later.sequence > mail.sequence &&
        later.state === "sent" &&
        (later.recipient === mail.recipient || !before.has(later.recipient)),
    );
  });
}

/** Who gets a mail that is sent again: everyone as before; for addresses that did not take it, those of today. */
export function resendTo(mails: readonly Mailed[], registered: readonly string[]): string[] {
  const last = new Map(
    mails.toSorted((a, b) => a.sequence - b.sequence).map((mail) => [mail.recipient, mail]),
  );
  const given = [...last.values()]
    .filter((mail) => didNotArrive(mail) && registered.length > 0 && !registered.includes(mail.recipient))
    .map(({ recipient }) => recipient);
  const kept = [...last.keys()].filter((recipient) => !given.includes(recipient));
  return [...new Set(given.length === 0 ? kept : [...kept, ...registered])];
}

/** Refused by a server, at once or later. */
export const didNotArrive = ({ state }: Pick<Mailed, "state">): boolean =>
  state === "refused" || state === "bounced";
