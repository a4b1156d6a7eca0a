/**
 * Proves what DJP alone refuses, after the upload and in words people have met: deadline, signer and register; and that
 * the register and the code lists follow their published rules. How: real HTTP with a clock that the test turns.
 */
import { isItemCode, unitName } from "../../src/simulator/codes";
import { findTaxpayer, isRegisteredNitku, REGISTER_RULES } from "../../src/simulator/register";
import { buyer, sale, signer, startClient } from "./client";

const withBuyer = (changes: Record<string, unknown>) => ({ lawanTransaksi: { ...buyer, ...changes } });

describe("what only DJP sees is refused after the upload, in its words", () => {
  const verdict = async (noInvoice: string, changes: Record<string, unknown>, uploadedAt?: string) => {
    const own = await startClient();
    const id = await own.created(sale(noInvoice, changes));
    if (uploadedAt !== undefined) own.clock.set(uploadedAt);
    expect((await own.act("upload", id)).http).toBe(200);
    expect((await own.detail(id)).data["status"]).toBe("MENUNGGU_VERIFIKASI_DJP");
    const seen = (await own.detail(id)).data as Record<string, unknown>;
    await own.running.close();
    return seen;
  };
  const npwp = (digits: string) => withBuyer({ identityValue: digits, nitku: `${digits}000000` });

  test.each<[string, Record<string, unknown>, string]>([
    ["an NPWP the register does not know", npwp("0123456780404000"), "NPWP tidak ditemukan"],
    [
      "a NITKU that is not registered",
      withBuyer({ nitku: `${buyer.identityValue}000100` }),
      "NITKU pembeli tidak valid",
    ],
    [
      "a seller's NITKU that is not registered",
      { nitkuPkp: { nitku: "0098765432109000000100", nama: "X" } },
      "NITKU penjual tidak valid",
    ],
    [
      "a passphrase that never works",
      { penandatangan: { ...signer, passphrase: "a'b" } },
      "Saved Invalid: passphrase penandatangan salah",
    ],
  ])("%s", async (_name, changes, message) => {
    const seen = await verdict("INV-1", changes);
    expect(seen).toMatchObject({ status: "DITOLAK", keteranganDjp: message, nofa: null, urlPdf: null });
  });

  test("an inactive NPWP and an NIK are no reason", async () => {
    expect(await verdict("INV-1", npwp("0123456780406000"))).toMatchObject({ status: "APPROVAL_SUKSES" });
    const nik = withBuyer({ identityType: "NIK", identityValue: "3578010100404001", nitku: "000000" });
    expect(await verdict("INV-1", nik)).toMatchObject({ status: "APPROVAL_SUKSES" });
  });

  test("the 20th of the next month in Jakarta is the last day of upload", async () => {
    expect(await verdict("INV-1", {}, "2026-12-20T23:59:59+07:00")).toMatchObject({
      status: "APPROVAL_SUKSES",
    });
    const late = await verdict("INV-1", {}, "2026-12-21T00:00:00+07:00");
    expect(late["status"]).toBe("DITOLAK");
    expect(late["keteranganDjp"]).toContain("2026-12-20");
  });
});

describe("the register and the lists", () => {
  test("the register follows its published rules", () => {
    expect(findTaxpayer(`012345678${REGISTER_RULES.unknownNpwp}000`)).toBeNull();
    expect(findTaxpayer(`012345678${REGISTER_RULES.inactiveNpwp}000`)?.statusWp).toBe("NON EFEKTIF");
    expect(findTaxpayer("0404040404405404")?.statusWp).toBe("AKTIF");
    expect(isRegisteredNitku("0123456780120000000099")).toBe(true);
    expect(isRegisteredNitku("0123456780120000000100")).toBe(false);
  });

  test("codes count by kind, units by their place", () => {
    expect(isItemCode("JASA", "160105")).toBe(true);
    expect(isItemCode("JASA", "000000")).toBe(true);
    expect(isItemCode("BARANG", "000000")).toBe(true);
    expect(isItemCode("BARANG", "160105")).toBe(false);
    expect(isItemCode("BARANG", "0000")).toBe(false);
    expect([unitName("UM.0001"), unitName("UM.0023"), unitName("UM.0039")]).toEqual([
      "Metrik Ton",
      "Tahun",
      "Roll",
    ]);
    expect([unitName("UM.0000"), unitName("UM.0040")]).toEqual([undefined, undefined]);
  });
});
