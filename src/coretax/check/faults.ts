import type { Fault } from "../../errors";
import { text, type Text } from "../../text";
import { FILE_FAULTS } from "./faults-of-files";
import { LINE_FAULTS } from "./faults-of-lines";
import { VALUE_FAULTS } from "./faults-of-values";

/** An error means that the portal refuses the file or that the document is wrong; a warning asks a person to look. */
export type Severity = "error" | "warning";

/** One row of the tables: severity, what is wrong, what to do. `{found}` and `{expected}` are filled in. */
export type FaultWords = readonly [severity: Severity, message: Text, fix: Text];

const FAULTS = { ...FILE_FAULTS, ...VALUE_FAULTS, ...LINE_FAULTS } satisfies Record<string, FaultWords>;

/** Codes are stable and never reused; sentences may change. */
export type XmlFaultCode = keyof typeof FAULTS;

/** Where in the file: line and column count from 1, the path names the elements, e.g. `/TaxInvoiceBulk/TIN`. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

/** One thing wrong with one place of the file. */
export interface XmlFault extends Fault, Place {
  readonly code: XmlFaultCode;
  readonly severity: Severity;
}

export interface FaultFigures {
  readonly found?: string;
  readonly expected?: string;
}

/** The fault of that code at that place, with its figures in the sentence. */
export function xmlFault(code: XmlFaultCode, place: Place, figures: FaultFigures = {}): XmlFault {
  const [severity, message, fix]: FaultWords = FAULTS[code];
  const { line, column, path } = place;
  return { code, severity, line, column, path, message: fill(message, figures), fix: fill(fix, figures) };
}

/** `[fault]` when the condition holds, else nothing: for lists of rules. */
export const faultIf = (
  holds: boolean,
  code: XmlFaultCode,
  place: Place,
  figures: FaultFigures = {},
): readonly XmlFault[] => (holds ? [xmlFault(code, place, figures)] : []);

function fill(says: Text, figures: FaultFigures): Text {
  const filled = (words: string) =>
    words.replace(/\{(found|expected)\}/g, (_, name: keyof FaultFigures) => shown(figures[name] ?? ""));
  return text(filled(says.id), filled(says.en));
}

const SHOWN_LENGTH = 60;

/** A value of the file as a sentence may carry it: short, on one line, without characters a terminal would obey. */
function shown(value: string): string {
  const letters = Array.from(value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\uFFFD"));
  return letters.length <= SHOWN_LENGTH ? letters.join("") : `${letters.slice(0, SHOWN_LENGTH).join("")}…`;
}
