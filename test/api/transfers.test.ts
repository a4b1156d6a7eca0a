/**
 * Transfers and moves over the API: the statuses and forms that the contract promises (sections 5 and 7), in both
 * languages, with every answer held against its published form.
 */
import { ANSWERS } from "../../src/api/answers";
import { furnish, made, portalBody, startApi, type Answer, type TestApi } from "../support/api";
import { whmcsClient, whmcsDomain, whmcsInvoice, whmcsProduct } from "../support/whmcs-rows";
import { sendText, startWhmcs, WHMCS_API, type WhmcsStandIn } from "../support/whmcs-stand-in";

let api: TestApi;
let whmcs: WhmcsStandIn;
beforeAll(async () => {
  whmcs = await startWhmcs();
  api = await startApi();
  await furnish(api);
  const body = { ...portalBody, kind: "whmcs", api: { url: whmcs.url, ...WHMCS_API } };
  await made(api.call("PUT", "/portals/whmcs", { body }));
});
beforeEach(() => {
  whmcs.reset();
  whmcs.world.clients = [
    whmcsClient(),
    whmcsClient({ id: 78, userid: 78, email: "penerima@contoh.example" }),
  ];
  whmcs.world.products = [whmcsProduct(12)];
  whmcs.world.domains = [whmcsDomain(7)];
  whmcs.world.tickets = [
    {
      ...{ ticketid: "5", tid: "859921", userid: "77", subject: "Pindah", status: "Open", service: "" },
      replies: { reply: [{ replyid: "0", message: "Tolong." }] },
    },
  ];
});
afterAll(async () => {
  await api.close();
  await whmcs.close();
});

const WISH = {
  ...{ portal: "whmcs", services: ["S12", "D7"], fromAccount: "77" },
  ...{ toEmail: "penerima@contoh.example", ticket: "859921" },
};
const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const open = async (wish: object = WISH): Promise<Answer> =>
  made(api.call("POST", "/transfers", { body: wish, role: "support" }));
const fits = (
  name: "Transfer" | "TransfersPage" | "Move" | "MovesPage" | "ServicesLook",
  answer: Answer,
): void => {
  expect(ANSWERS[name].safeParse(answer.json).error?.issues ?? []).toEqual([]);
};

test("a transfer that may be: state, every check with its level, and nothing decided", async () => {
  const answer = await open();
  fits("Transfer", answer);
  expect(answer.json).toMatchObject({
    ...{ state: "open", services: ["S12", "D7"], toAccount: "78", decision: null, answer: null, steps: [] },
    ...{ openedBy: "support-1", overdue: false, doneAt: null },
  });
  const checks = answer.json["checks"] as { code: string; level: string; ok: boolean; detail: string }[];
  expect(checks.map(({ code, level, ok }) => [code, level, ok])).toEqual([
    ["services_owned_by_source", "must", true],
    ["no_unpaid_invoice", "must", true],
    ["ticket_from_owner", "must", true],
    ["destination_registered", "must", true],
    ["destination_company_active", "warn", false],
    ["whole_service", "warn", true],
  ]);
  const id = String(answer.json["id"]);
  const english = await api.call("GET", `/transfers/${id}`, {
    headers: { "accept-language": "en" },
    role: "viewer",
  });
  expect(JSON.stringify(english.json)).toContain("Every service belongs to account 77.");
  expect(JSON.stringify(answer.json)).toContain("Semua layanan ada di akun 77.");
});

test("approve: support may not, finance may, once; the guide and the answer are in it", async () => {
  const id = String((await open()).json["id"]);
  expect(refusal(await api.call("POST", `/transfers/${id}/approve`, { role: "support" }))).toEqual([
    403,
    "role_too_low",
  ]);
  const approved = await made(api.call("POST", `/transfers/${id}/approve`, { role: "finance" }));
  fits("Transfer", approved);
  expect(approved.json).toMatchObject({
    ...{ state: "approved", decision: { decision: "approved", by: "finance-1", reason: null } },
    answer: { state: "queued", at: null },
  });
  const steps = approved.json["steps"] as { url: string; auto: boolean }[];
  expect(steps[0]).toMatchObject({
    auto: true,
    url: `${whmcs.url}/admin/clientsservices.php?userid=77&id=12`,
  });
  const ticked = await made(api.call("POST", `/transfers/${id}/steps/3`, { role: "support" }));
  expect((ticked.json["steps"] as { doneBy: string }[])[2]?.doneBy).toBe("support-1");
  for (const again of ["approve", "check"]) {
    expect(refusal(await api.call("POST", `/transfers/${id}/${again}`))).toEqual([409, "wrong_state"]);
  }
  expect(refusal(await api.call("POST", `/transfers/${id}/steps/1`))).toEqual([409, "wrong_state"]);
  expect(refusal(await api.call("POST", `/transfers/${id}/steps/99`))).toEqual([404, "not_found"]);
  whmcs.world.products = [whmcsProduct(12, { clientid: "78" })];
  whmcs.world.domains = [whmcsDomain(7, { userid: "78" })];
  api.clock.pass(900);
  await api.app.worker.drain();
  const done = await made(api.call("GET", `/transfers/${id}`));
  fits("Transfer", done);
  expect(done.json).toMatchObject({ state: "done", answer: { state: "sent" } });
});

test("an approved one is called off by finance, not by support, and its services are free", async () => {
  const id = String((await open({ ...WISH, services: ["S12"], ticket: "5" })).json["id"]);
  await made(api.call("POST", `/transfers/${id}/approve`, { role: "finance" }));
  const callOff = (role: "support" | "finance") =>
    api.call("POST", `/transfers/${id}/reject`, { role, body: { reason: "Penerima keliru." } });
  expect(refusal(await callOff("support"))).toEqual([403, "role_too_low"]);
  whmcs.world.products = [whmcsProduct(12, { clientid: "78" })];
  expect(refusal(await callOff("finance"))).toEqual([409, "wrong_state"]);
  whmcs.world.products = [whmcsProduct(12)];
  const off = await made(callOff("finance"));
  fits("Transfer", off);
  expect(off.json).toMatchObject({
    ...{ state: "rejected", decision: { decision: "rejected", by: "finance-1", reason: "Penerima keliru." } },
    answer: { state: "queued" },
  });
  expect(refusal(await callOff("finance"))).toEqual([409, "wrong_state"]);
  const next = String((await open({ ...WISH, services: ["S12"], ticket: "859921" })).json["id"]);
  await made(api.call("POST", `/transfers/${next}/approve`, { role: "finance" }));
  await made(api.call("POST", `/transfers/${next}/reject`, { body: { reason: "Selesai diuji." } }));
});

test.each([undefined, {}])(
  "refused without a word of one's own, body %j: the answer claims no reason",
  async (body) => {
    const id = String((await open()).json["id"]);
    const rejected = await made(api.call("POST", `/transfers/${id}/reject`, { body, role: "support" }));
    fits("Transfer", rejected);
    expect(rejected.json).toMatchObject({ state: "rejected", decision: { reason: null } });
    const { text } = rejected.json["answer"] as { text: string };
    expect(text).toContain("belum dapat kami proses");
    expect(text).not.toMatch(/Alasan|Reasons/);
  },
);

test("a condition that does not hold: blocked, and approving is 409 checks_failed with each of them", async () => {
  whmcs.world.invoices = [whmcsInvoice(900, { status: "Unpaid" })];
  whmcs.world.tickets = [];
  const answer = await open();
  expect(answer.json["state"]).toBe("blocked");
  const id = String(answer.json["id"]);
  const refused = await api.call("POST", `/transfers/${id}/approve`, { body: { reason: "tetap" } });
  expect(refusal(refused)).toEqual([409, "checks_failed"]);
  expect(refused.problem.faults?.map((fault) => [fault.code, fault.path])).toEqual([
    ["no_unpaid_invoice", "/services"],
    ["ticket_from_owner", "/ticket"],
  ]);
  const wordless = { body: { reason: "" } };
  expect(refusal(await api.call("POST", `/transfers/${id}/reject`, wordless))).toEqual([400, "malformed"]);
  const rejected = await made(
    api.call("POST", `/transfers/${id}/reject`, { body: { reason: "Belum lengkap." }, role: "support" }),
  );
  fits("Transfer", rejected);
  expect(rejected.json).toMatchObject({
    ...{ state: "rejected", decision: { decision: "rejected", by: "support-1", reason: "Belum lengkap." } },
    answer: { state: "by_hand" },
  });
  const answered = () => api.call("POST", `/transfers/${id}/answered`, { role: "support" });
  const given = await made(answered());
  fits("Transfer", given);
  expect(given.json).toMatchObject({ answer: { state: "sent", at: expect.any(String) as string } });
  expect(refusal(await answered())).toEqual([409, "wrong_state"]);
});

test.each([
  ["no services", { services: [] }, "/services"],
  ["a service that is none", { services: ["12"] }, "/services/0"],
  ["an address that is none", { toEmail: "penerima" }, "/toEmail"],
  ["no ticket", { ticket: "" }, "/ticket"],
  ["no source", { fromAccount: null }, "/fromAccount"],
])("%s is 400 and names it", async (_name, more, path) => {
  const answer = await api.call("POST", "/transfers", { body: { ...WISH, ...more } });
  expect(refusal(answer)).toEqual([400, "malformed"]);
  expect(answer.problem.faults?.map((fault) => fault.path)).toContain(path);
});

test("numbers are taken for ids, and a service named twice is one", async () => {
  const answer = await open({ ...WISH, services: ["S12", "S12", "D7"], fromAccount: 77, ticket: 859921 });
  expect(answer.json).toMatchObject({
    services: ["S12", "D7"],
    fromAccount: "77",
    ticket: "859921",
    state: "open",
  });
});

test("a portal that nobody has is 404, one that cannot be asked 422, one that is down 503", async () => {
  const ask = (portal: string) => api.call("POST", "/transfers", { body: { ...WISH, portal } });
  expect(refusal(await ask("lain"))).toEqual([404, "not_found"]);
  expect(refusal(await ask("toko"))).toEqual([422, "transfer_unsupported"]);
  whmcs.world.fault = (_action, response) => (sendText(response, 502, "<html>"), true);
  expect(refusal(await ask("whmcs"))).toEqual([503, "portal_unavailable"]);
});

test("lists: by state and portal, in pages, newest first", async () => {
  const ids: string[] = [];
  for (const ticket of ["900001", "900002", "900003"]) {
    api.clock.pass(1);
    ids.push(String((await open({ ...WISH, ticket })).json["id"]));
  }
  const first = await made(
    api.call("GET", "/transfers?state=blocked&portal=whmcs&limit=2", { role: "viewer" }),
  );
  fits("TransfersPage", first);
  const idsIn = (answer: Answer) => (answer.json["items"] as { id: string }[]).map((item) => item.id);
  expect(idsIn(first)).toEqual([ids[2], ids[1]]);
  const next = String(first.json["nextCursor"]);
  const second = await made(api.call("GET", `/transfers?state=blocked&portal=whmcs&limit=2&cursor=${next}`));
  expect(idsIn(second)[0]).toBe(ids[0]);
  expect(idsIn(await made(api.call("GET", "/transfers?portal=toko")))).toEqual([]);
  expect((await api.call("GET", "/transfers?state=moved")).status).toBe(400);
});

test("moves: looked for on demand, shown with what is unpaid now and what stays, tied to a ticket", async () => {
  const look = () => made(api.call("POST", "/moves/look", { body: { portal: "whmcs" }, role: "support" }));
  fits("ServicesLook", await look());
  await api.app.worker.drain();
  expect(refusal(await api.call("POST", "/moves/look", { body: { portal: "lain" } }))).toEqual([
    404,
    "not_found",
  ]);
  const unable = await made(api.call("POST", "/moves/look", { body: { portal: "toko" } }));
  expect(unable.json).toEqual({ portal: "toko", queued: false, lastReadAt: null });

  whmcs.world.products = [whmcsProduct(12, { clientid: "79" })];
  api.clock.pass(60);
  expect((await look()).json).toMatchObject({ queued: true, lastReadAt: expect.any(String) as string });
  await api.app.worker.drain();
  const page = await made(api.call("GET", "/moves?state=open&portal=whmcs", { role: "viewer" }));
  fits("MovesPage", page);
  const [move] = page.json["items"] as { id: string; to: string }[];
  expect(move?.to).toBe("79");

  whmcs.world.invoices = [whmcsInvoice(901, { status: "Unpaid" })];
  const one = await made(api.call("GET", `/moves/${move?.id ?? ""}`, { role: "viewer" }));
  fits("Move", one);
  expect(one.json).toMatchObject({
    ...{ service: "S12", from: "77", to: "79", state: "open", ticket: null, paid: [] },
    unpaid: { live: true, items: [{ invoiceId: "901", number: "INV-901", gross: "1110000.00" }] },
    leftBehind: [{ service: "D7", label: "contoh.example" }],
  });
  whmcs.world.fault = (_action, response) => (sendText(response, 502, "<html>"), true);
  const meanwhile = await made(api.call("GET", `/moves/${move?.id ?? ""}`));
  fits("Move", meanwhile);
  expect(meanwhile.json["unpaid"]).toMatchObject({ live: false, items: [] });
  whmcs.world.fault = null;

  const tie = (ticket: string) =>
    api.call("POST", `/moves/${move?.id ?? ""}/tie`, { body: { ticket }, role: "support" });
  expect(refusal(await tie("859999"))).toEqual([422, "ticket_not_from_owner"]);
  const tied = await made(tie("859921"));
  fits("Move", tied);
  expect(tied.json).toMatchObject({
    state: "tied",
    ticket: "859921",
    ticketChecked: true,
    tiedBy: "support-1",
  });
  expect(refusal(await api.call("GET", "/moves/lain"))).toEqual([404, "not_found"]);
});

test("the metrics count both by state", async () => {
  const text = await (await fetch(`${api.url}/metrics`)).text();
  expect(text).toMatch(/^faktur_moves\{state="\w+"\} [1-9]/m);
  expect(text).toMatch(/^faktur_transfers\{state="done"\} [1-9]/m);
});
