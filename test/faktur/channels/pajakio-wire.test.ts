/**
 * Proves the exact bytes sent to Pajak.io: golden bodies, addresses and headers at a real HTTP server, and amounts by
 * a property over all hundredths.
 */
import fc from "fast-check";
import { draftBody, toJson } from "../../../src/faktur/channels/pajakio-wire";
import { parseMoney } from "../../../src/money";
import { expectGolden } from "../../support/golden";
import { KEY, no, ok, pajakioServer, SIGNER, TOKEN } from "./pajakio-server";
import { sampleFaktur, type SampleChanges } from "./sample";

const at = pajakioServer();

const cases: [
  string,
  SampleChanges,
  { signer?: typeof SIGNER; replaces?: string; transactionId?: string },
][] = [
  ["service-04", {}, {}],
  [
    "many-lines-signed",
    {
      lines: [
        { price: 3_325_000n, quantity: 300n },
        { price: 1_234_567n, quantity: 250n, discount: 50n },
        { price: 1n },
      ],
    },
    { signer: SIGNER },
  ],
  ["goods-01", { transactionCode: "01", lines: [{ price: 50_000_000n, kind: "A", code: "847100" }] }, {}],
  [
    "replacement-passport",
    {
      buyer: {
        document: "Passport",
        npwp: "0000000000000000",
        documentNumber: "X1234567",
        nitku: "000000",
        name: "Jörg Müller",
        country: "DEU",
        email: "",
      },
    },
    { replaces: "04002600000000001", transactionId: "T-9" },
  ],
];

test.each(cases)("the body of %s, byte for byte", (name, changes, { signer, replaces, ...draft }) => {
  const body = draftBody({ faktur: sampleFaktur(changes), key: KEY, signer, replaces, ...draft });
  expectGolden(`pajakio/${name}.json`, `${body}\n`);
});

test("create posts that body with the bare Base64 token", async () => {
  at.next(ok({ transactionId: "T-1", noInvoice: KEY }));
  const faktur = sampleFaktur();
  expect(await at.channel().create(faktur, KEY)).toEqual({
    kind: "created",
    externalId: "T-1",
    simulated: false,
  });
  expect(at.paths()).toEqual(["POST /base/efaktur/v3/penjualan"]);
  expect(at.received()[0]).toMatchObject({
    headers: { authorization: Buffer.from(TOKEN).toString("base64"), "content-type": "application/json" },
    body: draftBody({ faktur, key: KEY, signer: undefined, replaces: undefined }),
  });
});

test("update puts the body with its id, and a replacement stays one", async () => {
  at.next(ok({ transactionId: "T-1" }));
  const reply = await at.channel().update("T-1", sampleFaktur(), KEY, "04002600000000001");
  expect(reply).toMatchObject({ kind: "created", externalId: "T-1" });
  expect(at.paths()).toEqual(["PUT /base/efaktur/v3/penjualan"]);
  expect(JSON.parse(at.received()[0]!.body)).toMatchObject({
    transactionId: "T-1",
    pengganti: true,
    nofaDiganti: "04002600000000001",
  });
});

test.each([
  [
    "upload",
    () => at.channel().upload("T-1"),
    "POST /base/efaktur/v3/penjualan/upload",
    { transactionId: "T-1" },
  ],
  [
    "cancel",
    () => at.channel().cancel("T-1", "salah"),
    "POST /base/efaktur/v3/penjualan/batal",
    { transactionId: "T-1" },
  ],
  [
    "pdf",
    () => at.channel().fetchPdf("T-1"),
    "POST /base/efaktur/v3/penjualan/get-pdf",
    { transactionId: "T-1" },
  ],
  ["status", () => at.channel().status("a/b"), "POST /base/efaktur/v3/penjualan/a%2Fb", {}],
  [
    "lookup",
    () => at.channel().lookup(KEY),
    "POST /base/efaktur/v3/penjualan/list?page=0&size=50&sortBy=createdAt&sortOrder=DESC",
    { noInvoice: KEY },
  ],
  [
    "checkBuyer",
    () => at.channel().checkBuyer!("0023456789012000"),
    "POST /base/vswp/v2/verify/npwp",
    { npwp: "0023456789012000", tujuan: "Penerbitan Faktur Pajak" },
  ],
] as const)("%s calls its own address", async (_name, act, path, body) => {
  at.next(no(400, "cukup"));
  await Promise.resolve(act()).catch(() => undefined);
  expect(at.paths()).toEqual([path]);
  expect(JSON.parse(at.received()[0]!.body)).toEqual(body);
});

test("amounts leave as plain decimals of the very same value", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 17n) + 1n, max: 10n ** 17n - 1n }), (amount) => {
      const digits = toJson({ amount }).slice('{"amount":'.length, -1);
      expect(digits).toMatch(/^-?(0|[1-9]\d*)(\.\d{1,2})?$/);
      expect(parseMoney(digits)).toBe(amount);
    }),
  );
});

test("any text comes through JSON unharmed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      expect(JSON.parse(toJson({ value, list: [value], gone: undefined }))).toEqual({
        value,
        list: [value],
      });
    }),
  );
});

test("a faktur of another seller does not leave", async () => {
  const faktur = sampleFaktur();
  const other = { ...faktur, seller: { ...faktur.seller, npwp: "0099999999999000" } };
  await expect(at.channel().create(other, KEY)).rejects.toMatchObject({ code: "config_invalid" });
  expect(at.received()).toEqual([]);
});
