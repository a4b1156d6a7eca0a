import { isoInJakarta } from "../clock";
import { AppError } from "../errors";
import { askApproval, needsSecond, samePerson, type Wish } from "../faktur/approvals";
import type { LineChange } from "../faktur/replacement";
import { readFaktur, readValue } from "../faktur/stored";
import { formatMoney } from "../money";
import { approvalById, type ApprovalRow } from "../store/approvals";
import { fakturById, type FakturRow } from "../store/fakturs";
import { text } from "../text";
import type { ApiDeps } from "./deps";
import { waiting, type Reply } from "./route";
import type { Caller } from "./tokens";

/** Where a seller wants two persons, the wish is written down and answered with 202; null where one is enough. */
export async function askedFirst(
  d: ApiDeps,
  faktur: FakturRow,
  wish: Wish,
  caller: Caller,
): Promise<Reply | null> {
  if (!(await needsSecond(d.db.knex, faktur.seller))) return null;
  const id = await askApproval(d, faktur.id, wish, caller);
  return waiting(await approvalView(d, await approvalNamed(d, id), caller));
}

export async function approvalNamed(d: ApiDeps, id: string | undefined): Promise<ApprovalRow> {
  const row = await approvalById(d.db.knex, id ?? "");
  if (row !== undefined) return row;
  throw new AppError("not_found", text("Permintaan tidak ditemukan.", "There is no such request."));
}

export async function approvalView(d: ApiDeps, row: ApprovalRow, caller: Caller) {
  const wish = readValue(row.wish) as Wish;
  const faktur = await fakturById(d.db.knex, row.faktur_id);
  return {
    ...{ id: row.id, state: row.state, kind: row.kind, seller: row.seller },
    faktur: {
      id: row.faktur_id,
      reference: faktur?.reference ?? "",
      nsfp: faktur?.nsfp ?? null,
      buyer: faktur === undefined ? "" : readFaktur(faktur.document).buyer.name,
      state: faktur?.state ?? "cancelled",
    },
    case: row.case_id,
    decision: wish.kind === "decide" ? wish.decision : null,
    changes: wish.kind === "cancel" ? [] : wish.changes.map(changeView),
    ...{ reason: row.reason, askedBy: row.asked_by, askedAt: instant(row.asked_at) },
    ...{ decidedBy: row.decided_by, decidedAt: instant(row.decided_at) },
    decisionReason: row.decision_reason,
    own: samePerson(row.asked_by, caller.name),
  };
}

const instant = (iso: string | null): string | null => (iso === null ? null : isoInJakarta(new Date(iso)));

const amount = (value: bigint | undefined): string | null =>
  value === undefined ? null : formatMoney(value);

const changeView = ({ line, name, price, quantity, discount, remove }: LineChange) => ({
  ...{ line, name: name ?? null, price: amount(price), quantity: amount(quantity) },
  ...{ discount: amount(discount), remove: remove ?? false },
});
