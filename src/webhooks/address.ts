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
