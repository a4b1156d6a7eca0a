/**
 * Proves that a side that is silent is asked by one job at a time also where several come at the moment when it may be asked
 * again, that its turn is given back, that a clock which goes back shuts nobody out, and that a failure of our own is not taken
 * for its silence.
 */
import { AppError, type Outcome } from "../../src/errors";
import { silentLog } from "../../src/log";
import type { Work } from "../../src/store/fence";
import { text } from "../../src/text";
import { createFarSides } from "../../src/worker/far-sides";
import { openStore, type Store } from "../support/databases";
import { testClock } from "../support/test-clock";

const SIDE = "webhook:akuntansi";
const workOf = (id: number) => ({ job: { id } }) as Work;
const SILENT: Outcome = {
  kind: "retry",
  because: new AppError("webhook_failed", text("Diam.", "Silent.")),
};

let store: Store;
beforeEach(async () => {
  store = await openStore("SQLite");
});
afterEach(() => store.close());

function silentSide() {
  const clock = testClock();
  const sides = createFarSides({
    ...{ db: store.db, clock, log: silentLog, slots: 4, retrySeconds: [5] },
    wake: () => undefined,
  });
  const silence = async (): Promise<Outcome> => {
    clock.pass(3);
    return SILENT;
  };
  return { clock, sides, silence };
}

test("of several that come when it may be asked again, one asks", async () => {
  const { clock, sides, silence } = silentSide();
  await sides.ask(SIDE, workOf(1), silence);
  clock.pass(5);
  let answer: (outcome: Outcome) => void = () => undefined;
  const probe = sides.ask(SIDE, workOf(1), () => new Promise((resolve) => (answer = resolve)));
  const others = [2, 3].map((id) => sides.ask(SIDE, workOf(id), async () => ({ kind: "done" })));
  const stoodBack = expect.objectContaining({ kind: "wait", untried: true });
  expect(await Promise.all(others)).toEqual([stoodBack, stoodBack]);
  answer({ kind: "done" });
  expect(await probe).toEqual({ kind: "done" });
  expect(await sides.ask(SIDE, workOf(2), async () => ({ kind: "done" }))).toEqual({ kind: "done" });
});

test("its turn is given back by whoever met silence again", async () => {
  const { clock, sides, silence } = silentSide();
  for (let tries = 0; tries < 3; tries += 1) {
    expect(await sides.ask(SIDE, workOf(1), silence)).toBe(SILENT);
    clock.pass(5);
  }
  expect(await sides.ask(SIDE, workOf(2), async () => ({ kind: "done" }))).toEqual({ kind: "done" });
});

test("a clock that was ahead while it was silent, and is right again, keeps nobody from asking it", async () => {
  const { clock, sides, silence } = silentSide();
  await sides.ask(SIDE, workOf(1), silence);
  clock.pass(-7 * 3600);
  expect(await sides.ask(SIDE, workOf(1), silence)).toBe(SILENT);
  const back = await sides.ask(SIDE, workOf(2), silence);
  expect(back).toMatchObject({ kind: "wait", untried: true });
  const waits = back.kind === "wait" ? back.until.getTime() - clock.now().getTime() : null;
  expect(waits).toBeLessThanOrEqual(6_000);
  clock.pass(6);
  expect(await sides.ask(SIDE, workOf(2), async () => ({ kind: "done" }))).toEqual({ kind: "done" });
});

test("a failure of our own is not its silence, however long it took", async () => {
  const { clock, sides } = silentSide();
  await sides.ask(SIDE, workOf(1), () => {
    clock.pass(10);
    return Promise.reject(new Error("ours"));
  });
  expect(await sides.ask(SIDE, workOf(2), async () => ({ kind: "done" }))).toEqual({ kind: "done" });
});
