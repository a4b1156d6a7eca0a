import { isIP } from "node:net";
import { isServer } from "./addresses";

/** The file of the embedded database; null for a server. */
export const sqliteFileOf = (databaseUrl: string): string | null =>
  /^sqlite:(?:\/\/)?(.*)$/s.exec(databaseUrl)?.[1] ?? null;

/**
 * A wish that is not known is refused: somebody relies on it. With TLS it must be a name: the driver compares a certificate
 * with nothing else.
 */
export function namesDatabase(value: string): boolean {
  if (!value.startsWith("mysql:")) return true;
  if (!isServer(value)) return false;
  const { pathname, search, hostname } = new URL(value);
  const inClear = search === "";
  return (
    pathname.length > 1 &&
    (inClear || (search === "?tls=required" && isIP(hostname) === 0 && !hostname.startsWith("[")))
  );
}
