import type { Fault } from "../errors";
import { text, type Text } from "../text";
import { PPN_LABEL, type FakturMailView, type MailTemplates, type Row } from "./message";

/** The parts of the mail that a seller may word itself. */
export const MAIL_PARTS = ["subject", "text", "html"] as const;
export type MailPart = (typeof MAIL_PARTS)[number];

/** A seller's own words; what is absent stays as the program has it. */
export type MailWords = Readonly<Partial<Record<MailPart, string>>>;

export const LONGEST: Readonly<Record<MailPart, number>> = { subject: 200, text: 10_000, html: 10_000 };

/** What may stand between double braces: a closed list, so that words are never code. */
export const PLACEHOLDERS: Readonly<Record<string, Text>> = {
  pembeli: text("nama pembeli", "the buyer's name"),
  penjual: text("nama penjual", "the seller's name"),
  email_penjual: text("e-mail penjual", "the seller's e-mail address"),
  invoice: text("nomor invoice", "the invoice's number"),
  nsfp: text("nomor seri faktur", "the faktur's serial number"),
  tanggal: text("tanggal faktur", "the faktur's date"),
  kode: text("kode transaksi", "the transaction code"),
  harga: text("harga jual", "the price"),
  dpp: text("dasar pengenaan pajak", "the tax base"),
  ppn: text("PPN", "the VAT"),
  pembuka: text("kalimat pembuka", "the opening sentence"),
  pembuka_inggris: text("kalimat pembuka, Inggris", "the opening sentence, English"),
  lampiran: text("kalimat tentang PDF", "the sentence about the PDF"),
  lampiran_inggris: text("kalimat tentang PDF, Inggris", "the sentence about the PDF, English"),
  berkas: text("nama berkas PDF", "the PDF's file name"),
  tautan: text("alamat rincian, bila ada", "the address of the details, if any"),
};

const NAMED = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** What is wrong with a seller's words; none when they can be used. */
export function wordFaults(part: MailPart, words: string): Fault[] {
  const unknown = [...words.matchAll(NAMED)].map((match) => match[1] ?? "");
  const strays = [...new Set(unknown)].filter((name) => !Object.hasOwn(PLACEHOLDERS, name));
  const faults = strays.map((name) =>
    fault(
      part,
      "placeholder_unknown",
      text(`{{${name}}} tidak dikenal.`, `{{${name}}} is not known.`),
      text(`Yang ada: ${NAMES}.`, `There are: ${NAMES}.`),
    ),
  );
  if (/\{\{|\}\}/.test(words.replace(NAMED, ""))) faults.push(fault(part, "placeholder_open", OPEN, CLOSE));
  if (part === "subject" && /[\r\n]/.test(words.trim()))
    faults.push(fault(part, "subject_lines", LINES, ONE));
  if (words.length > LONGEST[part]) faults.push(fault(part, "words_long", LONG, SHORTEN));
  return faults;
}

const LONG = text("Terlalu panjang.", "Too long.");
const SHORTEN = text(
  "Subjek paling banyak 200 huruf, isi 10.000.",
  "A subject has at most 200 letters, the rest 10,000.",
);
const NAMES = Object.keys(PLACEHOLDERS).join(", ");
const OPEN = text("Kurung {{ atau }} tidak berpasangan.", "A {{ or }} has no partner.");
const CLOSE = text("Tulis misalnya {{nsfp}}.", "Write for example {{nsfp}}.");
const LINES = text("Subjek hanya satu baris.", "A subject is one line.");
const ONE = text("Hapus baris barunya.", "Remove the line break.");

const fault = (part: MailPart, code: string, message: Text, fix: Text): Fault => ({
  ...{ code, path: `/${part}`, message, fix },
});

const valueOf = (rows: readonly Row[], ...labels: readonly string[]): string =>
  rows.find(({ label }) => labels.includes(label.id))?.value.id ?? "";

/** The amount, and behind it what its label says of who pays it. */
function ppnIn(amounts: readonly Row[]): string {
  const found = amounts.find(({ label }) => label.id.startsWith(PPN_LABEL));
  return found === undefined ? "" : `${found.value.id}${found.label.id.slice(PPN_LABEL.length)}`;
}

function valuesOf(view: FakturMailView): Readonly<Record<string, string>> {
  return {
    pembeli: view.buyerName,
    penjual: view.sellerName,
    email_penjual: view.sellerEmail,
    invoice: view.invoiceNumber,
    nsfp: view.nsfp,
    tanggal: valueOf(view.facts, "Tanggal faktur"),
    kode: valueOf(view.facts, "Kode transaksi"),
    harga: valueOf(view.amounts, "Harga jual"),
    dpp: valueOf(view.amounts, "DPP nilai lain", "Dasar pengenaan pajak (DPP)"),
    ppn: ppnIn(view.amounts),
    pembuka: view.opening.id,
    pembuka_inggris: view.opening.en,
    lampiran: view.attachment.id,
    lampiran_inggris: view.attachment.en,
    berkas: view.filename,
    tautan: view.link ?? "",
  };
}

/** Puts values into words; a value is put in once and never read for placeholders itself. */
export function filled(words: string, view: FakturMailView, shown: (value: string) => string): string {
  const values = valuesOf(view);
  return words.replace(NAMED, (_all, name: string) => shown(values[name] ?? ""));
}

/** What is shown inside the house's own HTML frame: the view, and the seller's paragraphs as plain lines. */
export interface WordedView extends FakturMailView {
  readonly paragraphs: readonly (readonly string[])[];
}

export interface OwnMail {
  /** The frame around a seller's paragraphs; it escapes all of them. */
  readonly frame: (view: WordedView) => string;
  /** Makes a value from outside fit for a mail: one line, nothing hidden in it. */
  readonly shown: (value: string) => string;
}

/**
 * The templates with a seller's words in their place. Words are text: braces are filled in, everything is escaped, and
 * whatever the words say a simulation is marked, and a replacement says what it replaces.
 */
export function withWords(standard: MailTemplates, own: OwnMail, words: MailWords): MailTemplates {
  const { subject, text: plain, html } = words;
  return {
    subject: (view) =>
      subject === undefined
        ? standard.subject(view)
        : `${view.simulated ? "[SIMULASI] " : ""}${filled(subject, view, own.shown)}`
            .replace(/\s+/g, " ")
            .trim(),
    text: (view) =>
      plain === undefined
        ? standard.text(view)
        : `${view.simulated ? SIMULATED : ""}${filled(whole(plain, view), view, own.shown).trimEnd()}\n`,
    html: (view) =>
      html === undefined
        ? standard.html(view)
        : own.frame({ ...view, paragraphs: paragraphsOf(filled(whole(html, view), view, own.shown)) }),
  };
}

/** The opening tells what a replacement replaces: where words leave it out, that stands before them. */
function whole(words: string, { inPlaceOf }: FakturMailView): string {
  const opens = [...words.matchAll(NAMED)].some(
    ([, name]) => name === "pembuka" || name === "pembuka_inggris",
  );
  return inPlaceOf === null || opens ? words : `${inPlaceOf.id}\n${inPlaceOf.en}\n\n${words}`;
}

const SIMULATED = `*** SIMULASI ***
Dokumen ini dibuat oleh simulasi dan tidak bernilai sebagai dokumen perpajakan. Jangan dipakai untuk mengkreditkan PPN.
This document comes from a simulation and is worthless as a tax document. Do not use it to claim input VAT.

`;

const paragraphsOf = (words: string): string[][] =>
  words
    .replace(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.split("\n").filter((line) => line.trim() !== ""))
    .filter((lines) => lines.length > 0);

/** What a seller begins with when it words a part for the first time. */
export const BEGINNINGS: Readonly<Record<MailPart, string>> = {
  subject: "Faktur Pajak {{nsfp}} untuk invoice {{invoice}}",
  text: `Yth. {{pembeli}},

{{pembuka}}

Nomor seri (NSFP): {{nsfp}}
Nomor invoice:     {{invoice}}
Tanggal faktur:    {{tanggal}}
DPP:               {{dpp}}
PPN:               {{ppn}}

{{lampiran}}
Berkas: {{berkas}}

Ada data yang keliru? Tulis ke {{email_penjual}} dan sebutkan nomor invoice.

{{penjual}}

English: {{pembuka_inggris}} {{lampiran_inggris}}
`,
  html: `Yth. {{pembeli}},

{{pembuka}}

{{lampiran}}

Ada data yang keliru? Tulis ke {{email_penjual}} dan sebutkan nomor invoice.

{{penjual}}

English: {{pembuka_inggris}} {{lampiran_inggris}}
`,
};
