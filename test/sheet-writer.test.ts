/**
 * Proves that a workbook of thousands of rows is made beside the event loop: whoever asks for one, payments, health checks and
 * leases are not kept waiting. How: turns of the loop are counted meanwhile; written on it, there is not one.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { readPortalList } from "../src/coretax/readback/excel";
import { sheetWriter } from "../src/sheet-writer";
import { stock } from "./coretax/stock";
import { startApi, type TestApi } from "./support/api";
import { seed } from "./support/rows";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await seed(api.app.db);
  await stock(api.app.db, 40);
});
afterAll(() => api.close());

test("a workbook of thousands of rows leaves the event loop its turns", async () => {
  const rows = Array.from({ length: 4_000 }, (_, row) =>
    Array.from({ length: 19 }, (_, at) => `${row} ${at}`),
  );
  let [isWritten, turns] = [false, 0];
  const writing = sheetWriter.list("Faktur", rows).finally(() => (isWritten = true));
  while (!isWritten) {
    await nextTurn();
    turns += 1;
  }
  expect((await writing).bytes.subarray(0, 2).toString()).toBe("PK");
  expect(turns).toBeGreaterThan(10);
});

test("the list of fakturs is handed out as such a workbook", async () => {
  const answer = await fetch(`${api.url}/api/v1/exports/fakturs?format=xlsx`, {
    headers: { authorization: `Bearer ${api.tokens.viewer}` },
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([answer.status, bytes.subarray(0, 2).toString()]).toEqual([200, "PK"]);
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
