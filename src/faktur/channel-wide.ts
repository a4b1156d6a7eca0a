import type { Certainty } from "./law-rows";
import type { ReasonCode } from "./reasons";

/** What stops every faktur of a seller until a person has mended it. */
export const CHANNEL_WIDE_CAUSES = ["access_blocked", "passphrase_wrong", "unauthorized"] as const;
export type ChannelWideCause = (typeof CHANNEL_WIDE_CAUSES)[number];

interface Words {
  readonly cause: ChannelWideCause;
  readonly words: RegExp;
  readonly source: string;
  /** C: nobody publishes these words; all of them are provisional (docs/law.md section 10). */
  readonly certainty: Certainty;
}

/**
 * The words by which providers say so. Provisional: no provider publishes its list, so these follow what the rules and
 * public sources call the two states; a new wording is one row.
 */
export const CHANNEL_WIDE_WORDS: readonly Words[] = [
  {
    cause: "access_blocked",
    words: /PER-?\s?19\/PJ\/2025/i,
    source: "PER-19/PJ/2025: blocking of the access to making fakturs",
    certainty: "C",
  },
  {
    cause: "access_blocked",
    words: /akses\b.{0,60}\bfaktur\b.{0,60}\b(di)?(nonaktif|non-aktif|blokir|tutup|cabut)/i,
    source: "the rule's own phrase, penonaktifan akses pembuatan faktur pajak",
    certainty: "C",
  },
  {
    cause: "access_blocked",
    words:
      /penonaktifan akses|access\b.{0,60}\b(tax invoice|faktur)\b.{0,60}\b(blocked|disabled|deactivated)/i,
    source: "the same in other order and in English",
    certainty: "C",
  },
  {
    cause: "passphrase_wrong",
    words: /passphrase\b.{0,60}\b(salah|tidak (sesuai|valid|cocok)|wrong|invalid|incorrect)/i,
    source: "DDTC 1808233: Saved Invalid by a wrong passphrase",
    certainty: "C",
  },
  {
    cause: "passphrase_wrong",
    words: /(salah|wrong|invalid|incorrect)\b.{0,20}\bpassphrase/i,
    source: "the same in other order",
    certainty: "C",
  },
  {
    cause: "passphrase_wrong",
    words: /kode otorisasi\b.{0,60}\b(salah|tidak (valid|aktif|sesuai)|kedaluwarsa|kadaluarsa|expired)/i,
    source: "DDTC 1808233: a signer without valid authorisation",
    certainty: "C",
  },
];

/** The channel-wide cause these words name, or null when they speak of one faktur only. */
export const channelWideCause = (words: string | null): ChannelWideCause | null =>
  words === null ? null : (CHANNEL_WIDE_WORDS.find((row) => row.words.test(words))?.cause ?? null);

export const CHANNEL_WIDE_REASON: Readonly<Record<ChannelWideCause, ReasonCode>> = {
  access_blocked: "channel_access_blocked",
  passphrase_wrong: "channel_passphrase_wrong",
  unauthorized: "channel_unauthorized",
};
