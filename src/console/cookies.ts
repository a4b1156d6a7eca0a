import type { Response } from "express";

export interface CookieDeps {
  /** Whether people reach the console over HTTPS; `__Host-` and `Secure` cannot be had without it. */
  readonly secure: boolean;
}

const nameOf = (d: CookieDeps, name: string): string => (d.secure ? `__Host-${name}` : name);

/** The value of one of our cookies; the first when it was sent twice. */
export function readCookie(d: CookieDeps, header: string | undefined, name: string): string | undefined {
  const wanted = `${nameOf(d, name)}=`;
  for (const part of (header ?? "").split(";")) {
    const one = part.trim();
    if (one.startsWith(wanted)) return one.slice(wanted.length);
  }
  return undefined;
}

/** A cookie no script reads and no foreign form sends; it ends with the browser unless `seconds` says otherwise. */
export function setCookie(
  d: CookieDeps,
  response: Response,
  name: string,
  value: string,
  seconds?: number,
): void {
  const parts = [`${nameOf(d, name)}=${value}`, "Path=/", "HttpOnly", "SameSite=Lax"];
  if (seconds !== undefined) parts.push(`Max-Age=${seconds}`);
  if (d.secure) parts.push("Secure");
  response.append("Set-Cookie", parts.join("; "));
}

export const dropCookie = (d: CookieDeps, response: Response, name: string): void =>
  setCookie(d, response, name, "", 0);
