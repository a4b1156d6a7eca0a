import { addDays, addMonths, dayInJakarta, isoInJakarta, type TaxDay } from "../clock";
import { formatMoney, parseMoney, shareHalfUp, sum, type Money } from "../money";

/** A line as the generic portal sends it. */
interface WireLine {
  readonly kind: string;
  readonly description: string;
  readonly amount: string;
  readonly taxed?: boolean;
  readonly quantity?: number;
  readonly months?: number;
  readonly appliesTo?: string;
  readonly serviceId?: string;
}

export interface DemoCompany {
  readonly npwp: string;
  readonly nitkuSuffix?: string;
  readonly name: string;
  readonly address: string;
  readonly email: string;
  /** What the tab is switched to. */
  readonly tab: "active" | "requested" | "suspended";
}

export interface DemoCase {
  /** What this invoice shows, for the table. */
  readonly shows: string;
  readonly portal: "demo" | "stripe";
  readonly invoiceId: string;
  readonly number: string;
  readonly account: { readonly id: string; readonly name: string };
  readonly company: DemoCompany | null;
  readonly lines: readonly WireLine[];
  readonly inclusive?: boolean;
  readonly currency?: string;
  /** Sent so many times, at once. */
  readonly deliveries?: number;
  /** The head of the invoice says so much more than its lines. */
  readonly wrongBy?: string;
  /** After the refusal the company is corrected to this place of business and the faktur is tried again. */
  readonly correctedSuffix?: string;
}

const company = (npwp: string, name: string, more: Partial<DemoCompany> = {}): DemoCompany => ({
  npwp,
  name,
  address: "Jl. Jenderal Sudirman Kav. 1, Jakarta Pusat",
  email: `pajak@${name
    .toLowerCase()
    .replace(/^(pt|cv) /, "")
    .replace(/[^a-z]+/g, "-")}.example`,
  tab: "active",
  ...more,
});

const hosting = (amount: string, months = 12, more: Partial<WireLine> = {}): WireLine => ({
  kind: "hosting",
  description: "Web Hosting Bisnis",
  amount,
  months,
  ...more,
});

type Story = Omit<DemoCase, "invoiceId" | "number" | "account" | "portal"> & { readonly portal?: "stripe" };

/** One story per invoice; the law and Coretax give the numbers, nobody here is real. */
const STORIES: readonly Story[] = [
  {
    shows: "satu baris / one line",
    company: company("0012345678012000", "PT Contoh Sejahtera"),
    lines: [hosting("1000000.00")],
  },
  {
    shows: "banyak baris / many lines",
    company: company("0023456789013000", "PT Awan Nusantara"),
    lines: [
      hosting("2400000.00", 12, { serviceId: "S21" }),
      {
        kind: "domain",
        description: "Domain awan-nusantara.example",
        amount: "175000.00",
        months: 12,
        serviceId: "D7",
      },
      { kind: "ssl", description: "Sertifikat SSL", amount: "350000.00", months: 12 },
      { kind: "license", description: "Lisensi panel", amount: "99750.00", quantity: 3, months: 1 },
    ],
  },
  {
    shows: "potongan harga / discount",
    company: company("0034567890014000", "CV Maju Bersama"),
    lines: [
      hosting("600000.00"),
      { kind: "discount", description: "Promo", amount: "-150000.00", appliesTo: "1" },
    ],
  },
  {
    shows: "harga termasuk PPN / tax inside",
    company: company("0045678901015000", "PT Inklusif Jaya"),
    lines: [hosting("150000.00", 1)],
    inclusive: true,
  },
  {
    shows: "biaya admin Rp 3 / untaxed Rp 3",
    company: company("0056789012016000", "PT Kode Unik"),
    lines: [
      hosting("500000.00"),
      { kind: "adminFee", description: "Kode unik", amount: "3.00", taxed: false },
    ],
  },
  { shows: "akun tanpa NPWP / no company", company: null, lines: [hosting("250000.00", 1)] },
  {
    shows: "NPWP tidak terdaftar / unknown NPWP",
    company: company("0067890120404000", "PT Salah Nomor"),
    lines: [hosting("750000.00")],
  },
  {
    shows: "ditolak lalu dibetulkan / refused, corrected",
    company: company("0078901234018000", "PT Cabang Keliru", { nitkuSuffix: "000999" }),
    lines: [hosting("1800000.00")],
    correctedSuffix: "000000",
  },
  {
    shows: "webhook lima kali / five times",
    company: company("0089012345019000", "PT Lima Kali"),
    lines: [hosting("325000.00", 1)],
    deliveries: 5,
  },
  {
    shows: "tiga baris Rp 33.250 / rounding",
    company: company("0090123456021000", "PT Sen Pembulatan"),
    lines: [hosting("33250.00", 1), hosting("33250.00", 1), hosting("33250.00", 1)],
  },
  {
    shows: "Stripe, IDR",
    company: company("0011223344022000", "PT Garis Kartu"),
    lines: [hosting("450000.00", 1)],
    portal: "stripe",
  },
  {
    shows: "Stripe, potongan / discount",
    company: company("0022334455023000", "PT Kartu Diskon"),
    lines: [
      hosting("900000.00", 1),
      { kind: "discount", description: "Kupon", amount: "-90000.00", appliesTo: "1" },
    ],
    portal: "stripe",
  },
  {
    shows: "mata uang asing / foreign currency",
    company: company("0033445566024000", "PT Dolar Amerika"),
    lines: [hosting("120.00")],
    currency: "USD",
  },
  {
    shows: "angka tidak cocok / does not add up",
    company: company("0044556677025000", "PT Selisih Angka"),
    lines: [hosting("800000.00")],
    wrongBy: "5000.00",
  },
  {
    shows: "isi saldo / top-up",
    company: company("0055667788026000", "PT Saldo Awal"),
    lines: [{ kind: "deposit", description: "Isi saldo", amount: "1000000.00", taxed: false }],
  },
  {
    shows: "tab NPWP ditangguhkan / suspended",
    company: company("0066778899027000", "PT Tangguh Sementara", { tab: "suspended" }),
    lines: [hosting("400000.00")],
  },
  {
    shows: "tab NPWP belum aktif / requested",
    company: company("0077889900028000", "PT Baru Daftar", { tab: "requested" }),
    lines: [hosting("275000.00", 1)],
  },
];

/** As many invoices as asked for: the stories first, then ordinary ones. */
export function demoCases(count: number): readonly DemoCase[] {
  return Array.from({ length: count }, (_unused, index): DemoCase => {
    const story = STORIES[index] ?? ordinary(index);
    const stripe = story.portal === "stripe";
    const serial = String(index + 1).padStart(4, "0");
    return {
      ...story,
      portal: stripe ? "stripe" : "demo",
      invoiceId: stripe ? `in_demo${serial}` : String(1000 + index),
      number: stripe ? `DEMO-${serial}` : `INV-2026-${serial}`,
      account: {
        id: stripe ? `cus_demo${serial}` : String(70 + index),
        name: story.company?.name ?? "Budi Perorangan",
      },
    };
  });
}

export const STORY_COUNT = STORIES.length;

const ordinary = (index: number): Story => ({
  shows: "biasa / ordinary",
  company: company(`01${String(index).padStart(9, "0")}12000`, `PT Pelanggan ${index}`),
  lines: [hosting(`${100000 + (index % 37) * 25000}.00`, 1)],
});

interface Heads {
  readonly subtotal: Money;
  readonly tax: Money;
  readonly total: Money;
}

const amountOf = (value: string): Money => parseMoney(value) ?? 0n;

/** What the portal would have billed: 11 % on the taxed lines. */
export function headsOf(one: DemoCase): Heads {
  const all = sum(one.lines.map((line) => amountOf(line.amount)));
  const taxed = sum(one.lines.flatMap((line) => (line.taxed === false ? [] : [amountOf(line.amount)])));
  const tax = one.inclusive === true ? taxed - shareHalfUp(taxed, 100n, 111n) : shareHalfUp(taxed, 11n, 100n);
  const subtotal = (one.inclusive === true ? all - tax : all) + amountOf(one.wrongBy ?? "0");
  return { subtotal, tax, total: subtotal + tax };
}

export interface DemoLine {
  readonly id: string;
  readonly wire: WireLine;
  readonly periodStart: TaxDay | null;
  readonly periodEnd: TaxDay | null;
}

export function linesOf(one: DemoCase, paidAt: Date): readonly DemoLine[] {
  const start = dayInJakarta(paidAt);
  return one.lines.map((wire, index) => ({
    id: String(index + 1),
    wire,
    periodStart: wire.months === undefined ? null : start,
    periodEnd: wire.months === undefined ? null : addDays(addMonths(start, wire.months), -1),
  }));
}

/** The event body as a portal of kind `generic` posts it (contract, section 4). */
export function genericBody(one: DemoCase, paidAt: Date): string {
  const heads = headsOf(one);
  const lines = linesOf(one, paidAt).map(({ id, wire, periodStart, periodEnd }) => ({
    id,
    kind: wire.kind,
    description:
      periodStart === null ? wire.description : `${wire.description} (${periodStart} - ${periodEnd ?? ""})`,
    quantity: wire.quantity ?? 1,
    amount: wire.amount,
    taxed: wire.taxed ?? true,
    ...(wire.serviceId === undefined ? {} : { serviceId: wire.serviceId }),
    ...(periodStart === null ? {} : { periodStart, periodEnd }),
    ...(wire.appliesTo === undefined ? {} : { appliesTo: wire.appliesTo }),
  }));
  return JSON.stringify({
    type: "invoice.paid",
    timestamp: isoInJakarta(paidAt),
    data: {
      account: { ...one.account, email: `billing-${one.account.id}@pelanggan.example` },
      invoice: {
        id: one.invoiceId,
        number: one.number,
        currency: one.currency ?? "IDR",
        pricesIncludeTax: one.inclusive ?? false,
        paidAt: isoInJakarta(paidAt),
        subtotal: formatMoney(heads.subtotal),
        tax: formatMoney(heads.tax),
        total: formatMoney(heads.total),
        lines,
      },
    },
  });
}
