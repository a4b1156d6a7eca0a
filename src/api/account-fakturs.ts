import { accountUnknown } from "../accounts/tab-steps";
import { AppError } from "../errors";
import { findAccount, type AccountRow } from "../store/accounts";
import { listFakturs } from "../store/faktur-list";
import { fakturById } from "../store/fakturs";
import { text } from "../text";
import { accountFaktursQuery, nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { pdfOf } from "./documents";
import { json, route, type Call, type Route } from "./route";
import { fakturSummaries } from "./views";

const PATH = "/accounts/:portal/:account/fakturs";

/** The fakturs of one account and of no other: what a portal shows its customer. */
export const accountFakturRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: PATH,
    action: "read",
    summary: "The fakturs of one account, newest first",
    answer: "FaktursPage",
    body: nothing,
    query: accountFaktursQuery,
    async handle({ params, query }) {
      const account = await accountNamed(d, params);
      const filter = { accountIds: [account.id] };
      const rows = await listFakturs(d.db.knex, filter, query.cursor ?? null, query.limit + 1);
      const shown = rows.slice(0, query.limit);
      return json({
        items: await fakturSummaries(d.db, shown),
        nextCursor: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "get",
    path: `${PATH}/:id/pdf`,
    action: "read",
    summary: "The PDF of a faktur of this very account; another account's is not found",
    answers: "pdf",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const account = await accountNamed(d, params);
      const row = await fakturById(d.db.knex, params["id"] ?? "");
      if (row?.account_id !== account.id) {
        throw new AppError("not_found", text("Faktur tidak ditemukan.", "There is no such faktur."));
      }
      return pdfOf(d, row);
    },
  }),
];

async function accountNamed(d: ApiDeps, params: Call["params"]): Promise<AccountRow> {
  const account = await findAccount(d.db.knex, params["portal"] ?? "", params["account"] ?? "");
  if (account === undefined) throw accountUnknown();
  return account;
}
