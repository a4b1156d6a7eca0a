import { appendAudit } from "../store/audit";
import { fileSeller } from "./file-seller";
import { clearKeptBack, keepBack, type ForgottenDeps } from "./forgotten";

/**
 * A person has looked in the tax portal and says that nothing is there of what is kept back since the restore: it may
 * be exported. How many fakturs these are. Throws `not_found`, `refused` (another channel).
 */
export async function releaseKeptBack(
  d: ForgottenDeps,
  slug: string,
  reason: string,
  who: { readonly name: string },
): Promise<number> {
  const seller = await fileSeller(d.db.knex, slug);
  const since = await keepBack(d, seller);
  if (since === null) return 0;
  const at = d.clock.now().toISOString();
  // Written first: what a release that breaks off has let go is never without its entry.
  await d.db.transaction((tx) =>
    appendAudit(tx, {
      ...{ at, actor: who.name, action: "coretax.released", subject: `seller:${slug}` },
      detail: reason,
    }),
  );
  const count = await clearKeptBack(d, slug, since, { period: null, except: new Set() }, who);
  d.log.info("coretax.released", { seller: slug, fakturs: count });
  return count;
}
