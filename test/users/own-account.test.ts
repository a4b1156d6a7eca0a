/**
 * Proves what a person has of their own account: common passwords refused (ASVS 2.1.7), mails about what happens to it
 * (2.2.3), a password made by somebody else changed first (2.5.4), a list of sessions with an end to the others (3.3.4),
 * a second factor where the role needs one (4.3.1); and that wrong API tokens of one source are held up, right ones never.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { csrfOf } from "../../src/console/csrf";
import { SESSION_COOKIE } from "../../src/console/desk";
import { newId } from "../../src/ids";
import { changePassword, createUser, disableTotp, enableTotp, resetPassword } from "../../src/users/manage";
import { openSession, type Origin } from "../../src/users/sign-in";
import { hashOfToken } from "../../src/users/token-hash";
import { newTotpSecret, totpNow } from "../../src/users/totp";
import { made, startApi, type TestApi } from "../support/api";
import { PASSWORD } from "../support/console";

let api: TestApi;
let users = 0;
beforeAll(async () => {
  api = await startApi((config) => ({ ...config, requireTotp: ["admin"] }));
});
afterAll(() => api.close());

const people = () => ({ ...api.app, clock: api.clock, newId, requireTotp: ["admin" as const] });
const make = (role: "admin" | "viewer", lent = false) =>
  createUser(
    people(),
    { email: `orang${(users += 1)}@hosting.example`, role, password: PASSWORD, lent },
    "test",
  );

type Person = Awaited<ReturnType<typeof make>>;
const enter = (user: Person, from: Partial<Origin & { way: "password" | "oidc" }> = {}) =>
  openSession(people(), user, api.clock.now(), {
    source: "192.0.2.1",
    agent: "Peramban/1",
    way: "password",
    ...from,
  });

const visit = async (session: string, path: string) => {
  const answer = await fetch(`${api.url}/console${path}`, {
    redirect: "manual",
    headers: { cookie: `${SESSION_COOKIE}=${session}` },
  });
  return { status: answer.status, to: answer.headers.get("location"), text: await answer.text() };
};

const send = (session: string, path: string, fields: Record<string, string>) =>
  fetch(`${api.url}/console${path}`, {
    ...{ method: "POST", redirect: "manual", headers: { cookie: `${SESSION_COOKIE}=${session}` } },
    body: new URLSearchParams({ ...fields, _csrf: csrfOf(session) }),
  });

async function told(user: Person): Promise<string[]> {
  await api.app.worker.drain();
  const outbox = join(api.folder, "outbox");
  const names = (existsSync(outbox) ? readdirSync(outbox) : []).filter((name) => name.endsWith(".eml"));
  const mails = await Promise.all(names.map((name) => PostalMime.parse(readFileSync(join(outbox, name)))));
  return mails
    .filter((mail) => mail.to?.[0]?.address === user.email)
    .map((mail) => `${mail.subject ?? ""}\n${mail.text ?? ""}`);
}

test.each([
  "password1234",
  "qwerty123456",
  "1q2w3e4r5t6y",
  "rahasiarahasia",
  "P@ssw0rd2026!",
  "Jakarta20262026",
  "adminadmin123",
  "hostinghosting1",
])("the password %j is one of the common ones", async (password) => {
  const wish = { email: "baru@hosting.example", role: "viewer" as const, password };
  await expect(createUser(people(), wish, "test")).rejects.toMatchObject({
    faults: [{ code: "password_known" }],
  });
});

test.each([PASSWORD, "empat ekor kuda lain", "correct horse battery staple", "x7#kQ2!vLm9@"])(
  "the password %j is taken",
  async (password) => {
    const wish = { email: `baru${(users += 1)}@hosting.example`, role: "viewer" as const, password };
    expect((await createUser(people(), wish, "test")).state).toBe("active");
  },
);

test("a changed password, a reset, the second factor and a sign-in from a new address are mailed; the first is no news", async () => {
  const user = await make("viewer");
  const session = hashOfToken(await enter(user));
  await enter(user);
  expect(await told(user)).toEqual([]);
  await changePassword(people(), user.id, PASSWORD, "lima ekor kuda lain", session);
  const secret = newTotpSecret();
  const password = "lima ekor kuda lain";
  await enableTotp(people(), user.id, { password, secret, code: totpNow(secret, api.clock.now()) }, session);
  await disableTotp(people(), user.id, "lima ekor kuda lain", session);
  await enter(user, { source: "203.0.113.9" });
  await resetPassword(people(), user.id, "enam ekor kuda lain", "admin");
  const mails = await told(user);
  const subjects = mails.map((mail) => mail.split("\n")[0]);
  expect(subjects.toSorted()).toEqual([
    "Admin mengatur ulang kata sandi Anda",
    "Kata sandi konsol Anda diganti",
    "Masuk dari alamat baru",
    "Verifikasi dua langkah diaktifkan",
    "Verifikasi dua langkah dimatikan",
  ]);
  expect(mails.find((mail) => mail.startsWith("Masuk"))).toContain("203.0.113.9");
  // Nothing that opens anything.
  expect(mails.join("\n")).not.toMatch(/kuda lain|\/c\//);
});

test("a password that an admin made leads to one's own account and nowhere else, until it is changed", async () => {
  const user = await make("viewer", true);
  const session = await enter(user);
  expect(await visit(session, "/faktur")).toMatchObject({
    status: 303,
    to: "/console/akun?notice=passwordOwed",
  });
  expect((await visit(session, "/akun?notice=passwordOwed")).text).toContain("Ganti dahulu");
  await send(session, "/akun/sandi", { present: PASSWORD, wanted: "tujuh ekor kuda lain" });
  expect((await visit(session, "/faktur")).status).toBe(200);
  const made_ = await made(
    api.call("POST", "/users", { body: { email: "dibuat@hosting.example", role: "viewer" } }),
  );
  const [row] = await api.app.db
    .knex<{ id: string; password_lent: number }>("users")
    .where({ id: String(made_.json["id"]) });
  expect(Boolean(row?.password_lent)).toBe(true);
});

test("a password that an admin made is not changed by typing it again: who made it would know it still", async () => {
  const user = await make("viewer", true);
  const session = await enter(user);
  const same = await send(session, "/akun/sandi", { present: PASSWORD, wanted: PASSWORD });
  expect([same.status, await same.text()]).toEqual([422, expect.stringContaining("masih sama")]);
  expect((await visit(session, "/faktur")).to).toBe("/console/akun?notice=passwordOwed");
});

test("a role that needs a second factor opens nothing without one, and cannot switch it off", async () => {
  const user = await make("admin");
  const session = await enter(user);
  expect(await visit(session, "/")).toMatchObject({ status: 303, to: "/console/akun?notice=totpOwed" });
  // Who comes with the company's account has proved it there.
  expect((await visit(await enter(user, { way: "oidc" }), "/")).status).toBe(200);
  const secret = newTotpSecret();
  const proof = { password: PASSWORD, secret, code: totpNow(secret, api.clock.now()) };
  await enableTotp(people(), user.id, proof, hashOfToken(session));
  expect((await visit(session, "/")).status).toBe(200);
  await expect(disableTotp(people(), user.id, PASSWORD, hashOfToken(session))).rejects.toMatchObject({
    code: "refused",
  });
  const posted = await send(session, "/akun/totp-mati", { password: PASSWORD });
  expect(posted.status).toBe(422);
});

test("one sees one's own sessions, nobody else's, and ends the others", async () => {
  const [user, other] = [await make("viewer"), await make("viewer")];
  const here = await enter(user, { source: "192.0.2.7", agent: "Peramban <script>" });
  const there = await enter(user, { source: "198.51.100.3" });
  const theirs = await enter(other, { source: "203.0.113.50" });
  const { text } = await visit(here, "/akun");
  expect(text).toContain("198.51.100.3");
  expect(text).toContain("Peramban &lt;script&gt;");
  expect(text).not.toContain("203.0.113.50");
  expect((await send(here, "/akun/sesi", {})).headers.get("location")).toContain("sessionsEnded");
  expect([(await visit(here, "/akun")).status, (await visit(there, "/akun")).status]).toEqual([200, 303]);
  expect((await visit(theirs, "/akun")).status).toBe(200);
});

test("a session that has ended by being left alone is no longer shown as one", async () => {
  const user = await make("viewer");
  const here = await enter(user);
  const left = await enter(user, { source: "198.51.100.4" });
  api.clock.pass(100 * 60);
  expect((await visit(here, "/akun")).text).toContain("198.51.100.4");
  api.clock.pass(30 * 60);
  expect((await visit(here, "/akun")).text).not.toContain("198.51.100.4");
  expect((await visit(left, "/akun")).status).toBe(303);
});

test("sessions that were opened without the second factor end when it is switched on", async () => {
  const user = await make("viewer");
  const [here, there] = [await enter(user), await enter(user)];
  const secret = newTotpSecret();
  const proof = { password: PASSWORD, secret, code: totpNow(secret, api.clock.now()) };
  await enableTotp(people(), user.id, proof, hashOfToken(here));
  expect([(await visit(here, "/akun")).status, (await visit(there, "/akun")).status]).toEqual([200, 303]);
});

test("the second factor is switched on with one's password; who has none here needs none", async () => {
  const user = await make("viewer");
  const secret = newTotpSecret();
  const code = totpNow(secret, api.clock.now());
  for (const password of ["", "salah sama sekali"])
    await expect(enableTotp(people(), user.id, { password, secret, code }, "none")).rejects.toMatchObject({
      code: "refused",
    });
  for (let time = 0; time < 4; time += 1)
    await enableTotp(people(), user.id, { password: "salah", secret, code }, "none").catch(() => undefined);
  const right = enableTotp(people(), user.id, { password: PASSWORD, secret, code }, "none");
  await expect(right).rejects.toMatchObject({ code: "too_many" });
  const guest = await createUser(
    people(),
    { email: "tamu@hosting.example", role: "viewer", password: null },
    "test",
  );
  expect(await enableTotp(people(), guest.id, { password: "", secret, code }, "none")).toHaveLength(8);
});

test("wrong API tokens of one source are held up after a thousand, a right one from there never", async () => {
  const statuses: number[] = [];
  for (let time = 0; time < 1_002; time += 1) {
    statuses.push((await api.call("GET", "/fakturs", { token: `fkt_${time}` })).status);
  }
  expect(statuses).toEqual([...Array.from({ length: 1_000 }, () => 401), 429, 429]);
  expect((await api.call("GET", "/fakturs")).status).toBe(200);
  // No token at all is no guess.
  expect((await api.call("GET", "/fakturs", { token: null })).status).toBe(401);
  api.clock.pass(301);
  expect((await api.call("GET", "/fakturs", { token: "fkt_x" })).status).toBe(401);
});
