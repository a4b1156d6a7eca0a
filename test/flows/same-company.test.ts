/**
 * One company under two sellers' names, each with a portal of its own, over HTTP and on both engines: at the authority
 * they share one account. The same invoice number, buyer and amount in both portals are two payments and two fakturs; a
 * document serves one invoice, also where both were reserved under one reference.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RunningAuthority } from "../../src/simulator/authority";
import { keyOf } from "../../src/store/fakturs";
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
import { closeFurnished, startFurnished } from "../support/furnished";
import { describeEngines, openStore, type Store } from "../support/databases";

interface Seen {
  readonly outcome: string;
  readonly reasons: readonly { readonly code: string }[];
  readonly fakturs: readonly { readonly id: string; readonly state: string; readonly nsfp: string | null }[];
}

describeEngines("one company, two sellers", (engine) => {
  let store: Store;
  let api: TestApi;
  let authority: RunningAuthority;
  beforeEach(async () => {
    store = await openStore(engine);
    ({ api, authority } = await startFurnished((config) => ({ ...config, databaseUrl: store.url })));
    await made(api.call("PUT", "/sellers/kedua", { body: sellerBody(authority.url) }));
    await made(api.call("PUT", "/portals/toko2", { body: { ...portalBody, seller: "kedua" } }));
    await made(api.call("PUT", "/accounts/toko2/77", { body: accountBody }));
    for (const portal of ["toko", "toko2"]) {
      await made(api.call("PUT", `/accounts/${portal}/77/npwp`, { body: npwpBody }));
      await made(api.call("POST", `/accounts/${portal}/77/npwp/activate`));
    }
  });
  afterEach(async () => {
    await closeFurnished({ api, authority });
    await store.close();
  });

  const seen = async (portal: string): Promise<Seen> =>
    (await made(api.call("GET", `/invoices/${portal}/1`))).json as unknown as Seen;
  const there = () =>
    authority.authority.state.all().map(({ sale, nofa }) => [sale.noInvoice, nofa !== null]);
  const mails = () => readdirSync(join(api.folder, "outbox"), { recursive: false }).length;
  const references = async () =>
    (await store.db.knex("fakturs").orderBy("id").select("reference", "state")).map(Object.values);

  test("the same number in both portals is two references, two documents and two mails", async () => {
    await pay(api, "1");
    await settle(api);
    await pay(api, "1", "77", {}, "toko2");
    await settle(api);
    expect(there()).toEqual([
      ["INV-1", true],
      ["INV-1/toko2", true],
    ]);
    const [first, second] = [await seen("toko"), await seen("toko2")];
    expect([first.outcome, second.outcome]).toEqual(["issued", "issued"]);
    expect(first.fakturs[0]?.nsfp).not.toBe(second.fakturs[0]?.nsfp);
    expect(mails()).toBe(2);
  });

  describe("with two drafts under one reference", () => {
    let ids: readonly (string | undefined)[];
    beforeEach(async () => {
      const drafts = { ...sellerBody(authority.url), upload: { auto: false } };
      for (const slug of ["utama", "kedua"])
        await made(api.call("PUT", `/sellers/${slug}`, { body: drafts }));
      for (const portal of ["toko", "toko2"]) {
        await pay(api, "1", "77", {}, portal);
        await settle(api);
      }
      // As an earlier version reserved them.
      const same = { reference: "INV-1", reference_key: keyOf("INV-1") };
      const document = store.db.knex.raw("replace(document, 'INV-1/toko2', 'INV-1')");
      await store.db
        .knex("fakturs")
        .where({ seller: "kedua" })
        .update({ ...same, document });
      ids = [(await seen("toko")).fakturs[0]?.id, (await seen("toko2")).fakturs[0]?.id];
    });
    const upload = async (id: string | undefined) => {
      await made(api.call("POST", `/fakturs/${id}/upload`, { body: {} }));
      await settle(api);
    };

    test("the document of the one is not taken for the other, which finance drops and issues anew", async () => {
      const [first, second] = ids;
      await upload(first);
      await upload(second);
      expect(await seen("toko")).toMatchObject({ outcome: "issued" });
      const held = { outcome: "held", reasons: [{ code: "duplicate_at_authority" }] };
      expect(await seen("toko2")).toMatchObject(held);
      await made(api.call("POST", `/fakturs/${second}/retry`));
      await settle(api);
      expect(await seen("toko2")).toMatchObject(held);
      expect([there(), mails()]).toEqual([[["INV-1", true]], 1]);

      await made(api.call("POST", `/fakturs/${second}/cancel`, { body: { reason: "milik invoice lain" } }));
      await made(api.call("POST", "/invoices/toko2/1/issue", { body: {} }));
      await settle(api);
      await upload((await seen("toko2")).fakturs.at(-1)?.id);
      expect(await references()).toEqual([
        ["INV-1", "approved"],
        ["INV-1", "cancelled"],
        ["INV-1-R2", "approved"],
      ]);
      expect(mails()).toBe(2);
    });

    test("one whose answers were lost looks again, and does not find the other's", async () => {
      const [first, second] = ids;
      await upload(first);
      authority.authority.control.add([{ operation: "create", fault: "drop-before", times: 1 }]);
      await upload(second);
      expect(await seen("toko2")).toMatchObject({ reasons: [{ code: "duplicate_at_authority" }] });
      expect(there()).toEqual([["INV-1", true]]);
    });
  });
});
