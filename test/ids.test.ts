// Proves that ids sort by the time they were made, within one millisecond too, and that no two are the same.
import { newId } from "../src/ids";

const at = (ms: number): Date => new Date(Date.parse("2026-11-03T02:10:00Z") + ms);

test("a later id sorts after an earlier one", () => {
  expect(newId(at(1)) < newId(at(2))).toBe(true);
  expect(newId(at(0))).toMatch(/^[0-9a-f]{32}$/);
  expect(parseInt(newId(at(7)).slice(0, 12), 16)).toBe(at(7).getTime());
});

test("ids of one millisecond follow each other, but where the count begins anew", () => {
  const ids = Array.from({ length: 140_000 }, () => newId(at(0)));
  const backwards = ids.filter((id, index) => index > 0 && id < (ids[index - 1] ?? ""));
  expect(backwards.length).toBeLessThanOrEqual(3);
  expect(new Set(ids).size).toBe(ids.length);
});
