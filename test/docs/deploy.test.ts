/**
 * Proves that what the service is installed with is sound: the systemd unit by systemd's own check and by what it must
 * say (stop in time, no restart on a wrong setting, little to reach), the Dockerfile by a linter and by what it must not
 * hold, and that every file it copies is there and let through by .dockerignore. The command beside the unit is run against
 * a stand-in for systemd-run that says what it was handed.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validate } from "dockerfile-utils";
import { exists, readDocument } from "./documents";
import { requireTool, runTool } from "../support/tools";

const unit = readDocument("deploy/faktur-otomatis.service");
const dockerfile = readDocument("deploy/Dockerfile");
const manifest = JSON.parse(readDocument("package.json")) as {
  bin: { faktur: string };
  engines: { node: string };
};

/** What a unit says under a name; the last word counts. */
const said = (name: string): string | undefined =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].at(-1)?.[1];

describe("the systemd unit", () => {
  test("starts what the package has, as nobody special, with its key handed over and not in the settings", () => {
    expect(said("ExecStart")).toBe(`/usr/bin/node ${manifest.bin.faktur} start`);
    expect(said("User")).not.toMatch(/^(?:root|0)?$/);
    expect(said("LoadCredential")).toMatch(/^master\.key:/);
    expect(unit).toContain("FAKTUR_MASTER_KEY_FILE=%d/master.key");
    expect(unit).not.toMatch(/FAKTUR_MASTER_KEY=|PASSWORD/);
  });

  test("stops by the signal the service hears, waits longer than it takes, and does not repeat a wrong setting", () => {
    const [, grace = ""] = /const GRACE_MS = ([\d_]+)/.exec(readDocument("src/cli/start.ts")) ?? [];
    expect(said("KillSignal")).toBe("SIGTERM");
    expect(Number(said("TimeoutStopSec")) * 1000).toBeGreaterThan(Number(grace.replaceAll("_", "")) + 5000);
    expect([said("Restart"), said("RestartPreventExitStatus")]).toEqual(["on-failure", "2"]);
  });

  test.each([
    ...["NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelTunables"],
    ...["ProtectKernelModules", "ProtectControlGroups", "RestrictSUIDSGID", "RestrictNamespaces"],
  ])("%s is on", (name) => {
    expect(said(name)).toBe("yes");
  });

  test("whatever lies in a folder by default lies where it may write, here and in the image", () => {
    const folders = ["DATABASE", "DOCUMENTS", "MAIL"].map(
      (name) => new RegExp(`FAKTUR_${name}_URL=\\w+:(\\S+)`),
    );
    expect(folders.map((one) => one.exec(unit)?.[1]?.startsWith("/var/lib/faktur/"))).toEqual([
      true,
      true,
      true,
    ]);
    expect(folders.map((one) => one.exec(dockerfile)?.[1]?.startsWith("/data/"))).toEqual([true, true, true]);
  });

  test("may write its own folder and nothing else, and has no capability", () => {
    expect([said("ProtectSystem"), said("StateDirectory"), said("CapabilityBoundingSet")]).toEqual([
      ...["strict", "faktur", ""],
    ]);
    expect(said("ReadWritePaths")).toBeUndefined();
  });

  requireTool("systemd-analyze")("is a unit as systemd reads it, with little exposed", () => {
    const folder = mkdtempSync(join(tmpdir(), "faktur-unit-"));
    const file = join(folder, "faktur-otomatis.service");
    try {
      writeFileSync(file, unit.replace("/usr/bin/node ", `${process.execPath} `));
      expect(runTool("systemd-analyze", ["verify", "--man=no", file])).toBe("");
      // Of 10: below 2 is what systemd calls OK; the exit status says whether it is.
      runTool("systemd-analyze", ["security", "--offline=yes", "--threshold=20", file]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("a command beside the unit", () => {
  const SETTLED = ["faktur.env", "master.key"];
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** The script beside stand-ins for what it calls: shell lines by the name of the command. */
  function beside(standIns: Readonly<Record<string, string>>) {
    const folder = mkdtempSync(join(tmpdir(), "faktur-beside-"));
    folders.push(folder);
    const all = { systemctl: `echo "$@" >> ${folder}/systemctl.told`, id: "exit 0", ...standIns };
    for (const [name, lines] of Object.entries(all))
      writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    for (const name of SETTLED) writeFileSync(join(folder, name), "");
    const script = join(folder, "faktur");
    writeFileSync(script, readDocument("deploy/faktur").replaceAll("/etc/faktur", folder), { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    return { folder, script, env };
  }

  /** What the script hands to systemd, with the doubled signs that systemd makes single again. */
  function handed(
    args: readonly string[],
    standIns: Readonly<Record<string, string>> = {},
  ): readonly string[] {
    const { folder, script, env } = beside({ "systemd-run": 'printf "%s\\n" "$@"', ...standIns });
    const told = execFileSync(script, args, { env, encoding: "utf8" });
    return told.trimEnd().replaceAll("$$", "$").replaceAll(folder, "/etc/faktur").split("\n");
  }

  test("has the unit's user, folder, settings, settings file and key, so that it asks the same database", () => {
    const options = handed(["doctor"]);
    const wanted = [
      ...[...unit.matchAll(/^Environment=(.*)$/gm)]
        .map(([, setting = ""]) => setting)
        .filter((setting) => !/^MALLOC_|^FAKTUR_MASTER_KEY_FILE=/.test(setting))
        .map((setting) => `--setenv=${setting}`),
      ...["EnvironmentFile", "LoadCredential", "UMask", "StateDirectory", "StateDirectoryMode"].map(
        (name) => `--property=${name}=${said(name) ?? ""}`,
      ),
      ...[`--uid=${said("User") ?? ""}`, `--gid=${said("Group") ?? ""}`],
      `--working-directory=${said("WorkingDirectory") ?? ""}`,
    ];
    expect(options).toEqual(expect.arrayContaining(wanted));
    expect(options.join(" ")).toContain(`/usr/bin/node ${manifest.bin.faktur} "$@"`);
  });

  test("hands on its words as they are, and takes the key from where systemd puts it", () => {
    const options = handed(["coretax", "release", "--reason", "portal kosong; $HOME"]);
    const [shell, ...rest] = options.slice(options.indexOf("/bin/sh"));
    const words = rest.map((word) => word.replace("exec /usr/bin/node", "/usr/bin/env printf '%s|'"));
    const environment = { PATH: process.env["PATH"] ?? "", CREDENTIALS_DIRECTORY: "/run/rahasia" };
    const ran = execFileSync(shell ?? "", words, { env: environment, encoding: "utf8" });
    expect(ran).toBe(`${manifest.bin.faktur}|coretax|release|--reason|portal kosong; $HOME|`);
    expect(words.join(" ")).toContain('FAKTUR_MASTER_KEY_FILE="$CREDENTIALS_DIRECTORY/master.key"');
  });

  test("a sign that systemd would put a variable's value for is doubled, as systemd asks for it", () => {
    const { script, env } = beside({ "systemd-run": 'shift $(($# - 2)); printf "%s|" "$@"' });
    expect(execFileSync(script, ["$HOME", "lima ${HOME} $5"], { env, encoding: "utf8" })).toBe(
      "$$HOME|lima $${HOME} $$5|",
    );
  });

  test("doctor is let write what the unit lets the service write, and no more; other commands are not held", () => {
    const options = handed(["doctor"], { systemctl: "echo /srv/coretax" });
    for (const name of ["ProtectSystem", "ProtectHome", "PrivateTmp"])
      expect(options).toContain(`--property=${name}=${said(name) ?? ""}`);
    expect(options).toContain("--property=ReadWritePaths=/srv/coretax");
    expect(handed(["backup", "/srv/cadangan"]).join(" ")).not.toContain("ProtectSystem");
  });

  test("reads what is typed or piped", () => {
    const { script, env } = beside({ "systemd-run": "cat" });
    expect(execFileSync(script, ["user", "create"], { env, input: "kata sandi", encoding: "utf8" })).toBe(
      "kata sandi",
    );
  });

  test("has the status of what it ran, and says what is missing when systemd would not", () => {
    const ends = (standIns: Readonly<Record<string, string>>, without: readonly string[] = []) => {
      const { folder, script, env } = beside(standIns);
      for (const name of without) rmSync(join(folder, name));
      const { status, stderr } = spawnSync(script, ["doctor"], { env, encoding: "utf8" });
      return [status, stderr.replaceAll(folder, "/etc/faktur")];
    };
    expect(ends({ "systemd-run": "exit 1" })).toEqual([1, ""]);
    expect(ends({ "systemd-run": "exit 200" })).toEqual([
      200,
      expect.stringMatching(/-u faktur-command-\d+/),
    ]);
    expect(ends({ "systemd-run": "exit 1", id: "exit 1" })).toEqual([2, expect.stringContaining("useradd")]);
    for (const name of SETTLED) {
      const told = expect.stringContaining(`/etc/faktur/${name}`) as string;
      expect(ends({ "systemd-run": "exit 243" }, [name])).toEqual([2, told]);
    }
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends what it runs, too", async (signal) => {
    const { folder, script, env } = beside({ "systemd-run": 'echo "$@"; exec sleep 1 >/dev/null' });
    const running = spawn(script, ["simulate", "authority"], { env, stdio: ["ignore", "pipe", "ignore"] });
    const [words] = (await once(running.stdout, "data")) as [Buffer];
    const [, unitName = ""] = /--unit=(\S+)/.exec(words.toString()) ?? [];
    running.kill(signal);
    const [status] = (await once(running, "exit")) as [number];
    expect(status).toBeGreaterThan(128);
    const told = join(folder, "systemctl.told");
    expect(existsSync(told) ? readFileSync(told, "utf8") : "").toBe(`stop ${unitName}\n`);
  });
});

describe("the Dockerfile", () => {
  const lines = dockerfile
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const instructions = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  test("has no fault that the linter knows", () => {
    expect(validate("FROM node:22\nRUM x\n").length).toBeGreaterThan(0);
    expect(validate(dockerfile).map(({ message }) => message)).toEqual([]);
  });

  test("builds in one stage and runs in another, on a Node that the package takes", () => {
    const bases = instructions("FROM");
    expect(bases).toHaveLength(2);
    const [, least = "0"] = />=(\d+)/.exec(manifest.engines.node) ?? [];
    for (const base of bases) {
      const [, major = "0"] = /^node:(\d+)-[a-z]+-slim\b/.exec(base) ?? [];
      expect([base, Number(major) >= Number(least)]).toEqual([base, true]);
    }
  });

  test("runs as a number that is not root's, says when it is ill, and stops in order", () => {
    expect(instructions("USER")).toEqual(["10001:10001"]);
    expect(lines.findIndex((line) => line.startsWith("USER "))).toBeLessThan(
      lines.findIndex((line) => line.startsWith("ENTRYPOINT ")),
    );
    expect(instructions("HEALTHCHECK").join()).toContain("/healthz");
    expect(instructions("STOPSIGNAL")).toEqual(["SIGTERM"]);
    expect(instructions("ENTRYPOINT")).toEqual([`["node", "${manifest.bin.faktur}"]`]);
  });

  test("is run, by its first lines and by the manual, with as long to stop as the unit has", () => {
    const commands = [dockerfile, readDocument("docs/operating.md")].map(
      (document) => /^(?:# )?(docker run .*)$/m.exec(document)?.[1],
    );
    expect(commands[0]).toContain(` --stop-timeout ${said("TimeoutStopSec") ?? ""} `);
    expect(commands[1]).toBe(commands[0]);
  });

  test("holds no secret and asks for none while it is built", () => {
    expect(instructions("ARG")).toEqual([]);
    expect(instructions("ENV").join(" ")).not.toMatch(/KEY|SECRET|PASSWORD|TOKEN/);
    expect(instructions("ADD")).toEqual([]);
  });

  const copied = instructions("COPY")
    .filter((line) => !line.startsWith("--from"))
    .flatMap((line) => line.split(" ").slice(0, -1));
  const letThrough = readDocument(".dockerignore")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));

  test("copies what is there and let through, and nothing else is let through", () => {
    expect(copied.filter((path) => !exists(path))).toEqual([]);
    expect([...letThrough].sort()).toEqual([...copied].sort());
    expect(readDocument(".dockerignore")).toMatch(/^\*$/m);
  });
});
