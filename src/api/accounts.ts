import { isoInJakarta } from "../clock";
import { headOffice, parseNitku, parseNpwp, readNpwp } from "../accounts/npwp";
import { accountUnknown, enterNpwp, switchTab } from "../accounts/tab";
import { companyHistory, findAccount, findCompany, saveAccount, type CompanyRow } from "../store/accounts";
import { appendAudit } from "../store/audit";
import { listFakturs } from "../store/fakturs";
import { findPortal } from "../store/portals";
import { accountBody, npwpBody, nothing, reasonBody } from "./bodies";
import type { ApiDeps } from "./deps";
import { portalUnknown } from "./portals";
import { json, route, type Route } from "./route";
import { fakturSummary } from "./views";

const PATH = "/accounts/:portal/:account";

export const accountRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "put",
    path: PATH,
    action: "account.write",
    summary: "Make or change an account of a portal",
    answer: "Account",
    body: accountBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const [portal, id] = named(params);
      if ((await findPortal(d.db.knex, portal)) === undefined) throw portalUnknown();
      const now = d.clock.now();
      await d.db.transaction(async (tx) => {
        await saveAccount(tx, portal, { id, ...body }, d.newId(now), now);
        const subject = `account:${portal}/${id}`;
        await appendAudit(tx, {
          at: now.toISOString(),
          actor: caller.name,
          action: "account.saved",
          subject,
          detail: null,
        });
      });
      return json(await accountView(d, portal, id));
    },
  }),
  route({
    method: "get",
    path: PATH,
    action: "read",
    summary: "An account with its NPWP tab, history and recent fakturs",
    answer: "Account",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => json(await accountView(d, ...named(params))),
  }),
  route({
    method: "put",
    path: `${PATH}/npwp`,
    action: "npwp.enter",
    summary: "Enter or correct the company (NPWP) of an account",
    answer: "EnteredNpwp",
    body: npwpBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const npwp = parseNpwp(body.npwp);
      const company = await enterNpwp(
        d,
        ...named(params),
        {
          npwp,
          nitku: body.nitku === undefined ? headOffice(npwp) : parseNitku(body.nitku, npwp),
          name: body.name,
          address: body.address,
          email: body.email,
          transactionCode: body.transactionCode ?? null,
          evidence: body.evidence ?? null,
        },
        caller.name,
      );
      return json({ ...companyView(company), warnings: warningsOf(company) });
    },
  }),
  switching(d, "activate", "Switch the NPWP tab on"),
  switching(d, "suspend", "Switch the NPWP tab off"),
];

const switching = (d: ApiDeps, move: "activate" | "suspend", summary: string): Route =>
  route({
    method: "post",
    path: `${PATH}/npwp/${move}`,
    action: "npwp.decide",
    summary,
    answer: "Npwp",
    body: reasonBody,
    query: nothing,
    handle: async ({ params, body, caller }) =>
      json(companyView(await switchTab(d, ...named(params), move, body?.reason ?? null, caller.name))),
  });

const named = (params: Readonly<Record<string, string>>): [portal: string, account: string] => [
  params["portal"] ?? "",
  params["account"] ?? "",
];

const companyView = (row: CompanyRow) => ({
  status: row.status,
  npwp: row.npwp,
  nitku: row.nitku,
  name: row.name,
  address: row.address,
  email: row.email,
  transactionCode: row.transaction_code,
  evidence: row.evidence,
  statusAt: isoInJakarta(new Date(row.status_at)),
  statusBy: row.status_by,
  statusReason: row.status_reason,
});

/** A failed check digit is only a warning: the rule is not DJP's, and numbers of the Coretax era do not follow it. */
function warningsOf(company: CompanyRow): string[] {
  const read = readNpwp(company.npwp);
  return read.kind === "npwp" && !read.luhnOk ? ["npwp_check_digit"] : [];
}

async function accountView(d: ApiDeps, portal: string, id: string) {
  const account = await findAccount(d.db.knex, portal, id);
  if (account === undefined) throw accountUnknown();
  const company = await findCompany(d.db.knex, account.id);
  const history = await companyHistory(d.db.knex, account.id);
  const recent = await listFakturs(d.db.knex, { accountIds: [account.id] }, null, 20);
  return {
    portal,
    account: account.external_id,
    name: account.name,
    email: account.email,
    npwp:
      company === undefined
        ? null
        : {
            ...companyView(company),
            history: history.map((entry) => ({
              at: isoInJakarta(new Date(entry.at)),
              by: entry.by,
              event: entry.event,
              reason: entry.reason,
              data: JSON.parse(entry.snapshot) as unknown,
            })),
          },
    fakturs: await Promise.all(recent.map((row) => fakturSummary(d.db, row))),
  };
}
