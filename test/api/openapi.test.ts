/**
 * The OpenAPI document: it says what the running routes are, no more and no less, every reference in it resolves, its
 * schemas can be read back, and the copy in docs/ is the present one (UPDATE_GOLDEN=1 rewrites it).
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { openApi } from "../../src/api/openapi";
import { apiRoutes } from "../../src/api/router";
import { npwpBody, sellerBody, startApi, type TestApi } from "../support/api";

const COPY = join(__dirname, "..", "..", "docs", "openapi.json");

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, { schema: object }> };
  readonly responses: Record<string, { content: Record<string, { schema: object }> }>;
}

interface Document {
  readonly openapi: string;
  readonly security: readonly object[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, object>;
    readonly securitySchemes: Record<string, object>;
  };
}

let api: TestApi;
let document: Document;
beforeAll(async () => {
  api = await startApi();
  const response = await fetch(`${api.url}/api/v1/openapi.json`);
  expect(response.status).toBe(200);
  document = (await response.json()) as Document;
});
afterAll(() => api.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

test("it is given to everyone, says 3.1 and asks for a bearer token", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(document.security).toEqual([{ bearer: [] }]);
  expect(document.components.securitySchemes).toEqual({ bearer: { type: "http", scheme: "bearer" } });
});

test("its operations are the running routes", () => {
  const running = apiRoutes(api.app.api).map(
    (route) => `${route.method} ${route.path.replace(/:(\w+)/g, "{$1}")}`,
  );
  expect(
    operations()
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
  ).toEqual(running.sort());
});

test("every running route answers at its address, and asks for the token", async () => {
  for (const { path, method } of operations()) {
    const answer = await api.call(method.toUpperCase(), path.replace(/\{\w+\}/g, "x"), { token: null });
    expect([path, answer.status]).toEqual([path, 401]);
  }
});

test("operation ids are unique, and path parameters are those of the path", () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations()) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const told = operation.parameters.filter((one) => one.in === "path");
    expect(told.map((one) => one.name)).toEqual(named);
    expect(told.every((one) => one.required)).toBe(true);
  }
});

test("every PUT and POST says its body, every GET has none, every JSON answer has a form", () => {
  for (const { path, method, operation } of operations()) {
    const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
    expect([path, body === undefined]).toEqual([path, method === "get"]);
    const [type, content] = Object.entries(operation.responses["200"]?.content ?? {})[0] ?? [];
    if (type === "application/json") expect(content?.schema).toHaveProperty("$ref");
  }
  expect(document.paths["/fakturs/{id}/cancel"]?.["post"]?.requestBody?.required).toBe(true);
  expect(document.paths["/fakturs/{id}/retry"]?.["post"]?.requestBody?.required).toBe(false);
});

test("every reference resolves, and every schema is used", () => {
  const references = new Set(
    [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]),
  );
  const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect([...references].sort()).toEqual(known.sort());
});

test("every schema can be read back, and takes and refuses what it should", () => {
  const bodyOf = (path: string) =>
    document.paths[path]?.["put"]?.requestBody?.content["application/json"]?.schema ?? {};
  const read = (schema: object) => z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  const all = [
    ...operations().flatMap(
      ({ operation }) => operation.requestBody?.content["application/json"]?.schema ?? [],
    ),
    ...Object.values(document.components.schemas),
  ];
  for (const schema of all) expect(() => read(schema)).not.toThrow();
  const seller = read(bodyOf("/sellers/{seller}"));
  expect(seller.safeParse(sellerBody()).success).toBe(true);
  expect(seller.safeParse({ ...sellerBody(), upload: 5 }).success).toBe(false);
  const npwp = read(bodyOf("/accounts/{portal}/{account}/npwp"));
  expect(npwp.safeParse(npwpBody).success).toBe(true);
  expect(npwp.safeParse({ ...npwpBody, transactionCode: "99" }).success).toBe(false);
});

test("docs/openapi.json is this document", async () => {
  const plain = JSON.stringify(openApi(apiRoutes(api.app.api), "http://127.0.0.1:8080"));
  const present = await format(plain, { ...(await resolveConfig(COPY)), parser: "json" });
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(COPY, present);
  if (!existsSync(COPY))
    throw new Error("docs/openapi.json is missing; run once with UPDATE_GOLDEN=1 and review it");
  expect(readFileSync(COPY, "utf8")).toBe(present);
});
