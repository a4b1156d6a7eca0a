import type { ApiDeps } from "./api/deps";
import { readChannel } from "./channels";
import { exportReady, type ScheduleDeps } from "./coretax/export";
import { importFiles, type ImportDeps } from "./coretax/import";
import { releaseKeptBack } from "./coretax/release";
import { hasStranded } from "./coretax/switched";
import { MENDED_BESIDE } from "./errors";
import type { Documents } from "./documents/documents";
import type { Channel } from "./faktur/channels/channel";
import { cancelFaktur } from "./faktur/cancel";
import type { Actor, Alongside } from "./faktur/asked";
import { releaseFaktur, resendFaktur, retryFaktur } from "./faktur/correct";
import { decideCase, type CaseDeps } from "./faktur/decide-case";
import { enterKurs } from "./faktur/enter-kurs";
import type { ObtainDeps } from "./faktur/obtain";
import { openCaseFor } from "./faktur/open-case";
import { issueAnew } from "./faktur/reissue";
import { replaceFaktur } from "./faktur/replace";
import type { LineChange } from "./faktur/replacement";
import type { Portal, PortalKind } from "./hooks/portal";
import type { buildDesk } from "./desk";
import { markStep, noteBuyerDocument } from "./faktur/work-case";
import { noteBounce, noteReport, type ReportDeps } from "./mail/bounced";
import { resumeChannel } from "./ops/pauses";
import { settleFaktur, type UpkeepDeps } from "./ops/upkeep";
import { tryCertificate } from "./paper-maker";
import type { Schedule } from "./schedule";
import type { Seal } from "./seal";
import { sheetWriter } from "./sheet-writer";
import { enqueue } from "./store/jobs";
import { pauseOf } from "./store/pauses";
import { listPortals } from "./store/portals";
import { findSeller, type SellerRow } from "./store/sellers";
import { wakeReads, wakeStuck } from "./store/stuck";

/** What the flows that people start are built from. */
export interface ActionParts extends Pick<UpkeepDeps, "db" | "clock" | "newId" | "log"> {
  readonly seal: Seal;
  readonly documents: Documents;
  readonly kinds: Readonly<Record<PortalKind, Portal>>;
  readonly faktur: ObtainDeps & { wake(): void };
  readonly tending: UpkeepDeps;
  readonly bouncing: ReportDeps;
  readonly exporting: ScheduleDeps;
  readonly importing: ImportDeps;
  readonly outside: Pick<ApiDeps, "publicUrl" | "linkDays" | "webhooks" | "oidc" | "requireTotp" | "targets">;
  readonly desk: ReturnType<typeof buildDesk>;
  readonly drawPaper: ApiDeps["drawPaper"];
  examine: ApiDeps["examine"];
  readonly transfers: ApiDeps["transfers"];
  readonly reconciling: ApiDeps["reconciling"];
  channelFor(seller: SellerRow): Channel;
  readonly schedule: Pick<Schedule, "polls" | "exports">;
  wake(): void;
}

/** What another key or address of a portal may have mended. */
const PORTAL_MENDED = ["portal_unauthorized", "portal_unavailable", "config_invalid"] as const;

/** Everything a person may do, over the API or the command line: the flows with what they need. */
export function createActions(parts: ActionParts): ApiDeps {
  const { db, clock, newId, log, seal, documents, wake, drawPaper } = parts;
  const { faktur, tending, bouncing, exporting, importing, channelFor } = parts;
  return {
    ...{ db, clock, newId, log, seal, documents, wake, readChannel, drawPaper },
    sheets: sheetWriter,
    ...{ ...parts.outside, ...parts.desk, examine: () => parts.examine(), openCertificate: tryCertificate },
    ...correcting(parts),
    resumeChannel: async (seller, who, reason) => {
      await resumeChannel(tending, seller, who.name, reason);
    },
    coretax: {
      export: (seller, folder, who) => exportReady(exporting, seller, folder, who),
      release: (seller, reason, who) => releaseKeptBack(exporting, seller, reason, who),
      import: (seller, wish, who) => importFiles(importing, seller, wish, who),
    },
    sellerSaved: async (slug) => {
      await parts.schedule.exports();
      if ((await db.alone((tx) => wakeStuck(tx, MENDED_BESIDE, clock.now()))) > 0) wake();
      const seller = await findSeller(db.knex, slug);
      const stranded = seller !== undefined && (await hasStranded(tending, seller));
      if (!stranded && (await pauseOf(db.knex, slug)) === undefined) return;
      await db.alone((tx) => enqueue(tx, "upkeep", "all", clock.now(), clock.now()));
      wake();
    },
    bounces: {
      report: (bytes, who) => noteReport(bouncing, bytes, who.name),
      tell: (failed, who) => noteBounce(bouncing, failed, who.name),
    },
    enterKurs: (rates, who) => enterKurs(faktur, rates, who),
    portalOf: (kind) => parts.kinds[kind],
    ...{ transfers: parts.transfers, reconciling: parts.reconciling },
    portalSlugs: async () => (await listPortals(db.knex)).map((portal) => portal.slug),
    portalSaved: async () => {
      await db.alone((tx) => wakeReads(tx, PORTAL_MENDED, clock.now()));
      await parts.schedule.polls();
      wake();
    },
    checkBuyer: async (seller, npwp) => {
      const channel = channelFor(seller);
      return channel.capabilities.checkBuyer && channel.checkBuyer ? channel.checkBuyer(npwp) : null;
    },
  };
}

/** Fakturs and their cases; a case decides through the same two flows that a person may start alone. */
function correcting({ db, clock, newId, faktur, tending }: ActionParts) {
  const cancel = async (id: string, reason: string, who: Actor, also?: Alongside): Promise<void> => {
    await cancelFaktur(faktur, id, reason, who, also);
    await settleFaktur(tending, id);
  };
  const replace = (
    id: string,
    changes: readonly LineChange[],
    reason: string,
    who: Actor,
    also?: Alongside,
  ) => replaceFaktur(tending, id, changes, reason, who, also);
  const { capabilitiesOf } = tending;
  const deciding: CaseDeps = { db, clock, newId, capabilitiesOf, cancel, replace };
  return {
    corrections: {
      issueAnew: (id, accept, who, sameBuyer) => issueAnew(faktur, id, accept, who, sameBuyer),
      release: (id, who, now) => releaseFaktur(faktur, id, who, now),
      retry: (id, who) => retryFaktur(faktur, id, who),
      resend: (id, to, who) => resendFaktur(faktur, id, to, who),
      cancel,
      replace,
    },
    cases: {
      open: (id, opened, who) => openCaseFor(deciding, id, opened, who),
      decide: (id, decided, who, also) => decideCase(deciding, id, decided, who, also),
      mark: (id, step, who) => markStep(deciding, id, step, who),
      document: (id, document, who) => noteBuyerDocument(deciding, id, document, who),
    },
  } satisfies Pick<ApiDeps, "corrections" | "cases">;
}
