/*
 * Proves whose a row of the portal's list or a PDF is, and that nothing is ever given to a faktur that it may not belong
 * to: not with another buyer or other amounts, not when two claim one another, and not by an older row against a later
 * one. How: tables of stories, and properties over shuffled and random lists.
 */
import fc from "fast-check";
import type { TaxDay } from "../../../src/clock";
import { ourFaktur, tolerance, type OurFaktur } from "../../../src/coretax/readback/claims";
import type { ListRow } from "../../../src/coretax/readback/excel-rows";
import type { Match } from "../../../src/coretax/readback/match";
import { matchPdfs, type ReadPdf } from "../../../src/coretax/readback/match-pdfs";
import { matchRows as matchingRows } from "../../../src/coretax/readback/match-rows";
import { inOneGo } from "../../../src/portions";
import { codeOf } from "../../../src/faktur/keys";
import { listStatusOf, standingOf } from "../../../src/coretax/readback/statuses";
import { FAKTUR_STATES } from "../../../src/faktur/faktur";
import { fakturOf, invoice, line as invoiceLine } from "../../faktur/examples";

const matchRows = (...asked: Parameters<typeof matchingRows>) => inOneGo(matchingRows(...asked));

const SELLER = "0012345678901000";
const BUYER = "0098765432109000";
const DAY = "2026-11-03" as TaxDay;
/** The serial in full, with the number of the replacement. */
const nsfp = (serial: number, revision = 0): string =>
  `04${String(revision).padStart(2, "0")}26${String(serial).padStart(11, "0")}`;

const ours = (id: string, more: Partial<OurFaktur> = {}): OurFaktur => ({
  id,
  sellerNpwp: SELLER,
  reference: `INV-${id}`,
  state: "pending",
  nsfp: null,
  transactionCode: "04",
  buyerNumbers: [BUYER],
  date: DAY,
  dppNilaiLain: 91_666_700n,
  ppn: 11_000_000n,
  lineCount: 1,
  hasOfficialPdf: false,
  ...more,
});

let nextLine = 2;

const row = (reference: string, more: Partial<ListRow> = {}): ListRow => {
  const number = more.nsfp === undefined ? nsfp(1) : more.nsfp;
  const statusWord = more.statusWord ?? "APPROVED";
  const status = listStatusOf(statusWord);
  return {
    line: nextLine++,
    buyerNumber: BUYER,
    buyerName: "PT Pelanggan Sejahtera",
    code: "04",
    date: DAY,
    period: null,
    eSign: "done",
    price: null,
    dppNilaiLain: 91_666_700n,
    ppn: 11_000_000n,
    reference,
    recordId: null,
    sellerNpwp: null,
    status,
    statusWord,
    standing: standingOf(status, "done"),
    ...more,
    nsfp: number,
  };
};

/** In short: what became of each, and whose it is. */
function short<T>(matches: readonly Match<T>[]): string[] {
  return matches.map((match) => {
    switch (match.kind) {
      case "matched":
        return `matched ${match.fakturId} by ${match.by}${match.revision === "newer" ? " newer" : ""}${match.notes.map((note) => ` (${note.field})`).join("")}`;
      case "ambiguous":
        return `ambiguous ${match.fakturIds.join(",")}`;
      case "contradiction":
        return `contradiction ${match.fakturId}: ${match.differences.map((one) => one.field).join(",")}`;
      case "stranger":
        return "stranger";
      case "alreadyKnown":
      case "needsConfirmation":
      case "superseded":
        return `${match.kind} ${match.fakturId}`;
    }
  });
}

const A = ours("A");
const APPROVED_A = ours("A", { state: "approved", nsfp: nsfp(1) });

describe("rows of the list", () => {
  test.each<[string, ListRow[], OurFaktur[], string[]]>([
    ["by reference", [row("INV-A")], [A], ["matched A by reference"]],
    ["by reference with other blanks", [row(" INV -A ")], [A], ["matched A by reference"]],
    ["by serial when the reference is gone", [row("")], [APPROVED_A], ["alreadyKnown A"]],
    [
      "by serial, cancelled in the portal",
      [row("", { statusWord: "CANCELED" })],
      [APPROVED_A],
      ["matched A by serial"],
    ],
    ["nobody's", [row("MANUAL-7", { ppn: 1n })], [A], ["stranger"]],
    ["not by part of the reference", [row("INV-", { ppn: 1n })], [A], ["stranger"]],
    [
      "our reference, another buyer",
      [row("INV-A", { buyerNumber: "0011122233344000" })],
      [A],
      ["contradiction A: buyer"],
    ],
    [
      "our reference, a number of another code",
      [row("INV-A", { nsfp: `02${nsfp(1).slice(2)}`, code: "02" })],
      [A],
      ["contradiction A: code"],
    ],
    [
      "our reference, a number of another code that was cancelled",
      [row("INV-A", { nsfp: `02${nsfp(1).slice(2)}`, code: "02", statusWord: "CANCELED" })],
      [A],
      ["matched A by reference"],
    ],
    [
      "a cancelled number of another code beside the right one",
      [
        row("INV-A", { nsfp: `02${nsfp(1).slice(2)}`, code: "02", statusWord: "CANCELED" }),
        row("INV-A", { nsfp: nsfp(2) }),
      ],
      [A],
      ["superseded A", "matched A by reference"],
    ],
    ["alike but for the code", [row("", { nsfp: `02${nsfp(1).slice(2)}`, code: "02" })], [A], ["stranger"]],
    ["our reference, another PPN", [row("INV-A", { ppn: 11_000_300n })], [A], ["contradiction A: ppn"]],
    [
      "two references that have changed places",
      [row("INV-A", { buyerNumber: "0011122233344000" }), row("INV-A/b", { nsfp: nsfp(2) })],
      [A, ours("B", { reference: "INV-A/a", buyerNumbers: ["0011122233344000"] })],
      ["needsConfirmation B", "needsConfirmation A"],
    ],
    [
      "each bears the other's reference",
      [row("INV-A", { buyerNumber: "0011122233344000", nsfp: nsfp(2) }), row("INV-B")],
      [A, ours("B", { buyerNumbers: ["0011122233344000"] })],
      ["needsConfirmation B", "needsConfirmation A"],
    ],
    [
      "our reference, another base",
      [row("INV-A", { dppNilaiLain: 1n })],
      [A],
      ["contradiction A: dppNilaiLain"],
    ],
    [
      "within the tolerance",
      [row("INV-A", { ppn: 11_000_200n, dppNilaiLain: 91_666_500n })],
      [A],
      ["matched A by reference"],
    ],
    [
      "another day is told",
      [row("INV-A", { date: "2026-11-04" as TaxDay })],
      [A],
      ["matched A by reference (date)"],
    ],
    [
      "our serial, another buyer",
      [row("", { buyerNumber: "1".repeat(16) })],
      [APPROVED_A],
      ["contradiction A: buyer"],
    ],
    ["another serial than ours", [row("INV-A", { nsfp: nsfp(2) })], [APPROVED_A], ["contradiction A: nsfp"]],
    [
      "another code than ours",
      [row("INV-A", { nsfp: `01${nsfp(1).slice(2)}` })],
      [APPROVED_A],
      ["contradiction A: code"],
    ],
    [
      "the older spelling of the buyer",
      [row("INV-A", { buyerNumber: BUYER.slice(1) })],
      [A],
      ["matched A by reference"],
    ],
    [
      "created, without a number",
      [row("INV-A", { nsfp: null, statusWord: "CREATED" })],
      [ours("A", { state: "submitting" })],
      ["matched A by reference"],
    ],
    ["created, as known", [row("INV-A", { nsfp: null, statusWord: "CREATED" })], [A], ["alreadyKnown A"]],
    [
      "a list from before our approval",
      [row("INV-A", { nsfp: null, statusWord: "CREATED" })],
      [APPROVED_A],
      ["superseded A"],
    ],
    [
      "approved there, cancelled here",
      [row("INV-A")],
      [ours("A", { state: "cancelled", nsfp: nsfp(1) })],
      ["contradiction A: state"],
    ],
    [
      "cancelled in both",
      [row("INV-A", { statusWord: "CANCELLED" })],
      [ours("A", { state: "cancelled", nsfp: nsfp(1) })],
      ["alreadyKnown A"],
    ],
    [
      "our cancellation is not there yet",
      [row("INV-A")],
      [ours("A", { state: "cancelling", nsfp: nsfp(1) })],
      ["alreadyKnown A"],
    ],
    ["another seller's", [row("INV-A", { sellerNpwp: "0099999999999000" })], [A], ["stranger"]],
  ])("%s", (_name, rows, fakturs, expected) => {
    expect(short(matchRows(rows, fakturs))).toEqual(expected);
  });

  test.each<[string, ListRow[], OurFaktur[], string[]]>([
    [
      "AMENDED and its replacement: only the replacement speaks",
      [row("INV-A", { statusWord: "AMENDED" }), row("INV-A", { nsfp: nsfp(1, 1), ppn: 5n })],
      [APPROVED_A],
      ["superseded A", "matched A by reference newer"],
    ],
    [
      "a replacement that lost its reference",
      [row("INV-A", { statusWord: "AMENDED" }), row("", { nsfp: nsfp(1, 1) })],
      [APPROVED_A],
      ["superseded A", "matched A by serial newer"],
    ],
    [
      "a replacement for another buyer",
      [row("INV-A", { nsfp: nsfp(1, 1), buyerNumber: "1".repeat(16) })],
      [APPROVED_A],
      ["contradiction A: buyer"],
    ],
    [
      "the old row alone",
      [row("INV-A", { statusWord: "AMENDED" })],
      [APPROVED_A],
      ["matched A by reference"],
    ],
    [
      "the old row after we know the replacement",
      [row("INV-A", { statusWord: "AMENDED" }), row("INV-A", { nsfp: nsfp(1, 1) })],
      [ours("A", { state: "approved", nsfp: nsfp(1, 1) })],
      ["superseded A", "alreadyKnown A"],
    ],
    [
      "three replacements",
      [row("", { nsfp: nsfp(1, 2) }), row("INV-A", { nsfp: nsfp(1, 10) }), row("", { nsfp: nsfp(1, 1) })],
      [APPROVED_A],
      ["superseded A", "matched A by reference newer", "superseded A"],
    ],
    [
      "a draft beside the approved one",
      [row("INV-A", { nsfp: null, statusWord: "CREATED" }), row("INV-A")],
      [A],
      ["superseded A", "matched A by reference"],
    ],
    [
      "two drafts: imported twice in the portal",
      [
        row("INV-A", { nsfp: null, statusWord: "CREATED" }),
        row("INV-A", { nsfp: null, statusWord: "CREATED" }),
      ],
      [A],
      ["ambiguous A", "ambiguous A"],
    ],
    [
      "two approved fakturs under one reference",
      [row("INV-A"), row("INV-A", { nsfp: nsfp(2) })],
      [A],
      ["ambiguous A", "ambiguous A"],
    ],
    [
      "a second approved faktur beside the known one",
      [row("INV-A", { nsfp: nsfp(2) }), row("INV-A")],
      [APPROVED_A],
      ["contradiction A: nsfp", "alreadyKnown A"],
    ],
    [
      "cancelled once, made anew under the same reference",
      [row("INV-A", { statusWord: "CANCELED" }), row("INV-A", { nsfp: nsfp(2) })],
      [A],
      ["superseded A", "matched A by reference"],
    ],
    ["the same row twice", [row("INV-A"), row("INV-A")], [A], ["matched A by reference", "superseded A"]],
    [
      "one number with two states",
      [row("INV-A"), row("INV-A", { statusWord: "CANCELED" })],
      [A],
      ["ambiguous A", "ambiguous A"],
    ],
    ["reference of one, serial of another", [row("INV-B")], [APPROVED_A, ours("B")], ["ambiguous A,B"]],
    [
      "one reference at two sellers",
      [row("INV-A")],
      [A, ours("B", { reference: "INV-A", sellerNpwp: "0099999999999000" })],
      ["ambiguous A,B"],
    ],
    [
      "one reference at two sellers, and the list says whose it is",
      [row("INV-A", { sellerNpwp: SELLER })],
      [A, ours("B", { reference: "INV-A", sellerNpwp: "0099999999999000" })],
      ["matched A by reference"],
    ],
  ])("%s", (_name, rows, fakturs, expected) => {
    expect(short(matchRows(rows, fakturs))).toEqual(expected);
  });

  describe("without reference and serial, buyer, day and amounts only propose", () => {
    test.each<[string, ListRow[], OurFaktur[], string[]]>([
      ["one and one", [row("")], [A], ["needsConfirmation A"]],
      ["one row, two alike", [row("")], [A, ours("B")], ["ambiguous A,B"]],
      ["two rows, one alike", [row(""), row("", { nsfp: nsfp(2) })], [A], ["ambiguous A", "ambiguous A"]],
      [
        "one of the two is named by its row",
        [row(""), row("INV-B", { nsfp: nsfp(2) })],
        [A, ours("B")],
        ["needsConfirmation A", "matched B by reference"],
      ],
      ["another day", [row("", { date: "2026-11-04" as TaxDay })], [A], ["stranger"]],
      ["no day", [row("", { date: null })], [A], ["stranger"]],
      ["another buyer", [row("", { buyerNumber: "1".repeat(16) })], [A], ["stranger"]],
      ["no amounts", [row("", { ppn: null })], [A], ["stranger"]],
      ["one that has its number already", [row("", { nsfp: nsfp(2) })], [APPROVED_A], ["stranger"]],
      ["one that never left", [row("")], [ours("A", { state: "draft" })], ["stranger"]],
    ])("%s", (_name, rows, fakturs, expected) => {
      expect(short(matchRows(rows, fakturs))).toEqual(expected);
    });
  });

  test("a buyer without NPWP stands in the list by number or as zeros", () => {
    const faktur = fakturOf(invoice([invoiceLine({ amount: "1000000.00" })]), {
      buyer: {
        document: "Passport",
        npwp: "0".repeat(16),
        documentNumber: "A1234567",
        nitku: "",
        name: "Jane Contoh",
        address: "1 Sample Street",
        email: "jane@contoh.example",
        country: "USA",
      },
    });
    const mine = ourFaktur({ id: "A", state: "pending", nsfp: null, hasOfficialPdf: false }, faktur);
    const of = (buyerNumber: string): string[] =>
      short(matchRows([row(faktur.reference, { buyerNumber })], [mine]));
    expect(of("A1234567")).toEqual([`matched A by reference`]);
    expect(of("0000000000000000")).toEqual([`matched A by reference`]);
    expect(of("A1234568")).toEqual([`contradiction A: buyer`]);
    expect(short(matchRows([row("INV-A", { buyerNumber: "0".repeat(16) })], [A]))).toEqual([
      "contradiction A: buyer",
    ]);
  });

  test("the tolerance is one rupiah and a hundredth a line, in whole rupiah", () => {
    expect([0, 1, 100, 101, 5000].map((lines) => tolerance(lines))).toEqual([100n, 200n, 200n, 300n, 5100n]);
  });
});

const pdf = (reference: string | null, more: Partial<ReadPdf["facts"]> = {}, sha256 = "a1"): ReadPdf => ({
  name: `${sha256}.pdf`,
  sha256,
  facts: {
    nsfp: nsfp(1),
    buyerNumber: BUYER,
    sellerNpwp: SELLER,
    reference,
    date: DAY,
    dppNilaiLain: 91_666_700n,
    ppn: 11_000_000n,
    recordId: null,
    mark: null,
    sources: {},
    ...more,
  },
});

describe("PDFs", () => {
  test.each<[string, ReadPdf[], OurFaktur[], string[]]>([
    ["by number", [pdf("")], [APPROVED_A], ["matched A by serial"]],
    ["by number and reference", [pdf("INV-A")], [APPROVED_A], ["matched A by reference"]],
    ["by reference before we know the number", [pdf("INV-A")], [A], ["matched A by reference"]],
    [
      "a faktur that has its sheet",
      [pdf("INV-A")],
      [ours("A", { state: "approved", nsfp: nsfp(1), hasOfficialPdf: true })],
      ["alreadyKnown A"],
    ],
    ["nobody's", [pdf("MANUAL", { nsfp: nsfp(9), ppn: 1n })], [APPROVED_A], ["stranger"]],
    ["of another seller", [pdf("INV-A", { sellerNpwp: "0099999999999000" })], [APPROVED_A], ["stranger"]],
    [
      "of another buyer",
      [pdf("INV-A", { buyerNumber: "1".repeat(16) })],
      [APPROVED_A],
      ["contradiction A: buyer"],
    ],
    ["of other amounts", [pdf("INV-A", { ppn: 1n })], [APPROVED_A], ["contradiction A: ppn"]],
    ["of a later replacement", [pdf("INV-A", { nsfp: nsfp(1, 1) })], [APPROVED_A], ["contradiction A: nsfp"]],
    ["of an earlier one", [pdf("INV-A")], [ours("A", { nsfp: nsfp(1, 1) })], ["contradiction A: nsfp"]],
    ["of another number", [pdf("INV-A", { nsfp: nsfp(2) })], [APPROVED_A], ["contradiction A: nsfp"]],
    ["that belongs to two", [pdf("INV-B")], [APPROVED_A, ours("B")], ["ambiguous A,B"]],
    ["by amounts alone", [pdf("", { nsfp: nsfp(7) })], [A], ["needsConfirmation A"]],
    [
      "by reference, without amounts to compare",
      [pdf("INV-A", { ppn: null, dppNilaiLain: null })],
      [A],
      ["needsConfirmation A"],
    ],
    [
      "by number, without amounts to compare",
      [pdf(null, { ppn: null, dppNilaiLain: null })],
      [APPROVED_A],
      ["matched A by serial"],
    ],
    [
      "two sheets of one number",
      [pdf("INV-A", {}, "b2"), pdf("INV-A", {}, "a1")],
      [APPROVED_A],
      ["superseded A", "matched A by reference"],
    ],
    [
      "two numbers for one reference",
      [pdf("INV-A", { nsfp: nsfp(1) }), pdf("INV-A", { nsfp: nsfp(2) }, "b2")],
      [A],
      ["ambiguous A", "ambiguous A"],
    ],
    [
      "a good and a bad sheet",
      [pdf("INV-A", { ppn: 1n }, "b2"), pdf("INV-A")],
      [APPROVED_A],
      ["contradiction A: ppn", "matched A by reference"],
    ],
  ])("%s", (_name, pdfs, fakturs, expected) => {
    expect(short(matchPdfs(pdfs, fakturs))).toEqual(expected);
  });
});

describe("always", () => {
  const serials = fc.integer({ min: 1, max: 4 });
  const numbers = fc.option(fc.tuple(serials, fc.integer({ min: 0, max: 2 })), { nil: null });
  const ids = fc.constantFrom("A", "B", "C", "D");
  const buyers = fc.constantFrom(BUYER, BUYER, BUYER, "1".repeat(16));
  const amounts = fc.constantFrom(11_000_000n, 11_000_000n, 11_000_100n, 22_000_000n);
  const fakturs = fc
    .uniqueArray(
      fc.record({
        id: ids,
        state: fc.constantFrom(...FAKTUR_STATES),
        serial: fc.option(serials, { nil: null }),
        ppn: amounts,
      }),
      // As in the database: references and numbers are unique.
      { selector: (one) => one.id, maxLength: 4 },
    )
    .map((made) => {
      const seen = new Set<number>();
      return made.map(({ id, state, serial, ppn }) => {
        const fresh = serial !== null && !seen.has(serial) ? serial : null;
        if (fresh !== null) seen.add(fresh);
        return ours(id, { state, nsfp: fresh === null ? null : nsfp(fresh), ppn });
      });
    });
  const rows = fc
    .array(
      fc.record({
        reference: fc.oneof(
          ids.map((id) => `INV-${id}`),
          fc.constantFrom("", "X"),
        ),
        number: numbers,
        buyerNumber: buyers,
        ppn: amounts,
        statusWord: fc.constantFrom(
          "APPROVED",
          "AMENDED",
          "CANCELED",
          "CREATED",
          "WAITING_FOR_CANCELLATION",
          "?",
        ),
      }),
      { maxLength: 10 },
    )
    .map((made) =>
      made.map(({ number, ...rest }) =>
        row(rest.reference, { ...rest, nsfp: number === null ? null : nsfp(...number) }),
      ),
    );
  const pdfs = rows.map((made) =>
    made.map((one, index) =>
      pdf(
        one.reference,
        { nsfp: one.nsfp ?? nsfp(5), buyerNumber: one.buyerNumber, ppn: one.ppn },
        `${index}`,
      ),
    ),
  );

  /** A shuffled copy, by random keys. */
  const shuffled = <T>(items: readonly T[], keys: readonly number[]): T[] =>
    items
      .map((item, index) => ({ item, key: keys[index] ?? 0 }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  const keys = fc.array(fc.integer(), { minLength: 10, maxLength: 10 });

  const byItem = <T>(matches: readonly Match<T>[]): Map<T, string> =>
    new Map(matches.map((match, index) => [match.item, short(matches)[index] ?? ""]));

  test("the order of rows, PDFs and fakturs makes no difference, and each gets one answer", () => {
    fc.assert(
      fc.property(rows, pdfs, fakturs, keys, (someRows, somePdfs, some, order) => {
        const mixed = shuffled(some, order);
        const fromRows = matchRows(someRows, some);
        expect(fromRows.map((match) => match.item)).toEqual(someRows);
        expect(byItem(matchRows(shuffled(someRows, order), mixed))).toEqual(byItem(fromRows));
        const fromPdfs = matchPdfs(somePdfs, some);
        expect(fromPdfs.map((match) => match.item)).toEqual(somePdfs);
        expect(byItem(matchPdfs(shuffled(somePdfs, order), mixed))).toEqual(byItem(fromPdfs));
      }),
      { numRuns: 1_000 },
    );
  });

  test("what is matched has our reference or serial, our buyer and our amounts, and is the only one of its faktur", () => {
    fc.assert(
      fc.property(rows, pdfs, fakturs, (someRows, somePdfs, some) => {
        const of = (id: string): OurFaktur => some.find((one) => one.id === id)!;
        const check = (
          match: Match<ListRow | ReadPdf>,
          claim: { nsfp: string | null; reference: string | null; buyerNumber: string; ppn: bigint | null },
        ): string[] => {
          if (match.kind !== "matched") return [];
          const faktur = of(match.fakturId);
          expect(claim.buyerNumber).toBe(BUYER);
          const serial = faktur.nsfp?.slice(-13);
          expect(claim.reference === faktur.reference || claim.nsfp?.slice(-13) === serial).toBe(true);
          if (faktur.nsfp !== null && claim.nsfp !== null) {
            expect([codeOf(claim.nsfp), claim.nsfp.slice(-13)]).toEqual([codeOf(faktur.nsfp), serial]);
          }
          if (match.revision === "same") {
            const apart = (claim.ppn ?? 0n) - faktur.ppn;
            expect(apart <= 200n && apart >= -200n).toBe(true);
          }
          return [match.fakturId];
        };
        const inRows = matchRows(someRows, some).flatMap((match) => check(match, match.item));
        const inPdfs = matchPdfs(somePdfs, some).flatMap((match) => check(match, match.item.facts));
        expect(new Set(inRows).size).toBe(inRows.length);
        expect(new Set(inPdfs).size).toBe(inPdfs.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a matched row is never older than another row of its serial", () => {
    fc.assert(
      fc.property(rows, fakturs, (someRows, some) => {
        for (const match of matchRows(someRows, some)) {
          const number = match.kind === "matched" ? match.item.nsfp : null;
          if (number === null || match.kind !== "matched") continue;
          const later = someRows.filter(
            (one) =>
              one.nsfp !== null &&
              one.nsfp.slice(-13) === number.slice(-13) &&
              one.nsfp.slice(2, 4) > number.slice(2, 4),
          );
          // Later rows of the serial may bear another of our references; then nobody is sure, and they are listed.
          const claims = later.filter(
            (one) => one.reference === match.item.reference || !one.reference.startsWith("INV-"),
          );
          if (some.find((one) => one.id === match.fakturId)?.nsfp?.slice(-13) === number.slice(-13)) {
            expect(claims).toEqual([]);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("a long list of one reference and one of strangers end quickly", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => row("INV-A", { nsfp: nsfp(1, index % 90) }));
    const others = Array.from({ length: 20_000 }, (_, index) => row(`X-${index}`, { nsfp: nsfp(index + 5) }));
    const some = Array.from({ length: 2_000 }, (_, index) =>
      ours(`${index}`, { buyerNumbers: [`${10 ** 15 + index}`] }),
    );
    const matches = matchRows([...many, ...others], [...some, A]);
    expect(matches).toHaveLength(40_000);
  });
});
