import { dayInJakarta, isoInJakarta, plusMs, type Clock, type TaxDay } from "../clock";
import { CHANNEL_WIDE_REASON } from "../faktur/channel-wide";
import { reason } from "../faktur/reasons";
import type { Db } from "../store/db";
import { latestInvoice, latestMail, oldestQueuedMail } from "../store/home";
import { jobsOf } from "../store/jobs";
import { listOutages } from "../store/outages";
import { listPauses } from "../store/pauses";
import { WHOLE_LIST } from "../store/polls";
import { listPortals } from "../store/portals";
import { listSellers, type SellerRow } from "../store/sellers";
import { text, type Text } from "../text";
import { CAUSE_NAMES } from "../trouble";
import { daysBetween } from "./alarms";

export const HEALTH_STATES = ["good", "wait", "bad"] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** How one part is, from what the ledger has seen; nobody is asked. */
export interface Health {
  readonly part: "channel" | "portal" | "mail" | "certificate";
  readonly name: string;
  readonly state: HealthState;
  readonly message: Text;
  /** An instant in UTC. */
  readonly since: string | null;
}

interface HealthDeps {
  readonly db: Db;
  readonly clock: Clock;
}

/** A mail that has waited longer than this is late. */
const MAIL_LATE_MS = 30 * 60_000;
const WARN_DAYS = 30;

/** Channels, portals, mail and certificates. */
export async function gatherHealth(d: HealthDeps): Promise<Health[]> {
  const sellers = await listSellers(d.db.knex);
  const today = dayInJakarta(d.clock.now());
  return [
    ...(await channels(d, sellers)),
    ...(await portals(d)),
    await mail(d),
    ...sellers.flatMap((seller) => certificate(seller, today)),
  ];
}

async function channels(d: HealthDeps, sellers: readonly SellerRow[]): Promise<Health[]> {
  const pauses = await listPauses(d.db.knex);
  const outages = await listOutages(d.db.knex, { endedAfter: d.clock.now() }, null, 100);
  return sellers.map((seller) => {
    const one = { part: "channel" as const, name: `${seller.slug} (${seller.channel_kind})` };
    const pause = pauses.find((row) => row.seller === seller.slug);
    if (pause !== undefined) {
      const why = reason(CHANNEL_WIDE_REASON[pause.cause]);
      return { ...one, state: "bad", message: why.message, since: pause.since };
    }
    const outage = outages.find((row) => row.seller === seller.slug && row.to_at === null);
    if (outage !== undefined) return { ...one, state: "bad", message: NO_ANSWER, since: outage.from_at };
    return { ...one, state: "good", message: RUNS, since: null };
  });
}

async function portals({ db }: HealthDeps): Promise<Health[]> {
  const rows = await listPortals(db.knex);
  const jobs = await jobsOf(
    db.knex,
    rows.flatMap((row) => [row.slug, `${row.slug}${WHOLE_LIST}`]),
  );
  return Promise.all(
    rows.map(async (row): Promise<Health> => {
      const one = { part: "portal" as const, name: `${row.slug} (${row.kind})` };
      const polls = jobs.filter((job) => job.kind === "poll" && job.subject.split("#")[0] === row.slug);
      const failed = polls.find((job) => job.lastCode !== null);
      const since = await latestInvoice(db.knex, row.slug);
      if (failed?.lastCode != null) {
        const why = CAUSE_NAMES[failed.lastCode];
        return { ...one, state: "bad", message: text(`${why.id}.`, `${why.en}.`), since };
      }
      if (since === null) return { ...one, state: "wait", message: NOTHING_YET, since };
      return { ...one, state: "good", message: LAST_INVOICE, since };
    }),
  );
}

async function mail({ db, clock }: HealthDeps): Promise<Health> {
  const one = { part: "mail" as const, name: "e-mail" };
  const [sent, waits] = await Promise.all([latestMail(db.knex, "sent"), oldestQueuedMail(db.knex)]);
  if (waits !== null && new Date(waits) < plusMs(clock.now(), -MAIL_LATE_MS)) {
    return { ...one, state: "bad", message: MAIL_LATE, since: waits };
  }
  if (sent === null) return { ...one, state: "wait", message: NO_MAIL_YET, since: null };
  return { ...one, state: "good", message: LAST_MAIL, since: sent };
}

function certificate(seller: SellerRow, today: TaxDay): Health[] {
  const notice = certificateNotice(seller.certificate_about, today);
  if (notice === null) {
    if (seller.pdf !== "rendition") return [];
    return [{ part: "certificate", name: seller.slug, state: "bad", message: NO_CERTIFICATE, since: null }];
  }
  const { state, message } = notice;
  return [{ part: "certificate", name: seller.slug, state, message, since: null }];
}

export interface CertificateNotice {
  readonly state: HealthState;
  readonly message: Text;
  readonly until: TaxDay;
  readonly warnDays: number;
}

/** How long a certificate still holds, from what was read of it when it was stored; null without one. */
export function certificateNotice(about: string | null, today: TaxDay): CertificateNotice | null {
  const { validTo } = (about === null ? {} : JSON.parse(about)) as { readonly validTo?: string };
  if (validTo === undefined) return null;
  const until = isoInJakarta(new Date(validTo)).slice(0, 10) as TaxDay;
  const days = daysBetween(today, until);
  const state = days < 0 ? "bad" : days < WARN_DAYS ? "wait" : "good";
  const message =
    days < 0
      ? text(
          `Sertifikat habis masa berlakunya ${-days} hari lalu.`,
          `The certificate expired ${-days} days ago.`,
        )
      : text(`Sertifikat berlaku ${days} hari lagi.`, `The certificate is valid for ${days} more days.`);
  return { state, message, until, warnDays: WARN_DAYS };
}

const RUNS = text("Kanal berjalan.", "The channel runs.");
const NO_ANSWER = text(
  "Kanal tidak menjawab; antrean disimpan.",
  "The channel does not answer; the queue is kept.",
);
const NOTHING_YET = text("Belum ada invoice dari portal ini.", "No invoice of this portal yet.");
const LAST_INVOICE = text("Invoice terakhir diterima.", "The last invoice came in.");
const MAIL_LATE = text("E-mail menunggu terlalu lama.", "Mail has waited too long.");
const NO_MAIL_YET = text("Belum ada e-mail terkirim.", "No mail was sent yet.");
const LAST_MAIL = text("E-mail terakhir terkirim.", "The last mail was sent.");
const NO_CERTIFICATE = text(
  "Belum ada sertifikat; PDF buatan sendiri perlu sertifikat.",
  "There is no certificate, which the own PDF needs.",
);
