import { AppError, type ErrorCode } from "../../errors";
import { text, type Text } from "../../text";

/** What stands between us and a WHMCS, each with what a person can do about it (trap T49). */
const TROUBLES = {
  notConfigured: [
    "portal_unauthorized",
    "Kunci API portal ini belum lengkap. Isi api.url, api.identifier dan api.secret.",
    "This portal's API key is not complete. Set api.url, api.identifier and api.secret.",
  ],
  credentials: [
    "portal_unauthorized",
    "WHMCS menolak kunci API. Periksa api.identifier dan api.secret portal ini.",
    "WHMCS refused the API key. Check this portal's api.identifier and api.secret.",
  ],
  address: [
    "portal_unauthorized",
    "WHMCS tidak menerima alamat IP server ini. Tambahkan di General Settings > Security > API IP Access Restriction, atau isi api.accessKey.",
    "WHMCS does not take this server's IP address. Add it under General Settings > Security > API IP Access Restriction, or set api.accessKey.",
  ],
  action: [
    "portal_unauthorized",
    "Peran API WHMCS tidak mengizinkan panggilan ini. Izinkan di Manage API Credentials > API Roles (daftar di docs/whmcs.md).",
    "The WHMCS API role does not allow this call. Allow it under Manage API Credentials > API Roles (list in docs/whmcs.md).",
  ],
  forbidden: [
    "portal_unauthorized",
    "Server WHMCS melarang akses. Periksa firewall, aturan server web, IP yang diizinkan dan kunci API.",
    "The WHMCS server forbids access. Check its firewall, web server rules, allowed IPs and the API key.",
  ],
  unreachable: [
    "portal_unavailable",
    "WHMCS tidak dapat dihubungi. Akan dicoba lagi; periksa api.url bila terus terjadi.",
    "WHMCS cannot be reached. It will be tried again; check api.url if this goes on.",
  ],
  timeout: [
    "portal_unavailable",
    "WHMCS tidak menjawab pada waktunya. Akan dicoba lagi.",
    "WHMCS did not answer in time. It will be tried again.",
  ],
  redirected: [
    "portal_unavailable",
    "WHMCS mengalihkan ke alamat lain; kunci API tidak dikirim ke sana. Isi api.url dengan alamat tujuannya.",
    "WHMCS redirects to another address; the API key is not sent there. Set api.url to where it leads.",
  ],
  failed: [
    "portal_unavailable",
    "Server WHMCS sedang bermasalah. Akan dicoba lagi.",
    "The WHMCS server has a fault of its own. It will be tried again.",
  ],
  page: [
    "portal_unavailable",
    "WHMCS menjawab dengan halaman web, bukan JSON. Periksa api.url, mode pemeliharaan dan firewall.",
    "WHMCS answered with a web page instead of JSON. Check api.url, maintenance mode and firewall.",
  ],
  truncated: [
    "portal_unavailable",
    "Jawaban WHMCS kosong, terpotong atau bukan JSON. Akan dicoba lagi; lihat log galat PHP bila terus terjadi.",
    "WHMCS's answer is empty, cut off or not JSON. It will be tried again; see its PHP error log if this goes on.",
  ],
  tooLarge: ["portal_unavailable", "Jawaban WHMCS terlalu besar.", "WHMCS's answer is too large."],
  unsorted: [
    "portal_unavailable",
    "Daftar invoice WHMCS tidak terurut menurut id; diperlukan WHMCS 8 atau lebih baru.",
    "WHMCS's list of invoices is not sorted by id; WHMCS 8 or newer is needed.",
  ],
  refused: ["portal_unavailable", "WHMCS menolak panggilan ini.", "WHMCS refused this call."],
  absent: ["not_found", "Data tidak ada di WHMCS.", "WHMCS does not have it."],
} as const satisfies Record<string, readonly [ErrorCode, string, string]>;

export type Trouble = keyof typeof TROUBLES;

/** A trouble as an error. `said` goes to people too, so it must carry no secret; `cause` only to the log. */
export function whmcsError(
  trouble: Trouble,
  more: { readonly said?: string; readonly cause?: unknown; readonly waitMs?: number | undefined } = {},
): AppError {
  const [code, id, en] = TROUBLES[trouble];
  return new AppError(code, quoting(text(id, en), more.said), { cause: more.cause, waitMs: more.waitMs });
}

const quoting = (words: Text, said: string | undefined): Text =>
  said === undefined || said === "" ? words : text(`${words.id} (${said})`, `${words.en} (${said})`);

/**
 * What WHMCS means by the sentence of a `result: "error"`. Its list of sentences is not published; an unknown one counts
 * as a refusal that may pass, and is quoted.
 */
export function troubleOf(message: string): Trouble {
  if (/invalid ip/i.test(message)) return "address";
  if (/invalid permissions|not allowed|access denied|permission/i.test(message)) return "action";
  if (/authentication failed|invalid credential|invalid api|login failed/i.test(message))
    return "credentials";
  // "Command Not Found" says nothing about the thing that was asked for.
  return /\b(?:invoice|client|user|ticket|service|product|domain|addon)\b.*\bnot found/i.test(message)
    ? "absent"
    : "refused";
}

/** Asks, with null for what WHMCS does not have. Everything else is thrown on. */
export async function absentAsNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "not_found") return null;
    throw thrown;
  }
}

/** The invoice is there but cannot be understood: a person must look. */
export function unreadable(places: readonly { readonly code: string; readonly path: string }[]): AppError {
  const message = text(
    "Bagian invoice WHMCS ini tidak dapat dipakai.",
    "This part of the WHMCS invoice cannot be used.",
  );
  const fix = text(
    "Periksa invoice di WHMCS, betulkan, lalu baca ulang.",
    "Check the invoice in WHMCS, correct it, then have it read again.",
  );
  const where = places.map((place) => `${place.path} ${place.code}`).join(", ");
  return new AppError(
    "portal_invoice_unreadable",
    text(
      `Invoice dari WHMCS tidak dapat dibaca: ${where}.`,
      `The invoice from WHMCS cannot be read: ${where}.`,
    ),
    { faults: places.map((place) => ({ ...place, message, fix })) },
  );
}
