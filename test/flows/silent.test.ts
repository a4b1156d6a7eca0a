/**
 * Proves that another side that takes calls and never answers starves nobody: a subscriber, a seller's channel, the mail
 * server. The first tries hold half of the hands at most, then one job asks at a time and the others stand back untried;
 * with the first answer all of them go on, and nothing is lost. Real HTTP and SMTP; silence is told by the clock handed in.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createPlain, type AddressInfo, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { channelPurpose, portalSecretsPurpose } from "../../src/seals";
import { savePortal } from "../../src/store/portals";
import { insertEndpoint } from "../../src/store/webhooks";
import { queueMessage } from "../../src/webhooks/announce";
import { newSecret, sealSecrets } from "../../src/webhooks/secrets";
import { describeEngines } from "../support/databases";
import { until } from "../support/until";
import { startReceiver, type Receiver } from "../webhooks/receiver";
import {
  addCompany,
  addSeller,
  atAuthority,
  paid,
  runToEnd,
  SECRET,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const SILENCE_SECONDS = 15;

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

/** Calls that are taken and let go without a word, a silence later. */
async function startSilent(world: World): Promise<{ url: string; calls(): number; close(): Promise<void> }> {
  let calls = 0;
  const server: Server = createServer((request) => {
    calls += 1;
    world.clock.pass(SILENCE_SECONDS);
    request.socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    calls: () => calls,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const jobsOfKind = async (world: World, kind: string) =>
  world.store.db
    .knex<{ kind: string; state: string; attempts: number; looks: number; run_at: string }>("jobs")
    .where({ kind });

describeEngines("a side that never answers", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine, {
      config: { workers: 4, channelTimeoutSeconds: 0.5, retrySeconds: [5, 30, 120, 600, 3600] },
    });
  });
  afterEach(() => world.close());

  async function subscribe(url: string, messages: number): Promise<void> {
    const { app } = world;
    const at = world.clock.now().toISOString();
    const secrets = [{ secret: newSecret(), until: null }];
    const row = {
      ...{ name: "akuntansi", url, events: "[]", seller: null, portal: null },
      ...{ secrets_sealed: sealSecrets(app.seal, "akuntansi", secrets), state: "on" as const },
      ...{ failures: 0, says: null, created_at: at, updated_at: at },
    };
    await insertEndpoint(app.db.knex, row);
    for (let count = 0; count < messages; count += 1) {
      await app.db.transaction((tx) =>
        queueMessage(tx, app.api, { ...row }, "webhook.test", `s-${count}`, { number: count }),
      );
    }
  }

  describe("as a subscriber", () => {
    const MESSAGES = 8;
    let receiver: Receiver;
    beforeEach(async () => {
      receiver = await startReceiver();
    });
    afterEach(() => receiver.close());

    test("holds half of the hands at first, and a customer's faktur goes by the others", async () => {
      const held: (() => void)[] = [];
      receiver.answer((response) => void held.push(() => response.writeHead(204).end()));
      await subscribe(receiver.url, MESSAGES);
      world.clock.pass(1);
      await tell(world, paid("1"));
      let idle = 0;
      const hands = [1, 2, 3, 4].map(() => world.app.worker.drain().then(() => void (idle += 1)));
      await until("two hands are free again", () => (idle === 2 ? true : null));
      expect(receiver.received).toHaveLength(2);
      expect(atAuthority(world, "INV-1")).toHaveLength(1);
      const standing = (await jobsOfKind(world, "webhook")).filter(({ state }) => state === "ready");
      expect(standing.map(({ attempts, looks }) => [attempts, looks])).toEqual(
        Array.from({ length: MESSAGES - 2 }, () => [0, 0]),
      );
      receiver.answer((response) => void response.writeHead(204).end());
      held.forEach((let_go) => let_go());
      await Promise.all(hands);
      await runToEnd(world);
      expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(MESSAGES);
      expect(receiver.received).toHaveLength(MESSAGES);
    });

    test("is asked by one message at a time, and by all at once when it answers", async () => {
      receiver.answer((response) => {
        world.clock.pass(SILENCE_SECONDS);
        response.destroy();
      });
      await subscribe(receiver.url, MESSAGES);
      await world.app.worker.drain();
      expect(receiver.received).toHaveLength(1);
      world.clock.pass(5);
      await world.app.worker.drain();
      // The next silence is waited for longer.
      expect(receiver.received).toHaveLength(2);
      world.clock.pass(29);
      await world.app.worker.drain();
      expect(receiver.received).toHaveLength(2);

      receiver.answer((response) => void response.writeHead(204).end());
      world.clock.pass(2);
      await world.app.worker.drain();
      expect(await jobsOfKind(world, "webhook")).toEqual([]);
      expect(receiver.received).toHaveLength(MESSAGES + 2);
    });
  });

  test("as one seller's channel keeps no other seller from the authority", async () => {
    const silent = await startSilent(world);
    const { seal, db } = world.app;
    const channel = { kind: "pajakio", baseUrl: silent.url, token: "token-uji" };
    const channel_sealed = seal.close(JSON.stringify(channel), channelPurpose("utama"));
    await addSeller(world, "utama", { channel_sealed });
    await addSeller(world, "kedua");
    const other = {
      ...{ kind: "generic" as const, seller: "kedua", api_sealed: null, options: "{}" },
      secrets_sealed: seal.close(JSON.stringify([SECRET]), portalSecretsPurpose("lain")),
    };
    await savePortal(db.knex, "lain", other, world.clock.now());
    await addCompany(world, "77", { portal: "lain" });
    const COUNT = 6;
    for (let count = 1; count <= COUNT; count += 1) await tell(world, paid(`1${count}`));
    await tell(world, paid("2"), { portal: "lain" });
    await world.app.worker.drain();
    expect(silent.calls()).toBe(1);
    expect(atAuthority(world, "INV-2")).toHaveLength(1);
    expect((await seen(world, "12")).reasons).toEqual(["on_its_way"]);

    await addSeller(world, "utama");
    await silent.close();
    world.clock.pass(5);
    await world.app.worker.drain();
    expect(atAuthority(world, "INV-1")).toHaveLength(COUNT);
    await runToEnd(world);
    for (let count = 1; count <= COUNT; count += 1) {
      expect((await seen(world, `1${count}`)).outcome).toBe("issued");
    }
    expect(atAuthority(world, "INV-1")).toHaveLength(COUNT);
  });

  test("is not one that takes long to say that a PDF is not ready", async () => {
    const asked = new Set<string>();
    await world.restart({
      async fetch(input, init) {
        if (String(input).includes("/get-pdf")) {
          asked.add(String(init?.body));
          world.clock.pass(3);
        }
        return globalThis.fetch(input, init);
      },
    });
    world.authority.authority.control.add([{ operation: "pdf", fault: "pdf-late" }] as never);
    const COUNT = 4;
    for (let count = 1; count <= COUNT; count += 1) await tell(world, paid(`1${count}`));
    for (let step = 0; step < 5 && asked.size === 0; step += 1) {
      world.clock.pass(15);
      await world.app.worker.drain();
    }
    expect(asked.size).toBe(COUNT);
  });
});

describeEngines("a mail server that never answers", (engine) => {
  test("is asked by one mail at a time; all go out when it is back", async () => {
    let calls = 0;
    let world: World | null = null;
    const silent = createPlain((socket: Socket) => {
      calls += 1;
      world?.clock.pass(SILENCE_SECONDS);
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const port = portOf(silent);
    world = await startWorld(engine, {
      config: { mailUrl: `smtp://127.0.0.1:${port}`, workers: 4, channelTimeoutSeconds: 0.5 },
    });
    const COUNT = 5;
    for (let count = 1; count <= COUNT; count += 1) await tell(world, paid(`1${count}`));
    for (let step = 0; step < 5 && calls === 0; step += 1) {
      await world.app.worker.drain();
      if (calls === 0) world.clock.pass(15);
    }
    expect((await jobsOfKind(world, "mail")).map(({ attempts }) => attempts).toSorted()).toEqual([
      0, 0, 0, 0, 1,
    ]);
    expect(calls).toBe(1);

    await new Promise((resolve) => silent.close(resolve));
    const took: string[] = [];
    const server = new SMTPServer({
      ...{
        authOptional: true,
        disabledCommands: ["AUTH", "STARTTLS"],
        logger: false,
        disableReverseLookup: true,
      },
      onData(stream, session, done) {
        stream.resume();
        stream.on("end", () => {
          took.push(...session.envelope.rcptTo.map((one) => one.address));
          done();
        });
      },
    });
    await once(server.listen(port, "127.0.0.1"), "listening");
    world.clock.pass(5);
    await world.app.worker.drain();
    expect(took).toHaveLength(COUNT);
    await world.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});
