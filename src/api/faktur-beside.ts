import { isoInJakarta } from "../clock";
import type { Faktur } from "../faktur/faktur";
import { baseShare, baseSource, ppnOn, roundingOn } from "../faktur/law";
import { readFaktur } from "../faktur/stored";
import { formatShort } from "../money";
import { waitingFor, type ApprovalRow } from "../store/approvals";
import { casesOf } from "../store/cases";
import type { Db } from "../store/db";
import type { FakturRow } from "../store/fakturs";
import { jobsOf } from "../store/jobs";
import { mailsOf } from "../store/mails";
import { latestReplacement } from "../store/replacements";

/**
 * What stands beside one faktur: the law its amounts rest on, what is queued for it, its cases, what replaced it, what
 * was asked for it and waits for a second person.
 */
export async function besideFaktur(db: Db, row: FakturRow) {
  const mails = await mailsOf(db.knex, row.id);
  const jobs = await jobsOf(db.knex, [row.id, ...mails.map((mail) => mail.id)]);
  const cases = await casesOf(db.knex, row.invoice_id);
  const asked = await waitingFor(db.knex, row.id);
  const replacement = await latestReplacement(db.knex, row);
  return {
    law: lawOf(readFaktur(row.document)),
    work: jobs.map((job) => ({
      ...{ kind: job.kind, state: job.state, lastCode: job.lastCode },
      runAt: isoInJakarta(new Date(job.runAt)),
    })),
    cases: cases.map(({ id, kind, state }) => ({ id, kind, state })),
    replacedBy: replacement?.id ?? null,
    asked: asked === undefined ? null : askedView(asked),
  };
}

const askedView = ({ id, kind, reason, asked_by, asked_at }: ApprovalRow) => ({
  ...{ id, kind, reason, by: asked_by },
  at: isoInJakarta(new Date(asked_at)),
});

function lawOf({ date, transactionCode }: Faktur) {
  const law = ppnOn(date);
  const rounding = roundingOn(date);
  if (law === undefined || rounding === undefined) return null;
  const share = baseShare(law, transactionCode);
  return {
    otherBase: {
      ...{ numerator: share.numerator.toString(), denominator: share.denominator.toString() },
      source: baseSource(law, transactionCode),
    },
    rate: { percent: formatShort(law.vatRate), source: law.source },
    rounding: { mode: rounding.mode, source: rounding.source },
  };
}
