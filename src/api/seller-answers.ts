import { z } from "zod";
import { NON_TIN_IDTKU } from "../faktur/buyer";
import { BASE_CHOICES } from "../faktur/choices";
import { LINE_KINDS } from "../hooks/invoice";
import { CASE_ANSWERS } from "./case-answers";

/** The forms of the answers about sellers. */

const instant = z.iso.datetime({ offset: true }).describe("ISO 8601 with an offset");
const npwp = z.string().regex(/^\d{16}$/);
const nitku = z.string().regex(/^\d{22}$/);

const certificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  validFrom: instant,
  validTo: instant,
});

const seller = z.object({
  seller: z.string(),
  npwp,
  nitku,
  name: z.string(),
  address: z.string(),
  city: z.string(),
  email: z.string(),
  signer: z.object({ name: z.string(), npwp: npwp.optional(), title: z.string().optional() }),
  pdf: z.enum(["official", "rendition"]),
  channel: z.looseObject({ kind: z.string() }).describe("as stored, without its secrets"),
  upload: z.looseObject({ auto: z.boolean() }),
  allowSimulatedMail: z.boolean(),
  nonTinIdtku: z.enum(NON_TIN_IDTKU),
  taxChoices: z
    .object({
      collectorBase: z.enum(BASE_CHOICES),
      facilityBase: z.enum(BASE_CHOICES),
      nameLength: z.int(),
      tolerance: z.string(),
    })
    .describe("answers where the law is unsure, defaults filled in"),
  newAccountUrl: z.string().nullable().describe("where a customer opens an account for a second company"),
  fourEyes: z.boolean().describe("cancelling and replacing take two persons"),
  fourEyesFrom: z
    .string()
    .nullable()
    .describe("another seller of the same NPWP that has it on: it holds here too, whatever `fourEyes` says"),
  codes: z.partialRecord(z.enum(LINE_KINDS), z.looseObject({})),
  pph23: z
    .partialRecord(z.enum(LINE_KINDS), z.boolean())
    .describe("kinds of line on which payers withhold PPh 23, where it differs from the defaults"),
  simulated: z.boolean(),
  paused: CASE_ANSWERS.ChannelState.shape.paused,
  certificate: certificate.nullable(),
});

export const SELLER_ANSWERS = {
  Seller: seller,
  Sellers: z.object({ items: z.array(seller), nextCursor: z.null() }),
  Certificate: certificate,
} as const;
