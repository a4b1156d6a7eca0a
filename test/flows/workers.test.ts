// Proves that any number of processes may share one MariaDB: of four on one backlog one is killed and two are stopped past
// their leases (SIGSTOP, SIGCONT), one of them with a new document half sent. The authority creates each document once, and
// what the sleepers want to write when they wake up is refused.
import { describeMariadb } from "../support/databases";
import { seeded } from "../support/drill";
import { recordBacklog, runPack, type PackReport } from "../support/pack";
import { startStage, type Stage } from "../support/stage";

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
