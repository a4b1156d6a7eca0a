import { plusMs, type Clock } from "../clock";
import type { Outcome } from "../errors";
import type { NewId } from "../ids";
import { masked, type Log } from "../log";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import { addTimeline, fakturById } from "../store/fakturs";
import { bounceMail, mailByMessageId, type MailRow } from "../store/mails";
import { isSameAddress, readBounce, shorten, type Failed, type ReadMail } from "./bounce";
import { openBounceCase } from "./bounce-case";
import type { Mailbox, Taken } from "./mailer";

export interface BounceDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

export interface ReportDeps extends BounceDeps {
  /** Takes a mail apart; null when it cannot be read as one. */
  readMail(bytes: Buffer): Promise<ReadMail | null>;
}

/** Why a report changed nothing. */
export const BOUNCE_IGNORED = [
  "unreadable",
  "not_a_report",
  "not_failed",
  "message_not_named",
  "message_unknown",
  "other_recipient",
  "not_sent",
] as const;

export type Bounced =
  | { readonly status: "bounced" | "duplicate"; readonly faktur: string }
  | { readonly status: "ignored"; readonly why: (typeof BOUNCE_IGNORED)[number] };

/** A raw delivery report, as a mailbox or a program hands it in. What may be one and cannot be followed is told in the log. */
export async function noteReport(d: ReportDeps, bytes: Buffer, by: string): Promise<Bounced> {
  const mail = await d.readMail(bytes);
  const report = mail === null ? ({ kind: "nothing", why: "unreadable" } as const) : readBounce(mail);
  if (report.kind === "failed") return noteBounce(d, report, by);
  const ignored = { status: "ignored", why: report.why } as const;
  if (report.why === "unreadable" || report.why === "message_not_named") {
    d.log.warn("mail.bounce_told", { ...ignored, by: masked(by) });
  }
  return ignored;
}

/** How often the mailbox of reports is looked into. */
const LOOK_MS = 300_000;

/** Job `bounces`: reads what has come into the mailbox of reports, again and again; ends where there is none. */
export async function collectBounces(d: ReportDeps, mailbox: Mailbox | null): Promise<Outcome> {
  if (mailbox === null) return { kind: "done" };
  const { more, aside } = await mailbox.read(async (bytes) => takenAs(await noteReport(d, bytes, "system")));
  for (const { uid, arrived } of aside) d.log.error("mail.report_unread", { uid, arrived });
  return { kind: "wait", until: plusMs(d.clock.now(), more ? 0 : LOOK_MS) };
}

const takenAs = (bounced: Bounced): Taken =>
  bounced.status === "ignored" && bounced.why === "unreadable" ? "unreadable" : "read";

/**
 * A mail of ours did not arrive: it is marked, the timeline says why, and a case opens. Nothing else follows from it,
 * since anybody can write such a report: the faktur stands, no address changes, nothing is sent.
 */
export async function noteBounce(d: BounceDeps, failed: Failed, by: string): Promise<Bounced> {
  const bounced = await d.db.transaction(async (tx): Promise<Bounced> => {
    const mail = await mailByMessageId(tx, failed.messageId);
    if (mail === undefined) return { status: "ignored", why: "message_unknown" };
    const reason = reasonFor(mail.recipient, failed);
    if (reason === null) return { status: "ignored", why: "other_recipient" };
    if (mail.state === "bounced") return { status: "duplicate", faktur: mail.faktur_id };
    const marked = await mark(tx, d, mail, shorten(reason), by);
    return marked ? { status: "bounced", faktur: mail.faktur_id } : { status: "ignored", why: "not_sent" };
  });
  d.log.warn("mail.bounce_told", { ...bounced, by: masked(by) });
  return bounced;
}

/**
 * What the report says of our recipient; null where it is about somebody else. A mailbox that forwards to one which does not
 * take the mail is not named in it: then the headers of our own mail, that came back with it, must name it.
 */
function reasonFor(recipient: string, { recipients, returnedTo, reason }: Failed): string | null {
  const isOurs = (one: string): boolean => isSameAddress(one, recipient);
  if (recipients.some(isOurs)) return reason;
  return returnedTo.some(isOurs)
    ? `diteruskan ke / forwarded to ${recipients.slice(0, MOST_NAMED).join(", ")}: ${reason}`
    : null;
}

/** Addresses of a forwarding that are named. */
const MOST_NAMED = 3;

async function mark(tx: Tx, d: BounceDeps, mail: MailRow, reason: string, by: string): Promise<boolean> {
  const now = d.clock.now();
  if (!(await bounceMail(tx, mail.id, reason, now))) return false;
  const detail = `${mail.recipient}: ${reason}`.slice(0, 500);
  await addTimeline(tx, mail.faktur_id, { at: now, event: "mail_bounced", by, detail });
  await appendAudit(tx, {
    ...{ at: now.toISOString(), actor: by, action: "faktur.mail_bounced" },
    ...{ subject: `faktur:${mail.faktur_id}`, detail },
  });
  const faktur = await fakturById(tx, mail.faktur_id);
  if (faktur !== undefined) await openBounceCase(tx, d, faktur, mail, detail, now);
  return true;
}
