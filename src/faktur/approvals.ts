import { dayInJakarta, type Clock } from "../clock";
import { AppError } from "../errors";
import type { NewId } from "../ids";
import { approvalById, endApproval, insertApproval, type ApprovalRow } from "../store/approvals";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import { addTimeline, fakturById } from "../store/fakturs";
import { sellersOfCompany } from "../store/sellers";
import { BESIDE_SUFFIX, fitted, text, type Text } from "../text";
import type { CaseDecision } from "./case-rules";
import { MOVES } from "./faktur";
import { wayOut } from "./way-out";
import { replacementOf, type LineChange } from "./replacement";
import { sellerOptions } from "./seller";
import { readFaktur, readValue, writeValue } from "./stored";

interface Actor {
  readonly name: string;
}

/** What a person wants done to a faktur that takes two of them. */
export type Wish =
  | { readonly kind: "cancel"; readonly reason: string }
  | { readonly kind: "replace"; readonly reason: string; readonly changes: readonly LineChange[] }
  | {
      readonly kind: "decide";
      readonly caseId: string;
      readonly decision: CaseDecision;
      readonly reason: string;
      readonly changes: readonly LineChange[];
      /** On what it was asked for; absent in requests of before. */
      readonly grounds?: string | undefined;
    };

export interface ApprovalDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Does what was asked for, in the name of whoever confirms; `confirmed` is written in the commit that asks for it. */
  carryOut(fakturId: string, wish: Wish, who: Actor, confirmed: Confirmed): Promise<void>;
}

/** The case is the one with the checklist, where the channel cannot do it. */
export type Confirmed = (tx: Tx, caseId?: string) => Promise<void>;

/** Whether cancelling and replacing of this seller's fakturs take two persons: one word for all names of its company. */
export async function needsSecond(tx: Tx, seller: string): Promise<boolean> {
  const names = await sellersOfCompany(tx, seller);
  return names.some((row) => sellerOptions(row).fourEyes === true);
}

/** Decisions of a case that touch a faktur which the authority knows. */
export const touchesFaktur = (decision: CaseDecision): boolean =>
  decision === "cancel" || decision === "replace" || decision === "cancel_and_new";

/**
 * Writes a wish down and returns its id; nothing happens to the faktur. Throws `wrong_state` when it could not be done
 * or another request waits, `refused` with the faults of a replacement.
 */
export async function askApproval(
  d: Omit<ApprovalDeps, "carryOut">,
  fakturId: string,
  wish: Wish,
  who: Actor,
): Promise<string> {
  const now = d.clock.now();
  const id = d.newId(now);
  await d.db.transaction(async (tx) => {
    const faktur = await fakturById(tx, fakturId);
    if (faktur === undefined) throw new AppError("not_found", NO_FAKTUR);
    const replaces = wish.kind === "replace" || (wish.kind === "decide" && wish.decision === "replace");
    const can = replaces ? MOVES[faktur.state].askReplace !== undefined : wayOut(faktur) !== "none";
    if (wish.kind !== "decide" && !can) throw new AppError("wrong_state", CANNOT);
    if (wish.kind === "replace") {
      const today = dayInJakarta(now);
      const { reference, nsfp } = faktur;
      const built = replacementOf(readFaktur(faktur.document), nsfp ?? "", reference, wish.changes, today);
      if (built.kind === "faults") throw new AppError("refused", REPLACEMENT_WRONG, { faults: built.faults });
    }
    const row: ApprovalRow = {
      ...{ id, seller: faktur.seller, faktur_id: fakturId, kind: wish.kind, wish: writeValue(wish) },
      case_id: wish.kind === "decide" ? wish.caseId : null,
      ...{ reason: wish.reason, asked_by: who.name, asked_at: now.toISOString() },
      ...{ state: "waiting", waiting_for: fakturId },
      ...{ decided_by: null, decided_at: null, decision_reason: null },
    };
    if (!(await insertApproval(tx, row))) throw new AppError("wrong_state", WAITS_ALREADY);
    await written(tx, d, row, "asked", who, `${wish.kind}: ${wish.reason}`);
  });
  return id;
}

/**
 * A second person confirms, and it is done at once: the request waits, and keeps others out, until the commit that asks
 * for what it wants. What cannot be done any more throws what the doing throws. Throws `refused` for whoever asked,
 * `wrong_state` for one that waits no longer.
 */
export async function confirmApproval(d: ApprovalDeps, id: string, who: Actor): Promise<void> {
  const row = await existing(d.db.knex, id);
  if (samePerson(row.asked_by, who.name)) throw new AppError("refused", SAME_PERSON);
  if (row.state !== "waiting") throw overBefore(row);
  const wish = readValue(row.wish) as Wish;
  const reason = `${wish.reason} (diminta / asked by: ${row.asked_by})`.slice(0, 1000);
  try {
    await d.carryOut(row.faktur_id, { ...wish, reason }, who, (tx, caseId = row.case_id ?? undefined) =>
      end(tx, d, row, { state: "confirmed", reason: null, caseId: caseId ?? null }, who),
    );
  } catch (thrown) {
    await noteFailed(d, row, who);
    throw thrown;
  }
}

/** What fails after the request was ended has been carried out all the same. */
async function noteFailed(d: ApprovalDeps, row: ApprovalRow, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const { state } = await existing(tx, row.id);
    if (state === "waiting") await written(tx, d, row, "not_carried_out", who, null);
  });
}

/** The faktur stays as it is. Whoever asked may take it back. Throws `wrong_state` for one that waits no longer. */
export async function refuseApproval(
  d: Omit<ApprovalDeps, "carryOut">,
  id: string,
  reason: string,
  who: Actor,
): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    if (row.state === "lapsed") throw overBefore(row);
    await end(tx, d, row, { state: "refused", reason, caseId: row.case_id }, who);
  });
}

async function existing(tx: Tx, id: string): Promise<ApprovalRow> {
  const row = await approvalById(tx, id);
  if (row === undefined) throw new AppError("not_found", UNKNOWN);
  return row;
}

async function end(
  tx: Tx,
  d: Omit<ApprovalDeps, "carryOut">,
  row: ApprovalRow,
  ending: {
    readonly state: "confirmed" | "refused";
    readonly reason: string | null;
    readonly caseId: string | null;
  },
  who: Actor,
): Promise<void> {
  const { state, reason, caseId } = ending;
  const changes = {
    ...{ state, waiting_for: null, case_id: caseId, decision_reason: reason },
    ...{ decided_by: who.name, decided_at: d.clock.now().toISOString() },
  };
  if (!(await endApproval(tx, row.id, changes))) throw new AppError("wrong_state", DECIDED);
  await written(tx, d, row, state, who, reason);
}

/**
 * Users go by their address, tokens by their name; letters in another case are no other person. Whoever a token says it
 * speaks for, it is one key: who holds it could name two people.
 */
export const samePerson = (one: string, other: string): boolean => keyOf(one) === keyOf(other);

const keyOf = (name: string): string =>
  fitted(
    name
      .trim()
      .toLowerCase()
      .replace(/ for (?:admin|client) \S+$/, ""),
    BESIDE_SUFFIX,
  );

async function written(
  tx: Tx,
  d: Pick<ApprovalDeps, "clock">,
  row: ApprovalRow,
  action: string,
  who: Actor,
  detail: string | null,
): Promise<void> {
  const at = d.clock.now();
  const event = `approval_${action}`;
  await addTimeline(tx, row.faktur_id, { at, event, by: who.name, detail: detail?.slice(0, 500) ?? null });
  const entry = { at: at.toISOString(), actor: who.name, action: `approval.${action}` };
  await appendAudit(tx, {
    ...entry,
    subject: `faktur:${row.faktur_id}`,
    detail: detail?.slice(0, 1000) ?? row.id,
  });
}

const NO_FAKTUR = text("Faktur tidak ditemukan.", "There is no such faktur.");
const UNKNOWN = text("Permintaan tidak ditemukan.", "There is no such request.");
const CANNOT = text(
  "Dalam statusnya sekarang faktur ini tidak dapat dibatalkan atau diganti.",
  "In its present state this faktur can be neither cancelled nor replaced.",
);
const REPLACEMENT_WRONG = text("Faktur pengganti belum benar.", "The replacement is not right yet.");
const WAITS_ALREADY = text(
  "Sudah ada permintaan yang menunggu persetujuan untuk faktur ini. Setujui atau tolak dahulu.",
  "A request for this faktur waits already. Confirm or refuse it first.",
);
const SAME_PERSON: Text = text(
  "Anda sendiri yang memintanya. Mintalah orang lain di keuangan menyetujuinya.",
  "You asked for this yourself. Have another person in finance confirm it.",
);
/** What to say to whoever decides a request that waits no longer. */
const overBefore = ({ state, decision_reason }: ApprovalRow): AppError =>
  new AppError("wrong_state", state === "lapsed" ? lapsed(decision_reason ?? "") : DECIDED);

const lapsed = (why: string): Text =>
  text(
    `Permintaan ini gugur sebelum diputuskan: ${why}.`,
    `This request has lapsed before it was decided: ${why}.`,
  );
const DECIDED = text("Permintaan ini sudah diputuskan.", "This request has been decided.");
