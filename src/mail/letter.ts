import type { TaxDay } from "../clock";
import { dayInBoth } from "../faktur/day-words";
import { text, type Text } from "../text";
import type { OutgoingMail } from "./mailer";

/** What a letter to a customer says; every sentence is chosen here. */
export interface LetterView {
  readonly seller: string;
  readonly sellerEmail: string;
  readonly subject: Text;
  readonly opening: Text;
  readonly buttons: readonly { readonly label: Text; readonly url: string }[];
  readonly closing: Text;
}

export interface LetterTemplates {
  subject(view: LetterView): string;
  text(view: LetterView): string;
  html(view: LetterView): string;
}

export type LetterInput = { readonly seller: string; readonly sellerEmail: string } & (
  | {
      readonly kind: "links";
      readonly links: readonly { readonly name: string; readonly url: string }[];
      /** The address is registered at accounts that are not named here. */
      readonly andMore: boolean;
      readonly until: TaxDay;
    }
  | { readonly kind: "confirm"; readonly company: string; readonly url: string }
  | { readonly kind: "asked"; readonly company: string; readonly wanted: string; readonly url: string }
  | { readonly kind: "changed"; readonly company: string; readonly wanted: string }
);

/** A mail to a customer about links and addresses; it carries no document. */
export function composeLetter(
  input: LetterInput,
  templates: LetterTemplates,
): Pick<OutgoingMail, "subject" | "text" | "html" | "attachments"> {
  const view: LetterView = { seller: input.seller, sellerEmail: input.sellerEmail, ...wordsOf(input) };
  return {
    subject: templates.subject(view),
    text: templates.text(view),
    html: templates.html(view),
    attachments: [],
  };
}

type Words = Pick<LetterView, "subject" | "opening" | "buttons" | "closing">;

function wordsOf(input: LetterInput): Words {
  switch (input.kind) {
    case "links":
      return linksWords(input);
    case "confirm":
      return confirmWords(input);
    case "asked":
      return askedWords(input);
    case "changed":
      return changedWords(input);
    default:
      return input satisfies never;
  }
}

type Of<Kind extends LetterInput["kind"]> = Extract<LetterInput, { readonly kind: Kind }>;

const linksWords = (input: Of<"links">): Words => ({
  subject: text("Tautan ke faktur pajak Anda", "Link to your tax invoices"),
  opening: text(
    `Faktur pajak Anda dapat dilihat dan diunduh lewat tautan ini sampai ${dayInBoth(input.until).id}. Jangan diteruskan kepada orang lain.`,
    `Your tax invoices can be seen and downloaded by this link until ${dayInBoth(input.until).en}. Please do not pass it on.`,
  ),
  buttons: input.links.map(({ name, url }) => ({ label: text(name, name), url })),
  closing: text(
    `${input.andMore ? `Alamat ini terdaftar juga pada akun lain; minta tautannya ke ${input.sellerEmail}. ` : ""}Tidak meminta tautan? Abaikan e-mail ini.`,
    `${input.andMore ? `This address is registered at other accounts as well; ask ${input.sellerEmail} for their links. ` : ""}Did not ask for a link? You may ignore this mail.`,
  ),
});

const confirmWords = (input: Of<"confirm">): Words => ({
  subject: text("Konfirmasi alamat e-mail faktur pajak", "Confirm the e-mail address for tax invoices"),
  opening: text(
    `Faktur pajak ${input.company} diminta dikirim ke alamat ini. Buka tautan lalu tekan Konfirmasi; sebelum itu tidak ada yang berubah.`,
    `The tax invoices of ${input.company} are to be sent to this address. Open the link and press Confirm; nothing changes before.`,
  ),
  buttons: [{ label: text("Buka halaman konfirmasi", "Open the confirmation page"), url: input.url }],
  closing: text(
    "Tidak mengenal perusahaan ini? Abaikan e-mail ini.",
    "Do not know this company? You may ignore this mail.",
  ),
});

const askedWords = (input: Of<"asked">): Words => ({
  subject: text(
    "Permintaan ganti alamat e-mail faktur pajak",
    "A new e-mail address for tax invoices was asked for",
  ),
  opening: text(
    `Ada permintaan agar faktur pajak ${input.company} dikirim ke ${input.wanted}. Alamat baru itu masih harus mengonfirmasi.`,
    `Somebody asked that the tax invoices of ${input.company} go to ${input.wanted}. That address has yet to confirm.`,
  ),
  buttons: [{ label: text("Bukan dari Anda? Hentikan di sini", "Not you? Stop it here"), url: input.url }],
  closing: text("Bila benar, tidak perlu berbuat apa-apa.", "If it was you, there is nothing to do."),
});

const changedWords = (input: Of<"changed">): Words => ({
  subject: text(
    "Alamat e-mail faktur pajak sudah diganti",
    "The e-mail address for tax invoices was changed",
  ),
  opening: text(
    `Mulai sekarang faktur pajak ${input.company} dikirim ke ${input.wanted}. Yang sedang diproses masih dikirim ke alamat lama. Tautan lama sudah tidak berlaku.`,
    `From now on the tax invoices of ${input.company} go to ${input.wanted}. Those on their way still go to the old address. Earlier links have ended.`,
  ),
  buttons: [],
  closing: text(
    `Bila ini keliru, tulis ke ${input.sellerEmail}.`,
    `If this is not right, write to ${input.sellerEmail}.`,
  ),
});
