import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createToken } from "../api/tokens";
import { buildApp, type App } from "../app";
import { systemClock } from "../clock";
import { parseConfig, type Config } from "../config";
import { demoCases, STORY_COUNT, type DemoCase } from "../demo/cases";
import { furnishOffice, subscribe } from "../demo/office";
import { deliver, enterCompany, setUp, type Service } from "../demo/feed";
import { stripeApi } from "../demo/stripe-api";
import { watchAll, type Ended } from "../demo/watch";
import { AppError } from "../errors";
import { newId } from "../ids";
import { createLog } from "../log";
import { drawPaper } from "../paper-maker";
import { startAuthority } from "../simulator/authority";
import { holdFile } from "../store/held-file";
import { migrate } from "../store/migrate";
import { text } from "../text";
import { makePeople } from "./demo-people";
import { listen, type Listening } from "./listen";
import { startProgress } from "./progress";
import { stopSignal } from "./stop";
import { table } from "./table";
import { line, type ExitCode, type Terminal } from "./terminal";

const FOLDER = join("data", "demo");
/** Held by the demo that runs in the folder. */
const HELD = "running";

/** The whole road with no account anywhere: paid invoices in over HTTP, mailed fakturs out, one table at the end. */
export async function runDemo(
  terminal: Terminal,
  options: { once?: boolean; invoices?: number },
): Promise<ExitCode> {
  const stopped = options.once === true ? null : stopSignal();
  const cases = demoCases(options.invoices ?? STORY_COUNT);
  const paidAt = systemClock.now();
  const stage = await openStage(terminal, cases, paidAt);
  try {
    await setUp(stage.service, stage.authorityUrl, stage.stripeUrl);
    await subscribe(stage.service, stage.listenerUrl);
    const ended = await feedAll(terminal, stage.service, cases, paidAt);
    for (const one of ended) await keepPdf(stage.app, one);
    report(terminal, ended);
    if (stopped !== null) {
      const link = await furnishOffice(stage.service, ended);
      await keepServing(terminal, stage, link, stopped);
    }
  } finally {
    await stage.close();
  }
  return 0;
}

interface Stage {
  readonly app: App;
  /** Where a program of the house listens for webhooks. */
  readonly listenerUrl: string;
  readonly service: Service;
  readonly authorityUrl: string;
  readonly stripeUrl: string;
  close(): Promise<void>;
}

/** Everything the demo needs, on this machine alone; what was opened is closed again when a later part fails. */
async function openStage(terminal: Terminal, cases: readonly DemoCase[], paidAt: Date): Promise<Stage> {
  const config = await demoConfig(terminal);
  const leave = takeFolder();
  const closers: (() => unknown)[] = [leave];
  const close = async () => {
    for (const one of closers.reverse()) await one();
  };
  try {
    clearFolder();
    const app = buildApp(config, { log: createLog("info", join(FOLDER, "service.log")) });
    closers.push(() => app.close());
    await migrate(app.db, () => systemClock.now());
    const authority = await startAuthority({
      clock: systemClock,
      drawPdf: drawPaper,
      host: "127.0.0.1",
      port: 0,
    });
    closers.push(() => authority.close());
    const stripe = await listen(stripeApi(cases, paidAt), "127.0.0.1", 0);
    closers.push(() => stripe.close());
    const listener = await listen((_request, response) => void response.writeHead(204).end(), "127.0.0.1", 0);
    closers.push(() => listener.close());
    const web = await listenSomewhere(app);
    closers.push(() => web.close());
    app.worker.start();
    closers.push(() => app.worker.stop(5_000));
    return {
      app,
      listenerUrl: listener.url,
      service: await serviceAt(app, web.url),
      authorityUrl: authority.url,
      stripeUrl: stripe.url,
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** What lies there may be what another demo works on. Throws `refused`. */
function takeFolder(): () => void {
  mkdirSync(FOLDER, { recursive: true });
  const leave = holdFile(join(FOLDER, HELD));
  if (leave !== null) return leave;
  const folder = resolve(FOLDER);
  throw new AppError(
    "refused",
    text(
      `Demo lain sedang berjalan di ${folder}. Hentikan dulu, atau jalankan yang ini dari folder lain.`,
      `Another demo runs in ${folder}. Stop it first, or run this one from another folder.`,
    ),
  );
}

function clearFolder(): void {
  for (const name of readdirSync(FOLDER))
    if (name !== HELD) rmSync(join(FOLDER, name), { recursive: true, force: true });
  mkdirSync(join(FOLDER, "pdf"));
}

async function demoConfig(terminal: Terminal): Promise<Config> {
  const { FAKTUR_HOST, FAKTUR_PORT } = terminal.environment;
  const settings = {
    FAKTUR_HOST,
    FAKTUR_PORT,
    FAKTUR_ALLOW_PRIVATE_WEBHOOKS: "yes",
    FAKTUR_DATABASE_URL: `sqlite:${join(FOLDER, "faktur.db")}`,
    FAKTUR_DOCUMENTS_URL: `file:${join(FOLDER, "documents")}`,
    FAKTUR_MAIL_URL: `file:${join(FOLDER, "outbox")}`,
    FAKTUR_MAIL_FROM: "Faktur Pajak <faktur@hosting-percobaan.example>",
    FAKTUR_MASTER_KEY: randomBytes(32).toString("base64"),
    FAKTUR_FOLLOW_SECONDS: "0.2,0.5,1",
    FAKTUR_RETRY_SECONDS: "1,2,5",
  };
  const { host, port } = parseConfig(settings);
  return parseConfig({ ...settings, FAKTUR_PORT: await freePort(host, port) });
}

/** The configured port, or any free one when that is taken; known beforehand, since links in mails carry it. */
async function freePort(host: string, wanted: number): Promise<string> {
  const trial = await listen(() => undefined, host, wanted).catch(() => listen(() => undefined, host, 0));
  await trial.close();
  return String(trial.port);
}

/** Should another program have taken the port in the meantime: a demo should not fail for a port. */
const listenSomewhere = (app: App): Promise<Listening> =>
  listen(app.web, app.config.host, app.config.port).catch(() => listen(app.web, app.config.host, 0));

async function serviceAt(app: App, url: string): Promise<Service> {
  const token = await createToken({ db: app.db, clock: app.clock, newId }, "demo", "admin");
  return {
    url,
    token,
    webhookSecret: `whsec_${randomBytes(24).toString("base64")}`,
    stripeSecret: `whsec_${randomBytes(24).toString("hex")}`,
  };
}

async function feedAll(
  terminal: Terminal,
  service: Service,
  cases: readonly DemoCase[],
  paidAt: Date,
): Promise<readonly Ended[]> {
  const progress = startProgress(terminal.stderr, cases.length);
  progress.at(0, "invoice dikirim ke / posted to POST /hooks/…");
  for (const one of cases) {
    await enterCompany(service, one);
    await deliver(service, one, paidAt);
  }
  const ended = await watchAll(service, cases, (count, last) => progress.at(count, last));
  progress.end();
  return ended;
}

/** Stored PDFs are named by their hash; here they get a name a person can open. */
async function keepPdf({ documents }: App, { faktur }: Ended): Promise<void> {
  if (faktur === null || faktur.pdf === null) return;
  writeFileSync(join(FOLDER, "pdf", pdfName(faktur.nsfp)), await documents.get(faktur.pdf.sha256));
}

const pdfName = (nsfp: string | null): string => `Faktur-Pajak_${nsfp ?? "tanpa-nomor"}.pdf`;

function report(terminal: Terminal, ended: readonly Ended[]): void {
  const rows = ended.map(({ one, outcome, reason, faktur }) => [
    one.number,
    one.shows,
    outcome,
    faktur?.nsfp ?? "-",
    faktur?.totals.ppn ?? "-",
    faktur?.pdf == null ? "-" : pdfName(faktur.nsfp),
    faktur?.deliveries.map((delivery) => `${delivery.state} → ${delivery.to}`).join(", ") || "-",
    reason,
  ]);
  const head = [
    "invoice",
    "memperlihatkan / shows",
    "outcome",
    "NSFP",
    "PPN Rp",
    "PDF",
    "e-mail",
    "alasan / reason",
  ];
  line(terminal.stdout, table(head, rows));
  line(terminal.stdout, "");
  line(terminal.stdout, `PDF     ${resolve(FOLDER, "pdf")}`);
  line(terminal.stdout, `E-mail  ${resolve(FOLDER, "outbox")}`);
  line(terminal.stdout, `Log     ${resolve(FOLDER, "service.log")}`);
}

async function keepServing(
  terminal: Terminal,
  { app, service }: Stage,
  link: string | null,
  stopped: Promise<unknown>,
): Promise<void> {
  writeFileSync(join(FOLDER, "token"), service.token, { mode: 0o600 });
  line(terminal.stdout, `API     ${service.url}/api/v1  (token: ${resolve(FOLDER, "token")})`);
  const { emails, password } = await makePeople(app);
  line(terminal.stdout, "");
  line(terminal.stdout, `Konsol / console   ${service.url}/console`);
  line(terminal.stdout, `Masuk / sign in    ${emails.join(", ")}`);
  line(terminal.stdout, `Sandi / password   ${password}`);
  if (link !== null) line(terminal.stdout, `Pelanggan / customer   ${link}`);
  line(terminal.stdout, "");
  line(terminal.stdout, "Ctrl-C untuk berhenti / to stop.");
  await stopped;
}
