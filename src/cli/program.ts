import { Command, CommanderError, InvalidArgumentError } from "commander";
import { isRole, ROLES } from "../api/roles";
import { parseTaxDay, systemClock } from "../clock";
import { packageVersion } from "../package";
import { CSV_READERS, CSV_SEPARATORS } from "../reports/csv";
import { parsePeriod } from "../reports/masa";
import { PAPERS, TABLES, type PaperName } from "../reports/papers";
import { text } from "../text";
import { readEmail } from "../users/user-rules";
import { checkXmlFile } from "./check-xml";
import { auditVerify, createApiToken, explain } from "./commands";
import { runDemo } from "./demo";
import { importKurs } from "./kurs";
import { reconcileNow, type ReconcileOptions } from "./reconcile";
import { importReceipts, monthPaper, type ReportOptions } from "./reports";
import { describeCoretax } from "./program-coretax";
import { describeOps } from "./program-ops";
import { simulateAuthority } from "./simulate";
import { startService } from "./start";
import { both, line, reportError, type ExitCode, type Terminal } from "./terminal";
import { createConsoleUser } from "./users";
import { verifyFile } from "./verify";

export type Run = () => Promise<ExitCode>;

const wholeNumber = (least: number, most: number) => (value: string) => {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`${least}–${most}`);
};

const role = (value: string) => {
  if (isRole(value)) return value;
  throw new InvalidArgumentError(ROLES.join("|"));
};

const email = (value: string) => {
  const read = readEmail(value);
  if (read !== null) return read;
  throw new InvalidArgumentError("nama@contoh.example");
};

const taxDay = (value: string) => {
  const day = parseTaxDay(value);
  if (day !== null) return day;
  throw new InvalidArgumentError("YYYY-MM-DD");
};

/** Parses the command line, runs the command, returns its exit code; never throws. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let chosen: Run | null = null;
  const program = describe(terminal, (command) => {
    chosen = command;
  });
  try {
    program.parse([...args], { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return 0;
    // The library's own words are English, and do not say what to do.
    if (thrown.code !== "commander.help") line(terminal.stderr, both(WRONG_USAGE));
    return 2;
  }
  try {
    return await ((chosen as Run | null) ?? (async () => 2 as const))();
  } catch (thrown) {
    return reportError(terminal, thrown, program.opts()["debug"] === true);
  }
}

const WRONG_USAGE = text(
  "Perintah ini belum benar. Lihat caranya dengan --help di belakang perintahnya.",
  "This is not how the command is used. See --help behind the command.",
);

function describe(terminal: Terminal, choose: (command: Run) => void): Command {
  const program = new Command("faktur")
    .description("Invoice lunas menjadi faktur pajak / paid invoices become faktur pajak")
    .version(packageVersion())
    .option("--debug", "tampilkan jejak kesalahan / show stack traces")
    .exitOverride()
    .configureOutput({
      writeOut: (words) => void terminal.stdout.write(words),
      writeErr: (words) => void terminal.stderr.write(words),
    });
  const command = (name: string, about: string): Command =>
    program.command(name).description(about).exitOverride();

  command("demo", "seluruh alur tanpa akun apa pun / the whole road, no account anywhere")
    .option("--once", "berhenti setelah semua faktur terkirim / end after the last faktur is mailed")
    .option("--invoices <n>", "jumlah invoice / how many invoices", wholeNumber(1, 10_000))
    .action((options: { once?: boolean; invoices?: number }) => choose(() => runDemo(terminal, options)));

  command("start", "jalankan layanan / run the service")
    .option("--web", "hanya web / only the web half")
    .option("--worker", "hanya pekerja / only the worker half")
    .option("--no-migrate", "jangan perbarui skema / refuse instead of updating the schema")
    .action((options: { web?: boolean; worker?: boolean; migrate: boolean }) =>
      choose(() => startService(terminal, options)),
    );

  describeOps(terminal, choose, command);

  const token = command("token", "token API / API tokens");
  token
    .command("create")
    .exitOverride()
    .description("buat token baru / make a new token")
    .requiredOption("--name <name>", "1–100", (value) => {
      const name = value.trim();
      if (name !== "" && name.length <= 100) return name;
      throw new InvalidArgumentError("1–100");
    })
    .requiredOption("--role <role>", ROLES.join("|"), role)
    .option("--portal <slug>", "hanya untuk portal ini / for this portal only")
    .action((options: { name: string; role: (typeof ROLES)[number]; portal?: string }) =>
      choose(() => createApiToken(terminal, options.name, options.role, options.portal ?? null)),
    );

  const user = command("user", "pengguna konsol / console users");
  user
    .command("create")
    .exitOverride()
    .description("buat pengguna; kata sandi dari masukan / make a user; the password comes from the input")
    .requiredOption("--email <email>", "nama@contoh.example", email)
    .requiredOption("--role <role>", ROLES.join("|"), role)
    .action((options: { email: string; role: (typeof ROLES)[number] }) =>
      choose(() => createConsoleUser(terminal, options.email, options.role)),
    );

  command("explain", "mengapa invoice ini (tidak) berfaktur / why this invoice has, or has no, faktur")
    .argument("<portal>")
    .argument("<invoice>")
    .option("--json")
    .action((portal: string, invoice: string, options: { json?: boolean }) =>
      choose(() => explain(terminal, portal, invoice, options.json === true)),
    );

  command(
    "reconcile",
    "bandingkan portal, catatan, kanal dan e-mail / compare portal, ledger, channel and mail",
  )
    .option("--from <day>", "YYYY-MM-DD; 40 hari ke belakang / 40 days back without it", taxDay)
    .option("--to <day>", "YYYY-MM-DD; hari ini / today without it", taxDay)
    .option("--portal <portal>", "hanya portal ini dan penjualnya / this portal and its seller only")
    .option("--json")
    .action((options: ReconcileOptions) => choose(() => reconcileNow(terminal, options)));

  command("verify", "periksa tanda tangan PDF buatan layanan ini / check the signature of a PDF made here")
    .argument("<file>")
    .option("--json")
    .action((file: string, options: { json?: boolean }) =>
      choose(() => verifyFile(terminal, file, options.json === true)),
    );

  command("check-xml", "periksa berkas XML Coretax apa pun / check any Coretax XML file")
    .argument("<file>")
    .option("--json")
    .action((file: string, options: { json?: boolean }) =>
      choose(() => checkXmlFile(terminal, systemClock, file, options.json === true)),
    );

  describeCoretax(
    terminal,
    choose,
    command("coretax", "berkas portal Coretax / files of the Coretax portal"),
  );

  const audit = command("audit", "jejak audit / the audit trail");
  audit
    .command("verify")
    .exitOverride()
    .description("hitung ulang rantai audit / recompute the audit chain")
    .option("--noted <hash>", "hash yang disimpan di tempat lain / a hash that was kept elsewhere")
    .option("--json")
    .action((options: { noted?: string; json?: boolean }) => choose(() => auditVerify(terminal, options)));

  const kurs = command("kurs", "kurs KMK / the Finance Minister's rates");
  kurs
    .command("import")
    .exitOverride()
    .description("masukkan kurs dari berkas CSV atau salinan halaman Kurs Pajak / enter the rates of a file")
    .argument("<file>")
    .option("--json")
    .action((file: string, options: { json?: boolean }) =>
      choose(() => importKurs(terminal, file, options.json === true)),
    );

  describeReports(terminal, choose, command("report", "laporan bulanan / the papers of a month"));

  const simulate = command("simulate", "simulasi / simulations");
  simulate
    .command("authority")
    .exitOverride()
    .description("otoritas pajak tiruan / the simulated tax authority")
    .option("--port <port>", "", wholeNumber(0, 65_535), 8099)
    .option("--host <host>", "", "127.0.0.1")
    .option("--token <token>", "hanya token ini diterima / only this token is let in")
    .action((options: { port: number; host: string; token?: string }) =>
      choose(() => simulateAuthority(terminal, options)),
    );

  return program;
}

const PAPER_WORDS: Readonly<Record<PaperName, string>> = {
  spt: "daftar pajak keluaran untuk SPT Masa PPN / output tax for the SPT Masa PPN",
  digunggung: "rekap invoice lunas tanpa faktur / paid invoices without a faktur",
  pph23: "PPh 23 diharapkan dan diterima / PPh 23 expected and received",
};

const oneOf =
  (...list: readonly string[]) =>
  (value: string) => {
    if (list.includes(value)) return value;
    throw new InvalidArgumentError(list.join("|"));
  };

function describeReports(terminal: Terminal, choose: (command: Run) => void, report: Command): void {
  for (const name of PAPERS) {
    report
      .command(name)
      .exitOverride()
      .description(PAPER_WORDS[name])
      .requiredOption("--seller <seller>")
      .requiredOption("--masa <masa>", "YYYY-MM", (value) => {
        const masa = parsePeriod(value);
        if (masa !== null) return masa;
        throw new InvalidArgumentError("YYYY-MM");
      })
      .option("--out <file>", "tulis ke .csv atau .xlsx / write to .csv or .xlsx", (value) => {
        if (/\.(csv|xlsx)$/i.test(value)) return value;
        throw new InvalidArgumentError(".csv|.xlsx");
      })
      .option("--table <table>", TABLES[name].join("|"), oneOf(...TABLES[name]))
      .option("--for <reader>", "pembuka CSV / who opens the CSV", oneOf(...CSV_READERS), "excel")
      .option("--separator <mark>", "pemisah CSV / of the CSV", oneOf(...Object.keys(CSV_SEPARATORS)))
      .option("--json")
      .action((options: ReportOptions) => choose(() => monthPaper(terminal, name, options)));
  }
  report
    .command("receipts")
    .exitOverride()
    .description("catat bukti potong PPh 23 dari berkas CSV / record the bukti potong of a CSV file")
    .argument("<file>")
    .requiredOption("--seller <seller>")
    .option("--json")
    .action((file: string, options: { seller: string; json?: boolean }) =>
      choose(() => importReceipts(terminal, file, options.seller, options.json === true)),
    );
}
