/**
 * Proves on both engines what a seller's digest counts from the ledger: NPWP tabs of its own portals that wait for finance, with
 * the age of the oldest, and all moves and transfers, however many of them a mail has room for.
 */
import type { TabStatus } from "../../src/accounts/company";
import { digestView } from "../../src/mail/digest";
import { gatherDigest } from "../../src/ops/digest";
import { saveAccount, saveCompany } from "../../src/store/accounts";
import { insertMove, type MoveRow } from "../../src/store/moves";
import { savePortal } from "../../src/store/portals";
import { findSeller, saveSeller } from "../../src/store/sellers";
import { insertTransfer, type TransferRow } from "../../src/store/transfers";
import { describeEngines, openStore, type Store } from "../support/databases";
import { AT, companyRow, NOW, seed, sellerData } from "../support/rows";

const MORNING = new Date("2026-11-09T07:00:00+07:00");

describeEngines("what a digest counts", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    const { knex } = store.db;
    await seed(store.db);
    await saveSeller(knex, "lain", sellerData({ npwp: "0098765432108000" }), AT);
    const portal = { kind: "generic", secrets_sealed: "sealed", api_sealed: null, options: "{}" } as const;
    await savePortal(knex, "kedai", { ...portal, seller: "lain" }, AT);
    const tab = async (of: string, id: string, status_at: string, status: TabStatus = "requested") => {
      await saveAccount(knex, of, { id, name: "PT Contoh", email: null }, `${of}-${id}`, AT);
      await saveCompany(knex, companyRow({ account_id: `${of}-${id}`, status, status_at }));
    };
    await tab("toko", "1", "2026-11-03T16:59:59.000Z");
    await tab("toko", "2", "2026-11-05T02:00:00.000Z");
    await tab("toko", "3", "2026-10-01T02:00:00.000Z", "active");
    await tab("kedai", "4", "2026-11-01T02:00:00.000Z");
    for (let index = 0; index < 51; index += 1) {
      await insertMove(knex, { ...MOVE, id: `m${index}`, service_id: `S${index}` });
      await insertTransfer(knex, { ...TRANSFER, id: `t${index}`, open_key: `k${index}` }, [`S${index}`]);
    }
    await insertMove(knex, { ...MOVE, id: "closed", service_id: "S99", state: "closed" });
    await insertMove(knex, { ...MOVE, id: "another", service_id: "S99", portal: "kedai" });
    await insertTransfer(knex, { ...TRANSFER, id: "another", open_key: "k99", portal: "kedai" }, ["S99"]);
  });
  afterAll(() => store.close());

  const digestOf = async (slug: string) => {
    const seller = await findSeller(store.db.knex, slug);
    const d = { db: store.db, publicUrl: "https://faktur.example" };
    const { subject, sections } = digestView(await gatherDigest(d, seller!, MORNING, null));
    const ends = sections.map(({ title, lines }) => [title.id, lines.length, lines.at(-1)?.id]);
    return { subject: subject.id, ends };
  };

  test("is all of it, also what a mail has no room for", async () => {
    const { subject, ends } = await digestOf("utama");
    expect(ends).toEqual([
      [
        "Tab NPWP menunggu finance",
        1,
        "2 × Tab NPWP menunggu diaktifkan (tertua 6 hari): https://faktur.example/console/perusahaan",
      ],
      ["Layanan pindah akun", 51, "dan 1 lainnya; lihat Pemindahan"],
      ["Pemindahan menunggu keuangan", 51, "dan 1 lainnya; lihat Pemindahan"],
    ]);
    expect(subject).toContain(": 104 perlu diperhatikan");
  });

  test("is the seller's own", async () => {
    const { subject, ends } = await digestOf("lain");
    expect(ends.map(([, lines]) => lines)).toEqual([1, 1, 1]);
    expect(subject).toContain(": 3 perlu diperhatikan");
  });
});

const MOVE: MoveRow = {
  id: "",
  service_id: "",
  source: "list",
  state: "open",
  ...{ portal: "toko", from_account: "77", to_account: "78", label: null },
  ...{ last_seen_from: null, seen_at: NOW, said_at: NOW, ticket: null, ticket_checked: false, note: null },
  ...{ tied_by: null, tied_at: null, transfer_id: null, unpaid: null, unpaid_at: null, closed_at: null },
};

const TRANSFER: TransferRow = {
  id: "",
  open_key: null,
  state: "open",
  answer_state: "none",
  ...{ portal: "toko", services: "[]", from_account: "77", to_email: "baru@contoh.example" },
  ...{ to_account: "78", ticket: "859921", ticket_id: null, checks: "[]", checked_at: NOW },
  ...{ steps: "[]", opened_by: "support", opened_at: NOW, decided_by: null, decided_at: null },
  ...{ decision_reason: null, answer: null, answered_at: null, overdue_at: null },
  done_at: null,
};
