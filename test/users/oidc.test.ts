/**
 * Proves sign-in with a company's own accounts against a provider written here: who comes in, and that a token with a
 * wrong nonce, audience, issuer, age or signature, an unverified address or a disabled user opens nothing.
 */
import { changeAccess, createUser } from "../../src/users/manage";
import { newId } from "../../src/ids";
import { describeCause } from "../../src/log";
import { openDb } from "../../src/store/db";
import { userByEmail } from "../../src/store/users";
import { createOidc, type OidcDoor, type OidcIdentity } from "../../src/users/oidc";
import { startApi, type TestApi } from "../support/api";
import { CLIENT, startProvider, type Provider } from "../support/oidc-provider";

let provider: Provider;
let api: TestApi;
let mapped: TestApi;
const realNow = () => new Date(performance.timeOrigin + performance.now());

const start = (roleClaim: string | null) =>
  startApi((config) => ({ ...config, oidc: { ...asking, issuer: provider.issuer, roleClaim } }));
const asking = { ...CLIENT, scopes: "openid email" };

beforeAll(async () => {
  provider = await startProvider(realNow);
  api = await start(null);
  mapped = await start("groups");
  const { db, clock, seal } = api.app;
  const d = { db, clock, seal, newId };
  await createUser(d, { email: "sari@hosting.example", role: "finance", password: null }, "test");
  const gone = await createUser(
    d,
    { email: "keluar@hosting.example", role: "finance", password: null },
    "test",
  );
  await changeAccess(d, gone.id, { state: "disabled" }, "test");
});
afterAll(async () => {
  await api.close();
  await mapped.close();
  await provider.close();
});

const SARI = { email: "sari@hosting.example", email_verified: true };
const SARI_HALF = { email: SARI.email };
const cookieOf = (answer: Response, name: string): string =>
  answer.headers
    .getSetCookie()
    .find((one) => one.startsWith(name) && !one.includes("Max-Age=0"))
    ?.split(";")[0] ?? "";

/** The whole way round, as a browser goes it; `bend` changes the address it comes back with. */
async function goRound(
  at: TestApi,
  bend: (back: URL) => void = () => undefined,
  back = "",
): Promise<Response> {
  const left = await fetch(`${at.url}/console/oidc${back}`, { redirect: "manual" });
  const cookie = cookieOf(left, "faktur_oidc");
  const there = await fetch(left.headers.get("location") ?? "", { redirect: "manual" });
  const returning = new URL(there.headers.get("location") ?? "");
  bend(returning);
  const address = `${at.url}${returning.pathname}${returning.search}`;
  return fetch(address, { redirect: "manual", headers: { cookie } });
}

test("somebody on the list comes in by a verified address, and is led where they wanted", async () => {
  provider.next(SARI);
  const answer = await goRound(api, undefined, "?ke=/console/faktur");
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/console/faktur"]);
  const page = await fetch(`${api.url}/console/akun`, {
    headers: { cookie: cookieOf(answer, "faktur_session") },
  });
  expect(await page.text()).toContain("sari@hosting.example");
});

test("the sign-in page has the button only where it is set", async () => {
  expect(await (await fetch(`${api.url}/console/masuk`)).text()).toContain("/console/oidc");
  const plain = await startApi();
  expect(await (await fetch(`${plain.url}/console/masuk`)).text()).not.toContain("/console/oidc");
  expect((await fetch(`${plain.url}/console/oidc`, { redirect: "manual" })).status).not.toBe(303);
  await plain.close();
});

describe("of a provider that tells the address at its userinfo alone", () => {
  test("somebody on the list comes in by it", async () => {
    provider.next({}, { userinfo: SARI });
    expect((await goRound(api)).status).toBe(303);
  });

  test("somebody new gets the role named there", async () => {
    const email = "baru.userinfo@hosting.example";
    provider.next({ email, email_verified: true }, { userinfo: { groups: ["support"] } });
    expect((await goRound(mapped)).status).toBe(303);
    expect((await userByEmail(mapped.app.db.knex, email))?.role).toBe("support");
  });

  test.each([
    ["what is told of another person", {}, { ...SARI, sub: "u2" }],
    ["an unverified address", {}, { ...SARI, email_verified: false }],
    [
      "the token's address, of which only the userinfo says it is verified",
      SARI_HALF,
      { email_verified: true },
    ],
    [
      "the token's address, where the userinfo verifies another",
      SARI_HALF,
      { ...SARI, email: "x@y.example" },
    ],
    ["an address that the token calls unverified", { ...SARI_HALF, email_verified: false }, SARI],
    ["a failure there", {}, { sub: 1 }],
  ])("%s opens nothing", async (_what, claims, userinfo) => {
    provider.next(claims, { userinfo });
    expect((await goRound(api)).status).toBe(401);
  });
});

/** Through a door of its own, as far as who came. */
async function passThrough(door: OidcDoor): Promise<OidcIdentity> {
  const { address, pending } = await door.begin();
  const there = await fetch(address, { redirect: "manual" });
  return door.finish(new URL(there.headers.get("location") ?? "").search, pending);
}

const doorTo = ({ issuer }: Provider) =>
  createOidc({ ...asking, issuer, roleClaim: null }, "http://127.0.0.1/kembali");

test("a provider that takes the secret in the body alone gets it there", async () => {
  const strict = await startProvider(realNow, "body");
  strict.next(SARI);
  expect((await passThrough(doorTo(strict))).email).toBe(SARI.email);
  await strict.close();
});

test("a provider that has changed its key is believed from the second try on", async () => {
  const rotating = await startProvider(realNow);
  const door = doorTo(rotating);
  rotating.next(SARI);
  await passThrough(door);
  rotating.rotate();
  await expect(passThrough(door)).rejects.toMatchObject({ code: "unauthorized" });
  expect((await passThrough(door)).email).toBe(SARI.email);
  await rotating.close();
});

test("it is asked for what is set, and what it says was wrong is told to the operator", async () => {
  const options = { ...asking, scopes: "openid email groups", issuer: provider.issuer, roleClaim: "groups" };
  const door = createOidc(options, "http://127.0.0.1/kembali");
  const { address, pending } = await door.begin();
  expect(new URL(address).searchParams.get("scope")).toBe("openid email groups");
  const said = `?error=access_denied&error_description=not+assigned&state=${pending.state}`;
  const failure = await door.finish(said, pending).catch((thrown: unknown) => thrown);
  expect(describeCause((failure as Error).cause)).toMatch(/^Error: access_denied: not assigned <- /);
});

const old = () => Math.floor(realNow().getTime() / 1000) - 7200;

test.each([
  ["a wrong nonce", () => ({ ...SARI, nonce: "lain" }), {}],
  ["no nonce", () => ({ ...SARI, nonce: undefined }), {}],
  ["another audience", () => ({ ...SARI, aud: "program-lain" }), {}],
  ["another issuer", () => ({ ...SARI, iss: "https://lain.example" }), {}],
  ["an expired token", () => ({ ...SARI, iat: old() - 300, exp: old() }), {}],
  ["a signature of another key", () => SARI, { foreignKey: true }],
  ["an unverified address", () => ({ ...SARI, email_verified: false }), {}],
  ["no word on the address", () => ({ email: SARI.email }), {}],
  ["a stranger", () => ({ ...SARI, email: "siapa@luar.example" }), {}],
  ["a disabled user", () => ({ ...SARI, email: "keluar@hosting.example" }), {}],
] as const)("%s opens nothing", async (_what, claims, bend) => {
  provider.next(claims(), bend);
  const answer = await goRound(api);
  expect(answer.status).toBe(401);
  expect(cookieOf(answer, "faktur_session")).toBe("");
  expect(await userByEmail(api.app.db.knex, "siapa@luar.example")).toBeUndefined();
});

test("another state, a code that was used, and an answer without its cookie open nothing", async () => {
  provider.next(SARI);
  expect((await goRound(api, (back) => back.searchParams.set("state", "lain"))).status).toBe(401);
  expect((await goRound(api, (back) => back.searchParams.set("code", "lain"))).status).toBe(401);
  const bare = await fetch(`${api.url}/console/oidc/kembali?code=x&state=y`, { redirect: "manual" });
  expect(bare.status).toBe(401);
});

test("two sign-ins that were begun side by side both come back", async () => {
  provider.next(SARI);
  const begun = [await begin(api), await begin(api)];
  const jar = new Map(begun.map(({ cookie }) => cookie.split("=") as [string, string]));
  for (const { back } of begun) {
    const cookie = [...jar].map((one) => one.join("=")).join("; ");
    const answer = await fetch(back, { redirect: "manual", headers: { cookie } });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/console"]);
    for (const gone of answer.headers.getSetCookie().filter((one) => one.includes("Max-Age=0")))
      jar.delete(gone.split("=")[0] ?? "");
  }
  expect([...jar.keys()]).toEqual([]);
});

/** As far as the provider: what the browser keeps meanwhile, and where it comes back to. */
async function begin(at: TestApi): Promise<{ readonly cookie: string; readonly back: string }> {
  const left = await fetch(`${at.url}/console/oidc`, { redirect: "manual" });
  const there = await fetch(left.headers.get("location") ?? "", { redirect: "manual" });
  const { pathname, search } = new URL(there.headers.get("location") ?? "");
  return { cookie: cookieOf(left, "faktur_oidc"), back: `${at.url}${pathname}${search}` };
}

test("the first sign-in of somebody in two windows at once lets both in, as one user", async () => {
  const email = "dua@hosting.example";
  provider.next({ email, email_verified: true, groups: ["finance"] });
  const begun = [await begin(mapped), await begin(mapped)];
  const held = openDb(mapped.app.config.databaseUrl, 1);
  // Neither can be written before both were looked for.
  await held.knex.raw("BEGIN IMMEDIATE");
  const looked = new Promise<void>((resolve) => {
    let looks = 0;
    mapped.app.db.knex.on("query-response", (_rows: unknown, { bindings }: { bindings?: unknown[] }) => {
      looks += bindings?.includes(email) === true ? 1 : 0;
      if (looks === 2) resolve();
    });
  });
  const coming = begun.map(({ back, cookie }) => fetch(back, { redirect: "manual", headers: { cookie } }));
  await looked;
  await held.knex.raw("ROLLBACK");
  await held.close();
  const answers = await Promise.all(coming);
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  expect(answers.map((one) => cookieOf(one, "faktur_session") !== "")).toEqual([true, true]);
  const users = await mapped.app.db.knex("users").where({ email });
  expect(users).toMatchObject([{ role: "finance", state: "active" }]);
  const made = { action: "user.created", subject: `user:${(users as { id: string }[])[0]?.id ?? ""}` };
  expect(await mapped.app.db.knex("audit").where(made)).toHaveLength(1);
});

test("an answer that comes after ten minutes is too late", async () => {
  provider.next(SARI);
  const answer = await goRound(api, () => api.clock.pass(601));
  expect(answer.status).toBe(401);
});

test("a role claim makes a user once, by the strongest role it names; other groups make nobody", async () => {
  provider.next({ ...SARI, email: "baru@hosting.example", groups: ["staf", "viewer", "finance"] });
  expect((await goRound(mapped)).status).toBe(303);
  expect(await userByEmail(mapped.app.db.knex, "baru@hosting.example")).toMatchObject({ role: "finance" });
  provider.next({ ...SARI, email: "baru@hosting.example", groups: ["admin"] });
  expect((await goRound(mapped)).status).toBe(303);
  expect(await userByEmail(mapped.app.db.knex, "baru@hosting.example")).toMatchObject({ role: "finance" });
  provider.next({ ...SARI, email: "lain@hosting.example", groups: ["staf"] });
  expect((await goRound(mapped)).status).toBe(401);
});
