import { refuseFile } from "./faults";
import { readXml } from "./xml";

/** What a cell holds, before anyone decides what it means. Numbers stay the text that the file has. */
export type Cell =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: string }
  | { readonly kind: "error"; readonly value: string };

export interface SheetRow {
  /** As Excel shows it, from 1. */
  readonly line: number;
  /** By column, from 0; empty ones are missing. */
  readonly cells: readonly (Cell | undefined)[];
}

/** Beyond what the list needs; cells further right are passed over. */
const MOST_COLUMNS = 256;
/** Excel's own limits. */
const MOST_LINES = 1_048_576;
const MOST_LETTERS = 32_767;
/** All shared strings together: in letters, and how many; a list of 100,000 rows has 1.7 million cells. */
const MOST_SHARED = 50_000_000;
const MOST_STRINGS = 2_000_000;

/** The strings that cells name by their place. Phonetic readings are left out. */
export async function readSharedStrings(pieces: AsyncIterable<Buffer>): Promise<string[]> {
  const strings: string[] = [];
  let letters = 0;
  let current: string | null = null;
  let inText = false;
  let inPhonetic = false;
  await readXml("sharedStrings", pieces, {
    open(name) {
      if (name === "si") current = "";
      else if (name === "rPh") inPhonetic = true;
      else if (name === "t") inText = !inPhonetic;
    },
    close(name) {
      if (name === "rPh") inPhonetic = false;
      else if (name === "t") inText = false;
      else if (name === "si" && current !== null) {
        strings.push(unescape(current));
        if (strings.length > MOST_STRINGS) throw refuseFile("file_swells", [MOST_SHARED / 1_000_000]);
        current = null;
      }
    },
    text(value) {
      if (!inText || current === null) return;
      letters += value.length;
      if (letters > MOST_SHARED) throw refuseFile("file_swells", [MOST_SHARED / 1_000_000]);
      current = joined(current, value);
    },
  });
  return strings;
}

/** Rows of a worksheet in their order, handed over one by one; `false` from `take` ends the handing over. */
export async function readRows(
  pieces: AsyncIterable<Buffer>,
  shared: readonly string[],
  take: (row: SheetRow) => boolean,
): Promise<void> {
  const state: SheetState = {
    line: 0,
    column: -1,
    cells: [],
    cell: null,
    part: null,
    phonetic: false,
    wanted: true,
  };
  await readXml("sheet", untilUnwanted(pieces, state), {
    open(name, attribute) {
      if (name === "row") openRow(state, attribute("r"));
      else if (name === "c") openCell(state, attribute("r"), attribute("t"));
      else if (name === "rPh") state.phonetic = true;
      else if ((name === "v" || name === "t") && state.cell !== null && !state.phonetic) state.part = name;
    },
    close(name) {
      if (name === "v" || name === "t") state.part = null;
      else if (name === "rPh") state.phonetic = false;
      else if (name === "c") closeCell(state, shared);
      else if (name === "row") closeRow(state, take);
    },
    text(value) {
      if (state.part === null || state.cell === null) return;
      if (state.part === "v") state.cell.value = joined(state.cell.value, value);
      else state.cell.inline = joined(state.cell.inline, value);
    },
  }).catch((thrown: unknown) => {
    // What is cut off after the last wanted row is no one's concern.
    if (state.wanted) throw thrown;
  });
}

interface SheetState {
  line: number;
  column: number;
  cells: (Cell | undefined)[];
  cell: { type: string; value: string; inline: string } | null;
  part: "v" | "t" | null;
  phonetic: boolean;
  wanted: boolean;
}

async function* untilUnwanted(pieces: AsyncIterable<Buffer>, state: SheetState): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    yield piece;
    if (!state.wanted) return;
  }
}

function openRow(state: SheetState, number: string | undefined): void {
  state.line = number === undefined ? state.line + 1 : Number(number);
  if (!(Number.isInteger(state.line) && state.line >= 1 && state.line <= MOST_LINES)) {
    throw refuseFile("file_damaged", ["row"]);
  }
  state.column = -1;
  state.cells = [];
}

function openCell(state: SheetState, address: string | undefined, type = "n"): void {
  state.column = address === undefined ? state.column + 1 : columnOf(address);
  state.cell = { type, value: "", inline: "" };
}

/** `B7` → 1. */
function columnOf(address: string): number {
  const letters = /^([A-Z]{1,3})\d{1,7}$/.exec(address)?.[1];
  if (letters === undefined) throw refuseFile("file_damaged", ["cell"]);
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function closeCell(state: SheetState, shared: readonly string[]): void {
  if (state.cell === null) return;
  const cell = cellOf(state.cell.type, state.cell.value.trim(), state.cell.inline, shared);
  if (cell !== undefined && state.column < MOST_COLUMNS) state.cells[state.column] = cell;
  state.cell = null;
}

function cellOf(type: string, value: string, inline: string, shared: readonly string[]): Cell | undefined {
  switch (type) {
    case "s": {
      if (value === "") return undefined;
      const string = /^\d{1,9}$/.test(value) ? shared[Number(value)] : undefined;
      return string === undefined ? { kind: "error", value: "shared string" } : textCell(string);
    }
    case "inlineStr":
      return textCell(unescape(inline));
    case "str":
    case "d":
      return textCell(unescape(value));
    case "b":
      return value === "" ? undefined : { kind: "boolean", value };
    case "n":
      return value === "" ? undefined : { kind: "number", value };
    default:
      return { kind: "error", value: value === "" ? type : value };
  }
}

function textCell(value: string): Cell | undefined {
  const trimmed = value.trim();
  return trimmed === "" ? undefined : { kind: "text", value: trimmed };
}

function closeRow(state: SheetState, take: (row: SheetRow) => boolean): void {
  if (state.wanted && state.cells.length > 0) state.wanted = take({ line: state.line, cells: state.cells });
  state.cells = [];
}

function joined(before: string, more: string): string {
  if (before.length + more.length > MOST_LETTERS * 4) throw refuseFile("file_damaged", ["cell"]);
  return before + more;
}

/** Letters that XML cannot carry are written `_x000D_` (ECMA-376 part 1, 22.9.2.19). */
const unescape = (value: string): string =>
  value.includes("_x")
    ? value.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : value;
