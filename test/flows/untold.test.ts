/**
 * What went wrong while nobody looked, on both engines: a Coretax file that cannot be written by itself, and a digest that
 * the mail server refuses. Proves that each stands on the home page and in the metrics until it is mended, that the file is
 * then written once, and that the fakturs behind it follow.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { gatherHome } from "../../src/ops/home";
import { channelPurpose } from "../../src/seals";
import { describeEngines } from "../support/databases";
import { addSeller, paid, seen, startWorld, tell, type World } from "../support/world";

/** Kinds and codes of what needs a person. */
const home = async (world: World) =>
  (await gatherHome(world.app)).items.map(({ kind, code, title }) => [kind, code, title.en]);
const metrics = async (world: World) => (await world.app.metrics.text()).split("\n");

async function minutes(world: World, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    world.clock.pass(61);
    await world.app.worker.drain();
  }
}

describeEngines("a Coretax file that cannot be written", (engine) => {
  let world: World;
  let dir: string;
  beforeEach(async () => {
    world = await startWorld(engine);
    dir = join(world.folder, "own");
    const settings = JSON.stringify({ kind: "coretax-file", dir });
    await addSeller(world, "utama", {
      channel_kind: "coretax-file",
      channel_sealed: world.app.seal.close(settings, channelPurpose("utama")),
    });
  });
  afterEach(() => world.close());

  test("is told until it is written, and what came after it follows", async () => {
    writeFileSync(dir, "in the way");
    await tell(world, paid("1"));
    await world.app.worker.drain();
    await world.app.scheduleUpkeep();
    await minutes(world, 2);
    await tell(world, paid("2"));
    await minutes(world, 2);
    expect(await home(world)).toEqual([]);
    await minutes(world, 4);
    expect(await home(world)).toEqual([["file", "file_not_written", "utama: faktur-utama-20261103-001.xml"]]);
    expect((await metrics(world)).join("\n")).toMatch(
      /^faktur_coretax_unwritten_seconds\{seller="utama"\} \d{3}/m,
    );
    expect(await seen(world, "2")).toMatchObject({ reasons: expect.arrayContaining(["ready_for_export"]) });

    rmSync(dir);
    mkdirSync(dir);
    await minutes(world, 20);
    expect(readdirSync(dir).sort()).toEqual([
      "faktur-utama-20261103-001.xml",
      "faktur-utama-20261103-002.xml",
    ]);
    expect(await home(world)).toEqual([]);
    expect((await metrics(world)).filter((one) => one.startsWith("faktur_coretax_unwritten"))).toEqual([]);
  });

  test("is no longer asked for when its seller has left files", async () => {
    writeFileSync(dir, "in the way");
    await tell(world, paid("1"));
    await world.app.worker.drain();
    await world.app.scheduleUpkeep();
    await minutes(world, 10);
    expect(await home(world)).toHaveLength(1);
    await addSeller(world, "utama");
    expect(await home(world)).toEqual([]);
  });
});

describeEngines("a digest that is refused", (engine) => {
  test("is told until a later one is taken", async () => {
    let refusing = true;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["AUTH", "STARTTLS"],
      onRcptTo: (_address, _session, done) =>
        done(refusing ? Object.assign(new Error("no such user"), { responseCode: 550 }) : null),
      onData: (stream, _session, done) => {
        stream.on("end", () => done());
        stream.resume();
      },
    });
    server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    const mailUrl = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    const world = await startWorld(engine, { config: { mailUrl } });
    const morning = async (day: string) => {
      world.clock.set(new Date(`${day}T07:00:30+07:00`));
      await world.app.worker.drain();
    };
    try {
      await world.app.scheduleUpkeep();
      await world.app.worker.drain();
      await morning("2026-11-04");
      expect(await home(world)).toEqual([["digest", "digest_refused", expect.stringMatching(/^utama: /)]]);
      expect(await metrics(world)).toContain('faktur_digest_refused{seller="utama"} 1');
      refusing = false;
      await morning("2026-11-05");
      expect(await home(world)).toEqual([]);
      expect(await metrics(world)).not.toContain('faktur_digest_refused{seller="utama"} 1');
    } finally {
      await world.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });
});
