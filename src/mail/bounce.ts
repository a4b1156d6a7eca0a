import { domainToASCII } from "node:url";

/** A mail as a MIME reader hands it over: its own headers, and its parts that are no text for people. */
export interface ReadMail {
  /** Lower-case name and value, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly parts: readonly { readonly type: string; readonly text: string }[];
  /** The text for people. */
  readonly text: string;
}

/** What a mail server reports about a message that it could not deliver. */
export interface Failed {
  readonly messageId: string;
  /** Every spelling of the recipients that were not reached. */
  readonly recipients: readonly string[];
  /** To whom the message went, by its own headers, where the report carries them. */
  readonly returnedTo: readonly string[];
  readonly reason: string;
}

/** Why a mail tells of no failure. */
export type NoFailure = "not_a_report" | "not_failed" | "message_not_named";

export type BounceReport =
  ({ readonly kind: "failed" } & Failed) | { readonly kind: "nothing"; readonly why: NoFailure };

const STATUS_TYPES = ["message/delivery-status", "message/global-delivery-status"];
const ORIGINAL_TYPES = [
  ...["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"],
];
const LONGEST_REASON = 400;

/** As a word of RFC 3464, which lets a comment stand behind it. */
const FAILED = /^failed(?:\s*\(.*\))?$/is;

/**
 * What a delivery report says (RFC 3464). Only what machines write is believed, never words: an out-of-office answer, a
 * delay and a success change nothing.
 */
export function readBounce(mail: ReadMail): BounceReport {
  const groups = groupsOf(mail);
  if (groups.length === 0) return { kind: "nothing", why: "not_a_report" };
  const failed = groups.filter((group) => FAILED.test(group.get("action") ?? ""));
  const recipients = failed.flatMap((group) =>
    [group.get("original-recipient"), group.get("final-recipient")].flatMap(addressIn),
  );
  if (recipients.length === 0) return { kind: "nothing", why: "not_failed" };
  const originals = originalsOf(mail);
  const messageId = messageIdOf(mail, originals, groups);
  if (messageId === null) return { kind: "nothing", why: "message_not_named" };
  const words = wordsAbout([...recipients, ...namedAsFailed(mail)], mail.text);
  const reason = failed.map((group) => reasonOf(group, words)).find((said) => said !== "") ?? "";
  const returned = originals.filter((one) =>
    ID_FIELDS.some((name) => readMessageId(one.get(name)) === messageId),
  );
  const returnedTo = returned.flatMap((one) => addressesIn(one.get("to")));
  return { kind: "failed", messageId, recipients: [...new Set(recipients)], returnedTo, reason };
}

const isReport = (mail: ReadMail): boolean => mail.parts.some(({ type }) => STATUS_TYPES.includes(type));

/** What is said of each recipient; Exim until 4.85 wrote no status, and named who was not reached in a header. */
function groupsOf(mail: ReadMail): Fields[] {
  const statuses = mail.parts.filter(({ type }) => STATUS_TYPES.includes(type));
  if (statuses.length > 0)
    return statuses.flatMap(({ text }) => text.split(/\r?\n[ \t]*\r?\n/).map(fieldsOf));
  return namedAsFailed(mail).map(
    (address) =>
      new Map([
        ["action", "failed"],
        ["final-recipient", address],
      ]),
  );
}

const namedAsFailed = (mail: ReadMail): string[] => addressesIn(headerOf(mail, "x-failed-recipients"));

const headerOf = (mail: ReadMail, name: string): string | undefined =>
  mail.headers.find(([one]) => one === name)?.[1];

/** Our mails name themselves a second time: some providers (Amazon SES) write a Message-ID of their own over ours. */
export const OWN_MESSAGE_ID = "X-Faktur-Message-ID";

const ID_FIELDS = [OWN_MESSAGE_ID.toLowerCase(), "message-id"];

/** The headers of the messages that a report carries. */
const originalsOf = (mail: ReadMail): Fields[] =>
  [
    ...mail.parts.filter(({ type }) => ORIGINAL_TYPES.includes(type)).map(({ text }) => text),
    ...(isReport(mail) ? [] : copiesIn(mail.text)),
  ].map((text) => fieldsOf(text.split(/\r?\n\r?\n/)[0] ?? ""));

/** Exim until 4.85 wrote the message below a line of its one text. */
function copiesIn(text: string): string[] {
  const at = text.search(/^-{4,} This is a copy of the message/m);
  return at < 0 ? [] : [text.slice(text.indexOf("\n", at)).trimStart()];
}

/** The report carries the message or its headers; some servers name it in the status or as what they answer. */
function messageIdOf(mail: ReadMail, originals: readonly Fields[], groups: readonly Fields[]): string | null {
  const named = [
    ...ID_FIELDS.flatMap((name) => originals.map((one) => one.get(name))),
    ...groups.flatMap((group) => [group.get("original-message-id"), group.get("x-original-message-id")]),
    headerOf(mail, "in-reply-to"),
    // Exim names the message last of them.
    headerOf(mail, "references")?.trim().split(/\s+/).at(-1),
  ];
  return named.map(readMessageId).find((id) => id !== null) ?? null;
}

/** `<local@domain>`, also where the brackets were left off; null when it is none. */
export function readMessageId(value: string | undefined): string | null {
  const bare = (value ?? "").trim().replace(/^<([^<>]*)>.*$/s, "$1");
  return bare.length <= 250 && /^[^\s<>@]+@[^\s<>@]+$/.test(bare) ? `<${bare}>` : null;
}

/** Whether two spellings are one mailbox; the local part is compared as servers do in practice, without case. */
export const isSameAddress = (one: string, other: string): boolean => plain(one) === plain(other);

function plain(address: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at).toLowerCase()}@${domainToASCII(address.slice(at + 1).trim()).toLowerCase()}`;
}

type Fields = ReadonlyMap<string, string>;

/** Header fields of one block, unfolded; the first of a name counts. */
function fieldsOf(block: string): Fields {
  const fields = new Map<string, string>();
  for (const line of block.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== "" && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** `rfc822; user@example`, the address type left off (RFC 3464 2.1.2). */
function addressIn(value: string | undefined): string[] {
  const address = (value ?? "")
    .replace(/^[^;@]*;/, "")
    .trim()
    .replace(/^<(.*)>$/, "$1");
  return /^[^\s<>]+@[^\s<>@]+$/.test(address) ? [address] : [];
}

/** The addresses of a header, whatever names stand before them. */
const addressesIn = (value: string | undefined): string[] =>
  (value ?? "").split(/[\s<>,;"]+/).filter((word) => /^[^@]+@[^@]+$/.test(word));

/** The status and the other server's own words, on one line. */
function reasonOf(group: Fields, words: string): string {
  const said = group.get("diagnostic-code")?.replace(/^[a-z0-9-]+;/i, "") ?? words;
  const status = group.get("status") ?? "";
  return shorten(said.includes(status) ? said : `${status} ${said}`);
}

/** Of so many addresses words are sought. */
const MOST_SOUGHT = 10;

/** What stands in the text at one of these addresses: Exim (of its own mailboxes) and OpenSMTPD say the reason only there. */
function wordsAbout(addresses: readonly string[], text: string): string {
  const sought = addresses.slice(0, MOST_SOUGHT);
  // A line, with those below it that stand further in.
  const block = text.split(/\r?\n(?! {4}\S)/).find((one) => sought.some((address) => one.includes(address)));
  return (block ?? "").trim().replace(/^<?[^\s<>@]+@[^\s<>@:]+>?:?/, "");
}

/** Other people's words on one line, of a bounded length. */
export const shorten = (words: string): string =>
  words
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, LONGEST_REASON);
