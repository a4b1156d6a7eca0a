/**
 * What WHMCS's lines become (traps T1, T3 to T5, T7, T10, T11), as tables and as a property: whatever the lines, prices
 * inside or outside tax, the net lines add up to the head of the invoice to the hundredth, and nothing is lost.
 */
import fc from "fast-check";
import { KIND_OF_TYPE, linesOf, type LineFacts } from "../../../src/hooks/whmcs/lines";
import { optionsOf } from "../../../src/hooks/whmcs/options";
import type { WhmcsLine } from "../../../src/hooks/whmcs/shape";
import { formatMoney, parseMoney, shareHalfUp, sum } from "../../../src/money";

const money = (written: string) => parseMoney(written) ?? 0n;

let count = 0;
const line = (type: string, amount: string, more: Partial<WhmcsLine> = {}): WhmcsLine => ({
  id: String((count += 1)),
  type,
  relid: "12",
  description: `${type} line`,
  amount: money(amount),
  taxed: true,
  ...more,
});

const factsOf = (subtotal: string, tax: string, more: Partial<LineFacts> = {}): LineFacts => ({
  options: optionsOf({}),
  taxType: "Exclusive",
  subtotal: money(subtotal),
  tax: money(tax),
  unit: 100n,
  serviceOfAddon: new Map(),
  ...more,
});

function made(lines: readonly WhmcsLine[], facts: LineFacts) {
  const policy = linesOf(lines, facts);
  if (policy.kind === "fault") throw new Error(policy.code);
  return policy;
}

const amounts = (lines: readonly WhmcsLine[], facts: LineFacts) =>
  made(lines, facts).lines.map((one) => formatMoney(one.amount));

beforeEach(() => {
  count = 0;
});

test.each([
  ["Hosting", "hosting", "S12"],
  ["Setup", "setup", "S12"],
  ["Addon", "addon", null],
  ["Upgrade", "upgrade", null],
  ["Domain", "domain", "D12"],
  ["DomainRegister", "domain", "D12"],
  ["DomainTransfer", "domain", "D12"],
  ["DomainRenew", "domain", "D12"],
  ["DomainAddonDNS", "domain", "D12"],
  ["DomainAddonEMF", "domain", "D12"],
  ["DomainAddonIDP", "domain", "D12"],
  ["DomainGraceFee", "domain", "D12"],
  ["DomainRedemptionFee", "domain", "D12"],
  ["Item", "item", null],
  ["", "item", null],
  ["ProjectManagement", "support", null],
  ["LateFee", "lateFee", null],
  ["Invoice", "invoice", null],
  ["AddFunds", "deposit", null],
  ["PromoHosting", "discount", "S12"],
  ["PromoAddon", "discount", null],
  ["PromoDomain", "discount", "D12"],
  ["GroupDiscount", "discount", null],
])("a line of type %j is %s of service %s", (type, kind, serviceId) => {
  const { lines, unknownTypes } = made([line(type, "1000")], factsOf("1000", "110"));
  expect(lines).toMatchObject([{ kind, serviceId }]);
  expect(unknownTypes).toEqual([]);
});

test("every type of the table has a kind of ours, and a type that is not there is an item with a note", () => {
  for (const type of Object.keys(KIND_OF_TYPE)) {
    expect(made([line(type, "10")], factsOf("10", "0")).unknownTypes).toEqual([]);
  }
  const odd = made(
    [line("Teleport", "10"), line("toString", "10"), line("Teleport", "10")],
    factsOf("30", "0"),
  );
  expect(odd.lines.map((one) => one.kind)).toEqual(["item", "item", "item"]);
  expect(odd.unknownTypes).toEqual(["Teleport", "toString"]);
});

test("T1: the lines of a mass payment are payments, taxed by nothing whatever their mark", () => {
  const { lines } = made([line("Invoice", "111000"), line("Invoice", "222000")], factsOf("333000", "0"));
  expect(lines).toMatchObject([
    { kind: "invoice", taxed: false },
    { kind: "invoice", taxed: false },
  ]);
});

test("T3: a top-up is no sale unless the seller taxes it, and then it is one", () => {
  const top = line("AddFunds", "1000", { relid: "77" });
  expect(made([top], factsOf("1000", "0")).lines).toMatchObject([{ kind: "deposit", taxed: false }]);
  const taxing = factsOf("1000", "110", { options: optionsOf({ addFunds: "tax-topup" }) });
  expect(made([top], taxing).lines).toMatchObject([{ kind: "item", taxed: true }]);
});

test("T10: an administration fee and a unique code are known by their words, untaxed as the portal has them", () => {
  const options = optionsOf({ adminFeeNames: ["Kode Unik", "biaya admin"] });
  const lines = [
    line("Hosting", "100000"),
    line("", "3", { taxed: false, relid: "", description: "KODE UNIK transfer" }),
    line("Item", "-7", { taxed: false, relid: "", description: "Kode unik" }),
  ];
  expect(made(lines, factsOf("99996", "11000", { options })).lines).toMatchObject([
    { kind: "hosting", taxed: true },
    { kind: "adminFee", taxed: false },
    { kind: "discount", taxed: false },
  ]);
});

test("a seller's own kinds for types go before the table", () => {
  const options = optionsOf({ lineKinds: { Item: "ssl", Teleport: "license" } });
  const { lines, unknownTypes } = made(
    [line("Item", "5"), line("Teleport", "5")],
    factsOf("10", "0", { options }),
  );
  expect(lines.map((one) => one.kind)).toEqual(["ssl", "license"]);
  expect(unknownTypes).toEqual([]);
});

test.each([
  ["Addon", "12", "S40"],
  ["PromoAddon", "12", "S40"],
  ["Addon", "13", null],
  ["Upgrade", "12", null],
  ["Item", "12", null],
  ["Hosting", "", null],
  ["Domain", "", null],
])("where addon 12 belongs to S40, %s %j is of service %s", (type, relid, serviceId) => {
  const facts = factsOf("10", "0", { serviceOfAddon: new Map([["12", "S40"]]) });
  expect(made([line(type, "10", { relid })], facts).lines).toMatchObject([{ serviceId }]);
});

test("below zero every sale is a discount, but payments and credits stay what they are; nothing is no discount", () => {
  const options = optionsOf({ lineKinds: { Saldo: "credit" } });
  const lines = [line("Hosting", "-1"), line("Invoice", "-2"), line("Saldo", "-3"), line("Hosting", "0")];
  expect(made(lines, factsOf("-6", "0", { options })).lines.map(({ kind }) => kind)).toEqual([
    "discount",
    "invoice",
    "credit",
    "hosting",
  ]);
});

test("what a line says is cut whole letter by letter, is never empty, and gives its period as the portal writes dates", () => {
  const options = optionsOf({ dateFormat: "MM/DD/YYYY" });
  const [long, empty, dated] = made(
    [
      line("Item", "1", { description: "🧾".repeat(600) }),
      line("Item", "1", { description: "" }),
      line("Hosting", "1", { description: "Hosting (11/03/2026 - 12/03/2026)" }),
    ],
    factsOf("3", "0", { options }),
  ).lines;
  expect(long?.description).toBe("🧾".repeat(500));
  expect(empty?.description).toBe("Layanan");
  expect(dated).toMatchObject({ quantity: 100n, periodStart: "2026-11-03", periodEnd: "2026-12-03" });
});

describe("T10: a promotion", () => {
  test("lowers the line of its own service that is taxed alike", () => {
    const lines = [
      line("Hosting", "100", { relid: "1" }),
      line("Hosting", "100", { relid: "2" }),
      line("PromoHosting", "-40", { relid: "2" }),
    ];
    expect(made(lines, factsOf("160", "17.6")).lines[2]).toMatchObject({ kind: "discount", appliesTo: "2" });
  });

  test("of a service with a setup fee lowers both, by their service", () => {
    const lines = [line("Hosting", "100"), line("Setup", "50"), line("PromoHosting", "-120")];
    expect(made(lines, factsOf("30", "3.3")).lines[2]).toMatchObject({ appliesTo: null, serviceId: "S12" });
  });

  test("of a domain is none of a hosting with the same number", () => {
    const lines = [line("Hosting", "100"), line("Domain", "90"), line("PromoDomain", "-40")];
    expect(made(lines, factsOf("150", "16.5")).lines[2]).toMatchObject({ appliesTo: "2", serviceId: "D12" });
  });

  test.each<[string, WhmcsLine[], string | null]>([
    [
      "an addon is none of a domain",
      [line("Domain", "90"), line("Addon", "80"), line("PromoAddon", "-40")],
      "2",
    ],
    [
      "a line of nothing is not lowered",
      [line("Hosting", "0"), line("Setup", "50"), line("PromoHosting", "-20")],
      "2",
    ],
    [
      "another promotion's line is not lowered",
      [line("Hosting", "90"), line("PromoHosting", "10"), line("PromoHosting", "-40")],
      "1",
    ],
    ["items belong together by no number", [line("Item", "90"), line("Item", "-40")], null],
    [
      "no number belongs to no other",
      [line("Hosting", "90", { relid: "" }), line("PromoHosting", "-4", { relid: "" })],
      null,
    ],
  ])("where %s", (_what, lines, appliesTo) => {
    const all = formatMoney(sum(lines.map((one) => one.amount)));
    const ours = made(
      lines.map((one, index) => ({ ...one, id: String(index + 1) })),
      factsOf(all, "0"),
    ).lines;
    expect(ours.map((one) => one.appliesTo)).toEqual([...lines.slice(1).map(() => null), appliesTo]);
  });

  test.each([
    ["service", { relid: "2" }, "Hosting", "PromoHosting"],
    ["tax", { taxed: false }, "Hosting", "PromoHosting"],
    ["kind", {}, "Domain", "PromoDomain"],
  ])("is not counted against the lines of another %s", (_what, other, type, promo) => {
    const lines = [
      line("Hosting", "100"),
      line(type, "100", other),
      line("PromoHosting", "-60"),
      line(promo, "-60", other),
    ];
    expect(made(lines, factsOf("80", "0")).lines.map((one) => one.appliesTo)).toEqual([null, null, "1", "2"]);
  });

  test("stops the invoice when it exceeds all the lines it lowers together, and not before", () => {
    const lines = (promo: string) => [
      line("Hosting", "100"),
      line("Setup", "50"),
      line("PromoHosting", promo),
    ];
    expect(linesOf(lines("-150"), factsOf("0", "0")).kind).toBe("lines");
    expect(linesOf(lines("-151"), factsOf("-1", "0")).kind).toBe("fault");
  });

  test.each([
    [["-101"], "discount_exceeds_line"],
    [["-60", "-41"], "discount_exceeds_line"],
  ])("of %j on a line of 100 stops the invoice", (promos, code) => {
    const lines = [
      line("Hosting", "100"),
      line("Hosting", "500", { relid: "2" }),
      ...promos.map((amount) => line("PromoHosting", amount)),
    ];
    expect(linesOf(lines, factsOf("499", "54.89"))).toEqual({ kind: "fault", code, path: "/items/2" });
  });

  test("that is taxed otherwise than its line is none of it", () => {
    const lines = [
      line("Hosting", "100", { taxed: false }),
      line("Item", "100"),
      line("PromoHosting", "-40"),
    ];
    expect(made(lines, factsOf("160", "6.6")).lines[2]).toMatchObject({ appliesTo: null });
  });

  test("the whole of a line leaves nothing of it (T5)", () => {
    expect(amounts([line("Hosting", "100"), line("PromoHosting", "-100")], factsOf("0", "0"))).toEqual([
      "100.00",
      "-100.00",
    ]);
  });
});

describe("the head is authoritative", () => {
  test("T11: 4.94 − 2.47 with 19 % inside is 2.07 net, as the head says", () => {
    const lines = [line("Hosting", "4.94"), line("PromoHosting", "-2.47")];
    const facts = factsOf("2.07", "0.40", { taxType: "Inclusive", unit: 1n });
    expect(amounts(lines, facts)).toEqual(["4.14", "-2.07"]);
    const header = { ...facts, subtotal: 208n, tax: 39n };
    expect(amounts(lines, header)).toEqual(["4.16", "-2.08"]);
  });

  test.each([
    [
      "outside",
      "Exclusive",
      ["33250", "33250", "33250"],
      "99750",
      "10972.50",
      ["33250.00", "33250.00", "33250.00"],
    ],
    ["inside", "Inclusive", ["150000"], "135135.14", "14864.86", ["135135.14"]],
    ["inside, rounded to rupiah", "Inclusive", ["150000"], "135135", "14865", ["135135.00"]],
    [
      "inside, rounded line by line",
      "Inclusive",
      ["10000", "10000", "10000"],
      "27027",
      "2973",
      ["9009.00", "9009.00", "9009.00"],
    ],
    [
      "inside, a cent left over",
      "Inclusive",
      ["10000", "10000", "10000"],
      "27027.02",
      "2972.98",
      ["9009.00", "9009.01", "9009.01"],
    ],
    ["outside, a rupiah apart", "Exclusive", ["1000.40", "500.40"], "1501", "165.11", ["1000.60", "500.40"]],
  ] as const)("tax %s", (_how, taxType, written, subtotal, tax, expected) => {
    const lines = written.map((amount) => line("Hosting", amount));
    const got = amounts(lines, factsOf(subtotal, tax, { taxType }));
    expect([...got].sort()).toEqual([...expected].sort());
  });

  test("T10: untaxed lines keep their amount where the tax is inside the others", () => {
    const lines = [line("Hosting", "111000"), line("LateFee", "5000", { taxed: false })];
    expect(amounts(lines, factsOf("105000", "11000", { taxType: "Inclusive" }))).toEqual([
      "100000.00",
      "5000.00",
    ]);
  });

  test("an invoice made before the setting was changed is read as it was made", () => {
    const lines = [line("Hosting", "100000")];
    expect(amounts(lines, factsOf("100000", "11000", { taxType: "Inclusive" }))).toEqual(["100000.00"]);
    expect(amounts([line("Hosting", "111000")], factsOf("100000", "11000"))).toEqual(["100000.00"]);
  });

  test.each<[string, (readonly [string, boolean])[], string, string, string[]]>([
    [
      "on the largest taxed line",
      [
        ["500.40", true],
        ["1000.40", true],
        ["2000", false],
      ],
      "3501",
      "165",
      ["500.40", "1000.60", "2000.00"],
    ],
    [
      "on the largest where none is taxed",
      [
        ["500.40", false],
        ["1000.40", false],
      ],
      "1501",
      "0",
      ["500.40", "1000.60"],
    ],
    [
      "on none that it would wipe out",
      [
        ["0.50", true],
        ["100", false],
      ],
      "99.70",
      "0",
      ["0.50", "99.20"],
    ],
    [
      "of at most a rupiah a line",
      [
        ["1000", true],
        ["500", true],
      ],
      "1502",
      "165",
      ["1002.00", "500.00"],
    ],
    [
      "but not a cent more",
      [
        ["1000", true],
        ["500", true],
      ],
      "1502.01",
      "165",
      ["1000.00", "500.00"],
    ],
    ["of one line alone", [["1000", true]], "999", "110", ["999.00"]],
    ["of one line, not a cent more", [["1000", true]], "998.99", "110", ["1000.00"]],
  ])("a rest of rounding is put %s", (_where, written, subtotal, tax, expected) => {
    const lines = written.map(([amount, taxed]) => line("Item", amount, { taxed }));
    for (const taxType of ["Exclusive", "Inclusive"] as const) {
      expect(amounts(lines, factsOf(subtotal, tax, { taxType }))).toEqual(expected);
    }
  });

  test.each<[string, (readonly [string, boolean])[], string, string]>([
    ["is told and no line is taxed", [["111000", false]], "100000", "11000"],
    [
      "is more than what is taxed",
      [
        ["1000", true],
        ["110000", false],
      ],
      "100000",
      "11000",
    ],
    [
      "lies in a discount",
      [
        ["-1000", true],
        ["112000", false],
      ],
      "100000",
      "11000",
    ],
  ])("lines whose tax %s are left as they are", (_what, written, subtotal, tax) => {
    const lines = written.map(([amount, taxed]) => line("Item", amount, { taxed }));
    expect(amounts(lines, factsOf(subtotal, tax, { taxType: "Inclusive" }))).toEqual(
      lines.map((one) => formatMoney(one.amount)),
    );
  });

  test("lines that fit the head in no way are left as they are, for the rules to hold", () => {
    expect(amounts([line("Hosting", "100000")], factsOf("90000", "9900"))).toEqual(["100000.00"]);
  });
});

test("whatever the lines, they add up to the head exactly and keep their number, order and signs", () => {
  const amount = fc.bigInt({ min: 200n, max: 5_000_000_00n });
  const sold = fc.record({ amount, taxed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(sold, { minLength: 1, maxLength: 12 }), fc.boolean(), (entries, inside) => {
      const lines = entries.map((entry, index) =>
        line("Item", "0", { ...entry, id: String(index + 1), relid: "" }),
      );
      const taxed = sum(entries.map((entry) => (entry.taxed ? entry.amount : 0n)));
      const all = sum(entries.map((entry) => entry.amount));
      const net = inside ? shareHalfUp(taxed, 100n, 111n) : taxed;
      const tax = inside ? taxed - net : shareHalfUp(taxed, 11n, 100n);
      const subtotal = all - taxed + net;
      const facts = factsOf("0", "0", { subtotal, tax, taxType: inside ? "Inclusive" : "Exclusive" });
      const { lines: ours } = made(lines, facts);
      expect(sum(ours.map((one) => one.amount))).toBe(subtotal);
      expect(ours.map((one) => one.id)).toEqual(lines.map((one) => one.id));
      expect(ours.every((one) => one.amount > 0n)).toBe(true);
      expect(ours.filter((one) => !one.taxed).map((one) => one.amount)).toEqual(
        taxed === 0n || entries.some((entry) => entry.taxed)
          ? entries.filter((entry) => !entry.taxed).map((entry) => entry.amount)
          : [],
      );
    }),
  );
});
