import { isThisMachine } from "../addresses";
import type { Mailbox, Mailer } from "../mail/mailer";
import { text, type Text } from "../text";
import { check, type Check } from "./health";

export interface MailCheckDeps {
  readonly mailer: Mailer;
  /** Null while no mailbox of returned mails is set. */
  readonly mailbox: Mailbox | null;
  /** Where people reach this service: what links in mails begin with. */
  readonly config: { readonly publicUrl: string };
}

/** Whether mails go out, lead back here, and are read when they come back. */
export const mailChecks = async (d: MailCheckDeps): Promise<readonly Check[]> => [
  await sendingCheck(d),
  ...linksCheck(d),
  ...(await bouncesCheck(d)),
];

/** A folder that takes files is no mail server: whoever forgot the setting would read that customers have their fakturs. */
async function sendingCheck({ mailer }: MailCheckDeps): Promise<Check> {
  const { folder } = mailer;
  const done = await check("mail", async () => {
    await mailer.check();
    if (folder === undefined) return text("Server e-mail siap.", "The mail server is ready.");
    return text(
      `E-mail tidak dikirim kepada siapa pun: hanya ditulis sebagai berkas di ${folder}. Untuk mengirimnya, isi FAKTUR_MAIL_URL dengan smtp://….`,
      `Mails are sent to nobody: they are only written as files into ${folder}. To send them, set FAKTUR_MAIL_URL to smtp://….`,
    );
  });
  return folder !== undefined && done.ok ? { ...done, unchecked: true } : done;
}

/** Said only of what is wrong, and where mails are sent: whoever opens their links elsewhere would find nothing. */
function linksCheck({ mailer, config: { publicUrl } }: MailCheckDeps): readonly Check[] {
  if (mailer.folder !== undefined || !isThisMachine(new URL(publicUrl).hostname)) return [];
  const says = text(
    `Tautan di e-mail menuju ${publicUrl}, yang hanya terbuka di mesin ini. Isi FAKTUR_PUBLIC_URL dengan alamat layanan ini dari luar.`,
    `Links in mails lead to ${publicUrl}, which opens on this machine alone. Set FAKTUR_PUBLIC_URL to this service's address from outside.`,
  );
  return [{ name: "links", ok: true, unchecked: true, says }];
}

/** Where returned mails are read, when they are. */
async function bouncesCheck({ mailbox }: MailCheckDeps): Promise<readonly Check[]> {
  if (mailbox === null) return [];
  let aside = 0;
  const done = await check("bounces", async () => {
    aside = await mailbox.check();
    return aside === 0 ? READABLE : laidAside(aside);
  });
  return [aside > 0 ? { ...done, unchecked: true } : done];
}

const READABLE = text("Kotak surat pantulan dapat dibaca.", "The mailbox of returned mails can be read.");

const laidAside = (count: number): Text =>
  text(
    `${count} surat di kotak pantulan tidak dapat dibaca dan diberi bendera. Buka suratnya: bila itu laporan tentang e-mail kita, catat lewat POST /bounces. Lalu hapus benderanya.`,
    `Mails that could not be read and are flagged in the mailbox of returned mails: ${count}. Open them: what reports a mail of ours, tell by POST /bounces. Then take the flag off.`,
  );
