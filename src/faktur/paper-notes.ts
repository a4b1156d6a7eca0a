import { addInfoWords, stampWords } from "../codes/facilities";
import { meaningOfCode } from "../codes/transaction-codes";
import { formatIndonesian } from "../money";
import { dayInWords } from "./day-words";
import type { FakturKurs } from "./faktur";

/** One line below the totals. */
export interface PaperNote {
  readonly label: string;
  readonly words: string;
}

export interface NoteFacts {
  readonly transactionCode: string;
  readonly facility: {
    readonly addInfo: string;
    readonly documentNumber: string;
    /** `MMYYYY`, or null where it is not known. */
    readonly documentPeriod: string | null;
  } | null;
  /** The number that this faktur replaces. */
  readonly replaces: string | null;
  readonly kurs: FakturKurs | null;
}

/** What the sheet says below its totals: the code, the faktur it replaces, the facility with its document, the rate. */
export function notesOf(facts: NoteFacts): readonly PaperNote[] {
  const { transactionCode, facility, replaces, kurs } = facts;
  const meaning = meaningOfCode(transactionCode);
  return [
    {
      label: "Kode Transaksi",
      words: meaning === undefined ? transactionCode : `${transactionCode} - ${meaning}`,
    },
    ...(replaces === null ? [] : [{ label: "Pengganti dari", words: `Faktur Pajak nomor ${replaces}` }]),
    ...(facility === null
      ? []
      : [
          {
            label: "Keterangan Tambahan",
            words: addInfoWords(transactionCode, facility.addInfo) ?? facility.addInfo,
          },
          { label: "Dokumen Pendukung", words: documentWords(facility) },
        ]),
    ...(kurs === null ? [] : [{ label: "Kurs Pajak", words: kursWords(kurs) }]),
  ];
}

/** The facility's stamp (cap) in DJP's words; null where there is none. */
export const stampOf = (transactionCode: string, stamp: string): string | null =>
  stampWords(transactionCode, stamp) || null;

const documentWords = ({ documentNumber, documentPeriod }: NonNullable<NoteFacts["facility"]>): string =>
  documentPeriod === null
    ? documentNumber
    : `${documentNumber} (masa ${documentPeriod.slice(0, 2)}/${documentPeriod.slice(2)})`;

const kursWords = ({ currency, rate, per, kmk, from, to }: FakturKurs): string =>
  `${currency} ${per} = Rp ${formatIndonesian(rate)}; KMK ${kmk}, berlaku ${dayInWords(from)} s.d. ${dayInWords(to)}`;
