/**
 * Proves the outbox of `.eml` files: each is a whole mail that a MIME reader understands, a repeated Message-ID goes
 * into the same file, different ones never share a file, and nothing half-written stays. Real files in a folder of
 * its own.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime from "postal-mime";
import type { OutgoingMail } from "../../src/mail/mailer";
import { createMailer } from "../../src/mail/transport";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "outbox-"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const mail: OutgoingMail = {
  messageId: "<faktur.0192ab@faktur.example>",
  from: "Pajak <pajak@hosting.example>",
  to: "keuangan@contoh.example",
  subject: "Faktur Pajak",
  text: "Yth. PT Contoh\n",
  html: "<p>Yth. PT Contoh</p>",
  date: new Date("2026-11-03T02:10:00Z"),
  attachments: [
    {
      filename: "faktur.pdf",
      contentType: "application/pdf",
      content: Buffer.from("%PDF-1.7\n\0\xff", "latin1"),
    },
  ],
};

const open = (folder = "outbox") => createMailer(`file:${join(base, folder)}`, { timeoutMs: 1000 });

test("a mail becomes a whole .eml file, named by its date and Message-ID, in a folder made for it", async () => {
  const mailer = open("a/b");
  expect(mailer.local).toBe(true);
  const { response } = await mailer.send(mail);
  const [name, ...others] = await readdir(join(base, "a/b"));
  expect(others).toEqual([]);
  expect(name).toMatch(/^20261103T021000Z_faktur\.0192ab@faktur\.example_[0-9a-f]{16}\.eml$/);
  expect(response).toBe(`250 ${name}`);

  const bytes = await readFile(join(base, "a/b", name!));
  expect(bytes.toString("latin1")).not.toMatch(/[^\r]\n/);
  const arrived = await PostalMime.parse(bytes);
  expect(arrived).toMatchObject({
    messageId: mail.messageId,
    subject: "Faktur Pajak",
    to: [{ address: "keuangan@contoh.example" }],
  });
  expect(Buffer.from(arrived.attachments[0]!.content as ArrayBuffer)).toEqual(mail.attachments[0]!.content);
  expect(arrived.headers.find((header) => header.key === "auto-submitted")?.value).toBe("auto-generated");
});

test("a repeat with the same Message-ID is the same file, even at a later time", async () => {
  await open().send(mail);
  const [name] = await readdir(join(base, "outbox"));
  await open().send({ ...mail, date: new Date("2026-11-04T00:00:00Z"), subject: "Sekali lagi" });
  expect(await readdir(join(base, "outbox"))).toEqual([name]);
  const arrived = await PostalMime.parse(await readFile(join(base, "outbox", name!)));
  expect(arrived.subject).toBe("Sekali lagi");
});

test("Message-IDs that look alike as file names stay apart, and none leaves the folder", async () => {
  const mailer = open();
  const ids = [
    "<a/b@x.example>",
    "<ab@x.example>",
    "<../ab@x.example>",
    `<${"a".repeat(300)}1@x>`,
    `<${"a".repeat(300)}2@x>`,
  ];
  for (const messageId of ids) await mailer.send({ ...mail, messageId });
  expect(await readdir(join(base, "outbox"))).toHaveLength(ids.length);
  expect(await readdir(base)).toEqual(["outbox"]);
});

test("a mail to two recipients is refused here as well, and nothing is written", async () => {
  await expect(open().send({ ...mail, to: "a@x.example, b@x.example" })).rejects.toMatchObject({
    code: "mail_refused",
  });
  expect(await readdir(base)).toEqual([]);
});

test("a folder that cannot be one is temporary, for a mail and for the check", async () => {
  await writeFile(join(base, "file"), "");
  await expect(open("file/outbox").send(mail)).rejects.toMatchObject({ code: "mail_temporary" });
  await expect(open("file/outbox").check()).rejects.toMatchObject({ code: "mail_temporary" });
});

test.each(["file", "file/outbox"])(
  "%s that is no folder is told as a folder, and not as a server",
  async (place) => {
    await writeFile(join(base, "file"), "");
    const failure = { code: "mail_temporary", message: expect.stringContaining("mail folder") as string };
    await expect(open(place).check()).rejects.toMatchObject(failure);
  },
);

test("the check leaves nothing behind", async () => {
  await open().check();
  expect(await readdir(join(base, "outbox"))).toEqual([]);
});
