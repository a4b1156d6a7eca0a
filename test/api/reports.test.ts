/**
 * The papers of a month over HTTP: in which form they come, what is refused, and that every answer has the form that
 * the OpenAPI document promises; bukti potong recorded, linked, withdrawn and never twice, also by two at a time on
 * both engines.
 */
import { ANSWERS, type AnswerName } from "../../src/api/answers";
import { verifyAudit } from "../../src/store/audit";
import { describeEngines, openStore, type Store } from "../support/databases";
import { furnish, made, OTHER_NPWP, sellerBody, startApi, type TestApi } from "../support/api";

const MONTH = "seller=utama&masa=2026-11";
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const receipt = (more: Record<string, string> = {}) => ({
  ...{
    number: "2600000001",
    date: "2026-11-30",
    masa: "2026-11",
    npwp: OTHER_NPWP,
    dpp: "1000000",
    pph: "20000",
  },
  ...more,
});

describeEngines("the papers of a month", (engine) => {
  let store: Store;
  let api: TestApi;
  beforeAll(async () => {
    store = await openStore(engine);
    api = await startApi((config) => ({ ...config, databaseUrl: store.url }));
    await furnish(api);
  });
  beforeEach(async () => {
    for (const table of ["pph23_receipts", "pph23_buyers"]) await store.db.knex(table).del();
  });
  afterAll(async () => {
    await api.close();
    await store.close();
  });
  const record = (...receipts: object[]) =>
    api.call("POST", "/reports/pph23/receipts", { role: "finance", body: { seller: "utama", receipts } });
  const receipts = async () =>
    (await made(api.call("GET", "/reports/pph23/receipts?seller=utama"))).json["items"] as {
      id: string;
      nsfp: string | null;
      pph: string;
      withdrawn: object | null;
    }[];

  test.each([
    ["spt", "SptReport", "spt-masa-ppn"],
    ["digunggung", "DigunggungReport", "digunggung"],
    ["pph23", "Pph23Report", "pph-23"],
  ] as const)(
    "%s comes as JSON of its form, as CSV and as Excel, by format or by Accept",
    async (name, answer, file) => {
      const at = `/reports/${name}?${MONTH}`;
      const json = await made(api.call("GET", at, { role: "viewer" }));
      ANSWERS[answer as AnswerName].parse(json.json);
      for (const wish of [{ path: `${at}&format=csv` }, { path: at, headers: { accept: "text/csv" } }]) {
        const { headers, bytes } = await made(api.call("GET", wish.path, { headers: wish.headers ?? {} }));
        expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
        expect(headers.get("content-disposition")).toBe(`attachment; filename="${file}_utama_2026-11.csv"`);
        expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
      }
      for (const wish of [{ path: `${at}&format=xlsx` }, { path: at, headers: { accept: XLSX } }]) {
        const { headers, bytes } = await made(api.call("GET", wish.path, { headers: wish.headers ?? {} }));
        expect(headers.get("content-type")).toBe(XLSX);
        expect(bytes.subarray(0, 2).toString()).toBe("PK");
      }
      expect(
        (await made(api.call("GET", at, { headers: { accept: "*/*" } }))).headers.get("content-type"),
      ).toMatch(/json/);
    },
  );

  test.each([
    ["seller=utama", 400, "/masa"],
    ["masa=2026-11", 400, "/seller"],
    ["seller=utama&masa=2026-13", 400, "/masa"],
    [`${MONTH}&format=pdf`, 400, "/format"],
    [`${MONTH}&format=csv&separator=pipe`, 400, "/separator"],
    [`${MONTH}&format=csv&table=apa`, 400, undefined],
    ["seller=lain&masa=2026-11", 404, undefined],
  ])("%s is %d", async (query, status, path) => {
    const answer = await api.call("GET", `/reports/spt?${query}`);
    expect([answer.status, answer.problem.faults?.[0]?.path]).toEqual([status, path]);
  });

  test("a receipt is recorded once; a repeated one may bring its faktur, other amounts are refused", async () => {
    expect((await made(record(receipt()))).json).toEqual({ added: 1, linked: 0, unchanged: 0 });
    const named = receipt({ nsfp: "04002600000000001", npwp: "00.987.654.3-210.9000".replace(/\D/g, "") });
    expect((await made(record(named))).json).toEqual({ added: 0, linked: 1, unchanged: 0 });
    expect((await made(record(receipt()))).json).toEqual({ added: 0, linked: 0, unchanged: 1 });
    const other = await record(receipt({ number: "neu" }), receipt({ pph: "19999" }));
    expect([other.status, other.problem.code, other.problem.faults?.[0]]).toMatchObject([
      409,
      "wrong_state",
      { code: "receipt_recorded_otherwise", path: "/receipts/1" },
    ]);
    const list = await receipts();
    expect(list.map((one) => [one.nsfp, one.pph])).toEqual([["04002600000000001", "20000"]]);
    ANSWERS.Pph23ReceiptsPage.parse({ items: list, nextCursor: null });
  });

  test("a number with half a sign in it is recorded once, and the trail stays whole", async () => {
    const odd = receipt({ number: "BP \ud83d" });
    expect((await made(record(odd))).json).toEqual({ added: 1, linked: 0, unchanged: 0 });
    expect((await made(record(odd))).json).toEqual({ added: 0, linked: 0, unchanged: 1 });
    const [one] = await receipts();
    // Cut where it is written down, in the middle of a sign.
    const reason = `${"x".repeat(486)}${"😀".repeat(20)}`;
    await made(api.call("POST", `/reports/pph23/receipts/${one?.id ?? ""}/withdraw`, { body: { reason } }));
    expect((await made(api.call("GET", "/audit/check"))).json).toMatchObject({ whole: true });
  });

  test("two who record the same receipt at the same time leave one", async () => {
    const done = await Promise.all(Array.from({ length: 8 }, () => record(receipt())));
    const added = done.map((one) => Number(one.json["added"])).reduce((sum, one) => sum + one, 0);
    expect([done.map((one) => one.status), added]).toEqual([Array(8).fill(200), 1]);
    expect(await receipts()).toHaveLength(1);
  });

  test("a withdrawn receipt stays in the list, counts nowhere, and may be recorded anew", async () => {
    await made(record(receipt()));
    const [first] = await receipts();
    const at = `/reports/pph23/receipts/${first?.id}/withdraw`;
    const wish = { role: "finance", body: { reason: "salah ketik" } } as const;
    ANSWERS.Pph23Receipt.parse((await made(api.call("POST", at, wish))).json);
    expect((await api.call("POST", at, wish)).problem.code).toBe("wrong_state");
    expect((await api.call("POST", "/reports/pph23/receipts/x/withdraw", wish)).status).toBe(404);
    const empty = (await made(api.call("GET", `/reports/pph23?${MONTH}`))).json;
    expect(empty["unmatched"]).toEqual([]);
    api.clock.pass(1);
    expect((await made(record(receipt({ pph: "19999" })))).json).toMatchObject({ added: 1 });
    expect((await receipts()).map((one) => [one.pph, one.withdrawn !== null])).toEqual([
      ["19999", false],
      ["20000", true],
    ]);
    expect(await verifyAudit(api.app.db.knex)).toMatchObject({ kind: "whole" });
  });

  test("a file's text is taken, a strange one refused with what its columns should be", async () => {
    const send = (csv: string) =>
      api.call("POST", "/reports/pph23/receipts", { role: "finance", body: { seller: "utama", csv } });
    const csv = `nomor;tanggal;masa;npwp;dpp;pph\r\nBP-1;30/11/2026;2026-11;"=""${OTHER_NPWP}""";1.000.000;20.000\r\n`;
    expect((await made(send(csv))).json).toMatchObject({ added: 1 });
    expect([(await send("a;b\n1;2")).status, (await send(csv.replace("2026-11;", "2026;"))).status]).toEqual([
      400, 400,
    ]);
    const above = await send(csv.replace("20.000", "2.000.000"));
    expect([above.status, above.problem.faults?.[0]?.code]).toEqual([422, "receipt_pph_above_dpp"]);
  });

  test("who withholds is written down once, the later word counts", async () => {
    const put = (withholds: boolean, npwp = OTHER_NPWP) =>
      api.call("PUT", `/reports/pph23/buyers/${npwp}`, {
        role: "finance",
        body: { seller: "utama", withholds, reason: "SKB" },
      });
    ANSWERS.Withholder.parse((await made(put(true))).json);
    await made(put(false));
    const rows = await api.app.db.knex("pph23_buyers");
    expect(
      rows.map((row: { npwp: string; withholds: unknown }) => [row.npwp, Boolean(row.withholds)]),
    ).toEqual([[OTHER_NPWP, false]]);
    expect((await put(true, "12")).status).toBe(422);
    const branch = await put(true, "0012345678901001");
    expect([branch.status, branch.problem.code]).toEqual([422, "npwp_is_branch"]);
  });

  test("a seller's own answers about PPh 23 are kept and shown", async () => {
    const shown = async () => (await made(api.call("GET", "/sellers/utama"))).json["pph23"];
    expect(await shown()).toEqual({});
    await made(api.call("PUT", "/sellers/utama", { body: { ...sellerBody(), pph23: { license: true } } }));
    expect(await shown()).toEqual({ license: true });
    const wrong = { ...sellerBody(), pph23: { deposit: true } };
    expect((await api.call("PUT", "/sellers/utama", { body: wrong })).status).toBe(400);
  });
});
