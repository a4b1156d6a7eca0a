/**
 * Proves that the simulated authority refuses what the real one is known to refuse: fields, forms, codes, the chain of
 * amounts to the cent and the totals. How: a table of single changes to a good sale sent over HTTP, each with the
 * fault's code and place, and unusual sales that are right.
 */
import { buyer, faultsOf, line, sale, signer, startClient, type Client } from "./client";

let client: Client;

beforeAll(async () => {
  client = await startClient();
});

afterAll(() => client.running.close());

const withLine = (changes: Record<string, unknown>) => ({ barangJasa: [{ ...line, ...changes }] });
const withBuyer = (changes: Record<string, unknown>) => ({ lawanTransaksi: { ...buyer, ...changes } });
const at = "barangJasa[0]";

describe("a draft with one thing wrong is refused with its code and place", () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ["noInvoice missing", { noInvoice: undefined }, "FIELD_MISSING", "noInvoice"],
    ["noInvoice empty", { noInvoice: " " }, "FIELD_VALUE", "noInvoice"],
    ["noInvoice a number", { noInvoice: 7 }, "FIELD_TYPE", "noInvoice"],
    ["noInvoice too long", { noInvoice: "x".repeat(256) }, "FIELD_VALUE", "noInvoice"],
    ["autoUploadDjp a word", { autoUploadDjp: "true" }, "FIELD_TYPE", "autoUploadDjp"],
    ["no lines", { barangJasa: [] }, "FIELD_VALUE", "barangJasa"],
    ["an amount as text", withLine({ harga: "33250.00" }), "FIELD_TYPE", `${at}.harga`],
    ["an amount missing", withLine({ ppn: undefined }), "FIELD_MISSING", `${at}.ppn`],
    ["three decimals", withLine({ jumlah: 0.333 }), "AMOUNT_DECIMALS", `${at}.jumlah`],
    ["a float's tail", withLine({ ppn: 10972.500000000002 }), "AMOUNT_DECIMALS", `${at}.ppn`],
    ["an amount beyond exactness", withLine({ harga: 70_000_000_000_001 }), "AMOUNT_DECIMALS", `${at}.harga`],
    ["a total with three decimals", { totalPpn: 10972.505 }, "AMOUNT_DECIMALS", "totalPpn"],
    ["an unknown kind of item", withLine({ jenis: "SEWA" }), "FIELD_VALUE", `${at}.jenis`],
    ["a name with a line break", withLine({ nama: "Web\nHosting" }), "TEXT_CHARACTERS", `${at}.nama`],
    ["a name left empty", withLine({ nama: "" }), "FIELD_VALUE", `${at}.nama`],
    ["a service code that is none", withLine({ kode: "160199" }), "ITEM_CODE", `${at}.kode`],
    ["a goods code on a service", withLine({ kode: "990100" }), "ITEM_CODE", `${at}.kode`],
    ["a service code on goods", withLine({ jenis: "BARANG" }), "ITEM_CODE", `${at}.kode`],
    ["a unit past the list", withLine({ kodeSatuan: "UM.0040" }), "UNIT_CODE", `${at}.kodeSatuan`],
    ["a quantity of nothing", withLine({ jumlah: 0 }), "AMOUNT_RANGE", `${at}.jumlah`],
    ["a negative price", withLine({ harga: -33250 }), "AMOUNT_RANGE", `${at}.harga`],
    ["a discount above the price", withLine({ diskon: 99750.01 }), "AMOUNT_RANGE", `${at}.diskon`],
    ["a rate of 11", withLine({ tarifPpn: 11 }), "AMOUNT_RANGE", `${at}.tarifPpn`],
    ["a luxury rate above 100", withLine({ tarifPpnbm: 101 }), "AMOUNT_RANGE", `${at}.tarifPpnbm`],
    ["code 04 without nilai lain", withLine({ cekDppLain: false }), "AMOUNT_RANGE", `${at}.cekDppLain`],
    ["totalHarga off by a cent", withLine({ totalHarga: 99750.01 }), "AMOUNT_CHAIN", `${at}.totalHarga`],
    ["dppLain off by a cent", withLine({ dppLain: 91437.51 }), "AMOUNT_CHAIN", `${at}.dppLain`],
    ["ppn by 11 % of the whole rupiah", withLine({ ppn: 10973 }), "AMOUNT_CHAIN", `${at}.ppn`],
    ["ppnbm without a rate", withLine({ ppnbm: 0.01 }), "AMOUNT_CHAIN", `${at}.ppnbm`],
    ["totalDpp off", { totalDpp: 99750.01 }, "TOTALS", "totalDpp"],
    ["totalDppLain in whole rupiah", { totalDppLain: 91438 }, "TOTALS", "totalDppLain"],
    ["totalPpn in whole rupiah", { totalPpn: 10973 }, "TOTALS", "totalPpn"],
    ["totalPpnBm off", { totalPpnBm: 1 }, "TOTALS", "totalPpnBm"],
    ["code 11", { kdJenisTransaksi: "TD.00311" }, "TRANSACTION_CODE", "kdJenisTransaksi"],
    ["code 00", { kdJenisTransaksi: "TD.00300" }, "TRANSACTION_CODE", "kdJenisTransaksi"],
    ["a bare code", { kdJenisTransaksi: "04" }, "TRANSACTION_CODE", "kdJenisTransaksi"],
    ["a date with slashes", { tanggalFaktur: "03/11/2026" }, "DATE_FORMAT", "tanggalFaktur"],
    ["a date that is none", { tanggalFaktur: "2026-02-30" }, "DATE_FORMAT", "tanggalFaktur"],
    ["a date of tomorrow", { tanggalFaktur: "2026-11-04" }, "DATE_FUTURE", "tanggalFaktur"],
    ["another month", { masaPajak: "10" }, "PERIOD_MISMATCH", "masaPajak"],
    ["a month of one digit", { tanggalFaktur: "2026-09-01", masaPajak: "9" }, "PERIOD_MISMATCH", "masaPajak"],
    ["another year", { tahunPajak: "2025" }, "PERIOD_MISMATCH", "masaPajak"],
    [
      "additional information on code 04",
      { keteranganTambahan: { kode: "TD.00501" } },
      "ADDITIONAL_INFO",
      "keteranganTambahan",
    ],
    ["code 07 without it", { kdJenisTransaksi: "TD.00307" }, "ADDITIONAL_INFO", "keteranganTambahan"],
    [
      "code 08 with one that only 07 has",
      { kdJenisTransaksi: "TD.00308", keteranganTambahan: { kode: "TD.00511" } },
      "ADDITIONAL_INFO",
      "keteranganTambahan",
    ],
    ["an original on a normal faktur", { nofaDiganti: "04002600000000001" }, "REPLACEMENT", "nofaDiganti"],
    ["a replacement of nothing", { pengganti: true }, "REPLACEMENT", "nofaDiganti"],
    [
      "a replacement of 16 digits",
      { pengganti: true, nofaDiganti: "0400260000000001" },
      "REPLACEMENT",
      "nofaDiganti",
    ],
    [
      "a NITKU of 16 digits",
      withBuyer({ nitku: buyer.identityValue }),
      "NITKU_FORMAT",
      "lawanTransaksi.nitku",
    ],
    [
      "a NITKU of another NPWP",
      withBuyer({ nitku: `9${buyer.nitku.slice(1)}` }),
      "NITKU_FORMAT",
      "lawanTransaksi.nitku",
    ],
    [
      "an NIK of 15 digits",
      withBuyer({ identityType: "NIK", identityValue: "357801010101000", nitku: "000000" }),
      "IDENTITY_FORMAT",
      "lawanTransaksi.identityValue",
    ],
    [
      "a passport without a number",
      withBuyer({ identityType: "PASPOR", identityValue: "", nitku: "000000" }),
      "FIELD_VALUE",
      "lawanTransaksi.identityValue",
    ],
    [
      "a NITKU of 16 digits for an NIK",
      withBuyer({ identityType: "NIK", identityValue: "3578010101010001", nitku: "0".repeat(16) }),
      "NITKU_FORMAT",
      "lawanTransaksi.nitku",
    ],
    ["an unknown identity", withBuyer({ identityType: "KTP" }), "FIELD_VALUE", "lawanTransaksi.identityType"],
    ["a buyer without a name", withBuyer({ nama: "" }), "FIELD_VALUE", "lawanTransaksi.nama"],
    [
      "an address with a tab",
      withBuyer({ alamatJalan: "JL.\tA" }),
      "TEXT_CHARACTERS",
      "lawanTransaksi.alamatJalan",
    ],
    ["a country of two letters", withBuyer({ kodeNegara: "ID" }), "FIELD_VALUE", "lawanTransaksi.kodeNegara"],
    ["an email that is none", withBuyer({ email: "pajak" }), "FIELD_VALUE", "lawanTransaksi.email"],
    ["telp missing", withBuyer({ telp: undefined }), "FIELD_MISSING", "lawanTransaksi.telp"],
    [
      "a seller NITKU of 16 digits",
      { nitkuPkp: { nitku: "0098765432109000", nama: "X" } },
      "NITKU_FORMAT",
      "nitkuPkp.nitku",
    ],
    [
      "a seller without a name",
      { nitkuPkp: { nitku: "0098765432109000000000", nama: "" } },
      "FIELD_VALUE",
      "nitkuPkp.nama",
    ],
    [
      "a maker with dots",
      { pembuatFaktur: { npwp: "00.987.654", nama: "X" } },
      "NPWP_FORMAT",
      "pembuatFaktur.npwp",
    ],
    ["a maker missing", { pembuatFaktur: undefined }, "FIELD_MISSING", "pembuatFaktur"],
    ["half a signer", { penandatangan: { npwp: signer.npwp, nama: "X" } }, "SIGNER_PARTIAL", "penandatangan"],
    [
      "a signer without a passphrase",
      { penandatangan: { ...signer, passphrase: "" } },
      "SIGNER_PARTIAL",
      "penandatangan",
    ],
    [
      "a signer's NPWP too short",
      { penandatangan: { ...signer, npwp: "1" } },
      "NPWP_FORMAT",
      "penandatangan.npwp",
    ],
  ])("%s", async (_name, changes, code, path) => {
    const reply = await client.create(sale("INV-WRONG", changes));
    expect(reply.http).toBe(400);
    expect(faultsOf(reply)).toContainEqual(expect.objectContaining({ code, path }));
    expect((await client.history()).documents.map((one) => one.noInvoice)).not.toContain("INV-WRONG");
  });

  test("known messages are given to the letter, and every fault at once", async () => {
    const reply = await client.create(sale("INV-WRONG", withBuyer({ identityValue: "123", nitku: "45" })));
    expect(reply.message).toBe("Input contains invalid NPWP format; Input contains invalid NITKU format");
    expect(faultsOf(reply).map((fault) => fault.code)).toEqual(["NPWP_FORMAT", "NITKU_FORMAT"]);
  });

  test.each([["[]"], ["{}"], ["null"], ['"text"']])("the body %s is refused", async (body) => {
    const reply = await client.call("POST", "/efaktur/v3/penjualan", body);
    expect(reply).toMatchObject({ http: 400, code: 400 });
  });

  test("a body that is not declared as JSON is refused", async () => {
    const text = JSON.stringify(sale("INV-WRONG"));
    expect(
      (await client.call("POST", "/efaktur/v3/penjualan", text, { "content-type": "text/plain" })).http,
    ).toBe(400);
  });
});

describe("a draft that is unusual but right is taken", () => {
  const full = { cekDppLain: false, dppLain: 99750, ppn: 11970 };
  const fullTotals = { totalDppLain: 99750, totalPpn: 11970 };
  test.each<[string, Record<string, unknown>]>([
    ["a signer in full", { penandatangan: signer }],
    ["code 01 on the full price", { kdJenisTransaksi: "TD.00301", ...withLine(full), ...fullTotals }],
    [
      "code 07 with its information",
      { kdJenisTransaksi: "TD.00307", keteranganTambahan: { kode: "TD.00531", nomorDokumenPendukung: "1" } },
    ],
    ["goods", withLine({ jenis: "BARANG", kode: "990100", kodeSatuan: "UM.0018" })],
    [
      "a line given away",
      {
        ...withLine({ diskon: 99750, dpp: 0, dppLain: 0, ppn: 0 }),
        totalDpp: 0,
        totalDppLain: 0,
        totalPpn: 0,
      },
    ],
    ["a luxury rate", { ...withLine({ tarifPpnbm: 20, ppnbm: 18287.5 }), totalPpnBm: 18287.5 }],
    [
      "an NIK with the short NITKU",
      withBuyer({ identityType: "NIK", identityValue: "3578010101010001", nitku: "000000" }),
    ],
    [
      "a passport with the long NITKU",
      withBuyer({ identityType: "PASPOR", identityValue: "X123", nitku: "0".repeat(22), kodeNegara: "SGP" }),
    ],
    [
      "another identity without an email",
      withBuyer({ identityType: "LAINNYA", identityValue: "A-1", nitku: "000000", email: "" }),
    ],
    ["fields the authority does not know", { terminPembayaran: { type: "NORMAL" } }],
  ])("%s", async (name, changes) => {
    expect(await client.create(sale(`INV ${name}`, changes))).toMatchObject({ http: 200, status: "OK" });
  });
});
