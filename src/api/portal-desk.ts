import { randomBytes } from "node:crypto";
import { AppError } from "../errors";
import { webhookKey } from "../hooks/signature";
import { portalSecretsPurpose } from "../seals";
import { appendAudit } from "../store/audit";
import { findPortal, listPortals, lockedPortal, saveSecrets, type PortalRow } from "../store/portals";
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
      const beside = (standing: readonly string[]) => [fresh, ...standing.slice(0, 1)];
      const secrets = await changeSecrets(d, row, beside, caller, "portal.secret_added");
      return json({
        ...{ portal: row.slug, secrets },
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
      const secrets = await changeSecrets(d, row, newestOf, caller, "portal.secret_retired");
      return json({ portal: row.slug, secrets, secret: null });
    },
  }),
];

function newestOf([newest]: readonly string[]): readonly string[] {
  if (newest === undefined) throw new AppError("wrong_state", NONE_OPENS);
  return [newest];
}

async function portalNamed(d: ApiDeps, slug: string | undefined): Promise<PortalRow> {
  const row = await findPortal(d.db.knex, slug ?? "");
  if (row === undefined) throw portalUnknown();
  return row;
}

/** Writes the secrets made of those that stand when it writes; returns how many there are. */
async function changeSecrets(
  d: ApiDeps,
  { slug }: PortalRow,
  make: (standing: readonly string[]) => readonly string[],
  caller: Caller,
  action: string,
): Promise<number> {
  const now = d.clock.now();
  return d.db.transaction(async (tx) => {
    const row = await lockedPortal(tx, slug);
    if (row === undefined) throw portalUnknown();
    const secrets = make(openPortal(d.seal, row).secrets);
    const sealed = d.seal.close(JSON.stringify(secrets), portalSecretsPurpose(slug));
    await saveSecrets(tx, slug, sealed, now);
    const subject = `portal:${slug}`;
    await appendAudit(tx, { at: now.toISOString(), actor: caller.name, action, subject, detail: null });
    return secrets.length;
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
