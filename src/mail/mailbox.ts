import type { ImapFlow } from "imapflow";
import { unbracketed } from "../addresses";
import { AppError } from "../errors";
import { text } from "../text";
import { shorten } from "./bounce";
import type { Look, Mailbox, Taken } from "./mailer";

/** Mails read in one go; more wait for the next. */
const MOST_AT_ONCE = 200;
/** Of a larger mail only this much is read: what a report says stands at its front. */
const MOST_BYTES = 2_000_000;
/** Set on what was read, so that people's own read marks stay theirs. */
const KEYWORD = "FakturRead";
/** On a mail that could not be read: mail programs show it as a star or a flag. */
const FLAG = "\\Flagged";

interface Place {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string;
  readonly pass: string;
  readonly folder: string;
}

/**
 * `imaps://user:pass@host:993/Folder`, or `imap://` with STARTTLS; without encryption only on this machine. Nothing is
 * connected yet.
 */
export function openMailbox(url: string, { timeoutMs }: { readonly timeoutMs: number }): Mailbox {
  const place = placeOf(url);
  const visit = async <T>(act: (client: ImapFlow) => Promise<T>): Promise<T> => {
    const client = await connection(place, timeoutMs);
    try {
      await client.connect();
      const lock = await client.getMailboxLock(place.folder);
      try {
        return await act(client);
      } finally {
        lock.release();
      }
    } catch (thrown) {
      throw unreadable(thrown);
    } finally {
      if (client.usable) await client.logout().catch(() => undefined);
      client.close();
    }
  };
  return {
    check: () => visit(countAside),
    read: (use) => visit((client) => readNew(client, use)),
  };
}

/** Each mail is marked once it was used, so a crash between the two has it used again. */
async function readNew(client: ImapFlow, use: (bytes: Buffer) => Promise<Taken>): Promise<Look> {
  const { own, mark } = markOf(client);
  const found = await client.search(own ? { unKeyword: KEYWORD } : { seen: false }, { uid: true });
  const all = Array.isArray(found) ? found : [];
  const aside: Look["aside"][number][] = [];
  for (const uid of all.slice(0, MOST_AT_ONCE)) {
    const wanted = { source: { maxLength: MOST_BYTES }, flags: true, internalDate: true };
    const mail = await client.fetchOne(`${uid}`, wanted, { uid: true });
    const read = mail === false || mail?.source === undefined || (await use(mail.source)) === "read";
    // A machine that is out of breath may have been the cause: the first time it is only flagged.
    const last = read || mail.flags?.has(FLAG) === true || !mayHold(client, FLAG);
    await client.messageFlagsAdd(`${uid}`, [...(read ? [] : [FLAG]), ...(last ? [mark] : [])], { uid: true });
    if (!read && last) aside.push({ uid, arrived: instantOf(mail.internalDate) });
  }
  return { more: all.length > MOST_AT_ONCE, aside };
}

async function countAside(client: ImapFlow): Promise<number> {
  const done = markOf(client).own ? { keyword: KEYWORD } : { seen: true };
  const found = await client.search({ ...done, flagged: true }, { uid: true });
  return Array.isArray(found) ? found.length : 0;
}

/** How a mail is marked here as read: by a keyword of our own where the server keeps such. */
function markOf(client: ImapFlow): { readonly own: boolean; readonly mark: string } {
  const own = mayHold(client, "\\*");
  return { own, mark: own ? KEYWORD : "\\Seen" };
}

const mayHold = (client: ImapFlow, flag: string): boolean =>
  client.mailbox !== false && client.mailbox.permanentFlags?.has(flag) === true;

const instantOf = (value: Date | string | undefined): string | null =>
  value === undefined ? null : new Date(value).toISOString();

async function connection({ host, port, secure, user, pass }: Place, timeoutMs: number): Promise<ImapFlow> {
  const local = host === "localhost" || host === "::1" || host.startsWith("127.");
  // Loaded by whoever reads a mailbox: it takes 6 MB.
  const { ImapFlow: Client } = await import("imapflow");
  const client = new Client({
    ...{ host, port, secure, auth: { user, pass }, logger: false, disableAutoIdle: true },
    ...(secure ? {} : { doSTARTTLS: !local }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
  });
  // What breaks off is told by the call that waits for it.
  client.on("error", () => undefined);
  return client;
}

function placeOf(value: string): Place {
  const url = new URL(value);
  const secure = url.protocol === "imaps:";
  const folder = decodeURIComponent(url.pathname.slice(1));
  return {
    host: unbracketed(url.hostname),
    port: url.port === "" ? (secure ? 993 : 143) : Number(url.port),
    secure,
    user: decodeURIComponent(url.username),
    pass: decodeURIComponent(url.password),
    folder: folder === "" ? "INBOX" : folder,
  };
}

function unreadable(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const said = shorten(sayingOf(thrown));
  return new AppError(
    "mail_temporary",
    text(
      `Kotak surat pantulan tidak dapat dibaca: ${said}. Periksa FAKTUR_BOUNCE_URL.`,
      `The mailbox of returned mails cannot be read: ${said}. Check FAKTUR_BOUNCE_URL.`,
    ),
    { cause: thrown },
  );
}

/** The server's own words where it has said some. */
function sayingOf(thrown: unknown): string {
  const said: unknown =
    typeof thrown === "object" && thrown !== null ? Reflect.get(thrown, "responseText") : undefined;
  return typeof said === "string" && said !== "" ? said : String(thrown);
}
