import type { Period, TaxDay } from "../../src/clock";
import type { Faktur } from "../../src/faktur/faktur";
import { writeFaktur } from "../../src/faktur/stored";
import { formatRupiah, shareHalfUp, sum, toWholeRupiah } from "../../src/money";
import type { Db } from "../../src/store/db";
import { insertFaktur } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";
import { fakturRow, invoiceRow, sellerData } from "../support/rows";

/** Fakturs in any number, all different, as they wait for what the portal says. */

export const npwpAt = (index: number): string => `0${String(100_000_000 + index).padStart(12, "0")}000`;
export const nsfpAt = (index: number): string => `040026${String(index + 1).padStart(11, "0")}`;

export function fakturAt(index: number): Faktur {
  const seller = sellerData();
  const lines = Array.from({ length: 1 + (index % 4) }, (_, line) => {
    const price = 10_000_000n + BigInt(index * 100 + line * 1_000);
    const otherTaxBase = shareHalfUp(price, 11n, 12n);
    return {
      ...{
        kind: "B" as const,
        code: "160105",
        name: `Web Hosting Bisnis ${line + 1} (2026-11-03 - 2027-11-02)`,
      },
      ...{ unit: "UM.0023", price, quantity: 100n, discount: 0n, taxBase: price, otherTaxBase },
      ...{ vatRate: 1200n, vat: shareHalfUp(otherTaxBase, 12n, 100n) },
    };
  });
  const total = (of: (line: (typeof lines)[number]) => bigint) => toWholeRupiah(sum(lines.map(of)));
  const npwp = npwpAt(index);
  return {
    reference: `INV-2026-(${index})`,
    transactionCode: "04",
    date: "2026-11-03" as TaxDay,
    period: "2026-11" as Period,
    seller: {
      ...{
        slug: "utama",
        npwp: seller.npwp,
        nitku: seller.nitku,
        name: seller.name,
        address: seller.address,
      },
      ...{ city: seller.city, email: seller.email, signer: { name: "BUDI CONTOH", npwp: null, title: null } },
    },
    buyer: {
      ...{ document: "TIN", npwp, documentNumber: "", nitku: `${npwp}000000`, country: "IDN" },
      ...{
        name: `PT PELANGGAN ${index}`,
        address: "JL. CONTOH NO. 2",
        email: `pajak-${index}@contoh.example`,
      },
    },
    lines,
    totals: {
      ...{ price: total((line) => line.price), discount: 0n, dpp: total((line) => line.taxBase) },
      ...{ dppNilaiLain: total((line) => line.otherTaxBase), ppn: total((line) => line.vat) },
    },
  };
}

const PAGE = 500;

/** Puts so many exported fakturs of the seller `utama` into a database that has it; their ids are `f-INDEX`. */
export async function stock(db: Db, count: number, from = 0): Promise<void> {
  for (let begin = from; begin < from + count; begin += PAGE) {
    await db.transaction(async (tx) => {
      for (let index = begin; index < Math.min(begin + PAGE, from + count); index += 1) {
        const faktur = fakturAt(index);
        const { totals, buyer } = faktur;
        await insertInvoice(tx, invoiceRow(`i-${index}`, { decision: "issuing" }));
        await insertFaktur(tx, {
          ...fakturRow(`f-${index}`, `i-${index}`, { state: "pending", channel_kind: "coretax-file" }),
          ...{ reference: faktur.reference, buyer_npwp: buyer.npwp, buyer_name: buyer.name },
          ...{ dpp: formatRupiah(totals.dpp), dpp_nilai_lain: formatRupiah(totals.dppNilaiLain) },
          ...{ ppn: formatRupiah(totals.ppn), document: writeFaktur(faktur) },
        });
      }
    });
  }
}
