import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { until } from "./until";

export const dovecotInstalled = (): boolean =>
  (spawnSync("dovecot", ["--version"], { stdio: "ignore" }).error as NodeJS.ErrnoException | undefined)
    ?.code !== "ENOENT";

/** A real IMAP server with one mailbox, user and password `uji`. */
export interface Dovecot {
  readonly url: string;
  readonly port: number;
  /** Puts a mail into a folder, as a mail server would. */
  deliver(raw: string, folder?: "INBOX" | "Pantulan"): void;
  /** How many mails of the folder people would see as unread, and all of them. */
  counts(folder?: "INBOX" | "Pantulan"): { readonly unread: number; readonly all: number };
  stop(): Promise<void>;
}

export async function startDovecot(): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-dovecot-"));
  chmodSync(folder, 0o755);
  const mail = join(folder, "mail");
  const at = (name: "INBOX" | "Pantulan") => (name === "INBOX" ? mail : join(mail, `.${name}`));
  for (const name of ["INBOX", "Pantulan"] as const) {
    for (const part of ["new", "cur", "tmp"]) mkdirSync(join(at(name), part), { recursive: true });
  }
  const owner = mailOwner();
  if (owner.uid !== userInfo().uid) execFileSync("chown", ["-R", `${owner.uid}:${owner.gid}`, mail]);
  const port = await freePort();
  const config = join(folder, "dovecot.conf");
  writeFileSync(config, configOf(folder, port, owner));
  const server: ChildProcess = spawn("dovecot", ["-F", "-c", config], { stdio: "ignore" });
  await until("dovecot listens", () => {
    if (server.exitCode !== null) throw new Error(logOf(folder));
    return existsSync(join(folder, "log")) && logOf(folder).includes("starting up") ? true : null;
  });
  let count = 0;
  return {
    url: `imap://uji:uji@127.0.0.1:${port}`,
    port,
    deliver(raw, name = "INBOX") {
      const file = join(at(name), "new", `${1_800_000_000 + (count += 1)}.M${count}P1.uji`);
      writeFileSync(file, raw);
      if (owner.uid !== userInfo().uid) execFileSync("chown", [`${owner.uid}:${owner.gid}`, file]);
    },
    counts(name = "INBOX") {
      const files = ["new", "cur"].flatMap((part) => readdirSync(join(at(name), part)));
      return { unread: files.filter((one) => !/:2,[A-Za-z]*S/.test(one)).length, all: files.length };
    },
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Dovecot gives no mail to root. */
function mailOwner(): Owner {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { uid, gid };
  const id = (flag: string) => Number(execFileSync("id", [flag, "mail"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

const logOf = (folder: string): string => readFileSync(join(folder, "log"), "utf8");

function configOf(folder: string, port: number, { uid, gid }: Owner): string {
  const { username, uid: own } = userInfo();
  const group = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
  const rootless = [
    ...[`default_internal_user = ${username}`, `default_internal_group = ${group}`],
    ...[`default_login_user = ${username}`, "service anvil {", "  chroot =", "}"],
  ];
  return [
    ...[`base_dir = ${folder}/run`, `state_dir = ${folder}/state`, `log_path = ${folder}/log`],
    ...["protocols = imap", "listen = 127.0.0.1", "ssl = no", "disable_plaintext_auth = no"],
    ...[`mail_location = maildir:${folder}/mail`, "first_valid_uid = 1", ...(own === 0 ? [] : rootless)],
    ...["passdb {", "  driver = static", "  args = password=uji", "}"],
    ...["userdb {", "  driver = static", `  args = uid=${uid} gid=${gid} home=${folder}/mail`, "}"],
    ...["service imap-login {", ...(own === 0 ? [] : ["  chroot ="])],
    ...[
      "  inet_listener imap {",
      `    port = ${port}`,
      "  }",
      "  inet_listener imaps {",
      "    port = 0",
      "  }",
      "}",
    ],
    "",
  ].join("\n");
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
