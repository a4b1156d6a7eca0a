import { asAppError } from "../errors";
import { nothingElse, type Actor } from "../faktur/asked";
import type { CaseKind } from "../faktur/case-rules";
import { withValues } from "../faktur/change-words";
import type { LineChange } from "../faktur/replacement";
import { casesOfFaktur, type CaseRow } from "../store/cases";
import type { Tx } from "../store/db";
import type { ApiDeps } from "./deps";

/** What a person asks for that the channel may not be able to do. */
export interface Wish {
  readonly decision: "cancel" | "replace";
  readonly reason: string;
  readonly changes: readonly LineChange[];
}

/** The cases such a wish decides where one is open already; the first is opened where none is. */
const KINDS: Readonly<Record<Wish["decision"], readonly [CaseKind, ...CaseKind[]]>> = {
  cancel: ["cancel_asked", "refund", "cancelled_in_portal", "duplicate"],
  replace: ["wrong_amount"],
};

/**
 * Does what is asked through the channel, or, where that cannot, opens the case with the checklist for the portal.
 * Returns the id of that case, and null when the channel has taken it. Asked again it is the same case. `also` is written
 * in the commit that decides the case.
 */
export async function orByHand(
  d: ApiDeps,
  fakturId: string,
  wish: Wish,
  who: Actor,
  act: () => Promise<void>,
  also: Also = nothingElse,
): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (thrown) {
    if (codeOf(thrown) !== "by_hand") throw thrown;
  }
  const running = await joined(d, fakturId, wish, also);
  if (running !== undefined) return running;
  try {
    return await decided(d, fakturId, wish, who, also);
  } catch (thrown) {
    // Another hand was faster with the very same.
    const theirs = codeOf(thrown) === "wrong_state" ? await joined(d, fakturId, wish, also) : undefined;
    if (theirs === undefined) throw thrown;
    return theirs;
  }
}

type Also = (tx: Tx, caseId: string) => Promise<void>;

const isSame = ({ state, decision }: CaseRow, wish: Wish): boolean =>
  state === "working" && decision === wish.decision;

/** The case that carries out the same already, with the same values. */
async function joined(d: ApiDeps, fakturId: string, wish: Wish, also: Also): Promise<string | undefined> {
  const cases = await casesOfFaktur(d.db.knex, fakturId);
  const words = withValues(wish.reason, wish.changes);
  const running = cases.find(
    (row) => isSame(row, wish) && (wish.changes.length === 0 || row.decision_reason === words),
  );
  if (running !== undefined) await d.db.transaction((tx) => also(tx, running.id));
  return running?.id;
}

/** Other values for a replacement that is under way by hand are decided in its own case. */
async function decided(d: ApiDeps, fakturId: string, wish: Wish, who: Actor, also: Also): Promise<string> {
  const { decision, reason, changes } = wish;
  const before = await casesOfFaktur(d.db.knex, fakturId);
  // Who asks at the same moment has seen as many cases, and finds this one.
  const cause = `by_hand_${decision}:${fakturId}/${before.length}`;
  const standing = before.find((row) => isSame(row, wish))?.id ?? openOne(before, wish);
  const id = standing ?? (await openCase(d, fakturId, wish, cause, who));
  await d.cases.decide(id, { decision, reason, changes }, who, (tx) => also(tx, id));
  return id;
}

const codeOf = (thrown: unknown): string => asAppError(thrown).code;

const openOne = (before: readonly CaseRow[], { decision }: Wish): string | undefined =>
  before.find((row) => row.state === "open" && KINDS[decision].includes(row.kind))?.id;

function openCase(d: ApiDeps, fakturId: string, wish: Wish, cause: string, who: Actor): Promise<string> {
  const note = withValues(wish.reason, wish.changes);
  return d.cases.open(fakturId, { kind: KINDS[wish.decision][0], note, amount: null, cause }, who);
}
