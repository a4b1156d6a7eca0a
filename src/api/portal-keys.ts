import type { z } from "zod";
import { AppError } from "../errors";
import { text } from "../text";
import type { portalBody } from "./bodies";
import type { openPortal } from "./portal-view";

type Body = z.infer<typeof portalBody>;
type Stored = ReturnType<typeof openPortal>;
type Api = NonNullable<Stored["api"]>;

/** What a connection is believed by and asks with. */
interface Keys {
  readonly secrets: readonly string[];
  readonly api: Api | undefined;
}

/** The keys as they were sent; those that `keepSecrets` leaves out as they stand, at the same address only. */
export function keysGiven(body: Body, stored: Stored | null): Keys {
  const kept = body.keepSecrets === true && stored?.kind === body.kind ? stored : null;
  const secrets = body.secret === undefined ? (kept?.secrets ?? []) : [body.secret].flat();
  const sameApi = kept !== null && (kept.api?.url ?? null) === (body.api?.url ?? null);
  return { secrets, api: sameApi ? filledApi(body.api, kept.api) : body.api };
}

/** What a form leaves empty because it was never shown stays as it is stored. */
function filledApi(given: Api | undefined, stored: Api | null): Api | undefined {
  if (stored === null) return given;
  const asked = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...stored, ...Object.fromEntries(asked) };
}

/**
 * The keys as they stand, for who may not enter any. Throws `role_too_low` for a call that brings one, or that would
 * need new ones: a portal that is not there, another kind, another address to send them to.
 */
export function keysLeft(body: Body, stored: Stored | null): Keys {
  const { url, ...keys } = body.api ?? {};
  const brought = [body.secret, ...Object.values(keys)].some((key) => key !== undefined);
  if (brought || stored?.kind !== body.kind) throw adminOnly();
  if (stored.api !== null && url !== undefined && url !== stored.api.url) throw adminOnly();
  return { secrets: stored.secrets, api: stored.api ?? body.api };
}

const adminOnly = (): AppError =>
  new AppError(
    "role_too_low",
    text(
      "Rahasia portal, jenisnya, dan alamat API-nya hanya diisi admin.",
      "Only an admin enters a portal's secrets, its kind and the address of its API.",
    ),
  );
