/**
 * Invoices and fakturs over HTTP, after real webhooks, the real worker and the simulated authority: answers as the
 * contract shows them, lists page by page, bytes with their hash, and what finance may do to a faktur in which state.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ANSWERS } from "../../src/api/answers";
import {
  made,
  npwpBody,
  OTHER_NPWP,
  pay,
  sellerBody,
  settle,
  type Answer,
  type TestApi,
} from "../support/api";
import { closeFurnished, startFurnished } from "../support/furnished";

let api: TestApi;
let authority: RunningAuthority;

beforeEach(async () => {
  ({ api, authority } = await startFurnished());
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: npwpBody }));
});
afterEach(() => closeFurnished({ api, authority }));

const activate = () => made(api.call("POST", "/accounts/toko/77/npwp/activate"));
const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const invoice = async (id: string) => (await made(api.call("GET", `/invoices/toko/${id}`))).json;

interface FakturJson {
  readonly id: string;
  readonly state: string;
  readonly reference: string;
  readonly pdf: { readonly sha256: string } | null;
  readonly timeline: readonly {
    readonly event: string;
    readonly by: string;
    readonly detail: string | null;
  }[];
  readonly deliveries: readonly { readonly to: string; readonly state: string }[];
}

const faktur = async (id: string) =>
  (await made(api.call("GET", `/fakturs/${id}`))).json as unknown as FakturJson;
const page = (answer: Answer) => answer.json as unknown as { items: FakturJson[]; nextCursor: string | null };

/** The id of the one faktur that a paid invoice of an active account became. */
async function issued(id = "1234"): Promise<string> {
  expect(await pay(api, id)).toBe(202);
  await settle(api);
  const [only, ...others] = page(await made(api.call("GET", `/fakturs?invoice=${id}`))).items;
  if (only === undefined || others.length > 0) throw new Error(`not one faktur of invoice ${id}`);
  return only.id;
}

describe("an approved faktur", () => {
  let id: string;
  beforeEach(async () => {
    await activate();
    id = await issued();
  });

  test("is shown as the contract shows it", async () => {
    const answer = await made(api.call("GET", `/fakturs/${id}`, { role: "viewer" }));
    expect(ANSWERS.Faktur.parse(answer.json)).toEqual(answer.json);
    expect(answer.json).toMatchObject({
      ...{ id, state: "approved", seller: "utama", portal: "toko", account: "77", invoiceId: "1234" },
      ...{ invoiceNumber: "INV-1234", reference: "INV-1234", transactionCode: "04" },
      ...{ date: "2026-11-03", period: "2026-11", nsfp: expect.stringMatching(/^\d{17}$/) },
      buyer: { npwp: OTHER_NPWP, nitku: `${OTHER_NPWP}000000`, email: "pajak@contoh.example" },
      lines: [
        {
          ...{ kind: "B", code: "160105", price: "1000000.00", quantity: "1", discount: "0.00" },
          ...{ taxBase: "1000000.00", otherTaxBase: "916666.67", vatRate: "12", vat: "110000.00" },
        },
      ],
      totals: { price: "1000000", discount: "0", dpp: "1000000", dppNilaiLain: "916667", ppn: "110000" },
      channel: { kind: "pajakio", status: "APPROVAL_SUKSES" },
      pdf: { kind: "official" },
      deliveries: [{ to: "pajak@contoh.example", state: "sent" }],
    });
  });

  test("makes its invoice issued, and the account lists it", async () => {
    const answer = await made(api.call("GET", "/invoices/toko/1234"));
    expect(ANSWERS.Invoice.parse(answer.json)).toEqual(answer.json);
    expect(answer.json).toMatchObject({
      outcome: "issued",
      reasons: [],
      fakturs: [{ id, state: "approved" }],
    });
    const account = await made(api.call("GET", "/accounts/toko/77"));
    expect(ANSWERS.Account.parse(account.json)).toEqual(account.json);
    expect(account.json).toMatchObject({ fakturs: [{ id }] });
  });

  test("gives its PDF, whose hash is the ETag, and 304 to whoever has it", async () => {
    const answer = await made(api.call("GET", `/fakturs/${id}/pdf`));
    const sha256 = createHash("sha256").update(answer.bytes).digest("hex");
    expect(answer.headers.get("content-type")).toBe("application/pdf");
    expect(answer.headers.get("etag")).toBe(`"${sha256}"`);
    expect((await faktur(id)).pdf?.sha256).toBe(sha256);
    for (const etag of [`"${sha256}"`, `W/"${sha256}"`, `"x", "${sha256}"`]) {
      const again = await api.call("GET", `/fakturs/${id}/pdf`, { headers: { "if-none-match": etag } });
      expect([again.status, again.bytes.length]).toEqual([304, 0]);
    }
    expect(
      (await api.call("GET", `/fakturs/${id}/pdf`, { headers: { "if-none-match": '"x"' } })).status,
    ).toBe(200);
  });

  test("gives its Coretax XML", async () => {
    const answer = await made(api.call("GET", `/fakturs/${id}/xml`));
    expect(answer.headers.get("content-type")).toBe("application/xml; charset=utf-8");
    expect(answer.headers.get("etag")).toBe(`"${createHash("sha256").update(answer.bytes).digest("hex")}"`);
    expect(answer.bytes.toString()).toContain(`<BuyerTin>${OTHER_NPWP}</BuyerTin>`);
  });

  test("is mailed again to the same, and to another only by finance", async () => {
    await made(api.call("POST", `/fakturs/${id}/resend`, { role: "support" }));
    const other = { to: "lain@contoh.example" };
    expect(
      refusal(await api.call("POST", `/fakturs/${id}/resend`, { role: "support", body: other })),
    ).toEqual([403, "role_too_low"]);
    await made(api.call("POST", `/fakturs/${id}/resend`, { role: "finance", body: other }));
    await settle(api);
    const { deliveries, timeline } = await faktur(id);
    expect(deliveries.map((one) => `${one.to} ${one.state}`).sort()).toEqual([
      "lain@contoh.example sent",
      "pajak@contoh.example sent",
      "pajak@contoh.example sent",
    ]);
    expect(timeline.filter((entry) => entry.event === "resent").map((entry) => entry.by)).toEqual([
      "support-1",
      "finance-1",
    ]);
    expect(readdirSync(join(api.folder, "outbox"))).toHaveLength(3);
  });

  test("is cancelled at the authority with a reason, and a second time is 409 wrong_state", async () => {
    expect((await api.call("POST", `/fakturs/${id}/cancel`, { body: {} })).status).toBe(400);
    const body = { reason: "salah pembeli" };
    const asked = await made(api.call("POST", `/fakturs/${id}/cancel`, { role: "finance", body }));
    expect(asked.json["state"]).toBe("cancelling");
    await settle(api);
    const { state, timeline } = await faktur(id);
    expect(state).toBe("cancelled");
    expect(timeline).toContainEqual(expect.objectContaining({ by: "finance-1", detail: "salah pembeli" }));
    expect(refusal(await api.call("POST", `/fakturs/${id}/cancel`, { body }))).toEqual([409, "wrong_state"]);
  });

  test("has each side of what was exchanged as text, which begins with the line of its call or status", async () => {
    const { json } = await made(api.call("GET", `/fakturs/${id}/exchanges`));
    const [first] = json["items"] as { request: string; response: string }[];
    for (const [side, begins, hash] of [
      ["request", /^POST http:\S+\n\n\{/, first?.request],
      ["response", /^200\n\n\{/, first?.response],
    ] as const) {
      const { bytes, headers } = await made(api.call("GET", `/fakturs/${id}/exchanges/1/${side}`));
      expect(bytes.toString("utf8")).toMatch(begins);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(hash);
      expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(headers.get("content-disposition")).toContain(`attachment; filename="${id}-1-${side}.txt"`);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("cannot be uploaded: 409 wrong_state", async () => {
    expect(refusal(await api.call("POST", `/fakturs/${id}/upload`))).toEqual([409, "wrong_state"]);
  });

  test.each([
    ["?state=approved", 1],
    ["?state=draft", 0],
    ["?seller=utama&portal=toko&account=77&invoice=1234", 1],
    ["?seller=lain", 0],
    ["?portal=lain", 0],
    ["?account=78", 0],
    ["?invoice=1", 0],
    ["?npwp=09.876.543.2-109.000", 1],
    [`?npwp=${OTHER_NPWP}`, 1],
    ["?npwp=none", 0],
    ["?from=2026-11-03&to=2026-11-03", 1],
    ["?from=2026-11-04", 0],
    ["?to=2026-11-02", 0],
    ["?q=sejahtera", 1],
    ["?q=INV-12", 1],
    ["?q=I%25", 0],
    ["?q=nothing", 0],
  ])("is found by %s: %i", async (query, count) => {
    expect(page(await made(api.call("GET", `/fakturs${query}`))).items).toHaveLength(count);
  });

  test("is found by its NSFP", async () => {
    const { nsfp } = (await made(api.call("GET", `/fakturs/${id}`))).json;
    expect(
      page(await made(api.call("GET", `/fakturs?nsfp=${String(nsfp)}`))).items.map((one) => one.id),
    ).toEqual([id]);
  });
});

test("T64: an invoice that waits says how much goes before it, in the order in which it came, and when it is looked at", async () => {
  await activate();
  for (const id of ["1", "2", "3"]) {
    await pay(api, id);
    api.clock.pass(1);
  }
  const next = async (id: string) => (await invoice(id))["next"] as { at: string; ahead: number | null };
  const before = (await next("1")).ahead ?? NaN;
  expect([(await next("2")).ahead, (await next("3")).ahead]).toEqual([before + 1, before + 2]);
  await settle(api);
  expect(await invoice("3")).toMatchObject({ outcome: "issued", next: null });
  await made(api.call("PUT", "/sellers/utama/upload", { body: { auto: true, pauseLastDaysOfMonth: 28 } }));
  await pay(api, "4");
  await api.app.worker.drain();
  expect(await invoice("4")).toMatchObject({
    ...{ outcome: "waiting", next: { at: "2026-12-01T00:00:00.000+07:00", ahead: null } },
  });
});

test("an invoice of a company not yet active is skipped, and issued when asked for afterwards", async () => {
  await pay(api, "1");
  await settle(api);
  expect(await invoice("1")).toMatchObject({
    outcome: "skipped",
    reasons: [{ code: "company_requested" }],
    fakturs: [],
  });
  const en = await api.call("GET", "/invoices/toko/1", { headers: { "accept-language": "en" } });
  expect(en.json).toMatchObject({ reasons: [{ message: expect.stringContaining("not active") }] });
  await activate();
  await settle(api);
  expect(await invoice("1")).toMatchObject({ outcome: "skipped" });
  const asked = await made(api.call("POST", "/invoices/toko/1/issue", { role: "finance" }));
  expect(asked.json["outcome"]).toBe("waiting");
  await settle(api);
  expect(await invoice("1")).toMatchObject({ outcome: "issued" });
});

test("a reason that nobody may waive is 422", async () => {
  await pay(api, "1");
  const answer = await api.call("POST", "/invoices/toko/1/issue", { body: { accept: ["no_company"] } });
  expect(refusal(answer)).toEqual([422, "refused"]);
});

test("a draft waits for its upload, and one that never left is dropped by a cancel", async () => {
  await made(
    api.call("PUT", "/sellers/utama", { body: { ...sellerBody(authority.url), upload: { auto: false } } }),
  );
  await activate();
  const first = await issued("1");
  const second = await issued("2");
  expect((await faktur(first)).state).toBe("draft");
  expect((await api.call("GET", `/fakturs/${first}/pdf`)).status).toBe(404);
  expect((await made(api.call("POST", `/fakturs/${first}/upload`))).json["state"]).toBe("ready");
  const dropped = await made(api.call("POST", `/fakturs/${second}/cancel`, { body: { reason: "dobel" } }));
  expect(dropped.json["state"]).toBe("cancelled");
  await settle(api);
  expect((await faktur(first)).state).toBe("approved");
  expect(authority.authority.state.all()).toHaveLength(1);
  expect(refusal(await api.call("POST", `/fakturs/${second}/retry`))).toEqual([409, "wrong_state"]);
});

test("a refused faktur is held, and issued by a retry", async () => {
  await fetch(`${authority.url}/_control`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ rules: [{ operation: "upload", fault: "reject", message: "NPWP salah" }] }),
  });
  await activate();
  const id = await issued("1");
  expect((await faktur(id)).state).toBe("rejected");
  expect(await invoice("1")).toMatchObject({ outcome: "held", reasons: [{ code: "rejected_by_djp" }] });
  await made(api.call("POST", `/fakturs/${id}/retry`, { role: "finance" }));
  await settle(api);
  expect(await invoice("1")).toMatchObject({ outcome: "issued" });
});

test.each(["/fakturs/x", "/fakturs/x/pdf", "/fakturs/x/xml", "/invoices/toko/x", "/invoices/lain/1"])(
  "%s is 404",
  async (path) => {
    expect(refusal(await api.call("GET", path))).toEqual([404, "not_found"]);
  },
);

test("pages of a list are complete, newest first and without repeats, while more arrive", async () => {
  await activate();
  for (const id of ["1", "2", "3", "4", "5"]) await pay(api, id);
  await settle(api);
  const seen: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 10; pages += 1) {
    const here: string = cursor === null ? "" : `&cursor=${cursor}`;
    const answer = await made(api.call("GET", `/fakturs?limit=2${here}`));
    expect(ANSWERS.FaktursPage.parse(answer.json)).toEqual(answer.json);
    seen.push(...page(answer).items.map((item) => item.id));
    cursor = page(answer).nextCursor;
    if (cursor === null) break;
    await pay(api, `later-${pages}`);
    await settle(api);
  }
  const ofTheFirst = (await Promise.all(seen.map(faktur))).map((one) => one.reference).sort();
  expect(ofTheFirst).toEqual(["INV-1", "INV-2", "INV-3", "INV-4", "INV-5"]);
  expect(seen).toEqual([...seen].sort().reverse());
});

test("pages of the audit are complete, oldest first and without repeats", async () => {
  await activate();
  const all = await made(api.call("GET", "/audit?limit=200"));
  expect(ANSWERS.AuditPage.parse(all.json)).toEqual(all.json);
  const seen: unknown[] = [];
  for (let cursor: string | null = "0"; cursor !== null;) {
    const answer = await made(api.call("GET", `/audit?limit=3&cursor=${cursor}`));
    seen.push(...page(answer).items);
    cursor = page(answer).nextCursor;
  }
  expect(seen).toEqual(all.json["items"]);
  expect(seen.length).toBeGreaterThan(6);
});
