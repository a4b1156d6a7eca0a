import { dayInJakarta, type TaxDay } from "../clock";
import { dayInBoth } from "../faktur/day-words";
import { text, type Text } from "../text";
import type { TabStatus } from "./company";

/** What stands between an account and its next faktur, in words for the customer and for staff. */
const PROSPECTS = {
  no_company: [
    "Akun ini belum punya data NPWP perusahaan.",
    "This account has no company NPWP yet.",
    "Isi NPWP, nama, alamat, dan e-mail perusahaan.",
    "Enter the company's NPWP, name, address and e-mail.",
  ],
  company_requested: [
    "Data NPWP sudah diterima dan menunggu pemeriksaan bagian keuangan.",
    "The NPWP data are in and wait for finance to check them.",
    "Tunggu pengaktifan; invoice yang dibayar sebelum aktif tidak otomatis mendapat faktur.",
    "Wait for the activation; an invoice paid before it does not get a faktur by itself.",
  ],
  company_suspended: [
    "Tab NPWP akun ini sedang ditangguhkan.",
    "The NPWP tab of this account is suspended.",
    "Periksa datanya, lalu kirim ulang atau hubungi bagian keuangan.",
    "Check the data, then send them again or contact finance.",
  ],
  before_activation: [
    "Faktur akun ini berlaku untuk pembayaran mulai {day}.",
    "The fakturs of this account cover payments from {day} on.",
    "Bayar mulai hari itu, atau hubungi bagian keuangan: pembayaran sebelumnya tidak otomatis mendapat faktur.",
    "Pay from that day on, or contact finance: an earlier payment does not get a faktur by itself.",
  ],
  buyer_invalid: [
    "Data DJP menyatakan NPWP ini tidak ditemukan atau tidak aktif.",
    "The tax register says that this NPWP is unknown or not active.",
    "Betulkan NPWP-nya, atau cek lagi setelah aktif di DJP.",
    "Correct the NPWP, or have it checked again once it is active.",
  ],
  seller_paused: [
    "Pengiriman faktur ke DJP sedang dihentikan sementara di sisi penjual.",
    "The seller's sending of fakturs to the authority is paused.",
    "Tidak perlu tindakan pembeli; faktur menyusul setelah dilanjutkan.",
    "Nothing to do for the buyer; the faktur follows when it goes on.",
  ],
  certificate_missing: [
    "Sertifikat penjual untuk PDF faktur belum terpasang atau sudah habis masa berlakunya.",
    "The seller's certificate for the faktur's PDF is missing or has expired.",
    "Tidak perlu tindakan pembeli; finance memasang sertifikatnya.",
    "Nothing to do for the buyer; finance installs the certificate.",
  ],
  upload_off: [
    "Faktur diperiksa bagian keuangan sebelum dikirim ke DJP.",
    "Finance looks at each faktur before it goes to the authority.",
    "Tidak perlu tindakan.",
    "Nothing to do.",
  ],
} as const satisfies Record<string, readonly [string, string, string, string]>;

export type ProspectCode = keyof typeof PROSPECTS;

export const PROSPECT_CODES = Object.keys(PROSPECTS) as readonly ProspectCode[];

export interface ProspectFacts {
  /** null = the account has no company. */
  readonly status: TabStatus | null;
  /** The first tax day that its fakturs cover; null = every day. */
  readonly activeFrom: TaxDay | null;
  /** What the tax register last said of the very NPWP that stands; null = it was never asked. */
  readonly registerActive: boolean | null;
  /** Of the portal's seller; null when the portal has none. */
  readonly seller: {
    readonly paused: boolean;
    readonly uploadsByItself: boolean;
    readonly pdf: "official" | "rendition";
    /** The last moment of its certificate; null = there is none. */
    readonly certificateUntil: Date | null;
  } | null;
  readonly now: Date;
}

export interface Prospect {
  /** Would an ordinary invoice that is paid now get a faktur? */
  readonly yes: boolean;
  /** Why not; with yes, what delays it. */
  readonly reasons: readonly { readonly code: ProspectCode; readonly message: Text; readonly fix: Text }[];
}

/** What would become of an invoice that this account pays now. */
export function prospectOf(facts: ProspectFacts): Prospect {
  const against = againstIt(facts);
  const codes = [...against, ...(against.length > 0 ? [] : delays(facts))];
  return { yes: against.length === 0, reasons: codes.map((code) => worded(code, facts)) };
}

function againstIt({ status, activeFrom, registerActive, now }: ProspectFacts): ProspectCode[] {
  switch (status) {
    case null:
      return ["no_company"];
    case "requested":
      return ["company_requested", ...unfit(registerActive)];
    case "suspended":
      return ["company_suspended", ...unfit(registerActive)];
    case "active":
      return activeFrom !== null && dayInJakarta(now) < activeFrom
        ? ["before_activation", ...unfit(registerActive)]
        : unfit(registerActive);
    default:
      return status satisfies never;
  }
}

const unfit = (registerActive: boolean | null): ProspectCode[] =>
  registerActive === false ? ["buyer_invalid"] : [];

function delays({ seller, now }: ProspectFacts): ProspectCode[] {
  if (seller === null) return [];
  const { paused, uploadsByItself, pdf, certificateUntil } = seller;
  const certified = certificateUntil !== null && certificateUntil > now;
  return [
    ...(paused ? (["seller_paused"] as const) : []),
    ...(pdf === "rendition" && !certified ? (["certificate_missing"] as const) : []),
    ...(uploadsByItself ? [] : (["upload_off"] as const)),
  ];
}

function worded(code: ProspectCode, { activeFrom }: ProspectFacts) {
  const [id, en, fixId, fixEn] = PROSPECTS[code];
  const day = activeFrom === null ? text("", "") : dayInBoth(activeFrom);
  const message = text(id.replace("{day}", day.id), en.replace("{day}", day.en));
  return { code, message, fix: text(fixId, fixEn) };
}
