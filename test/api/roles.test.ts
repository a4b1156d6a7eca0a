/**
 * Who may do what: every call of the API is tried over HTTP by every role and by nobody. The table is the contract's
 * (section 7, Roles) written out; a call that is not in it fails the test, so a new one cannot slip in unguarded.
 */
import {
  coversAll,
  isAction,
  isRole,
  ROLES,
  withoutDecisions,
  type Asker,
  type Role,
} from "../../src/api/roles";
import { apiRoutes } from "../../src/api/router";
import { startApi, type TestApi } from "../support/api";

const ALL: readonly Role[] = ROLES;
const NOT_VIEWER: readonly Role[] = ["admin", "finance", "support"];
const FINANCE: readonly Role[] = ["admin", "finance"];

const TABLE: Readonly<Record<string, readonly Role[]>> = {
  "put /sellers/:seller": FINANCE,
  "get /sellers/:seller": ALL,
  "put /sellers/:seller/certificate": FINANCE,
  "put /portals/:portal": FINANCE,
  "get /portals/:portal": ALL,
  "put /accounts/:portal/:account": NOT_VIEWER,
  "get /accounts/:portal/:account": ALL,
  "put /accounts/:portal/:account/npwp": NOT_VIEWER,
  "post /accounts/:portal/:account/npwp/activate": FINANCE,
  "post /accounts/:portal/:account/npwp/check": NOT_VIEWER,
  "post /accounts/:portal/:account/npwp/suspend": FINANCE,
  "get /companies": ALL,
  "put /accounts/:portal/:account/npwp/evidence": NOT_VIEWER,
  "get /accounts/:portal/:account/npwp/evidence/:sha256": ALL,
  "get /invoices": ALL,
  "get /invoices.csv": ALL,
  "get /accounts/:portal/:account/fakturs": ALL,
  "get /accounts/:portal/:account/fakturs/:id/pdf": ALL,
  "get /invoices/:portal/:invoice": ALL,
  "post /invoices/:portal/:invoice/issue": FINANCE,
  "get /fakturs": ALL,
  "get /fakturs/:id": ALL,
  "get /fakturs/:id/pdf": ALL,
  "get /fakturs/:id/xml": ALL,
  "get /fakturs/:id/preview": ALL,
  "get /fakturs/:id/exchanges": ALL,
  "get /fakturs/:id/exchanges/:n/request": ALL,
  "get /fakturs/:id/exchanges/:n/response": ALL,
  "get /exports/fakturs": ALL,
  "get /counts/fakturs": ALL,
  "get /home": ALL,
  "get /checks": ALL,
  "post /fakturs/:id/upload": FINANCE,
  "post /fakturs/:id/retry": FINANCE,
  "post /fakturs/:id/resend": NOT_VIEWER,
  "post /fakturs/:id/cancel": FINANCE,
  "post /fakturs/:id/replace": FINANCE,
  "post /bounces": FINANCE,
  "get /cases": ALL,
  "get /cases/:id": ALL,
  "post /cases": NOT_VIEWER,
  "post /cases/:id/decide": FINANCE,
  "post /cases/:id/steps/:n": FINANCE,
  "post /cases/:id/document": FINANCE,
  "get /deadlines": ALL,
  "get /outages": ALL,
  "post /sellers/:seller/channel/resume": FINANCE,
  "get /kurs": ALL,
  "put /kurs/:currency/:from": FINANCE,
  "post /kurs/import": FINANCE,
  "post /sellers/:seller/coretax/export": FINANCE,
  "get /sellers/:seller/coretax": ALL,
  "post /sellers/:seller/coretax/import": FINANCE,
  "post /sellers/:seller/coretax/import/again": FINANCE,
  "post /sellers/:seller/coretax/release": FINANCE,
  "get /coretax/files": ALL,
  "get /coretax/files/:id": ALL,
  "get /coretax/files/:id/fakturs": ALL,
  "post /accounts/:portal/:account/link": NOT_VIEWER,
  "post /accounts/:portal/:account/link/revoke": NOT_VIEWER,
  "get /webhooks": ALL,
  "put /webhooks/:name": FINANCE,
  "get /webhooks/:name/deliveries": ALL,
  "post /webhooks/:name/deliveries/:id/again": FINANCE,
  "post /webhooks/:name/test": FINANCE,
  "post /webhooks/:name/disable": FINANCE,
  "post /webhooks/:name/enable": FINANCE,
  "post /webhooks/:name/rotate": FINANCE,
  "get /transfers": ALL,
  "get /transfers/:id": ALL,
  "post /transfers": NOT_VIEWER,
  "post /transfers/:id/check": NOT_VIEWER,
  "post /transfers/:id/approve": FINANCE,
  "post /transfers/:id/reject": NOT_VIEWER,
  "post /transfers/:id/answered": NOT_VIEWER,
  "post /transfers/:id/steps/:n": NOT_VIEWER,
  "get /moves": ALL,
  "get /moves/:id": ALL,
  "post /moves/:id/tie": NOT_VIEWER,
  "post /moves/look": NOT_VIEWER,
  "get /reconciliation": ALL,
  "get /reconciliation/csv": ALL,
  "get /reconciliation/runs": ALL,
  "post /reconciliation/runs": FINANCE,
  "get /reconciliation/runs/:id": ALL,
  "get /reconciliation/runs/:id/csv": ALL,
  "get /reports/spt": ALL,
  "get /reports/digunggung": ALL,
  "get /reports/pph23": ALL,
  "get /reports/pph23/receipts": ALL,
  "post /reports/pph23/receipts": FINANCE,
  "post /reports/pph23/receipts/:id/withdraw": FINANCE,
  "put /reports/pph23/buyers/:npwp": FINANCE,
  "get /audit": ALL,
  "get /sellers": ALL,
  "put /sellers/:seller/upload": FINANCE,
  "get /sellers/:seller/upload": ALL,
  "post /sellers/:seller/upload-now": FINANCE,
  "post /sellers/:seller/check": FINANCE,
  "get /sellers/:seller/mail": ALL,
  "put /sellers/:seller/mail/:part": FINANCE,
  "post /sellers/:seller/mail/:part/restore": FINANCE,
  "post /sellers/:seller/mail/preview": ALL,
  "post /sellers/:seller/mail/test": FINANCE,
  "get /portals": ALL,
  "post /portals/:portal/check": FINANCE,
  "post /portals/:portal/secrets": ["admin"],
  "post /portals/:portal/secrets/retire": ["admin"],
  "get /users": ["admin"],
  "post /users": ["admin"],
  "put /users/:id": ["admin"],
  "post /users/:id/password": ["admin"],
  "get /tokens": ["admin"],
  "post /tokens": ["admin"],
  "post /tokens/:id/revoke": ["admin"],
  "get /approvals": ALL,
  "post /approvals/:id/confirm": FINANCE,
  "post /approvals/:id/refuse": FINANCE,
  "get /audit/check": ALL,
  "get /audit/export": ALL,
};

test.each<[Asker, Asker, boolean]>([
  [{ role: "admin" }, { role: "admin" }, true],
  [{ role: "finance" }, { role: "admin" }, false],
  [{ role: "finance" }, { role: "admin", scope: ["read", "token.write"] }, false],
  [{ role: "finance" }, { role: "admin", scope: ["read", "npwp.decide"] }, true],
  [{ role: "support" }, { role: "finance", scope: ["read"] }, true],
  [{ role: "admin", scope: ["read"] }, { role: "viewer" }, true],
  [{ role: "admin", scope: ["token.write"] }, { role: "viewer" }, false],
  [{ role: "admin", scope: ["read"] }, { role: "admin", scope: ["read", "faktur.change"] }, false],
  [{ role: "viewer", scope: null }, { role: "viewer", scope: ["token.write"] }, true],
])("what %j may covers what %j may: %s", (giver, taker, covers) => {
  expect(coversAll(giver, taker)).toBe(covers);
});

test("who speaks for a customer enters or reads, and only names of ours are roles and actions", () => {
  expect(ROLES.map(withoutDecisions)).toEqual(["support", "support", "support", "viewer"]);
  expect(["admin", "viewer", "root", ""].map(isRole)).toEqual([true, true, false, false]);
  expect(["read", "access.write", "admin", ""].map(isAction)).toEqual([true, true, false, false]);
});

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const addressOf = (call: string): [method: string, path: string] => {
  const [method = "", path = ""] = call.split(" ");
  return [method.toUpperCase(), path.replace(/:\w+/g, "x")];
};

test("every call of the API is in the table, and nothing else", () => {
  const calls = apiRoutes(api.app.api).map((route) => `${route.method} ${route.path}`);
  expect(calls.sort()).toEqual(Object.keys(TABLE).sort());
});

const CELLS = Object.entries(TABLE).flatMap(([call, allowed]) =>
  ROLES.map((role) => ({ call, role, may: allowed.includes(role) ? "may" : "may not" })),
);

test.each(CELLS)("$role $may $call", async ({ call, role, may }) => {
  const [method, path] = addressOf(call);
  const answer = await api.call(method, path, { role });
  if (may === "may not") {
    expect([answer.status, answer.problem.code]).toEqual([403, "role_too_low"]);
  } else {
    // Behind the door: the address names nothing yet and there is no body, so 400 or 404, and 200 for the lists.
    expect([200, 400, 404]).toContain(answer.status);
  }
});

test.each(Object.keys(TABLE))("nobody may %s without a token or with an unknown one", async (call) => {
  const [method, path] = addressOf(call);
  for (const token of [null, "", "x", `${api.tokens.admin}x`]) {
    const answer = await api.call(method, path, { token });
    expect([answer.status, answer.problem.code]).toEqual([401, "unauthorized"]);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  }
});

test("another scheme than Bearer, or the token without it, is nobody", async () => {
  for (const authorization of [
    api.tokens.admin,
    `Basic ${api.tokens.admin}`,
    `Bearer ${api.tokens.admin} x`,
  ]) {
    const answer = await api.call("GET", "/fakturs", { token: null, headers: { authorization } });
    expect(answer.status).toBe(401);
  }
});
