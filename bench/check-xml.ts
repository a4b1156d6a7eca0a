/**
 * Writes and checks 10,000 fakturs of three lines (ten files of 1,000, as DJP takes them), in one process, and once
 * more as one long file. Several rounds: the least and the median, in seconds of the wall clock and of processor time;
 * megabytes and ratios. Seconds belong to the machine, ratios to the program.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Period, TaxDay } from "../src/clock";
import { checkXml } from "../src/coretax/check/check";
import { readXml } from "../src/coretax/check/parse";
import type { Faktur, FakturLine } from "../src/faktur/faktur";
import { coretaxXmlChunks, FAKTURS_PER_FILE } from "../src/faktur/xml";
import { shareHalfUp } from "../src/money";

const FAKTURS = 10_000;
const TODAY = "2026-11-22" as TaxDay;
const SELLER = "0012345678901000";

function fakturLine(number: number): FakturLine {
  const price = BigInt(10_000_000 + number * 137);
  const otherTaxBase = shareHalfUp(price * 3n, 11n, 12n);
  return {
    kind: "B",
    code: "160105",
    name: `Web Hosting Bisnis paket ${number} & cadangan harian (2026-11-03 - 2027-02-02)`,
    unit: "UM.0024",
    price,
    quantity: 300n,
    discount: 0n,
    taxBase: price * 3n,
    otherTaxBase,
    vatRate: 1200n,
    vat: shareHalfUp(otherTaxBase, 12n, 100n),
  };
}

function faktur(number: number): Faktur {
  const npwp = String(1_000_000_000_000_000 + number);
  const signer = { name: "Budi Santoso", npwp: null, title: "Direktur" };
  const place = { address: "Jl. Merdeka Barat 17, Gambir, Jakarta Pusat", email: "pajak@contoh.example" };
  return {
    reference: `INV-2026-${number}`,
    transactionCode: "04",
    date: "2026-11-03" as TaxDay,
    period: "2026-11" as Period,
    seller: {
      ...place,
      slug: "utama",
      npwp: SELLER,
      nitku: `${SELLER}000000`,
      name: "PT Utama",
      city: "Jakarta",
      signer,
    },
    buyer: {
      ...place,
      document: "TIN",
      npwp,
      documentNumber: "",
      nitku: `${npwp}000000`,
      name: "PT Contoh Sejahtera",
      country: "IDN",
    },
    lines: [0, 1, 2].map((index) => fakturLine(number * 3 + index)),
    totals: { price: 0n, discount: 0n, dpp: 0n, dppNilaiLain: 0n, ppn: 0n },
  };
}

function* bytesOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, "r");
  try {
    for (;;) {
      const bytes = new Uint8Array(1 << 18);
      const length = readSync(file, bytes);
      if (length === 0) return;
      yield bytes.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

interface Time {
  readonly wall: number;
  readonly cpu: number;
}

/** On a busy machine the clock on the wall tells of the others as well. */
function timed(work: () => void): Time {
  const begun = process.cpuUsage();
  const at = performance.now();
  work();
  const { user, system } = process.cpuUsage(begun);
  return { wall: (performance.now() - at) / 1e3, cpu: (user + system) / 1e6 };
}

/** `1.90 / 1.94` */
function leastAndMedian(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  return [sorted[0], sorted[sorted.length >> 1]].map((seconds) => (seconds ?? 0).toFixed(2)).join(" / ");
}

function write(path: string, from: number): void {
  const file = openSync(path, "w");
  const fakturs = Array.from({ length: FAKTURS_PER_FILE }, (_, index) => faktur(from + index));
  for (const chunk of coretaxXmlChunks(SELLER, fakturs)) writeSync(file, chunk);
  closeSync(file);
}

function check(paths: Iterable<Uint8Array>): { fakturs: number; faults: number } {
  const checking = checkXml(paths, TODAY);
  let faults = 0;
  let step = checking.next();
  for (; step.done !== true; step = checking.next()) faults += 1;
  return { fakturs: step.value.fakturs, faults };
}

function parseOnly(source: Iterable<Uint8Array>): number {
  let elements = 0;
  const reading = readXml({
    mark: () => undefined,
    open: () => void (elements += 1),
    text: () => undefined,
    close: () => undefined,
  });
  for (const bytes of source) reading.write(bytes);
  reading.end();
  return elements;
}

/** The ten files as one of 10,000 fakturs: more than DJP takes, which is the one fault it has. */
function* joined(paths: readonly string[]): Generator<Uint8Array> {
  const END = "\t</ListOfTaxInvoice>\n</TaxInvoiceBulk>".length;
  for (const [index, path] of paths.entries()) {
    const whole = Buffer.concat([...bytesOf(path)]);
    const begin = index === 0 ? 0 : whole.indexOf("\t\t<TaxInvoice>");
    yield whole.subarray(begin, index === paths.length - 1 ? whole.length : whole.length - END);
  }
}

const ROUNDS = 5;
const MOST_SECONDS = 3;
const MOST_MEGABYTES = 150;

interface Round {
  readonly written: Time;
  readonly checked: Time;
  readonly parsed: Time;
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));
  const before = process.resourceUsage().maxRSS;
  const grown = (): number => (process.resourceUsage().maxRSS - before) / 1024;
  try {
    const files = Array.from({ length: FAKTURS / FAKTURS_PER_FILE }, (_, index) => index);
    const paths = files.map((index) => join(folder, `${index}.xml`));
    const sum = { fakturs: 0, faults: 0, elements: 0 };
    const rounds = Array.from({ length: ROUNDS }, (): Round => {
      Object.assign(sum, { fakturs: 0, faults: 0, elements: 0 });
      const written = timed(() => paths.forEach((path, index) => write(path, index * FAKTURS_PER_FILE)));
      const checked = timed(() => {
        for (const { fakturs, faults } of paths.map((path) => check(bytesOf(path)))) {
          sum.fakturs += fakturs;
          sum.faults += faults;
        }
      });
      const parsed = timed(() => paths.forEach((path) => void (sum.elements += parseOnly(bytesOf(path)))));
      return { written, checked, parsed };
    });
    const megabytes = paths.reduce((total, path) => total + statSync(path).size, 0) / 1e6;
    const grownShort = grown();
    let long = { fakturs: 0, faults: 0 };
    const checkedLong = timed(() => void (long = check(joined(paths))));
    const together = rounds.map(({ written, checked }) => written.wall + checked.wall);
    const ratios = rounds.map(({ checked, parsed }) => checked.cpu / parsed.cpu);
    const { fakturs, elements, faults } = sum;
    console.log(`${fakturs} fakturs, ${elements} elements, ${megabytes.toFixed(1)} MB, ${faults} faults`);
    console.log(`least / median of ${ROUNDS} rounds:`);
    console.log(
      `  made and written  ${leastAndMedian(rounds.map(({ written }) => written.cpu))} s of processor`,
    );
    console.log(
      `  checked           ${leastAndMedian(rounds.map(({ checked }) => checked.cpu))} s of processor`,
    );
    console.log(`  together          ${leastAndMedian(together)} s on the wall (at most ${MOST_SECONDS})`);
    console.log(`  check / bare parse ${leastAndMedian(ratios)}`);
    console.log(`memory grew by ${grownShort.toFixed(0)} MB (at most ${MOST_MEGABYTES})`);
    console.log(
      `one file of ${long.fakturs}: ${checkedLong.cpu.toFixed(2)} s, ${long.faults} fault, memory grew by ${grown().toFixed(0)} MB in all`,
    );
    if (Math.min(...together) > MOST_SECONDS || grownShort > MOST_MEGABYTES) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
