import { createHash } from "node:crypto";
import { fieldOf, type Act, type Sent } from "./page";

/** What tells a thing as it was shown from the same as it stands, by what of it a person judges. */
export const fingerprintOf = <Shown extends object>(
  shown: Shown | null,
  judged: readonly (keyof Shown & string)[],
): string =>
  createHash("sha256")
    .update(JSON.stringify(shown === null ? null : judged.map((name) => shown[name] ?? null)))
    .digest("base64url");

/** The same act, where what the page showed stands still: else what nobody has seen would be changed or decided on. */
export const asSeen =
  (standing: (sent: Sent) => Promise<string>, run: Act["run"]): Act["run"] =>
  async (sent) =>
    fieldOf(sent.form, "seen") === (await standing(sent)) ? run(sent) : { kind: "stale" };
