import { AppError } from "../errors";
import { rotateKey, type Sealed } from "../ops/rotate-key";
import { text } from "../text";
import { withLedger } from "./commands";
import { both, line, type ExitCode, type Terminal } from "./terminal";

/** Puts every stored secret under the master key in use; exit 1 when one opens under neither key. */
export const rotateMasterKey = (terminal: Terminal, asJson: boolean): Promise<ExitCode> =>
  withLedger(terminal, async (app) => {
    if (app.config.oldMasterKey === undefined) throw new AppError("config_invalid", NO_OLD_KEY);
    const { resealed, survey } = await rotateKey(app);
    const { present, neither, old } = survey;
    if (asJson) {
      line(terminal.stdout, JSON.stringify({ resealed, present, old, neither }, null, 2));
    } else {
      line(
        terminal.stdout,
        `Disegel ulang / sealed anew: ${resealed}; di bawah kunci baru / under the key in use: ${present}`,
      );
      for (const one of [...old, ...neither])
        line(terminal.stdout, `  ✗ ${nameOf(one)}: ${both(CANNOT_OPEN)}`);
      if (old.length + neither.length === 0) line(terminal.stdout, both(DONE));
    }
    return old.length + neither.length === 0 ? 0 : 1;
  });

const nameOf = ({ table, id, column }: Sealed): string => `${table}/${id} ${column}`;

const NO_OLD_KEY = text(
  "Kunci lama belum diberikan. Isi FAKTUR_MASTER_KEY dengan kunci baru dan FAKTUR_MASTER_KEY_OLD dengan yang lama.",
  "The old key is not given. Set FAKTUR_MASTER_KEY to the new key and FAKTUR_MASTER_KEY_OLD to the old one.",
);
const CANNOT_OPEN = text(
  "tidak dapat dibuka dengan kunci mana pun. Simpan ulang rahasianya.",
  "does not open under either key. Store that secret again.",
);
const DONE = text(
  "FAKTUR_MASTER_KEY_OLD boleh dihapus setelah semua proses dijalankan ulang dengan kunci baru.",
  "FAKTUR_MASTER_KEY_OLD may go once every process has been restarted with the new key.",
);
