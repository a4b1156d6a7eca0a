/**
 * Proves that a mail which its reader would chew on for minutes costs a limited time, is none, and holds up neither the event
 * loop nor the mails after it. How: megabytes of line breaks, as anybody may send them to the mailbox of reports.
 */
import { createMailReader } from "../src/mail-reader";
import { readBounce } from "../src/mail/bounce";
import { dsn } from "./support/dsn";

/** Enough for a report beside other work, and too little for what takes minutes. */
const SECONDS = 4;
const read = createMailReader(SECONDS);
const heavy = Buffer.from(`Content-Type: text/html\r\n\r\n${"\n".repeat(2_000_000)}`);
const sound = Buffer.from(
  dsn({ messageId: "<faktur.0192ab@hosting.example>", recipient: "pajak@contoh.example" }),
);

test("a report is read as ever, and what was given stays the caller's", async () => {
  const before = Buffer.from(sound);
  const mail = await read(sound);
  expect(mail === null ? null : readBounce(mail)).toMatchObject({ kind: "failed" });
  expect(sound.equals(before)).toBe(true);
});

test("one that takes too long is none, and the event loop goes on meanwhile", async () => {
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 50);
  const [given, next] = await Promise.all([read(heavy), read(sound)]);
  clearInterval(ticking);
  expect([given, next === null]).toEqual([null, false]);
  // Held up, it would have turned hardly at all.
  expect(turns).toBeGreaterThan((SECONDS * 20) / 4);
});
