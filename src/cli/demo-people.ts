import { randomInt } from "node:crypto";
import { ROLES } from "../api/roles";
import type { App } from "../app";
import { newId } from "../ids";
import { createUser } from "../users/manage";

/** Short syllables that are easy to read out and to type. */
const SYLLABLES =
  "ba bi bu da di du ga gi gu ka ki ku la li lu ma mi mu na ni nu pa pi pu sa si su ta ti tu".split(" ");

/** 9 syllables in three words: 45 bits of chance, which is plenty for a demo on one machine. */
const randomPassword = (): string =>
  Array.from({ length: 3 }, () =>
    Array.from({ length: 3 }, () => SYLLABLES[randomInt(SYLLABLES.length)] ?? "ba").join(""),
  ).join("-");

export interface DemoPeople {
  readonly emails: readonly string[];
  readonly password: string;
}

/** One console user of each role, all with one password that was made just now. */
export async function makePeople(app: App): Promise<DemoPeople> {
  const password = randomPassword();
  const { db, clock, seal } = app;
  const emails = ROLES.map((role) => `${role}@hosting-percobaan.example`);
  for (const [index, role] of ROLES.entries()) {
    await createUser({ db, clock, seal, newId }, { email: emails[index] ?? "", role, password }, "demo");
  }
  return { emails, password };
}
