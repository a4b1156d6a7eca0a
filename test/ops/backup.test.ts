/**
 * Proves that a backup is whole and that putting an old one back issues nothing twice. On SQLite by `faktur backup` and
 * `faktur restore`, while the service writes; on MariaDB by the dump of docs/operating.md, with the real tools. After it
 * the portal tells again what was lost: the authority's document is found and adopted, never made or changed anew.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp, type App } from "../../src/app";
import { createSeal } from "../../src/seal";
import { silentLog } from "../../src/log";
import { verifyAudit } from "../../src/store/audit";
import { openDb } from "../../src/store/db";
import { mailsOf } from "../../src/store/mails";
import { DOCUMENT_COLUMNS, namedDocuments } from "../../src/store/snapshot";
import { blocks, readDocument, section } from "../docs/documents";
import { command, settingsOf } from "../support/command";
import { describeMariadb, emptyDatabase } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { requireTool } from "../support/tools";
import {
  addCompany,
  atAuthority,
  DESK,
  enterCompany,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const BAD_NITKU = "000777";
const START = "2026-11-03T09:10:00+07:00";
let folder: string;
let world: World;
/** What a test has opened, ended after it whatever became of it. */
const opened: (() => Promise<unknown>)[] = [];
const endAll = async () => {
  for (const end of opened.splice(0).reverse()) await end();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
};

const newFolder = (): string => mkdtempSync(join(tmpdir(), "faktur-backup-"));

/** Another service on the data that was put back; the world's own is over. */
const reopen = (databaseUrl: string, documents: string): World => {
  const config = { ...world.app.config, databaseUrl, documentsUrl: `file:${documents}` };
  const app: App = buildApp(config, { clock: world.clock, log: silentLog });
  opened.push(() => app.close());
  return { ...world, app, store: { ...world.store, db: app.db } };
};

/** What the authority was asked to make or change since then. */
const handedOver = (since: number) =>
  world.authority.authority.control
    .calls()
    .slice(since)
    .filter(({ operation }) => ["create", "update", "upload"].includes(operation))
    .map(({ operation, noInvoice }) => `${operation} ${noInvoice ?? ""}`);
const callsSoFar = () => world.authority.authority.control.calls().length;

async function expectIssuedOnce(there: World, id: string): Promise<void> {
  const { outcome, fakturs } = await seen(there, id);
  expect(outcome).toBe("issued");
  expect(atAuthority(world, `INV-${id}`)).toMatchObject([
    { status: "APPROVAL_SUKSES", kind: "NORMAL", nofa: fakturs[0]?.nsfp },
  ]);
  expect(await mailsOf(there.app.db.knex, fakturs[0]?.id ?? "")).toMatchObject([{ state: "sent" }]);
}

describe("on SQLite", () => {
  beforeEach(async () => {
    folder = newFolder();
    world = await startWorld("SQLite", { drawPdf: tinyPdf });
  });
  afterEach(endAll);

  const backup = async (name: string) => {
    const to = join(folder, name);
    const ran = await command(["backup", to, "--json"], settingsOf(world));
    expect([ran.code, ran.err]).toEqual([0, ""]);
    return { to, about: JSON.parse(ran.out) as { documents: { count: number }; missing: string[] } };
  };
  const placesIn = (name: string) => ({
    FAKTUR_DATABASE_URL: `sqlite:${join(folder, name, "faktur.db")}`,
    FAKTUR_DOCUMENTS_URL: `file:${join(folder, name, "documents")}`,
  });
  const restoreTo = (name: string, from: string) =>
    command(["restore", from], { ...settingsOf(world), ...placesIn(name) });
  /** Restores and opens what was restored; the world's clock has gone on. */
  const restored = async (name: string, from: string): Promise<World> => {
    const ran = await restoreTo(name, from);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    const there = reopen(`sqlite:${join(folder, name, "faktur.db")}`, join(folder, name, "documents"));
    // The command goes by the machine's clock, this world by its own.
    await there.app.db.knex("restores").update({ at: world.clock.now().toISOString() });
    return there;
  };

  test("every column that names a document is known", async () => {
    const found = await world.app.db.knex.raw<{ t: string; c: string }[]>(
      `select m.name as t, p.name as c from sqlite_master m join pragma_table_info(m.name) p
       where m.type = 'table' and p.name like '%sha256%'`,
    );
    const known = DOCUMENT_COLUMNS.map(({ table, column }) => `${table}.${column}`);
    // Lists are kept too, zips of PDFs only by what was in them.
    expect(found.map(({ t, c }) => `${t}.${c}`).sort()).toEqual([...known, "coretax_imports.sha256"].sort());
  });

  test("of an exchange its one document is looked for, and both where a row is from before", async () => {
    const { knex } = world.app.db;
    const named = async () => {
      const found: string[] = [];
      for await (const hash of namedDocuments(knex)) found.push(hash);
      return found;
    };
    await tell(world, paid("sides"));
    await runToEnd(world);
    const rows: { id: number; request_sha256: string; document_sha256: string }[] = await knex("exchanges");
    const [one] = rows;
    expect(await named()).toEqual(expect.arrayContaining(rows.map((row) => row.document_sha256)));
    expect(await named()).not.toContain(one?.request_sha256);
    await knex("exchanges").where({ id: one?.id }).update({ document_sha256: null, request_bytes: null });
    expect(await named()).toContain(one?.request_sha256);
    await knex("exchanges").where({ id: one?.id }).update({ document_sha256: one?.document_sha256 });
  });

  test("what is put back is the same: rows, documents, trail, secrets", async () => {
    await tell(world, paid("1"));
    await runToEnd(world);
    const { to, about } = await backup("b");
    expect(about.documents.count).toBeGreaterThan(3);
    const there = await restored("r", to);
    for (const table of ["invoices", "fakturs", "mails", "timeline", "exchanges", "companies"])
      expect(await there.app.db.knex(table)).toEqual(await world.app.db.knex(table));
    expect(await verifyAudit(there.app.db.knex)).toMatchObject({ kind: "whole" });
    const [faktur] = (await seen(there, "1")).fakturs;
    const pdf = await there.app.documents.get(faktur?.pdf_sha256 ?? "");
    expect(pdf).toEqual(await world.app.documents.get(faktur?.pdf_sha256 ?? ""));
    expect((await there.app.portalNamed("toko"))?.connection.secrets).toHaveLength(1);
    const doctor = await command(["doctor", "--json"], { ...settingsOf(world), ...placesIn("r") });
    expect([doctor.code, doctor.err]).toEqual([0, ""]);
  });

  test("a backup taken while the service works is one moment of it, with every document it names", async () => {
    const work = (async () => {
      for (let id = 1; id <= 5; id += 1) {
        await tell(world, paid(`w${id}`));
        await runToEnd(world);
      }
    })();
    const made = [await backup("b0"), await backup("b1"), await backup("b2")];
    await work;
    for (const [index, { to, about }] of made.entries()) {
      expect(about.missing).toEqual([]);
      const there = await restored(`r${index}`, to);
      expect(await verifyAudit(there.app.db.knex)).toMatchObject({ kind: "whole" });
    }
  });

  test("what was issued after the backup is adopted when the portal tells it again: nothing is handed over twice", async () => {
    const { to } = await backup("b");
    await tell(world, paid("1"), { id: "d1" });
    await runToEnd(world);
    await expectIssuedOnce(world, "1");
    const [before] = (await seen(world, "1")).fakturs;
    const since = callsSoFar();
    world.clock.pass(3600);
    const there = await restored("r", to);
    expect((await tell(there, paid("1"), { id: "d1" })).status).toBe(202);
    await runToEnd(there);
    await expectIssuedOnce(there, "1");
    expect((await seen(there, "1")).fakturs[0]?.nsfp).toBe(before?.nsfp);
    expect(handedOver(since)).toEqual([]);
    // Without the mark it would have been handed over, and only the authority's own check would have stood between.
    await there.app.db.knex("restores").delete();
    await tell(there, paid("2"));
    await runToEnd(there);
    expect(handedOver(since)).toEqual(["create INV-2", "upload INV-2"]);
  });

  test("what is paid after the restore is sent without a look-up, what was paid before after many", async () => {
    const { to } = await backup("b");
    world.clock.pass(86_400);
    const there = await restored("r", to);
    const lookups = () =>
      world.authority.authority.control.calls().filter(({ operation }) => operation === "list").length;
    await tell(there, paid("old"));
    await runToEnd(there);
    // Three references in three revisions.
    expect(lookups()).toBe(9);
    world.clock.pass(3 * 86_400);
    const day = "2026-11-07T09:10:00+07:00";
    await tell(there, { ...paid("new", { paidAt: day }), timestamp: day });
    await runToEnd(there);
    expect(lookups()).toBe(9);
    await expectIssuedOnce(there, "old");
    await expectIssuedOnce(there, "new");
  });

  test("a backup of any moment of the road leads to the same one document", async () => {
    const made: string[] = [];
    const { transaction } = world.app.db;
    let count = 0;
    // Before every other transaction: after the webhook, between hand-over and answer, before the PDF, before the mail.
    const saving = async (work: Parameters<typeof transaction>[0]) => {
      if ((count += 1) % 2 === 0) made.push((await backup(`b${count}`)).to);
      return transaction(work);
    };
    await tell(world, paid("1"));
    Object.assign(world.app.db, { transaction: saving });
    await runToEnd(world);
    expect(made.length).toBeGreaterThan(4);
    for (const [index, from] of made.entries()) {
      const there = await restored(`r${index}`, from);
      const since = callsSoFar();
      await runToEnd(there);
      await expectIssuedOnce(there, "1");
      expect(handedOver(since)).toEqual([]);
    }
  });

  test("a refused faktur that was corrected and approved after the backup is found approved, not changed again", async () => {
    await addCompany(world, "9", { nitku: BAD_NITKU });
    await tell(world, paid("1", {}, { id: "9" }));
    await runToEnd(world);
    const { to } = await backup("b");
    const correct = async (there: World) => {
      await enterCompany(there, "9", { nitku: "000001" });
      const [faktur] = (await seen(there, "1")).fakturs;
      await there.app.api.corrections.retry(faktur?.id ?? "", DESK);
      await runToEnd(there);
    };
    await correct(world);
    await expectIssuedOnce(world, "1");
    const since = callsSoFar();
    const there = await restored("r", to);
    expect(await seen(there, "1")).toMatchObject({ outcome: "held", reasons: ["rejected_by_djp"] });
    await correct(there);
    await expectIssuedOnce(there, "1");
    expect(handedOver(since)).toEqual([]);
  });

  test("a mail that the backup had queued goes again under the same Message-ID", async () => {
    await tell(world, paid("1"));
    let to = "";
    const { send } = world.app.mailer;
    Object.assign(world.app.mailer, {
      send: async (mail: Parameters<typeof send>[0]) => {
        to = (await backup("b")).to;
        return send(mail);
      },
    });
    await runToEnd(world);
    const there = await restored("r", to);
    await runToEnd(there);
    const ids = (await mailsAbout(world, "INV-1")).map(({ messageId }) => messageId);
    expect([ids.length >= 1, new Set(ids).size]).toEqual([true, 1]);
  });

  test("nothing is written over: neither a database, nor the rest of one, nor another backup", async () => {
    const { to } = await backup("b");
    const again = await command(["backup", to], settingsOf(world));
    expect([again.code, again.err.includes(to)]).toEqual([1, true]);
    const live = await command(["restore", to], settingsOf(world));
    expect([live.code, live.err.includes("faktur.db")]).toEqual([1, true]);
    expect((await restoreTo("r", to)).code).toBe(0);
    const rest = join(folder, "rest");
    cpSync(join(folder, "r"), rest, { recursive: true });
    rmSync(join(rest, "faktur.db"));
    writeFileSync(join(rest, "faktur.db-wal"), "words of a live database");
    expect((await restoreTo("rest", to)).code).toBe(1);
    expect(readFileSync(join(rest, "faktur.db-wal"), "utf8")).toBe("words of a live database");
  });

  test("a backup that is unfinished, damaged or newer is refused, and nothing is left where the service looks", async () => {
    await tell(world, paid("1"));
    await runToEnd(world);
    const { to } = await backup("b");
    const spoilt = async (name: string, spoil: (at: string) => void) => {
      const at = join(folder, name);
      cpSync(to, at, { recursive: true });
      spoil(at);
      const ran = await restoreTo(`to-${name}`, at);
      expect([name, existsSync(join(folder, `to-${name}`, "faktur.db"))]).toEqual([name, false]);
      return ran.code;
    };
    expect(await spoilt("unfinished", (at) => rmSync(join(at, "backup.json")))).toBe(1);
    expect(await spoilt("cut", (at) => writeFileSync(join(at, "faktur.db"), "x"))).toBe(1);
    expect(await spoilt("document", (at) => writeFileSync(aDocument(at), "someone else's"))).toBe(1);
    const newer = openDb(`sqlite:${join(to, "faktur.db")}`, 1);
    await newer.knex("schema_migrations").insert({ name: "9999-later", applied_at: START });
    await newer.close();
    expect(await spoilt("changed", () => undefined)).toBe(1);
  });

  const aDocument = (at: string): string => {
    const names = readdirSync(join(at, "documents"), { recursive: true, encoding: "utf8" });
    return join(at, "documents", names.find((name) => /\.\w+$/.test(name)) ?? "");
  };

  test("documents of a folder are not said to be back where they would lie in S3: it is refused, and nothing is written", async () => {
    await tell(world, paid("1"));
    await runToEnd(world);
    const { to, about } = await backup("b");
    expect(about.documents.count).toBeGreaterThan(0);
    const s3 = {
      FAKTUR_DOCUMENTS_URL: "s3://faktur-docs/uji",
      ...{ AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "AKIAX", AWS_SECRET_ACCESS_KEY: "rahasia" },
    };
    const database = join(folder, "s3", "faktur.db");
    const ran = await command(["restore", to], {
      ...{ ...settingsOf(world), ...s3 },
      FAKTUR_DATABASE_URL: `sqlite:${database}`,
    });
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).toContain(join(to, "documents"));
    expect(ran.err).toContain("PREFIX/ab/cd/SHA256");
    expect(existsSync(join(folder, "s3"))).toBe(false);
    expect((await restoreTo("folder", to)).code).toBe(0);
  });

  test("a document that is damaged here is named, and the rest is saved", async () => {
    await tell(world, paid("1"));
    await runToEnd(world);
    const at = aDocument(world.folder);
    writeFileSync(at, "rotten");
    const ran = await command(["backup", join(folder, "b"), "--json"], settingsOf(world));
    const { missing } = JSON.parse(ran.out) as { missing: string[] };
    expect([ran.code, missing.map((hash) => at.includes(hash))]).toEqual([1, [true]]);
  });

  test("no secret lies open in a backup", async () => {
    const { to } = await backup("b");
    const bytes = readFileSync(join(to, "faktur.db"));
    for (const secret of ["token-uji", "whsec_", world.app.config.masterKey.toString("base64")])
      expect([secret, bytes.includes(secret)]).toEqual([secret, false]);
    expect(() => createSeal(Buffer.alloc(32, 1)).open("v1.a.b.c", "x")).toThrow();
  });
});

describeMariadb("a dump", () => {
  beforeEach(async () => {
    world = await startWorld("MariaDB", { drawPdf: tinyPdf });
    folder = newFolder();
  });
  afterEach(endAll);

  requireTool("mariadb-dump")(
    "made and loaded as the manual says holds everything, and nothing is issued twice afterwards",
    async () => {
      await tell(world, paid("1"));
      await runToEnd(world);
      const asked = await command(["backup", join(folder, "b")], settingsOf(world));
      expect([asked.code, asked.err.includes("mariadb-dump --single-transaction")]).toEqual([1, true]);
      const [dump = ""] = linesOf("Back-up");
      const [load = ""] = linesOf("Restoring");
      shell(dump, world.store.url);
      await tell(world, paid("2"), { id: "d2" });
      await runToEnd(world);
      const since = callsSoFar();
      const empty = await emptyDatabase("MariaDB");
      opened.push(() => empty.drop());
      shell(load, empty.url);
      const marked = await command(["restore", "--loaded"], {
        ...settingsOf(world),
        FAKTUR_DATABASE_URL: empty.url,
      });
      expect([marked.code, marked.err]).toEqual([0, ""]);
      const there = reopen(empty.url, join(world.folder, "documents"));
      for (const table of ["companies", "sellers", "portals", "users"])
        expect(await there.app.db.knex(table)).toEqual(await world.app.db.knex(table));
      await expectIssuedOnce(there, "1");
      expect(await verifyAudit(there.app.db.knex)).toMatchObject({ kind: "whole" });
      expect((await tell(there, paid("2"), { id: "d2" })).status).toBe(202);
      await runToEnd(there);
      await expectIssuedOnce(there, "2");
      expect(handedOver(since)).toEqual([]);
    },
  );

  const linesOf = (title: string): string[] =>
    blocks(section(readDocument("docs/operating.md"), title), "sh")
      .flatMap((block) => block.split("\n"))
      .filter((line) => line.startsWith("mariadb"));

  /** A line of the manual, with the place and name of this run's server in place of the manual's. */
  function shell(line: string, url: string): void {
    const at = new URL(url);
    const here = line
      .replace(/-h \S+ -u \S+ -p/, `-h 127.0.0.1 -P ${at.port} -u root`)
      .replace(/\bfaktur(?= [<>])/, at.pathname.slice(1));
    const ran = spawnSync("sh", ["-c", here], { cwd: folder, encoding: "utf8", timeout: 60_000 });
    expect([here, ran.status, ran.stderr]).toEqual([here, 0, ""]);
  }
});
