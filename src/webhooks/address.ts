import { BlockList, isIP } from "node:net";
import { text, type Text } from "../text";

/** IPv4 that is not the open internet: own host, private, link-local, shared, documentation, multicast (RFC 6890). */
const INSIDE_4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

const inside4 = new BlockList();
for (const [net, bits] of INSIDE_4) inside4.addSubnet(net, bits, "ipv4");

/** Of IPv6 only 2000::/3 is handed out (RFC 4291); inside it, what carries or hides an IPv4 address is refused. */
const open6 = new BlockList();
open6.addSubnet("2000::", 3, "ipv6");
const hidden6 = new BlockList();
hidden6.addSubnet("2001::", 23, "ipv6");
hidden6.addSubnet("2001:db8::", 32, "ipv6");
hidden6.addSubnet("2002::", 16, "ipv6");
hidden6.addSubnet("3fff::", 20, "ipv6");

/** Whether an address lies inside the house, or is none: a webhook must not become a way into it. */
export function isInside(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return inside4.check(address, "ipv4");
    case 6:
      return !open6.check(address, "ipv6") || hidden6.check(address, "ipv6");
    default:
      return true;
  }
}

/**
 * Never called, whatever is allowed: link-local addresses, at which a cloud hands out its keys to whoever asks from the
 * machine, in every way they can be written.
 */
const never = new BlockList();
never.addSubnet("169.254.0.0", 16, "ipv4");
never.addAddress("100.100.100.200", "ipv4");
never.addSubnet("fe80::", 10, "ipv6");
// Azure's own, and the IPv6 addresses of Amazon and Google for the same.
never.addAddress("168.63.129.16", "ipv4");
never.addAddress("fd00:ec2::254", "ipv6");
never.addAddress("fd20:ce::254", "ipv6");
never.addSubnet("64:ff9b::a9fe:0", 112, "ipv6");
never.addAddress("64:ff9b::a83f:8110", "ipv6");
never.addAddress("64:ff9b::6464:64c8", "ipv6");
// Networks of one's own that carry IPv4 (RFC 8215): which address is behind one cannot be seen.
never.addSubnet("64:ff9b:1::", 48, "ipv6");
never.addSubnet("2002:a9fe::", 32, "ipv6");
never.addSubnet("2002:a83f:8110::", 48, "ipv6");
never.addSubnet("2002:6464:64c8::", 48, "ipv6");

/** Whether a channel or a portal may be at this address. */
export function isCallable(address: string, allowPrivate: boolean): boolean {
  const family = isIP(address);
  if (family === 0 || never.check(address, family === 4 ? "ipv4" : "ipv6")) return false;
  return allowPrivate || !isInside(address);
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Why an address is not taken for a webhook; null when it is. Names are looked up with each delivery. */
export function urlFault(value: string, allowPrivate: boolean): Text | null {
  if (!URL.canParse(value) || value.length > 500) return NO_URL;
  const url = new URL(value);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) return NO_HTTPS;
  if (url.username !== "" || url.password !== "" || url.hash !== "") return NO_LOGIN;
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  const inside = isLoopback(url.hostname) || (isIP(literal) !== 0 && isInside(literal));
  return inside && !allowPrivate ? INSIDE : null;
}

/** Why a channel or a portal may not be at an address, as far as it can be seen from it; names are looked up with each call. */
export function targetFault(value: string, allowPrivate: boolean): Text | null {
  if (!URL.canParse(value)) return null;
  const { hostname } = new URL(value);
  const literal = hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0) return isCallable(literal, allowPrivate) ? null : NOT_CALLABLE;
  return !allowPrivate && (literal === "localhost" || literal.endsWith(".localhost")) ? NOT_CALLABLE : null;
}

const NOT_CALLABLE = text(
  "Alamat ini tidak boleh dipanggil: link-local, atau jaringan dalam sementara FAKTUR_ALLOW_PRIVATE_TARGETS=no.",
  "This address may not be called: link-local, or inside the network while FAKTUR_ALLOW_PRIVATE_TARGETS=no.",
);
const NO_URL = text("Alamat webhook belum benar.", "The webhook's address is not well formed.");
const NO_HTTPS = text("Alamat webhook harus https://.", "A webhook's address must be https://.");
const NO_LOGIN = text(
  "Alamat webhook tidak boleh berisi nama pengguna, sandi, atau tanda #.",
  "A webhook's address may hold no user, password or fragment.",
);
export const INSIDE = text(
  "Alamat ini ada di jaringan dalam. Izinkan dengan FAKTUR_ALLOW_PRIVATE_WEBHOOKS=yes bila memang dimaksudkan.",
  "This address lies inside the network. Allow it with FAKTUR_ALLOW_PRIVATE_WEBHOOKS=yes where that is meant.",
);
