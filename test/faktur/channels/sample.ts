import type { Period, TaxDay } from "../../../src/clock";
import type { Faktur, FakturBuyer, FakturLine, TransactionCode } from "../../../src/faktur/faktur";
import { baseShare, ppnOn } from "../../../src/faktur/law";
import { shareHalfUp, sum, times, toWholeRupiah, type Money, type Quantity } from "../../../src/money";

/** The day of every sample, so that a simulated authority can be set to it. */
export const SAMPLE_DAY = "2026-11-03" as TaxDay;

export const SAMPLE_SELLER: Faktur["seller"] = {
  slug: "utama",
  npwp: "0012345678901000",
  nitku: "0012345678901000000001",
  name: "PT Penyedia Hosting",
  address: "Jl. Server No. 1, Jakarta Selatan 12110",
  city: "Jakarta Selatan",
  email: "pajak@penyedia.example",
  signer: { name: "Sari Dewi", npwp: "3171234567890001", title: "Direktur" },
};

export const SAMPLE_BUYER: FakturBuyer = {
  document: "TIN",
  npwp: "0023456789012000",
  documentNumber: "",
  nitku: "0023456789012000000000",
  name: 'PT Contoh "Sejahtera" & Rekan',
  address: "Jl. Contoh No. 2, Bandung 40111",
  email: "pajak@contoh.example",
  country: "IDN",
};

export interface SampleLine {
  readonly price: Money;
  readonly quantity?: Quantity;
  readonly discount?: Money;
  readonly kind?: "A" | "B";
  readonly code?: string;
}

export interface SampleChanges {
  readonly reference?: string;
  readonly transactionCode?: TransactionCode;
  readonly buyer?: Partial<FakturBuyer>;
  readonly lines?: readonly SampleLine[];
}

/** A lawful faktur: amounts follow the chain of the contract's fine print. */
export function sampleFaktur(changes: SampleChanges = {}): Faktur {
  const transactionCode = changes.transactionCode ?? "04";
  const lines = (changes.lines ?? [{ price: 100_000_000n }]).map((line) => lineOf(line, transactionCode));
  const total = (pick: (line: FakturLine) => Money): Money => toWholeRupiah(sum(lines.map(pick)));
  return {
    reference: changes.reference ?? "INV-2026-1234",
    transactionCode,
    date: SAMPLE_DAY,
    period: "2026-11" as Period,
    seller: SAMPLE_SELLER,
    buyer: { ...SAMPLE_BUYER, ...changes.buyer },
    lines,
    totals: {
      price: total((line) => times(line.price, line.quantity)),
      discount: total((line) => line.discount),
      dpp: total((line) => line.taxBase),
      dppNilaiLain: total((line) => line.otherTaxBase),
      ppn: total((line) => line.vat),
    },
  };
}

function lineOf(line: SampleLine, code: TransactionCode): FakturLine {
  const law = ppnOn(SAMPLE_DAY)!;
  const share = baseShare(law, code);
  const { price, quantity = 100n, discount = 0n, kind = "B" } = line;
  const taxBase = times(price, quantity) - discount;
  const otherTaxBase = shareHalfUp(taxBase, share.numerator, share.denominator);
  return {
    kind,
    code: line.code ?? "160105",
    name: "Web Hosting Bisnis (2026-11-03 - 2027-11-02)",
    unit: "UM.0023",
    price,
    quantity,
    discount,
    taxBase,
    otherTaxBase,
    vatRate: law.vatRate,
    vat: shareHalfUp(otherTaxBase, law.vatRate, 10_000n),
  };
}
