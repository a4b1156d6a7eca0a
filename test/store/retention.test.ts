/**
 * Proves that nothing which must be kept ten years can be deleted (UU KUP art. 28(11), `keepUntil`): the only rows the
 * program ever removes are work that is done, pauses that ended, outages that were none, the marker of a migration, own
 * words of a mail, the probe for readiness, processes that ended, mails about one's own account, sessions and counts of
 * tries that are over, who asked for an upload that was asked for again, and what
 * `prune.ts` takes after FAKTUR_KEEP_DAYS (ids of deliveries, letters, wishes for an address, messages to subscribers);
 * stored documents offer no way to remove one. How: the sources themselves, since what is not written cannot happen.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");
const sourcesIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), "utf8") }));

/** Migrations are left out: what they drop is what a run of their own that broke off has left half-made. */
const REMOVES = /\.(?:del|delete|truncate)\(\)|\b(?:delete from|drop table|truncate table)\b|\.dropTable/gi;

test("rows are removed from tables that hold no tax document and no proof, and from no other", () => {
  const removing = sourcesIn("src/store").flatMap(({ name, text }) =>
    [...text.matchAll(REMOVES)].map(() => name),
  );
  expect([...removing].sort()).toEqual([
    "src/store/db.ts",
    "src/store/job-endings.ts",
    "src/store/mail-templates.ts",
    "src/store/migrate.ts",
    ...Array<string>(2).fill("src/store/notices.ts"),
    "src/store/outages.ts",
    "src/store/pauses.ts",
    ...Array<string>(2).fill("src/store/processes.ts"),
    ...Array<string>(5).fill("src/store/prune.ts"),
    "src/store/sessions.ts",
    "src/store/sessions.ts",
    "src/store/sessions.ts",
    "src/store/uploads.ts",
    "src/store/users.ts",
  ]);
});

test("what is pruned are these tables and no other", () => {
  const text = readFileSync(join(ROOT, "src/store/prune.ts"), "utf8");
  const tables = [...text.matchAll(/return tx\("(\w+)"\)/g)].map((found) => found[1]);
  expect(tables).toEqual([
    ...["customer_letters", "email_changes", "webhook_messages", "hook_deliveries", "uploads_asked"],
  ]);
});

test("stored documents can be put and got, and no more", () => {
  const contract = readFileSync(join(ROOT, "src/documents/documents.ts"), "utf8");
  const body = /export interface Documents \{([^]*?)\n\}/.exec(contract)?.[1] ?? "";
  expect([...body.matchAll(/^ {2}(\w+)\(/gm)].map((match) => match[1])).toEqual(["put", "get", "check"]);
  for (const { name, text } of sourcesIn("src/documents")) {
    expect([name, /\bunlink\b|\brm\(|DELETE/.test(text)]).toEqual([name, false]);
  }
});
