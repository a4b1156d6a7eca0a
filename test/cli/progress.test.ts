/**
 * Proves that long work shows a bar on a terminal and plain lines elsewhere: neither floods what it writes to, and a bar
 * never breaks a line. How: what is written is collected as a terminal or a file would get it.
 */
import { startProgress, startSteps } from "../../src/cli/progress";

function collect(columns?: number) {
  const written: string[] = [];
  const isTTY = columns !== undefined;
  return { written, out: { write: (words: string) => written.push(words), isTTY, columns } };
}

const run = (out: Parameters<typeof startSteps>[0], total: number): void => {
  const steps = startSteps(out);
  for (let done = 1; done <= total; done += 1) steps.at("PDF dibaca / read", done, total);
  for (let done = 1; done <= total; done += 1) steps.at("surel", done, total);
  steps.end();
};

test("elsewhere each tenth of a step is a plain line, and the last is told", () => {
  const { written, out } = collect();
  run(out, 2_000);
  expect(written).toHaveLength(22);
  expect(written[0]).toBe("PDF dibaca / read: 1/2000\n");
  expect(written[10]).toBe("PDF dibaca / read: 2000/2000\n");
  expect(written.at(-1)).toBe("surel: 2000/2000\n");
});

test.each([0, 40, 80, 200])(
  "on a terminal of %d columns the bar stays on its line and is wiped at the end",
  (columns) => {
    const { written, out } = collect(columns);
    run(out, 2_000);
    expect(written.length).toBeLessThan(210);
    expect(written.join("")).not.toContain("\n");
    const widest = Math.max(...written.map((words) => words.replace("\r\u001b[K", "").length));
    expect(widest).toBeGreaterThan(30);
    expect(widest).toBeLessThan(columns === 0 ? 80 : columns);
    expect(written.at(-1)).toBe("\r\u001b[K");
  },
);

test("what is done in a moment shows nothing", () => {
  const { written, out } = collect();
  run(out, 19);
  expect(written).toEqual([]);
});

test("a single number is told whenever it changes", () => {
  const { written, out } = collect();
  const progress = startProgress(out, 3);
  for (const done of [0, 0, 1, 3, 3]) progress.at(done, "faktur");
  progress.end();
  expect(written).toEqual(["0/3 faktur\n", "1/3 faktur\n", "3/3 faktur\n"]);
});
