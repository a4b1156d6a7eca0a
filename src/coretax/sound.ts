import type { TaxDay } from "../clock";
import type { Faktur } from "../faktur/faktur";
import { coretaxXml } from "../faktur/xml";
import { checkXml } from "./check/check";
import { text, type Text } from "../text";

/** One thing that keeps a faktur out of a file. */
export interface ExportFault {
  readonly code: string;
  readonly message: Text;
}

export interface Sorted<T> {
  /** The bytes of the file with the sound ones; null when there are none. */
  readonly bytes: Buffer | null;
  readonly sound: readonly T[];
  readonly faulty: readonly { readonly item: T; readonly faults: readonly ExportFault[] }[];
}

/**
 * Sorts out the fakturs that the portal would refuse: the whole file is checked, and where it has an error each faktur
 * by itself. At most 1,000; `tin` is the seller's NPWP, `today` the day in Jakarta. Throws RangeError when a file of
 * fakturs that are sound one by one is not.
 */
export function sortOut<T extends { readonly faktur: Faktur }>(
  tin: string,
  items: readonly T[],
  today: TaxDay,
): Sorted<T> {
  const all = rendered(tin, items);
  if (all !== null && errorsOf(all, today).length === 0) return { bytes: all, sound: items, faulty: [] };
  const judged = items.map((item) => ({ item, faults: faultsAlone(tin, item, today) }));
  const sound = judged.filter(({ faults }) => faults.length === 0).map(({ item }) => item);
  const bytes = rendered(tin, sound);
  if (bytes !== null && errorsOf(bytes, today).length > 0) {
    throw new RangeError("the file has an error that none of its fakturs has");
  }
  return { bytes, sound, faulty: judged.filter(({ faults }) => faults.length > 0) };
}

function rendered(tin: string, items: readonly { readonly faktur: Faktur }[]): Buffer | null {
  const ours = items.every(({ faktur }) => faktur.seller.npwp === tin);
  if (items.length === 0 || !ours) return null;
  return Buffer.from(
    coretaxXml(
      tin,
      items.map(({ faktur }) => faktur),
    ),
  );
}

function faultsAlone(tin: string, item: { readonly faktur: Faktur }, today: TaxDay): readonly ExportFault[] {
  const bytes = rendered(tin, [item]);
  return bytes === null ? [OTHER_SELLER] : errorsOf(bytes, today);
}

const OTHER_SELLER: ExportFault = {
  code: "other_seller",
  message: text(
    "NPWP penjual pada faktur ini bukan NPWP penjual sekarang.",
    "The seller's NPWP on this faktur is not the seller's present NPWP.",
  ),
};

const errorsOf = (bytes: Buffer, today: TaxDay): readonly ExportFault[] =>
  [...checkXml(bytes, today)]
    .filter((fault) => fault.severity === "error")
    .map(({ code, message }) => ({ code, message }));
