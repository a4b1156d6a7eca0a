/**
 * The command line as people and scripts use it: the built program run as a real process (its usage in this one, where that
 * says the same). Exit codes, what is on stdout and what on stderr, that a person never sees a stack trace unless asked
 * for, and what every check says when it fails.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { MIGRATIONS } from "../../migrations";
import { callerOf } from "../../src/api/tokens";
import { systemClock } from "../../src/clock";
import { openCertificate, signPdf } from "../../src/faktur/sign/sign";
import { drawPaper } from "../../src/faktur/pdf/draw";
import { openDb } from "../../src/store/db";
import { savePortal } from "../../src/store/portals";
import { saveSeller } from "../../src/store/sellers";
import { furnish, made, pay, sellerBody, settle, startApi, startSimulator } from "../support/api";
import { closeFurnished } from "../support/furnished";
import { makeP12 } from "../support/certificates";
import { command } from "../support/command";
import { makePaper } from "../support/papers";
import { AT, sellerData } from "../support/rows";
import { CHECKOUT, ENOUGH, MASTER_KEY, newFolder, run, runUnread, type Ran } from "./run";

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const faktur = (args: readonly string[], env: Readonly<Record<string, string>> = ENOUGH) =>
  run(args, { folder, env });
/** The same in this process, over the files that a process in the folder would have. */
const here = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  command(args, {
    ...{ ...ENOUGH, FAKTUR_DATABASE_URL: `sqlite:${folder}/data/faktur.db` },
    ...{
      FAKTUR_DOCUMENTS_URL: `file:${folder}/data/documents`,
      FAKTUR_MAIL_URL: `file:${folder}/data/outbox`,
    },
    ...env,
  });
const noStack = (ran: Pick<Ran, "out" | "err">) =>
  expect(`${ran.out}${ran.err}`).not.toMatch(/^\s+at .+:\d+/m);

describe("usage", () => {
  test.each([
    [["--help"], "explain"],
    [["demo", "--help"], "--once"],
    [["start", "--help"], "--no-migrate"],
    [["migrate", "--help"], "--json"],
    [["doctor", "--help"], "--json"],
    [["token", "--help"], "create"],
    [["token", "create", "--help"], "--role"],
    [["explain", "--help"], "--json"],
    [["verify", "--help"], "--json"],
    [["audit", "--help"], "verify"],
    [["audit", "verify", "--help"], "--json"],
    [["simulate", "--help"], "authority"],
    [["simulate", "authority", "--help"], "--token"],
  ])("%j explains itself, exit 0", async (args, mentions) => {
    const ran = await command(args, {});
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toContain(mentions);
  });

  test.each([
    [[]],
    [["nonsense"]],
    [["migrate", "--nonsense"]],
    [["explain", "toko"]],
    [["explain", "toko", "1", "2"]],
    [["token", "create", "--name", "x"]],
    [["token", "create", "--name", "x", "--role", "king"]],
    [["token", "create", "--name", " ", "--role", "admin"]],
    [["token", "create", "--name", "x".repeat(101), "--role", "admin"]],
    [["user", "create", "--email", "nobody", "--role", "admin"]],
    [["demo", "--invoices", "0"]],
    [["simulate", "authority", "--port", "70000"]],
    [["verify"]],
  ])("%j is wrong usage: exit 2, words on stderr only", async (args) => {
    const ran = await command(args, ENOUGH);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    if (args.length > 0) expect(ran.err).toMatch(/--help di belakang.* \/ .*--help behind/);
    expect(ran.err).not.toBe("");
    noStack(ran);
  });

  test("as a process of its own it says and returns the same", async () => {
    for (const args of [["--help"], ["migrate", "--nonsense"], ["verify"]])
      expect(await faktur(args)).toEqual(await command(args, ENOUGH));
  });

  test("the version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")) as {
      version: string;
    };
    expect((await faktur(["--version"], {})).out.trim()).toBe(version);
  });

  test("npx faktur works inside the checkout", () => {
    const out = execFileSync("npx", ["faktur", "--help"], {
      cwd: CHECKOUT,
      encoding: "utf8",
      stdio: "pipe",
    });
    expect(out).toContain("Usage: faktur");
  });

  test("a reader that goes away leaves no stack trace behind", async () => {
    for (const args of [["--help"], ["doctor", "--json"], ["migrate"]]) {
      expect((await runUnread(args, { folder, env: ENOUGH })).err).toBe("");
    }
  });
});

describe("configuration", () => {
  test("every fault is named at once, exit 2", async () => {
    const ran = await faktur(["migrate"], {
      ...{ FAKTUR_PORT: "80800", FAKTUR_WORKERS: "none", FAKTUR_MASTER_KEY: "c2hvcnQ=" },
      ...{ FAKTUR_DATABASE_URL: "postgres://x", FAKTUR_DOCUMENTS_URL: "s3://bucket" },
    });
    expect([ran.code, ran.out]).toEqual([2, ""]);
    for (const name of ["PORT", "WORKERS", "MASTER_KEY", "DATABASE_URL", "MAIL_FROM"]) {
      expect(ran.err).toContain(`FAKTUR_${name}:`);
    }
    expect(ran.err).toContain("AWS_ACCESS_KEY_ID:");
    expect(ran.err.match(/^ {2}→ .* \/ Set it in the environment/gm)).toHaveLength(1);
    expect(ran.err).not.toContain("c2hvcnQ=");
    noStack(ran);
  });

  test("the demo names a faulty host and port too, before it clears what an earlier one left", async () => {
    const left = join(folder, "data", "demo", "pdf");
    mkdirSync(left, { recursive: true });
    const env = { FAKTUR_HOST: "http://here", FAKTUR_PORT: "80800", FAKTUR_WORKERS: "none" };
    const { code, out, err } = await faktur(["demo", "--once", "--invoices", "1"], env);
    expect([code, out]).toEqual([2, ""]);
    expect([...err.matchAll(/FAKTUR_\w+(?=:)/g)].flat()).toEqual(["FAKTUR_HOST", "FAKTUR_PORT"]);
    expect(existsSync(left)).toBe(true);
  });

  test("what is refused comes with what to do", async () => {
    const ran = await here(["user", "create", "--email", "sari@hosting.example", "--role", "finance"]);
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).toMatch(/fewer than \d+ characters[^]*→ .* \/ Use a short sentence/);
  });

  test("the stack is shown only with --debug", async () => {
    noStack(await faktur(["migrate"], {}));
    expect((await faktur(["--debug", "migrate"], {})).err).toMatch(/^\s+at .+:\d+/m);
  });

  test("a .env file is read, and the environment goes before it", async () => {
    const settings = { ...ENOUGH, FAKTUR_DATABASE_URL: "sqlite:from-file.db" };
    const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"`);
    writeFileSync(join(folder, ".env"), lines.join("\n"));
    expect((await faktur(["migrate"], {})).code).toBe(0);
    expect(existsSync(join(folder, "from-file.db"))).toBe(true);
    expect((await faktur(["migrate"], { FAKTUR_DATABASE_URL: "sqlite:from-env.db" })).code).toBe(0);
    expect(existsSync(join(folder, "from-env.db"))).toBe(true);
  });

  test("the master key may lie in a file", async () => {
    writeFileSync(join(folder, "key"), `${MASTER_KEY}\n`);
    const { FAKTUR_MASTER_KEY: _key, ...rest } = ENOUGH;
    expect((await faktur(["migrate"], { ...rest, FAKTUR_MASTER_KEY_FILE: "key" })).code).toBe(0);
    const missing = await faktur(["migrate"], { ...rest, FAKTUR_MASTER_KEY_FILE: "nowhere" });
    expect([missing.code, missing.err.includes("FAKTUR_MASTER_KEY_FILE")]).toEqual([2, true]);
  });
});

describe("migrate", () => {
  test("brings the database up to date, and a second time finds nothing to do", async () => {
    expect(JSON.parse((await faktur(["migrate", "--json"])).out)).toEqual({
      applied: MIGRATIONS.map((one) => one.name),
    });
    expect(JSON.parse((await faktur(["migrate", "--json"])).out)).toEqual({ applied: [] });
    expect((await faktur(["migrate"])).code).toBe(0);
  });

  test.each([["migrate"], ["start"], ["audit verify"]])(
    "%s refuses a database that is newer",
    async (words) => {
      await here(["migrate"]);
      await inDatabase((knex) =>
        knex("schema_migrations").insert({ name: "9999-later", applied_at: "2030-01-01T00:00:00.000Z" }),
      );
      const ran = await faktur(words.split(" "));
      expect([ran.code, ran.out]).toEqual([1, ""]);
      expect(ran.err).toContain("9999-later");
      noStack(ran);
    },
  );

  test("a database folder that cannot be made is one plain sentence, exit 1", async () => {
    writeFileSync(join(folder, "plain"), "");
    const ran = await faktur(["migrate"], { ...ENOUGH, FAKTUR_DATABASE_URL: "sqlite:plain/faktur.db" });
    expect([ran.code, ran.out, ran.err.includes("FAKTUR_DATABASE_URL")]).toEqual([1, "", true]);
    noStack(ran);
  });
});

type Knex = ReturnType<typeof openDb>["knex"];

/** Does something to the database behind the program's back. */
async function inDatabase(work: (knex: Knex) => PromiseLike<unknown>): Promise<void> {
  const db = openDb(`sqlite:${join(folder, "data", "faktur.db")}`, 1);
  try {
    await work(db.knex);
  } finally {
    await db.close();
  }
}

describe("token create", () => {
  test("prints the token, alone, and the token is let in with its role", async () => {
    const ran = await faktur(["token", "create", "--name", "kasir", "--role", "support"]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toMatch(/^fkt_[\w-]{43}\n$/);
    const db = openDb(`sqlite:${join(folder, "data", "faktur.db")}`, 1);
    const caller = await callerOf({ db, clock: systemClock }, `Bearer ${ran.out.trim()}`);
    const stored: unknown[] = await db.knex("tokens").select();
    await db.close();
    expect(caller).toEqual({ name: "kasir", role: "support" });
    expect(JSON.stringify(stored)).not.toContain(ran.out.trim());
  });

  test("binds the token to a portal that is there, and makes none for another", async () => {
    const create = (portal: string) =>
      here(["token", "create", "--name", "whmcs", "--role", "finance", "--portal", portal]);
    const refused = await create("whmcs");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    await inDatabase(async (knex) => {
      await saveSeller(knex, "utama", sellerData(), AT);
      const sealed = { secrets_sealed: "x", api_sealed: null, options: "{}" };
      await savePortal(knex, "whmcs", { kind: "whmcs", seller: "utama", ...sealed }, AT);
    });
    const made = await create("whmcs");
    const db = openDb(`sqlite:${join(folder, "data", "faktur.db")}`, 1);
    const caller = await callerOf({ db, clock: systemClock }, `Bearer ${made.out.trim()}`);
    await db.close();
    expect([made.code, caller]).toEqual([0, { name: "whmcs", role: "finance", portal: "whmcs" }]);
  });
});

describe("audit verify", () => {
  test("is whole after what was done, broken at the entry that somebody changed", async () => {
    for (const name of ["a", "b", "c"]) await here(["token", "create", "--name", name, "--role", "viewer"]);
    const whole = await here(["audit", "verify", "--json"]);
    const last = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect([whole.code, JSON.parse(whole.out)]).toEqual([0, { kind: "whole", entries: 3, last }]);
    await inDatabase((knex) => knex("audit").where({ sequence: 2 }).update({ actor: "somebody" }));
    const broken = await here(["audit", "verify", "--json"]);
    expect([broken.code, JSON.parse(broken.out)]).toEqual([1, { kind: "broken", at: 2 }]);
    expect((await here(["audit", "verify"])).out).toContain("2");
  });

  test("shows its last hash, by which an end that was taken away is found", async () => {
    for (const name of ["a", "b", "c"]) await here(["token", "create", "--name", name, "--role", "viewer"]);
    const noted = /[0-9a-f]{64}/.exec((await here(["audit", "verify"])).out)?.[0] ?? "";
    await here(["token", "create", "--name", "d", "--role", "viewer"]);
    expect((await here(["audit", "verify", "--noted", noted])).code).toBe(0);
    await inDatabase((knex) => knex("audit").where("sequence", ">", 2).delete());
    expect((await here(["audit", "verify"])).code).toBe(0);
    const cut = await here(["audit", "verify", "--noted", noted, "--json"]);
    expect([cut.code, JSON.parse(cut.out)]).toEqual([1, { kind: "cut", entries: 2 }]);
    expect((await here(["audit", "verify", "--noted", noted])).out).toMatch(/taken away/);
  });
});

describe("verify", () => {
  const file = (bytes: Buffer): string => {
    writeFileSync(join(folder, "faktur.pdf"), bytes);
    return "faktur.pdf";
  };

  async function signed(): Promise<Buffer> {
    const certificate = await openCertificate(makeP12({ kind: "aes", passphrase: "x" }), "x");
    const drawn = await drawPaper(makePaper({ signed: true }), { signatureSpace: 12_000 });
    const info = { reason: "r", location: "l", name: "n", contact: "c" };
    return signPdf(drawn, certificate, new Date("2026-11-03T02:10:00Z"), info);
  }

  test("a signed PDF is valid; one byte changed and it is not; an unsigned one says so", async () => {
    const bytes = await signed();
    const valid = await faktur(["verify", file(bytes), "--json"], {});
    expect(valid.code).toBe(0);
    expect(JSON.parse(valid.out)).toMatchObject({ kind: "valid", signedAt: "2026-11-03T02:10:00.000Z" });
    expect((await faktur(["verify", file(bytes)], {})).out).toContain("PT Contoh Penanda Tangan");
    const changed = Buffer.from(bytes);
    changed[200] = (changed[200] ?? 0) ^ 1;
    const damaged = await faktur(["verify", file(changed), "--json"], {});
    expect([damaged.code, JSON.parse(damaged.out)]).toMatchObject([1, { kind: "damaged" }]);
    const plain = await faktur(["verify", file(await drawPaper(makePaper())), "--json"], {});
    expect([plain.code, JSON.parse(plain.out)]).toMatchObject([1, { kind: "unsigned" }]);
  });

  test("a file that is not there, or is no PDF, is exit 1", async () => {
    const missing = await faktur(["verify", "nowhere.pdf"], {});
    expect([missing.code, missing.out, missing.err.includes("nowhere.pdf")]).toEqual([1, "", true]);
    expect((await faktur(["verify", file(Buffer.from("hello"))], {})).code).toBe(1);
    noStack(missing);
  });
});

describe("explain", () => {
  test("gives every reason with its fix, as text and as JSON; an unknown invoice is exit 1", async () => {
    const api = await startApi();
    try {
      await furnish(api);
      await pay(api, "1234");
      await settle(api);
      const env = { FAKTUR_DATABASE_URL: api.app.config.databaseUrl };
      const words = await here(["explain", "toko", "1234"], env);
      expect([words.code, words.err]).toEqual([0, ""]);
      expect(words.out).toMatch(/INV-1234: skipped\n {2}- no_company: .+\n {4}→ .+/);
      expect(words.out).toMatch(/"trace":"[0-9a-f]{32}"\n$/);
      const json = await here(["explain", "toko", "1234", "--json"], env);
      expect(json.code).toBe(0);
      expect(JSON.parse(json.out)).toMatchObject({
        outcome: "skipped",
        reasons: [{ code: "no_company" }],
        fakturs: [],
      });
      const unknown = await here(["explain", "toko", "1"], env);
      expect([unknown.code, unknown.out]).toEqual([1, ""]);
      noStack(unknown);
    } finally {
      await api.close();
    }
  });
});

describe("doctor", () => {
  interface Line {
    readonly name: string;
    readonly ok: boolean;
  }

  const failing = (ran: Pick<Ran, "out">): string[] =>
    (JSON.parse(ran.out) as Line[]).filter((line) => !line.ok).map((line) => line.name);

  async function closedPort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  test("one line a check; before the first migrate only the schema fails", async () => {
    const ran = await faktur(["doctor"]);
    expect(ran.code).toBe(1);
    expect(ran.out.split("\n").map((line) => /^[✓✗–] \w+/.exec(line)?.[0] ?? "")).toEqual([
      ...["✓ configuration", "✓ database", "✗ schema", "✓ documents", "– mail"],
      "",
    ]);
    expect(ran.out).toContain("faktur migrate");
  });

  test("mails that only become files are never called sent: without FAKTUR_MAIL_URL no customer has one", async () => {
    await here(["migrate"]);
    const lines = (await here(["doctor"])).out.split("\n");
    const mail = lines.find((line) => line.includes(" mail: "));
    expect(mail).toMatch(/^– mail: .*data\/outbox.*FAKTUR_MAIL_URL/);
    expect(mail).not.toMatch(/Server e-mail siap|server is ready/);
  });

  test("a setting whose name nobody reads is named: a misspelt one would be passed over in silence", async () => {
    await here(["migrate"]);
    const misspelt = { FAKTUR_PUBLIC_ULR: "https://faktur.example", FAKTUR_WORKERS: "2" };
    const ran = await here(["doctor"], misspelt);
    expect(ran.out).toMatch(/^– configuration: .*: FAKTUR_PUBLIC_ULR\./);
    expect([ran.code, ran.out.includes("FAKTUR_WORKERS")]).toEqual([0, false]);
  });

  test("a database, documents and a mail server that cannot be used are named", async () => {
    writeFileSync(join(folder, "plain"), "");
    const database = await here(["doctor", "--json"], { FAKTUR_DATABASE_URL: `sqlite:${folder}/plain/x.db` });
    expect([database.code, failing(database)]).toEqual([1, ["database"]]);
    await here(["migrate"]);
    const rest = await here(["doctor", "--json"], {
      FAKTUR_DOCUMENTS_URL: `file:${folder}/plain/documents`,
      FAKTUR_MAIL_URL: `smtp://127.0.0.1:${await closedPort()}`,
    });
    expect([rest.code, failing(rest)]).toEqual([1, ["documents", "mail"]]);
    noStack(rest);
  });

  test("documents that would go to S3 in clear are named beside what else there is to say of it", async () => {
    const s3 = { AWS_ACCESS_KEY_ID: "AKIAX", AWS_SECRET_ACCESS_KEY: "rahasia" };
    const ran = await here(["doctor"], {
      ...{ ...s3, FAKTUR_DOCUMENTS_URL: "s3://faktur", AWS_ENDPOINT_URL_S3: "http://s3.invalid:9000" },
    });
    expect(ran.out).toMatch(/^✗ documents: /m);
    expect(ran.out).toMatch(/^– s3: .* http:\/\/s3\.invalid:9000 without encryption/m);
  });

  test("with the simulator all is fine; a wrong token and a missing certificate are named", async () => {
    const api = await startApi();
    const authority = await startSimulator(api.clock, "token-sangat-rahasia");
    try {
      await furnish(api, authority.url);
      const { databaseUrl, documentsUrl, mailUrl } = api.app.config;
      const env = {
        ...{ FAKTUR_DATABASE_URL: databaseUrl, FAKTUR_DOCUMENTS_URL: documentsUrl },
        FAKTUR_MAIL_URL: mailUrl,
      };
      const fine = await here(["doctor", "--json"], env);
      expect([fine.code, failing(fine)]).toEqual([0, []]);
      await made(
        api.call("PUT", "/sellers/utama", { body: { ...sellerBody(authority.url), pdf: "rendition" } }),
      );
      const channel = { kind: "pajakio", baseUrl: authority.url, token: "lain" };
      await made(api.call("PUT", "/sellers/lain", { body: { ...sellerBody(), channel } }));
      const ran = await here(["doctor", "--json"], env);
      expect([ran.code, failing(ran)]).toEqual([1, ["channel lain (pajakio)", "certificate utama"]]);
      const p12 = makeP12({ kind: "aes", passphrase: "x" }).toString("base64");
      await made(api.call("PUT", "/sellers/utama/certificate", { body: { p12, passphrase: "x" } }));
      expect(failing(await here(["doctor", "--json"], env))).toEqual(["channel lain (pajakio)"]);
      const otherKey = { ...env, FAKTUR_MASTER_KEY: Buffer.alloc(32, 8).toString("base64") };
      expect(failing(await here(["doctor", "--json"], otherKey))).toContain("certificate utama");
    } finally {
      await closeFurnished({ api, authority });
    }
  });
});
