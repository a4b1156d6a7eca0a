/**
 * Proves how a mail leaves and how its failures are told apart, against real SMTP servers on this machine: one that
 * follows the protocol and is told to refuse at each step, and bare sockets that break off or never answer. What
 * arrived is parsed by an independent MIME reader.
 */
import fc from "fast-check";
import forge from "node-forge";
import { generateKeyPairSync } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { AppError } from "../../src/errors";
import { createMailer } from "../../src/mail/transport";
import type { Mailer, OutgoingMail } from "../../src/mail/mailer";

const pdf = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));

const mail: OutgoingMail = {
  messageId: "<faktur.0192ab@faktur.example>",
  from: "PT Hosting – Pajak <pajak@hosting.example>",
  to: "keuangan@contoh.example",
  subject: "Faktur Pajak 04002600000000001 untuk invoice INV-1",
  text: "Yth. PT Contoh – Rp 1.000\n",
  html: "<p>Yth. PT Contoh – Rp 1.000</p>",
  date: new Date("2026-11-03T02:10:00Z"),
  attachments: [{ filename: "Faktur-Pajak_1_INV-1.pdf", contentType: "application/pdf", content: pdf }],
};

interface Taken {
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: Buffer;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  while (closing.length > 0) await closing.pop()?.();
});

/** A certificate that only its own key vouches for. */
function selfSigned(): { key: string; cert: string } {
  const pair = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const cert = forge.pki.createCertificate();
  cert.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  cert.validity.notBefore = new Date("2020-01-01");
  cert.validity.notAfter = new Date("2120-01-01");
  cert.setSubject([{ name: "commonName", value: "127.0.0.1" }]);
  cert.setIssuer([{ name: "commonName", value: "127.0.0.1" }]);
  cert.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create());
  return { key: pair.privateKey, cert: forge.pki.certificateToPem(cert) };
}

/** An SMTP server that keeps what it takes. */
async function smtp(options: SMTPServerOptions = {}): Promise<{ url: string; port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 10,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map((one) => one.address),
          bytes: Buffer.concat(chunks),
        });
        done(null, `queued as ${taken.length}`);
      });
    },
    ...options,
  });
  server.on("error", () => undefined); // a broken connection is what some of these tests are about
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, port, taken };
}

/** A server below the protocol: `serve` has the socket. */
async function bare(serve: (socket: Socket) => void): Promise<{ url: string; connections: () => number }> {
  const open = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
  };
}

/** Answers each line by its first word; a missing word breaks the connection. */
const scripted =
  (greeting: string, answers: Record<string, string>, onBody: (socket: Socket) => void = () => undefined) =>
  (socket: Socket) => {
    let inBody = false;
    socket.write(`${greeting}\r\n`);
    socket.on("data", (data) => {
      if (inBody) return onBody(socket);
      for (const line of data.toString("latin1").split("\r\n").filter(Boolean)) {
        const word = line.slice(0, 4).toUpperCase();
        const answer = answers[word];
        if (answer === undefined) return void socket.destroy();
        socket.write(`${answer}\r\n`);
        inBody ||= word === "DATA";
      }
    });
  };

function mailerFor(url: string, timeoutMs = 5000): Mailer {
  const mailer = createMailer(url, { timeoutMs });
  closing.push(() => mailer.close());
  return mailer;
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const result = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(result).toBeInstanceOf(AppError);
  return result as AppError;
}

const refuse = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode });

describe("a server that takes the mail", () => {
  test("gets one envelope recipient, both bodies, the headers and the exact attachment", async () => {
    const { url, taken } = await smtp();
    const receipt = await mailerFor(url).send({ ...mail, replyTo: "tanya@hosting.example" });

    expect(receipt.response).toContain("queued as 1");
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({ from: "pajak@hosting.example", to: ["keuangan@contoh.example"] });
    const arrived = await PostalMime.parse(taken[0]!.bytes);
    const header = (key: string) => arrived.headers.filter((one) => one.key === key).map((one) => one.value);
    expect(arrived).toMatchObject({
      messageId: mail.messageId,
      subject: mail.subject,
      from: { name: "PT Hosting – Pajak", address: "pajak@hosting.example" },
      to: [{ address: "keuangan@contoh.example" }],
      replyTo: [{ address: "tanya@hosting.example" }],
    });
    expect(arrived.text?.trim()).toBe(mail.text.trim());
    expect(arrived.html?.trim()).toBe(mail.html);
    expect(header("date")).toEqual(["Tue, 03 Nov 2026 02:10:00 +0000"]);
    expect(header("auto-submitted")).toEqual(["auto-generated"]);
    // Neither "All" nor "NDR": a mail that Exchange cannot deliver must come back.
    expect(header("x-auto-response-suppress")).toEqual(["OOF, AutoReply, RN, NRN"]);
    expect(header("x-mailer")).toEqual([]);
    expect(header("x-faktur-message-id")).toEqual([mail.messageId]);
    expect(arrived.attachments).toHaveLength(1);
    expect(arrived.attachments[0]).toMatchObject({
      filename: "Faktur-Pajak_1_INV-1.pdf",
      mimeType: "application/pdf",
      disposition: "attachment",
    });
    expect(Buffer.from(arrived.attachments[0]!.content as ArrayBuffer).equals(pdf)).toBe(true);
  });

  test("gets an address with a domain of its own script in the spelling of the wire", async () => {
    const { url, taken } = await smtp();
    await mailerFor(url).send({ ...mail, to: "pajak@bücher.example" });
    expect(taken[0]?.bytes.toString()).toContain("To: pajak@xn--bcher-kva.example");
  });

  test("gets many mails over few connections", async () => {
    let connections = 0;
    const { url, taken } = await smtp({
      onConnect: (_session, done) => {
        connections += 1;
        done();
      },
    });
    const mailer = mailerFor(url);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        mailer.send({ ...mail, messageId: `<${index}@faktur.example>`, attachments: [] }),
      ),
    );
    expect(taken).toHaveLength(20);
    expect(connections).toBeLessThanOrEqual(5);
  });

  test("gets the login of the address, percent signs decoded", async () => {
    const logins: unknown[] = [];
    const { port, taken } = await smtp({
      allowInsecureAuth: true,
      authOptional: false,
      onAuth: (auth, _session, done) => {
        logins.push([auth.username, auth.password]);
        done(null, { user: "u" });
      },
    });
    const mailer = mailerFor(`smtp://faktur%40hosting:p%2Fa%3Ass@127.0.0.1:${port}`);
    await mailer.send(mail);
    await mailer.check();
    expect(taken).toHaveLength(1);
    expect(logins).toEqual([
      ["faktur@hosting", "p/a:ss"],
      ["faktur@hosting", "p/a:ss"],
    ]);
  });
});

describe("encryption", () => {
  const certificate = selfSigned();

  test("is used when a server on this machine offers it, whoever signed its certificate", async () => {
    const secured: boolean[] = [];
    const { url } = await smtp({
      ...certificate,
      disabledCommands: [],
      onMailFrom: (_address, session, done) => {
        secured.push(session.secure);
        done();
      },
    });
    await mailerFor(url).send(mail);
    expect(secured).toEqual([true]);
  });

  test("with a certificate no one signed is refused where TLS is required", async () => {
    const { url, taken } = await smtp({ ...certificate, disabledCommands: [] });
    const failure = await failureOf(mailerFor(`${url}?tls=required`).send(mail));
    expect(failure.code).toBe("mail_temporary");
    expect(failure.message).toContain("Check the server's certificate");
    expect(taken).toHaveLength(0);
  });

  test("with a certificate no one signed is refused for smtps", async () => {
    const { port, taken } = await smtp({ ...certificate, secure: true });
    const failure = await failureOf(mailerFor(`smtps://127.0.0.1:${port}`).send(mail));
    expect(failure.code).toBe("mail_temporary");
    expect(failure.message).toContain("Check the server's certificate");
    expect(taken).toHaveLength(0);
  });

  test("required and not offered means that nothing is sent", async () => {
    const { url, taken } = await smtp();
    const failure = await failureOf(mailerFor(`${url}?tls=required`).send(mail));
    expect(failure.code).toBe("mail_temporary");
    expect(taken).toHaveLength(0);
  });

  test.each([
    ["", "mail_temporary", 0],
    ["?tls=optional", null, 1],
  ])(
    "not offered by another machine, with a password and %j: %j, logins seen %i",
    async (tls, code, seen) => {
      let logins = 0;
      const onAuth: SMTPServerOptions["onAuth"] = (_auth, _session, done) => {
        logins += 1;
        done(null, { user: "faktur" });
      };
      const { port } = await smtp({ allowInsecureAuth: true, onAuth });
      // By its name no address of this machine, and it leads to it all the same.
      const sent = mailerFor(`smtp://faktur:rahasia@0.0.0.0:${port}${tls}`).send(mail);
      expect(
        await sent.then(
          () => null,
          (thrown: AppError) => thrown.code,
        ),
      ).toBe(code);
      expect(logins).toBe(seen);
    },
  );
});

describe("a refusal", () => {
  const steps: [string, SMTPServerOptions, string, string][] = [
    [
      "450 greylisting at RCPT",
      { onRcptTo: (_a, _s, done) => done(refuse(450, "4.7.1 greylisted, come back")) },
      "mail_temporary",
      "4.7.1 greylisted",
    ],
    [
      "550 unknown user at RCPT",
      { onRcptTo: (_a, _s, done) => done(refuse(550, "5.1.1 no such user here")) },
      "mail_refused",
      "5.1.1 no such user",
    ],
    [
      "530 login wanted at RCPT",
      { onRcptTo: (_a, _s, done) => done(refuse(530, "5.7.0 log in first")) },
      "mail_temporary",
      "5.7.0 log in first",
    ],
    // As Postfix 3.10, Sendmail 8.18, Exim 4.97 and Exchange say it to whom they do not know.
    ...[
      "554 5.7.1 <keuangan@contoh.example>: Relay access denied",
      "550 5.7.1 <keuangan@contoh.example>... Relaying denied. Proper authentication required.",
      "550 relay not permitted",
      "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
      "554 5.7.1 <host.example[192.0.2.1]>: Client host rejected: Access denied",
      "504 5.5.2 <faktur>: Helo command rejected: need fully-qualified hostname",
    ].map((said): [string, SMTPServerOptions, string, string] => [
      `${said}, which is about this service`,
      { onRcptTo: (_a, _s, done) => done(refuse(Number(said.slice(0, 3)), said.slice(4))) },
      "mail_temporary",
      "Check FAKTUR_MAIL_URL",
    ]),
    [
      "550 that tells what another server said of relaying",
      {
        onRcptTo: (_a, _s, done) =>
          done(refuse(550, "5.1.1 Recipient address rejected: host mx said: 554 5.7.1 Relay access denied")),
      },
      "mail_refused",
      "Check the recipient's address",
    ],
    [
      "553 at RCPT about the sender, as Postfix says it",
      {
        onRcptTo: (_a, _s, done) =>
          done(
            refuse(553, "5.7.1 <pajak@hosting.example>: Sender address rejected: not owned by user faktur"),
          ),
      },
      "mail_refused",
      "Check FAKTUR_MAIL_FROM",
    ],
    [
      "503 at MAIL, which blames the session and not the mail",
      { onMailFrom: (_a, _s, done) => done(refuse(503, "5.5.1 bad sequence of commands")) },
      "mail_temporary",
      "5.5.1 bad sequence",
    ],
    [
      "451 at MAIL",
      { onMailFrom: (_a, _s, done) => done(refuse(451, "4.3.0 try later")) },
      "mail_temporary",
      "4.3.0 try later",
    ],
    [
      "553 sender not allowed",
      { onMailFrom: (_a, _s, done) => done(refuse(553, "5.7.1 not your sender")) },
      "mail_refused",
      "5.7.1 not your sender",
    ],
    [
      "452 disk full after DATA",
      {
        onData: (stream, _s, done) =>
          stream.on("end", () => done(refuse(452, "4.3.1 no space left here"))).resume(),
      },
      "mail_temporary",
      "4.3.1 no space",
    ],
    [
      "554 taken for spam after DATA",
      {
        onData: (stream, _s, done) =>
          stream.on("end", () => done(refuse(554, "5.7.1 looks like spam"))).resume(),
      },
      "mail_refused",
      "5.7.1 looks like spam",
    ],
    ["a mail larger than the server takes", { size: 1000, rejectOversized: true }, "mail_refused", "552"],
    ["a mail larger than it says", { size: 1000, rejectOversized: true }, "mail_refused", "as too large"],
    [
      "a mail too large for one mailbox",
      { onRcptTo: (_a, _s, done) => done(refuse(552, "5.2.3 message exceeds fixed limit")) },
      "mail_refused",
      "as too large",
    ],
    [
      "a mailbox that is full",
      { onRcptTo: (_a, _s, done) => done(refuse(552, "5.2.2 over quota")) },
      "mail_refused",
      "recipient's address",
    ],
    [
      "554 in place of a greeting",
      { onConnect: (_s, done) => done(refuse(554, "5.7.1 no service for you")) },
      "mail_temporary",
      "5.7.1 no service",
    ],
  ];
  test.each(steps)("%s", async (_name, options, code, words) => {
    const { url } = await smtp({ disabledCommands: ["STARTTLS", "AUTH"], ...options });
    const failure = await failureOf(mailerFor(url).send(mail));
    expect(failure.code).toBe(code);
    // The refusal meant here, and not another one on the way to it.
    expect(failure.message).toContain(words);
  });

  test("of the login is temporary, names the login and not the password", async () => {
    const { port, taken } = await smtp({
      allowInsecureAuth: true,
      authOptional: false,
      onAuth: (_auth, _session, done) => done(refuse(535, "5.7.8 wrong password")),
    });
    const mailer = mailerFor(`smtp://user:geheim@127.0.0.1:${port}`);
    for (const work of [() => mailer.send(mail), () => mailer.check()]) {
      const failure = await failureOf(work());
      expect(failure.code).toBe("mail_temporary");
      expect(failure.message).toContain("5.7.8 wrong password");
      expect(failure.message).toContain("FAKTUR_MAIL_URL");
      expect(failure.message).not.toContain("geheim");
    }
    expect(taken).toHaveLength(0);
  });

  test("carries the server's own words, at most 500 characters of them", async () => {
    const words = "5.1.1 no such user here ".padEnd(900, "z");
    const { url } = await smtp({ onRcptTo: (_a, _s, done) => done(refuse(550, words)) });
    const failure = await failureOf(mailerFor(url).send(mail));
    expect(failure.says.id).toContain("550 5.1.1 no such user here zzz");
    expect(failure.says.en).toContain("550 5.1.1 no such user here zzz");
    expect(failure.says.en.length).toBeLessThan(650);
  });

  test("of one mail leaves the connection good for the next", async () => {
    const { url, taken } = await smtp({
      onRcptTo: (address, _s, done) => done(address.address.startsWith("x") ? refuse(550, "no") : null),
    });
    const mailer = mailerFor(url);
    expect((await failureOf(mailer.send({ ...mail, to: "x@contoh.example" }))).code).toBe("mail_refused");
    await mailer.send(mail);
    expect(taken).toHaveLength(1);
  });
});

describe("a connection that fails", () => {
  const polite = { EHLO: "250 test", MAIL: "250 ok", RCPT: "250 ok", DATA: "354 go on", RSET: "250 ok" };

  test("in the middle of the mail is temporary, and the mail is not sent again by itself", async () => {
    const { url, connections } = await bare(scripted("220 test", polite, (socket) => void socket.destroy()));
    expect((await failureOf(mailerFor(url).send(mail))).code).toBe("mail_temporary");
    expect(connections()).toBe(1);
  });

  test("before the greeting is temporary after one try", async () => {
    const { url, connections } = await bare((socket) => void socket.destroy());
    expect((await failureOf(mailerFor(url).send(mail))).code).toBe("mail_temporary");
    expect(connections()).toBe(1);
  });

  test("with 421 in the middle is temporary", async () => {
    const { url } = await bare(scripted("220 test", { ...polite, RCPT: "421 4.3.2 shutting down" }));
    const failure = await failureOf(mailerFor(url).send(mail));
    expect([failure.code, failure.says.en]).toEqual([
      "mail_temporary",
      expect.stringContaining("not been sent yet"),
    ]);
  });

  test("by silence, before the greeting or after the mail, is temporary", async () => {
    const mute = await bare(() => undefined);
    expect((await failureOf(mailerFor(mute.url, 150).send(mail))).code).toBe("mail_temporary");
    expect((await failureOf(mailerFor(mute.url, 150).check())).code).toBe("mail_temporary");
    const noVerdict = await bare(scripted("220 test", polite));
    expect((await failureOf(mailerFor(noVerdict.url, 150).send(mail))).code).toBe("mail_temporary");
  });

  test("by a server that only trickles is cut off", async () => {
    const timers: NodeJS.Timeout[] = [];
    const { url } = await bare((socket) => {
      socket.write("220 test\r\n");
      timers.push(setInterval(() => socket.write("250-more\r\n"), 20));
    });
    expect((await failureOf(mailerFor(url, 100).send(mail))).code).toBe("mail_temporary");
    timers.forEach(clearInterval);
  });

  test("because nothing listens is temporary", async () => {
    const { url } = await bare(() => undefined);
    await closing.pop()?.();
    const failure = await failureOf(mailerFor(url).send(mail));
    expect([failure.code, failure.says.en]).toEqual([
      "mail_temporary",
      expect.stringContaining("cannot be reached"),
    ]);
    expect((await failureOf(mailerFor(url).check())).code).toBe("mail_temporary");
  });
});

describe("what never leaves", () => {
  test.each([
    "a@x.example, b@y.example",
    "a@x.example;b@y.example",
    "group: a@x.example;",
    "Name <a@x.example>",
    '"a@x.example b"@y.example',
    "a@x.example\r\nBcc: b@y.example",
    "a@x.example\nRCPT TO:<b@y.example>",
    "a b@x.example",
    "a@x.example (b@y.example)",
    "a@@x.example",
    ".a@x.example",
    "a..b@x.example",
    "a@-x.example",
    "a@[127.0.0.1]",
    "a@x.example.",
    "a@ｘ.example",
    "a@x。example",
    "a@x.example\u00ad",
    "@x.example",
    "a@",
    "",
  ])("a mail to %j", async (to) => {
    const { url, taken } = await smtp();
    expect((await failureOf(mailerFor(url).send({ ...mail, to }))).code).toBe("mail_refused");
    expect(taken).toHaveLength(0);
  });

  test.each([
    { from: "A\r\nBcc: x@y.example <a@x.example>" },
    { from: "a@x.example, b@y.example" },
    { messageId: "<a@b>\r\nBcc: x@y.example" },
  ])("a mail with %j", async (changes) => {
    const { url, taken } = await smtp();
    expect((await failureOf(mailerFor(url).send({ ...mail, ...changes }))).code).toBe("mail_refused");
    expect(taken).toHaveLength(0);
  });

  test("a second header or recipient, whatever is in subject, addresses and file name", async () => {
    const { url, taken } = await smtp();
    const mailer = mailerFor(url);
    const usual = ["from", "to", "subject", "message-id", "date", "mime-version", "content-type"].concat([
      "auto-submitted",
      "x-auto-response-suppress",
      "x-faktur-message-id",
    ]);
    const nasty = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            "\r\n",
            "\n",
            "\r",
            "\u0000",
            "\u2028",
            "Bcc: x@y.example",
            "\r\nBcc: x@y.example\r\n",
            ",",
            "<",
            ">",
            '"',
            "@",
            "a@x.example",
          ),
          fc.string({ maxLength: 12, unit: "grapheme" }),
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(
        nasty,
        nasty,
        nasty,
        nasty,
        fc.boolean(),
        async (subject, filename, name, to, wild) => {
          const before = taken.length;
          const attachments = [{ filename, contentType: "application/pdf", content: Buffer.from("%PDF") }];
          const sent = { ...mail, subject, attachments, from: `${name} <pajak@hosting.example>` };
          const target = wild ? to : mail.to;
          const refused = await mailer.send({ ...sent, to: target }).then(
            () => false,
            (thrown: unknown) => thrown instanceof AppError && thrown.code === "mail_refused",
          );
          expect(taken.length - before).toBe(refused ? 0 : 1);
          if (refused) return;
          const last = taken[taken.length - 1]!;
          expect(last.to.map((one) => one.toLowerCase())).toEqual([target.toLowerCase()]);
          expect(last.from).toBe("pajak@hosting.example");
          const keys = (await PostalMime.parse(last.bytes)).headers.map((header) => header.key);
          const expected = usual.filter((key) => key !== "subject" || keys.includes("subject")); // none when empty
          expect([...keys].sort()).toEqual(expected.sort());
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("the address of the mail server", () => {
  test.each([
    ["smtp://localhost", true],
    ["smtp://127.0.0.1:25", true],
    ["smtp://127.8.9.10:25", true],
    ["smtps://[::1]:465", true],
    ["smtp://mail.hosting.example:587", false],
    ["smtp://127.0.0.1.hosting.example", false],
    ["smtp://localhost.hosting.example", false],
    ["smtp://0.0.0.0:25", false],
    ["smtp://10.0.0.1", false],
  ])("%s is local: %s", (url, local) => {
    expect(mailerFor(url).local).toBe(local);
  });

  test.each([
    "",
    "mail.hosting.example",
    "http://mail.hosting.example",
    "smtp://",
    "smtp://mail.hosting.example/inbox",
    "smtp://mail.hosting.example?tls=maybe",
    "smtp://mail.hosting.example?pool=false",
    "smtp://user:100%@mail.hosting.example",
    "smtp://mail.hosting.example:99999",
    "file:",
  ])("%j is refused without repeating a password", (url) => {
    expect(() => createMailer(url, { timeoutMs: 1000 })).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    );
    expect(() => createMailer(url, { timeoutMs: 1000 })).not.toThrow(/100%/);
  });
});
