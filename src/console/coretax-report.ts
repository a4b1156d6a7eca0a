import { kindOf } from "../coretax/readback/sources";
import type { LeftCode } from "../coretax/report";
import type { Text } from "../text";
import type { Ask } from "./ask";
import { DECIDED_HERE, LEFT_ORDER, LEFT_WORDS, NEEDS_LIST } from "./coretax-words";

/** The API's answer to an import, as far as its page needs it. */
export interface Imported {
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly repeated: boolean }[];
  readonly left: readonly LeftRow[];
}

interface LeftRow {
  readonly file: string;
  readonly at: string;
  readonly code: LeftCode;
  readonly message: string;
  readonly fakturs: readonly string[];
  readonly nsfp: string | null;
}

/** Of one kind no more than can be worked through here; with the next import the rest comes. */
const EACH = 50;

type Where = "list" | "sheet";

/** What was left of one kind, of lists or of PDFs, with the box that decides each where one may. */
export interface LeftGroup {
  readonly code: LeftCode;
  readonly where: Where;
  readonly word: Text;
  readonly hint: Text | null;
  readonly count: number;
  readonly decides: "konfirmasi" | "ambil" | null;
  readonly rows: readonly object[];
}

/** The report of an import for people: kind by kind, with the fakturs it speaks of and what may be decided. */
export async function importShown(ask: Ask, report: Imported) {
  const groups: LeftGroup[] = [];
  for (const code of LEFT_ORDER) {
    const rows = report.left.filter((one) => one.code === code);
    // Only what a box decides is parted: lists lie here, PDFs are chosen again.
    const parts = rows.some((one) => decidedBy(code, whereOf(one)) !== null)
      ? (["list", "sheet"] as const).map((where) => rows.filter((one) => whereOf(one) === where))
      : [rows];
    for (const part of parts) {
      const [first] = part;
      if (first !== undefined) groups.push(await groupOf(ask, code, whereOf(first), part));
    }
  }
  const toDecide = groups.filter(({ decides }) => decides !== null);
  const named = new Set(
    report.left.filter((one) => decidedBy(one.code, whereOf(one)) !== null).map(({ file }) => file),
  );
  return {
    ...report,
    ofLists: toDecide.filter(({ where }) => where === "list"),
    ofSheets: toDecide.filter(({ where }) => where === "sheet"),
    others: groups.filter(({ decides }) => decides === null),
    lists: report.files.filter(({ name }) => kindOf(name) === "list" && named.has(name)),
  };
}

const whereOf = ({ file }: LeftRow): Where => {
  const kind = kindOf(file);
  return kind === "pdf" || kind === "zip" ? "sheet" : "list";
};

/** Under which name the box of a row is sent. A replacement is only taken over from a list. */
function decidedBy(code: LeftCode, where: Where): LeftGroup["decides"] {
  if (code === "needs_confirmation") return "konfirmasi";
  return code === "replaced_in_portal" && where === "list" ? "ambil" : null;
}

async function groupOf(ask: Ask, code: LeftCode, where: Where, rows: readonly LeftRow[]): Promise<LeftGroup> {
  const decides = decidedBy(code, where);
  const hint = code === "replaced_in_portal" && where === "sheet" ? NEEDS_LIST : (DECIDED_HERE[code] ?? null);
  const shown = [];
  for (const row of rows.slice(0, EACH)) shown.push(await rowShown(ask, row, decides !== null));
  return { code, where, word: LEFT_WORDS[code], hint, count: rows.length, decides, rows: shown };
}

async function rowShown(ask: Ask, row: LeftRow, decided: boolean) {
  const [only, second] = row.fakturs;
  const mark = only === undefined || second !== undefined || row.nsfp === null ? null : `${only}:${row.nsfp}`;
  return {
    ...row,
    line: kindOf(row.file) === "list" ? row.at : "",
    inside: kindOf(row.file) === "list" ? "" : row.at,
    mark: decided ? mark : null,
    links: row.fakturs.map((id) => `/console/faktur/${encodeURIComponent(id)}`),
    // What the person compares the portal's row with.
    ours:
      decided && only !== undefined ? await ask.json("get", "/fakturs/:id", { params: { id: only } }) : null,
  };
}
