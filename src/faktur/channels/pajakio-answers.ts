/**
 * What the Pajak.io Open API v3 answers, read with tolerance for extra fields and for numbers sent as text, and with
 * none for doubt: what cannot be read is `channel_nonsense`. The names come from public code (contract, section 6).
 */
import { z } from "zod";
import { dayInJakarta, parseTaxDay, type TaxDay } from "../../clock";
import { HUNDRED, parseMoney, shareHalfUp, toWholeRupiah, type Money } from "../../money";
import type { BuyerCheck, ChannelDocument, ChannelState } from "./channel";
import { failureOf, nonsense } from "./http";

const label = z.string().nullish();
const messages = z.union([z.string(), z.array(z.string()).transform((list) => list.join("; "))]).nullish();

const envelope = z.looseObject({
  code: z.union([z.number(), z.string()]).nullish(),
  status: z.string(),
  message: messages,
  data: z.unknown().optional(),
});

/** Gateways in front of the API have error bodies of their own. */
const foreignRefusal = z.looseObject({ message: messages });

export type Answer =
  | { readonly kind: "ok"; readonly data: unknown }
  /** `own` is true when the provider itself spoke, not a gateway before it. */
  | { readonly kind: "no"; readonly code: number; readonly message: string; readonly own: boolean };

/** What an answer of status 2xx or 4xx says. Throws `channel_nonsense`, or what an error code in the envelope stands for. */
export function readAnswer(status: number, json: unknown): Answer {
  const own = envelope.safeParse(json);
  if (status >= 400) return readRefusal(status, json, own.success);
  if (!own.success) throw nonsense("no envelope");
  const { code, status: word, message, data } = own.data;
  const number = Number(code ?? NaN);
  const refused = number >= 400 && number < 600;
  if (word.trim().toUpperCase() === "OK") {
    if (refused) throw nonsense("an envelope that is fine and refused at once");
    return { kind: "ok", data };
  }
  const failure = refused ? failureOf(number) : null;
  if (failure !== null) throw failure;
  return { kind: "no", code: refused ? number : 400, message: nonEmpty(message) ?? kept(word), own: true };
}

function readRefusal(code: number, json: unknown, own: boolean): Answer {
  const refusal = foreignRefusal.safeParse(json);
  const message = refusal.success ? nonEmpty(refusal.data.message, refusal.data["status"]) : null;
  if (message === null) throw nonsense("a refusal without words");
  return { kind: "no", code, message, own };
}

export const saysDuplicate = (message: string): boolean => /draft faktur already exist/i.test(message);
export const saysWrongState = (message: string): boolean => /hanya faktur yang berstatus/i.test(message);

/** Ids go into paths: visible ASCII, and nothing a path would fold away. */
const id = z
  .union([z.string(), z.number().int().transform(String)])
  .pipe(z.string().regex(/^(?!\.{1,2}$)[\x21-\x7e]{1,200}$/));

const amount = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value == null ? null : readAmount(value)));

const held = z.looseObject({
  transactionId: id.nullish(),
  status: z.string().nullish(),
  jenisFaktur: label,
  nofa: z.unknown().optional(),
  keteranganDjp: label,
  alasan: label,
  message: label,
  lawanTransaksi: z.looseObject({ identityType: label, identityValue: z.unknown().optional() }).nullish(),
  nitkuPkp: z.looseObject({ nitku: z.unknown().optional() }).nullish().catch(null),
  totalDpp: amount,
  totalDppLain: amount,
  totalPpn: amount,
});

const created = z.looseObject({ transactionId: id });
const row = z.looseObject({
  transactionId: id,
  noInvoice: z.union([z.string(), z.number().transform(String)]).nullable(),
  tanggalFaktur: z.unknown().optional(),
  createdAt: z.unknown().optional(),
});
const rows = z.union([
  z.array(row),
  z.looseObject({ content: z.array(row) }).transform((page) => page.content),
]);
const pdf = z.looseObject({ filePdf: z.string().nullish() }).nullish();
const register = z.looseObject({ nama: z.string(), alamat: label, statusWp: z.string() });

function read<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  // Paths only: the values may be personal data.
  throw nonsense(`unexpected at ${parsed.error.issues.map((issue) => issue.path.join("/")).join(", ")}`);
}

export const readCreated = (data: unknown): string => read(created, data).transactionId;

export interface ListRow {
  readonly transactionId: string;
  readonly noInvoice: string | null;
  /** The faktur's own date, and the day on which the document was made; null where the row does not tell it. */
  readonly date: TaxDay | null;
  readonly madeOn: TaxDay | null;
  readonly data: unknown;
}

/** A row that does not say its id and invoice number cannot be told from the one looked for: `channel_nonsense`. */
export const readRows = (data: unknown): readonly ListRow[] =>
  read(rows, data).map((one) => ({
    transactionId: one.transactionId,
    noInvoice: one.noInvoice,
    date: dayOf(one.tanggalFaktur),
    madeOn: dayOf(one.createdAt),
    data: one,
  }));

/** `2026-11-03`, or the day in Jakarta of an instant with its offset; anything else tells nothing. */
function dayOf(value: unknown): TaxDay | null {
  if (typeof value !== "string") return null;
  const words = value.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(words)) return parseTaxDay(words);
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(words)) return null;
  const at = new Date(words);
  return Number.isNaN(at.getTime()) ? null : dayInJakarta(at);
}

const STATES: Readonly<Partial<Record<string, ChannelState>>> = {
  DRAFT: "draft",
  MENUNGGU_VERIFIKASI_DJP: "pending",
  APPROVAL_SUKSES: "approved",
  DITOLAK: "rejected",
};

/** `jenisFaktur` goes before `status`: a cancelled faktur keeps the status APPROVAL_SUKSES. */
function stateOf(status: string, kind: string, nsfp: string | null): ChannelState {
  if (kind === "BATAL") return "cancelled";
  if (kind === "DIGANTI") return "replaced";
  if (kind !== "" && kind !== "NORMAL" && kind !== "PENGGANTI") return "unknown";
  const state = STATES[status] ?? "unknown";
  return state === "approved" && nsfp === null ? "pending" : state;
}

/** What the authority holds; null when the data do not say their status, which some lists leave out. */
export function readDocument(externalId: string, data: unknown, simulated: boolean): ChannelDocument | null {
  const doc = read(held, data);
  if (doc.transactionId != null && doc.transactionId !== externalId) throw nonsense("another document");
  if (doc.status == null) return null;
  const number = typeof doc.nofa === "string" ? doc.nofa.replace(/[.\-\s]/g, "") : "";
  const nsfp = /^\d{17}$/.test(number) ? number : null;
  const state = stateOf(doc.status.trim().toUpperCase(), (doc.jenisFaktur ?? "").trim().toUpperCase(), nsfp);
  const { totalDpp: dpp, totalDppLain: other, totalPpn: ppn } = doc;
  return {
    externalId,
    state,
    status: doc.status,
    nsfp: state === "approved" || state === "cancelled" || state === "replaced" ? nsfp : null,
    message: nonEmpty(doc.keteranganDjp, doc.alasan, doc.message),
    buyerNumber: buyerNumberOf(doc.lawanTransaksi),
    ...sellerOf(doc.nitkuPkp?.nitku),
    totals: dpp === null || other === null || ppn === null ? null : wholeTotals(dpp, other, ppn),
    simulated,
  };
}

/** A number sent as a JSON number has lost its leading zero or its last digits: it counts as not told. */
function buyerNumberOf(buyer: z.infer<typeof held>["lawanTransaksi"]): string | null {
  const value = nonEmpty(buyer?.identityValue)?.trim() ?? null;
  const spelled = buyer?.identityType === "NPWP" || buyer?.identityType === "NIK";
  return spelled && value !== null ? value.replace(/[.\-\s]/g, "") : value;
}

/** The company is the first 16 digits of its place of business; anything but 22 digits tells nothing. */
function sellerOf(nitku: unknown): Pick<ChannelDocument, "sellerNpwp"> {
  const digits = typeof nitku === "string" ? nitku.replace(/[.\-\s]/g, "") : "";
  return /^\d{22}$/.test(digits) ? { sellerNpwp: digits.slice(0, 16) } : {};
}

/** Whole rupiah like the totals of a `Faktur`, so that the two can be compared as they are. */
const wholeTotals = (dpp: Money, other: Money, ppn: Money): NonNullable<ChannelDocument["totals"]> => ({
  dpp: toWholeRupiah(dpp),
  dppNilaiLain: toWholeRupiah(other),
  ppn: toWholeRupiah(ppn),
});

/** Decimal digits or a JSON number → hundredths, more decimals half-up; null for what is not surely an amount. */
export function readAmount(value: string | number): Money | null {
  // A double keeps two decimals faithfully up to fifteen digits: 10^13 rupiah.
  if (typeof value === "number" && !(Math.abs(value) < 1e13)) return null;
  const match = /^(-?\d{1,15})(?:\.(\d{1,30}))?$/.exec(String(value).trim());
  if (!match) return null;
  const decimals = match[2] ?? "";
  if (decimals.length <= 2) return parseMoney(match[0]);
  return shareHalfUp(BigInt(`${match[1] ?? ""}${decimals}`) * HUNDRED, 1n, 10n ** BigInt(decimals.length));
}

/** The PDF's bytes, or null while there is none. Throws `channel_nonsense` for what is not base64. */
export function readPdf(data: unknown): Buffer | null {
  const base64 = (read(pdf, data)?.filePdf ?? "").replace(/^\s*data:[^,]*,/i, "").replace(/\s+/g, "");
  if (base64 === "") return null;
  // One sign is looked for, not the whole matched: a pattern over megabytes can exhaust the stack.
  if (/[^A-Za-z0-9+/_-]/.test(base64.replace(/={1,2}$/, ""))) throw nonsense("a PDF that is not base64");
  return Buffer.from(base64, "base64");
}

export function readBuyer(data: unknown): BuyerCheck {
  const buyer = read(register, data);
  const active = !INACTIVE.test(buyer.statusWp);
  const words = { name: kept(buyer.nama), address: kept(buyer.alamat ?? ""), status: kept(buyer.statusWp) };
  return { kind: "found", ...words, active };
}

/**
 * The words of the register that end or suspend a taxpayer; any other word holds nobody's faktur up. Provisional: no
 * provider publishes the list (docs/law.md section 10).
 */
const INACTIVE = /tidak\s*aktif|non[\s-]*(e[fv]ektif|aktif)|^\s*ne\s*$|hapus|dicabut|inactive|deleted/i;

/** The first text that says something, as far as it is kept. */
function nonEmpty(...values: readonly unknown[]): string | null {
  for (const value of values) if (typeof value === "string" && value.trim() !== "") return kept(value);
  return null;
}

const MOST_SAID = 4_000;

/** Nobody promises how much is said (a gateway's whole page, a fault for each line), and MySQL's columns end. */
const kept = (words: string): string => words.slice(0, MOST_SAID).toWellFormed();
