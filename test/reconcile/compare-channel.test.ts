/**
 * Proves what our fakturs and the authority's list are told to differ in: the whole table of states on both sides, every
 * field bent once, and documents that answer to nothing of ours.
 */
import type { ChannelState } from "../../src/faktur/channels/channel";
import { FAKTUR_STATES } from "../../src/faktur/faktur";
import { compareChannel, compareHeld, IN_FLIGHT_MS, nsfpTwice } from "../../src/reconcile/compare-channel";
import { BUYER, day, faktur, held, NOW, told } from "./examples";

const THERE: readonly (ChannelState | "absent")[] = [
  ...(["absent", "draft", "pending", "approved", "rejected"] as const),
  ...(["cancelling", "cancelled", "replaced", "unknown"] as const),
];

/** What is told of each of our states (rows) beside each of theirs (columns, in the order above): `.` nothing. */
const TABLE: Readonly<Record<string, string>> = {
  draft: ".ssssssss",
  ready: "..ss.ssss",
  submitting: "...sssss.",
  pending: "ss.sssss.",
  unknown: "...sssss.",
  approved: "mss.sssss",
  rejected: "..ss.ssss",
  cancelling: "mss.s.sss",
  cancelled: "..ss.s.ss",
  replacing: "mss.sssss",
  replaced: "ssssss..s",
};
const CODES: Readonly<Record<string, string[]>> = {
  ".": [],
  s: ["state_differs 1"],
  m: ["approved_here_not_at_authority 1"],
};

const cells = FAKTUR_STATES.flatMap((state) =>
  THERE.map((there, column) => ({ state, there, expected: CODES[TABLE[state]?.[column] ?? "?"] })),
);

test.each(cells)("$state here and $there there", ({ state, there, expected }) => {
  const ours = faktur("1", { state });
  const document = there === "absent" ? null : held(ours, { state: there });
  expect(told(compareHeld(ours, document, NOW))).toEqual(expected);
});

test("a step under way may be seen by one side before the other, for a while", () => {
  const since = (ms: number) => faktur("1", { state: "pending", changedAt: new Date(NOW.getTime() - ms) });
  const late = held(faktur("1"));
  expect(compareHeld(since(IN_FLIGHT_MS - 1), late, NOW)).toEqual([]);
  expect(told(compareHeld(since(IN_FLIGHT_MS), late, NOW))).toEqual(["state_differs 1"]);
  const approved = faktur("1", { changedAt: NOW });
  expect(told(compareHeld(approved, held(approved, { state: "cancelled" }), NOW))).toEqual([
    "state_differs 1",
  ]);
});

test.each([
  ["nsfp_differs", { nsfp: "04002600000099999" }],
  ["amounts_differ_at_authority", { totals: { dpp: 1n, dppNilaiLain: 1n, ppn: 100n } }],
  ["buyer_differs_at_authority", { buyerNumber: "0099999999012000" }],
  ["date_differs_at_authority", { date: day("2026-11-04") }],
])("%s is told with what each side says", (code, bent) => {
  const ours = faktur("1");
  const whole = { dpp: 100n, dppNilaiLain: 100n, ppn: 100n };
  const document = held(ours, "totals" in bent ? { totals: whole } : bent);
  const differences = compareHeld(ours, document, NOW);
  expect(told(differences)).toEqual([`${code} 1`]);
  expect(differences[0]?.ours).not.toEqual(differences[0]?.theirs);
});

test("what a list does not tell is not compared", () => {
  const ours = faktur("1");
  const silent = held(ours, { nsfp: null, totals: null, buyerNumber: null, date: null, reference: null });
  expect(compareHeld(ours, silent, NOW)).toEqual([]);
});

test("data that are known to be older there, and drafts, are not compared field by field", () => {
  const bent = { buyerNumber: "0099999999012000" };
  const outdated = faktur("1", { state: "ready", outdatedThere: true });
  expect(compareHeld(outdated, held(outdated, { ...bent, state: "rejected" }), NOW)).toEqual([]);
  const pending = faktur("1", { state: "pending", nsfp: null });
  expect(told(compareHeld(pending, held(pending, { ...bent, state: "pending" }), NOW))).toEqual([
    "buyer_differs_at_authority 1",
  ]);
});

describe("documents of a list", () => {
  test("find their faktur by the channel's id, or by the reference of one that has none yet", () => {
    const sent = faktur("1");
    const doubted = faktur("2", { externalId: null, state: "unknown", nsfp: null });
    const list = [held(sent, { reference: "OTHER" }), held(doubted, { state: "pending", nsfp: null })];
    const { differences, shown } = compareChannel("utama", list, [sent, doubted], NOW);
    expect([differences, shown]).toEqual([[], ["1", "2"]]);
  });

  test("that nobody here has made are told, the second under one reference too", () => {
    const ours = faktur("1");
    const second = held(ours, { externalId: "BY-HAND", nsfp: "04002600000088888" });
    const { differences } = compareChannel("utama", [held(ours), second], [ours], NOW);
    expect(told(differences)).toEqual(["at_authority_not_here BY-HAND"]);
    expect(differences[0]).toMatchObject({ severity: "critical", reference: "INV-1", nsfp: second.nsfp });
  });

  test.each([
    ["approved", "critical"],
    ["pending", "critical"],
    ["unknown", "critical"],
    ["draft", "warning"],
    ["rejected", "warning"],
    ["cancelled", null],
    ["replaced", null],
  ] as const)("a stranger that is %s there weighs %s", (state, severity) => {
    const stranger = held(faktur("9"), { state });
    const { differences } = compareChannel("utama", [stranger], [], NOW);
    expect(differences.map((one) => one.severity)).toEqual(severity === null ? [] : [severity]);
  });
});

test("a number that two documents carry is told with both", () => {
  expect(nsfpTwice("utama", "04002600000000001", "X-1", "X-2")).toMatchObject({
    ...{ code: "nsfp_twice", nsfp: "04002600000000001", ours: "X-1", theirs: "X-2" },
  });
});

test("a buyer without NPWP is compared by the number of the other document", () => {
  const ours = faktur("1", { buyerNumber: "3174000000000001" });
  expect(compareHeld(ours, held(ours), NOW)).toEqual([]);
  expect(compareHeld(ours, held(ours, { buyerNumber: BUYER }), NOW)).toHaveLength(1);
});
