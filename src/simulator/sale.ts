import { z } from "zod";
import { toHundredths } from "./amounts";

/**
 * What the authority takes as a sale (faktur keluaran). Field names are those of the wire; fields that are not named
 * here are accepted and forgotten.
 */

const words = z.string();
const amount = z
  .number()
  .refine((value) => toHundredths(value) !== null, { params: { code: "AMOUNT_DECIMALS" } });

const item = z.object({
  jenis: z.enum(["BARANG", "JASA"]),
  nama: words,
  kode: words,
  jumlah: amount,
  kodeSatuan: words,
  harga: amount,
  totalHarga: amount,
  diskon: amount,
  tarifPpn: amount,
  dpp: amount,
  cekDppLain: z.boolean(),
  dppLain: amount,
  ppn: amount,
  tarifPpnbm: amount,
  ppnbm: amount,
});

const buyer = z.object({
  identityType: z.enum(["NPWP", "NIK", "PASPOR", "LAINNYA"]),
  identityValue: words,
  nitku: words,
  nama: words,
  telp: words,
  kodeNegara: words,
  alamatJalan: words,
  kota: words,
  email: words,
});

/** Every part is optional here, so that a signer given in part gets one fault that says so. */
const signer = z
  .object({ npwp: words, nama: words, jabatan: words, kota: words, passphrase: words })
  .partial();

export const saleShape = z.object({
  autoUploadDjp: z.boolean(),
  pengganti: z.boolean(),
  nofaDiganti: words.optional(),
  kdJenisTransaksi: words,
  keteranganTambahan: z.object({ kode: words, nomorDokumenPendukung: words.optional() }).optional(),
  masaPajak: words,
  tahunPajak: words,
  tanggalFaktur: words,
  noInvoice: words,
  barangJasa: z.array(item).min(1).max(5_000),
  lawanTransaksi: buyer,
  totalDpp: amount,
  totalDppLain: amount,
  totalPpn: amount,
  totalPpnBm: amount,
  penandatangan: signer.optional(),
  pembuatFaktur: z.object({ npwp: words, nama: words }),
  nitkuPkp: z.object({ nitku: words, nama: words }),
});

export type Sale = z.infer<typeof saleShape>;
export type SaleItem = z.infer<typeof item>;

/** Codes of everything the authority finds wrong with a request; they go out in `data.faults`, beside the message. */
export type SaleFaultCode =
  | "FIELD_MISSING"
  | "FIELD_TYPE"
  | "FIELD_VALUE"
  | "TEXT_CHARACTERS"
  | "NPWP_FORMAT"
  | "NITKU_FORMAT"
  | "IDENTITY_FORMAT"
  | "DATE_FORMAT"
  | "DATE_FUTURE"
  | "DATE_LAW"
  | "PERIOD_MISMATCH"
  | "TRANSACTION_CODE"
  | "ADDITIONAL_INFO"
  | "ITEM_CODE"
  | "UNIT_CODE"
  | "AMOUNT_DECIMALS"
  | "AMOUNT_RANGE"
  | "AMOUNT_CHAIN"
  | "TOTALS"
  | "SIGNER_PARTIAL"
  | "REPLACEMENT"
  | "DUPLICATE";

export interface SaleFault {
  readonly code: SaleFaultCode;
  /** Where in the request, e.g. `barangJasa[0].harga`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** The transaction code `04` of `TD.00304`. Only for a sale that has been checked. */
export const codeOf = (sale: Sale): string => sale.kdJenisTransaksi.slice(-2);
