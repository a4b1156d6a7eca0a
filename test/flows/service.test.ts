// Proves the same with real processes and the real clock: two services on one database share the work, one is killed
// without warning while it works and started again; every invoice ends once. Then both are asked to stop, and do.
import { join } from "node:path";
import { isoInJakarta, systemClock } from "../../src/clock";
import { describeEngines } from "../support/databases";
import { SETTINGS, startFaktur, type Running } from "../support/service";
import { tinyPdf } from "../support/tiny-pdf";
import { until } from "../support/until";
import { atAuthority, mailsAbout, paid, seen, startWorld, tellAt, type World } from "../support/world";

const INVOICES = 12;

describeEngines("services as processes", (engine) => {
  let world: World;
  const running: Running[] = [];
  beforeAll(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf });
    world.clock.set(systemClock.now());
  });
  afterAll(async () => {
    for (const one of running) one.process.kill("SIGKILL");
    await Promise.all(running.map((one) => one.ended));
    await world.close();
  });

  /** Starts one and waits for its address. */
  async function start(): Promise<{ one: Running; url: string }> {
    const one = startFaktur(["start"], {
      ...SETTINGS,
      FAKTUR_DATABASE_URL: world.store.url,
      FAKTUR_DOCUMENTS_URL: `file:${join(world.folder, "documents")}`,
      FAKTUR_MAIL_URL: `file:${join(world.folder, "outbox")}`,
      FAKTUR_PORT: "0",
      FAKTUR_FOLLOW_SECONDS: "0.2",
      FAKTUR_RETRY_SECONDS: "0.2",
      FAKTUR_LEASE_SECONDS: "2",
      FAKTUR_PORTAL_POLL_SECONDS: "0",
    });
    running.push(one);
    const url = await until("the service starts", () => {
      if (one.process.exitCode !== null) throw new Error(one.output());
      return /"web":"(http[^"]+)"/.exec(one.output())?.[1] ?? null;
    });
    return { one, url };
  }

  test("one killed in the middle of its work, and started again, loses and doubles nothing", async () => {
    const [first, second] = [await start(), await start()];
    const ids = Array.from({ length: INVOICES }, (_, index) => `p${index}`);
    for (const [index, id] of ids.entries()) {
      const { url } = index % 2 === 0 ? first : second;
      const at = systemClock.now();
      const told = await tellAt(url, at, paid(id, { paidAt: isoInJakarta(at) }));
      expect(told.status).toBe(202);
    }
    await until("three documents are made", () =>
      world.authority.authority.state.all().length >= 3 ? true : null,
    );
    first.one.process.kill("SIGKILL");
    expect(await first.one.ended).toBe("SIGKILL");
    const again = await start();

    for (const id of ids) {
      await until(
        `${id} is issued and mailed`,
        async () => {
          const { outcome, reasons } = await seen(world, id);
          const mails = await mailsAbout(world, `INV-${id}\n`);
          return outcome === "issued" && reasons.length === 0 && mails.length === 1 ? true : null;
        },
        40,
      );
      expect(
        atAuthority(world, `INV-${id}`).filter(({ sale }) => sale.noInvoice === `INV-${id}`),
      ).toHaveLength(1);
    }
    expect(world.authority.authority.state.all()).toHaveLength(INVOICES);

    for (const { one } of [second, again]) one.process.kill("SIGTERM");
    expect(await second.one.ended).toBe(0);
    expect(await again.one.ended).toBe(0);
  });
});
