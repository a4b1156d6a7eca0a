/**
 * `faktur report …` as a person runs it, in this process but over a real database and real files: what is printed, what
 * is written, exit codes, and that receipts of a file are recorded once.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readXlsx } from "../reports/read-files";
import { command, settingsOf } from "../support/command";
import { BUYER, paid, runToEnd, startWorld, tell, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await startWorld("SQLite");
  await tell(world, paid("1"));
  await tell(world, paid("2", {}, { id: "nobody" }));
  await runToEnd(world);
});
afterAll(() => world.close());

const report = (...args: string[]) => command(["report", ...args], settingsOf(world));

const NOVEMBER = ["--seller", "utama", "--masa", "2026-11"];
const file = (name: string) => join(world.folder, name);

test("the sums are shown as a table", async () => {
  const { code, out } = await report("spt", ...NOVEMBER);
  expect(code).toBe(0);
  expect(out).toMatch(/^Kode 04 +1 +1\.000\.000 +916\.667 +110\.000$/m);
  expect(out).toMatch(/^JUMLAH \(disetujui\) +1 +1\.000\.000 +916\.667 +110\.000$/m);
});

test("the recap says how many invoices stand where", async () => {
  const { code, out } = await report("digunggung", ...NOVEMBER);
  expect([code, out.includes("1 with faktur, 1 in the recap, 0 in neither; 0 refunds")]).toEqual([0, true]);
  expect(out).toMatch(/^JUMLAH digunggung +1 +1\.000\.000 +916\.667 +110\.000$/m);
});

test("--json is the API's answer, and a table is shown by its name", async () => {
  const shown = JSON.parse((await report("pph23", ...NOVEMBER, "--json")).out) as {
    totals: Record<string, string>;
  };
  expect(shown.totals).toEqual({
    ...{ base: "1000000", expected: "20000", received: "0", difference: "20000", unmatched: "0" },
  });
  const { out } = await report("spt", ...NOVEMBER, "--table", "list");
  expect(out).toContain(BUYER.npwp);
});

test("--out writes a CSV or an Excel file by its ending, readable by its owner alone", async () => {
  const csv = await report("spt", ...NOVEMBER, "--out", file("spt.csv"));
  expect([csv.code, csv.out.includes("spt.csv")]).toEqual([0, true]);
  expect(readFileSync(file("spt.csv"), "utf8")).toContain(`;"=""${BUYER.npwp}""";`);
  await report("digunggung", ...NOVEMBER, "--out", file("recap.XLSX"));
  const { tables } = await readXlsx(readFileSync(file("recap.XLSX")));
  expect(tables.map((table) => table.length)).toEqual([4, 2, 0, 0]);
  const program = ["--for", "program", "--table", "sums", "--out", file("sums.csv")];
  await report("spt", ...NOVEMBER, ...program);
  expect(readFileSync(file("sums.csv"), "utf8")).toMatch(
    /^Kelompok,Jumlah faktur,DPP,DPP nilai lain,PPN\r\n/,
  );
});

test.each([
  [["--seller", "utama", "--masa", "2026-13"], 2],
  [["--seller", "utama"], 2],
  [[...NOVEMBER, "--out", "spt.pdf"], 2],
  [[...NOVEMBER, "--table", "apa"], 2],
  [["--seller", "lain", "--masa", "2026-11"], 1],
  [[...NOVEMBER, "--out", "/tidak/ada/spt.csv"], 1],
])("spt %j ends with %d and a sentence", async (args, code) => {
  const done = await report("spt", ...args);
  expect([done.code, done.err.length > 10]).toEqual([code, true]);
});

test("bukti potong of a file are recorded once, and the paper shows them", async () => {
  writeFileSync(
    file("bukti.csv"),
    `nomor;tanggal;masa;npwp;dpp;pph\r\n2600000001;30/11/2026;2026-11;${BUYER.npwp};1.000.000;20.000\r\n`,
  );
  const first = await report("receipts", file("bukti.csv"), "--seller", "utama");
  expect([first.code, first.out]).toEqual([0, "Baru / new: 1; ditautkan / linked: 0; sama / same: 0\n"]);
  const again = await report("receipts", file("bukti.csv"), "--seller", "utama", "--json");
  expect(JSON.parse(again.out)).toEqual({ added: 0, linked: 0, unchanged: 1 });
  expect((await report("pph23", ...NOVEMBER)).out).toMatch(/^Selisih \(belum diterima\) +0$/m);
  writeFileSync(file("rusak.csv"), "nomor;tanggal;masa;npwp;dpp;pph\r\n1;x;2026-11;1E+15;1;2\r\n");
  const faulty = await report("receipts", file("rusak.csv"), "--seller", "utama");
  expect([faulty.code, faulty.err.split("\n").filter((line) => line.includes("/receipts/0")).length]).toEqual(
    [1, 3],
  );
  expect((await report("receipts", file("tidak-ada.csv"), "--seller", "utama")).code).toBe(1);
});
