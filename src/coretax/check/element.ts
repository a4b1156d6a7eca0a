import type { Place } from "./faults";
import type { Position } from "./parse";

/** The text of an element without children. */
export interface Leaf extends Position {
  /** As the file has it. */
  readonly raw: string;
  /** Without blanks around it. */
  readonly value: string;
}

/** An element with its leaves, as far as the file has them. */
export interface Element extends Place {
  readonly leaves: ReadonlyMap<string, Leaf>;
}

/** The value of a leaf; undefined when it is missing, which the structure has told already. */
export const valueOf = (element: Element, name: string): string | undefined =>
  element.leaves.get(name)?.value;

/** Where the leaf stands; the element's own line where it is missing. */
export function placeOf(element: Element, name: string): Place {
  const { line, column } = element.leaves.get(name) ?? element;
  return { line, column, path: `${element.path}/${name}` };
}
