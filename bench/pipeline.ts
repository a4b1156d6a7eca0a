/*
 * The whole road, PAID -> approved -> signed rendition -> accepted by the mail server: the service as it is started by an
 * operator, beside the sum of the parts it cannot do without, and beside the same road glued from BullMQ, pdfkit and
 * nodemailer. All three in alternating rounds of one run, against the same simulated authority and mail server.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { SERVER_PROGRAM } from "../test/support/mysqld";
import { until } from "../test/support/until";
import type { Parts } from "./parts";
import { assertCount, median, QUICK, report } from "./report";
import { paidMessage, postAll } from "./send";
import {
  cpuSeconds,
  installed,
  startHelper,
  startMariadb,
  startRedis,
  type Helper,
  type Server,
} from "./servers";
import { ACCOUNTS, prepare, settingsOf, startFaktur, startOutside, type Outside } from "./town";

const ROUNDS = QUICK ? 2 : 3;
const PER_ROUND = QUICK ? 100 : 250;
/** Enough for the first compilation of what both sides run: a service runs for weeks. */
const WARM_UP = QUICK ? 60 : 1_000;
const SENDERS = 8;
/**
 * Moments that must be on the disk before the next may happen, whoever writes the program: the payment before its 202,
 * the key before the authority is told, its answer, the approval, the document in the ledger, the mail that was taken.
 */
const COMMITS = 6;

let counter = 0;

/** Milliseconds for one invoice, from the first webhook to the last accepted mail. */
async function road(port: number, outside: Outside, count: number): Promise<number> {
  const mails = await outside.smtp.ask<number>("count");
  const from = counter;
  counter += count;
  const at = new Date();
  const messages = Array.from({ length: count }, (_, index) => paidMessage(from + index, at, ACCOUNTS));
  const started = performance.now();
  await postAll(port, messages, SENDERS);
  const arrived = async () => ((await outside.smtp.ask<number>("count")) >= mails + count ? true : null);
  await until(`${count} mails arrive`, arrived, 180);
  return (performance.now() - started) / count;
}

interface Round {
  readonly ours: number;
  /** Milliseconds of each glue that runs. */
  readonly glued: Partial<Record<Signer, number>>;
  readonly parts: Parts;
}

/** How the glue signs: by the package for it, or lent this program's own signing. */
const SIGNERS = ["package", "own"] as const;
type Signer = (typeof SIGNERS)[number];
type Glues = Readonly<Partial<Record<Signer, Helper>>>;

const sumOf = ({ render, sign, commit, file, smtp }: Parts): number =>
  render + sign + COMMITS * commit + file + smtp;

interface Sides {
  readonly ours: { readonly port: number };
  readonly glues: Glues;
  readonly parts: Helper;
  readonly outside: Outside;
}

async function rounds({ ours, glues, parts, outside }: Sides): Promise<Round[]> {
  const glued = async (count: number): Promise<Round["glued"]> => {
    const took: Partial<Record<Signer, number>> = {};
    for (const signer of SIGNERS) {
      const glue = glues[signer];
      if (glue !== undefined) took[signer] = await road(glue.port, outside, count);
    }
    return took;
  };
  await road(ours.port, outside, WARM_UP);
  await glued(WARM_UP);
  const found: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % 2 === 0 ? await glued(PER_ROUND) : null;
    const mine = await road(ours.port, outside, PER_ROUND);
    const alone = await parts.ask<Parts>("measure");
    found.push({ ours: mine, glued: first ?? (await glued(PER_ROUND)), parts: alone });
  }
  return found;
}

function tell(engine: string, found: readonly Round[], cpu: string): void {
  const part = (name: keyof Parts) => median(found.map((round) => round.parts[name])).toFixed(2);
  const ours = median(found.map((round) => round.ours));
  report({
    what: `pipeline, ${engine}, beside the sum of its parts`,
    value: median(found.map((round) => sumOf(round.parts) / round.ours)),
    ...{ unit: "%", atLeast: 0.7 },
    note:
      `${ours.toFixed(1)} ms a faktur (${(1000 / ours).toFixed(0)} /s); render ${part("render")}, sign ${part("sign")}, ` +
      `${COMMITS} commits of ${part("commit")}, file ${part("file")}, SMTP ${part("smtp")} ms; ${cpu}`,
  });
  tellGlue(found, "package", `pipeline, ${engine}, beside BullMQ + pdfkit + nodemailer`, {
    atLeast: 2,
  });
  tellGlue(found, "own", `pipeline, ${engine}, beside the same with our signing`, {});
  tellBarest(engine, found);
}

/** How near to the sum of the parts the least of roads comes: one row, no rules, lent our signing. */
function tellBarest(engine: string, found: readonly Round[]): void {
  const shares = found.flatMap(({ parts, glued: { own } }) =>
    own === undefined ? [] : [sumOf(parts) / own],
  );
  if (shares.length === 0) return;
  report({
    what: `pipeline, ${engine}, that glue beside the sum of the parts`,
    ...{ value: median(shares), unit: "%" },
    note: `rounds ${shares.map((one) => (one * 100).toFixed(0)).join(" ")}`,
  });
}

function tellGlue(
  found: readonly Round[],
  signer: Signer,
  what: string,
  goal: { readonly atLeast?: number },
): void {
  const took = found.flatMap(({ ours, glued }) =>
    glued[signer] === undefined ? [] : [{ ours, glue: glued[signer] }],
  );
  if (took.length === 0) return;
  const ratios = took.map(({ ours, glue }) => glue / ours);
  const [mine, other] = [median(took.map(({ ours }) => ours)), median(took.map(({ glue }) => glue))];
  const each = ratios.map((one) => one.toFixed(2)).join(" ");
  report({
    ...{ what, value: median(ratios), unit: "x", ...goal },
    note: `${mine.toFixed(1)} ms beside ${other.toFixed(1)} ms a faktur; rounds ${each}`,
  });
}

interface Place {
  readonly folder: string;
  readonly outside: Outside;
  readonly redis: Server | null;
}

async function measure(
  engine: string,
  databaseUrl: string,
  { folder, outside, redis }: Place,
): Promise<void> {
  const settings = settingsOf(join(folder, engine), databaseUrl, outside);
  const p12File = join(folder, `${engine}.p12`);
  writeFileSync(p12File, await prepare(settings, outside.authority));
  const before = { mails: await outside.smtp.ask<number>("count"), sent: counter };
  const ours = await startFaktur(settings, [], process.env["FAKTUR_BENCH_PROFILE"]);
  const ports = [redis, outside.authority, outside.smtp].map((one) => String(one?.port));
  const glues: Partial<Record<Signer, Helper>> = {};
  if (redis !== null)
    for (const signer of SIGNERS) {
      const at = join(folder, `glue-${engine}-${signer}`);
      glues[signer] = await startHelper("glue.js", [at, ...ports, p12File, signer]);
    }
  const sample = QUICK ? "50" : "100";
  const parts = await startHelper("parts.js", [String(outside.smtp.port), p12File, databaseUrl, sample]);
  try {
    const found = await rounds({ ours, glues, parts, outside });
    const used = cpuSeconds(ours.process.pid) / (WARM_UP + ROUNDS * PER_ROUND);
    tell(engine, found, `${(used * 1000).toFixed(1)} ms of processor, ${availableParallelism()} cores`);
    const alone = ROUNDS * (Number(sample) + 10);
    const mails = (await outside.smtp.ask<number>("count")) - before.mails;
    assertCount(`pipeline, ${engine}: mails`, mails - alone, counter - before.sent);
  } finally {
    await Promise.all([ours.stop(), parts.stop(), ...Object.values(glues).map((glue) => glue.stop())]);
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));
  const outside = await startOutside(0);
  const redis = installed("redis-server") ? await startRedis() : null;
  const only = process.env["FAKTUR_BENCH_ENGINE"];
  try {
    if (redis === null) {
      const note = "redis-server is not installed: apt-get install redis-server";
      report({
        what: "pipeline beside BullMQ + pdfkit + nodemailer",
        value: null,
        unit: "x",
        atLeast: 2,
        note,
      });
    }
    const place = { folder, outside, redis };
    if (only !== "MariaDB") await measure("SQLite", `sqlite:${join(folder, "faktur.db")}`, place);
    if (only !== "SQLite") await onMariadb(place);
  } finally {
    await outside.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onMariadb(place: Place): Promise<void> {
  if (!installed(SERVER_PROGRAM)) {
    const note = "mariadbd is not installed: apt-get install mariadb-server";
    return report({ what: "pipeline, MariaDB", value: null, unit: "%", atLeast: 0.7, note });
  }
  const server = await startMariadb();
  try {
    await measure("MariaDB", await server.fresh("pipeline"), place);
  } finally {
    await server.stop();
  }
}

void main();
