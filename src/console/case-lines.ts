import { plainAmount } from "./amounts";
import { fieldOf, type Form } from "./page";

/** A line of a faktur as the API shows it. */
export interface FakturLineShown {
  readonly name: string;
  readonly price: string;
  readonly quantity: string;
  readonly discount: string;
}

const FIELDS = ["name", "price", "quantity", "discount"] as const;

/** The lines with what was typed over them, for the form of a replacement. */
export const caseLines = (lines: readonly FakturLineShown[], typed: Form) =>
  lines.map((line, index) => ({
    number: index + 1,
    ...Object.fromEntries(FIELDS.map((name) => [name, fieldOf(typed, `${name}${index + 1}`) || line[name]])),
    removed: fieldOf(typed, `remove${index + 1}`) !== "",
  }));

/** What the form changes, line by line, as the API takes it. Amounts may be typed as Indonesians write them. */
export function changedLines(lines: readonly FakturLineShown[], form: Form): Record<string, unknown>[] {
  return lines.flatMap((line, index) => {
    const number = index + 1;
    if (fieldOf(form, `remove${number}`) !== "") return [{ line: number, remove: true }];
    const changes = FIELDS.flatMap((name) => {
      const typed = fieldOf(form, `${name}${number}`);
      const value = name === "name" ? typed : plainAmount(typed);
      return typed === "" || value === line[name] ? [] : [[name, value] as const];
    });
    return changes.length === 0 ? [] : [{ line: number, ...Object.fromEntries(changes) }];
  });
}
