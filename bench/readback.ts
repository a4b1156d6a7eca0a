/*
 * How fast official PDFs come back. One process draws a ZIP of sheets in the official layout, with their QR codes, and fills
 * a database; another imports it with the real program: read, matched, stored, queued, then mailed. Prints PDFs per
 * second of one core beside the bare reading of their text, the memory of the importing process alone, and how much
 * slower the same import is among a hundred times as many fakturs. Goals: 50 PDFs a second and core, 400 MB.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SHEETS = 2_000;
const GOAL = 50;
const MOST_MEGABYTES = 400;
/** For the comparison: few sheets among few and among many fakturs. */
const FEW_SHEETS = 200;
const [FEW, MANY] = [1_000, 100_000];
const MOST_RATIO = 1.5;

interface Measured {
  readonly pdfs: number;
  readonly approved: number;
  readonly left: number;
  readonly imported: number;
  readonly wall: number;
  readonly mailed: number;
  readonly bare: number;
  readonly importPeak: number;
  readonly peak: number;
}

function measure(sheets: number, fakturs: number): Measured {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));
  const process_ = (name: string, ...args: string[]): string =>
    execFileSync(process.execPath, [join(__dirname, `${name}.js`), folder, ...args], { encoding: "utf8" });
  try {
    process_("readback-stock", String(sheets), String(fakturs));
    return JSON.parse(process_("readback-import")) as Measured;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function main(): void {
  const whole = measure(SHEETS, SHEETS);
  const perSecond = (seconds: number): number => SHEETS / seconds;
  console.log(
    `${whole.pdfs} of ${SHEETS} PDFs read, matched, stored and queued in ${whole.wall.toFixed(1)} s: ` +
      `${perSecond(whole.imported).toFixed(0)} PDF/s per core (at least ${GOAL})`,
  );
  console.log(
    `bare text ${perSecond(whole.bare).toFixed(0)} PDF/s; import / bare text = ${(whole.imported / whole.bare).toFixed(2)}; ` +
      `mails ${perSecond(whole.mailed).toFixed(0)}/s`,
  );
  console.log(
    `memory of the importing process ${whole.importPeak} MB, with the mails ${whole.peak} MB (at most ${MOST_MEGABYTES})`,
  );
  const few = measure(FEW_SHEETS, FEW);
  const many = measure(FEW_SHEETS, MANY);
  const ratio = many.imported / few.imported;
  console.log(
    `${FEW_SHEETS} PDFs among ${MANY} fakturs / among ${FEW} = ${ratio.toFixed(2)} (at most ${MOST_RATIO})`,
  );
  const wrong = [whole, few, many].some(({ left }) => left > 0) || whole.pdfs !== SHEETS;
  const missed = perSecond(whole.imported) < GOAL || whole.peak > MOST_MEGABYTES || ratio > MOST_RATIO;
  if (wrong || missed) process.exitCode = 1;
}

main();
