import { readChecks, readItems, readSteps } from "../accounts/transfer-plan";
import { isoInJakarta } from "../clock";
import { readInvoice } from "../faktur/stored";
import { domainKey, readUnpaid } from "../hooks/move-rules";
import { servicesOn } from "../hooks/moves";
import type { UnpaidNow } from "../hooks/tie";
import { findAccount } from "../store/accounts";
import type { Db } from "../store/db";
import { invoicesPaidSince } from "../store/invoices";
import { namedAt, type MoveRow } from "../store/moves";
import type { TransferRow } from "../store/transfers";
import type { Language } from "../text";

const instant = (iso: string): string => isoInJakarta(new Date(iso));
const instantOrNull = (iso: string | null): string | null => (iso === null ? null : instant(iso));

export function transferView(row: TransferRow, language: Language) {
  const items = readItems(row.services);
  const checks = readChecks(row.checks);
  return {
    ...{ id: row.id, state: row.state, portal: row.portal },
    services: items.map((item) => item.serviceId),
    items: items.map(({ serviceId, label, movedAt }) => ({
      ...{ service: serviceId, label, movedAt: instantOrNull(movedAt) },
    })),
    ...{ fromAccount: row.from_account, toEmail: row.to_email, toAccount: row.to_account },
    ticket: row.ticket,
    checks: checks.map(({ code, level, ok, detail }) => ({ code, level, ok, detail: detail[language] })),
    checkedAt: instant(row.checked_at),
    steps: readSteps(row.steps).map((step) => ({
      ...{ code: step.code, says: step.says[language], url: step.url, auto: step.moves !== null },
      ...{ doneAt: instantOrNull(step.doneAt), doneBy: step.doneBy },
    })),
    answer:
      row.answer === null
        ? null
        : { state: row.answer_state, text: row.answer, at: instantOrNull(row.answered_at) },
    ...{ openedBy: row.opened_by, openedAt: instant(row.opened_at) },
    decision: decisionView(row),
    overdue: row.state === "approved" && row.overdue_at !== null,
    doneAt: instantOrNull(row.done_at),
  };
}

const decisionView = ({ state, decided_by, decided_at, decision_reason }: TransferRow) =>
  decided_at === null
    ? null
    : {
        decision: state === "rejected" ? ("rejected" as const) : ("approved" as const),
        ...{ by: decided_by ?? "", at: instant(decided_at), reason: decision_reason },
      };

/** A move with what was last said of it; `unpaid` is asked anew for a single one. */
export async function moveView(db: Db, row: MoveRow, unpaid: UnpaidNow | null = lastSaid(row)) {
  return {
    ...{ id: row.id, state: row.state, portal: row.portal, service: row.service_id, label: row.label },
    ...{ from: row.from_account, to: row.to_account, source: row.source },
    ...{ lastSeenFrom: instantOrNull(row.last_seen_from), seenAt: instant(row.seen_at) },
    ...{ ticket: row.ticket, ticketChecked: Boolean(row.ticket_checked), note: row.note },
    ...{ tiedBy: row.tied_by, tiedAt: instantOrNull(row.tied_at), transfer: row.transfer_id },
    closedAt: instantOrNull(row.closed_at),
    unpaid: unpaid === null ? null : { ...unpaid, at: instant(unpaid.at) },
    leftBehind: await leftBehind(db, row),
  };
}

const lastSaid = (row: MoveRow): UnpaidNow | null =>
  row.unpaid_at === null ? null : { live: false, at: row.unpaid_at, items: readUnpaid(row.unpaid) };

/** Trap T22: what goes by the same domain name and has stayed. */
async function leftBehind(db: Db, row: MoveRow) {
  const key = domainKey(row.label);
  if (key === null) return [];
  const stayed = await namedAt(db.knex, row.portal, row.from_account, key);
  return stayed
    .filter((owner) => owner.service_id !== row.service_id)
    .map((owner) => ({ service: owner.service_id, label: owner.label ?? "" }));
}

/** Trap T20: what the old owner has paid for it since it was last seen there, and where that stands. */
export async function paidAfterMove(db: Db, row: MoveRow) {
  const account = await findAccount(db.knex, row.portal, row.from_account);
  if (account === undefined) return [];
  const since = row.last_seen_from ?? row.seen_at;
  const paid = await invoicesPaidSince(db.knex, account.id, since);
  return paid
    .filter(({ content }) => content !== null && servicesOn(readInvoice(content)).includes(row.service_id))
    .map((invoice) => ({
      ...{ invoiceId: invoice.external_id, number: invoice.number, decision: invoice.decision },
      paidAt: instantOrNull(invoice.paid_at),
    }));
}
