import { CASE_KIND_NAMES, MAIL_NAMES } from "../faktur/names";
import { formatIndonesian, parseMoney } from "../money";
import { text, type Text } from "../text";
import { WAITING_WORDS } from "./digest-words";

const CODES: Readonly<Partial<Record<string, Text>>> = {
  ...CASE_KIND_NAMES,
  ...WAITING_WORDS,
  ...MAIL_NAMES,
};

/** An amount behind its currency, or alone where a portal gave it back. */
const AMOUNT = /^\d+\.\d\d$|(?<=\b[A-Z]{3} )\d+\.\d\d\b/g;

/** What a side of the reconciliation says as people say it: states and cases by their names, amounts with their separators. */
export function sideInWords(side: string): Text {
  const grouped = (amount: string) => {
    const parsed = parseMoney(amount);
    return parsed === null ? amount : formatIndonesian(parsed);
  };
  return CODES[side] ?? text(side.replace(AMOUNT, grouped), side);
}
