import type { Period, TaxDay } from "../clock";
import { text, type Text } from "../text";
import type { CaseDecision } from "./case-rules";
import { sptDueDay } from "./law";

/** One thing to do after a decision. */
export interface CaseStep {
  readonly code: StepCode;
  readonly says: Text;
  /** Done by what the authority says or by its own call; nobody can tick it. */
  readonly auto: boolean;
  readonly doneAt: string | null;
  readonly doneBy: string | null;
}

const SAYS = {
  cancel_in_portal: text(
    "Batalkan faktur di Coretax: e-Faktur > Pajak Keluaran > Batalkan, lalu tanda tangani.",
    "Cancel the faktur in Coretax: e-Faktur > Pajak Keluaran > Batalkan, then sign.",
  ),
  cancel_confirmed: text(
    "DJP menyatakan faktur batal. Bila statusnya Waiting for Cancellation, pembeli harus menyetujui lebih dahulu.",
    "The authority shows the faktur as cancelled. While it says Waiting for Cancellation, the buyer must consent first.",
  ),
  replace_in_portal: text(
    "Buat faktur pengganti di Coretax: e-Faktur > Pajak Keluaran > Ganti, isi nilai yang benar, lalu tanda tangani.",
    "Make the replacement in Coretax: e-Faktur > Pajak Keluaran > Ganti, enter the right values, then sign.",
  ),
  replacement_confirmed: text(
    "DJP menyetujui faktur pengganti. Bila statusnya Waiting for Amendment, pembeli harus menyetujui lebih dahulu.",
    "The authority approves the replacement. While it says Waiting for Amendment, the buyer must consent first.",
  ),
  buyer_corrected: text(
    "Betulkan data pembeli pada tab NPWP akun dan aktifkan.",
    "Correct the buyer in the account's NPWP tab and activate it.",
  ),
  issued_anew: text("Terbitkan ulang invoice ini.", "Issue this invoice anew."),
  buyer_document: text(
    "Catat nomor dan tanggal nota pembatalan dari pembeli.",
    "Enter number and date of the buyer's nota pembatalan.",
  ),
  spt_amended: text(
    "Betulkan SPT Masa PPN masanya bila sudah dilaporkan.",
    "Amend the period's SPT Masa PPN if it was filed.",
  ),
} as const satisfies Record<string, Text>;

export type StepCode = keyof typeof SAYS;

/**
 * What is left to do after a decision, in order. Through a channel that can, the authority's word ticks the step; else
 * it is a checklist for the portal, ticked by people.
 */
export function stepsOf(
  decision: CaseDecision,
  byChannel: boolean,
  faktur: { readonly period: Period; readonly approved: boolean },
  today: TaxDay,
): readonly CaseStep[] {
  const step = (code: StepCode, auto = false): CaseStep => ({
    code,
    says: SAYS[code],
    auto,
    doneAt: null,
    doneBy: null,
  });
  const amended = faktur.approved && today > sptDueDay(faktur.period) ? [step("spt_amended")] : [];
  const cancelled = byChannel
    ? [step("cancel_confirmed", true)]
    : [step("cancel_in_portal"), step("cancel_confirmed")];
  switch (decision) {
    case "cancel":
      return [...cancelled, ...amended];
    case "cancel_and_new":
      return [...cancelled, step("buyer_corrected"), step("issued_anew"), ...amended];
    case "replace":
      return byChannel
        ? [step("replacement_confirmed", true), ...amended]
        : [step("replace_in_portal"), step("replacement_confirmed"), ...amended];
    case "nota_pembatalan_by_buyer":
      return [step("buyer_document", true), ...amended];
    case "none":
    case "none_pph23":
      return [];
    default:
      return decision satisfies never;
  }
}

export const readSteps = (json: string | null): CaseStep[] =>
  json === null ? [] : (JSON.parse(json) as CaseStep[]);

/** The same steps with one ticked. */
export const ticked = (steps: readonly CaseStep[], code: StepCode, by: string, at: Date): CaseStep[] =>
  steps.map((step) =>
    step.code === code && step.doneAt === null ? { ...step, doneAt: at.toISOString(), doneBy: by } : step,
  );

export const allDone = (steps: readonly CaseStep[]): boolean => steps.every((step) => step.doneAt !== null);
