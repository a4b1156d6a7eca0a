// Proves what a delivery report is believed to say: reports as Postfix, Exim, Exchange and Gmail write them name the
// message, the recipient and the reason; delays, successes, read receipts, answers of people away and forged words do
// not; and whatever bytes come in, reading ends quickly and throws nothing.
import fc from "fast-check";
import { isSameAddress, readBounce, readMessageId, type BounceReport } from "../../src/mail/bounce";
import { readMail } from "../../src/mail/read-mail";
import { dsn, type DsnWish } from "../support/dsn";

const ID = "<faktur.0192ab@hosting.example>";
const TO = "pajak@contoh.example";

async function read(raw: string): Promise<BounceReport> {
  const mail = await readMail(Buffer.from(raw));
  if (mail === null) throw new Error("not a mail");
  return readBounce(mail);
}

const report = (wish: Partial<DsnWish> = {}) => dsn({ messageId: ID, recipient: TO, ...wish });

const failed = (reason: string) => ({
  kind: "failed",
  messageId: ID,
  recipients: [TO],
  returnedTo: [TO],
  reason,
});

describe("a report of a failure", () => {
  test("as Postfix writes it: the headers of the message beside the status", async () => {
    expect(await read(report())).toEqual(failed("550 5.1.1 <pajak@contoh.example>: no such user"));
  });

  test("with the whole message, its PDF too", async () => {
    expect(await read(report({ original: "message/rfc822" }))).toMatchObject(failed(expect.anything()));
  });

  test("of a provider that gave the message an id of its own (Amazon SES): by the name that we gave it", async () => {
    const raw = report({
      messageId: "<0102018f@ap-southeast-1.amazonses.com>",
      originalHeaders: [`X-Faktur-Message-ID: ${ID}`],
    });
    expect(await read(raw)).toMatchObject(failed(expect.anything()));
  });

  test("as Exchange writes it: folded, without the message, named as what it answers", async () => {
    const raw = report({
      original: null,
      headers: [`In-Reply-To: ${ID}`],
      status: [
        "Reporting-MTA: dns;EX01.contoh.example",
        "",
        `Final-Recipient: RFC822;${TO}`,
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp;554 5.2.2 mailbox full;",
        " STOREDRV.Deliver.Exception: QuotaExceededException",
      ],
    });
    const reason = "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception: QuotaExceededException";
    expect(await read(raw)).toEqual({ ...failed(reason), returnedTo: [] });
  });

  test("of a forwarder, as Exim writes it: only its own address failed, the headers say to whom the message went", async () => {
    const forwarded = { recipient: "arsip@lain.example", originalTo: `PT Contoh <${TO}>` };
    for (const original of ["text/rfc822-headers", "message/rfc822"] as const) {
      expect(await read(report({ ...forwarded, original }))).toMatchObject({
        ...{ kind: "failed", messageId: ID, recipients: ["arsip@lain.example"], returnedTo: [TO] },
      });
    }
  });

  test.each([
    ["of another message", { messageId: "<other@hosting.example>", headers: [`In-Reply-To: ${ID}`] }],
    ["in the text below them", { originalTo: "", originalBody: `To: ${TO}` }],
  ])("to whom it went is not taken from headers %s", async (_which, wish) => {
    const found = await read(report({ recipient: "arsip@lain.example", originalTo: TO, ...wish }));
    expect(found).not.toMatchObject({ messageId: ID, returnedTo: [TO] });
  });

  test("as Exim writes it: without a diagnosis, the status is the reason", async () => {
    const raw = report({
      status: [
        "Reporting-MTA: dns; mx",
        "",
        "Action: failed",
        `Final-Recipient: rfc822;${TO}`,
        "Status: 5.0.0",
      ],
    });
    expect(await read(raw)).toEqual(failed("5.0.0"));
  });

  test("with an address of its own script (RFC 6533)", async () => {
    const raw = report({
      statusType: "message/global-delivery-status",
      status: [
        "Reporting-MTA: dns; mx",
        "",
        "Action: failed",
        "Final-Recipient: utf-8; pajak@bücher.example",
      ],
    });
    expect(await read(raw)).toMatchObject({ kind: "failed", recipients: ["pajak@bücher.example"] });
    expect(isSameAddress("pajak@bücher.example", "PAJAK@xn--bcher-kva.EXAMPLE")).toBe(true);
  });

  test("of one of several recipients names that one", async () => {
    const raw = report({
      status: [
        ...[
          "Reporting-MTA: dns; mx",
          "",
          `Final-Recipient: rfc822; ${TO}`,
          "Action: delivered",
          "Status: 2.0.0",
        ],
        ...["", "Final-Recipient: rfc822; lain@contoh.example", "Action: failed", "Status: 5.1.1"],
      ],
    });
    expect(await read(raw)).toMatchObject({ kind: "failed", recipients: ["lain@contoh.example"] });
  });

  test.each(["Failed", "failed (host unknown)", "failed(expired)"])(
    "says %s of one that failed",
    async (action) => {
      expect(await read(report({ action }))).toMatchObject({ kind: "failed" });
    },
  );

  test("gives the reason on one line and bounded, whatever stands in it", async () => {
    const raw = report({ diagnostic: `550 5.1.1 \t${"x".repeat(2000)}\u0007` });
    const found = await read(raw);
    expect(found.kind === "failed" && found.reason).toMatch(/^550 5\.1\.1 x{380,400}$/);
  });
});

describe("what is no report of a failure changes nothing", () => {
  test.each(["delayed", "delivered", "relayed", "expanded", "failed-over", "delayed (failed)"])(
    "%s",
    async (action) => {
      expect(await read(report({ action }))).toEqual({ kind: "nothing", why: "not_failed" });
    },
  );

  test("a read receipt (RFC 8098)", async () => {
    const raw = report({
      statusType: "message/disposition-notification",
      status: [`Final-Recipient: rfc822; ${TO}`, `Original-Message-ID: ${ID}`, "Action: failed"],
    });
    expect(await read(raw)).toEqual({ kind: "nothing", why: "not_a_report" });
  });

  test("an answer of somebody away, that quotes all of it in words", async () => {
    const raw = [
      ...["Auto-Submitted: auto-replied", `In-Reply-To: ${ID}`, "Content-Type: text/plain", ""],
      ...["I am away.", "", `Final-Recipient: rfc822; ${TO}`, "Action: failed", "Status: 5.1.1"],
    ].join("\r\n");
    expect(await read(raw)).toEqual({ kind: "nothing", why: "not_a_report" });
  });

  test("a report that names no message", async () => {
    expect(await read(report({ original: null }))).toEqual({ kind: "nothing", why: "message_not_named" });
  });

  test("a Message-ID in the text of the message, below its headers", async () => {
    const raw = report({ messageId: "", originalBody: `Message-ID: ${ID}` });
    expect(await read(raw)).toEqual({ kind: "nothing", why: "message_not_named" });
  });
});

test.each([
  ["<a.b@c.example>", "<a.b@c.example>"],
  ["a.b@c.example", "<a.b@c.example>"],
  [" <a@c.example> (comment)", "<a@c.example>"],
  ["<a@b@c>", null],
  ["", null],
  ["<a b@c.example>", null],
  [`<${"a".repeat(300)}@c.example>`, null],
])("the Message-ID %j is %j", (given, id) => {
  expect(readMessageId(given)).toBe(id);
});

test("whatever bytes come in, reading throws nothing", async () => {
  const line = fc.constantFrom(
    ...["Content-Type: multipart/report; boundary=b", "--b", "--b--", "", "Action: failed", " folded"],
    ...[
      "Content-Type: message/delivery-status",
      "Content-Type: message/rfc822",
      "Final-Recipient: rfc822; a@b",
    ],
    ...["Message-ID: <a@b>", "Content-Transfer-Encoding: base64", ":", "\u0000", "Final-Recipient: ;;;@"],
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.array(line), fc.uint8Array({ maxLength: 500 })), async (given) => {
      const bytes = Array.isArray(given) ? Buffer.from(given.join("\r\n")) : Buffer.from(given);
      const mail = await readMail(bytes);
      expect(["failed", "nothing"]).toContain(mail === null ? "nothing" : readBounce(mail).kind);
    }),
    { numRuns: 500 },
  );
});

test("a thousand nested parts and a megabyte of one header are refused or read at once", async () => {
  const nested = Array.from(
    { length: 1000 },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  );
  const started = process.cpuUsage().user;
  expect(await readMail(Buffer.from(nested.join("")))).toBeNull();
  expect(await readMail(Buffer.from(`X: ${"a ".repeat(500_000)}\r\n\r\n`))).toBeNull();
  expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(5);
});
