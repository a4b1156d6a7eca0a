/**
 * `?tls=required`: a database that offers no encryption, or whose certificate nobody vouches for, is not spoken to; one that
 * takes nothing but encrypted sessions is. What is told of its dump speaks so, too.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDb, pingDb } from "../../src/store/db";
import { describeMariadb, openStore } from "../support/databases";
import { startOwnMariadb, type OwnMariadb } from "../support/mariadb";
import { SETTINGS, startFaktur } from "../support/service";
import { requireTool } from "../support/tools";

const withTls = (url: string, host: string): string => {
  const at = new URL(url);
  at.hostname = host;
  at.search = "tls=required";
  return at.href;
};

const asked = async (url: string): Promise<unknown> => {
  const db = openDb(url, 1);
  const answer = await pingDb(db).catch((thrown: unknown) => thrown);
  await db.close();
  return answer;
};

describeMariadb("MySQL where encryption is required", () => {
  let folder: string;
  let server: OwnMariadb;
  const at = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "faktur-tls-"));
    const of = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const files = ["-keyout", at("key.pem"), "-out", at("cert.pem")];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...of, ...files],
      {
        stdio: "ignore",
      },
    );
    server = await startOwnMariadb([
      `--ssl-cert=${at("cert.pem")}`,
      `--ssl-key=${at("key.pem")}`,
      "--require-secure-transport=ON",
    ]);
  }, 120_000);
  afterAll(async () => {
    await server.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("one that offers none is not spoken to", async () => {
    const store = await openStore("MariaDB");
    expect(await asked(withTls(store.url, "localhost"))).toMatchObject({ code: "database_unavailable" });
    await store.close();
  });

  test("nor one that nobody vouches for; in clear this one answers nobody", async () => {
    const told = await asked(withTls(server.url, "localhost"));
    expect(told).toMatchObject({ code: "database_unavailable" });
    expect(String(told)).toContain("self-signed certificate");
    expect(await asked(server.url)).toMatchObject({ code: "database_unavailable" });
  });

  test("whose certificate is known is spoken to", async () => {
    const run = startFaktur(["migrate"], {
      ...SETTINGS,
      FAKTUR_DATABASE_URL: withTls(server.url, "localhost"),
      NODE_EXTRA_CA_CERTS: at("cert.pem"),
    });
    expect(await run.ended).toBe(0);
  });

  requireTool("mariadb-dump")(
    "its dump is told in words that speak encrypted, and to nobody else",
    async () => {
      const run = startFaktur(["backup", at("copy")], {
        ...SETTINGS,
        FAKTUR_DATABASE_URL: withTls(server.url, "localhost"),
        NODE_EXTRA_CA_CERTS: at("cert.pem"),
      });
      expect(await run.ended).toBe(1);
      const [, told = ""] = /.*: (mariadb-dump .*)$/m.exec(run.output()) ?? [];
      const dumped = (more: string) => {
        const line = told
          .replace("mariadb-dump ", `mariadb-dump --no-defaults ${more}`)
          .replace(" -p ", " -puji ");
        return spawnSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" }).status;
      };
      expect(told).toContain(" --ssl --ssl-verify-server-cert ");
      expect(dumped("")).not.toBe(0);
      expect(dumped(`--ssl-ca=${at("cert.pem")} `)).toBe(0);
      expect(readFileSync(at("faktur.sql"), "utf8")).toContain("schema_migrations");
    },
  );
});
