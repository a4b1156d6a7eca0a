/**
 * `faktur reconcile` as a person runs it: the built program over the database of a real road. A table that names the
 * sides and what differs, the same as JSON, exit 1 for any difference or a side that failed, 0 otherwise, 2 for days that
 * are none.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pay, settle, startSimulator, type TestApi } from "../support/api";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";
import { ENOUGH, MASTER_KEY, newFolder, run } from "./run";

let folder: string;
let api: TestApi;
let authority: RunningAuthority;
beforeEach(async () => {
  folder = newFolder();
  ({ api, authority } = await startFurnished());
  await enterCompany(api);
  await pay(api, "1234");
  await settle(api);
});
afterEach(async () => {
  await closeFurnished({ api, authority });
  rmSync(folder, { recursive: true, force: true });
});

const DAYS = ["--from", "2026-11-01", "--to", "2026-11-03"];

const reconcile = (...args: string[]) => {
  const { databaseUrl, documentsUrl } = api.app.config;
  const env = { ...ENOUGH, FAKTUR_DATABASE_URL: databaseUrl, FAKTUR_DOCUMENTS_URL: documentsUrl };
  return run(["reconcile", ...args], { folder, env: { ...env, FAKTUR_MASTER_KEY: MASTER_KEY } });
};

test("nothing differs: exit 0, and what could not be compared is named", async () => {
  const { code, out, err } = await reconcile(...DAYS);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("2026-11-01 – 2026-11-03");
  expect(out).toMatch(
    /^portal +toko +tidak dapat dibandingkan \/ cannot be compared +0 +0 +Portal jenis ini/m,
  );
  expect(out).toMatch(/^channel +utama +dibandingkan \/ compared +1 +1/m);
  expect(out).toContain("Nothing differs in what could be compared, but not everything could.");
});

test("a difference: exit 1, its row with both sides, its meaning and its fix; the same as JSON", async () => {
  await api.app.db.knex("fakturs").update({ ppn: "1" });
  const { code, out, err } = await reconcile(...DAYS);
  expect([code, err]).toEqual([1, ""]);
  expect(out).toMatch(
    /^amounts_differ_at_authority +toko +INV-1234 +INV-1234 +dpp 1000000 .* ppn 1 +dpp 1000000 .* ppn 110000$/m,
  );
  expect(out).toMatch(/^amounts_differ_at_authority: .+ \/ .+\n {2}→ .+ \/ .+$/m);
  expect(out).toContain("1 differences");
  const json = await reconcile(...DAYS, "--json");
  expect([json.code, json.err]).toEqual([1, ""]);
  expect(JSON.parse(json.out)).toMatchObject({
    counts: { amounts_differ_at_authority: 1 },
    differences: [{ invoiceId: "1234", severity: "critical" }],
  });
});

test("a side that does not answer: exit 1, named as failed, the others compared", async () => {
  await authority.close();
  const { code, out } = await reconcile(...DAYS, "--portal", "toko");
  expect(code).toBe(1);
  expect(out).toMatch(/^channel +utama +GAGAL dibandingkan \/ FAILED to compare/m);
  expect(out).toMatch(/^mail +utama +dibandingkan \/ compared +1 +1/m);
  authority = await startSimulator(api.clock);
});

test("no database yet: exit 2, and none is made; an empty one would say for ever that all is equal", async () => {
  const { code, out, err } = await run(["reconcile"], { folder, env: ENOUGH });
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("There is no faktur database at data/faktur.db yet.");
  expect(existsSync(join(folder, "data", "faktur.db"))).toBe(false);
});

test.each([
  [["--from", "2026-02-30"], 2],
  [["--from", "yesterday"], 2],
  [["--from", "2026-11-04", "--to", "2026-11-03"], 2],
  [["--portal", "nobody"], 1],
])("%j: exit %i with one sentence on stderr", async (args, expected) => {
  const { code, out, err } = await reconcile(...args);
  expect([code, out]).toEqual([expected, ""]);
  expect(err.trim()).not.toBe("");
  expect(err).not.toMatch(/^\s+at /m);
});
