import { appendAudit } from "../store/audit";
import { fileSeller } from "./file-seller";
import { clearKeptBack, forgottenSince, type ForgottenDeps } from "./forgotten";

/**
 * A person has looked in the tax portal and says that nothing is there of what is kept back since the restore: it may
 * be exported. Only of what was told to be kept back; how many fakturs. Throws `not_found`, `refused` (another channel).
 */
export async function releaseKeptBack(
  d: ForgottenDeps,
  slug: string,
  reason: string,
  who: { readonly name: string },
): Promise<number> {
  await fileSeller(d.db.knex, slug);
  const since = await forgottenSince(d.db.knex);
  if (since === null) return 0;
  const at = d.clock.now().toISOString();
  // Written first: what a release that breaks off has let go is never without its entry.
  await d.db.transaction((tx) =>
    appendAudit(tx, {
      ...{ at, actor: who.name, action: "coretax.released", subject: `seller:${slug}` },
      detail: reason,
    }),
  );
  const count = await clearKeptBack(d, slug, since, { period: null, stays: () => false }, who);
  d.log.info("coretax.released", { seller: slug, fakturs: count });
  return count;
}
