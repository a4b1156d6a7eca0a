import { z } from "zod";
import { NON_TIN_IDTKU } from "../faktur/buyer";
import { BASE_CHOICES, SHORTEST_NAME } from "../faktur/choices";
import { NAME_LENGTH } from "../faktur/lines";
import { LINE_KINDS, SOLD_KINDS } from "../hooks/invoice";
import { email, taxNumber, words } from "./bodies";

const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const weekday = z.union([
  z.int().min(1).max(7),
  z.enum(WEEKDAYS).transform((day) => WEEKDAYS.indexOf(day) + 1),
]);

/** When fakturs go up by themselves. */
export const uploadRulesBody = z.object({
  auto: z.boolean(),
  windows: z
    .array(z.object({ days: z.array(weekday).min(1).max(7), from: hour, to: hour }))
    .max(50)
    .optional(),
  pauseLastDaysOfMonth: z.int().min(0).max(28).optional(),
});

export const sellerBody = z.object({
  npwp: taxNumber,
  nitku: taxNumber.optional(),
  name: words(255),
  address: words(1000),
  city: words(100),
  email,
  signer: z.object({ name: words(255), npwp: taxNumber.optional(), title: words(100).optional() }),
  channel: z.looseObject({ kind: z.string().max(32) }),
  keepSecrets: z
    .boolean()
    .optional()
    .describe(
      "left out stays as stored: codes, pph23, taxChoices; token and passphrase too, only at the same address",
    ),
  upload: uploadRulesBody,
  pdf: z.enum(["official", "rendition"]).default("official"),
  allowSimulatedMail: z.boolean().optional(),
  nonTinIdtku: z.enum(NON_TIN_IDTKU).optional(),
  newAccountUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullish()
    .describe("null, as it is told where there is none, is none"),
  fourEyes: z
    .boolean()
    .optional()
    .describe(
      "cancelling and replacing take two persons, for every seller of the same NPWP; only an admin switches it off",
    ),
  pph23: z.partialRecord(z.enum(SOLD_KINDS), z.boolean()).optional(),
  taxChoices: z
    .strictObject({
      collectorBase: z.enum(BASE_CHOICES).optional(),
      facilityBase: z.enum(BASE_CHOICES).optional(),
      nameLength: z.int().min(SHORTEST_NAME).max(NAME_LENGTH).optional(),
      tolerance: z
        .string()
        .regex(/^(0|[1-9]\d{0,3})(\.\d{1,2})?$/)
        .optional(),
    })
    .optional()
    .describe("answers where the law is unsure, see docs/law.md section 9"),
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
