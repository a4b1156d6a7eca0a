import { isCountry } from "../codes/countries";
import { AppError } from "../errors";
import type { BuyerDocument } from "../faktur/faktur";
import { text } from "../text";
import { parseNik, parseNpwp, type Npwp } from "./npwp";

/** A buyer who has no NPWP (PER-11/PJ/2025 art. 33b): the document that stands in its place. */
export interface BuyerIdentity {
  readonly document: Exclude<BuyerDocument, "TIN">;
  /** NIK, passport number or other number. */
  readonly number: string;
  /** As in DJP's list; IDN for a NIK. */
  readonly country: string;
}

/** What Coretax wants in `BuyerTin` for a buyer without NPWP. Never for a company. */
export const NO_NPWP = "0".repeat(16) as Npwp;

export interface GivenIdentity {
  readonly document: BuyerDocument;
  readonly number: string;
  readonly country?: string | undefined;
}

export interface Identified {
  readonly npwp: Npwp;
  /** Null for a buyer with an NPWP, or with a NIK that is activated as one. */
  readonly identity: BuyerIdentity | null;
}

/**
 * Who the buyer is, from what people enter. Throws `npwp_malformed`, `npwp_is_branch`, `identity_malformed`,
 * `country_unknown`, `company_needs_npwp`.
 */
export function identify(
  npwp: string | undefined,
  given: GivenIdentity | undefined,
  name: string,
): Identified {
  if (given === undefined || given.document === "TIN") {
    const number = parseNpwp(npwp ?? given?.number ?? "");
    if (given !== undefined && parseNpwp(given.number) !== number) throw contradiction();
    if (given?.country !== undefined && given.country.toUpperCase() !== "IDN") throw notIndonesian();
    return { npwp: number, identity: null };
  }
  if (npwp !== undefined && !/^[0\s.\-]*$/.test(npwp)) throw contradiction();
  return { npwp: NO_NPWP, identity: withoutNpwp(given.document, given, name) };
}

function withoutNpwp(document: BuyerIdentity["document"], given: GivenIdentity, name: string): BuyerIdentity {
  const country = given.country?.trim().toUpperCase();
  switch (document) {
    case "National ID": {
      const nik = parseNik(given.number);
      if (nik === null) throw nikMalformed();
      if (country !== undefined && country !== "IDN") throw notIndonesian();
      if (isLegalEntity(name)) throw companyNeedsNpwp();
      return { document, number: nik, country: "IDN" };
    }
    case "Passport":
    case "Other ID": {
      if (country === "IDN") throw companyNeedsNpwp();
      if (country === undefined || !isCountry(country)) throw countryUnknown();
      const number = given.number.trim().replace(/\s+/g, document === "Passport" ? "" : " ");
      if (
        !(document === "Passport" ? /^[A-Za-z0-9]{5,20}$/ : /^[\p{L}\p{N}][\p{L}\p{N} ./_-]{0,49}$/u).test(
          number,
        )
      )
        throw numberMalformed();
      return { document, number: document === "Passport" ? number.toUpperCase() : number, country };
    }
    default:
      return document satisfies never;
  }
}

/** What stands before the name of a body and is nobody's first name. */
const BODY_FIRST = new RegExp(
  [
    /^\s*(PT|P\.T|CV|C\.V|YAYASAN|KOPERASI|PERUM|PERUMDA|PERSERO)\b[.\s]/,
    /^\s*(PERSEROAN|PERSEKUTUAN|PERKUMPULAN|PERUSAHAAN\s+(UMUM|DAERAH|PERSEROAN|NEGARA))\s+\S/,
    /^\s*(KEMENTERIAN|DINAS|PEMERINTAH|DIREKTORAT|SEKRETARIAT|UNIVERSITAS|LEMBAGA)\s+\S/,
    // Firma is a person's name too: only with what a partnership adds to it.
    /^\s*(FIRMA|FA\.?)\s+(HUKUM\b|.*(&|\bDAN\s+(REKAN|KAWAN)|\bBERSAUDARA\b|\bBROTHERS\b))/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);
const BODY_LAST = /[,\s](PT|CV|TBK|PERSERO)\)?\.?\s*$|,\s*(P\.T|C\.V)\.?\s*$/i;

/**
 * An Indonesian form of body before or behind the name: it has an NPWP, and no NIK can stand for it. A usaha dagang (UD)
 * is none: it is its owner, whose NIK is right.
 */
export const isLegalEntity = (name: string): boolean => BODY_FIRST.test(name) || BODY_LAST.test(name);

/**
 * The same for two entries of one taxpayer. A NIK that is activated as NPWP later is the same person, so the two are
 * told by their digits alone.
 */
export const identityKey = (npwp: string, identity: BuyerIdentity | null | undefined): string => {
  if (identity === null || identity === undefined) return npwp;
  if (identity.document === "National ID") return identity.number;
  return `${identity.document}/${identity.country}/${identity.number}`;
};

const nikMalformed = (): AppError =>
  new AppError(
    "identity_malformed",
    text("NIK harus 16 digit. Salin dari KTP.", "A NIK has 16 digits. Copy it from the identity card."),
  );

const numberMalformed = (): AppError =>
  new AppError(
    "identity_malformed",
    text(
      "Nomor paspor 5 sampai 20 huruf dan angka; nomor dokumen lain paling banyak 50. Salin dari dokumennya.",
      "A passport number has 5 to 20 letters and digits; another number at most 50. Copy it from the document.",
    ),
  );

const contradiction = (): AppError =>
  new AppError(
    "identity_malformed",
    text(
      "NPWP dan identity menyebut pembeli yang berbeda. Kirim salah satu.",
      "npwp and identity name different buyers. Send only one of them.",
    ),
  );

const countryUnknown = (): AppError =>
  new AppError(
    "country_unknown",
    text(
      "Kode negara tidak ada dalam daftar DJP. Contoh: SGP, MYS, USA.",
      "The country is not in DJP's list. Examples: SGP, MYS, USA.",
    ),
  );

const notIndonesian = (): AppError =>
  new AppError(
    "country_unknown",
    text("Pembeli dengan NPWP atau NIK memakai negara IDN.", "A buyer with NPWP or NIK has the country IDN."),
  );

const companyNeedsNpwp = (): AppError =>
  new AppError(
    "company_needs_npwp",
    text(
      "Badan usaha Indonesia harus memakai NPWP; minta NPWP-nya, jangan diisi nol (PER-11/PJ/2025 pasal 33).",
      "An Indonesian company needs its NPWP: ask for it, zeros are never filled in (PER-11/PJ/2025 art. 33).",
    ),
  );
