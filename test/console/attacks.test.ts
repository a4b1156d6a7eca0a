/**
 * Proves what an attacker of the console meets, over plain HTTP without a browser: guessing, floods, codes used twice,
 * cookies brought along, forms that carry more than they may.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { request as plainRequest } from "node:http";
import { join } from "node:path";
import { consolePages } from "../../src/console/console";
import { newId } from "../../src/ids";
import { packageRoot } from "../../src/package";
import { totpNow } from "../../src/users/totp";
import { changePassword, createUser, enableTotp } from "../../src/users/manage";
import { giveCode, signIn } from "../../src/users/sign-in";
import { TRIES_PER_PAIR, TRIES_PER_SOURCE } from "../../src/users/user-rules";
import { userByEmail } from "../../src/store/users";
import { startApi, type TestApi } from "../support/api";
import { createPeople, emailOf, PASSWORD } from "../support/console";

let api: TestApi;
beforeAll(async () => {
  api = await startApi((config) => ({ ...config, trustProxy: 1 }));
  await createPeople(api, ["admin", "finance", "support", "viewer"]);
});
afterAll(() => api.close());
beforeEach(() => api.clock.pass(16 * 60));

const users = () =>
  ({ ...api.app, clock: api.clock, newId, requireTotp: [], log: { warn: () => undefined } }) as never;

interface Guest {
  readonly cookie: string;
  readonly csrf: string;
}

const cookiesOf = (answer: Response): readonly string[] =>
  answer.headers.getSetCookie().map((one) => one.split(";")[0] ?? "");

async function comeIn(): Promise<Guest> {
  const page = await fetch(`${api.url}/console/masuk`);
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
  return { cookie: cookiesOf(page).join("; "), csrf };
}

/** One try at the form, from an address of its own. */
async function tried(email: string, password: string, from: string, more = ""): Promise<Response> {
  const { cookie, csrf } = await comeIn();
  return fetch(`${api.url}/console/masuk`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: `${cookie}${more}`, "x-forwarded-for": from },
    body: new URLSearchParams({ _csrf: csrf, email, password }),
  });
}

const alertOf = async (answer: Response): Promise<string> =>
  /role="alert"[^>]*>([\s\S]*?)<\/div>/.exec(await answer.text())?.[1] ?? "";

const sessionOf = (answer: Response): string =>
  cookiesOf(answer).find((one) => one.startsWith("faktur_session=")) ?? "";

const statusOf = async (cookie: string): Promise<number> =>
  (await fetch(`${api.url}/console/akun`, { redirect: "manual", headers: { cookie } })).status;

test("signing in rightly, again and again from one place, is no guessing", async () => {
  for (let time = 0; time < TRIES_PER_SOURCE + 2; time += 1) {
    expect((await tried(emailOf("finance"), PASSWORD, "203.0.113.77")).status).toBe(303);
  }
});

test("a right sign-in forgives its own try, never the wrong ones before it", async () => {
  const from = "203.0.113.78";
  for (let time = 0; time < TRIES_PER_PAIR - 1; time += 1) await tried(emailOf("viewer"), "salah", from);
  expect((await tried(emailOf("viewer"), PASSWORD, from)).status).toBe(303);
  await tried(emailOf("viewer"), "salah", from);
  expect((await tried(emailOf("viewer"), PASSWORD, from)).status).not.toBe(303);
});

test("wrong passwords are answered the same whether the address is known or not", async () => {
  const answers: string[][] = [[], []];
  for (const [index, email] of [emailOf("support"), "nobody@hosting.example"].entries())
    for (let time = 1; time <= 7; time += 1) {
      const answer = await tried(email, "salah sama sekali", `192.0.2.${index + 1}`);
      answers[index]?.push(`${answer.status} ${await alertOf(answer)}`);
    }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.at(-1)).toMatch(/^429 /);
});

test("one source that guesses does not keep the owner out", async () => {
  for (let time = 1; time <= 25; time += 1)
    await tried(emailOf("finance"), "salah sama sekali", "192.0.2.9").then((one) => one.text());
  expect((await tried(emailOf("finance"), PASSWORD, "192.0.2.10")).status).toBe(303);
});

test("many sources that guess rest the account, and nobody is told", async () => {
  for (let source = 1; source <= 20; source += 1)
    await tried(emailOf("viewer"), "salah sama sekali", `198.51.100.${source}`).then((one) => one.text());
  const answer = await tried(emailOf("viewer"), PASSWORD, "192.0.2.77");
  expect(answer.status).toBe(401);
  api.clock.pass(16 * 60);
  expect((await tried(emailOf("viewer"), PASSWORD, "192.0.2.77")).status).toBe(303);
});

test("tries that come at once from many sources find the account at rest after as many as one after another", async () => {
  const email = emailOf("viewer");
  const from = (source: number) => ({ email, source: `2001:db8:0:${source}::/64` });
  const wrong = Array.from({ length: 60 }, (_one, source) => ({
    ...from(source),
    password: "salah sama sekali",
  }));
  const answers = await Promise.all(
    [...wrong, { ...from(60), password: PASSWORD }].map((one) => signIn(users(), one)),
  );
  expect(answers.map(({ kind }) => kind)).toEqual(answers.map(() => "wrong"));
});

test("the addresses of one IPv6 network are one source", async () => {
  const statuses: number[] = [];
  for (let host = 1; host <= 21; host += 1) {
    const answer = await tried(
      `someone${host}@hosting.example`,
      "salah",
      `2001:db8:1:2::${host.toString(16)}`,
    );
    statuses.push(answer.status);
    await answer.text();
  }
  expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
  expect(statuses[20]).toBe(429);
});

test("a recovery code lets one in and not two, and the others stay used", async () => {
  const user = await userByEmail(api.app.db.knex, emailOf("support"));
  if (user === undefined) throw new Error("no user");
  const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  const codes = await enableTotp(
    users(),
    user.id,
    { password: PASSWORD, secret, code: totpNow(secret, api.clock.now()) },
    "none",
  );
  // 80 bits, in groups; typed without them, in capitals, it is the same code.
  expect(codes.filter((code) => !/^[0-9a-f]{5}(-[0-9a-f]{5}){3}$/.test(code))).toEqual([]);
  const asked = await signIn(users(), { email: user.email, password: PASSWORD, source: "192.0.2.30" });
  if (asked.kind !== "codeNeeded") throw new Error(asked.kind);
  const give = (code: string) =>
    giveCode(users(), asked.pending, code, { source: "192.0.2.30", agent: null });
  const same = await Promise.all([
    give(codes[0] ?? ""),
    give(codes[0]?.replaceAll("-", " ").toUpperCase() ?? ""),
  ]);
  expect(same.filter(({ kind }) => kind === "in")).toHaveLength(1);
  const left = async () => {
    const row = await userByEmail(api.app.db.knex, user.email);
    return (JSON.parse(row?.recovery ?? "[]") as string[]).length;
  };
  expect(await left()).toBe(7);
  const two = await Promise.all([give(codes[1] ?? ""), give(codes[2] ?? "")]);
  const spent = two.filter(({ kind }) => kind === "in").length;
  expect(spent).toBeGreaterThan(0);
  expect(await left()).toBe(7 - spent);
});

test("a recovery code of before, shorter and without groups, opens still", async () => {
  const user = await userByEmail(api.app.db.knex, emailOf("support"));
  if (user === undefined) throw new Error("no user");
  const old = createHash("sha256").update("0123456789ab").digest("hex");
  await api.app.db
    .knex("users")
    .where({ id: user.id })
    .update({ recovery: JSON.stringify([old]) });
  const asked = await signIn(users(), { email: user.email, password: PASSWORD, source: "192.0.2.32" });
  if (asked.kind !== "codeNeeded") throw new Error(asked.kind);
  const given = await giveCode(users(), asked.pending, "0123456789ab", { source: "192.0.2.32", agent: null });
  expect(given.kind).toBe("in");
});

test("a refusal writes the same rows whether the address is known, resting, disabled or nobody's", async () => {
  const { knex } = api.app.db;
  const made = { role: "viewer" as const, password: PASSWORD };
  const people = { ...api.app, clock: api.clock, newId };
  for (const name of ["dikenal", "istirahat", "nonaktif"])
    await createUser(people, { ...made, email: `${name}@hosting.example` }, "test");
  await createUser(people, { ...made, email: "oidc@hosting.example", password: null }, "test");
  await knex("users").where("email", "istirahat@hosting.example").update({ locked_until: "2999-01-01" });
  await knex("users").where("email", "nonaktif@hosting.example").update({ state: "disabled" });
  // What earlier tests have left in the counts is forgotten with the first try.
  await signIn(users(), { email: "lain@hosting.example", password: "salah", source: "192.0.2.49" });
  const seen: Record<string, unknown>[] = [];
  for (const name of ["dikenal", "istirahat", "nonaktif", "oidc", "siapa"]) {
    let transactions = 0;
    const db = {
      ...api.app.db,
      transaction: (work: never) => {
        transactions += 1;
        return api.app.db.transaction(work);
      },
    };
    const rows = async () => Number((await knex("sign_in_tries").count({ n: "*" }))[0]?.["n"]);
    const before = await rows();
    const source = `192.0.2.5${seen.length}`;
    const d = { ...(users() as object), db } as never;
    const { kind } = await signIn(d, { email: `${name}@hosting.example`, password: "salah", source });
    seen.push({ kind, transactions, rows: (await rows()) - before });
  }
  expect(seen).toEqual(Array.from({ length: 5 }, () => ({ kind: "wrong", transactions: 3, rows: 3 })));
  const [known] = await knex<{ failures: number }>("users").where("email", "dikenal@hosting.example");
  expect(known?.failures).toBe(1);
});

test("a code proves nothing once the password was changed meanwhile", async () => {
  const user = await userByEmail(api.app.db.knex, emailOf("support"));
  if (user === undefined) throw new Error("no user");
  const asked = await signIn(users(), { email: user.email, password: PASSWORD, source: "192.0.2.31" });
  if (asked.kind !== "codeNeeded") throw new Error(asked.kind);
  await changePassword(users(), user.id, PASSWORD, "empat ekor kuda lain", "none");
  const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  const code = totpNow(secret, api.clock.now());
  expect((await giveCode(users(), asked.pending, code, { source: "192.0.2.31", agent: null })).kind).toBe(
    "wrong",
  );
});

test("whoever holds a session cannot try passwords without end", async () => {
  const user = await userByEmail(api.app.db.knex, emailOf("admin"));
  if (user === undefined) throw new Error("no user");
  const guess = () => changePassword(users(), user.id, "salah", "lima ekor kuda lain", "none");
  for (let time = 1; time <= 5; time += 1) await expect(guess()).rejects.toMatchObject({ code: "refused" });
  await expect(guess()).rejects.toMatchObject({ code: "too_many" });
  const right = changePassword(users(), user.id, PASSWORD, "lima ekor kuda lain", "none");
  await expect(right).rejects.toMatchObject({ code: "too_many" });
});

test("signing in makes a new session, ends the one brought along and drops the guest's cookie", async () => {
  const first = await tried(emailOf("finance"), PASSWORD, "192.0.2.40");
  const session = sessionOf(first);
  expect(first.headers.getSetCookie().some((one) => /^faktur_guest=;.*Max-Age=0/.test(one))).toBe(true);
  expect(await statusOf(session)).toBe(200);
  const page = await fetch(`${api.url}/console/akun`, { headers: { cookie: session } });
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
  const second = await fetch(`${api.url}/console/masuk`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: session, "x-forwarded-for": "192.0.2.41" },
    body: new URLSearchParams({ _csrf: csrf, email: emailOf("finance"), password: PASSWORD }),
  });
  expect(sessionOf(second)).not.toBe(session);
  expect(await statusOf(sessionOf(second))).toBe(200);
  expect(await statusOf(session)).toBe(303);
});

/** Announces a body and never sends it: whoever reads before judging would wait for it. */
const announced = (path: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(15_000);
    const request = plainRequest(`${api.url}${path}`, { method: "POST", headers, signal }, (answer) => {
      resolve(answer.statusCode ?? 0);
      request.destroy();
    });
    request.on("error", reject);
    request.write("-");
  });

const FILES = { "content-type": "multipart/form-data; boundary=x" };

test("forms before the sign-in, and forms without files, take no files", async () => {
  for (const path of ["/console/masuk", "/console/keluar", "/c/baru", "/c/alamat/x", "/c/x/koreksi"])
    expect([path, await announced(path, { ...FILES, "content-length": "1000000" })]).toEqual([path, 400]);
  const cookie = sessionOf(await tried(emailOf("finance"), PASSWORD, "192.0.2.50"));
  const wanted = { ...FILES, cookie, "content-length": "1000000" };
  expect(await announced("/console/persetujuan/setuju", wanted)).toBe(400);
});

test("every form of a page that carries files is one that takes them", () => {
  const folder = join(packageRoot(), "templates", "console");
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  const forms = lines
    .filter((line) => line.includes("multipart/form-data"))
    .map((line) => /to\("([\w-]+)"\)|\/([\w-]+)"/.exec(line.slice(line.indexOf("action="))))
    .map((match) => match?.[1] ?? match?.[2] ?? "unnamed");
  const pages = consolePages(api.app.web as never);
  const taking = pages.flatMap(({ acts = [] }) =>
    acts.filter((act) => act.takesFiles).map((act) => act.name),
  );
  expect(forms.length).toBeGreaterThan(2);
  expect(forms.filter((name) => !taking.includes(name))).toEqual([]);
});

test.each(["/console/faktur/%ZZ", "/c/%ZZ", "/c/%ZZ/faktur/1"])(
  "%s is no page, and no failure of ours",
  async (path) => {
    expect((await fetch(`${api.url}${path}`, { redirect: "manual" })).status).toBe(404);
  },
);

test("a broken cookie of the second step is a wrong one", async () => {
  const { cookie, csrf } = await comeIn();
  const answer = await fetch(`${api.url}/console/masuk`, {
    method: "POST",
    headers: { cookie: `${cookie}; faktur_pending=%ZZ`, "x-forwarded-for": "192.0.2.70" },
    body: new URLSearchParams({ _csrf: csrf, code: "123456" }),
  });
  expect(answer.status).toBe(401);
});

test("what is too large, of no known size, or not for this role is refused before it is read", async () => {
  const finance = sessionOf(await tried(emailOf("finance"), PASSWORD, "192.0.2.60"));
  const viewer = sessionOf(await tried(emailOf("viewer"), PASSWORD, "192.0.2.61"));
  const path = "/console/pengaturan/kurs/impor";
  const large = { ...FILES, "content-length": "60000000" };
  expect(await announced(path, { ...large, cookie: finance })).toBe(400);
  expect(await announced(path, { ...FILES, cookie: finance, "transfer-encoding": "chunked" })).toBe(400);
  expect(await announced(path, { ...FILES, cookie: viewer, "content-length": "1000" })).toBe(403);
});
