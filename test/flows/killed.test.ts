// Proves with real processes that whatever step a service is killed at (SIGKILL) the next one brings the work to its one
// right end: one live document at the authority, the right rows, each mail at least once under one Message-ID, nothing
// stuck, no lease left. The places are drawn by a seed from all steps of the road; `npm run soak -- --every` takes every one.
import type { Counts } from "../support/crew";
import { describeEngines } from "../support/databases";
import { nameOf, seeded, startDrill, type Drill, type Mishap } from "../support/drill";
import { startStage, type Stage } from "../support/stage";

const SEED = 6;

describeEngines("a service that is killed", (engine) => {
  let stage: Stage;
  let drill: Drill;
  let steps: Counts;
  beforeAll(async () => {
    stage = await startStage(engine, engine === "SQLite" ? "file" : "s3");
    drill = await startDrill(stage);
    await drill.hand.arm(null);
    await stage.tell("first", () => drill.hand);
    await stage.settle();
    steps = await drill.hand.counts();
  });
  afterAll(() => stage.close());

  test("every kind of step is counted", () => {
    expect(steps.write).toBeGreaterThan(25);
    expect(steps.call).toBeGreaterThanOrEqual(4);
    expect(steps.document).toBeGreaterThanOrEqual(6);
  });

  test("loses and doubles nothing, wherever it happens", async () => {
    const random = seeded(SEED);
    const drawn = (most: number) => 1 + Math.floor(random() * most);
    const mishaps: Mishap[] = [
      { kind: "write", nth: drawn(5), when: "after" },
      { kind: "write", nth: drawn(steps.write), when: "before" },
      { kind: "call", nth: 1, when: "after" },
      { kind: "document", nth: drawn(steps.document - 1), when: "after" },
      { kind: "mail", nth: 1, when: "after" },
      { kind: "while", ms: drawn(400) },
    ];
    const wrong: string[] = [];
    for (const [index, mishap] of mishaps.entries()) {
      const id = `k${index}`;
      const died = await drill.kill(id, mishap);
      if (!died) wrong.push(`${nameOf(mishap)}: nobody died`);
      for (const fault of await stage.judge([id])) wrong.push(`${nameOf(mishap)}: ${fault}`);
    }
    expect(wrong).toEqual([]);
    expect(await stage.judge(["first", ...mishaps.map((_, index) => `k${index}`)])).toEqual([]);
  });
});
