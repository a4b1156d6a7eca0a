/**
 * The settings of contract section 2: defaults, every form that is taken, and that all faults are named at once without
 * ever repeating a secret.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseConfig, readEnvironment } from "../src/config";
import { openDocuments } from "../src/documents/open";
import { AppError } from "../src/errors";
import { openMailbox } from "../src/mail/mailbox";
import { createMailer } from "../src/mail/transport";

const KEY = Buffer.alloc(32, 1).toString("base64");
const enough = { FAKTUR_MASTER_KEY: KEY, FAKTUR_MAIL_FROM: "Faktur <faktur@hosting.example>" };

const S3 = {
  region: "r",
  accessKeyId: "id",
  secretAccessKey: "s",
  sessionToken: undefined,
  endpoint: undefined,
};

/** The names of the settings that are refused. */
function refused(environment: Readonly<Record<string, string | undefined>>): string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "config_invalid") throw thrown;
    return thrown.faults.map((fault) => fault.path);
  }
}

test("the defaults are those of the contract", () => {
  expect(parseConfig(enough)).toEqual({
    ...{ linkDays: 90, keepDays: 180, allowPrivateWebhooks: false, trustProxy: 0, oidc: null },
    ...{ allowPrivateTargets: true, requireTotp: [] },
    databaseUrl: "sqlite:data/faktur.db",
    documentsUrl: "file:data/documents",
    mailUrl: "file:data/outbox",
    mailFrom: "Faktur <faktur@hosting.example>",
    host: "127.0.0.1",
    port: 8080,
    workerPort: null,
    publicUrl: "http://127.0.0.1:8080",
    masterKey: Buffer.alloc(32, 1),
    logLevel: "info",
    followSeconds: [2, 15, 60, 300, 900, 3600],
    retrySeconds: [5, 30, 120, 600, 3600],
    leaseSeconds: 60,
    channelTimeoutSeconds: 30,
    portalPollSeconds: 300,
    workers: 4,
    s3: null,
  });
});

test("an empty setting counts as not set", () => {
  expect(parseConfig({ ...enough, FAKTUR_PORT: "", FAKTUR_WORKERS: undefined }).port).toBe(8080);
});

test.each([
  ["FAKTUR_DATABASE_URL", "mysql://user:p%40ss@db.example:3306/faktur"],
  ["FAKTUR_DATABASE_URL", "mysql://user:p%40ss@db.example:3306/faktur?tls=required"],
  ["FAKTUR_DATABASE_URL", "sqlite:/var/lib/faktur.db"],
  ["FAKTUR_MAIL_URL", "smtps://user:secret@mail.example:465"],
  ["FAKTUR_MAIL_URL", "smtp://localhost:25?tls=optional"],
  ["FAKTUR_MAIL_FROM", "faktur@hosting.example"],
  ["FAKTUR_PUBLIC_URL", "https://faktur.example/"],
  ["FAKTUR_FOLLOW_SECONDS", "0.5,2"],
  ["FAKTUR_PORTAL_POLL_SECONDS", "0"],
  ["FAKTUR_PORT", "0"],
  ["FAKTUR_WORKER_PORT", "9090"],
  ["FAKTUR_LOG_LEVEL", "debug"],
])("%s=%s is taken", (name, value) => {
  expect(refused({ ...enough, [name]: value })).toEqual([]);
});

test.each([
  ["FAKTUR_DATABASE_URL", "postgres://db/faktur"],
  ["FAKTUR_DATABASE_URL", "mysql://db"],
  ["FAKTUR_DATABASE_URL", "mysql://user:pass@db/faktur?ssl-mode=REQUIRED"],
  ["FAKTUR_DATABASE_URL", "mysql://user:pass@db/faktur?tls=optional"],
  ["FAKTUR_DATABASE_URL", "mysql://user:pass@10.0.0.5/faktur?tls=required"],
  ["FAKTUR_DATABASE_URL", "mysql://user:pass@[fd00::5]/faktur?tls=required"],
  ["FAKTUR_DATABASE_URL", "mysql://db/"],
  ["FAKTUR_DATABASE_URL", "mysql://user:p#ss@db/faktur"],
  ["FAKTUR_DATABASE_URL", "mysql://user:100%@db/faktur"],
  ["FAKTUR_DATABASE_URL", "mysql://db:port/faktur"],
  ["FAKTUR_DOCUMENTS_URL", "ftp://x"],
  ["FAKTUR_MAIL_URL", "mail.example"],
  ["FAKTUR_DOCUMENTS_URL", "s3://b/p"],
  ["FAKTUR_DOCUMENTS_URL", "s3://bucket/../p"],
  ["FAKTUR_DOCUMENTS_URL", "file:"],
  ["FAKTUR_MAIL_URL", "smtp://user:p#ss@mail.example"],
  ["FAKTUR_MAIL_URL", "smtp://mail.example?tls=banana"],
  ["FAKTUR_MAIL_URL", "smtp://mail.example?pool=no"],
  ["FAKTUR_MAIL_URL", "smtp://mail.example/inbox"],
  ["FAKTUR_MAIL_URL", "file:"],
  ["FAKTUR_BOUNCE_URL", "imaps://user:pass@mail.example/%zz"],
  ["FAKTUR_MAIL_FROM", "nobody"],
  ["FAKTUR_MAIL_FROM", "A <a@b.example>\r\nBcc: x@y.example"],
  ["FAKTUR_PUBLIC_URL", "faktur.example"],
  ["FAKTUR_PUBLIC_URL", "https://hosting.example?x=1"],
  ["FAKTUR_PORT", "65536"],
  ["FAKTUR_WORKER_PORT", "65536"],
  ["FAKTUR_PORT", "80a"],
  ["FAKTUR_PORT", "-1"],
  ["FAKTUR_WORKERS", "0"],
  ["FAKTUR_WORKERS", "1.5"],
  ["FAKTUR_LEASE_SECONDS", "0"],
  ["FAKTUR_FOLLOW_SECONDS", "2;15"],
  ["FAKTUR_FOLLOW_SECONDS", "2,"],
  ["FAKTUR_RETRY_SECONDS", "99999999999999"],
  ["FAKTUR_LOG_LEVEL", "loud"],
  ["FAKTUR_MASTER_KEY", "c2hvcnQ="],
  ["FAKTUR_MASTER_KEY", `${KEY.slice(0, -2)}**`],
  ["FAKTUR_MASTER_KEY", Buffer.alloc(33).toString("base64")],
])("%s=%s is refused, and only that", (name, value) => {
  const aws = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
  expect(refused({ ...enough, ...aws, [name]: value })).toEqual([name]);
});

test("no secret has a default, and every fault is named at once", () => {
  expect(
    refused({ FAKTUR_PORT: "x", FAKTUR_WORKERS: "x", FAKTUR_DOCUMENTS_URL: "s3://bucket" }).sort(),
  ).toEqual([
    ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "FAKTUR_MAIL_FROM"],
    ...["FAKTUR_MASTER_KEY", "FAKTUR_PORT", "FAKTUR_WORKERS"],
  ]);
});

test("addresses that only who uses them understands are judged with the rest", () => {
  const wrong = { FAKTUR_DOCUMENTS_URL: "s3://b/p", FAKTUR_MAIL_URL: "smtp://h?tls=banana" };
  const aws = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: "minio" };
  expect(refused({ ...enough, ...wrong, ...aws, FAKTUR_PORT: "x" }).sort()).toEqual([
    ...["AWS_ENDPOINT_URL", "FAKTUR_DOCUMENTS_URL", "FAKTUR_MAIL_URL", "FAKTUR_PORT"],
  ]);
});

test("whatever address of documents, mail or mailbox is taken can be used", () => {
  const piece = fc.constantFrom(
    "file:",
    "s3://",
    "smtp://",
    "imaps://",
    "b",
    "bucket",
    "/",
    "..",
    "?tls=",
    "required",
  );
  const address = fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 6 });
  const aws = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
  const uses = {
    FAKTUR_DOCUMENTS_URL: (url: string) => openDocuments(url, S3, fetch),
    FAKTUR_MAIL_URL: (url: string) => createMailer(url, { timeoutMs: 1 }),
    FAKTUR_BOUNCE_URL: (url: string) => openMailbox(url, { timeoutMs: 1 }),
  };
  let taken = 0;
  fc.assert(
    fc.property(address, fc.constantFrom(...(Object.keys(uses) as (keyof typeof uses)[])), (pieces, name) => {
      const url = pieces.join("");
      if (url === "" || refused({ ...enough, ...aws, [name]: url }).length > 0) return;
      taken += 1;
      uses[name](url);
    }),
    { numRuns: 3_000 },
  );
  expect(taken).toBeGreaterThan(10);
});

test("a refusal never repeats a secret", () => {
  const secret = "kata-sandi-rahasia";
  for (const name of ["FAKTUR_MASTER_KEY", "FAKTUR_DATABASE_URL", "FAKTUR_MAIL_URL"]) {
    try {
      parseConfig({ ...enough, [name]: `x://user:${secret}@` });
      throw new Error("it was taken");
    } catch (thrown) {
      expect(JSON.stringify(thrown) + String(thrown)).not.toContain(secret);
      expect(thrown).toMatchObject({ code: "config_invalid" });
    }
  }
});

test("whatever the settings are, they are taken or refused by name", () => {
  const names = ["DATABASE_URL", "MAIL_URL", "PUBLIC_URL", "FOLLOW_SECONDS", "PORT", "MASTER_KEY"].map(
    (name) => `FAKTUR_${name}`,
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (some) => {
      for (const name of refused({ ...enough, ...some })) expect(names).toContain(name);
    }),
  );
});

test("an IPv6 host stands in brackets in the public address", () => {
  expect(parseConfig({ ...enough, FAKTUR_HOST: "::1" }).publicUrl).toBe("http://[::1]:8080");
  expect(parseConfig({ ...enough, FAKTUR_PUBLIC_URL: "https://x.example//" }).publicUrl).toBe(
    "https://x.example",
  );
});

test("s3 takes the usual AWS variables", () => {
  const aws = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key", AWS_REGION: "ap-southeast-3" };
  expect(parseConfig({ ...enough, ...aws, FAKTUR_DOCUMENTS_URL: "s3://bucket/prefix" }).s3).toEqual({
    ...{ region: "ap-southeast-3", accessKeyId: "id", secretAccessKey: "key" },
    ...{ sessionToken: undefined, endpoint: undefined },
  });
  expect(parseConfig({ ...enough, ...aws }).s3).toBeNull();
});

describe("files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "faktur-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("the master key is read from its file, and the variable goes before it", () => {
    const file = join(folder, "key");
    writeFileSync(file, `${Buffer.alloc(32, 2).toString("base64")}\n`);
    const { FAKTUR_MAIL_FROM } = enough;
    expect(parseConfig({ FAKTUR_MAIL_FROM, FAKTUR_MASTER_KEY_FILE: file }).masterKey[0]).toBe(2);
    expect(parseConfig({ ...enough, FAKTUR_MASTER_KEY_FILE: file }).masterKey[0]).toBe(1);
    writeFileSync(file, "short");
    expect(refused({ FAKTUR_MAIL_FROM, FAKTUR_MASTER_KEY_FILE: file })).toEqual(["FAKTUR_MASTER_KEY_FILE"]);
    expect(refused({ FAKTUR_MAIL_FROM, FAKTUR_MASTER_KEY_FILE: folder })).toEqual(["FAKTUR_MASTER_KEY_FILE"]);
  });

  test("a .env file fills in what the environment does not say", () => {
    writeFileSync(join(folder, ".env"), 'FAKTUR_TEST_ONE="from file"\nPATH=nowhere\n# comment\n');
    const environment = readEnvironment(folder);
    expect(environment["FAKTUR_TEST_ONE"]).toBe("from file");
    expect(environment["PATH"]).toBe(process.env["PATH"]);
  });

  test("a .env that cannot be read is a fault of configuration", () => {
    mkdirSync(join(folder, ".env"));
    expect(() => readEnvironment(folder)).toThrow(expect.objectContaining({ code: "config_invalid" }));
  });
});

test.each(["127.0.0.1", "0.0.0.0", "::", "::1", "localhost", "faktur-1.dalam.example"])(
  "FAKTUR_HOST may be %s",
  (host) => expect(parseConfig({ ...enough, FAKTUR_HOST: host }).host).toBe(host),
);

test.each(["http://0.0.0.0", "0.0.0.0:8080", "[::1]", "dua nama", "a/b", ".", "a..b"])(
  "FAKTUR_HOST %s is refused before any port is opened",
  (host) => expect(refused({ ...enough, FAKTUR_HOST: host })).toEqual(["FAKTUR_HOST"]),
);

const oidc = { FAKTUR_OIDC_ISSUER: "https://login.hosting.example", FAKTUR_OIDC_CLIENT_ID: "faktur" };

test("sign-in by OpenID Connect is set as a whole, its secret also from a file, and over https", () => {
  const folder = mkdtempSync(join(tmpdir(), "faktur-oidc-"));
  const file = join(folder, "secret");
  writeFileSync(file, "dari berkas\n");
  const faults = (more: Record<string, string>) => refused({ ...enough, ...oidc, ...more });
  expect(parseConfig({ ...enough, ...oidc, FAKTUR_OIDC_CLIENT_SECRET_FILE: file }).oidc).toEqual({
    ...{ issuer: "https://login.hosting.example", clientId: "faktur" },
    ...{ clientSecret: "dari berkas", roleClaim: null, scopes: "openid email" },
  });
  const asked = { FAKTUR_OIDC_CLIENT_SECRET: "x", FAKTUR_OIDC_SCOPES: "openid email groups" };
  expect(parseConfig({ ...enough, ...oidc, ...asked }).oidc?.scopes).toBe("openid email groups");
  expect(faults({ ...asked, FAKTUR_OIDC_SCOPES: "email groups" })).toEqual(["FAKTUR_OIDC_SCOPES"]);
  expect(faults({})).toEqual(["FAKTUR_OIDC_CLIENT_SECRET"]);
  expect(faults({ FAKTUR_OIDC_CLIENT_SECRET_FILE: folder })).toEqual(["FAKTUR_OIDC_CLIENT_SECRET_FILE"]);
  const plain = { FAKTUR_OIDC_CLIENT_SECRET: "x", FAKTUR_OIDC_ISSUER: "http://login.hosting.example" };
  expect(faults(plain)).toEqual(["FAKTUR_OIDC_ISSUER"]);
  expect(faults({ ...plain, FAKTUR_OIDC_ISSUER: "http://127.0.0.1:9000" })).toEqual([]);
  expect(refused({ ...enough, FAKTUR_OIDC_ROLE_CLAIM: "groups" })).toEqual(["FAKTUR_OIDC_ISSUER"]);
  expect(refused({ ...enough, FAKTUR_OIDC_CLIENT_SECRET: "x" })).toEqual(["FAKTUR_OIDC_ISSUER"]);
  rmSync(folder, { recursive: true });
});
