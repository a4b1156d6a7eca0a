/**
 * Proves what each answer of Pajak.io is taken for: never success where it is not said, never "absent" where the
 * provider did not say it. A real HTTP server answers from a script; amounts are proved by a property.
 */
import fc from "fast-check";
import { readAmount } from "../../../src/faktur/channels/pajakio-answers";
import { toJson } from "../../../src/faktur/channels/pajakio-wire";
import { HELD_TOTALS, held, KEY, no, ok, pajakioServer } from "./pajakio-server";
import { SAMPLE_BUYER, sampleFaktur } from "./sample";
import type { Step } from "./scripted";

const at = pajakioServer();

test.each<[string, Step, object]>([
  ["a repeated invoice number", no(400, "Draft Faktur already exist"), { kind: "duplicate" }],
  ["the same in other letters", no(409, "DRAFT FAKTUR ALREADY EXISTS!"), { kind: "duplicate" }],
  [
    "wrong data",
    no(400, "Input contains invalid NITKU format"),
    { kind: "refused", message: "Input contains invalid NITKU format" },
  ],
  [
    "a refusal in a list",
    { status: 422, body: { message: ["a", "b"] } },
    { kind: "refused", message: "a; b" },
  ],
  [
    "a refusal without message",
    { status: 400, body: { code: 400, status: "BAD_REQUEST" } },
    { message: "BAD_REQUEST" },
  ],
  [
    "200 that refuses",
    { body: { code: 400, status: "BAD_REQUEST", message: "salah" } },
    { kind: "refused", message: "salah" },
  ],
  [
    "200 that refuses by its word only",
    { body: { code: "200", status: "GAGAL", message: null } },
    { kind: "refused", message: "GAGAL" },
  ],
  [
    "200 that says it is a duplicate",
    { body: { status: "ERROR", message: "Draft Faktur already exist" } },
    { kind: "duplicate" },
  ],
  [
    "a numeric id and a code as text",
    { body: { code: "200", status: "OK", data: { transactionId: 77, more: 1 } } },
    { kind: "created", externalId: "77" },
  ],
  [
    "a simulation",
    { headers: { "x-simulated": "1" }, body: { status: "OK", data: { transactionId: "T" } } },
    { kind: "created", simulated: true },
  ],
])("create, %s", async (_name, step, reply) => {
  at.next(step);
  expect(await at.channel().create(sampleFaktur(), KEY)).toMatchObject(reply);
});

test.each<[string, Step, string]>([
  ["fine, but without an id", ok({}), "channel_nonsense"],
  ["fine, with an id that folds a path", ok({ transactionId: ".." }), "channel_nonsense"],
  [
    "fine and refused at once",
    { body: { code: 400, status: "OK", data: { transactionId: "T" } } },
    "channel_nonsense",
  ],
  ["no envelope", { body: { transactionId: "T" } }, "channel_nonsense"],
  ["a bare list", { body: [] }, "channel_nonsense"],
  ["a refusal without a word", { status: 400, body: {} }, "channel_nonsense"],
  ["200 with code 500", { body: { code: 500, status: "ERROR", message: "x" } }, "channel_failed"],
  [
    "200 with code 401",
    { body: { code: "401", status: "UNAUTHORIZED", message: "x" } },
    "channel_unauthorized",
  ],
  ["200 with code 429", { body: { code: 429, status: "BUSY", message: "x" } }, "channel_busy"],
])("create, %s: nothing is concluded", async (_name, step, code) => {
  at.next(step);
  await expect(at.channel().create(sampleFaktur(), KEY)).rejects.toMatchObject({ code });
});

test("an update is refused or done, never a duplicate", async () => {
  at.next(no(400, "Draft Faktur already exist"));
  expect(await at.channel().update("T-1", sampleFaktur(), KEY)).toMatchObject({ kind: "refused" });
});

test("upload: taken, in the wrong state, or refused", async () => {
  at.next(
    ok(null),
    no(400, "Hanya faktur yang berstatus DRAFT atau DITOLAK yang dapat di upload"),
    no(400, "Sertifikat kedaluwarsa"),
  );
  const channel = at.channel();
  expect(await channel.upload("T-1")).toEqual({ kind: "accepted" });
  expect(await channel.upload("T-1")).toMatchObject({ kind: "wrongState" });
  expect(await channel.upload("T-1")).toEqual({ kind: "refused", message: "Sertifikat kedaluwarsa" });
});

test("cancel: asked or refused", async () => {
  at.next(ok(null), no(400, "Tidak bisa membatalkan Faktur yang berstatus APPROVAL_SUKSES"));
  expect(await at.channel().cancel("T-1", "salah")).toEqual({ kind: "asked" });
  expect(await at.channel().cancel("T-1", "salah")).toMatchObject({ kind: "refused" });
});

test.each<[Record<string, unknown>, object]>([
  [{}, { state: "draft", nsfp: null, buyerNumber: SAMPLE_BUYER.npwp, totals: HELD_TOTALS }],
  [{ status: "MENUNGGU_VERIFIKASI_DJP" }, { state: "pending" }],
  [
    { status: "APPROVAL_SUKSES", nofa: "04002600000000001" },
    { state: "approved", nsfp: "04002600000000001" },
  ],
  [
    { status: "APPROVAL_SUKSES", nofa: "0400.26.0000000001" },
    { state: "pending", nsfp: null },
  ],
  [
    { status: "APPROVAL_SUKSES", nofa: "0400.26.00000000001" },
    { state: "approved", nsfp: "04002600000000001" },
  ],
  [
    { status: "APPROVAL_SUKSES", nofa: "" },
    { state: "pending", nsfp: null, status: "APPROVAL_SUKSES" },
  ],
  [
    { status: "APPROVAL_SUKSES", nofa: 4002600000000001 },
    { state: "pending", nsfp: null },
  ],
  [
    { status: "DITOLAK", keteranganDjp: "NPWP tidak ditemukan" },
    { state: "rejected", message: "NPWP tidak ditemukan" },
  ],
  [
    { status: "DITOLAK", keteranganDjp: "", alasan: "salah" },
    { state: "rejected", message: "salah" },
  ],
  [
    { status: "DITOLAK", nofa: "04002600000000001" },
    { state: "rejected", nsfp: null },
  ],
  [
    { status: "APPROVAL_SUKSES", nofa: "04002600000000001", jenisFaktur: "BATAL" },
    { state: "cancelled", nsfp: "04002600000000001" },
  ],
  [{ status: "APPROVAL_SUKSES", nofa: "04002600000000001", jenisFaktur: "DIGANTI" }, { state: "replaced" }],
  [{ status: "APPROVAL_SUKSES", nofa: "04012600000000001", jenisFaktur: "PENGGANTI" }, { state: "approved" }],
  [
    { status: "APPROVAL_SUKSES", nofa: "04002600000000001", jenisFaktur: "LAIN" },
    { state: "unknown", nsfp: null },
  ],
  [{ status: "PROSES_ULANG" }, { state: "unknown", status: "PROSES_ULANG" }],
  [{ status: "toString" }, { state: "unknown" }],
  [
    { status: "DITOLAK", jenisFaktur: null, lawanTransaksi: null, totalPpn: undefined },
    { state: "rejected", buyerNumber: null, totals: null },
  ],
  [{ totalDpp: "1000000.00", totalDppLain: "916666.67", totalPpn: "110000" }, { totals: HELD_TOTALS }],
  [{ totalDpp: "1.000.000,00" }, { totals: null }],
  [
    { lawanTransaksi: { identityType: "NPWP", identityValue: "0023.4567.8901.2000" } },
    { buyerNumber: SAMPLE_BUYER.npwp },
  ],
  [{ lawanTransaksi: { identityType: "PASPOR", identityValue: "X-12" } }, { buyerNumber: "X-12" }],
  [{ lawanTransaksi: { identityType: "NPWP", identityValue: 23456789012000 } }, { buyerNumber: null }],
  [{ nitkuPkp: { nitku: "0098.7654.3210.9000.000007" } }, { sellerNpwp: "0098765432109000" }],
  [{ nitkuPkp: { nitku: "000000" } }, { state: "draft" }],
  [{ nitkuPkp: "0098765432109000000000" }, { state: "draft" }],
])("status of %j", async (changes, document) => {
  at.next(ok(held(changes)));
  expect(await at.channel().status("T-1")).toMatchObject({ externalId: "T-1", ...document });
});

test.each<[string, Step, unknown]>([
  ["the provider's own 404", no(404, "Faktur tidak ditemukan"), "absent"],
  ["the same inside a 200", { body: { code: 404, status: "NOT_FOUND", message: "x", data: null } }, "absent"],
  ["a gateway's 404", { status: 404, body: { message: "no Route matched" } }, "channel_nonsense"],
  ["a page's 404", { status: 404, body: "<html>" }, "channel_nonsense"],
  ["another refusal", no(400, "tidak boleh"), "channel_refused"],
  ["no data", ok(null), "channel_nonsense"],
  ["a document without status", ok(held({ status: null })), "channel_nonsense"],
  ["somebody else's document", ok(held({ transactionId: "T-2" })), "channel_nonsense"],
])("status, %s", async (_name, step, result) => {
  at.next(step);
  const outcome = await at
    .channel()
    .status("T-1")
    .catch((error: { code: string }) => error.code);
  expect(outcome).toBe(result);
});

test.each<[string, unknown, Buffer | string]>([
  ["base64", { filePdf: "JVBERg==" }, Buffer.from("%PDF")],
  [
    "base64 with a data prefix and blanks",
    { filePdf: "data:application/pdf;base64,JVB\r\nERg==" },
    Buffer.from("%PDF"),
  ],
  ["an empty PDF", { filePdf: "" }, "pdf_not_ready"],
  ["no PDF", {}, "pdf_not_ready"],
  ["no data", null, "pdf_not_ready"],
  ["words", { filePdf: "sedang diproses!" }, "channel_nonsense"],
])("a PDF as %s", async (_name, data, result) => {
  at.next(ok(data));
  const outcome = await at
    .channel()
    .fetchPdf("T-1")
    .catch((error: { code: string }) => error.code);
  expect(outcome).toEqual(result);
});

test.each([400, 404])("a PDF answered with %i is not ready", async (status) => {
  at.next(no(status, "PDF belum tersedia"));
  await expect(at.channel().fetchPdf("T-1")).rejects.toMatchObject({ code: "pdf_not_ready" });
});

test("a PDF may be longer than other answers", async () => {
  const bytes = Buffer.alloc(6 * 1024 * 1024, "a");
  at.next(ok({ filePdf: bytes.toString("base64") }), ok(held({ note: "x".repeat(6 * 1024 * 1024) })));
  expect((await at.channel().fetchPdf("T-1")).equals(bytes)).toBe(true);
  await expect(at.channel().status("T-1")).rejects.toMatchObject({ code: "channel_nonsense" });
});

test.each<[string, Step, object]>([
  [
    "active",
    ok({ nama: "PT A", alamat: "Jl. B", statusWp: "AKTIF" }),
    { kind: "found", name: "PT A", address: "Jl. B", active: true, status: "AKTIF" },
  ],
  ["inactive", ok({ nama: "PT A", statusWp: "NON EFEKTIF" }), { kind: "found", address: "", active: false }],
  [
    "under a word nobody knows",
    ok({ nama: "PT A", alamat: "Jl. B", statusWp: "VALID" }),
    { kind: "found", active: true, status: "VALID" },
  ],
  ["not there", no(404, "NPWP tidak ditemukan"), { kind: "notFound", message: "NPWP tidak ditemukan" }],
])("a buyer who is %s", async (_name, step, check) => {
  at.next(step);
  expect(await at.channel().checkBuyer!("0023456789012000")).toMatchObject(check);
});

test.each(["Not Found", "Layanan tidak tersedia di paket Anda", "Saldo tidak cukup"])(
  "a refusal that speaks of something else, %s, says nothing about a buyer",
  async (words) => {
    at.next(no(404, words));
    await expect(at.channel().checkBuyer!("0023456789012000")).rejects.toMatchObject({
      code: "channel_refused",
    });
  },
);

test("a gateway's 404 says nothing about a buyer", async () => {
  at.next({ status: 404, body: { message: "no Route matched" } });
  await expect(at.channel().checkBuyer!("0023456789012000")).rejects.toMatchObject({
    code: "channel_nonsense",
  });
});

test("an amount read back is the amount that was sent, as a JSON number and as text", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -999_999_999_999_999n, max: 999_999_999_999_999n }), (amount) => {
      const text = toJson(amount);
      expect(readAmount(JSON.parse(text) as number)).toBe(amount);
      expect(readAmount(text)).toBe(amount);
    }),
  );
});

test.each<[string | number, bigint | null]>([
  [27431.340000000004, 2_743_134n],
  ["916666.665", 91_666_667n],
  ["-0.005", -1n],
  [1e13, null],
  [1e-7, null],
  ["1e3", null],
  ["", null],
])("the amount %p", (value, amount) => {
  expect(readAmount(value)).toBe(amount);
});
