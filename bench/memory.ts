/* The service as it is started, on a ledger that has grown, with a long backlog: its memory at most, as the kernel has it. */
import { join } from "node:path";
import type { App } from "../src/app";
import type { Tx } from "../src/store/db";
import type { SellerRow } from "../src/store/sellers";
import { addFakturInvoice } from "./backlog";
import type { BenchProgram } from "./program";
import { assertCount, QUICK, report } from "./report";
import { memoryOf } from "./servers";
import { prepare, settingsOf, startFaktur, startOutside, type Outside, type Settings } from "./town";
import { until } from "../test/support/until";

const BACKLOG = QUICK ? 10_000 : 100_000;
const WORKED_OFF = QUICK ? 200 : 600;
const GOAL_MEGABYTES = 250;

type PdfKind = SellerRow["pdf"];

/** Puts a backlog of paid invoices before the program and lets the service work on them until so many are mailed. */
export async function measureMemory(engine: string, { app, folder }: BenchProgram): Promise<void> {
  const outside = await startOutside(0);
  const settings = settingsOf(join(folder, "memory"), app.config.databaseUrl, outside);
  try {
    await prepare(settings, outside.authority, 1);
    await withBacklog(engine, app, { settings, outside, pdf: "rendition", from: 0 });
    await app.db.knex("sellers").update({ pdf: "official" });
    await withBacklog(engine, app, { settings, outside, pdf: "official", from: BACKLOG });
  } finally {
    await outside.stop();
  }
}

interface Case {
  readonly settings: Settings;
  readonly outside: Outside;
  readonly pdf: PdfKind;
  /** Number of the first invoice. */
  readonly from: number;
}

async function withBacklog(
  engine: string,
  { db }: App,
  { settings, outside, pdf, from }: Case,
): Promise<void> {
  await db.knex("jobs").delete();
  // Those that are to reach their mail come first: the rest, due soon, would be decided before the first is drawn.
  const soon = new Date(Date.now() + 120_000);
  for (let done = 0; done < BACKLOG; done += 500) {
    const due = done < WORKED_OFF ? new Date() : soon;
    const to = Math.min(done + 500, BACKLOG);
    await db.transaction((tx: Tx) => addFakturInvoice(tx, from + done, from + to, due));
  }
  const mails = await outside.smtp.ask<number>("count");
  const service = await startFaktur(settings, []);
  let left = 0;
  try {
    const mailed = async () =>
      (await outside.smtp.ask<number>("count")) >= mails + WORKED_OFF ? true : null;
    await until(`${WORKED_OFF} fakturs of the backlog are mailed`, mailed, 300);
    const most = memoryOf(service.process.pid, "VmHWM");
    left = Number((await db.knex("jobs").count({ count: "*" }))[0]?.["count"]);
    report({
      what: `memory, ${engine}, ${WORDS[pdf]}, a backlog of ${BACKLOG}`,
      ...{ value: most, unit: "MB", atMost: GOAL_MEGABYTES },
      note: `after ${WORKED_OFF} fakturs to their mail, ${left} jobs left; now ${memoryOf(service.process.pid, "VmRSS").toFixed(0)} MB`,
    });
  } finally {
    await service.stop();
  }
  assertCount("jobs left are a backlog", left > BACKLOG / 2 ? 1 : 0, 1);
}

/** The one draws and signs in a thread, the other reads what the authority has drawn. */
const WORDS: Readonly<Record<PdfKind, string>> = {
  rendition: "renditions of our own",
  official: "the authority's PDFs",
};
