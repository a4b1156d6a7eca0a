/**
 * Proves what somebody with a narrow key, or with a strange file name, gets out of the API: nothing beyond what the key
 * may do, no header of their own, no act without a trace.
 */
import { readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withBytes } from "../../src/api/receive-file";
import { createToken } from "../../src/api/tokens";
import { csvOf } from "../../src/api/csv";
import { samePerson } from "../../src/faktur/approvals";
import { newId } from "../../src/ids";
import { furnish, made, npwpBody, startApi, type TestApi } from "../support/api";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await furnish(api);
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: npwpBody }));
});
afterAll(() => api.close());

const narrow = (...scope: ("token.write" | "access.write" | "read")[]) =>
  createToken({ db: api.app.db, clock: api.clock, newId }, `narrow-${scope.join("-")}`, "admin", { scope });

test("a narrow key makes no wider one", async () => {
  const token = await narrow("token.write", "read");
  const make = (body: object) => api.call("POST", "/tokens", { token, body });
  expect((await make({ name: "a", role: "admin" })).problem.code).toBe("refused");
  expect((await make({ name: "b", role: "viewer", scope: ["read"] })).status).toBe(200);
  expect((await make({ name: "c", role: "finance", scope: ["read", "faktur.change"] })).problem.code).toBe(
    "refused",
  );
});

test("a key that ends makes none that ends later, or never", async () => {
  // The 30th is its last day.
  const limits = { expiresAt: new Date("2026-12-01T00:00:00+07:00") };
  const token = await createToken({ db: api.app.db, clock: api.clock, newId }, "ending", "admin", limits);
  const make = async (name: string, last: object) => {
    const answer = await api.call("POST", "/tokens", { token, body: { name, role: "viewer", ...last } });
    return [answer.status, answer.status === 200 ? answer.json["expiresAt"] : answer.problem.code];
  };
  expect([
    await make("a", {}),
    await make("b", { expires: "2026-12-01" }),
    await make("c", { expires: "2026-11-30" }),
  ]).toEqual([
    [422, "refused"],
    [422, "refused"],
    [200, "2026-12-01T00:00:00.000+07:00"],
  ]);
});

test("a narrow key makes no user, and opens no user, that may more than it does", async () => {
  const token = await narrow("access.write", "read");
  const body = (role: string) => ({ email: `${role}@hosting.example`, role });
  expect((await api.call("POST", "/users", { token, body: body("admin") })).problem.code).toBe("refused");
  const viewer = await made(api.call("POST", "/users", { token, body: body("viewer") }));
  const raise = { token, body: { role: "admin" } };
  expect((await api.call("PUT", `/users/${String(viewer.json["id"])}`, raise)).problem.code).toBe("refused");
  const admin = await made(api.call("POST", "/users", { body: body("admin") }));
  const opened = await api.call("POST", `/users/${String(admin.json["id"])}/password`, { token });
  expect(opened.problem.code).toBe("refused");
});

test.each(["siti@hosting.example", "whmcs for admin 7"])(
  "no key is named like a person: %s",
  async (name) => {
    const answer = await api.call("POST", "/tokens", { body: { name, role: "viewer" } });
    expect(answer.problem.code).toBe("refused");
  },
);

test.each([
  ["siti@x.example", "Siti@X.example", true],
  ["siti@x.example", "budi@x.example", false],
  ["whmcs for admin 1", "whmcs for admin 2", true],
  ["whmcs", "whmcs for admin 2", true],
  ["whmcs for admin 1", "sap for admin 1", false],
])("four eyes: %s and %s are one: %s", (one, other, same) => {
  expect(samePerson(one, other)).toBe(same);
});

test("a file comes back under its name, whatever signs are in it", async () => {
  const name = `kartu "NPWP"; filename="x.exe ✓.pdf`;
  const saved = await made(
    api.call("PUT", "/accounts/toko/77/npwp/evidence", {
      raw: Buffer.from("%PDF-1.7 proof"),
      headers: { "x-filename": encodeURIComponent(name), "content-type": "application/octet-stream" },
    }),
  );
  const [file] = saved.json["files"] as { sha256: string }[];
  const answer = await api.call("GET", `/accounts/toko/77/npwp/evidence/${file?.sha256 ?? ""}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-disposition")).toBe(
    `attachment; filename="kartu _NPWP__ filename__x.exe _.pdf"; filename*=UTF-8''${encodeURIComponent(name)}`,
  );
});

test("evidence above its own limit is refused before it is kept anywhere, also without an announced size", async () => {
  const headers = { "x-filename": "kartu.pdf", authorization: `Bearer ${api.tokens.support}` };
  const address = `${api.url}/api/v1/accounts/toko/77/npwp/evidence`;
  const large = Buffer.alloc(20_000_001, "%PDF-");
  const pieces = () =>
    new ReadableStream({
      start(line) {
        for (let at = 0; at < large.length; at += 1_000_000) line.enqueue(large.subarray(at, at + 1_000_000));
        line.close();
      },
    });
  for (const body of [large, pieces()]) {
    const sent: RequestInit & { duplex: "half" } = { method: "PUT", headers, body, duplex: "half" };
    const answer = await fetch(address, sent);
    expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining("20 MB")]);
  }
  const left = readdirSync(tmpdir()).filter((name) => /^faktur-[0-9a-f]{8}-/.test(name));
  expect(left.filter((name) => statSync(join(tmpdir(), name)).size >= 20_000_000)).toEqual([]);
});

test("a file of the console keeps its name also where a cut goes through a sign", async () => {
  const filename = `${"😀".repeat(99)}x.pdf`;
  const name = await withBytes({ filename: `${filename}.pdf`, bytes: Buffer.from("x") }, (file) =>
    Promise.resolve(file.name),
  );
  expect([name.endsWith("x.pdf.pdf"), name.length <= 200, /\p{C}/u.test(name)]).toEqual([true, true, false]);
});

test.each([
  ["=1+1", "'=1+1"],
  ["  =1+1", "'  =1+1"],
  ["\n=1+1", "' =1+1"],
  ['a\n"=1+1', `"a ""=1+1"`],
  ["PT A,=1+1", `"PT A,'=1+1"`],
  ["＝1+1", "'＝1+1"],
  ["PT A;=1+1", "PT A;'=1+1"],
  ["PT A; B", "PT A; B"],
])("a cell is never a formula, also where a semicolon parts cells: %j", (value, written) => {
  const reply = csvOf("x.csv", [[value]]);
  if (reply.kind !== "bytes") throw new Error(reply.kind);
  expect(reply.bytes.toString("utf8").replace("\uFEFF", "")).toBe(`${written}\r\n`);
});

test("a webhook message that is sent again leaves a trace", async () => {
  const body = { url: "http://127.0.0.1:9/", events: ["invoice.held"] };
  await made(api.call("PUT", "/webhooks/jejak", { body }));
  await made(api.call("POST", "/webhooks/jejak/test"));
  const { json } = await made(api.call("GET", "/webhooks/jejak/deliveries"));
  const id = (json["items"] as { id: string }[])[0]?.id ?? "";
  await made(api.call("POST", `/webhooks/jejak/deliveries/${id}/again`));
  const audit = await made(api.call("GET", "/audit?subject=webhook:jejak&action=webhook.again"));
  expect(audit.json["items"]).toMatchObject([{ actor: "admin-1", detail: id }]);
});
