/**
 * Proves that work which was laid aside, or waits, for a cause that people mend beside it goes on by itself once that is
 * mended: the master key, a certificate, the documents. And that regular work is never laid aside for good.
 */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { createToken } from "../../src/api/tokens";
import { buildApp } from "../../src/app";
import { silentLog } from "../../src/log";
import { readiness } from "../../src/ops/health";
import { mailsOf } from "../../src/store/mails";
import { enqueue, jobsOf, type JobKind } from "../../src/store/jobs";
import { makeP12 } from "../support/certificates";
import { describeEngines } from "../support/databases";
import { SETTINGS, startFaktur } from "../support/service";
import { until } from "../support/until";
import {
  addPortal,
  DESK,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  withWeb,
  type World,
} from "../support/world";

const OTHER_KEY = Buffer.alloc(32, 9);

describeEngines("work that was laid aside", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
  });
  afterEach(() => world.close());

  /** Lets some minutes pass while regular work stands, which never ends. */
  async function goOn(): Promise<void> {
    for (let step = 0; step < 6; step += 1) {
      await world.app.worker.drain();
      world.clock.pass(60);
    }
  }

  async function restartWith(masterKey: Buffer): Promise<void> {
    const { config } = world.app;
    await world.app.close();
    world.app = buildApp({ ...config, masterKey }, { clock: world.clock, log: silentLog });
    await world.app.scheduleUpkeep();
  }

  test("for a wrong master key goes on after a restart with the right one", async () => {
    const { masterKey } = world.app.config;
    await tell(world, paid("1"));
    await restartWith(OTHER_KEY);
    await goOn();
    expect((await seen(world, "1")).outcome).toBe("held");
    await restartWith(masterKey);
    await goOn();
    expect(await seen(world, "1")).toMatchObject({ outcome: "issued", reasons: [] });
    expect(await mailsAbout(world, "INV-1")).toHaveLength(1);
  });

  test("for another process's key goes on within the hour, without a restart", async () => {
    const { masterKey } = world.app.config;
    await tell(world, paid("1"));
    await restartWith(OTHER_KEY);
    await goOn();
    const right = { ...world.app.config, masterKey };
    await world.app.close();
    world.app = buildApp(right, { clock: world.clock, log: silentLog });
    world.clock.pass(3600);
    await goOn();
    expect((await seen(world, "1")).outcome).toBe("issued");
  });

  describe("for its seller's certificate", () => {
    let rendering: World;
    beforeEach(async () => {
      rendering = await startWorld(engine, { seller: { pdf: "rendition" } });
    });
    afterEach(() => rendering.close());

    test("goes on with the certificate; until then it says what to do, and not to wait", async () => {
      await tell(rendering, paid("1"));
      await runToEnd(rendering);
      expect(await seen(rendering, "1")).toMatchObject({ outcome: "issued", reasons: ["stuck"] });

      const token = await createToken(rendering.app.api, "admin-1", "admin");
      const p12 = makeP12({ kind: "aes", passphrase: "rahasia" }).toString("base64");
      const stored = await withWeb(rendering.app, (url) =>
        fetch(`${url}/api/v1/sellers/utama/certificate`, {
          method: "PUT",
          headers: {
            authorization: `Bearer ${token}`,
            "content-type": "application/json",
            connection: "close",
          },
          body: JSON.stringify({ p12, passphrase: "rahasia" }),
        }),
      );
      expect(stored.status).toBe(200);
      await rendering.app.worker.drain();
      expect(await seen(rendering, "1")).toMatchObject({ outcome: "issued", reasons: [] });
      expect(await mailsAbout(rendering, "INV-1")).toHaveLength(1);
    });
  });

  test("documents that are not mounted: not ready, the mail waits and goes out when they are back", async () => {
    const { app } = world;
    const ready = async () => (await readiness(app)).filter(({ ok }) => !ok).map(({ name }) => name);
    expect(await ready()).toEqual([]);
    await tell(world, paid("1"));
    await runToEnd(world);
    const [faktur] = (await seen(world, "1")).fakturs;
    const [folder, away] = [join(world.folder, "documents"), join(world.folder, "elsewhere")];
    renameSync(folder, away);
    await app.api.corrections.resend(faktur!.id, "lain@contoh.example", DESK);
    await app.worker.drain();
    expect((await seen(world, "1")).reasons).toEqual(["delayed"]);
    expect(await ready()).toEqual(["documents"]);

    // What the probe has made in its place is under the mount.
    renameSync(folder, join(world.folder, "under-the-mount"));
    renameSync(away, folder);
    expect(await ready()).toEqual([]);
    await runToEnd(world);
    expect((await mailsOf(app.db.knex, faktur!.id)).map(({ state }) => state)).toEqual(["sent", "sent"]);
  });

  async function layAside(kind: JobKind, subject: string): Promise<void> {
    await enqueue(world.app.db.knex, kind, subject, world.clock.now(), world.clock.now());
    await world.app.db
      .knex("jobs")
      .where({ kind, subject })
      .update({ state: "stuck", crashes: 5, last_code: "worker_died_repeatedly" });
  }
  const regular = async (kind: JobKind, subject: string) =>
    (await jobsOf(world.app.db.knex, [subject])).find((job) => job.kind === kind);

  test.each([
    ["digest", "all"],
    ["reconcile", "all"],
    ["services", "whmcs-1"],
  ] as const)("%s %s comes back at its next time, by a restart and by the hour", async (kind, subject) => {
    const api = { url: "http://127.0.0.1:9", identifier: "id", secret: "rahasia" };
    await addPortal(world, "whmcs-1", { kind: "whmcs", api });
    await layAside(kind, subject);
    await world.app.scheduleUpkeep();
    await world.app.schedulePolls();
    const back = await regular(kind, subject);
    expect(back).toMatchObject({ state: "ready", crashes: 0, lastCode: "worker_died_repeatedly" });

    await layAside(kind, subject);
    await world.app.worker.drain();
    expect((await regular(kind, subject))?.state).toBe("ready");
  });
});

describeEngines("a portal's whole list that was laid aside", (engine) => {
  test("is read the next night: not at once, since it may be what killed its holders", async () => {
    const world = await startWorld(engine, { config: { portalPollSeconds: 300 } });
    const { db } = world.app;
    const api = { url: "http://127.0.0.1:9", identifier: "id", secret: "rahasia" };
    await addPortal(world, "whmcs-1", { kind: "whmcs", api });
    const whole = { kind: "poll", subject: "whmcs-1#all" } as const;
    await enqueue(db.knex, whole.kind, whole.subject, world.clock.now(), world.clock.now());
    await db.knex("jobs").where(whole).update({ state: "stuck", crashes: 5 });
    await world.app.schedulePolls();
    await world.app.worker.drain();
    const night = new Date("2026-11-04T03:00:00+07:00").toISOString();
    expect(await jobsOf(db.knex, [whole.subject])).toMatchObject([
      { state: "ready", crashes: 0, runAt: night },
    ]);
    await world.close();
  });
});

describeEngines("a service with a wrong master key", (engine) => {
  test("says so when it starts", async () => {
    const world = await startWorld(engine);
    const settings = {
      ...{ FAKTUR_DATABASE_URL: world.store.url, FAKTUR_PORT: "0", FAKTUR_LOG_LEVEL: "info" },
      FAKTUR_DOCUMENTS_URL: `file:${join(world.folder, "documents")}`,
      FAKTUR_MAIL_URL: `file:${join(world.folder, "outbox")}`,
    };
    const wrong = { FAKTUR_MASTER_KEY: OTHER_KEY.toString("base64") };
    const service = startFaktur(["start"], { ...SETTINGS, ...settings, ...wrong });
    await until("it has started", () => (service.output().includes("service.started") ? true : null));
    service.process.kill("SIGTERM");
    await service.ended;
    expect(service.output()).toContain("secrets.do_not_open");
    expect(service.output()).toContain("sellers/utama/channel_sealed");
    await world.close();
  });
});
