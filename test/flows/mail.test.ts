// Proves what becomes of a mail when its server refuses it, wants it later, is away, or dies after it has taken it; and
// that a simulated document stays inside the house unless the seller says otherwise. Real SMTP on this machine.
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { SMTPServer } from "smtp-server";
import { fakturSummaries } from "../../src/api/views";
import { buildApp } from "../../src/app";
import { silentLog } from "../../src/log";
import { mailsOf } from "../../src/store/mails";
import { describeEngines } from "../support/databases";
import {
  addSeller,
  DESK,
  enterCompany,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

interface Took {
  readonly to: string[];
  readonly raw: string;
}

/** A mail server whose next answers to RCPT and DATA a test may choose. */
async function startSmtp({ port = 0, tls = false } = {}) {
  const took: Took[] = [];
  const answers: { rcpt: (number | null)[]; data: (number | null)[] } = { rcpt: [], data: [] };
  /** Addresses it never takes. */
  const unknown = new Set<string>();
  const fail = (code: number | null | undefined) =>
    code == null ? null : Object.assign(new Error(`code ${code}`), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: tls ? ["AUTH"] : ["STARTTLS", "AUTH"],
    logger: false,
    disableReverseLookup: true,
    onRcptTo: ({ address }, _session, done) => done(fail(unknown.has(address) ? 550 : answers.rcpt.shift())),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const code = answers.data.shift();
        if (code == null) {
          took.push({
            to: session.envelope.rcptTo.map((one) => one.address),
            raw: Buffer.concat(chunks).toString("latin1"),
          });
        }
        done(fail(code));
      });
    },
  });
  server.on("error", () => undefined);
  const listening = server.listen(port, "127.0.0.1");
  await once(listening, "listening");
  return {
    took,
    answers,
    unknown,
    port: (listening.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const messageIdOf = (one: Took) => /^message-id: *(\S+)/im.exec(one.raw)?.[1];

describeEngines("a mail", (engine) => {
  let world: World;
  let smtp: Awaited<ReturnType<typeof startSmtp>>;
  let count = 0;
  let id: string;
  beforeAll(async () => {
    smtp = await startSmtp();
    world = await startWorld(engine, {
      config: { mailUrl: `smtp://127.0.0.1:${smtp.port}`, channelTimeoutSeconds: 2 },
    });
  });
  afterAll(async () => {
    await world.close();
    await smtp.close();
  });
  beforeEach(() => {
    world.clock.set("2026-11-03T09:10:00+07:00");
    id = `m${(count += 1)}`;
    smtp.took.length = 0;
  });

  const pay = async () => {
    await tell(world, paid(id));
    await runToEnd(world);
  };
  const mails = async () => mailsOf(world.app.db.knex, (await seen(world, id)).fakturs[0]?.id ?? "");

  test("that the server takes is sent once, with its answer on record", async () => {
    await pay();
    expect(smtp.took.map((one) => one.to)).toEqual([["pajak@contoh.example"]]);
    expect(await mails()).toMatchObject([{ state: "sent", message_id: messageIdOf(smtp.took[0] as Took) }]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
  });

  test.each([
    ["at the recipient", "rcpt"],
    ["after the data", "data"],
  ] as const)(
    "that the server wants later (450 %s) goes later, under the same Message-ID",
    async (_, where) => {
      smtp.answers[where].push(450, 450);
      await tell(world, paid(id));
      await runToEnd(world);
      expect(smtp.took).toHaveLength(1);
      expect(await mails()).toMatchObject([{ state: "sent", message_id: messageIdOf(smtp.took[0] as Took) }]);
    },
  );

  test("that the server refuses (550) is told, not repeated, and goes out when it is sent anew", async () => {
    smtp.answers.rcpt.push(550);
    await pay();
    expect(smtp.took).toEqual([]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: ["mail_refused"] });
    const [faktur] = (await seen(world, id)).fakturs;
    await world.app.api.corrections.resend(faktur?.id ?? "", "baru@contoh.example", DESK);
    await runToEnd(world);
    expect(smtp.took.map((one) => one.to)).toEqual([["baru@contoh.example"]]);
  });

  test("that went once to an address somebody named never goes there again unless it is named again", async () => {
    const resend = async (to: string | null) => {
      const [faktur] = (await seen(world, id)).fakturs;
      await world.app.api.corrections.resend(faktur?.id ?? "", to, DESK);
      await runToEnd(world);
      return smtp.took.at(-1)?.to;
    };
    await pay();
    expect(await resend("salahketik@orang-lain.example")).toEqual(["salahketik@orang-lain.example"]);
    expect(await resend(null)).toEqual(["pajak@contoh.example"]);
    expect(smtp.took).toHaveLength(3);
    smtp.answers.rcpt.push(550);
    await resend("tak-ada@orang-lain.example");
    expect(await resend(null)).toEqual(["pajak@contoh.example"]);
    expect(smtp.took).toHaveLength(4);
    expect(await resend("salahketik@orang-lain.example")).toEqual(["salahketik@orang-lain.example"]);
    expect(smtp.took).toHaveLength(5);
  });

  test("that had nowhere to go but to an address somebody named goes to the tab's once that has one", async () => {
    await pay();
    const [faktur] = (await seen(world, id)).fakturs;
    const named = { faktur_id: faktur?.id, recipient: "pajak@contoh.example" };
    await world.app.db.knex("mails").where(named).update({ recipient: "sekali@lain.example", sequence: 1 });
    await world.app.api.corrections.resend(faktur?.id ?? "", null, DESK);
    await runToEnd(world);
    expect(smtp.took.at(-1)?.to).toEqual(["pajak@contoh.example"]);
    expect(smtp.took).toHaveLength(2);
  });

  test("whose server hangs up after it has taken it goes again under the same Message-ID", async () => {
    const { port, seenIds, close } = await startRude("after DATA");
    const other = await startWorld(engine, {
      config: { mailUrl: `smtp://127.0.0.1:${port}`, channelTimeoutSeconds: 2 },
    });
    await tell(other, paid("rude"));
    await runToEnd(other);
    expect(seenIds).toHaveLength(2);
    expect(new Set(seenIds).size).toBe(1);
    expect(await seen(other, "rude")).toMatchObject({ outcome: "issued", reasons: [] });
    await other.close();
    await close();
  });

  test("whose server hangs up in the middle of it goes again under the same Message-ID, whole", async () => {
    const { port, seenIds, close } = await startRude("in DATA");
    const other = await startWorld(engine, {
      config: { mailUrl: `smtp://127.0.0.1:${port}`, channelTimeoutSeconds: 2 },
    });
    await tell(other, paid("cut"));
    await runToEnd(other);
    const { outcome, reasons, fakturs } = await seen(other, "cut");
    expect({ outcome, reasons }).toEqual({ outcome: "issued", reasons: [] });
    const mails = await mailsOf(other.app.db.knex, fakturs[0]?.id ?? "");
    expect(mails).toMatchObject([{ state: "sent", message_id: seenIds[0] }]);
    expect(seenIds).toHaveLength(2);
    expect(new Set(seenIds).size).toBe(1);
    await other.close();
    await close();
  });

  test("with one of two recipients refused reaches the other, once, and the refused one is told", async () => {
    smtp.unknown.add("salah@contoh.example");
    await enterCompany(world, "77", { email: "benar@contoh.example, salah@contoh.example" });
    await pay();
    expect(smtp.took.map((one) => one.to)).toEqual([["benar@contoh.example"]]);
    const states = (await mails()).map(({ recipient, state }) => `${recipient} ${state}`).toSorted();
    expect(states).toEqual(["benar@contoh.example sent", "salah@contoh.example refused"]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: ["mail_refused"] });
    // Sent again after the tab was corrected: the refused address is not tried any more.
    await enterCompany(world, "77", { email: "benar@contoh.example, betul@contoh.example" });
    const [faktur] = (await seen(world, id)).fakturs;
    await world.app.api.corrections.resend(faktur?.id ?? "", null, DESK);
    await runToEnd(world);
    expect(
      smtp.took
        .slice(1)
        .map((one) => one.to[0])
        .toSorted(),
    ).toEqual(["benar@contoh.example", "betul@contoh.example"]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    await enterCompany(world, "77", { email: "pajak@contoh.example" });
  });

  test.each(["salah@contoh.example, benar@contoh.example", "benar@contoh.example, salah@contoh.example"])(
    "that one of %s does not take is the one that lists show, until it is made good",
    async (email) => {
      smtp.unknown.add("salah@contoh.example");
      await enterCompany(world, "77", { email });
      await pay();
      const shown = async () =>
        (await fakturSummaries(world.app.db, (await seen(world, id)).fakturs))[0]?.mail;
      expect(await shown()).toMatchObject({ to: "salah@contoh.example", state: "refused" });
      await enterCompany(world, "77", { email: "benar@contoh.example, betul@contoh.example" });
      await world.app.api.corrections.resend((await seen(world, id)).fakturs[0]?.id ?? "", null, DESK);
      await runToEnd(world);
      expect(await shown()).toMatchObject({ state: "sent" });
      await enterCompany(world, "77", { email: "pajak@contoh.example" });
    },
  );

  test("whose server is down for a day goes out once, the day after", async () => {
    const gone = await startSmtp();
    await gone.close();
    const other = await startWorld(engine, { config: { mailUrl: `smtp://127.0.0.1:${gone.port}` } });
    await tell(other, paid("day"));
    for (let halfHours = 0; halfHours < 50; halfHours += 1) {
      await other.app.worker.drain();
      other.clock.pass(1800);
    }
    expect(await seen(other, "day")).toMatchObject({ outcome: "issued", reasons: ["delayed"] });
    const back = await startSmtp({ port: gone.port });
    await runToEnd(other);
    expect(back.took).toHaveLength(1);
    expect(await seen(other, "day")).toMatchObject({ outcome: "issued", reasons: [] });
    await other.close();
    await back.close();
  });

  test("does not go in clear where TLS is required and broken, and goes once that is mended", async () => {
    const broken = await startSmtp({ tls: true });
    const url = `smtp://127.0.0.1:${broken.port}`;
    const other = await startWorld(engine, { config: { mailUrl: `${url}?tls=required` } });
    await tell(other, paid("tls"));
    for (let step = 0; step < 8; step += 1) {
      await other.app.worker.drain();
      other.clock.pass(60);
    }
    expect(broken.took).toEqual([]);
    expect(await seen(other, "tls")).toMatchObject({ outcome: "issued", reasons: ["delayed"] });
    const { config } = other.app;
    await other.app.close();
    other.app = buildApp({ ...config, mailUrl: url }, { clock: other.clock, log: silentLog });
    await runToEnd(other);
    expect(broken.took).toHaveLength(1);
    expect(await seen(other, "tls")).toMatchObject({ outcome: "issued", reasons: [] });
    await other.close();
    await broken.close();
  });

  test("whose server is away waits for it", async () => {
    const gone = await startSmtp();
    await gone.close();
    const other = await startWorld(engine, { config: { mailUrl: `smtp://127.0.0.1:${gone.port}` } });
    await tell(other, paid("away"));
    for (let step = 0; step < 12; step += 1) {
      await other.app.worker.drain();
      other.clock.pass(20);
    }
    expect(await seen(other, "away")).toMatchObject({ outcome: "issued", reasons: ["delayed"] });
    await other.close();
  });

  test("of a simulated document does not leave the house, unless the seller says so", async () => {
    // A server that is not this machine: nothing may even be tried.
    const outside = await startWorld(engine, { config: { mailUrl: "smtp://mail.invalid:25" } });
    let tried = 0;
    Object.assign(outside.app.mailer, {
      send: async () => {
        tried += 1;
        return { response: "250 ok" };
      },
    });
    expect(outside.app.mailer.local).toBe(false);
    await tell(outside, paid("inside"));
    await runToEnd(outside);
    expect(await seen(outside, "inside")).toMatchObject({ outcome: "issued", reasons: ["mail_withheld"] });
    expect(tried).toBe(0);
    await addSeller(outside, "utama", { options: JSON.stringify({ allowSimulatedMail: true }) });
    await tell(outside, paid("allowed"));
    await runToEnd(outside);
    expect(await seen(outside, "allowed")).toMatchObject({ outcome: "issued", reasons: [] });
    expect(tried).toBe(1);
    await outside.close();
  });
});

/** Takes a mail, whole or in part, and breaks the line instead of saying so; the second time it says so. */
async function startRude(breaks: "in DATA" | "after DATA") {
  const seenIds: string[] = [];
  const server: Server = createServer((socket: Socket) => {
    let heard = "";
    let inData = false;
    socket.on("error", () => undefined);
    socket.write("220 rude\r\n");
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      if (inData) {
        const whole = heard.includes("\r\n.\r\n");
        if (!whole && !(breaks === "in DATA" && seenIds.length === 0)) return;
        seenIds.push(/^message-id: *(\S+)/im.exec(heard)?.[1] ?? "");
        inData = false;
        heard = "";
        if (seenIds.length === 1) socket.destroy();
        else socket.write("250 taken\r\n");
        return;
      }
      for (let end = heard.indexOf("\r\n"); end >= 0 && !inData; end = heard.indexOf("\r\n")) {
        const word = heard.slice(0, 4).toUpperCase();
        heard = heard.slice(end + 2);
        inData = word === "DATA";
        socket.write(inData ? "354 go\r\n" : "250 ok\r\n");
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    seenIds,
    port: (server.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
