/**
 * Proves that whatever a person brings in place of the portal's list is refused by its name with what to do, over the
 * command line and over HTTP alike. How: one table of real spoilt workbooks, each given to both.
 */
import { createHash } from "node:crypto";
import { readPortalList } from "../../src/coretax/readback/excel";
import { startDesk, type Desk } from "./desk";
import { listCells, listOf, TITLES, workbookParts, xlsxOf, zipOf } from "./readback/workbooks";

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

type Case = readonly [what: string, fault: string, bytes: () => Promise<Buffer> | Buffer];

const shared = async (encoding: string, spell: (xml: string) => Buffer): Promise<Buffer> => {
  const parts = workbookParts([[...TITLES], listCells()]);
  const xml = String(parts["xl/sharedStrings.xml"]).replace("UTF-8", encoding);
  return zipOf(
    Object.entries({
      ...parts,
      "xl/sharedStrings.xml": spell(xml.replace("PT Pelanggan", "PT Pélanggan")),
    }).map(([name, bytes]) => ({ name, bytes })),
  );
};

const LISTS: readonly Case[] = [
  [
    "an NSFP as a 17-digit number",
    "nsfp_not_text",
    () => listOf([{ "Nomor Faktur Pajak": { n: "4002600000000001" } }]),
  ],
  [
    "an NSFP as a rounded float",
    "nsfp_not_text",
    () => listOf([{ "Nomor Faktur Pajak": { n: "4.0026E+16" } }]),
  ],
  [
    "missing columns",
    "columns_missing",
    () => xlsxOf([["Nama Pembeli", "PPN", "Referensi", "Status Faktur"], ["a"]]),
  ],
  [
    "another seller's rows",
    "wrong_seller",
    () =>
      xlsxOf([
        [...TITLES, "SellerTIN"],
        [...listCells(), "0011111111111000"],
      ]),
  ],
  [
    "a CSV in windows-1252 by another name",
    "not_xlsx",
    () => Buffer.from("Nomor;Nama\n0400;PT Caf\u00e9\n", "latin1"),
  ],
  [
    "strings in windows-1252 called UTF-8",
    "encoding_unknown",
    () => shared("UTF-8", (xml) => Buffer.from(xml, "latin1")),
  ],
  [
    "strings in UTF-16 called UTF-8",
    "encoding_unknown",
    () => shared("UTF-8", (xml) => Buffer.from(`é${xml}`, "utf16le")),
  ],
  [
    "strings in an encoding nobody knows",
    "encoding_unknown",
    () => shared("KOI7-X", (xml) => Buffer.from(xml)),
  ],
  [
    "a document type with entities",
    "file_damaged",
    () =>
      shared("UTF-8", (xml) => Buffer.from(xml.replace("<sst>", '<!DOCTYPE sst [<!ENTITY a "b">]><sst>'))),
  ],
  ["nothing", "file_empty", () => Buffer.alloc(0)],
  [
    "the older format",
    "old_xls",
    () => Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]),
  ],
  ["half a file", "file_damaged", async () => (await listOf([{}])).subarray(0, 700)],
  [
    "a bomb",
    "file_swells",
    () =>
      xlsxOf([[...TITLES], listCells()], {
        parts: {
          "xl/sharedStrings.xml": `<sst>${"<si><t>0000000000</t></si>".repeat(24_000_000 / 2)}</sst>`,
        },
      }),
  ],
];

test.each(LISTS)("%s: %s", async (_what, fault, bytes) => {
  await desk.isRefused("daftar.xlsx", await bytes(), fault);
});

test("strings in UTF-16 that say so are read", async () => {
  const bytes = await shared("UTF-16", (xml) => Buffer.from(`\ufeff${xml}`, "utf16le"));
  expect((await desk.overHttp("daftar.xlsx", bytes)).left.map(({ code }) => code)).toEqual(["stranger"]);
});

test("lists that come at once are read in turn: so many together would take the memory of all of them", async () => {
  const many = (count: number) =>
    listOf(Array.from({ length: count }, (_, index) => ({ Referensi: `ORANG-LAIN-${index}` })));
  const [long, short] = [await many(5_000), await many(1)];
  const { documents, db } = desk.api.app.api;
  const { put } = documents;
  const ended: string[] = [];
  const bring = async (name: string, bytes: Buffer) => {
    await desk.overHttp(name, bytes);
    ended.push(name);
  };
  const second: Promise<void>[] = [];
  // The second comes while the first is being read.
  Object.assign(documents, {
    async put(...given: Parameters<typeof put>) {
      Object.assign(documents, { put });
      const sha256 = createHash("sha256").update(short).digest("hex");
      const arrived = new Promise<void>((resolve) => {
        db.knex.on("query-response", (_rows: unknown, { bindings }: { bindings: readonly unknown[] }) => {
          if (bindings.includes(sha256)) resolve();
        });
      });
      second.push(bring("kecil.xlsx", short));
      await arrived;
      // Time enough for the second to be done, were it not its turn to wait.
      for (let round = 0; round < 10; round += 1) await readPortalList(short, null);
      return put(...given);
    },
  });
  await bring("besar.xlsx", long);
  await Promise.all(second);
  expect(ended).toEqual(["besar.xlsx", "kecil.xlsx"]);
});
