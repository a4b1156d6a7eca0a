import { setFlagsFromString } from "node:v8";
import type { App } from "../app";
import { AppError } from "../errors";
import { pingDb } from "../store/db";
import { migrate, refuseNewer, schemaState } from "../store/migrate";
import { text } from "../text";
import { listen, type Listening } from "./listen";
import { openApp } from "./open";
import { stopSignal } from "./stop";
import type { ExitCode, Terminal } from "./terminal";

const GRACE_MS = 20_000;
/** How far the heap may grow over what lives before it is cleaned, in per cent; left alone it doubles and more. */
const HEAP_GROWTH = 20;

/** The service: schema up to date, then web, worker or both, until a signal asks to stop. */
export async function startService(
  terminal: Terminal,
  options: { web?: boolean; worker?: boolean; migrate: boolean },
): Promise<ExitCode> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  const app = openApp(terminal);
  const stopped = stopSignal();
  try {
    await bringUpToDate(app, options.migrate);
    const neither = options.web !== true && options.worker !== true;
    const web = neither || options.web === true ? await startWeb(app) : null;
    if (neither || options.worker === true) await startWorker(app);
    app.log.info("service.started", { web: web?.url ?? "", worker: neither || options.worker === true });
    const signal = await stopped;
    app.log.info("service.stopping", { signal });
    await Promise.all([web?.close(), app.worker.stop(GRACE_MS)]);
  } finally {
    await app.close();
  }
  app.log.info("service.stopped");
  return 0;
}

async function bringUpToDate(app: App, allowed: boolean): Promise<void> {
  await pingDb(app.db);
  if (allowed) {
    const applied = await migrate(app.db, () => app.clock.now());
    if (applied.length > 0) app.log.info("schema.migrated", { applied: applied.join(",") });
    return;
  }
  const state = await schemaState(app.db);
  refuseNewer(state);
  if (state.missing.length === 0) return;
  throw new AppError(
    "config_invalid",
    text(
      `Skema basis data belum diperbarui (${state.missing.join(", ")}). Jalankan faktur migrate.`,
      `The database schema is behind (${state.missing.join(", ")}). Run faktur migrate.`,
    ),
  );
}

const startWeb = (app: App): Promise<Listening> => listen(app.web, app.config.host, app.config.port);

async function startWorker(app: App): Promise<void> {
  await app.schedulePolls();
  await app.scheduleUpkeep();
  app.worker.start();
}
