/**
 * Proves that a write is about the row it names: beside another row of the same kind, in the same state, it changes its
 * own alone; and what is written only from a state changes nothing once the row has left it. Each is undone after it.
 */
import { AppError } from "../../src/errors";
import { lockAccount, saveAccount, saveCompany, saveHints } from "../../src/store/accounts";
import { endApproval, insertApproval, type ApprovalRow } from "../../src/store/approvals";
import { changeCase, closeOpenCases, openCase, type CaseRow, type OpenedCase } from "../../src/store/cases";
import { setKeptBack } from "../../src/store/clearances";
import { endLetter, insertLetter, nameLetterSeller, type LetterRow } from "../../src/store/customers";
import type { Tx } from "../../src/store/db";
import { moveFaktur, noteFaktur, savePdf } from "../../src/store/fakturs";
import {
  decideInvoice,
  fillInvoice,
  notePayment,
  noteTold,
  refillInvoice,
  reopenInvoice,
  setAccepted,
  setPortalState,
  takeTold,
} from "../../src/store/invoices";
import { bounceMail, endMail, insertMail, type MailRow } from "../../src/store/mails";
import { deletePause, insertPause, setTrial, type PauseRow } from "../../src/store/pauses";
import { savePortal, saveSecrets } from "../../src/store/portals";
import { saveCertificate, saveSeller, saveUpload } from "../../src/store/sellers";
import {
  endSession,
  endSessionsOf,
  insertSession,
  touchSession,
  type SessionRow,
} from "../../src/store/sessions";
import { insertToken, revokeToken, touchToken } from "../../src/store/tokens";
import {
  changeTransfer,
  holdServices,
  insertTransfer,
  releaseServices,
  type TransferRow,
} from "../../src/store/transfers";
import {
  changeUser,
  countFailure,
  insertUser,
  takeRecovery,
  takeTotpStep,
  type UserRow,
} from "../../src/store/users";
import {
  changeEndpoint,
  changeMessage,
  insertEndpoint,
  insertMessage,
  type EndpointRow,
  type MessageRow,
} from "../../src/store/webhooks";
import { text } from "../../src/text";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, companyRow, NOW, seed, sellerData } from "../support/rows";

const LATER = new Date("2026-11-04T03:00:00.000Z");
const UNDONE = new AppError("refused", text("Dibatalkan.", "Undone."));

/** Two of everything, alike but for their names. */
async function fill(store: Store): Promise<void> {
  const { db } = store;
  const { knex: tx } = db;
  await seed(db);
  await saveSeller(tx, "lain", sellerData({ npwp: "0098765432108000" }), AT);
  const portal = { kind: "generic", secrets_sealed: "s", api_sealed: null, options: "{}" } as const;
  await savePortal(tx, "lain", { ...portal, seller: "utama" }, AT);
  await saveAccount(tx, "toko", { id: "78", name: "PT Contoh", email: null }, "beside", AT);
  await saveAccount(tx, "lain", { id: "77", name: "PT Contoh", email: null }, "there", AT);
  for (const account_id of ["account", "beside"]) await saveCompany(tx, companyRow({ account_id }));
  for (const id of ["a", "b"]) {
    await addFaktur(db, id);
    const approval = { ...APPROVAL, id, faktur_id: id, waiting_for: id };
    await insertApproval(tx, approval);
    await openCase(tx, { ...CASE, id, invoice_id: `i-${id}`, faktur_id: id });
    await insertMail(tx, { ...MAIL, id, faktur_id: id, message_id: `<${id}@x>` });
    await insertUser(tx, { ...USER, id, email: `${id}@hosting.example` });
    await insertToken(tx, { id, name: id, role: "admin", portal: null, hash: id, created_at: NOW });
    await insertSession(tx, { ...SESSION, hash: `${id}1`, user_id: id });
    await insertSession(tx, { ...SESSION, hash: `${id}2`, user_id: id });
    await insertEndpoint(tx, { ...ENDPOINT, name: id });
    await insertMessage(tx, { ...MESSAGE, id, endpoint: id });
    await insertLetter(tx, { ...LETTER, id });
    await insertTransfer(tx, { ...TRANSFER, id, open_key: id }, [`S-${id}`]);
  }
  for (const seller of ["lain", "utama"]) await insertPause(tx, { ...PAUSE, seller });
}

const APPROVAL: Omit<ApprovalRow, "id" | "faktur_id"> = {
  ...{ seller: "utama", case_id: null, kind: "cancel", wish: "{}", reason: "salah" },
  ...{ asked_by: "x", asked_at: NOW, state: "waiting", waiting_for: null },
  ...{ decided_by: null, decided_at: null, decision_reason: null },
};
const CONFIRMED: Parameters<typeof endApproval>[2] = {
  ...{ state: "confirmed", waiting_for: null, case_id: null },
  ...{ decided_by: "y", decided_at: NOW, decision_reason: null },
};
const CASE: Omit<OpenedCase, "id" | "invoice_id" | "faktur_id"> = {
  ...{ kind: "refund", state: "open", detail: "{}", cause: "refund:1", opened_at: NOW, closed_at: null },
};
const MAIL: Omit<MailRow, "id" | "faktur_id" | "message_id"> = {
  ...{ recipient: "x@y.example", sequence: 0, state: "queued", detail: null, at: NOW },
};
const USER: Omit<UserRow, "id" | "email"> = {
  ...{ role: "admin", state: "active", password_hash: "h", totp_sealed: null, totp_step: 5 },
  ...{ recovery: "[1]", failures: 0, locked_until: null, language: "id", created_at: NOW, seen_at: null },
};
const SESSION: Omit<SessionRow, "hash" | "user_id"> = {
  ...{ created_at: NOW, seen_at: NOW, ends_at: NOW, place: null, agent: null, way: "password" },
};
const ENDPOINT: Omit<EndpointRow, "name"> = {
  ...{ url: "https://x.example", events: "[]", seller: null, portal: null, secrets_sealed: "s" },
  ...{ state: "on", failures: 0, says: null, created_at: NOW, updated_at: NOW },
};
const MESSAGE: Omit<MessageRow, "id" | "endpoint"> = {
  ...{ type: "webhook.test", subject: "x", payload: "{}", state: "queued", attempts: 0, status: null },
  ...{ detail: null, created_at: NOW, tried_at: null },
};
const LETTER: Omit<LetterRow, "id"> = {
  ...{ kind: "links", recipient: "x@y.example", change_id: null, once_key: null, seller: null },
  ...{ state: "queued", detail: null, at: NOW },
};
const TRANSFER: Omit<TransferRow, "id" | "open_key"> = {
  ...{ portal: "toko", services: "[]", from_account: "77", to_email: "x@y.example", to_account: null },
  ...{ ticket: "1", ticket_id: null, state: "open", checks: "[]", checked_at: NOW, steps: "[]" },
  ...{ opened_by: "x", opened_at: NOW, decided_by: null, decided_at: null, decision_reason: null },
  ...{ answer_state: "none", answer: null, answered_at: null, overdue_at: null, done_at: null },
};
const PAUSE: Omit<PauseRow, "seller"> = {
  ...{ cause: "passphrase_wrong", says: null, since: NOW, trial_faktur: null, tried_at: null },
};
const CONTENT = {
  ...{ account_id: "beside", number: "N", paid_at: NOW, tax_day: "2026-11-04", content: "{1}" },
  ...{ content_hash: "h", company_at_payment: null },
};

/** By what rows are told from each other where that is no `id`. */
const KEYS: Readonly<Record<string, string>> = {
  ...{ sessions: "hash", webhook_endpoints: "name", sellers: "slug", portals: "slug" },
  ...{ companies: "account_id", channel_pauses: "seller", transfer_services: "transfer_id" },
};

type Write = (tx: Tx) => Promise<unknown>;
type Row = [what: string, table: string, write: Write, mine: readonly string[]];

const ROWS: readonly Row[] = [
  ["a mail that ends", "mails", (tx) => endMail(tx, "a", "sent", "250", LATER), ["a"]],
  ["an approval", "approvals", (tx) => endApproval(tx, "a", CONFIRMED), ["a"]],
  ["a case", "cases", (tx) => changeCase(tx, { ...OPEN, id: "a" }, { note: "n" }, AT), ["a"]],
  ["the cases of an invoice", "cases", (tx) => closeOpenCases(tx, "i-a", {}, "paid_again", LATER), ["a"]],
  ["a case of no such kind", "cases", (tx) => closeOpenCases(tx, "i-a", OTHER_KIND, "paid_again", AT), []],
  ["a case of another cause", "cases", (tx) => closeOpenCases(tx, "i-a", OTHER_CAUSE, "paid_again", AT), []],
  ["a person", "users", (tx) => changeUser(tx, "a", { password_hash: "new" }), ["a"]],
  ["a wrong password", "users", (tx) => countFailure(tx, "a"), ["a"]],
  ["a recovery code", "users", (tx) => takeRecovery(tx, "a", "[1]", "[]"), ["a"]],
  ["a recovery list that was read before", "users", (tx) => takeRecovery(tx, "a", "[1,2]", "[]"), []],
  ["a code of the time", "users", (tx) => takeTotpStep(tx, "a", 6), ["a"]],
  ["a code that is older than one that was seen", "users", (tx) => takeTotpStep(tx, "a", 4), []],
  ["a token in use", "tokens", (tx) => touchToken(tx, "a", NOW), ["a"]],
  ["a token that is revoked", "tokens", (tx) => revokeToken(tx, "a", NOW), ["a"]],
  ["a session in use", "sessions", (tx) => touchSession(tx, "a1", LATER.toISOString()), ["a1"]],
  ["a session that ends", "sessions", (tx) => endSession(tx, "a1"), ["a1"]],
  ["the sessions of a person", "sessions", (tx) => endSessionsOf(tx, "a", null), ["a1", "a2"]],
  ["all but the one in use", "sessions", (tx) => endSessionsOf(tx, "a", "a2"), ["a1"]],
  ["a subscriber", "webhook_endpoints", (tx) => changeEndpoint(tx, "a", { state: "disabled" }), ["a"]],
  ["a message", "webhook_messages", (tx) => changeMessage(tx, "a", { state: "sent" }), ["a"]],
  ["a letter", "customer_letters", (tx) => endLetter(tx, "a", "sent", "250"), ["a"]],
  ["for whom a letter speaks", "customer_letters", (tx) => nameLetterSeller(tx, "a", "utama"), ["a"]],
  ["a transfer", "transfers", (tx) => changeTransfer(tx, { id: "a", state: "open" }, { answer: "x" }), ["a"]],
  ["a transfer that moved", "transfers", (tx) => changeTransfer(tx, MOVED, { answer: "x" }), []],
  ["services of a transfer", "transfer_services", (tx) => holdServices(tx, "toko", "a", ["S-a"]), ["a"]],
  ["services of another", "transfer_services", (tx) => holdServices(tx, "toko", "a", ["S-b"]), []],
  ["a pause that ends", "channel_pauses", (tx) => deletePause(tx, "utama"), ["utama"]],
  [
    "a trial",
    "channel_pauses",
    (tx) => setTrial(tx, "utama", { trial_faktur: "a", tried_at: NOW }),
    ["utama"],
  ],
  ["a seller", "sellers", (tx) => saveSeller(tx, "utama", sellerData({ city: "MALANG" }), LATER), ["utama"]],
  ["a certificate", "sellers", (tx) => saveCertificate(tx, "utama", "s", "{}", LATER), ["utama"]],
  ["hours of upload", "sellers", (tx) => saveUpload(tx, "utama", "{}"), ["utama"]],
  ["secrets of a portal", "portals", (tx) => saveSecrets(tx, "toko", "new", LATER), ["toko"]],
  ["a company", "companies", (tx) => saveCompany(tx, companyRow({ status: "suspended" })), ["account"]],
  ["an account told anew", "accounts", (tx) => saveAccount(tx, "toko", RENAMED, "new", LATER), ["account"]],
  ["hints", "accounts", (tx) => saveHints(tx, "toko", "77", []), ["account"]],
  ["an account that is held", "accounts", (tx) => lockAccount(tx, "account", LATER), ["account"]],
  ["a decision", "invoices", (tx) => decideInvoice(tx, "i-a", "held", "[]", LATER), ["i-a"]],
  ["a decision anew", "invoices", (tx) => reopenInvoice(tx, "i-a", ANEW, LATER), ["i-a"]],
  ["what finance accepts", "invoices", (tx) => setAccepted(tx, "i-a", "[1]", LATER), ["i-a"]],
  ["what the portal says", "invoices", (tx) => setPortalState(tx, "i-a", "unpaid", AT, LATER), ["i-a"]],
  [
    "what is told later",
    "invoices",
    (tx) => noteTold(tx, "i-a", { told: "{}", told_hash: "h" }, AT),
    ["i-a"],
  ],
  ["what is taken of it", "invoices", (tx) => takeTold(tx, "i-a", CONTENT, LATER), ["i-a"]],
  ["corrected content", "invoices", (tx) => refillInvoice(tx, "i-a", CONTENT, LATER), ["i-a"]],
  ["content of what was read", "invoices", (tx) => fillInvoice(tx, "i-a", CONTENT, LATER), []],
  ["a payment that is known", "invoices", (tx) => notePayment(tx, "i-a", LATER, LATER), []],
  [
    "a faktur that moves",
    "fakturs",
    (tx) => moveFaktur(tx, { id: "a", state: "ready" }, "submit", AT),
    ["a"],
  ],
  ["a note on a faktur", "fakturs", (tx) => noteFaktur(tx, "a", { channel_message: "x" }, LATER), ["a"]],
  ["a PDF", "fakturs", (tx) => savePdf(tx, "a", "official", "s", LATER), ["a"]],
  ["a faktur that is kept back", "fakturs", (tx) => setKeptBack(tx, "a", true, LATER), ["a"]],
  ["a faktur that was not", "fakturs", (tx) => setKeptBack(tx, "a", false, LATER), []],
];

const OPEN: Pick<CaseRow, "state" | "steps" | "kind" | "detail"> = { ...CASE, state: "open", steps: null };
const OTHER_KIND = { kinds: ["duplicate"] } as const;
const OTHER_CAUSE = { cause: "refund:2" };
const MOVED = { id: "a", state: "approved" } as const;
const RENAMED = { id: "77", name: "PT Baru", email: null };
const ANEW = { company_at_payment: "{}", accepted: "[1]", decision: "held" } as const;

/** What cannot be done twice: the second time nothing changes, though nothing else has happened. */
const ONCE: readonly Row[] = [
  ["a mail that ended", "mails", (tx) => endMail(tx, "a", "refused", "550", LATER), []],
  ["an approval", "approvals", (tx) => endApproval(tx, "a", { ...CONFIRMED, decided_by: "z" }), []],
  ["a case that was closed", "cases", (tx) => changeCase(tx, { ...OPEN, id: "a" }, { note: "z" }, AT), []],
  ["the cases of that invoice", "cases", (tx) => closeOpenCases(tx, "i-a", {}, "mailed_again", LATER), []],
  ["a token that was revoked", "tokens", (tx) => revokeToken(tx, "a", LATER.toISOString()), []],
  ["a letter", "customer_letters", (tx) => endLetter(tx, "a", "refused", "550"), []],
  ["for whom it speaks", "customer_letters", (tx) => nameLetterSeller(tx, "a", "lain"), []],
  ["a mail that came back", "mails", (tx) => bounceMail(tx, "a", "5.1.1", LATER), ["a"]],
];

describeEngines("a write", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine, 4);
    await fill(store);
  });
  afterAll(() => store.close());

  const shown = async (tx: Tx, table: string): Promise<Map<string, string>> => {
    const rows: Record<string, unknown>[] = await tx(table);
    return new Map(rows.map((row) => [String(row[KEYS[table] ?? "id"]), JSON.stringify(row)]));
  };

  /** The rows that `write` has changed or taken away; nothing of it stays. */
  async function changedBy(first: readonly Write[], table: string, write: Write): Promise<string[]> {
    let changed: string[] = [];
    const trial = store.db.transaction(async (tx) => {
      for (const before of first) await before(tx);
      const before = await shown(tx, table);
      await write(tx);
      const after = await shown(tx, table);
      changed = [...before.keys()].filter((key) => before.get(key) !== after.get(key));
      expect(before.size).toBeGreaterThan(1);
      throw UNDONE;
    });
    await expect(trial).rejects.toBe(UNDONE);
    return changed.sort();
  }

  test.each(ROWS)("of %s changes its own row of %s alone", async (_what, table, write, mine) => {
    expect(await changedBy([], table, write)).toEqual(mine);
  });

  test.each(ONCE)("of %s, once that was done, in %s", async (_what, table, write, mine) => {
    const done: Write[] = [
      (tx) => endMail(tx, "a", "sent", "250", AT),
      (tx) => endMail(tx, "b", "sent", "250", AT),
      (tx) => endApproval(tx, "a", CONFIRMED),
      (tx) => closeOpenCases(tx, "i-a", {}, "paid_again", AT),
      (tx) => revokeToken(tx, "a", NOW),
      (tx) => nameLetterSeller(tx, "a", "utama"),
      (tx) => endLetter(tx, "a", "sent", "250"),
    ];
    expect(await changedBy(done, table, write)).toEqual(mine);
  });

  test("of a service that is let go leaves those of another transfer", async () => {
    const held: Write[] = ["a", "b"].map((id) => (tx) => holdServices(tx, "toko", id, [`S-${id}`]));
    expect(await changedBy(held, "transfer_services", (tx) => releaseServices(tx, "a"))).toEqual(["a"]);
  });

  test("of a code that was seen, and of one that never was, says so", async () => {
    const { knex } = store.db;
    expect(await takeTotpStep(knex, "a", 5)).toBe(false);
    await changeUser(knex, "b", { totp_step: null });
    expect([await takeTotpStep(knex, "b", 1), await takeTotpStep(knex, "b", 1)]).toEqual([true, false]);
  });

  test("of a stale hand moves no faktur", async () => {
    const stale: Write = (tx) => moveFaktur(tx, { id: "a", state: "submitting" }, "pend", LATER);
    await expect(store.db.transaction(stale)).rejects.toMatchObject({ code: "wrong_state" });
  });
});
