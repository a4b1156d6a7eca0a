/*
 * The importing process of the read-back bench, so that neither its memory nor its time holds anything of the drawing:
 * reads, matches, stores and queues a ZIP with the real program, then sends the mails, then reads the bare text of the
 * same PDFs for comparison. `FOLDER`; prints one line of JSON.
 */
import { join } from "node:path";
import { buildApp } from "../src/app";
import { parseConfig } from "../src/config";
import { readPdfZip } from "../src/coretax/readback/zip";
import { readPdfText } from "../src/faktur/pdf/text";
import { silentLog } from "../src/log";

/** Seconds of processor time, all threads together. */
async function used<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1e6, result];
}

const peakMegabytes = (): number => Math.round(process.resourceUsage().maxRSS / 1_024);

async function main(): Promise<void> {
  const [folder = ""] = process.argv.slice(2);
  const config = parseConfig({
    FAKTUR_DATABASE_URL: `sqlite:${join(folder, "faktur.db")}`,
    FAKTUR_DOCUMENTS_URL: `file:${join(folder, "documents")}`,
    FAKTUR_MAIL_URL: `file:${join(folder, "outbox")}`,
    FAKTUR_MAIL_FROM: "Faktur <pajak@hosting.example>",
    FAKTUR_MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
  });
  const app = buildApp(config, { log: silentLog });
  const path = join(folder, "pdf.zip");
  const begun = performance.now();
  const wish = { files: [{ name: "pdf.zip", path }] };
  const [imported, report] = await used(() => app.api.coretax.import("utama", wish, { name: "bench" }));
  const wall = (performance.now() - begun) / 1_000;
  const importPeak = peakMegabytes();
  const [mailed] = await used(() => app.worker.drain());
  const peak = peakMegabytes();
  const [bare] = await used(async () => {
    for await (const item of readPdfZip(path, 1)) if (item.kind === "pdf") await readPdfText(item.bytes);
  });
  await app.close();
  const { pdfs, approved, left } = report;
  console.log(
    JSON.stringify({ pdfs, approved, left: left.length, imported, wall, mailed, bare, importPeak, peak }),
  );
}

void main();
