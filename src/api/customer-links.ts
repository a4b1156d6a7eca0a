import { isoInJakarta } from "../clock";
import { accountUnknown } from "../accounts/tab-steps";
import { makeLink } from "../customers/make-link";
import { findAccount, lockAccount, type AccountRow } from "../store/accounts";
import { appendAudit } from "../store/audit";
import { endEmailChange, openEmailChange, revokeLinks } from "../store/customers";
import type { Tx } from "../store/db";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { json, route, type Call, type Route } from "./route";

const PATH = "/accounts/:portal/:account/link";

/** Links for customers: made for the portal's own pages, and ended when one has gone astray. */
export const customerLinkRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "post",
    path: PATH,
    action: "account.write",
    summary: "A link by which the owner of an account sees its fakturs; give it to nobody else",
    answer: "CustomerLink",
    body: nothing,
    query: nothing,
    async handle(call) {
      const account = await accountOf(d, call);
      const made = await d.db.transaction(async (tx) => {
        await noted(tx, d, account, call, "link.made");
        return makeLink(tx, d, account.id, null);
      });
      return json({ url: made.url, until: isoInJakarta(new Date(made.until)) });
    },
  }),
  route({
    method: "post",
    path: `${PATH}/revoke`,
    action: "account.write",
    summary: "Ends every link of an account, those in mails too",
    answer: "RevokedLinks",
    body: nothing,
    query: nothing,
    async handle(call) {
      const account = await accountOf(d, call);
      const now = d.clock.now();
      await d.db.transaction(async (tx) => {
        await lockAccount(tx, account.id, now);
        await revokeLinks(tx, account.id);
        await noted(tx, d, account, call, "link.revoked");
        // Who had the link may have wished for another address with it: what confirms that is a link, too.
        const wish = await openEmailChange(tx, account.id);
        if (wish === undefined || !(await endEmailChange(tx, wish.id, "stopped", now))) return;
        await noted(tx, d, account, call, "email.change_stopped", wish.wanted);
      });
      return json({ revoked: true });
    },
  }),
];

async function accountOf(d: ApiDeps, { params }: Call): Promise<AccountRow> {
  const account = await findAccount(d.db.knex, params["portal"] ?? "", params["account"] ?? "");
  if (account === undefined) throw accountUnknown();
  return account;
}

const noted = (
  tx: Tx,
  d: ApiDeps,
  account: AccountRow,
  { caller }: Call,
  action: string,
  detail: string | null = null,
) =>
  appendAudit(tx, {
    ...{ at: d.clock.now().toISOString(), actor: caller.name, action, detail },
    subject: `account:${account.portal}/${account.external_id}`,
  });
