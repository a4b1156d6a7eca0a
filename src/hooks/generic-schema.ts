import { z } from "zod";
import type { Fault } from "../errors";
import { text, type Text } from "../text";
import {
  field,
  object,
  optional,
  optionalOrBlank,
  pointer,
  readBoolean,
  readCurrency,
  readDay,
  readEmail,
  readId,
  readInstant,
  readKind,
  readMoney,
  readName,
  readPositiveMoney,
  readQuantity,
  readType,
  readWords,
} from "./fields";

/** The events of a generic portal (contract, section 4); any other type is ignored. */
export const GENERIC_TYPES = [
  "invoice.paid",
  "invoice.created",
  "invoice.refunded",
  "invoice.unpaid",
  "invoice.cancelled",
  "account.updated",
  "service.moved",
] as const;

export type GenericType = (typeof GENERIC_TYPES)[number];

/** Read first: the type decides what else must be there. */
export const envelope = object({ type: field("type", readType) });

const event = <T extends z.ZodRawShape>(data: T) =>
  object({ timestamp: field("instant", readInstant), data: object(data) });

const id = field("id", readId);

const account = object({ id, name: field("name", readName), email: optionalOrBlank("email", readEmail) });

const line = object({
  id,
  kind: field("kind", readKind),
  description: field("words", readWords),
  quantity: field("quantity", readQuantity),
  amount: field("money", readMoney),
  taxed: field("boolean", readBoolean),
  serviceId: optionalOrBlank("id", readId),
  periodStart: optionalOrBlank("day", readDay),
  periodEnd: optionalOrBlank("day", readDay),
  appliesTo: optionalOrBlank("id", readId),
});

// Counted before they are read: a body full of empty lines must not become a hundred thousand faults.
const lines = z
  .array(z.unknown(), { error: "line" })
  .min(1, { error: "line" })
  .max(1000, { error: "line" })
  .pipe(z.array(line));

const bill = {
  id,
  number: optionalOrBlank("id", readId),
  currency: field("currency", readCurrency),
  pricesIncludeTax: field("boolean", readBoolean),
  subtotal: field("money", readMoney),
  tax: field("money", readMoney),
  total: field("money", readMoney),
  lines,
};

export const paidEvent = event({
  account,
  invoice: object({ ...bill, paidAt: field("instant", readInstant) }),
});

export const createdEvent = event({
  account,
  invoice: object({ ...bill, createdAt: field("instant", readInstant) }),
});

export const refundedEvent = event({
  invoiceId: id,
  // An empty text is refused here: read as "none" it would mean the whole invoice.
  amount: optional("positiveMoney", readPositiveMoney),
  refundedAt: field("instant", readInstant),
  reason: optionalOrBlank("words", readWords),
});

export const invoiceEvent = event({ invoiceId: id });

export const accountEvent = event({ account });

export const movedEvent = event({
  serviceId: id,
  fromAccount: id,
  toAccount: id,
  ticket: optionalOrBlank("id", readId),
});

/** Only what the checks between fields need; whatever is faulty by itself is undefined here. */
const loose = <T>(read: (value: unknown) => T | null) =>
  z.unknown().transform((value) => read(value) ?? undefined);

const looseLine = z
  .object({
    id: loose(readId),
    kind: loose(readKind),
    amount: loose(readMoney),
    appliesTo: loose(readId),
    periodStart: loose(readDay),
    periodEnd: loose(readDay),
  })
  .partial()
  .catch({});

const looseLines = z.object({
  data: z.object({ invoice: z.object({ lines: z.array(looseLine).max(1000) }) }),
});

/** Faults between fields of an invoice's lines, found even where other fields are faulty, so that all are told at once. */
export function lineFaults(raw: unknown): Fault[] {
  const read = looseLines.safeParse(raw);
  if (!read.success) return [];
  const all = read.data.data.invoice.lines;
  const ids = new Set(all.map((entry) => entry.id));
  const seen = new Set<string>();
  const faults: Fault[] = [];
  const add = (index: number, name: string, code: keyof typeof BETWEEN) =>
    faults.push({ code, path: pointer(["data", "invoice", "lines", index, name]), ...BETWEEN[code] });
  all.forEach((entry, index) => {
    if (entry.id !== undefined && seen.has(entry.id)) add(index, "id", "line_id_repeated");
    if (entry.id !== undefined) seen.add(entry.id);
    if (entry.kind === "discount" && entry.amount !== undefined && entry.amount > 0n) {
      add(index, "amount", "discount_positive");
    }
    if (entry.appliesTo !== undefined && (entry.appliesTo === entry.id || !ids.has(entry.appliesTo))) {
      add(index, "appliesTo", "line_unknown");
    }
    if (
      entry.periodStart !== undefined &&
      entry.periodEnd !== undefined &&
      entry.periodEnd < entry.periodStart
    ) {
      add(index, "periodEnd", "period_reversed");
    }
  });
  return faults;
}

const BETWEEN = {
  line_id_repeated: {
    message: text("Dua baris memakai id yang sama.", "Two lines have the same id."),
    fix: text("Beri setiap baris id sendiri.", "Give every line its own id."),
  },
  discount_positive: {
    message: text("Jumlah potongan harga bernilai positif.", "The amount of a discount is positive."),
    fix: text("Kirim potongan sebagai jumlah negatif.", "Send a discount as a negative amount."),
  },
  line_unknown: {
    message: text("appliesTo menunjuk baris yang tidak ada.", "appliesTo names a line that is not there."),
    fix: text(
      "Isi dengan id baris lain di invoice ini, atau hilangkan.",
      "Name another line of this invoice, or leave it out.",
    ),
  },
  period_reversed: {
    message: text("Akhir masa layanan mendahului awalnya.", "The period ends before it starts."),
    fix: text("Tukar atau perbaiki periodStart dan periodEnd.", "Swap or correct periodStart and periodEnd."),
  },
} as const satisfies Record<string, { message: Text; fix: Text }>;
