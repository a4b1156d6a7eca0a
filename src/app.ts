import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { createActions } from "./actions";
import type { ApiDeps } from "./api/deps";
import { askingInTurn, heardMailer } from "./asking";
import { channelOf, exportFolderOf } from "./channels";
import { systemClock, type Clock } from "./clock";
import type { Config } from "./config";
import { exportAgain, exportDue, type ScheduleDeps } from "./coretax/export";
import type { ImportDeps } from "./coretax/import";
import type { Documents } from "./documents/documents";
import { openDocuments } from "./documents/open";
import type { Channel } from "./faktur/channels/channel";
import { sendCancel } from "./faktur/cancel";
import { followFaktur } from "./faktur/follow";
import { issueFaktur } from "./faktur/issue";
import { obtainPaper, queueMails, type ObtainDeps } from "./faktur/obtain";
import { submitFaktur } from "./faktur/submit";
import { intake, type IntakeDeps } from "./hooks/intake";
import { servicesHad } from "./hooks/moves";
import { createTogether } from "./hooks/together";
import type { PollDeps } from "./hooks/poll";
import type { ReadDeps } from "./hooks/read";
import { createGuardedFetch } from "./guarded-fetch";
import { newId } from "./ids";
import { createLog, type Log } from "./log";
import { deliverMail, type DeliverDeps } from "./mail/deliver";
import type { Mailbox, Mailer } from "./mail/mailer";
import { loadDigestTemplates, loadMailTemplates } from "./mail/render";
import { collectBounces, type ReportDeps } from "./mail/bounced";
import { createMailReader } from "./mail-reader";
import { openMailbox } from "./mail/mailbox";
import { createMailer } from "./mail/transport";
import { buildDesk } from "./desk";
import { examine } from "./ops/doctor";
import { digest, type DigestDeps } from "./ops/digest";
import { createMetrics, type Metrics } from "./ops/metrics";
import { createOutageLog, watchChannel } from "./ops/outages";
import { pauseChannel } from "./ops/pauses";
import { settleFaktur, tended, upkeep, type UpkeepDeps } from "./ops/upkeep";
import { buildOutside } from "./outside";
import { drawPaper, renderPaper } from "./paper-maker";
import { createPdfReader } from "./pdf-reader";
import { createReconciling, type Reconciling } from "./reconciling";
import { portalFinder, portalKinds } from "./portals";
import { readingHandlers } from "./reading";
import { createSchedule } from "./schedule";
import { createSeal, type Seal } from "./seal";
import { oneAfterAnother, sharedLooks } from "./sharing";
import type { CoretaxFileRow } from "./store/coretax";
import { openDb, type Db } from "./store/db";
import { guardSchema } from "./store/schema-guard";
import type { SellerRow } from "./store/sellers";
import { traceOfJob } from "./store/traces";
import { wireTransfers } from "./transfers";
import { createProbes, createWeb, type WebDeps } from "./web";
import { createFarSides } from "./worker/far-sides";
import { createWorker, type Worker } from "./worker/worker";

/** The whole program, built once from its configuration; tests build the same. */
export interface App {
  readonly config: Config;
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly seal: Seal;
  readonly documents: Documents;
  readonly mailer: Mailer;
  /** Where reports about returned mails are read; null while none is set. */
  readonly mailbox: Mailbox | null;
  readonly metrics: Metrics;
  readonly worker: Worker;
  readonly web: RequestListener;
  /** Health, readiness and metrics alone, for a process that only works. */
  readonly probes: RequestListener;
  readonly api: ApiDeps;
  readonly reconciling: Reconciling;
  /** The channel of a seller without keeping its exchanges; for checks. */
  channelFor(seller: SellerRow): Channel;
  portalNamed: ReadDeps["portalNamed"];
  /** Writes an exported Coretax file once more, byte for byte. */
  exportAgain(seller: string, named: string, folder: string): Promise<CoretaxFileRow>;
  /** Queues the regular poll of every portal that can be asked. */
  schedulePolls(): Promise<void>;
  /** Queues the hourly upkeep and the daily digest, which then queue themselves. */
  scheduleUpkeep(): Promise<void>;
  close(): Promise<void>;
}

export interface Ambience {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly fetch?: typeof globalThis.fetch;
}

/** One each for the process: they have nothing of a configuration, and take half a second of processor to start. */
const pdfs = createPdfReader();
const readMail = createMailReader();

const SPARE_CONNECTIONS = 6;
const IDLE_MS = 500;

/** The only place that constructs an adapter. Throws `config_invalid`. */
export function buildApp(config: Config, ambience: Ambience = {}): App {
  const clock = ambience.clock ?? systemClock;
  const log = ambience.log ?? createLog(config.logLevel);
  const fetch = ambience.fetch ?? globalThis.fetch;
  const onRefused = (host: string) => log.warn("target.refused", { host });
  // What people name in the settings; where documents lie is the operator's own word.
  const callOut =
    ambience.fetch ?? createGuardedFetch({ allowPrivate: config.allowPrivateTargets, onRefused });
  const timeoutMs = config.channelTimeoutSeconds * 1000;
  const bare = openDb(config.databaseUrl, config.workers + SPARE_CONNECTIONS, config.leaseSeconds);
  const db = guardSchema(bare, clock, log);
  const seal = createSeal(config.masterKey, config.oldMasterKey ?? null);
  const documents = openDocuments(config.documentsUrl, config.s3, fetch);
  const wake = () => worker.wake();
  const { workers: slots, retrySeconds } = config;
  const sides = createFarSides({ db, clock, log, slots, retrySeconds, wake });
  const mailer = heardMailer(createMailer(config.mailUrl, { timeoutMs }), sides);
  const mailbox = config.bounceUrl === undefined ? null : openMailbox(config.bounceUrl, { timeoutMs });
  const metrics = createMetrics(db, clock);
  const kinds = portalKinds({
    ...{ fetch: callOut, timeoutMs, clock, log },
    servicesHad: (portal, account) => servicesHad(db.knex, portal, account),
  });
  const portalNamed = portalFinder({ db, seal }, kinds);

  const ledger = { db, clock, newId, log };
  const outageLog = createOutageLog({ ...ledger, heard: (seller) => sides.answered(`channel:${seller}`) });
  const faktur: ObtainDeps & { wake(): void } = {
    ...ledger,
    documents,
    seal,
    wake,
    followSeconds: config.followSeconds,
    mailDomain: domainOf(config.mailFrom),
    paper: { render: renderPaper, fault: pdfs.fault },
    channelOf: (seller, record) =>
      watchChannel(
        channelOf({ seal, fetch: callOut, timeoutMs }, seller, record),
        outageLog(seller, (cause, says) => pauseChannel(tending, seller.slug, cause, says)),
      ),
  };
  const channelFor = (seller: SellerRow) =>
    channelOf({ seal, fetch: callOut, timeoutMs }, seller, async () => undefined);
  const capabilitiesOf = (seller: SellerRow) => channelFor(seller).capabilities;
  const tending: UpkeepDeps = { ...ledger, wake, channelFor, capabilitiesOf };
  const bouncing: ReportDeps = { ...ledger, readMail };
  const reading: ReadDeps = { ...ledger, portalNamed };
  const transfers = wireTransfers({ ...reading, wake }, kinds);
  const receiving: IntakeDeps = { ...ledger, wake };
  const takeIn = createTogether({
    ...receiving,
    alone: (connection, heard) => intake(receiving, connection, heard),
  });
  const outside = buildOutside({ ...ledger, seal, mailer, mailDomain: faktur.mailDomain }, config);
  const polling: PollDeps = {
    ...{ ...reading, pollSeconds: config.portalPollSeconds },
    intake: (connection, heard) => intake(receiving, connection, heard),
  };
  const delivering: DeliverDeps = {
    ...{ ...ledger, documents, mailer, linkFor: outside.linkFor },
    templates: loadMailTemplates(),
    from: config.mailFrom,
  };
  const digesting: DigestDeps = {
    ...{ ...ledger, mailer, digestTemplates: loadDigestTemplates() },
    ...{ from: config.mailFrom, mailDomain: faktur.mailDomain, publicUrl: config.publicUrl },
  };

  const reconciling = createReconciling({ ...digesting, documents, portalNamed, channelFor, wake });
  const exporting: ScheduleDeps = {
    ...{ ...ledger, documents },
    folderOf: (seller) => exportFolderOf(seal, seller),
  };
  const importing: ImportDeps = {
    ...faktur,
    queueMails: (tx, row) => queueMails(tx, faktur, row),
    settle: (id) => settleFaktur(tending, id),
    ...{ readPdf: pdfs.facts, inTurn: oneAfterAnother() },
  };

  const schedule = createSchedule({
    ...{ db, clock, pollSeconds: config.portalPollSeconds, collects: mailbox !== null },
    isPolled: (kind) => kinds[kind].listPaid !== undefined,
    ...{ services: transfers.schedule, reconciliation: reconciling.schedule },
  });

  const worker = createWorker({
    ...ledger,
    handlers: askingInTurn(db, sides, {
      ...readingHandlers(polling),
      ...tended(
        { ...tending, askChannel: (seller, ...rest) => sides.ask(`channel:${seller}`, ...rest) },
        {
          submit: (work, row) => submitFaktur(faktur, work, row),
          follow: (work, row) => followFaktur(faktur, work, row),
          cancel: (work, row) => sendCancel(faktur, work, row),
          paper: (work, row) => obtainPaper(faktur, work, row),
        },
      ),
      issue: (work) => issueFaktur(faktur, work),
      mail: (work) => deliverMail(delivering, work),
      digest: (work) => digest({ ...digesting, keepUp: schedule.keepUp }, work),
      upkeep: () => upkeep({ ...tending, ...daysOf(config), keepUp: schedule.keepUp }),
      bounces: () => collectBounces(bouncing, mailbox),
      export: (work) => exportDue(exporting, work),
      ...outside.handlers,
      ...transfers.handlers,
      reconcile: reconciling.job,
    }),
    newLease: randomUUID,
    leaseSeconds: config.leaseSeconds,
    ...{ retrySeconds, slots, idleMs: IDLE_MS },
    onEnded: metrics.jobEnded,
    onClockBack: schedule.takeBack,
    traceOf: (job) => traceOfJob(db.knex, job.kind, job.subject),
  });

  const examining = { ...ledger, config, documents, mailer, mailbox, seal, channelFor, portalNamed };
  const api = createActions({
    ...{ ...ledger, seal, documents, wake, kinds },
    ...{ faktur, tending, bouncing, exporting, importing, channelFor, schedule, drawPaper },
    ...{ transfers: transfers.actions, reconciling, outside: outside.settings },
    desk: buildDesk({ ...faktur, ...delivering, ...examining, kinds, portalNamed }),
    examine: () => examine(examining),
  });

  const answering: WebDeps = {
    api,
    metrics,
    trustProxy: config.trustProxy,
    hooks: {
      // Messages come in bursts: one look at the portal serves all that come with it.
      withPortal: sharedLooks(portalNamed),
      intake: (connection, _portal, heard) => takeIn(connection, heard),
      now: () => clock.now(),
      log,
      onSignatureFailure: metrics.signatureFailed,
    },
  };

  // Hundreds of pages and calls: a command or a worker without them starts sooner.
  const made: { web?: RequestListener; probes?: RequestListener } = {};

  return {
    ...{
      config,
      db,
      clock,
      log,
      seal,
      documents,
      mailer,
      mailbox,
      metrics,
      worker,
      api,
      schedulePolls: schedule.polls,
    },
    ...{ channelFor, portalNamed, reconciling, scheduleUpkeep: schedule.upkeep },
    get web() {
      return (made.web ??= createWeb(answering));
    },
    get probes() {
      return (made.probes ??= createProbes(answering));
    },
    exportAgain: (seller, named, folder) => exportAgain(exporting, seller, named, folder),
    async close() {
      await mailer.close();
      await db.close();
    },
  };
}

const domainOf = (from: string): string => /@([^<>@\s]+)>?$/.exec(from)?.[1] ?? "localhost";

const daysOf = ({ keepDays, linkDays }: Config) => ({ keepDays, linkDays });
