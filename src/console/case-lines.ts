import { AppError } from "../errors";
import { text } from "../text";
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

/**
 * What the form changes, line by line, as the API takes it. Amounts may be typed as Indonesians write them. Throws `malformed`
 * for what is no amount, with the line: the API would tell its place among the lines that change.
 */
export function changedLines(lines: readonly FakturLineShown[], form: Form): Record<string, unknown>[] {
  return lines.flatMap((line, index) => {
    const number = index + 1;
    if (fieldOf(form, `remove${number}`) !== "") return [{ line: number, remove: true }];
    const changes = FIELDS.flatMap((name) => {
      const typed = fieldOf(form, `${name}${number}`);
      const value = name === "name" ? typed : amountIn(number, name, typed);
      return typed === "" || value === line[name] ? [] : [[name, value] as const];
    });
    return changes.length === 0 ? [] : [{ line: number, ...Object.fromEntries(changes) }];
  });
}

const AMOUNTS = {
  price: text("harga satuan", "unit price"),
  quantity: text("jumlah", "quantity"),
  discount: text("potongan", "discount"),
} as const;

function amountIn(line: number, name: keyof typeof AMOUNTS, typed: string): string {
  const value = plainAmount(typed);
  if (typed === "" || /^\d{1,13}(\.\d{1,2})?$/.test(value)) return value;
  const word = AMOUNTS[name];
  throw new AppError(
    "malformed",
    text(
      `Baris ${line}, ${word.id}: “${typed}” bukan angka. Tulis misalnya 900.000,50, paling banyak dua desimal.`,
      `Line ${line}, ${word.en}: “${typed}” is no number. Write for example 900000.50, with two decimals at most.`,
    ),
  );
}
