import { z } from "zod";
import type { Period } from "../clock";
import { clean } from "../hooks/fields";
import { ISSUE_ON } from "../accounts/facility";
import { COLLECTORS } from "../faktur/law-thresholds";
import { SOLD_KINDS } from "../hooks/invoice";
import { PORTAL_KINDS } from "../hooks/portal";
import { FAKTUR_STATES, TRANSACTION_CODES } from "../faktur/faktur";
import { COMPANY_STATUSES } from "../store/accounts";
import { idCursor } from "./paging";

/** Text for people; what cannot be printed, line breaks too, becomes a blank. No column is shorter than `most`. */
export const words = (most: number) => z.string().overwrite(clean).min(1).max(most);

/** Read, checked and refused (422) by the one parser of tax numbers; here only so short that it is no burden. */
export const taxNumber = z.string().max(100);

/** The longest address that SMTP carries (RFC 5321 4.5.3.1.3). */
export const email = z.email().max(254);

/** One address, or several with commas between. */
const emails = z
  .string()
  .max(1000, { abort: true })
  .refine((value) => value.split(/[,;]/).every((one) => email.safeParse(one.trim()).success), "emails");

const OPTIONS_LENGTH = 10_000;
const OPTIONS_DEPTH = 5;

/** Settings of a portal are kept as they come, as long as they are small. */
const options = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => depthWithin(value, OPTIONS_DEPTH) && JSON.stringify(value).length <= OPTIONS_LENGTH,
    "options",
  );

function depthWithin(value: unknown, most: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return most > 0 && Object.values(value).every((inner) => depthWithin(inner, most - 1));
}

export const certificateBody = z.object({
  // `base64` on a command line breaks its lines.
  p12: z
    .string()
    .overwrite((value) => value.replace(/\s+/g, ""))
    .min(1)
    .max(200_000)
    .base64(),
  passphrase: z.string().max(4096),
});

const secret = z.string().min(1).max(500);

export const portalBody = z.object({
  kind: z.enum(PORTAL_KINDS),
  seller: words(64),
  secret: z.union([secret, z.array(secret).min(1).max(2)]).optional(),
  keepSecrets: z.boolean().optional().describe("what is left out stays as stored; only at the same address"),
  api: z
    .object({
      url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .optional(),
      identifier: words(500).optional(),
      secret: words(500).optional(),
      accessKey: words(500).optional(),
    })
    .optional(),
  options: options.optional(),
});

export const accountBody = z.object({ name: words(255), email });

const facility = z.object({
  addInfo: z.string().max(20),
  stamp: z.string().max(20),
  documentNumber: words(100),
  documentPeriod: z.string().max(20),
  lineKinds: z.array(z.enum(SOLD_KINDS)).min(1).max(20).nullish(),
});

/** What `GET` tells as null may come back so: it is as if it were left out. */
export const npwpBody = z
  .object({
    npwp: taxNumber.optional(),
    identity: z
      .object({
        document: z.enum(["TIN", "National ID", "Passport", "Other ID"]),
        number: taxNumber,
        country: z.string().max(20).optional(),
      })
      .nullish(),
    nitku: taxNumber.optional(),
    name: words(255),
    address: words(1000),
    email: emails,
    transactionCode: z.enum(TRANSACTION_CODES).nullish(),
    evidence: words(2000).nullish(),
    facility: facility.nullish(),
    collector: z
      .enum(COLLECTORS)
      .nullish()
      .describe(
        "with code 03: an oil, gas or geothermal contractor, who pays small bills without collecting",
      ),
    issueOn: z.enum(ISSUE_ON).optional(),
  })
  .refine((body) => body.npwp !== undefined || body.identity != null, { path: ["npwp"] });

export const reasonBody = z.object({ reason: words(1000).optional() }).optional();
export const activateBody = z
  .object({
    reason: words(1000).optional(),
    from: z.iso
      .date()
      .optional()
      .describe("payments before this day stay without a faktur until a person issues them"),
  })
  .optional();
export const cancelBody = z.object({ reason: words(1000) });
export const uploadBody = z
  .object({ now: z.boolean().optional().describe("upload now, also outside the seller's hours") })
  .optional();
export const resendBody = z.object({ to: email.optional() }).optional();
export const issueBody = z
  .object({
    accept: z.array(z.string().max(100)).max(20).optional(),
    date: z.iso
      .date()
      .optional()
      .describe("with `past_deadline`: today, the only day a late faktur may carry"),
    sameBuyer: z
      .boolean()
      .optional()
      .describe("409 `wrong_state` where another taxpayer stands behind the account than when it was paid"),
  })
  .optional();
export const nothing = z.looseObject({}).optional();

const day = z.iso.date();
const name = z.string().max(100);
const limit = z.coerce.number().int().min(1).max(200).default(50);

export const accountFaktursQuery = z.object({ limit, cursor: idCursor });

export const faktursQuery = z.object({
  limit,
  cursor: idCursor,
  state: z.enum(FAKTUR_STATES).optional(),
  seller: name.optional(),
  portal: name.optional(),
  account: name.optional(),
  invoice: name.optional(),
  npwp: taxNumber.optional(),
  nsfp: name.optional(),
  period: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional(),
  from: day.optional(),
  to: day.optional(),
  q: z.string().max(100).optional(),
});

export const coretaxFilesQuery = z.object({ limit, cursor: idCursor, seller: name.optional() });

const numbersByFaktur = z
  .string()
  .max(10_000)
  .regex(/^[^:,]{1,100}:\d{17}(,[^:,]{1,100}:\d{17})*$/)
  .transform((pairs) =>
    pairs.split(",").map((pair): [string, string] => {
      const [id = "", nsfp = ""] = pair.split(":");
      return [id, nsfp];
    }),
  )
  .optional();

/** `FAKTUR:NSFP,…`: numbers that a person has compared, and replacements made in the portal that a person takes over. */
export const coretaxImportQuery = z.object({
  ...{ confirm: numbersByFaktur, adopt: numbersByFaktur },
  /** Masas of which the list holds all that the portal has. */
  whole: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])(,\d{4}-(0[1-9]|1[0-2])){0,35}$/)
    .transform((masas) => masas.split(",") as Period[])
    .optional(),
});

const numbered = z.strictObject({ faktur: z.string().min(1).max(100), nsfp: z.string().regex(/^\d{17}$/) });

/** Lists as they lie here, and what a person has compared. */
export const coretaxAgainBody = z.strictObject({
  lists: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(1)
    .max(1000)
    .describe("SHA-256 of lists that were imported before"),
  confirm: z.array(numbered).max(1000).optional(),
  adopt: z.array(numbered).max(1000).optional(),
});

export const coretaxReleaseBody = z.object({
  reason: words(1000).describe("what was looked at in the portal"),
});

const kursRate = z.string().max(30);

export const kursBody = z.object({
  to: day.optional(),
  rate: kursRate,
  per: z.int().min(1).max(10_000).optional(),
  kmk: words(100),
});

/** A file's text (CSV, or the copied page Kurs Pajak), or the rates themselves. */
export const kursImportBody = z.union([
  z.strictObject({ csv: z.string().min(1).max(200_000) }),
  z.strictObject({
    rates: z
      .array(kursBody.extend({ currency: z.string().max(10), from: day }))
      .min(1)
      .max(1000),
  }),
]);

export const kursQuery = z.object({
  limit,
  cursor: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}:[A-Z]{3}$/)
    .optional(),
  currency: z.string().max(10).optional(),
  day: day.optional(),
});

export const companiesQuery = z.object({
  limit,
  cursor: z
    .string()
    .regex(/^[\w:.-]{1,30}~[\w-]{1,40}$/)
    .optional(),
  status: z
    .enum([...COMPANY_STATUSES, "none"])
    .optional()
    .describe("none: accounts without a company"),
  portal: name.optional(),
  q: z.string().max(100).optional().describe("NPWP, account, name or e-mail address"),
});
