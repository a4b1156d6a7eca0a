/**
 * Proves that one call to a channel ends in an answer or in exactly one named failure, and that it is recorded before
 * either is used. A real HTTP server on a loopback port plays slow, broken, endless and redirecting sides.
 */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { callJson, failureOf, type JsonCall, type RawAnswer } from "../../../src/faktur/channels/http";
import { startScripted, type Scripted, type Step } from "./scripted";

let server: Scripted;
let seen: (RawAnswer | null)[];

beforeAll(async () => {
  server = await startScripted();
});
beforeEach(() => {
  seen = [];
  server.reset();
});
afterAll(() => server.close());

const call = (changes: Partial<JsonCall> = {}) =>
  callJson(fetch, {
    method: "POST",
    url: `${server.url}/here`,
    headers: { "content-type": "application/json" },
    body: '{"a":1}',
    timeoutMs: 20_000,
    maxBytes: 10_000,
    seen: (answer) => {
      seen.push(answer);
      return Promise.resolve();
    },
    ...changes,
  });

test("an answer comes back parsed, with its headers, after it was seen", async () => {
  server.next({ headers: { "x-simulated": "1" }, body: { hello: "é" } });
  const answer = await call();
  expect(answer.json).toEqual({ hello: "é" });
  expect(answer.header("X-Simulated")).toBe("1");
  expect(seen.map((one) => one?.text)).toEqual(['{"hello":"é"}']);
  expect(server.received.map(({ method, url, body }) => ({ method, url, body }))).toEqual([
    { method: "POST", url: "/here", body: '{"a":1}' },
  ]);
});

test("a refusal is an answer, not a failure", async () => {
  server.next({ status: 422, body: { message: "no" } });
  expect(await call()).toMatchObject({ status: 422, json: { message: "no" } });
});

test.each<[string, Step, string]>([
  ["401", { status: 401, body: {} }, "channel_unauthorized"],
  ["403", { status: 403, body: "<html>" }, "channel_unauthorized"],
  ["408", { status: 408, body: {} }, "channel_timeout"],
  ["429", { status: 429, body: {} }, "channel_busy"],
  ["500", { status: 500, body: "<html>" }, "channel_failed"],
  ["503", { status: 503, body: {} }, "channel_failed"],
  ["302", { status: 302, headers: { location: "/elsewhere" }, body: {} }, "channel_nonsense"],
  ["307", { status: 307, headers: { location: "/elsewhere" }, body: {} }, "channel_nonsense"],
  ["HTML with 200", { body: "<html>Maintenance</html>" }, "channel_nonsense"],
  ["HTML with 404", { status: 404, body: "<html>" }, "channel_nonsense"],
  ["an empty body", { body: "" }, "channel_nonsense"],
  ["204", { status: 204, body: "" }, "channel_nonsense"],
  ["JSON cut short", { body: '{"code":200,"da' }, "channel_nonsense"],
])("%s throws its own code and is seen whole first", async (_name, step, code) => {
  server.next(step);
  await expect(call()).rejects.toMatchObject({ name: "AppError", code });
  expect(seen).toHaveLength(1);
  expect(seen[0]).not.toBeNull();
  expect(server.received).toHaveLength(1);
});

test.each<[string, Step, string]>([
  ["a connection dropped before an answer", (response) => response.destroy(), "channel_unreachable"],
  [
    "a connection dropped in the middle of one",
    (response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"code":', () => response.destroy());
    },
    "channel_unreachable",
  ],
  [
    "an answer longer than allowed",
    (response) => {
      const more = (): void => void (response.destroyed || response.write("x".repeat(9_000), more));
      response.writeHead(200);
      more();
    },
    "channel_nonsense",
  ],
])("%s is seen as no answer, and the call is not repeated", async (_name, step, code) => {
  server.next(step);
  await expect(call()).rejects.toMatchObject({ name: "AppError", code });
  expect(seen).toEqual([null]);
  expect(server.received).toHaveLength(1);
});

test("an answer of exactly the allowed length is read", async () => {
  server.next({ body: JSON.stringify("x".repeat(9_998)) });
  expect((await call()).text).toHaveLength(10_000);
});

test.each<[string, Step]>([
  ["never answers", () => undefined],
  [
    "begins and never ends",
    (response) => {
      response.writeHead(200);
      response.write("{");
    },
  ],
])("a side that %s is a time-out", async (_name, step) => {
  server.next(step);
  await expect(call({ timeoutMs: 300 })).rejects.toMatchObject({ name: "AppError", code: "channel_timeout" });
  expect(seen).toEqual([null]);
});

test("a closed port and an unknown host are unreachable", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, "close");
  await expect(call({ url: `http://127.0.0.1:${String(port)}/` })).rejects.toMatchObject({
    code: "channel_unreachable",
  });
  await expect(call({ url: "http://no-such-host.invalid/" })).rejects.toMatchObject({
    code: "channel_unreachable",
  });
});

test.each<[string, Record<string, string>, number | undefined]>([
  ["seconds", { "retry-after": "7" }, 7_000],
  [
    "a date",
    { "retry-after": "Tue, 03 Nov 2026 02:10:30 GMT", date: "Tue, 03 Nov 2026 02:10:00 GMT" },
    30_000,
  ],
  [
    "a date in the past",
    { "retry-after": "Tue, 03 Nov 2026 02:09:00 GMT", date: "Tue, 03 Nov 2026 02:10:00 GMT" },
    0,
  ],
  ["a week, which is not believed", { "retry-after": "604800" }, 3_600_000],
  ["no such header", {}, undefined],
  ["words", { "retry-after": "soon" }, undefined],
])("Retry-After as %s", async (_name, headers, waitMs) => {
  server.next({ status: 429, headers, body: {} });
  const thrown: unknown = await call().catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "channel_busy" });
  expect((thrown as { waitMs?: number }).waitMs).toBe(waitMs);
});

test("an answer that could not be recorded is not used", async () => {
  server.next({ body: { fine: true } });
  const full = new Error("disk full");
  await expect(call({ seen: () => Promise.reject(full) })).rejects.toBe(full);
});

test.each([200, 201, 299, 400, 404, 409, 422, 499])("status %i has a meaning of its own", (status) => {
  expect(failureOf(status)).toBeNull();
});
