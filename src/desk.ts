import type { ApiDeps } from "./api/deps";
import type { NewId } from "./ids";
import type { Mailer } from "./mail/mailer";
import { composeFakturMail, messageIdFor } from "./mail/message";
import type { WordedTemplates } from "./mail/render";
import { sampleOf } from "./mail/sample";
import type { MailWords } from "./mail/words";
import { examineSeller, type DoctorDeps } from "./ops/doctor";
import { PORTAL_KINDS } from "./hooks/portal";
import { tryPortal, type portalFinder, type portalKinds } from "./portals";
import { mailWords } from "./store/mail-templates";
import type { SellerRow } from "./store/sellers";

export interface DeskDeps extends DoctorDeps {
  readonly mailer: Mailer;
  readonly newId: NewId;
  readonly kinds: ReturnType<typeof portalKinds>;
  readonly portalNamed: ReturnType<typeof portalFinder>;
  readonly templates: Pick<WordedTemplates, "worded">;
  /** `Name <address>`. */
  readonly from: string;
  readonly mailDomain: string;
}

type Desk = Pick<ApiDeps, "examineSeller" | "examinePortal" | "kindsAsked" | "composeSample" | "sendSample">;

/** What people try out in the settings: channel, certificate, portal, mail. */
export function buildDesk(d: DeskDeps): Desk {
  const compose = (seller: SellerRow, words: MailWords, simulated: boolean) =>
    composeFakturMail(sampleOf(seller, simulated), d.templates.worded(words));
  return {
    examineSeller: (seller) => examineSeller(d, seller),
    examinePortal: (slug) => tryPortal(d, slug),
    kindsAsked: PORTAL_KINDS.filter((kind) => d.kinds[kind].listPaid !== undefined),
    composeSample: (seller, words) => compose(seller, words, false),
    async sendSample(seller, to) {
      const now = d.clock.now();
      await d.mailer.send({
        ...compose(seller, await mailWords(d.db.knex, seller.slug), true),
        // The document itself is nobody's: there is none to attach.
        attachments: [],
        messageId: messageIdFor(`sample-${d.newId(now)}`, d.mailDomain),
        ...{ from: d.from, to, replyTo: seller.email, date: now },
      });
    },
  };
}
