import { addDays, dayInJakarta, type Clock, type TaxDay } from "../clock";
import { CHANNEL_WIDE_REASON } from "../faktur/channel-wide";
import { lastDayToMake, uploadDeadline } from "../faktur/law";
import { isTooLateForGood, lastDayWords } from "../faktur/late";
import { isNotDue, isNotPressing, NOT_PRESSING } from "../faktur/not-due";
import { reason, REASON_CODES, type Reason } from "../faktur/reasons";
import { oldestWaiting, type WaitingRow } from "../store/approvals";
import type { Db, Tx } from "../store/db";
import { differing } from "../store/home-beside";
import {
  oldestHeld,
  oldestInState,
  oldestOpenCases,
  oldestRequested,
  oldestWithProblem,
  type HeldRow,
  type Oldest,
  type OpenCaseRow,
  type RequestedRow,
  type StoppedRow,
} from "../store/home";
import { refusedDigests } from "../store/digests";
import { oldestLapsed, type LapsedRow } from "../store/past-deadline";
import { listPauses, type PauseRow } from "../store/pauses";
import { listSellers } from "../store/sellers";
import { oldestRefused, type RefusedRow } from "../store/undelivered";
import { text } from "../text";
import { certificateNotice } from "./home-health";
import { each, HOME_KINDS, item, same, type HomeItem, type HomeKind } from "./home-item";
import { digestItem, fileItem, unwrittenFor } from "./home-told";
import { differenceItem, gatherChangesOfHands } from "./home-moves";
import { gatherPapers } from "./home-papers";
import { gatherStuck } from "./home-stuck";

export { HEALTH_STATES } from "./home-health";
export { HOME_KINDS, type HomeKind } from "./home-item";

export interface HomeWork {
  readonly items: readonly HomeItem[];
  readonly counts: Readonly<Record<HomeKind, number>>;
}

const EACH = 20;
const SHOWN = 60;

/** Everything that waits for a person, oldest first, held invoices without a deadline last; of a long queue the oldest, with the count of all. */
export async function gatherHome(d: { readonly db: Db; readonly clock: Clock }): Promise<HomeWork> {
  const groups = await gatherGroups(d.db.knex, d.clock.now());
  const items = HOME_KINDS.flatMap((kind) => groups[kind].rows)
    .sort((a, b) => byTurn(placeOf(a), placeOf(b)) || byTurn(a.since, b.since))
    .slice(0, SHOWN);
  const counts = Object.fromEntries(HOME_KINDS.map((kind) => [kind, groups[kind].count]));
  return { items, counts: counts as Record<HomeKind, number> };
}

const byTurn = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** What nobody presses for stands behind all that somebody does. */
const placeOf = ({ kind, code }: HomeItem): number =>
  (kind === "invoice" || kind === "lapsed") && isNotPressing([code]) ? 1 : 0;

async function gatherGroups(tx: Tx, now: Date): Promise<Readonly<Record<HomeKind, Oldest<HomeItem>>>> {
  const [
    held,
    rejected,
    problem,
    lapsed,
    draft,
    papers,
    mail,
    company,
    cases,
    stuck,
    asked,
    compared,
    hands,
    pauses,
    sellers,
    files,
    digests,
  ] = await Promise.all([
    oldestHeld(tx, EACH, NOT_PRESSING),
    oldestInState(tx, "rejected", EACH),
    oldestWithProblem(tx, EACH),
    oldestLapsed(tx, dayInJakarta(now), EACH),
    oldestInState(tx, "draft", EACH),
    gatherPapers(tx, now, EACH),
    oldestRefused(tx, EACH),
    oldestRequested(tx, EACH),
    oldestOpenCases(tx, EACH),
    gatherStuck(tx, EACH),
    oldestWaiting(tx, EACH),
    differing(tx),
    gatherChangesOfHands(tx, EACH),
    listPauses(tx),
    listSellers(tx),
    unwrittenFor(tx, now),
    refusedDigests(tx),
  ]);
  return {
    channel: all(pauses.map(pauseItem)),
    certificate: all(sellers.flatMap((seller) => certificateItem(seller, dayInJakarta(now)))),
    file: all(files.map(fileItem)),
    digest: all(digests.map(digestItem)),
    stuck,
    invoice: each(held, heldItem),
    rejected: each(rejected, (row) => fakturItem("rejected", row, rejectionOf(row))),
    problem: each(problem, (row) => fakturItem("problem", row, reason(problemOf(row)))),
    lapsed: each(lapsed, (row) => fakturItem("lapsed", row, lapsedReason(row, dayInJakarta(now)))),
    draft: each(draft, (row) => fakturItem("draft", row, reason("upload_off"))),
    paper: papers,
    mail: each(mail, mailItem),
    company: each(company, companyItem),
    case: each(cases, caseItem),
    approval: each(asked, approvalItem),
    difference: all(compared === undefined ? [] : [differenceItem(compared)]),
    ...hands,
  };
}

const pauseItem = ({ seller, cause, since }: PauseRow): HomeItem =>
  item("channel", reason(CHANNEL_WIDE_REASON[cause]), same(seller), "/console/pengaturan", since);

function heldItem(row: HeldRow): HomeItem {
  const why = (JSON.parse(row.reasons) as Reason[])[0] ?? reason("stuck");
  const link = `/console/invoice/${encodeURIComponent(row.portal)}/${encodeURIComponent(row.external_id)}`;
  const dueDay = isNotDue([why.code]) ? null : row.tax_day;
  return {
    ...item("invoice", why, same(row.number ?? row.external_id), link, row.created_at),
    deadline: dueDay === null ? null : uploadDeadline(dueDay as TaxDay),
  };
}

const mailItem = (row: RefusedRow): HomeItem =>
  item(
    "mail",
    reason(row.state === "bounced" ? "mail_bounced" : "mail_refused", same(row.detail ?? "")),
    same(`${row.reference} → ${row.recipient}`),
    `/console/faktur/${row.faktur_id}`,
    row.at,
  );

const companyItem = (row: RequestedRow): HomeItem =>
  item(
    "company",
    { code: "company_requested", ...TAB_WAITS },
    same(row.name),
    `/console/perusahaan/${encodeURIComponent(row.portal)}/${encodeURIComponent(row.external_id)}`,
    row.status_at,
  );

const caseItem = (row: OpenCaseRow): HomeItem => ({
  ...item(
    "case",
    { code: row.kind, ...CASE_WAITS },
    same(row.number ?? row.external_id),
    `/console/kasus/${row.id}`,
    row.opened_at,
  ),
  caseId: row.id,
});

const approvalItem = (row: WaitingRow): HomeItem =>
  item(
    "approval",
    { code: row.kind, ...SECOND_WAITS },
    same(`${row.reference} · ${row.asked_by}`),
    "/console/persetujuan",
    row.asked_at,
  );

const all = (rows: readonly HomeItem[]): Oldest<HomeItem> => ({ rows, count: rows.length });

const fakturItem = (kind: HomeKind, row: StoppedRow, why: Reason): HomeItem => ({
  ...item(
    kind,
    why,
    same(`${row.reference} · ${row.buyer_name}`),
    `/console/faktur/${row.id}`,
    row.updated_at,
  ),
  deadline: row.deadline as TaxDay,
});

/** A late one can be made in its place, until the last day for that. */
function lapsedReason(row: LapsedRow, today: TaxDay): Reason {
  const last = row.tax_day === null || row.replaces_id !== null ? null : lastDayToMake(row.tax_day as TaxDay);
  return reason(
    isTooLateForGood(row, today) ? "too_late" : "past_deadline",
    last === null ? undefined : lastDayWords(last),
  );
}

function rejectionOf({ channel_message }: StoppedRow): Reason {
  const said = channel_message ?? "";
  return said === ""
    ? reason("rejected_by_djp")
    : reason("rejected_by_djp", text(`DJP: ${said}`, `The authority: ${said}`));
}

const problemOf = ({ problem }: StoppedRow) =>
  REASON_CODES.find((code) => code === problem) ?? "duplicate_at_authority";

function certificateItem(
  seller: { readonly slug: string; readonly name: string; readonly certificate_about: string | null },
  today: TaxDay,
): HomeItem[] {
  const notice = certificateNotice(seller.certificate_about, today);
  if (notice === null || notice.state === "good") return [];
  const why = { code: "certificate", message: notice.message, fix: RENEW };
  const from = `${addDays(notice.until, -notice.warnDays)}T00:00:00.000Z`;
  return [
    { ...item("certificate", why, same(seller.name), "/console/pengaturan", from), deadline: notice.until },
  ];
}

const RENEW = text(
  "Minta sertifikat baru, lalu unggah .p12-nya di Pengaturan.",
  "Ask for a new certificate, then upload its .p12 in the settings.",
);

const TAB_WAITS = {
  message: text("Tab NPWP menunggu keputusan finance.", "An NPWP tab waits for finance."),
  fix: text("Bandingkan dengan register, lalu aktifkan.", "Compare it with the register, then activate it."),
};

const CASE_WAITS = {
  message: text("Kasus menunggu keputusan.", "A case waits for a decision."),
  fix: text("Baca usulannya, lalu putuskan.", "Read what is proposed, then decide."),
};

const SECOND_WAITS = {
  message: text(
    "Pembatalan atau penggantian menunggu orang kedua.",
    "A cancellation or replacement waits for a second person.",
  ),
  fix: text("Baca alasannya, lalu setujui atau tolak.", "Read the reason, then confirm or refuse it."),
};
