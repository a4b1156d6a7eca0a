/**
 * Proves where secrets do not lie: in a house with every kind of secret set, and after its work, failures and refusals,
 * the raw SQLite file and a dump of MariaDB hold none of them, no log line, answer of the API, check of the doctor or mail
 * to staff says one, and no log line holds a whole NPWP. Without the master key the sealed values do not open.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { apiRoutes } from "../../src/api/router";
import { SESSION_COOKIE } from "../../src/console/desk";
import { newId } from "../../src/ids";
import { createSeal } from "../../src/seal";
import { channelPurpose } from "../../src/seals";
import { findSeller } from "../../src/store/sellers";
import { createUser, enableTotp } from "../../src/users/manage";
import { openSession } from "../../src/users/sign-in";
import { hashOfToken } from "../../src/users/token-hash";
import { newTotpSecret, totpNow } from "../../src/users/totp";
import { made, pay, SECRET, settle } from "../support/api";
import { makeP12 } from "../support/certificates";
import { describeEngines, emptyDatabase, type EmptyDatabase, type EngineName } from "../support/databases";
import { signedHeaders } from "../support/sign-webhook";
import { runTool } from "../support/tools";
import { COMPANY, SECRETS, startHouse, type House } from "./house";

const PASSPHRASE = "Passphrase-Sertifikat-88";
const PASSWORD = "gajah biru makan kapur barus";

interface Kept {
  readonly house: House;
  readonly database: EmptyDatabase;
  /** By name, what must be nowhere. */
  readonly secrets: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The house, and on top of it a person, a session, a certificate, a link, rotations, refusals and failures. */
async function lived(engine: EngineName): Promise<Kept> {
  const database = await emptyDatabase(engine);
  const house = await startHouse((config) => ({ ...config, databaseUrl: database.url }));
  const { api } = house;
  const { db, seal } = api.app;
  const people = { db, clock: api.clock, seal, newId, requireTotp: [] };
  const user = await createUser(
    people,
    { email: "budi@hosting.example", role: "admin", password: PASSWORD },
    "test",
  );
  const session = await openSession(people, user, api.clock.now(), {
    source: "192.0.2.1",
    agent: null,
    way: "password",
  });
  const totp = newTotpSecret();
  const codes = await enableTotp(
    people,
    user.id,
    { password: PASSWORD, secret: totp, code: totpNow(totp, api.clock.now()) },
    hashOfToken(session),
  );
  const p12 = makeP12({ kind: "aes", passphrase: PASSPHRASE });
  await made(
    api.call("PUT", "/sellers/utama/certificate", {
      body: { p12: p12.toString("base64"), passphrase: PASSPHRASE },
    }),
  );
  const rotated = await made(api.call("POST", "/portals/lain/secrets", { body: {} }));
  const hook = await made(api.call("POST", "/webhooks/kantor/rotate"));
  const link = await made(api.call("POST", "/accounts/toko/77/link"));
  const secrets = {
    ...{ ...SECRETS, portalSecret: SECRET, passphrase: PASSPHRASE, password: PASSWORD, session, totp },
    ...{ masterKey: api.app.config.masterKey.toString("base64"), apiToken: api.tokens.admin },
    ...{ p12: p12.toString("base64").slice(100, 160), p12Raw: p12.subarray(60, 100).toString("latin1") },
    ...{
      recovery: codes[0]?.replaceAll("-", "") ?? "",
      rotated: String(rotated.json["secret"]),
      hook: String(hook.json["secret"]),
    },
    link: String(link.json["url"]).split("/c/")[1] ?? "",
  };
  await fail(house, secrets);
  return {
    ...{ house, database, secrets },
    async close() {
      await house.close();
      await database.drop();
    },
  };
}

/** What goes wrong in a life: wrong keys, forged hooks, channels that are away, bodies that quote numbers. */
async function fail(house: House, secrets: Readonly<Record<string, string>>): Promise<void> {
  const { api } = house;
  await api.call("GET", "/fakturs", { token: `${secrets["apiToken"] ?? ""}x` });
  const body = JSON.stringify({ type: "invoice.paid", data: { account: { id: "1", name: COMPANY.npwp } } });
  const forged = signedHeaders({ secret: SECRETS.webhookOld, id: "forged", at: api.clock.now(), body });
  await fetch(`${api.url}/hooks/toko`, { method: "POST", headers: forged, body });
  const signed = signedHeaders({ secret: SECRET, id: "odd", at: api.clock.now(), body });
  await fetch(`${api.url}/hooks/toko`, { method: "POST", headers: signed, body });
  await fetch(`${api.url}/c/${secrets["link"] ?? ""}x`);
  await fetch(`${api.url}/console/masuk`, {
    method: "POST",
    body: new URLSearchParams({ password: PASSWORD }),
  });
  const wrong = { p12: makeP12({ kind: "aes", passphrase: "x" }).toString("base64"), passphrase: PASSPHRASE };
  await api.call("PUT", "/sellers/utama/certificate", { body: wrong });
  await api.call("PUT", "/accounts/toko/77/npwp", { body: { npwp: "123", name: COMPANY.npwp } });
  await api.call("GET", `/fakturs?q=${COMPANY.npwp}`);
  house.whmcs.world.fault = (_action, response) => {
    response.end(`{"result":"error","message":"Invalid IP ${SECRETS.whmcsSecret}"}`);
    return true;
  };
  await api.call("POST", "/portals/tagihan/check");
  await api.call("POST", "/portals/kartu/check");
  await api.call("POST", "/sellers/utama/check", { body: {} });
  // An account may be named by its number, and what its table says is away: the address goes into the log.
  const { knex } = api.app.db;
  await knex.schema.renameTable("accounts", "accounts_away");
  await api.call("GET", `/accounts/toko/${COMPANY.npwp}`);
  await api.call("GET", "/accounts/toko/00.987.654.3-210.9000");
  await fetch(`${api.url}/console/perusahaan/toko/${COMPANY.npwp}`, {
    headers: { cookie: `${SESSION_COOKIE}=${secrets["session"] ?? ""}` },
  });
  await knex.schema.renameTable("accounts_away", "accounts");
  await house.authority.close();
  await pay(api, "777");
  await settle(api);
  await api.call("POST", "/sellers/utama/check", { body: {} });
}

/** Everything that the database keeps, as whoever steals it would see it. */
async function stolen({ house, database }: Kept, engine: EngineName): Promise<Buffer> {
  if (engine === "SQLite") {
    await house.api.app.db.knex.raw("PRAGMA wal_checkpoint(TRUNCATE)");
    const file = database.url.replace("sqlite:", "");
    return readFileSync(file);
  }
  const at = new URL(database.url);
  const socketOrHost = [
    "--protocol=tcp",
    `--host=${at.hostname}`,
    `--port=${at.port}`,
    `--user=${at.username}`,
  ];
  const dump = [...socketOrHost, ...(at.password === "" ? [] : [`--password=${at.password}`])];
  return Buffer.from(runTool("mariadb-dump", [...dump, at.pathname.slice(1)]), "utf8");
}

const found = (secrets: Readonly<Record<string, string>>, in_: string): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) => (in_.includes(secret) ? [name] : []));

describeEngines("secrets", (engine) => {
  let kept: Kept;
  beforeAll(async () => {
    kept = await lived(engine);
  });
  afterAll(() => kept.close());

  test("every one of them is long enough to be looked for, and business data is there to be found", async () => {
    expect(Object.values(kept.secrets).filter((secret) => secret.length < 7)).toEqual([]);
    const bytes = (await stolen(kept, engine)).toString("latin1");
    // Otherwise the search below would look at nothing.
    expect(bytes).toContain(COMPANY.npwp);
    expect(bytes).toContain("PT Rahasia Sejahtera");
  });

  test("a stolen database holds none, as text, in base64 or in hexadecimal", async () => {
    const bytes = (await stolen(kept, engine)).toString("latin1");
    const all = Object.entries(kept.secrets).flatMap(([name, secret]) => {
      const raw = Buffer.from(secret, "latin1");
      // Whole groups of three, so that it is found wherever it begins in a longer text.
      const inBase64 = raw.subarray(0, Math.floor(raw.length / 3) * 3).toString("base64");
      return [
        [name, secret],
        [`${name} base64`, inBase64],
        [`${name} hex`, raw.toString("hex")],
      ] as const;
    });
    expect(found(Object.fromEntries(all), bytes)).toEqual([]);
  });

  test("sealed values open with the master key, in their own place, and in no other way", async () => {
    const row = await findSeller(kept.house.api.app.db.knex, "utama");
    const sealed = row?.channel_sealed ?? "";
    expect(kept.house.api.app.seal.open(sealed, channelPurpose("utama"))).toContain(SECRETS.channelToken);
    expect(() => createSeal(Buffer.alloc(32, 8)).open(sealed, channelPurpose("utama"))).toThrow();
    expect(() => kept.house.api.app.seal.open(sealed, channelPurpose("berkas"))).toThrow();
  });

  test("no log line says a secret or a whole NPWP", () => {
    const lines = kept.house.logged;
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => found(kept.secrets, line).length > 0)).toEqual([]);
    const numbers = [COMPANY.npwp, "0012345678012000", "0012345678901000"];
    const spelt = [...numbers.flatMap((one) => [one, one.slice(1)]), "987.654.3-210"];
    const failed = lines.filter((line) => /"event":"(?:api|console)\.failed"/.test(line));
    expect(failed.filter((line) => line.includes("/toko/0098…00"))).toHaveLength(3);
    expect(lines.filter((line) => spelt.some((one) => line.includes(one)))).toEqual([]);
  });

  test("no answer of the API says a secret that was set before, nor does the doctor", async () => {
    const { api, ids } = kept.house;
    let read = 0;
    for (const route of apiRoutes(api.app.api).filter(({ method }) => method === "get")) {
      const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? "");
      for (const id of names.includes("id") ? (ids["id"] ?? []) : [""]) {
        const path = route.path.replace(/:(\w+)/g, (_all, name: string) =>
          encodeURIComponent(name === "id" ? id : (ids[name]?.[0] ?? "x")),
        );
        const headers = { authorization: `Bearer ${api.tokens.admin}` };
        const answer = await fetch(`${api.url}/api/v1${path}`, { headers });
        const said = Buffer.from(await answer.arrayBuffer()).toString("latin1");
        expect([path, found(kept.secrets, said)]).toEqual([path, []]);
        read += answer.status === 200 ? 1 : 0;
      }
    }
    expect(read).toBeGreaterThan(30);
    const checks = JSON.stringify(await api.app.api.examine());
    expect(checks).toContain("portal tagihan");
    expect(found(kept.secrets, checks)).toEqual([]);
  });

  test("no page of the console shows one, and no mail or stored exchange carries one", async () => {
    const { api } = kept.house;
    const cookie = `${SESSION_COOKIE}=${kept.secrets["session"] ?? ""}`;
    for (const path of [
      "/pengaturan/penjual/utama",
      "/pengaturan/portal/tagihan",
      "/pengaturan",
      "/akun",
      "/jejak",
    ]) {
      const page = await fetch(`${api.url}/console${path}`, { headers: { cookie } });
      expect(page.url.endsWith(path)).toBe(true);
      expect([path, found(kept.secrets, await page.text())]).toEqual([path, []]);
    }
    const { link, ...others } = kept.secrets;
    expect(link).not.toBe("");
    for (const folder of ["outbox", "documents"]) {
      const files = readdirSync(join(api.folder, folder), { recursive: true, withFileTypes: true });
      const contents = files
        .filter((file) => file.isFile())
        .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
      expect(contents.length).toBeGreaterThan(0);
      expect(contents.flatMap((content) => found(others, content))).toEqual([]);
    }
  });
});
