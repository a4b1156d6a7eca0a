import type { MailPart, MailWords } from "../mail/words";
import type { Tx } from "./db";

/** One part of a seller's mails in its own words. */
export interface MailTemplateRow {
  readonly seller: string;
  readonly part: MailPart;
  readonly body: string;
  readonly by: string;
  readonly at: string;
}

export const mailTemplatesOf = (tx: Tx, seller: string): Promise<MailTemplateRow[]> =>
  tx<MailTemplateRow>("mail_templates").where({ seller });

export const mailWords = async (tx: Tx, seller: string): Promise<MailWords> =>
  Object.fromEntries((await mailTemplatesOf(tx, seller)).map(({ part, body }) => [part, body]));

export async function saveMailTemplate(tx: Tx, row: MailTemplateRow): Promise<void> {
  await dropMailTemplate(tx, row.seller, row.part);
  await tx<MailTemplateRow>("mail_templates").insert(row);
}

/** The program's own words hold again; false when they did. */
export const dropMailTemplate = async (tx: Tx, seller: string, part: MailPart): Promise<boolean> =>
  (await tx<MailTemplateRow>("mail_templates").where({ seller, part }).delete()) > 0;
