import { writeFileSync } from "node:fs";
import { receiptEntriesOf, receiptListOf, tableOf } from "../api/reports";
import { paperView } from "../api/report-views";
import type { Period } from "../clock";
import { AppError } from "../errors";
import { formatIndonesian, type Money } from "../money";
import { csvOf, type CsvReader, type CsvSeparator } from "../reports/csv";
import { dayRows } from "../reports/digunggung-sheets";
import { drawUp, type MonthPaper, type PaperName } from "../reports/papers";
import { totalRows } from "../reports/pph23-sheets";
import { recordReceipts } from "../reports/record";
import type { Cell, Sheet } from "../reports/sheet";
import { sumRows } from "../reports/spt-sheets";
import { xlsxOf } from "../reports/xlsx";
import { text } from "../text";
import { reading, withLedger } from "./commands";
import { wordsAt } from "./named-file";
import { table } from "./table";
import { both, line, type ExitCode, type Terminal } from "./terminal";

export interface ReportOptions {
  readonly seller: string;
  readonly masa: Period;
  readonly out?: string;
  readonly table?: string;
  readonly for: CsvReader;
  readonly separator?: CsvSeparator;
  readonly json?: boolean;
}

/** Draws a paper of the month up and shows it, or writes it where it is asked for. Reads only. */
export const monthPaper = (terminal: Terminal, name: PaperName, options: ReportOptions): Promise<ExitCode> =>
  reading(terminal, async (app) => {
    const paper = await drawUp(app.db, name, options.seller, options.masa);
    if (options.out !== undefined) {
      save(options.out, await bytesOf(paper, options.out, options));
      if (options.json !== true) line(terminal.stdout, both(SAVED(options.out)));
    }
    if (options.json === true) line(terminal.stdout, JSON.stringify(paperView(paper), null, 2));
    else show(terminal, paper, options.table);
    return 0;
  });

const SAVED = (file: string) => text(`Ditulis ke ${file}.`, `Written to ${file}.`);

async function bytesOf(paper: MonthPaper, out: string, options: ReportOptions): Promise<Buffer> {
  if (/\.xlsx$/i.test(out)) return xlsxOf(paper.sheets());
  const wish = { reader: options.for, separator: options.separator };
  return Buffer.from(csvOf(tableOf(paper, options.table), wish), "utf8");
}

function save(file: string, bytes: Buffer): void {
  try {
    writeFileSync(file, bytes, { mode: 0o600 });
  } catch (cause) {
    throw new AppError(
      "storage_failed",
      text(
        `Berkas ${file} tidak dapat ditulis. Periksa foldernya.`,
        `The file ${file} cannot be written. Check its folder.`,
      ),
      { cause },
    );
  }
}

/** On a terminal the sums, unless a table is asked for; whole rupiah with Indonesian marks. */
function show({ stdout }: Terminal, paper: MonthPaper, wanted: string | undefined): void {
  if (wanted !== undefined) {
    line(stdout, tableText(tableOf(paper, wanted)));
    return;
  }
  switch (paper.name) {
    case "spt":
      line(stdout, sums("Kelompok", sumRows(paper.report)));
      line(stdout, both(droppedText(paper.report.dropped)));
      return;
    case "digunggung":
      line(stdout, sums("Tanggal / kelompok", dayRows(paper.report)));
      line(stdout, both(blocksText(paper.report.blocks, paper.report.refunds.length)));
      for (const { reasons, count } of paper.report.neither)
        line(stdout, `  ${count} × ${reasons.join(", ")}`);
      return;
    case "pph23":
      line(
        stdout,
        flushRight(
          ["Jumlah", "Rupiah"],
          totalRows(paper.report).map((one) => [one.name, rupiah(one.value)]),
        ),
      );
      line(stdout, both(leftText(paper.report.unmatched.length)));
      return;
    default:
      paper satisfies never;
  }
}

type SumRow = ReturnType<typeof sumRows>[number];

const sums = (title: string, rows: readonly SumRow[]): string =>
  flushRight(
    [title, "Jumlah", "DPP", "DPP nilai lain", "PPN"],
    rows.map(({ group, figures }) => [
      ...[group, String(figures.count), rupiah(figures.dpp)],
      ...[rupiah(figures.dppNilaiLain), rupiah(figures.ppn)],
    ]),
  );

/** Numbers under each other by their last digit. */
function flushRight(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length));
  const flush = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell : cell.padStart(width(column))));
  return table(flush(head), rows.map(flush));
}

const rupiah = (amount: Money): string => formatIndonesian(amount).replace(/,00$/, "");

const tableText = (sheet: Sheet): string =>
  table(
    sheet.columns.map(({ title }) => title),
    sheet.rows.map((row) => row.map(cellText)),
  );

function cellText(cell: Cell): string {
  if (cell === null) return "";
  return cell.kind === "money" ? rupiah(cell.value) : String(cell.value);
}

const droppedText = ({ cancelled, replaced }: { cancelled: number; replaced: number }) =>
  text(
    `Tidak dihitung: ${cancelled} batal, ${replaced} diganti.`,
    `Not counted: ${cancelled} cancelled, ${replaced} replaced.`,
  );

const blocksText = (blocks: Readonly<Record<string, number>>, refunds: number) =>
  text(
    `Invoice masa ini: ${blocks["faktur"]} berfaktur, ${blocks["digunggung"]} digunggung, ${blocks["neither"]} di luar keduanya; ${refunds} pengembalian dana.`,
    `Invoices of the masa: ${blocks["faktur"]} with faktur, ${blocks["digunggung"]} in the recap, ${blocks["neither"]} in neither; ${refunds} refunds.`,
  );

const leftText = (left: number) =>
  text(`Bukti potong yang belum cocok: ${left}.`, `Bukti potong left unmatched: ${left}.`);

/** Records the bukti potong of a CSV file, all or none; what stands already is not recorded again. */
export const importReceipts = (
  terminal: Terminal,
  file: string,
  seller: string,
  asJson: boolean,
): Promise<ExitCode> =>
  withLedger(terminal, async (app) => {
    const list = receiptListOf(receiptEntriesOf(wordsAt(file)));
    const recorded = await recordReceipts(app.api, seller, list, { name: "cli" });
    const { added, linked, unchanged } = recorded;
    if (asJson) line(terminal.stdout, JSON.stringify(recorded));
    else
      line(terminal.stdout, `Baru / new: ${added}; ditautkan / linked: ${linked}; sama / same: ${unchanged}`);
    return 0;
  });
