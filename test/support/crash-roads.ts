import { AppError } from "../../src/errors";
import { describeEngines } from "./databases";
import { createGate, type Gate, type Mishap } from "./gate";
import { tinyPdf } from "./tiny-pdf";
import { runToEnd, startWorld, type World } from "./world";

/** One road through the program: what stands before, what is asked for, and how it must end. */
export interface Road {
  readonly name: string;
  /** Fewer steps than this would mean that the road is not walked. */
  readonly least: number;
  prepare(world: World, id: string): Promise<void>;
  /** Asked again when it failed, as portals and people do. */
  ask(world: World, id: string): Promise<void>;
  check(world: World, id: string, gate: Gate): Promise<void>;
}

const START = "2026-11-03T09:10:00+07:00";

const MISHAPS: readonly Omit<Mishap, "step">[] = [
  { how: "dies", when: "before" },
  { how: "fails", when: "before" },
  { how: "fails", when: "after" },
];

/** A death after one step leaves what a death before the next one leaves: of those only the last is walked. */
function mishapsOf(mishap: Omit<Mishap, "step">, steps: number): readonly Mishap[] {
  const each = Array.from({ length: steps }, (_, index) => ({ ...mishap, step: index + 1 }));
  return mishap.how === "dies" ? [...each, { how: "dies", when: "after", step: steps }] : each;
}

/** Each road with each mishap at each of its steps, on both engines. */
export const describeRoads = (roads: readonly Road[]): void =>
  describeEngines("when a step goes wrong", (engine) => {
    let world: World;
    let runs = 0;
    beforeAll(async () => {
      world = await startWorld(engine, { drawPdf: tinyPdf });
    });
    afterAll(() => world.close());

    /** Walks a road with this mishap on it; gives the number of steps that were taken. */
    async function walk(road: Road, mishap: Mishap): Promise<number> {
      const id = `c${(runs += 1)}x`;
      world.clock.set(START);
      await road.prepare(world, id);
      const gate = createGate(mishap);
      await world.restart({ fetch: gate.fetch });
      gate.hold(world.app);
      const asked = await tryTo(() => road.ask(world, id));
      await tryTo(() => runToEnd(world));
      const steps = gate.steps();
      if (mishap.how === "dies") {
        const after = createGate({ ...mishap, step: 0 });
        await world.restart({ fetch: after.fetch });
        after.hold(world.app);
        if (!asked) await road.ask(world, id);
        await runToEnd(world);
        gate.sent.push(...after.sent);
      } else {
        if (!asked) await road.ask(world, id);
        await runToEnd(world);
      }
      await road.check(world, id, gate);
      return steps;
    }

    describe.each(roads.map((road) => [road.name, road] as const))("%s", (_, road) => {
      test.each(MISHAPS.map((mishap) => [mishap.how, mishap.when, mishap] as const))(
        "whatever step it %s at, %s it, the end is the right one",
        async (_how, _when, mishap) => {
          const steps = await walk(road, { ...mishap, step: 0 });
          expect(steps).toBeGreaterThanOrEqual(road.least);
          const wrong: string[] = [];
          for (const one of mishapsOf(mishap, steps)) {
            await walk(road, one).catch((thrown: unknown) => {
              const says = thrown instanceof Error ? thrown.message : String(thrown);
              wrong.push(`${one.when} step ${one.step} of ${steps}: ${says}`);
            });
          }
          expect(wrong).toEqual([]);
        },
      );
    });
  });

/** False when it failed in a way that somebody would repeat. */
async function tryTo(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (thrown) {
    return thrown instanceof AppError && thrown.code === "wrong_state";
  }
}
