import { createHash } from "node:crypto";
import type { Knex } from "knex";
import { actorNamed, fitted } from "../text";
import { isDuplicate, type Tx } from "./db";

export interface AuditEntry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string | null;
}

interface AuditRow extends AuditEntry {
  readonly sequence: number | string;
  readonly previous: string;
  readonly hash: string;
}

const chained = (sequence: number, entry: AuditEntry, previous: string): string =>
  createHash("sha256")
    .update(
      JSON.stringify([sequence, entry.at, entry.actor, entry.action, entry.subject, entry.detail, previous]),
    )
    .digest("hex");

const SUBJECT_LENGTH = 200;
const DETAIL_LENGTH = 10_000;

/** What either database gives back as it took it: the hash is of that. Half a sign would come back as another one. */
const kept = <Entry extends Omit<AuditEntry, "at">>(entry: Entry): Entry => ({
  ...entry,
  actor: actorNamed(entry.actor),
  action: entry.action.toWellFormed(),
  subject: fitted(entry.subject.toWellFormed(), SUBJECT_LENGTH),
  detail: entry.detail === null ? null : fitted(entry.detail.toWellFormed(), DETAIL_LENGTH),
});

/** Appends to the chain. The primary key on the number decides between two writers; the later one tries the next. */
export async function appendAudit(tx: Tx, given: AuditEntry): Promise<void> {
  const entry = kept(given);
  for (;;) {
    const last = await tx<AuditRow>("audit").orderBy("sequence", "desc").first();
    const sequence = Number(last?.sequence ?? 0) + 1;
    const previous = last?.hash ?? "";
    try {
      await tx<AuditRow>("audit").insert({
        ...entry,
        sequence,
        previous,
        hash: chained(sequence, entry, previous),
      });
      return;
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
    }
  }
}

/** Whether exactly this was written before, whenever it was. */
export const isAudited = async (tx: Tx, entry: Omit<AuditEntry, "at">): Promise<boolean> =>
  (await tx<AuditRow>("audit").where(kept(entry)).first("sequence")) !== undefined;

export interface AuditPage extends AuditEntry {
  readonly sequence: number;
}

export async function listAudit(
  tx: Tx,
  after: number,
  limit: number,
  subject?: string,
): Promise<AuditPage[]> {
  const query = tx<AuditRow>("audit").where("sequence", ">", after).orderBy("sequence").limit(limit);
  if (subject !== undefined) query.where({ subject: fitted(subject, SUBJECT_LENGTH) });
  return (await query).map((row) => ({
    sequence: Number(row.sequence),
    at: row.at,
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    detail: row.detail,
  }));
}

/** What of the trail is asked for; ends of `subject` and `action` at a sign of theirs mean all of that kind. */
export interface AuditFilter {
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Instants; `until` is not in it. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** One page in either order; `after` is the number of the last entry seen. */
export async function findAudit(
  tx: Tx,
  filter: AuditFilter,
  order: "oldest" | "newest",
  after: number | null,
  limit: number,
): Promise<AuditPage[]> {
  const newest = order === "newest";
  const query = tx<AuditRow>("audit")
    .orderBy("sequence", newest ? "desc" : "asc")
    .limit(limit);
  if (after !== null) query.where("sequence", newest ? "<" : ">", after);
  if (filter.subject !== undefined) named(query, "subject", filter.subject, ":");
  if (filter.action !== undefined) named(query, "action", filter.action, ".");
  if (filter.actor !== undefined) query.where({ actor: actorNamed(filter.actor) });
  if (filter.since !== undefined) query.where("at", ">=", filter.since);
  if (filter.until !== undefined) query.where("at", "<", filter.until);
  return (await query).map(({ sequence, at, actor, action, subject, detail }) => ({
    ...{ sequence: Number(sequence), at, actor, action, subject, detail },
  }));
}

/** A range instead of a pattern: what people type has no signs with a meaning, and the index serves. */
function named(query: Knex.QueryBuilder, column: string, value: string, sign: string): void {
  if (!value.endsWith(sign)) query.where(column, value);
  else query.where(column, ">=", value).where(column, "<", `${value}\u{10ffff}`);
}

export type AuditVerdict =
  /** `last`: the hash of its last entry, on which all before it hang; null where there is none. */
  | { readonly kind: "whole"; readonly entries: number; readonly last: string | null }
  | { readonly kind: "broken"; readonly at: number };

/** Recomputes the chain from the first entry on, a page at a time. What is gone from its end it cannot know of. */
export async function verifyAudit(tx: Tx): Promise<AuditVerdict> {
  let previous = "";
  let sequence = 0;
  for (;;) {
    const page = await tx<AuditRow>("audit").where("sequence", ">", sequence).orderBy("sequence").limit(1000);
    for (const row of page) {
      const expected = sequence + 1;
      const intact = Number(row.sequence) === expected && row.previous === previous;
      if (!intact || row.hash !== chained(expected, row, previous)) return { kind: "broken", at: expected };
      sequence = expected;
      previous = row.hash;
    }
    if (page.length < 1000) return { kind: "whole", entries: sequence, last: previous || null };
  }
}

/** Whether an entry has this hash. In a chain that is whole, all up to that entry is then what it was. */
export const hasAuditHash = async (tx: Tx, hash: string): Promise<boolean> =>
  (await tx<AuditRow>("audit").where({ hash }).first("sequence")) !== undefined;
