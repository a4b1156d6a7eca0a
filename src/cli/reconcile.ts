import { dayInJakarta, type TaxDay } from "../clock";
import { AppError } from "../errors";
import { SOURCE_WORDS } from "../mail/reconcile";
import type { Difference } from "../reconcile/differences";
import { faultOfDays, usualDays } from "../reconcile/days";
import { hasFailed, totalOf, verdictOf, type Report, type Source } from "../reconcile/report";
import { text } from "../text";
import { withLedger } from "./commands";
import { table } from "./table";
import { both, line, type ExitCode, type Out, type Terminal } from "./terminal";

export interface ReconcileOptions {
  readonly from?: TaxDay;
  readonly to?: TaxDay;
  readonly portal?: string;
  readonly json?: boolean;
}

/**
 * Compares portal, ledger, channel and mail and prints what differs; untold payments are taken in. 1 when anything
 * differs or a side that should have answered did not; 0 when nothing differs in what can be compared.
 */
export const reconcileNow = (terminal: Terminal, options: ReconcileOptions): Promise<ExitCode> =>
  withLedger(terminal, async (app) => {
    const days = usualDays(dayInJakarta(app.clock.now()), options);
    const fault = faultOfDays(days, null);
    if (fault !== null) throw new AppError("config_invalid", fault.message);
    const progress = showing(terminal.stderr, options.json === true);
    const wish = { ...days, portal: options.portal, onProgress: progress.show };
    const report = await app.reconciling.mend(wish).finally(progress.end);
    if (options.json === true) line(terminal.stdout, JSON.stringify(report, null, 2));
    else print(terminal.stdout, report);
    return totalOf(report.counts) > 0 || hasFailed(report) ? 1 : 0;
  });

/** A plain line for every so many rows where there is no terminal to draw on. */
const ROWS_A_LINE = 10_000;

function showing(out: Out, isQuiet: boolean) {
  let told = 0;
  return {
    show(kind: Source["kind"], name: string, rows: number): void {
      if (isQuiet) return;
      if (out.isTTY === true) out.write(`\r\u001b[K${kind} ${name}: ${rows}`);
      else if (rows - told >= ROWS_A_LINE || rows < told) {
        told = rows;
        line(out, `${kind} ${name}: ${rows}`);
      }
    },
    end(): void {
      if (out.isTTY === true && !isQuiet) out.write("\r\u001b[K");
    },
  };
}

/** Without the blanks that pad an empty last column. */
const trimmed = (rows: string): string => rows.replace(/ +$/gm, "");

function print(out: Out, report: Report): void {
  line(out, `Rekonsiliasi / reconciliation ${report.from} – ${report.to}`);
  line(out, "");
  const sources = report.sources.map(({ kind, name, state, listed, recorded, says }) => [
    ...[kind, name, both(SOURCE_WORDS[state]), String(listed), String(recorded)],
    says === null ? "" : both(says),
  ]);
  const sides = ["sumber / side", "nama / name", "keadaan / state", "di sana", "di sini", ""];
  line(out, trimmed(table(sides, sources)));
  line(out, "");
  if (report.differences.length > 0) {
    const head = ["selisih / difference", "portal", "invoice", "faktur", "di sini / here", "di sana / there"];
    line(out, table(head, report.differences.map(rowOf)));
    line(out, "");
    for (const one of firstOfEach(report.differences)) {
      line(out, `${one.code}: ${both(one.message)}`);
      line(out, `  → ${both(one.fix)}`);
    }
    line(out, "");
  }
  line(out, verdictLine(report));
}

const rowOf = (one: Difference): string[] => [
  one.mended ? `${one.code} (✓)` : one.code,
  one.portal ?? "-",
  one.invoiceNumber ?? one.invoiceId ?? "-",
  one.reference ?? one.nsfp ?? one.externalId ?? "-",
  one.ours ?? "-",
  one.theirs ?? "-",
];

const firstOfEach = (differences: readonly Difference[]): Difference[] => [
  ...new Map(differences.toReversed().map((one) => [one.code, one])).values(),
];

function verdictLine(report: Report): string {
  const total = totalOf(report.counts);
  const verdict = verdictOf(report);
  switch (verdict) {
    case "clean":
      return both(text("Semua cocok.", "All is equal."));
    case "incomplete":
      return both(
        text(
          "Tidak ada selisih pada yang dapat dibandingkan, tetapi tidak semuanya dapat dibandingkan.",
          "Nothing differs in what could be compared, but not everything could.",
        ),
      );
    case "differences":
      return both(text(`${total} selisih (✓ sudah diperbaiki).`, `${total} differences (✓ mended already).`));
    default:
      return verdict satisfies never;
  }
}
