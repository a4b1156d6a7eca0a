import type { TaxDay } from "../clock";
import type { Oldest } from "../store/home";
import { text, type Text } from "../text";

/** What can need a person; the page counts each. */
export const HOME_KINDS = [
  "channel",
  "certificate",
  "file",
  "digest",
  "stuck",
  "invoice",
  "rejected",
  "problem",
  "lapsed",
  "draft",
  "paper",
  "mail",
  "company",
  "case",
  "approval",
  "difference",
  "wish",
  "transfer",
  "answer",
  "move",
] as const;
export type HomeKind = (typeof HOME_KINDS)[number];

export interface HomeItem {
  readonly kind: HomeKind;
  readonly code: string;
  readonly title: Text;
  readonly message: Text;
  readonly fix: Text;
  /** Where it is put right, in the console. */
  readonly link: string;
  /** An instant in UTC. */
  readonly since: string;
  readonly deadline: TaxDay | null;
  /** Of a case: its last day is that of the document proposed for it. */
  readonly caseId?: string;
}

/** One item; its words are those of its cause. */
export function item(
  kind: HomeKind,
  why: { readonly code: string; readonly message: Text; readonly fix: Text },
  title: Text,
  link: string,
  since: string,
): HomeItem {
  return { kind, code: why.code, title, message: why.message, fix: why.fix, link, since, deadline: null };
}

export const same = (words: string): Text => text(words, words);

/** The oldest rows of a kind as items. */
export const each = <Row>(oldest: Oldest<Row>, make: (row: Row) => HomeItem): Oldest<HomeItem> => ({
  rows: oldest.rows.map(make),
  count: oldest.count,
});
