import type { ReasonCode } from "../faktur/reasons";

/**
 * What a person can do about a reason from where it is shown: go to the NPWP tab, enter a rate, issue anew, issue by
 * accepting it, retry the faktur, look at it, change the settings.
 */
export type Fix = "company" | "kurs" | "issue" | "accept" | "retry" | "faktur" | "settings";

const FIXES: Readonly<Record<ReasonCode, readonly Fix[]>> = {
  no_company: ["company"],
  company_requested: ["company"],
  company_suspended: ["company"],
  before_activation: ["issue", "company"],
  before_start: ["issue"],
  paid_from_taxed_balance: [],
  portal_invoice_unreadable: ["issue"],
  differs_from_portal: ["faktur", "issue"],
  worker_died_repeatedly: ["retry", "issue"],
  container: [],
  deposit: [],
  zero_total: [],
  nothing_taxed: [],
  foreign_currency: ["kurs"],
  negative_total: [],
  amounts_do_not_add_up: ["issue"],
  buyer_invalid: ["company", "issue"],
  seller_invalid: ["settings", "issue"],
  faktur_invalid: ["issue"],
  law_unknown: [],
  code_needs_documents: ["company", "issue"],
  refunded_before_issue: ["accept"],
  unpaid_again: [],
  cancelled_in_portal: [],
  service_moved: ["accept"],
  rejected_by_djp: ["company", "retry"],
  duplicate_at_authority: ["faktur", "retry"],
  nsfp_taken: ["faktur", "retry"],
  parts_differ: ["issue"],
  being_read: [],
  not_paid_in_portal: ["issue"],
  absent_in_portal: ["issue"],
  being_decided: [],
  on_its_way: ["faktur"],
  ready_for_export: ["faktur"],
  exported_waiting_readback: ["faktur"],
  export_faulty: ["faktur"],
  seller_changed: ["faktur", "settings", "retry"],
  may_be_exported: ["faktur", "settings"],
  upload_off: ["faktur"],
  pdf_pending: ["faktur"],
  mail_refused: ["company", "faktur"],
  mail_bounced: ["company", "faktur"],
  mail_withheld: ["settings"],
  delayed: ["faktur"],
  stuck: ["retry"],
  faktur_cancelled: ["issue"],
  cancelled_at_authority: ["issue"],
  replaced_at_authority: ["faktur"],
  past_deadline: ["accept"],
  too_late: [],
  deadline_passed_under_way: ["faktur"],
  exported_past_deadline: ["faktur"],
  channel_access_blocked: ["settings"],
  channel_passphrase_wrong: ["settings"],
  channel_unauthorized: ["settings"],
  waiting_for_buyer: ["faktur"],
  cancel_under_way: ["faktur"],
  replace_under_way: ["faktur"],
};

/** Every way to go on that these reasons offer, the first reason's first. A code not known here offers none. */
export const fixesOf = (codes: readonly ReasonCode[]): readonly Fix[] => [
  ...new Set(codes.flatMap((code) => FIXES[code] ?? [])),
];
