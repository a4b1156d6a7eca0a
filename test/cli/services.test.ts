/**
 * Commands that keep running: `start` and `simulate authority` as real processes on free ports, spoken to over HTTP and
 * stopped by a signal as a service manager would.
 */
import { rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { ENOUGH, launch, newFolder, run } from "./run";

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = { ...ENOUGH, FAKTUR_PORT: "0" };
const asked = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, body: await response.text(), headers: response.headers };
};

const STARTED = /"event":"service.started"/;
const addressIn = (line: string): string => (JSON.parse(line) as { web: string }).web;

describe("start", () => {
  test("makes the schema, answers for its health, and ends with 0 at SIGTERM", async () => {
    const service = launch(["start"], { folder, env });
    const url = addressIn(await service.line(STARTED));
    expect(await asked(`${url}/healthz`)).toMatchObject({ status: 200 });
    expect(await asked(`${url}/readyz`)).toMatchObject({
      status: 200,
      body: '{"status":"ready","reasons":[]}',
    });
    const metrics = await asked(`${url}/metrics`);
    expect(metrics.headers.get("content-type")).toContain("text/plain");
    expect(metrics.body).toContain("faktur_job_seconds");
    expect((await asked(`${url}/api/v1/openapi.json`)).status).toBe(200);
    expect((await asked(`${url}/api/v1/fakturs`)).status).toBe(401);
    const ended = await service.stop("SIGTERM");
    expect([ended.code, ended.err]).toEqual([0, ""]);
    expect(ended.out).toContain('"event":"service.stopped"');
  });

  test("as the worker half alone opens no port, and ends with 0 at SIGINT", async () => {
    const service = launch(["start", "--worker"], { folder, env });
    expect(addressIn(await service.line(STARTED))).toBe("");
    expect((await service.stop("SIGINT")).code).toBe(0);
  });

  test("as the worker half tells how it is at FAKTUR_WORKER_PORT, and nothing else", async () => {
    const service = launch(["start", "--worker"], { folder, env: { ...env, FAKTUR_WORKER_PORT: "0" } });
    const { probes: url } = JSON.parse(await service.line(STARTED)) as { probes: string };
    expect(await asked(`${url}/healthz`)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect((await asked(`${url}/readyz`)).status).toBe(200);
    expect((await asked(`${url}/metrics`)).body).toContain("faktur_job_seconds");
    const others = ["/", "/console", "/api/v1/fakturs", "/c/x", "/hooks/toko"];
    expect(await Promise.all(others.map(async (path) => (await asked(url + path)).status))).toEqual(
      others.map(() => 404),
    );
    expect((await service.stop("SIGTERM")).code).toBe(0);
  });

  test("as the worker half on a port that is taken is one plain sentence, exit 2", async () => {
    const web = launch(["start", "--web"], { folder, env });
    const { port } = new URL(addressIn(await web.line(STARTED)));
    const ran = await run(["start", "--worker"], { folder, env: { ...env, FAKTUR_WORKER_PORT: port } });
    expect([ran.code, ran.err.includes(`:${port}`)]).toEqual([2, true]);
    expect((await web.stop("SIGTERM")).code).toBe(0);
  });

  test("with --no-migrate refuses a schema that is behind: exit 2", async () => {
    const ran = await run(["start", "--no-migrate"], { folder, env });
    expect([ran.code, ran.err.includes("faktur migrate")]).toEqual([2, true]);
    await run(["migrate"], { folder, env });
    const service = launch(["start", "--web", "--no-migrate"], { folder, env });
    await service.line(STARTED);
    expect((await service.stop("SIGTERM")).code).toBe(0);
  });

  test.each([
    ["start", ["start", "--web"]],
    ["simulate authority", ["simulate", "authority"]],
  ])("%s on a port that is taken is one plain sentence, exit 2", async (_name, args) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const port = String((other.address() as AddressInfo).port);
    const more = args[0] === "simulate" ? ["--port", port] : [];
    const ran = await run([...args, ...more], { folder, env: { ...ENOUGH, FAKTUR_PORT: port } });
    await new Promise((resolve) => other.close(resolve));
    expect([ran.code, ran.err.includes(port)]).toEqual([2, true]);
    expect(ran.err).not.toMatch(/^\s+at /m);
  });
});

describe("simulate authority", () => {
  test("prints its address, takes the named token only, answers as a simulation and ends with 0", async () => {
    const service = launch(["simulate", "authority", "--port", "0", "--token", "rahasia"], { folder });
    const url = /http:\S+/.exec(await service.line(/http:/))?.[0] ?? "";
    const control = await asked(`${url}/_control`);
    expect([control.status, control.headers.get("x-simulated")]).toEqual([200, "1"]);
    const list = async (token: string) => {
      const response = await fetch(`${url}/efaktur/v3/penjualan/list?page=0&size=10`, {
        method: "POST",
        headers: { authorization: Buffer.from(token).toString("base64"), "content-type": "application/json" },
        body: "{}",
      });
      return [response.status, ((await response.json()) as { status: string }).status];
    };
    expect(await list("rahasia")).toEqual([200, "OK"]);
    expect((await list("lain"))[0]).toBe(401);
    const ended = await service.stop("SIGTERM");
    expect([ended.code, ended.err]).toEqual([0, ""]);
  });
});
