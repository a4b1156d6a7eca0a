import { isoInJakarta } from "../clock";
import type { NoticeKind } from "../store/notices";
import { text, type Text } from "../text";
import type { LetterTemplates } from "./letter";
import type { OutgoingMail } from "./mailer";

export interface NoticeInput {
  readonly kind: NoticeKind;
  /** The address of whoever signed in. */
  readonly place: string | null;
  readonly at: Date;
  readonly publicUrl: string;
}

/** A mail to a person of the console about their own account; it carries no secret and no link that does anything. */
export function composeNotice(
  input: NoticeInput,
  templates: LetterTemplates,
): Pick<OutgoingMail, "subject" | "text" | "html" | "attachments"> {
  const { subject, happened } = wordsOf(input.kind, input.place ?? "?");
  const at = isoInJakarta(input.at).slice(0, 16).replace("T", " ");
  const view = {
    ...{ seller: "Faktur Otomatis", sellerEmail: "", subject },
    opening: text(`${happened.id} Waktu: ${at} WIB.`, `${happened.en} Time: ${at} WIB.`),
    buttons: [
      {
        label: text("Akun saya di konsol", "My account in the console"),
        url: `${input.publicUrl}/console/akun`,
      },
    ],
    closing: NOT_YOU,
  };
  return {
    subject: templates.subject(view),
    text: templates.text(view),
    html: templates.html(view),
    attachments: [],
  };
}

const NOT_YOU = text(
  "Bila ini Anda, tidak perlu berbuat apa-apa. Bila bukan: ganti kata sandi, akhiri sesi lain di halaman itu, dan beri tahu admin.",
  "If it was you, there is nothing to do. If not: change the password, end the other sessions on that page, and tell an admin.",
);

function wordsOf(kind: NoticeKind, place: string): { readonly subject: Text; readonly happened: Text } {
  switch (kind) {
    case "passwordChanged":
      return {
        subject: text("Kata sandi konsol Anda diganti", "Your console password was changed"),
        happened: text("Kata sandi akun Anda diganti.", "The password of your account was changed."),
      };
    case "passwordReset":
      return {
        subject: text("Admin mengatur ulang kata sandi Anda", "An admin has reset your password"),
        happened: text(
          "Admin membuat kata sandi baru untuk akun Anda; verifikasi dua langkah dimatikan dan semua sesi diakhiri.",
          "An admin has made a new password for your account; the second factor is off and all sessions have ended.",
        ),
      };
    case "totpOn":
      return {
        subject: text("Verifikasi dua langkah diaktifkan", "The second factor was switched on"),
        happened: text("Verifikasi dua langkah diaktifkan.", "The second factor was switched on."),
      };
    case "totpOff":
      return {
        subject: text("Verifikasi dua langkah dimatikan", "The second factor was switched off"),
        happened: text("Verifikasi dua langkah dimatikan.", "The second factor was switched off."),
      };
    case "recoveryUsed":
      return {
        subject: text("Kode pemulihan dipakai", "A recovery code was used"),
        happened: text(
          "Seseorang masuk ke akun Anda dengan kode pemulihan.",
          "Somebody signed in to your account with a recovery code.",
        ),
      };
    case "newPlace":
      return {
        subject: text("Masuk dari alamat baru", "Sign-in from a new address"),
        happened: text(
          `Akun Anda dipakai masuk dari alamat yang belum pernah dipakai: ${place}.`,
          `Your account was used to sign in from an address not seen before: ${place}.`,
        ),
      };
    default:
      return kind satisfies never;
  }
}
