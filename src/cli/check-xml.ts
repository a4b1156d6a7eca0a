import { closeSync, openSync, readSync, statSync } from "node:fs";
import { dayInJakarta, type Clock } from "../clock";
import { checkXml, type CheckedFile } from "../coretax/check/check";
import type { Severity, XmlFault } from "../coretax/check/faults";
import { unreadable } from "../files";
import { startProgress } from "./progress";
import { line, type ExitCode, type Terminal } from "./terminal";

/** Files below this are done before a bar could be read. */
const LARGE = 5_000_000;
const PIECE = 1 << 18;

type Count = Record<Severity, number>;

/** Prints every fault of a Coretax XML file as it is found, then a summary. 1 on errors, 0 when there are none. */
export async function checkXmlFile(
  terminal: Terminal,
  clock: Clock,
  file: string,
  asJson: boolean,
): Promise<ExitCode> {
  const count: Count = { error: 0, warning: 0 };
  const faults = checkXml(readPieces(file, terminal), dayInJakarta(clock.now()));
  const show = asJson ? jsonPrinter(terminal, file) : linePrinter(terminal, file);
  show.begin();
  let step = faults.next();
  for (; step.done !== true; step = faults.next()) {
    count[step.value.severity] += 1;
    show.fault(step.value);
  }
  show.end(step.value, count);
  return count.error > 0 ? 1 : 0;
}

interface Printer {
  begin(): void;
  fault(fault: XmlFault): void;
  end(checked: CheckedFile, count: Count): void;
}

function linePrinter({ stdout }: Terminal, file: string): Printer {
  return {
    begin: () => undefined,
    fault({ line: row, column, path, code, severity, message, fix }) {
      const mark = severity === "warning" ? " (peringatan / warning)" : "";
      line(
        stdout,
        `${row}:${column} ${path} ${code}${mark} ${message.id} ${fix.id} / ${message.en} ${fix.en}`,
      );
    },
    end({ fakturs, complete }, { error, warning }) {
      const read = complete ? "" : " (tidak terbaca sampai akhir / not read to its end)";
      line(
        stdout,
        `${file}: ${fakturs} faktur${read}, ${error} kesalahan, ${warning} peringatan / ${error} errors, ${warning} warnings`,
      );
    },
  };
}

/** One JSON object, written as it grows: a broken file may have very many faults. */
function jsonPrinter({ stdout }: Terminal, file: string): Printer {
  let first = true;
  return {
    begin: () => void stdout.write(`{"file":${JSON.stringify(file)},"faults":[`),
    fault(fault) {
      stdout.write(`${first ? "\n" : ",\n"}${JSON.stringify(fault)}`);
      first = false;
    },
    end({ fakturs, complete }, { error, warning }) {
      const rest = JSON.stringify({ fakturs, complete, errors: error, warnings: warning });
      line(stdout, `],${rest.slice(1)}`);
    },
  };
}

/** The bytes in pieces; a large file shows on the terminal how far it is, without disturbing what is printed. */
function* readPieces(file: string, { stderr }: Terminal): Generator<Uint8Array> {
  const opened = open(file);
  const progress = startProgress(stderr, 100);
  const isShown = opened.size >= LARGE && stderr.isTTY === true;
  let done = 0;
  try {
    for (;;) {
      const bytes = new Uint8Array(PIECE);
      const length = readSync(opened.file, bytes);
      if (length === 0) return;
      yield bytes.subarray(0, length);
      done += length;
      if (isShown) progress.at(Math.min(100, Math.floor((done * 100) / opened.size)), "%");
    }
  } finally {
    if (isShown) progress.end();
    closeSync(opened.file);
  }
}

function open(file: string): { file: number; size: number } {
  try {
    if (!statSync(file).isFile()) throw new TypeError("not a file");
    const opened = openSync(file, "r");
    return { file: opened, size: statSync(file).size };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
