/**
 * The papers of a month, on the whole program with real databases and the simulated authority: a month with codes 04,
 * 02, 03 and 07, a replacement, a cancellation, a refusal, people without a company, dollars and refunds. Proves that
 * the list for the return ties to the fakturs of the API to the rupiah, that every invoice stands in exactly one block,
 * that recap and list together are what the portal billed, and that CSV and Excel files carry the same figures.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { insertInvoice } from "../../src/store/invoices";
import { invoiceRow } from "../support/rows";
import { describeEngines, openStore, type Store } from "../support/databases";
import { made, npwpBody, SECRET, settle, type TestApi } from "../support/api";
import { closeFurnished, startFurnished } from "../support/furnished";
import { signedHeaders } from "../support/sign-webhook";
import { readCsv, readXlsx } from "../reports/read-files";

type Json = Record<string, unknown>;

interface Figures {
  readonly count: number;
  readonly dpp: string;
  readonly dppNilaiLain: string;
  readonly ppn: string;
}

interface Spt {
  readonly byCode: readonly (Figures & { code: string; section: string })[];
  readonly bySection: Readonly<Record<string, Figures>>;
  readonly counted: Figures;
  readonly pending: Figures;
  readonly pendingReplacements: Figures;
  readonly dropped: { cancelled: number; replaced: number };
  readonly fakturs: readonly (Omit<Figures, "count"> & {
    id: string;
    block: string;
    code: string;
    nsfp: string | null;
    kind: string;
    replaces: string | null;
    invoiceId: string;
    buyer: { document: string; npwp: string; number: string };
  })[];
}

interface Recap {
  readonly total: Figures;
  readonly days: readonly (Figures & { day: string })[];
  readonly byReason: readonly (Figures & { reason: string })[];
  readonly blocks: Readonly<Record<string, number>>;
  readonly neither: readonly { reasons: string[]; count: number }[];
  readonly fakturMasas: readonly (Figures & { masa: string })[];
  readonly invoices: readonly {
    invoiceId: string;
    block: string;
    reasons: string[];
    tax: string | null;
    currency: string | null;
    amounts: Omit<Figures, "count"> | null;
  }[];
  readonly refunds: readonly { invoiceId: string; amount: string; block: string; whole: boolean }[];
}

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly period: string;
  readonly transactionCode: string;
  readonly totals: { dpp: string; dppNilaiLain: string; ppn: string };
}

const NIK = "3174012345678901";
const { npwp: _npwp, ...person } = { ...npwpBody, name: "Siti Aminah" };
const facility = {
  addInfo: "TD.00502",
  stamp: "TD.01102",
  documentNumber: "PPBJ-12/2026",
  documentPeriod: "102026",
};
const line = (amount: string, more: Json = {}): Json => ({
  ...{ id: "1", kind: "hosting", description: "Web Hosting", quantity: 1, amount, taxed: true, ...more },
});
const one = (amount: string, tax: string, total: string, more: Json = {}): Json => ({
  ...{ subtotal: amount, tax, total, lines: [line(amount)], ...more },
});
const MASA = "seller=utama&masa=2026-11";
const STANDING = ["approved", "cancelling", "replacing"];
const rupiah = (values: readonly string[]): string =>
  values.reduce((sum, value) => sum + BigInt(value), 0n).toString();
const figures = (rows: readonly Omit<Figures, "count">[]): Figures => ({
  count: rows.length,
  dpp: rupiah(rows.map((row) => row.dpp)),
  dppNilaiLain: rupiah(rows.map((row) => row.dppNilaiLain)),
  ppn: rupiah(rows.map((row) => row.ppn)),
});
/** Half-up to whole rupiah, as a total of a faktur is rounded. */
const whole = (money: string): string => ((BigInt(money.replace(".", "")) + 50n) / 100n).toString();

describeEngines("the papers of a month", (engine) => {
  let store: Store;
  let api: TestApi;
  let authority: RunningAuthority;
  let sent = 0;

  beforeAll(async () => {
    store = await openStore(engine);
    ({ api, authority } = await startFurnished((config) => ({ ...config, databaseUrl: store.url })));
    await aMonth();
  }, 120_000);
  afterAll(async () => {
    await closeFurnished({ api, authority });
    await store.close();
  });

  async function tell(type: string, data: Json): Promise<void> {
    const body = JSON.stringify({ type, timestamp: api.clock.now().toISOString(), data });
    const headers = signedHeaders({ secret: SECRET, id: `msg_${(sent += 1)}`, at: api.clock.now(), body });
    const response = await fetch(`${api.url}/hooks/toko`, { method: "POST", headers, body });
    expect([response.status, await response.text()]).toEqual([
      expect.any(Number),
      expect.stringMatching(/accepted|ignored/),
    ]);
  }
  const pay = (account: string, id: string, invoice: Json) =>
    tell("invoice.paid", {
      account: { id: account, name: "Pelanggan", email: "billing@contoh.example" },
      invoice: {
        ...{ id, number: `INV-${id}`, currency: "IDR", pricesIncludeTax: false },
        ...{ paidAt: api.clock.now().toISOString(), ...invoice },
      },
    });
  const get = async <T>(path: string): Promise<T> => (await made(api.call("GET", path))).json as unknown as T;
  const spt = () => get<Spt>(`/reports/spt?${MASA}`);
  const recap = () => get<Recap>(`/reports/digunggung?${MASA}`);
  const idOf = async (invoice: string): Promise<string> =>
    (await get<{ fakturs: { id: string }[] }>(`/invoices/toko/${invoice}`)).fakturs.at(-1)!.id;

  async function company(account: string, body: Json, activate = true): Promise<void> {
    await made(
      api.call("PUT", `/accounts/toko/${account}`, { body: { name: "Pelanggan", email: "a@b.example" } }),
    );
    await made(api.call("PUT", `/accounts/toko/${account}/npwp`, { body }));
    if (activate) await made(api.call("POST", `/accounts/toko/${account}/npwp/activate`));
  }

  async function aMonth(): Promise<void> {
    await company("pt", npwpBody);
    await company("agency", { ...npwpBody, npwp: "0023456789012000", transactionCode: "02", evidence: "SK" });
    await company("bumn", { ...npwpBody, npwp: "0034567890123000", transactionCode: "03", evidence: "SK" });
    await company("zone", {
      ...npwpBody,
      npwp: "0045678901234000",
      transactionCode: "07",
      evidence: "PPBJ",
      facility,
    });
    await company("person", { ...person, identity: { document: "National ID", number: NIK } });
    await company("asked", { ...npwpBody, npwp: "0056789012345000" }, false);
    await company("off", { ...npwpBody, npwp: "0067890123456000" });
    await made(api.call("POST", "/accounts/toko/off/npwp/suspend", { body: { reason: "uji" } }));
    const rate = { rate: "16776.54", kmk: "45/MK/EF.2/2026" };
    await made(api.call("PUT", "/kurs/USD/2026-10-28", { body: rate }));

    // The last days of October are another masa.
    api.clock.set("2026-10-31T23:30:00+07:00");
    await pay("pt", "oct", one("1000000.00", "110000.00", "1110000.00"));
    await pay("nobody", "oct-n", one("1000000.00", "110000.00", "1110000.00"));
    await settle(api);
    api.clock.set("2026-11-01T00:10:00+07:00");
    await pay("pt", "plain", {
      ...{ subtotal: "1033250.00", tax: "113657.50", total: "1146907.50" },
      lines: [line("1000000.00"), line("33250.00", { id: "2", kind: "domain", description: "Domain" })],
    });
    await pay("person", "nik", one("99250.00", "10917.50", "110167.50"));
    await pay("agency", "wapu", one("5000000.00", "550000.00", "5550000.00"));
    await pay("agency", "small", one("1500000.00", "165000.00", "1665000.00"));
    await pay("bumn", "bumn", one("30000001.00", "3300000.11", "33300001.11"));
    await pay("zone", "zone", one("2000000.00", "0.00", "2000000.00"));
    await pay("pt", "usd", { ...one("100.00", "11.00", "111.00"), currency: "USD" });
    await pay("pt", "replaced", one("1000000.00", "110000.00", "1110000.00"));
    await pay("pt", "cancelled", one("700000.00", "77000.00", "777000.00"));
    authority.authority.control.add([
      { operation: "upload", noInvoice: "INV-refused", fault: "reject", message: "NITKU tidak valid" },
    ] as never);
    await pay("pt", "refused", one("600000.00", "66000.00", "666000.00"));
    await settle(api);

    api.clock.set("2026-11-10T12:00:00+07:00");
    const body = { reason: "harga salah", lines: [{ line: 1, price: "900000" }] };
    await made(api.call("POST", `/fakturs/${await idOf("replaced")}/replace`, { body }));
    await made(api.call("POST", `/fakturs/${await idOf("cancelled")}/cancel`, { body: { reason: "batal" } }));
    await pay("nobody", "nobody-1", one("33250.00", "3657.50", "36907.50"));
    const inside = { pricesIncludeTax: true, subtotal: "135135.14", tax: "14864.86", total: "150000.00" };
    await pay("nobody", "nobody-2", { ...inside, lines: [line("150000.00")] });
    await pay("asked", "asked", one("400000.00", "44000.00", "444000.00"));
    api.clock.set("2026-11-11T12:00:00+07:00");
    await pay("off", "off", one("500000.00", "55000.00", "555000.00"));
    await pay("nobody", "no-rate", { ...one("100.00", "11.00", "111.00"), currency: "USD" });
    const none = { subtotal: "100000.00", tax: "0.00", total: "100000.00" };
    await pay("nobody", "top-up", { ...none, lines: [line("100000.00", { kind: "deposit", taxed: false })] });
    await pay("nobody", "bundle", { ...none, lines: [line("100000.00", { kind: "invoice", taxed: false })] });
    await pay("nobody", "untaxed", { ...none, lines: [line("100000.00", { taxed: false })] });
    await pay("nobody", "free", { ...none, subtotal: "0.00", total: "0.00", lines: [line("0.00")] });
    await pay("nobody", "odd-sums", one("800000.00", "1.00", "800001.00"));
    await settle(api);
    await tell("invoice.refunded", {
      ...{
        invoiceId: "nobody-1",
        amount: "10000.00",
        refundedAt: "2026-11-12T10:00:00+07:00",
        reason: "berhenti",
      },
    });
    await tell("invoice.refunded", { invoiceId: "plain", refundedAt: "2026-11-13T10:00:00+07:00" });
    // The last part is told as the whole.
    const part = { amount: "50000.00", refundedAt: "2026-11-14T10:00:00+07:00" };
    await tell("invoice.refunded", { invoiceId: "nobody-2", ...part });
    await tell("invoice.refunded", { invoiceId: "nobody-2", refundedAt: "2026-11-15T10:00:00+07:00" });
    await settle(api);
    // Woken by a portal and never read back: it has no day of its own.
    const unread = {
      account_id: null,
      paid_at: null,
      tax_day: null,
      content: null,
      decision: "unread",
    } as const;
    const made_at = { created_at: "2026-11-30T16:59:59.999Z" };
    await insertInvoice(api.app.db.knex, invoiceRow("unread", { ...unread, ...made_at }));
    await insertInvoice(
      api.app.db.knex,
      invoiceRow("oct-later", { ...unread, created_at: "2026-11-30T17:00:00.000Z" }),
    );
    // Paid as the month ends; nobody has looked at it yet.
    api.clock.set("2026-11-30T23:59:00+07:00");
    await pay("nobody", "last", one("10000.00", "1100.00", "11100.00"));
  }

  const masaFakturs = async (): Promise<Shown[]> => {
    const { items } = await get<{ items: Shown[] }>("/fakturs?seller=utama&limit=200");
    return items.filter((faktur) => faktur.period === "2026-11");
  };

  test("the list ties to the fakturs to the rupiah, code by code", async () => {
    const [report, fakturs] = [await spt(), await masaFakturs()];
    const standing = fakturs.filter((faktur) => STANDING.includes(faktur.state));
    expect(report.counted).toEqual(figures(standing.map((faktur) => faktur.totals)));
    for (const { code, section: _section, ...sums } of report.byCode) {
      const own = standing.filter((faktur) => faktur.transactionCode === code);
      expect({ code, ...sums }).toEqual({ code, ...figures(own.map((faktur) => faktur.totals)) });
    }
    expect(report.byCode.filter((sums) => sums.count > 0).map((sums) => [sums.code, sums.count])).toEqual([
      ["02", 1],
      ["03", 1],
      ["04", 5],
      ["07", 1],
    ]);
    expect(report.bySection["collectedByBuyer"]).toEqual(
      figures(report.fakturs.filter((row) => ["02", "03"].includes(row.code))),
    );
    expect([report.bySection["notCollected"]?.ppn, report.bySection["exempt"]?.count]).toEqual(["220000", 0]);
    expect(report.fakturs.map((row) => row.id).sort()).toEqual(fakturs.map((faktur) => faktur.id).sort());
  });

  test("what is cancelled or replaced is shown and not counted; what is not approved is told apart", async () => {
    const report = await spt();
    const of = (invoice: string) => report.fakturs.filter((row) => row.invoiceId === invoice);
    expect(report.dropped).toEqual({ cancelled: 1, replaced: 1 });
    expect(report.pending).toMatchObject({ count: 1, ppn: "66000" });
    expect(of("refused").map((row) => row.block)).toEqual(["pending"]);
    expect(of("cancelled").map((row) => row.block)).toEqual(["cancelled"]);
    const [before, after] = [
      of("replaced").find((row) => row.kind === "normal"),
      of("replaced").find((row) => row.kind === "replacement"),
    ];
    expect([before?.block, after?.block, after?.replaces, after?.ppn]).toEqual([
      "replaced",
      "counted",
      before?.nsfp,
      "99000",
    ]);
    expect(of("nik")[0]?.buyer).toMatchObject({ document: "National ID", number: NIK });
    expect(report.fakturs.some((row) => row.invoiceId === "oct")).toBe(false);
  });

  test("every invoice of the masa stands in one block, and the portal's tax is found again to the rupiah", async () => {
    const [report, list] = [await recap(), await spt()];
    const told = await api.app.db
      .knex("invoices")
      .whereNot("external_id", "like", "oct%")
      .pluck("external_id");
    expect(report.invoices.map((row) => row.invoiceId).sort()).toEqual([...told].sort());
    const by = (block: string) =>
      report.invoices
        .filter((row) => row.block === block)
        .map((row) => row.invoiceId)
        .sort();
    expect(by("digunggung")).toEqual(["asked", "nobody-1", "nobody-2", "off"]);
    expect(by("neither")).toEqual(
      ["bundle", "cancelled", "free", "last", "no-rate", "odd-sums", "top-up", "unread", "untaxed"].sort(),
    );
    expect(report.blocks).toEqual({ faktur: by("faktur").length, digunggung: 4, neither: 9 });
    const reasons = Object.fromEntries(report.invoices.map((row) => [row.invoiceId, row.reasons.join()]));
    expect(reasons).toMatchObject({
      ...{ bundle: "container", cancelled: "faktur_cancelled", free: "zero_total", last: "being_decided" },
      ...{ "no-rate": "foreign_currency", "odd-sums": "amounts_do_not_add_up", "top-up": "deposit" },
      ...{ untaxed: "nothing_taxed", asked: "company_requested", off: "company_suspended" },
    });

    const inRupiah = report.invoices.filter(
      (row) =>
        row.amounts !== null && row.currency === "IDR" && !["zone", "replaced"].includes(row.invoiceId),
    );
    expect(inRupiah.map((row) => [row.invoiceId, row.amounts?.ppn])).toEqual(
      inRupiah.map((row) => [row.invoiceId, whole(row.tax ?? "")]),
    );
    const listed = list.fakturs.filter((row) => ["counted", "pending"].includes(row.block));
    expect(rupiah([report.total.ppn, ...listed.map((row) => row.ppn)])).toBe(
      rupiah(report.invoices.flatMap((row) => (row.amounts === null ? [] : [row.amounts.ppn]))),
    );
    expect(report.fakturMasas).toEqual([{ masa: "2026-11", ...figures(listed) }]);
    expect(report.days.map((row) => [row.day, row.count])).toEqual([
      ["2026-11-10", 3],
      ["2026-11-11", 1],
    ]);
    expect({ ...report.total, count: 0 }).toEqual({ ...figures(report.days), count: 0 });
    expect(rupiah(report.byReason.map((row) => row.ppn))).toBe(report.total.ppn);
  });

  test("refunds of the month are listed apart, with the place of their invoices", async () => {
    const { refunds } = await recap();
    expect(
      refunds.map(({ invoiceId, amount, block, whole: all }) => [invoiceId, amount, block, all]),
    ).toEqual([
      ["nobody-1", "10000.00", "digunggung", false],
      ["plain", "1146907.50", "faktur", true],
      ["nobody-2", "50000.00", "digunggung", false],
      ["nobody-2", "100000.00", "digunggung", true],
    ]);
  });

  test("CSV and Excel carry the figures of the API", async () => {
    const report = await spt();
    const csv = (await made(api.call("GET", `/reports/spt?${MASA}&format=csv&for=program`))).bytes;
    const rows = readCsv(csv.toString("utf8"), ",");
    const xlsx = await made(api.call("GET", `/reports/spt?${MASA}&format=xlsx`));
    const [list = [], sums = []] = (await readXlsx(xlsx.bytes)).tables;
    const columns = [
      "Nomor faktur (NSFP)",
      "NPWP pembeli",
      "DPP",
      "DPP nilai lain",
      "PPN",
      "PPnBM",
      "Referensi",
    ];
    const of = (table: typeof rows) => table.map((row) => columns.map((title) => row[title]));
    expect(of(rows)).toEqual(of(list));
    expect(rows.map((row) => [row["Nomor faktur (NSFP)"], row["DPP"], row["PPN"]])).toEqual(
      report.fakturs.map((row) => [row.nsfp ?? "", row.dpp, row.ppn]),
    );
    const total = sums.find((row) => row["Kelompok"] === "JUMLAH (disetujui)");
    expect([total?.["DPP"], total?.["DPP nilai lain"], total?.["PPN"]]).toEqual([
      ...[report.counted.dpp, report.counted.dppNilaiLain, report.counted.ppn],
    ]);
    expect(xlsx.headers.get("content-disposition")).toBe(
      'attachment; filename="spt-masa-ppn_utama_2026-11.xlsx"',
    );

    const days = await recap();
    const file = await made(
      api.call("GET", `/reports/digunggung?${MASA}&for=program`, {
        headers: { accept: "text/csv" },
      }),
    );
    const read = readCsv(file.bytes.toString("utf8"), ",");
    expect(read.slice(0, days.days.length).map((row) => [row["Tanggal / kelompok"], row["PPN"]])).toEqual(
      days.days.map((row) => [row.day, row.ppn]),
    );
    expect(read.find((row) => row["Tanggal / kelompok"] === "JUMLAH digunggung")?.["DPP"]).toBe(
      days.total.dpp,
    );
  });

  test("files tell states, places and reasons in words", async () => {
    const paper = async (name: string) =>
      (await readXlsx((await made(api.call("GET", `/reports/${name}?${MASA}&format=xlsx`))).bytes)).tables;
    const [list = []] = await paper("spt");
    expect(new Set(list.map((row) => row["Status"]))).toEqual(
      new Set(["Approval Sukses", "Approval Ditolak", "Batal", "Diganti"]),
    );
    const [days = [], invoices = [], neither = [], refunds = []] = await paper("digunggung");
    const told = [...days, ...invoices, ...neither, ...refunds].flatMap((row) => [
      ...["Tanggal / kelompok", "Tempat", "Alasan", "Status"].map((title) => row[title] ?? ""),
    ]);
    expect(told.filter((words) => /[a-z]_[a-z]/.test(words))).toEqual([]);
    expect(refunds.map((row) => row["Status"])).toEqual(Array(4).fill("selesai"));
  });

  test("PPh 23 is expected of companies, on hosting and not on domains, and never touches a faktur", async () => {
    const before = await api.app.db.knex("fakturs").orderBy("id");
    const pph23 = () =>
      get<{
        totals: Record<string, string>;
        fakturs: {
          invoiceId: string;
          nsfp: string;
          buyerNpwp: string;
          base: string;
          expected: string;
          received: string;
          difference: string;
          settled: boolean;
        }[];
        unmatched: { number: string; why: string }[];
      }>(`/reports/pph23?${MASA}`);
    const first = await pph23();
    const expected = Object.fromEntries(first.fakturs.map((row) => [row.invoiceId, row.expected]));
    expect(expected).toEqual({
      ...{ plain: "20000", wapu: "100000", small: "30000", bumn: "600000", zone: "40000" },
      ...{ usd: "33553", replaced: "18000", refused: "12000" },
    });
    const plain = first.fakturs.find((row) => row.invoiceId === "plain")!;
    const receipt = (number: string, npwp: string, dpp: string, pph: string, more: Json = {}) => ({
      ...{ number, npwp, dpp, pph, date: "2026-11-30", masa: "2026-11", ...more },
    });
    const wapu = first.fakturs.find((row) => row.invoiceId === "wapu")!;
    const agency = wapu.buyerNpwp;
    const bodies = [
      receipt("BP-1", plain.buyerNpwp, "1000000", "20000", { nsfp: plain.nsfp, masa: "2026-12" }),
      // One for both of the agency's fakturs.
      receipt("BP-2", agency, "6500000", "130000"),
      receipt("BP-3", "0034567890123000", "30000001", "500000", { invoice: "INV-bumn" }),
      receipt("BP-4", "0099887766554000", "5000000", "100000"),
    ];
    const record = (receipts: readonly Json[]) =>
      api.call("POST", "/reports/pph23/receipts", { role: "finance", body: { seller: "utama", receipts } });
    expect((await made(record(bodies))).json).toEqual({ added: 4, linked: 0, unchanged: 0 });
    expect((await made(record(bodies))).json).toEqual({ added: 0, linked: 0, unchanged: 4 });
    expect((await record([{ ...bodies[0], pph: "19999" }])).status).toBe(409);

    const after = await pph23();
    const seen = Object.fromEntries(
      after.fakturs.map((row) => [row.invoiceId, [row.received, row.difference, row.settled]]),
    );
    expect(seen).toMatchObject({
      ...{ plain: ["20000", "0", true], wapu: ["100000", "0", true], small: ["30000", "0", true] },
      ...{ bumn: ["500000", "100000", false], usd: ["0", "33553", false] },
    });
    expect(after.unmatched.map((one) => [one.number, one.why])).toEqual([["BP-4", "buyer_unknown"]]);
    expect(after.totals).toMatchObject({
      expected: first.totals["expected"],
      received: "650000",
      unmatched: "100000",
    });
    expect(await api.app.db.knex("fakturs").orderBy("id")).toEqual(before);
  });
});
