import type { Fault } from "../errors";
import { text, type Text } from "../text";

/** An answer other than 200 and 202. */
export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly detail: Text;
  readonly faults?: readonly Fault[];
}

export const UNKNOWN_PORTAL: Refused = {
  status: 404,
  code: "not_found",
  detail: text("Tidak ada apa-apa di alamat ini.", "There is nothing at this address."),
};
export const WRONG_METHOD: Refused = {
  status: 405,
  code: "method_not_allowed",
  detail: text("Kirim dengan POST.", "Send with POST."),
};
export const NOT_JSON_TYPE: Refused = {
  status: 415,
  code: "not_json",
  detail: text(
    "Kirim isi tanpa kompresi dengan Content-Type: application/json.",
    "Send the body uncompressed, with Content-Type: application/json.",
  ),
};
export const TOO_LARGE: Refused = {
  status: 413,
  code: "too_large",
  detail: text("Isi kiriman paling besar 256 kB.", "A body may have at most 256 kB."),
};
export const UNREADABLE: Refused = {
  status: 400,
  code: "malformed",
  detail: text(
    "Isi kiriman tidak terbaca utuh. Kirim ulang.",
    "The body could not be read whole. Send it again.",
  ),
};
export const BAD_SIGNATURE: Refused = {
  status: 401,
  code: "signature_wrong",
  detail: text(
    "Tanda tangan tidak ada, salah, atau waktunya berselisih lebih dari 300 detik. Periksa secret dan jam pengirim.",
    "The signature is missing or wrong, or its time is more than 300 s off. Check the secret and the sender's clock.",
  ),
};
export const MALFORMED: Refused = {
  status: 400,
  code: "malformed",
  detail: text(
    "Isi kiriman tidak lengkap atau salah bentuk. Setiap kesalahan ada di faults.",
    "The body is incomplete or malformed. Every fault is listed in faults.",
  ),
};
export const NOT_STORED: Refused = {
  status: 503,
  code: "not_stored",
  detail: text(
    "Kiriman belum tersimpan. Kirim ulang nanti.",
    "The delivery is not stored yet. Send it again later.",
  ),
};
