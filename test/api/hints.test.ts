/**
 * Proves that what a portal shows as the taxpayer of an account (trap T30) is told with words in both languages, that it
 * disappears once the tab says the same, and that it never becomes the company by itself. Over HTTP.
 */
import { saveHints } from "../../src/store/accounts";
import {
  accountBody,
  furnish,
  made,
  NPWP,
  npwpBody,
  OTHER_NPWP,
  startApi,
  type TestApi,
} from "../support/api";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await furnish(api);
});
afterAll(() => api.close());

async function accountWith(id: string, hints: Parameters<typeof saveHints>[3] | null): Promise<string> {
  const path = `/accounts/toko/${id}`;
  await made(api.call("PUT", path, { body: accountBody }));
  if (hints !== null) await saveHints(api.app.db.knex, "toko", id, hints);
  return path;
}

const hintsOf = async (path: string, language = "en") =>
  (await api.call("GET", path, { role: "viewer", headers: { "accept-language": language } })).json["hints"];

test("an account nobody has looked at has none", async () => {
  expect(await hintsOf(await accountWith("h1", null))).toEqual([]);
});

test("a proposal says what to do with it, in both languages, and is no company", async () => {
  const path = await accountWith("h2", [{ code: "npwp_proposed", values: [NPWP] }]);
  const [english, indonesian] = [await hintsOf(path, "en"), await hintsOf(path, "id")] as [
    { message: string }[],
    { message: string }[],
  ];
  expect(english).toEqual([{ code: "npwp_proposed", values: [NPWP], message: expect.any(String) as string }]);
  expect(english[0]?.message).not.toBe(indonesian[0]?.message);
  expect((await api.call("GET", path)).json["npwp"]).toBeNull();
});

test("what the tab says already is no hint any more; what differs from it stays", async () => {
  const path = await accountWith("h3", [{ code: "npwp_proposed", values: [NPWP] }]);
  await made(api.call("PUT", `${path}/npwp`, { body: { ...npwpBody, npwp: NPWP } }));
  expect(await hintsOf(path)).toEqual([]);
  await saveHints(api.app.db.knex, "toko", "h3", [{ code: "npwp_proposed", values: [OTHER_NPWP] }]);
  expect(await hintsOf(path)).toMatchObject([{ values: [OTHER_NPWP] }]);
});

test.each(["npwp_several", "npwp_malformed", "npwp_is_branch"] as const)(
  "%s is told with its reason",
  async (code) => {
    const path = await accountWith(code, [{ code, values: ["12", "34"] }]);
    expect(await hintsOf(path)).toMatchObject([{ code, values: ["12", "34"] }]);
  },
);
