import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import type { App } from "../app";
import { asAppError } from "../errors";
import { surveyKeys } from "../ops/rotate-key";
import { pingDb } from "../store/db";
import { migrate, refuseBehind, refuseNewer, schemaState } from "../store/migrate";
import { listen, type Listening } from "./listen";
import { openApp } from "./open";
import { joinIn } from "./presence";
import { stopSignal } from "./stop";
import type { ExitCode, Terminal } from "./terminal";

const GRACE_MS = 20_000;
/** For older services that are being stopped, or were killed and are not yet forgotten. */
const OLDER_WAIT_MS = 30_000;
const OLDER_LOOK_MS = 1_000;
/** Secrets that are named when they do not open. */
const PLACES_TOLD = 10;
/** How far the heap may grow over what lives before it is cleaned, in per cent; left alone it doubles and more. */
export const HEAP_GROWTH = 20;

/** The service: schema up to date, then web, worker or both, until a signal asks to stop. */
export async function startService(
  terminal: Terminal,
  options: { web?: boolean; worker?: boolean; migrate: boolean },
): Promise<ExitCode> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  // What is new is so little that waking helpers for it costs more than they do.
  setFlagsFromString("--no-parallel-scavenge");
  // What was compiled is kept through quiet hours: the first invoices after them need not wait for it again.
  setFlagsFromString("--no-flush-bytecode");
  const app = openApp(terminal);
  const stopped = stopSignal();
  try {
    await pingDb(app.db);
    if (options.migrate) await bringUpToDate(app);
    else await refuseOther(app);
    const leave = await joinIn(app);
    try {
      await serve(app, options, stopped);
    } finally {
      await leave();
    }
  } finally {
    await app.close();
  }
  app.log.info("service.stopped");
  return 0;
}

async function serve(
  app: App,
  options: { web?: boolean; worker?: boolean },
  stopped: Promise<NodeJS.Signals>,
): Promise<void> {
  await tellClosedSecrets(app);
  const neither = options.web !== true && options.worker !== true;
  const web = neither || options.web === true ? await startWeb(app) : null;
  const probes = web === null ? await startProbes(app) : null;
  if (neither || options.worker === true) await startWorker(app);
  const where = { web: web?.url ?? "", ...(probes === null ? {} : { probes: probes.url }) };
  app.log.info("service.started", { ...where, worker: neither || options.worker === true });
  const signal = await stopped;
  app.log.info("service.stopping", { signal });
  await Promise.all([web?.close(), probes?.close(), app.worker.stop(GRACE_MS)]);
}

/** With a wrong key nothing but this would tell before the first call. */
async function tellClosedSecrets(app: App): Promise<void> {
  const { present, old, neither } = await surveyKeys(app);
  if (neither.length === 0) return;
  const places = neither.map(({ table, id, column }) => `${table}/${id}/${column}`).slice(0, PLACES_TOLD);
  app.log.error("secrets.do_not_open", {
    ...{ closed: neither.length, open: present + old.length, places: places.join(", ") },
    fix: "FAKTUR_MASTER_KEY, faktur doctor",
  });
}

/** Waits a while for services of an older version to end: in a roll-out they are stopped at about the same time. */
async function bringUpToDate(app: App): Promise<void> {
  for (let waited = 0; ; waited += OLDER_LOOK_MS) {
    try {
      const applied = await migrate(app.db, () => app.clock.now());
      if (applied.length > 0) app.log.info("schema.migrated", { applied: applied.join(",") });
      return;
    } catch (thrown) {
      const { code, message } = asAppError(thrown);
      if (code !== "older_running" || waited >= OLDER_WAIT_MS) throw thrown;
      if (waited === 0) app.log.warn("schema.waiting_for_older", { cause: message });
    }
    await pause(OLDER_LOOK_MS);
  }
}

async function refuseOther(app: App): Promise<void> {
  const state = await schemaState(app.db);
  refuseNewer(state);
  refuseBehind(state);
}

const startWeb = (app: App): Promise<Listening> => listen(app.web, app.config.host, app.config.port);

/** A worker alone opens a port only where it is told to. */
async function startProbes({ probes, config }: App): Promise<Listening | null> {
  return config.workerPort === null ? null : listen(probes, config.host, config.workerPort);
}

async function startWorker(app: App): Promise<void> {
  await app.schedulePolls();
  await app.scheduleUpkeep();
  app.worker.start();
}
