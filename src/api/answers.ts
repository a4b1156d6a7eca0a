import { z } from "zod";
import { HINT_CODES } from "../accounts/hints";
import { ISSUE_ON } from "../accounts/facility";
import { COLLECTORS } from "../faktur/law-thresholds";
import { FAKTUR_STATES, TRANSACTION_CODES } from "../faktur/faktur";
import { LINE_KINDS } from "../hooks/invoice";
import { PORTAL_KINDS } from "../hooks/portal";
import { PROSPECT_CODES } from "../accounts/prospect";
import { COMPANY_STATUSES } from "../store/accounts";
import { BOUNCE_ANSWERS } from "./bounces";
import { CASE_ANSWERS } from "./case-answers";
import { CORETAX_ANSWERS } from "./coretax-answers";
import { BESIDE_FAKTUR, FAKTUR_ANSWERS } from "./faktur-answers";
import { OUTSIDE_ANSWERS } from "./webhook-bodies";
import { BESIDE_TAB, INVOICE_ANSWERS } from "./invoice-answers";
import { SETTINGS_ANSWERS } from "./settings-answers";
import { RECONCILE_ANSWERS } from "./reconcile-answers";
import { SELLER_ANSWERS } from "./seller-answers";
import { TRANSFER_ANSWERS } from "./transfer-answers";
import { REPORT_ANSWERS } from "./report-answers";

/** The forms of the answers, for the OpenAPI document; tests hold real answers against them. */

const instant = z.iso.datetime({ offset: true }).describe("ISO 8601 with an offset");
const money = z.string().regex(/^-?\d+\.\d{2}$/);
const rupiah = z.string().regex(/^-?\d+$/);
const npwp = z.string().regex(/^\d{16}$/);
const nitku = z.string().regex(/^\d{22}$/);
const transactionCode = z.enum(TRANSACTION_CODES);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

const line = z.object({
  kind: z.enum(["A", "B"]),
  code: z.string(),
  name: z.string(),
  unit: z.string(),
  price: money,
  quantity: z.string(),
  discount: money,
  taxBase: money,
  otherTaxBase: money,
  vatRate: z.string(),
  vat: money,
});

const facility = z.object({
  addInfo: z.string(),
  stamp: z.string(),
  documentNumber: z.string(),
  documentPeriod: z.string(),
});

const kurs = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  from: z.iso.date(),
  to: z.iso.date(),
  rate: money.describe("rupiah for `per` units"),
  per: z.int(),
  kmk: z.string(),
});

const standingKurs = kurs.extend({ enteredBy: z.string(), at: instant });

const fakturSummary = z.object({
  id: z.string(),
  state: z.enum(FAKTUR_STATES),
  seller: z.string(),
  portal: z.string(),
  account: z.string(),
  invoiceId: z.string(),
  invoiceNumber: z.string().nullable(),
  reference: z.string(),
  transactionCode,
  date: z.iso.date(),
  period: z.string().regex(/^\d{4}-\d{2}$/),
  deadline: z.iso.date(),
  keepUntil: z.iso
    .date()
    .describe("the last day on which its records must be kept; nothing is deleted before"),
  replaces: z.string().nullable().describe("the faktur that this one replaces"),
  nsfp: z.string().nullable(),
  simulated: z.boolean(),
  problem: z.string().nullable(),
  buyer: z.object({
    document: z.string(),
    npwp,
    nitku: z.string(),
    name: z.string(),
    address: z.string(),
    email: z.string(),
    documentNumber: z.string().describe("NIK, passport or other number; empty for a buyer with an NPWP"),
    country: z.string(),
  }),
  facility: facility.nullable(),
  lines: z.array(line),
  totals: z.object({ price: rupiah, discount: rupiah, dpp: rupiah, dppNilaiLain: rupiah, ppn: rupiah }),
  kurs: kurs.nullable().describe("the rate a foreign invoice was converted by"),
  channel: z.object({
    kind: z.string(),
    externalId: z.string().nullable(),
    status: z.string().nullable(),
    message: z.string().nullable(),
  }),
  mail: z.object({ to: z.string(), state: z.string(), at: instant }).nullable().describe("the latest"),
  pdf: z.object({ kind: z.enum(["official", "rendition"]), sha256 }).nullable(),
  createdAt: instant,
  updatedAt: instant,
});

const delivery = z.object({
  to: z.string(),
  state: z.string(),
  messageId: z.string(),
  at: instant,
  detail: z.string().nullable(),
});

const timelineEntry = z.object({
  at: instant,
  event: z.string(),
  by: z.string(),
  detail: z.string().nullable(),
});

const faktur = fakturSummary.extend({
  ...BESIDE_FAKTUR,
  ...{ deliveries: z.array(delivery), timeline: z.array(timelineEntry) },
});

const npwpTab = z.object({
  status: z.enum(COMPANY_STATUSES),
  npwp,
  nitku,
  name: z.string(),
  address: z.string(),
  email: z.string(),
  transactionCode: transactionCode.nullable(),
  evidence: z.string().nullable(),
  statusAt: instant,
  statusBy: z.string(),
  statusReason: z.string().nullable(),
  identity: z
    .object({
      document: z.enum(["TIN", "National ID", "Passport", "Other ID"]),
      number: z.string(),
      country: z.string(),
    })
    .describe("without an NPWP, npwp is sixteen zeros and this tells the buyer"),
  facility: facility.extend({ lineKinds: z.array(z.enum(LINE_KINDS)).nullable() }).nullable(),
  collector: z.enum(COLLECTORS).nullable(),
  issueOn: z.enum(ISSUE_ON),
  activeFrom: z.iso.date().nullable().describe("earlier payments wait for a person"),
  codeBy: z.string().nullable().describe("who entered the transaction code"),
  codeAt: instant.nullable(),
  register: z
    .object({
      found: z.boolean(),
      name: z.string().nullable(),
      address: z.string().nullable(),
      status: z.string(),
      active: z.boolean(),
      at: instant,
      by: z.string(),
      differs: z.object({ name: z.boolean(), address: z.boolean() }),
    })
    .nullable()
    .describe("what the tax register last said of this NPWP"),
  warnings: z.array(z.string()).describe("what may be wrong and was stored all the same"),
});

const history = z.array(
  z.object({
    at: instant,
    by: z.string(),
    event: z.string(),
    reason: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
  }),
);

const portal = z.object({
  portal: z.string(),
  kind: z.enum(PORTAL_KINDS),
  seller: z.string(),
  options: z.record(z.string(), z.unknown()),
  webhookUrl: z.string().describe("where the portal sends its events"),
  apiUrl: z.string().nullable(),
  hasApi: z.boolean().describe("a key for reading back is stored"),
  secrets: z.int().describe("two while one takes the place of the other"),
  canBeAsked: z.boolean(),
  lastDelivery: instant.nullable(),
  lastPoll: instant.nullable(),
});

export const ANSWERS = {
  ...BOUNCE_ANSWERS,
  ...CASE_ANSWERS,
  ...CORETAX_ANSWERS,
  ...OUTSIDE_ANSWERS,
  ...INVOICE_ANSWERS,
  ...FAKTUR_ANSWERS,
  ...SETTINGS_ANSWERS,
  ...RECONCILE_ANSWERS,
  ...TRANSFER_ANSWERS,
  ...REPORT_ANSWERS,
  ...SELLER_ANSWERS,
  Portal: portal,
  Portals: z.object({ items: z.array(portal), nextCursor: z.null() }),
  Npwp: npwpTab,
  EnteredNpwp: npwpTab,
  Account: z.object({
    portal: z.string(),
    account: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    npwp: npwpTab.extend({ ...BESIDE_TAB, history }).nullable(),
    hints: z
      .array(z.object({ code: z.enum(HINT_CODES), values: z.array(z.string()), message: z.string() }))
      .describe(
        "what the portal shows as the taxpayer and the tab does not say: proposals, never used by themselves",
      ),
    willGetFaktur: z
      .object({
        yes: z.boolean(),
        reasons: z.array(z.object({ code: z.enum(PROSPECT_CODES), message: z.string(), fix: z.string() })),
      })
      .describe("what would become of an invoice paid now; with yes, reasons tell what delays it"),
    fakturs: z.array(fakturSummary),
    outdated: z
      .array(z.object({ id: z.string(), reference: z.string(), differs: z.array(z.string()) }))
      .describe("fakturs that name the buyer otherwise than the tab does today"),
    newAccountUrl: z.string().nullable(),
  }),
  FaktursPage: page(fakturSummary),
  Faktur: faktur,
  CorrectedFaktur: faktur.extend({
    case: CASE_ANSWERS.Case.nullable().describe("the checklist, where the channel cannot do it"),
  }),
  Kurs: standingKurs,
  KursPage: page(standingKurs),
  EnteredKurs: z.object({
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    decidedAnew: z.int().describe("held invoices that waited for one of these rates"),
  }),
  AuditPage: page(
    z.object({
      sequence: z.int(),
      at: instant,
      actor: z.string(),
      action: z.string(),
      subject: z.string(),
      detail: z.string().nullable(),
    }),
  ),
} as const;

export type AnswerName = keyof typeof ANSWERS;
