/**
 * What a faktur that may have been forgotten has at the authority: what stands goes before what is over, so that nothing
 * is made anew beside it; what may be ours with other data is never passed by; another's is never taken.
 */
import type { ChannelState } from "../../src/faktur/channels/channel";
import { referencesOf } from "../../src/faktur/references";
import { whatIsThere, type Found } from "../../src/faktur/there";

const OURS = { reference: "INV-1", external_id: null };

/** A document under a reference: INV-1, INV-1/b and INV-1-R2 by their places. */
function found(reference: string, state: ChannelState, more: Partial<Found> = {}): Found {
  const held = { externalId: `id of ${reference}`, state, status: state, nsfp: null, message: null };
  return {
    reference,
    place: reference.includes("/") ? 1 : 0,
    revision: Number(/-R(\d+)$/.exec(reference)?.[1] ?? "1"),
    held: { ...held, buyerNumber: null, totals: null, simulated: true },
    ...{ same: true, whose: "nobody" },
    ...more,
  };
}

const OTHER_DATA = { same: false };
const ANOTHERS: Partial<Found> = { whose: "another" };
const CONTESTED: Partial<Found> = { whose: "contested" };

test.each<[string, readonly Found[], string]>([
  ["nothing", [], "nothing"],
  ["ours alone", [found("INV-1", "approved")], "ours INV-1"],
  ["what names the portal", [found("INV-1", "approved"), found("INV-1/b", "approved")], "ours INV-1/b"],
  ["the later revision", [found("INV-1", "approved"), found("INV-1-R2", "pending")], "ours INV-1-R2"],
  [
    "what stands before what was refused",
    [found("INV-1/b", "rejected"), found("INV-1-R2", "approved")],
    "ours INV-1-R2",
  ],
  [
    "what went up before a draft",
    [found("INV-1/b", "draft"), found("INV-1-R2", "approved")],
    "ours INV-1-R2",
  ],
  ["a draft before what is over", [found("INV-1", "cancelled"), found("INV-1-R2", "draft")], "ours INV-1-R2"],
  [
    "a replaced one before its replacement",
    [found("INV-1", "replaced"), found("INV-1-R2", "approved", OTHER_DATA)],
    "ours INV-1",
  ],
  ["a refused one", [found("INV-1", "rejected")], "ours INV-1"],
  [
    "a refused one beside one of other data",
    [found("INV-1", "rejected"), found("INV-1-R2", "approved", OTHER_DATA)],
    "doubtful INV-1-R2",
  ],
  ["other data under another reference", [found("INV-1/b", "pending", OTHER_DATA)], "doubtful INV-1/b"],
  ["refused data under another reference", [found("INV-1/b", "rejected", OTHER_DATA)], "nothing"],
  ["other data under our reference", [found("INV-1", "approved", OTHER_DATA)], "doubtful INV-1"],
  ["what was refused under our reference", [found("INV-1", "rejected", OTHER_DATA)], "ours INV-1"],
  ["one that another may have as well", [found("INV-1/b", "approved", CONTESTED)], "doubtful INV-1/b"],
  [
    "that beside one of ours",
    [found("INV-1/b", "approved", CONTESTED), found("INV-1", "approved")],
    "ours INV-1",
  ],
  ["another's under our reference", [found("INV-1", "approved", ANOTHERS)], "taken INV-1"],
  [
    "another's beside ours",
    [found("INV-1", "approved", ANOTHERS), found("INV-1/b", "rejected")],
    "ours INV-1/b",
  ],
  ["another's under another reference", [found("INV-1/b", "approved", ANOTHERS)], "nothing"],
])("%s", (_, all, expected) => {
  for (const order of [all, [...all].reverse()]) {
    const there = whatIsThere(OURS, order);
    expect(there.kind === "nothing" ? "nothing" : `${there.kind} ${there.found.reference}`).toBe(expected);
  }
});

test("our own draft with outdated data is ours, what stands besides it is looked at first", () => {
  const mine = found("INV-1", "draft", OTHER_DATA);
  const ours = { ...OURS, external_id: mine.held.externalId };
  expect(whatIsThere(ours, [mine])).toEqual({ kind: "ours", found: mine });
  const later = found("INV-1-R2", "approved", OTHER_DATA);
  expect(whatIsThere(ours, [mine, later])).toEqual({ kind: "doubtful", found: later });
});

test("the references of an invoice rest on it alone, and the last always fits", () => {
  const invoice = { portal: "toko", external_id: "9", number: "INV-1" };
  const first = referencesOf(invoice, 1);
  expect(first).toEqual([
    "INV-1",
    "INV-1/toko",
    "INV-1/toko/9",
    expect.stringMatching(/^toko\/[0-9a-f]{20}$/),
  ]);
  expect(referencesOf(invoice, 2)).toEqual(first.map((name) => `${name}-R2`));
  const long = { portal: "p".repeat(64), external_id: "9".repeat(100), number: null };
  expect(referencesOf(long, 99).at(-1)?.length).toBeLessThan(94);
  expect(referencesOf({ ...long, portal: "q" }, 1).at(-1)).not.toBe(
    referencesOf({ ...long, portal: "r" }, 1).at(-1),
  );
});
