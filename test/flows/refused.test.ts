/**
 * What was refused and is asked for again, on the whole program over HTTP against the simulated authority: replacements
 * that are retried, documents that people have mended, deleted or made anew at the authority meanwhile. Proves that no
 * way out of it leaves two fakturs that count for one payment, and that each answer tells what is so.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RunningAuthority } from "../../src/simulator/authority";
import {
  furnish,
  made,
  npwpBody,
  pay,
  settle,
  startApi,
  startSimulator,
  type Answer,
  type TestApi,
} from "../support/api";

let api: TestApi;
let authority: RunningAuthority;

beforeEach(async () => {
  api = await startApi();
  authority = await startSimulator(api.clock);
  await furnish(api, authority.url);
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: npwpBody }));
  await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
});
afterEach(async () => {
  await api.close();
  await authority.close();
});

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
    await knex("fakturs").where({ id: replacement }).update({ live_key: `${key ?? ""}~` });
    await knex("fakturs").where({ id: original }).update({ state: "approved", live_key: key });
    await made(ask(replacement, "retry"));
    expect(await states()).toEqual(["replaced", "approved"]);
    expect((await rows()).map(({ live_key }) => live_key)).toEqual([null, key]);
  });
});
