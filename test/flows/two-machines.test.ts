// Proves the set-up of docs/scaling.md: two services with the settings written there, on one MariaDB and one S3 store that
// checks every signature, share what comes in; each serves the documents of both; one leaves and comes back, nothing waits.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { run } from "../cli/run";
import { blocks, readDocument } from "../docs/documents";
import type { Hand } from "../support/crew";
import { describeMariadb } from "../support/databases";
import { startStage, type Stage } from "../support/stage";

const written = parseEnv(blocks(readDocument("docs/scaling.md"), "ini")[0] ?? "");
/** What a reader fills in: addresses, secrets, and the port that is free here. */
const FILLED = [
  "FAKTUR_DATABASE_URL",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_ENDPOINT_URL_S3",
  "FAKTUR_MAIL_URL",
  "FAKTUR_MASTER_KEY",
  "FAKTUR_HOST",
  "FAKTUR_PORT",
];

describeMariadb("two machines", () => {
  let stage: Stage;
  let machines: Hand[];
  beforeAll(async () => {
    const asWritten = Object.fromEntries(
      Object.entries(written).filter(([name, value]) => value !== undefined && !FILLED.includes(name)),
    ) as Record<string, string>;
    stage = await startStage("MariaDB", "s3", asWritten);
    machines = [await stage.start(), await stage.start()];
  });
  afterAll(() => stage.close());
  const machine = (index: number) => () => machines[index % 2] as Hand;

  test("the settings are those of the document", () => {
    expect(Object.keys(stage.settings)).toEqual(expect.arrayContaining(Object.keys(written)));
    expect(stage.settings["FAKTUR_DOCUMENTS_URL"]).toBe("s3://faktur-docs/prod");
  });

  test("both take in, both work, and nothing is kept on either of them", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `t${index}`);
    for (const [index, id] of ids.entries()) await stage.tell(id, machine(index));
    await stage.settle();
    expect(await stage.judge(ids)).toEqual([]);
    for (const { output } of machines) expect(output()).toContain('"mail.ended"');
    expect(existsSync(join(stage.world.folder, "documents"))).toBe(false);
  });

  test("each gives out the same PDF, whoever stored it", async () => {
    const made = await run(["token", "create", "--name", "x", "--role", "viewer"], {
      ...{ folder: stage.world.folder, env: stage.settings },
    });
    const headers = { authorization: `Bearer ${made.out.trim()}` };
    const list = (await (await fetch(`${machine(0)().url}/api/v1/fakturs`, { headers })).json()) as {
      items: { id: string }[];
    };
    expect(list.items).toHaveLength(12);
    for (const { id } of list.items.slice(0, 3)) {
      const tags = await Promise.all(
        machines.map(async ({ url }) => {
          const response = await fetch(`${url}/api/v1/fakturs/${id}/pdf`, { headers });
          return [response.status, response.headers.get("etag")];
        }),
      );
      expect(tags[0]).toEqual(tags[1]);
      expect(tags[0]?.[0]).toBe(200);
    }
  });

  test("while one is away the other does it all, and the one that comes back joins in", async () => {
    const [first, second] = [machine(0)(), machine(1)()];
    first.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    await stage.tell("away", () => second);
    await stage.settle();
    machines[0] = await stage.start();
    await stage.tell("back", machine(0));
    await stage.settle();
    expect(await stage.judge(["away", "back"])).toEqual([]);
    const alive = await stage.world.store.db.knex("processes").pluck("pid");
    expect(alive.toSorted()).toEqual(machines.map(({ process }) => process.pid).toSorted());
  });
});
