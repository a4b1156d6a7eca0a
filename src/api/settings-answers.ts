import { z } from "zod";
import { CASE_DECISIONS } from "../faktur/case-rules";
import { FAKTUR_STATES } from "../faktur/faktur";
import { MAIL_PARTS } from "../mail/words";
import { APPROVAL_KINDS, APPROVAL_STATES } from "../store/approvals";
import { ACTIONS, ROLES } from "./roles";

/** The forms of the answers about settings. */

const instant = z.iso.datetime({ offset: true }).describe("ISO 8601 with an offset");
const count = z.int().min(0);
const check = z.object({
  name: z.string(),
  ok: z.boolean(),
  says: z.object({ id: z.string(), en: z.string() }),
});

const user = z.object({
  id: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  state: z.enum(["active", "disabled"]),
  tokensMade: z
    .int()
    .describe("API tokens this person has made that open something: they outlast the person's role"),
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  createdAt: instant,
  seenAt: instant.nullable(),
});

const token = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  scope: z.array(z.enum(ACTIONS)).nullable(),
  portal: z.string().nullable().describe("the only portal it reaches"),
  state: z.enum(["active", "expired", "revoked"]),
  createdAt: instant,
  createdBy: z.string().nullable(),
  usedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
});

const once = z.string().nullable().describe("shown this once");

const approval = z.object({
  id: z.string(),
  state: z.enum(APPROVAL_STATES),
  kind: z.enum(APPROVAL_KINDS),
  seller: z.string(),
  faktur: z.object({
    ...{ id: z.string(), reference: z.string(), nsfp: z.string().nullable(), buyer: z.string() },
    state: z.enum(FAKTUR_STATES),
  }),
  case: z.string().nullable(),
  decision: z.enum(CASE_DECISIONS).nullable(),
  changes: z.array(
    z.object({
      line: z.int(),
      name: z.string().nullable(),
      price: z.string().nullable(),
      quantity: z.string().nullable(),
      discount: z.string().nullable(),
      remove: z.boolean(),
    }),
  ),
  reason: z.string(),
  ...{ askedBy: z.string(), askedAt: instant },
  ...{ decidedBy: z.string().nullable(), decidedAt: instant.nullable() },
  decisionReason: z.string().nullable(),
  own: z.boolean().describe("the caller has asked for it, so another person must confirm"),
});

export const SETTINGS_ANSWERS = {
  Approval: approval,
  ApprovalsPage: z.object({ items: z.array(approval), nextCursor: z.string().nullable() }),
  SellerCheck: z.object({
    seller: z.string(),
    checks: z.array(check),
    certificate: z
      .object({ subject: z.string(), issuer: z.string(), validTo: instant, daysLeft: z.int() })
      .nullable(),
    passphrase: check.nullable().describe("whether the one that was sent opens the stored certificate"),
  }),
  UploadState: z.object({
    seller: z.string(),
    auto: z.boolean(),
    byFile: z.boolean().describe("a person carries the files; nothing goes up by itself"),
    open: z.boolean().describe("the hours allow uploading now"),
    opensAt: instant.nullable(),
    states: z.partialRecord(z.enum(FAKTUR_STATES), count).describe("what is not at its end"),
    keptBack: count.describe("ready, but may have been exported before a restore"),
    run: z
      .object({
        ...{ at: instant, by: z.string(), total: count },
        ...{ waiting: count, running: count, done: count, refused: count },
      })
      .nullable()
      .describe("what a person last asked to be uploaded at once"),
  }),
  PortalCheck: z.object({ portal: z.string(), check: check.nullable().describe("null: it cannot be asked") }),
  PortalSecret: z.object({ portal: z.string(), secrets: count, secret: once }),
  Users: z.object({ items: z.array(user), nextCursor: z.null() }),
  User: user,
  UserWithPassword: user.extend({ password: once }),
  Tokens: z.object({ items: z.array(token), nextCursor: z.null() }),
  Token: token,
  NewToken: token.extend({ token: once }),
  MailWords: z.object({
    seller: z.string(),
    parts: z.array(
      z.object({
        part: z.enum(MAIL_PARTS),
        words: z.string().nullable().describe("null: the program's own"),
        beginning: z.string().describe("what one may begin with"),
        by: z.string().nullable(),
        at: instant.nullable(),
      }),
    ),
    placeholders: z.array(
      z.object({ name: z.string(), means: z.object({ id: z.string(), en: z.string() }) }),
    ),
  }),
  MailPreview: z.object({ subject: z.string(), text: z.string(), html: z.string() }),
  MailTest: z.object({ to: z.string() }),
  AuditCheck: z.object({
    whole: z.boolean(),
    entries: count.nullable(),
    brokenAt: z.int().nullable().describe("the first entry that is not what was written"),
    last: z
      .string()
      .nullable()
      .describe("hash of the last entry: kept elsewhere, it shows later that nothing before was taken away"),
  }),
};
