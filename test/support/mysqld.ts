/* The database server that tests and benches start: MariaDB, or MySQL itself in its place and under its name. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** `FAKTUR_TEST_SERVER=mysqld`. */
export const MYSQL = process.env["FAKTUR_TEST_SERVER"] === "mysqld";

export const SERVER_PROGRAM = MYSQL ? "mysqld" : "mariadbd";

export const SERVER_TOOLS: readonly string[] = MYSQL ? ["mysqld"] : ["mariadbd", "mariadb-install-db"];

/** What each needs besides to be a bare server on a port. */
export const SERVER_HABITS: readonly string[] = MYSQL
  ? ["--mysqlx=OFF", "--disable-log-bin", "--secure-file-priv=NULL"]
  : [];

/** An empty server's files under `folder`; where its data lie. */
export function installServer(folder: string): string {
  const data = join(folder, "data");
  const made = ["--no-defaults", "--user=root", `--datadir=${data}`];
  if (MYSQL) execFileSync("mysqld", [...made, "--initialize-insecure"], { stdio: "ignore" });
  else execFileSync("mariadb-install-db", [...made, "--skip-test-db"], { stdio: "ignore" });
  return data;
}

/** Lets `root` in from this machine without a password. MySQL without its rights would listen on no port. */
export function forAnybody(folder: string): readonly string[] {
  if (!MYSQL) return ["--skip-grant-tables"];
  const users = join(folder, "anybody.sql");
  writeFileSync(users, ANYBODY);
  return [`--init-file=${users}`];
}

const ANYBODY = `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
`;
