/**
 * Proves how the simulated authority is told to fail: how often a rule holds and for whom, what is shown and cleared,
 * and that a rule that makes no sense is refused with every fault named. How: real HTTP against `/_control`.
 */
import { sale, SALES, startClient, TOKEN, type Client } from "./client";

let client: Client;

beforeEach(async () => {
  client = await startClient();
});

afterEach(() => client.running.close());

describe("rules", () => {
  test("a rule without a number holds once, as does 0; any other as often as it says", async () => {
    await client.rule({ operation: "list", fault: "throttle", times: 0 });
    await client.rule({ operation: "list", fault: "error-before" });
    await client.rule({ operation: "list", fault: "reject", times: 2 });
    const seen: number[] = [];
    for (let call = 0; call < 5; call += 1) seen.push((await client.call("POST", `${SALES}/list`)).http);
    expect(seen).toEqual([429, 500, 400, 400, 200]);
  });

  test("a rule for one invoice leaves the others alone, by the document's own number", async () => {
    const one = await client.created(sale("INV-1"));
    const two = await client.created(sale("INV-2"));
    await client.rule({ operation: "detail", noInvoice: "INV-2", fault: "throttle" });
    expect((await client.detail(one)).http).toBe(200);
    expect((await client.detail(two)).http).toBe(429);
  });

  test("what is left is shown, and cleared on request", async () => {
    await client.rule({ operation: "create", fault: "throttle", times: 3, noInvoice: "INV-1" });
    await client.create(sale("INV-1"));
    expect((await client.history()).rules).toMatchObject([{ operation: "create", times: 2 }]);
    const cleared = await fetch(`${client.url}/_control`, { method: "DELETE" });
    expect(cleared.status).toBe(200);
    expect((await client.history()).rules).toEqual([]);
    expect((await client.create(sale("INV-1"))).http).toBe(200);
  });

  test("the control door needs no token and is marked as a simulation too", async () => {
    const reply = await fetch(`${client.url}/_control`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("x-simulated")).toBe("1");
  });

  test.each<[string, unknown, string]>([
    ["no list", {}, "/rules"],
    ["an operation that is none", { rules: [{ operation: "burn", fault: "delay" }] }, "/rules/0/operation"],
    ["a fault that is none", { rules: [{ operation: "create", fault: "explode" }] }, "/rules/0/fault"],
    [
      "a fault that the operation cannot have",
      { rules: [{ operation: "create", fault: "pdf-late" }] },
      "/rules/0/fault",
    ],
    ["a field that is none", { rules: [{ operation: "create", fault: "delay", delay: 5 }] }, "/rules/0"],
    ["a negative number", { rules: [{ operation: "create", fault: "delay", times: -1 }] }, "/rules/0/times"],
    [
      "a delay too long",
      { rules: [{ operation: "create", fault: "delay", delayMs: 600_001 }] },
      "/rules/0/delayMs",
    ],
  ])("%s is refused and nothing is kept", async (_name, body, path) => {
    const reply = await client.call("POST", "/_control", body);
    expect(reply.http).toBe(400);
    expect(reply.data["faults"]).toMatchObject([{ code: "RULE_INVALID", path }]);
    expect((await client.history()).rules).toEqual([]);
  });

  test("all faults of a rule set are told at once", async () => {
    const reply = await client.rule(
      { operation: "burn", fault: "delay" },
      { operation: "create", fault: "explode" },
    );
    expect(reply.data["faults"]).toHaveLength(2);
  });

  test("only the last ten thousand calls are remembered", async () => {
    const { control } = client.running.authority;
    for (let call = 0; call < 10_050; call += 1) control.arrived("verify", `N-${call}`);
    expect(control.calls()).toHaveLength(10_000);
    expect(control.calls()[0]?.noInvoice).toBe("N-50");
  });
});

test("the token is never shown by the control door", async () => {
  const guarded = await startClient({ token: "token-uji" });
  await guarded.create(sale("INV-1"));
  const shown = JSON.stringify(await guarded.history());
  await guarded.running.close();
  expect(shown).toContain("INV-1");
  expect(shown).not.toContain(TOKEN);
});
