import { randomBytes } from "node:crypto";
import { AppError } from "../errors";
import { webhookKey } from "../hooks/signature";
import { portalSecretsPurpose } from "../seals";
import { appendAudit } from "../store/audit";
import { findPortal, listPortals, saveSecrets, type PortalRow } from "../store/portals";
import { text } from "../text";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { openPortal, portalRowView, portalUnknown } from "./portal-view";
import { json, route, type Route } from "./route";
import { portalSecretBody } from "./settings-bodies";
import type { Caller } from "./tokens";

/** What people do with a connection beside changing it: look, try, change its secret without losing an event. */
export const portalDeskRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/portals",
    action: "read",
    summary: "Every portal connection; secrets never",
    answer: "Portals",
    body: nothing,
    query: nothing,
    async handle() {
      const rows = await listPortals(d.db.knex);
      return json({ items: await Promise.all(rows.map((row) => portalRowView(d, row))), nextCursor: null });
    },
  }),
  route({
    method: "post",
    path: "/portals/:portal/check",
    action: "portal.write",
    summary: "Ask the portal for its paid invoices of the last day; changes nothing",
    answer: "PortalCheck",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const { slug } = await portalNamed(d, params["portal"]);
      return json({ portal: slug, check: await d.examinePortal(slug) });
    },
  }),
  route({
    method: "post",
    path: "/portals/:portal/secrets",
    action: "portal.secret",
    summary: "A second webhook secret beside the one in use, so that the portal can be changed over in peace",
    answer: "PortalSecret",
    body: portalSecretBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const row = await portalNamed(d, params["portal"]);
      const given = body?.secret;
      // Stripe makes its own and shows it; what we made there would sign nothing.
      if (given === undefined && row.kind === "stripe") throw new AppError("refused", STRIPE_MAKES_IT);
      if (given !== undefined && row.kind !== "stripe" && webhookKey(given) === null)
        throw new AppError("secret_malformed", MALFORMED);
      const fresh = given ?? `whsec_${randomBytes(32).toString("base64")}`;
      const [inUse] = openPortal(d.seal, row).secrets;
      const secrets = inUse === undefined ? [fresh] : [fresh, inUse];
      await keep(d, row, secrets, caller, "portal.secret_added");
      return json({
        ...{ portal: row.slug, secrets: secrets.length },
        secret: given === undefined ? fresh : null,
      });
    },
  }),
  route({
    method: "post",
    path: "/portals/:portal/secrets/retire",
    action: "portal.secret",
    summary: "Only the newest webhook secret stays",
    answer: "PortalSecret",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      const row = await portalNamed(d, params["portal"]);
      const newest = openPortal(d.seal, row).secrets.slice(0, 1);
      if (newest.length === 0) throw new AppError("wrong_state", NONE_OPENS);
      await keep(d, row, newest, caller, "portal.secret_retired");
      return json({ portal: row.slug, secrets: newest.length, secret: null });
    },
  }),
];

async function portalNamed(d: ApiDeps, slug: string | undefined): Promise<PortalRow> {
  const row = await findPortal(d.db.knex, slug ?? "");
  if (row === undefined) throw portalUnknown();
  return row;
}

async function keep(
  d: ApiDeps,
  row: PortalRow,
  secrets: readonly string[],
  caller: Caller,
  action: string,
): Promise<void> {
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    const sealed = d.seal.close(JSON.stringify(secrets), portalSecretsPurpose(row.slug));
    await saveSecrets(tx, row.slug, sealed, now);
    const subject = `portal:${row.slug}`;
    await appendAudit(tx, { at: now.toISOString(), actor: caller.name, action, subject, detail: null });
  });
}

const STRIPE_MAKES_IT = text(
  "Rahasia webhook Stripe dibuat oleh Stripe. Salin dari halaman webhook di dasbor Stripe.",
  "Stripe makes its own webhook secret. Copy it from the webhook's page in Stripe's dashboard.",
);
const NONE_OPENS = text(
  "Rahasia portal ini tidak dapat dibuka dengan FAKTUR_MASTER_KEY yang sekarang. Buat rahasia baru dahulu.",
  "This portal's secret does not open under the present FAKTUR_MASTER_KEY. Make a new secret first.",
);
const MALFORMED = text(
  "Rahasia webhook berbentuk whsec_ diikuti base64.",
  "A webhook secret is whsec_ followed by base64.",
);
