// Proves how reports about returned mails are fetched from a real IMAP server: each is used once, also after a crash
// between using and marking; what people have not read stays unread for them; a mailbox that is away, or does not let
// us in, is a failure that passes; what cannot be read is never lost in silence; and the whole road from the mailbox to the mark on the delivery.
import type { Log } from "../../src/log";
import { openMailbox } from "../../src/mail/mailbox";
import { mailsOf } from "../../src/store/mails";
import { dovecotInstalled, startDovecot, type Dovecot } from "../support/dovecot";
import { dsn } from "../support/dsn";
import { tinyPdf } from "../support/tiny-pdf";
import { paid, runToEnd, seen, startWorld, tell } from "../support/world";

const describeDovecot = (what: string, body: () => void): void => {
  if (dovecotInstalled() || process.env["CI"] !== undefined) describe(what, body);
  else describe(what, () => test.skip("dovecot is not installed: skipped", () => undefined));
};

/** More than the reader of mails takes. */
const LONG_HEADER = `X-Long: ${"x".repeat(300_000)}`;

describeDovecot("a mailbox of reports", () => {
  let server: Dovecot;
  beforeEach(async () => {
    server = await startDovecot();
  });
  afterEach(() => server.stop());

  const mailbox = (url = server.url, timeoutMs = 5000) => openMailbox(url, { timeoutMs });
  const read = async (box = mailbox()): Promise<string[]> => {
    const found: string[] = [];
    await box.read(async (bytes) => {
      found.push(bytes.toString());
      return "read";
    });
    return found;
  };
  const mail = (subject: string) => `From: a@b.example\r\nSubject: ${subject}\r\n\r\n${subject}\r\n`;

  test("hands over each mail once, oldest first, and leaves people's unread marks", async () => {
    server.deliver(mail("satu"));
    server.deliver(mail("dua"));
    expect((await read()).map((raw) => /Subject: (\w+)/.exec(raw)?.[1])).toEqual(["satu", "dua"]);
    server.deliver(mail("tiga"));
    expect(await read()).toEqual([mail("tiga")]);
    expect(await read()).toEqual([]);
    expect(server.counts()).toEqual({ unread: 3, all: 3 });
  });

  test("hands a mail over again that was not used to its end", async () => {
    server.deliver(mail("satu"));
    const broken = mailbox().read(() => Promise.reject(new Error("the database is away")));
    await expect(broken).rejects.toMatchObject({ code: "mail_temporary" });
    expect(await read()).toEqual([mail("satu")]);
  });

  test("tries what could not be read once more, then flags it for people and says so", async () => {
    server.deliver(mail("berat"));
    server.deliver(mail("biasa"));
    const tried: string[] = [];
    const look = () =>
      mailbox().read(async (bytes) => {
        tried.push(/Subject: (\w+)/.exec(bytes.toString())?.[1] ?? "");
        return tried.at(-1) === "berat" ? "unreadable" : "read";
      });
    expect([await look(), await mailbox().check()]).toEqual([{ more: false, aside: [] }, 0]);
    expect(await look()).toEqual({ more: false, aside: [{ uid: 1, arrived: expect.any(String) }] });
    expect([await look(), await mailbox().check()]).toEqual([{ more: false, aside: [] }, 1]);
    expect(tried).toEqual(["berat", "biasa", "berat"]);
    expect(server.counts()).toEqual({ unread: 2, all: 2 });
  });

  test("reads the folder that the address names", async () => {
    server.deliver(mail("surat"));
    server.deliver(mail("pantulan"), "Pantulan");
    expect(await read(mailbox(`${server.url}/Pantulan`))).toEqual([mail("pantulan")]);
  });

  test("that is away, refuses the password, has no such folder, or speaks no TLS fails for now", async () => {
    const wrong = [
      server.url.replace("uji:uji", "uji:salah"),
      `${server.url}/Tidak-Ada`,
      server.url.replace("imap:", "imaps:"),
      server.url.replace(/:\d+$/, ":1"),
    ];
    for (const url of wrong) {
      await expect(mailbox(url, 1500).check()).rejects.toMatchObject({ code: "mail_temporary" });
      await expect(read(mailbox(url, 1500))).rejects.toMatchObject({ code: "mail_temporary" });
    }
    await mailbox().check();
  });

  test("is looked into by the program: a report there marks the delivery, everything else in it changes nothing", async () => {
    const world = await startWorld("SQLite", {
      drawPdf: tinyPdf,
      config: { bounceUrl: `${server.url}/Pantulan` },
    });
    await tell(world, paid("kembali"));
    await runToEnd(world);
    const [faktur] = (await seen(world, "kembali")).fakturs;
    const sent = async () => mailsOf(world.app.db.knex, faktur?.id ?? "");
    const [first] = await sent();
    server.deliver(mail("hello"), "Pantulan");
    server.deliver(
      dsn({ messageId: first?.message_id ?? "", recipient: first?.recipient ?? "", action: "delayed" }),
      "Pantulan",
    );
    await world.app.scheduleUpkeep();
    await world.app.worker.drain();
    expect(await sent()).toMatchObject([{ state: "sent" }]);
    server.deliver(
      dsn({ messageId: first?.message_id ?? "", recipient: first?.recipient ?? "" }),
      "Pantulan",
    );
    world.clock.pass(300);
    await world.app.worker.drain();
    expect(await sent()).toMatchObject([{ state: "bounced" }]);
    expect(await seen(world, "kembali")).toMatchObject({ outcome: "issued", reasons: ["mail_bounced"] });
    const checks = await world.app.api.examine();
    expect(checks.filter(({ name }) => name === "bounces")).toMatchObject([{ ok: true }]);
    await world.close();
  });

  test("with a mail that cannot be taken apart is told of in the log, and by doctor until the flag is off", async () => {
    const world = await startWorld("SQLite", { config: { bounceUrl: server.url } });
    const events: string[] = [];
    const note = (event: string) => void events.push(event);
    const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
    await world.restart({ log });
    server.deliver(dsn({ messageId: "<a@b.example>", recipient: "a@b.example", headers: [LONG_HEADER] }));
    await world.app.scheduleUpkeep();
    await world.app.worker.drain();
    world.clock.pass(300);
    await world.app.worker.drain();
    expect(events.filter((event) => event === "mail.report_unread")).toHaveLength(1);
    const checks = await world.app.api.examine();
    expect(checks.filter(({ name }) => name === "bounces")).toMatchObject([
      {
        ok: true,
        unchecked: true,
        says: { en: expect.stringContaining("flagged in the mailbox of returned mails: 1.") },
      },
    ]);
    await world.close();
  });
});
