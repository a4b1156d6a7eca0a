import { MAIL_PARTS, type MailPart } from "../../mail/words";
import { text, type Text } from "../../text";
import type { Download, Page, Seen, Sent } from "../page";
import type { ShownSeller } from "../settings-shapes";

const PART_WORDS: Readonly<Record<MailPart, Text>> = {
  subject: text("Subjek", "Subject"),
  text: text("Isi sebagai teks biasa", "Body as plain text"),
  html: text("Isi bergaya (paragraf; tabel nilai tetap ada)", "Styled body (paragraphs; the amounts stay)"),
};

interface Words {
  readonly parts: readonly {
    readonly part: MailPart;
    readonly words: string | null;
    readonly beginning: string;
  }[];
}

const namedIn = ({ params }: Pick<Seen, "params">) => ({ params: { seller: params["seller"] ?? "" } });
const addressOf = ({ params }: Pick<Seen, "params">): string =>
  `/console/pengaturan/e-mail/${encodeURIComponent(params["seller"] ?? "")}`;

const TITLE = text("Kata-kata e-mail", "Words of the mails");

/** Whose mails: a list of sellers. */
export const mailsPage = (): Page => ({
  path: "/pengaturan/e-mail",
  place: "pengaturan",
  action: "seller.write",
  title: TITLE,
  template: "surel-daftar",
  show: async ({ ask }) => ({
    ...{ tab: "surel", ...(await ask.json<{ items: readonly ShownSeller[] }>("get", "/sellers")) },
  }),
});

/** The mail that brings a faktur, in a seller's own words: text with placeholders, seen before it is used. */
export const mailWordsPage = (): Page => ({
  path: "/pengaturan/e-mail/:seller",
  place: "pengaturan",
  action: "seller.write",
  title: TITLE,
  template: "surel",
  async show(seen) {
    const words = await seen.ask.json<Words>("get", "/sellers/:seller/mail", namedIn(seen));
    const question = { ...namedIn(seen), body: {} };
    const preview = await seen.ask.json<{ subject: string; text: string }>(
      "post",
      "/sellers/:seller/mail/preview",
      question,
    );
    return {
      ...{ ...words, tab: "surel", preview, address: addressOf(seen), seller: seen.params["seller"] },
      parts: words.parts.map((one) => ({ ...one, word: PART_WORDS[one.part] })),
    };
  },
  acts: [
    { name: "simpan", action: "seller.write", run: save },
    { name: "bawaan", action: "seller.write", run: restore },
    { name: "coba", action: "seller.write", run: sendSample },
    { name: "terang", action: "seller.write", run: (sent) => preview(sent, "light") },
    { name: "gelap", action: "seller.write", run: (sent) => preview(sent, "dark") },
  ],
});

/** The mail as it stands, in the frame beside the words. */
export const mailPreview = (): Download => ({
  path: "/pengaturan/e-mail/:seller/pratinjau",
  action: "seller.write",
  async bytes(seen) {
    const question = { ...namedIn(seen), body: {} };
    const path = "/sellers/:seller/mail/preview";
    const { html } = await seen.ask.json<{ html: string }>("post", path, question);
    const shown = html.replace("(prefers-color-scheme: dark)", "not all");
    return { bytes: Buffer.from(shown), type: "text/html", filename: "pratinjau.html", inline: true };
  },
});

/** Line ends of a browser's form are two signs; a mail has one. */
const typed = (form: Sent["form"], name: string): string => {
  const value = form[name];
  return (typeof value === "string" ? value : "").replace(/\r\n/g, "\n");
};

const partIn = ({ form }: Sent): MailPart =>
  MAIL_PARTS.find((one) => one === typed(form, "part")) ?? "subject";

async function save(sent: Sent) {
  const part = partIn(sent);
  const params = { ...namedIn(sent).params, part };
  const body = { words: typed(sent.form, part) };
  await sent.ask.json("put", "/sellers/:seller/mail/:part", { params, body });
  return { kind: "to", address: addressOf(sent), notice: "saved" } as const;
}

async function restore(sent: Sent) {
  const params = { ...namedIn(sent).params, part: partIn(sent) };
  await sent.ask.json("post", "/sellers/:seller/mail/:part/restore", { params });
  return { kind: "to", address: addressOf(sent), notice: "restored" } as const;
}

async function sendSample(sent: Sent) {
  await sent.ask.json("post", "/sellers/:seller/mail/test", namedIn(sent));
  return { kind: "to", address: addressOf(sent), notice: "testSent" } as const;
}

/** What is typed now, before it is saved, in the theme that is asked for. */
async function preview(sent: Sent, theme: "light" | "dark") {
  const html = typed(sent.form, "html");
  const body = html === "" ? {} : { html };
  const mail = await sent.ask.json<{ html: string }>("post", "/sellers/:seller/mail/preview", {
    ...namedIn(sent),
    body,
  });
  const dark = theme === "dark" ? "all" : "not all";
  return { kind: "mail", html: mail.html.replace("(prefers-color-scheme: dark)", dark) } as const;
}
