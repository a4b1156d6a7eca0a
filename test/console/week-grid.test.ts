/** Proves that ticked hours and upload windows say the same, in both directions, and that a grid never widens. */
import fc from "fast-check";
import { boxesOf, boxOf, inWholeHours, OFF_HOURS, scheduleOf, windowsOf } from "../../src/console/week-grid";

const ALL = [1, 2, 3, 4, 5, 6, 7].flatMap((day) =>
  Array.from({ length: 24 }, (_value, hour) => boxOf(day, hour)),
);

test("what is ticked comes back as it was ticked", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...ALL), { minLength: 1 }), (ticked) => {
      const windows = windowsOf(new Set(ticked));
      expect([...boxesOf(windows)].sort()).toEqual([...ticked].sort());
      expect(inWholeHours(windows)).toBe(true);
      expect(windows.length).toBeLessThanOrEqual(84);
    }),
  );
});

test("a window over midnight is ticked on both days; half an hour is ticked on none", () => {
  expect([...boxesOf([{ days: [7], from: "22:30", to: "01:30" }])].sort()).toEqual(["1-00", "7-23"]);
});

test("every hour is no window, and the choices are known again", () => {
  expect(windowsOf(new Set(ALL))).toEqual([]);
  expect(scheduleOf([])).toBe("any");
  expect(scheduleOf(OFF_HOURS)).toBe("offHours");
  expect(scheduleOf(windowsOf(boxesOf(OFF_HOURS)))).toBe("offHours");
  expect(scheduleOf([{ days: [1], from: "08:00", to: "09:00" }])).toBe("table");
});
