// Proves that the database itself refuses what must never be twice: a second company of an account, a second live
// faktur of an invoice, a delivery, invoice, NSFP or reference told again; and that ids are compared byte by byte.
import { findAccount, saveAccount, saveCompany } from "../../src/store/accounts";
import { isDuplicate } from "../../src/store/db";
import { openCase } from "../../src/store/cases";
import { insertDelivery, saveRefund, refundsOf } from "../../src/store/events";
import {
  fakturById,
  insertFaktur,
  keptStatus,
  moveFaktur,
  noteFaktur,
  referenceTaken,
} from "../../src/store/fakturs";
import { findInvoice, insertInvoice } from "../../src/store/invoices";
import { endMail, insertMail, mailById } from "../../src/store/mails";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, companyRow, fakturRow, invoiceRow, NOW, seed } from "../support/rows";

describeEngines("constraints", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());
  const knex = () => store.db.knex;

  test("an account has one company: saving again changes it, a second row is refused", async () => {
    await saveCompany(knex(), companyRow());
    await saveCompany(knex(), companyRow({ name: "PT LAIN" }));
    expect(await knex()("companies").select("account_id", "name")).toEqual([
      { account_id: "account", name: "PT LAIN" },
    ]);
    const second = await knex()("companies")
      .insert(companyRow())
      .catch((thrown: unknown) => thrown);
    expect(isDuplicate(second)).toBe(true);
  });

  test("an invoice has one live faktur, and another only when that one is gone", async () => {
    await insertInvoice(knex(), invoiceRow("live"));
    expect(await insertFaktur(knex(), fakturRow("live-1", "live"))).toBe(true);
    expect(await insertFaktur(knex(), fakturRow("live-2", "live"))).toBe(false);
    await moveFaktur(knex(), { id: "live-1", state: "ready" }, "cancel", AT);
    expect((await fakturById(knex(), "live-1"))?.live_key).toBeNull();
    expect(await insertFaktur(knex(), fakturRow("live-2", "live"))).toBe(true);
  });

  test("a faktur is moved from the state it was read in, by one hand", async () => {
    const read = await addFaktur(store.db, "moved");
    await moveFaktur(knex(), read, "submit", AT);
    const late = moveFaktur(knex(), read, "cancel", AT).catch((thrown: { code: string }) => thrown.code);
    expect([await late, (await fakturById(knex(), "moved"))?.state]).toEqual(["wrong_state", "submitting"]);
  });

  test("a new faktur of one part fills the place of that part alone", async () => {
    const first = await addFaktur(store.db, "part-04", { part: "04" });
    const rest = { part: "07", live_key: `${first.invoice_id}#07` };
    expect(await insertFaktur(knex(), fakturRow("part-07", first.invoice_id, rest))).toBe(true);
    for (const id of ["part-04", "part-07"]) await moveFaktur(knex(), { id, state: "ready" }, "cancel", AT);
    const anew = { part: "04", revision: 2, reference: "part-04-R2" };
    expect(await insertFaktur(knex(), fakturRow("part-04b", first.invoice_id, anew))).toBe(true);
    const vacant = await knex()("fakturs").where({ invoice_id: first.invoice_id }).whereNotNull("vacant_day");
    expect(vacant.map(({ id }: { id: string }) => id)).toEqual(["part-07"]);
  });

  test("twenty hands that reserve at once get one faktur", async () => {
    await insertInvoice(knex(), invoiceRow("race"));
    const hands = Array.from({ length: 20 }, (_, index) =>
      store.db.transaction((tx) => insertFaktur(tx, fakturRow(`race-${index}`, "race"))),
    );
    expect((await Promise.all(hands)).filter(Boolean)).toHaveLength(1);
    expect(await knex()("fakturs").where({ invoice_id: "race" })).toHaveLength(1);
  });

  test("a reference of a seller and an NSFP of a seller stand once", async () => {
    await addFaktur(store.db, "first", { reference: "INV-1", nsfp: "04002600000000001" });
    await insertInvoice(knex(), invoiceRow("other"));
    expect(await referenceTaken(knex(), "utama", "INV-1")).toBe(true);
    expect(await insertFaktur(knex(), fakturRow("f2", "other", { reference: "INV-1" }))).toBe(false);
    expect(await insertFaktur(knex(), fakturRow("f2", "other", { nsfp: "04002600000000001" }))).toBe(false);
    expect(await insertFaktur(knex(), fakturRow("f2", "other"))).toBe(true);
  });

  test("a delivery, an invoice and a case are recorded once", async () => {
    const delivery = { portal: "toko", delivery_id: "msg_1", kind: "paid", at: NOW };
    expect([await insertDelivery(knex(), delivery), await insertDelivery(knex(), delivery)]).toEqual([
      true,
      false,
    ]);
    expect(await insertInvoice(knex(), invoiceRow("x1", { external_id: "once" }))).toBe(true);
    expect(await insertInvoice(knex(), invoiceRow("x2", { external_id: "once" }))).toBe(false);
    const cause = `cancelled_in_portal:${"d".repeat(200)}`;
    const row = {
      id: "c1",
      invoice_id: "x1",
      faktur_id: null,
      kind: "refund",
      state: "open",
      detail: "{}",
    } as const;
    expect(await openCase(knex(), { ...row, cause, opened_at: NOW, closed_at: null })).toBe(true);
    expect(await openCase(knex(), { ...row, id: "c2", cause, opened_at: NOW, closed_at: null })).toBe(false);
  });

  test("a recipient's mail of one sequence is queued once and ends once", async () => {
    await addFaktur(store.db, "mailed");
    const mail = {
      faktur_id: "mailed",
      recipient: "a@b.example",
      sequence: 0,
      state: "queued",
      detail: null,
      at: NOW,
    } as const;
    expect(await insertMail(knex(), { ...mail, id: "m1", message_id: "<m1@x>" })).toBe(true);
    expect(await insertMail(knex(), { ...mail, id: "m2", message_id: "<m2@x>" })).toBe(false);
    expect(await insertMail(knex(), { ...mail, id: "m3", message_id: "<m3@x>", sequence: 1 })).toBe(true);
    expect(await endMail(knex(), "m1", "sent", "250 ok", AT)).toBe(true);
    expect(await endMail(knex(), "m1", "refused", "550", AT)).toBe(false);
    expect((await mailById(knex(), "m1"))?.state).toBe("sent");
  });

  test("ids that differ only by case are different", async () => {
    await saveAccount(knex(), "toko", { id: "cus_a", name: "Kecil", email: null }, "acc-1", AT);
    await saveAccount(knex(), "toko", { id: "cus_A", name: "Besar", email: null }, "acc-2", AT);
    expect((await findAccount(knex(), "toko", "cus_a"))?.name).toBe("Kecil");
    expect((await findAccount(knex(), "toko", "cus_A"))?.name).toBe("Besar");
    expect(await insertInvoice(knex(), invoiceRow("y1", { external_id: "in_a" }))).toBe(true);
    expect(await insertInvoice(knex(), invoiceRow("y2", { external_id: "in_A" }))).toBe(true);
    expect((await findInvoice(knex(), "toko", "in_A"))?.id).toBe("y2");
    const delivery = { portal: "toko", kind: "paid", at: NOW };
    expect(await insertDelivery(knex(), { ...delivery, delivery_id: "evt_q" })).toBe(true);
    expect(await insertDelivery(knex(), { ...delivery, delivery_id: "evt_Q" })).toBe(true);
  });

  test("an account told without an address keeps the one it has", async () => {
    await saveAccount(knex(), "toko", { id: "e", name: "A", email: "a@b.example" }, "acc-3", AT);
    const saved = await saveAccount(knex(), "toko", { id: "e", name: "B", email: null }, "acc-4", AT);
    expect(saved).toMatchObject({ id: "acc-3", name: "B", email: "a@b.example" });
  });

  test("a refund told twice is one refund in its last state", async () => {
    const refund = {
      portal: "toko",
      external_id: "re_1",
      invoice_external_id: "9",
      amount: null,
      refunded_at: NOW,
      reason: null,
    };
    await saveRefund(knex(), { ...refund, state: "pending" });
    await saveRefund(knex(), { ...refund, state: "failed" });
    expect(await refundsOf(knex(), "toko", "9")).toMatchObject([{ external_id: "re_1", state: "failed" }]);
  });

  test("a provider's word of any length is kept as far as there is room, with a move and without", async () => {
    const faktur = await addFaktur(store.db, "worded", { state: "cancelling" });
    const word = "DIBATALKAN ".repeat(40);
    await noteFaktur(knex(), faktur.id, { channel_status: word }, AT);
    expect((await fakturById(knex(), "worded"))?.channel_status).toBe(keptStatus(word));
    const gone = `SUDAH ${word}`;
    await moveFaktur(knex(), faktur, "cancel", AT, { channel_status: gone });
    expect(await fakturById(knex(), "worded")).toMatchObject({
      state: "cancelled",
      channel_status: gone.slice(0, 100),
    });
  });

  test("the largest amounts the rules allow come back to the rupiah", async () => {
    await addFaktur(store.db, "large", { dpp: "9999999999999", dpp_nilai_lain: "9166666666666", ppn: "1" });
    const row = await fakturById(knex(), "large");
    expect([row?.dpp, row?.dpp_nilai_lain, row?.ppn].map(String)).toEqual([
      "9999999999999",
      "9166666666666",
      "1",
    ]);
  });
});
