import type { TaxDay } from "../clock";
import { CASE_KIND_NAMES } from "../faktur/names";
import { text, type Text } from "../text";
import type { DigestFacts, Told } from "./digest-facts";
import { CASE_STATE_NAMES, causeWords, WAITING_WORDS } from "./digest-words";

/** Each thing that the digest tells, in a line. */

export function pauseLines({ pause }: DigestFacts): Text[] {
  if (pause === null) return [];
  const since = text(`Sejak ${pause.since}.`, `Since ${pause.since}.`);
  return [pause.says, pause.fix, since];
}

export function outageLine({ cause, from, to }: DigestFacts["outages"][number]): Text {
  const why = causeWords(cause);
  return to === null
    ? text(`${why.id}: sejak ${from}, belum pulih`, `${why.en}: since ${from}, not over yet`)
    : text(`${why.id}: ${from} sampai ${to}`, `${why.en}: ${from} to ${to}`);
}

const LEVEL = {
  notice: text("mendekati batas", "approaching"),
  warning: text("dekat", "near"),
  urgent: text("MENDESAK", "URGENT"),
  past: text("LEWAT BATAS", "PAST"),
} as const;

export function deadlineLine({
  level,
  deadline,
  count,
  names,
  lastDay,
}: DigestFacts["deadlines"][number]): Text {
  const more = count > names.length ? ", …" : "";
  const listed = `${names.join(", ")}${more}`;
  const left = lastDay === null ? text("", "") : untilWords(lastDay);
  return text(
    `${LEVEL[level].id} (${deadline}): ${count} — ${listed}${left.id}`,
    `${LEVEL[level].en} (${deadline}): ${count} — ${listed}${left.en}`,
  );
}

const untilWords = (lastDay: TaxDay): Text =>
  text(`; hari terakhir membuatnya ${lastDay}`, `; the last day to make it ${lastDay}`);

export const heldLine = ({ code, message, ages }: DigestFacts["held"][number]): Text =>
  text(
    `${ages.count} × ${message.id} (${code}; tertua ${ages.oldestDays} hari)`,
    `${ages.count} × ${message.en} (${code}; the oldest ${ages.oldestDays} days)`,
  );

export const waitingLine = ({ state, ages }: DigestFacts["waiting"][number]): Text =>
  text(
    `${ages.count} × ${WAITING_WORDS[state].id} (tertua ${ages.oldestDays} hari)`,
    `${ages.count} × ${WAITING_WORDS[state].en} (the oldest ${ages.oldestDays} days)`,
  );

/** The lines of a list, and how many are left out. */
export function toldLines<One>(
  { first, inAll }: Told<One>,
  lineOf: (one: One) => Text | readonly Text[],
  page: string,
): Text[] {
  const more = inAll - first.length;
  const rest = text(`dan ${more} lainnya; lihat ${page}`, `and ${more} more; see the page ${page}`);
  return [...first.flatMap(lineOf), ...(more > 0 ? [rest] : [])];
}

export const requestedLines = ({ count, oldestDays, url }: DigestFacts["requested"]): Text[] =>
  count === 0
    ? []
    : [
        text(
          `${count} × Tab NPWP menunggu diaktifkan (tertua ${oldestDays} hari): ${url}`,
          `${count} × NPWP tab to be activated (the oldest ${oldestDays} days): ${url}`,
        ),
      ];

export const mailLine = ({ reference, recipient, detail }: DigestFacts["mails"]["first"][number]): Text => {
  const line = `${reference} → ${recipient}: ${detail}`;
  return text(line, line);
};

export const caseLine = ({ kind, state, count, oldestDays }: DigestFacts["cases"][number]): Text =>
  text(
    `${count} × ${CASE_KIND_NAMES[kind].id} (${CASE_STATE_NAMES[state].id}; tertua ${oldestDays} hari)`,
    `${count} × ${CASE_KIND_NAMES[kind].en} (${CASE_STATE_NAMES[state].en}; the oldest ${oldestDays} days)`,
  );
