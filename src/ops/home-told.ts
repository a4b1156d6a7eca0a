import { plusMs } from "../clock";
import { longUnwritten, type UnwrittenRow } from "../store/coretax";
import type { Tx } from "../store/db";
import type { DigestRow } from "../store/digests";
import { text } from "../text";
import { item, same, type HomeItem } from "./home-item";

/** What the home page tells of files that cannot be written, and of what nobody was told. */

/** A try that failed is repeated each minute; what is not written after some of them needs a person. */
const UNWRITTEN_MS = 5 * 60_000;

export const unwrittenFor = (tx: Tx, now: Date): Promise<UnwrittenRow[]> =>
  longUnwritten(tx, plusMs(now, -UNWRITTEN_MS));

export const fileItem = ({ seller, name, fakturs, at }: UnwrittenRow): HomeItem =>
  item(
    "file",
    { code: "file_not_written", message: notWritten(fakturs), fix: WRITE },
    same(`${seller}: ${name}`),
    "/console/pengaturan",
    at,
  );

export const digestItem = ({ seller, detail, at }: DigestRow): HomeItem =>
  item(
    "digest",
    { code: "digest_refused", message: REFUSED, fix: ADDRESS },
    same(detail === null ? seller : `${seller}: ${detail.slice(0, DETAIL_SHOWN)}`),
    "/console/pengaturan",
    at,
  );

const DETAIL_SHOWN = 200;

const notWritten = (count: number) =>
  text(
    `Berkas Coretax ini belum tertulis di foldernya: ${count} faktur di dalamnya belum dapat diunggah, dan yang berikutnya menunggu.`,
    `This Coretax file is not written in its folder: its ${count} fakturs cannot be uploaded yet, and later ones wait.`,
  );
const WRITE = text(
  "Periksa folder penjual: ada, dapat ditulis, dan tidak penuh. Berkasnya lalu ditulis dengan sendirinya; dari sebelum pemulihan: faktur coretax export --again NAMA.",
  "Check the seller's folder: it is there, may be written to and is not full. The file is then written by itself; one from before a restore: faktur coretax export --again NAME.",
);
const REFUSED = text(
  "Ringkasan untuk penjual ini ditolak server e-mail; tidak ada yang menerimanya.",
  "The digest to this seller was refused by the mail server; nobody has received it.",
);
const ADDRESS = text(
  "Betulkan alamat e-mail penjual di Pengaturan; ini hilang setelah ringkasan berikutnya diterima.",
  "Correct the seller's e-mail address in the settings; this goes away once the next digest is taken.",
);
