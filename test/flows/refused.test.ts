/**
 * What was refused and is asked for again, on the whole program over HTTP against the simulated authority: replacements
 * that are retried, documents that people have mended, deleted or made anew at the authority meanwhile. Proves that no
 * way out of it leaves two fakturs that count for one payment, and that each answer tells what is so.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RunningAuthority } from "../../src/simulator/authority";
import { countTroubled } from "../../src/store/counts";
import { made, npwpBody, pay, sellerBody, settle, type Answer, type TestApi } from "../support/api";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";

let api: TestApi;
let authority: RunningAuthority;

beforeEach(async () => {
  ({ api, authority } = await startFurnished());
  await enterCompany(api);
});
afterEach(() => closeFurnished({ api, authority }));

interface Row {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
  readonly live_key: string | null;
  readonly external_id: string | null;
  readonly problem: string | null;
}

interface Seen {
  readonly outcome: string;
  readonly reasons: readonly { readonly code: string }[];
  readonly fakturs: readonly { readonly id: string; readonly state: string }[];
}

const rows = (): Promise<Row[]> => api.app.db.knex("fakturs").orderBy("id");
const states = async () => (await rows()).map(({ state }) => state);
const seen = async (invoice: string) =>
  (await made(api.call("GET", `/invoices/toko/${invoice}`))).json as unknown as Seen;
const codes = async (invoice: string) => (await seen(invoice)).reasons.map(({ code }) => code);
const there = () => authority.authority.state.all().map(({ kind, status }) => `${kind} ${status}`);
const mailed = () => readdirSync(join(api.folder, "outbox")).length;
const ask = (id: string, verb: string, body?: object): Promise<Answer> =>
  api.call("POST", `/fakturs/${id}/${verb}`, { role: "finance", ...(body === undefined ? {} : { body }) });
const said = ({ status, problem }: Answer): readonly [number, string] => [status, problem.code];
const refuseNext = () =>
  authority.authority.control.add([{ operation: "upload", fault: "reject", message: "NITKU tidak valid" }]);

/** A faktur that the authority has approved. */
async function issued(invoice: string): Promise<string> {
  expect(await pay(api, invoice)).toBe(202);
  await settle(api);
  const [faktur] = (await seen(invoice)).fakturs;
  expect(faktur?.state).toBe("approved");
  return faktur?.id ?? "";
}

/** One that it has refused. */
async function refused(invoice: string): Promise<Row> {
  refuseNext();
  expect(await pay(api, invoice)).toBe(202);
  await settle(api);
  const row = (await rows()).at(-1);
  expect(row?.state).toBe("rejected");
  return row as Row;
}

/** A replacement of it that was refused; its id. */
async function refusedReplacement(original: string): Promise<string> {
  refuseNext();
  const body = { reason: "harga salah", lines: [{ line: 1, price: "900000" }] };
  const { id } = (await made(ask(original, "replace", body))).json as unknown as { id: string };
  await settle(api);
  expect(await states()).toEqual(["approved", "rejected"]);
  return id;
}

describe("a refused replacement that is retried", () => {
  test("claims its original again, keeps its buyer, and takes the original's place", async () => {
    const original = await issued("1");
    const replacement = await refusedReplacement(original);
    await made(api.call("PUT", "/accounts/toko/77/npwp", { body: { ...npwpBody, name: "PT LAIN NAMANYA" } }));
    await made(ask(replacement, "retry"));
    expect(await states()).toEqual(["replacing", "ready"]);
    await settle(api);
    const [old, next] = await rows();
    expect([old?.state, next?.state]).toEqual(["replaced", "approved"]);
    expect([old?.live_key, next?.live_key]).toEqual([null, expect.not.stringMatching(/~$/)]);
    expect(there()).toEqual(["DIGANTI APPROVAL_SUKSES", "PENGGANTI APPROVAL_SUKSES"]);
    const buyer = (await made(api.call("GET", `/fakturs/${replacement}`))).json["buyer"];
    expect(buyer).toMatchObject({ name: npwpBody.name });
  });

  test("and refused again leaves the original standing", async () => {
    const original = await issued("1");
    const replacement = await refusedReplacement(original);
    refuseNext();
    await made(ask(replacement, "retry"));
    await settle(api);
    expect(await states()).toEqual(["approved", "rejected"]);
  });

  test("is not sent while its original is being cancelled", async () => {
    const original = await issued("1");
    const replacement = await refusedReplacement(original);
    await made(ask(original, "cancel", { reason: "batal" }));
    expect(said(await ask(replacement, "retry"))).toEqual([409, "wrong_state"]);
    await settle(api);
    expect(await states()).toEqual(["cancelled", "rejected"]);
  });

  test("a pair that both stand from before is put right when it is retried", async () => {
    const original = await issued("1");
    const replacement = await refusedReplacement(original);
    await made(ask(replacement, "retry"));
    await settle(api);
    const key = (await rows()).at(-1)?.live_key;
    const { knex } = api.app.db;
    await knex("fakturs")
      .where({ id: replacement })
      .update({ live_key: `${key ?? ""}~` });
    await knex("fakturs").where({ id: original }).update({ state: "approved", live_key: key });
    await made(ask(replacement, "retry"));
    expect(await states()).toEqual(["replaced", "approved"]);
    expect((await rows()).map(({ live_key }) => live_key)).toEqual([null, key]);
  });
});

/** What people do in the provider's own pages. */
const byHand = {
  approve(externalId: string | null): void {
    const { state } = authority.authority;
    state.upload(externalId ?? "");
    for (let read = 0; read < 3; read += 1) state.read(externalId ?? "");
  },
  /** Our document, with another amount, handed over and approved. */
  changeAndApprove(externalId: string | null): void {
    const { state } = authority.authority;
    const sale = state.find(externalId ?? "")?.sale;
    if (sale === undefined) throw new Error("no such document");
    const items = sale.barangJasa.map((one) => ({ ...one, harga: 900000, totalHarga: 900000, dpp: 900000 }));
    state.update(externalId ?? "", { ...sale, barangJasa: items, totalDpp: 900000 });
    byHand.approve(externalId);
  },
  remove: (externalId: string | null) => authority.authority.state.remove(externalId ?? ""),
};

describe("refused here, then mended and approved there by hand", () => {
  test("a retry finds it approved and takes it over; there is one, mailed once", async () => {
    const row = await refused("1");
    byHand.approve(row.external_id);
    await made(ask(row.id, "retry"));
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "issued", reasons: [] });
    expect([await states(), there(), mailed()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"], 1]);
  });

  test("it cannot be dropped: the answer says what stands there, and the faktur follows it", async () => {
    const row = await refused("1");
    byHand.approve(row.external_id);
    expect(said(await ask(row.id, "cancel", { reason: "ditolak terus" }))).toEqual([409, "wrong_state"]);
    await made(api.call("POST", "/invoices/toko/1/issue", { body: {} }));
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "issued", reasons: [] });
    expect([await states(), there(), mailed()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"], 1]);
  });

  test("the late road does not pass it by either", async () => {
    const row = await refused("1");
    byHand.approve(row.external_id);
    api.clock.set("2026-12-28T09:00:00+07:00");
    const issue = { body: { accept: ["past_deadline"] } };
    expect(said(await api.call("POST", "/invoices/toko/1/issue", issue))).toEqual([409, "wrong_state"]);
    await settle(api);
    expect([await states(), there()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"]]);
  });

  test("with other data than ours it is shown, and ends only after it was cancelled there", async () => {
    const row = await refused("1");
    byHand.changeAndApprove(row.external_id);
    await made(ask(row.id, "retry"));
    await settle(api);
    expect(await codes("1")).toEqual(["duplicate_at_authority"]);
    expect(said(await ask(row.id, "cancel", { reason: "salah" }))).toEqual([409, "wrong_state"]);
    authority.authority.state.cancel(row.external_id ?? "");
    await made(ask(row.id, "cancel", { reason: "salah" }));
    await made(api.call("POST", "/invoices/toko/1/issue", { body: {} }));
    await settle(api);
    expect(await states()).toEqual(["cancelled", "approved"]);
    expect(there()).toEqual(["BATAL APPROVAL_SUKSES", "NORMAL APPROVAL_SUKSES"]);
  });

  test("also when its reference was changed there: our own id is known", async () => {
    const row = await refused("1");
    const { state } = authority.authority;
    const sale = state.find(row.external_id ?? "")?.sale;
    state.update(row.external_id ?? "", { ...(sale as NonNullable<typeof sale>), noInvoice: "INV-1-BETUL" });
    byHand.approve(row.external_id);
    expect(said(await ask(row.id, "cancel", { reason: "salah" }))).toEqual([409, "wrong_state"]);
    await settle(api);
    expect([await states(), there()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"]]);
  });

  test("its replacement ends the original, as it has there", async () => {
    const original = await issued("1");
    const replacement = await refusedReplacement(original);
    byHand.approve((await rows()).at(-1)?.external_id ?? null);
    expect(said(await ask(replacement, "cancel", { reason: "tidak jadi" }))).toEqual([409, "wrong_state"]);
    await settle(api);
    expect(await states()).toEqual(["replaced", "approved"]);
    expect(there()).toEqual(["DIGANTI APPROVAL_SUKSES", "PENGGANTI APPROVAL_SUKSES"]);
  });
});

describe("a refused faktur that is dropped", () => {
  test("is deleted there first, so that nobody can hand it over any more", async () => {
    const row = await refused("1");
    await made(ask(row.id, "cancel", { reason: "salah" }));
    expect([await states(), there()]).toEqual([["cancelled"], []]);
    await made(api.call("POST", "/invoices/toko/1/issue", { body: {} }));
    await settle(api);
    expect([await states(), there()]).toEqual([["cancelled", "approved"], ["NORMAL APPROVAL_SUKSES"]]);
  });

  test.each(["detail", "delete"])(
    "stays while the authority does not answer (%s), and says so",
    async (operation) => {
      const row = await refused("1");
      authority.authority.control.add([{ operation, fault: "error-before" }] as never);
      expect(said(await ask(row.id, "cancel", { reason: "salah" }))).toEqual([503, "channel_failed"]);
      expect([await states(), there()]).toEqual([["rejected"], ["NORMAL DITOLAK"]]);
      await made(ask(row.id, "cancel", { reason: "salah" }));
      expect([await states(), there()]).toEqual([["cancelled"], []]);
    },
  );

  test("is dropped also where the authority does not delete it, with a note", async () => {
    const row = await refused("1");
    authority.authority.control.add([
      { operation: "delete", fault: "reject", message: "hanya DRAFT" },
    ] as never);
    await made(ask(row.id, "cancel", { reason: "salah" }));
    const { timeline } = (await made(api.call("GET", `/fakturs/${row.id}`))).json as unknown as {
      timeline: { event: string; detail: string | null }[];
    };
    expect(timeline.map(({ event }) => event)).toContain("left_there");
    expect([await states(), there()]).toEqual([["cancelled"], ["NORMAL DITOLAK"]]);
  });

  test("a deletion whose answer was lost is found done, by dropping as by retrying", async () => {
    const row = await refused("1");
    authority.authority.control.add([{ operation: "delete", fault: "error-after" }] as never);
    expect((await ask(row.id, "cancel", { reason: "salah" })).status).toBe(503);
    expect([await states(), there()]).toEqual([["rejected"], []]);
    await made(ask(row.id, "retry"));
    await settle(api);
    expect([await states(), there()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"]]);
  });
});

test("a refused document that was deleted there is made anew by a retry", async () => {
  const row = await refused("1");
  byHand.remove(row.external_id);
  await made(ask(row.id, "retry"));
  await settle(api);
  const [now] = await rows();
  expect(now?.external_id).not.toBe(row.external_id);
  expect([await states(), there(), mailed()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"], 1]);
});

test("a refused document that was made anew there by hand is not made a third time", async () => {
  const row = await refused("1");
  const sale = authority.authority.state.find(row.external_id ?? "")?.sale;
  byHand.remove(row.external_id);
  const anew = authority.authority.state.create(sale as NonNullable<typeof sale>);
  byHand.approve(anew.kind === "done" ? anew.document.transactionId : null);
  expect(said(await ask(row.id, "cancel", { reason: "salah" }))).toEqual([409, "wrong_state"]);
  await settle(api);
  expect([await states(), there(), mailed()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"], 1]);
});

describe("a seller that was changed since a refusal", () => {
  const changed = (more: object) =>
    made(api.call("PUT", "/sellers/utama", { body: { ...sellerBody(authority.url), ...more } }));
  const FILES = { channel: { kind: "coretax-file" } };
  const OTHER = { npwp: "0098111111111000" };

  test("to files: neither retried nor dropped until it is set back, where its document lies", async () => {
    const row = await refused("1");
    await changed(FILES);
    expect(said(await ask(row.id, "retry"))).toEqual([409, "wrong_state"]);
    expect(said(await ask(row.id, "cancel", { reason: "x" }))).toEqual([409, "wrong_state"]);
    expect(await states()).toEqual(["rejected"]);
    await changed({});
    await made(ask(row.id, "cancel", { reason: "x" }));
    expect([await states(), there()]).toEqual([["cancelled"], []]);
  });

  test("to files while it waited for the upload hours: it says so, and goes on when set back", async () => {
    const row = await refused("1");
    const upload = { auto: true, windows: [{ days: ["wed"], from: "08:00", to: "17:00" }] };
    await changed({ upload });
    await made(ask(row.id, "retry"));
    await settle(api);
    expect(await states()).toEqual(["ready"]);
    await changed({ ...FILES, upload });
    api.clock.set("2026-11-04T09:00:00+07:00");
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "seller_changed" }] });
    expect(said(await ask(row.id, "cancel", { reason: "x" }))).toEqual([409, "wrong_state"]);
    await changed({});
    await made(ask(row.id, "retry"));
    await settle(api);
    expect([await states(), there()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"]]);
  });

  test("to files while a replacement waited for the upload hours: it says so, and can be dropped", async () => {
    await pay(api, "1");
    await settle(api);
    const [original] = await rows();
    const upload = { auto: true, windows: [{ days: ["wed"], from: "08:00", to: "17:00" }] };
    await changed({ upload });
    const lines = [{ line: 1, price: "900000.00" }];
    await made(ask(original?.id ?? "", "replace", { reason: "salah harga", lines }));
    await settle(api);
    await changed({ ...FILES, upload });
    await settle(api);
    expect(await seen("1")).toMatchObject({
      reasons: [{ code: "replace_under_way" }, { code: "seller_changed" }],
    });
    const replacement = (await rows()).find(({ id }) => id !== original?.id);
    await made(ask(replacement?.id ?? "", "cancel", { reason: "dikerjakan di portal" }));
    expect(await states()).toEqual(["approved", "cancelled"]);
  });

  test("to another NPWP: not sent again under the old one, but dropped and issued anew", async () => {
    const row = await refused("1");
    await changed(OTHER);
    expect(said(await ask(row.id, "retry"))).toEqual([409, "wrong_state"]);
    await made(ask(row.id, "cancel", { reason: "NPWP penjual salah" }));
    await made(api.call("POST", "/invoices/toko/1/issue", { body: {} }));
    await settle(api);
    expect([await states(), there()]).toEqual([["cancelled", "approved"], ["NORMAL APPROVAL_SUKSES"]]);
  });

  test("to another NPWP before it was ever sent: it stops before anything leaves, and can be dropped", async () => {
    await changed({ upload: { auto: false } });
    expect(await pay(api, "1")).toBe(202);
    await settle(api);
    await changed(OTHER);
    const [row] = await rows();
    await made(ask(row?.id ?? "", "upload"));
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "seller_changed" }] });
    expect([await states(), there()]).toEqual([["ready"], []]);
    await made(ask(row?.id ?? "", "cancel", { reason: "NPWP penjual salah" }));
    expect(await states()).toEqual(["cancelled"]);
    // Given up for good: nobody is told of it any more, at home, by the digest or by an alarm.
    expect((await rows()).map(({ problem }) => problem)).toEqual([null]);
    expect(await countTroubled(api.app.db.knex)).toEqual([]);
  });

  test("is not changed while its correction is in doubt, which ends first", async () => {
    await refused("1").then(({ id }) => {
      authority.authority.control.add([{ operation: "update", fault: "drop-before" }] as never);
      return made(ask(id, "retry"));
    });
    await api.app.worker.drain();
    expect(await states()).toEqual(["unknown"]);
    await expect(changed(OTHER)).rejects.toThrow("409");
    await settle(api);
    expect(await states()).toEqual(["approved"]);
    await changed(OTHER);
  });
});

describe("a refused replacement", () => {
  test("is told at its invoice; dropped, the next one is made and approved", async () => {
    const original = await issued("1");
    const replacement = await refusedReplacement(original);
    expect(await seen("1")).toMatchObject({ outcome: "issued", reasons: [{ code: "rejected_by_djp" }] });
    await made(ask(replacement, "cancel", { reason: "salah ketik" }));
    expect(await codes("1")).toEqual([]);
    const body = { reason: "harga salah", lines: [{ line: 1, price: "800000" }] };
    await made(ask(original, "replace", body));
    await settle(api);
    expect(await states()).toEqual(["replaced", "cancelled", "approved"]);
    expect(there()).toEqual(["DIGANTI APPROVAL_SUKSES", "PENGGANTI APPROVAL_SUKSES"]);
  });

  test("whose original was cancelled asks to issue anew, and gives way to it", async () => {
    const original = await issued("1");
    const replacement = await refusedReplacement(original);
    await made(ask(original, "cancel", { reason: "batal" }));
    await settle(api);
    expect(await seen("1")).toMatchObject({ outcome: "held", reasons: [{ code: "faktur_cancelled" }] });
    expect(said(await ask(replacement, "retry"))).toEqual([409, "wrong_state"]);
    await made(api.call("POST", "/invoices/toko/1/issue", { body: {} }));
    await settle(api);
    expect(await states()).toEqual(["cancelled", "cancelled", "approved"]);
    expect(there()).toEqual(["BATAL APPROVAL_SUKSES", "NORMAL APPROVAL_SUKSES"]);
  });
});

describe("another's document under our reference", () => {
  /** Of another buyer, as somebody has made it at the provider. */
  async function strangerUnder(reference: string): Promise<string> {
    await issued("0");
    const { state } = authority.authority;
    const sale = state.all()[0]?.sale as NonNullable<ReturnType<typeof state.find>>["sale"];
    const lawanTransaksi = { ...sale.lawanTransaksi, identityValue: "0011111111111000" };
    const made = state.create({ ...sale, noInvoice: reference, lawanTransaksi });
    return made.kind === "done" ? made.document.transactionId : "";
  }

  test.each(["draft", "approved"])(
    "(%s) leaves ours to be dropped and issued under another one",
    async (as) => {
      const stranger = await strangerUnder("INV-1");
      if (as === "approved") byHand.approve(stranger);
      expect(await pay(api, "1")).toBe(202);
      await settle(api);
      expect(await codes("1")).toEqual(["duplicate_at_authority"]);
      const id = (await seen("1")).fakturs[0]?.id ?? "";
      await made(ask(id, "cancel", { reason: "bukan milik kami" }));
      expect(await codes("1")).toEqual(["faktur_cancelled"]);
      await made(api.call("POST", "/invoices/toko/1/issue", { body: {} }));
      await settle(api);
      expect((await rows()).map(({ reference, state }) => `${reference} ${state}`)).toEqual([
        "INV-0 approved",
        "INV-1 cancelled",
        "INV-1-R2 approved",
      ]);
      expect(authority.authority.state.find(stranger)).toBeDefined();
    },
  );

  test("that turns out to be ours is not dropped", async () => {
    const stranger = await strangerUnder("INV-1");
    expect(await pay(api, "1")).toBe(202);
    await settle(api);
    const id = (await seen("1")).fakturs[0]?.id ?? "";
    const { state } = authority.authority;
    const sale = state.find(stranger)?.sale as NonNullable<ReturnType<typeof state.find>>["sale"];
    const ours = state.all()[0]?.sale.lawanTransaksi;
    state.update(stranger, { ...sale, lawanTransaksi: ours ?? sale.lawanTransaksi });
    byHand.approve(stranger);
    expect(said(await ask(id, "cancel", { reason: "bukan milik kami" }))).toEqual([409, "wrong_state"]);
    await made(ask(id, "retry"));
    await settle(api);
    expect(await states()).toEqual(["approved", "approved"]);
  });
});

describe("a database that was put back from an older copy", () => {
  /** As the copy had it: made, and nothing of what it has done since. */
  async function forgotten(id: string): Promise<void> {
    const since = { external_id: null, channel_status: null, nsfp: null, serial: null, pdf_kind: null };
    const { knex } = api.app.db;
    await knex("fakturs")
      .where({ id })
      .update({ ...since, pdf_sha256: null, state: "ready" });
    await knex("restores").insert({ at: api.clock.now().toISOString(), source: "uji" });
  }

  test("drops nothing that the authority has approved meanwhile", async () => {
    const id = await issued("1");
    await forgotten(id);
    expect(said(await ask(id, "cancel", { reason: "x" }))).toEqual([409, "wrong_state"]);
    await settle(api);
    expect([await states(), there()]).toEqual([["approved"], ["NORMAL APPROVAL_SUKSES"]]);
  });

  test("deletes the draft that it has forgotten", async () => {
    const { id } = await refused("1");
    await forgotten(id);
    await made(ask(id, "cancel", { reason: "x" }));
    expect([await states(), there()]).toEqual([["cancelled"], []]);
  });
});
