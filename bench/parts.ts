/*
 * What no program can do without, each measured alone: drawing one sheet, signing it, a commit, a file on the disk, handing
 * the mail to the server. A process of its own, with nothing else running in it; `SMTP_PORT P12 DATABASE_URL`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { createPool } from "mysql2/promise";
import { createTransport } from "nodemailer";
import { drawPaper } from "../src/faktur/pdf/draw";
import { openCertificate, signatureSpace, signPdf } from "../src/faktur/sign/sign";
import { makePaper } from "../test/support/papers";
import { PASSPHRASE_OF_BENCH } from "./town";

/** Milliseconds of each part, for one faktur. */
export interface Parts {
  readonly render: number;
  readonly sign: number;
  readonly commit: number;
  readonly file: number;
  readonly smtp: number;
}

const [smtpPort = "", p12File = "", databaseUrl = "", repeat = "100"] = process.argv.slice(2);
const COUNT = Number(repeat);
const paper = makePaper({ mark: "simulation", signed: true });
const words = {
  reason: "Faktur Pajak",
  location: "SURABAYA",
  name: "BUDI",
  contact: "pajak@hosting.example",
};
const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));

async function each(work: (index: number) => unknown): Promise<number> {
  for (let index = 0; index < 10; index += 1) await work(-1 - index);
  const started = performance.now();
  for (let index = 0; index < COUNT; index += 1) await work(index);
  return (performance.now() - started) / COUNT;
}

async function commits(): Promise<{ one(index: number): unknown; close(): unknown }> {
  const body = "x".repeat(1_000);
  if (databaseUrl.startsWith("mysql:")) {
    const pool = createPool({ uri: databaseUrl, connectionLimit: 1 });
    await pool.query("create table if not exists parts (id bigint auto_increment primary key, body text)");
    return {
      one: () => pool.execute("insert into parts (body) values (?)", [body]),
      close: () => pool.end(),
    };
  }
  const db = new Sqlite(join(folder, "parts.db"));
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("create table parts (id integer primary key, body text)");
  const insert = db.prepare("insert into parts (body) values (?)");
  return { one: () => insert.run(body), close: () => db.close() };
}

async function writeFileDurably(bytes: Buffer, index: number): Promise<void> {
  const file = await open(join(folder, `${index}.pdf`), "w");
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
}

let mails = 0;

/** Five connections kept open, as many mails on their way: what one takes on average. */
async function smtpOf(signed: Buffer): Promise<number> {
  const transport = createTransport({ pool: true, host: "127.0.0.1", port: Number(smtpPort), secure: false });
  const send = () =>
    transport.sendMail({
      ...{
        from: "pajak@hosting.example",
        to: "pajak@contoh.example",
        subject: "Faktur Pajak",
        text: "Terlampir.",
      },
      messageId: `<${process.pid}-${(mails += 1)}@parts.example>`,
      attachments: [{ filename: "faktur.pdf", content: signed }],
    });
  await Promise.all(Array.from({ length: 10 }, send));
  const started = performance.now();
  await Promise.all(Array.from({ length: COUNT }, send));
  const took = (performance.now() - started) / COUNT;
  transport.close();
  return took;
}

async function main(): Promise<void> {
  const certificate = await openCertificate(readFileSync(p12File), PASSPHRASE_OF_BENCH);
  const space = signatureSpace(certificate, words);
  const drawn = await drawPaper(paper, { signatureSpace: space });
  const signed = signPdf(drawn, certificate, new Date(), words);
  const ledger = await commits();
  process.send?.(0);
  process.on("message", (asked) => {
    if (asked === "stop") {
      rmSync(folder, { recursive: true, force: true });
      process.exit(0);
    }
    void measure().then((found) => process.send?.(found));
  });
  const measure = async (): Promise<Parts> => ({
    render: await each(() => drawPaper(paper, { signatureSpace: space })),
    sign: await each(() => signPdf(drawn, certificate, new Date(), words)),
    commit: await each(ledger.one),
    file: await each((index) => writeFileDurably(signed, index)),
    smtp: await smtpOf(signed),
  });
}

void main();
