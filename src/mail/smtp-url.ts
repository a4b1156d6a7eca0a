import { isIPv4 } from "node:net";
import { unbracketed } from "../addresses";

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string;
  readonly pass: string;
  readonly tls: "required" | "optional" | null;
  readonly loopback: boolean;
}

/** `smtp://user:pass@host:587` or `smtps://…:465`, `?tls=required` or `?tls=optional` may follow; null for anything else. */
export function readSmtpUrl(value: string): SmtpServer | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  const secure = url?.protocol === "smtps:";
  const tls = url?.searchParams.get("tls") ?? null;
  const unknown = [...(url?.searchParams.keys() ?? [])].some((name) => name !== "tls");
  const host = unbracketed(url?.hostname ?? "").toLowerCase();
  if (url === null || !(secure || url.protocol === "smtp:") || host === "" || unknown) return null;
  if (tls !== null && tls !== "required" && tls !== "optional") return null;
  if ((url.pathname !== "" && url.pathname !== "/") || url.hash !== "") return null;
  const [user, pass] = [decoded(url.username), decoded(url.password)];
  if (user === null || pass === null) return null;
  return {
    ...{ host, secure, user, pass, tls },
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    loopback: host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127.")),
  };
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
