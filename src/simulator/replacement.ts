import { codeOf, type Sale } from "./sale";
import type { SaleDocument } from "./state";

/** Rules of replacing a faktur (pengganti): tax-rules 1.3 and 7.1. */

type Documents = ReadonlyMap<string, SaleDocument>;

/** The document whose number a replacement names; undefined for any other sale. */
export function originalOf(documents: Documents, sale: Sale): SaleDocument | undefined {
  if (!sale.pengganti) return undefined;
  for (const document of documents.values()) if (document.nofa === sale.nofaDiganti) return document;
  return undefined;
}

/**
 * Why this replacement cannot be taken, or null: the original must stand, keep its buyer and its transaction code, and
 * have no other replacement under way. `own` is the document that an update changes.
 */
export function replacementFault(documents: Documents, sale: Sale, own: string | null): string | null {
  if (!sale.pengganti) return null;
  const original = originalOf(documents, sale);
  if (original === undefined) return "Faktur yang diganti tidak ditemukan";
  if (hasRival(documents, sale, own)) return "Faktur ini sedang diganti oleh draft lain";
  return standing(original) ?? mismatch(original.sale, sale);
}

/** The same at the moment of the verdict: the original may have been cancelled since. */
export function replacementFaultAtVerdict(documents: Documents, sale: Sale): string | null {
  if (!sale.pengganti) return null;
  const original = originalOf(documents, sale);
  return original === undefined ? "Faktur yang diganti tidak ditemukan" : standing(original);
}

function hasRival(documents: Documents, sale: Sale, own: string | null): boolean {
  for (const other of documents.values()) {
    const open = other.kind === "PENGGANTI" && other.status !== "APPROVAL_SUKSES";
    if (open && other.transactionId !== own && other.sale.nofaDiganti === sale.nofaDiganti) return true;
  }
  return false;
}

function standing(original: SaleDocument): string | null {
  if (original.kind === "BATAL") return "Faktur yang diganti sudah dibatalkan";
  if (original.kind === "DIGANTI") return "Faktur yang diganti sudah diganti";
  return original.nofa?.slice(2, 4) === "99" ? "Faktur tidak dapat diganti lagi" : null;
}

function mismatch(original: Sale, sale: Sale): string | null {
  if (original.lawanTransaksi.identityValue !== sale.lawanTransaksi.identityValue) {
    return "Faktur pengganti harus memakai identitas pembeli yang sama";
  }
  if (original.nitkuPkp.nitku.slice(0, 16) !== sale.nitkuPkp.nitku.slice(0, 16)) {
    return "Faktur pengganti harus dari penjual yang sama";
  }
  return codeOf(original) === codeOf(sale) ? null : "Faktur pengganti harus memakai kode transaksi yang sama";
}

/** The same 13 digits with the status digits one higher (PER-11/PJ/2025 art. 48). */
export const raised = (nofa: string): string =>
  `${nofa.slice(0, 2)}${String(Number(nofa.slice(2, 4)) + 1).padStart(2, "0")}${nofa.slice(4)}`;
