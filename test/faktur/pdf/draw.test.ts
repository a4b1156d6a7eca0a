/*
 * Proves that a sheet shows all that the faktur says, in the official order, with right subtotals on every page, that it
 * can not be taken for DJP's own print, and that the same sheet is always the same bytes. How: real PDFs, read back with
 * poppler and with this project's own reader; golden texts; properties over numbers of lines and lengths of names.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { composed, drawnWhole } from "../../../src/faktur/letters";
import type { PaperMark } from "../../../src/faktur/paper";
import { drawPaper } from "../../../src/faktur/pdf/draw";
import { openFonts, printable, wrap } from "../../../src/faktur/pdf/font";
import { planPages } from "../../../src/faktur/pdf/pages";
import { readPdfText } from "../../../src/faktur/pdf/text";
import { formatIndonesian, sum, times } from "../../../src/money";
import { expectGolden } from "../../support/golden";
import { makePaper, paperLine } from "../../support/papers";
import { requireTool, runTool } from "../../support/tools";

const withPdftotext = requireTool("pdftotext");

/** What a poppler tool prints about these bytes. */
function through(
  tool: string,
  bytes: Buffer,
  before: readonly string[],
  after: readonly string[] = [],
): string {
  const folder = mkdtempSync(join(tmpdir(), "faktur-pdf-"));
  try {
    const file = join(folder, "sheet.pdf");
    writeFileSync(file, bytes);
    return runTool(tool, [...before, file, ...after]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Text as it lies on the page; widths of gaps are evened out, since they differ between versions of the tool. */
const layout = (bytes: Buffer): string =>
  through("pdftotext", bytes, ["-layout"], ["-"])
    .replace(/[^\S\f\n]{3,}/g, "   ")
    .replace(/\n{2,}/g, "\n");
const pagesOf = (text: string): string[] => text.split("\f").filter((page) => page.trim() !== "");

const LONG_NAME =
  "Paket Cloud Hosting Perusahaan Ultra Prioritas dengan Pemeliharaan, Cadangan Harian, Sertifikat SSL Wildcard dan " +
  "Dukungan 24 Jam untuk https://subdomain.yang-sangat-panjang-sekali-tanpa-spasi.contoh-perusahaan-sejahtera-abadi.co.id/masuk?alamat=panjang";

const LONG_ADDRESS =
  "Gedung Menara Contoh Lantai 27 Unit A sampai F, Kawasan Niaga Terpadu Sudirman, Jalan Jenderal Sudirman Kavling 52-53, " +
  "RT 005, RW 003, Kelurahan Senayan, Kecamatan Kebayoran Baru, Kota Administrasi Jakarta Selatan, DKI Jakarta 12190";

const longPaper = makePaper({
  mark: "preview",
  nsfp: null,
  reference:
    "INV/2026/11/0001234 (pengganti dari INV/2026/10/0000987) untuk kontrak induk 77/AWAN-CONTOH/X/2026 tahap 2",
  buyer: {
    ...makePaper().buyer,
    name: "Perkumpulan Pengusaha Jasa Awan dan Pusat Data Seluruh Kepulauan Nusantara Bagian Timur dan Barat Daya (Perseroda)",
    address: LONG_ADDRESS,
  },
  lines: [
    paperLine(0, { name: LONG_NAME, discount: 12_345_678n }),
    paperLine(1, { quantity: 250n, unitName: "Bulan" }),
  ],
});

describe("golden texts", () => {
  withPdftotext("one line", async () => {
    expectGolden("pdf/one-line.txt", layout(await drawPaper(makePaper({ signed: true }))));
  });
  withPdftotext("forty lines", async () => {
    expectGolden("pdf/forty-lines.txt", layout(await drawPaper(makePaper({ count: 40 }))));
  });
  withPdftotext("long names and addresses", async () => {
    expectGolden("pdf/long-texts.txt", layout(await drawPaper(longPaper)));
  });
  withPdftotext("a simulation", async () => {
    expectGolden("pdf/simulation.txt", layout(await drawPaper(makePaper({ mark: "simulation", count: 3 }))));
  });
});

describe("what a sheet must never look like", () => {
  const WORDS: Readonly<Record<PaperMark, string>> = {
    copy: "SALINAN",
    preview: "PRATINJAU",
    simulation: "SIMULASI",
  };

  for (const mark of ["copy", "preview", "simulation"] as const) {
    withPdftotext(
      `every page of a ${mark} says so, and carries neither DJP's notice nor a picture`,
      async () => {
        const bytes = await drawPaper(makePaper({ mark, count: 25 }));
        const pages = pagesOf(layout(bytes));
        expect(pages.length).toBeGreaterThan(2);
        for (const page of pages) expect(page).toContain(WORDS[mark]);
        const whole = pages.join(" ").replace(/\s+/g, " ");
        for (const official of ["Pemberitahuan", "PERINGATAN", "mengatur bahwa", "telah dilaporkan"]) {
          expect(whole).not.toContain(official);
        }
        // A QR code would be a picture or a form.
        expect(bytes.toString("latin1")).not.toMatch(/\/Subtype \/(Image|Form)/);
      },
    );
  }

  test("only a sheet that will be signed claims a signature", async () => {
    const claim = "Ditandatangani secara elektronik";
    expect(await readPdfText(await drawPaper(makePaper({ signed: true })))).toContain(claim);
    expect(await readPdfText(await drawPaper(makePaper({ signed: false })))).not.toContain(claim);
  });
});

describe("all that was said is there", () => {
  const flat = async (paper: ReturnType<typeof makePaper>): Promise<string> =>
    (await readPdfText(await drawPaper(paper))).replace(/\s+/g, "");

  test("long names, addresses and references are wrapped and whole", async () => {
    const text = await flat(longPaper);
    for (const wanted of [
      LONG_NAME,
      LONG_ADDRESS,
      longPaper.buyer.name,
      `(Referensi: ${longPaper.reference})`,
    ]) {
      expect(text).toContain(wanted.replace(/\s+/g, ""));
    }
  });

  test("identities that the buyer does not have are shown as a dash, the others as they are", async () => {
    const { buyer } = makePaper();
    const paper = makePaper({ buyer: { ...buyer, npwp: "", nitku: "", nik: "3171234567890001", email: "" } });
    const lines = (await readPdfText(await drawPaper(paper)))
      .split("\n")
      .map((line) => line.replace(/\s*:\s*/, ":"));
    expect(lines).toEqual(
      expect.arrayContaining(["NPWP:-", "NIK:3171234567890001", "Nomor Paspor:-", "Email:-"]),
    );
  });

  test("a letter the font does not have is shown as missing and not left out", () => {
    const { regular } = openFonts();
    expect(printable("Toko 漢字 €5", regular)).toBe("Toko \uFFFD\uFFFD €5");
    expect(printable("a\u0301\u200B \n\t\u0007 b", regular)).toBe("á b");
  });

  test("the rule that warns of such a name knows exactly the letters that both faces have", () => {
    const { regular, bold } = openFonts();
    const wrong: string[] = [];
    for (let code = 0x20; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const letter = String.fromCodePoint(code);
      const shown = [regular, bold].every((face) => printable(letter, face) === composed(letter));
      if (shown !== drawnWhole(letter)) wrong.push(code.toString(16));
    }
    // The engine counts the end of its table as a letter; no text has it.
    expect(wrong).toEqual(["ffff"]);
  });

  test("what is read back does not depend on the sheets drawn before", async () => {
    const paper = makePaper({ reference: "àéîõü ŞĐŁ – “x” 100 %" });
    const first = await drawPaper(paper);
    await drawPaper(makePaper({ reference: "\u00A0\u2010 ÀÁÂ ḁ \u2212 ~" }));
    expect((await drawPaper(paper)).equals(first)).toBe(true);
    expect(await readPdfText(first)).toContain("(Referensi: àéîõü ŞĐŁ – “x” 100 %)");
  });

  const withPdfinfo = requireTool("pdfinfo");
  withPdfinfo("title, author and date come from the faktur", async () => {
    const said = through("pdfinfo", await drawPaper(makePaper()), ["-isodates"]);
    expect(said).toMatch(/Title: +Faktur Pajak 04002600000000001 \(SALINAN\)/);
    expect(said).toMatch(/Author: +PT Awan Contoh Nusantara/);
    // Midnight in Jakarta.
    expect(said).toMatch(/CreationDate: +2026-11-02T17:00:00Z/);
    expect(said).toMatch(/Page size: +595\.28 x 841\.89 pts \(A4\)/);
    expect((await drawPaper(makePaper())).toString("latin1")).toContain("/Lang (id-ID)");
  });
});

test("the same paper gives the same bytes, another one others", async () => {
  const draw = (): Promise<Buffer> => drawPaper(makePaper({ count: 12 }), { signatureSpace: 4000 });
  const first = await draw();
  expect((await draw()).equals(first)).toBe(true);
  expect((await drawPaper(makePaper({ count: 12, reference: "INV-2" }))).equals(first)).toBe(false);
});

describe("pages", () => {
  const amounts = (text: string, label: string): string[] =>
    [...text.matchAll(new RegExp(`${label}\\s+([\\d.,]+)`, "g"))].map((match) => match[1] ?? "");

  test("each page carries the sum of all lines up to its foot, and the next one takes it up", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            price: fc.bigInt(0n, 10_000_000_000n),
            quantity: fc.bigInt(1n, 10_000n),
            words: fc.integer({ min: 1, max: 60 }),
          }),
          { minLength: 1, maxLength: 45 },
        ),
        async (drawn) => {
          const lines = drawn.map(({ words, ...line }, index) =>
            paperLine(index, { ...line, name: `baris ${index + 1}${" kata".repeat(words)}` }),
          );
          const text = await readPdfText(await drawPaper(makePaper({ lines })));
          const carried = amounts(text, "Jumlah dipindahkan");
          expect(amounts(text, "Jumlah pindahan")).toEqual(carried);
          const gross = lines.map((line) => times(line.price, line.quantity));
          const running = gross.map((_, index) => formatIndonesian(sum(gross.slice(0, index + 1))));
          const pages = text.split(/\d+ dari \d+/).slice(0, -1);
          let shown = 0;
          pages.forEach((page, index) => {
            shown += (page.match(/baris \d+ kata/g) ?? []).length;
            if (index < pages.length - 1 && shown > 0) expect(carried.shift()).toBe(running[shown - 1]);
          });
          expect([shown, carried]).toEqual([lines.length, []]);
        },
      ),
      { numRuns: 25 },
    );
  });

  const room = { first: 400, next: 700, header: 40, carry: 18, closing: 220 };

  test("every row stands on one page, in order, within its room, and the totals are never alone without need", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 30, max: 480 }), { maxLength: 80 }), (heights) => {
        const pages = planPages(heights, room);
        expect(pages.flatMap(({ from, to }) => heights.slice(from, to))).toEqual(heights);
        pages.forEach(({ from, to, last }, index) => {
          expect(last).toBe(index === pages.length - 1);
          const used = heights.slice(from, to).reduce((total, height) => total + height, 0);
          const around = room.header + (index > 0 ? room.carry : 0) + (last ? room.closing : room.carry);
          if (to > from || last)
            expect(used + around).toBeLessThanOrEqual(index === 0 ? room.first : room.next);
        });
        const final = pages.at(-1);
        const tallest = heights.at(-1) ?? 0;
        const fits = tallest + room.closing + room.header + room.carry <= room.next;
        if (final?.from === final?.to && heights.length > 1) expect(fits).toBe(false);
      }),
    );
  });

  test("a head so long that no line fits under it moves the table to the next page", async () => {
    const filler = "Jalan Contoh Nomor 1 Kelurahan Percobaan ".repeat(60);
    const base = makePaper();
    const paper = makePaper({
      seller: { ...base.seller, address: filler },
      buyer: { ...base.buyer, address: filler },
      lines: [paperLine(0, { name: "nama panjang ".repeat(400) })],
    });
    const text = await readPdfText(await drawPaper(paper));
    expect(text).toContain("1 dari 3");
    expect(text).toContain("…");
    expect(text).not.toMatch(/Jumlah dipindahkan\s+0,00/);
  });

  test("a faktur without lines is one page", () => {
    expect(planPages([], room)).toEqual([{ from: 0, to: 0, last: true }]);
  });
});

describe("breaking lines", () => {
  const { regular } = openFonts();

  test("no line is wider than allowed and no letter is lost", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Za-z0-9.,/-]{1,40}$/), { maxLength: 30 }), (words) => {
        const lines = wrap(words.join(" "), regular, 9, 90, 1000);
        for (const line of lines) expect(regular.width(line, 9)).toBeLessThanOrEqual(90);
        expect(lines.join("").replace(/ /g, "")).toBe(words.join(""));
      }),
    );
  });

  test("a text of too many lines ends in an ellipsis", () => {
    const lines = wrap("kata ".repeat(100), regular, 9, 60, 3);
    expect(lines).toHaveLength(3);
    expect(lines[2]?.endsWith("…")).toBe(true);
  });
});

const withPdftoppm = requireTool("pdftoppm");
withPdftoppm("every page has ink, and none of it in the margins", async () => {
  const folder = mkdtempSync(join(tmpdir(), "faktur-pdf-"));
  try {
    const file = join(folder, "sheet.pdf");
    writeFileSync(
      file,
      await drawPaper({ ...longPaper, lines: [...longPaper.lines, ...makePaper({ count: 9 }).lines] }),
    );
    runTool("pdftoppm", ["-r", "72", "-gray", file, join(folder, "page")]);
    const pages = readdirSync(folder).filter((name) => name.endsWith(".pgm"));
    expect(pages).toHaveLength(2);
    for (const page of pages) {
      const dark = darkColumns(readFileSync(join(folder, page)));
      expect(dark.length).toBeGreaterThan(200);
      expect({ page, left: dark[0], right: dark.at(-1) }).toEqual({ page, left: 40, right: 553 });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The columns of a grey picture (PGM, one point per pixel) that have a dark point in them, from left to right. */
function darkColumns(picture: Buffer): number[] {
  const [head = "", width = "0"] = /^P5\s+(\d+)\s+\d+\s+255\s/.exec(picture.toString("latin1", 0, 60)) ?? [];
  const columns = new Set<number>();
  picture.subarray(head.length).forEach((grey, at) => {
    if (grey < 120) columns.add(at % Number(width));
  });
  return [...columns].sort((a, b) => a - b);
}
