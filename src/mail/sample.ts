import type { TaxDay } from "../clock";
import type { FakturMailInput } from "./message";

/** A mail as it would look, made of nobody's data; marked as a simulation, so that nobody takes it for a real one. */
export const sampleOf = (
  seller: { readonly name: string; readonly email: string },
  simulated: boolean,
): FakturMailInput => ({
  buyerName: `PT Contoh "Sejahtera" & Rekan`,
  sellerName: seller.name,
  sellerEmail: seller.email,
  invoiceNumber: "INV-2026-00123",
  nsfp: "04002600000012345",
  date: "2026-11-03" as TaxDay,
  totals: {
    ...{ price: 100_000_000n, discount: 0n, dpp: 100_000_000n, dppNilaiLain: 91_666_700n, ppn: 11_000_000n },
  },
  transactionCode: "04",
  replaces: null,
  pdf: Buffer.alloc(0),
  pdfKind: "official",
  simulated,
});
