import { asAppError, type Outcome } from "./errors";
import { invoiceOfSubject } from "./hooks/recorded";
import type { Mailer } from "./mail/mailer";
import type { Db } from "./store/db";
import type { Work } from "./store/fence";
import { invoiceHead } from "./store/invoices";
import type { JobKind } from "./store/jobs";
import { messageById } from "./store/webhooks";
import type { FarSide, FarSides } from "./worker/far-sides";
import type { Handlers } from "./worker/worker";

/** Whom a job of each kind asks, where that is one side alone; what is told of fakturs knows its channel itself. */
const ASKED: Readonly<Partial<Record<JobKind, (db: Db, subject: string) => Promise<FarSide | null>>>> = {
  read: async (db, subject) => {
    const head = await invoiceHead(db.knex, invoiceOfSubject(subject));
    return head === undefined ? null : `portal:${head.portal}`;
  },
  readRefund: portalInFront,
  readBill: portalInFront,
  readAccount: portalInFront,
  mail: mailServer,
  letter: mailServer,
  notice: mailServer,
  webhook: async (db, subject) => {
    const message = await messageById(db.knex, subject);
    return message === undefined ? null : `webhook:${message.endpoint}`;
  },
};

async function portalInFront(_db: Db, subject: string): Promise<FarSide> {
  return `portal:${subject.split("/", 1)[0] ?? ""}`;
}

async function mailServer(): Promise<FarSide> {
  return "mail";
}

/** The same handlers, none of which lets a silent side hold every hand. */
export function askingInTurn(db: Db, sides: FarSides, handlers: Handlers): Handlers {
  const inTurn = async (kind: JobKind, work: Work): Promise<Outcome> => {
    const side = (await ASKED[kind]?.(db, work.job.subject)) ?? null;
    return side === null ? handlers[kind](work) : sides.ask(side, work, () => handlers[kind](work));
  };
  const kinds = Object.keys(ASKED) as JobKind[];
  const turned = Object.fromEntries(kinds.map((kind) => [kind, (work: Work) => inTurn(kind, work)]));
  return { ...handlers, ...turned };
}

/** The same mailer, whose every answer is told: the mail server is there. */
export const heardMailer = (mailer: Mailer, sides: FarSides): Mailer => ({
  ...mailer,
  async send(mail) {
    try {
      const receipt = await mailer.send(mail);
      await sides.answered("mail");
      return receipt;
    } catch (thrown) {
      if (asAppError(thrown).code === "mail_refused") await sides.answered("mail");
      throw thrown;
    }
  },
});
