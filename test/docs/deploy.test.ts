/**
 * Proves that what the service is installed with is sound: the systemd unit by systemd's own check and by what it must
 * say (stop in time, no restart on a wrong setting, little to reach), the Dockerfile by a linter and by what it must not
 * hold, and that every file it copies is there and let through by .dockerignore. The command beside the unit is run against
 * a stand-in for systemd-run that says what it was handed.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  /** What the script hands to systemd, and what the shell that it names makes of a credential. */
  function handed(args: readonly string[]): readonly string[] {
    const folder = mkdtempSync(join(tmpdir(), "faktur-beside-"));
    try {
      writeFileSync(join(folder, "systemd-run"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
      const environment = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
      const script = join(__dirname, "..", "..", "deploy", "faktur");
      return execFileSync(script, args, { env: environment, encoding: "utf8" }).trimEnd().split("\n");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
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
