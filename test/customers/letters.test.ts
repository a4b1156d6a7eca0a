/**
 * Proves that a fresh link is asked for once and comes from every seller at which the address is registered: one letter
 * each, which names that seller's accounts and no other's. Over plain HTTP through the whole program.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { migrate } from "../../src/store/migrate";
import { describeEngines, MIGRATED_AT, openStore } from "../support/databases";
import {
  furnish,
  made,
  npwpBody,
  portalBody,
  sellerBody,
  settle,
  startApi,
  type TestApi,
} from "../support/api";

const EMAIL = "billing@contoh.example";

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  await furnish(api);
  for (const [seller, name] of [
    ["kedua", "PT Kedua"],
    ["ketiga", "PT Ketiga"],
  ] as const) {
    const npwp = seller === "kedua" ? "02.234.567.8-901.000" : "03.234.567.8-901.000";
    await made(api.call("PUT", `/sellers/${seller}`, { body: { ...sellerBody(), npwp, name } }));
    await made(api.call("PUT", `/portals/toko-${seller}`, { body: { ...portalBody, seller } }));
  }
});
afterEach(() => api.close());

const register = (portal: string, account: string, email = EMAIL) =>
  made(api.call("PUT", `/accounts/${portal}/${account}`, { body: { name: `Akun ${account}`, email } }));

async function ask(): Promise<void> {
  const body = new URLSearchParams({ email: EMAIL });
  const answer = await fetch(`${api.url}/c/baru`, { method: "POST", body, redirect: "manual" });
  expect(answer.status).toBe(303);
  await settle(api);
}

/** By seller: the accounts that its letters name. */
async function letters(): Promise<Record<string, string[]>> {
  const outbox = join(api.folder, "outbox");
  const mails = await Promise.all(
    readdirSync(outbox).map((name) => PostalMime.parse(readFileSync(join(outbox, name)))),
  );
  const told: Record<string, string[]> = {};
  for (const { text = "", subject = "", to } of mails) {
    expect(to?.[0]?.address).toBe(EMAIL);
    const seller = ["PT Hosting Utama", "PT Kedua", "PT Ketiga"].filter((name) =>
      `${subject} ${text}`.includes(name),
    );
    (told[seller.join(" & ")] ??= []).push(
      ...[...text.matchAll(/Akun (\d+)/g)].map(([, id = ""]) => id).sort(),
    );
    for (const [, path] of text.matchAll(/http\S+(\/c\/v\S+)/g)) {
      expect((await fetch(`${api.url}${path}`)).status).toBe(200);
    }
  }
  return told;
}

test("an address at several sellers gets a letter of each, and each names its own accounts", async () => {
  await register("toko", "77");
  await register("toko", "78");
  await register("toko-kedua", "5");
  await register("toko-ketiga", "9", "lain@contoh.example");
  await ask();
  const once = (of: readonly string[]) => [...new Set(of)];
  const told = await letters();
  expect(Object.fromEntries(Object.entries(told).map(([seller, ids]) => [seller, once(ids)]))).toEqual({
    "PT Hosting Utama": ["77", "78"],
    "PT Kedua": ["5"],
  });
  expect(readdirSync(join(api.folder, "outbox"))).toHaveLength(2);
  // Asked for again within the minutes it is the same wish.
  await ask();
  expect(readdirSync(join(api.folder, "outbox"))).toHaveLength(2);
});

test("many accounts of one seller keep no other from its letter", async () => {
  for (let id = 100; id < 125; id += 1) await register("toko", String(id));
  await register("toko-kedua", "5");
  await ask();
  expect(Object.keys(await letters()).sort()).toEqual(["PT Hosting Utama", "PT Kedua"]);
  // Twenty are named: that there are others is said, with whom to ask.
  const outbox = join(api.folder, "outbox");
  const texts = readdirSync(outbox).map((name) => readFileSync(join(outbox, name), "utf8"));
  expect(texts.map((text) => /akun lain/.test(text)).sort()).toEqual([false, true]);
});

test("an address with an apostrophe gets its letter, and may be wished for", async () => {
  const email = "nur'aini@contoh.example";
  await register("toko", "77", email);
  const fields = { method: "POST", body: new URLSearchParams({ email }), redirect: "manual" } as const;
  expect((await fetch(`${api.url}/c/baru`, fields)).status).toBe(303);
  await settle(api);
  const [name = ""] = readdirSync(join(api.folder, "outbox"));
  const { to } = await PostalMime.parse(readFileSync(join(api.folder, "outbox", name)));
  expect(to).toMatchObject([{ address: email }]);
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: npwpBody }));
  const { url } = (await made(api.call("POST", "/accounts/toko/77/link"))).json;
  const page = String(url).replace("http://127.0.0.1:8080", api.url);
  expect((await fetch(`${page}/alamat`, fields)).status).toBe(303);
});

test("an address at one seller gets one letter, one at none gets none", async () => {
  await register("toko-ketiga", "9");
  await register("toko", "77", "lain@contoh.example");
  await ask();
  expect(Object.keys(await letters())).toEqual(["PT Ketiga"]);
});

describeEngines("letters of an earlier version", (engine) => {
  test("stand after the upgrade, however often it is tried", async () => {
    const store = await openStore(engine);
    try {
      const { knex } = store.db;
      const row = {
        id: "l1",
        kind: "links",
        recipient: EMAIL,
        state: "queued",
        at: MIGRATED_AT.toISOString(),
      };
      await knex("customer_letters").insert(row);
      await knex("schema_migrations").where({ name: "0032-letters" }).delete();
      await migrate(store.db, () => MIGRATED_AT);
      expect(await knex("customer_letters").select("id", "seller", "state")).toEqual([
        { id: "l1", seller: null, state: "queued" },
      ]);
    } finally {
      await store.close();
    }
  });
});
