import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { connect } from "node:net";
import { forAnybody, installServer, MYSQL, SERVER_HABITS, SERVER_PROGRAM, SERVER_TOOLS } from "./mysqld";
import { until } from "./until";

/**
 * One throw-away MariaDB for a whole run. The first suite that asks starts it, the others wait for it; a run that needs
 * none starts none. The folder is made by global-setup.ts and removed, with the server, by global-teardown.ts.
 */
const FOLDER = "FAKTUR_TEST_MARIADB";

export const mariadbInstalled = (): boolean => SERVER_TOOLS.every(isInPath);

/** Looked for and not run: each suite asks, and the server takes a while to say that it is there. */
const isInPath = (tool: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, tool)));

/** Prepares the folder under which this run's server will live; `durable` for what is timed. */
export function prepareMariadb({ durable = false } = {}): void {
  process.env[FOLDER] = mkdtempSync(join(tmpdir(), "faktur-mariadb-"));
  if (durable) writeFileSync(join(process.env[FOLDER], DURABLE), "");
}

const DURABLE = "durable";

/** Nothing in a test outlives the run: nothing is waited for on the disk. */
const FORGETFUL = [
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-flush-method=nosync",
  "--innodb-doublewrite=0",
  ...(MYSQL ? [] : ["--sync-frm=0", "--aria-checkpoint-interval=0"]),
];

/** What this run keeps for all its suites; gone at its end. */
export function runFolder(): string {
  const folder = process.env[FOLDER];
  if (folder === undefined) throw new Error("global-setup.ts has not run");
  return folder;
}

/** `mysql://…` of the running server, without a database. Starts it when nobody has. */
export async function mariadbUrl(): Promise<string> {
  const folder = runFolder();
  const told = join(folder, "url");
  if (first(folder)) {
    try {
      tell(told, await start(folder));
    } catch (thrown) {
      tell(told, `failed: ${String(thrown)}`);
    }
  }
  const url = await until("MariaDB starts", () => (existsSync(told) ? readFileSync(told, "utf8") : null), 90);
  if (!url.startsWith("mysql:")) throw new Error(url);
  return url;
}

/** Ends the server of this run, when there is one, and removes its folder. */
export async function stopMariadb(): Promise<void> {
  const folder = process.env[FOLDER];
  if (folder === undefined) return;
  const pid = join(folder, "pid");
  if (existsSync(pid)) {
    const id = Number(readFileSync(pid, "utf8"));
    if (isAlive(id)) process.kill(id, "SIGTERM");
    await until("MariaDB stops", () => (isAlive(id) ? null : true));
  }
  rmSync(folder, { recursive: true, force: true });
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

function first(folder: string): boolean {
  try {
    mkdirSync(join(folder, "starter"));
    return true;
  } catch {
    return false;
  }
}

/** Whole or not at all: readers may look at any moment. */
function tell(file: string, words: string): void {
  writeFileSync(`${file}.new`, words);
  renameSync(`${file}.new`, file);
}

async function start(folder: string): Promise<string> {
  installServer(folder);
  const port = await freePort();
  const durable = existsSync(join(folder, DURABLE));
  const pid = spawnServer(folder, port, [...forAnybody(folder), ...(durable ? [] : FORGETFUL)]);
  tell(join(folder, "pid"), String(pid));
  await until("MariaDB listens", () => listens(port), 120);
  return `mysql://root@127.0.0.1:${port}`;
}

function spawnServer(folder: string, port: number, more: readonly string[]): number {
  const log = openSync(join(folder, "log"), "a");
  const server = spawn(
    SERVER_PROGRAM,
    [
      ...[
        "--no-defaults",
        ...SERVER_HABITS,
        ...(MYSQL ? ["--performance-schema=OFF"] : []),
        "--user=root",
        `--datadir=${join(folder, "data")}`,
        `--socket=${join(folder, "s")}`,
        // Other servers' temporary files have the same names.
        `--tmpdir=${folder}`,
      ],
      ...["--bind-address=127.0.0.1", `--port=${port}`, "--skip-name-resolve"],
      ...["--innodb-buffer-pool-size=64M", "--max-connections=200", ...more],
    ],
    { detached: true, stdio: ["ignore", log, log] },
  );
  server.unref();
  closeSync(log);
  return server.pid ?? 0;
}

/** A server of one test's own, that may be killed, started again and told to take no writes. */
export interface OwnMariadb {
  /** The database `faktur`, for a user without a server administrator's rights. */
  readonly url: string;
  /** The same, for one who has them. */
  readonly adminUrl: string;
  /** Dies without warning. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Gone, with all that was in it. */
  drop(): Promise<void>;
}

export async function startOwnMariadb(more: readonly string[] = []): Promise<OwnMariadb> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-own-mariadb-"));
  installServer(folder);
  const port = await freePort();
  const users = join(folder, "users.sql");
  writeFileSync(users, USERS);
  let pid = 0;
  const start = async () => {
    // What it has answered outlives its own death; that of the machine is no matter here.
    pid = spawnServer(folder, port, [
      `--init-file=${users}`,
      "--innodb-flush-log-at-trx-commit=1",
      "--innodb-flush-method=nosync",
      ...more,
    ]);
    await until("MariaDB listens", () => listens(port), 120);
  };
  const kill = async () => {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
    await until("MariaDB is dead", () => (isAlive(pid) ? null : true));
  };
  await start();
  return {
    url: `mysql://faktur:uji@127.0.0.1:${port}/faktur`,
    adminUrl: `mysql://admin:uji@127.0.0.1:${port}/faktur`,
    kill,
    start,
    drop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const USERS = `CREATE DATABASE IF NOT EXISTS faktur CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'faktur'@'%' IDENTIFIED BY 'uji';
GRANT ALL ON faktur.* TO 'faktur'@'%';
CREATE USER IF NOT EXISTS 'admin'@'%' IDENTIFIED BY 'uji';
GRANT ALL ON *.* TO 'admin'@'%';
`;

const listens = (port: number): Promise<true | null> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(null));
  });

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
