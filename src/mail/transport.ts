import { domainToASCII, domainToUnicode } from "node:url";
import { createTransport, type SendMailOptions, type SMTPPoolOptions } from "nodemailer";
import { AppError } from "../errors";
import { folderOf } from "../files";
import { text } from "../text";
import { OWN_MESSAGE_ID } from "./bounce";
import { openOutbox } from "./file-transport";
import type { Mailer, OutgoingMail } from "./mailer";
import { refusedHere, whyNotSent } from "./send-error";
import { readSmtpUrl, type SmtpServer } from "./smtp-url";

export interface MailerOptions {
  /** For connecting, and for each silence of the server; a whole mail may take four times as long. */
  readonly timeoutMs: number;
}

/**
 * The mailer that FAKTUR_MAIL_URL names: `file:DIR`, `smtp://user:pass@host:587` or `smtps://user:pass@host:465`.
 * STARTTLS is used when offered; `?tls=required` insists on it, and so does a password sent to another machine unless
 * `?tls=optional` is written. Certificates are verified, except a STARTTLS upgrade to this machine itself.
 * Nothing is connected or made yet. Throws `config_invalid`.
 */
export function createMailer(url: string, options: MailerOptions): Mailer {
  const folder = folderOf(url);
  if (folder !== null) return fileMailer(folder);
  const server = readSmtpUrl(url);
  if (server === null) throw urlInvalid();
  return smtpMailer(server, options);
}

function smtpMailer(server: SmtpServer, { timeoutMs }: MailerOptions): Mailer {
  const pool = createTransport(poolOptions(server, timeoutMs));
  return {
    local: server.loopback,
    async send(mail) {
      const message = compose(mail);
      try {
        const sent = await pool.sendMail({ ...message, signal: AbortSignal.timeout(timeoutMs * 4) });
        return { response: sent.response };
      } catch (thrown) {
        throw whyNotSent(thrown);
      }
    },
    async check() {
      try {
        await pool.verify();
      } catch (thrown) {
        throw whyNotSent(thrown);
      }
    },
    close: () => Promise.resolve(pool.close()),
  };
}

function fileMailer(dir: string): Mailer {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const outbox = openOutbox(dir);
  return {
    ...{ local: true, folder: dir },
    async send(mail) {
      const message = compose(mail);
      try {
        const { message: bytes } = await composer.sendMail(message);
        if (!Buffer.isBuffer(bytes)) throw new TypeError("the composer gave no bytes");
        return { response: `250 ${await outbox.write(mail.messageId, mail.date, bytes)}` };
      } catch (thrown) {
        throw whyNotSent(thrown);
      }
    },
    async check() {
      try {
        await outbox.check();
      } catch (thrown) {
        throw whyNotSent(thrown);
      }
    },
    close: () => Promise.resolve(),
  };
}

function poolOptions(server: SmtpServer, timeoutMs: number): SMTPPoolOptions & { pool: true } {
  const hasPassword = server.user !== "";
  return {
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.tls === "required" || (hasPassword && !server.loopback && server.tls === null),
    // Local mail servers come with a certificate no one signed, and nothing leaves the machine on the way to them.
    tls: { rejectUnauthorized: server.secure || server.tls === "required" || !server.loopback },
    ...(hasPassword ? { auth: { user: server.user, pass: server.pass } } : {}),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // One send is one attempt; repeating is the queue's work, which counts and can be seen.
    maxRequeues: 0,
    // Short, so that a message is seldom handed to a connection the server has already forgotten.
    idleTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What is sent, with exactly one recipient in the envelope. Throws `mail_refused` for what must never leave. */
function compose(mail: OutgoingMail): SendMailOptions {
  const from = parseSender(mail.from);
  if (from === null) throw refusedHere("sender", mail.from);
  const to = oneAddress(mail.to);
  if (to === null) throw refusedHere("recipient", mail.to);
  if (!/^<[\x21-\x3b=\x3f\x41-\x7e]+@[\x21-\x3b=\x3f\x41-\x7e]+>$/.test(mail.messageId)) {
    throw refusedHere("messageId", mail.messageId);
  }
  const replyTo = mail.replyTo === undefined ? null : oneAddress(mail.replyTo);
  return {
    ...(replyTo === null ? {} : { replyTo: { name: "", address: replyTo } }),
    messageId: mail.messageId,
    date: mail.date,
    from,
    to: { name: "", address: to },
    envelope: { from: from.address, to: [to] },
    subject: oneLine(mail.subject),
    text: mail.text,
    html: mail.html,
    attachments: mail.attachments.map((file) => ({
      filename: oneLine(file.filename),
      contentType: oneLine(file.contentType),
      content: file.content,
    })),
    // RFC 3834 and its Exchange counterpart: no out-of-office answer to an automatic mail. "All" would also tell Exchange
    // not to report what it cannot deliver (MS-OXCMAIL 2.1.3.2.20).
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "OOF, AutoReply, RN, NRN",
      [OWN_MESSAGE_ID]: mail.messageId,
    },
    xMailer: false,
  };
}

/** `Name <address>` or a bare address; null when it is neither, or more than one. */
function parseSender(value: string): { name: string; address: string } | null {
  if (/\p{Cc}/u.test(value)) return null;
  const match = /^\s*(?:([^<>]*?)\s*<([^<>]+)>|([^<>]+?))\s*$/.exec(value);
  const address = oneAddress(match?.[2] ?? match?.[3] ?? "");
  if (address === null) return null;
  return { name: (match?.[1] ?? "").replace(/^"(.*)"$/, "$1"), address };
}

const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * Exactly one plain address, its domain in ASCII; null for anything else: no list, group, name, comment, quoting, blank
 * or control character, so that no parser on the way can read a second recipient into it. A domain that normalising
 * would turn into another spelling is not taken either: the mail goes where the letters say, or nowhere. Quoted local
 * parts are lawful and not taken: no company has one.
 */
function oneAddress(value: string): string | null {
  const at = value.lastIndexOf("@");
  const local = value.slice(0, Math.max(at, 0));
  const domain = value.slice(at + 1).toLowerCase();
  const ascii = domainToASCII(domain);
  if (!LOCAL.test(local) || Buffer.byteLength(local) > 64 || local.length + ascii.length > 253) return null;
  if (!DOMAIN.test(ascii) || (ascii !== domain && domainToUnicode(ascii) !== domain)) return null;
  return `${local}@${ascii}`;
}

const oneLine = (value: string): string => value.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();

/** The address itself is not repeated: it may hold a password. */
const urlInvalid = (): AppError =>
  new AppError(
    "config_invalid",
    text(
      "FAKTUR_MAIL_URL harus file:DIR, smtp://pengguna:sandi@host:587 atau smtps://pengguna:sandi@host:465, boleh diakhiri ?tls=required. Tanda khusus dalam sandi ditulis sebagai %XX.",
      "FAKTUR_MAIL_URL must be file:DIR, smtp://user:pass@host:587 or smtps://user:pass@host:465, ?tls=required may follow. Special characters in the password are written as %XX.",
    ),
  );
