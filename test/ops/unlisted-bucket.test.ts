/**
 * Proves that doctor finds a key without the right to list its bucket: S3 answers 403 for what is not there then, and a missing
 * document would never be told as one. The service works without that right, and stays ready.
 */
import { examine } from "../../src/ops/doctor";
import { readiness } from "../../src/ops/health";
import { startS3, type S3StandIn } from "../support/s3-stand-in";
import { startWorld, type World } from "../support/world";

let s3: S3StandIn;
let world: World;
beforeAll(async () => {
  s3 = await startS3("rahasia");
  const access = { accessKeyId: "AKIAX", secretAccessKey: "rahasia", sessionToken: undefined };
  world = await startWorld("SQLite", {
    config: {
      documentsUrl: "s3://faktur-docs/uji",
      s3: { ...access, region: "us-east-1", endpoint: s3.endpoint },
    },
  });
});
afterAll(async () => {
  await world.close();
  await s3.close();
});

const documentsSay = async () => (await examine(world.app)).find(({ name }) => name === "documents");

test("with the right to list all is well", async () => {
  expect(await documentsSay()).toMatchObject({ ok: true });
});

test("without it doctor names the right that is missing, and goes on to the other checks", async () => {
  s3.answerInstead = (path, method) =>
    method === "GET" && !s3.stored.has(path)
      ? { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" }
      : null;
  const checks = await examine(world.app);
  const failed = checks.filter(({ ok }) => !ok).map(({ name, says }) => [name, says.en]);
  expect(failed).toEqual([["documents", expect.stringContaining("s3:ListBucket")]]);
  expect(checks.map(({ name }) => name)).toContain("secrets");
  expect((await readiness(world.app)).every(({ ok }) => ok)).toBe(true);
});
