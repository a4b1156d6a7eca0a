/**
 * Proves on both engines what Beranda calls work that was laid aside: by the invoice, mail, portal or ticket that it
 * was about, so that five deaths of a service are not told as a bare number; and by its step alone where it has no such name.
 */
import { gatherHome } from "../../src/ops/home";
import { insertInvoice } from "../../src/store/invoices";
import { enqueue, type JobKind } from "../../src/store/jobs";
import { insertMail, type MailRow } from "../../src/store/mails";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, invoiceRow, seed } from "../support/rows";
import { testClock } from "../support/test-clock";

const DIED = { state: "stuck", crashes: 5, last_code: "worker_died_repeatedly", last_error: "5 ×" };
const FAILED = { state: "stuck", last_code: "document_damaged", last_error: "Berkasnya rusak." };

const MAIL: MailRow = {
  id: "m1",
  faktur_id: "f1",
  recipient: "satu@contoh.example",
  sequence: 0,
  state: "queued",
  message_id: "<m1@x>",
  detail: null,
  at: AT.toISOString(),
};

describeEngines("work that was laid aside, on Beranda", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    await addFaktur(store.db, "f1");
    await insertInvoice(store.db.knex, invoiceRow("i2", { number: "INV-2026-2" }));
    await insertInvoice(store.db.knex, invoiceRow("i3", { external_id: "1234" }));
    await insertMail(store.db.knex, MAIL);
  });
  afterAll(() => store.close());
  afterEach(() => store.db.knex("jobs").delete());

  const titleOf = async (kind: JobKind, subject: string, ended: object) => {
    await enqueue(store.db.knex, kind, subject, AT, AT);
    await store.db.knex("jobs").where({ kind, subject }).update(ended);
    const { items } = await gatherHome({ db: store.db, clock: testClock() });
    return items.filter((one) => one.kind === "stuck").map(({ title, code }) => [title.id, title.en, code]);
  };

  test.each([
    ["submit", "f1", "i-f1: Mengunggah faktur", "i-f1: Uploading the faktur"],
    ["issue", "i2", "INV-2026-2: Membuat faktur", "INV-2026-2: Making the faktur"],
    ["read", "i3#later", "1234: Membaca invoice", "1234: Reading the invoice"],
    [
      "mail",
      "m1",
      "i-f1 → satu@contoh.example: Mengirim e-mail",
      "i-f1 → satu@contoh.example: Sending the e-mail",
    ],
    ["poll", "toko#all", "toko: Membaca portal", "toko: Reading the portal"],
    ["readRefund", "toko/re_1", "toko/re_1: Membaca pengembalian dana", "toko/re_1: Reading a refund"],
    ["digest", "0192ab", "Mengirim ringkasan", "Sending the digest"],
  ] as const)(
    "a job %s of %s whose process died five times is titled by what it was about",
    async (...row) => {
      const [kind, subject, id, en] = row;
      expect(await titleOf(kind, subject, DIED)).toEqual([[id, en, "stuck"]]);
    },
  );

  test("one that failed says why behind it", async () => {
    const why = "i-f1: Berkasnya rusak.";
    expect(await titleOf("paper", "f1", FAILED)).toEqual([[why, why, "stuck"]]);
  });
});
