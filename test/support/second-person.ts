import { approvalRoutes } from "../../src/api/approvals";
import type { Caller } from "../../src/api/tokens";
import { approvalById, type ApprovalRow } from "../../src/store/approvals";
import type { World } from "./world";

/** The person who confirms what somebody else has asked for. */
export const SECOND: Caller = { name: "kepala-keuangan", role: "finance" };

/** Confirms as the API does; the answer's body. */
export async function confirm(world: World, id: string, caller: Caller = SECOND): Promise<unknown> {
  const route = approvalRoutes(world.app.api).find(({ path }) => path === "/approvals/:id/confirm");
  if (route === undefined) throw new Error("nobody can confirm");
  const asked = { caller, params: { id }, body: undefined, query: {}, language: "en" } as const;
  return route.handle(asked);
}

/** What was asked for this faktur, oldest first. */
export async function approvalsOf(world: World, fakturId: string): Promise<ApprovalRow[]> {
  const { knex } = world.app.db;
  const ids: string[] = await knex("approvals").where({ faktur_id: fakturId }).orderBy("id").pluck("id");
  const rows = await Promise.all(ids.map((id) => approvalById(knex, id)));
  return rows.flatMap((row) => (row === undefined ? [] : [row]));
}
