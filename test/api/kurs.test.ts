/**
 * Rates over HTTP and by the command, and the whole road of a foreign invoice: real webhooks, the real worker, the
 * simulated authority. A missing rate holds, an entered one frees, a used one stands still until its faktur is gone.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ANSWERS } from "../../src/api/answers";
import { run } from "../../src/cli/program";
import { listAudit } from "../../src/store/audit";
import { findInvoice } from "../../src/store/invoices";
import { jobsOf } from "../../src/store/jobs";
import { accountBody, made, npwpBody, SECRET, settle, type Answer, type TestApi } from "../support/api";
import { closeFurnished, startFurnished } from "../support/furnished";
import { signedHeaders } from "../support/sign-webhook";

let api: TestApi;
let authority: RunningAuthority;

beforeEach(async () => {
  ({ api, authority } = await startFurnished());
});
afterEach(() => closeFurnished({ api, authority }));

/** The week of the tests' clock, 3 November 2026, a Tuesday. */
const FROM = "2026-10-28";
const RATE = { rate: "16776.54", kmk: "30/MK/EF.2/2026" };
const enter = (body: object = RATE, currency = "USD", from = FROM) =>
  api.call("PUT", `/kurs/${currency}/${from}`, { role: "finance", body });
const refusal = ({ status, problem }: Answer) => [
  status,
  problem.code,
  ...(problem.faults ?? []).map((fault) => `${fault.code} ${fault.path}`),
];
const subjects = async () =>
  (await listAudit(api.app.db.knex, 0, 200)).map((entry) => `${entry.action} ${entry.subject}`);

describe("entering rates", () => {
  test("one rate for one week, shown as the contract of the answers says", async () => {
    const answer = await made(enter());
    expect(ANSWERS.Kurs.parse(answer.json)).toEqual(answer.json);
    expect(answer.json).toMatchObject({
      ...{ currency: "USD", from: FROM, to: "2026-11-03", rate: "16776.54", per: 1 },
      ...{ kmk: RATE.kmk, enteredBy: "finance-1" },
    });
  });

  test("the same again changes nothing; another one takes its place; both are written down", async () => {
    await made(enter());
    await made(enter());
    expect((await made(enter({ ...RATE, rate: "16777" }))).json).toMatchObject({ rate: "16777.00" });
    expect((await subjects()).filter((one) => one.includes("kurs"))).toEqual([
      `kurs.entered kurs:USD/${FROM}`,
      `kurs.changed kurs:USD/${FROM}`,
    ]);
  });

  test.each([
    [{ ...RATE, to: "2026-11-04" }, "USD", FROM, [422, "refused", "kurs_week_wrong /to"]],
    [RATE, "USD", "2026-10-29", [422, "refused", "kurs_week_wrong /from"]],
    [RATE, "USD", "besok", [400, "malformed", "kurs_day_malformed /from"]],
    [RATE, "IDR", FROM, [422, "refused", "kurs_of_rupiah /currency"]],
    [RATE, "UDS", FROM, [422, "refused", "kurs_currency_unknown /currency"]],
    [{ ...RATE, per: 1 }, "JPY", FROM, [422, "refused", "kurs_per_wrong /per"]],
    [{ ...RATE, rate: "16.776,54" }, "USD", FROM, [400, "malformed", "kurs_rate_malformed /rate"]],
    [{ rate: "1" }, "USD", FROM, [400, "malformed", "field_missing /kmk"]],
  ])("%j for %s of %s is refused", async (body, currency, from, expected) => {
    expect(refusal(await enter(body, currency, from))).toEqual(expected);
  });

  test("is finance's; reading is everyone's", async () => {
    const body = RATE;
    expect((await api.call("PUT", `/kurs/USD/${FROM}`, { role: "support", body })).status).toBe(403);
    expect((await api.call("POST", "/kurs/import", { role: "viewer", body: { csv: "x" } })).status).toBe(403);
    expect((await api.call("GET", "/kurs", { role: "viewer" })).status).toBe(200);
  });

  test("many by import, all or none; lists by page, currency and day", async () => {
    const csv = ["currency,rate,from,kmk", "USD,16776.54", "SGD,13054.96", "JPY,10732.12"]
      .map((row, index) => (index === 0 ? row : `${row},${FROM},${RATE.kmk}`))
      .join("\n");
    const done = await made(api.call("POST", "/kurs/import", { role: "finance", body: { csv } }));
    expect(ANSWERS.EnteredKurs.parse(done.json)).toEqual(done.json);
    expect(done.json).toEqual({ added: 3, changed: 0, unchanged: 0, decidedAnew: 0 });

    const next = { currency: "USD", from: "2026-11-04", ...RATE };
    const wrong = { ...next, currency: "JPY", per: 1 };
    const refused = await api.call("POST", "/kurs/import", { body: { rates: [next, wrong] } });
    expect(refusal(refused)).toEqual([422, "refused", "kurs_per_wrong /rates/1/per"]);
    await made(api.call("POST", "/kurs/import", { body: { rates: [next] } }));

    const places = async (query: string) => {
      const { json } = await made(api.call("GET", `/kurs${query}`));
      expect(ANSWERS.KursPage.parse(json)).toEqual(json);
      const { items, nextCursor } = json as {
        items: { currency: string; from: string }[];
        nextCursor: string | null;
      };
      return [items.map((one) => `${one.currency} ${one.from}`), nextCursor];
    };
    expect(await places("?limit=2")).toEqual([["USD 2026-11-04", `JPY ${FROM}`], `${FROM}:JPY`]);
    expect(await places(`?limit=2&cursor=${FROM}:JPY`)).toEqual([[`SGD ${FROM}`, `USD ${FROM}`], null]);
    expect(await places("?currency=usd&day=2026-11-03")).toEqual([[`USD ${FROM}`], null]);
    expect(await places("?day=2026-11-11")).toEqual([[], null]);
  });

  test("a file that is no list of rates is refused by name", async () => {
    expect(refusal(await api.call("POST", "/kurs/import", { body: { csv: "a,b\n1,2" } }))).toEqual([
      400,
      "malformed",
    ]);
    expect((await api.call("POST", "/kurs/import", { body: {} })).status).toBe(400);
  });
});

interface Paid {
  readonly id: string;
  readonly amount?: string;
  readonly tax?: string;
  readonly total?: string;
  readonly currency?: string;
  readonly paidAt?: string;
}

/** A yearly hosting of US$120.00 and its 11 %, unless said otherwise, told by the portal's webhook. */
async function paid({ id, ...more }: Paid): Promise<void> {
  const amount = more.amount ?? "120.00";
  const line = { id: "1", kind: "hosting", description: "Web Hosting Bisnis", quantity: 1, taxed: true };
  const invoice = {
    ...{ id, number: `INV-${id}`, currency: more.currency ?? "USD", pricesIncludeTax: false },
    paidAt: more.paidAt ?? "2026-11-03T09:10:00+07:00",
    ...{ subtotal: amount, tax: more.tax ?? "13.20", total: more.total ?? "133.20" },
    lines: [{ ...line, amount }],
  };
  const at = api.clock.now();
  const data = { account: { id: "77", ...accountBody }, invoice };
  const body = JSON.stringify({ type: "invoice.paid", timestamp: at.toISOString(), data });
  const headers = signedHeaders({ secret: SECRET, id: `msg_${id}`, at, body });
  const response = await fetch(`${api.url}/hooks/toko`, { method: "POST", headers, body });
  expect([response.status, await response.json()]).toEqual([202, { status: "accepted" }]);
  await settle(api);
}

const active = async (more: object = {}) => {
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: { ...npwpBody, ...more } }));
  await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
};

const standing = async (id: string) => {
  const { json } = await made(api.call("GET", `/invoices/toko/${id}`));
  return { outcome: json["outcome"], codes: (json["reasons"] as { code: string }[]).map((one) => one.code) };
};

const fakturOf = async (id: string) => {
  const { json } = await made(api.call("GET", `/fakturs?invoice=${id}`));
  const [first] = json["items"] as {
    id: string;
    kurs: object | null;
    totals: object;
    transactionCode: string;
  }[];
  if (first === undefined) throw new Error(`invoice ${id} has no faktur`);
  return first;
};

describe("a foreign invoice", () => {
  beforeEach(() => active());

  test("waits for its rate, and is issued by itself once the rate is in", async () => {
    await paid({ id: "1" });
    expect(await standing("1")).toEqual({ outcome: "held", codes: ["foreign_currency"] });
    const { json } = await made(
      api.call("GET", "/invoices/toko/1", { headers: { "accept-language": "en" } }),
    );
    expect(JSON.stringify(json["reasons"])).toMatch(/USD.*2026-10-28/);

    // Neither next week's rate nor another currency's helps.
    await made(enter(RATE, "USD", "2026-11-04"));
    await made(enter(RATE, "SGD"));
    await settle(api);
    expect((await standing("1")).outcome).toBe("held");

    const done = await made(
      api.call("POST", "/kurs/import", { body: { rates: [{ currency: "USD", from: FROM, ...RATE }] } }),
    );
    expect(done.json).toMatchObject({ added: 1, decidedAnew: 1 });
    await settle(api);
    expect(await standing("1")).toEqual({ outcome: "issued", codes: [] });
    const faktur = (await made(api.call("GET", `/fakturs/${(await fakturOf("1")).id}`))).json;
    expect(ANSWERS.Faktur.parse(faktur)).toEqual(faktur);
    expect(faktur).toMatchObject({
      ...{ state: "approved", date: "2026-11-03", transactionCode: "04" },
      kurs: { currency: "USD", from: FROM, to: "2026-11-03", rate: "16776.54", per: 1, kmk: RATE.kmk },
      lines: [{ price: "2013184.80", taxBase: "2013184.80", otherTaxBase: "1845419.40", vat: "221450.33" }],
      totals: { price: "2013185", dpp: "2013185", dppNilaiLain: "1845419", ppn: "221450" },
      deliveries: [{ to: "pajak@contoh.example", state: "sent" }],
    });
  });

  test("in yen is converted per hundred", async () => {
    await made(enter({ rate: "10732.12", kmk: RATE.kmk }, "JPY"));
    await paid({ id: "2", currency: "JPY", amount: "15000", tax: "1650", total: "16650" });
    expect(await standing("2")).toEqual({ outcome: "issued", codes: [] });
    expect(await fakturOf("2")).toMatchObject({
      kurs: { currency: "JPY", per: 100 },
      totals: { dpp: "1609818", dppNilaiLain: "1475667", ppn: "177080" },
    });
  });

  test("takes the old week's rate until Tuesday 23:59 in Jakarta, the new one from Wednesday 00:00", async () => {
    await made(enter());
    await made(enter({ ...RATE, rate: "17000" }, "USD", "2026-11-04"));
    api.clock.set("2026-11-04T00:05:00+07:00");
    await paid({ id: "3", paidAt: "2026-11-03T23:59:59+07:00" });
    await paid({ id: "4", paidAt: "2026-11-04T00:00:00+07:00" });
    expect(await fakturOf("3")).toMatchObject({ kurs: { rate: "16776.54" }, totals: { dpp: "2013185" } });
    expect(await fakturOf("4")).toMatchObject({ kurs: { rate: "17000.00" }, totals: { dpp: "2040000" } });
  });

  test("whose amounts do not add up in its own currency is held though the rate is there", async () => {
    await made(enter());
    await paid({ id: "5", tax: "13.30", total: "133.30" });
    expect(await standing("5")).toEqual({ outcome: "held", codes: ["amounts_do_not_add_up"] });
  });

  test("keeps its rate still while it stands; when it is cancelled, finance may correct the rate", async () => {
    await made(enter());
    await paid({ id: "6" });
    expect(await standing("6")).toMatchObject({ outcome: "issued" });
    const corrected = { ...RATE, rate: "16777.54" };
    expect(refusal(await enter(corrected))).toEqual([409, "wrong_state", "kurs_in_use /rates/0"]);
    expect((await enter()).status).toBe(200);
    const rates = [
      { currency: "SGD", from: FROM, ...RATE },
      { currency: "USD", from: FROM, ...corrected },
    ];
    expect(refusal(await api.call("POST", "/kurs/import", { body: { rates } }))).toEqual([
      409,
      "wrong_state",
      "kurs_in_use /rates/1",
    ]);
    expect((await made(api.call("GET", "/kurs?currency=SGD"))).json).toMatchObject({ items: [] });

    const before = await fakturOf("6");
    await made(api.call("POST", `/fakturs/${before.id}/cancel`, { body: { reason: "kurs salah" } }));
    await settle(api);
    await made(enter(corrected));
    await made(api.call("POST", "/invoices/toko/6/issue"));
    await settle(api);
    expect(await fakturOf("6")).toMatchObject({ kurs: { rate: "16777.54" }, totals: { dpp: "2013305" } });
    expect((await made(api.call("GET", `/fakturs/${before.id}`))).json).toMatchObject({
      kurs: { rate: "16776.54" },
    });
  });
});

describe("a government agency", () => {
  beforeEach(() => active({ transactionCode: "02", evidence: "SK bendahara" }));

  test.each([
    ["at the threshold gets the ordinary code", "2000000.00", "220000.00", "2220000.00", "04"],
    ["above it keeps 02", "2000100.00", "220011.00", "2220111.00", "02"],
  ])("%s", async (_what, amount, tax, total, transactionCode) => {
    await paid({ id: "7", currency: "IDR", amount, tax, total });
    expect(await fakturOf("7")).toMatchObject({ transactionCode, kurs: null });
  });
});

describe("faktur kurs import", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "faktur-kurs-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The command over the database of this test's service. */
  async function command(content: string | null) {
    const printed = { stdout: "", stderr: "" };
    const file = join(folder, "kurs.csv");
    if (content !== null) writeFileSync(file, content);
    const code = await run(["kurs", "import", file, "--json"], {
      environment: {
        FAKTUR_DATABASE_URL: api.app.config.databaseUrl,
        FAKTUR_DOCUMENTS_URL: api.app.config.documentsUrl,
        FAKTUR_MAIL_URL: api.app.config.mailUrl,
        FAKTUR_MAIL_FROM: api.app.config.mailFrom,
        FAKTUR_MASTER_KEY: api.app.config.masterKey.toString("base64"),
      },
      stdout: { write: (words) => (printed.stdout += words) },
      stderr: { write: (words) => (printed.stderr += words) },
      stdin: Readable.from([]),
    });
    return { code, ...printed };
  }

  test("enters the rates of a file and queues what waited for them", async () => {
    await active();
    await paid({ id: "8" });
    const done = await command(`currency;rate;from;kmk\nUSD;16.776,54;${FROM};${RATE.kmk}\n`);
    expect([done.code, JSON.parse(done.stdout)]).toEqual([
      0,
      { added: 1, changed: 0, unchanged: 0, decidedAnew: 1 },
    ]);
    expect((await made(api.call("GET", "/kurs"))).json).toMatchObject({
      items: [{ currency: "USD", rate: "16776.54", enteredBy: "cli" }],
    });
    const { id } = (await findInvoice(api.app.db.knex, "toko", "8"))!;
    expect(await jobsOf(api.app.db.knex, [id])).toMatchObject([{ kind: "issue", state: "ready" }]);
    expect(await subjects()).toContain(`kurs.entered kurs:USD/${FROM}`);
  });

  test("names what is wrong, enters nothing and ends with 1", async () => {
    const rows = [`USD;16.776,54;${FROM};${RATE.kmk}`, `JPY;107,32;2026-10-29;${RATE.kmk}`];
    const wrong = await command(["currency;rate;from;kmk", ...rows].join("\n"));
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("/rates/1/from");
    expect((await made(api.call("GET", "/kurs"))).json).toMatchObject({ items: [] });
  });

  test("of a file that is not there ends with 1 and its name", async () => {
    const missing = await command(null);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("kurs.csv");
  });
});
