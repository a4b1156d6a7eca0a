// Proves that any number of processes may share one MariaDB: of four on one backlog one is killed and two are stopped past
// their leases (SIGSTOP, SIGCONT), one of them with a new document half sent. The authority creates each document once, and
// what the sleepers want to write when they wake up is refused.
import { plusMs } from "../../src/clock";
import { openDb } from "../../src/store/db";
import { claimJob, enqueue } from "../../src/store/jobs";
import { describeMariadb, openStore } from "../support/databases";
import { seeded } from "../support/drill";
import { recordBacklog, runPack, type PackReport } from "../support/pack";
import { startStage, type Stage } from "../support/stage";
import { until } from "../support/until";

const INVOICES = 48;

describeMariadb("many workers", () => {
  const ids = Array.from({ length: INVOICES }, (_, index) => `w${index}`);
  let stage: Stage;
  let report: PackReport;
  beforeAll(async () => {
    stage = await startStage("MariaDB", "s3");
    await recordBacklog(stage, ids);
    report = await runPack(stage, seeded(3));
  });
  afterAll(() => stage.close());

  test("every invoice ends once, whoever died or slept", async () => {
    expect(await stage.judge(ids)).toEqual([]);
    expect(stage.world.authority.authority.state.all()).toHaveLength(INVOICES);
  });

  test("no reference is created twice, though a sleeper asks for it when it wakes up", () => {
    expect(report.twice).toEqual([]);
    expect(report.late).toBeGreaterThanOrEqual(1);
  });

  test("the endings of those who slept are refused, and counted", () => {
    expect(report.lost).toBeGreaterThanOrEqual(2);
  });
});

describeMariadb("a process that falls silent in the middle of a transaction", () => {
  test("keeps its rows locked for a lease, not for hours", async () => {
    const store = await openStore("MariaDB", 2);
    const silent = openDb(store.url, 1, 1);
    const subject = { kind: "issue", subject: "a" };
    try {
      const at = new Date("2026-11-03T02:10:00.000Z");
      await enqueue(store.db.knex, "issue", "a", at, at);
      const never = new Promise<never>(() => undefined);
      await new Promise<void>((locked, failed) => {
        silent.knex
          .transaction(async (tx) => {
            await tx("jobs").where(subject).update({ looks: 1 });
            locked();
            await never;
          })
          .catch(failed);
      });
      const claim = () => claimJob(store.db, at, plusMs(at, 60_000), "mine");
      expect(await claim()).toBeNull();
      const job = await until("the row is free", claim);
      expect(job).toMatchObject({ ...subject, looks: 0 });
    } finally {
      await store.close();
      void silent.close();
    }
  });
});
