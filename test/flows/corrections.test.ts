/**
 * Corrections on the whole program, over HTTP, against the simulated authority: replacements that are approved,
 * refused or in doubt, a cancellation that waits for the buyer, and cases from a portal's event to their end. The clock
 * is moved by hand.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningAuthority } from "../../src/simulator/authority";
import { made, pay, SECRET, settle, type TestApi } from "../support/api";
import { bending, closeFurnished, enterCompany, startFurnished } from "../support/furnished";
import { signedHeaders } from "../support/sign-webhook";

let api: TestApi;
let authority: RunningAuthority;
const odd = bending();

beforeEach(async () => {
  odd.bend = null;
  ({ api, authority } = await startFurnished(undefined, { fetch: odd.fetch }));
  await enterCompany(api);
});
afterEach(() => closeFurnished({ api, authority }));

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly nsfp: string | null;
  readonly replaces: string | null;
  readonly date: string;
  readonly period: string;
  readonly reference: string;
  readonly totals: Record<string, string>;
  readonly timeline: readonly { event: string; by: string; detail: string | null }[];
}

const get = async <T>(path: string): Promise<T> => (await made(api.call("GET", path))).json as unknown as T;
const faktur = (id: string) => get<Shown>(`/fakturs/${id}`);
const outcome = (id: string) =>
  get<{ outcome: string; reasons: { code: string }[]; fakturs: { id: string; state: string }[] }>(
    `/invoices/toko/${id}`,
  );
const rules = (...list: object[]) => authority.authority.control.add(list as never);
const sent = () => readdirSync(join(api.folder, "outbox")).length;

async function issued(id: string, billed: Readonly<Record<string, unknown>> = {}): Promise<Shown> {
  expect(await pay(api, id, "77", billed)).toBe(202);
  await settle(api);
  const { fakturs } = await outcome(id);
  const shown = await faktur(fakturs[0]?.id ?? "");
  expect(shown.state).toBe("approved");
  return shown;
}

const CHANGE = { reason: "harga salah", lines: [{ line: 1, price: "900000" }] };

async function replacementOf(original: Shown): Promise<Shown> {
  const answer = await made(
    api.call("POST", `/fakturs/${original.id}/replace`, { role: "finance", body: CHANGE }),
  );
  return answer.json as unknown as Shown;
}

test("a replacement keeps the serial, raises the status digits, is mailed, and takes the original's place", async () => {
  const original = await issued("1");
  api.clock.set("2026-11-10T09:00:00+07:00");
  const asked = await replacementOf(original);
  expect([asked.state, asked.replaces, asked.date, asked.period]).toEqual([
    "ready",
    original.id,
    "2026-11-10",
    "2026-11",
  ]);
  const between = await outcome("1");
  expect([between.outcome, between.reasons.map((one) => one.code)]).toEqual([
    "issued",
    ["replace_under_way"],
  ]);
  const before = sent();
  await settle(api);

  const [old, next] = [await faktur(original.id), await faktur(asked.id)];
  expect([old.state, next.state]).toEqual(["replaced", "approved"]);
  expect(next.nsfp?.slice(4)).toBe(original.nsfp?.slice(4));
  expect([original.nsfp?.slice(2, 4), next.nsfp?.slice(2, 4)]).toEqual(["00", "01"]);
  expect(next.totals).toMatchObject({ dpp: "900000", dppNilaiLain: "825000", ppn: "99000" });
  expect(sent()).toBe(before + 1);
  const mails = readdirSync(join(api.folder, "outbox")).map((name) =>
    readFileSync(join(api.folder, "outbox", name), "utf8").replace(/=\r?\n/g, ""),
  );
  expect(mails.filter((mail) => mail.includes(`menggantikan faktur ${original.nsfp ?? ""}`))).toHaveLength(1);
  const after = await outcome("1");
  expect([after.outcome, after.reasons]).toEqual(["issued", []]);
  const there = authority.authority.state.all().map(({ kind, status }) => [kind, status]);
  expect(there).toEqual([
    ["DIGANTI", "APPROVAL_SUKSES"],
    ["PENGGANTI", "APPROVAL_SUKSES"],
  ]);
});

test("a crash between the replacement's approval and the original's end is made good by the hourly upkeep", async () => {
  const original = await issued("1");
  const asked = await replacementOf(original);
  await settle(api);
  // As it was in between: both stand, and nobody is left to end the original.
  await api.app.db.knex("fakturs").where({ id: asked.id }).update({ live_key: "between" });
  await api.app.db
    .knex("fakturs")
    .where({ id: original.id })
    .update({ state: "replacing", live_key: "kept" });
  await api.app.scheduleUpkeep();
  await settle(api);
  const rows: { id: string; state: string; live_key: string | null }[] = await api.app.db
    .knex("fakturs")
    .orderBy("id")
    .select("id", "state", "live_key");
  expect(rows).toEqual([
    { id: original.id, state: "replaced", live_key: null },
    { id: asked.id, state: "approved", live_key: "kept" },
  ]);
});

test("a replacement can itself be replaced", async () => {
  const first = await replacementOf(await issued("1"));
  await settle(api);
  const second = await replacementOfWith(first.id, "800000");
  await settle(api);
  const next = await faktur(second.id);
  expect([next.state, next.nsfp?.slice(2, 4)]).toEqual(["approved", "02"]);
  expect((await faktur(first.id)).state).toBe("replaced");
});

const replacementOfWith = async (id: string, price: string): Promise<Shown> => {
  const body = { reason: "lagi", lines: [{ line: 1, price }] };
  return (await made(api.call("POST", `/fakturs/${id}/replace`, { body }))).json as unknown as Shown;
};

test("a replacement that is refused leaves the original standing, and can be asked for again", async () => {
  const original = await issued("1");
  rules({ operation: "upload", fault: "reject", message: "NITKU tidak valid" });
  const asked = await replacementOf(original);
  await settle(api);
  expect([(await faktur(original.id)).state, (await faktur(asked.id)).state]).toEqual([
    "approved",
    "rejected",
  ]);
  expect(await outcome("1")).toMatchObject({ outcome: "issued", reasons: [{ code: "rejected_by_djp" }] });

  const again = await replacementOf(original);
  expect(again.id).toBe(asked.id);
  await settle(api);
  expect([(await faktur(original.id)).state, (await faktur(asked.id)).state]).toEqual([
    "replaced",
    "approved",
  ]);
});

test.each(["create", "upload"])(
  "after a time-out of %s the replacement is looked up, never made twice",
  async (operation) => {
    const original = await issued("1");
    rules({ operation, fault: "drop-after" });
    const asked = await replacementOf(original);
    await settle(api);
    expect([(await faktur(original.id)).state, (await faktur(asked.id)).state]).toEqual([
      "replaced",
      "approved",
    ]);
    expect(authority.authority.state.all()).toHaveLength(2);
  },
);

test("the buyer and the code are refused by name; so is a faktur that is not approved", async () => {
  const original = await issued("1");
  for (const more of [
    { buyer: { npwp: "x" } },
    { npwp: "0" },
    { address: "Jl. Lain" },
    { transactionCode: "01" },
  ]) {
    const answer = await api.call("POST", `/fakturs/${original.id}/replace`, {
      body: { ...CHANGE, ...more },
    });
    expect([answer.status, answer.problem.code]).toEqual([422, "buyer_needs_cancel"]);
  }
  const asked = await replacementOf(original);
  const twice = await api.call("POST", `/fakturs/${original.id}/replace`, { body: CHANGE });
  expect([twice.status, twice.problem.code]).toEqual([409, "wrong_state"]);
  expect((await api.call("POST", `/fakturs/${asked.id}/replace`, { body: CHANGE })).status).toBe(409);
  const same = await api.call("POST", "/fakturs/x/replace", { body: CHANGE });
  expect(same.status).toBe(404);
});

test("a replacement dropped before it left gives the original back", async () => {
  const original = await issued("1");
  const asked = await replacementOf(original);
  await made(api.call("POST", `/fakturs/${asked.id}/cancel`, { body: { reason: "tidak jadi" } }));
  expect([(await faktur(original.id)).state, (await faktur(asked.id)).state]).toEqual([
    "approved",
    "cancelled",
  ]);
});

test("a cancellation waits for the buyer, visibly, and ends when the buyer consents", async () => {
  const original = await issued("1");
  odd.bend = (data) => ({ ...data, jenisFaktur: "NORMAL", status: "WAITING_FOR_CANCELLATION" });
  await made(api.call("POST", `/fakturs/${original.id}/cancel`, { body: { reason: "batal" } }));
  await settle(api);
  expect((await faktur(original.id)).state).toBe("cancelling");
  const waiting = await outcome("1");
  expect([waiting.outcome, waiting.reasons.map((one) => one.code)]).toEqual([
    "issued",
    ["waiting_for_buyer"],
  ]);
  odd.bend = null;
  await settle(api);
  expect((await faktur(original.id)).state).toBe("cancelled");
});

test("a buyer who does not consent leaves the faktur standing", async () => {
  const original = await issued("1");
  odd.bend = (data) => ({ ...data, jenisFaktur: "NORMAL", status: "WAITING_FOR_CANCELLATION" });
  await made(api.call("POST", `/fakturs/${original.id}/cancel`, { body: { reason: "batal" } }));
  await settle(api);
  odd.bend = (data) => ({ ...data, jenisFaktur: "NORMAL", status: "APPROVAL_SUKSES" });
  await settle(api);
  const { state, timeline } = await faktur(original.id);
  expect(state).toBe("approved");
  expect(timeline.map((entry) => [entry.event, entry.by])).toContainEqual(["cancel_refused", "buyer"]);
  const open = await cases("?state=open");
  expect(open.map(({ kind, faktur: of }) => [kind, of])).toEqual([["cancel_asked", original.id]]);
  const { items } = await get<{ items: { kind: string; link: string }[] }>("/home");
  expect(items).toContainEqual(
    expect.objectContaining({ kind: "case", link: `/console/kasus/${open[0]?.id}` }),
  );
});

test("a case whose cancellation is refused is open again, and may be decided anew", async () => {
  const original = await issued("1");
  await refund();
  await settle(api);
  const [one] = await cases("?state=open");
  const id = one?.id ?? "";
  await made(decide(id, { decision: "cancel_and_new", reason: "layanan batal" }));
  odd.bend = (data) => ({ ...data, jenisFaktur: "NORMAL", status: "WAITING_FOR_CANCELLATION" });
  await settle(api);
  expect((await get<ShownCase>(`/cases/${id}`)).state).toBe("working");
  odd.bend = (data) => ({ ...data, jenisFaktur: "NORMAL", status: "APPROVAL_SUKSES" });
  await settle(api);
  expect(await get<ShownCase>(`/cases/${id}`)).toMatchObject({ state: "open", decision: null, steps: [] });
  const trail = await get<{ items: { actor: string; action: string }[] }>(`/audit?subject=case:${id}`);
  expect(trail.items.map(({ actor, action }) => [actor, action])).toContainEqual([
    "buyer",
    "case.cancel_refused",
  ]);
  odd.bend = null;
  await made(decide(id, { decision: "cancel", reason: "pembeli setuju" }));
  await settle(api);
  expect([(await faktur(original.id)).state, (await get<ShownCase>(`/cases/${id}`)).state]).toEqual([
    "cancelled",
    "closed",
  ]);
});

interface ShownCase {
  readonly id: string;
  readonly kind: string;
  readonly faktur: string | null;
  readonly state: string;
  readonly proposal: { document: string; why: string; deadline: string | null; attach: string[] };
  readonly decision: { decision: string; by: string; reason: string } | null;
  readonly steps: readonly { code: string; auto: boolean; doneAt: string | null; doneBy: string | null }[];
  readonly buyerDocument: { number: string } | null;
}

async function tell(type: string, data: object): Promise<void> {
  const at = api.clock.now();
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
  const headers = signedHeaders({
    secret: SECRET,
    id: `msg_${type}_${JSON.stringify(data)}`.slice(0, 90),
    at,
    body,
  });
  const response = await fetch(`${api.url}/hooks/toko`, { method: "POST", headers, body });
  expect(response.status).toBe(202);
}

const refund = (amount?: string) =>
  tell("invoice.refunded", {
    invoiceId: "1",
    refundedAt: "2026-11-05T10:00:00+07:00",
    ...(amount === undefined ? {} : { amount }),
  });

const cases = async (query = "") => (await get<{ items: ShownCase[] }>(`/cases${query}`)).items;
const decide = (id: string, body: object) =>
  api.call("POST", `/cases/${id}/decide`, { role: "finance", body });

test("a full refund opens a case; nothing is cancelled until finance decides, then the authority's word closes it", async () => {
  const original = await issued("1");
  await refund();
  await settle(api);
  const [one] = await cases("?state=open");
  expect([one?.kind, one?.proposal.document]).toEqual(["refund", "cancel"]);
  expect((await faktur(original.id)).state).toBe("approved");

  const role = await api.call("POST", `/cases/${one?.id}/decide`, {
    role: "support",
    body: { decision: "cancel", reason: "x" },
  });
  expect(role.status).toBe(403);
  const decided = await made(decide(one?.id ?? "", { decision: "cancel", reason: "layanan batal" }));
  expect(decided.json).toMatchObject({
    state: "working",
    decision: { by: "finance-1", reason: "layanan batal" },
  });
  await settle(api);
  const closed = await get<ShownCase>(`/cases/${one?.id}`);
  expect([closed.state, closed.steps.map(({ code, doneBy }) => [code, doneBy])]).toEqual([
    "closed",
    [["cancel_confirmed", "authority"]],
  ]);
  expect((await faktur(original.id)).state).toBe("cancelled");
  const audit = await get<{ items: { actor: string; action: string }[] }>(`/audit?subject=case:${one?.id}`);
  expect(audit.items.map(({ actor, action }) => [actor, action])).toEqual([["finance-1", "case.decided"]]);
});

test("a 2 % refund is income tax: the case closes without a document and the faktur stands", async () => {
  const original = await issued("1");
  await refund("20000.00");
  const [one] = await cases();
  expect([one?.kind, one?.proposal.document, one?.proposal.deadline]).toEqual([
    "partial_refund",
    "none_pph23",
    null,
  ]);
  const closed = await made(
    decide(one?.id ?? "", { decision: "none_pph23", reason: "bukti potong diterima" }),
  );
  expect(closed.json).toMatchObject({ state: "closed", steps: [] });
  expect((await faktur(original.id)).state).toBe("approved");
  expect((await decide(one?.id ?? "", { decision: "cancel", reason: "x" })).status).toBe(409);
});

test("refunds in parts that make up the whole are the transaction undone", async () => {
  await issued("1");
  await refund("500000.00");
  expect((await cases()).map(({ proposal }) => proposal.document)).toEqual(["nota_pembatalan_by_buyer"]);
  await refund("610000.00");
  expect((await cases()).map(({ proposal }) => proposal.document)).toEqual(["cancel", "cancel"]);
});

test("the whole amount told as a number is the transaction undone, also where the faktur has rounded its cents up", async () => {
  const lines = [
    { id: "1", kind: "hosting", description: "VPS", quantity: 1, amount: "33250.00", taxed: true },
  ];
  await issued("1", { subtotal: "33250.00", tax: "3657.50", total: "36907.50", lines });
  await refund("36907.50");
  expect((await cases()).map(({ proposal }) => proposal.document)).toEqual(["cancel"]);
});

test("where the buyer's note for one part was asked for, another part is no undoing of the whole", async () => {
  await issued("1");
  await refund("500000.00");
  const [first] = await cases();
  await made(decide(first?.id ?? "", { decision: "nota_pembatalan_by_buyer", reason: "sebagian" }));
  await refund("610000.00");
  const second = (await cases()).find(({ id }) => id !== first?.id);
  expect(second?.proposal.document).toBe("nota_pembatalan_by_buyer");
});

test("a partial refund waits for the number of the buyer's nota pembatalan", async () => {
  await issued("1");
  await refund("300000.00");
  const [one] = await cases();
  expect(one?.proposal.document).toBe("nota_pembatalan_by_buyer");
  const path = `/cases/${one?.id}/document`;
  const document = { number: "NP-7", date: "2026-11-06" };
  expect((await api.call("POST", path, { body: document })).status).toBe(409);
  const waiting = await made(
    decide(one?.id ?? "", { decision: "nota_pembatalan_by_buyer", reason: "sebagian" }),
  );
  expect(waiting.json["state"]).toBe("waiting_buyer");
  const closed = await made(api.call("POST", path, { body: document }));
  expect(closed.json).toMatchObject({ state: "closed", buyerDocument: document });
});

test("support reports a wrong amount, finance decides, the replacement closes the case", async () => {
  const original = await issued("1");
  const body = { faktur: original.id, kind: "wrong_amount", note: "diskon terlewat" };
  expect((await api.call("POST", "/cases", { role: "viewer", body })).status).toBe(403);
  const opened = await made(api.call("POST", "/cases", { role: "support", body }));
  expect(opened.json).toMatchObject({ openedBy: "support-1", proposal: { document: "replace" } });
  const id = String(opened.json["id"]);

  const nothing = await decide(id, { decision: "replace", reason: "diskon" });
  expect([nothing.status, nothing.problem.code]).toEqual([422, "refused"]);
  expect((await get<ShownCase>(`/cases/${id}`)).state).toBe("open");
  await made(decide(id, { decision: "replace", reason: "diskon", lines: [{ line: 1, discount: "50000" }] }));
  await settle(api);
  expect((await faktur(original.id)).state).toBe("replaced");
  expect(await get<ShownCase>(`/cases/${id}`)).toMatchObject({ state: "closed" });
});

test("a wrong buyer is cancelled and made anew, step by step", async () => {
  const original = await issued("1");
  const opened = await made(
    api.call("POST", "/cases", { body: { faktur: original.id, kind: "wrong_buyer", note: "NPWP cabang" } }),
  );
  const id = String(opened.json["id"]);
  const decided = await made(decide(id, { decision: "cancel_and_new", reason: "NPWP salah" }));
  expect((decided.json["steps"] as { code: string }[]).map((step) => step.code)).toEqual([
    "cancel_confirmed",
    "buyer_corrected",
    "issued_anew",
  ]);
  expect((await api.call("POST", `/cases/${id}/steps/1`)).status).toBe(409);
  expect((await api.call("POST", `/cases/${id}/steps/9`)).status).toBe(404);
  await settle(api);
  await made(api.call("POST", `/cases/${id}/steps/2`));
  await made(api.call("POST", "/invoices/toko/1/issue"));
  await settle(api);
  const done = await made(api.call("POST", `/cases/${id}/steps/3`));
  expect(done.json["state"]).toBe("closed");
  const { fakturs } = await outcome("1");
  expect(fakturs.map((one) => one.state)).toEqual(["cancelled", "approved"]);
});

test("what was asked of the authority is not decided over by whoever had the case open before", async () => {
  const original = await issued("1");
  const body = { faktur: original.id, kind: "wrong_buyer", note: "NPWP cabang" };
  const id = String((await made(api.call("POST", "/cases", { body }))).json["id"]);
  await made(decide(id, { decision: "cancel_and_new", reason: "NPWP salah" }));
  const stale = { decision: "nota_pembatalan_by_buyer", reason: "dari halaman lama" };
  const second = await decide(id, stale);
  expect([second.status, second.problem.code]).toEqual([409, "wrong_state"]);
  await settle(api);
  expect((await decide(id, { ...stale, decision: "none" })).status).toBe(409);
  const standing = await get<ShownCase>(`/cases/${id}`);
  expect([standing.state, standing.steps.map(({ code, doneBy }) => [code, doneBy])]).toEqual([
    "working",
    [
      ["cancel_confirmed", "authority"],
      ["buyer_corrected", null],
      ["issued_anew", null],
    ],
  ]);
  expect((await faktur(original.id)).state).toBe("cancelled");
});

test("lists page through all cases once", async () => {
  const original = await issued("1");
  for (let count = 0; count < 5; count += 1) {
    await made(
      api.call("POST", "/cases", { body: { faktur: original.id, kind: "duplicate", note: `${count}` } }),
    );
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: ShownCase[]; nextCursor: string | null } = await get(
      `/cases?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`,
    );
    seen.push(...page.items.map((one) => one.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
});
