import { AppError } from "../errors";
import { text, type Text } from "../text";

/** What is known of a failed send, in the words of SMTP. */
interface Failure {
  /** The mail library's code, or the system's. */
  readonly code: string;
  /** The command that failed, e.g. `RCPT TO`. */
  readonly command: string;
  /** The server's reply code; 0 when it said nothing. */
  readonly reply: number;
  /** The server's own words, or the reason there are none; at most 500 characters. */
  readonly said: string;
}

/**
 * Why a mail was not sent, as `mail_temporary` or `mail_refused`. Refused is only what concerns this message or its
 * addresses and would be answered the same again: a 5xx at MAIL, RCPT or DATA. Everything else may pass, logins and
 * certificates included: nobody's address is wrong, and the mail goes out once the settings are right.
 */
export function whyNotSent(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const failure = readFailure(thrown);
  const refused = isRefusal(failure);
  const says = refused ? refusedText(failure) : temporaryText(failure);
  return new AppError(refused ? "mail_refused" : "mail_temporary", says, { cause: thrown });
}

/** `mail_refused` for what the mailer itself will not send. */
export function refusedHere(what: "sender" | "recipient" | "messageId", value: string): AppError {
  const shown = JSON.stringify(value.slice(0, 200));
  switch (what) {
    case "sender":
      return new AppError(
        "mail_refused",
        text(
          `Alamat pengirim ${shown} tidak sah. Perbaiki FAKTUR_MAIL_FROM, bentuknya: Nama <alamat@domain>.`,
          `The sender address ${shown} is not valid. Correct FAKTUR_MAIL_FROM, in the form: Name <address@domain>.`,
        ),
      );
    case "recipient":
      return new AppError(
        "mail_refused",
        text(
          `Alamat penerima ${shown} bukan satu alamat e-mail yang sah. Perbaiki, lalu kirim ulang.`,
          `The recipient ${shown} is not one valid e-mail address. Correct it, then send again.`,
        ),
      );
    case "messageId":
      return new AppError(
        "mail_refused",
        text(`Message-ID ${shown} tidak sah.`, `The Message-ID ${shown} is not valid.`),
      );
  }
}

/** Of the folder that takes mails in a server's place; a file in its stead already exists (EEXIST). */
const FOLDER_FAILURES: ReadonlySet<string> = new Set([
  ...["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EPERM", "ENOTDIR", "EEXIST", "EISDIR"],
]);

/** RFC 4954: the server wants a login, or another one, or encryption before it. */
const LOGIN_REPLIES: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/** 503 blames the order of commands in this session, not the message (RFC 5321 4.2.3). */
const isPermanent = (reply: number): boolean => reply >= 500 && reply < 600 && reply !== 503;

/** Before the words of a reply: its codes, and in Postfix and Sendmail the address or machine that they are about. */
const ABOUT = String.raw`^\d{3}[ -](?:\d\.\d+\.\d+ )?(?:SMTP; )?(?:<[^<>]*>(?::|\.\.\.) )?`;

/** Servers say at RCPT that they do not serve whom they do not know: no address is wrong, and each would get this answer. */
const NOT_SERVED = new RegExp(
  `${ABOUT}(?:relay access denied|relay not permitted|relaying denied|unable to relay|client host rejected|helo command rejected)`,
  "i",
);

/** Postfix says it at RCPT. */
const SENDER_REJECTED = new RegExp(`${ABOUT}sender address rejected`, "i");

function isRefusal({ code, reply, said }: Failure): boolean {
  if (code !== "EENVELOPE" && code !== "EMESSAGE") return false;
  if (NOT_SERVED.test(said)) return false;
  // No reply: the address cannot be written in the protocol, or the mail is larger than the server said it takes.
  return reply === 0 || (isPermanent(reply) && !LOGIN_REPLIES.has(reply));
}

/** Read by shape: the library adds its fields to errors of its own and of the system alike. */
function readFailure(thrown: unknown): Failure {
  const field = (name: string): unknown =>
    typeof thrown === "object" && thrown !== null ? Reflect.get(thrown, name) : undefined;
  const word = (name: string): string => {
    const value = field(name);
    return typeof value === "string" ? value : "";
  };
  const reply = field("responseCode");
  return {
    code: word("code"),
    command: word("command"),
    reply: typeof reply === "number" ? reply : 0,
    said: shorten(word("response") || word("message") || String(thrown)),
  };
}

/** Verbatim but for line breaks and other control characters; 500 characters are enough to find it in a mail log. */
const shorten = (value: string): string =>
  value
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, 500);

/** RFC 3463 3.3 and 3.4, RFC 1870; without such a code by its words. */
const TOO_LARGE = /\b5\.(?:2\.3|3\.4)\b|message size|too (?:large|big)/i;

function refusedText(failure: Failure): Text {
  const { said } = failure;
  if (!TOO_LARGE.test(said)) return refusedByServer(failure);
  return text(
    `Server e-mail menolak surat ini karena terlalu besar: ${said}. Naikkan batas ukuran di server itu, lalu kirim ulang.`,
    `The mail server refused this mail as too large: ${said}. Have that server take larger mails, then send again.`,
  );
}

const refusedByServer = ({ command, said }: Failure): Text =>
  command === "MAIL FROM" || SENDER_REJECTED.test(said)
    ? text(
        `Server e-mail menolak pengirim atau surat ini: ${said}. Periksa FAKTUR_MAIL_FROM, lalu kirim ulang.`,
        `The mail server refused this sender or message: ${said}. Check FAKTUR_MAIL_FROM, then send again.`,
      )
    : text(
        `Server e-mail menolak surat ini: ${said}. Periksa alamat penerima, lalu kirim ulang.`,
        `The mail server refused this mail: ${said}. Check the recipient's address, then send again.`,
      );

/** The mail library calls it a failure of the socket and keeps only the words. */
const isOfCertificate = (reply: number, said: string): boolean => reply === 0 && /certificate/i.test(said);

function temporaryText({ code, reply, said }: Failure): Text {
  if (LOGIN_REPLIES.has(reply) || code === "EAUTH" || code === "ENOAUTH") {
    return text(
      `Server e-mail menolak login layanan ini: ${said}. Periksa nama pengguna dan sandi di FAKTUR_MAIL_URL.`,
      `The mail server refused this service's login: ${said}. Check user and password in FAKTUR_MAIL_URL.`,
    );
  }
  if (code === "ETLS" || isOfCertificate(reply, said)) {
    return text(
      `Sambungan aman (TLS) ke server e-mail gagal: ${said}. Periksa sertifikat server dan FAKTUR_MAIL_URL.`,
      `The secure connection (TLS) to the mail server failed: ${said}. Check the server's certificate and FAKTUR_MAIL_URL.`,
    );
  }
  if (isPermanent(reply)) {
    return text(
      `Server e-mail tidak mau melayani layanan ini: ${said}. Periksa FAKTUR_MAIL_URL, atau hubungi pengelola server.`,
      `The mail server will not serve this service: ${said}. Check FAKTUR_MAIL_URL, or ask the server's operator.`,
    );
  }
  if (FOLDER_FAILURES.has(code)) {
    return text(
      `Folder e-mail tidak dapat ditulis: ${said}. Periksa ruang disk dan hak folder di FAKTUR_MAIL_URL.`,
      `The mail folder cannot be written: ${said}. Check disk space and the rights of the folder in FAKTUR_MAIL_URL.`,
    );
  }
  if (reply === 0) {
    return text(
      `Server e-mail tidak dapat dihubungi, atau memutus sambungan: ${said}. Surat yang menunggu dicoba lagi sendiri; bila berlanjut, periksa FAKTUR_MAIL_URL.`,
      `The mail server cannot be reached, or broke off: ${said}. Mails that wait are tried again by themselves; if it goes on, check FAKTUR_MAIL_URL.`,
    );
  }
  return text(
    `E-mail belum terkirim, akan dicoba lagi: ${said}`,
    `The mail has not been sent yet, it is tried again: ${said}`,
  );
}
