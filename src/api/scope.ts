import type { z } from "zod";
import { AppError } from "../errors";
import type { Db } from "../store/db";
import { fakturById } from "../store/fakturs";
import { text, type Text } from "../text";
import type { faktursQuery } from "./bodies";
import type { Call, Route } from "./route";

/**
 * How a call is held to one portal. `portal`: by the portal in its address. `faktur`: by the faktur in its address.
 * `fakturs`: the list is filtered. `closed`: not for a token of one portal.
 */
export type Scope = "portal" | "faktur" | "fakturs" | "closed";

/** What a token of one portal reaches: the one place. A call that is not here is closed to it, and a test fails. */
export const SCOPES: Readonly<Record<string, Scope>> = {
  "put /accounts/:portal/:account": "portal",
  "get /accounts/:portal/:account": "portal",
  "put /accounts/:portal/:account/npwp": "portal",
  "post /accounts/:portal/:account/npwp/check": "portal",
  "post /accounts/:portal/:account/npwp/activate": "portal",
  "post /accounts/:portal/:account/npwp/suspend": "portal",
  "get /accounts/:portal/:account/fakturs": "portal",
  "get /accounts/:portal/:account/fakturs/:id/pdf": "portal",
  "post /accounts/:portal/:account/link": "portal",
  "post /accounts/:portal/:account/link/revoke": "portal",
  "get /invoices/:portal/:invoice": "portal",
  "post /invoices/:portal/:invoice/issue": "portal",
  "get /fakturs": "fakturs",
  "get /fakturs/:id": "faktur",
  "get /fakturs/:id/pdf": "faktur",
  "get /fakturs/:id/xml": "faktur",
  "post /fakturs/:id/upload": "faktur",
  "post /fakturs/:id/retry": "faktur",
  "post /fakturs/:id/resend": "faktur",
  "post /fakturs/:id/cancel": "faktur",
  "post /fakturs/:id/replace": "faktur",
  "put /sellers/:seller": "closed",
  "get /sellers/:seller": "closed",
  "put /sellers/:seller/certificate": "closed",
  "post /sellers/:seller/channel/resume": "closed",
  "post /sellers/:seller/coretax/export": "closed",
  "get /sellers/:seller/coretax": "closed",
  "post /sellers/:seller/coretax/import": "closed",
  "post /sellers/:seller/coretax/import/again": "closed",
  "post /sellers/:seller/coretax/release": "closed",
  "put /portals/:portal": "closed",
  // Its own connection, which holds no secret: a plugin tells whether it speaks with a portal of its kind.
  "get /portals/:portal": "portal",
  "get /cases": "closed",
  "get /cases/:id": "closed",
  "post /cases": "closed",
  "post /cases/:id/decide": "closed",
  "post /cases/:id/steps/:n": "closed",
  "post /cases/:id/document": "closed",
  "get /deadlines": "closed",
  "get /outages": "closed",
  "get /kurs": "closed",
  "put /kurs/:currency/:from": "closed",
  "post /kurs/import": "closed",
  "get /coretax/files": "closed",
  "get /coretax/files/:id": "closed",
  "get /coretax/files/:id/fakturs": "closed",
  "get /transfers": "closed",
  "get /transfers/:id": "closed",
  "post /transfers": "closed",
  "post /transfers/:id/check": "closed",
  "post /transfers/:id/approve": "closed",
  "post /transfers/:id/reject": "closed",
  "post /transfers/:id/answered": "closed",
  "post /transfers/:id/steps/:n": "closed",
  "get /moves": "closed",
  "get /moves/:id": "closed",
  "post /moves/:id/tie": "closed",
  "post /moves/look": "closed",
  "get /reconciliation": "closed",
  "get /reconciliation/csv": "closed",
  "get /reconciliation/runs": "closed",
  "post /reconciliation/runs": "closed",
  "get /reconciliation/runs/:id": "closed",
  "get /reconciliation/runs/:id/csv": "closed",
  "get /reports/spt": "closed",
  "get /reports/digunggung": "closed",
  "get /reports/pph23": "closed",
  "get /reports/pph23/receipts": "closed",
  "post /reports/pph23/receipts": "closed",
  "post /reports/pph23/receipts/:id/withdraw": "closed",
  "put /reports/pph23/buyers/:npwp": "closed",
  "post /bounces": "closed",
  "get /audit": "closed",
  "get /accounts/:portal/:account/npwp/evidence/:sha256": "closed",
  "put /accounts/:portal/:account/npwp/evidence": "closed",
  "get /approvals": "closed",
  "post /approvals/:id/confirm": "closed",
  "post /approvals/:id/refuse": "closed",
  "get /audit/check": "closed",
  "get /audit/export": "closed",
  "get /checks": "closed",
  "get /companies": "closed",
  "get /counts/fakturs": "closed",
  "get /exports/fakturs": "closed",
  "get /fakturs/:id/exchanges": "closed",
  "get /fakturs/:id/exchanges/:n/request": "closed",
  "get /fakturs/:id/exchanges/:n/response": "closed",
  "get /fakturs/:id/preview": "closed",
  "get /home": "closed",
  "get /invoices": "closed",
  "get /invoices.csv": "closed",
  "get /portals": "closed",
  "post /portals/:portal/check": "closed",
  "post /portals/:portal/secrets": "closed",
  "post /portals/:portal/secrets/retire": "closed",
  "get /sellers": "closed",
  "get /sellers/:seller/mail": "closed",
  "get /sellers/:seller/upload": "closed",
  "put /sellers/:seller/upload": "closed",
  "put /sellers/:seller/mail/:part": "closed",
  "post /sellers/:seller/check": "closed",
  "post /sellers/:seller/mail/:part/restore": "closed",
  "post /sellers/:seller/mail/preview": "closed",
  "post /sellers/:seller/mail/test": "closed",
  "post /sellers/:seller/upload-now": "closed",
  "get /tokens": "closed",
  "post /tokens": "closed",
  "post /tokens/:id/revoke": "closed",
  "get /users": "closed",
  "post /users": "closed",
  "put /users/:id": "closed",
  "post /users/:id/password": "closed",
  "get /webhooks": "closed",
  "put /webhooks/:name": "closed",
  "get /webhooks/:name/deliveries": "closed",
  "post /webhooks/:name/deliveries/:id/again": "closed",
  "post /webhooks/:name/disable": "closed",
  "post /webhooks/:name/enable": "closed",
  "post /webhooks/:name/rotate": "closed",
  "post /webhooks/:name/test": "closed",
};

const scopeOf = (route: Pick<Route, "method" | "path">): Scope =>
  SCOPES[`${route.method} ${route.path}`] ?? "closed";

/**
 * Refuses what the address alone tells, before anything else of the call is read. Throws `token_out_of_scope` for what
 * is closed, and `not_found` for another customer's account.
 */
export function checkReach(route: Route, { caller, params }: Pick<Call, "caller" | "params">): void {
  if (caller.client !== undefined) checkClient(route, params, caller.client);
  if (caller.portal !== undefined && scopeOf(route) === "closed") throw closed();
}

/**
 * The query of a call that its caller may make. Throws `not_found` for what belongs to another portal: as if it were
 * not there.
 */
export async function withinScope(
  db: Db,
  route: Route,
  { caller, params, query }: Pick<Call, "caller" | "params" | "query">,
): Promise<unknown> {
  const { portal } = caller;
  if (portal === undefined) return query;
  const scope = scopeOf(route);
  switch (scope) {
    case "portal":
      if (params["portal"] !== portal) throw absent(PORTAL);
      return query;
    case "faktur": {
      const faktur = await fakturById(db.knex, params["id"] ?? "");
      if (faktur?.portal !== portal) throw absent(FAKTUR);
      return query;
    }
    case "fakturs":
      return onlyOf(portal, query as z.infer<typeof faktursQuery>);
    case "closed":
      throw closed();
    default:
      return scope satisfies never;
  }
}

/** A customer reaches its own account, whatever the token reaches. */
function checkClient(route: Route, params: Call["params"], client: string): void {
  if (params["account"] === undefined || scopeOf(route) !== "portal") throw closed();
  if (params["account"] !== client) throw absent(ACCOUNT);
}

function onlyOf(portal: string, query: z.infer<typeof faktursQuery>): z.infer<typeof faktursQuery> {
  if (query.portal !== undefined && query.portal !== portal) throw absent(PORTAL);
  return { ...query, portal };
}

const PORTAL = text("Portal tidak ditemukan.", "There is no such portal.");
const FAKTUR = text("Faktur tidak ditemukan.", "There is no such faktur.");
const ACCOUNT = text("Akun tidak ditemukan.", "There is no such account.");

const absent = (says: Text): AppError => new AppError("not_found", says);

const closed = (): AppError =>
  new AppError(
    "token_out_of_scope",
    text(
      "Token ini hanya untuk akun dan faktur satu portal. Pakai token lain untuk panggilan ini.",
      "This token is only for the accounts and fakturs of one portal. Use another token for this call.",
    ),
  );
