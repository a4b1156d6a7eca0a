import { isIP } from "node:net";

/** `#` and `%` inside a password must be percent-encoded, or the address means something else. */
export function isServer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { hostname, username, password, hash } = new URL(value);
  return hostname !== "" && hash === "" && [username, password].every(isDecodable);
}

/** An address of `isServer` whose path can be decoded, too: it names a folder there. */
export const isMailboxUrl = (value: string): boolean =>
  isServer(value) && isDecodable(new URL(value).pathname);

function isDecodable(value: string): boolean {
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

/** A name or an address to listen on: no port, no scheme, no brackets. */
export const isHost = (value: string): boolean =>
  isIP(value) !== 0 || /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(value);

/** An IPv6 address stands in brackets inside a URL (RFC 3986 3.2.2). */
export const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** The host of an address as it is connected to. */
export const unbracketed = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, "$1");

const ITSELF = /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])$/;

/** Whether the host of an address stands for the machine itself, wherever it is opened. */
export const isThisMachine = (hostname: string): boolean => ITSELF.test(hostname);

/** Enough of a mail address to know it again: `p***@contoh.example`. */
export const maskEmail = (email: string): string => email.replace(/^(.).*(@.+)$/su, "$1***$2");
