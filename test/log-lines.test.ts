/**
 * Where the log goes may fill up, be full from the start, fall behind or go away: the service lives on and answers, and once
 * lines go through again one of them says how many were lost. Real processes for the first, a scripted device for the rest.
 */
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linesTo, READER_MS } from "../src/log-lines";
import { ENOUGH, launch, launchInto, newFolder } from "./cli/run";
import { until } from "./support/until";

const failing = (code: string) => Object.assign(new Error(code), { code });

/** A device that takes what the script says: so many bytes of a call, or an error. */
function device(script: (number | string)[]) {
  let written = "";
  let waited = 0;
  const told: string[] = [];
  const lines = linesTo(
    1,
    (lost, cause) => {
      told.push(`${lost} ${cause}`);
      lines.write("told\n");
    },
    {
      write(_fd, bytes, from) {
        const next = script.shift() ?? bytes.length;
        if (typeof next === "string") throw failing(next);
        const taken = bytes.subarray(from, from + next);
        written += taken.toString();
        return taken.length;
      },
      wait(ms) {
        waited += ms;
      },
    },
  );
  return { lines, told, written: () => written, waited: () => waited };
}

test("lines that find no room are counted, and told of once when there is room again", () => {
  const disk = device(["ENOSPC", "ENOSPC"]);
  for (const line of ["a\n", "b\n", "c\n", "d\n"]) disk.lines.write(line);
  expect([disk.written(), disk.told, disk.waited()]).toEqual(["c\ntold\nd\n", ["2 ENOSPC"], 0]);
});

test("when the word about them finds no room either, the count is kept", () => {
  const disk = device(["ENOSPC", 2, "ENOSPC"]);
  for (const line of ["a\n", "b\n", "c\n"]) disk.lines.write(line);
  expect([disk.written(), disk.told]).toEqual(["b\nc\ntold\n", ["1 ENOSPC", "2 ENOSPC"]]);
});

test("a line that was cut off does not swallow the next one", () => {
  const disk = device([3, "ENOSPC", "ENOSPC"]);
  for (const line of ["first\n", "second\n", "third\n"]) disk.lines.write(line);
  expect([disk.written(), disk.told]).toEqual(["fir\nthird\ntold\n", ["2 ENOSPC"]]);
});

test("what a device takes in pieces arrives whole", () => {
  const pipe = device([2, 1]);
  pipe.lines.write("first\n");
  expect([pipe.written(), pipe.told]).toEqual(["first\n", []]);
});

test("a reader that is a little behind is waited for; one that stands still holds up one line, no more", () => {
  const behind = device(["EAGAIN", "EAGAIN"]);
  behind.lines.write("a\n");
  expect([behind.written(), behind.told, behind.waited() < READER_MS]).toEqual(["a\n", [], true]);
  const still = device(new Array<string>(1 + READER_MS / 10 + 50).fill("EAGAIN"));
  for (let line = 0; line < 51; line += 1) still.lines.write(`${line}\n`);
  expect([still.waited(), still.written()]).toEqual([READER_MS, ""]);
  still.lines.write("on\n");
  expect([still.written(), still.told]).toEqual(["on\ntold\n", ["51 EAGAIN"]]);
});

test("a pipe of the system that is full and then read gives the lines, and the word about the others", () => {
  const folder = mkdtempSync(join(tmpdir(), "faktur-log-"));
  const fifo = join(folder, "log");
  execFileSync("mkfifo", [fifo]);
  const fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const told: string[] = [];
  const lines = linesTo(fd, (lost, cause) => told.push(`${lost > 0} ${cause}`));
  const line = `${"x".repeat(4_095)}\n`;
  for (let count = 0; count < 300; count += 1) lines.write(line);
  expect(told).toEqual([]);
  readSync(fd, Buffer.alloc(1_000_000));
  lines.write(line);
  expect(told).toEqual(["true EAGAIN"]);
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

describe("a service", () => {
  let folder: string;
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("starts, answers and ends with 0 on a log that is full from the start", async () => {
    const port = await freePort();
    const service = launchInto("/dev/full", ["start"], { folder, env: { ...ENOUGH, FAKTUR_PORT: port } });
    const ready = () => fetch(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.status === 200);
    await until("it answers", () =>
      ready()
        .then((yes) => yes || null)
        .catch(() => null),
    );
    expect(await service.stop("SIGTERM")).toMatchObject({ code: 0, err: "" });
  });

  test("lives on when the reader of its log goes away", async () => {
    const service = launch(["start"], { folder, env: { ...ENOUGH, FAKTUR_PORT: "0" } });
    const { web } = JSON.parse(await service.line(/"event":"service.started"/)) as { web: string };
    service.unread();
    expect((await fetch(`${web}/readyz`)).status).toBe(200);
    // That it stops is logged, too.
    expect(await service.stop("SIGTERM")).toMatchObject({ code: 0, err: "" });
  });
});

test("a command whose output finds no room says so in a sentence and is not done", async () => {
  const folder = newFolder();
  const into = (args: string[]) => launchInto("/dev/full", args, { folder, env: ENOUGH }).ended;
  const ran = await into(["token", "create", "--name", "x", "--role", "viewer"]);
  expect([ran.code, /ENOSPC.*Make room/.test(ran.err), ran.err.split("\n").length]).toEqual([1, true, 2]);
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
