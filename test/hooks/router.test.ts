// Proves the answers of `POST /hooks/:portal` to the letter of the contract, over real HTTP: which refusal wins, that
// an answer comes only after the intake, and that nothing is handed to the intake that was not signed. The intake here
// writes down what it was given; the database behind the real one has its own suites.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import express from "express";
import { genericPortal } from "../../src/hooks/generic";
import type { IntakeAnswer } from "../../src/hooks/intake-answer";
import type { Heard, Portal } from "../../src/hooks/portal";
import { BODY_LIMIT, isJsonType } from "../../src/hooks/answer";
import { hooksRouter } from "../../src/hooks/router";
import { silentLog } from "../../src/log";
import { connectionOf, secretNamed, signedHeaders } from "../support/sign-webhook";

const NOW = new Date("2026-11-03T02:10:00Z");
const SECRET = secretNamed("one");

const heard: Heard[] = [];
const failures: string[] = [];
let answer: () => Promise<IntakeAnswer>;
let patience: number;
let server: Server;
let base: string;

const throwing: Portal = {
  kind: "generic",
  receive: () => {
    throw new Error("a fault of ours");
  },
};

beforeAll(async () => {
  const app = express();
  app.use(
    hooksRouter({
      withPortal: async (slug, use) => {
        if (slug === "toko")
          return use({ connection: connectionOf("generic", { slug }), portal: genericPortal });
        if (slug === "rusak") return use({ connection: connectionOf("generic", { slug }), portal: throwing });
        if (slug === "mati") throw new Error("database is away");
        return use(null);
      },
      intake: async (_connection, _portal, what) => {
        heard.push(what);
        return answer();
      },
      now: () => NOW,
      log: silentLog,
      get patienceMs() {
        return patience;
      },
      onSignatureFailure: (slug) => failures.push(slug),
    }),
  );
  app.use("/elsewhere", (_request, response) => {
    response.send("still here");
  });
  server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

beforeEach(() => {
  heard.length = 0;
  failures.length = 0;
  answer = async () => ({ status: "accepted" });
  patience = 60_000;
});

const EVENT = JSON.stringify({
  type: "invoice.unpaid",
  timestamp: "2026-11-03T09:10:00+07:00",
  data: { invoiceId: 1234 },
});

const headersFor = (body: string | Buffer, more: Record<string, string> = {}) => ({
  ...signedHeaders({ secret: SECRET, id: "msg_1", at: NOW, body }),
  ...more,
});

async function post(body: string | Buffer, headers: Record<string, string>, slug = "toko") {
  const response = await fetch(`${base}/hooks/${slug}`, {
    method: "POST",
    headers,
    body: new Uint8Array(Buffer.from(body)),
  });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, json };
}

const refusal = async (body: string | Buffer, headers: Record<string, string>, slug = "toko") => {
  const { status, headers: answered, json } = await post(body, headers, slug);
  expect(answered.get("content-type")).toBe("application/problem+json");
  expect(json).toMatchObject({ status, type: "about:blank" });
  expect(heard).toEqual([]);
  return `${status} ${String(json["code"])}`;
};

test.each([
  [202, { status: "accepted" }],
  [200, { status: "duplicate" }],
  [200, { status: "ignored", reason: "event_not_used" }],
] as const)("the intake's answer becomes %i %j", async (status, given) => {
  answer = async () => given;
  const got = await post(EVENT, headersFor(EVENT));
  expect({ status: got.status, json: got.json }).toEqual({ status, json: given });
  expect(got.headers.get("content-type")).toMatch(/^application\/json/);
  const saidAt = new Date("2026-11-03T02:10:00Z");
  expect(heard).toEqual([{ kind: "unpaid", deliveryId: "msg_1", invoiceId: "1234", saidAt }]);
});

test("a database that says nothing is a 503 with a time to come back, not a sender kept waiting", async () => {
  patience = 20;
  answer = () => new Promise(() => undefined);
  const response = await fetch(`${base}/hooks/toko`, {
    method: "POST",
    headers: headersFor(EVENT),
    body: EVENT,
  });
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("30");
  expect(await response.json()).toMatchObject({ code: "not_stored" });
});

test("the answer comes only after the intake has resolved", async () => {
  const order: string[] = [];
  let commit = () => {};
  const reached = new Promise<void>((resolve) => {
    answer = () => {
      resolve();
      return new Promise((done) => {
        commit = () => {
          order.push("committed");
          done({ status: "accepted" });
        };
      });
    };
  });
  const answered = post(EVENT, headersFor(EVENT)).then(() => order.push("answered"));
  await reached;
  await fetch(`${base}/elsewhere`);
  expect(order).toEqual([]);
  commit();
  await answered;
  expect(order).toEqual(["committed", "answered"]);
});

test("whatever the intake throws is 503 with a time to come back", async () => {
  answer = () => Promise.reject(new Error("disk full"));
  const got = await post(EVENT, headersFor(EVENT));
  expect(got.status).toBe(503);
  expect(got.headers.get("retry-after")).toBe("30");
  expect(got.json).toMatchObject({ code: "not_stored" });
  expect(JSON.stringify(got.json)).not.toContain("disk full");
});

test.each(["mati", "rusak"])("a failure of ours before the intake (%s) is 503 too", async (slug) => {
  expect(await refusal(EVENT, headersFor(EVENT), slug)).toBe("503 not_stored");
});

test.each(["tidak-ada", "%20", "..%2Ftoko", "TOKO"])("the slug %s is 404, signed or not", async (slug) => {
  expect(await refusal(EVENT, headersFor(EVENT), slug)).toBe("404 not_found");
  expect(await refusal("x", { "content-type": "text/plain" }, slug)).toBe("404 not_found");
});

test("a slug that cannot be decoded is 404", async () => {
  expect(await refusal(EVENT, headersFor(EVENT), "%E0%A4%A")).toBe("404 not_found");
});

test.each([
  ["text/plain"],
  ["application/jsonp"],
  ["application/x-www-form-urlencoded"],
  ["multipart/form-data; boundary=json"],
])("a body of type %s is 415, before its signature is looked at", async (type) => {
  expect(await refusal(EVENT, { "content-type": type })).toBe("415 not_json");
  expect(failures).toEqual([]);
});

test.each([
  ["application/json", true],
  ["Application/JSON; charset=utf-16", true],
  ["application/cloudevents+json;charset=UTF-8", true],
  ["application/json, text/plain", false],
  ["text/json", false],
  [undefined, false],
])("content type %s is JSON: %s", (type, expected) => {
  expect(isJsonType(type)).toBe(expected);
});

test("a compressed body is 415: the signature is over the bytes as sent", async () => {
  const body = gzipSync(EVENT);
  expect(await refusal(body, headersFor(body, { "content-encoding": "gzip" }))).toBe("415 not_json");
});

const padded = (bytes: number) => {
  const body = JSON.parse(EVENT) as Record<string, unknown>;
  const bare = Buffer.byteLength(JSON.stringify({ ...body, pad: "" }));
  return JSON.stringify({ ...body, pad: "x".repeat(bytes - bare) });
};

test("a body of exactly 256 kB is read, one byte more is 413", async () => {
  const full = padded(BODY_LIMIT);
  expect((await post(full, headersFor(full))).status).toBe(202);
  heard.length = 0;
  const over = padded(BODY_LIMIT + 1);
  expect(await refusal(over, headersFor(over))).toBe("413 too_large");
  expect(await refusal(over, { "content-type": "application/json" })).toBe("413 too_large");
});

/** Speaks HTTP by hand, for what no client would send. */
async function raw(head: string[], chunks: string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(
    [`POST /hooks/toko HTTP/1.1`, "host: x", "content-type: application/json", ...head, "", ""].join("\r\n"),
  );
  for (const chunk of chunks) socket.write(chunk);
  const [first] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return first.toString("latin1").split("\r\n")[0] ?? "";
}

test("a stream without a length is 413 once it has grown too large", async () => {
  const chunk = "x".repeat(65_536);
  const framed = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  const line = await raw(
    ["transfer-encoding: chunked"],
    [framed, framed, framed, framed, "1\r\nx\r\n0\r\n\r\n"],
  );
  expect(line).toBe("HTTP/1.1 413 Payload Too Large");
});

test("a length that promises too much is 413 before the body arrives", async () => {
  expect(await raw([`content-length: ${BODY_LIMIT + 1}`], [])).toBe("HTTP/1.1 413 Payload Too Large");
});

test("a length shorter than the body is refused: neither the part nor the rest is a signed request", async () => {
  const signed = Object.entries(headersFor(EVENT)).map(([name, value]) => `${name}: ${value}`);
  const line = await raw([...signed.slice(1), "content-length: 10", "connection: close"], [EVENT]);
  expect(line).toMatch(/^HTTP\/1.1 40[01] /);
  expect(heard).toEqual([]);
});

test.each([
  ["no signature", { "webhook-signature": "" }],
  ["another's signature", headersFor(`${EVENT} `)],
  [
    "a stranger's secret",
    signedHeaders({ secret: secretNamed("stranger"), id: "msg_1", at: NOW, body: EVENT }),
  ],
  [
    "an old time",
    signedHeaders({ secret: SECRET, id: "msg_1", at: new Date(NOW.getTime() - 301_000), body: EVENT }),
  ],
  [
    "a time ahead",
    signedHeaders({ secret: SECRET, id: "msg_1", at: new Date(NOW.getTime() + 301_000), body: EVENT }),
  ],
])("%s is 401 and counted for the alarm", async (_name, headers) => {
  expect(await refusal(EVENT, headersFor(EVENT, headers))).toBe("401 signature_wrong");
  expect(failures).toEqual(["toko"]);
});

test("a body that is neither signed nor JSON is 401, not 400", async () => {
  expect(await refusal("{", { "content-type": "application/json" })).toBe("401 signature_wrong");
});

test.each(["{", ""])("a signed body of %j is 400", async (body) => {
  expect(await refusal(body, headersFor(body))).toBe("400 malformed");
});

test("every fault of a malformed body is listed, in the language asked for", async () => {
  const body = JSON.stringify({ type: "invoice.refunded", data: { amount: 5 } });
  const ask = async (language: Record<string, string>) => {
    const { json, headers } = await post(body, headersFor(body, language));
    return { faults: json["faults"] as Record<string, string>[], language: headers.get("content-language") };
  };
  const indonesian = await ask({});
  const english = await ask({ "accept-language": "en-GB,en;q=0.9" });
  expect(indonesian.language).toBe("id");
  expect(english.language).toBe("en");
  const paths = ["/timestamp", "/data/invoiceId", "/data/amount", "/data/refundedAt"];
  expect(indonesian.faults.map((fault) => fault["path"])).toEqual(paths);
  expect(Object.keys(english.faults[0] ?? {}).sort()).toEqual(["code", "fix", "message", "path"]);
  expect(english.faults.map((fault) => fault["code"])).toEqual([
    "field_missing",
    "field_missing",
    "field_malformed",
    "field_missing",
  ]);
  english.faults.forEach((fault, index) =>
    expect(fault["message"]).not.toBe(indonesian.faults[index]?.["message"]),
  );
});

test.each(["GET", "PUT", "DELETE"])("%s is 405 with POST allowed, known portal or not", async (method) => {
  for (const slug of ["toko", "tidak-ada"]) {
    const response = await fetch(`${base}/hooks/${slug}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    expect(await response.json()).toMatchObject({ code: "method_not_allowed" });
  }
});
