/**
 * Proves outgoing webhooks over real HTTP: what is told and to whom, signatures checked by an implementation of its own,
 * the same id with every try, back-off, giving up, rotation of secrets, and addresses that are refused.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { startApi, furnish, made, npwpBody, pay, settle, startSimulator, type TestApi } from "../support/api";
import { closeFurnished, enterCompany } from "../support/furnished";
import { isSignedBy, startReceiver, type Receiver } from "./receiver";

let api: TestApi;
let authority: RunningAuthority;
let receiver: Receiver;
let secret = "";
const ALL = ["faktur.approved", "faktur.rejected", "faktur.mailed", "invoice.held"];
const body = (more: object = {}) => ({ url: receiver.url, events: ALL, ...more });
const types = (): string[] => receiver.received.map(({ json }) => json.type).sort();

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly status: number | null;
  readonly detail: string | null;
}

const deliveries = async (name = "akuntansi"): Promise<readonly Delivery[]> =>
  (await made(api.call("GET", `/webhooks/${name}/deliveries`))).json["items"] as Delivery[];

beforeAll(async () => {
  api = await startApi();
  authority = await startSimulator(api.clock);
  receiver = await startReceiver();
  await furnish(api, authority.url);
  await enterCompany(api);
  const saved = await made(api.call("PUT", "/webhooks/akuntansi", { body: body({ seller: "utama" }) }));
  secret = String(saved.json["secret"]);
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer((response) => void response.writeHead(204).end());
});
afterAll(async () => {
  await receiver.close();
  await closeFurnished({ api, authority });
});

test("the secret is shown once, and never with the endpoint", async () => {
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const again = await made(api.call("PUT", "/webhooks/akuntansi", { body: body({ seller: "utama" }) }));
  expect(again.json["secret"]).toBeUndefined();
  expect((await api.call("GET", "/webhooks")).bytes.toString()).not.toContain("whsec_");
});

test("approved and mailed are told, signed, with ids and links and without addresses", async () => {
  await pay(api, "1");
  await settle(api);
  expect(types()).toEqual(["faktur.approved", "faktur.mailed"]);
  for (const one of receiver.received) {
    expect(isSignedBy(secret, one)).toBe(true);
    expect(Number(one.headers["webhook-timestamp"])).toBeCloseTo(api.clock.now().getTime() / 1000, -3);
    expect(one.body).not.toMatch(/Sudirman|pajak@contoh/);
  }
  const approved = receiver.received.find(({ json }) => json.type === "faktur.approved");
  const { json } = await api.call("GET", "/fakturs?invoice=1");
  const [faktur] = json["items"] as { id: string; nsfp: string }[];
  expect(approved?.json.data).toMatchObject({
    ...{
      seller: "utama",
      portal: "toko",
      account: "77",
      invoice: { id: "1", number: "INV-1" },
      simulated: true,
    },
    faktur: {
      id: faktur?.id,
      state: "approved",
      nsfp: faktur?.nsfp,
      totals: { dpp: "1000000", ppn: "110000" },
    },
    links: { api: `http://127.0.0.1:8080/api/v1/fakturs/${faktur?.id}` },
  });
  const mailed = receiver.received.find(({ json: one }) => one.type === "faktur.mailed");
  expect(mailed?.json.data["mailedTo"]).toBe("p***@contoh.example");
});

test("a refusal and a held invoice are told with the reason", async () => {
  await made(
    api.call("PUT", "/accounts/toko/55", { body: { name: "PT Tak Dikenal", email: "a@b.example" } }),
  );
  // A number the simulated register does not know.
  const unknown = { ...npwpBody, npwp: "0067890120404000", name: "PT Tak Dikenal" };
  const entered = await api.call("PUT", "/accounts/toko/55/npwp", { body: unknown });
  expect(entered.status).toBe(200);
  await made(api.call("POST", "/accounts/toko/55/npwp/activate"));
  // The activation waits for the register no longer than a moment.
  await made(api.call("POST", "/accounts/toko/55/npwp/check"));
  const rules = [
    { operation: "upload", noInvoice: "INV-6", fault: "reject", message: "NPWP pembeli dihapus" },
  ];
  const headers = { "content-type": "application/json" };
  await fetch(`${authority.url}/_control`, { method: "POST", headers, body: JSON.stringify({ rules }) });
  await pay(api, "5", "55");
  await pay(api, "6");
  await settle(api);
  await fetch(`${authority.url}/_control`, { method: "DELETE" });
  const told = receiver.received.map(({ json }) => [json.type, json.data["message"] ?? json.data["reasons"]]);
  expect(told.sort()).toEqual([
    ["faktur.rejected", "NPWP pembeli dihapus"],
    ["invoice.held", ["buyer_invalid"]],
  ]);
});

test("a failure is tried again under the same id and with the same words, and shown in the log", async () => {
  receiver.answer((response) => void response.writeHead(500).end("no room"));
  await made(api.call("POST", "/webhooks/akuntansi/test"));
  await api.app.worker.drain();
  expect((await deliveries())[0]).toMatchObject({
    state: "queued",
    attempts: 1,
    status: 500,
    detail: "no room",
  });
  receiver.answer((response) => void response.writeHead(200).end("ok"));
  api.clock.pass(5);
  await api.app.worker.drain();
  const [first, second] = receiver.received;
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  expect(second?.body).toBe(first?.body);
  expect((await deliveries())[0]).toMatchObject({ state: "sent", attempts: 2, status: 200 });
});

test("a redirect is a failure, and nobody is asked where it leads", async () => {
  const other = await startReceiver();
  receiver.answer((response) => void response.writeHead(307, { location: other.url }).end());
  await made(api.call("POST", "/webhooks/akuntansi/test"));
  await api.app.worker.drain();
  expect((await deliveries())[0]).toMatchObject({ state: "queued", status: 307 });
  expect(other.received).toEqual([]);
  await other.close();
  receiver.answer((response) => void response.writeHead(204).end());
  await settle(api);
});

test("an endless answer is read to a bound", async () => {
  receiver.answer((response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(10_000))) continue;
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  await made(api.call("POST", "/webhooks/akuntansi/test"));
  await api.app.worker.drain();
  const [last] = await deliveries();
  expect([last?.state, (last?.detail ?? "").length <= 500]).toEqual(["sent", true]);
});

test("after a rotation both secrets sign for seven days, then the new one alone", async () => {
  const rotated = await made(api.call("POST", "/webhooks/akuntansi/rotate"));
  const fresh = String(rotated.json["secret"]);
  await made(api.call("POST", "/webhooks/akuntansi/test"));
  await api.app.worker.drain();
  const signedBy = () =>
    [secret, fresh].map((one) => receiver.received.slice(-1).map((got) => isSignedBy(one, got))[0]);
  expect(signedBy()).toEqual([true, true]);
  api.clock.pass(8 * 86_400);
  await made(api.call("POST", "/webhooks/akuntansi/test"));
  await api.app.worker.drain();
  expect(signedBy()).toEqual([false, true]);
});

/** So many tries, each after its wait. */
async function tries(count: number): Promise<void> {
  for (let one = 0; one < count; one += 1) {
    await api.app.worker.drain();
    api.clock.pass(6);
  }
}

test("what waited while the service itself was off is not given up at its first try, and switches nobody off", async () => {
  receiver.answer((response) => void response.writeHead(503).end());
  for (let time = 0; time < 3; time += 1) await made(api.call("POST", "/webhooks/akuntansi/test"));
  api.clock.pass(5 * 86_400);
  await tries(2);
  expect((await deliveries()).slice(0, 3)).toMatchObject(Array(3).fill({ state: "queued", attempts: 2 }));
  receiver.answer((response) => void response.writeHead(204).end());
  await settle(api);
  expect((await deliveries()).slice(0, 3)).toMatchObject(Array(3).fill({ state: "sent", attempts: 3 }));
});

test("three messages given up in a row switch the endpoint off; switched on, it is told again", async () => {
  receiver.answer((response) => void response.writeHead(503).end());
  for (let time = 0; time < 3; time += 1) await made(api.call("POST", "/webhooks/akuntansi/test"));
  await tries(7);
  api.clock.pass(3 * 86_400);
  await settle(api);
  const shown = (await api.call("GET", "/webhooks")).json["items"] as { state: string; says: string }[];
  expect(shown[0]).toMatchObject({ state: "disabled", says: "3 messages given up in a row" });
  const failed = (await deliveries()).filter(({ state }) => state === "failed");
  expect(failed).toHaveLength(3);
  expect((await api.call("POST", "/webhooks/akuntansi/test")).status).toBe(409);
  receiver.answer((response) => void response.writeHead(204).end());
  await made(api.call("POST", "/webhooks/akuntansi/enable"));
  const id = failed[0]?.id ?? "";
  await made(api.call("POST", `/webhooks/akuntansi/deliveries/${id}/again`));
  await settle(api);
  expect((await deliveries()).find((one) => one.id === id)).toMatchObject({ state: "sent" });
});

test("an endpoint that says it is gone is switched off at once", async () => {
  await made(api.call("PUT", "/webhooks/lama", { body: body() }));
  receiver.answer((response) => void response.writeHead(410).end());
  await made(api.call("POST", "/webhooks/lama/test"));
  await api.app.worker.drain();
  const shown = (await api.call("GET", "/webhooks")).json["items"] as { name: string; state: string }[];
  expect(shown.find(({ name }) => name === "lama")?.state).toBe("disabled");
});

test("who subscribed to another portal is told nothing", async () => {
  await made(api.call("PUT", "/portals/lain", { body: { kind: "generic", seller: "utama", secret } }));
  await made(api.call("PUT", "/webhooks/lain", { body: body({ portal: "lain" }) }));
  await pay(api, "9");
  await settle(api);
  expect(await deliveries("lain")).toEqual([]);
});

test.each([
  ["http://example.com/hook"],
  ["ftp://example.com/hook"],
  ["https://user:pass@example.com/"],
  ["not an address"],
])("%s is refused", async (url) => {
  expect((await api.call("PUT", "/webhooks/salah", { body: body({ url }) })).status).toBe(422);
});

test("finance makes subscribers as an admin does, others do not", async () => {
  for (const role of ["support", "viewer"] as const) {
    expect((await api.call("PUT", "/webhooks/x", { role, body: body() })).status).toBe(403);
  }
  const answer = await api.call("PUT", "/webhooks/x", { role: "finance", body: body() });
  expect([answer.status, answer.json["secret"]]).toEqual([200, expect.stringMatching(/^whsec_/)]);
});
