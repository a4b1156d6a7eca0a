import { z } from "zod";
import { CASE_KINDS } from "../faktur/case-rules";
import { FAKTUR_STATES } from "../faktur/faktur";
import { ALARM_LEVELS } from "../ops/alarms";
import { HEALTH_STATES, HOME_KINDS } from "../ops/home";
import { APPROVAL_KINDS } from "../store/approvals";
import { CASE_STATES } from "../store/cases";
import { JOB_KINDS } from "../store/jobs";
import { faktursQuery } from "./bodies";
import { coretaxDesk } from "./coretax-answers";

/** The forms of what the pages Beranda and Faktur ask for. */

const instant = z.iso.datetime({ offset: true });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const rupiah = z.string().regex(/^\d+$/);

export const exportQuery = faktursQuery
  .omit({ limit: true, cursor: true })
  .extend({ format: z.enum(["csv", "xlsx"]).default("csv") });

const fraction = z.object({ numerator: z.string(), denominator: z.string(), source: z.string() });

/** What stands beside one faktur, on its own page only. */
export const BESIDE_FAKTUR = {
  law: z
    .object({
      otherBase: fraction.describe("the share of the tax base that PPN is taken from"),
      rate: z.object({ percent: z.string(), source: z.string() }),
      rounding: z.object({ mode: z.enum(["halfUp", "down"]), source: z.string() }),
    })
    .nullable()
    .describe("the rows of the law that the amounts rest on"),
  work: z
    .array(
      z.object({
        kind: z.enum(JOB_KINDS),
        state: z.enum(["ready", "running", "stuck"]),
        runAt: instant,
        lastCode: z.string().nullable(),
      }),
    )
    .describe("what is queued for it"),
  cases: z.array(z.object({ id: z.string(), kind: z.enum(CASE_KINDS), state: z.enum(CASE_STATES) })),
  replacedBy: z.string().nullable().describe("the latest replacement"),
  asked: z
    .object({ id: z.string(), kind: z.enum(APPROVAL_KINDS), reason: z.string(), by: z.string(), at: instant })
    .nullable()
    .describe("the request that waits for a second person; until it is decided no other can be made"),
};

const item = z.object({
  kind: z.enum(HOME_KINDS),
  code: z.string().describe("a reason code, or what kind of thing it is"),
  title: z.string(),
  message: z.string(),
  fix: z.string(),
  link: z.string().describe("the page of the console where it is put right"),
  since: instant,
  deadline: z.iso.date().nullable(),
  level: z.enum(ALARM_LEVELS).nullable(),
});

const day = z.object({
  day: z.iso.date(),
  paid: z.int(),
  issued: z.int(),
  waiting: z.int(),
  held: z.int(),
  skipped: z.int(),
  mailed: z.int(),
  dpp: rupiah,
  ppn: rupiah,
});

export const FAKTUR_ANSWERS = {
  FakturCounts: z.object({
    counts: z.partialRecord(z.enum(FAKTUR_STATES), z.int()),
    sellers: z.array(z.string()),
    portals: z.array(z.string()),
  }),
  Exchanges: z.object({
    items: z.array(
      z.object({
        n: z.int().describe("counted from 1"),
        at: instant,
        operation: z.string(),
        request: sha256,
        response: sha256.nullable().describe("null where no answer came"),
      }),
    ),
  }),
  Home: z.object({
    today: z.iso.date(),
    items: z.array(item).describe("what needs a person, oldest first; at most 60"),
    counts: z.record(z.enum(HOME_KINDS), z.int()).describe("all there are of each kind"),
    coretax: z.array(coretaxDesk).describe("of every seller whose files a person carries to the tax portal"),
    days: z.array(day).describe("every day of this month up to today"),
    health: z.array(
      z.object({
        part: z.enum(["channel", "portal", "mail", "certificate"]),
        name: z.string(),
        state: z.enum(HEALTH_STATES),
        message: z.string(),
        since: instant.nullable(),
      }),
    ),
  }),
  Checks: z.object({
    items: z.array(
      z.object({ name: z.string(), ok: z.boolean(), unchecked: z.boolean(), message: z.string() }),
    ),
  }),
} as const;
