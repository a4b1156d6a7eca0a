/**
 * Proves that a workbook of thousands of rows is made beside the event loop: whoever asks for one, payments, health checks and
 * leases are not kept waiting. How: the list of fakturs as a file, over HTTP, and the ticks of a clock meanwhile.
 */
import { readPortalList } from "../src/coretax/readback/excel";
import { sheetWriter } from "../src/sheet-writer";
import { stock } from "./coretax/stock";
import { startApi, type TestApi } from "./support/api";
import { seed } from "./support/rows";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await seed(api.app.db);
  await stock(api.app.db, 4_000);
});
afterAll(() => api.close());

test("the list of fakturs as a workbook holds nobody up", async () => {
  const began = performance.now();
  let [longest, last] = [0, began];
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  const answer = await fetch(`${api.url}/api/v1/exports/fakturs?format=xlsx`, {
    headers: { authorization: `Bearer ${api.tokens.viewer}` },
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  clearInterval(ticking);
  expect([answer.status, bytes.subarray(0, 2).toString()]).toEqual([200, "PK"]);
  // Made on the event loop it would be the better part of the time.
  expect(longest / (performance.now() - began)).toBeLessThan(0.3);
});

test("a list and a report come out of the thread as workbooks", async () => {
  const titles = ["Nama Pembeli", "PPN", "Referensi", "Status Faktur"];
  const { bytes, sha256 } = await sheetWriter.list("Faktur", [titles, ["=1+1", { rupiah: "1" }, "a", "b"]]);
  expect([Buffer.isBuffer(bytes), sha256.length]).toEqual([true, 64]);
  expect(await readPortalList(bytes, null)).toMatchObject({ faults: [{ code: "columns_missing" }] });
  const cells = [{ kind: "money", value: 110_000n } as const, { kind: "id", value: "0400" } as const, null];
  const columns = ["PPN", "NSFP", "-"].map((title) => ({ title, width: 10 }));
  const paper = await sheetWriter.paper([{ id: "a", name: "A", columns, rows: [cells] }]);
  expect(paper.subarray(0, 2).toString()).toBe("PK");
});
