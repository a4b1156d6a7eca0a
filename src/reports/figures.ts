import type { Money } from "../money";

/** What is added up in a return: whole rupiah, kept in hundredths. */
export interface Amounts {
  readonly dpp: Money;
  readonly dppNilaiLain: Money;
  readonly ppn: Money;
}

export interface Figures extends Amounts {
  readonly count: number;
}

/** How many there are and what they come to. Sums of whole rupiah, so that every list ties to its total. */
export function figuresOf(rows: Iterable<Amounts>): Figures {
  let [count, dpp, dppNilaiLain, ppn] = [0, 0n, 0n, 0n];
  for (const row of rows) {
    count += 1;
    dpp += row.dpp;
    dppNilaiLain += row.dppNilaiLain;
    ppn += row.ppn;
  }
  return { count, dpp, dppNilaiLain, ppn };
}

/** Groups in the order in which their keys are met first. */
export function grouped<Row, Key>(rows: Iterable<Row>, keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
