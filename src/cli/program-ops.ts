import type { Command } from "commander";
import { makeBackup, restoreBackup } from "./backup";
import { doctor, migrateDatabase } from "./commands";
import type { Run } from "./program";
import { rotateMasterKey } from "./rotate-key";
import type { Terminal } from "./terminal";

/** The commands of whoever runs the service: its schema, its health, its copies, its key. */
export function describeOps(
  terminal: Terminal,
  choose: (command: Run) => void,
  command: (name: string, about: string) => Command,
): void {
  command("migrate", "perbarui skema basis data / bring the database to this version")
    .option("--json")
    .action((options: { json?: boolean }) => choose(() => migrateDatabase(terminal, options.json === true)));

  command("doctor", "periksa semua yang diperlukan / check everything the service needs")
    .option("--json")
    .action((options: { json?: boolean }) => choose(() => doctor(terminal, options.json === true)));

  command(
    "backup",
    "salin basis data dan dokumen ke folder baru / copy database and documents into a new folder",
  )
    .argument("<to>")
    .option("--json")
    .action((to: string, options: { json?: boolean }) =>
      choose(() => makeBackup(terminal, to, options.json === true)),
    );

  command("restore", "pulihkan cadangan / put a backup back where there is no database")
    .argument("[from]")
    .option("--loaded", "sudah dimuat dengan cara lain; tandai saja / it was loaded otherwise; only mark it")
    .option("--json")
    .action((from: string | undefined, options: { loaded?: boolean; json?: boolean }) =>
      choose(() => restoreBackup(terminal, from, options)),
    );

  command("rotate-key", "segel ulang semua rahasia / put every stored secret under the new master key")
    .option("--json")
    .action((options: { json?: boolean }) => choose(() => rotateMasterKey(terminal, options.json === true)));
}
