import { dayInJakarta, type Clock, type Period } from "../clock";
import { AppError } from "../errors";
import type { NewId } from "../ids";
import { changeCase, type CaseRow, type CaseState } from "../store/cases";
import type { Db, Tx } from "../store/db";
import { fakturById, type FakturRow } from "../store/fakturs";
import { standingInPlaceOf } from "../store/replacements";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import { nothingElse, type Actor, type Alongside } from "./asked";
import { caseMoved, caseNamed, caseRetold, caseWritten, groundsOf } from "./asked-case";
import type { CaseDecision } from "./case-rules";
import { withValues } from "./change-words";
import { readSteps, stepsOf, type CaseStep, type StepCode } from "./case-steps";
import type { ChannelCapabilities } from "./channels/channel";
import { FILE_CHANNEL, type FakturState } from "./faktur";
import type { LineChange } from "./replacement";
import { settleCases } from "./settle-case";

export interface CaseDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  capabilitiesOf(seller: SellerRow): ChannelCapabilities;
  /** Cancels through the channel, or drops what never became a faktur; `also` is written in the commit that asks. */
  cancel(fakturId: string, reason: string, who: Actor, also: Alongside): Promise<void>;
  replace(
    fakturId: string,
    changes: readonly LineChange[],
    reason: string,
    who: Actor,
    also: Alongside,
  ): Promise<unknown>;
}

export interface Decided {
  readonly decision: CaseDecision;
  readonly reason: string;
  /** For `replace` through a channel. */
  readonly changes: readonly LineChange[];
  /** The grounds on which it was asked for, where that was before: on others nothing is decided. */
  readonly grounds?: string | undefined;
}

/**
 * Finance decides a case. Cancel and replace go through the channel where it can, else the case becomes a checklist;
 * a nota pembatalan waits for the buyer; the rest closes the case. A case may be decided again until the authority has
 * been asked, and when it has refused. The decision, what it asks of the authority and `also` are one commit. Throws
 * `not_found`, `wrong_state` and whatever cancel or replace throw; then nothing has changed.
 */
export async function decideCase(
  d: CaseDeps,
  id: string,
  decided: Decided,
  who: Actor,
  also: Alongside = nothingElse,
): Promise<void> {
  const plan = await planOf(d.db.knex, d, id, decided);
  const write: Alongside = async (tx) => {
    await also(tx);
    await take(tx, d, plan, decided, who);
  };
  const { faktur } = plan;
  if (faktur === null || !plan.byChannel) await d.db.transaction(write);
  else await throughChannel(d, { ...plan, faktur }, decided, who, write);
  if (faktur !== null) await d.db.transaction((tx) => settleCases(tx, faktur.id, d.clock.now()));
}

/** What a decision would come to, as case and faktur stand. */
interface Plan {
  readonly row: CaseRow;
  readonly faktur: FakturRow | null;
  readonly byChannel: boolean;
}

async function planOf(tx: Tx, d: CaseDeps, id: string, { decision, grounds }: Decided): Promise<Plan> {
  const row = await caseNamed(tx, id);
  const named = row.faktur_id === null ? undefined : await fakturById(tx, row.faktur_id);
  const faktur = named === undefined ? null : await standingInPlaceOf(tx, named);
  const refusal = refusalOf(row, faktur?.state ?? null, decision);
  if (refusal !== null) throw refusal;
  if (grounds !== undefined && grounds !== groundsOf(row)) throw caseRetold();
  return { row, faktur, byChannel: faktur !== null && (await canDo(tx, d, faktur, decision)) };
}

/**
 * What was asked of the authority is not decided over before it has answered, nor what it has done since; and there is
 * nothing that a buyer could undo by a note of its own when the faktur goes or is gone.
 */
function refusalOf(before: CaseRow, faktur: FakturState | null, decision: CaseDecision): AppError | null {
  if (before.state === "closed") return caseMoved(before.state);
  const underWay = faktur === "cancelling" || faktur === "replacing";
  const gone = faktur === "cancelled";
  if (decision === "nota_pembatalan_by_buyer" && (underWay || gone)) return alreadyAsked();
  if (before.state === "open") return null;
  const cancels = before.decision === "cancel" || before.decision === "cancel_and_new";
  const done = readSteps(before.steps).some(({ code, doneAt }) => CONFIRMED.has(code) && doneAt !== null);
  return underWay || done || (gone && cancels) ? alreadyAsked() : null;
}

const CONFIRMED: ReadonlySet<StepCode> = new Set(["cancel_confirmed", "replacement_confirmed"]);

const alreadyAsked = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Pembatalan atau penggantian faktur ini sudah diminta ke DJP atau sudah terjadi. Tunggu jawabannya; bila DJP menolak, kasus dapat diputuskan lagi.",
      "The authority was asked to cancel or replace this faktur, or has done so. Wait for its answer; when it refuses, the case may be decided again.",
    ),
  );

async function throughChannel(
  d: CaseDeps,
  { row, faktur }: Plan & { readonly faktur: FakturRow },
  { decision, reason, changes }: Decided,
  who: Actor,
  write: Alongside,
): Promise<void> {
  try {
    if (decision === "replace") await d.replace(faktur.id, changes, reason, who, write);
    else await d.cancel(faktur.id, reason, who, write);
  } catch (thrown) {
    await noteFailed(d, row, `${decision}: ${reason}`, who);
    throw thrown;
  }
}

/** Writes the decision down, unless case or faktur have moved since it was planned. */
async function take(tx: Tx, d: CaseDeps, plan: Plan, decided: Decided, who: Actor): Promise<void> {
  const { row, faktur, byChannel } = await planOf(tx, d, plan.row.id, decided);
  if (faktur?.id !== plan.faktur?.id || byChannel !== plan.byChannel) throw caseMoved(row.state);
  const steps = faktur === null ? [] : planned(d, decided.decision, byChannel, faktur);
  const now = d.clock.now();
  const state = stateAfter(decided.decision, steps);
  const changes = {
    state,
    faktur_id: faktur?.id ?? null,
    decision: decided.decision,
    decided_by: who.name,
    decided_at: now.toISOString(),
    decision_reason: byChannel ? decided.reason : withValues(decided.reason, decided.changes),
    steps: JSON.stringify(steps),
    closed_at: state === "closed" ? now.toISOString() : null,
  };
  if (!(await changeCase(tx, plan.row, changes, now))) throw caseMoved(row.state);
  await caseWritten(tx, d, row.id, "decided", who, `${decided.decision}: ${decided.reason}`.slice(0, 1000));
}

const planned = (
  d: CaseDeps,
  decision: CaseDecision,
  byChannel: boolean,
  faktur: FakturRow,
): readonly CaseStep[] => {
  const approved = faktur.nsfp !== null;
  return stepsOf(
    decision,
    byChannel,
    { period: faktur.period as Period, approved },
    dayInJakarta(d.clock.now()),
  );
};

function stateAfter(decision: CaseDecision, steps: readonly CaseStep[]): CaseState {
  if (decision === "nota_pembatalan_by_buyer") return "waiting_buyer";
  return steps.length === 0 ? "closed" : "working";
}

/** What was never approved is dropped here whatever the channel can. */
async function canDo(tx: Tx, d: CaseDeps, faktur: FakturRow, decision: CaseDecision): Promise<boolean> {
  const seller = await findSeller(tx, faktur.seller);
  // What stands there is a replacement that is not known here: the channel is asked nothing about it.
  const byFile = faktur.channel_kind === FILE_CHANNEL || faktur.state === "replaced";
  const can = seller === undefined || byFile ? undefined : d.capabilitiesOf(seller);
  switch (decision) {
    case "replace":
      return can?.replace ?? false;
    case "cancel":
    case "cancel_and_new":
      return faktur.nsfp === null || (can?.cancel ?? false);
    case "nota_pembatalan_by_buyer":
    case "none":
    case "none_pph23":
      return false;
    default:
      return decision satisfies never;
  }
}

/** The wish is kept in the trail; what fails after it was taken has been carried out all the same. */
async function noteFailed(d: CaseDeps, before: CaseRow, wish: string, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await caseNamed(tx, before.id);
    if (row.state !== before.state || row.decided_at !== before.decided_at) return;
    await caseWritten(tx, d, row.id, "not_carried_out", who, wish.slice(0, 1000));
  });
}
