/** A sentence for people in both languages of the product; Indonesian is the one the law speaks. */
export interface Text {
  readonly id: string;
  readonly en: string;
}

export type Language = keyof Text;

export const text = (id: string, en: string): Text => ({ id, en });

/**
 * Words from outside for one cell of a CSV file: on one line, and with an apostrophe wherever a spreadsheet would see the
 * beginning of a formula, at the start or behind a mark at which it may part cells, whichever its country uses.
 */
export const harmlessCell = (value: string): string =>
  value
    .replace(/[\r\n\u2028\u2029]+/g, " ")
    .replace(/^(?=\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|\t)/, "'")
    .replace(/[,;\t](?=["\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g, "$&'");
