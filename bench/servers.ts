/* The servers that a bench needs: each a process of its own, made for one run and gone with it. */
import { fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDb } from "../src/store/db";
import { forAnybody, installServer, SERVER_HABITS, SERVER_PROGRAM } from "../test/support/mysqld";
import { until } from "../test/support/until";

export interface Server {
  readonly port: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export const installed = (tool: string): boolean =>
  (spawnSync(tool, ["--version"], { stdio: "ignore" }).error as NodeJS.ErrnoException | undefined)?.code !==
  "ENOENT";

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

const answers = (port: number): Promise<true | null> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (found: true | null) => () => {
      socket.destroy();
      resolve(found);
    };
    socket.once("connect", end(true));
    socket.once("error", end(null));
  });

async function started(process: ChildProcess, port: number, folder: string): Promise<Server> {
  await until(`the server on port ${port} listens`, () => answers(port), 60);
  return {
    port,
    process,
    async stop() {
      process.kill("SIGTERM");
      if (process.exitCode === null) await once(process, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Database extends Server {
  /** `mysql://…` of a new, empty database. */
  fresh(name: string): Promise<string>;
}

/** A MariaDB that syncs its log at every commit, as a ledger must; everything else as it comes. */
export async function startMariadb(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-mariadb-"));
  const made = ["--no-defaults", "--user=root", `--datadir=${installServer(folder)}`, ...SERVER_HABITS];
  const port = await freePort();
  const log = openSync(join(folder, "log"), "a");
  const bare = ["--bind-address=127.0.0.1", ...forAnybody(folder), "--skip-name-resolve"];
  const durable = ["--innodb-flush-log-at-trx-commit=1", "--innodb-flush-method=fsync"];
  const place = [`--socket=${join(folder, "s")}`, `--port=${port}`, "--max-connections=200"];
  const child = spawn(SERVER_PROGRAM, [...made, ...place, ...bare, ...durable], {
    stdio: ["ignore", log, log],
  });
  const server = await started(child, port, folder);
  const url = `mysql://root@127.0.0.1:${port}`;
  return {
    ...server,
    async fresh(name) {
      const root = openDb(`${url}/mysql`, 1);
      await root.knex.raw(`DROP DATABASE IF EXISTS ${name}`);
      await root.knex.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
      await root.close();
      return `${url}/${name}`;
    },
  };
}

/** A Redis whose every answer is on the disk: what a commit of the ledger promises. */
export async function startRedis(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-redis-"));
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
  const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--daemonize", "no"];
  const child = spawn("redis-server", [...place, ...durable, "--maxmemory-policy", "noeviction"], {
    stdio: "ignore",
  });
  return started(child, port, folder);
}

/** Forks one of the bench's own files that says its port, and answers questions. */
export interface Helper extends Server {
  ask<T>(what: unknown): Promise<T>;
}

export async function startHelper(
  file: string,
  args: readonly string[],
  cpuProfile?: string,
): Promise<Helper> {
  const profile = cpuProfile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${cpuProfile}`];
  const child = fork(join(__dirname, file), [...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: profile,
  });
  const [port] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error(`${file} ended before it listened`))),
  ])) as [number];
  return {
    port,
    process: child,
    async ask<T>(what: unknown) {
      child.send(what as object);
      const [answer] = (await once(child, "message")) as [T];
      return answer;
    },
    async stop() {
      child.send("stop");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

/** Seconds of processor that a process has used so far, with its threads. */
export function cpuSeconds(pid: number | undefined): number {
  const words = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(words[11]) + Number(words[12])) / 100;
}

/** One line of /proc/PID/status in megabytes: VmRSS now, VmHWM at most. */
export function memoryOf(pid: number | undefined, line: "VmRSS" | "VmHWM"): number {
  const found = new RegExp(`^${line}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1] ?? 0) / 1024;
}
