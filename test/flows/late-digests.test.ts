/**
 * Proves on both engines that a mail server which was away for days does not get a digest for each of them: what they tell
 * is how things stand now, so the latest alone goes out.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { describeEngines } from "../support/databases";
import { startWorld } from "../support/world";

describeEngines("digests of days on which no mail went out", (engine) => {
  test("are not sent one after the other when it goes again; the latest tells how things stand", async () => {
    let isAway = true;
    const subjects: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["AUTH", "STARTTLS"],
      onRcptTo: (_address, _session, done) =>
        done(isAway ? Object.assign(new Error("later"), { responseCode: 451 }) : null),
      onData: (stream, _session, done) => {
        const bytes: Buffer[] = [];
        stream.on("data", (some: Buffer) => bytes.push(some));
        stream.on("end", () => {
          subjects.push(/^Subject: (.*)$/m.exec(Buffer.concat(bytes).toString())?.[1] ?? "");
          done();
        });
      },
    });
    server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    const mailUrl = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    const world = await startWorld(engine, { config: { mailUrl } });
    const at = async (moment: string) => {
      world.clock.set(new Date(`${moment}+07:00`));
      await world.app.worker.drain();
      world.clock.pass(60);
      await world.app.worker.drain();
    };
    try {
      await world.app.scheduleUpkeep();
      for (const day of ["04", "05", "06"]) await at(`2026-11-${day}T07:00:30`);
      isAway = false;
      await at("2026-11-06T09:00:00");
      await at("2026-11-07T07:00:30");
      expect(subjects.filter((one) => one.startsWith("Faktur "))).toEqual([
        "Faktur 2026-11-06: semua beres",
        "Faktur 2026-11-07: semua beres",
      ]);
    } finally {
      await world.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });
});
