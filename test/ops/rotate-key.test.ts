/**
 * Proves that the master key can be changed and nothing is lost: every sealed column of the schema is known, the service
 * runs under both keys meanwhile, all values lie under the new one afterwards and none opens under the old, a run that
 * breaks off leaves all as it was, a second run changes nothing, and what neither key opens is named. On both engines.
 */
import { buildApp, type App } from "../../src/app";
import { createSeal } from "../../src/seal";
import { totpPurpose } from "../../src/seals";
import { silentLog } from "../../src/log";
import { examine } from "../../src/ops/doctor";
import { rotateKey, surveyKeys } from "../../src/ops/rotate-key";
import { verifyAudit } from "../../src/store/audit";
import { SEALED_PLACES, sealedIn, type SealedPlace, type SealedValue } from "../../src/store/sealed";
import { saveCertificate } from "../../src/store/sellers";
import { insertUser } from "../../src/store/users";
import { findEndpoint, insertEndpoint } from "../../src/store/webhooks";
import { certificatePurpose } from "../../src/seals";
import { sealSecrets } from "../../src/webhooks/secrets";
import { command, settingsOf } from "../support/command";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { addPortal, paid, runToEnd, seen, startWorld, tell, type World } from "../support/world";

const NEW = Buffer.alloc(32, 9);
const API = { url: "http://127.0.0.1:9", identifier: "i", secret: "api-secret" };

describeEngines("a new master key", (engine) => {
  let world: World;
  let sealed: number;
  const atFirst: { place: SealedPlace; rows: SealedValue[] }[] = [];
  beforeAll(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf });
    await furnish();
    sealed = (await surveyKeys(world.app)).present;
    for (const place of SEALED_PLACES)
      atFirst.push({ place, rows: await sealedIn(world.app.db.knex, place) });
  });
  afterAll(() => world.close());
  /** Every test begins with all of them under the first key. */
  beforeEach(async () => {
    for (const { place, rows } of atFirst)
      for (const { id, sealed: value } of rows)
        await world.app.db
          .knex(place.table)
          .where({ [place.key]: id })
          .update({ [place.column]: value });
  });

  /** One value in every place where something lies sealed. */
  async function furnish(): Promise<void> {
    const { db, seal, clock } = world.app;
    const at = clock.now().toISOString();
    await addPortal(world, "whm", { kind: "whmcs", api: API });
    const certificate = seal.close('{"p12":"","passphrase":"x"}', certificatePurpose("utama"));
    await saveCertificate(db.knex, "utama", certificate, "{}", clock.now());
    await insertUser(db.knex, {
      ...{ id: "u1", email: "admin@hosting.example", role: "admin", state: "active", password_hash: null },
      ...{ totp_sealed: seal.close("TOTPSECRET", totpPurpose("u1")), totp_step: null, recovery: "[]" },
      ...{ failures: 0, locked_until: null, language: "id", created_at: at, seen_at: null },
    });
    await insertEndpoint(db.knex, {
      ...{ name: "buku", url: "http://127.0.0.1:9", seller: null, portal: null, events: "[]", state: "on" },
      ...{ secrets_sealed: sealSecrets(seal, "buku", [{ secret: "whsec_MTIzNA==", until: null }]) },
      ...{ failures: 0, says: null, created_at: at, updated_at: at },
    });
  }

  /** The service with other keys on the same database, for as long as `use` takes. */
  async function under<T>(
    keys: { present: Buffer; old?: Buffer },
    use: (app: App) => Promise<T>,
  ): Promise<T> {
    const config = { ...world.app.config, masterKey: keys.present };
    const app = buildApp(keys.old === undefined ? config : { ...config, oldMasterKey: keys.old }, {
      ...{ clock: world.clock, log: silentLog },
    });
    try {
      return await use(app);
    } finally {
      await app.close();
    }
  }
  const old = () => world.app.config.masterKey;
  const changing = () => ({ present: NEW, old: old() });
  const lying = async () => {
    const rows = await Promise.all(
      SEALED_PLACES.map(({ table, column }) => world.app.db.knex(table).whereNotNull(column).pluck(column)),
    );
    return rows.flat() as string[];
  };

  test("every column of the schema that holds sealed values is known, and each holds one here", async () => {
    const { knex } = world.app.db;
    const sql =
      engine === "SQLite"
        ? `select m.name as t, p.name as c from sqlite_master m join pragma_table_info(m.name) p
           where m.type = 'table' and p.name like '%sealed%'`
        : `select table_name as t, column_name as c from information_schema.columns
           where table_schema = database() and column_name like '%sealed%'`;
    const answer: unknown = await knex.raw(sql);
    const found = (engine === "SQLite" ? answer : (answer as [unknown])[0]) as { t: string; c: string }[];
    const known = SEALED_PLACES.map(({ table, column }) => `${table}.${column}`);
    expect(found.map(({ t, c }) => `${t}.${c}`).sort()).toEqual([...known].sort());
    for (const { table, column } of SEALED_PLACES)
      expect([table, column, (await knex(table).whereNotNull(column)).length > 0]).toEqual([
        table,
        column,
        true,
      ]);
  });

  test("under both keys the service goes on, afterwards everything opens under the new one alone", async () => {
    await under({ present: NEW }, async (app) => {
      expect((await surveyKeys(app)).neither).toHaveLength(sealed);
    });
    await under(changing(), async (app) => {
      expect((await surveyKeys(app)).old).toHaveLength(sealed);
      await through({ ...world, app }, "1");
      const { resealed, survey } = await rotateKey(app);
      expect([resealed, survey]).toEqual([sealed, { present: sealed, old: [], neither: [] }]);
      const before = await lying();
      expect((await rotateKey(app)).resealed).toBe(0);
      expect(await lying()).toEqual(before);
    });
    expect((await surveyKeys(world.app)).neither).toHaveLength(sealed);
    for (const value of await lying()) expect(createSeal(old()).keyOf(value, "x")).toBe("neither");
    await under({ present: NEW }, async (app) => {
      await through({ ...world, app }, "2");
      expect(await verifyAudit(app.db.knex)).toMatchObject({ kind: "whole" });
      expect(await app.db.knex("audit").where({ action: "master_key.rotated" })).not.toHaveLength(0);
    });
  });

  async function through(there: World, id: string): Promise<void> {
    expect((await tell(there, paid(id))).status).toBe(202);
    await runToEnd(there);
    expect(await seen(there, id)).toMatchObject({ outcome: "issued" });
  }

  test("a run that breaks off before its commit leaves everything under the old key, and the next one ends it", async () => {
    const before = await lying();
    await under(changing(), async (app) => {
      const dies = (work: (tx: never) => Promise<unknown>) =>
        app.db.transaction(async (tx) => {
          await work(tx as never);
          throw new Error("killed");
        });
      const db = { ...app.db, transaction: dies as typeof app.db.transaction };
      await expect(rotateKey({ db, clock: app.clock, seal: app.seal })).rejects.toThrow();
      expect(await lying()).toEqual(before);
      expect((await rotateKey(app)).resealed).toBe(sealed);
    });
  });

  test("what is stored under the old key while it runs is not overwritten, and is put under the new one too", async () => {
    await under(changing(), async (app) => {
      const fresh = sealSecrets(createSeal(old()), "buku", [{ secret: "whsec_YmFydQ==", until: null }]);
      let first = true;
      const close = (plain: string, purpose: string) => app.seal.close(plain, purpose);
      const db = {
        ...app.db,
        transaction: (async (work: Parameters<typeof app.db.transaction>[0]) => {
          const done = await app.db.transaction(work);
          if (first) await app.db.knex("webhook_endpoints").update({ secrets_sealed: fresh });
          first = false;
          return done;
        }) as typeof app.db.transaction,
      };
      const { survey } = await rotateKey({ db, clock: app.clock, seal: { ...app.seal, close } });
      expect(survey).toEqual({ present: sealed, old: [], neither: [] });
      const stored = await findEndpoint(app.db.knex, "buku");
      expect(app.seal.open(stored?.secrets_sealed ?? "", "webhook-secrets:buku")).toContain("YmFydQ");
    });
  });

  test("the command does it, names what neither key opens with exit 1, and asks for the old key with exit 2", async () => {
    const settings = { ...settingsOf(world), FAKTUR_MASTER_KEY: NEW.toString("base64") };
    expect((await command(["rotate-key"], settings)).code).toBe(2);
    await world.app.db.knex("users").update({ totp_sealed: createSeal(Buffer.alloc(32, 3)).close("x", "y") });
    const both = { ...settings, FAKTUR_MASTER_KEY_OLD: old().toString("base64") };
    const ran = await command(["rotate-key", "--json"], both);
    expect([ran.code, JSON.parse(ran.out)]).toEqual([
      1,
      {
        ...{ resealed: sealed - 1, present: sealed - 1, old: [] },
        neither: [{ table: "users", id: "u1", column: "totp_sealed" }],
      },
    ]);
    await world.app.db.knex("users").update({ totp_sealed: null });
    const again = await command(["rotate-key"], both);
    expect([again.code, again.err]).toEqual([0, ""]);
    for (const secret of ["TOTPSECRET", "api-secret", "token-uji", settings.FAKTUR_MASTER_KEY ?? ""])
      expect(ran.out + again.out).not.toContain(secret);
  });

  test("doctor opens every secret, and tells of those under the old key and under neither", async () => {
    const secrets = async (app: App) => (await examine(app)).find(({ name }) => name === "secrets");
    expect(await secrets(world.app)).toMatchObject({ ok: true });
    await under(changing(), async (app) => {
      const found = await secrets(app);
      expect([found?.ok, found?.says.en.includes("faktur rotate-key")]).toEqual([false, true]);
      await rotateKey(app);
      expect(await secrets(app)).toMatchObject({ ok: true });
    });
    const lost = await secrets(world.app);
    expect([lost?.ok, lost?.says.en.includes("sellers/utama")]).toEqual([false, true]);
  });
});
