/*
 * The same road as a team would glue it together in a week: express, BullMQ, pdfkit, @signpdf, nodemailer, one table of
 * invoices. Honest: the same messages with the same check of their signature, the same simulated authority and mail server,
 * a sheet with the same content, the same number of jobs at a time. What it answered or sent is on the disk: SQLite with a
 * full sync, Redis with `appendfsync always`, files with fsync. Spared it is all that makes the real program slower: rules,
 * a second look after doubt, exchanges kept, audit, leases. `own` lends it this program's signing besides, with the
 * certificate opened once: a team would have to write that first.
 * `FOLDER REDIS_PORT AUTHORITY_PORT SMTP_PORT P12 package|own`.
 */
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { P12Signer } from "@signpdf/signer-p12";
import { SignPdf } from "@signpdf/signpdf";
import Sqlite from "better-sqlite3";
import { Queue, Worker } from "bullmq";
import express from "express";
import { createTransport } from "nodemailer";
import { dayInJakarta } from "../src/clock";
import { draftBody, PATHS } from "../src/faktur/channels/pajakio-wire";
import type { SubmissionKey } from "../src/faktur/channels/channel";
import { paperOfFaktur } from "../src/faktur/paper";
import { openCertificate, signPdf } from "../src/faktur/sign/sign";
import { verifyStandardWebhook } from "../src/hooks/signature";
import { fakturOf, invoice, line } from "../test/faktur/examples";
import { sellerData } from "../test/support/rows";
import { drawStraight } from "./glue-pdf";
import { SECRET } from "./program";
import { PASSPHRASE_OF_BENCH } from "./town";

const [folder = "", redisPort = "", authorityPort = "", smtpPort = "", p12File = "", signer = ""] =
  process.argv.slice(2);
const CONCURRENCY = 8;
/** Bytes, as the packages that sign PDFs leave unless told otherwise. */
const SIGNATURE_ROOM = 8_192;
const STEPS = ["submit", "follow", "paper", "mail"] as const;
type Step = (typeof STEPS)[number];

mkdirSync(folder, { recursive: true });
const db = new Sqlite(join(folder, "glue.db"));
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(
  "create table invoices (id text primary key, body text, state text, transaction_id text, nsfp text, pdf text)",
);
const insert = db.prepare("insert into invoices (id, body, state) values (?, ?, 'paid')");
const find = db.prepare("select * from invoices where id = ?");
const sent = db.prepare("update invoices set state = 'uploaded', transaction_id = ? where id = ?");
const approved = db.prepare("update invoices set state = 'approved', nsfp = ? where id = ?");
const stored = db.prepare("update invoices set pdf = ? where id = ?");
const mailed = db.prepare("update invoices set state = 'mailed' where id = ?");

interface Row {
  readonly id: string;
  readonly body: string;
  readonly transaction_id: string;
  readonly nsfp: string;
  readonly pdf: string;
}

const rowOf = (id: string): Row => find.get(id) as Row;

const connection = { host: "127.0.0.1", port: Number(redisPort), maxRetriesPerRequest: null };
/** Two of them share one Redis. */
const prefix = signer;
const queues = Object.fromEntries(
  STEPS.map((step) => [step, new Queue(step, { connection, prefix })]),
) as Record<Step, Queue>;
const add = (step: Step, id: string) =>
  queues[step].add(step, { id }, { jobId: `invoice-${id}`, attempts: 5, removeOnComplete: true });

async function call(path: string, body: string): Promise<{ code: number; data: Record<string, string> }> {
  const headers = {
    "content-type": "application/json",
    authorization: Buffer.from("token").toString("base64"),
  };
  const answer = await fetch(`http://127.0.0.1:${authorityPort}${path}`, { method: "POST", headers, body });
  return (await answer.json()) as { code: number; data: Record<string, string> };
}

const { npwp, nitku, name, address, city, email } = sellerData();
const buyerOf = (id: string) => ({
  ...{ npwp: "0012345678012000", nitku: "0012345678012000000000", name: "PT CONTOH SEJAHTERA" },
  ...{ address: "JL. CONTOH NO. 2", email: "pajak@contoh.example", reference: `INV-${id}` },
});

/** The faktur of an invoice: its one line, and the tax on it. */
function fakturFor(row: Row) {
  const told = JSON.parse(row.body) as { data: { invoice: { paidAt: string; lines: { amount: string }[] } } };
  const paidAt = new Date(told.data.invoice.paidAt);
  const lines = told.data.invoice.lines.map(({ amount }) => line({ amount }));
  const faktur = fakturOf(invoice(lines, { paidAt, taxDay: dayInJakarta(paidAt), number: `INV-${row.id}` }));
  const { reference, ...buyer } = buyerOf(row.id);
  const seller = { ...faktur.seller, npwp, nitku, name, address, city, email };
  return { ...faktur, reference, seller, buyer: { ...faktur.buyer, ...buyer } };
}

async function submit(id: string): Promise<void> {
  const faktur = fakturFor(rowOf(id));
  const key = faktur.reference as SubmissionKey;
  const created = await call(PATHS.sales, draftBody({ faktur, key, signer: undefined, replaces: undefined }));
  const transactionId = created.data?.["transactionId"] ?? "";
  const uploaded = await call(PATHS.upload, JSON.stringify({ transactionId }));
  if (created.code !== 200 || uploaded.code !== 200) throw new Error(JSON.stringify([created, uploaded]));
  sent.run(transactionId, id);
  await add("follow", id);
}

async function follow(id: string): Promise<void> {
  const { data } = await call(PATHS.detail(rowOf(id).transaction_id), "{}");
  const nsfp = data["nofa"] ?? "";
  if (nsfp === "") throw new Error(JSON.stringify(data));
  approved.run(nsfp, id);
  await add("paper", id);
}

const p12 = readFileSync(p12File);
const certificate = openCertificate(p12, PASSPHRASE_OF_BENCH);
/** The package takes a signer for each sheet: one that has signed cannot read its file again. */
const packaged = () => new P12Signer(p12, { passphrase: PASSPHRASE_OF_BENCH });

async function signed(drawn: Buffer, nsfp: string): Promise<Buffer> {
  if (signer === "package") return new SignPdf().sign(drawn, packaged());
  const words = { reason: `Faktur Pajak ${nsfp}`, location: city, name: "BUDI CONTOH", contact: email };
  return signPdf(drawn, await certificate, new Date(), words);
}

async function paper(id: string): Promise<void> {
  const row = rowOf(id);
  const drawn = await drawStraight(
    paperOfFaktur(fakturFor(row), row.nsfp, "simulation", true),
    SIGNATURE_ROOM,
  );
  const bytes = await signed(drawn, row.nsfp);
  const path = join(folder, `${id}.pdf`);
  const file = await open(path, "w");
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  stored.run(path, id);
  await add("mail", id);
}

const transport = createTransport({ pool: true, host: "127.0.0.1", port: Number(smtpPort), secure: false });

async function mail(id: string): Promise<void> {
  const row = rowOf(id);
  const words = `Terlampir faktur pajak ${row.nsfp} untuk invoice INV-${id}.`;
  await transport.sendMail({
    ...{ from: "pajak@hosting.example", to: "pajak@contoh.example", messageId: `<${id}@glue.example>` },
    ...{ subject: `Faktur Pajak INV-${id}`, text: words, html: `<p>${words}</p>` },
    attachments: [{ filename: `${row.nsfp}.pdf`, content: await readFile(row.pdf) }],
  });
  mailed.run(id);
}

const HANDLERS: Readonly<Record<Step, (id: string) => Promise<void>>> = { submit, follow, paper, mail };

async function main(): Promise<void> {
  const workers = STEPS.map(
    (step) =>
      new Worker<{ id: string }>(step, (job) => HANDLERS[step](job.data.id), {
        ...{ connection, prefix },
        concurrency: CONCURRENCY,
      }),
  );
  for (const worker of workers) worker.on("failed", (_job, error) => console.error("glue:", error.message));
  const app = express();
  app.post("/hooks/:portal", express.raw({ type: () => true }), async (request, response) => {
    const body = request.body as Buffer;
    const { headers } = request;
    const check = verifyStandardWebhook({
      ...{ secrets: [SECRET], headers, body, now: new Date(), toleranceSeconds: 300 },
    });
    if (!check.ok) return void response.status(401).end();
    const told = JSON.parse(body.toString()) as { data: { invoice: { id: string } } };
    insert.run(told.data.invoice.id, body.toString());
    await add("submit", told.data.invoice.id);
    response.status(202).json({ status: "accepted" });
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.((server.address() as AddressInfo).port);
  process.once("message", () => process.exit(0));
}

void main();
