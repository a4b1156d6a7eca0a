// Proves what a worker makes of each outcome: done, wait, retry after the listed times, laid aside; that it renews its
// lease, loses its work without harm, and stops in order. Handlers are the test's, queue and database are real.
import { plusMs } from "../../src/clock";
import { AppError, type ErrorCode, type Outcome } from "../../src/errors";
import { silentLog } from "../../src/log";
import type { Work } from "../../src/store/fence";
import { completeJob } from "../../src/store/job-endings";
import { claimJob, enqueue, JOB_KINDS, jobsOf } from "../../src/store/jobs";
import { text } from "../../src/text";
import { createWorker, type Ended, type Handlers, type WorkerDeps } from "../../src/worker/worker";
import { describeEngines, openStore, type Store } from "../support/databases";
import { testClock, type TestClock } from "../support/test-clock";
import { until } from "../support/until";

type Handler = (work: Work) => Promise<Outcome>;

const failure = (code: ErrorCode, waitMs?: number) =>
  new AppError(code, text("Gagal.", "Failed."), { cause: new Error("the cause"), waitMs });

const handlersOf = (handler: Handler) =>
  Object.fromEntries(JOB_KINDS.map((kind) => [kind, handler])) as unknown as Handlers;

describeEngines("the worker", (engine) => {
  let store: Store;
  let clock: TestClock;
  let ended: Ended[];
  beforeAll(async () => {
    store = await openStore(engine);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.db.knex("jobs").delete();
    clock = testClock();
    ended = [];
  });

  let leases = 0;
  const workerOf = (handler: Handler, more: Partial<WorkerDeps> = {}) =>
    createWorker({
      db: store.db,
      clock,
      log: silentLog,
      handlers: handlersOf(handler),
      newLease: () => `lease-${(leases += 1)}`,
      leaseSeconds: 60,
      retrySeconds: [5, 30, 120],
      slots: 3,
      idleMs: 20,
      onEnded: (_kind, how) => ended.push(how),
      ...more,
    });
  const add = (subject = "a") => enqueue(store.db.knex, "issue", subject, clock.now(), clock.now());
  const job = async (subject = "a") => (await jobsOf(store.db.knex, [subject]))[0];
  const secondsAhead = async () => (Date.parse((await job())?.runAt ?? "") - clock.now().getTime()) / 1000;

  test("done work is gone", async () => {
    await add();
    expect(await workerOf(async () => ({ kind: "done" })).drain()).toBe(1);
    expect(await job()).toBeUndefined();
    expect(ended).toEqual(["done"]);
  });

  test("work that waits comes back at its time and has not failed", async () => {
    await add();
    const until = plusMs(clock.now(), 90_000);
    const worker = workerOf(async () => ({ kind: "wait", until }));
    await worker.drain();
    expect(await job()).toMatchObject({ attempts: 0, looks: 1, lastCode: null, runAt: until.toISOString() });
    clock.pass(89);
    expect(await worker.drain()).toBe(0);
    expect(ended).toEqual(["wait"]);
  });

  test("failures that may pass are tried again after the listed times, the last of which repeats", async () => {
    await add();
    const worker = workerOf(() => Promise.reject(failure("channel_failed")));
    const waits: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await worker.drain();
      waits.push(await secondsAhead());
      clock.pass(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([5, 30, 120, 120, 120]);
    expect(await job()).toMatchObject({ attempts: 5, lastCode: "channel_failed", state: "ready" });
    expect((await job())?.lastError).toContain("the cause");
    expect(ended).toEqual(["retry", "retry", "retry", "retry", "retry"]);
  });

  test("a returned failure is as good as a thrown one, and anything else that is thrown is internal", async () => {
    await add("returned");
    await add("thrown");
    await workerOf(async ({ job: { subject } }) => {
      if (subject === "thrown") throw new TypeError("oops");
      return { kind: "retry", because: failure("mail_temporary") };
    }).drain();
    expect(await job("returned")).toMatchObject({ lastCode: "mail_temporary", attempts: 1 });
    expect(await job("thrown")).toMatchObject({ lastCode: "internal", attempts: 1 });
  });

  test.each([
    [90_000, 90],
    [1_000, 5],
  ])("asked to wait %i ms, it waits %i s: never shorter than its own time", async (waitMs, seconds) => {
    await add();
    await workerOf(() => Promise.reject(failure("channel_busy", waitMs))).drain();
    expect(await secondsAhead()).toBe(seconds);
  });

  test("what cannot pass is laid aside until it is asked for again", async () => {
    await add();
    let mended = false;
    const worker = workerOf(async () => {
      if (!mended) throw failure("certificate_missing");
      return { kind: "done" };
    });
    await worker.drain();
    expect(await job()).toMatchObject({ state: "stuck", lastCode: "certificate_missing" });
    clock.pass(86_400);
    expect(await worker.drain()).toBe(0);
    mended = true;
    await add();
    expect(await worker.drain()).toBe(1);
    expect(ended).toEqual(["stuck", "done"]);
  });

  test("a state that moved under its hands is read anew", async () => {
    await add();
    await workerOf(() => Promise.reject(failure("wrong_state"))).drain();
    expect(await job()).toMatchObject({ state: "ready", lastCode: "wrong_state" });
  });

  test("work that was ended with its last write is ended once, whatever the handler says afterwards", async () => {
    await add();
    const later = plusMs(clock.now(), 90_000);
    const worker = workerOf(async (work) => {
      await work.conclude(async (tx) => {
        await enqueue(tx, "mail", "m", later, clock.now());
        return { kind: "wait", until: later };
      });
      throw failure("channel_failed");
    });
    await worker.drain();
    expect(ended).toEqual(["wait"]);
    expect(await job()).toMatchObject({ attempts: 0, looks: 1, lastCode: null, runAt: later.toISOString() });
    expect(await jobsOf(store.db.knex, ["m"])).toHaveLength(1);
  });

  test("a hand that stops takes nothing more with its last write", async () => {
    await add("a");
    await add("b");
    const begun: string[] = [];
    let stopping: Promise<void> | undefined;
    const worker = workerOf(
      async ({ job, conclude }) => {
        begun.push(job.subject);
        stopping ??= worker.stop(10_000);
        return conclude(async () => ({ kind: "done" }));
      },
      { slots: 1 },
    );
    worker.start();
    await until("the worker stops", async () => {
      await stopping;
      return stopping === undefined ? null : true;
    });
    expect(begun).toEqual(["a"]);
    expect(await job("b")).toMatchObject({ state: "ready", lease: "" });
  });

  test("work that another has taken meanwhile is left to it, written or not", async () => {
    await add();
    const worker = workerOf(async (work) => {
      clock.pass(61);
      const other = await claimJob(store.db, clock.now(), plusMs(clock.now(), 60_000), "other");
      expect(other?.subject).toBe("a");
      await work.transaction((tx) => enqueue(tx, "mail", "m", clock.now(), clock.now()));
      return { kind: "done" };
    });
    await worker.drain();
    expect(ended).toEqual(["lost"]);
    expect(await jobsOf(store.db.knex, ["m"])).toEqual([]);
    expect(await job()).toMatchObject({ state: "running", lease: "other" });
  });

  describe("a job whose holders die", () => {
    const dies = async () => {
      const held = await claimJob(
        store.db,
        clock.now(),
        plusMs(clock.now(), 60_000),
        `dead-${(leases += 1)}`,
      );
      clock.pass(61);
      return held;
    };
    const logged: string[] = [];
    const log = {
      ...silentLog,
      error: (what: string) => void logged.push(what),
      child: () => log,
    } as typeof silentLog;
    beforeEach(() => void logged.splice(0));

    test("runs at once after the first death, then after growing waits, and is laid aside after the fifth", async () => {
      await add();
      let ran = 0;
      const worker = workerOf(
        async () => {
          ran += 1;
          return { kind: "done" };
        },
        { log },
      );
      const waits: number[] = [];
      await dies();
      for (let death = 2; death <= 4; death += 1) {
        await dies();
        await worker.drain();
        expect(await job()).toMatchObject({
          state: "ready",
          crashes: death,
          lastCode: "worker_died_repeatedly",
        });
        waits.push(await secondsAhead());
        clock.pass(waits.at(-1) ?? 0);
      }
      // The waits of failures, and some seconds by which jobs that died together come apart.
      const apart = waits.map((wait, index) => wait - ([5, 30, 120][index] ?? 0));
      expect(new Set(apart).size).toBe(1);
      expect(apart[0]).toBeGreaterThanOrEqual(0);
      expect(apart[0]).toBeLessThan(16);
      await dies();
      await worker.drain();
      expect(await job()).toMatchObject({ state: "stuck", lastCode: "worker_died_repeatedly", crashes: 0 });
      expect([ran, logged, ended.at(-1)]).toEqual([0, ["job.worker_died_repeatedly"], "stuck"]);
      clock.pass(86_400);
      expect(await worker.drain()).toBe(0);
      await add();
      await worker.drain();
      expect([ran, await job()]).toEqual([1, undefined]);
    });

    test("once is nothing: it is run at once, and any ending forgets it", async () => {
      await add();
      await dies();
      await workerOf(() => Promise.reject(failure("channel_failed"))).drain();
      expect(await job()).toMatchObject({ state: "ready", crashes: 0, lastCode: "channel_failed" });
      expect(ended).toEqual(["retry"]);
    });
  });

  test("an ending that comes too late changes nothing", async () => {
    await add();
    await workerOf(async () => {
      clock.pass(61);
      const other = await claimJob(store.db, clock.now(), plusMs(clock.now(), 60_000), "other");
      if (other !== null) await store.db.transaction((tx) => completeJob(tx, other, clock.now()));
      return { kind: "wait", until: clock.now() };
    }).drain();
    expect(ended).toEqual(["lost"]);
    expect(await job()).toBeUndefined();
  });

  test("long work keeps its lease", async () => {
    await add();
    const leaseUntil = () => store.db.knex("jobs").first("lease_until");
    const seen: unknown[] = [];
    await workerOf(
      async () => {
        const before = await leaseUntil();
        clock.pass(10);
        // The lease is renewed every third of it: 0.1 s here.
        for (let now = before; seen.length === 0; now = await leaseUntil()) {
          if (JSON.stringify(now) !== JSON.stringify(before)) seen.push(now);
          await new Promise((resolve) => setImmediate(resolve));
        }
        return { kind: "done" };
      },
      { leaseSeconds: 0.3 },
    ).drain();
    expect(seen).toEqual([{ lease_until: plusMs(clock.now(), 300).toISOString() }]);
    expect(ended).toEqual(["done"]);
  });

  test("it runs as many jobs at a time as it has slots, each once", async () => {
    for (let index = 0; index < 12; index += 1) await add(`s${index}`);
    const subjects: string[] = [];
    let now = 0;
    let most = 0;
    // The first three go on only when all three are in hand.
    let open: () => void = () => undefined;
    const three = new Promise<void>((resolve) => {
      open = resolve;
    });
    await new Promise<void>((resolve) => {
      const worker = workerOf(async ({ job: { subject } }) => {
        most = Math.max(most, (now += 1));
        if (now === 3) open();
        await three;
        subjects.push(subject);
        now -= 1;
        if (subjects.length === 12) void worker.stop(1000).then(resolve);
        return { kind: "done" };
      });
      worker.start();
    });
    expect(subjects.toSorted()).toEqual(Array.from({ length: 12 }, (_, index) => `s${index}`).toSorted());
    expect(most).toBe(3);
  });

  test("an idle worker rises when it is called", async () => {
    const ran = new Promise<string>((resolve) => {
      const worker = workerOf(
        async ({ job: { subject } }) => {
          void worker.stop(1000);
          resolve(subject);
          return { kind: "done" };
        },
        { idleMs: 3_600_000 },
      );
      worker.start();
      void (async () => {
        await add();
        // The slots may still be on their way to rest: called until one of them has heard.
        const call = setInterval(() => worker.wake(), 10);
        await ran;
        clearInterval(call);
      })();
    });
    expect(await ran).toBe("a");
  });

  test("one call is enough for all that is due: each hand that finds work calls the next", async () => {
    const begun: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const worker = workerOf(
      async ({ job: { subject } }) => {
        begun.push(subject);
        await held;
        return { kind: "done" };
      },
      { idleMs: 3_600_000 },
    );
    worker.start();
    await until("the first is taken", async () => {
      if (begun.length > 0) return true;
      await add("a");
      worker.wake();
      return null;
    });
    for (const subject of ["b", "c"]) await add(subject);
    worker.wake();
    await until("all are under way", () => (begun.length === 3 ? true : null));
    release();
    await worker.stop(10_000);
    expect(begun.toSorted()).toEqual(["a", "b", "c"]);
  });

  test("stopping waits for the work in hand and takes no more", async () => {
    await add("first");
    let release: () => void = () => undefined;
    let stop: () => Promise<void> = () => Promise.resolve();
    const started = new Promise<void>((resolve) => {
      const worker = workerOf(
        () =>
          new Promise((end) => {
            release = () => end({ kind: "done" });
            resolve();
          }),
        { slots: 1 },
      );
      worker.start();
      stop = () => worker.stop(10_000);
    });
    await started;
    const stopped = stop();
    await add("second");
    release();
    await stopped;
    expect(await job("first")).toBeUndefined();
    expect(await job("second")).toMatchObject({ state: "ready" });
  });

  test("work that outlasts the grace is given back, and its holder can no longer act or write", async () => {
    await add();
    let release: () => void = () => undefined;
    let write: Promise<unknown> = Promise.resolve();
    let acted: unknown = null;
    const attempt = (act: () => void) => {
      try {
        act();
        return "acted";
      } catch (thrown) {
        return (thrown as AppError).code;
      }
    };
    const finished = new Promise<void>((resolve) => {
      const worker = workerOf(
        async (work) => {
          await new Promise<void>((go) => {
            release = go;
            void worker.stop(1).then(resolve);
          });
          write = work.transaction(async () => "written").catch((thrown: AppError) => thrown.code);
          acted = attempt(() => work.mayAct());
          return { kind: "done" };
        },
        {
          slots: 1,
          onEnded: (_kind, how) => {
            ended.push(how);
            over();
          },
        },
      );
      worker.start();
    });
    let over: () => void = () => undefined;
    const end = new Promise<void>((resolve) => {
      over = resolve;
    });
    await finished;
    expect(await job()).toMatchObject({ state: "ready", attempts: 0 });
    release();
    await end;
    expect(acted).toBe("lease_lost");
    expect(await write).toBe("lease_lost");
    expect(ended).toEqual(["lost"]);
    expect(await job()).toMatchObject({ state: "ready" });
  });
});
