/**
 * Health over HTTP: alive is alive, ready only while database, schema and documents are fine, and the metrics tell
 * numbers without ever telling an NPWP or a secret.
 */
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { readiness } from "../../src/ops/health";
import { openDb } from "../../src/store/db";
import { furnish, OTHER_NPWP, pay, settle, startApi, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const ready = async (language = "id") => {
  const response = await fetch(`${api.url}/readyz`, { headers: { "accept-language": language } });
  const body = (await response.json()) as { status: string; reasons: { check: string; message: string }[] };
  return {
    status: response.status,
    checks: body.reasons.map((reason) => reason.check),
    reasons: body.reasons,
  };
};

test("a service with everything is ready", async () => {
  expect(await ready()).toEqual({ status: 200, checks: [], reasons: [] });
});

test("documents that cannot be written make it not ready, with the reason, while it stays alive", async () => {
  rmSync(join(api.folder, "documents"), { recursive: true, force: true });
  writeFileSync(join(api.folder, "documents"), "");
  expect(await ready()).toMatchObject({ status: 503, checks: ["documents"] });
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});

test("a schema that is behind or newer makes it not ready", async () => {
  const { knex } = api.app.db;
  await knex("schema_migrations").insert({ name: "9999-later", applied_at: "2030-01-01T00:00:00.000Z" });
  expect(await ready("en")).toMatchObject({ status: 503, checks: ["schema"] });
  await knex("schema_migrations").delete();
  const behind = await ready("en");
  expect(behind).toMatchObject({ status: 503, checks: ["schema"] });
  expect(behind.reasons[0]?.message).toContain("faktur migrate");
});

test("a database that is gone makes it not ready, while it stays alive", async () => {
  await api.app.db.close();
  expect(await ready()).toMatchObject({ status: 503, checks: ["database", "schema"] });
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});

test("a database that takes connections and says nothing makes it not ready, in time", async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => void sockets.add(socket)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const db = openDb(`mysql://root@127.0.0.1:${(silent.address() as AddressInfo).port}/faktur`, 1);
  const checks = await readiness({ db, documents: api.app.api.documents }, 500);
  expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["database", "schema"]);
  expect(checks[0]?.says.en).toContain("no answer");
  for (const socket of sockets) socket.destroy();
  silent.close();
  await db.close();
});

test("an address that every object knows by birth is timed as any other that does not exist", async () => {
  for (const path of ["constructor", "__proto__/x"]) await fetch(`${api.url}/${path}`);
  const told = await (await fetch(`${api.url}/metrics`)).text();
  expect(told).toContain('area="other"');
  expect(told).not.toMatch(/native code|object Object/);
});

test("metrics count invoices, fakturs and jobs, and hold no NPWP, name or secret", async () => {
  await furnish(api);
  await enterCompany(api);
  await pay(api, "1234");
  await settle(api);
  await fetch(`${api.url}/hooks/toko`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const text = await (await fetch(`${api.url}/metrics`)).text();
  expect(text).toContain('faktur_invoices{decision="issuing"} 1');
  expect(text).toContain("faktur_fakturs{state=");
  expect(text).toContain('faktur_hook_signature_failures_total{portal="toko"} 1');
  expect(text).toMatch(/faktur_job_seconds_count\{kind="issue",ended="done"\} 1/);
  expect(text).not.toMatch(new RegExp(`\\d{15}|${OTHER_NPWP}|whsec|token|Contoh|@`));
});
