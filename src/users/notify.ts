import type { Clock } from "../clock";
import { asAppError, type Outcome } from "../errors";
import type { Log } from "../log";
import type { LetterTemplates } from "../mail/letter";
import type { Mailer } from "../mail/mailer";
import { messageIdFor } from "../mail/message";
import { composeNotice } from "../mail/notice";
import type { Db } from "../store/db";
import type { Work } from "../store/fence";
import { endNotice, noticeById, type NoticeRow } from "../store/notices";
import { userById } from "../store/users";

export interface NotifyDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly mailer: Mailer;
  readonly letterTemplates: LetterTemplates;
  readonly from: string;
  readonly mailDomain: string;
  readonly publicUrl: string;
}

/** Job `notice`: tells a person of the console what happened to their own account (ASVS 2.2.3). */
export async function deliverNotice(d: NotifyDeps, work: Work): Promise<Outcome> {
  const notice = await noticeById(d.db.knex, work.job.subject);
  if (notice === undefined || notice.state !== "queued") return { kind: "done" };
  const user = await userById(d.db.knex, notice.user_id);
  if (user === undefined) return { kind: "done" };
  const end = (state: NoticeRow["state"], detail: string) =>
    work.transaction((tx) => endNotice(tx, notice.id, state, detail.slice(0, 500)));
  try {
    const { kind, place, at } = notice;
    const receipt = await d.mailer.send({
      ...composeNotice({ kind, place, at: new Date(at), publicUrl: d.publicUrl }, d.letterTemplates),
      messageId: messageIdFor(`notice-${notice.id}`, d.mailDomain),
      ...{ from: d.from, to: user.email, date: new Date(at) },
    });
    await end("sent", receipt.response);
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "mail_refused") throw thrown;
    await end("refused", error.message);
  }
  d.log.info("notice.ended", { notice: notice.id, kind: notice.kind });
  return { kind: "done" };
}
