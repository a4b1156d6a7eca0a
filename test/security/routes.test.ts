/**
 * Proves, over every call of the API that names something: whoever is of another portal, or speaks for another customer,
 * gets 403 or 404 and not a word of what is behind it (IDOR); a customer's link opens none of it; and no body of any call
 * sets what it has no business to set (mass assignment). Both are made from the list of routes, so a new one is in it.
 */
import fc from "fast-check";
import { z } from "zod";
import { apiRoutes } from "../../src/api/router";
import type { Route } from "../../src/api/route";
import { makeLink } from "../../src/customers/make-link";
import { findAccount } from "../../src/store/accounts";
import { made } from "../support/api";
import { bySchema } from "../fuzz/by-schema";
import { COMPANY, foreignToken, startHouse, type House } from "./house";

let house: House;
let foreign: string;
beforeAll(async () => {
  house = await startHouse();
  foreign = await foreignToken(house.api);
});
afterAll(() => house.close());

const namesIn = ({ path }: Route): string[] => [...path.matchAll(/:(\w+)/g)].map((found) => found[1] ?? "");

/** Every address of a route over what is really there. */
function addressesOf(route: Route): string[] {
  return namesIn(route).reduce<string[]>(
    (paths, name) =>
      paths.flatMap((path) =>
        (house.ids[name] ?? ["tidak-ada"]).map((id) => path.replace(`:${name}`, encodeURIComponent(id))),
      ),
    [route.path],
  );
}

/** Words that stand in nothing but the data of account 77. */
const tellsNothing = (body: string): void => {
  for (const word of [COMPANY.npwp, COMPANY.name, "INV-1234", "catatan kasus", "bukti.pdf"]) {
    expect(body).not.toContain(word);
  }
};

test("every name in an address is one that this house has", () => {
  const names = new Set(apiRoutes(house.api.app.api).flatMap(namesIn));
  expect([...names].filter((name) => (house.ids[name] ?? []).length === 0)).toEqual([]);
});

test("calls on real ids by a key of another portal: 403 or 404, and never data", async () => {
  let tried = 0;
  for (const route of apiRoutes(house.api.app.api).filter((one) => one.path.includes(":"))) {
    for (const path of addressesOf(route)) {
      const answer = await house.api.call(route.method.toUpperCase(), path, { token: foreign });
      expect([route.path, answer.status]).toEqual([route.path, answer.status === 403 ? 403 : 404]);
      tellsNothing(answer.bytes.toString("utf8"));
      tried += 1;
    }
  }
  expect(tried).toBeGreaterThan(150);
});

test("calls on real ids for another customer of the same portal: 403 or 404, and never data", async () => {
  const headers = { "Faktur-On-Behalf-Of": "client:78" };
  for (const route of apiRoutes(house.api.app.api).filter((one) => one.path.includes(":"))) {
    for (const path of addressesOf(route)) {
      const answer = await house.api.call(route.method.toUpperCase(), path, { headers });
      expect([403, 404]).toContain(answer.status);
      tellsNothing(answer.bytes.toString("utf8"));
    }
  }
});

test("lists asked by a key of another portal name nothing of this one", async () => {
  for (const route of apiRoutes(house.api.app.api).filter((one) => !one.path.includes(":"))) {
    if (route.method !== "get") continue;
    const answer = await house.api.call("GET", route.path, { token: foreign });
    expect([200, 403]).toContain(answer.status);
    tellsNothing(answer.bytes.toString("utf8"));
  }
});

test("a customer's link opens no id of another account, in the address or in a form", async () => {
  const { app, url, clock } = house.api;
  const neighbour = await findAccount(app.db.knex, "toko", "78");
  if (neighbour === undefined) throw new Error("no account");
  const linking = { ...app, clock, publicUrl: url, linkDays: 90 };
  const { url: link } = await makeLink(app.db.knex, linking, neighbour.id, null);
  const own = await fetch(link);
  expect(own.status).toBe(200);
  tellsNothing(await own.text());
  const cases = async () => (await made(house.api.call("GET", "/cases"))).json["items"] as unknown[];
  const before = (await cases()).length;
  for (const id of [...(house.ids["id"] ?? []), ...(house.ids["sha256"] ?? []), "1234", "77"]) {
    const paper = await fetch(`${link}/faktur/${id}`);
    expect(paper.status).toBe(404);
    tellsNothing(await paper.text());
    const body = new URLSearchParams({ faktur: id, kind: "wrong_buyer", note: "bukan milik saya" });
    const told = await fetch(`${link}/koreksi`, { method: "POST", redirect: "manual", body });
    expect([404, 422, 429]).toContain(told.status);
    tellsNothing(await told.text());
    // Ten of an account in five minutes.
    house.api.clock.pass(60);
  }
  expect((await cases()).length).toBe(before);
});

type Schema = Readonly<Record<string, unknown>>;

/** What a client might hope to set beside what a call takes. */
const SMUGGLED = {
  ...{ role: "SELUNDUP", id: "SELUNDUP", state: "SELUNDUP", created_at: "SELUNDUP", createdAt: "SELUNDUP" },
  ...{ created_by: "SELUNDUP", password_hash: "SELUNDUP", hash: "SELUNDUP", npwp_status: "SELUNDUP" },
  ...{
    nsfp: "SELUNDUP",
    account_id: "SELUNDUP",
    seller_id: "SELUNDUP",
    isAdmin: "SELUNDUP",
    simulated: "SELUNDUP",
  },
} as const;

/** The body with those names put into each object whose own fields are listed; a record of free names stays as it is. */
function smuggled(value: unknown, schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return value;
  const { properties, items, additionalProperties, anyOf } = schema as Record<string, unknown>;
  if (Array.isArray(anyOf)) return anyOf.reduce<unknown>((now, one) => smuggled(now, one), value);
  if (Array.isArray(value)) return value.map((one) => smuggled(one, items));
  if (typeof value !== "object" || value === null) return value;
  if (typeof additionalProperties === "object" && properties === undefined) return value;
  const own = (properties ?? {}) as Record<string, Schema>;
  const known = Object.entries(value).map(([name, inner]) => [name, smuggled(inner, own[name])]);
  const more = Object.entries(SMUGGLED).filter(([name]) => own[name] === undefined);
  return Object.fromEntries([...known, ...more]);
}

/** The one call whose body is kept open on purpose reads no further names; a channel names its own, strictly. */
const everythingStored = async (): Promise<string> => {
  const { knex } = house.api.app.db;
  const tables = await knex<{ name: string; type: string }>("sqlite_master").where({ type: "table" });
  const rows = await Promise.all(tables.map(({ name }) => knex(name)));
  return JSON.stringify(rows);
};

test("extra fields in the body of any call are refused or passed over, never stored", async () => {
  const routes = apiRoutes(house.api.app.api).filter((one) => one.method !== "get" && one.takesFile !== true);
  const statuses: Record<string, number> = {};
  for (const route of routes) {
    const schema =
      route.body === undefined ? {} : z.toJSONSchema(route.body, { io: "input", unrepresentable: "any" });
    const bodies = fc.sample(bySchema(schema as never), { numRuns: 4, seed: 7 });
    const [path = ""] = addressesOf(route);
    for (const body of bodies.map((one) => smuggled(one ?? {}, schema))) {
      const answer = await house.api.call(route.method.toUpperCase(), path, { body });
      expect(answer.status === 503 || answer.status < 500).toBe(true);
      statuses[String(answer.status)] = (statuses[String(answer.status)] ?? 0) + 1;
    }
  }
  expect(statuses["200"]).toBeGreaterThan(20);
  expect(await everythingStored()).not.toContain("SELUNDUP");
});

test("what a call takes in its body is what it lists, with smuggled names left behind", async () => {
  const { api } = house;
  const body = (name: string, more: object) => ({ name, email: "a@contoh.example", ...SMUGGLED, ...more });
  await made(api.call("PUT", "/accounts/toko/79", { body: body("PT Baru", {}) }));
  await made(api.call("PUT", "/accounts/toko/79/npwp", { body: { ...SMUGGLED, ...tab } }));
  const seen = await made(api.call("GET", "/accounts/toko/79"));
  expect((seen.json["npwp"] as { status: string }).status).toBe("requested");
  const person = { email: "baru@hosting.example", ...SMUGGLED, role: "viewer", state: "disabled" };
  expect((await made(api.call("POST", "/users", { body: person }))).json["state"]).toBe("active");
  const token = { ...SMUGGLED, name: "sempit", role: "viewer", scope: ["read"], created_by: "orang lain" };
  await made(api.call("POST", "/tokens", { body: token }));
  const tokens = (await made(api.call("GET", "/tokens"))).json["items"] as Record<string, unknown>[];
  expect(tokens.find(({ name }) => name === "sempit")).toMatchObject({ createdBy: "admin-1" });
  expect(await everythingStored()).not.toContain("SELUNDUP");
});

const tab = { npwp: "0012345678901000", name: "PT Baru", address: "Jl. 1", email: "a@contoh.example" };
