import { hostname } from "node:os";
import type { App } from "../app";
import { describeCause } from "../log";
import { packageVersion } from "../package";
import { databaseNow } from "../store/db";
import { joinProcesses } from "../store/migrate";
import { dropProcess, touchProcess } from "../store/processes";
import { retrying } from "../store/retrying";

const BEAT_MS = 5_000;

/**
 * Says in the database that this process works on it, until the function it gives is called: no other version changes
 * the schema meanwhile. Throws `schema_newer`, `config_invalid`.
 */
export async function joinIn(app: App): Promise<() => Promise<void>> {
  const id = app.api.newId(app.clock.now());
  const me = { id, host: hostname().slice(0, 255), pid: process.pid, version: packageVersion() };
  await joinProcesses(app.db, me);
  const beat = async (): Promise<void> => {
    try {
      // Forgotten means that it slept for long: it enters anew, if the schema is still its own.
      const now = await databaseNow(app.db);
      if (!(await retrying(() => touchProcess(app.db.knex, id, now)))) await joinProcesses(app.db, me);
    } catch (thrown) {
      app.log.warn("service.not_seen", { cause: describeCause(thrown) });
    }
  };
  const timer = setInterval(() => void beat(), BEAT_MS);
  return async () => {
    clearInterval(timer);
    await retrying(() => dropProcess(app.db.knex, id)).catch((thrown: unknown) => {
      app.log.warn("service.not_left", { cause: describeCause(thrown) });
    });
  };
}
