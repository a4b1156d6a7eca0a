import { z } from "zod";
import { parseMoney, type Money } from "../../money";
import { clean, pointer } from "../fields";
import { unreadable } from "./failure";

// WHMCS documents floats and ids as numbers and sends strings; "none" is "", [], {} or nothing; a list of one may be the
// one itself; dates that are not there are zeros (trap T45). What is not named here is dropped, passwords among it.

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A list inside its wrapper (`items.item`), in every shape PHP makes of it. */
export function listIn(value: unknown, inner: string): unknown[] {
  const held = isObject(value) && Object.hasOwn(value, inner) ? value[inner] : value;
  if (Array.isArray(held)) return held.filter(isObject);
  if (!isObject(held)) return [];
  const entries = Object.entries(held);
  // An array whose keys were not 0, 1, 2 becomes an object in JSON.
  if (entries.every(([key]) => /^\d+$/.test(key))) return entries.map(([, entry]) => entry).filter(isObject);
  return [held];
}

/** A list field of an answer; a schema for one entry. */
export const listOf = <T extends z.ZodType>(inner: string, entry: T) =>
  z.preprocess((value) => listIn(value, inner), z.array(entry));

/** The samples of the documentation write `items[item][0][id]` as keys; such an answer is put together again. */
export function nested(answer: unknown): unknown {
  if (!isObject(answer) || !Object.keys(answer).some((key) => key.includes("["))) return answer;
  const whole: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(answer)) {
    const steps = key.split(/\]\[|\[|\]/).filter((step) => step !== "");
    if (steps.some((step) => step === "__proto__")) continue;
    let at = whole;
    for (const step of steps.slice(0, -1)) {
      const next = Object.hasOwn(at, step) && isObject(at[step]) ? at[step] : {};
      at[step] = next;
      at = next;
    }
    at[steps.at(-1) ?? ""] = value;
  }
  return whole;
}

const asText = (value: unknown): unknown => {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value == null || (typeof value === "object" && Object.keys(value).length === 0) ? "" : value;
};

/** Text that may be missing; "" is none. */
export const words = z.preprocess(asText, z.string());

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** WHMCS keeps what people typed with HTML's five special letters written out; they are read back, once. */
export const decoded = (value: string): string =>
  value.replace(/&(?:(amp|lt|gt|quot|apos)|#0*39|#x0*27);/gi, (_all, name: string | undefined) =>
    name === undefined ? "'" : (ENTITIES[name.toLowerCase()] ?? ""),
  );

/** The same for people to read: entities read back, unprintable letters blank. */
export const printed = words.transform((value) => clean(decoded(value)));

/** An id above zero, as text without leading zeros; `"0"` and "" are none. */
export const idOrNone = words.transform((value) =>
  /^0*[1-9]\d{0,14}$/.test(value) ? value.replace(/^0+/, "") : "",
);
export const id = idOrNone.refine((value) => value !== "", "field_missing");

/** Decimals beyond the second must be zeros: money that is finer would be rounded by nobody's rule. */
function readAmount(value: unknown): Money | null {
  const written = asText(value);
  if (typeof written !== "string") return null;
  const match = /^\s*(-?\d+)(?:\.(\d{1,2})(0*))?\s*$/.exec(written);
  return match === null ? null : parseMoney(`${match[1] ?? ""}.${match[2] ?? "0"}`);
}

export const amount = z.unknown().transform((value, context): Money => {
  const read = readAmount(value);
  if (read !== null) return read;
  context.issues.push({ code: "custom", message: "field_malformed", input: value });
  return z.NEVER;
});

/** An amount that older versions leave out: none is zero. */
export const amountOrZero = z.unknown().transform((value, context): Money => {
  const read = asText(value) === "" ? 0n : readAmount(value);
  if (read !== null) return read;
  context.issues.push({ code: "custom", message: "field_malformed", input: value });
  return z.NEVER;
});

const flag = words.transform(
  (value) => !["", "0", "false", "off", "no"].includes(value.trim().toLowerCase()),
);

export const whmcsLine = z.object({
  id,
  type: words.transform((value) => value.trim()),
  relid: idOrNone,
  description: printed,
  amount,
  taxed: flag,
});

export type WhmcsLine = z.output<typeof whmcsLine>;

export const whmcsInvoice = z.preprocess(
  nested,
  z.object({
    invoiceid: id,
    invoicenum: printed,
    userid: idOrNone,
    date: words,
    datepaid: words,
    subtotal: amount,
    credit: amountOrZero,
    tax: amountOrZero,
    tax2: amountOrZero,
    total: amount,
    status: words.transform((value) => value.trim()),
    items: listOf("item", whmcsLine),
  }),
);

export type WhmcsInvoice = z.output<typeof whmcsInvoice>;

/** Some gateway modules book what they give back as money that came in below zero. */
export const whmcsTransaction = z
  .object({
    id,
    date: words,
    description: printed,
    amountin: amountOrZero,
    amountout: amountOrZero,
  })
  .transform((row) =>
    row.amountin < 0n ? { ...row, amountin: 0n, amountout: row.amountout - row.amountin } : row,
  );

export type WhmcsTransaction = z.output<typeof whmcsTransaction>;

export const whmcsTransactions = z.preprocess(
  nested,
  z.object({ transactions: listOf("transaction", whmcsTransaction) }),
);

const none = <T extends z.ZodType>(schema: T) => schema.nullable().catch(null);

/** In a list only what finding and comparing need: one odd row must not hide the others. */
export const whmcsListed = z.object({
  id,
  userid: idOrNone,
  invoicenum: printed,
  datepaid: words,
  subtotal: none(amount),
  tax: none(amountOrZero),
  tax2: none(amountOrZero),
  currencycode: words,
});

export type WhmcsListed = z.output<typeof whmcsListed>;

export const whmcsPage = z.preprocess(
  nested,
  z.object({
    totalresults: words.transform((value) => (/^\d{1,12}$/.test(value) ? Number(value) : null)),
    invoices: z.unknown().transform((value) => {
      const all = listIn(value, "invoice");
      const rows = all.flatMap((row) => whmcsListed.safeParse(row).data ?? []);
      return { rows, count: all.length };
    }),
  }),
);

const client = z.object({
  id: idOrNone,
  userid: idOrNone,
  firstname: printed,
  lastname: printed,
  companyname: printed,
  email: printed,
  currency_code: words,
  status: words,
});

/** `client` since WHMCS 6; the copies beside it are deprecated and read only where it is missing. */
export const whmcsClient = z.preprocess((answer) => {
  const whole = nested(answer);
  if (!isObject(whole)) return whole;
  return isObject(whole["client"]) ? whole["client"] : whole;
}, client);

export type WhmcsClient = z.output<typeof whmcsClient>;

export const whmcsAddons = z.preprocess(
  nested,
  z.object({ addons: listOf("addon", z.object({ id, serviceid: id })) }),
);

export const whmcsSetting = z.object({ value: words });

/** Whatever a call that succeeded said, to be read by `readShape`. */
export const anything = z.looseObject({});

/** Reads with a schema, or `portal_invoice_unreadable` with the places that could not be read. */
export function readShape<T>(schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw unreadable(
    parsed.error.issues.slice(0, 10).map((issue) => ({ code: "field_malformed", path: pointer(issue.path) })),
  );
}
