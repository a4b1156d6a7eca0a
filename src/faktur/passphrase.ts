import type { TaxDay } from "../clock";
import type { Fault } from "../errors";
import { text } from "../text";
import { passphraseRuleOn } from "./law";

/**
 * Why Coretax would not take this passphrase of a signer (kode otorisasi DJP); `[]` when it may be the right one. With a
 * forbidden character every faktur ends as "Saved Invalid". A .p12 of one's own has other rules and is not asked here.
 */
export function passphraseFaults(passphrase: string, path: string, day: TaxDay): readonly Fault[] {
  const rule = passphraseRuleOn(day);
  if (rule === undefined) return [];
  const forbidden = rule.forbidden.filter((character) => passphrase.includes(character));
  const shown = forbidden.join(" ");
  return [
    ...(forbidden.length === 0
      ? []
      : [
          {
            code: "passphrase_forbidden",
            path,
            message: text(
              `Coretax menolak passphrase yang memuat ${shown}: setiap faktur berakhir "Saved Invalid".`,
              `Coretax refuses a passphrase with ${shown}: every faktur would end as "Saved Invalid".`,
            ),
            fix: CHANGE,
          },
        ]),
    ...(Array.from(passphrase).length >= rule.least
      ? []
      : [
          {
            code: "passphrase_too_short",
            path,
            message: text(
              `Passphrase penandatangan paling sedikit ${rule.least} huruf.`,
              `A signer's passphrase has at least ${rule.least} characters.`,
            ),
            fix: CHANGE,
          },
        ]),
  ];
}

const CHANGE = text(
  "Ganti passphrase di portal Coretax (Permintaan Kode Otorisasi), lalu isi yang baru di sini.",
  "Change the passphrase in the Coretax portal (request of the authorisation code), then enter the new one here.",
);

/** The signer's passphrase in a channel's settings as they are given, whichever channel it is; null where there is none. */
export function signerPassphraseOf(channel: unknown): string | null {
  const inside = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  const passphrase = inside(inside(channel, "signer"), "passphrase");
  return typeof passphrase === "string" ? passphrase : null;
}
