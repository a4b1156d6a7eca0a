/**
 * The simulated taxpayer register. Every NPWP is known but those that these rules name, so that a test can choose a
 * buyer that fails by choosing its digits.
 */
export const REGISTER_RULES = {
  /** Digits 10 to 13 of an NPWP that the register does not know. */
  unknownNpwp: "0404",
  /** Digits 10 to 13 of an NPWP that is known and no longer active (NON EFEKTIF). */
  inactiveNpwp: "0406",
  /** The last four digits of a NIK that the civil register does not know. */
  unknownNik: "0404",
  /** The highest last six digits of a NITKU that is registered. */
  highestNitkuSuffix: "000099",
} as const;

export interface Taxpayer {
  readonly nama: string;
  readonly alamat: string;
  readonly statusWp: "AKTIF" | "NON EFEKTIF";
}

/** The taxpayer of a 16-digit NPWP, or null when the register does not know it. Names are made up from the number. */
export function findTaxpayer(npwp: string): Taxpayer | null {
  const middle = npwp.slice(9, 13);
  if (middle === REGISTER_RULES.unknownNpwp) return null;
  return {
    nama: `PT SIMULASI ${npwp.slice(1, 9)}`,
    alamat: `JL. SIMULASI NO. ${Number(npwp.slice(4, 8))}, JAKARTA`,
    statusWp: middle === REGISTER_RULES.inactiveNpwp ? "NON EFEKTIF" : "AKTIF",
  };
}

/** True when the civil register (Dukcapil) knows the NIK. */
export const isKnownNik = (nik: string): boolean => !nik.endsWith(REGISTER_RULES.unknownNik);

/** True when the place of business is registered: its last six digits are 000000 to 000099. */
export const isRegisteredNitku = (nitku: string): boolean =>
  nitku.slice(-6) <= REGISTER_RULES.highestNitkuSuffix;
