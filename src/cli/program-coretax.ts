import { InvalidArgumentError, type Command } from "commander";
import type { Period } from "../clock";
import {
  exportCoretax,
  importCoretax,
  releaseCoretax,
  type ExportOptions,
  type ImportOptions,
  type ReleaseOptions,
} from "./coretax";
import type { Run } from "./program";
import type { Terminal } from "./terminal";

/** The commands for files to and from the Coretax portal. */
export function describeCoretax(terminal: Terminal, choose: (command: Run) => void, coretax: Command): void {
  coretax
    .command("export")
    .exitOverride()
    .description("tulis faktur siap ke berkas XML / write what is ready into XML files")
    .requiredOption("--seller <seller>")
    .requiredOption("--out <folder>")
    .option("--again <file>", "ulangi berkas ini / repeat this file, byte for byte")
    .option("--json")
    .action((options: ExportOptions) => choose(() => exportCoretax(terminal, options)));
  coretax
    .command("import")
    .exitOverride()
    .description("baca kembali daftar .xlsx, PDF atau .zip / read back the list, PDFs or a .zip of them")
    .argument("<files...>")
    .option("--seller <seller>", "bila penjualnya lebih dari satu / when there are several")
    .option("--confirm <faktur=nsfp>", "sudah dibandingkan / compared by a person", confirmation)
    .option(
      "--adopt <faktur=nsfp>",
      "ambil pengganti dari portal / take over the portal's replacement",
      confirmation,
    )
    .option("--whole <masa>", "daftar memuat seluruh masa ini / the list holds all of this masa", masas)
    .option("--json")
    .action((files: string[], options: ImportOptions) =>
      choose(() => importCoretax(terminal, files, options)),
    );
  coretax
    .command("release")
    .exitOverride()
    .description("lepas yang ditahan sejak pemulihan / let go what is kept back since a restore")
    .requiredOption("--seller <seller>")
    .requiredOption("--reason <words>", "apa yang dilihat di portal / what was looked at in the portal")
    .option("--json")
    .action((options: ReleaseOptions) => choose(() => releaseCoretax(terminal, options)));
}

function masas(value: string, before: readonly Period[] = []): readonly Period[] {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(value)) return [...before, value as Period];
  throw new InvalidArgumentError("YYYY-MM");
}

function confirmation(
  value: string,
  before: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  const match = /^([^=]+)=(\d{17})$/.exec(value);
  if (match) return [...before, [match[1] ?? "", match[2] ?? ""]];
  throw new InvalidArgumentError("FAKTUR=NSFP");
}
