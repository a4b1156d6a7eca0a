/*
 * The long version of test/flows/killed.test.ts and workers.test.ts: services really killed, round after round, and packs of
 * workers of which one dies and two sleep past their leases. After each round database, authority, documents and mail server
 * are looked into. Prints a table; exit status 1 when anything was not as it must be.
 *
 *   npm run soak -- [--engine sqlite|mariadb] [--rounds 60] [--seed 1] [--every] [--packs 3] [--invoices 300]
 *
 * `--rounds` draws so many places by the seed, `--every` takes each step of the road in turn, before and after it.
 */
import { parseArgs } from "node:util";
import type { Counts } from "../test/support/crew";
import type { EngineName } from "../test/support/databases";
import { nameOf, seeded, startDrill, type Drill, type Mishap } from "../test/support/drill";
import { mariadbInstalled, prepareMariadb, stopMariadb } from "../test/support/mariadb";
import { recordBacklog, runPack } from "../test/support/pack";
import { startStage, type Stage } from "../test/support/stage";

const { values } = parseArgs({
  options: {
    engine: { type: "string" },
    rounds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    every: { type: "boolean", default: false },
    packs: { type: "string", default: "3" },
    invoices: { type: "string", default: "300" },
  },
});
const random = seeded(Number(values.seed));
const drawn = (most: number): number => 1 + Math.floor(random() * most);

interface Row {
  readonly what: string;
  readonly rounds: number;
  readonly deaths: number;
  readonly mailsTwice: number;
  readonly seconds: number;
  readonly faults: readonly string[];
}

const KINDS = ["write", "call", "document", "mail"] as const;

/** Every step of the road once, before and after it, as a rehearsal has counted them. */
const everyMishap = (steps: Counts): Mishap[] =>
  KINDS.flatMap((kind) => {
    const count = kind === "mail" ? 1 : steps[kind];
    const nths = Array.from({ length: count }, (_, index) => index + 1);
    return nths.flatMap((nth) => (["before", "after"] as const).map((when) => ({ kind, nth, when })));
  });

const drawnMishaps = (steps: Counts, rounds: number): Mishap[] =>
  Array.from({ length: rounds }, (): Mishap => {
    const kind = ([...KINDS, "while", "while"] as const)[drawn(KINDS.length + 2) - 1] ?? "while";
    if (kind === "while") return { kind, ms: drawn(1200) };
    return {
      kind,
      nth: kind === "mail" ? 1 : drawn(steps[kind]),
      when: random() < 0.5 ? "before" : "after",
    };
  });

async function rehearse(stage: Stage, drill: Drill): Promise<Counts> {
  await drill.hand.arm(null);
  await stage.tell("first", () => drill.hand);
  await stage.settle();
  return drill.hand.counts();
}

async function killings(engine: EngineName): Promise<Row[]> {
  const stage = await startStage(engine, engine === "SQLite" ? "file" : "s3");
  try {
    const drill = await startDrill(stage);
    const steps = await rehearse(stage, drill);
    const mishaps = values.every ? everyMishap(steps) : drawnMishaps(steps, Number(values.rounds));
    const rows: Row[] = [];
    for (const kind of [...KINDS, "while"] as const) {
      const mine = mishaps.filter((mishap) => mishap.kind === kind);
      if (mine.length > 0) rows.push(await killAll(stage, drill, `${engine}: ${kind}`, mine));
    }
    return rows;
  } finally {
    await stage.close();
  }
}

let invoices = 0;

async function killAll(stage: Stage, drill: Drill, what: string, mishaps: readonly Mishap[]): Promise<Row> {
  const from = performance.now();
  const faults: string[] = [];
  const ids: string[] = [];
  let deaths = 0;
  for (const mishap of mishaps) {
    const id = `s${(invoices += 1)}`;
    ids.push(id);
    const died = await drill.kill(id, mishap).catch((thrown: unknown) => {
      faults.push(`${nameOf(mishap)}: ${String(thrown)}`);
      return false;
    });
    deaths += died ? 1 : 0;
    for (const fault of await stage.judge([id])) faults.push(`${nameOf(mishap)}: ${fault}`);
    progress(`${what} ${ids.length}/${mishaps.length}, ${deaths} deaths, ${faults.length} faults`);
  }
  const twice = ids.filter((id) => (stage.post.taken.get(`${id}@contoh.example`)?.length ?? 0) > 1);
  return row(what, mishaps.length, deaths, twice.length, from, faults);
}

async function packs(): Promise<Row[]> {
  const rows: Row[] = [];
  for (let pack = 1; pack <= Number(values.packs); pack += 1) {
    const stage = await startStage("MariaDB", "s3");
    const from = performance.now();
    const ids = Array.from({ length: Number(values.invoices) }, (_, index) => `w${pack}x${index}`);
    try {
      await recordBacklog(stage, ids);
      const report = await runPack(stage, random);
      const faults = [...(await stage.judge(ids)), ...report.twice.map((name) => `${name}: created twice`)];
      if (report.lost < 2) faults.push(`only ${report.lost} endings were refused`);
      const twice = ids.filter((id) => (stage.post.taken.get(`${id}@contoh.example`)?.length ?? 0) > 1);
      const what = `pack ${pack}: ${ids.length} invoices, ${report.lost} endings and ${report.late} late creations refused`;
      rows.push(row(what, 1, report.killed, twice.length, from, faults));
    } finally {
      await stage.close();
    }
    progress(`pack ${pack}`);
  }
  return rows;
}

const row = (
  what: string,
  rounds: number,
  deaths: number,
  mailsTwice: number,
  from: number,
  faults: readonly string[],
): Row => ({ what, rounds, deaths, mailsTwice, seconds: (performance.now() - from) / 1000, faults });

const progress = (words: string): void => void process.stderr.write(`${words}\n`);

async function main(): Promise<void> {
  prepareMariadb();
  const wanted = values.engine?.toLowerCase();
  const engines = (["SQLite", "MariaDB"] as const)
    .filter((engine) => wanted === undefined || engine.toLowerCase() === wanted)
    .filter((engine) => engine === "SQLite" || mariadbInstalled());
  const rows: Row[] = [];
  try {
    for (const engine of engines) rows.push(...(await killings(engine)));
    if (engines.includes("MariaDB")) rows.push(...(await packs()));
  } finally {
    await stopMariadb();
  }
  console.log(`seed ${values.seed}`);
  console.table(
    rows.map(({ what, rounds, deaths, mailsTwice, seconds, faults }) => ({
      ...{ what, rounds, deaths, "mails twice": mailsTwice },
      ...{ seconds: Number(seconds.toFixed(1)), faults: faults.length },
    })),
  );
  for (const fault of rows.flatMap(({ faults }) => faults)) console.log(fault);
  const died = rows.reduce((sum, { deaths }) => sum + deaths, 0);
  process.exitCode = died > 0 && rows.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

void main();
