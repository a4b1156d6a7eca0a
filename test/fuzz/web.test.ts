/**
 * Proves that nothing that comes in over HTTP makes a 500, hangs or swells the program: generated and spoilt bodies for
 * every kind of webhook, signatures, every call of the API shaped by its schema and beside it, pages and forms of the
 * console, links of customers. `npm run fuzz` runs more of the same and prints the counts.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import Stripe from "stripe";
import { z } from "zod";
import { apiRoutes } from "../../src/api/router";
import { consoleDownloads, consolePages } from "../../src/console/console";
import { csrfOf } from "../../src/console/csrf";
import { SESSION_COOKIE } from "../../src/console/desk";
import { newId } from "../../src/ids";
import { packageRoot } from "../../src/package";
import { createUser } from "../../src/users/manage";
import { openSession } from "../../src/users/sign-in";
import { furnish, made, pay, SECRET, settle, startApi, startSimulator, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";
import { signedHeaders } from "../support/sign-webhook";
import { event, paid } from "../support/world";
import { bySchema } from "./by-schema";
import { fuzz } from "./measure";
import { report } from "./report";
import { bentJson, odd, spoiltOf } from "./spoil";

const STRIPE_SECRET = "whsec_rahasia_stripe";
/** What stands in the way outside is told as such; anything else of 500 and above is a fault of ours. */
const OUTSIDE = /^(?:channel|portal|mail)_/;

let api: TestApi;
let faktur: string;
let session: string;
let link: string;
beforeAll(async () => {
  const authority = await startSimulator(standing());
  api = await startApi((config) => ({ ...config, channelTimeoutSeconds: 1 }));
  await furnish(api, authority.url);
  await enterCompany(api);
  await pay(api, "1234");
  await settle(api);
  await authority.close();
  const stripe = {
    kind: "stripe",
    seller: "utama",
    secret: STRIPE_SECRET,
    api: { secret: "sk_test_x", url: NOWHERE },
  };
  await made(api.call("PUT", "/portals/kartu", { body: stripe }));
  const whmcs = {
    kind: "whmcs",
    seller: "utama",
    secret: SECRET,
    api: { url: NOWHERE, identifier: "i", secret: "s" },
  };
  await made(api.call("PUT", "/portals/tagihan", { body: whmcs }));
  const list = await made(api.call("GET", "/fakturs"));
  faktur = (list.json["items"] as { id: string }[])[0]?.id ?? "";
  link =
    ((await made(api.call("POST", "/accounts/toko/77/link"))).json["url"] as string).split("/c/")[1] ?? "";
  const { db, seal } = api.app;
  const people = { db, clock: api.clock, seal, newId };
  const user = await createUser(
    people,
    { email: "admin@hosting.example", role: "admin", password: null },
    "test",
  );
  session = await openSession(people, user, api.clock.now(), {
    source: "127.0.0.1",
    agent: null,
    way: "oidc",
  });
});
afterAll(async () => {
  report("web");
  await api.close();
});

const NOWHERE = "http://127.0.0.1:9";
/** The simulator starts before the program: it needs only a time. */
const standing = () => ({ now: () => new Date("2026-11-03T09:10:00+07:00") });

async function statusOf(path: string, init: RequestInit): Promise<string> {
  const response = await fetch(`${api.url}${path}`, { redirect: "manual", ...init });
  const body = await response.text();
  if (response.status < 500) return String(response.status);
  const code = /"code":"([a-z_]+)"/.exec(body)?.[1] ?? "";
  if (response.status === 503 && OUTSIDE.test(code)) return `503 ${code}`;
  throw new Error(`${response.status} ${path} ${body.slice(0, 500)}`);
}

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? "");

const SAMPLES = {
  generic: [
    paid("1"),
    event("invoice.refunded", { invoiceId: "1", amount: "1.00", refundedAt: "2026-11-03T09:10:00+07:00" }),
    event("service.moved", { serviceId: "S1", fromAccount: "77", toAccount: "78", ticket: "T1" }),
    event("account.updated", { account: { id: "77", name: "PT Contoh", email: "a@contoh.example" } }),
    event("invoice.unpaid", { invoiceId: "1" }),
  ],
  whmcs: [event("invoice.paid", { invoiceId: 1234 }), event("invoice.refunded", { invoiceId: 1234 })],
  stripe: [
    { id: "evt_1", type: "invoice.paid", data: { object: { id: "in_1", object: "invoice" } } },
    { id: "evt_2", type: "customer.tax_id.created", data: { object: { id: "txi_1", customer: "cus_1" } } },
    { id: "evt_3", type: "v1.refund.updated", related_object: { id: "re_1", type: "refund" } },
  ],
} as const;

const PORTALS = { generic: "toko", whmcs: "tagihan", stripe: "kartu" } as const;

const bodies = (kind: keyof typeof SAMPLES): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.oneof(...SAMPLES[kind].map(bentJson)).map(bytesOf) },
    { weight: 2, arbitrary: spoiltOf(SAMPLES[kind].map(bytesOf)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  );

const sdk = new Stripe("sk_test_x");
let sent = 0;
function signed(kind: keyof typeof SAMPLES, body: Buffer): Record<string, string> {
  if (kind !== "stripe") {
    return signedHeaders({ secret: SECRET, id: `fuzz_${(sent += 1)}`, at: api.clock.now(), body });
  }
  const timestamp = Math.floor(api.clock.now().getTime() / 1000);
  const header = sdk.webhooks.generateTestHeaderString({
    ...{ payload: body.toString("utf8"), secret: STRIPE_SECRET, timestamp },
  });
  return { "content-type": "application/json", "stripe-signature": header };
}

test.each(["generic", "whmcs", "stripe"] as const)("bodies of %s webhooks, rightly signed", async (kind) => {
  const { answers } = await fuzz(250, {
    ...{ target: `webhook ${kind}`, inputs: bodies(kind), mostMs: 2_000 },
    run: (body) => statusOf(`/hooks/${PORTALS[kind]}`, { method: "POST", headers: signed(kind, body), body }),
  });
  // Told apart, not refused wholesale.
  expect(answers["400"]).toBeGreaterThan(10);
  expect(Object.keys(answers).some((status) => status.startsWith("20"))).toBe(true);
});

test("signatures of every shape open nothing", async () => {
  const body = bytesOf(SAMPLES.generic[0]);
  const right = signedHeaders({
    secret: SECRET,
    id: "right",
    at: new Date("2026-11-03T09:10:00+07:00"),
    body,
  });
  const part = fc.oneof(
    spoiltOf(Object.values(right).map((value) => Buffer.from(value))).map((value) =>
      value.toString("latin1"),
    ),
    fc.string({ maxLength: 60 }),
    fc.constantFrom("v1,", "v1,,", "v1a,xx", "t=1,v1=00", "1e9", "-1", "9".repeat(400), " "),
  );
  const printable = part.map((value) => value.replace(/[^\x20-\x7e]/g, "").trim());
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature", "stripe-signature"];
  const headers = fc.record(Object.fromEntries(names.map((name) => [name, printable])), { requiredKeys: [] });
  const { answers } = await fuzz(300, {
    ...{ target: "signatures", mostMs: 2_000 },
    inputs: fc.tuple(fc.constantFrom(...Object.values(PORTALS)), headers),
    run: ([portal, given]) =>
      statusOf(`/hooks/${portal}`, {
        method: "POST",
        headers: { ...(given as Record<string, string>), "content-type": "application/json" },
        body,
      }),
  });
  expect(Object.keys(answers)).toEqual(["401"]);
});

/** Mostly what is there, now and then what cannot be. */
const ids = (name = ""): fc.Arbitrary<string> => {
  const there: Readonly<Record<string, string>> = { seller: "utama", portal: "toko", account: "77" };
  const known = {
    ...there,
    invoice: "1234",
    id: faktur,
    currency: "USD",
    from: "2026-11-03",
    part: "faktur",
  };
  const own = (known as Readonly<Record<string, string>>)[name] ?? faktur;
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(own) },
    { weight: 2, arbitrary: fc.constantFrom(...Object.values(known), "kartu", "tagihan", "1", "0") },
    {
      weight: 1,
      arbitrary: fc.constantFrom("..", "%", "%00", "a/../b", "__proto__", "'", "😀", "a".repeat(101)),
    },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 20 }) },
  );
};

const schemaOf = (schema: z.ZodType | undefined) =>
  schema === undefined ? null : z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });

/** One call of one route: its ids, its query and its body. */
function callsOf(route: ReturnType<typeof apiRoutes>[number]) {
  const names = [...route.path.matchAll(/:(\w+)/g)].map((found) => found[1] ?? "");
  const query = (schemaOf(route.query)?.["properties"] ?? {}) as Record<string, object>;
  const bodySchema = schemaOf(route.body);
  const raw = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const json = (bodySchema === null ? odd : bySchema(bodySchema as never)).map(bytesOf);
  return fc.record({
    route: fc.constant(route),
    params: fc.tuple(...names.map((name) => ids(name))),
    query: fc.record(
      Object.fromEntries(Object.entries(query).map(([name, schema]) => [name, bySchema(schema as never)])),
      { requiredKeys: [] },
    ),
    strange: fc.option(fc.tuple(fc.string({ maxLength: 8 }), fc.string({ maxLength: 20 })), { freq: 9 }),
    body: fc.oneof({ weight: 9, arbitrary: json }, { weight: 1, arbitrary: raw }),
    name: fc.constantFrom("a.xlsx", "a.pdf", "a.zip", "a.csv", "../../a.xlsx", "%00"),
  });
}

/** Letters that cannot be told as UTF-8 stay out of addresses: no program can send them. */
const encoded = (value: string): string => encodeURIComponent(value.replace(/\p{Cs}/gu, "?"));

test("every call of the API", async () => {
  const routes = apiRoutes(api.app.api);
  const hit = new Set<unknown>();
  await fuzz(1_500, {
    ...{ target: "API", mostMs: 10_000, inputs: fc.oneof(...routes.map(callsOf)) },
    async run({ route, params, query, strange, body, name }) {
      hit.add(route);
      const left = [...params];
      const path = route.path.replace(/:\w+/g, () => encoded(left.shift() ?? ""));
      const asked = [...Object.entries(query).map(([key, value]) => [key, String(value)] as const)];
      if (strange !== null) asked.push([strange[0], strange[1]]);
      const search = asked.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join("&");
      const status = await statusOf(`/api/v1${path}${search === "" ? "" : `?${search}`}`, {
        method: route.method.toUpperCase(),
        headers: {
          authorization: `Bearer ${api.tokens.admin}`,
          "content-type": "application/json",
          ...(route.takesFile === true ? { "x-filename": encoded(name) } : {}),
        },
        ...(route.method === "get" ? {} : { body }),
      });
      return status;
    },
  });
  expect(hit.size).toBe(routes.length);
});

/** Every name that a field of any form has. */
function fieldNames(): string[] {
  const folder = join(packageRoot(), "templates", "console");
  const words = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return [
    ...new Set(
      words.flatMap((text) => [...text.matchAll(/ name="([\w-]+)"/g)].map((found) => found[1] ?? "")),
    ),
  ];
}

test("pages and forms of the console", async () => {
  const pages = consolePages(api.app.api);
  const targets = [
    ...pages.map(({ path }) => ({ path, post: false })),
    ...consoleDownloads().map(({ path }) => ({ path, post: false })),
    ...pages.flatMap(({ path, acts = [] }) =>
      acts.map(({ name }) => ({ path: path === "/" ? `/${name}` : `${path}/${name}`, post: true })),
    ),
    // Those two end or bar the very session that asks.
  ].filter(({ path }) => !/\/pengguna\/(?:ubah|sandi)$/.test(path));
  const names = fieldNames();
  const value = fc.oneof(
    ids(),
    odd.map((one) => (typeof one === "string" ? one : (JSON.stringify(one) ?? ""))),
  );
  const { inputs } = await fuzz(700, {
    ...{ target: "console", mostMs: 10_000 },
    inputs: fc.record({
      at: fc.constantFrom(...targets),
      params: fc.array(ids(), { minLength: 4, maxLength: 4 }),
      fields: fc.dictionary(
        fc.constantFrom(...names, "q", "dari", "sampai", "cursor", "masa", "hal"),
        value,
        { maxKeys: 8 },
      ),
    }),
    run({ at, params, fields }) {
      const left = [...params];
      const path = at.path.replace(/:\w+/g, () => encoded(left.shift() ?? ""));
      const given = Object.entries(fields).map(([key, one]): [string, string] => [
        key,
        one.replace(/\p{Cs}/gu, "?"),
      ]);
      const headers = { cookie: `${SESSION_COOKIE}=${session}` };
      if (!at.post) return statusOf(`/console${path}?${new URLSearchParams(given).toString()}`, { headers });
      const body = new URLSearchParams([...given, ["_csrf", csrfOf(session)]]);
      return statusOf(`/console${path}`, { method: "POST", headers, body });
    },
  });
  expect(inputs).toBeGreaterThanOrEqual(700);
});

test("links and forms of customers", async () => {
  const token = fc.oneof(
    fc.constant(link),
    spoiltOf([Buffer.from(link)]).map((bytes) => encoded(bytes.toString("latin1"))),
    fc.string({ minLength: 1 }).map(encoded),
  );
  const { answers } = await fuzz(200, {
    ...{ target: "customer links", mostMs: 5_000 },
    inputs: fc.record({
      token,
      path: fc.constantFrom("", "/faktur/", "/alamat", "/koreksi", "/laporan"),
      id: ids(),
      post: fc.boolean(),
      words: fc.string({ maxLength: 60 }),
    }),
    run({ token: key, path, id, post, words }) {
      // So that the limit of tries does not answer for the rest.
      api.clock.pass(20);
      const at = `/c/${key}${path}${path.endsWith("/") ? encoded(id) : ""}`;
      if (!post) return statusOf(at, {});
      const fields = { email: words, note: words, kind: words, faktur: id, apa: words };
      return statusOf(at, { method: "POST", body: new URLSearchParams(fields) });
    },
  });
  expect(Object.keys(answers).length).toBeGreaterThan(1);
});
