/**
 * Proves what the channel `pajakio` keeps on record (no secret, no PDF), and that its lookup says "absent" only when
 * the whole list was read. A real HTTP server answers from a script.
 */
import { describeCause } from "../../../src/log";
import { HELD_TOTALS, held, KEY, no, ok, pajakioServer, PASSPHRASE, SIGNER, TOKEN } from "./pajakio-server";
import { SAMPLE_BUYER, sampleFaktur } from "./sample";
import type { Step } from "./scripted";

const at = pajakioServer();

describe("what is kept", () => {
  test("request and answer without token and passphrase, even where the authority echoes them", async () => {
    const echo = `token ${TOKEN}, ${Buffer.from(TOKEN).toString("base64")}, passphrase ${PASSPHRASE}`;
    at.next(ok({ transactionId: "T-1", echo, penandatangan: { passphrase: PASSPHRASE } }));
    await at.channel({ signer: SIGNER }).create(sampleFaktur(), KEY);
    expect(JSON.parse(at.received()[0]!.body)).toMatchObject({ penandatangan: { passphrase: PASSPHRASE } });
    const [exchange] = at.kept();
    expect(exchange?.operation).toBe("create");
    const [line, , body] = exchange!.request.split("\n");
    expect(line).toBe(`POST ${at.url()}/base/efaktur/v3/penjualan`);
    expect(body).toBe(at.received()[0]!.body.replace(JSON.stringify(PASSPHRASE), '"***"'));
    expect(exchange?.response).toContain('"transactionId":"T-1"');
    const all = JSON.stringify(JSON.parse(exchange!.response!.split("\n")[2]!)) + exchange!.request;
    for (const secret of [TOKEN, Buffer.from(TOKEN).toString("base64"), "Sandi"])
      expect(all).not.toContain(secret);
  });

  test("the authority's words, as they are stored and shown, quote neither token nor passphrase", async () => {
    const echo = `Faktur ditolak: token ${TOKEN}, ${Buffer.from(TOKEN).toString("base64")}, sandi ${PASSPHRASE}`;
    const hidden = "Faktur ditolak: token ***, ***, sandi ***";
    at.next(no(400, echo), ok(held({ keteranganDjp: echo, alasan: echo, message: echo })), no(400, echo));
    const channel = at.channel({ signer: SIGNER });
    expect(await channel.create(sampleFaktur(), KEY)).toMatchObject({ kind: "refused", message: hidden });
    expect(await channel.status("T-1")).toMatchObject({ message: hidden });
    await expect(channel.status("T-1")).rejects.toMatchObject({
      says: { id: expect.stringContaining(hidden) as string },
    });
  });

  test("a secret that is found in ids and numbers by chance changes none of them", async () => {
    at.next(ok({ transactionId: "T-2026-77", message: "2026" }));
    const made = await at.channel({ token: "2026" }).create(sampleFaktur(), KEY);
    expect(made).toMatchObject({ kind: "created", externalId: "T-2026-77" });
    at.next(ok({ transactionId: `T-${TOKEN}` }));
    expect(await at.channel().create(sampleFaktur(), KEY)).toMatchObject({ externalId: `T-${TOKEN}` });
  });

  test("an answer that is no JSON is not quoted in the failure", async () => {
    at.next((response) => response.end(TOKEN));
    const failure = await at
      .channel()
      .upload("T-1")
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: "channel_nonsense" });
    expect(describeCause(failure)).not.toContain("rahasia");
  });

  test("a passphrase too short to be searched for is struck out of its field", async () => {
    at.next(ok({ transactionId: "T-1", penandatangan: { passphrase: "e1" } }));
    await at.channel({ signer: { ...SIGNER, passphrase: "e1" } }).create(sampleFaktur(), KEY);
    expect(at.kept()[0]?.response).toContain('"passphrase":"***"');
    expect(at.kept()[0]?.response).toContain('"message":"SUCCESS"');
  });

  test("no PDF and no more than 64 kB of text", async () => {
    const bytes = Buffer.from(`%PDF-1.7 ${"x".repeat(60_000)}`);
    at.next(ok({ filePdf: bytes.toString("base64") }), no(400, "y".repeat(100_000)));
    expect(await at.channel().fetchPdf("T-1")).toEqual(bytes);
    await expect(at.channel().fetchPdf("T-1")).rejects.toMatchObject({ code: "pdf_not_ready" });
    expect(at.kept().map(({ response }) => response!.length < 200)).toEqual([true, false]);
    expect(at.kept()[1]!.response!.length).toBeLessThanOrEqual(64 * 1024 + "400\n\n".length);
  });

  test("a call without an answer is kept as one", async () => {
    at.next((response) => response.destroy());
    await expect(at.channel().upload("T-1")).rejects.toMatchObject({ code: "channel_unreachable" });
    expect(at.kept()).toMatchObject([{ operation: "upload", response: null }]);
  });
});

describe("lookup", () => {
  const page = (...content: unknown[]): Step => ok({ content, totalPages: 9 });
  const others = (from: number): unknown[] =>
    Array.from({ length: 50 }, (_, index) =>
      held({ transactionId: `O-${String(from + index)}`, noInvoice: `INV-${String(from + index)}` }),
    );

  test("an empty list is absent", async () => {
    at.next(page());
    expect(await at.channel().lookup(KEY)).toBe("absent");
  });

  test("a list without the key is read to its end before it is absent", async () => {
    at.next(
      page(...others(0)),
      page(...others(50)),
      page(held({ transactionId: "X", noInvoice: `${KEY}0` })),
      ok([]),
    );
    expect(await at.channel().lookup(KEY)).toBe("absent");
    expect(at.received().map(({ url }) => new URL(url, at.url()).searchParams.get("page"))).toEqual([
      "0",
      "1",
      "2",
      "3",
    ]);
  });

  test("a row that says enough is taken as it is, in a bare list too", async () => {
    at.next(ok([held({ noInvoice: null, transactionId: "X" }), held()]));
    expect(await at.channel().lookup(KEY)).toMatchObject({
      externalId: "T-1",
      state: "draft",
      totals: HELD_TOTALS,
    });
    expect(at.received()).toHaveLength(1);
  });

  test("a row that says less is read in full", async () => {
    at.next(page({ transactionId: "T-1", noInvoice: KEY }), ok(held({ status: "MENUNGGU_VERIFIKASI_DJP" })));
    expect(await at.channel().lookup(KEY)).toMatchObject({
      state: "pending",
      buyerNumber: SAMPLE_BUYER.npwp,
    });
    expect(at.paths()[1]).toBe("POST /base/efaktur/v3/penjualan/T-1");
  });

  test("a row that does not say whose it is is read in full", async () => {
    at.next(page(held({ nitkuPkp: undefined })), ok(held({ nitkuPkp: undefined, status: "DITOLAK" })));
    expect(await at.channel().lookup(KEY)).toMatchObject({ externalId: "T-1", state: "rejected" });
  });

  test("a living document goes before a cancelled one, on whatever page", async () => {
    const cancelled = held({ transactionId: "T-0", jenisFaktur: "BATAL" });
    at.next(page(cancelled), page(held()));
    expect(await at.channel().lookup(KEY)).toMatchObject({ externalId: "T-1", state: "draft" });
  });

  test("where only a cancelled one is held, that is the answer", async () => {
    at.next(page(held({ jenisFaktur: "BATAL" })), page());
    expect(await at.channel().lookup(KEY)).toMatchObject({ externalId: "T-1", state: "cancelled" });
  });

  test.each<[string, Step[], string]>([
    ["a row without its invoice number", [page({ transactionId: "T-1" })], "channel_nonsense"],
    ["a row without its id", [page({ noInvoice: "A" })], "channel_nonsense"],
    ["data that are no list", [ok({})], "channel_nonsense"],
    ["a second page that fails", [page(...others(0)), { status: 500, body: {} }], "channel_failed"],
    [
      "a listed document that is not known",
      [page({ transactionId: "T-1", noInvoice: KEY }), no(404, "x")],
      "channel_nonsense",
    ],
    ["a 404 for the list", [no(404, "x")], "channel_refused"],
    ["a gateway's 404 for the list", [{ status: 404, body: { message: "x" } }], "channel_nonsense"],
  ])("%s leaves the doubt", async (_name, steps, code) => {
    at.next(...steps);
    await expect(at.channel().lookup(KEY)).rejects.toMatchObject({ code });
  });

  test("a server that does not turn its pages leaves the doubt, and a page told twice is no harm", async () => {
    at.next(page(...others(0)), page(...others(0)), page());
    expect(await at.channel().lookup(KEY)).toBe("absent");
    at.always(page(...others(0)));
    await expect(at.channel().lookup(KEY)).rejects.toMatchObject({ code: "channel_nonsense" });
    expect(at.received().length).toBeLessThan(10);
  });

  test("a list without end is given up after 2,000 pages", async () => {
    let row = 0;
    at.always((response) => {
      row += 1;
      const content = [{ transactionId: `O-${String(row)}`, noInvoice: `INV-${String(row)}` }];
      response.end(JSON.stringify({ code: 200, status: "OK", data: { content } }));
    });
    await expect(at.channel().lookup(KEY)).rejects.toMatchObject({ code: "channel_nonsense" });
    expect(row).toBe(2000);
  });
});
