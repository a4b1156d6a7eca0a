/**
 * Every kind of buyer as a table: what people enter, and what Coretax is to get or why it is refused. A company without
 * NPWP is never filled with zeros.
 */
import { identify, identityKey, isLegalEntity, type GivenIdentity } from "../../src/accounts/identity";
import type { AppError } from "../../src/errors";

const NPWP = "0098765432109000";
const NIK = "3174012345678901";
const ZEROS = "0".repeat(16);

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (thrown) {
    return (thrown as AppError).code;
  }
  return "nothing thrown";
};

test.each<
  [string, string | undefined, GivenIdentity | undefined, ReturnType<typeof identify>["identity"], string]
>([
  ["a company", "09.876.543.2-109.000", undefined, null, NPWP],
  ["a company named as TIN", undefined, { document: "TIN", number: NPWP }, null, NPWP],
  ["both ways alike", NPWP, { document: "TIN", number: NPWP, country: "idn" }, null, NPWP],
  ["a NIK activated as NPWP", NIK, undefined, null, NIK],
  [
    "a NIK alone",
    undefined,
    { document: "National ID", number: "3174 0123 4567 8901" },
    { document: "National ID", number: NIK, country: "IDN" },
    ZEROS,
  ],
  [
    "zeros beside a NIK",
    ZEROS,
    { document: "National ID", number: NIK, country: "IDN" },
    { document: "National ID", number: NIK, country: "IDN" },
    ZEROS,
  ],
  [
    "a passport",
    undefined,
    { document: "Passport", number: " x123 4567", country: "sgp" },
    { document: "Passport", number: "X1234567", country: "SGP" },
    ZEROS,
  ],
  [
    "a foreign company",
    undefined,
    { document: "Other ID", number: "UEN 201912345-K", country: "SGP" },
    { document: "Other ID", number: "UEN 201912345-K", country: "SGP" },
    ZEROS,
  ],
])("%s is taken", (_name, npwp, given, identity, expected) => {
  expect(identify(npwp, given, "Siti Aminah")).toEqual({ npwp: expected, identity });
});

test.each<[string, string | undefined, GivenIdentity | undefined, string, string]>([
  ["no number at all", undefined, undefined, "Siti", "npwp_malformed"],
  ["zeros as an NPWP", ZEROS, undefined, "PT Contoh", "npwp_malformed"],
  ["zeros as a TIN", undefined, { document: "TIN", number: ZEROS }, "PT Contoh", "npwp_malformed"],
  ["a branch", "098765432109001", undefined, "PT Contoh", "npwp_is_branch"],
  ["two NPWP", NPWP, { document: "TIN", number: NIK }, "PT Contoh", "identity_malformed"],
  ["an NPWP and a NIK", NPWP, { document: "National ID", number: NIK }, "Siti", "identity_malformed"],
  [
    "a NIK of 15 digits",
    undefined,
    { document: "National ID", number: NIK.slice(1) },
    "Siti",
    "identity_malformed",
  ],
  ["zeros as a NIK", undefined, { document: "National ID", number: ZEROS }, "Siti", "identity_malformed"],
  [
    "a NIK of India",
    undefined,
    { document: "National ID", number: NIK, country: "IND" },
    "Siti",
    "country_unknown",
  ],
  ["an NPWP of Singapore", NPWP, { document: "TIN", number: NPWP, country: "SGP" }, "PT", "country_unknown"],
  [
    "a PT over a NIK",
    undefined,
    { document: "National ID", number: NIK },
    "PT. Contoh",
    "company_needs_npwp",
  ],
  [
    "another number of Indonesia",
    undefined,
    { document: "Other ID", number: "1", country: "IDN" },
    "X",
    "company_needs_npwp",
  ],
  [
    "a passport without a country",
    undefined,
    { document: "Passport", number: "X1234567" },
    "X",
    "country_unknown",
  ],
  [
    "a country in no list",
    undefined,
    { document: "Passport", number: "X1234567", country: "XX" },
    "X",
    "country_unknown",
  ],
  [
    "a passport of signs",
    undefined,
    { document: "Passport", number: "???", country: "SGP" },
    "X",
    "identity_malformed",
  ],
  [
    "an empty other number",
    undefined,
    { document: "Other ID", number: " ", country: "SGP" },
    "X",
    "identity_malformed",
  ],
])("%s is refused", (_name, npwp, given, name, code) => {
  expect(codeOf(() => identify(npwp, given, name))).toBe(code);
});

test.each([
  ["PT Contoh", true],
  ["pt. contoh", true],
  ["Contoh, PT", true],
  ["CV Maju Jaya", true],
  ["Yayasan Contoh", true],
  ["Bank Contoh Tbk", true],
  ["Ptolemaios", false],
  ["Siti Aminah", false],
  ["Firman", false],
  ["P.T. Contoh Sejahtera", true],
  ["p.t.contoh", true],
  ["C.V. Maju", true],
  ["Contoh, P.T.", true],
  ["Perseroan Terbatas Contoh", true],
  ["PERSEROAN KOMANDITER MAJU", true],
  ["Persekutuan Komanditer Maju", true],
  ["Perkumpulan Guru Contoh", true],
  ["Perusahaan Umum Daerah Air Minum", true],
  ["Kementerian Keuangan", true],
  ["  Dinas Pendidikan Kota Contoh", true],
  ["Pemerintah Kota Contoh", true],
  ["Universitas Contoh", true],
  ["Firma Hukum Sari", true],
  ["Firma Sari & Rekan", true],
  ["Fa. Sari dan Kawan-kawan", true],
  ["Firma Utami", false],
  ["Fa. Rahmawati", false],
  ["Firma Daniar Rekanita", false],
  ["UD Maju Jaya", false],
  ["Ud Suhaedi", false],
  ["Dinasti Putri", false],
  ["Dinas", false],
  ["Universitas", false],
  ["Perum Lestari", true],
  ["Perumal Krishnan", false],
  ["P. Tampubolon", false],
  ["Putri C. V. Lestari", false],
])("%s is a company's name: %s", (name, is) => {
  expect(isLegalEntity(name)).toBe(is);
});

test("a NIK that is activated as NPWP stays the same taxpayer; a passport is told by its country too", () => {
  const nik = { document: "National ID", number: NIK, country: "IDN" } as const;
  const passport = (country: string) => ({ document: "Passport", number: "X1", country }) as const;
  expect(identityKey(ZEROS, nik)).toBe(identityKey(NIK, null));
  expect(identityKey(ZEROS, passport("SGP"))).not.toBe(identityKey(ZEROS, passport("MYS")));
});
