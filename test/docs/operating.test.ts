/**
 * Proves that what the operating manual tells people to watch exists: every metric that the program has, every event,
 * every call and its role. Read from the program itself.
 */
import { apiRoutes } from "../../src/api/router";
import { ACTIONS, mayDo, ROLES } from "../../src/api/roles";
import { filesUnder, readDocument, rows, section } from "./documents";
import { startApi, type TestApi } from "../support/api";

const manual = readDocument("docs/operating.md");
const watch = section(manual, "What to watch");

describe("against the running program", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  test("every metric is named, and no other", async () => {
    const told = new Set([...watch.matchAll(/`(faktur_\w+)\{/g)].map((found) => found[1]));
    const text = await (await fetch(`${api.url}/metrics`)).text();
    const real = [...text.matchAll(/^# TYPE (\w+)/gm)].map((found) => found[1]);
    expect(told).toEqual(new Set(real));
  });

  test.each(["/healthz", "/readyz", "/metrics"])("%s answers without a token", async (path) => {
    expect(watch).toContain(`\`GET ${path}\``);
    expect((await fetch(`${api.url}${path}`)).status).toBe(200);
  });

  test("every call in the manual is a call of the API", () => {
    const routes = apiRoutes(api.app.api).map(({ method, path }) => `${method} ${shape(path)}`);
    const told = [...manual.matchAll(/`(GET|PUT|POST)\s+(\/(?!healthz|readyz|metrics)[^`\s]*)`/g)];
    const called = told.map((found) => `${(found[1] ?? "").toLowerCase()} ${shape(found[2] ?? "")}`);
    expect(called.length).toBeGreaterThan(8);
    expect(called.filter((call) => !routes.includes(call) && !call.includes("…"))).toEqual([]);
  });
});

/** Parameters, however they are called, as `*`. */
const shape = (path: string): string => path.replace(/\/(:\w+|[A-Z]+)(?=\/|$)/g, "/*");

test("every event in the manual is logged somewhere", () => {
  const source = filesUnder("src")
    .filter((file) => file.endsWith(".ts"))
    .map(readDocument)
    .join("\n");
  const events = [...watch.matchAll(/`([a-z]+\.[a-z_]+)`/g)].map((found) => found[1] ?? "");
  expect(events.length).toBeGreaterThan(4);
  expect(events.filter((event) => !source.includes(`"${event}"`))).toEqual([]);
});

test("the table of roles has every role, and only admin may do all", () => {
  const told = rows(section(manual, "Who may do what")).map(([role]) => role?.replaceAll("`", ""));
  expect(told).toEqual([...ROLES]);
  expect(ROLES.filter((role) => ACTIONS.every((action) => mayDo(role, action)))).toEqual(["admin"]);
});
