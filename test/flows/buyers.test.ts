/**
 * The whole road of every kind of buyer and of every special code, on the real program over both engines with the
 * simulated authority: paid (or billed) invoice in, fakturs approved, mailed, and told as they stand. Proves also that
 * an invoice of two parts has each of them live once, and that a bill and its payment make one faktur.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { faktursOfInvoice, insertFaktur } from "../../src/store/fakturs";
import { findInvoice } from "../../src/store/invoices";
import { describeEngines, openStore, type Store } from "../support/databases";
import { fakturRow } from "../support/rows";
import {
  accountBody,
  made,
  npwpBody,
  PAID_AT,
  SECRET,
  sellerBody,
  settle,
  type TestApi,
} from "../support/api";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";
import { signedHeaders } from "../support/sign-webhook";

type Json = Record<string, unknown>;

interface Seen {
  readonly outcome: string;
  readonly reasons: { code: string }[];
  readonly fakturs: { id: string; state: string; nsfp: string | null }[];
  readonly paidAt: string | null;
  readonly taxDay: string;
  readonly basis: string;
}

const NIK = "3174012345678901";
const { npwp: _npwp, ...person } = { ...npwpBody, name: "Siti Aminah" };
const facility = {
  ...{ addInfo: "TD.00502", stamp: "TD.01102", documentNumber: "PPBJ-12/2026", documentPeriod: "102026" },
};
const hosting = (amount = "1000000.00", more: Json = {}): Json => ({
  ...{ id: "1", kind: "hosting", description: "Web Hosting", quantity: 1, amount, taxed: true, ...more },
});
const domain = (more: Json = {}): Json => ({
  ...hosting("300000.00", { id: "2", kind: "domain", description: "Domain contoh.id", taxed: false }),
  ...more,
});

describeEngines("kinds of buyer", (engine) => {
  let store: Store;
  let api: TestApi;
  let authority: RunningAuthority;
  let sent = 0;

  beforeEach(async () => {
    store = await openStore(engine);
    ({ api, authority } = await startFurnished((config) => ({ ...config, databaseUrl: store.url })));
  });
  afterEach(async () => {
    await closeFurnished({ api, authority });
    await store.close();
  });

  const enter = async (body: Json) => {
    await enterCompany(api, body);
  };

  async function tell(type: string, id: string, invoice: Json, account = "77"): Promise<Json> {
    const whole = {
      ...{ id, number: `INV-${id}`, currency: "IDR", pricesIncludeTax: false },
      ...{ subtotal: "1000000.00", tax: "110000.00", total: "1110000.00", lines: [hosting()] },
      ...(type === "invoice.paid" ? { paidAt: PAID_AT } : { createdAt: PAID_AT }),
      ...invoice,
    };
    const body = JSON.stringify({
      ...{ type, timestamp: PAID_AT },
      data: { account: { id: account, ...accountBody }, invoice: whole },
    });
    const headers = signedHeaders({ secret: SECRET, id: `msg_${(sent += 1)}`, at: api.clock.now(), body });
    const response = await fetch(`${api.url}/hooks/toko`, { method: "POST", headers, body });
    return (await response.json()) as Json;
  }

  const seen = async (id: string): Promise<Seen> =>
    (await made(api.call("GET", `/invoices/toko/${id}`))).json as unknown as Seen;
  const fakturs = async (id: string): Promise<Json[]> =>
    Promise.all(
      (await seen(id)).fakturs.map(async (one) => (await made(api.call("GET", `/fakturs/${one.id}`))).json),
    );
  const atAuthority = () =>
    authority.authority.state
      .all()
      .map(({ sale, status, kind }) => [sale.noInvoice, sale.kdJenisTransaksi, kind, status]);

  test.each([
    [
      "a NIK as NPWP",
      { ...person, npwp: NIK },
      { document: "TIN", npwp: NIK, nitku: `${NIK}000000` },
      "NPWP",
    ],
    [
      "a NIK alone",
      { ...person, identity: { document: "National ID", number: NIK } },
      { document: "National ID", npwp: "0".repeat(16), documentNumber: NIK, nitku: "000000", country: "IDN" },
      "NIK",
    ],
    [
      "a passport",
      { ...person, identity: { document: "Passport", number: "C01X00T47", country: "DEU" } },
      { document: "Passport", npwp: "0".repeat(16), documentNumber: "C01X00T47", country: "DEU" },
      "PASPOR",
    ],
    [
      "another document",
      {
        ...person,
        name: "Contoh Pte. Ltd.",
        identity: { document: "Other ID", number: "UEN 2019-K", country: "SGP" },
      },
      { document: "Other ID", documentNumber: "UEN 2019-K", country: "SGP" },
      "LAINNYA",
    ],
  ])("%s gets a faktur with its official PDF by mail", async (_name, body, buyer, identityType) => {
    await enter(body);
    expect(await tell("invoice.paid", "1", {})).toEqual({ status: "accepted" });
    await settle(api);
    expect(await fakturs("1")).toMatchObject([
      {
        state: "approved",
        transactionCode: "04",
        buyer,
        pdf: { kind: "official" },
        deliveries: [{ state: "sent" }],
      },
    ]);
    expect(authority.authority.state.all().map(({ sale }) => sale.lawanTransaksi.identityType)).toEqual([
      identityType,
    ]);
  });

  test("02 is collected above the threshold only, 03 always", async () => {
    await enter({ ...npwpBody, transactionCode: "02", evidence: "surat" });
    const large = {
      subtotal: "3000000.00",
      tax: "330000.00",
      total: "3330000.00",
      lines: [hosting("3000000.00")],
    };
    await tell("invoice.paid", "small", {});
    await tell("invoice.paid", "large", large);
    await made(
      api.call("PUT", "/accounts/toko/77/npwp", {
        body: { ...npwpBody, transactionCode: "03", evidence: "PMK" },
      }),
    );
    await tell("invoice.paid", "bumn", {});
    await settle(api);
    for (const [id, code] of [
      ["small", "04"],
      ["large", "02"],
      ["bumn", "03"],
    ] as const) {
      expect(await fakturs(id)).toMatchObject([{ state: "approved", transactionCode: code, facility: null }]);
    }
  });

  test("03 of an oil, gas or geothermal contractor is collected above Rp10,000,000 with PPN only", async () => {
    const body = { ...npwpBody, transactionCode: "03", evidence: "kontrak", collector: "contractor" };
    await enter(body);
    expect((await made(api.call("GET", "/accounts/toko/77"))).json["npwp"]).toMatchObject({
      collector: "contractor",
    });
    const large = {
      ...{ subtotal: "9100000.00", tax: "1001000.00", total: "10101000.00" },
      lines: [hosting("9100000.00")],
    };
    await tell("invoice.paid", "small", {});
    await tell("invoice.paid", "large", large);
    await settle(api);
    for (const [id, code] of [
      ["small", "04"],
      ["large", "03"],
    ] as const) {
      expect(await fakturs(id)).toMatchObject([{ state: "approved", transactionCode: code }]);
    }
  });

  test("the seller's choice of the full base for collectors reaches the authority", async () => {
    const seller = { ...sellerBody(authority.url), taxChoices: { collectorBase: "full" } };
    await made(api.call("PUT", "/sellers/utama", { body: seller }));
    await enter({ ...npwpBody, transactionCode: "03", evidence: "PMK" });
    await tell("invoice.paid", "1", { tax: "120000.00", total: "1120000.00" });
    await settle(api);
    expect(await fakturs("1")).toMatchObject([
      {
        ...{ state: "approved", date: "2026-11-03", keepUntil: "2036-11-03" },
        totals: { dpp: "1000000", dppNilaiLain: "1000000", ppn: "120000" },
      },
    ]);
    expect(authority.authority.state.all()[0]?.sale.barangJasa[0]?.cekDppLain).toBe(false);
  });

  test("with the full base chosen, a small payment is under the ordinary code by the PPN of that code", async () => {
    const seller = { ...sellerBody(authority.url), taxChoices: { collectorBase: "full" } };
    await made(api.call("PUT", "/sellers/utama", { body: seller }));
    const inclusive = (amount: string, subtotal: string, tax: string) => ({
      ...{ pricesIncludeTax: true, subtotal, tax, total: amount, lines: [hosting(amount)] },
    });
    const exclusive = (subtotal: string, tax: string, total: string) => ({
      ...{ subtotal, tax, total, lines: [hosting(subtotal)] },
    });
    const of = (transactionCode: string, more: Json = {}) =>
      made(
        api.call("PUT", "/accounts/toko/77/npwp", {
          body: { ...npwpBody, transactionCode, evidence: "surat", ...more },
        }),
      );
    await enter({ ...npwpBody, transactionCode: "02", evidence: "surat" });
    await tell("invoice.paid", "agency", exclusive("1500000.00", "165000.00", "1665000.00"));
    await tell("invoice.paid", "most", exclusive("2000000.00", "220000.00", "2220000.00"));
    await tell("invoice.paid", "above", exclusive("2000001.00", "240000.12", "2240001.12"));
    await tell("invoice.paid", "wrong", exclusive("1500000.00", "180000.00", "1680000.00"));
    await of("03", { collector: "contractor" });
    await tell("invoice.paid", "inside", inclusive("10000000.00", "9009009.01", "990990.99"));
    await tell("invoice.paid", "inside-above", inclusive("10050000.00", "8973214.29", "1076785.71"));
    await settle(api);
    for (const [id, code, ppn] of [
      ["agency", "04", "165000"],
      ["most", "04", "220000"],
      ["above", "02", "240000"],
      ["inside", "04", "990991"],
      ["inside-above", "03", "1076786"],
    ] as const) {
      expect(await fakturs(id)).toMatchObject([
        { state: "approved", transactionCode: code, totals: { ppn } },
      ]);
    }
    expect(await seen("wrong")).toMatchObject({
      outcome: "held",
      reasons: [{ code: "amounts_do_not_add_up" }],
    });
  });

  test("a collector's invoice that the portal bills without PPN is held, never skipped; one of a late fee alone is skipped", async () => {
    const untaxed = (more: Json = {}) => ({
      ...{ subtotal: "1000000.00", tax: "0.00", total: "1000000.00" },
      lines: [hosting("1000000.00", { taxed: false, ...more })],
    });
    for (const code of ["02", "03"]) {
      await enter({ ...npwpBody, transactionCode: code, evidence: "PMK 8/2021" });
      await tell("invoice.paid", code, untaxed());
      await tell("invoice.paid", `fee-${code}`, untaxed({ kind: "lateFee" }));
      await settle(api);
      expect(await seen(code)).toMatchObject({ outcome: "held", reasons: [{ code: "nothing_taxed" }] });
      expect(await seen(`fee-${code}`)).toMatchObject({
        outcome: "skipped",
        reasons: [{ code: "nothing_taxed" }],
      });
    }
    await made(api.call("PUT", "/accounts/toko/77/npwp", { body: { ...npwpBody, transactionCode: "04" } }));
    await tell("invoice.paid", "ordinary", untaxed());
    await settle(api);
    expect(await seen("ordinary")).toMatchObject({ outcome: "skipped" });
  });

  test("07 carries the buyer's document to the authority", async () => {
    await enter({ ...npwpBody, transactionCode: "07", evidence: "PPBJ", facility });
    await tell("invoice.paid", "1", {
      tax: "0.00",
      total: "1000000.00",
      lines: [hosting("1000000.00", { taxed: false })],
    });
    await settle(api);
    expect(await fakturs("1")).toMatchObject([
      {
        state: "approved",
        transactionCode: "07",
        reference: "INV-1",
        facility,
        totals: { dpp: "1000000", ppn: "110000" },
      },
    ]);
    expect(authority.authority.state.all()[0]?.sale).toMatchObject({
      kdJenisTransaksi: "TD.00307",
      keteranganTambahan: { kode: "TD.00502", nomorDokumenPendukung: "PPBJ-12/2026" },
    });
  });

  test("07 on an invoice that billed the tax is held, and nothing leaves", async () => {
    await enter({ ...npwpBody, transactionCode: "07", evidence: "PPBJ", facility });
    await tell("invoice.paid", "1", {});
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "amounts_do_not_add_up" }] });
    expect(atAuthority()).toEqual([]);
  });

  describe("an invoice of two codes", () => {
    const mixed = {
      ...{ subtotal: "1300000.00", tax: "110000.00", total: "1410000.00" },
      lines: [hosting(), domain()],
    };
    const enterMixed = (lineKinds = ["domain"]) =>
      enter({
        ...npwpBody,
        transactionCode: "07",
        evidence: "PPBJ",
        facility: { ...facility, lineKinds },
      });

    test("becomes two fakturs that add up to it, both approved and mailed", async () => {
      await enterMixed();
      await tell("invoice.paid", "1", mixed);
      await settle(api);
      expect(await seen("1")).toMatchObject({ outcome: "issued", reasons: [] });
      expect(await fakturs("1")).toMatchObject([
        {
          ...{ reference: "INV-1-04", transactionCode: "04", facility: null },
          totals: { dpp: "1000000", ppn: "110000" },
          deliveries: [{ state: "sent" }],
        },
        {
          ...{ reference: "INV-1-07", transactionCode: "07", facility },
          totals: { dpp: "300000", ppn: "33000" },
          deliveries: [{ state: "sent" }],
        },
      ]);
      expect(atAuthority().toSorted()).toEqual([
        ["INV-1-04", "TD.00304", "NORMAL", "APPROVAL_SUKSES"],
        ["INV-1-07", "TD.00307", "NORMAL", "APPROVAL_SUKSES"],
      ]);
    });

    test("told ten times and decided anew makes no third", async () => {
      await enterMixed();
      await Promise.all(Array.from({ length: 10 }, () => tell("invoice.paid", "1", mixed)));
      await settle(api);
      await made(api.call("POST", "/invoices/toko/1/issue"));
      await settle(api);
      expect((await seen("1")).fakturs).toHaveLength(2);
      expect(atAuthority()).toHaveLength(2);
    });

    test("is issued only when both are approved, and held while one is refused", async () => {
      await enterMixed();
      authority.authority.control.add([
        { operation: "upload", noInvoice: "INV-1-07", times: 1, fault: "reject", message: "Dokumen salah" },
      ] as never);
      await tell("invoice.paid", "1", mixed);
      await settle(api);
      const refused = await seen("1");
      expect(refused).toMatchObject({ outcome: "held", reasons: [{ code: "rejected_by_djp" }] });
      expect(refused.fakturs.map((one) => one.state)).toEqual(["approved", "rejected"]);
      await made(api.call("POST", `/fakturs/${refused.fakturs[1]?.id ?? ""}/retry`));
      await settle(api);
      expect(await seen("1")).toMatchObject({ outcome: "issued" });
    });

    test("of which one part was cancelled gets that part anew, the other stays", async () => {
      await enterMixed();
      await tell("invoice.paid", "1", mixed);
      await settle(api);
      const [, second] = (await seen("1")).fakturs;
      await made(
        api.call("POST", `/fakturs/${second?.id ?? ""}/cancel`, { body: { reason: "dokumen salah" } }),
      );
      await settle(api);
      expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "faktur_cancelled" }] });
      await made(api.call("POST", "/invoices/toko/1/issue"));
      await settle(api);
      expect((await fakturs("1")).map((one) => [one["reference"], one["state"]])).toEqual([
        ["INV-1-04", "approved"],
        ["INV-1-07", "cancelled"],
        ["INV-1-R2-07", "approved"],
      ]);
      expect(await seen("1")).toMatchObject({ outcome: "issued" });
    });

    test("that would be divided otherwise while a part stands is held, and nothing leaves", async () => {
      await enterMixed();
      await tell("invoice.paid", "1", mixed);
      await settle(api);
      const [first] = (await seen("1")).fakturs;
      await made(api.call("POST", `/fakturs/${first?.id ?? ""}/cancel`, { body: { reason: "salah" } }));
      await settle(api);
      await made(api.call("PUT", "/accounts/toko/77/npwp", { body: npwpBody }));
      await made(api.call("POST", "/invoices/toko/1/issue"));
      await settle(api);
      expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "parts_differ" }] });
      expect(atAuthority()).toHaveLength(2);
    });

    test("whose part that stands would have another amount is held, and nothing leaves", async () => {
      await enterMixed();
      const ssl = { ...domain(), id: "3", kind: "ssl", amount: "200000.00" };
      const more = { subtotal: "1500000.00", total: "1610000.00", lines: [...mixed.lines, ssl] };
      await tell("invoice.paid", "1", { ...mixed, ...more });
      await settle(api);
      const [first] = (await seen("1")).fakturs;
      await made(api.call("POST", `/fakturs/${first?.id ?? ""}/cancel`, { body: { reason: "salah" } }));
      await settle(api);
      await enterMixed(["domain", "ssl"]);
      await made(api.call("POST", "/invoices/toko/1/issue"));
      await settle(api);
      expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "parts_differ" }] });
      expect(atAuthority()).toHaveLength(2);
    });

    test("a refund opens a case for each part that has left", async () => {
      await enterMixed();
      await tell("invoice.paid", "1", mixed);
      await settle(api);
      const body = JSON.stringify({
        ...{ type: "invoice.refunded", timestamp: PAID_AT },
        data: { invoiceId: "1", refundedAt: PAID_AT },
      });
      const headers = signedHeaders({ secret: SECRET, id: "msg_refund", at: api.clock.now(), body });
      await fetch(`${api.url}/hooks/toko`, { method: "POST", headers, body });
      const cases = await store.db.knex<{ faktur_id: string }>("cases").orderBy("faktur_id");
      expect(cases.map((one) => one.faktur_id)).toEqual(
        (await seen("1")).fakturs.map((one) => one.id).toSorted(),
      );
    });

    test("the database refuses a second live faktur of either part, and one for the whole beside them", async () => {
      await enterMixed();
      await tell("invoice.paid", "1", mixed);
      await settle(api);
      const { knex } = store.db;
      const invoice = await findInvoice(knex, "toko", "1");
      const id = invoice?.id ?? "";
      const [row] = await faktursOfInvoice(knex, id);
      const more = { account_id: row?.account_id ?? "" };
      expect(await insertFaktur(knex, fakturRow("x1", id, { ...more, live_key: id }))).toBe(false);
      expect(await insertFaktur(knex, fakturRow("x2", id, { ...more, part: "04", live_key: id }))).toBe(
        false,
      );
      expect(
        await insertFaktur(knex, fakturRow("x3", id, { ...more, part: "07", live_key: `${id}#07` })),
      ).toBe(false);
      expect(await faktursOfInvoice(knex, id)).toHaveLength(2);
    });
  });

  test.each([
    ["on the total", "1300000.00", "0.00"],
    ["on the subtotal", "-33000.00", "0.00"],
  ])(
    "two parts that are paid wholly from credit, taken off %s, are both issued",
    async (_off, subtotal, total) => {
      await enter({
        ...{ ...npwpBody, transactionCode: "07", evidence: "PPBJ" },
        facility: { ...facility, lineKinds: ["hosting"] },
      });
      const credit = {
        ...hosting("-1333000.00", { id: "9", kind: "credit", description: "Saldo", taxed: false }),
      };
      const lines = [hosting("1000000.00", { taxed: false }), domain({ taxed: true }), credit];
      await tell("invoice.paid", "1", { subtotal, tax: "33000.00", total, lines });
      await settle(api);
      expect((await fakturs("1")).map((one) => [one["transactionCode"], one["state"]])).toEqual([
        ["04", "approved"],
        ["07", "approved"],
      ]);
    },
  );

  describe("a faktur with the bill", () => {
    const CREATED = "2026-11-01T23:30:00+07:00";
    const collector = { ...npwpBody, transactionCode: "03", evidence: "PMK 8/2021", issueOn: "bill" };
    const created = (id: string, more: Json = {}) =>
      tell("invoice.created", id, { createdAt: CREATED, ...more });

    test("is dated on the bill, and the payment later makes no second one", async () => {
      await enter(collector);
      expect(await created("1")).toEqual({ status: "accepted" });
      expect(await created("1")).toEqual({ status: "duplicate" });
      await settle(api);
      expect(await seen("1")).toMatchObject({
        outcome: "issued",
        basis: "billed",
        paidAt: null,
        taxDay: "2026-11-01",
      });
      expect(await fakturs("1")).toMatchObject([
        { state: "approved", transactionCode: "03", date: "2026-11-01" },
      ]);
      expect(await tell("invoice.paid", "1", {})).toEqual({ status: "duplicate" });
      await settle(api);
      const paid = await seen("1");
      expect(paid).toMatchObject({ outcome: "issued", basis: "billed", taxDay: "2026-11-01" });
      expect(Date.parse(paid.paidAt ?? "")).toBe(Date.parse(PAID_AT));
      expect(paid.fakturs).toHaveLength(1);
      expect(atAuthority()).toHaveLength(1);
      const audit = await api.call("GET", "/audit?subject=invoice%3Atoko%2F1");
      expect(audit.json["items"]).toEqual([]);
    });

    test.each<[string, Json | null]>([
      ["an account that was never seen", null],
      ["an ordinary buyer", npwpBody],
      ["a collector who is served with the payment", { ...collector, issueOn: "payment" }],
      ["a small bill of an agency", { ...collector, transactionCode: "02" }],
    ])("of %s is ignored and recorded nowhere until it is paid", async (_name, body) => {
      if (body !== null) await enter(body);
      const ignored = { status: "ignored", reason: "not_billed_at_creation" };
      expect(await tell("invoice.created", "1", {}, body === null ? "999" : "77")).toEqual(ignored);
      expect(await store.db.knex("invoices")).toEqual([]);
      expect(await store.db.knex("hook_deliveries")).toEqual([]);
      expect((await api.call("GET", "/accounts/toko/999")).status).toBe(404);
      expect(await tell("invoice.paid", "1", {}, body === null ? "999" : "77")).toEqual({
        status: "accepted",
      });
      expect(await seen("1")).toMatchObject({ basis: "paid", taxDay: "2026-11-03" });
    });

    test("of a collector whose tab is not active is ignored", async () => {
      await made(api.call("PUT", "/accounts/toko/77/npwp", { body: collector }));
      expect(await created("1")).toMatchObject({ status: "ignored" });
    });

    test("that is cancelled in the portal before anything left is not issued", async () => {
      await enter(collector);
      await created("1");
      const body = JSON.stringify({
        type: "invoice.cancelled",
        timestamp: PAID_AT,
        data: { invoiceId: "1" },
      });
      const headers = signedHeaders({ secret: SECRET, id: "msg_cancel", at: api.clock.now(), body });
      await fetch(`${api.url}/hooks/toko`, { method: "POST", headers, body });
      await settle(api);
      expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "cancelled_in_portal" }] });
      expect(atAuthority()).toEqual([]);
    });

    test("without the day of the bill is malformed", async () => {
      await enter(collector);
      expect(await created("1", { createdAt: undefined })).toMatchObject({
        status: 400,
        faults: [{ code: "field_missing", path: "/data/invoice/createdAt" }],
      });
    });
  });

  test("a buyer the register does not know is held, and nothing leaves", async () => {
    await enter({ ...npwpBody, npwp: "0098765430404000" });
    await tell("invoice.paid", "1", {});
    await settle(api);
    expect(await seen("1")).toMatchObject({
      outcome: "held",
      reasons: [{ code: "buyer_invalid" }],
      fakturs: [],
    });
    expect(atAuthority()).toEqual([]);
  });

  test("a fresh check that finds the buyer decides the held invoices anew", async () => {
    await enter(npwpBody);
    const [row] = await store.db.knex<{ register: string }>("companies");
    const before = {
      ...(JSON.parse(row?.register ?? "{}") as Json),
      found: false,
      active: false,
      status: "tidak ada",
    };
    await store.db.knex("companies").update({ register: JSON.stringify(before) });
    await tell("invoice.paid", "1", {});
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "buyer_invalid" }] });
    await made(api.call("POST", "/accounts/toko/77/npwp/check", { role: "support" }));
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "issued" });
  });

  test("a check of the right NPWP does not let out what was paid under a mistyped one; issuing it anew does", async () => {
    await enter({ ...npwpBody, npwp: "0098765430404000" });
    await tell("invoice.paid", "1", {});
    await settle(api);
    await made(api.call("POST", "/accounts/toko/77/npwp/suspend", { body: { reason: "salah ketik" } }));
    await enter(npwpBody);
    await made(api.call("POST", "/accounts/toko/77/npwp/check", { role: "support" }));
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "held", fakturs: [] });
    expect(atAuthority()).toEqual([]);
    await made(api.call("POST", "/invoices/toko/1/issue"));
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "issued" });
  });
});
