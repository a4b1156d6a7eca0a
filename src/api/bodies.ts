import { z } from "zod";
import { LINE_KINDS } from "../hooks/invoice";
import { PORTAL_KINDS } from "../hooks/portal";
import { FAKTUR_STATES, TRANSACTION_CODES } from "../faktur/faktur";
import { ROLES } from "./roles";

const words = (most: number) => z.string().trim().min(1).max(most);
const email = z.email().max(255);

/** One address, or several with commas between. */
const emails = z
  .string()
  .max(1000)
  .refine((value) => value.split(/[,;]/).every((one) => z.email().safeParse(one.trim()).success));

const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const weekday = z.union([
  z.int().min(1).max(7),
  z.enum(WEEKDAYS).transform((day) => WEEKDAYS.indexOf(day) + 1),
]);

export const sellerBody = z.object({
  npwp: z.string(),
  nitku: z.string().optional(),
  name: words(255),
  address: words(1000),
  city: words(100),
  email,
  signer: z.object({ name: words(255), npwp: z.string().optional(), title: words(100).optional() }),
  channel: z.looseObject({ kind: z.string() }),
  upload: z.object({
    auto: z.boolean(),
    windows: z.array(z.object({ days: z.array(weekday).min(1), from: hour, to: hour })).optional(),
    pauseLastDaysOfMonth: z.int().min(0).max(28).optional(),
  }),
  pdf: z.enum(["official", "rendition"]).default("official"),
  allowSimulatedMail: z.boolean().optional(),
  codes: z
    .partialRecord(
      z.enum(LINE_KINDS),
      z.object({
        kind: z.enum(["A", "B"]).optional(),
        code: z
          .string()
          .regex(/^\d{6}$/)
          .optional(),
        unit: z
          .string()
          .regex(/^UM\.00(0[1-9]|[12]\d|3\d)$/)
          .optional(),
      }),
    )
    .optional(),
});

export const certificateBody = z.object({
  p12: z.base64().min(1).max(200_000),
  passphrase: z.string().max(4096),
});

const secret = z.string().min(1).max(500);

export const portalBody = z.object({
  kind: z.enum(PORTAL_KINDS),
  seller: words(64),
  secret: z.union([secret, z.array(secret).min(1).max(2)]),
  api: z
    .object({
      url: z.url({ protocol: /^https?$/ }).optional(),
      identifier: words(500).optional(),
      secret: words(500).optional(),
      accessKey: words(500).optional(),
    })
    .optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});

export const accountBody = z.object({ name: words(255), email });

export const npwpBody = z.object({
  npwp: z.string(),
  nitku: z.string().optional(),
  name: words(255),
  address: words(1000),
  email: emails,
  transactionCode: z.enum(TRANSACTION_CODES).optional(),
  evidence: words(2000).optional(),
});

export const reasonBody = z.object({ reason: words(1000).optional() }).optional();
export const cancelBody = z.object({ reason: words(1000) });
export const resendBody = z.object({ to: email.optional() }).optional();
export const issueBody = z.object({ accept: z.array(z.string()).max(20).optional() }).optional();
export const nothing = z.looseObject({}).optional();

const day = z.iso.date();
const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(100).optional(),
};

export const faktursQuery = z.object({
  ...page,
  state: z.enum(FAKTUR_STATES).optional(),
  seller: z.string().optional(),
  portal: z.string().optional(),
  account: z.string().optional(),
  invoice: z.string().optional(),
  npwp: z.string().optional(),
  nsfp: z.string().optional(),
  from: day.optional(),
  to: day.optional(),
  q: z.string().max(100).optional(),
});

export const auditQuery = z.object({ ...page, subject: z.string().max(200).optional() });

export const roleName = z.enum(ROLES);
