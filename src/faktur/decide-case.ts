import { dayInJakarta, type Clock, type Period } from "../clock";
import { AppError } from "../errors";
import type { NewId } from "../ids";
import { appendAudit } from "../store/audit";
import { caseById, changeCase, openCase, type CaseRow, type CaseState } from "../store/cases";
import type { Db, Tx } from "../store/db";
import { fakturById, type FakturRow } from "../store/fakturs";
import { standingInPlaceOf } from "../store/replacements";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import type { CaseDecision, CaseKind } from "./case-rules";
import { allDone, readSteps, stepsOf, ticked, type CaseStep } from "./case-steps";
import type { ChannelCapabilities } from "./channels/channel";
import { FILE_CHANNEL } from "./faktur";
import type { LineChange } from "./replacement";
import { settleCases, tick } from "./settle-case";

interface Actor {
  readonly name: string;
}

export interface CaseDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  capabilitiesOf(seller: SellerRow): ChannelCapabilities;
  /** Cancels through the channel, or drops what never became a faktur. */
  cancel(fakturId: string, reason: string, who: Actor): Promise<void>;
  replace(fakturId: string, changes: readonly LineChange[], reason: string, who: Actor): Promise<unknown>;
}

export interface OpenedByPerson {
  readonly kind: CaseKind;
  readonly note: string;
  /** Decimal string in the invoice's currency; null when no part of it is meant. */
  readonly amount: string | null;
}

/** A person reports that something about a faktur is not right. Throws `not_found`. */
export async function openCaseFor(
  d: CaseDeps,
  fakturId: string,
  opened: OpenedByPerson,
  who: Actor,
): Promise<string> {
  const now = d.clock.now();
  return d.db.transaction(async (tx) => {
    const faktur = await fakturById(tx, fakturId);
    if (faktur === undefined) throw notFound();
    const id = d.newId(now);
    await openCase(tx, {
      id,
      invoice_id: faktur.invoice_id,
      faktur_id: faktur.id,
      kind: opened.kind,
      state: "open",
      detail: JSON.stringify({ amount: opened.amount, reason: opened.note }),
      cause: `person:${id}`,
      opened_at: now.toISOString(),
      closed_at: null,
      opened_by: who.name,
      note: opened.note,
    });
    await written(tx, d, id, "opened", who, opened.kind);
    return id;
  });
}

export interface Decided {
  readonly decision: CaseDecision;
  readonly reason: string;
  /** For `replace` through a channel. */
  readonly changes: readonly LineChange[];
}

/**
 * Finance decides a case. Cancel and replace go through the channel where it can, else the case becomes a checklist;
 * a nota pembatalan waits for the buyer; the rest closes the case. A case may be decided again while the faktur
 * stands. Throws `not_found`, `wrong_state` and whatever cancel or replace throw; then nothing has changed.
 */
export async function decideCase(d: CaseDeps, id: string, decided: Decided, who: Actor): Promise<void> {
  const { before, faktur, byChannel } = await take(d, id, decided, who);
  try {
    if (faktur === null || !byChannel) return;
    const { decision, reason, changes } = decided;
    if (decision === "replace") await d.replace(faktur.id, changes, reason, who);
    else if (decision === "cancel" || decision === "cancel_and_new") await d.cancel(faktur.id, reason, who);
  } catch (thrown) {
    await putBack(d, before, who);
    throw thrown;
  }
  if (faktur !== null) await d.db.transaction((tx) => settleCases(tx, faktur.id, d.clock.now()));
}

interface Taken {
  readonly before: CaseRow;
  readonly faktur: FakturRow | null;
  readonly byChannel: boolean;
}

/** Writes the decision down before anything is asked of the authority. */
function take(d: CaseDeps, id: string, decided: Decided, who: Actor): Promise<Taken> {
  return d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    if (row.state === "closed") throw wrongState(row.state);
    const named = row.faktur_id === null ? undefined : await fakturById(tx, row.faktur_id);
    const faktur = named === undefined ? null : await standingInPlaceOf(tx, named);
    const byChannel = faktur !== null && (await canDo(tx, d, faktur, decided.decision));
    const steps = faktur === null ? [] : planned(d, decided.decision, byChannel, faktur);
    const now = d.clock.now().toISOString();
    const state = stateAfter(decided.decision, steps);
    const done = await changeCase(tx, row, {
      state,
      faktur_id: faktur?.id ?? null,
      decision: decided.decision,
      decided_by: who.name,
      decided_at: now,
      decision_reason: decided.reason,
      steps: JSON.stringify(steps),
      closed_at: state === "closed" ? now : null,
    });
    if (!done) throw wrongState(row.state);
    await written(tx, d, id, "decided", who, `${decided.decision}: ${decided.reason}`.slice(0, 1000));
    return { before: row, faktur, byChannel };
  });
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

async function putBack(d: CaseDeps, before: CaseRow, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, before.id);
    const { state, decision, decided_by, decided_at, decision_reason, steps, closed_at } = before;
    await changeCase(tx, row, {
      ...{ state, decision, decided_by, decided_at, decision_reason, steps, closed_at },
    });
    await written(tx, d, before.id, "not_carried_out", who, null);
  });
}

/** A person ticks a step, counted from 1. Throws `not_found`, `wrong_state` for a step that nobody can tick. */
export async function markStep(d: CaseDeps, id: string, number: number, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    const steps = readSteps(row.steps);
    const step = steps[number - 1];
    if (step === undefined) throw notFound();
    if (row.state !== "working" || step.auto) throw wrongState(row.state);
    await tick(tx, row, steps, [step.code], who.name, d.clock.now());
    await written(tx, d, id, "step_done", who, step.code);
  });
}

export interface BuyerDocument {
  readonly number: string;
  readonly date: string;
}

/** The buyer's nota pembatalan has come in. Throws `not_found`, `wrong_state` when none is awaited. */
export async function noteBuyerDocument(
  d: CaseDeps,
  id: string,
  document: BuyerDocument,
  who: Actor,
): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    if (row.state !== "waiting_buyer") throw wrongState(row.state);
    const steps = ticked(readSteps(row.steps), "buyer_document", who.name, d.clock.now());
    const done = allDone(steps);
    const now = d.clock.now().toISOString();
    const changed = await changeCase(tx, row, {
      buyer_document: JSON.stringify(document),
      steps: JSON.stringify(steps),
      state: done ? "closed" : "working",
      closed_at: done ? now : null,
    });
    if (!changed) throw wrongState(row.state);
    await written(tx, d, id, "buyer_document", who, `${document.number} ${document.date}`);
  });
}

async function existing(tx: Tx, id: string): Promise<CaseRow> {
  const row = await caseById(tx, id);
  if (row === undefined) throw notFound();
  return row;
}

async function written(
  tx: Tx,
  d: CaseDeps,
  id: string,
  action: string,
  who: Actor,
  detail: string | null,
): Promise<void> {
  const at = d.clock.now().toISOString();
  await appendAudit(tx, { at, actor: who.name, action: `case.${action}`, subject: `case:${id}`, detail });
}

const notFound = (): AppError =>
  new AppError(
    "not_found",
    text("Kasus, langkah atau faktur tidak ditemukan.", "There is no such case, step or faktur."),
  );

const wrongState = (state: CaseState): AppError =>
  new AppError(
    "wrong_state",
    text(
      `Kasus berstatus "${state}" tidak dapat diproses begini. Muat ulang lalu coba lagi.`,
      `A case in state "${state}" cannot be handled like this. Read it again, then try anew.`,
    ),
  );
