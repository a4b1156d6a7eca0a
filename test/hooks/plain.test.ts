/**
 * A message goes past express: proves over the whole program that whoever writes the address in another way, which express
 * routes, gets the same answer with the same headers, that these are the ones express and helmet would have set, and that
 * both ways are measured. Then that secrets kept open are never older than the row they lie in, and a body that breaks off.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import express from "express";
import helmet from "helmet";
import { answerHook, type HooksDeps } from "../../src/hooks/answer";
import { genericPortal } from "../../src/hooks/generic";
import { plainHook } from "../../src/hooks/router";
import { signStandardWebhook } from "../../src/hooks/signature";
import { silentLog } from "../../src/log";
import { portalSecretsPurpose } from "../../src/seals";
import { findPortal, saveSecrets } from "../../src/store/portals";
import { connectionOf, secretNamed } from "../support/sign-webhook";
import { until } from "../support/until";
import { event, paid, SECRET, startWorld, type World } from "../support/world";

let world: World;
let server: Server;
let base: string;
beforeAll(async () => {
  world = await startWorld("SQLite");
  server = createServer(world.app.web).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await world.close();
});

interface Message {
  readonly id: string;
  readonly body: unknown;
  readonly secret?: string;
  readonly headers?: Record<string, string>;
}

async function post(path: string, { id, body, secret = SECRET, headers = {} }: Message) {
  const bytes = JSON.stringify(body);
  const response = await fetch(`${base}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...signStandardWebhook({ secret, id, at: world.clock.now(), body: bytes }),
      ...headers,
    },
    body: bytes,
  });
  return { status: response.status, headers: headersOf(response), body: await response.text() };
}

function headersOf(response: Response): Record<string, string> {
  const all = Object.fromEntries(response.headers);
  delete all["date"];
  return all;
}

test.each([
  ["POST", "/hooks/toko", "toko"],
  ["POST", "/hooks/toko-2_b", "toko-2_b"],
  ["POST", "/hooks/toko/", null],
  ["POST", "/hooks/toko?x=1", null],
  ["POST", "/hooks/tok%6F", null],
  ["POST", "/HOOKS/toko", null],
  ["POST", "/hooks/", null],
  ["POST", "/hooks/toko/x", null],
  ["POST", "http://x/hooks/toko", null],
  ["GET", "/hooks/toko", null],
])("%s %s is the plain way to %s", (method, url, portal) => {
  expect(plainHook({ method, url })).toBe(portal);
});

test.each<[string, Partial<Message> & { portal?: string }, string]>([
  ["recorded", {}, "202"],
  ["ignored", { body: event("invoice.drafted", {}) }, "200"],
  ["of a portal nobody has", { portal: "tidak-ada" }, "404 not_found"],
  ["not JSON", { headers: { "content-type": "text/plain" } }, "415 not_json"],
  ["signed by another", { secret: secretNamed("stranger") }, "401 signature_wrong"],
  ["malformed", { body: event("invoice.paid", { account: {} }) }, "400 malformed"],
  ["malformed, told in English", { body: {}, headers: { "accept-language": "en" } }, "400 malformed"],
])(
  "a message that is %s is answered the same on every way",
  async (name, { portal = "toko", ...more }, says) => {
    const ways = [`/hooks/${portal}`, `/hooks/${portal}/`, `/Hooks/${portal}`, `/hooks/${portal}?a=b`];
    const answers = [];
    for (const [index, path] of ways.entries()) {
      const id = `${name}-${index}`.replaceAll(" ", "_");
      answers.push(await post(path, { id, body: paid(id), ...more }));
    }
    const [first] = answers;
    for (const answer of answers) expect(answer).toEqual(first);
    const code = /"code":"(\w+)","detail"/.exec(first?.body ?? "")?.[1];
    expect([first?.status, code].join(" ").trim()).toBe(says);
  },
);

test("the headers are those of express and helmet", async () => {
  const app = express();
  app.disable("x-powered-by");
  app.use(helmet());
  app.post("/accepted", (_request, response) => void response.status(202).json({ status: "accepted" }));
  app.post("/duplicate", (_request, response) => void response.json({ status: "duplicate" }));
  app.post("/ignored", (_request, response) => {
    response.json({ status: "ignored", reason: "event_not_used" });
  });
  const other = createServer(app).listen(0, "127.0.0.1");
  await once(other, "listening");
  const there = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const one = { id: "as-express", body: paid("as-express") };
  const ours = {
    accepted: await post("/hooks/toko", one),
    duplicate: await post("/hooks/toko", one),
    ignored: await post("/hooks/toko", { id: "as-express-2", body: event("invoice.drafted", {}) }),
  };
  for (const [path, answer] of Object.entries(ours)) {
    const response = await fetch(`${there}/${path}`, { method: "POST" });
    const theirs = { status: response.status, headers: headersOf(response), body: await response.text() };
    expect(answer).toEqual(theirs);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'self'");
  }
  other.closeAllConnections();
  other.close();
});

test("both ways are measured as webhooks", async () => {
  const counted = async () => {
    const told = await world.app.metrics.text();
    return Number(/faktur_http_seconds_count\{area="hooks",status="2xx"\} (\d+)/.exec(told)?.[1] ?? 0);
  };
  const before = await counted();
  await post("/hooks/toko", { id: "measured-1", body: paid("measured-1") });
  await post("/hooks/toko/", { id: "measured-2", body: paid("measured-2") });
  expect(await until("both are counted", async () => ((await counted()) === before + 2 ? true : null))).toBe(
    true,
  );
});

test("a secret counts from the moment it is saved, and the one before it no more", async () => {
  const before = await world.app.portalNamed("toko");
  expect((await world.app.portalNamed("toko"))?.connection).toBe(before?.connection);
  const row = await findPortal(world.app.db.knex, "toko");
  const fresh = secretNamed("fresh");
  const sealed = world.app.seal.close(JSON.stringify([fresh]), portalSecretsPurpose("toko"));
  await saveSecrets(world.app.db.knex, "toko", sealed, world.clock.now());
  const status = async (id: string, secret: string) =>
    (await post("/hooks/toko", { id, body: paid(id), secret })).status;
  expect([await status("old", SECRET), await status("new", fresh)]).toEqual([401, 202]);
  await saveSecrets(world.app.db.knex, "toko", row?.secrets_sealed ?? "", world.clock.now());
  expect([await status("old-again", SECRET), await status("new-again", fresh)]).toEqual([202, 401]);
  // Nothing else of a row is kept longer than it stands.
  await world.app.db
    .knex("portals")
    .where({ slug: "toko" })
    .update({ options: '{"issueFrom":"2026-12-01"}' });
  expect((await world.app.portalNamed("toko"))?.connection.options).toEqual({ issueFrom: "2026-12-01" });
  await world.app.db.knex("portals").where({ slug: "toko" }).update({ options: row?.options });
});

test("a sender who is gone before its portal was looked at has sent nothing", async () => {
  const refused: string[] = [];
  let look = () => {};
  const looked = new Promise<void>((resolve) => (look = resolve));
  let asked = () => {};
  const begun = new Promise<void>((resolve) => (asked = resolve));
  const answers: Promise<void>[] = [];
  const deps = {
    withPortal: (async (_slug, use) => {
      asked();
      await looked;
      return use({ connection: connectionOf("generic"), portal: genericPortal });
    }) satisfies HooksDeps["withPortal"],
    intake: () => Promise.reject(new Error("nothing was signed")),
    now: () => world.clock.now(),
    log: silentLog,
    onSignatureFailure: (slug: string) => refused.push(slug),
  };
  const closed: Promise<unknown>[] = [];
  const alone = createServer((request, response) => {
    closed.push(new Promise((resolve) => void request.once("close", resolve)));
    answers.push(answerHook(deps, "toko", request, response));
  }).listen(0, "127.0.0.1");
  await once(alone, "listening");
  const socket = connect((alone.address() as AddressInfo).port, "127.0.0.1");
  socket.write(
    "POST /hooks/toko HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{",
  );
  await begun;
  socket.destroy();
  await Promise.all(closed);
  look();
  await Promise.all(answers);
  expect(refused).toEqual([]);
  alone.close();
});
