/* The service as it is started, on a ledger that has grown, with a long backlog: its memory at most, as the kernel has it. */
import { join } from "node:path";
import type { Tx } from "../src/store/db";
import { addFakturInvoice } from "./backlog";
import type { BenchProgram } from "./program";
import { assertCount, QUICK, report } from "./report";
import { memoryOf } from "./servers";
import { prepare, settingsOf, startFaktur, startOutside } from "./town";
import { until } from "../test/support/until";

const BACKLOG = QUICK ? 10_000 : 100_000;
const WORKED_OFF = QUICK ? 200 : 600;
const GOAL_MEGABYTES = 250;

/** Puts a backlog of paid invoices before the program and lets the service work on them until so many are mailed. */
export async function measureMemory(engine: string, { app, folder }: BenchProgram): Promise<void> {
  const outside = await startOutside(0);
  const settings = settingsOf(join(folder, "memory"), app.config.databaseUrl, outside);
  await prepare(settings, outside.authority, 1);
  await app.db.knex("jobs").delete();
  // Those that are to reach their mail come first: the rest, due soon, would be decided before the first is drawn.
  const soon = new Date(Date.now() + 120_000);
  for (let from = 0; from < BACKLOG; from += 500) {
    const due = from < WORKED_OFF ? new Date() : soon;
    await app.db.transaction((tx: Tx) => addFakturInvoice(tx, from, Math.min(from + 500, BACKLOG), due));
  }
  const service = await startFaktur(settings, []);
  let left = 0;
  try {
    const mailed = async () => ((await outside.smtp.ask<number>("count")) >= WORKED_OFF ? true : null);
    await until(`${WORKED_OFF} fakturs of the backlog are mailed`, mailed, 300);
    const most = memoryOf(service.process.pid, "VmHWM");
    left = Number((await app.db.knex("jobs").count({ count: "*" }))[0]?.["count"]);
    report({
      what: `memory, ${engine}, service with a backlog of ${BACKLOG}`,
      ...{ value: most, unit: "MB", atMost: GOAL_MEGABYTES },
      note: `after ${WORKED_OFF} fakturs to their mail, ${left} jobs left; now ${memoryOf(service.process.pid, "VmRSS").toFixed(0)} MB`,
    });
  } finally {
    await service.stop();
    await outside.stop();
  }
  assertCount("jobs left are a backlog", left > BACKLOG / 2 ? 1 : 0, 1);
}
