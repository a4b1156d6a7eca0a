import Stripe from "stripe";
import { AppError, inBrackets, type ErrorCode } from "../../errors";
import { text } from "../../text";

/** Whatever the SDK threw, in our words; the wait that Stripe asked for is kept. */
export function stripeFailure(thrown: unknown, code: ErrorCode = codeOf(thrown)): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError(code, saysOf(code, whyOf(thrown)), { cause: thrown, waitMs: waitOf(thrown) });
}

/** An answer that Stripe would not give: a proxy, an error page, another service. */
export const unavailable = (why: string): AppError => stripeFailure(new Error(why), "portal_unavailable");

/** Asks for one thing by its id, with null when Stripe does not have it. Something else in its place is no answer. */
export async function askFor<T extends object>(id: string, ask: () => Promise<T>): Promise<T | null> {
  const raw = await absentAsNull(ask);
  if (raw === null) return null;
  if (!("id" in raw) || raw.id !== id) throw unavailable("the answer is not what was asked for");
  return raw;
}

/** Asks, with null for "resource missing" (404). Everything else is thrown as an AppError. */
export async function absentAsNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (thrown) {
    // Only Stripe's own word counts: a proxy's 404 says nothing about the invoice.
    if (thrown instanceof Stripe.errors.StripeError && thrown.code === "resource_missing") return null;
    throw stripeFailure(thrown);
  }
}

/** The rows of one answer; none when Stripe does not have what they would belong to. */
export async function rowsOrNone(
  ask: () => Promise<{ readonly data: readonly unknown[] }>,
): Promise<readonly unknown[]> {
  const page = await absentAsNull(ask);
  if (page === null) return [];
  const rows: unknown = page.data;
  if (!Array.isArray(rows)) throw unavailable("the answer is not a list");
  return rows as readonly unknown[];
}

/** Whether the key lacks the right to what was asked, or Stripe itself says that there is no such thing to ask for. */
export const isWithheld = (thrown: unknown): boolean =>
  thrown instanceof AppError &&
  (thrown.cause instanceof Stripe.errors.StripePermissionError ||
    (thrown.cause instanceof Stripe.errors.StripeInvalidRequestError && thrown.cause.statusCode === 404));

function codeOf(thrown: unknown): ErrorCode {
  const status = thrown instanceof Stripe.errors.StripeError ? thrown.statusCode : undefined;
  return status === 401 || status === 403 ? "portal_unauthorized" : "portal_unavailable";
}

/** The status, or what the system calls what stood in the way: the SDK keeps that under a name of its own. */
function whyOf(thrown: unknown): string {
  if (!(thrown instanceof Stripe.errors.StripeError)) return inBrackets(thrown);
  return thrown.statusCode === undefined ? inBrackets(thrown.detail) : ` (status ${thrown.statusCode})`;
}

function saysOf(code: ErrorCode, why: string) {
  if (code === "portal_unauthorized") {
    return text(
      "Stripe menolak kunci API. Periksa api.secret portal ini dan izinnya.",
      "Stripe refused the API key. Check this portal's api.secret and its permissions.",
    );
  }
  if (code === "not_found") return text("Data tidak ada di Stripe.", "Stripe does not have it.");
  return text(
    `Stripe tidak dapat dihubungi${why}. Akan dicoba lagi.`,
    `Stripe cannot be reached${why}. It will be tried again.`,
  );
}

/** Retry-After in seconds, as milliseconds, at most an hour. */
function waitOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Stripe.errors.StripeError)) return undefined;
  const value = thrown.headers?.["retry-after"];
  return value !== undefined && /^\d{1,4}$/.test(value) ? Math.min(Number(value), 3600) * 1000 : undefined;
}
