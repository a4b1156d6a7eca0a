import { confirmApproval, refuseApproval, type ApprovalDeps, type Wish } from "../faktur/approvals";
import { listApprovals } from "../store/approvals";
import { approvalNamed, approvalView } from "./approval-view";
import { nothing } from "./bodies";
import { orByHand } from "./by-hand";
import type { ApiDeps } from "./deps";
import { json, route, type Route } from "./route";
import { approvalsQuery, refuseBody } from "./settings-bodies";

/** What one person has asked for and another one confirms or refuses (four eyes). */
export const approvalRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/approvals",
    action: "read",
    summary: "Cancellations and replacements that take two persons, newest first",
    answer: "ApprovalsPage",
    body: nothing,
    query: approvalsQuery,
    async handle({ query, caller }) {
      const { state, cursor, limit } = query;
      const rows = await listApprovals(d.db.knex, state, cursor ?? null, limit + 1);
      const shown = rows.slice(0, limit);
      return json({
        items: await Promise.all(shown.map((row) => approvalView(d, row, caller))),
        nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "post",
    path: "/approvals/:id/confirm",
    action: "faktur.change",
    summary: "Confirm and do it at once; never whoever asked for it",
    answer: "Approval",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      const { id } = await approvalNamed(d, params["id"]);
      await confirmApproval(confirming(d), id, caller);
      return json(await approvalView(d, await approvalNamed(d, id), caller));
    },
  }),
  route({
    method: "post",
    path: "/approvals/:id/refuse",
    action: "faktur.change",
    summary: "Refuse it, or take back what one has asked for; the faktur stays",
    answer: "Approval",
    body: refuseBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const { id } = await approvalNamed(d, params["id"]);
      await refuseApproval(d, id, body.reason, caller);
      return json(await approvalView(d, await approvalNamed(d, id), caller));
    },
  }),
];

const confirming = (d: ApiDeps): ApprovalDeps => ({
  ...{ db: d.db, clock: d.clock, newId: d.newId },
  async carryOut(faktur: string, wish: Wish, who, confirmed) {
    switch (wish.kind) {
      case "cancel": {
        const asked = { decision: "cancel", reason: wish.reason, changes: [] } as const;
        const cancel = () => d.corrections.cancel(faktur, wish.reason, who, confirmed);
        await orByHand(d, faktur, asked, who, cancel, confirmed);
        return;
      }
      case "replace": {
        const { reason, changes } = wish;
        const replace = async () =>
          void (await d.corrections.replace(faktur, changes, reason, who, confirmed));
        await orByHand(d, faktur, { decision: "replace", reason, changes }, who, replace, confirmed);
        return;
      }
      case "decide": {
        const { caseId, decision, reason, changes, grounds } = wish;
        return d.cases.decide(caseId, { decision, reason, changes, grounds }, who, confirmed);
      }
      default:
        return wish satisfies never;
    }
  },
});
