import type { Period } from "../clock";
import type { Db } from "../store/db";
import type { DigunggungReport } from "./digunggung";
import { digunggungSheets } from "./digunggung-sheets";
import { drawUpDigunggung, drawUpSpt } from "./draw-up";
import { drawUpPph23 } from "./draw-up-pph23";
import type { Pph23Report } from "./pph23";
import { pph23Sheets } from "./pph23-sheets";
import type { Sheet } from "./sheet";
import type { SptReport } from "./spt";
import { sptSheets } from "./spt-sheets";

/** The papers of a month. */
export const PAPERS = ["spt", "digunggung", "pph23"] as const;
export type PaperName = (typeof PAPERS)[number];

/** What was drawn up, and its tables once they are asked for. */
export type MonthPaper =
  | { readonly name: "spt"; readonly report: SptReport; sheets(): readonly Sheet[] }
  | { readonly name: "digunggung"; readonly report: DigunggungReport; sheets(): readonly Sheet[] }
  | { readonly name: "pph23"; readonly report: Pph23Report; sheets(): readonly Sheet[] };

/** The tables of each paper by their ids; the first one is what a CSV file holds unless another is asked for. */
export const TABLES: Readonly<Record<PaperName, readonly string[]>> = {
  spt: ["list", "sums"],
  digunggung: ["days", "list", "neither", "refunds"],
  pph23: ["list", "unmatched", "totals"],
};

/** Draws one up from the ledger. Throws `not_found` for an unknown seller, `refused` for too many rows. */
export async function drawUp(db: Db, name: PaperName, seller: string, masa: Period): Promise<MonthPaper> {
  switch (name) {
    case "spt": {
      const report = await drawUpSpt(db, seller, masa);
      return { name, report, sheets: () => sptSheets(report) };
    }
    case "digunggung": {
      const report = await drawUpDigunggung(db, seller, masa);
      return { name, report, sheets: () => digunggungSheets(report) };
    }
    case "pph23": {
      const report = await drawUpPph23(db, seller, masa);
      return { name, report, sheets: () => pph23Sheets(report) };
    }
    default:
      return name satisfies never;
  }
}

const FILES: Readonly<Record<PaperName, string>> = {
  spt: "spt-masa-ppn",
  digunggung: "digunggung",
  pph23: "pph-23",
};

/** `spt-masa-ppn_utama_2026-11.xlsx`; a table that is not the first one is named. */
export function fileNameOf(
  paper: MonthPaper,
  ending: "csv" | "xlsx",
  table: string | undefined = undefined,
): string {
  const { seller, masa } = paper.report;
  const first = TABLES[paper.name][0];
  const named = ending === "csv" && table !== undefined && table !== first ? `_${table}` : "";
  return `${FILES[paper.name]}_${seller}_${masa}${named}.${ending}`;
}
