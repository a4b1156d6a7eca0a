import { kursListOf } from "../api/kurs";
import { readKursFile } from "../faktur/kurs-file";
import { withLedger } from "./commands";
import { wordsAt } from "./named-file";
import { line, type ExitCode, type Terminal } from "./terminal";

/** Enters the KMK rates of a file, all or none; invoices that waited for them are decided anew by the service. */
export const importKurs = (terminal: Terminal, file: string, asJson: boolean): Promise<ExitCode> =>
  withLedger(terminal, async (app) => {
    const entered = await app.api.enterKurs(kursListOf(readKursFile(wordsAt(file))), { name: "cli" });
    if (asJson) {
      line(terminal.stdout, JSON.stringify(entered));
      return 0;
    }
    const { added, changed, unchanged, decidedAnew } = entered;
    line(
      terminal.stdout,
      `Kurs baru / new: ${added}; diubah / changed: ${changed}; sama / same: ${unchanged}`,
    );
    line(terminal.stdout, `Invoice diputuskan ulang / decided anew: ${decidedAnew}`);
    return 0;
  });
