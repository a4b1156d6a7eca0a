import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildApp } from "../../src/app";
import { silentLog } from "../../src/log";
import { command, settingsOf } from "./command";
import { emptyDatabase, type EngineName } from "./databases";
import { requireAll, requireTool } from "./tools";
import type { World } from "./world";

/** A test that copies and puts back with the real tools of its engine. */
export const testWithTools = (engine: EngineName) =>
  engine === "MariaDB" ? requireTool("mariadb-dump") : requireAll([]);

export interface Copies {
  /** What is there now can be put back later, into another service with the same documents. */
  copy(world: World): Promise<() => Promise<World>>;
  /** Ends what was put back. */
  close(): Promise<void>;
}

/** Copies of a world in a folder, and the services on them. */
export function copiesIn(engine: EngineName, folder: () => string): Copies {
  const opened: (() => Promise<unknown>)[] = [];
  let count = 0;
  const tool = (words: string): void => {
    const ran = spawnSync("sh", ["-c", words], { cwd: folder(), encoding: "utf8", timeout: 60_000 });
    expect([words, ran.status, ran.stderr]).toEqual([words, 0, ""]);
  };
  return {
    async copy(world) {
      const name = `copy-${(count += 1)}`;
      if (engine === "MariaDB")
        tool(`mariadb-dump --single-transaction ${reached(world.app.config.databaseUrl)} > ${name}.sql`);
      else expect((await command(["backup", join(folder(), name)], settingsOf(world))).code).toBe(0);
      return async () => {
        const empty = await emptyDatabase(engine);
        opened.push(() => empty.drop());
        if (engine === "MariaDB") tool(`mariadb ${reached(empty.url)} < ${name}.sql`);
        const asked = engine === "MariaDB" ? ["restore", "--loaded"] : ["restore", join(folder(), name)];
        const ran = await command(asked, { ...settingsOf(world), FAKTUR_DATABASE_URL: empty.url });
        expect([ran.code, ran.err]).toEqual([0, ""]);
        const config = { ...world.app.config, databaseUrl: empty.url };
        const app = buildApp(config, { clock: world.clock, log: silentLog });
        opened.push(() => app.close());
        // The command goes by the machine's clock, this world by its own.
        await app.db.knex("restores").update({ at: world.clock.now().toISOString() });
        return { ...world, app, store: { ...world.store, db: app.db } };
      };
    },
    async close() {
      for (const end of opened.splice(0).reverse()) await end();
    },
  };
}

const reached = (url: string): string => {
  const { port, pathname } = new URL(url);
  return `-h 127.0.0.1 -P ${port} -u root ${pathname.slice(1)}`;
};
