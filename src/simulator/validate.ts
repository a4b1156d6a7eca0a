import { parseTaxDay, type TaxDay } from "../clock";
import { isCountry } from "../codes/countries";
import { isAddInfo, needsFacility } from "../codes/facilities";
import { ppnOn } from "../faktur/law";
import { amountFaults, totalFaults } from "./check-amounts";
import { isItemCode, unitName } from "./codes";
import { codeOf, saleShape, type Sale, type SaleFault, type SaleFaultCode } from "./sale";

export type SaleCheck =
  { readonly ok: true; readonly sale: Sale } | { readonly ok: false; readonly faults: readonly SaleFault[] };

/** The messages that public code has seen the real service answer, to the letter (pjap-and-hosting 2.1). */
export const NPWP_MESSAGE = "Input contains invalid NPWP format";
export const NITKU_MESSAGE = "Input contains invalid NITKU format";

/** Sixteen digits that are not all zeros. */
export const isNpwp = (value: string): boolean => /^\d{16}$/.test(value) && !/^0+$/.test(value);

/**
 * Everything wrong with a request that the service itself can see, before DJP is asked: first the shape, then, when the
 * shape is right, every rule at once. `today` is the day in Jakarta.
 */
export function checkSale(body: unknown, today: TaxDay): SaleCheck {
  const read = saleShape.safeParse(body ?? {});
  if (!read.success) return { ok: false, faults: read.error.issues.map((issue) => shapeFault(issue, body)) };
  const sale = read.data;
  const faults = [
    ...headFaults(sale),
    ...dateFaults(sale, today),
    ...addInfoFaults(sale),
    ...buyerFaults(sale),
    ...sellerFaults(sale),
    ...sale.barangJasa.flatMap((line, index) => itemFaults(line, `barangJasa[${index}]`)),
    ...lawFaults(sale),
    ...totalFaults(sale),
  ];
  return faults.length === 0 ? { ok: true, sale } : { ok: false, faults };
}

/** Amounts by the law of the faktur's day; a replacement keeps that of its original's period (tax-rules 7.1). */
function lawFaults(sale: Sale): SaleFault[] {
  const day = sale.pengganti ? `${sale.tahunPajak}-${sale.masaPajak}-01` : sale.tanggalFaktur;
  const parsed = parseTaxDay(day);
  if (parsed === null) return [];
  const law = ppnOn(parsed);
  if (law === undefined)
    return [fault("DATE_LAW", "tanggalFaktur", "Faktur sebelum 1 April 2022 tidak dilayani")];
  return sale.barangJasa.flatMap((line, index) =>
    amountFaults(line, codeOf(sale), law, `barangJasa[${index}]`),
  );
}

const fault = (code: SaleFaultCode, path: string, message: string): SaleFault => ({ code, path, message });

const when = (wrong: boolean, code: SaleFaultCode, path: string, message: string): SaleFault[] =>
  wrong ? [fault(code, path, message)] : [];

interface ShapeIssue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function shapeFault(issue: ShapeIssue, body: unknown): SaleFault {
  const path = issue.path.reduce<string>(
    (before, key) =>
      typeof key === "number"
        ? `${before}[${key}]`
        : before === ""
          ? String(key)
          : `${before}.${String(key)}`,
    "",
  );
  if (issue.code === "custom")
    return fault("AMOUNT_DECIMALS", path, `${path} paling banyak dua angka desimal`);
  if (valueAt(body, issue.path) === undefined)
    return fault("FIELD_MISSING", path, `${path || "isi"} wajib diisi`);
  if (issue.code === "invalid_type")
    return fault("FIELD_TYPE", path, `${path || "isi"} salah jenis: ${issue.message}`);
  return fault("FIELD_VALUE", path, `${path} salah isi: ${issue.message}`);
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let at = body;
  for (const key of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

/** Printable and not empty; hidden characters are a known cause of refused imports (coretax-xml 1.5). */
function textFaults(value: string, path: string, longest: number, mayBeEmpty = false): SaleFault[] {
  return [
    ...when(!mayBeEmpty && value.trim() === "", "FIELD_VALUE", path, `${path} tidak boleh kosong`),
    ...when(value.length > longest, "FIELD_VALUE", path, `${path} paling panjang ${longest} huruf`),
    ...when(/\p{Cc}/u.test(value), "TEXT_CHARACTERS", path, `${path} berisi karakter kendali`),
  ];
}

function headFaults(sale: Sale): SaleFault[] {
  const nofa = sale.nofaDiganti;
  return [
    ...textFaults(sale.noInvoice, "noInvoice", 255),
    ...when(
      !/^TD\.003(0[1-9]|10)$/.test(sale.kdJenisTransaksi),
      "TRANSACTION_CODE",
      "kdJenisTransaksi",
      "kdJenisTransaksi harus TD.00301 sampai TD.00310",
    ),
    ...when(
      sale.pengganti ? nofa === undefined || !/^(0[1-9]|10)\d{15}$/.test(nofa) : nofa !== undefined,
      "REPLACEMENT",
      "nofaDiganti",
      "nofaDiganti harus 17 digit pada faktur pengganti, dan tidak diisi pada faktur normal",
    ),
  ];
}

function dateFaults(sale: Sale, today: TaxDay): SaleFault[] {
  const day = parseTaxDay(sale.tanggalFaktur);
  if (day === null) return [fault("DATE_FORMAT", "tanggalFaktur", "tanggalFaktur harus YYYY-MM-DD")];
  const period = `${sale.tahunPajak}-${sale.masaPajak}`;
  // A replacement belongs to the period of the document it replaces, which lies in the past (tax-rules 7.1).
  const periodFits = sale.pengganti
    ? /^\d{4}-(0[1-9]|1[0-2])$/.test(period) && period <= day.slice(0, 7)
    : period === day.slice(0, 7);
  return [
    ...when(day > today, "DATE_FUTURE", "tanggalFaktur", "tanggalFaktur tidak boleh setelah hari ini"),
    ...when(
      !periodFits,
      "PERIOD_MISMATCH",
      "masaPajak",
      "masaPajak dan tahunPajak harus sama dengan tanggalFaktur",
    ),
  ];
}

/** For codes 07 and 08, out of the list of that code; for no other. */
function addInfoFaults(sale: Sale): SaleFault[] {
  const given = sale.keteranganTambahan?.kode;
  const path = "keteranganTambahan";
  if (!needsFacility(codeOf(sale))) {
    return when(
      given !== undefined,
      "ADDITIONAL_INFO",
      path,
      "keteranganTambahan hanya untuk kode 07 dan 08",
    );
  }
  return when(
    !isAddInfo(codeOf(sale), given ?? ""),
    "ADDITIONAL_INFO",
    path,
    "keteranganTambahan wajib diisi dengan kode dari daftar TD.005",
  );
}

function buyerFaults(sale: Sale): SaleFault[] {
  const buyer = sale.lawanTransaksi;
  const at = (name: string): string => `lawanTransaksi.${name}`;
  const email = buyer.email;
  return [
    ...identityFaults(buyer),
    ...textFaults(buyer.nama, at("nama"), 255),
    ...textFaults(buyer.alamatJalan, at("alamatJalan"), 1_000),
    ...textFaults(buyer.kota, at("kota"), 255, true),
    ...textFaults(buyer.telp, at("telp"), 50, true),
    ...when(
      !isCountry(buyer.kodeNegara),
      "FIELD_VALUE",
      at("kodeNegara"),
      "kodeNegara tidak ada dalam daftar negara",
    ),
    ...when(
      email !== "" && !/^\S+@\S+$/.test(email),
      "FIELD_VALUE",
      at("email"),
      "email pembeli salah bentuk",
    ),
  ];
}

function identityFaults(buyer: Sale["lawanTransaksi"]): SaleFault[] {
  const valuePath = "lawanTransaksi.identityValue";
  const nitkuPath = "lawanTransaksi.nitku";
  const value = buyer.identityValue;
  if (buyer.identityType === "NPWP") {
    const belongs = /^\d{22}$/.test(buyer.nitku) && buyer.nitku.startsWith(value);
    return [
      ...when(!isNpwp(value), "NPWP_FORMAT", valuePath, NPWP_MESSAGE),
      ...when(!belongs, "NITKU_FORMAT", nitkuPath, NITKU_MESSAGE),
    ];
  }
  return [
    ...(buyer.identityType === "NIK"
      ? when(!isNpwp(value), "IDENTITY_FORMAT", valuePath, "Input contains invalid NIK format")
      : textFaults(value, valuePath, 50)),
    // Both the short and the long spelling are reported to work for buyers without NPWP (coretax-xml 1.5).
    ...when(!/^(\d{6}|\d{22})$/.test(buyer.nitku), "NITKU_FORMAT", nitkuPath, NITKU_MESSAGE),
  ];
}

function sellerFaults(sale: Sale): SaleFault[] {
  const { nitkuPkp, pembuatFaktur, penandatangan: signer } = sale;
  const parts = signer && [signer.npwp, signer.nama, signer.jabatan, signer.kota, signer.passphrase];
  const partial = parts?.some((part) => part === undefined || part.trim() === "") ?? false;
  return [
    ...when(
      !/^\d{22}$/.test(nitkuPkp.nitku) || !isNpwp(nitkuPkp.nitku.slice(0, 16)),
      "NITKU_FORMAT",
      "nitkuPkp.nitku",
      NITKU_MESSAGE,
    ),
    ...textFaults(nitkuPkp.nama, "nitkuPkp.nama", 255),
    ...when(!isNpwp(pembuatFaktur.npwp), "NPWP_FORMAT", "pembuatFaktur.npwp", NPWP_MESSAGE),
    ...textFaults(pembuatFaktur.nama, "pembuatFaktur.nama", 255),
    ...when(
      partial,
      "SIGNER_PARTIAL",
      "penandatangan",
      "penandatangan harus diisi lengkap atau tidak sama sekali",
    ),
    ...when(
      !partial && signer?.npwp !== undefined && !isNpwp(signer.npwp),
      "NPWP_FORMAT",
      "penandatangan.npwp",
      NPWP_MESSAGE,
    ),
  ];
}

function itemFaults(line: Sale["barangJasa"][number], path: string): SaleFault[] {
  return [
    ...textFaults(line.nama, `${path}.nama`, 1_000),
    ...when(
      !isItemCode(line.jenis, line.kode),
      "ITEM_CODE",
      `${path}.kode`,
      `${path}.kode tidak ada dalam daftar ${line.jenis}`,
    ),
    ...when(
      unitName(line.kodeSatuan) === undefined,
      "UNIT_CODE",
      `${path}.kodeSatuan`,
      `${path}.kodeSatuan tidak ada dalam daftar satuan`,
    ),
  ];
}
