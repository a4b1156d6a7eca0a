import { z } from "zod";
import { clean } from "../hooks/fields";
import { LONGEST } from "../mail/words";
import { APPROVAL_STATES } from "../store/approvals";
import { ACTIONS, ROLES } from "./roles";
import { idCursor } from "./paging";

const words = (most: number) => z.string().overwrite(clean).min(1).max(most);
const secret = z.string().min(1).max(500);

/** Tries this passphrase on the stored certificate; nothing is stored. */
export const checkBody = z.object({ passphrase: z.string().max(4096).optional() }).optional();

export const portalSecretBody = z
  .object({
    secret: secret
      .optional()
      .describe("the one that the portal shows; without it a new one is made and answered once"),
  })
  .optional();

const email = z.string().max(254);

export const userBody = z.object({
  email,
  role: z.enum(ROLES),
  password: z
    .string()
    .max(200)
    .nullable()
    .optional()
    .describe("null: comes in with the company account only; left out: one is made and answered once"),
});

export const userChangeBody = z
  .object({ role: z.enum(ROLES).optional(), state: z.enum(["active", "disabled"]).optional() })
  .refine((body) => body.role !== undefined || body.state !== undefined, { path: ["role"] });

export const tokenBody = z.object({
  name: words(100),
  role: z.enum(ROLES),
  scope: z
    .array(z.enum(ACTIONS))
    .min(1)
    .max(ACTIONS.length)
    .optional()
    .describe("fewer actions than the role's"),
  portal: z.string().min(1).max(64).optional().describe("the only portal it reaches"),
  expires: z.iso.date().optional().describe("the last day on which it works, Jakarta"),
});

const auditFilter = {
  subject: z.string().max(200).optional().describe("`faktur:ID`, or `faktur:` for all of a kind"),
  actor: z.string().max(254).optional(),
  action: z.string().max(40).optional().describe("`faktur.released`, or `faktur.` for all of a kind"),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
};

export const auditQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  order: z.enum(["oldest", "newest"]).default("oldest"),
  ...auditFilter,
});

export const auditExportQuery = z.object(auditFilter);

export const approvalsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: idCursor,
  state: z.enum(APPROVAL_STATES).optional(),
});

export const refuseBody = z.object({ reason: words(1000) });

const mailText = z.string().max(LONGEST.text);

export const mailWordsBody = z.object({ words: mailText.min(1).describe("text with {{placeholders}}") });

export const mailPreviewBody = z
  .object({
    subject: z.string().max(LONGEST.subject).optional(),
    text: mailText.optional(),
    html: mailText.optional(),
  })
  .optional();
