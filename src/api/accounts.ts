import type { z } from "zod";
import { dayInJakarta, isoInJakarta, type TaxDay } from "../clock";
import { asAppError } from "../errors";
import { masked } from "../log";
import { checkRegister } from "../accounts/check-register";
import { hintSays } from "../accounts/hints";
import { enterNpwp, switchTab, type CodeRight } from "../accounts/tab";
import { accountUnknown } from "../accounts/tab-steps";
import {
  companyHistory,
  findAccount,
  findCompany,
  hintsOf,
  saveAccount,
  type AccountRow,
  type CompanyRow,
} from "../store/accounts";
import { appendAudit } from "../store/audit";
import { listFakturs } from "../store/faktur-list";
import { findPortal } from "../store/portals";
import type { Language } from "../text";
import { accountBody, activateBody, npwpBody, nothing, reasonBody } from "./bodies";
import type { ApiDeps } from "./deps";
import { portalUnknown } from "./portal-view";
import { companyOf, particularsView, warningsOf } from "./companies";
import { besideCompany, newAccountUrl, outdatedOf, withAdvice } from "./company-beside";
import { roleTooLow } from "./documents";
import { prospectView } from "./prospect-view";
import { mayAsk } from "./roles";
import { json, route, type Call, type Route } from "./route";
import type { Caller } from "./tokens";
import { fakturSummaries } from "./views";

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
    async handle({ params, body, caller, language }) {
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
      return json(await accountView(d, portal, id, caller, language));
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
    handle: async ({ params, caller, language }) =>
      json(await accountView(d, ...named(params), caller, language)),
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
      if (caller.client !== undefined) refuseCode(body);
      const data = companyOf(body, dayInJakarta(d.clock.now()));
      try {
        return json(
          companyView(await enterNpwp(d, ...named(params), data, caller.name, codeRight(caller, body))),
        );
      } catch (thrown) {
        throw await withAdvice(d, named(params)[0], thrown);
      }
    },
  }),
  route({
    method: "post",
    path: `${PATH}/npwp/check`,
    action: "npwp.enter",
    summary: "Ask the tax register about the NPWP of an account",
    answer: "Npwp",
    body: nothing,
    query: nothing,
    handle: async ({ params, caller }) =>
      json(companyView(await checkRegister(d, ...named(params), caller.name))),
  }),
  route({
    method: "post",
    path: `${PATH}/npwp/activate`,
    action: "npwp.decide",
    summary: "Switch the NPWP tab on; asks the tax register where the channel can",
    answer: "Npwp",
    body: activateBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const from = (body?.from ?? null) as TaxDay | null;
      const row = await switchTab(d, ...named(params), "activate", body?.reason ?? null, caller.name, from);
      return json(await checkedView(d, params, row, caller.name));
    },
  }),
  route({
    method: "post",
    path: `${PATH}/npwp/suspend`,
    action: "npwp.decide",
    summary: "Switch the NPWP tab off",
    answer: "Npwp",
    body: reasonBody,
    query: nothing,
    async handle({ params, body, caller }) {
      return json(
        companyView(await switchTab(d, ...named(params), "suspend", body?.reason ?? null, caller.name)),
      );
    },
  }),
];

/** Whose word on the verified code counts. A portal's form that does not know of the code does not take it away. */
function codeRight(caller: Caller, body: z.infer<typeof npwpBody>): CodeRight {
  if (caller.client !== undefined) return "keep";
  if (caller.staff !== undefined && !namesCode(body)) return "keep";
  return mayAsk(caller, "npwp.decide") ? "change" : "repeat";
}

const namesCode = ({ transactionCode, evidence, facility, collector, issueOn }: z.infer<typeof npwpBody>) =>
  [transactionCode, evidence, facility, collector, issueOn].some((one) => one != null);

/** A customer says who the company is; which code its fakturs carry is verified by people here. */
function refuseCode(body: z.infer<typeof npwpBody>): void {
  if (namesCode(body)) throw roleTooLow();
}

const named = (params: Readonly<Record<string, string>>): [portal: string, account: string] => [
  params["portal"] ?? "",
  params["account"] ?? "",
];

/** The register is asked along with the activation; a channel that fails says so and holds nothing up. */
async function checkedView(d: ApiDeps, params: Call["params"], row: CompanyRow, by: string) {
  if (row.identity != null) return companyView(row);
  try {
    const checked = await soon(checkRegister(d, ...named(params), by));
    return checked === null ? companyView(row, "register_check_pending") : companyView(checked);
  } catch (thrown) {
    const { code } = asAppError(thrown);
    const [portal, account] = named(params);
    d.log.warn("register.check_failed", { portal, account: masked(account), code });
    return companyView(row, code === "refused" ? "register_not_asked" : "register_check_failed");
  }
}

/** How long an activation waits for the register; a slower answer is kept when it comes. */
const REGISTER_WAIT_MS = 3_000;

async function soon<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), REGISTER_WAIT_MS);
  });
  try {
    return await Promise.race([work, tired]);
  } finally {
    clearTimeout(timer);
    // What comes after the wait is kept by the check itself; its failure was nobody's wait any more.
    work.catch(() => undefined);
  }
}

const companyView = (row: CompanyRow, ...more: readonly string[]) => ({
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
  ...particularsView(row),
  warnings: [...warningsOf(row), ...more],
});

async function accountView(d: ApiDeps, portal: string, id: string, caller: Caller, language: Language) {
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
            ...(await besideCompany(d, company, caller)),
            history: history.map((entry) => ({
              at: isoInJakarta(new Date(entry.at)),
              by: entry.by,
              event: entry.event,
              reason: entry.reason,
              data: JSON.parse(entry.snapshot) as unknown,
            })),
          },
    hints: hintsView(account, company, language),
    willGetFaktur: await prospectView(d, portal, company, language),
    fakturs: await fakturSummaries(d.db, recent),
    outdated: company === undefined ? [] : outdatedOf(company, recent),
    newAccountUrl: await newAccountUrl(d, portal),
  };
}

/** What the portal shows as the taxpayer, as long as the tab says something else. */
const hintsView = (account: AccountRow, company: CompanyRow | undefined, language: Language) =>
  hintsOf(account)
    .filter((hint) => company === undefined || !hint.values.includes(company.npwp))
    .map((hint) => ({ code: hint.code, values: hint.values, message: hintSays(hint)[language] }));
