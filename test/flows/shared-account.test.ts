/**
 * Two companies that share one account at the provider, each with a portal of its own, over HTTP: the same invoice
 * number, buyer and amount in both are two sales. A document of one is never taken for the other's.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RunningAuthority } from "../../src/simulator/authority";
import {
  accountBody,
  made,
  npwpBody,
  pay,
  portalBody,
  sellerBody,
  settle,
  type TestApi,
} from "../support/api";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";

const KEDUA = "0055566677788000";

let api: TestApi;
let authority: RunningAuthority;
beforeEach(async () => {
  ({ api, authority } = await startFurnished());
  const body = { ...sellerBody(authority.url), npwp: KEDUA, name: "PT Hosting Kedua" };
  await made(api.call("PUT", "/sellers/kedua", { body }));
  await made(api.call("PUT", "/portals/toko2", { body: { ...portalBody, seller: "kedua" } }));
  await made(api.call("PUT", "/accounts/toko2/77", { body: accountBody }));
  await enterCompany(api);
  await made(api.call("PUT", "/accounts/toko2/77/npwp", { body: npwpBody }));
  await made(api.call("POST", "/accounts/toko2/77/npwp/activate"));
});
afterEach(() => closeFurnished({ api, authority }));

interface Seen {
  readonly outcome: string;
  readonly reasons: readonly { readonly code: string }[];
  readonly fakturs: readonly { readonly id: string; readonly nsfp: string | null }[];
}

const seen = async (portal: string): Promise<Seen> =>
  (await made(api.call("GET", `/invoices/${portal}/1`))).json as unknown as Seen;
const ended = async (portal: string) => {
  const { outcome, reasons } = await seen(portal);
  return [outcome, ...reasons.map(({ code }) => code)].join(" ");
};
const sellersThere = () =>
  authority.authority.state.all().map(({ sale }) => sale.nitkuPkp.nitku.slice(0, 16));
const mails = () => readdirSync(join(api.folder, "outbox")).length;

async function paidInBoth(): Promise<void> {
  for (const portal of ["toko", "toko2"]) await pay(api, "1", "77", {}, portal);
  await settle(api);
}

test("the second one's faktur is held, not taken for the first one's, and goes out once it is issued anew", async () => {
  await paidInBoth();
  expect([await ended("toko"), await ended("toko2")]).toEqual(["issued", "held duplicate_at_authority"]);
  expect(mails()).toBe(1);
  const { id } = (await seen("toko2")).fakturs[0] ?? { id: "" };
  await made(
    api.call("POST", `/fakturs/${id}/cancel`, { role: "finance", body: { reason: "nomor bentrok" } }),
  );
  await made(api.call("POST", "/invoices/toko2/1/issue", { role: "finance", body: {} }));
  await settle(api);
  expect([await ended("toko"), await ended("toko2")]).toEqual(["issued", "issued"]);
  expect(sellersThere()).toEqual(["0012345678901000", KEDUA]);
  expect(mails()).toBe(2);
});

test("the comparison tells neither of the other's documents", async () => {
  await pay(api, "1");
  await pay(api, "2", "77", {}, "toko2");
  await settle(api);
  const { json } = await made(api.call("GET", "/reconciliation?from=2026-11-01&to=2026-11-30"));
  const { differences, sources } = json as unknown as {
    differences: readonly unknown[];
    sources: readonly { readonly kind: string; readonly name: string; readonly listed: number }[];
  };
  expect(differences).toEqual([]);
  const channels = sources.filter(({ kind }) => kind === "channel");
  expect(channels.map(({ name, listed }) => [name, listed])).toEqual([
    ["kedua", 1],
    ["utama", 1],
  ]);
});
