import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { isoInJakarta, systemClock } from "../../src/clock";
import { openDocuments } from "../../src/documents/open";
import { verifyAudit } from "../../src/store/audit";
import { findInvoice } from "../../src/store/invoices";
import { type JobColumns } from "../../src/store/jobs";
import { mailsOf } from "../../src/store/mails";
import { startHand, type Hand } from "./crew";
import { patient, type EngineName } from "./databases";
import { openS3, type S3Server } from "./s3-server";
import { SETTINGS } from "./service";
import { tinyPdf } from "./tiny-pdf";
import { until } from "./until";
import { addCompany, paid, seen, startWorld, tellAt, type World } from "./world";

/** All that stands around real processes: database, authority, mail server and document store, with no hook in the product. */
export interface Stage {
  readonly world: World;
  readonly settings: Readonly<Record<string, string>>;
  readonly post: PostOffice;
  /** What lies in the S3 stand-in; throws where it is a real server. */
  documents(): { readonly objects: number; readonly total: number };
  /** Starts a process on this stage. */
  start(more?: Readonly<Record<string, string>>, flags?: readonly string[]): Promise<Hand>;
  /** An account with its company, of the same name as its one invoice. */
  customer(id: string): Promise<void>;
  /** Tells of its paid invoice until that is stored, as portals repeat; `hand` gives whom to tell. */
  repeat(id: string, hand: () => Hand): Promise<void>;
  /** Both. */
  tell(id: string, hand: () => Hand): Promise<void>;
  /** Waits until nothing is left to do. */
  settle(seconds?: number): Promise<void>;
  /** Whether no job is in anyone's hands. */
  idle(): Promise<boolean>;
  /** Everything that is not as it must be when the work is done; empty when all is right. */
  judge(ids: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

/** What the mail server took: Message-IDs by recipient, in order. */
export interface PostOffice {
  readonly url: string;
  readonly taken: Map<string, string[]>;
  /** Called with the mail in hand: before it is taken, where true leaves it, and after that but before the server says so. */
  onMail: ((when: "before" | "after") => boolean) | null;
}

/** Kinds of jobs that plan themselves anew for ever. */
const STANDING = ["upkeep", "digest", "reconcile", "poll", "services", "export", "transfer"];

export async function startStage(
  engine: EngineName,
  documents: "file" | "s3",
  more: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const world = await startWorld(engine, { drawPdf: tinyPdf });
  world.clock.set(systemClock.now());
  for (const db of [world.store.db, world.app.db]) await patient(db);
  const { post, close: closePost } = await openPostOffice();
  const s3 = documents === "s3" ? await openS3() : null;
  const settings = {
    ...SETTINGS,
    FAKTUR_DATABASE_URL: world.store.url,
    FAKTUR_DOCUMENTS_URL: s3 === null ? `file:${join(world.folder, "documents")}` : "s3://faktur-docs/uji",
    ...(s3 === null ? {} : settingsOf(s3)),
    FAKTUR_MAIL_URL: post.url,
    ...{
      FAKTUR_HOST: "127.0.0.1",
      FAKTUR_PORT: "0",
      FAKTUR_PORTAL_POLL_SECONDS: "0",
      FAKTUR_LEASE_SECONDS: "2",
    },
    ...{ FAKTUR_FOLLOW_SECONDS: "0.1", FAKTUR_RETRY_SECONDS: "0.2" },
    ...more,
  };
  const hands: Hand[] = [];
  const customer = (id: string) => addCompany(world, id, { email: `${id}@contoh.example` });
  const repeat = async (id: string, hand: () => Hand) =>
    void (await until(`${id} is stored`, () => told(id, hand()), 120));
  return {
    ...{ world, settings, post, customer, repeat },
    documents() {
      if (s3 !== null && s3.standIn === null) throw new Error("a real server is not looked into");
      const sizes = [...(s3?.standIn?.stored.values() ?? [])].map(({ bytes }) => bytes.length);
      return { objects: sizes.length, total: sizes.reduce((total, size) => total + size, 0) };
    },
    async start(extra = {}, flags = []) {
      const hand = await startHand({ ...settings, ...extra }, flags);
      hands.push(hand);
      return hand;
    },
    async tell(id, hand) {
      await customer(id);
      await repeat(id, hand);
    },
    settle: (seconds = 90) => settle(world, seconds),
    idle: async () => (await world.store.db.knex("jobs").where({ state: "running" })).length === 0,
    async judge(ids) {
      const wrong = [...(await judgeLedger(world)), ...judgeAuthority(world)];
      for (const id of ids) wrong.push(...(await judgeOne({ world, post, settings }, id)));
      return wrong;
    },
    async close() {
      for (const hand of hands) hand.kill("SIGKILL");
      await Promise.all(hands.map((hand) => hand.ended));
      await closePost();
      await s3?.close();
      await world.close();
    },
  };
}

const settingsOf = ({ endpoint, accessKeyId, secretAccessKey }: S3Server) => ({
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** Null while it must be repeated: no answer, or one that says so. */
async function told(id: string, hand: Hand): Promise<true | null> {
  const at = systemClock.now();
  const body = paid(id, { paidAt: isoInJakarta(at) }, { id, email: `${id}@contoh.example` });
  const answer = await tellAt(hand.url, at, body, { id: `msg_${id}` }).catch(() => null);
  if (answer === null || answer.status >= 500) return null;
  if (answer.status !== 202 && answer.status !== 200) throw new Error(JSON.stringify(answer));
  return true;
}

async function settle(world: World, seconds: number): Promise<void> {
  const open = () =>
    world.store.db.knex<JobColumns>("jobs").whereNotIn("kind", STANDING).orWhere({ state: "running" });
  await until(
    "nothing is left to do",
    async () => ((await open()).every((job) => job.state === "stuck") ? true : null),
    seconds,
  ).catch(async (thrown: unknown) => {
    throw new Error(`${String(thrown)}: ${JSON.stringify(await open())}`);
  });
}

/** What must be so whatever was told: no job stuck or held, an unbroken trail. */
async function judgeLedger(world: World): Promise<string[]> {
  const { knex } = world.store.db;
  const wrong: string[] = [];
  for (const job of await knex("jobs").whereNot({ state: "ready" }).orWhereNotNull("lease")) {
    wrong.push(`job left over: ${JSON.stringify(job)}`);
  }
  const trail = await verifyAudit(knex);
  if (trail.kind !== "whole") wrong.push(`audit trail: ${JSON.stringify(trail)}`);
  return wrong;
}

/** The authority's own count of what was created under each reference. */
function judgeAuthority(world: World): string[] {
  const counts = new Map<string, number>();
  for (const { sale } of world.authority.authority.state.all()) {
    counts.set(sale.noInvoice, (counts.get(sale.noInvoice) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count !== 1).map(([name, count]) => `${name}: ${count} documents`);
}

async function judgeOne(
  { world, post, settings }: Pick<Stage, "world" | "post" | "settings">,
  id: string,
): Promise<string[]> {
  const { knex } = world.store.db;
  const row = await findInvoice(knex, "toko", id);
  if (row === undefined) return [`${id}: not recorded`];
  const wrong: string[] = [];
  const must = (holds: boolean, what: string) => void (holds || wrong.push(`${id}: ${what}`));
  const { outcome, reasons, fakturs } = await seen(world, id);
  must(outcome === "issued" && reasons.length === 0, `${outcome} ${reasons.join(",")}`);
  const [faktur, ...others] = fakturs;
  if (faktur === undefined || others.length > 0) return [...wrong, `${id}: ${fakturs.length} fakturs`];
  must(faktur.state === "approved" && faktur.problem === null, `${faktur.state} ${faktur.problem ?? ""}`);
  const documents = world.authority.authority.state
    .all()
    .filter(({ sale }) => sale.noInvoice === `INV-${id}`);
  const [document] = documents;
  must(documents.length === 1, `${documents.length} documents at the authority`);
  must(document?.status === "APPROVAL_SUKSES" && document.kind === "NORMAL", `there: ${document?.status}`);
  must(document?.nofa === faktur.nsfp, `nsfp ${faktur.nsfp}, there ${document?.nofa}`);
  const mails = await mailsOf(knex, faktur.id);
  must(mails.length === 1 && mails[0]?.state === "sent", `mails ${mails.map(({ state }) => state).join()}`);
  const taken = new Set(post.taken.get(`${id}@contoh.example`));
  must(taken.size === 1 && taken.has(mails[0]?.message_id ?? ""), `Message-IDs ${[...taken].join()}`);
  const events: string[] = await knex("timeline").where({ faktur_id: faktur.id }).pluck("event");
  for (const once of ["approved", "mail_sent"]) {
    must(events.filter((event) => event === once).length === 1, `${once} not once: ${events.join()}`);
  }
  const deliveries = await knex("hook_deliveries").where({ delivery_id: `msg_${id}` });
  must(deliveries.length === 1, `${deliveries.length} deliveries`);
  const pdf = await storedPdf(settings, faktur.pdf_sha256 ?? "").catch(String);
  must(pdf.includes(faktur.nsfp ?? "-"), `PDF: ${pdf.slice(0, 200)}`);
  return wrong;
}

async function storedPdf(settings: Stage["settings"], sha256: string): Promise<string> {
  const s3 = {
    endpoint: settings["AWS_ENDPOINT_URL_S3"],
    region: settings["AWS_REGION"] ?? "us-east-1",
    accessKeyId: settings["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: settings["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  const documents = openDocuments(settings["FAKTUR_DOCUMENTS_URL"] ?? "", s3, fetch);
  return (await documents.get(sha256)).toString("latin1");
}

async function openPostOffice(): Promise<{ post: PostOffice; close(): Promise<void> }> {
  const taken = new Map<string, string[]>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (post.onMail?.("before") === true) return void done(new Error("gone"));
        const head = Buffer.concat(chunks).toString("latin1").split("\r\n\r\n", 1)[0] ?? "";
        const messageId = /^Message-ID:\s*(<\S+>)/im.exec(head)?.[1] ?? "none";
        for (const { address } of session.envelope.rcptTo) {
          taken.set(address, [...(taken.get(address) ?? []), messageId]);
        }
        post.onMail?.("after");
        done();
      });
    },
  });
  // A client that was killed breaks its connection off.
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const post: PostOffice = {
    ...{ url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, taken },
    onMail: null,
  };
  return { post, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
