/**
 * Where a paid invoice has ended, and how a faktur ends that nobody wants any more: both tables whole, by state. What
 * reads the ledger for them is proved by the flows.
 */
import type { TaxDay } from "../../src/clock";
import { MAY_RETRY, type ErrorCode } from "../../src/errors";
import { FAKTUR_STATES, FILE_CHANNEL, type FakturState } from "../../src/faktur/faktur";
import { replacesNothing, standingOf, type StandingFacts } from "../../src/faktur/outcome";
import { wayOut, type WayOut } from "../../src/faktur/way-out";
import { JOB_KINDS } from "../../src/store/jobs";

type Faktur = StandingFacts["fakturs"][number];
type Job = StandingFacts["jobs"][number];
type Mail = StandingFacts["mails"][number];

const DEADLINE = "2026-12-20" as TaxDay;
const AFTER = "2026-12-21" as TaxDay;
const LAST = "2027-02-03" as TaxDay;

const faktur = (state: FakturState, more: Partial<Faktur> = {}): Faktur => ({
  id: "f1",
  state,
  problem: null,
  channel_message: null,
  channel_status: null,
  external_id: null,
  pdf_sha256: "0".repeat(64),
  part: null,
  revision: 0,
  replaces_id: null,
  nsfp: null,
  deadline: DEADLINE,
  channel_kind: "pajakio",
  ...more,
});

const job = (
  state: Job["state"],
  lastCode: Job["lastCode"] = "portal_unavailable",
  kind: Job["kind"] = "submit",
) => ({
  kind,
  state,
  lastCode,
});

const standing = (fakturs: readonly Faktur[], more: Partial<StandingFacts> = {}) =>
  standingOf({
    invoice: { decision: "issuing", reasons: "[]" },
    fakturs,
    jobs: [],
    mails: [],
    today: DEADLINE,
    lastDay: LAST,
    ...more,
  });

function told(fakturs: readonly Faktur[], more: Partial<StandingFacts> = {}): string {
  const { outcome, reasons } = standing(fakturs, more);
  return [outcome, ...reasons.map(({ code }) => code)].join(" ");
}

const stored = JSON.stringify([{ code: "no_company" }]);

test.each<[StandingFacts["invoice"]["decision"], readonly Job[], string]>([
  ["unread", [], "waiting being_read"],
  ["undecided", [], "waiting being_decided"],
  ["undecided", [job("ready", null)], "waiting being_decided"],
  ["unread", [job("ready")], "waiting being_read delayed"],
  ["unread", [job("running", "worker_died_repeatedly")], "waiting being_read delayed"],
  ["unread", [job("stuck")], "held stuck"],
  ["unread", [job("stuck", "worker_died_repeatedly")], "held worker_died_repeatedly"],
  ["held", [job("stuck")], "held no_company"],
  ["skipped", [job("stuck")], "skipped no_company"],
])("an invoice that is %s, with %j, is %s", (decision, jobs, expected) => {
  expect(told([], { invoice: { decision, reasons: stored }, jobs })).toBe(expected);
  const differs = { id: "lain", en: "other" };
  expect(told([], { invoice: { decision, reasons: stored }, jobs, differs })).toBe(
    `${expected} differs_from_portal`,
  );
});

test.each(JOB_KINDS)("what went wrong with %s is told in words, whatever it was", (kind) => {
  for (const code of Object.keys(MAY_RETRY) as ErrorCode[]) {
    const invoice = { decision: "unread", reasons: "[]" } as const;
    const [first] = standing([], { invoice, jobs: [job("stuck", code, kind)] }).reasons;
    expect(`${first?.message.id} ${first?.message.en}`).not.toMatch(/_|\b(?:read[A-Z]\w+|undefined)\b/);
  }
});

const file = { channel_kind: FILE_CHANNEL };

/** On its last day, after it, and after it with no day left on which it could be made late. */
test.each<[FakturState, Partial<Faktur>, on: string, after: string, over: string]>([
  ["draft", {}, "waiting upload_off", "held past_deadline", "held too_late"],
  ["ready", {}, "waiting on_its_way", "held past_deadline", "held too_late"],
  ["ready", file, "waiting ready_for_export", "held past_deadline", "held too_late"],
  ...(["ready", "submitting", "pending", "unknown"] as const).map(
    (state): [FakturState, Partial<Faktur>, string, string, string] => [
      state,
      { external_id: "x" },
      "waiting on_its_way",
      "waiting on_its_way deadline_passed_under_way",
      "waiting on_its_way deadline_passed_under_way",
    ],
  ),
  [
    "pending",
    file,
    "waiting exported_waiting_readback",
    "waiting exported_past_deadline",
    "waiting exported_past_deadline",
  ],
  [
    "rejected",
    {},
    "held rejected_by_djp",
    "held rejected_by_djp past_deadline",
    "held rejected_by_djp too_late",
  ],
  ["approved", { channel_status: "APPROVED" }, ...same("issued")],
  ["approved", { channel_status: "WAITING_FOR_CANCELLATION" }, ...same("issued waiting_for_buyer")],
  ["cancelling", {}, ...same("issued cancel_under_way")],
  ["cancelling", { channel_status: "APPROVED" }, ...same("issued cancel_under_way")],
  ["cancelling", { channel_status: "WAITING FOR CANCELLATION" }, ...same("issued waiting_for_buyer")],
  ["replacing", {}, ...same("issued replace_under_way")],
  ["approved", { pdf_sha256: null }, ...same("issued pdf_to_import")],
  ["approved", { ...file, pdf_sha256: null }, ...same("issued pdf_to_import")],
  ["approved", file, ...same("issued")],
  ["cancelled", {}, ...same("held faktur_cancelled")],
  ["replaced", {}, ...same("held replaced_at_authority")],
  ...FAKTUR_STATES.filter((state) => state !== "cancelled" && state !== "replaced").map(
    (state): [FakturState, Partial<Faktur>, string, string, string] => [
      state,
      { problem: "duplicate_at_authority" },
      ...same("held duplicate_at_authority"),
    ],
  ),
  ["unknown", { problem: "words of an older version" }, ...same("held duplicate_at_authority")],
])("a faktur that is %s %j: %s; later %s; in the end %s", (state, more, on, after, over) => {
  const one = [faktur(state, more)];
  expect(told(one)).toBe(on);
  expect(told(one, { today: undefined })).toBe(on);
  expect(told(one, { today: AFTER })).toBe(after);
  expect(told(one, { today: AFTER, lastDay: null })).toBe(after);
  expect(told(one, { today: LAST })).toBe(after);
  expect(told(one, { today: "2027-02-04" as TaxDay })).toBe(over);
});

function same(words: string): [string, string, string] {
  return [words, words, words];
}

test("a case that waits for its decision holds what would be sent, and no file", () => {
  const undecided = new Set(["f1"]);
  expect(told([faktur("ready")], { undecided })).toBe("held case_undecided");
  expect(told([faktur("ready", { external_id: "x" })], { undecided })).toBe("waiting on_its_way");
  expect(told([faktur("ready", file)], { undecided })).toBe("waiting ready_for_export");
  expect(told([faktur("ready")], { undecided: new Set(["f2"]) })).toBe("waiting on_its_way");
  expect(told([faktur("pending")], { paused: "channel_access_blocked" })).toBe(
    "waiting on_its_way channel_access_blocked",
  );
});

test.each([
  ["Passphrase salah", "channel_passphrase_wrong", "held channel_passphrase_wrong"],
  ["Passphrase salah", null, "held rejected_by_djp"],
  ["NPWP pembeli salah", "channel_passphrase_wrong", "held rejected_by_djp"],
  ["", null, "held rejected_by_djp"],
] as const)("refused with %j while the channel is paused for %s: %s", (channel_message, paused, expected) => {
  const fakturs = [faktur("rejected", { channel_message })];
  expect(told(fakturs, { paused })).toBe(expected);
});

const second = (state: FakturState, more: Partial<Faktur> = {}) =>
  faktur(state, { id: "f2", replaces_id: "f1", ...more });

test.each<[string, Faktur[], string]>([
  ["stands beside a refused one", [faktur("approved"), second("rejected")], "issued rejected_by_djp"],
  ["stands, what would replace it is gone", [faktur("approved"), second("cancelled")], "issued"],
  [
    "was refused beside one that is cancelled",
    [faktur("cancelled"), second("rejected")],
    "held faktur_cancelled",
  ],
  [
    "is being replaced",
    [faktur("replacing"), second("pending", { channel_status: "APPROVED" })],
    "issued replace_under_way",
  ],
  [
    "is being replaced, and the buyer is asked",
    [faktur("replacing"), second("pending", { channel_status: "Waiting for amendment" })],
    "issued waiting_for_buyer",
  ],
  [
    "is being replaced by one in trouble",
    [faktur("replacing"), second("unknown", { problem: "may_be_exported" })],
    "issued replace_under_way may_be_exported",
  ],
])("a faktur that %s", (_what, fakturs, expected) => {
  expect(told(fakturs)).toBe(expected);
});

test.each([
  ["cancelled", "rejected", "f1", true],
  ["cancelled", "rejected", "f0", false],
  ["replacing", "rejected", "f1", false],
  ["cancelled", "pending", "f1", false],
] as const)(
  "beside one that is %s, one that is %s and replaces %s replaces nothing: %s",
  (first, state, id, nothing) => {
    const one = second(state, { replaces_id: id });
    expect(replacesNothing({ fakturs: [faktur(first), one] }, one)).toBe(nothing);
  },
);

const part = (name: string, state: FakturState, more: Partial<Faktur> = {}) =>
  faktur(state, { id: name, part: name, ...more });

test.each<[string, Faktur[], string]>([
  ["none is left", [], "held faktur_cancelled"],
  ["one is missing", [part("a", "approved"), part("b", "cancelled")], "held faktur_cancelled"],
  ["one is refused", [part("a", "pending"), part("b", "rejected")], "held rejected_by_djp"],
  [
    "one is on its way",
    [part("a", "approved", { pdf_sha256: null }), part("b", "pending")],
    "waiting on_its_way",
  ],
  ["two are on their way", [part("a", "pending"), part("b", "submitting")], "waiting on_its_way"],
  ["all stand", [part("a", "approved"), part("b", "approved")], "issued"],
])("an invoice of parts of which %s", (_what, fakturs, expected) => {
  expect(told(fakturs)).toBe(expected);
});

test.each<[Mail["state"][], Job[], string]>([
  [["sent"], [job("ready", null, "paper")], "issued pdf_pending"],
  [["refused", "bounced", "withheld"], [], "issued pdf_to_import mail_refused mail_bounced mail_withheld"],
  [[], [job("stuck", "internal", "paper")], "issued stuck"],
  [[], [job("ready", "internal", "paper")], "issued pdf_pending delayed"],
  [[], [job("stuck", "internal", "mail")], "issued pdf_to_import stuck"],
])("what is left of an approved faktur without its paper: mails %j and jobs %j", (states, jobs, expected) => {
  const mails = states.map((state, sequence) => ({ state, detail: null, sequence }));
  expect(told([faktur("approved", { pdf_sha256: null })], { mails, jobs })).toBe(expected);
});

test("a paper that is drawn here for a faktur by files is not asked of a person", () => {
  const approved = [faktur("approved", { ...file, pdf_sha256: null })];
  expect(told(approved, { jobs: [job("ready", null, "paper")] })).toBe("issued pdf_pending");
  expect(told(approved, { jobs: [job("stuck", "internal", "paper")] })).toBe("issued stuck");
});

describe("a faktur that nobody wants any more", () => {
  const LOOKED_AT = ["duplicate_at_authority", "seller_changed"];
  const ways: Readonly<Record<FakturState, readonly [none: WayOut, lying: WayOut, lookedAt: WayOut]>> = {
    draft: ["drop", "clear_first", "drop"],
    ready: ["drop", "clear_first", "drop"],
    rejected: ["drop", "clear_first", "drop"],
    submitting: ["none", "none", "clear_first"],
    unknown: ["none", "none", "clear_first"],
    approved: ["ask_authority", "ask_authority", "ask_authority"],
    pending: ["none", "none", "none"],
    cancelling: ["none", "none", "none"],
    cancelled: ["none", "none", "none"],
    replacing: ["none", "none", "none"],
    replaced: ["none", "none", "none"],
  };

  test.each(FAKTUR_STATES)("that is %s", (state) => {
    const way = (problem: string | null, external_id: string | null = null) =>
      wayOut({ state, problem, external_id });
    const [none, lying, lookedAt] = ways[state];
    expect([way(null), way(null, "x")]).toEqual([none, lying]);
    for (const problem of LOOKED_AT) expect(way(problem)).toBe(lookedAt);
    expect(way("words of an older version")).toBe(none);
    expect(way("may_be_exported")).toBe("none");
    for (const problem of ["cancelled_at_authority", "replaced_at_authority"]) {
      expect(way(problem)).toBe("confirm");
    }
  });
});
