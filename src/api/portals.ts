import type { z } from "zod";
import { AppError, type Fault } from "../errors";
import type { ApiField } from "../hooks/portal";
import { webhookKey } from "../hooks/signature";
import { portalApiPurpose, portalSecretsPurpose } from "../seals";
import { appendAudit } from "../store/audit";
import type { Tx } from "../store/db";
import { lockedPortal, savePortal, type PortalData } from "../store/portals";
import { findSeller } from "../store/sellers";
import { text } from "../text";
import { nothing, portalBody } from "./bodies";
import type { ApiDeps } from "./deps";
import { keysGiven, keysLeft } from "./portal-keys";
import { openPortal, portalView } from "./portal-view";
import { mayAsk } from "./roles";
import { json, route, type Route } from "./route";
import { slugOf } from "./sellers";
import { checkTarget } from "./targets";
import type { Caller } from "./tokens";

export const portalRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "put",
    path: "/portals/:portal",
    action: "portal.write",
    summary: "Connect a billing portal",
    answer: "Portal",
    body: portalBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const slug = slugOf(params["portal"]);
      const now = d.clock.now();
      await d.db.transaction(async (tx) => {
        const done = await savePortal(tx, slug, await dataOf(tx, d, slug, body, caller), now);
        const subject = `portal:${slug}`;
        await appendAudit(tx, {
          at: now.toISOString(),
          actor: caller.name,
          action: `portal.${done}`,
          subject,
          detail: null,
        });
      });
      await d.portalSaved(slug);
      return json(await portalView(d, slug));
    },
  }),
  route({
    method: "get",
    path: "/portals/:portal",
    action: "read",
    summary: "A portal connection; secrets never",
    answer: "Portal",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => json(await portalView(d, params["portal"] ?? "")),
  }),
];

/** What is to be stored; keys that are kept are taken as they stand when it is written. */
async function dataOf(
  tx: Tx,
  d: ApiDeps,
  slug: string,
  body: z.infer<typeof portalBody>,
  caller: Caller,
): Promise<PortalData> {
  const standing = await lockedPortal(tx, slug);
  const stored = standing === undefined ? null : openPortal(d.seal, standing);
  const keys = mayAsk(caller, "portal.secret") ? keysGiven : keysLeft;
  const { secrets, api } = keys(body, stored);
  if ((await findSeller(tx, body.seller)) === undefined) throw sellerUnknown(body.seller);
  if (secrets.length === 0) throw secretMissing();
  if (api?.url !== undefined) checkTarget(d, api.url, "/api/url");
  const portal = d.portalOf(body.kind);
  if (!secrets.every(portal.isSecret ?? isStandardSecret)) throw secretMalformed();
  const missing = (portal.apiNeeds ?? []).filter((field) => api?.[field] === undefined);
  if (missing.length > 0) throw apiMissing(missing);
  const faults = portal.optionFaults?.(body.options ?? {}) ?? [];
  if (faults.length > 0) throw optionsMalformed(faults);
  return {
    kind: body.kind,
    seller: body.seller,
    secrets_sealed: d.seal.close(JSON.stringify(secrets), portalSecretsPurpose(slug)),
    api_sealed: api === undefined ? null : d.seal.close(JSON.stringify(api), portalApiPurpose(slug)),
    options: JSON.stringify(body.options ?? {}),
  };
}

const isStandardSecret = (secret: string): boolean => webhookKey(secret) !== null;

const sellerUnknown = (slug: string): AppError =>
  new AppError(
    "seller_unknown",
    text(`Penjual "${slug}" belum ada. Buat dahulu.`, `There is no seller "${slug}". Make it first.`),
  );

const secretMalformed = (): AppError =>
  new AppError(
    "secret_malformed",
    text(
      "Rahasia webhook berbentuk whsec_ diikuti base64.",
      "A webhook secret is whsec_ followed by base64.",
    ),
  );

const optionsMalformed = (faults: readonly Fault[]): AppError =>
  new AppError(
    "malformed",
    text("Opsi portal ini tidak dapat dipakai.", "The options of this portal cannot be used."),
    { faults },
  );

const apiMissing = (fields: readonly ApiField[]): AppError =>
  new AppError(
    "malformed",
    text("Isi api untuk membaca invoice dari portal.", "Give api, for reading invoices from the portal."),
    {
      faults: fields.map((field) => ({
        code: "field_missing",
        path: `/api/${field}`,
        message: text("Belum diisi.", "Missing."),
        fix: text("Isi alamat dan kunci API portal.", "Give address and key of the portal's API."),
      })),
    },
  );

const secretMissing = (): AppError =>
  new AppError("malformed", text("Isian belum benar.", "The request is not well formed."), {
    faults: [
      {
        ...{ code: "field_missing", path: "/secret", message: text("Belum diisi.", "Missing.") },
        fix: text("Isi rahasia webhook portal.", "Give the secret of the portal's webhook."),
      },
    ],
  });
