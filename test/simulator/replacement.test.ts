/**
 * Proves how the simulated authority replaces a faktur: same thirteen digits, status digits one higher, the original
 * shown as replaced, and what may not be replaced. How: a real server on a free port and plain HTTP against it.
 */
import { buyer, faultsOf, sale, startClient, type Client } from "./client";

let client: Client;

beforeEach(async () => {
  client = await startClient();
});

afterEach(() => client.running.close());

describe("replacement", () => {
  const replacing = (noInvoice: string, nofaDiganti: string, changes: Record<string, unknown> = {}) =>
    sale(noInvoice, { pengganti: true, nofaDiganti, ...changes });

  test("it keeps the thirteen digits, raises the status digits, and the original shows as replaced", async () => {
    const first = await client.approved(sale("INV-1"));
    const second = await client.approved(replacing("INV-1-R1", first.nofa));
    const third = await client.approved(replacing("INV-1-R2", second.nofa));
    expect(second.nofa).toBe(`0401${first.nofa.slice(4)}`);
    expect(third.nofa).toBe(`0402${first.nofa.slice(4)}`);
    expect((await client.detail(first.id)).data).toMatchObject({ jenisFaktur: "DIGANTI", nofa: first.nofa });
    expect((await client.detail(second.id)).data["jenisFaktur"]).toBe("DIGANTI");
    expect((await client.detail(third.id)).data["jenisFaktur"]).toBe("PENGGANTI");
    expect((await client.act("batal", first.id)).http).toBe(400);
    expect((await client.act("batal", third.id)).http).toBe(200);
  });

  test("the original stays normal until the replacement is approved", async () => {
    const first = await client.approved(sale("INV-1"));
    const id = await client.created(replacing("INV-1-R1", first.nofa));
    await client.act("upload", id);
    expect((await client.detail(first.id)).data["jenisFaktur"]).toBe("NORMAL");
  });

  test("it may belong to the earlier period of its original", async () => {
    const first = await client.approved(sale("INV-1"));
    client.clock.set("2026-12-05T10:00:00+07:00");
    const later = replacing("INV-1-R1", first.nofa, { tanggalFaktur: "2026-12-05" });
    expect((await client.approved(later)).nofa).toBe(`0401${first.nofa.slice(4)}`);
  });

  test("an original that is unknown, cancelled, already replaced or being replaced is refused", async () => {
    expect((await client.create(replacing("R-0", "04002600000000009"))).http).toBe(400);
    const first = await client.approved(sale("INV-1"));
    await client.created(replacing("R-1", first.nofa));
    expect((await client.create(replacing("R-2", first.nofa))).http).toBe(400);
    const second = await client.approved(sale("INV-2"));
    await client.act("batal", second.id);
    expect((await client.create(replacing("R-3", second.nofa))).http).toBe(400);
    const third = await client.approved(sale("INV-3"));
    await client.approved(replacing("R-4", third.nofa));
    expect((await client.create(replacing("R-5", third.nofa))).http).toBe(400);
  });

  test("buyer, seller and transaction code must stay", async () => {
    const { nofa } = await client.approved(sale("INV-1"));
    const otherBuyer = { ...buyer, identityValue: "0011111111012000", nitku: "0011111111012000000000" };
    const otherSeller = { nitku: "0011111111012000000000", nama: "PT LAIN" };
    for (const changes of [
      { lawanTransaksi: otherBuyer },
      { nitkuPkp: otherSeller },
      { kdJenisTransaksi: "TD.00302" },
    ]) {
      const reply = await client.create(replacing("R-1", nofa, changes));
      expect(faultsOf(reply)).toMatchObject([{ code: "REPLACEMENT" }]);
    }
  });

  test("an original cancelled in the meantime turns the replacement down", async () => {
    const first = await client.approved(sale("INV-1"));
    const id = await client.created(replacing("R-1", first.nofa));
    await client.act("upload", id);
    await client.act("batal", first.id);
    await client.detail(id);
    expect((await client.detail(id)).data).toMatchObject({ status: "DITOLAK", nofa: null });
  });
});
