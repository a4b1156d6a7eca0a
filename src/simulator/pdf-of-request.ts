import { parseTaxDay, type TaxDay } from "../clock";
import type { Paper } from "../faktur/paper";
import { notesOf, stampOf } from "../faktur/paper-notes";
import { sum, toWholeRupiah } from "../money";
import { hundredths } from "./amounts";
import { unitName } from "./codes";
import { codeOf, type Sale } from "./sale";
import type { SaleDocument } from "./state";

export type DrawPdf = (paper: Paper) => Promise<Buffer>;

/** The seller's address is not on the wire; the real authority takes it from its register. */
const REGISTERED_ADDRESS = "ALAMAT TERDAFTAR (SIMULASI)";

/** The sheet of an approved document, marked as a simulation. */
export function paperOf(document: SaleDocument): Paper {
  const { sale, nofa } = document;
  const amounts = (pick: (line: Sale["barangJasa"][number]) => number) =>
    sum(sale.barangJasa.map((line) => hundredths(pick(line))));
  return {
    mark: "simulation",
    nsfp: nofa,
    reference: sale.noInvoice,
    date: taxDayOf(sale),
    seller: sellerOf(sale),
    buyer: buyerOf(sale),
    lines: sale.barangJasa.map((line) => ({
      code: line.kode,
      name: line.nama,
      unitName: unitName(line.kodeSatuan) ?? line.kodeSatuan,
      price: hundredths(line.harga),
      quantity: hundredths(line.jumlah),
      discount: hundredths(line.diskon),
    })),
    totals: {
      price: toWholeRupiah(amounts((line) => line.totalHarga)),
      // Approved documents keep the cents of discounts and round the rest to whole rupiah (coretax-xml 3.5).
      discount: amounts((line) => line.diskon),
      dppNilaiLain: toWholeRupiah(hundredths(sale.totalDppLain)),
      ppn: toWholeRupiah(hundredths(sale.totalPpn)),
    },
    ...notesOfSale(sale),
    signed: false,
  };
}

/** The two numbers of a facility go together, so the wire names one of them only (coretax-xml 2.2). */
function notesOfSale(sale: Sale): Pick<Paper, "notes" | "stamp"> {
  const transactionCode = codeOf(sale);
  const { kode, nomorDokumenPendukung = "-" } = sale.keteranganTambahan ?? {};
  const facility =
    kode === undefined
      ? null
      : { addInfo: kode, documentNumber: nomorDokumenPendukung, documentPeriod: null };
  return {
    notes: notesOf({ transactionCode, facility, replaces: sale.nofaDiganti ?? null, kurs: null }),
    stamp: kode === undefined ? null : stampOf(transactionCode, `TD.011${kode.slice(-2)}`),
  };
}

/** A well-formed sheet of somebody else, for the fault in which an authority mixes up its answers. */
export function strangersPaper(document: SaleDocument): Paper {
  const paper = paperOf(document);
  const npwp = "0999999999999000";
  return {
    ...paper,
    nsfp: `${paper.nsfp?.slice(0, 6) ?? "040026"}99999999999`,
    reference: "SIM-ORANG-LAIN",
    buyer: {
      ...paper.buyer,
      name: "PT ORANG LAIN (SIMULASI)",
      address: REGISTERED_ADDRESS,
      nitku: `${npwp}000000`,
      npwp,
      nik: "",
      passport: "",
      otherId: "",
      email: "",
    },
  };
}

function taxDayOf(sale: Sale): TaxDay {
  const day = parseTaxDay(sale.tanggalFaktur);
  if (day === null) throw new RangeError("a stored sale has a tax day");
  return day;
}

function sellerOf(sale: Sale): Paper["seller"] {
  return {
    name: sale.nitkuPkp.nama,
    address: REGISTERED_ADDRESS,
    npwp: sale.nitkuPkp.nitku.slice(0, 16),
    nitku: sale.nitkuPkp.nitku,
    city: sale.penandatangan?.kota ?? "SIMULASI",
    signer: sale.penandatangan?.nama ?? sale.pembuatFaktur.nama,
    signerTitle: sale.penandatangan?.jabatan ?? null,
  };
}

function buyerOf(sale: Sale): Paper["buyer"] {
  const buyer = sale.lawanTransaksi;
  const only = (type: typeof buyer.identityType): string =>
    buyer.identityType === type ? buyer.identityValue : "";
  return {
    name: buyer.nama,
    address: [buyer.alamatJalan, buyer.kota].filter((part) => part !== "").join(", "),
    // Zeros stand for "has none" and are not printed.
    nitku: /^0*$/.test(buyer.nitku) ? "" : buyer.nitku,
    npwp: only("NPWP"),
    nik: only("NIK"),
    passport: only("PASPOR"),
    otherId: only("LAINNYA"),
    email: buyer.email,
  };
}

export interface Pdfs {
  of(document: SaleDocument): Promise<Buffer>;
  ofStranger(document: SaleDocument): Promise<Buffer>;
}

const MAX_CACHED = 500;

/** Draws each document once and keeps the latest; an approved document never changes, so neither do its bytes. */
export function createPdfs(drawPdf: DrawPdf): Pdfs {
  const drawn = new Map<string, Promise<Buffer>>();
  return {
    of: (document) => {
      const id = document.transactionId;
      const known = drawn.get(id);
      if (known !== undefined) return known;
      const drawing = drawPdf(paperOf(document));
      drawn.set(id, drawing);
      drawing.catch(() => drawn.delete(id));
      const oldest = drawn.keys().next();
      if (drawn.size > MAX_CACHED && !oldest.done) drawn.delete(oldest.value);
      return drawing;
    },
    ofStranger: (document) => drawPdf(strangersPaper(document)),
  };
}
