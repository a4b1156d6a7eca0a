// Proves the queue: one job a kind and subject, each claimed by one holder in order, and every ending fenced by its
// lease: whoever has lost it changes nothing. Twenty claimers at once, on real databases.
import { fixedClock, plusMs, type Clock } from "../../src/clock";
import { AppError } from "../../src/errors";
import { fencedWork, type FenceDeps } from "../../src/store/fence";
import {
  backOffJob,
  bringForward,
  completeJob,
  holdLease,
  postponeJob,
  releaseJob,
  setBackJob,
  stickJob,
} from "../../src/store/job-endings";
import {
  claimJob,
  enqueue,
  enqueueFresh,
  enqueueOnce,
  jobsOf,
  takeJob,
  type HeldJob,
} from "../../src/store/jobs";
import type { Db, Tx } from "../../src/store/db";
import { text } from "../../src/text";
import { describeEngines, describeMariadb, openStore, type Store } from "../support/databases";
import { endedOrWaiting, halfway } from "../support/halfway";
import { AT, NOW } from "../support/rows";
import { testClock } from "../support/test-clock";

const LEASE_MS = 60_000;
const FAILURE = { code: "internal", error: "broken" } as const;
const codeOf = (thrown: unknown) => (thrown as AppError).code;

describeEngines("jobs", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
  });
  afterAll(() => store.close());
  afterEach(() => store.db.knex("jobs").delete());

  const add = (subject: string, runAt = AT) => enqueue(store.db.knex, "issue", subject, runAt, AT);
  const claim = (lease: string, now = AT) => claimJob(store.db, now, plusMs(now, LEASE_MS), lease);
  const rows = () => store.db.knex("jobs").orderBy("id");
  const only = async () => (await jobsOf(store.db.knex, ["a"]))[0];
  async function held(subject: string, lease = "mine"): Promise<HeldJob> {
    await add(subject);
    const job = await claim(lease);
    if (job === null) throw new Error("nothing to claim");
    return job;
  }

  const nextHand = () => ({ now: AT, leaseUntil: plusMs(AT, LEASE_MS), lease: "next", expiredFirst: true });
  const fenced = (job: HeldJob, clock: Clock, hand: FenceDeps["nextHand"] = nextHand) =>
    fencedWork({ db: store.db, clock, leaseSeconds: LEASE_MS / 1000, nextHand: hand }, job);

  /** Asked for at each statement of the other's transaction, in turn; `judge` looks at the job that is left. */
  async function askedDuring(
    prepare: () => Promise<(db: Db) => Promise<unknown>>,
    judge: (job: unknown) => void,
  ): Promise<void> {
    for (let step = 1; ; step += 1) {
      await store.db.knex("jobs").delete();
      const act = await prepare();
      let asking: Promise<unknown> = Promise.resolve();
      const stop = halfway(store.db, step, async () => {
        asking = store.db.transaction((tx) => enqueue(tx, "issue", "a", AT, AT));
        await endedOrWaiting(store.db, asking);
      });
      await act(stop.db);
      await asking;
      if (!stop.stopped()) return;
      judge(await only());
    }
  }

  test.each<[string, (tx: Tx, job: HeldJob) => Promise<void>]>([
    ["ends", (tx, job) => completeJob(tx, job, AT)],
    ["is put back", (tx, job) => postponeJob(tx, job, plusMs(AT, 3_600_000), null)],
    ["is laid aside", (tx, job) => stickJob(tx, job, FAILURE)],
  ])("one that is asked for while it %s runs again, at whatever statement", async (_what, end) => {
    await askedDuring(
      async () => {
        const job = await held("a");
        return (db) => db.transaction((tx) => end(tx, job));
      },
      (job) => expect(job).toMatchObject({ state: "ready", runAt: NOW }),
    );
  });

  test("one that is taken up while it is asked for runs again, at whatever statement", async () => {
    for (let step = 1; ; step += 1) {
      await store.db.knex("jobs").delete();
      await add("a");
      let taking: Promise<HeldJob | null> = Promise.resolve(null);
      const stop = halfway(store.db, step, async () => {
        taking = claim("mine");
        await endedOrWaiting(store.db, taking);
      });
      await stop.db.transaction((tx) => enqueue(tx, "issue", "a", AT, AT));
      const job = await taking;
      if (!stop.stopped()) break;
      if (job !== null) await store.db.transaction((tx) => completeJob(tx, job, AT));
      // Taken up after the question was committed it may have answered it: on SQLite it waits until then.
      if (engine === "MariaDB") expect(await only()).toMatchObject({ state: "ready" });
      else expect(job).not.toBeNull();
    }
  });

  test("twenty claimers at once never share a job", async () => {
    for (let index = 0; index < 60; index += 1) await add(`s${index}`);
    const claimer = async (name: number) => {
      const mine: string[] = [];
      for (let misses = 0; misses < 3;) {
        const job = await claim(`lease-${name}-${mine.length}`);
        if (job === null) misses += 1;
        else mine.push(job.subject);
      }
      return mine;
    };
    const taken = (await Promise.all(Array.from({ length: 20 }, (_, name) => claimer(name)))).flat();
    expect(taken).toHaveLength(60);
    expect(new Set(taken).size).toBe(60);
  });

  test("jobs come in the order of their time, then of their making, and not before it", async () => {
    await add("late", plusMs(AT, 1000));
    await add("second");
    await add("third");
    await add("first", plusMs(AT, -1000));
    const order = [await claim("1"), await claim("2"), await claim("3"), await claim("4")];
    expect(order.map((job) => job?.subject ?? null)).toEqual(["first", "second", "third", null]);
    expect((await claim("5", plusMs(AT, 1000)))?.subject).toBe("late");
  });

  test("the same work is queued once; one that waits or is stuck is brought forward", async () => {
    await add("a", plusMs(AT, 9000));
    await add("a");
    expect(await rows()).toHaveLength(1);
    const job = (await claim("mine")) as HeldJob;
    await stickJob(store.db.knex, job, FAILURE);
    expect(await claim("other", plusMs(AT, 10 * LEASE_MS))).toBeNull();
    await add("a");
    expect(await claim("other")).toMatchObject({ subject: "a", attempts: 0 });
  });

  test("work that is planned keeps its time when it is planned again", async () => {
    const plan = (runAt: Date) => enqueueOnce(store.db.knex, "digest", "all", runAt, AT);
    await plan(plusMs(AT, 9000));
    await plan(AT);
    expect(await rows()).toMatchObject([{ run_at: plusMs(AT, 9000).toISOString() }]);
  });

  test("another kind of work for the same subject is another job", async () => {
    await add("a");
    await enqueue(store.db.knex, "submit", "a", AT, AT);
    expect(await rows()).toHaveLength(2);
  });

  test("work asked for while it runs is run once more, whichever way it ends", async () => {
    for (const end of [
      (job: HeldJob) => completeJob(store.db.knex, job, AT),
      (job: HeldJob) => postponeJob(store.db.knex, job, plusMs(AT, 9000), null),
      (job: HeldJob) => postponeJob(store.db.knex, job, plusMs(AT, 9000), FAILURE),
      (job: HeldJob) => stickJob(store.db.knex, job, FAILURE),
    ]) {
      const job = await held("a");
      await add("a");
      await end(job);
      expect(await claim("again")).toMatchObject({ subject: "a" });
      await store.db.knex("jobs").delete();
    }
  });

  describe("beside others", () => {
    const [soon, later] = [plusMs(AT, 5_000), plusMs(AT, 9_000)];
    const neighbours = () => store.db.knex("jobs").whereNot({ subject: "a" }).orderBy("id");

    /** Running and asked for again, waiting, and of another kind: none is the one that `act` is about. */
    async function amongOthers(act: () => Promise<unknown>): Promise<void> {
      await held("running", "theirs");
      await add("running", plusMs(AT, -1));
      await add("waiting", plusMs(AT, 3_600_000));
      const before = await neighbours();
      await act();
      expect(await neighbours()).toEqual(before);
    }

    test.each<[string, (job: HeldJob) => Promise<void>]>([
      ["ends", (job) => completeJob(store.db.knex, job, AT)],
      ["is put back", (job) => postponeJob(store.db.knex, job, later, FAILURE)],
      ["is laid aside", (job) => stickJob(store.db.knex, job, FAILURE)],
      ["is backed off", (job) => backOffJob(store.db.knex, job, later, FAILURE)],
      ["is set back", (job) => setBackJob(store.db.knex, job, later)],
      ["is given back", (job) => releaseJob(store.db.knex, job, AT)],
    ])("one that %s leaves them alone", (_what, end) =>
      amongOthers(async () => {
        await end(await held("a"));
        expect((await only())?.state).not.toBe("running");
      }),
    );

    test("one that is asked for again leaves them alone", () =>
      amongOthers(async () => {
        await add("a", later);
        await add("a", soon);
        expect(await only()).toMatchObject({ state: "ready", runAt: soon.toISOString() });
        await enqueue(store.db.knex, "mail", "a", AT, AT);
        await add("a", AT);
        expect(await rows()).toMatchObject([{}, {}, { run_at: NOW, again_at: null }, { again_at: null }]);
      }));

    test("those that are named are brought forward, where they wait; no other", () =>
      amongOthers(async () => {
        const stuck = await held("a");
        await stickJob(store.db.knex, stuck, FAILURE);
        await add("m", later);
        const named: number[] = await store.db.knex("jobs").whereNot({ subject: "waiting" }).pluck("id");
        await bringForward(store.db.knex, named, AT);
        expect(await only()).toMatchObject({ state: "stuck" });
        expect(await jobsOf(store.db.knex, ["m"])).toMatchObject([{ state: "ready", runAt: NOW }]);
        await store.db.knex("jobs").where({ subject: "m" }).delete();
      }));

    test.each<[string, (job: HeldJob) => Promise<void>]>([
      ["ends", (job) => completeJob(store.db.knex, job, AT)],
      ["is put back", (job) => postponeJob(store.db.knex, job, plusMs(AT, 60_000), null)],
      ["is laid aside", (job) => stickJob(store.db.knex, job, FAILURE)],
    ])("one that %s comes when itself was asked for", (_what, end) =>
      amongOthers(async () => {
        const job = await held("a");
        await add("a", later);
        await end(job);
        expect(await only()).toMatchObject({ state: "ready", runAt: later.toISOString() });
      }),
    );

    test("what was asked for while it ran comes at the time asked for, as new, and then no more", async () => {
      await postponeJob(store.db.knex, await held("a"), AT, FAILURE);
      const job = (await claim("2")) as HeldJob;
      await add("a", later);
      await completeJob(store.db.knex, job, AT);
      const fresh = { attempts: 0, looks: 0, crashes: 0, lastCode: null, lastError: null, lease: "" };
      expect(await only()).toMatchObject({ state: "ready", runAt: later.toISOString(), ...fresh });
      await completeJob(store.db.knex, (await claim("3", later)) as HeldJob, later);
      expect(await rows()).toEqual([]);
    });

    test.each([
      ["sooner than it is put back for", soon, soon],
      ["later than that", plusMs(AT, 60_000), later],
    ])("what was asked for %s comes at the sooner time, and then no more", async (_what, asked, comes) => {
      const job = await held("a");
      await add("a", asked);
      await postponeJob(store.db.knex, job, later, FAILURE);
      expect(await only()).toMatchObject({ runAt: comes.toISOString(), lease: "", lastError: "broken" });
      await completeJob(store.db.knex, (await claim("2", comes)) as HeldJob, comes);
      expect(await rows()).toEqual([]);
    });

    test("what was laid aside says why; what was asked for meanwhile comes when asked, and then no more", async () => {
      await stickJob(store.db.knex, await held("a"), FAILURE);
      const why = { attempts: 1, lastCode: "internal", lastError: "broken", lease: "" };
      expect(await only()).toMatchObject({ state: "stuck", ...why });
      await add("a");
      const job = (await claim("2")) as HeldJob;
      await add("a", later);
      await stickJob(store.db.knex, job, FAILURE);
      expect(await only()).toMatchObject({ state: "ready", runAt: later.toISOString() });
      await completeJob(store.db.knex, (await claim("3", later)) as HeldJob, later);
      expect(await rows()).toEqual([]);
    });

    test("what is asked for after looks and deaths begins anew", async () => {
      await postponeJob(store.db.knex, await held("a"), AT, null);
      await claim("dead");
      const at = plusMs(AT, LEASE_MS + 1);
      await backOffJob(store.db.knex, (await claim("2", at)) as HeldJob, later, FAILURE);
      expect(await only()).toMatchObject({ looks: 1, crashes: 1, lastError: "broken", lease: "" });
      await add("a");
      expect(await only()).toMatchObject({ looks: 0, crashes: 0, attempts: 0 });
    });
  });

  test("a lease is respected until it has run out, and then the work goes to another", async () => {
    await held("a");
    expect(await claim("other", plusMs(AT, LEASE_MS))).toBeNull();
    expect(await claim("other", plusMs(AT, LEASE_MS + 1))).toMatchObject({ subject: "a", lease: "other" });
  });

  test("a failure counts as an attempt, a look does not, and success leaves nothing behind", async () => {
    let job = await held("a");
    await postponeJob(store.db.knex, job, AT, FAILURE);
    expect(await only()).toMatchObject({ attempts: 1, looks: 0, state: "ready", lastCode: "internal" });
    job = (await claim("2")) as HeldJob;
    await postponeJob(store.db.knex, job, AT, null);
    expect(await only()).toMatchObject({ attempts: 0, looks: 1, lastCode: null });
    job = (await claim("3")) as HeldJob;
    await completeJob(store.db.knex, job, AT);
    expect(await rows()).toEqual([]);
  });

  describe("a holder whose lease another has", () => {
    const endings: [string, (job: HeldJob) => Promise<unknown>][] = [
      ["complete", (job) => completeJob(store.db.knex, job, AT)],
      ["postpone after a look", (job) => postponeJob(store.db.knex, job, AT, null)],
      ["postpone after a failure", (job) => postponeJob(store.db.knex, job, AT, FAILURE)],
      ["stick", (job) => stickJob(store.db.knex, job, FAILURE)],
      ["back off", (job) => backOffJob(store.db.knex, job, AT, FAILURE)],
      ["set back", (job) => setBackJob(store.db.knex, job, AT)],
      ["hold on", (job) => holdLease(store.db.knex, job, plusMs(AT, LEASE_MS))],
    ];

    test.each(endings)("cannot %s", async (_, end) => {
      const stale = await held("a");
      await claim("other", plusMs(AT, LEASE_MS + 1));
      const before = await rows();
      await expect(end(stale).catch(codeOf)).resolves.toBe("lease_lost");
      expect(await rows()).toEqual(before);
    });

    test.each(endings)("cannot %s when the work is done and gone", async (_, end) => {
      const stale = await held("a");
      const other = (await claim("other", plusMs(AT, LEASE_MS + 1))) as HeldJob;
      await completeJob(store.db.knex, other, AT);
      await expect(end(stale).catch(codeOf)).resolves.toBe("lease_lost");
      expect(await rows()).toEqual([]);
    });

    test("gives nothing back that is not its own", async () => {
      const stale = await held("a");
      await claim("other", plusMs(AT, LEASE_MS + 1));
      const before = await rows();
      await releaseJob(store.db.knex, stale, AT);
      expect(await rows()).toEqual(before);
    });

    test("writes nothing in a fenced transaction", async () => {
      const stale = await held("a");
      await claim("other", plusMs(AT, LEASE_MS + 1));
      const work = fenced(stale, fixedClock(NOW));
      const wrote = work.transaction((tx) => enqueue(tx, "mail", "m", AT, AT));
      await expect(wrote.catch(codeOf)).resolves.toBe("lease_lost");
      expect(await jobsOf(store.db.knex, ["m"])).toEqual([]);
    });
  });

  describe("the last write of a job", () => {
    const write = async (tx: Tx) => {
      await enqueue(tx, "mail", "m", AT, AT);
      return { kind: "done" } as const;
    };

    test("ends it, and takes what is due next, in one transaction", async () => {
      const work = fenced(await held("a"), fixedClock(NOW));
      await expect(work.conclude(write)).resolves.toEqual({ kind: "done" });
      expect(work.ending()).toMatchObject({
        conclusion: { kind: "done" },
        next: { kind: "mail", subject: "m", lease: "next", orphaned: false },
      });
      expect(await rows()).toMatchObject([{ kind: "mail", state: "running", lease: "next" }]);
    });

    test("takes nothing where no more work is wanted", async () => {
      const work = fenced(await held("a"), fixedClock(NOW), () => null);
      await work.conclude(write);
      expect(work.ending()).toMatchObject({ next: null });
      expect(await rows()).toMatchObject([{ kind: "mail", state: "ready", lease: null }]);
    });

    describe("names what it has queued", () => {
      const fresh = () => ({ ...nextHand(), expiredFirst: false });
      const goOnWith = (runAt: Date) => async (tx: Tx) =>
        ({ kind: "done", goOn: await enqueue(tx, "mail", "m", runAt, AT) }) as const;

      test("and the same hand goes on with that, though older work is due", async () => {
        const work = fenced(await held("a"), fixedClock(NOW), fresh);
        await add("older", plusMs(AT, -60_000));
        await work.conclude(goOnWith(AT));
        expect(work.ending()).toMatchObject({ next: { kind: "mail", subject: "m", lease: "next" } });
        expect(await rows()).toMatchObject([
          { subject: "older", state: "ready" },
          { subject: "m", state: "running" },
        ]);
      });

      test("and it waits for its time: what is due goes first", async () => {
        const work = fenced(await held("a"), fixedClock(NOW), fresh);
        await add("older");
        await work.conclude(goOnWith(plusMs(AT, 2_000)));
        expect(work.ending()).toMatchObject({ next: { subject: "older" } });
      });

      test("and another hand may have it already: then what is due is taken", async () => {
        const work = fenced(await held("a"), fixedClock(NOW), fresh);
        await add("older");
        await work.conclude(async () => ({
          kind: "done",
          goOn: { kind: "mail", subject: "gone", runAt: AT },
        }));
        expect(work.ending()).toMatchObject({ next: { subject: "older" } });
      });

      test("and a lease that ran out goes first, when it is time to look for those", async () => {
        const work = fenced(await held("a"), fixedClock(NOW));
        await add("died", plusMs(AT, -10 * LEASE_MS));
        await claim("dead", plusMs(AT, -10 * LEASE_MS));
        await work.conclude(goOnWith(AT));
        expect(work.ending()).toMatchObject({ next: { subject: "died", orphaned: true } });
      });
    });

    test("may put it back for later", async () => {
      const until = plusMs(AT, 90_000);
      const work = fenced(await held("a"), fixedClock(NOW));
      await work.conclude(async () => ({ kind: "wait", until }));
      expect(work.ending()).toMatchObject({ conclusion: { kind: "wait" }, next: null });
      expect(await only()).toMatchObject({ state: "ready", looks: 1, runAt: until.toISOString() });
    });

    test("leaves it to run again where that was asked for meanwhile", async () => {
      const work = fenced(await held("a"), fixedClock(NOW), () => null);
      await add("a");
      await work.conclude(write);
      expect(await only()).toMatchObject({ state: "ready", lease: "" });
    });

    test("stands for nothing once the job is another's, and takes nothing either", async () => {
      const stale = await held("a");
      await claim("other", plusMs(AT, LEASE_MS + 1));
      await add("b");
      const before = await rows();
      const work = fenced(stale, fixedClock(NOW));
      await expect(work.conclude(write).catch(codeOf)).resolves.toBe("lease_lost");
      expect(work.ending()).toBeNull();
      expect(await rows()).toEqual(before);
    });

    test("that fails leaves the job in hand", async () => {
      const work = fenced(await held("a"), fixedClock(NOW));
      const broken = work.conclude(async (tx) => {
        await write(tx);
        throw new AppError("channel_failed", text("Gagal.", "Failed."));
      });
      await expect(broken.catch(codeOf)).resolves.toBe("channel_failed");
      expect(work.ending()).toBeNull();
      expect(await rows()).toMatchObject([{ kind: "issue", state: "running", lease: "mine" }]);
    });
  });

  test("a fenced transaction writes and renews the lease", async () => {
    const job = await held("a");
    const later = plusMs(AT, 30_000).toISOString();
    await fenced(job, fixedClock(later)).transaction((tx) => enqueue(tx, "mail", "m", AT, AT));
    expect(await jobsOf(store.db.knex, ["m"])).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ lease_until: plusMs(new Date(later), LEASE_MS).toISOString() });
  });

  test("who may act outside is told by the clock alone: until the lease ends, and anew after each fenced write", async () => {
    const clock = testClock(NOW);
    const work = fenced(await held("a"), clock);
    clock.pass(LEASE_MS / 1000);
    expect(() => work.mayAct()).not.toThrow();
    clock.pass(0.001);
    expect(() => work.mayAct()).toThrow(expect.objectContaining({ code: "lease_lost" }));
    await work.transaction(async () => undefined);
    clock.pass(LEASE_MS / 1000);
    expect(() => work.mayAct()).not.toThrow();
  });

  test("a job given back is ready at once", async () => {
    const job = await held("a");
    await releaseJob(store.db.knex, job, AT);
    expect(await claim("other")).toMatchObject({ subject: "a", attempts: 0 });
  });

  test("asking for work while its holder ends it loses neither", async () => {
    for (let round = 0; round < 20; round += 1) {
      const job = await held("a");
      await Promise.all([
        store.db.transaction((tx) => enqueue(tx, "issue", "a", AT, AT)),
        store.db.transaction((tx) => completeJob(tx, job, AT)),
      ]);
      expect(await claim("again")).toMatchObject({ subject: "a" });
      await store.db.knex("jobs").delete();
    }
  });
});

describeMariadb("who is about to take a job", () => {
  // So few that a planner would rather read and hold them all than search.
  test.each([2, 10, 40])("of %s holds that one and no other", async (count) => {
    const { db, close } = await openStore("MariaDB");
    const subjects = Array.from({ length: count }, (_, index) => `s${index}`);
    await db.transaction((tx) => enqueueFresh(tx, "issue", subjects, AT));
    await db.knex.raw("analyze table jobs");
    const hand = (lease: string) => ({
      now: AT,
      leaseUntil: plusMs(AT, LEASE_MS),
      lease,
      expiredFirst: true,
    });
    const taken = await db.transaction(async (tx) => {
      const first = await takeJob(tx, db.engine, hand("one"));
      const second = await db.transaction((other) => takeJob(other, db.engine, hand("two")));
      return [first?.subject, second?.subject];
    });
    expect(taken).toEqual(["s0", "s1"]);
    await close();
  });
});
