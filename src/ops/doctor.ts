import type { Documents } from "../documents/documents";
import type { Clock } from "../clock";
import { AppError, asAppError } from "../errors";
import type { Portal, PortalConnection } from "../hooks/portal";
import type { Channel, SubmissionKey } from "../faktur/channels/channel";
import { CHANNEL_WIDE_REASON } from "../faktur/channel-wide";
import { reason } from "../faktur/reasons";
import { checkValidity, openCertificate } from "../faktur/sign/sign";
import { certificatePurpose } from "../seals";
import type { Seal } from "../seal";
import type { Db } from "../store/db";
import { databaseNow } from "../store/db";
import { listPauses, type PauseRow } from "../store/pauses";
import { listPortals } from "../store/portals";
import { lastReconciliation } from "../store/reconciliations";
import { listSellers, type SellerRow } from "../store/sellers";
import { text } from "../text";
import { check, readiness, type Check } from "./health";
import { mailChecks, type MailCheckDeps } from "./mail-checks";
import { surveyKeys, type Sealed } from "./rotate-key";
import { s3Check } from "./s3-check";

export interface DoctorDeps extends MailCheckDeps {
  readonly db: Db;
  readonly documents: Documents;
  readonly clock: Clock;
  readonly seal: Seal;
  readonly config: MailCheckDeps["config"] & {
    readonly s3: { readonly endpoint: string | undefined } | null;
  };
  channelFor(seller: SellerRow): Channel;
  portalNamed(
    slug: string,
  ): Promise<{ readonly connection: PortalConnection; readonly portal: Portal } | null>;
}

const PROBE = "FAKTUR-OTOMATIS-DOCTOR" as SubmissionKey;
const CLOCK_TOLERANCE_MS = 300_000;
const EXPIRY_WARNING_DAYS = 30;

/** Who gets as far as the checks has a complete configuration. */
export const CONFIGURED: Check = {
  name: "configuration",
  ok: true,
  says: text("Pengaturan lengkap.", "The configuration is complete."),
};

/** Every check of `faktur doctor`, in the order in which things build on one another; `configured` is the first. */
export async function examine(d: DoctorDeps, configured: Check = CONFIGURED): Promise<Check[]> {
  const found = await readiness(d);
  const ready = await Promise.all(found.map((one) => tellsWhatIsMissing(d.documents, one)));
  const mail = await mailChecks(d);
  const standing = found.every((one) => one.ok);
  const sellers = standing ? await listSellers(d.db.knex) : [];
  const perSeller = await Promise.all(sellers.flatMap((seller) => sellerChecks(d, seller)));
  const portals = standing ? await portalChecks(d) : [];
  const pauses = standing ? (await listPauses(d.db.knex)).map(pauseCheck) : [];
  const compared = standing ? [await reconciliationCheck(d)] : [];
  const secrets = standing ? [await secretsCheck(d)] : [];
  const clock = standing ? [await clockCheck(d)] : [];
  const also = [...pauses, ...compared, ...secrets, ...clock];
  return [configured, ...ready, ...s3Check(d.config.s3), ...mail, ...perSeller, ...portals, ...also];
}

/** No bytes are known that have this hash. */
const NEVER_STORED = "0".repeat(64);

/** S3 answers 403 for what is not there to a key that may not list its bucket: nothing would ever be told as missing. */
async function tellsWhatIsMissing(documents: Documents, one: Check): Promise<Check> {
  if (one.name !== "documents" || !one.ok) return one;
  return check(one.name, async () => {
    try {
      await documents.get(NEVER_STORED);
    } catch (thrown) {
      if (asAppError(thrown).code !== "document_missing") throw thrown;
    }
    return one.says;
  });
}

/** Every stored secret is opened: a wrong key or a damaged value shows here before it is needed. */
const secretsCheck = (d: DoctorDeps): Promise<Check> =>
  check("secrets", async () => {
    const { present, old, neither } = await surveyKeys(d);
    const named = (all: readonly Sealed[]) => all.map(({ table, id }) => `${table}/${id}`).join(", ");
    if (neither.length > 0) {
      const says = text(
        `${neither.length} rahasia tidak dapat dibuka: ${named(neither)}. Periksa FAKTUR_MASTER_KEY, atau simpan ulang.`,
        `${neither.length} secrets do not open: ${named(neither)}. Check FAKTUR_MASTER_KEY, or store them again.`,
      );
      throw new AppError("config_invalid", says);
    }
    if (old.length > 0) {
      const says = text(
        `${old.length} rahasia masih di bawah kunci lama: ${named(old)}. Jalankan faktur rotate-key.`,
        `${old.length} secrets are still under the old key: ${named(old)}. Run faktur rotate-key.`,
      );
      throw new AppError("config_invalid", says);
    }
    return text(`${present} rahasia dapat dibuka.`, `${present} secrets open.`);
  });

const RECONCILED_WITHIN_MS = 48 * 3_600_000;

/** When the daily comparison last ended, and how; before its first morning there is nothing to hold against it. */
const reconciliationCheck = (d: DoctorDeps): Promise<Check> =>
  check("reconciliation", async () => {
    const last = await lastReconciliation(d.db.knex);
    if (last?.ended_at == null) {
      return text("Perbandingan harian belum pernah berjalan.", "No daily comparison has been made yet.");
    }
    const says = text(
      `Perbandingan harian terakhir ${last.day}: ${last.differences ?? 0} selisih (${last.verdict}).`,
      `The last daily comparison was on ${last.day}: ${last.differences ?? 0} differences (${last.verdict}).`,
    );
    if (Date.parse(last.ended_at) + RECONCILED_WITHIN_MS > d.clock.now().getTime()) return says;
    throw new AppError(
      "wrong_state",
      text(
        `${says.id} Sudah terlalu lama; jalankan pekerja (faktur start).`,
        `${says.en} That is too long ago; run a worker (faktur start).`,
      ),
    );
  });

/**
 * Each portal that can be asked: its address, its key, and that the key may call what reading an invoice needs. One whose
 * secrets do not open is a line like any other.
 */
async function portalChecks(d: DoctorDeps): Promise<Check[]> {
  const checks = (await listPortals(d.db.knex)).map(async ({ slug, kind }) => {
    const name = `portal ${slug} (${kind})`;
    try {
      const found = await d.portalNamed(slug);
      if (found?.portal.check === undefined) return [];
      return [await check(name, async () => asked(found))];
    } catch (thrown) {
      return [{ name, ok: false, says: asAppError(thrown).says }];
    }
  });
  return (await Promise.all(checks)).flat();
}

const asked = async ({ portal, connection }: NonNullable<Awaited<ReturnType<DoctorDeps["portalNamed"]>>>) =>
  (await portal.check?.(connection)) ?? text("Portal menjawab.", "The portal answers.");

/** Shown only while it lasts: a channel that runs needs no line of its own beside the one that asks it. */
function pauseCheck({ seller, cause, since }: PauseRow): Check {
  const { message, fix } = reason(CHANNEL_WIDE_REASON[cause]);
  const says = text(`${message.id} ${fix.id} (${since})`, `${message.en} ${fix.en} (${since})`);
  return { name: `channel ${seller} paused`, ok: false, says };
}

/** The same for one seller, when a person has just changed it. */
export const examineSeller = (d: DoctorDeps, seller: SellerRow): Promise<Check[]> =>
  Promise.all(sellerChecks(d, seller));

function sellerChecks(d: DoctorDeps, seller: SellerRow): Promise<Check>[] {
  const channel = check(`channel ${seller.slug} (${seller.channel_kind})`, () => askChannel(d, seller));
  if (seller.pdf !== "rendition") return [channel];
  return [channel, check(`certificate ${seller.slug}`, () => tryCertificate(d, seller))];
}

/** Asks for a key that is nobody's: proves address and token without changing anything. */
async function askChannel(d: DoctorDeps, seller: SellerRow) {
  const channel = d.channelFor(seller);
  if (channel.check !== undefined) {
    await channel.check();
    return text("Kanal berkas siap.", "The file channel is ready.");
  }
  await channel.lookup(PROBE);
  const provisional = channel.capabilities.provisional;
  return text(
    `Kanal menjawab dan token diterima.${provisional ? ` ${PROVISIONAL.id}` : ""}`,
    `The channel answers and takes the token.${provisional ? ` ${PROVISIONAL.en}` : ""}`,
  );
}

/** What is known of such a channel only from others' code and pages (docs/law.md section 10). */
const PROVISIONAL = text(
  "Sementara, bukan dari penyedia: nama bidangnya, kata untuk akses faktur yang ditutup dan passphrase yang salah, dan kata untuk NPWP tidak aktif.",
  "Provisional, not from the vendor: its field names, the words for blocked access and a wrong passphrase, and the words for an inactive NPWP.",
);

async function tryCertificate(d: DoctorDeps, seller: SellerRow) {
  if (seller.certificate_sealed === null) {
    throw new AppError(
      "certificate_missing",
      text(
        "Belum ada sertifikat. Unggah .p12 penjual ini.",
        "There is no certificate. Upload this seller's .p12.",
      ),
    );
  }
  const opened: unknown = JSON.parse(d.seal.open(seller.certificate_sealed, certificatePurpose(seller.slug)));
  const { p12, passphrase } = opened as { p12: string; passphrase: string };
  const certificate = await openCertificate(Buffer.from(p12, "base64"), passphrase);
  checkValidity(certificate, d.clock.now());
  const days = Math.floor((Date.parse(certificate.notAfter) - d.clock.now().getTime()) / 86_400_000);
  const soon = days < EXPIRY_WARNING_DAYS;
  return text(
    `Sertifikat berlaku ${days} hari lagi.${soon ? " Segera perbarui." : ""}`,
    `The certificate is valid for ${days} more days.${soon ? " Renew it soon." : ""}`,
  );
}

/** Faktur dates and webhook signatures rest on the clock; the database server's is a second opinion. */
const clockCheck = async (d: DoctorDeps): Promise<Check> =>
  d.db.engine === "sqlite" ? { name: "clock", ok: true, unchecked: true, says: NO_CLOCK } : comparedClock(d);

const NO_CLOCK = text(
  "Tidak diperiksa: SQLite tidak punya jam sendiri. Pastikan sinkronisasi waktu (NTP) menyala.",
  "Not checked: SQLite has no clock of its own. See that time synchronisation (NTP) is on.",
);

const comparedClock = (d: DoctorDeps): Promise<Check> =>
  check("clock", async () => {
    const apart = Math.abs((await databaseNow(d.db)).getTime() - d.clock.now().getTime());
    if (apart <= CLOCK_TOLERANCE_MS) return text("Jam sesuai.", "The clocks agree.");
    const seconds = Math.round(apart / 1000);
    throw new AppError(
      "config_invalid",
      text(
        `Jam komputer ini dan basis data berbeda ${seconds} detik. Nyalakan sinkronisasi waktu (NTP).`,
        `This machine's clock and the database's differ by ${seconds} s. Switch time synchronisation (NTP) on.`,
      ),
    );
  });
