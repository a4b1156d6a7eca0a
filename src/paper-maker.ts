import { join } from "node:path";
import type { PaperMaker } from "./faktur/obtain";
import type { Paper } from "./faktur/paper";
import type { PaperAnswers } from "./paper-thread";
import { asBuffer, KEPT_MS, openThread } from "./thread";

/**
 * Drawing and signing, in a thread of their own: 3 ms of processor for a sheet, and seconds for some certificates. With less
 * for what does not live long, half a sheet would be moved to where only the whole heap is cleaned.
 */
const thread = openThread<PaperAnswers>(join(__dirname, "paper-thread"), {
  youngMegabytes: 12,
  idleMs: KEPT_MS,
});

/** The rendition of a faktur, drawn and signed. Throws what opening the certificate and `checkValidity` throw. */
export const renderPaper: PaperMaker["render"] = async (paper, { p12, passphrase }, at, { seller }) => {
  const bytes = await thread.ask("render", paper, p12, passphrase, at, {
    reason: `Faktur Pajak ${paper.nsfp ?? ""}`,
    location: seller.city,
    name: seller.signer.name,
    contact: seller.email,
  });
  return asBuffer(bytes);
};

/** A sheet without a signature. */
export const drawPaper = async (paper: Paper): Promise<Buffer> => asBuffer(await thread.ask("draw", paper));

/** What a certificate says of itself, once its passphrase has opened it. Throws what opening and `checkValidity` throw. */
export const tryCertificate = (p12: Buffer, passphrase: string, now: Date) =>
  thread.ask("examine", p12, passphrase, now);
