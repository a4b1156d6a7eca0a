/**
 * What is sent to the Pajak.io Open API v3. The names come from public code that calls the API, not from the vendor,
 * so they are kept here and in pajakio-answers and nowhere else (contract, section 6). No I/O, no clock.
 */
import { formatShort, sum, times } from "../../money";
import { buyerNumberOf, idTkuOf } from "../buyer";
import type { BuyerDocument, Faktur, FakturLine } from "../faktur";
import { baseShare, lawOf } from "../law";
import type { SubmissionKey } from "./channel";

export interface PajakioSigner {
  readonly npwp: string;
  readonly name: string;
  readonly title: string;
  readonly city: string;
  readonly passphrase: string;
}

const SALES = "/efaktur/v3/penjualan";

export const PATHS = {
  sales: SALES,
  detail: (transactionId: string): string => `${SALES}/${encodeURIComponent(transactionId)}`,
  list: (page: number, size: number): string =>
    `${SALES}/list?page=${String(page)}&size=${String(size)}&sortBy=createdAt&sortOrder=DESC`,
  upload: `${SALES}/upload`,
  pdf: `${SALES}/get-pdf`,
  cancel: `${SALES}/batal`,
  delete: `${SALES}/hapus`,
  verify: "/vswp/v2/verify/npwp",
} as const;

/** JSON with amounts as bigint hundredths; an undefined member is left out. */
type Wire = string | boolean | bigint | readonly Wire[] | { readonly [name: string]: Wire | undefined };

/** Writes hundredths as decimal digits straight from the bigint: no float ever holds an amount on its way out. */
export function toJson(value: Wire): string {
  if (typeof value === "bigint") return formatShort(value);
  if (typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(toJson).join(",")}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${JSON.stringify(name)}:${toJson(member)}`],
  );
  return `{${members.join(",")}}`;
}

const isList = (value: Wire): value is readonly Wire[] => Array.isArray(value);

export const transactionBody = (transactionId: string): string => toJson({ transactionId });
/** Without a key the whole list is asked for. */
export const listBody = (key?: SubmissionKey): string => toJson({ noInvoice: key });
export const verifyBody = (npwp: string): string => toJson({ npwp, tujuan: "Penerbitan Faktur Pajak" });

export interface Draft {
  readonly faktur: Faktur;
  readonly key: SubmissionKey;
  readonly signer: PajakioSigner | undefined;
  /** NSFP of the faktur this one replaces. */
  readonly replaces: string | undefined;
  /** Set when a draft is corrected. */
  readonly transactionId?: string;
}

/**
 * The body of create and update. Amounts have at most two decimals and totals are the sums of the lines before they
 * are rounded to whole rupiah. The draft never uploads itself, so its id is known before the legal act.
 */
export function draftBody({ faktur, key, signer, transactionId, ...draft }: Draft): string {
  const replaces = draft.replaces ?? faktur.replaces;
  const { seller, lines } = faktur;
  return toJson({
    transactionId,
    autoUploadDjp: false,
    pengganti: replaces !== undefined,
    nofaDiganti: replaces,
    kdJenisTransaksi: `TD.003${faktur.transactionCode}`,
    keteranganTambahan: faktur.facility
      ? {
          kode: faktur.facility.addInfo,
          nomorDokumenPendukung: faktur.facility.documentNumber,
        }
      : undefined,
    masaPajak: faktur.period.slice(5, 7),
    tahunPajak: faktur.period.slice(0, 4),
    tanggalFaktur: faktur.date,
    noInvoice: key,
    barangJasa: lines.map((line) => lineOf(line, usesOtherBase(faktur, line))),
    lawanTransaksi: buyerOf(faktur),
    totalDpp: sum(lines.map((line) => line.taxBase)),
    totalDppLain: sum(lines.map((line) => line.otherTaxBase)),
    totalPpn: sum(lines.map((line) => line.vat)),
    totalPpnBm: 0n,
    penandatangan: signer && {
      npwp: signer.npwp,
      nama: signer.name,
      jabatan: signer.title,
      kota: signer.city,
      passphrase: signer.passphrase,
    },
    pembuatFaktur: { npwp: signer?.npwp ?? seller.npwp, nama: signer?.name ?? seller.name },
    nitkuPkp: { nitku: seller.nitku, nama: seller.name },
  });
}

/** A base of 11/12 can round to the full one (e.g. 0.01), so the law of the code is asked as well. */
function usesOtherBase(faktur: Faktur, line: FakturLine): boolean {
  const law = lawOf(faktur);
  if (line.otherTaxBase !== line.taxBase || law === undefined) return line.otherTaxBase !== line.taxBase;
  const share = baseShare(law, faktur.transactionCode);
  return share.numerator !== share.denominator;
}

const lineOf = (line: FakturLine, otherBase: boolean): Wire => ({
  jenis: line.kind === "A" ? "BARANG" : "JASA",
  nama: line.name,
  kode: line.code,
  jumlah: line.quantity,
  kodeSatuan: line.unit,
  harga: line.price,
  totalHarga: times(line.price, line.quantity),
  diskon: line.discount,
  tarifPpn: line.vatRate,
  dpp: line.taxBase,
  cekDppLain: otherBase,
  dppLain: line.otherTaxBase,
  ppn: line.vat,
  tarifPpnbm: 0n,
  ppnbm: 0n,
});

const IDENTITY: Readonly<Record<BuyerDocument, string>> = {
  TIN: "NPWP",
  "National ID": "NIK",
  Passport: "PASPOR",
  "Other ID": "LAINNYA",
};

/** The address is sent whole; a city is not guessed out of it. */
const buyerOf = ({ buyer }: Faktur): Wire => ({
  identityType: IDENTITY[buyer.document],
  identityValue: buyerNumberOf(buyer),
  nitku: idTkuOf(buyer),
  nama: buyer.name,
  telp: "",
  kodeNegara: buyer.country,
  alamatJalan: buyer.address,
  kota: "",
  email: buyer.email,
});

/** Makes a copy fit to be kept: no passphrase, wherever it is echoed, and no PDF. */
export const withoutSecretFields = (json: string): string =>
  json
    .replace(/("passphrase"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"***"')
    .replace(/("filePdf"\s*:\s*)"([^"]*)"/g, (_whole, name: string, value: string) =>
      value === "" ? `${name}""` : `${name}"(${String(value.length)} characters)"`,
    );
