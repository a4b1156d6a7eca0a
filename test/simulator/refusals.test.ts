/**
 * Proves that the simulated authority refuses what Coretax and its providers would refuse, in words people have met or
 * would understand: each row is one mistake with its sentence and the moment it is told, at the draft or by DJP after
 * the upload. How: real HTTP, with a clock that the test turns.
 */
import { buyer, line, sale, signer, startClient, type Client } from "./client";

let client: Client;

beforeEach(async () => {
  client = await startClient();
});

afterEach(() => client.running.close());

const withLine = (changes: Record<string, unknown>) => ({ barangJasa: [{ ...line, ...changes }] });
const withBuyer = (changes: Record<string, unknown>) => ({ lawanTransaksi: { ...buyer, ...changes } });
const npwp = (digits: string) => withBuyer({ identityValue: digits, nitku: `${digits}000000` });

describe("at the draft", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "an NPWP of 15 digits",
      withBuyer({ identityValue: "012345678012000" }),
      "Input contains invalid NPWP format",
    ],
    ["zeros for a company", npwp("0".repeat(16)), "Input contains invalid NPWP format"],
    [
      "a NITKU of 16 digits",
      withBuyer({ nitku: buyer.identityValue }),
      "Input contains invalid NITKU format",
    ],
    [
      "a NIK of 15 digits",
      withBuyer({ identityType: "NIK", identityValue: "317401234567890", nitku: "000000" }),
      "Input contains invalid NIK format",
    ],
    ["a country that is none", withBuyer({ kodeNegara: "ID" }), "kodeNegara tidak ada dalam daftar negara"],
    ["a date of tomorrow", { tanggalFaktur: "2026-11-04" }, "tanggalFaktur tidak boleh setelah hari ini"],
    ["a date written with slashes", { tanggalFaktur: "03/11/2026" }, "tanggalFaktur harus YYYY-MM-DD"],
    ["another period", { masaPajak: "10" }, "masaPajak dan tahunPajak harus sama dengan tanggalFaktur"],
    [
      "a code that is none",
      { kdJenisTransaksi: "TD.00311" },
      "kdJenisTransaksi harus TD.00301 sampai TD.00310",
    ],
    [
      "a unit that is missing",
      withLine({ kodeSatuan: "" }),
      "barangJasa[0].kodeSatuan tidak ada dalam daftar satuan",
    ],
    [
      "a service's code for goods",
      withLine({ jenis: "BARANG" }),
      "barangJasa[0].kode tidak ada dalam daftar BARANG",
    ],
    ["a negative price", withLine({ harga: -33250 }), "barangJasa[0].harga tidak boleh negatif"],
    ["three decimals", withLine({ jumlah: 0.333 }), "barangJasa[0].jumlah paling banyak dua angka desimal"],
    ["11 % since 2025", withLine({ tarifPpn: 11 }), "barangJasa[0].tarifPpn harus 12"],
    [
      "a price that does not give the base",
      withLine({ dpp: 99749 }),
      "barangJasa[0].dpp seharusnya 99750.00 (harga × jumlah − diskon)",
    ],
    [
      "a base without 11/12",
      withLine({ dppLain: 99750 }),
      "barangJasa[0].dppLain seharusnya 91437.50 (11/12 × dpp)",
    ],
    [
      "12 % of the price",
      withLine({ ppn: 11970 }),
      "barangJasa[0].ppn seharusnya 10972.50 (tarifPpn × dppLain)",
    ],
    ["a rounded total", { totalPpn: 10973 }, "totalPpn seharusnya 10972.50 (jumlah semua baris)"],
    [
      "07 without its facility",
      { kdJenisTransaksi: "TD.00307" },
      "keteranganTambahan wajib diisi dengan kode dari daftar TD.005",
    ],
    [
      "a facility on 04",
      { keteranganTambahan: { kode: "TD.00501" } },
      "keteranganTambahan hanya untuk kode 07 dan 08",
    ],
    [
      "a replacement of nothing known",
      { pengganti: true, nofaDiganti: "04002600000000009" },
      "Faktur yang diganti tidak ditemukan",
    ],
    [
      "half a signer",
      { penandatangan: { npwp: signer.npwp } },
      "penandatangan harus diisi lengkap atau tidak sama sekali",
    ],
    ["a hidden line break", withLine({ nama: "Web\nHosting" }), "barangJasa[0].nama berisi karakter kendali"],
  ])("%s", async (_what, changes, words) => {
    const reply = await client.create(sale("INV-1", changes));
    expect([reply.http, reply.message.split("; ")]).toEqual([400, expect.arrayContaining([words])]);
  });

  test("the same reference again", async () => {
    await client.created(sale("INV-1"));
    expect((await client.create(sale("INV-1"))).message).toBe("Draft Faktur already exist");
  });

  test("an upload of what has been approved, and a cancellation of what has not", async () => {
    const { id } = await client.approved(sale("INV-1"));
    const again = await client.act("upload", id);
    expect(again.message).toBe("Hanya faktur yang berstatus DRAFT atau DITOLAK yang dapat di upload");
    const draft = await client.created(sale("INV-2"));
    expect((await client.act("batal", draft)).message).toBe(
      "Tidak bisa membatalkan Faktur yang berstatus DRAFT",
    );
  });
});

describe("by DJP, after the upload", () => {
  const verdict = async (changes: Record<string, unknown>, uploadedOn?: string) => {
    const id = await client.created(sale("INV-1", changes));
    if (uploadedOn !== undefined) await client.control({ today: uploadedOn });
    await client.act("upload", id);
    await client.detail(id);
    return (await client.detail(id)).data as Record<string, unknown>;
  };

  test.each<[string, Record<string, unknown>, string]>([
    ["an NPWP the register does not know", npwp("0123456780404000"), "NPWP tidak ditemukan"],
    [
      "a NIK the civil register does not know",
      withBuyer({ identityType: "NIK", identityValue: "3174012345670404", nitku: "000000" }),
      "NIK tidak ditemukan",
    ],
    [
      "a buyer's NITKU that is not registered",
      withBuyer({ nitku: `${buyer.identityValue}000100` }),
      "NITKU pembeli tidak valid",
    ],
    [
      "a seller's NITKU that is not registered",
      { nitkuPkp: { nitku: "0098765432109000000100", nama: "X" } },
      "NITKU penjual tidak valid",
    ],
    [
      "a passphrase with a forbidden character",
      { penandatangan: { ...signer, passphrase: "rahasia+2026" } },
      "Saved Invalid: passphrase penandatangan salah",
    ],
    [
      "a passphrase too short",
      { penandatangan: { ...signer, passphrase: "pendek" } },
      "Saved Invalid: passphrase penandatangan salah",
    ],
  ])("%s", async (_what, changes, words) => {
    expect(await verdict(changes)).toMatchObject({ status: "DITOLAK", keteranganDjp: words, nofa: null });
  });

  test("an upload after the 20th of the next month", async () => {
    expect(await verdict({}, "2026-12-21")).toMatchObject({
      status: "DITOLAK",
      keteranganDjp: "Faktur melewati batas waktu upload tanggal 2026-12-20 (PER-11/PJ/2025 pasal 44)",
    });
  });
});

describe("months that have passed are judged by the law of their day", () => {
  const old = (changes: Record<string, unknown> = {}) => ({
    ...{ kdJenisTransaksi: "TD.00301", tanggalFaktur: "2024-12-10", masaPajak: "12", tahunPajak: "2024" },
    ...withLine({ tarifPpn: 11, cekDppLain: false, dppLain: 99750, ppn: 10972.5 }),
    ...{ totalDppLain: 99750, totalPpn: 10972.5 },
    ...changes,
  });

  test("11 % of the full price under code 01 is approved in its own time", async () => {
    await client.control({ today: "2024-12-20" });
    const { nofa } = await client.approved(sale("INV-1", old()));
    expect(nofa).toMatch(/^010024\d{11}$/);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "the rate of 2025",
      withLine({ cekDppLain: false, dppLain: 99750, ppn: 11970 }),
      "barangJasa[0].tarifPpn harus 11",
    ],
    ["the base of 2025", withLine({ tarifPpn: 11 }), "barangJasa[0].cekDppLain harus false sebelum 2025"],
    [
      "a day before the law",
      { tanggalFaktur: "2022-03-31", masaPajak: "03", tahunPajak: "2022" },
      "Faktur sebelum 1 April 2022 tidak dilayani",
    ],
  ])("but not with %s", async (_what, changes, words) => {
    const reply = await client.create(sale("INV-1", old(changes)));
    expect([reply.http, reply.message]).toEqual([400, expect.stringContaining(words)]);
  });

  test("today it is past its deadline, as it would be at DJP", async () => {
    const id = await client.created(sale("INV-1", old()));
    await client.act("upload", id);
    await client.detail(id);
    expect((await client.detail(id)).data["keteranganDjp"]).toContain("2025-01-15");
  });

  test("a replacement keeps the rate of its original's period", async () => {
    await client.control({ today: "2024-12-20" });
    const first = await client.approved(sale("INV-1", old()));
    await client.control({ today: null });
    const changes = old({ pengganti: true, nofaDiganti: first.nofa, tanggalFaktur: "2026-11-03" });
    expect((await client.approved(sale("INV-1-R1", changes))).nofa).toBe(`0101${first.nofa.slice(4)}`);
    const wrong = { ...changes, nofaDiganti: `0101${first.nofa.slice(4)}`, ...withLine({}) };
    expect((await client.create(sale("INV-1-R2", wrong))).message).toContain("harus 11");
  });

  test("the day is shown, taken back, and refused when it is none", async () => {
    await client.control({ today: "2024-12-20" });
    expect((await client.history()).today).toBe("2024-12-20");
    await client.call("DELETE", "/_control");
    expect((await client.history()).today).toBe("2026-11-03");
    expect((await client.control({ today: "besok" })).http).toBe(400);
    expect((await client.control({})).http).toBe(400);
  });
});
