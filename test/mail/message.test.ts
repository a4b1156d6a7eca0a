/**
 * Proves what a buyer reads: golden texts of the mails for each kind of PDF, and properties that no name or number can
 * become markup, a second header, another recipient or a path. The real templates are rendered.
 */
import fc from "fast-check";
import type { TaxDay } from "../../src/clock";
import { composeFakturMail, messageIdFor, type FakturMailInput } from "../../src/mail/message";
import { loadMailTemplates } from "../../src/mail/render";
import { expectGolden } from "../support/golden";

const templates = loadMailTemplates();

const ordinary: FakturMailInput = {
  buyerName: "PT Contoh Sejahtera",
  sellerName: "PT Hosting Nusantara",
  sellerEmail: "pajak@hosting.example",
  invoiceNumber: "INV-2026-1234",
  nsfp: "04002600000000001",
  date: "2026-11-03" as TaxDay,
  totals: {
    price: 1_000_000_00n,
    discount: 0n,
    dpp: 1_000_000_00n,
    dppNilaiLain: 916_667_00n,
    ppn: 110_000_00n,
  },
  transactionCode: "04",
  replaces: null,
  pdf: Buffer.from("%PDF-1.7"),
  pdfKind: "official",
  simulated: false,
};

const compose = (changes: Partial<FakturMailInput> = {}) =>
  composeFakturMail({ ...ordinary, ...changes }, templates);

const cases: Record<string, Partial<FakturMailInput>> = {
  official: {},
  "rendition-with-discount-and-link": {
    pdfKind: "rendition",
    consoleUrl: "https://billing.example/fakturs/1?a=1&b=2",
    totals: {
      price: 1_234_567_00n,
      discount: 34_567_00n,
      dpp: 1_200_000_00n,
      dppNilaiLain: 1_100_000_00n,
      ppn: 132_000_00n,
    },
  },
  simulated: { simulated: true, pdfKind: "rendition" },
  replacement: { nsfp: "04012600000000001", replaces: "04002600000000001" },
  "full-base": {
    transactionCode: "01",
    date: "2026-05-31" as TaxDay,
    totals: { price: 500_00n, discount: 0n, dpp: 500_00n, dppNilaiLain: 500_00n, ppn: 60_00n },
  },
};

test.each([
  ["01", "", ""],
  ["02", " (dipungut pembeli)", " (collected by the buyer)"],
  ["03", " (dipungut pembeli)", " (collected by the buyer)"],
  ["04", "", ""],
  ["07", " (tidak dipungut atau ditanggung pemerintah)", " (not collected, or borne by the state)"],
  ["08", " (dibebaskan)", " (exempt)"],
] as const)("under code %s the mail says who pays the PPN", (transactionCode, id, en) => {
  const { text, html } = compose({ transactionCode });
  const lines = text.split("\n").map((line) => line.replace(/ +/g, " ").trim());
  expect(lines).toContain(`PPN${id}: Rp 110.000`);
  expect(lines).toContain(`VAT (PPN)${en}: Rp 110.000`);
  expect(html).toContain(`<strong>PPN${id}</strong>`);
  const own = composeFakturMail(
    { ...ordinary, transactionCode },
    templates.worded({ text: "PPN: {{ppn}}." }),
  );
  expect(own.text).toContain(`PPN: Rp 110.000${id}.`);
});

test.each(Object.keys(cases))("the %s mail reads as reviewed", (name) => {
  const mail = compose(cases[name]);
  expectGolden(`mail/${name}.txt`, `Subject: ${mail.subject}\n\n${mail.text}`);
  expectGolden(`mail/${name}.html`, mail.html);
});

test("the subject names the serial number and the invoice", () => {
  expect(compose().subject).toBe("Faktur Pajak 04002600000000001 untuk invoice INV-2026-1234");
});

test("a simulated mail says so in the subject and in both bodies", () => {
  const mail = compose({ simulated: true });
  expect(mail.subject).toBe("[SIMULASI] Faktur Pajak 04002600000000001 untuk invoice INV-2026-1234");
  for (const body of [mail.text, mail.html]) {
    expect(body).toContain("tidak bernilai sebagai dokumen perpajakan");
    expect(body).toContain("worthless as a tax document");
    expect(body).not.toContain("telah disetujui");
  }
});

test("the PDF is attached byte for byte", () => {
  const pdf = Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 255, 13, 10]);
  expect(compose({ pdf }).attachments).toEqual([
    {
      filename: "Faktur-Pajak_04002600000000001_INV-2026-1234.pdf",
      contentType: "application/pdf",
      content: pdf,
    },
  ]);
});

test.each([
  ["INV/2026/11/0042", "INV-2026-11-0042"],
  ["../../etc/passwd", "etc-passwd"],
  ["..", "invoice"],
  ["a..b...c.-.", "a.b.c"],
  ["Bon café №7", "Bon-cafe-No7"],
  ["发票", "invoice"],
  ["a\u0000b\r\nc", "a-b-c"],
  ["x".repeat(500), "x".repeat(60)],
])("the attachment of invoice %j is named after %s", (invoiceNumber, expected) => {
  expect(compose({ invoiceNumber }).attachments[0]?.filename).toBe(
    `Faktur-Pajak_04002600000000001_${expected}.pdf`,
  );
});

test("an address for questions adds no field to the letter that is begun to it", () => {
  const { html } = compose({ sellerEmail: "a&b?bcc=x@contoh.example" });
  expect(html).toContain('href="mailto:a%26b%3Fbcc%3Dx@contoh.example?subject=');
});

test.each(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "not a url"])(
  "the address %s is not linked",
  (consoleUrl) => {
    expect(compose({ consoleUrl })).toEqual({ ...compose(), attachments: expect.any(Array) as unknown });
  },
);

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '"><img src=x onerror=alert(1)>',
        "<script>",
        "</style>",
        "'",
        '"',
        "&amp;",
        "\r\n",
        "\n",
        "\r",
        "\u0000",
        "\u2028",
        "\u202e",
        "<%= it.nsfp %>",
        "\ud800",
        "PT A",
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);

const tagsOf = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];

test("no name, number or address changes the markup of the HTML mail", () => {
  const skeleton = tagsOf(compose().html).map((tag) => tag.replace(/href="[^"]*"/, ""));
  fc.assert(
    fc.property(nasty, nasty, nasty, nasty, (buyerName, sellerName, invoiceNumber, sellerEmail) => {
      const { html } = compose({ buyerName, sellerName, invoiceNumber, sellerEmail });
      expect(tagsOf(html).map((tag) => tag.replace(/href="[^"]*"/, ""))).toEqual(skeleton);
      for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^mailto:/);
    }),
    { numRuns: 300 },
  );
});

test("no name or number adds a line to the subject or to the text, or leaves a control character", () => {
  const lines = compose().text.split("\n").length;
  fc.assert(
    fc.property(nasty, nasty, nasty, (buyerName, sellerName, invoiceNumber) => {
      const mail = compose({ buyerName, sellerName, invoiceNumber });
      expect(mail.subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
      expect(mail.text.split("\n")).toHaveLength(lines);
      expect(mail.text.replace(/\n/g, "")).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    }),
    { numRuns: 300 },
  );
});

test("every attachment name is one plain ASCII file name", () => {
  fc.assert(
    fc.property(nasty, nasty, (nsfp, invoiceNumber) => {
      const name = compose({ nsfp, invoiceNumber }).attachments[0]?.filename;
      expect(name).toMatch(/^Faktur-Pajak_[A-Za-z0-9.-]+_[A-Za-z0-9.-]+\.pdf$/);
      expect(name).not.toContain("..");
    }),
  );
});

describe("Message-ID", () => {
  test.each([
    ["0192ab-77", "faktur.example.com", "<faktur.0192ab-77@faktur.example.com>"],
    ["0192ab-77", "PAJAK.Example.", "<faktur.0192ab-77@pajak.example>"],
    ["0192ab-77", "bücher.example", "<faktur.0192ab-77@xn--bcher-kva.example>"],
    ["0192ab-77", "localhost", "<faktur.0192ab-77@localhost>"],
    ["0192ab-77", "127.0.0.1", "<faktur.0192ab-77@127.0.0.1>"],
    ["0192ab-77", " x9-1y.a.example ", "<faktur.0192ab-77@x9-1y.a.example>"],
    ["0192ab-77", "a_b.example", "<faktur.0192ab-77@faktur-otomatis.invalid>"],
    ["0192ab-77", "-a.example", "<faktur.0192ab-77@faktur-otomatis.invalid>"],
    ["0192ab-77", "a.example-", "<faktur.0192ab-77@faktur-otomatis.invalid>"],
    ["0192ab-77", `${"a.".repeat(126)}a`, `<faktur.0192ab-77@${"a.".repeat(126)}a>`],
    ["0192ab-77", `${"a.".repeat(126)}aa`, "<faktur.0192ab-77@faktur-otomatis.invalid>"],
    ["0192ab-77", "[::1]:8080", "<faktur.0192ab-77@faktur-otomatis.invalid>"],
    ["0192ab-77", "", "<faktur.0192ab-77@faktur-otomatis.invalid>"],
    ["0192ab-77", "a b\r\nBcc: x", "<faktur.0192ab-77@faktur-otomatis.invalid>"],
  ])("of %j at %j is %s", (id, domain, expected) => {
    expect(messageIdFor(id, domain)).toBe(expected);
  });

  test("is valid, always the same for the same delivery, and different for another", () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (one, other, domain) => {
        const id = messageIdFor(one, domain);
        expect(id).toMatch(/^<faktur\.[A-Za-z0-9_-]{1,64}@[a-z0-9.-]{1,253}>$/);
        expect(messageIdFor(one, domain)).toBe(id);
        const surelyOther = one === other ? `${other}x` : other;
        expect(messageIdFor(surelyOther, domain)).not.toBe(id);
      }),
    );
  });
});
