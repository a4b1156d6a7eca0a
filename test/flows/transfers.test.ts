/**
 * Transfers of services by ticket, on the whole program against a stand-in of WHMCS, on both databases: the conditions
 * are asked live when a transfer is opened, checked and approved; the ticket is answered once; the guide leads a person
 * through; and only the portal's own word ends it.
 */
import { readChecks, readItems, readSteps, type TransferWish } from "../../src/accounts/transfer-plan";
import { gatherDigest } from "../../src/ops/digest";
import { gatherHome } from "../../src/ops/home";
import { jobsOf } from "../../src/store/jobs";
import { listMoves } from "../../src/store/moves";
import { listAudit } from "../../src/store/audit";
import { findSeller } from "../../src/store/sellers";
import { transferById, type TransferRow } from "../../src/store/transfers";
import { describeEngines } from "../support/databases";
import { whmcsClient, whmcsDomain, whmcsInvoice, whmcsProduct } from "../support/whmcs-rows";
import { sendJson, sendText, startWhmcs, WHMCS_API, type WhmcsStandIn } from "../support/whmcs-stand-in";
import { addCompany, addPortal, DESK, mailsAbout, startWorld, type World } from "../support/world";

const HELP = { name: "support" } as const;
const WISH: TransferWish = {
  ...{ portal: "whmcs", services: ["S12", "D7"], fromAccount: "77" },
  ...{ toEmail: "penerima@contoh.example", ticket: "859921" },
};

describeEngines("transfers", (engine) => {
  let world: World;
  let whmcs: WhmcsStandIn;
  beforeEach(async () => {
    whmcs = await startWhmcs();
    world = await startWorld(engine);
    await addPortal(world, "whmcs", { kind: "whmcs", api: { url: whmcs.url, ...WHMCS_API } });
    await addCompany(world, "78", { portal: "whmcs", npwp: "0098765432109000", name: "PT PENERIMA" });
    whmcs.world.clients = [
      whmcsClient(),
      whmcsClient({ id: 78, userid: 78, email: "penerima@contoh.example", companyname: "PT Penerima" }),
    ];
    whmcs.world.products = [whmcsProduct(12)];
    whmcs.world.domains = [whmcsDomain(7)];
    whmcs.world.tickets = [
      {
        ...{ ticketid: "5", tid: "859921", userid: "77", subject: "Pindah layanan", status: "Open" },
        ...{
          service: "S12",
          replies: { reply: [{ replyid: "0", message: "Tolong pindahkan.", admin: "" }] },
        },
      },
    ];
  });
  afterEach(async () => {
    await world.close();
    await whmcs.close();
  });

  const transfers = () => world.app.api.transfers;
  const row = async (id: string): Promise<TransferRow> => {
    const found = await transferById(world.app.db.knex, id);
    if (found === undefined) throw new Error(`no transfer ${id}`);
    return found;
  };
  const failedIn = async (id: string) =>
    readChecks((await row(id)).checks)
      .filter((check) => !check.ok)
      .map((check) => check.code);
  const replies = (): string[] => {
    const [ticket] = whmcs.world.tickets as { replies: { reply: { message: string }[] } }[];
    return (ticket?.replies.reply ?? []).slice(1).map((reply) => reply.message);
  };
  const later = async (seconds: number): Promise<void> => {
    world.clock.pass(seconds);
    await world.app.worker.drain();
  };
  const approved = async (): Promise<string> => {
    const id = await transfers().open(WISH, HELP);
    await transfers().approve(id, null, DESK);
    await world.app.worker.drain();
    return id;
  };
  const bothMoved = (clientid: string): void => {
    whmcs.world.products = [whmcsProduct(12, { clientid })];
    whmcs.world.domains = [whmcsDomain(7, { userid: clientid })];
  };

  test("asked, approved, answered, carried out, proved", async () => {
    const id = await transfers().open(WISH, HELP);
    expect(await row(id)).toMatchObject({
      state: "open",
      to_account: "78",
      ticket_id: "5",
      answer_state: "none",
    });
    expect(await failedIn(id)).toEqual([]);
    expect(replies()).toEqual([]);

    await transfers().approve(id, "sesuai", DESK);
    await world.app.worker.drain();
    expect(await row(id)).toMatchObject({ state: "approved", decided_by: "finance", answer_state: "sent" });
    const [answer] = replies();
    expect(answer).toContain("Permintaan pemindahan layanan Anda disetujui.");
    expect(answer).toContain("Your request to move services is approved.");
    expect(answer).toContain("- contoh.example (S12)\n- contoh.example (D7)\n");
    expect(answer?.trimEnd().endsWith(`Ref: ${id}/1`)).toBe(true);

    whmcs.world.products = [whmcsProduct(12, { clientid: "78" })];
    await later(900);
    const half = await row(id);
    expect(half.state).toBe("approved");
    expect(readItems(half.services).map((item) => item.movedAt !== null)).toEqual([true, false]);
    const steps = readSteps(half.steps);
    expect(steps.map((step) => [step.code, step.doneBy])).toEqual([
      ["transfer_ownership", "portal"],
      ["transfer_ownership", null],
      ["old_invoices", null],
      ["next_due_date", null],
      ["next_due_date", null],
      ["domain_contacts", null],
    ]);
    await transfers().mark(id, 3, HELP);
    await expect(transfers().mark(id, 2, HELP)).rejects.toMatchObject({ code: "wrong_state" });
    await expect(transfers().mark(id, 9, HELP)).rejects.toMatchObject({ code: "not_found" });

    bothMoved("78");
    await later(900);
    const done = await row(id);
    expect([done.state, done.done_at]).toEqual(["done", world.clock.now().toISOString()]);
    expect(readSteps(done.steps)[2]).toMatchObject({ code: "old_invoices", doneBy: "support" });
    expect(replies()).toHaveLength(1);
    expect(await jobsOf(world.app.db.knex, [id])).toEqual([]);
    const audit = await listAudit(world.app.db.knex, 0, 100, `transfer:${id}`);
    expect(audit.map((entry) => [entry.action, entry.actor])).toEqual([
      ["transfer.opened", "support"],
      ["transfer.approved", "finance"],
      ["transfer.step_done", "support"],
      ["transfer.done", "portal:whmcs"],
    ]);
  });

  test("a move that an approved transfer explains is tied to its ticket, and closed", async () => {
    await transfers().look("whmcs");
    await world.app.worker.drain();
    const id = await approved();
    bothMoved("78");
    await later(900);
    const moves = await listMoves(world.app.db.knex, {}, null, 10);
    expect(moves.map((move) => [move.service_id, move.state, move.ticket, move.transfer_id]).sort()).toEqual([
      ["D7", "closed", "859921", id],
      ["S12", "closed", "859921", id],
    ]);
    expect(await row(id)).toMatchObject({ state: "done" });
  });

  test("the nightly look proves it as well", async () => {
    await transfers().look("whmcs");
    await world.app.worker.drain();
    const id = await approved();
    bothMoved("78");
    world.clock.pass(60);
    await transfers().look("whmcs");
    await world.app.worker.drain();
    expect(await row(id)).toMatchObject({ state: "done" });
  });

  test("blocked while an invoice for it is unpaid; the same wish again is the same transfer, checked anew", async () => {
    whmcs.world.invoices = [whmcsInvoice(900, { status: "Unpaid" })];
    const id = await transfers().open(WISH, HELP);
    expect(await row(id)).toMatchObject({ state: "blocked" });
    expect(await failedIn(id)).toEqual(["no_unpaid_invoice"]);
    await expect(transfers().approve(id, null, DESK)).rejects.toMatchObject({
      code: "checks_failed",
      faults: [{ code: "no_unpaid_invoice", path: "/services" }],
    });
    expect(await row(id)).toMatchObject({ state: "blocked", decided_at: null, answer_state: "none" });

    whmcs.world.invoices = [];
    expect(await transfers().open({ ...WISH, services: ["D7", "S12"] }, HELP)).toBe(id);
    expect(await row(id)).toMatchObject({ state: "open" });
    whmcs.world.invoices = [whmcsInvoice(900, { status: "Unpaid" })];
    await transfers().check(id);
    expect(await row(id)).toMatchObject({ state: "blocked" });
  });

  test("approval asks again: what was true when it was opened is not enough", async () => {
    const id = await transfers().open(WISH, HELP);
    whmcs.world.domains = [whmcsDomain(7, { userid: "78" })];
    await expect(transfers().approve(id, null, DESK)).rejects.toMatchObject({ code: "checks_failed" });
    expect(await row(id)).toMatchObject({ state: "blocked" });
    expect(await failedIn(id)).toEqual(["services_owned_by_source"]);
    await world.app.worker.drain();
    expect(replies()).toEqual([]);
  });

  test("T22: half a wish is open with a warning, and names what stays", async () => {
    const id = await transfers().open({ ...WISH, services: ["S12"] }, HELP);
    expect(await row(id)).toMatchObject({ state: "open" });
    const whole = readChecks((await row(id)).checks).find((check) => check.code === "whole_service");
    expect(whole).toMatchObject({ ok: false, level: "warn" });
    expect(whole?.detail.en).toContain("D7 (contoh.example)");
  });

  test("refused: the ticket is answered with the reasons, once; nothing is moved or looked for", async () => {
    whmcs.world.invoices = [whmcsInvoice(900, { status: "Unpaid" })];
    const id = await transfers().open(WISH, HELP);
    await transfers().reject(id, "Lunasi invoice dahulu.", HELP);
    await world.app.worker.drain();
    expect(await row(id)).toMatchObject({ state: "rejected", decided_by: "support", answer_state: "sent" });
    const [answer] = replies();
    expect(answer).toContain("- Lunasi invoice dahulu.");
    expect(answer).toContain("Masih ada invoice yang belum dibayar");
    expect(answer).not.toContain("penerima@contoh.example");
    expect(await jobsOf(world.app.db.knex, [id])).toEqual([]);
    for (const again of [
      transfers().approve(id, null, DESK),
      transfers().reject(id, "x", HELP),
      transfers().check(id),
    ]) {
      await expect(again).rejects.toMatchObject({ code: "wrong_state" });
    }
    // Decided is decided: the same wish is a new transfer.
    expect(await transfers().open(WISH, HELP)).not.toBe(id);
  });

  test("a refusal never goes by itself into a ticket that is somebody else's", async () => {
    whmcs.world.tickets = [{ ...whmcs.world.tickets[0], userid: "78" }];
    const id = await transfers().open(WISH, HELP);
    expect(await failedIn(id)).toEqual(["ticket_from_owner"]);
    await transfers().reject(id, "Bukan dari pemilik.", HELP);
    await world.app.worker.drain();
    expect(await row(id)).toMatchObject({ state: "rejected", answer_state: "by_hand" });
    expect((await row(id)).answer).toContain(
      "Permintaan harus dikirim sebagai tiket dari akun pemilik layanan.",
    );
    expect(replies()).toEqual([]);
  });

  test("a portal that is down loses no answer", async () => {
    const id = await transfers().open(WISH, HELP);
    await transfers().approve(id, null, DESK);
    whmcs.world.fault = (action, response) =>
      action === "AddTicketReply" &&
      whmcs.calls("AddTicketReply") < 3 &&
      (sendText(response, 503, "busy"), true);
    await world.app.worker.drain();
    expect(replies()).toEqual([]);
    await later(5);
    await later(30);
    expect(replies()).toHaveLength(1);
    whmcs.world.fault = null;
    await later(30);
    expect(await row(id)).toMatchObject({ state: "approved", answer_state: "sent" });
    await later(3600);
    expect(replies()).toHaveLength(1);
  });

  test("an answer lost on its way back is not repeated", async () => {
    const id = await transfers().open(WISH, HELP);
    await transfers().approve(id, null, DESK);
    whmcs.world.fault = (action, response) => {
      if (action !== "AddTicketReply") return false;
      const [ticket] = whmcs.world.tickets as { replies: { reply: unknown[] } }[];
      const message = whmcs.asked.at(-1)?.form.get("message") ?? "";
      ticket?.replies.reply.push({ replyid: "1", message, admin: "api" });
      whmcs.world.fault = null;
      response.destroy();
      return true;
    };
    await world.app.worker.drain();
    expect(await row(id)).toMatchObject({ answer_state: "queued" });
    await later(5);
    expect(await row(id)).toMatchObject({ answer_state: "sent" });
    expect(replies()).toHaveLength(1);
  });

  test("a ticket that is gone leaves the answer to a person", async () => {
    const id = await transfers().open(WISH, HELP);
    await transfers().approve(id, null, DESK);
    whmcs.world.tickets = [];
    await world.app.worker.drain();
    expect(await row(id)).toMatchObject({ state: "approved", answer_state: "by_hand" });
  });

  test("not seen with its new owner after 24 hours: one alarm, and it is still looked for", async () => {
    const id = await approved();
    for (let hour = 0; hour < 23; hour += 1) await later(3600);
    expect(await row(id)).toMatchObject({ overdue_at: null });
    for (let hour = 0; hour < 3; hour += 1) await later(3600);
    expect((await row(id)).overdue_at).not.toBeNull();
    const alarms = await mailsAbout(world, "PENTING: pemindahan layanan");
    expect(alarms).toHaveLength(1);
    expect(alarms[0]?.text).toContain(`S12, D7: akun 77 → 78, disetujui 1 hari lalu (${id})`);
    bothMoved("78");
    await later(3600);
    expect(await row(id)).toMatchObject({ state: "done" });
  });

  test("moved to somebody else than was approved: never done, and the move stays open", async () => {
    await transfers().look("whmcs");
    await world.app.worker.drain();
    const id = await approved();
    bothMoved("79");
    await later(900);
    expect(await row(id)).toMatchObject({ state: "approved" });
    const moves = await listMoves(world.app.db.knex, { state: "open" }, null, 10);
    expect(moves.map((move) => [move.to_account, move.transfer_id])).toEqual([
      ["79", null],
      ["79", null],
    ]);
  });

  test("a service is given to one account at a time, and a transfer is approved once", async () => {
    whmcs.world.clients.push(whmcsClient({ id: 79, userid: 79, email: "lain@contoh.example" }));
    const first = await transfers().open(WISH, HELP);
    const second = await transfers().open(
      { ...WISH, services: ["D7"], toEmail: "lain@contoh.example" },
      HELP,
    );
    const tries = await Promise.allSettled([
      transfers().approve(first, null, DESK),
      transfers().approve(first, null, DESK),
      transfers().approve(second, null, DESK),
    ]);
    expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    const refusals = tries.flatMap((one) =>
      one.status === "rejected" ? [(one.reason as { code: string }).code] : [],
    );
    expect(refusals).toEqual(["wrong_state", "wrong_state"]);
    await world.app.worker.drain();
    expect(replies()).toHaveLength(1);
  });

  test("no tick is lost: not to a proof that was asking the portal, nor to others at the same time", async () => {
    const id = await approved();
    whmcs.world.products = [whmcsProduct(12, { clientid: "78" })];
    whmcs.world.fault = (action, response) => {
      if (action !== "GetClientsDomains") return false;
      whmcs.world.fault = null;
      const none = { result: "success", totalresults: "0", domains: "" };
      void transfers()
        .mark(id, 3, HELP)
        .finally(() => sendJson(response, 200, none));
      return true;
    };
    await later(900);
    const doneBy = async () => readSteps((await row(id)).steps).map((step) => step.doneBy);
    expect(await doneBy()).toEqual(["portal", null, "support", null, null, null]);
    await Promise.all([4, 5, 6].map((step) => transfers().mark(id, step, { name: `orang ${step}` })));
    expect(await doneBy()).toEqual(["portal", null, "support", "orang 4", "orang 5", "orang 6"]);
  });

  test("what waits for finance and what a person has to answer is told at home and in the morning, until it is done", async () => {
    const told = async () => {
      const { counts, items } = await gatherHome(world.app);
      const seller = await findSeller(world.app.db.knex, "utama");
      const facts = await gatherDigest(
        { db: world.app.db, publicUrl: "https://faktur.example" },
        seller!,
        world.clock.now(),
        null,
      );
      expect(
        items.map((one) => one.kind).filter((kind) => kind === "wish" || kind === "answer"),
      ).toHaveLength(counts.wish + counts.answer);
      expect(facts.undecidedTransfers.inAll).toBe(counts.wish);
      expect(facts.unansweredTransfers.inAll).toBe(counts.answer);
      return [counts.wish, counts.answer];
    };
    const id = await transfers().open(WISH, HELP);
    expect(await told()).toEqual([1, 0]);
    await expect(transfers().answered(id, HELP)).rejects.toMatchObject({ code: "wrong_state" });
    whmcs.world.tickets = [{ ...whmcs.world.tickets[0], userid: "78" }];
    await transfers().check(id);
    // What is blocked waits for the portal and the customer, not for finance.
    expect(await told()).toEqual([0, 0]);
    await transfers().reject(id, "Bukan dari pemilik.", HELP);
    expect(await told()).toEqual([0, 1]);
    await transfers().answered(id, HELP);
    expect(await told()).toEqual([0, 0]);
    expect(await row(id)).toMatchObject({
      ...{ state: "rejected", answer_state: "sent", answered_at: world.clock.now().toISOString() },
    });
    await expect(transfers().answered(id, HELP)).rejects.toMatchObject({ code: "wrong_state" });
    await expect(transfers().answered("nobody", HELP)).rejects.toMatchObject({ code: "not_found" });
    expect(replies()).toEqual([]);
  });

  describe("an approved transfer that must not happen after all", () => {
    test("is called off: the ticket is told, and the services are free for the right one", async () => {
      whmcs.world.clients.push(whmcsClient({ id: 79, userid: 79, email: "benar@contoh.example" }));
      const id = await approved();
      const right = await transfers().open({ ...WISH, toEmail: "benar@contoh.example" }, HELP);
      await expect(transfers().approve(right, null, DESK)).rejects.toMatchObject({ code: "wrong_state" });
      await transfers().callOff(id, "Penerima keliru.", DESK);
      await world.app.worker.drain();
      expect(await row(id)).toMatchObject({
        ...{ state: "rejected", decided_by: "finance", decision_reason: "Penerima keliru." },
        answer_state: "sent",
      });
      expect(replies()).toHaveLength(2);
      expect(replies()[1]).toContain("- Penerima keliru.");
      expect(replies()[1]).toContain("The approval that you may have had in this ticket no longer holds");
      expect(replies()[1]?.trimEnd().endsWith(`Ref: ${id}/2`)).toBe(true);
      await transfers().approve(right, null, DESK);
      bothMoved("79");
      await later(900);
      expect([(await row(id)).state, (await row(right)).state]).toEqual(["rejected", "done"]);
      expect(await jobsOf(world.app.db.knex, [id, right])).toEqual([]);
      const audit = await listAudit(world.app.db.knex, 0, 100, `transfer:${id}`);
      expect(audit.map((entry) => entry.action)).toEqual([
        ...["transfer.opened", "transfer.approved", "transfer.called_off"],
      ]);
    });

    test("is also one whose services went to somebody else, or are gone from the portal", async () => {
      const id = await approved();
      whmcs.world.products = [whmcsProduct(12, { clientid: "79" })];
      whmcs.world.domains = [];
      await later(900);
      await transfers().callOff(id, "Dipindah ke akun lain.", DESK);
      expect(await row(id)).toMatchObject({ state: "rejected" });
    });

    test("stays one while a service is with its new owner, whether that was seen or not", async () => {
      const id = await approved();
      whmcs.world.products = [whmcsProduct(12, { clientid: "78" })];
      const callOff = () => transfers().callOff(id, "batal", DESK);
      await expect(callOff()).rejects.toMatchObject({ code: "wrong_state" });
      await later(900);
      await expect(callOff()).rejects.toMatchObject({ code: "wrong_state" });
      expect(await row(id)).toMatchObject({ state: "approved", answer_state: "sent" });
      // Moved back in the portal it can be called off.
      whmcs.world.products = [whmcsProduct(12)];
      await callOff();
      expect(await row(id)).toMatchObject({ state: "rejected" });
      await expect(callOff()).rejects.toMatchObject({ code: "wrong_state" });
    });

    test("is left alone by a portal that is down, and by whoever finds it undecided", async () => {
      const open = await transfers().open({ ...WISH, ticket: "1" }, HELP);
      await expect(transfers().callOff(open, "x", DESK)).rejects.toMatchObject({ code: "wrong_state" });
      const id = await approved();
      whmcs.world.fault = (_action, response) => (sendText(response, 502, "<html>"), true);
      await expect(transfers().callOff(id, "x", DESK)).rejects.toMatchObject({ code: "portal_unavailable" });
      expect(await row(id)).toMatchObject({ state: "approved" });
    });

    test("tells the ticket so, also when the approval was still on its way there", async () => {
      const id = await transfers().open(WISH, HELP);
      await transfers().approve(id, null, DESK);
      // The portal takes the approval's answer and is slow to say so: meanwhile it is called off.
      whmcs.world.fault = (action, response) => {
        if (action !== "AddTicketReply") return false;
        whmcs.world.fault = null;
        void transfers()
          .callOff(id, "Penerima keliru.", DESK)
          .finally(() => sendJson(response, 200, { result: "success" }));
        return true;
      };
      await world.app.worker.drain();
      expect(await row(id)).toMatchObject({ state: "rejected", answer_state: "sent" });
      expect(replies().at(-1)?.trimEnd().endsWith(`Ref: ${id}/2`)).toBe(true);
    });
  });

  test("T49: a portal that is down when asked for approval approves nothing", async () => {
    const id = await transfers().open(WISH, HELP);
    whmcs.world.fault = (_action, response) => (sendText(response, 502, "<html>"), true);
    await expect(transfers().approve(id, null, DESK)).rejects.toMatchObject({ code: "portal_unavailable" });
    expect(await row(id)).toMatchObject({ state: "open", decided_at: null });
  });

  test("a portal that cannot be asked takes no transfers, and an unknown one is not there (T70)", async () => {
    await expect(transfers().open({ ...WISH, portal: "toko" }, HELP)).rejects.toMatchObject({
      code: "transfer_unsupported",
    });
    await expect(transfers().open({ ...WISH, portal: "lain" }, HELP)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("T70: ids of another portal own nothing here", async () => {
    const second = await startWhmcs();
    try {
      await addPortal(world, "kedua", { kind: "whmcs", api: { url: second.url, ...WHMCS_API } });
      const id = await transfers().open({ ...WISH, portal: "kedua" }, HELP);
      expect(await failedIn(id)).toEqual([
        "services_owned_by_source",
        "ticket_from_owner",
        "destination_registered",
        "destination_company_active",
      ]);
      expect(await row(id)).toMatchObject({ state: "blocked", to_account: null, ticket_id: null });
    } finally {
      await second.close();
    }
  });
});
