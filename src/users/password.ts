import argon2 from "argon2";

/** OWASP's second recommendation for Argon2id: 19 MiB, two passes, one lane. */
const COST = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const hashPassword = (password: string): Promise<string> => argon2.hash(password, COST);

/** False for a wrong password and for a hash that is none. */
export async function isPassword(hash: string, password: string): Promise<boolean> {
  try {
    return await argon2.verify(hash, password);
  } catch {
    return false;
  }
}

let stranger: Promise<string> | null = null;

/** Takes as long as a real look, and is false: whether an address is known must not be told by the clock. */
export async function wasteTime(password: string): Promise<false> {
  stranger ??= hashPassword("nobody has this password");
  await isPassword(await stranger, password);
  return false;
}
