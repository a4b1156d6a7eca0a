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

const MOST_LINES = 1000;

// Counted before they are read: a body full of empty lines must not become a hundred thousand faults.
const lines = z
  .array(z.unknown(), { error: "line" })
  .min(1, { error: "line" })
  .max(MOST_LINES, { error: "line" })
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

/** What the checks between fields need of a line; what is faulty by itself is not there. */
type LooseLine = Partial<{
  readonly [Key in "id" | "kind" | "amount" | "appliesTo" | "periodStart" | "periodEnd"]:
    z.output<typeof line>[Key] | null;
}>;

const fieldOf = (raw: unknown, name: string): unknown =>
  typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>)[name] : undefined;

function looseLinesOf(raw: unknown): readonly LooseLine[] {
  const all = fieldOf(fieldOf(fieldOf(raw, "data"), "invoice"), "lines");
  if (!Array.isArray(all) || all.length > MOST_LINES) return [];
  return all.map((one: unknown) => ({
    id: readId(fieldOf(one, "id")),
    kind: readKind(fieldOf(one, "kind")),
    amount: readMoney(fieldOf(one, "amount")),
    appliesTo: readId(fieldOf(one, "appliesTo")),
    periodStart: readDay(fieldOf(one, "periodStart")),
    periodEnd: readDay(fieldOf(one, "periodEnd")),
  }));
}

/** Faults between fields of an invoice's lines, found even where other fields are faulty, so that all are told at once. */
export const lineFaults = (raw: unknown): Fault[] => faultsBetween(looseLinesOf(raw));

/** The same of lines that were read. */
export function faultsBetween(all: readonly LooseLine[]): Fault[] {
  const ids = new Set(all.map((entry) => entry.id));
  const seen = new Set<string>();
  const faults: Fault[] = [];
  const add = (index: number, name: string, code: keyof typeof BETWEEN) =>
    faults.push({ code, path: pointer(["data", "invoice", "lines", index, name]), ...BETWEEN[code] });
  all.forEach((entry, index) => {
    if (entry.id != null && seen.has(entry.id)) add(index, "id", "line_id_repeated");
    if (entry.id != null) seen.add(entry.id);
    if (entry.kind === "discount" && entry.amount != null && entry.amount > 0n) {
      add(index, "amount", "discount_positive");
    }
    if (entry.appliesTo != null && (entry.appliesTo === entry.id || !ids.has(entry.appliesTo))) {
      add(index, "appliesTo", "line_unknown");
    }
    if (entry.periodStart != null && entry.periodEnd != null && entry.periodEnd < entry.periodStart) {
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
