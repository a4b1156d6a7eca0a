import { z } from "zod";
import { FAKTUR_STATES, TRANSACTION_CODES } from "../faktur/faktur";
import { REASON_CODES } from "../faktur/reasons";
import { DIGUNGGUNG_REASONS } from "../reports/placement";
import { UNMATCHED_CODES } from "../reports/pph23";
import { SPT_BLOCKS, SPT_SECTIONS } from "../reports/spt";

/** The forms of the answers about the papers of a month. */

const rupiah = z.string().regex(/^-?\d+$/);
const money = z.string().regex(/^-?\d+\.\d{2}$/);
const masa = z.string().regex(/^\d{4}-\d{2}$/);
const state = z.enum(FAKTUR_STATES);
const instant = z.iso.datetime({ offset: true });
const block = z.enum(["faktur", "digunggung", "neither"]);
const amounts = z.object({ dpp: rupiah, dppNilaiLain: rupiah, ppn: rupiah });
const figures = amounts.extend({ count: z.int() });
const reasons = z.array(z.enum(REASON_CODES));

const receipt = z.object({
  id: z.string(),
  seller: z.string(),
  number: z.string(),
  date: z.iso.date(),
  masa,
  buyerNpwp: z.string(),
  dpp: rupiah,
  pph: rupiah,
  nsfp: z.string().nullable(),
  invoice: z.string().nullable(),
  recordedBy: z.string(),
  recordedAt: instant,
  withdrawn: z.object({ by: z.string().nullable(), at: instant, reason: z.string().nullable() }).nullable(),
});

export const REPORT_ANSWERS = {
  SptReport: z.object({
    seller: z.string(),
    masa,
    byCode: z.array(figures.extend({ code: z.enum(TRANSACTION_CODES), section: z.enum(SPT_SECTIONS) })),
    bySection: z.record(z.enum(SPT_SECTIONS), figures),
    counted: figures,
    pending: figures.describe("not approved yet: missing from the return"),
    pendingReplacements: figures.describe("their originals are counted until they are approved"),
    replacementUnknown: figures.describe(
      "replaced by hand by what is not known here: missing from the return until it is taken over",
    ),
    dropped: z.object({ cancelled: z.int(), replaced: z.int() }),
    fakturs: z.array(
      amounts.extend({
        id: z.string(),
        block: z.enum(SPT_BLOCKS),
        state,
        code: z.enum(TRANSACTION_CODES),
        nsfp: z.string().nullable(),
        date: z.iso.date(),
        buyer: z.object({ document: z.string(), npwp: z.string(), number: z.string(), name: z.string() }),
        ppnbm: rupiah,
        kind: z.enum(["normal", "replacement"]),
        replaces: z.string().nullable().describe("the serial that this one replaces"),
        reference: z.string(),
        portal: z.string(),
        invoiceId: z.string(),
        invoiceNumber: z.string().nullable(),
        simulated: z.boolean(),
      }),
    ),
  }),
  DigunggungReport: z.object({
    seller: z.string(),
    masa,
    blocks: z.record(block, z.int()),
    total: figures,
    days: z.array(figures.extend({ day: z.iso.date() })),
    byReason: z.array(figures.extend({ reason: z.enum(DIGUNGGUNG_REASONS) })),
    fakturMasas: z.array(figures.extend({ masa })),
    neither: z.array(z.object({ reasons, count: z.int() })),
    invoices: z.array(
      z.object({
        portal: z.string(),
        invoiceId: z.string(),
        number: z.string().nullable(),
        taxDay: z.iso.date().nullable(),
        currency: z.string().nullable(),
        subtotal: money.nullable(),
        tax: money.nullable(),
        total: money.nullable(),
        block,
        reasons,
        amounts: amounts.nullable(),
        fakturs: z.array(z.object({ id: z.string(), state, masa })),
      }),
    ),
    refunds: z.array(
      z.object({
        portal: z.string(),
        invoiceId: z.string(),
        number: z.string().nullable(),
        invoiceMasa: masa.nullable(),
        refundedOn: z.iso.date(),
        currency: z.string().nullable(),
        amount: money.nullable(),
        whole: z.boolean(),
        state: z.enum(["pending", "done", "failed"]),
        reason: z.string().nullable(),
        block,
      }),
    ),
  }),
  Pph23Report: z.object({
    seller: z.string(),
    masa,
    totals: z.object({
      base: rupiah,
      expected: rupiah,
      received: rupiah,
      difference: rupiah,
      unmatched: rupiah,
    }),
    fakturs: z.array(
      z.object({
        fakturId: z.string(),
        state,
        nsfp: z.string().nullable(),
        date: z.iso.date(),
        reference: z.string(),
        invoiceId: z.string(),
        invoiceNumber: z.string().nullable(),
        buyerNpwp: z.string(),
        buyerName: z.string(),
        base: rupiah,
        dpp: rupiah,
        expected: rupiah,
        uncertain: z.boolean(),
        received: rupiah,
        difference: rupiah,
        settled: z.boolean(),
        receipts: z.array(
          z.object({ number: z.string(), by: z.enum(["nsfp", "invoice", "amount", "sum"]), pph: rupiah }),
        ),
      }),
    ),
    unmatched: z.array(
      receipt
        .omit({ seller: true, recordedBy: true, recordedAt: true, withdrawn: true })
        .extend({ why: z.enum(UNMATCHED_CODES) }),
    ),
  }),
  Pph23Receipt: receipt,
  Pph23ReceiptsPage: z.object({ items: z.array(receipt), nextCursor: z.string().nullable() }),
  RecordedReceipts: z.object({ added: z.int(), linked: z.int(), unchanged: z.int() }),
  Withholder: z.object({ seller: z.string(), npwp: z.string(), withholds: z.boolean(), reason: z.string() }),
} as const;
