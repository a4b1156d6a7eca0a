import { createHash } from "node:crypto";
import { domainToASCII } from "node:url";
import type { TaxDay } from "../clock";
import { dayInBoth } from "../faktur/day-words";
import type { FakturTotals, TransactionCode } from "../faktur/faktur";
import { formatIndonesian, type Money } from "../money";
import { text, type Text } from "../text";
import type { OutgoingMail } from "./mailer";

/** What the mail about one approved faktur is made of. */
export interface FakturMailInput {
  readonly buyerName: string;
  readonly sellerName: string;
  /** Where questions go; shown in the mail. */
  readonly sellerEmail: string;
  readonly invoiceNumber: string;
  readonly nsfp: string;
  readonly date: TaxDay;
  readonly totals: FakturTotals;
  readonly transactionCode: TransactionCode;
  /** The number of the faktur in whose place this one stands. */
  readonly replaces: string | null;
  readonly pdf: Buffer;
  readonly pdfKind: "official" | "rendition";
  readonly simulated: boolean;
  /** A page the recipient may open; only http(s) is shown. */
  readonly consoleUrl?: string;
}

export interface Row {
  readonly label: Text;
  readonly value: Text;
}

/** What the templates may show; every sentence that depends on the case is chosen here, not there. */
export interface FakturMailView {
  readonly simulated: boolean;
  readonly buyerName: string;
  readonly sellerName: string;
  readonly sellerEmail: string;
  readonly sellerMailto: string;
  readonly invoiceNumber: string;
  readonly nsfp: string;
  readonly serial: Row;
  readonly facts: readonly Row[];
  readonly amounts: readonly Row[];
  readonly opening: Text;
  /** The end of the opening, by which a replacement is told from what it replaces; null for any other faktur. */
  readonly inPlaceOf: Text | null;
  readonly attachment: Text;
  readonly filename: string;
  readonly link: string | null;
}

export interface MailTemplates {
  subject(view: FakturMailView): string;
  text(view: FakturMailView): string;
  html(view: FakturMailView): string;
}

export type ComposedMail = Pick<OutgoingMail, "subject" | "text" | "html" | "attachments">;

/** The mail that brings a faktur to its buyer: Indonesian first, English below, the PDF attached unchanged. */
export function composeFakturMail(input: FakturMailInput, templates: MailTemplates): ComposedMail {
  const view = viewOf(input);
  return {
    subject: templates.subject(view),
    text: templates.text(view),
    html: templates.html(view),
    attachments: [{ filename: view.filename, contentType: "application/pdf", content: input.pdf }],
  };
}

function viewOf(input: FakturMailInput): FakturMailView {
  const subject = `Faktur Pajak ${input.nsfp} (invoice ${input.invoiceNumber})`;
  return {
    simulated: input.simulated,
    buyerName: input.buyerName,
    sellerName: input.sellerName,
    sellerEmail: input.sellerEmail,
    sellerMailto: `mailto:${uriPart(input.sellerEmail).replace(/%40/g, "@")}?subject=${uriPart(subject)}`,
    invoiceNumber: input.invoiceNumber,
    nsfp: input.nsfp,
    serial: row("Nomor seri (NSFP)", "Serial number (NSFP)", input.nsfp),
    facts: factsOf(input),
    amounts: amountsOf(input.totals, input.transactionCode),
    opening: openingOf(input),
    inPlaceOf: inPlaceOf(input),
    attachment: attachmentOf(input),
    filename: attachmentName(input.nsfp, input.invoiceNumber),
    link: webAddress(input.consoleUrl),
  };
}

function factsOf(input: FakturMailInput): Row[] {
  return [
    row("Nomor invoice", "Invoice number", input.invoiceNumber),
    { label: text("Tanggal faktur", "Faktur date"), value: dayInBoth(input.date) },
    row("Kode transaksi", "Transaction code", input.transactionCode),
    row("Penjual", "Seller", input.sellerName),
    row("Pembeli", "Buyer", input.buyerName),
  ];
}

/** Who pays the PPN where the buyer does not pay it to the seller (UU PPN art. 16A, 16B). */
const PPN_IS: Partial<Record<TransactionCode, Text>> = {
  "02": text("dipungut pembeli", "collected by the buyer"),
  "03": text("dipungut pembeli", "collected by the buyer"),
  "07": text("tidak dipungut atau ditanggung pemerintah", "not collected, or borne by the state"),
  "08": text("dibebaskan", "exempt"),
};

/** How the label of the PPN begins, whatever stands behind it. */
export const PPN_LABEL = "PPN";

function ppnOf(ppn: Money, code: TransactionCode): Row {
  const is = PPN_IS[code] ?? text("", "");
  const [id, en] = [is.id, is.en].map((words) => (words === "" ? "" : ` (${words})`));
  return row(`${PPN_LABEL}${id}`, `VAT (PPN)${en}`, rupiah(ppn));
}

function amountsOf({ price, discount, dpp, dppNilaiLain, ppn }: FakturTotals, code: TransactionCode): Row[] {
  const ownBase = dppNilaiLain !== dpp;
  return [
    row("Harga jual", "Price", rupiah(price)),
    ...(discount === 0n ? [] : [row("Potongan harga", "Discount", rupiah(-discount))]),
    ownBase
      ? row("DPP nilai lain", "Tax base (nilai lain)", rupiah(dppNilaiLain))
      : row("Dasar pengenaan pajak (DPP)", "Tax base (DPP)", rupiah(dpp)),
    ppnOf(ppn, code),
  ];
}

function openingOf(input: FakturMailInput): Text {
  const opening = whatItIs(input);
  const replaced = inPlaceOf(input);
  if (replaced === null) return opening;
  return text(`${opening.id} ${replaced.id}`, `${opening.en} ${replaced.en}`);
}

/** Of two fakturs for one invoice the buyer must know which one stands: only that one's PPN may be credited. */
const inPlaceOf = ({ replaces }: FakturMailInput): Text | null =>
  replaces === null
    ? null
    : text(
        `Faktur ini menggantikan faktur ${replaces}, yang tidak berlaku lagi.`,
        `It replaces faktur ${replaces}, which is no longer valid.`,
      );

function whatItIs({ simulated, invoiceNumber }: FakturMailInput): Text {
  return simulated
    ? text(
        `Ini contoh faktur pajak untuk invoice ${invoiceNumber}, dibuat oleh simulasi.`,
        `This is a sample tax invoice for invoice ${invoiceNumber}, made by a simulation.`,
      )
    : text(
        `Faktur pajak untuk invoice ${invoiceNumber} telah disetujui Direktorat Jenderal Pajak (DJP). PDF-nya terlampir.`,
        `The tax invoice (faktur pajak) for invoice ${invoiceNumber} has been approved by the tax authority (DJP). The PDF is attached.`,
      );
}

/** Buyers with a Coretax account also find the faktur there (pjap-and-hosting, "Buyers with a Coretax account"). */
function attachmentOf({ simulated, pdfKind }: FakturMailInput): Text {
  if (simulated) {
    return text(
      "PDF terlampir bertanda SIMULASI dan tidak dikenal oleh DJP.",
      "The attached PDF is marked SIMULASI and is unknown to the tax authority.",
    );
  }
  switch (pdfKind) {
    case "official":
      return text(
        "PDF terlampir adalah dokumen resmi dari DJP, tanpa perubahan. Bila Anda memiliki akun Coretax, faktur ini juga tampil di sana.",
        "The attached PDF is the tax authority's official document, unchanged. If you have a Coretax account, the faktur also appears there.",
      );
    case "rendition":
      return text(
        "PDF terlampir adalah salinan yang kami buat dari data yang disetujui DJP, tanpa kode QR DJP. Bila Anda memiliki akun Coretax, faktur ini juga tampil di sana.",
        "The attached PDF is a copy we made from the data approved by the tax authority, without its QR code. If you have a Coretax account, the faktur also appears there.",
      );
    default:
      return pdfKind satisfies never;
  }
}

const row = (id: string, en: string, value: string): Row => ({
  label: text(id, en),
  value: text(value, value),
});

/** `Rp 1.234.567`; hundredths only where there are any. */
const rupiah = (amount: Money): string =>
  `${amount < 0n ? "-" : ""}Rp ${formatIndonesian(amount < 0n ? -amount : amount).replace(/,00$/, "")}`;

/** A name people find again, of plain ASCII letters, digits, dots and dashes: `Faktur-Pajak_NSFP_INVOICE.pdf`. */
function attachmentName(nsfp: string, invoiceNumber: string): string {
  const plain = (value: string, most: number) =>
    value
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .replace(/[^A-Za-z0-9.-]+/g, "-")
      .replace(/\.{2,}/g, ".")
      .slice(0, most)
      .replace(/^[.-]+|[.-]+$/g, "");
  return `Faktur-Pajak_${plain(nsfp, 20) || "NSFP"}_${plain(invoiceNumber, 60) || "invoice"}.pdf`;
}

/** A lone surrogate has no spelling in a URI; it becomes the replacement character. */
const uriPart = (value: string): string => encodeURIComponent(value.replace(/\p{Cs}/gu, "\ufffd"));

function webAddress(value: string | undefined): string | null {
  if (value === undefined || !URL.canParse(value)) return null;
  const url = new URL(value);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}

/**
 * The Message-ID of a delivery, brackets included: always the same for the same two words, and valid (RFC 5322 3.6.4)
 * whatever they are. An id that cannot be written as it is gets a hash, so that different ids stay different; a domain
 * that is none becomes a name that can never exist (RFC 2606).
 */
export function messageIdFor(deliveryId: string, domain: string): string {
  const hash = createHash("sha256").update(deliveryId).digest("hex").slice(0, 32);
  const local = /^[A-Za-z0-9_-]{1,64}$/.test(deliveryId) ? deliveryId : hash;
  const ascii = domainToASCII(domain.trim().replace(/\.$/, "")).toLowerCase();
  const valid = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(ascii);
  return `<faktur.${local}@${valid && ascii.length <= 253 ? ascii : "faktur-otomatis.invalid"}>`;
}
