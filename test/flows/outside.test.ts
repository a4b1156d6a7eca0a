/**
 * Proves, on both engines, that what goes out to subscribers and customers is written with its fact: a fact that is
 * undone is told to nobody, one that stands is told once, and revoked links end however many hands revoke them.
 */
import { announceHeld } from "../../src/webhooks/announce";
import { sealSecrets } from "../../src/webhooks/secrets";
import { enterByLink } from "../../src/customers/access";
import { makeLink } from "../../src/customers/make-link";
import { findAccount } from "../../src/store/accounts";
import { linkGeneration, registeredAt, revokeLinks } from "../../src/store/customers";
import { invoiceById } from "../../src/store/invoices";
import { insertEndpoint, messagesOf } from "../../src/store/webhooks";
import { describeEngines } from "../support/databases";
import { whmcsInvoice } from "../support/whmcs-rows";
import { startWhmcs, WHMCS_API } from "../support/whmcs-stand-in";
import {
  addPortal,
  BUYER,
  DESK,
  event,
  invoiceId,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";
import { startReceiver, type Receiver } from "../webhooks/receiver";

describeEngines("outside", (engine) => {
  let world: World;
  let receiver: Receiver;
  beforeAll(async () => {
    world = await startWorld(engine, { config: { portalPollSeconds: 300 } });
    receiver = await startReceiver();
    const at = world.clock.now().toISOString();
    const secrets = sealSecrets(world.app.seal, "buku", [{ secret: "whsec_MTIzNA==", until: null }]);
    await insertEndpoint(world.app.db.knex, {
      ...{ name: "buku", url: receiver.url, seller: null, portal: "toko", secrets_sealed: secrets },
      ...{ events: JSON.stringify(["faktur.approved", "faktur.mailed", "invoice.held"]), state: "on" },
      ...{ failures: 0, says: null, created_at: at, updated_at: at },
    });
  });
  afterAll(async () => {
    await receiver.close();
    await world.close();
  });
  const told = () => receiver.received.map(({ json }) => json.type).sort();

  test("an approved faktur is told once and mailed once, whole rupiah as text", async () => {
    await tell(world, paid("1"));
    await runToEnd(world);
    expect(told()).toEqual(["faktur.approved", "faktur.mailed"]);
    expect(receiver.received[0]?.json.data["faktur"]).toMatchObject({
      totals: { dpp: "1000000", dppNilaiLain: "916667", ppn: "110000" },
    });
  });

  test("a held invoice is told once, however often it is decided the same", async () => {
    receiver.received.length = 0;
    await tell(world, paid("2", { total: "1210000.00" }));
    await runToEnd(world);
    expect(receiver.received.map(({ json }) => json.data["reasons"])).toEqual([["amounts_do_not_add_up"]]);
    const held = await invoiceById(world.app.db.knex, await invoiceId(world, "2"));
    if (held === undefined) throw new Error("the invoice vanished");
    await world.app.db.transaction((tx) => announceHeld(tx, world.app.api, held, [{ code: "again" }]));
    expect(await messagesOf(world.app.db.knex, "buku", 10)).toHaveLength(3);
  });

  test("an invoice that cannot be read is told once, however often it is looked at, and again after it was otherwise", async () => {
    receiver.received.length = 0;
    const whmcs = await startWhmcs();
    const at = world.clock.now().toISOString();
    const secrets = sealSecrets(world.app.seal, "meja", [{ secret: "whsec_MTIzNA==", until: null }]);
    await insertEndpoint(world.app.db.knex, {
      ...{ name: "meja", url: receiver.url, seller: null, portal: "whmcs", secrets_sealed: secrets },
      ...{ events: JSON.stringify(["invoice.held"]), state: "on" },
      ...{ failures: 0, says: null, created_at: at, updated_at: at },
    });
    await addPortal(world, "whmcs", { kind: "whmcs", api: { url: whmcs.url, ...WHMCS_API } });
    const wake = async (type: string, id: number) => {
      await tell(world, event(type, { invoiceId: id }), { portal: "whmcs" });
      await runToEnd(world);
    };
    const held = () =>
      receiver.received.map(({ json }) => [
        (json.data["invoice"] as { id: string }).id,
        json.data["reasons"],
      ]);
    try {
      const row = whmcsInvoice(7, { total: "5.00" });
      whmcs.world.invoices.push(row);
      await wake("invoice.paid", 7);
      await wake("invoice.refunded", 7);
      await world.app.api.corrections.issueAnew(await invoiceId(world, "7", "whmcs"), [], DESK);
      await runToEnd(world);
      await wake("invoice.paid", 8);
      await wake("invoice.refunded", 8);
      // The poll finds it on its list, not as it was recorded, and has it read anew each time.
      const read = () => whmcs.asked.filter(({ form }) => form.get("invoiceid") === "7").length;
      const before = read();
      await world.app.schedulePolls();
      await runToEnd(world);
      expect(read()).toBeGreaterThan(before);
      expect(held()).toEqual([
        ["7", ["portal_invoice_unreadable"]],
        ["8", ["absent_in_portal"]],
      ]);
      row.status = "Unpaid";
      await wake("invoice.paid", 7);
      expect(await seen(world, "7", "whmcs")).toMatchObject({ reasons: ["not_paid_in_portal"] });
      row.status = "Paid";
      await wake("invoice.paid", 7);
      expect(held().slice(2)).toEqual([["7", ["portal_invoice_unreadable"]]]);
    } finally {
      await whmcs.close();
    }
  });

  test("what is undone with its transaction is told to nobody", async () => {
    const held = await invoiceById(world.app.db.knex, await invoiceId(world, "2"));
    if (held === undefined) throw new Error("the invoice vanished");
    const undone = world.app.db.transaction(async (tx) => {
      await announceHeld(tx, world.app.api, { ...held, decision: "undecided" }, [{ code: "x" }]);
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow();
    expect(await messagesOf(world.app.db.knex, "buku", 10)).toHaveLength(3);
    expect(await world.app.db.knex("jobs").where({ kind: "webhook" })).toEqual([]);
  });

  test("ten revocations at once count ten, and end what was made before", async () => {
    const { db, seal, clock } = world.app;
    const account = await findAccount(db.knex, "toko", "77");
    if (account === undefined) throw new Error("the account vanished");
    const d = { seal, clock, publicUrl: "http://x", linkDays: 1 };
    const token = async () => (await makeLink(db.knex, d, account.id, null)).url.replace("http://x/c/", "");
    const before = await token();
    expect((await enterByLink(world.app, before))?.account.id).toBe(account.id);
    await Promise.all(Array.from({ length: 10 }, () => db.transaction((tx) => revokeLinks(tx, account.id))));
    expect(await linkGeneration(db.knex, account.id)).toBe(10);
    expect(await enterByLink(world.app, before)).toBeNull();
    expect(await enterByLink(world.app, await token())).not.toBeNull();
  });

  test("an address is registered as a whole and in any case, never as a piece or a pattern", async () => {
    const { knex } = world.app.db;
    const places = async (email: string) => (await registeredAt(knex, email, 5)).map(({ role }) => role);
    expect(await places(BUYER.email)).toEqual(["company"]);
    expect(await places("billing@contoh.example")).toEqual(["account"]);
    for (const none of ["contoh.example", "%", "_ajak@contoh.example", "ajak@contoh.example", ""])
      expect(await places(none)).toEqual([]);
  });
});
