import type { Role } from "./api/roles";
import type { Config } from "./config";
import { deliverLetter, type LetterDeps } from "./customers/letters";
import { makeLink } from "./customers/make-link";
import type { FakturRow } from "./store/fakturs";
import type { Handlers } from "./worker/worker";
import { loadLetterTemplates } from "./mail/render";
import { deliverNotice } from "./users/notify";
import { createOidc, type OidcDoor } from "./users/oidc";
import { postWebhook } from "./webhooks/post";
import { sendWebhook, type SendDeps } from "./webhooks/send";

/** What goes out to customers and subscribers: links in mails, letters, webhooks. */
export interface Outside {
  linkFor(row: FakturRow, buyer: string): Promise<string>;
  readonly handlers: Pick<Handlers, "letter" | "notice" | "webhook">;
  readonly settings: {
    readonly publicUrl: string;
    readonly linkDays: number;
    readonly webhooks: { readonly allowPrivate: boolean };
    readonly oidc: OidcDoor | null;
    readonly requireTotp: readonly Role[];
    readonly targets: { readonly allowPrivate: boolean };
  };
}

type OutsideDeps = Pick<LetterDeps, "db" | "clock" | "newId" | "log" | "seal" | "mailer" | "mailDomain">;

export function buildOutside(d: OutsideDeps, config: Config): Outside {
  const { publicUrl, linkDays, mailFrom } = config;
  const allowPrivate = config.allowPrivateWebhooks;
  const linking = { ...d, publicUrl, linkDays };
  const lettering: LetterDeps = { ...linking, from: mailFrom, letterTemplates: loadLetterTemplates() };
  const sending: SendDeps = { ...d, publicUrl, allowPrivate, post: postWebhook };
  const oidc = config.oidc === null ? null : createOidc(config.oidc, `${publicUrl}/console/oidc/kembali`);
  return {
    linkFor: async (row, buyer) => (await makeLink(d.db.knex, linking, row.account_id, buyer)).url,
    handlers: {
      letter: (work) => deliverLetter(lettering, work),
      notice: (work) => deliverNotice(lettering, work),
      webhook: (work) => sendWebhook(sending, work),
    },
    settings: {
      ...{ publicUrl, linkDays, webhooks: { allowPrivate }, oidc },
      ...{ requireTotp: config.requireTotp, targets: { allowPrivate: config.allowPrivateTargets } },
    },
  };
}
