// Proves that the audit chain stays whole under many writers at once and whatever words are appended, and that every kind of
// tampering is found.
import fc from "fast-check";
import {
  appendAudit,
  findAudit,
  hasAuditHash,
  isAudited,
  listAudit,
  verifyAudit,
} from "../../src/store/audit";
import { describeEngines, openStore, type Store } from "../support/databases";
import { NOW } from "../support/rows";

const entry = (subject: string) => ({ at: NOW, actor: "finance", action: "test", subject, detail: null });

/** What one of the engines might take otherwise than it was given. */
const ODD = [
  ["half a sign", "Terima kasih \ud83d"],
  ["the other half", "\ude00 terima kasih"],
  ["signs of four bytes", "😀".repeat(300)],
  ["a NUL", "a\0b"],
  ["blanks at both ends", "  a \t "],
  ["ends of lines", "a\r\nb\rc\n"],
  ["a mark of byte order", "\ufeffa\ufffe\uffff"],
  ["letters made of two", "e\u0301 \u00e9"],
  ["quotes and strokes", "'\\\"\\0%_`"],
  ["nothing", ""],
  ["more than a column holds", "panjang ".repeat(20_000)],
] as const;

describeEngines("the audit chain", (engine) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(engine);
  });
  afterEach(() => store.close());
  const append = (subject: string) => store.db.transaction((tx) => appendAudit(tx, entry(subject)));

  test("an empty chain is whole", async () => {
    expect(await verifyAudit(store.db.knex)).toEqual({ kind: "whole", entries: 0, last: null });
  });

  test("thirty writers at once leave thirty links in a row", async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => append(`s${index}`)));
    expect(await verifyAudit(store.db.knex)).toMatchObject({ kind: "whole", entries: 30 });
    const page = await listAudit(store.db.knex, 10, 5);
    expect(page.map((one) => one.sequence)).toEqual([11, 12, 13, 14, 15]);
    expect(await listAudit(store.db.knex, 0, 50, "s7")).toHaveLength(1);
  });

  test.each([
    [
      "a changed word",
      (row: number) => store.db.knex("audit").where({ sequence: row }).update({ actor: "x" }),
      3,
    ],
    ["a removed entry", (row: number) => store.db.knex("audit").where({ sequence: row }).delete(), 3],
    [
      "a detail added",
      (row: number) => store.db.knex("audit").where({ sequence: row }).update({ detail: "" }),
      3,
    ],
    [
      "a forged link",
      (row: number) => store.db.knex("audit").where({ sequence: row }).update({ previous: "0" }),
      3,
    ],
    [
      "an entry put in between",
      async (row: number) => {
        const all = await store.db.knex("audit").where("sequence", ">=", row).orderBy("sequence", "desc");
        for (const { sequence } of all as { sequence: number }[]) {
          await store.db
            .knex("audit")
            .where({ sequence })
            .update({ sequence: Number(sequence) + 1 });
        }
        const { hash } = (await store.db
          .knex("audit")
          .where({ sequence: row - 1 })
          .first()) as { hash: string };
        const forged = { ...entry("forged"), sequence: row, previous: hash, hash: "f".repeat(64) };
        await store.db.knex("audit").insert(forged);
      },
      3,
    ],
    [
      "two entries that changed places",
      async (row: number) => {
        const move = (from: number, to: number) =>
          store.db.knex("audit").where({ sequence: from }).update({ sequence: to });
        await move(row, 99);
        await move(row + 1, row);
        await move(99, row + 1);
      },
      3,
    ],
  ] as [string, (row: number) => Promise<unknown>, number][])("finds %s", async (_, tamper, at) => {
    for (const subject of ["a", "b", "c", "d", "e"]) await append(subject);
    await tamper(at);
    expect(await verifyAudit(store.db.knex)).toEqual({ kind: "broken", at });
  });

  test("tells the hash of its last entry; kept elsewhere, it shows that the end was taken away or all written anew", async () => {
    for (const subject of ["a", "b", "c"]) await append(subject);
    const verdict = await verifyAudit(store.db.knex);
    const noted = verdict.kind === "whole" ? (verdict.last ?? "") : "";
    await append("d");
    const seen = [noted.length, await hasAuditHash(store.db.knex, noted)];
    await store.db.knex("audit").where("sequence", ">", 2).delete();
    const cut = [(await verifyAudit(store.db.knex)).kind, await hasAuditHash(store.db.knex, noted)];
    for (const subject of ["x", "y"]) await append(subject);
    const anew = [(await verifyAudit(store.db.knex)).kind, await hasAuditHash(store.db.knex, noted)];
    expect([seen, cut, anew]).toEqual([
      [64, true],
      ["whole", false],
      ["whole", false],
    ]);
  });

  test("odd words in every place leave it whole, and are found again", async () => {
    const seen: [string, unknown, boolean, number][] = [];
    for (const [what, words] of ODD) {
      const said = { at: NOW, actor: words, action: "test", subject: words, detail: words };
      await store.db.transaction((tx) => appendAudit(tx, said));
      const { kind } = await verifyAudit(store.db.knex);
      const known = await isAudited(store.db.knex, said);
      const found = await findAudit(store.db.knex, { actor: words }, "oldest", null, 50);
      seen.push([what, kind, known, found.length]);
    }
    expect(seen).toEqual(ODD.map(([what]) => [what, "whole", true, 1]));
  });

  test("whatever is appended, the chain verifies", async () => {
    const words = fc.string({ unit: "binary", maxLength: 300 });
    const halves = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
      .map((units) => String.fromCharCode(...units));
    const any = fc.oneof(words, halves);
    const entries = fc.record({ actor: any, subject: any, detail: fc.option(any) });
    let appended = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entries, { minLength: 1, maxLength: 8 }), async (some) => {
        await store.db.transaction(async (tx) => {
          for (const one of some) await appendAudit(tx, { at: NOW, action: "test", ...one });
        });
        appended += some.length;
        expect(await verifyAudit(store.db.knex)).toMatchObject({ kind: "whole", entries: appended });
      }),
      { numRuns: 60 },
    );
  });

  test("two long names stay two", async () => {
    const long = (end: string) => `${"a".repeat(240)}${end}`;
    for (const end of ["x", "y"])
      await store.db.transaction((tx) => appendAudit(tx, { ...entry(long(end)), actor: long(end) }));
    const actors = (await listAudit(store.db.knex, 0, 5)).map((one) => one.actor);
    expect(new Set(actors).size).toBe(2);
    expect(await listAudit(store.db.knex, 0, 5, long("x"))).toHaveLength(1);
  });

  test("goes on where it ended", async () => {
    await append("a");
    await append("b");
    expect(await verifyAudit(store.db.knex)).toMatchObject({ kind: "whole", entries: 2 });
  });
});
