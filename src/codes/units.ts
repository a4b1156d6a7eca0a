/** Names of UM.0001 and on, in order (DJP template v1.6.1, REF-SatuanUkur; 39 names). */
const NAMES = [
  "Metrik Ton",
  "Wet Ton",
  "Kilogram",
  "Gram",
  "Karat",
  "Kiloliter",
  "Liter",
  "Barrel",
  "MMBTU",
  "Ampere",
  "Sentimeter Kubik",
  "Meter Persegi",
  "Meter",
  "Inci",
  "Sentimeter",
  "Yard",
  "Lusin",
  "Unit",
  "Set",
  "Lembar",
  "Piece",
  "Boks",
  "Tahun",
  "Bulan",
  "Minggu",
  "Hari",
  "Jam",
  "Menit",
  "Persen",
  "Kegiatan",
  "Laporan",
  "Bahan",
  "Lainnya",
  "Meter Kubik",
  "Sentimeter Persegi",
  "Drum",
  "Karton",
  "Kwh",
  "Roll",
];

const units: ReadonlyMap<string, string> = new Map(
  NAMES.map((name, index) => [`UM.${String(index + 1).padStart(4, "0")}`, name]),
);

/** The unit's name as DJP spells it, or undefined when the list does not have the code. */
export const unitName = (code: string): string | undefined => units.get(code);
