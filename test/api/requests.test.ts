/**
 * The door of the API: what is not a proper request is refused as section 7 of the contract says, in the caller's
 * language, and nothing that a caller sends ends in a 5xx or in a value longer than its column (MySQL would refuse it).
 */
import fc from "fast-check";
import { apiRoutes } from "../../src/api/router";
import {
  accountBody,
  furnish,
  made,
  npwpBody,
  pay,
  portalBody,
  sellerBody,
  startApi,
  type Answer,
  type TestApi,
} from "../support/api";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await furnish(api);
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: npwpBody }));
  await pay(api, "1234");
});
afterAll(() => api.close());

const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const ACCOUNT = "/accounts/toko/77";

test("a refusal is problem JSON, in Indonesian unless English is asked for", async () => {
  const body = { name: 5 };
  const id = await api.call("PUT", ACCOUNT, { body });
  const en = await api.call("PUT", ACCOUNT, { body, headers: { "accept-language": "en-GB,id;q=0.5" } });
  expect(id.headers.get("content-type")).toBe("application/problem+json");
  expect([id.headers.get("content-language"), en.headers.get("content-language")]).toEqual(["id", "en"]);
  expect(id.problem).toEqual({
    ...{ type: "about:blank", title: "Bad Request", status: 400, code: "malformed" },
    detail: "Isian belum benar.",
    faults: [
      {
        ...{ code: "field_malformed", path: "/name", message: "Harus berupa teks." },
        fix: "Bentuk setiap isian ada di /api/v1/openapi.json.",
      },
      {
        ...{ code: "field_missing", path: "/email", message: "Belum diisi." },
        fix: "Bentuk setiap isian ada di /api/v1/openapi.json.",
      },
    ],
  });
  expect(en.problem.faults?.map((fault) => fault.message)).toEqual(["Must be a string.", "Missing."]);
});

test.each(["{", "nul", '"text"', "5", "true", "null", "", "{}x", "\ufeff{}"])(
  "the body %j is 400",
  async (raw) => {
    expect(refusal(await api.call("PUT", ACCOUNT, { raw }))).toEqual([400, "malformed"]);
  },
);

test("an array is not an object: the fault names the whole body", async () => {
  const answer = await api.call("PUT", ACCOUNT, { raw: "[]" });
  expect(answer.problem.faults?.map((fault) => [fault.code, fault.path])).toEqual([["field_malformed", ""]]);
});

test("no body at all is 400 where one is needed", async () => {
  expect(refusal(await api.call("PUT", ACCOUNT))).toEqual([400, "malformed"]);
  expect(refusal(await api.call("POST", "/fakturs/x/cancel"))).toEqual([400, "malformed"]);
});

test("a body is read whatever its content type says, never passed over", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await api.call("PUT", ACCOUNT, { body: accountBody, headers });
  expect(answer.status).toBe(200);
  expect((await api.call("POST", "/fakturs/x/resend", { raw: "to=x", headers })).status).toBe(400);
});

test.each([
  ["content-encoding", "br2"],
  ["content-type", "application/json; charset=klingon"],
])("a strange %s (%s) is 400", async (name, value) => {
  expect(refusal(await api.call("PUT", ACCOUNT, { body: accountBody, headers: { [name]: value } }))).toEqual([
    400,
    "malformed",
  ]);
});

test("bytes that are not UTF-8 are stored as replacement signs at worst", async () => {
  const raw = Buffer.concat([
    Buffer.from('{"name":"PT '),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('","email":"a@b.example"}'),
  ]);
  expect((await api.call("PUT", "/accounts/toko/bytes", { raw })).status).toBeLessThan(500);
});

test("a body above 512 kB is 413", async () => {
  const answer = await api.call("PUT", ACCOUNT, { body: { name: "x".repeat(600_000) } });
  expect(refusal(answer)).toEqual([413, "too_large"]);
});

test("keys that would change prototypes are plain keys that nobody knows", async () => {
  for (const key of ["__proto__", "constructor", "prototype"]) {
    const raw = `{"${key}":{"polluted":true},"name":"PT A","email":"a@b.example"}`;
    const answer = await api.call("PUT", "/accounts/toko/proto", { raw });
    expect(answer.status).toBe(200);
    const options = `{"kind":"generic","seller":"utama","secret":"${portalBody.secret}","options":{"${key}":{"polluted":true}}}`;
    expect((await api.call("PUT", "/portals/proto", { raw: options })).status).toBeLessThan(500);
  }
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("a portal's options may not be nested without end", async () => {
  const deep = '{"a":'.repeat(60_000) + "1" + "}".repeat(60_000);
  const raw = `{"kind":"generic","seller":"utama","secret":"${portalBody.secret}","options":${deep}}`;
  expect(refusal(await api.call("PUT", "/portals/deep", { raw }))).toEqual([400, "malformed"]);
});

test("an unknown address is 404 with a token and 401 without; outside the API it is 404", async () => {
  expect(refusal(await api.call("GET", "/nothing/here"))).toEqual([404, "not_found"]);
  expect(refusal(await api.call("GET", "/nothing/here", { token: null }))).toEqual([401, "unauthorized"]);
  for (const path of ["/api", "/api/v2/fakturs", "/nothing", "/%"]) {
    const response = await fetch(`${api.url}${path}`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      404,
      "application/problem+json",
    ]);
  }
});

test("an address that cannot be decoded is 400", async () => {
  expect(refusal(await api.call("GET", "/sellers/%E0%A4%A"))).toEqual([400, "malformed"]);
});

test.each([
  ["DELETE", "/sellers/utama", "PUT, GET, HEAD"],
  ["POST", "/fakturs", "GET, HEAD"],
  ["GET", "/fakturs/x/cancel", "POST"],
  ["PATCH", `${ACCOUNT}/npwp`, "PUT"],
])("%s %s is 405 and Allow says %s", async (method, path, allow) => {
  const answer = await api.call(method, path);
  expect([...refusal(answer), answer.headers.get("allow")]).toEqual([405, "method_not_allowed", allow]);
});

test("HEAD answers like GET, without a body", async () => {
  const answer = await fetch(`${api.url}/api/v1/sellers/utama`, {
    method: "HEAD",
    headers: { authorization: `Bearer ${api.tokens.viewer}` },
  });
  expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 0]);
  expect(Number(answer.headers.get("content-length"))).toBeGreaterThan(100);
});

test.each([
  ["/fakturs?limit=0", "/limit"],
  ["/fakturs?limit=201", "/limit"],
  ["/fakturs?limit=ten", "/limit"],
  ["/fakturs?state=done", "/state"],
  ["/fakturs?state=draft&state=ready", "/state"],
  ["/fakturs?from=2026-02-30", "/from"],
  ["/fakturs?to=yesterday", "/to"],
  ["/audit?cursor=abc", "/cursor"],
  ["/audit?cursor=-1", "/cursor"],
  ["/audit?cursor=1e9", "/cursor"],
])("%s is 400 and names %s", async (path, pointer) => {
  const answer = await api.call("GET", path);
  expect(refusal(answer)).toEqual([400, "malformed"]);
  expect(answer.problem.faults?.map((fault) => fault.path)).toEqual([pointer]);
});

/** Every call that takes a day, with the place of the day in its address or body. */
const DAYS: readonly (readonly [string, string, ((day: string) => unknown)?])[] = [
  ["GET", "/fakturs?from=DAY&to=DAY"],
  ["GET", "/fakturs?to=DAY"],
  ["GET", "/invoices?from=DAY&to=DAY"],
  ["GET", "/invoices.csv?to=DAY"],
  ["GET", "/audit?from=DAY"],
  ["GET", "/audit?to=DAY"],
  ["GET", "/audit/export?to=DAY"],
  ["GET", "/kurs?day=DAY"],
  ["GET", "/reconciliation?from=DAY&to=DAY"],
  ["GET", "/reconciliation/csv?from=DAY&to=DAY"],
  ["POST", "/reconciliation/runs", (day) => ({ from: day, to: day })],
  ["PUT", "/kurs/USD/DAY", () => ({ rate: "16000", kmk: "1" })],
  ["POST", "/kurs/import", (from) => ({ rates: [{ currency: "USD", from, rate: "16000", kmk: "1" }] })],
  [
    "POST",
    "/kurs/import",
    (to) => ({ rates: [{ currency: "USD", from: "2026-11-04", to, rate: "1", kmk: "1" }] }),
  ],
  ["POST", "/tokens", (expires) => ({ name: "akunting", role: "viewer", expires })],
  ["POST", "/accounts/toko/77/npwp/activate", (from) => ({ from })],
  ["POST", "/invoices/toko/1234/issue", (date) => ({ accept: ["past_deadline"], date })],
];

test.each(["9999-12-31", "9998-12-31", "0000-01-01", "0001-01-01"])(
  "the day %s, at the edge of the calendar, is answered everywhere",
  async (day) => {
    const answers: string[] = [];
    for (const [method, path, body] of DAYS) {
      const answer = await api.call(method, path.replaceAll("DAY", day), body && { body: body(day) });
      answers.push(`${method} ${path}: ${answer.status < 500 ? "answered" : answer.status}`);
    }
    expect(answers).toEqual(DAYS.map(([method, path]) => `${method} ${path}: answered`));
    await made(api.call("GET", "/accounts/toko/77"));
    await made(api.call("GET", "/invoices/toko/1234"));
    await made(api.call("GET", "/tokens"));
  },
);

describe("whatever is sent", () => {
  /** A proper body of every call that takes one, to be bent. */
  const PROPER: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    "put /sellers/:seller": sellerBody(),
    "put /sellers/:seller/certificate": { p12: "AAAA", passphrase: "x" },
    "put /portals/:portal": { ...portalBody, api: { url: "https://p.example" }, options: { a: 1 } },
    "put /accounts/:portal/:account": accountBody,
    "put /accounts/:portal/:account/npwp": {
      ...{ ...npwpBody, nitku: "000001", evidence: "tiket", transactionCode: "07", issueOn: "payment" },
      identity: { document: "TIN", number: npwpBody.npwp, country: "IDN" },
      facility: {
        addInfo: "TD.00501",
        stamp: "TD.01101",
        documentNumber: "1",
        documentPeriod: "112026",
        lineKinds: ["ssl"],
      },
    },
    "post /accounts/:portal/:account/npwp/check": {},
    "put /accounts/:portal/:account/npwp/evidence": { name: "x" },
    "post /accounts/:portal/:account/npwp/activate": { reason: "benar", from: "2026-11-04" },
    "post /accounts/:portal/:account/npwp/suspend": { reason: "benar" },
    "post /accounts/:portal/:account/link": {},
    "post /accounts/:portal/:account/link/revoke": {},
    "put /webhooks/:name": {
      ...{ url: "https://akuntansi.example/hook", events: ["faktur.approved"] },
      ...{ seller: "utama", portal: "toko" },
    },
    "post /webhooks/:name/deliveries/:id/again": {},
    "post /webhooks/:name/test": {},
    "post /webhooks/:name/disable": {},
    "post /webhooks/:name/enable": {},
    "post /webhooks/:name/rotate": {},
    "post /invoices/:portal/:invoice/issue": { accept: ["past_deadline"] },
    "put /kurs/:currency/:from": { rate: "16500.25", kmk: "45/KM.10/2026" },
    "post /kurs/import": { rates: [{ currency: "USD", from: "2026-11-04", rate: "16500.25" }] },
    "post /sellers/:seller/coretax/export": {},
    "post /sellers/:seller/coretax/import": { name: "x" },
    "post /fakturs/:id/upload": {},
    "post /fakturs/:id/retry": {},
    "post /fakturs/:id/resend": { to: "a@b.example" },
    "post /fakturs/:id/cancel": { reason: "salah" },
    "post /fakturs/:id/replace": { reason: "salah", lines: [{ line: 1, price: "5.00" }] },
    "post /bounces": { messageId: "<a@b.example>", recipient: "a@b.example", reason: "550" },
    "post /cases": { faktur: "x", kind: "duplicate", note: "dua kali", amount: "5.00" },
    "post /cases/:id/decide": { decision: "none", reason: "tidak perlu", lines: [] },
    "post /cases/:id/steps/:n": {},
    "post /cases/:id/document": { number: "NP-1", date: "2026-11-04" },
    "post /reconciliation/runs": { from: "2026-11-01", to: "2026-11-03", mail: false },
    "post /sellers/:seller/channel/resume": { reason: "sudah" },
    "post /sellers/:seller/coretax/import/again": {
      lists: ["a".repeat(64)],
      confirm: [{ faktur: "x", nsfp: "04002600000000001" }],
    },
    "post /sellers/:seller/coretax/release": { reason: "portal kosong" },
    "put /sellers/:seller/upload": { auto: true, windows: [], pauseLastDaysOfMonth: 1 },
    "post /sellers/:seller/upload-now": {},
    "post /sellers/:seller/check": { passphrase: "x" },
    "put /sellers/:seller/mail/:part": { words: "Faktur {{nsfp}}" },
    "post /sellers/:seller/mail/:part/restore": {},
    "post /sellers/:seller/mail/preview": { subject: "x", text: "y", html: "z" },
    "post /sellers/:seller/mail/test": {},
    "post /portals/:portal/check": {},
    "post /portals/:portal/secrets": { secret: portalBody.secret },
    "post /portals/:portal/secrets/retire": {},
    "post /users": { email: "a@b.example", role: "viewer", password: null },
    "put /users/:id": { role: "viewer", state: "active" },
    "post /users/:id/password": {},
    "post /tokens": { name: "akunting", role: "viewer", scope: ["read"], expires: "2026-12-31" },
    "post /tokens/:id/revoke": {},
    "post /approvals/:id/confirm": {},
    "post /approvals/:id/refuse": { reason: "tidak" },
    "post /transfers": {
      ...{ portal: "toko", services: ["S12", "D7"], fromAccount: "77" },
      ...{ toEmail: "penerima@contoh.example", ticket: "859921" },
    },
    "post /transfers/:id/check": {},
    "post /transfers/:id/approve": { reason: "benar" },
    "post /transfers/:id/reject": { reason: "tiket salah" },
    "post /transfers/:id/answered": {},
    "post /transfers/:id/steps/:n": {},
    "post /moves/:id/tie": { ticket: "859921", note: "lewat telepon" },
    "post /moves/look": { portal: "toko" },
    "post /reports/pph23/receipts": {
      seller: "utama",
      receipts: [
        {
          ...{ number: "2600000001", date: "2026-11-30", masa: "2026-11", npwp: npwpBody.npwp },
          ...{ dpp: "1000000", pph: "20000", nsfp: "04002600000000001", invoice: "INV-1" },
        },
      ],
    },
    "post /reports/pph23/receipts/:id/withdraw": { reason: "salah" },
    "put /reports/pph23/buyers/:npwp": { seller: "utama", withholds: false, reason: "SKB" },
  };
  const PLACES: Readonly<Record<string, string>> = {
    seller: "utama",
    portal: "toko",
    account: "77",
    invoice: "1234",
    id: "x",
    n: "1",
    part: "subject",
    name: "akuntansi",
    currency: "USD",
    from: "2026-11-04",
    npwp: npwpBody.npwp,
  };

  const nasty = fc.oneof(
    fc.constantFrom(
      "\u0000",
      "\ud800",
      "💣".repeat(300),
      "x".repeat(70_000),
      "\u202e'--\"",
      "NaN",
      "1e999",
      "__proto__",
    ),
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.string({ maxLength: 1200, minLength: 200 }),
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(null, true, 0, -1, 1e308, [], {}),
  );

  /** The proper body with some of its leaves replaced, or anything at all. */
  const bent = (proper: Readonly<Record<string, unknown>>) =>
    fc.oneof(
      { weight: 1, arbitrary: fc.jsonValue() },
      {
        weight: 5,
        arbitrary: fc
          .dictionary(fc.constantFrom(...Object.keys(proper), "extra"), nasty)
          .map((some) => ({ ...proper, ...some })),
      },
    );

  test("every call with a body is bent here", () => {
    const calls = apiRoutes(api.app.api).filter((route) => route.method !== "get");
    expect(calls.map((route) => `${route.method} ${route.path}`).sort()).toEqual(Object.keys(PROPER).sort());
  });

  test.each(Object.entries(PROPER))("%s never ends in a 5xx", async (call, proper) => {
    const [method = "", template = ""] = call.split(" ");
    const path = template.replace(/:(\w+)/g, (_all, name: string) => PLACES[name] ?? "");
    await fc.assert(
      fc.asyncProperty(bent(proper), async (body) => {
        // Nobody listens at this seller's channel, and the register is asked there.
        const most = call.endsWith("/npwp/check") ? 503 : 499;
        expect((await api.call(method.toUpperCase(), path, { body })).status).toBeLessThanOrEqual(most);
      }),
      { numRuns: 60 },
    );
  });

  test("odd ids in addresses never end in a 5xx", async () => {
    const id = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("..", "%00", "a/b", "'; --", "x".repeat(5000)),
    );
    await fc.assert(
      fc.asyncProperty(id, fc.constantFrom(...apiRoutes(api.app.api)), async (value, route) => {
        const path = route.path.replace(/:(\w+)/g, () => encodeURIComponent(value) || "-");
        const body = route.method === "get" ? {} : { body: PROPER[`${route.method} ${route.path}`] };
        expect((await api.call(route.method.toUpperCase(), path, body)).status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  test("odd questions to lists never end in a 5xx", async () => {
    const name = fc.constantFrom(
      "limit",
      "cursor",
      "state",
      "seller",
      "portal",
      "account",
      "invoice",
      "npwp",
      "q",
      "from",
      "outcome",
      "reason",
      "__proto__",
    );
    await fc.assert(
      fc.asyncProperty(name, fc.string({ unit: "grapheme" }), async (key, value) => {
        for (const list of ["fakturs", "audit", "invoices", "companies", "cases"]) {
          const answer = await api.call("GET", `/${list}?${key}=${encodeURIComponent(value)}`);
          expect(answer.status).toBeLessThan(500);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("nothing that was stored is longer than its column", async () => {
    const { knex } = api.app.db;
    const tables: string[] = await knex("sqlite_master").where({ type: "table" }).pluck("name");
    const tooLong: string[] = [];
    for (const table of tables) {
      const columns: { name: string; type: string }[] = await knex.raw(`PRAGMA table_info("${table}")`);
      for (const { name, type } of columns) {
        const width = type === "text" ? 65_535 : Number(/^varchar\((\d+)\)$/.exec(type)?.[1] ?? Infinity);
        const size = type === "text" ? "octet_length" : "length";
        const over: { most: number | null }[] = await knex(table).select(
          knex.raw(`max(${size}(??)) as most`, [name]),
        );
        if ((over[0]?.most ?? 0) > width) tooLong.push(`${table}.${name}`);
      }
    }
    expect(tables.length).toBeGreaterThan(10);
    expect(tooLong).toEqual([]);
  });
});

describe("the query", () => {
  /** What a form sends that is left empty, as the contract writes it. */
  const EMPTY = "state=&seller=&portal=&account=&invoice=&npwp=&nsfp=&period=&from=&to=&q=&limit=&cursor=";
  const lists = apiRoutes({} as never).filter(
    ({ method, query, path }) => method === "get" && takesCursor(query) && !path.includes(":"),
  );
  const items = async (path: string) => (await made(api.call("GET", path))).json["items"] as unknown[];

  test("left empty it asks for nothing", async () => {
    expect(lists.length).toBeGreaterThan(8);
    for (const { path } of lists)
      expect([path, (await api.call("GET", `${path}?${EMPTY}`)).status]).toEqual([path, 200]);
    const all = await items("/companies");
    expect([all.length > 0, await items(`/companies?${EMPTY}`)]).toEqual([true, all]);
    expect((await api.call("GET", "/reconciliation?from=&to=")).status).toBe(200);
  });

  test("a cursor that no list has given is malformed", async () => {
    for (const { path } of lists) {
      const answer = await api.call("GET", `${path}?cursor=zzz`);
      expect([path, ...refusal(answer)]).toEqual([path, 400, "malformed"]);
      expect(answer.problem.faults?.map((fault) => fault.path)).toEqual(["/cursor"]);
    }
  });

  function takesCursor(query: unknown): boolean {
    const shape = (query as { shape?: object } | undefined)?.shape;
    return shape !== undefined && "cursor" in shape;
  }
});
