/**
 * What a move of a service means for an invoice, as tables: which services have left an account (traps T20 to T23), when
 * two labels are one domain name, and when the nightly look is due. Pure functions, nothing around them.
 */
import fc from "fast-check";
import { domainKey, nextNight, servicesGone, type KnownMove } from "../../src/hooks/move-rules";

const move = (from: string, to: string, lastSeenFrom: string | null = null): KnownMove => ({
  ...{ service_id: "S12", from_account: from, to_account: to, last_seen_from: lastSeenFrom },
});

const PAID = new Date("2026-11-03T02:10:00Z");
const BEFORE = "2026-11-03T02:00:00.000Z";
const AFTER = "2026-11-03T02:20:00.000Z";

const CASES: readonly (readonly [string, readonly KnownMove[], string, boolean])[] = [
  ["nothing moved", [], "A", false],
  ["T20: moved away, never seen here before", [move("A", "B")], "A", true],
  ["T20: paid after it was last seen here", [move("A", "B", BEFORE)], "A", true],
  ["paid at the very moment it was last seen here", [move("A", "B", PAID.toISOString())], "A", true],
  ["paid while it was still seen here", [move("A", "B", AFTER)], "A", false],
  ["T21: the new owner's own invoice", [move("A", "B")], "B", false],
  ["moved on: the first owner's old invoice", [move("A", "B"), move("B", "C")], "A", true],
  ["moved on: the second owner's invoice", [move("A", "B"), move("B", "C")], "B", true],
  ["came back: the first owner's invoice", [move("A", "B"), move("B", "A")], "A", false],
  ["came back and left again", [move("A", "B"), move("B", "A"), move("A", "B")], "A", true],
  ["came back by way of a third", [move("A", "B"), move("B", "C"), move("C", "A")], "A", false],
];

test.each(CASES)("%s", (_name, moves, account, gone) => {
  expect(servicesGone(moves, account, PAID).has("S12")).toBe(gone);
});

test("an account that holds a service last is never told that it has left, whatever went before", () => {
  const accounts = fc.constantFrom("A", "B", "C", "D");
  fc.assert(
    fc.property(fc.array(accounts, { minLength: 2, maxLength: 8 }), (owners) => {
      const steps = owners.filter((owner, index) => owner !== owners[index - 1]);
      const moves = steps.slice(1).map((to, index) => move(steps[index] ?? "", to));
      const holder = steps.at(-1) ?? "";
      expect(servicesGone(moves, holder, PAID).size).toBe(0);
      for (const left of new Set(steps.filter((owner) => owner !== holder))) {
        expect([...servicesGone(moves, left, PAID)]).toEqual(["S12"]);
      }
    }),
  );
});

test.each([
  ["contoh.co.id", "contoh.co.id"],
  ["  WWW.Contoh.co.id ", "contoh.co.id"],
  ["https://www.contoh.co.id/", "contoh.co.id"],
  ["contoh.co.id.", "contoh.co.id"],
  ["münchen.example", "münchen.example"],
  ["Web Hosting Bisnis", null],
  ["SSL", null],
  ["", null],
  [null, null],
])("T22: the label %j is the domain name %j", (label, key) => {
  expect(domainKey(label)).toBe(key);
});

test.each([
  ["2026-11-03T00:30:00+07:00", "2026-11-02T19:00:00.000Z"],
  ["2026-11-03T01:59:59+07:00", "2026-11-02T19:00:00.000Z"],
  ["2026-11-03T02:00:00+07:00", "2026-11-03T19:00:00.000Z"],
  ["2026-11-03T23:00:00+07:00", "2026-11-03T19:00:00.000Z"],
  ["2026-12-31T20:00:00Z", "2027-01-01T19:00:00.000Z"],
])("after %s the next night is at %s", (now, next) => {
  expect(nextNight(new Date(now)).toISOString()).toBe(next);
});
