import { Secret, TOTP } from "otpauth";

/** RFC 6238 as every authenticator app takes it. */
const PERIOD_SECONDS = 30;
const shape = { issuer: "faktur-otomatis", algorithm: "SHA1", digits: 6, period: PERIOD_SECONDS } as const;

export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** What the QR code says to an authenticator app. */
export const totpAddress = (secret: string, email: string): string =>
  new TOTP({ ...shape, label: email, secret: Secret.fromBase32(secret) }).toString();

/** The time step this code belongs to, one step early or late at most; null when it is wrong. */
export function totpStep(secret: string, code: string, now: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const totp = new TOTP({ ...shape, secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code, timestamp: now.getTime(), window: 1 });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / PERIOD_SECONDS) + delta;
}

/** The code an app would show now; for tests and for nothing else. */
export const totpNow = (secret: string, now: Date): string =>
  new TOTP({ ...shape, secret: Secret.fromBase32(secret) }).generate({ timestamp: now.getTime() });
