import type { TaxDay } from "../../src/clock";
import type { Paper } from "../../src/faktur/paper";
import { shareHalfUp, sum, times, toWholeRupiah } from "../../src/money";

type PaperLine = Paper["lines"][number];

export const paperLine = (index: number, more: Partial<PaperLine> = {}): PaperLine => ({
  code: "160105",
  name: `Web Hosting Bisnis ${index + 1} (2026-11-03 - 2027-11-02)`,
  unitName: "Tahun",
  price: 100_000_000n + BigInt(index) * 12_345n,
  quantity: 100n,
  discount: 0n,
  ...more,
});

/** A sheet with boring data whose totals fit its lines. */
export function makePaper(more: Partial<Paper> & { readonly count?: number } = {}): Paper {
  const { count = 1, ...rest } = more;
  const lines = rest.lines ?? Array.from({ length: count }, (_, index) => paperLine(index));
  const price = sum(lines.map((line) => times(line.price, line.quantity)));
  const discount = sum(lines.map((line) => line.discount));
  const dppNilaiLain = toWholeRupiah(shareHalfUp(price - discount, 11n, 12n));
  return {
    mark: "copy",
    nsfp: "04002600000000001",
    reference: "INV-2026-1234",
    date: "2026-11-03" as TaxDay,
    seller: {
      name: "PT Awan Contoh Nusantara",
      address: "JL. CONTOH RAYA NO. 12, RT 001, RW 002, GAMBIR, KOTA JAKARTA PUSAT, DKI JAKARTA 10110",
      npwp: "0012345678901000",
      nitku: "0012345678901000000000",
      city: "Kota Jakarta Pusat",
      signer: "Budi Contoh",
      signerTitle: "Direktur",
    },
    buyer: {
      name: "PT Pelanggan Sejahtera",
      address: "Jalan Panjang Nomor 45, Kota Jakarta Barat, DKI Jakarta 11530",
      nitku: "0098765432109000000000",
      npwp: "0098765432109000",
      nik: "",
      passport: "",
      otherId: "",
      email: "pajak@pelanggan.example",
    },
    lines,
    totals: {
      price: toWholeRupiah(price),
      discount: toWholeRupiah(discount),
      dppNilaiLain,
      ppn: toWholeRupiah(shareHalfUp(dppNilaiLain, 12n, 100n)),
    },
    notes: [],
    stamp: null,
    signed: false,
    ...rest,
  };
}
