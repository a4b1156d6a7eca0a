/**
 * Proves that channels and portals are called only where they may be: link-local addresses never, the inside of the
 * network unless it is allowed, judged at the look-up that the connection uses; and that the rest works as Node's own
 * fetch does: bodies, headers, time-outs, no redirect.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createGuardedFetch, type GuardDeps } from "../src/guarded-fetch";
import { isCallable, targetFault } from "../src/webhooks/address";
import { made, portalBody, sellerBody, startApi } from "./support/api";

const NEVER = [
  ...["169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16"],
  ...["fe80::1", "fd00:ec2::254", "fd20:ce::254"],
];
const WRITTEN_OTHERWISE = [
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::",
  "::ffff:168.63.129.16",
  "64:ff9b::a83f:8110",
  ...["2002:a83f:8110::1", "2002:a83f:8110:ffff::1", "2002:6464:64c8:ffff::1"],
  "64:ff9b:1::a9fe:a9fe",
  "64:ff9b:1:a9fe:a9:fe00::",
];

test.each([...NEVER, ...WRITTEN_OTHERWISE, "nothing"])("%s is never called", (address) => {
  expect([isCallable(address, true), isCallable(address, false)]).toEqual([false, false]);
});

test.each(["127.0.0.1", "10.1.2.3", "192.168.0.1", "::1", "fd12::1"])(
  "%s is called where it is allowed",
  (address) => {
    expect([isCallable(address, true), isCallable(address, false)]).toEqual([true, false]);
  },
);

test.each([
  ["http://169.254.169.254/latest", true],
  ["http://2852039166/", true],
  ["http://0xa9.0xfe.0xa9.0xfe/", true],
  ["http://[::ffff:169.254.169.254]/", true],
  ["http://localhost:8080/", false],
  ["http://10.0.0.1/", false],
])("%s cannot be saved as a target", (url, allowed) => {
  expect(targetFault(url, allowed)).not.toBeNull();
});

let server: Server;
let url: string;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (request.url === "/never") return;
      if (request.url === "/away")
        return void response.writeHead(302, { location: "http://127.0.0.1:9/" }).end();
      if (request.url === "/broken") {
        response.writeHead(200, { "content-length": "100" }).write("half");
        return void setImmediate(() => response.destroy());
      }
      if (request.url === "/nothing") return void response.writeHead(204).end();
      const said = {
        method: request.method,
        headers: request.headers,
        body: Buffer.concat(parts).toString("utf8"),
      };
      response
        .writeHead(200, { "content-type": "application/json", "retry-after": "7" })
        .end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const guarded = (more: Partial<GuardDeps> = {}) =>
  createGuardedFetch({ allowPrivate: true, onRefused: () => undefined, ...more });

/** A name server that says what it is told to, one answer a question. */
const names =
  (...answers: readonly (readonly string[])[]): NonNullable<GuardDeps["lookup"]> =>
  (_host, _options, done) => {
    const [first = []] = answers;
    done(
      null,
      (answers[(asked += 1) - 1] ?? first).map((address) => ({ address, family: 4 })),
    );
  };

test("bodies and headers go and come as they are", async () => {
  const answer = await guarded()(`${url}/x?y=1`, {
    method: "POST",
    body: new URLSearchParams({ a: "é" }),
    headers: { authorization: "z" },
  });
  const said = (await answer.json()) as { body: string; headers: Record<string, string>; method: string };
  expect([answer.status, answer.headers.get("retry-after"), said.method, said.body]).toEqual([
    200,
    "7",
    "POST",
    "a=%C3%A9",
  ]);
  expect(said.headers).toMatchObject({ authorization: "z", "content-length": "8" });
  expect((await guarded()(`${url}/nothing`)).body).toBeNull();
});

test("words are sent as they are, under our own name unless another is given", async () => {
  const asking = { method: "POST", body: '{"a":"é"}', headers: { "Content-Type": "application/json" } };
  const said = await (await guarded()(`${url}/x`, asking)).json();
  expect(said).toMatchObject({
    ...{ method: "POST", body: '{"a":"é"}' },
    headers: {
      ...{ "content-type": "application/json", "content-length": "10" },
      ...{ "user-agent": "faktur-otomatis", "accept-encoding": "identity" },
    },
  });
});

test("an answer that breaks off is none, however it is read", async () => {
  const asking = async () => (await guarded()(`${url}/broken`)).text();
  await expect(asking()).rejects.toThrow("fetch failed");
});

test("an address with a password in it is not called", async () => {
  const asking = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
  await expect(guarded()(url.replace("//", "//a:b@"), asking)).rejects.toThrow("credentials");
  expect(asked).toBe(0);
});

test("a redirect is told and not followed, whatever is asked for", async () => {
  const answer = await guarded()(`${url}/away`, { redirect: "follow" });
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "http://127.0.0.1:9/"]);
});

const posted = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };

test.each([{}, posted])("an answer that does not come ends with the signal: %j", async (asking) => {
  const signal = AbortSignal.timeout(50);
  await expect(guarded()(`${url}/never`, { ...asking, signal })).rejects.toThrow("fetch failed");
  expect(signal.aborted).toBe(true);
});

test.each(["[::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "0x7f.1", "2130706433"])(
  "the address %s itself is judged however it is written",
  async (host) => {
    const refused: string[] = [];
    const strict = guarded({ allowPrivate: false, onRefused: (name) => refused.push(name) });
    for (const asking of [{}, posted]) {
      await expect(strict(url.replace("127.0.0.1", host), asking)).rejects.toMatchObject({
        cause: { message: expect.stringContaining("may not be called") as string },
      });
    }
    expect([refused.length, asked]).toEqual([2, 0]);
  },
);

test("a name is called at the address it has, and one without an address is not", async () => {
  const named = url.replace("127.0.0.1", "portal.example");
  expect((await guarded({ lookup: names(["127.0.0.1"]) })(named)).status).toBe(200);
  expect((await guarded()(url.replace("127.0.0.1", "localhost"))).status).toBe(200);
  await expect(guarded({ lookup: names([]) })(named)).rejects.toThrow("fetch failed");
  const lost: GuardDeps["lookup"] = (_host, _options, done) => done(new Error("ENOTFOUND"), []);
  await expect(guarded({ lookup: lost })(named)).rejects.toMatchObject({ cause: { message: "ENOTFOUND" } });
});

test("a name that leads inside is not connected to, and is told of", async () => {
  const refused: string[] = [];
  const strict = guarded({
    allowPrivate: false,
    onRefused: (host) => refused.push(host),
    lookup: names(["8.8.8.8", "127.0.0.1"]),
  });
  await expect(strict(url.replace("127.0.0.1", "portal.example"))).rejects.toMatchObject({
    cause: { message: expect.stringContaining("may not be called") as string },
  });
  await expect(strict(url)).rejects.toThrow("fetch failed");
  expect(refused).toEqual(["portal.example", "127.0.0.1"]);
});

test("a name that means another address at the second question is judged by the one it is connected to", async () => {
  const rebound = guarded({ lookup: names(["169.254.169.254"], ["127.0.0.1"]) });
  await expect(rebound(url.replace("127.0.0.1", "berubah.example"))).rejects.toThrow("fetch failed");
  // Asked once: there is no second look-up that could say something else.
  expect(asked).toBe(1);
});

test("settings at such addresses are refused with what to do; ours stay possible", async () => {
  const api = await startApi((config) => ({ ...config, allowPrivateTargets: false }));
  const cloud = await api.call("PUT", "/sellers/utama", { body: sellerBody("http://169.254.169.254") });
  expect([cloud.status, cloud.problem.faults?.[0]?.code]).toEqual([422, "target_refused"]);
  await made(api.call("PUT", "/sellers/utama", { body: sellerBody("https://openapi.pajak.example") }));
  const inside = {
    ...portalBody,
    kind: "whmcs",
    api: { url: "http://10.0.0.5/whmcs", identifier: "i", secret: "s" },
  };
  const portal = await api.call("PUT", "/portals/dalam", { body: inside });
  expect([portal.status, portal.problem.faults?.[0]?.path]).toEqual([422, "/api/url"]);
  await api.close();
});
