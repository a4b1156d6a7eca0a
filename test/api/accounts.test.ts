/**
 * Accounts and their NPWP tab over HTTP: one company an account, what a PUT does in every state of the tab, history and
 * audit of every step, and the refusals of the contract (sections 5 and 7) with nothing stored.
 */
import { ANSWERS } from "../../src/api/answers";
import {
  accountBody,
  furnish,
  made,
  npwpBody,
  NPWP,
  OTHER_NPWP,
  pay,
  settle,
  startApi,
  type Answer,
  type TestApi,
} from "../support/api";

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  await furnish(api);
});
afterEach(() => api.close());

const ACCOUNT = "/accounts/toko/77";
const enter = (more: object = {}, role: "support" | "finance" = "support") =>
  api.call("PUT", `${ACCOUNT}/npwp`, { role, body: { ...npwpBody, ...more } });
const move = (to: "activate" | "suspend", body?: unknown) =>
  api.call("POST", `${ACCOUNT}/npwp/${to}`, { role: "finance", body });
const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const tab = async () => (await made(api.call("GET", ACCOUNT))).json["npwp"];
const events = async () =>
  ((await tab()) as { history: { event: string; by: string }[] }).history.map((one) => one.event);

/** What stands beside an account without a company, whose seller names no address for new accounts. */
const BARE = { outdated: [], newAccountUrl: null };

test("an account comes back with no company, and is changed by a second PUT", async () => {
  const answer = await made(api.call("GET", ACCOUNT));
  expect(answer.json).toMatchObject({
    portal: "toko",
    account: "77",
    ...accountBody,
    npwp: null,
    fakturs: [],
    ...BARE,
  });
  const changed = await made(api.call("PUT", ACCOUNT, { body: { ...accountBody, name: "PT Ganti" } }));
  expect(changed.json).toMatchObject({ account: "77", name: "PT Ganti" });
});

test("an account of an unknown portal is 404, for writing and for reading", async () => {
  expect(refusal(await api.call("PUT", "/accounts/lain/77", { body: accountBody }))).toEqual([
    404,
    "not_found",
  ]);
  expect(refusal(await api.call("GET", "/accounts/lain/77"))).toEqual([404, "not_found"]);
  expect(refusal(await api.call("PUT", "/accounts/toko/78/npwp", { body: npwpBody }))).toEqual([
    404,
    "not_found",
  ]);
  expect(refusal(await move("activate"))).toEqual([404, "not_found"]);
});

test("an NPWP goes from requested to active to suspended, each step with its who and why", async () => {
  const entered = await made(enter({ npwp: "09.876.543.2-109.000", evidence: "tiket 9" }));
  expect(entered.json).toMatchObject({ status: "requested", npwp: OTHER_NPWP, nitku: `${OTHER_NPWP}000000` });
  expect(ANSWERS.EnteredNpwp.parse(entered.json)).toEqual(entered.json);
  const active = await made(move("activate", { reason: "kartu NPWP cocok" }));
  expect(active.json).toMatchObject({
    status: "active",
    statusBy: "finance-1",
    statusReason: "kartu NPWP cocok",
  });
  expect(ANSWERS.Npwp.parse(active.json)).toEqual(active.json);
  const suspended = await made(move("suspend"));
  expect(suspended.json).toMatchObject({ status: "suspended", statusReason: null });
  expect(await events()).toEqual(["entered", "activated", "suspended"]);
  const account = await made(api.call("GET", ACCOUNT));
  expect(ANSWERS.Account.parse(account.json)).toEqual(account.json);
  const audit = await api.call("GET", "/audit?subject=account%3Atoko%2F77");
  expect(audit.json).toMatchObject({
    items: [
      { action: "account.saved", actor: "admin-1" },
      { action: "npwp.entered", actor: "support-1" },
      { action: "npwp.activated", actor: "finance-1", detail: "kartu NPWP cocok" },
      { action: "npwp.suspended", actor: "finance-1" },
    ],
  });
});

test("a company whose fakturs begin on a later day promises none until then, as its invoices get none", async () => {
  await made(enter());
  await made(move("activate", { from: "2026-11-05" }));
  const will = async () => (await made(api.call("GET", ACCOUNT))).json["willGetFaktur"];
  expect(await will()).toMatchObject({
    yes: false,
    reasons: [{ code: "before_activation", message: expect.stringContaining("5 November 2026") }],
  });
  expect(await pay(api, "1")).toBe(202);
  await settle(api);
  const paid = (await made(api.call("GET", "/invoices/toko/1"))).json;
  expect(paid).toMatchObject({ outcome: "skipped", reasons: [{ code: "before_activation" }] });
  api.clock.set("2026-11-05T00:00:00+07:00");
  expect(await will()).toEqual({ yes: true, reasons: [] });
});

test("the same NPWP while active keeps it active, stores the change and adds to the history", async () => {
  await made(enter());
  await made(move("activate"));
  const before = (await tab()) as { statusAt: string };
  api.clock.pass(3600);
  const corrected = await made(enter({ address: "Jl. Baru 2", nitku: "000001" }));
  expect(corrected.json).toMatchObject({
    ...{ status: "active", address: "Jl. Baru 2", nitku: `${OTHER_NPWP}000001` },
    ...{ statusAt: before.statusAt, statusBy: "finance-1" },
  });
  expect(await events()).toEqual(["entered", "activated", "corrected"]);
});

describe.each(["requested", "active"])("while a company is %s", (status) => {
  beforeEach(async () => {
    await made(enter());
    if (status === "active") await made(move("activate"));
  });

  test("another NPWP is 409 account_has_company and changes nothing", async () => {
    const before = await tab();
    expect(refusal(await enter({ npwp: NPWP }, "finance"))).toEqual([409, "account_has_company"]);
    expect(await tab()).toEqual(before);
  });
});

test("after a suspension another NPWP is taken, as a new request", async () => {
  await made(enter());
  await made(move("activate"));
  await made(move("suspend"));
  expect((await made(enter({ npwp: NPWP }))).json).toMatchObject({ status: "requested", npwp: NPWP });
});

test("after a suspension the same NPWP is a new request too", async () => {
  await made(enter());
  await made(move("suspend"));
  expect((await made(enter())).json["status"]).toBe("requested");
});

test("the same NPWP on two accounts is allowed", async () => {
  await made(enter());
  await made(api.call("PUT", "/accounts/toko/78", { body: accountBody }));
  const second = await api.call("PUT", "/accounts/toko/78/npwp", { body: npwpBody });
  expect([second.status, second.json["status"]]).toEqual([200, "requested"]);
});

test("two companies at the same moment: one is entered, the other is 409", async () => {
  const answers = await Promise.all([enter(), enter({ npwp: NPWP })]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
});

test.each([
  [{ npwp: "1234" }, 422, "npwp_malformed"],
  [{ npwp: "O12345678901000" }, 422, "npwp_malformed"],
  [{ npwp: "0".repeat(16) }, 422, "npwp_malformed"],
  [{ npwp: "012345678901001" }, 422, "npwp_is_branch"],
  [{ nitku: `${NPWP}000000` }, 422, "nitku_mismatch"],
  [{ nitku: "1" }, 422, "nitku_mismatch"],
  [{ npwp: 12345678901000 }, 400, "malformed"],
  [{ npwp: null }, 400, "malformed"],
  [{ email: "" }, 400, "malformed"],
  [{ email: "a@b.example,,c@d.example" }, 400, "malformed"],
  [{ email: `${"a".repeat(250)}@b.example` }, 400, "malformed"],
  [{ name: "" }, 400, "malformed"],
  [{ address: "x".repeat(1001) }, 400, "malformed"],
  [{ transactionCode: "11" }, 400, "malformed"],
])("an NPWP with %j is %i %s and nothing is stored", async (wrong, status, code) => {
  expect(refusal(await enter(wrong))).toEqual([status, code]);
  expect(await tab()).toBeNull();
});

test("a failed check digit is stored with a warning: DJP publishes no rule for it", async () => {
  expect((await made(enter({ npwp: "0012345678901000" }))).json["warnings"]).toEqual(["npwp_check_digit"]);
});

test.each([
  ["漢字 Trading Ltd", npwpBody.address, true],
  [npwpBody.name, "شارع 5, Dubai", true],
  ["Toko Ceria \u{1F680}", npwpBody.address, true],
  ["Société Générale “Łódź” – Đà Nẵng", "Jl. Satu 1\nJakarta", false],
])(
  "the name %j at %j is stored as it is; that a drawn sheet, with Latin letters, lacks some of it is told: %j",
  async (name, address, told) => {
    const { json } = await made(enter({ name, address }));
    expect(json["name"]).toBe(name);
    expect((json["warnings"] as string[]).includes("letters_not_drawn")).toBe(told);
  },
);

test("several addresses, line breaks in an address and ids with odd letters are taken", async () => {
  const id = encodeURIComponent("cus/A%1?#ü");
  await made(api.call("PUT", `/accounts/toko/${id}`, { body: accountBody }));
  const body = { ...npwpBody, email: "a@b.example, c@d.example", address: "Jl. Satu 1\nJakarta" };
  const answer = await made(api.call("PUT", `/accounts/toko/${id}/npwp`, { body }));
  expect(answer.json).toMatchObject({ email: "a@b.example, c@d.example", address: "Jl. Satu 1 Jakarta" });
  expect((await made(api.call("GET", `/accounts/toko/${id}`))).json["account"]).toBe("cus/A%1?#ü");
});

test.each(["x".repeat(101), " 77", "77 ", "7\u00007", "\n"])(
  "an account cannot have the id %j",
  async (id) => {
    const path = `/accounts/toko/${encodeURIComponent(id)}`;
    expect(refusal(await api.call("PUT", path, { body: accountBody }))).toEqual([400, "malformed"]);
    expect(refusal(await api.call("GET", path))).toEqual([404, "not_found"]);
  },
);
