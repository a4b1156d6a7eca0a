import { basename, resolve } from "node:path";
import type { Period } from "../clock";
import { AppError } from "../errors";
import { FILE_CHANNEL } from "../faktur/faktur";
import { reason } from "../faktur/reasons";
import type { App } from "../app";
import type { ImportReport } from "../coretax/report";
import { countJobs } from "../store/jobs";
import { listSellers } from "../store/sellers";
import { text } from "../text";
import { withLedger } from "./commands";
import { startSteps, type Steps } from "./progress";
import { both, line, type ExitCode, type Terminal } from "./terminal";

const CLI = { name: "cli" } as const;

export interface ExportOptions {
  readonly seller: string;
  readonly out: string;
  readonly again?: string;
  readonly json?: boolean;
}

/** Writes what is ready into files, or one file again. 1 when a faktur was left out, 0 when all went. */
export const exportCoretax = (terminal: Terminal, options: ExportOptions): Promise<ExitCode> =>
  withLedger(terminal, async (app) => {
    const { seller, again } = options;
    const folder = resolve(options.out);
    if (again !== undefined) {
      const file = await app.exportAgain(seller, basename(again), folder);
      if (options.json === true) line(terminal.stdout, JSON.stringify({ files: [file.name] }));
      else line(terminal.stdout, `${file.name}: ${file.fakturs} faktur`);
      return 0;
    }
    const { files, leftOut, tooLate, keptBack } = await app.api.coretax.export(seller, folder, CLI);
    const code = leftOut.length === 0 && keptBack === 0 ? 0 : 1;
    if (options.json === true) {
      const names = files.map(({ name, fakturs }) => ({ name, fakturs }));
      line(terminal.stdout, JSON.stringify({ files: names, leftOut, tooLate, keptBack }));
      return code;
    }
    for (const { name, fakturs } of files) line(terminal.stdout, `${name}: ${fakturs} faktur`);
    for (const { reference, faults } of leftOut) {
      line(terminal.stdout, `✗ ${reference}`);
      for (const { code: name, message } of faults) line(terminal.stdout, `  ${name}: ${both(message)}`);
    }
    if (tooLate > 0) line(terminal.stdout, `Lewat batas unggah / past the last day: ${tooLate}`);
    if (keptBack > 0) {
      line(terminal.stdout, `Ditahan sejak pemulihan / kept back since the restore: ${keptBack}`);
      line(terminal.stdout, `  ${both(reason("may_be_exported").fix)}`);
    }
    if (files.length === 0) line(terminal.stdout, both(NOTHING));
    return code;
  });

const NOTHING = text("Tidak ada faktur yang diekspor.", "No faktur was exported.");

export interface ImportOptions {
  readonly seller?: string;
  readonly confirm?: readonly (readonly [string, string])[];
  readonly adopt?: readonly (readonly [string, string])[];
  readonly whole?: readonly Period[];
  readonly json?: boolean;
}

/** Reads back files of the portal and mails what they approve. 1 when anything was left, 0 when all was matched. */
export const importCoretax = (
  terminal: Terminal,
  files: readonly string[],
  options: ImportOptions,
): Promise<ExitCode> =>
  withLedger(terminal, async (app) => {
    const seller = options.seller ?? (await onlySeller(app));
    const steps = startSteps(terminal.stderr);
    const wish = {
      files: files.map((path) => ({ name: basename(path), path })),
      confirmed: new Map(options.confirm ?? []),
      adopted: new Map(options.adopt ?? []),
      whole: new Set(options.whole),
      onProgress: (step: keyof typeof STEPS, done: number, total: number) =>
        steps.at(STEPS[step], done, total),
    };
    let report: ImportReport;
    let waiting: number;
    try {
      report = await app.api.coretax.import(seller, wish, CLI);
      waiting = await sendMails(app, steps);
    } finally {
      steps.end();
    }
    if (options.json === true) line(terminal.stdout, JSON.stringify(report));
    else print(terminal, report, waiting);
    return report.left.length === 0 ? 0 : 1;
  });

const STEPS = {
  read: "PDF dibaca / read",
  store: "PDF disimpan / stored",
  mail: "surel dikirim / mails sent",
} as const;

const LOOK_MS = 250;

/** Sends what was approved, and whatever else is due. How many mails could not leave and wait. */
async function sendMails(app: App, steps: Steps): Promise<number> {
  const waiting = () => countMailJobs(app.db.knex);
  const total = await waiting();
  const watching = setInterval(
    () => void waiting().then((left) => steps.at(STEPS.mail, Math.max(0, total - left), total), ignore),
    LOOK_MS,
  );
  try {
    await app.worker.drain();
  } finally {
    clearInterval(watching);
  }
  const left = await waiting();
  steps.at(STEPS.mail, Math.max(0, total - left), total);
  return left;
}

/** A number that could not be read is not shown. */
const ignore = (): void => undefined;

async function countMailJobs(tx: App["db"]["knex"]): Promise<number> {
  const counts = (await countJobs(tx)).filter(({ kind }) => kind === "mail");
  return counts.reduce((sum, { count }) => sum + count, 0);
}

function print({ stdout }: Terminal, report: ImportReport, waiting: number): void {
  const { approved, changed, pdfs, alreadyKnown, cleared, left } = report;
  line(stdout, `Disetujui / approved: ${approved}; PDF: ${pdfs}; diubah / changed: ${changed}`);
  line(stdout, `Sudah diketahui / already known: ${alreadyKnown}; ditinggal / left: ${left.length}`);
  if (cleared > 0) line(stdout, `Dilepas untuk diekspor / let go for export: ${cleared}`);
  if (waiting > 0) line(stdout, `${both(MAILS_WAIT)} ${waiting}`);
  for (const { file, at, code, faults, message, fakturs, nsfp, reference } of left) {
    const about = [file, at, nsfp, reference].filter((one) => one !== null && one !== "").join(" ");
    line(stdout, `✗ ${about}: ${[code, ...faults].join(" ")}`);
    line(stdout, `  ${message.id}`);
    line(stdout, `  ${message.en}`);
    for (const id of fakturs) line(stdout, `  faktur ${id}`);
  }
}

const MAILS_WAIT = text(
  "Surel yang belum terkirim dan dicoba lagi oleh `faktur start`:",
  "Mails not sent yet, which `faktur start` tries again:",
);

export interface ReleaseOptions {
  readonly seller: string;
  readonly reason: string;
  readonly json?: boolean;
}

/** Lets go what is kept back since a restore. */
export const releaseCoretax = (terminal: Terminal, options: ReleaseOptions): Promise<ExitCode> =>
  withLedger(terminal, async (app) => {
    const released = await app.api.coretax.release(options.seller, options.reason, CLI);
    if (options.json === true) line(terminal.stdout, JSON.stringify({ released }));
    else line(terminal.stdout, `Dilepas / released: ${released}`);
    return 0;
  });

/** The one seller with files, where there is but one. Throws `refused`. */
async function onlySeller(app: App): Promise<string> {
  const sellers = (await listSellers(app.db.knex)).filter(
    ({ channel_kind }) => channel_kind === FILE_CHANNEL,
  );
  const [first] = sellers;
  if (first !== undefined && sellers.length === 1) return first.slug;
  throw new AppError(
    "refused",
    text(
      "Sebutkan penjualnya dengan --seller: penjual dengan kanal coretax-file bukan tepat satu.",
      "Name the seller with --seller: there is not exactly one with the channel coretax-file.",
    ),
  );
}
