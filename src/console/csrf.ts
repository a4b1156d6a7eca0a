import { createHmac, timingSafeEqual } from "node:crypto";

/** The token a form carries: bound to the cookie of its visitor, so that no other site can know it. */
export const csrfOf = (cookie: string): string =>
  createHmac("sha256", "faktur-console-form").update(cookie).digest("base64url");

/** Whether a form was made by this console for this visitor. */
export function isOurForm(cookie: string | undefined, token: string, fetchSite: string | undefined): boolean {
  // Browsers say where a request comes from; anything but our own pages is refused whatever token it has.
  if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") return false;
  if (cookie === undefined || cookie === "") return false;
  const expected = Buffer.from(csrfOf(cookie));
  const sent = Buffer.from(token);
  return expected.length === sent.length && timingSafeEqual(expected, sent);
}
