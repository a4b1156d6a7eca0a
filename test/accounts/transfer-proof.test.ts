/**
 * A portal that can move services is asked to, for what is still with its old owner and for nothing else, and its own
 * list is what ends the transfer. The portal here is one of its own kind, in memory; the database is real.
 */
import { proveTransfer } from "../../src/accounts/transfer-proof";
import type { Portal, PortalConnection } from "../../src/hooks/portal";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { fencedWork } from "../../src/store/fence";
import { claimJob, enqueue } from "../../src/store/jobs";
import { holdServices, insertTransfer, transferById, type TransferRow } from "../../src/store/transfers";
import { openStore, type Store } from "../support/databases";
import { NOW, seed } from "../support/rows";
import { testClock } from "../support/test-clock";

let store: Store;
beforeAll(async () => {
  store = await openStore("SQLite");
  await seed(store.db);
});
afterAll(() => store.close());

const transfer: TransferRow = {
  ...{ id: "t1", portal: "toko", open_key: null, from_account: "77", to_email: "b@contoh.example" },
  services: JSON.stringify(["S1", "S2"].map((serviceId) => ({ serviceId, label: null, movedAt: null }))),
  ...{ to_account: "78", ticket: "1", ticket_id: "1", state: "approved", checks: "[]", checked_at: NOW },
  ...{ steps: "[]", opened_by: "support", opened_at: NOW, decided_by: "finance", decided_at: NOW },
  ...{
    decision_reason: null,
    answer_state: "sent",
    answer: "",
    answered_at: NOW,
    overdue_at: null,
    done_at: null,
  },
};

test("only what is still with its old owner is moved, and the list decides", async () => {
  const clock = testClock();
  const owners = new Map([
    ["S1", "77"],
    ["S2", "78"],
  ]);
  const asked: string[] = [];
  const portal: Portal = {
    kind: "generic",
    receive: () => ({ kind: "badSignature", reason: "not used" }),
    readServices: async (_connection, ids) =>
      ids.map((serviceId) => ({
        ...{ serviceId, accountId: owners.get(serviceId) ?? "", label: null, status: "Active" },
      })),
    moveService: async (_connection, serviceId, to) => {
      asked.push(`${serviceId} → ${to}`);
      owners.set(serviceId, to);
    },
  };
  const connection: PortalConnection = {
    ...{ slug: "toko", kind: "generic", seller: "utama", secrets: [], api: null, options: {} },
  };
  await store.db.transaction(async (tx) => {
    await insertTransfer(tx, transfer, ["S1", "S2"]);
    await holdServices(tx, "toko", "t1", ["S1", "S2"]);
    await enqueue(tx, "transfer", "t1", clock.now(), clock.now());
  });
  const job = await claimJob(store.db, clock.now(), new Date("2026-11-03T10:00:00Z"), "lease");
  if (job === null) throw new Error("no job");
  const d = {
    ...{ db: store.db, clock, newId, log: silentLog, alarm: async () => undefined },
    portalNamed: async () => ({ connection, portal }),
  };
  const outcome = await proveTransfer(
    d,
    fencedWork({ db: store.db, clock, leaseSeconds: 60, nextHand: () => null }, job),
  );
  expect(outcome).toEqual({ kind: "done" });
  expect(asked).toEqual(["S1 → 78"]);
  expect(await transferById(store.db.knex, "t1")).toMatchObject({ state: "done" });
});
