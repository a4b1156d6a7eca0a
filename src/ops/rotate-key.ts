import type { Clock } from "../clock";
import type { Seal } from "../seal";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { replaceSealed, SEALED_PLACES, sealedIn, type SealedPlace } from "../store/sealed";

export interface RotateDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly seal: Seal;
}

/** One stored value, by its place. */
export interface Sealed {
  readonly table: string;
  readonly id: string;
  readonly column: string;
}

export interface KeySurvey {
  /** Under the master key in use. */
  readonly present: number;
  /** Still under the one before it. */
  readonly old: readonly Sealed[];
  /** Under neither: nobody can open it. */
  readonly neither: readonly Sealed[];
}

/** Opens every sealed value and tells under which key it lies. */
export async function surveyKeys({ db, seal }: Pick<RotateDeps, "db" | "seal">): Promise<KeySurvey> {
  const found = { present: 0, old: [] as Sealed[], neither: [] as Sealed[] };
  for (const place of SEALED_PLACES) {
    for (const { id, sealed } of await sealedIn(db.knex, place)) {
      const key = seal.keyOf(sealed, place.purpose(id));
      if (key === "present") found.present += 1;
      else found[key].push({ table: place.table, id, column: place.column });
    }
  }
  return found;
}

/** Looks again so often for what was stored under the old key meanwhile, by a process that was not restarted. */
const ROUNDS = 5;

export interface Rotated {
  readonly resealed: number;
  readonly survey: KeySurvey;
}

/**
 * Puts every value that lies under the old master key under the one in use, each round in one transaction: a process that
 * dies leaves all as it was, and another run ends what is left. What neither key opens is left as it is and named.
 */
export async function rotateKey(d: RotateDeps): Promise<Rotated> {
  let resealed = 0;
  let survey = await surveyKeys(d);
  for (let round = 0; round < ROUNDS && survey.old.length > 0; round += 1) {
    resealed += await resealAll(d);
    survey = await surveyKeys(d);
  }
  return { resealed, survey };
}

function resealAll(d: RotateDeps): Promise<number> {
  return d.db.transaction(async (tx) => {
    let count = 0;
    for (const place of SEALED_PLACES) {
      for (const value of await sealedIn(tx, place)) {
        const fresh = underPresentKey(d.seal, place, value);
        if (fresh !== null && (await replaceSealed(tx, place, value, fresh))) count += 1;
      }
    }
    const entry = { actor: "system", action: "master_key.rotated", subject: "secrets" };
    await appendAudit(tx, { at: d.clock.now().toISOString(), ...entry, detail: String(count) });
    return count;
  });
}

function underPresentKey(
  seal: Seal,
  place: SealedPlace,
  value: { id: string; sealed: string },
): string | null {
  const purpose = place.purpose(value.id);
  if (seal.keyOf(value.sealed, purpose) !== "old") return null;
  return seal.close(seal.open(value.sealed, purpose), purpose);
}
