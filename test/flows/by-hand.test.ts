/**
 * Corrections where the channel cannot carry them out, over HTTP: asking for a cancellation or replacement opens the case
 * with its checklist; the buyer's own document closes a case; what waits for the buyer shows in the outcome and in the
 * digest. Then the clocks: last days, one alarm for fifty, a deadline that is crossed under way, and an upload now.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gatherDigest } from "../../src/ops/digest";
import type { Paper } from "../../src/faktur/paper";
import { drawPaper } from "../../src/faktur/pdf/draw";
import { startAuthority, type RunningAuthority } from "../../src/simulator/authority";
import { findSeller } from "../../src/store/sellers";
import { made, npwpBody, pay, sellerBody, settle, type TestApi } from "../support/api";
import { bending, closeFurnished, enterCompany, startFurnished } from "../support/furnished";
import { list, listed } from "../coretax/portal";
import { fakturById, type FakturRow } from "../../src/store/fakturs";

let api: TestApi;
let authority: RunningAuthority;
const odd = bending();

beforeEach(async () => {
  odd.bend = null;
  ({ api, authority } = await startFurnished(undefined, { fetch: odd.fetch }));
  await enterCompany(api);
});
afterEach(() => closeFurnished({ api, authority }));

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly note: string;
  readonly steps: readonly { code: string; doneBy: string | null }[];
}
interface Shown {
  readonly id: string;
  readonly state: string;
  readonly nsfp: string | null;
  readonly case?: Case | null;
  readonly timeline: readonly { event: string; by: string; detail: string | null }[];
}
interface Standing {
  readonly outcome: string;
  readonly reasons: readonly { code: string; message: string }[];
  readonly fakturs: readonly { id: string; state: string }[];
  readonly cases: readonly { id: string; state: string }[];
  readonly deadline: string | null;
  readonly lastDayToMake: string | null;
}

const get = async <T>(path: string): Promise<T> => (await made(api.call("GET", path))).json as unknown as T;
const standing = (id: string) => get<Standing>(`/invoices/toko/${id}`);
const codes = async (id: string) => (await standing(id)).reasons.map((one) => one.code);
const rules = (...some: object[]) => authority.authority.control.add(some as never);
const post = async (path: string, body: object = {}): Promise<Shown> =>
  (await made(api.call("POST", path, { role: "finance", body }))).json as unknown as Shown;
const digestNow = async () => {
  const seller = await findSeller(api.app.db.knex, "utama");
  if (seller === undefined) throw new Error("no seller");
  return gatherDigest({ db: api.app.db, publicUrl: "https://faktur.example" }, seller, api.clock.now(), null);
};
const byFiles = (more: object = {}) =>
  made(
    api.call("PUT", "/sellers/utama", {
      body: { ...sellerBody(), channel: { kind: "coretax-file" }, ...more },
    }),
  );

async function issued(id: string): Promise<string> {
  expect(await pay(api, id)).toBe(202);
  await settle(api);
  const { fakturs, outcome } = await standing(id);
  expect(outcome).toBe("issued");
  return fakturs.at(-1)?.id ?? "";
}

/** Approved through the portal's list, as the file channel does it. */
async function issuedByHand(id: string, nsfp = "04002600000000001"): Promise<string> {
  await byFiles();
  await pay(api, id);
  await settle(api);
  const faktur = (await standing(id)).fakturs.at(-1)?.id ?? "";
  await imported(faktur, nsfp);
  expect((await standing(id)).outcome).toBe("issued");
  return faktur;
}

async function imported(faktur: string, nsfp: string, more = {}): Promise<Record<string, unknown>> {
  const row = (await fakturById(api.app.db.knex, faktur)) as FakturRow;
  const raw = await list([listed(row, nsfp, more)]);
  const headers = { "content-type": "application/octet-stream", "x-filename": "daftar.xlsx" };
  return (await made(api.call("POST", "/sellers/utama/coretax/import", { raw, headers }))).json;
}

test("a cancellation that the channel cannot do is a case with its checklist, the same one when asked again", async () => {
  const id = await issuedByHand("1");
  const asked = await post(`/fakturs/${id}/cancel`, { reason: "transaksi batal" });
  expect([
    asked.state,
    asked.case?.kind,
    asked.case?.state,
    asked.case?.steps.map((step) => step.code),
  ]).toEqual(["approved", "cancel_asked", "working", ["cancel_in_portal", "cancel_confirmed"]]);
  const again = await post(`/fakturs/${id}/cancel`, { reason: "transaksi batal" });
  expect(again.case?.id).toBe(asked.case?.id);
  expect((await standing("1")).cases).toMatchObject([{ id: asked.case?.id, state: "working" }]);
  await imported(id, "04002600000000001", { "Status Faktur": "CANCELED" });
  const closed = await get<Case>(`/cases/${asked.case?.id}`);
  expect([closed.state, closed.steps.map((step) => step.doneBy)]).toEqual([
    "closed",
    ["authority", "authority"],
  ]);
  expect((await get<Shown>(`/fakturs/${id}`)).state).toBe("cancelled");
});

test("an open case about it is the one that is decided", async () => {
  const id = await issuedByHand("1");
  const opened = (
    await made(api.call("POST", "/cases", { body: { faktur: id, kind: "duplicate", note: "ganda" } }))
  ).json;
  const asked = await post(`/fakturs/${id}/cancel`, { reason: "ganda" });
  expect([asked.case?.id, asked.case?.state]).toEqual([opened["id"], "working"]);
});

test("a replacement that the channel cannot do names in its case what to enter", async () => {
  const id = await issuedByHand("1");
  const body = { reason: "harga salah", lines: [{ line: 1, price: "900000", name: "Hosting" }] };
  const asked = await post(`/fakturs/${id}/replace`, body);
  expect([asked.id, asked.case?.kind, asked.case?.steps.map((step) => step.code)]).toEqual([
    id,
    "wrong_amount",
    ["replace_in_portal", "replacement_confirmed"],
  ]);
  expect(asked.case?.note).toMatch(/harga salah\nBaris \/ line 1: Hosting; harga \/ price 900000\.00/);
});

test("the values of a replacement stand in a case that was open already, and are those asked for last", async () => {
  const id = await issuedByHand("1");
  const report = { faktur: id, kind: "wrong_amount", note: "harga salah" };
  const opened = (await made(api.call("POST", "/cases", { body: report }))).json;
  const lines = [{ line: 1, price: "900000" }];
  const decided = await post(`/cases/${String(opened["id"])}/decide`, {
    ...{ decision: "replace", reason: "salah", lines },
  });
  expect(decided).toMatchObject({ decision: { reason: "salah\nBaris / line 1: harga / price 900000.00" } });
  const wish = { reason: "masih salah", lines: [{ line: 1, price: "800000" }] };
  for (let time = 0; time < 2; time += 1) {
    const asked = await post(`/fakturs/${id}/replace`, wish);
    expect(asked.case).toMatchObject({
      ...{ id: opened["id"], state: "working" },
      decision: { reason: "masih salah\nBaris / line 1: harga / price 800000.00" },
    });
  }
  expect((await standing("1")).cases).toHaveLength(1);
});

test("through a channel that can there is no case, and what is in no state for it is refused as before", async () => {
  const id = await issued("1");
  const asked = await post(`/fakturs/${id}/cancel`, { reason: "batal" });
  expect([asked.state, asked.case]).toEqual(["cancelling", null]);
  const twice = await api.call("POST", `/fakturs/${id}/cancel`, { body: { reason: "batal" } });
  expect([twice.status, twice.problem.code]).toEqual([409, "wrong_state"]);
});

test("what was carried by hand stays by hand when the seller's channel changes", async () => {
  const id = await issuedByHand("1");
  await made(api.call("PUT", "/sellers/utama", { body: sellerBody(authority.url) }));
  const asked = await post(`/fakturs/${id}/cancel`, { reason: "batal" });
  expect(asked.case?.steps.map((step) => step.code)).toEqual(["cancel_in_portal", "cancel_confirmed"]);
  expect(authority.authority.control.calls().filter(({ operation }) => operation === "cancel")).toEqual([]);
});

test.each([
  ["cancel", { reason: "batal" }, "WAITING_FOR_CANCELLATION"],
  ["replace", { reason: "salah", lines: [{ line: 1, price: "900000" }] }, "WAITING FOR AMENDMENT"],
])(
  "a %s that waits for the buyer shows in the outcome, and in the digest by its age",
  async (verb, body, status) => {
    const id = await issued("1");
    odd.bend = (data) =>
      verb === "replace" && data["noInvoice"] === "INV-1" ? data : { ...data, jenisFaktur: "NORMAL", status };
    await post(`/fakturs/${id}/${verb}`, body);
    await settle(api);
    expect([(await standing("1")).outcome, await codes("1")]).toEqual(["issued", ["waiting_for_buyer"]]);
    api.clock.pass(4 * 86_400);
    const { waiting } = await digestNow();
    const buyer = waiting.find((one) => one.state === "waiting_for_buyer");
    expect(buyer?.ages).toMatchObject({ count: 1, oldestDays: 4 });
  },
);

test("the buyer's nota pembatalan closes its case; the faktur stands, and the digest no longer names it", async () => {
  const id = await issued("1");
  const opened = (
    await made(
      api.call("POST", "/cases", {
        body: { faktur: id, kind: "partial_refund", note: "sebagian", amount: "300000" },
      }),
    )
  ).json;
  const path = `/cases/${String(opened["id"])}`;
  await post(`${path}/decide`, { decision: "nota_pembatalan_by_buyer", reason: "sebagian" });
  expect((await digestNow()).cases).toMatchObject([{ kind: "partial_refund", state: "waiting_buyer" }]);
  const closed = await post(`${path}/document`, { number: "NP-7", date: "2026-11-06" });
  expect(closed).toMatchObject({ state: "closed", buyerDocument: { number: "NP-7", date: "2026-11-06" } });
  expect(await standing("1")).toMatchObject({ outcome: "issued", reasons: [], cases: [] });
  expect((await get<Shown>(`/fakturs/${id}`)).state).toBe("approved");
  expect((await digestNow()).cases).toEqual([]);
});

test("what waits, is held, or only lacks its company shows its last days; what never gets a faktur has none", async () => {
  await made(
    api.call("PUT", "/sellers/utama", { body: { ...sellerBody(authority.url), upload: { auto: false } } }),
  );
  await pay(api, "1");
  await settle(api);
  const last = { deadline: "2026-12-20", lastDayToMake: "2027-02-03" };
  expect(await standing("1")).toMatchObject({ outcome: "waiting", ...last });
  api.clock.set("2026-12-21T10:00:00+07:00");
  const held = await standing("1");
  expect(held).toMatchObject({ outcome: "held", ...last });
  expect(held.reasons[0]?.message).toContain("03 Februari 2027");
  api.clock.set("2027-02-04T10:00:00+07:00");
  expect(await codes("1")).toEqual(["too_late"]);
  await pay(api, "2", "78");
  await settle(api);
  expect(await standing("2")).toMatchObject({ outcome: "skipped", ...last, level: "quiet" });
  const line = { id: "1", kind: "hosting", description: "Gratis", quantity: 1, amount: "0.00", taxed: true };
  await pay(api, "3", "77", { subtotal: "0.00", tax: "0.00", total: "0.00", lines: [line] });
  await settle(api);
  expect(await standing("3")).toMatchObject({ outcome: "skipped", deadline: null, lastDayToMake: null });
});

test.each([
  ["access_blocked", "Akses pembuatan faktur pajak dinonaktifkan (PER-19/PJ/2025)"],
  ["passphrase_wrong", "Saved Invalid: passphrase penandatangan salah"],
])(
  "fifty queued fakturs and %s: one alarm",
  async (cause, message) => {
    rules({ operation: "upload", fault: "reject", message, times: 100 });
    for (let index = 1; index <= 50; index += 1) await pay(api, String(index));
    for (let round = 0; round < 3; round += 1) await settle(api);
    const outbox = join(api.folder, "outbox");
    const subjects = readdirSync(outbox).map(
      (name) => /^Subject: (.*)$/m.exec(readFileSync(join(outbox, name), "utf8"))?.[1],
    );
    expect(subjects).toEqual([expect.stringMatching(/^PENTING: kanal pajak/)]);
    const { items } = await get<{ items: { action: string; detail: string }[] }>(
      "/audit?subject=seller:utama",
    );
    expect(items.filter(({ action }) => action === "channel.paused").map(({ detail }) => detail)).toEqual([
      cause,
    ]);
    const states = await get<{ items: { state: string }[] }>("/fakturs?limit=200");
    expect(states.items.length).toBe(50);
    expect(new Set(states.items.map(({ state }) => state))).toEqual(new Set(["rejected"]));
    authority.authority.control.clear();
    await made(api.call("POST", "/sellers/utama/channel/resume", { body: { reason: "beres" } }));
    for (let round = 0; round < 3; round += 1) await settle(api);
    const approved = await get<{ items: unknown[] }>("/fakturs?state=approved&limit=200");
    expect(approved.items).toHaveLength(50);
  },
  60_000,
);

test("refused after the deadline was crossed under way: finance takes the late road, and the faktur carries today", async () => {
  rules(
    { operation: "upload", fault: "reject", message: "Lewat batas tanggal 20" },
    { operation: "detail", fault: "unknown-status", times: 30 },
  );
  await pay(api, "1");
  await settle(api);
  api.clock.set("2026-12-21T10:00:00+07:00");
  expect(await codes("1")).toContain("deadline_passed_under_way");
  authority.authority.control.clear();
  for (let round = 0; round < 3; round += 1) await settle(api);
  const held = await standing("1");
  expect([held.outcome, held.reasons.map((one) => one.code)]).toEqual([
    "held",
    ["rejected_by_djp", "past_deadline"],
  ]);
  await made(api.call("POST", "/invoices/toko/1/issue", { body: { accept: ["past_deadline"] } }));
  await settle(api);
  const { fakturs, outcome } = await standing("1");
  expect([outcome, fakturs.map((one) => one.state)]).toEqual(["issued", ["cancelled", "approved"]]);
  expect(await get(`/fakturs/${fakturs[1]?.id}`)).toMatchObject({
    date: "2026-12-21",
    deadline: "2027-01-20",
  });
});

test("lost by the authority while the deadline was crossed: it is held, never waiting for ever, and then made late", async () => {
  rules({ operation: "detail", fault: "unknown-status", times: 30 });
  await pay(api, "1");
  await settle(api);
  api.clock.set("2026-12-21T10:00:00+07:00");
  const port = Number(new URL(authority.url).port);
  await authority.close();
  const drawn = { drawPdf: (paper: Paper) => drawPaper(paper) };
  authority = await startAuthority({ clock: api.clock, ...drawn, host: "127.0.0.1", port });
  for (let round = 0; round < 3; round += 1) await settle(api);
  expect([(await standing("1")).outcome, await codes("1")]).toEqual(["held", ["past_deadline"]]);
  await made(api.call("POST", "/invoices/toko/1/issue", { body: { accept: ["past_deadline"] } }));
  await settle(api);
  expect((await standing("1")).outcome).toBe("issued");
});

describe("outside the seller's hours", () => {
  const upload = { auto: true, windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "22:00", to: "23:00" }] };
  const events = async (id: string) =>
    (await get<Shown>(`/fakturs/${id}`)).timeline.map((one) => [one.event, one.by, one.detail]);
  let id: string;
  beforeEach(async () => {
    await made(api.call("PUT", "/sellers/utama", { body: { ...sellerBody(authority.url), upload } }));
    await pay(api, "1");
    await settle(api);
    id = (await standing("1")).fakturs[0]?.id ?? "";
    expect((await get<Shown>(`/fakturs/${id}`)).state).toBe("ready");
  });

  test("an upload waits for them as always", async () => {
    await post(`/fakturs/${id}/upload`);
    await settle(api);
    expect((await get<Shown>(`/fakturs/${id}`)).state).toBe("ready");
    expect(await events(id)).toContainEqual(["released", "finance-1", null]);
    const odd = await api.call("POST", `/fakturs/${id}/upload`, { body: { now: "ya" } });
    expect(odd.status).toBe(400);
    expect(
      (await api.call("POST", `/fakturs/${id}/upload`, { role: "support", body: { now: true } })).status,
    ).toBe(403);
  });

  test("an upload now goes at once, once, and the audit says who", async () => {
    await post(`/fakturs/${id}/upload`, { now: true });
    await settle(api);
    expect((await standing("1")).outcome).toBe("issued");
    expect(await events(id)).toContainEqual(["released", "finance-1", "now"]);
    const audit = await get<{ items: { actor: string; action: string; detail: string }[] }>(
      `/audit?subject=faktur:${id}`,
    );
    expect(audit.items).toMatchObject([{ actor: "finance-1", action: "faktur.released", detail: "now" }]);
    expect(await api.app.db.knex("fakturs").pluck("upload_now")).toEqual([0]);
  });
});

test.each([
  ["National ID", "3171234567890123", ["3171234567890123", "3171.2345.6789.0123", "31712345678"]],
  ["Passport", "A1234567", ["A1234567", "a1234567", "a12345"]],
])(
  "a buyer with a %s is found by its number, and searched by its beginning",
  async (document, number, asked) => {
    const identity = { document, number, ...(document === "Passport" ? { country: "SGP" } : {}) };
    const { npwp: _npwp, ...rest } = npwpBody;
    await made(api.call("PUT", "/accounts/toko/79", { body: { name: "Tan", email: "tan@contoh.example" } }));
    await made(api.call("PUT", "/accounts/toko/79/npwp", { body: { ...rest, name: "TAN A", identity } }));
    await made(api.call("POST", "/accounts/toko/79/npwp/activate"));
    await pay(api, "1", "79");
    await pay(api, "2");
    await settle(api);
    const [whole = "", other = "", beginning = ""] = asked;
    const found = async (query: string) =>
      (await get<{ items: { invoiceId: string }[] }>(`/fakturs?${query}`)).items.map((one) => one.invoiceId);
    expect(await found(`npwp=${whole}`)).toEqual(["1"]);
    expect(await found(`npwp=${other}`)).toEqual(["1"]);
    expect(await found(`q=${beginning.toUpperCase()}`)).toEqual(["1"]);
    expect(await found(`npwp=${npwpBody.npwp}`)).toEqual(["2"]);
    expect(await found("npwp=9999999999999999")).toEqual([]);
  },
);
