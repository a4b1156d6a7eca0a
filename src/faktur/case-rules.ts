import type { Period, TaxDay } from "../clock";
import { needsFacility } from "../codes/facilities";
import type { Money } from "../money";
import { text, type Text } from "../text";
import type { TransactionCode } from "./faktur";
import { lastDayToMake, sptDueDay, uploadDeadline } from "./law";
import { withheldTax } from "./withheld";

/** What may have happened to an invoice whose faktur stands. */
export const CASE_KINDS = [
  "refund",
  "partial_refund",
  "unpaid_again",
  "cancelled_in_portal",
  "wrong_buyer",
  "wrong_amount",
  "duplicate",
  "cancel_asked",
  "mail_bounced",
] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** The lawful answers. `none_pph23`: money that was withheld as income tax, so nothing about the supply has changed. */
export const CASE_DECISIONS = [
  "replace",
  "cancel",
  "cancel_and_new",
  "nota_pembatalan_by_buyer",
  "none_pph23",
  "none",
] as const;
export type CaseDecision = (typeof CASE_DECISIONS)[number];

export interface CaseFacts {
  readonly kind: CaseKind;
  /** The faktur that stands; null when none does any more. */
  readonly faktur: {
    readonly date: TaxDay;
    readonly period: Period;
    readonly transactionCode: TransactionCode;
    /** False while the authority has not approved it: it is no faktur yet. */
    readonly approved: boolean;
  } | null;
  /** Price without PPN, and its PPN, in the invoice's own currency. */
  readonly dpp: Money;
  readonly ppn: Money;
  /** What the portal billed for all of the invoice; a faktur's whole rupiah may be above its cents. */
  readonly billed?: Money;
  /** Refunded or short; null is the whole. */
  readonly amount: Money | null;
  /** All that was given back in parts of what this faktur stands for, this one among them. */
  readonly inParts?: Money;
  /** Whether the service had begun when it happened; null where the invoice does not tell. */
  readonly serviceBegan: boolean | null;
  /** When the supply was due for a faktur; a late one, or a replacement, is of a later day. */
  readonly dueOn: TaxDay;
  readonly happenedOn: TaxDay;
  readonly today: TaxDay;
}

export interface CaseProposal {
  readonly document: CaseDecision;
  readonly why: Text;
  /** The last day for it; null where the law sets none. */
  readonly deadline: TaxDay | null;
  readonly attach: readonly Text[];
}

/**
 * The lawful document for what happened, with its reason, last day and enclosures (tax-rules 7.4). A proposal only: a
 * person decides, and nothing is done before.
 */
export function proposeCorrection(facts: CaseFacts): CaseProposal {
  if (facts.faktur === null) return none(NO_FAKTUR);
  switch (facts.kind) {
    case "refund":
    case "partial_refund":
      return refundProposal(facts, facts.faktur);
    case "unpaid_again":
      return withheldProposal(facts) ?? none(UNPAID);
    case "cancelled_in_portal":
      return undone(facts, facts.faktur);
    case "wrong_buyer":
      return {
        document: "cancel_and_new",
        why: WRONG_BUYER,
        // Made after it, the new one counts as never made (art. 59), whatever day the wrong one carries.
        deadline: lastDayToMake(facts.dueOn),
        attach: [EVIDENCE_OF_BUYER],
      };
    case "wrong_amount":
      return withheldProposal(facts) ?? wrongAmount(facts, facts.faktur);
    case "cancel_asked":
      return cancel(ASKED, facts.faktur, [PROOF_OF_CANCELLATION]);
    case "mail_bounced":
      return none(BOUNCED);
    case "duplicate":
      return cancel(DUPLICATE, facts.faktur, [OTHER_FAKTUR]);
    default:
      return facts.kind satisfies never;
  }
}

type Standing = NonNullable<CaseFacts["faktur"]>;

function refundProposal(facts: CaseFacts, faktur: Standing): CaseProposal {
  const withheld = withheldProposal(facts);
  if (withheld !== null) return withheld;
  const { amount, inParts = 0n } = facts;
  const paid = paidFor(facts, faktur);
  const whole = amount === null || amount >= paid || inParts >= paid;
  return whole ? undone(facts, faktur) : buyersNote(PARTLY_UNDONE, facts);
}

/** What the buyer has paid for this faktur: under a facility (07, 08) no PPN, and never more than was billed. */
function paidFor({ dpp, ppn, billed }: CaseFacts, { transactionCode }: Standing): Money {
  const paid = needsFacility(transactionCode) ? dpp : dpp + ppn;
  return billed !== undefined && billed > 0n && billed < paid ? billed : paid;
}

/** The whole transaction is undone: cancelled when nothing was delivered, else the recipient's own note. */
function undone(facts: CaseFacts, faktur: Standing): CaseProposal {
  if (!faktur.approved) return cancel(NOT_APPROVED, faktur, [PROOF_OF_CANCELLATION]);
  if (facts.serviceBegan === true) return buyersNote(BEGUN, facts);
  const filed = facts.today > sptDueDay(faktur.period);
  return cancel(filed ? UNDONE_FILED : UNDONE, faktur, [PROOF_OF_CANCELLATION, PROOF_OF_REFUND]);
}

function wrongAmount(facts: CaseFacts, faktur: Standing): CaseProposal {
  if (!faktur.approved) {
    return {
      document: "cancel_and_new",
      why: NOT_APPROVED,
      deadline: uploadDeadline(faktur.date),
      attach: [CORRECT_INVOICE],
    };
  }
  // The deadline of a replacement counts from its own date, which is the day it is made (art. 48).
  return {
    document: "replace",
    why: WRONG_AMOUNT,
    deadline: uploadDeadline(facts.today),
    attach: [CORRECT_INVOICE],
  };
}

function withheldProposal(facts: CaseFacts): CaseProposal | null {
  const withheld = withheldTax(facts);
  switch (withheld) {
    case null:
      return null;
    case "pph23":
      return { document: "none_pph23", why: PPH23, deadline: null, attach: [PROOF_OF_WITHHOLDING] };
    case "collected":
      return { document: "none", why: COLLECTED, deadline: null, attach: [PROOF_OF_COLLECTION] };
    case "collected_and_pph23":
      return {
        document: "none_pph23",
        why: COLLECTED,
        deadline: null,
        attach: [PROOF_OF_COLLECTION, PROOF_OF_WITHHOLDING],
      };
    default:
      return withheld satisfies never;
  }
}

const none = (why: Text): CaseProposal => ({ document: "none", why, deadline: null, attach: [] });

const cancel = (why: Text, faktur: Standing, attach: readonly Text[]): CaseProposal => ({
  document: "cancel",
  why,
  deadline: sptDueDay(faktur.period),
  attach,
});

const buyersNote = (why: Text, facts: CaseFacts): CaseProposal => ({
  document: "nota_pembatalan_by_buyer",
  why,
  deadline: facts.happenedOn,
  attach: [PROOF_OF_REFUND],
});

const NO_FAKTUR = text(
  "Tidak ada faktur yang berlaku untuk invoice ini.",
  "No faktur of this invoice stands.",
);
const NOT_APPROVED = text(
  "Faktur belum disetujui DJP, jadi belum menjadi faktur pajak (PER-11/PJ/2025 pasal 44). Batalkan dokumennya.",
  "The authority has not approved it, so it is no faktur yet (PER-11/PJ/2025 art. 44). Drop the document.",
);
const UNPAID = text(
  "Piutang yang tidak dibayar bukan peristiwa PPN: faktur tetap berlaku bila jasa diserahkan. Bila transaksinya dibatalkan, putuskan pembatalan (PER-11/PJ/2025 pasal 49).",
  "An unpaid bill is no VAT event: the faktur stands when the service was delivered. When the transaction is undone, decide a cancellation (PER-11/PJ/2025 art. 49).",
);
const BOUNCED = text(
  "E-mailnya tidak sampai; fakturnya tetap berlaku. Betulkan alamat pada tab NPWP, lalu kirim ulang: kasus ini tertutup sendiri.",
  "The mail did not arrive; the faktur stands. Correct the address in the NPWP tab, then resend: this case closes by itself.",
);
const WRONG_BUYER = text(
  "Identitas pembeli salah: faktur dibatalkan dan dibuat baru dengan identitas yang benar, bukan diganti (PER-11/PJ/2025 pasal 49-50).",
  "The buyer's identity is wrong: the faktur is cancelled and made anew with the right one, never replaced (PER-11/PJ/2025 art. 49-50).",
);
const WRONG_AMOUNT = text(
  "Nilai, potongan atau keterangan salah sejak awal: buat faktur pengganti selama SPT Masa masanya masih dapat disampaikan atau dibetulkan (PER-11/PJ/2025 pasal 48).",
  "Value, discount or wording was wrong from the start: make a replacement while the period's SPT can still be filed or amended (PER-11/PJ/2025 art. 48).",
);
const DUPLICATE = text(
  "Faktur ini seharusnya tidak dibuat: batalkan (PER-11/PJ/2025 pasal 49).",
  "This faktur should not have been made: cancel it (PER-11/PJ/2025 art. 49).",
);
const ASKED = text(
  "Pembatalan diminta: lakukan bila transaksinya batal atau faktur ini seharusnya tidak dibuat (PER-11/PJ/2025 pasal 49).",
  "A cancellation is asked for: do it when the transaction was undone or this faktur should not have been made (PER-11/PJ/2025 art. 49).",
);
const UNDONE = text(
  "Transaksi batal sebelum jasa diberikan: batalkan faktur, dengan bukti pembatalan (PER-11/PJ/2025 pasal 49-50). Bila jasanya ternyata sudah berjalan, pembeli membuat nota pembatalan.",
  "The transaction was undone before any service: cancel the faktur, with proof (PER-11/PJ/2025 art. 49-50). If the service had begun after all, the buyer makes a nota pembatalan.",
);
const UNDONE_FILED = text(
  "Transaksi batal, dan SPT Masa masanya mungkin sudah dilaporkan: batalkan faktur dan betulkan SPT (PER-11/PJ/2025 pasal 49-50), atau minta nota pembatalan dari pembeli (PMK 81/2024 pasal 286-289). Tentukan bersama konsultan pajak.",
  "The transaction was undone and the period's SPT may have been filed: cancel the faktur and amend the SPT (PER-11/PJ/2025 art. 49-50), or ask the buyer for a nota pembatalan (PMK 81/2024 art. 286-289). Choose with the tax adviser.",
);
const BEGUN = text(
  "Jasa sudah mulai diberikan lalu dibatalkan: penerima jasa membuat nota pembatalan, bukan penjual (PMK 81/2024 pasal 286-289).",
  "The service had begun and was then cancelled: its recipient makes a nota pembatalan, not the seller (PMK 81/2024 art. 286-289).",
);
const PARTLY_UNDONE = text(
  "Jasa dibatalkan sebagian: penerima jasa membuat nota pembatalan untuk bagian itu (PMK 81/2024 pasal 286-289). Bila harganya yang salah sejak awal, buat faktur pengganti (PER-11/PJ/2025 pasal 48).",
  "Part of the service was cancelled: its recipient makes a nota pembatalan for that part (PMK 81/2024 art. 286-289). If the price was wrong from the start, make a replacement (PER-11/PJ/2025 art. 48).",
);
const PPH23 = text(
  "Nilainya 2 % dari harga (4 % bila pemotong tidak menemukan NPWP): pemotongan PPh 23 oleh pembeli, bukan retur (UU PPh pasal 23, PMK 141/2015). Faktur tidak berubah; minta bukti potong.",
  "It is 2 % of the price (4 % where the payer found no NPWP): income tax (PPh 23) withheld by the buyer, not a return (UU PPh art. 23, PMK 141/2015). The faktur does not change; ask for the bukti potong.",
);
const COLLECTED = text(
  "PPN dipungut dan disetor oleh pembeli (kode 02/03). Faktur dibuat penuh dan tidak berubah (UU PPN pasal 16A).",
  "The buyer collects the PPN and pays it to the state (codes 02/03). The faktur is made in full and does not change (UU PPN art. 16A).",
);

const PROOF_OF_CANCELLATION = text(
  "Bukti pembatalan transaksi (kesepakatan atau surat pembatalan)",
  "Proof that the transaction was undone (agreement or letter)",
);
const PROOF_OF_REFUND = text("Bukti pengembalian dana", "Proof of the refund");
const PROOF_OF_WITHHOLDING = text("Bukti potong PPh 23 dari pembeli", "The buyer's bukti potong PPh 23");
const PROOF_OF_COLLECTION = text("Bukti setor PPN dari pembeli", "The buyer's proof of paying the PPN");
const EVIDENCE_OF_BUYER = text(
  "Bukti identitas pembeli yang benar (NPWP, NITKU)",
  "Evidence of the right buyer (NPWP, NITKU)",
);
const CORRECT_INVOICE = text("Invoice dengan angka yang benar", "The invoice with the right figures");
const OTHER_FAKTUR = text("Nomor faktur yang tetap berlaku", "The number of the faktur that stands");

/** The authority's words for a cancellation or replacement that waits for the buyer's consent (tax-rules 6.1). */
export const waitsForBuyer = (status: string | null): boolean =>
  status !== null && /waiting.?for.?(cancel|amend)/i.test(status.replace(/[_\s]+/g, " "));
