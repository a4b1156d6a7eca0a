// Proves that a blank before or behind the value of a filter changes nothing, on either engine: MySQL passes over those at
// the end, SQLite does not, and a number that was copied from elsewhere found nothing there.
import { furnish, made, npwpBody, OTHER_NPWP, pay, startApi, type TestApi } from "../support/api";
import { describeEngines, openStore, type Store } from "../support/databases";

describeEngines("the value of a filter", (engine) => {
  let store: Store;
  let api: TestApi;
  beforeAll(async () => {
    store = await openStore(engine);
    api = await startApi((config) => ({ ...config, databaseUrl: store.url }));
    await furnish(api);
    await made(api.call("PUT", "/accounts/toko/77/npwp", { body: npwpBody }));
    await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
    expect(await pay(api, "1234")).toBe(202);
    await api.app.worker.drain();
  });
  afterAll(async () => {
    await api.close();
    await store.close();
  });

  const items = async (path: string, filters: Readonly<Record<string, string>>) =>
    (await made(api.call("GET", `${path}?${new URLSearchParams(filters).toString()}`))).json["items"];

  test.each([
    ["/fakturs", { portal: "toko", account: "77" }],
    ["/fakturs", { invoice: "1234", seller: "utama" }],
    ["/fakturs", { npwp: OTHER_NPWP, period: "2026-11" }],
    ["/fakturs", { q: "INV-1234", from: "2026-11-03" }],
    ["/companies", { portal: "toko", status: "active" }],
    ["/audit", { subject: "account:toko/77" }],
  ])("%s %j finds the same with blanks around it", async (path, filters) => {
    const found = await items(path, filters);
    expect(found).not.toEqual([]);
    for (const around of [(value: string) => `${value} `, (value: string) => ` \t${value}\u00a0 `]) {
      const entries = Object.entries(filters).map(([name, value]) => [name, around(value)] as const);
      expect(await items(path, Object.fromEntries(entries))).toEqual(found);
    }
  });

  test("blanks alone ask for nothing, as what was left empty does", async () => {
    expect(await items("/fakturs", { portal: " ", q: "  " })).toEqual(await items("/fakturs", {}));
  });
});
