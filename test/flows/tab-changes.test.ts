/**
 * What a faktur rests on while the NPWP tab changes around it: switched on and off between payments (trap T26), another
 * company before the upload (T24) and after the issue (T25). Over HTTP, the whole program.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { made, npwpBody, pay, settle, type TestApi } from "../support/api";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";

let api: TestApi;
let authority: RunningAuthority;

beforeEach(async () => {
  ({ api, authority } = await startFurnished());
});
afterEach(() => closeFurnished({ api, authority }));

const OTHER = {
  npwp: "0011111111111000",
  name: "PT Lain",
  address: "Jl. Lain 1",
  email: "orang@lain.example",
};

const get = async (path: string) => (await made(api.call("GET", path))).json;
const post = (path: string, body: object = {}) => made(api.call("POST", path, { role: "finance", body }));
const switchTab = (to: "activate" | "suspend") => post(`/accounts/toko/77/npwp/${to}`);

async function replaceCompany(): Promise<void> {
  await switchTab("suspend");
  await enterCompany(api, OTHER);
}

interface Shown {
  readonly outcome: string;
  readonly reasons: readonly { readonly code: string }[];
  readonly fakturs: readonly { readonly id: string; readonly state: string }[];
}

const seen = async (id: string) => (await get(`/invoices/toko/${id}`)) as unknown as Shown;

async function outcomeOf(id: string): Promise<string> {
  const { outcome, reasons } = await seen(id);
  return [outcome, ...reasons.map(({ code }) => code)].join(" ");
}

const documentsOf = (number: string) =>
  authority.authority.state.all().filter(({ sale }) => sale.noInvoice.startsWith(number));

test("T26: on, off and on again while work waits: what was paid in between is not issued, now or later", async () => {
  await enterCompany(api);
  await pay(api, "on");
  await switchTab("suspend");
  await pay(api, "off");
  await switchTab("activate");
  await pay(api, "again");
  await switchTab("suspend");
  await settle(api);
  const ended = async () => [await outcomeOf("on"), await outcomeOf("off"), await outcomeOf("again")];
  expect(await ended()).toEqual(["issued", "skipped company_suspended", "issued"]);
  await switchTab("activate");
  await settle(api);
  expect(await ended()).toEqual(["issued", "skipped company_suspended", "issued"]);
  expect(documentsOf("INV-off")).toEqual([]);
});

test("T24: another company between the payment and the upload: the draft goes up for the one that paid", async () => {
  await made(api.call("PUT", "/sellers/utama/upload", { body: { auto: false } }));
  await enterCompany(api);
  await pay(api, "1");
  await settle(api);
  expect(await outcomeOf("1")).toBe("waiting upload_off");
  const draft = (await seen("1")).fakturs[0]?.id ?? "";
  const before = await get(`/fakturs/${draft}`);
  await replaceCompany();
  expect((await get(`/fakturs/${draft}`))["buyer"]).toEqual(before["buyer"]);
  await post(`/fakturs/${draft}/upload`);
  await settle(api);
  expect(await outcomeOf("1")).toBe("issued");
  expect(documentsOf("INV-1").map(({ sale }) => sale.lawanTransaksi.identityValue)).toEqual([npwpBody.npwp]);
});

test("T25: another company after the issue: the document stands as it was, and a replacement keeps its buyer", async () => {
  await enterCompany(api);
  await pay(api, "1");
  await settle(api);
  const { id } = (await seen("1")).fakturs[0] ?? { id: "" };
  const shown = async () => {
    const { buyer, nsfp, totals, pdf } = await get(`/fakturs/${id}`);
    const xml = await made(api.call("GET", `/fakturs/${id}/xml`));
    return { buyer, nsfp, totals, pdf, xml: xml.bytes.toString("utf8") };
  };
  const before = await shown();
  await replaceCompany();
  await settle(api);
  expect(await shown()).toEqual(before);
  expect(documentsOf("INV-1")).toHaveLength(1);
  await post(`/fakturs/${id}/replace`, { reason: "harga", lines: [{ line: 1, discount: "100000.00" }] });
  await settle(api);
  expect((await seen("1")).fakturs.map(({ state }) => state)).toEqual(["replaced", "approved"]);
  expect(documentsOf("INV-1").map(({ kind, sale }) => [kind, sale.lawanTransaksi.identityValue])).toEqual([
    ["DIGANTI", npwpBody.npwp],
    ["PENGGANTI", npwpBody.npwp],
  ]);
});

describe("a payment that becomes known only after its account was given to another company", () => {
  const ONE_HOUR = 3600;
  const messages = { single: 1, group: 2 };

  test.each(Object.entries(messages))(
    "told in a %s: it is held, and a person says whose it is",
    async (_how, count) => {
      const ids = Array.from({ length: count }, (_, index) => `late-${index}`);
      await enterCompany(api);
      const paidAt = new Date(api.clock.now().getTime() + 60_000).toISOString();
      api.clock.pass(ONE_HOUR);
      await replaceCompany();
      api.clock.pass(ONE_HOUR);
      await Promise.all(ids.map((id) => pay(api, id, "77", { paidAt })));
      await settle(api);
      for (const id of ids) {
        expect(await outcomeOf(id)).toBe("held buyer_invalid");
        expect((await get(`/invoices/toko/${id}`))["reasons"]).toMatchObject([
          { message: expect.stringContaining(npwpBody.name) as string },
        ]);
        await post(`/invoices/toko/${id}/issue`);
      }
      await settle(api);
      expect(await Promise.all(ids.map(outcomeOf))).toEqual(ids.map(() => "issued"));
      expect(documentsOf("INV-late").map(({ sale }) => sale.lawanTransaksi.identityValue)).toEqual(
        ids.map(() => OTHER.npwp),
      );
    },
  );

  test("is not issued among many, where nobody looks whose it is", async () => {
    await enterCompany(api);
    const paidAt = new Date(api.clock.now().getTime() + 60_000).toISOString();
    api.clock.pass(ONE_HOUR);
    await replaceCompany();
    await pay(api, "1", "77", { paidAt });
    await settle(api);
    const body = { sameBuyer: true };
    const answer = await api.call("POST", "/invoices/toko/1/issue", { role: "finance", body });
    expect([answer.status, answer.problem.code]).toEqual([409, "wrong_state"]);
    await settle(api);
    expect(await outcomeOf("1")).toBe("held buyer_invalid");
  });

  test("which is not active yet, or covers later payments only: it is held all the same", async () => {
    await enterCompany(api);
    const paidAt = new Date(api.clock.now().getTime() + 60_000).toISOString();
    api.clock.pass(ONE_HOUR);
    await switchTab("suspend");
    await made(api.call("PUT", "/accounts/toko/77/npwp", { body: OTHER }));
    await pay(api, "1", "77", { paidAt });
    await settle(api);
    await post("/accounts/toko/77/npwp/activate", { from: "2026-11-04" });
    await pay(api, "2", "77", { paidAt });
    await settle(api);
    expect([await outcomeOf("1"), await outcomeOf("2")]).toEqual([
      "held buyer_invalid",
      "held buyer_invalid",
    ]);
    expect(documentsOf("INV-")).toEqual([]);
  });

  test("the same taxpayer again, switched off and on or corrected, is issued as ever", async () => {
    await enterCompany(api);
    const paidAt = new Date(api.clock.now().getTime() + 60_000).toISOString();
    api.clock.pass(ONE_HOUR);
    await switchTab("suspend");
    await enterCompany(api, { ...npwpBody, name: "PT Contoh Sejahtera Tbk" });
    await pay(api, "1", "77", { paidAt });
    await settle(api);
    expect(await outcomeOf("1")).toBe("issued");
  });

  test("paid while no company was active yet: the one that is there when it becomes known", async () => {
    const paidAt = new Date(api.clock.now().getTime() + 60_000).toISOString();
    api.clock.pass(ONE_HOUR);
    await enterCompany(api, OTHER);
    await pay(api, "1", "77", { paidAt });
    await settle(api);
    expect(await outcomeOf("1")).toBe("issued");
  });
});
