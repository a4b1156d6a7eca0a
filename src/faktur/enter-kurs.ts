import type { Clock } from "../clock";
import { AppError, type Fault } from "../errors";
import type { Log } from "../log";
import { formatMoney } from "../money";
import { appendAudit } from "../store/audit";
import { isDuplicate, type Db, type Tx } from "../store/db";
import {
  findKurs,
  insertKurs,
  invoicesAwaitingKurs,
  kursOfRow,
  liveKursUses,
  lockKurs,
  updateKurs,
} from "../store/kurs";
import { enqueue } from "../store/jobs";
import { text } from "../text";
import type { Actor } from "./asked";
import { dayInWords } from "./day-words";
import type { FakturKurs } from "./faktur";
import { sameKurs } from "./kurs";
import { readInvoice } from "./stored";

export interface EnterKursDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  wake(): void;
}

export interface EnteredKurs {
  readonly added: number;
  readonly changed: number;
  /** They stood already, word for word. */
  readonly unchanged: number;
  /** Held invoices that are decided anew because of these rates. */
  readonly decidedAnew: number;
}

type Done = "added" | "changed" | "unchanged";

/**
 * Writes rates down, all or none, and lets the invoices that waited for them be decided anew. A rate by which a live
 * faktur was converted does not change: throws `wrong_state` with each such rate named.
 */
export async function enterKurs(
  d: EnterKursDeps,
  rates: readonly FakturKurs[],
  who: Actor,
): Promise<EnteredKurs> {
  const entered = await d.db.transaction(async (tx) => {
    const used: Fault[] = [];
    const counts: Record<Done, number> = { added: 0, changed: 0, unchanged: 0 };
    let decidedAnew = 0;
    for (const [index, kurs] of rates.entries()) {
      const done = await enterOne(tx, d, kurs, who);
      if (done === null) used.push(inUse(kurs, index));
      else counts[done] += 1;
      if (done === "added" || done === "changed") decidedAnew += await decideAnew(tx, d, kurs);
    }
    if (used.length > 0) throw usedAlready(used);
    return { ...counts, decidedAnew };
  });
  d.log.info("kurs.entered", { ...entered });
  d.wake();
  return entered;
}

/** Null when the rate stands with other content and a live faktur rests on it. */
async function enterOne(tx: Tx, d: EnterKursDeps, kurs: FakturKurs, who: Actor): Promise<Done | null> {
  const now = d.clock.now();
  if (!(await lockKurs(tx, kurs.currency, kurs.from))) {
    try {
      await insertKurs(tx, kurs, who.name, now);
      await written(tx, "kurs.entered", kurs, who, now);
      return "added";
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      await lockKurs(tx, kurs.currency, kurs.from);
    }
  }
  const row = await findKurs(tx, kurs.currency, kurs.from);
  if (row !== undefined && sameKurs(kursOfRow(row), kurs)) return "unchanged";
  if ((await liveKursUses(tx, kurs)) > 0) return null;
  await updateKurs(tx, kurs, who.name, now);
  await written(tx, "kurs.changed", kurs, who, now);
  return "changed";
}

/** Only what waits for this currency and week; the decision itself looks at everything again. */
async function decideAnew(tx: Tx, d: EnterKursDeps, kurs: FakturKurs): Promise<number> {
  const waiting = (await invoicesAwaitingKurs(tx, kurs.from, kurs.to)).filter(
    (row) => row.content !== null && readInvoice(row.content).currency === kurs.currency,
  );
  for (const row of waiting) await enqueue(tx, "issue", row.id, d.clock.now(), d.clock.now());
  return waiting.length;
}

const written = (tx: Tx, action: string, kurs: FakturKurs, who: Actor, now: Date): Promise<void> =>
  appendAudit(tx, {
    at: now.toISOString(),
    actor: who.name,
    action,
    subject: `kurs:${kurs.currency}/${kurs.from}`,
    detail: `${formatMoney(kurs.rate)} per ${kurs.per}, KMK ${kurs.kmk}`,
  });

const inUse = (kurs: FakturKurs, index: number): Fault => ({
  code: "kurs_in_use",
  path: `/rates/${index}`,
  message: text(
    `Kurs ${kurs.currency} minggu ${dayInWords(kurs.from)} sudah dipakai faktur yang berlaku.`,
    `The rate of ${kurs.currency} for the week of ${kurs.from} carries a faktur that stands.`,
  ),
  fix: text(
    "Batalkan dahulu faktur yang memakainya, ubah kurs, lalu terbitkan ulang invoice-nya.",
    "First cancel the fakturs that use it, change the rate, then issue their invoices anew.",
  ),
});

const usedAlready = (faults: readonly Fault[]): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Kurs yang sudah dipakai faktur tidak dapat diubah.",
      "A rate that a faktur rests on cannot be changed.",
    ),
    { faults },
  );
