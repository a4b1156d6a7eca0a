/**
 * Services that change hands, on the whole program against a stand-in of WHMCS, on both databases: moves are found with
 * or without a ticket, the old owner's unpaid invoices are told of, and what is paid after the move waits for a person
 * before anything is issued (traps T20 to T23). Generic portals feed the same by their own event, in whatever order.
 */
import { listAudit } from "../../src/store/audit";
import { insertOwner, listMoves, ownerOf, type MoveRow } from "../../src/store/moves";
import { jobsOf } from "../../src/store/jobs";
import { describeEngines, describeMariadb } from "../support/databases";
import { until } from "../support/until";
import {
  whmcsAddon,
  whmcsClient,
  whmcsDomain,
  whmcsInvoice,
  whmcsItem,
  whmcsProduct,
} from "../support/whmcs-rows";
import { sendText, startWhmcs, WHMCS_API, type WhmcsStandIn } from "../support/whmcs-stand-in";
import {
  addCompany,
  addPortal,
  addSeller,
  DESK,
  event,
  invoiceId,
  line,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  tellAt,
  withWeb,
  type InvoiceSeen,
  type World,
} from "../support/world";

const OTHER = { npwp: "0098765432109000", name: "PT PENERIMA" };

type Step = readonly [from: string, to: string, second: number];
const step = (...one: Step): Step => one;
/** Every order in which these may be told. */
const ordersOf = (steps: readonly Step[]): Step[][] =>
  steps.length === 0
    ? [[]]
    : steps.flatMap((one) => ordersOf(steps.filter((other) => other !== one)).map((rest) => [one, ...rest]));

describeEngines("moves", (engine) => {
  let world: World;
  let whmcs: WhmcsStandIn;
  beforeEach(async () => {
    whmcs = await startWhmcs();
    world = await startWorld(engine);
    await addPortal(world, "whmcs", { kind: "whmcs", api: { url: whmcs.url, ...WHMCS_API } });
    await addCompany(world, "77", { portal: "whmcs" });
    await addCompany(world, "78", { portal: "whmcs", ...OTHER });
    whmcs.world.clients = [
      whmcsClient(),
      whmcsClient({ id: 78, userid: 78, email: "penerima@contoh.example" }),
    ];
    whmcs.world.products = [whmcsProduct(12)];
    whmcs.world.domains = [whmcsDomain(7)];
  });
  afterEach(async () => {
    await world.close();
    await whmcs.close();
  });

  const look = async (): Promise<void> => {
    world.clock.pass(3600);
    expect(await world.app.api.transfers.look("whmcs")).toBe(true);
    await world.app.worker.drain();
  };
  const give = (clientid: string): void => {
    whmcs.world.products = [whmcsProduct(12, { clientid })];
  };
  const moves = (): Promise<MoveRow[]> => listMoves(world.app.db.knex, {}, null, 100);
  const only = async (): Promise<MoveRow> => {
    const all = await moves();
    expect(all).toHaveLength(1);
    return all[0] as MoveRow;
  };
  /** An invoice of client 77 for hosting 12, unpaid. */
  const bill = (id: number, more: Record<string, unknown> = {}): void => {
    whmcs.world.invoices.push(whmcsInvoice(id, { status: "Unpaid", ...more }));
  };
  /** The client pays, at the moment of the test's clock, and WHMCS tells. */
  const pays = async (id: number): Promise<void> => {
    const now = world.clock.now();
    const datepaid = new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    whmcs.world.invoices = whmcs.world.invoices.map((row) =>
      row.id === id ? { ...row, status: "Paid", datepaid } : row,
    );
    const told = await tell(world, event("invoice.paid", { invoiceId: id }), { portal: "whmcs" });
    expect(told.status).toBe(202);
    await runToEnd(world);
  };
  const atAuthority = () =>
    world.authority.authority.state.all().map(({ sale }) => sale.lawanTransaksi.identityValue);

  test("the first look opens nothing, and the next is at two in the morning", async () => {
    await look();
    expect(await moves()).toEqual([]);
    const [job] = await jobsOf(world.app.db.knex, ["whmcs"]);
    expect([job?.kind, job?.state, job?.runAt]).toEqual(["services", "ready", "2026-11-03T19:00:00.000Z"]);
  });

  test("T23: a move without a ticket is found at the next look, once, and T22: its domain is seen to stay", async () => {
    await look();
    give("78");
    await look();
    await look();
    const move = await only();
    expect(move).toMatchObject({
      ...{ service_id: "S12", from_account: "77", to_account: "78", state: "open", source: "list" },
      ...{ ticket: null, label: "contoh.example" },
    });
    expect(new Date(move.last_seen_from ?? 0).getTime()).toBeLessThan(Date.parse(move.seen_at));
    await world.app.scheduleUpkeep();
    world.clock.set("2026-11-04T07:00:00+07:00");
    await world.app.worker.drain();
    const [mail] = await mailsAbout(world, "belum diikat ke tiket");
    expect(mail?.text).toContain("S12 contoh.example: akun 77 → 78, 1 hari, belum diikat ke tiket");
    expect(mail?.text).toContain("D7 dengan nama domain yang sama masih di akun 77");
  });

  test("a service that vanishes or appears opens nothing", async () => {
    await look();
    whmcs.world.products = [whmcsProduct(13, { clientid: "78" })];
    whmcs.world.domains = [];
    await look();
    expect(await moves()).toEqual([]);
  });

  test("a list that breaks off midway makes no move; the whole one does", async () => {
    await look();
    give("78");
    whmcs.world.fault = (action, response) =>
      action === "GetClientsDomains" && (sendText(response, 502, "<html>Bad Gateway</html>"), true);
    await look();
    expect(await moves()).toEqual([]);
    whmcs.world.fault = null;
    await look();
    expect(await only()).toMatchObject({ service_id: "S12", to_account: "78" });
  });

  test("T20: the old owner's unpaid invoice is told of at once, held when paid, and issued to its own client on a person's word", async () => {
    await look();
    bill(1234);
    give("78");
    await look();
    const move = await only();
    expect(JSON.parse(move.unpaid ?? "[]")).toEqual([
      { invoiceId: "1234", number: "INV-1234", currency: "IDR", gross: "1110000.00" },
    ]);
    const alarms = await mailsAbout(world, "PENTING: layanan");
    expect(alarms).toHaveLength(1);
    expect(alarms[0]?.text).toContain("akun lama 77 belum membayar INV-1234");
    await look();
    expect(await mailsAbout(world, "PENTING: layanan")).toHaveLength(1);

    await pays(1234);
    expect(await seen(world, "1234", "whmcs")).toMatchObject({
      outcome: "held",
      reasons: ["service_moved"],
      fakturs: [],
    });
    expect(atAuthority()).toEqual([]);
    await world.app.api.corrections.issueAnew(
      await invoiceId(world, "1234", "whmcs"),
      ["service_moved"],
      DESK,
    );
    await runToEnd(world);
    const { fakturs, outcome } = await seen(world, "1234", "whmcs");
    expect(outcome).toBe("issued");
    expect(fakturs.map((one) => one.buyer_name)).toEqual(["PT CONTOH SEJAHTERA"]);
    expect(atAuthority()).toEqual(["0012345678012000"]);
  });

  test("T20: a move that no list has shown yet is seen when the invoice is read", async () => {
    await look();
    bill(1234);
    give("78");
    world.clock.pass(60);
    await pays(1234);
    expect(await seen(world, "1234", "whmcs")).toMatchObject({ outcome: "held", reasons: ["service_moved"] });
    expect(await only()).toMatchObject({ source: "invoice", from_account: "77", to_account: "78" });
  });

  test("T20: and so is one from before the first list", async () => {
    bill(1234);
    give("78");
    await pays(1234);
    expect(await seen(world, "1234", "whmcs")).toMatchObject({ outcome: "held", reasons: ["service_moved"] });
    expect(await only()).toMatchObject({ source: "invoice", last_seen_from: null, state: "open" });
  });

  describe("T20: an unpaid invoice for nothing but an addon, which went with its hosting", () => {
    const item = whmcsItem({ type: "Addon", relid: 40, description: "IP Tambahan" });
    beforeEach(() => {
      whmcs.world.addons = [whmcsAddon(40, 12)];
    });

    test("is told of at once, and held when paid", async () => {
      await look();
      bill(1234, { items: [item] });
      give("78");
      await look();
      expect(JSON.parse((await only()).unpaid ?? "[]")).toMatchObject([{ invoiceId: "1234" }]);
      expect(await mailsAbout(world, "PENTING: layanan")).toHaveLength(1);
      await pays(1234);
      expect(await seen(world, "1234", "whmcs")).toMatchObject({
        ...{ outcome: "held", reasons: ["service_moved"], fakturs: [] },
      });
    });

    test("is held also where no list has shown the move yet", async () => {
      await look();
      bill(1234, { items: [item] });
      give("78");
      world.clock.pass(60);
      await pays(1234);
      expect(await seen(world, "1234", "whmcs")).toMatchObject({
        ...{ outcome: "held", reasons: ["service_moved"] },
      });
    });

    test("of an addon that is gone with everything stays what it was: issued to its own client", async () => {
      await look();
      bill(1234, { items: [item] });
      whmcs.world.addons = [];
      await pays(1234);
      expect(await seen(world, "1234", "whmcs")).toMatchObject({ outcome: "issued" });
    });
  });

  test("T21: the new owner's invoice carries the new owner's NPWP, whatever the last list said", async () => {
    await look();
    give("78");
    bill(1235, { userid: 78 });
    await pays(1235);
    expect(await seen(world, "1235", "whmcs")).toMatchObject({ outcome: "issued" });
    expect(atAuthority()).toEqual([OTHER.npwp]);
  });

  test("T22: the hosting's invoice is held and the domain's is not", async () => {
    await look();
    bill(1, { items: [whmcsItem()] });
    bill(2, { items: [whmcsItem({ type: "Domain", relid: 7 })] });
    give("78");
    await look();
    await pays(1);
    await pays(2);
    expect(await seen(world, "1", "whmcs")).toMatchObject({ outcome: "held" });
    expect(await seen(world, "2", "whmcs")).toMatchObject({ outcome: "issued" });
  });

  test("an invoice that was paid while the service was still seen with its owner is issued", async () => {
    bill(1234);
    world.clock.set("2026-11-03T10:00:00+07:00");
    whmcs.world.invoices = [whmcsInvoice(1234, { datepaid: "2026-11-03 10:00:00" })];
    await look();
    give("78");
    await look();
    await tell(world, event("invoice.paid", { invoiceId: 1234 }), { portal: "whmcs" });
    await runToEnd(world);
    expect(await seen(world, "1234", "whmcs")).toMatchObject({ outcome: "issued" });
  });

  test("T20: a draft that waits is taken back when the move becomes known", async () => {
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
    await look();
    bill(1234);
    world.clock.pass(60);
    await pays(1234);
    expect(await seen(world, "1234", "whmcs")).toMatchObject({
      outcome: "waiting",
      fakturs: [{ state: "draft" }],
    });
    give("78");
    await look();
    expect(await seen(world, "1234", "whmcs")).toMatchObject({
      ...{ outcome: "held", reasons: ["service_moved"], fakturs: [{ state: "cancelled" }] },
    });
  });

  test("a service that has come back is its owner's again", async () => {
    await look();
    give("78");
    await look();
    give("77");
    await look();
    expect((await moves()).map((move) => [move.from_account, move.to_account]).sort()).toEqual([
      ["77", "78"],
      ["78", "77"],
    ]);
    bill(1234);
    await pays(1234);
    expect(await seen(world, "1234", "whmcs")).toMatchObject({ outcome: "issued" });
  });

  test("a move is tied to the old owner's ticket and to no other, and closed once nothing is unpaid", async () => {
    const ticket = (ticketid: string, tid: string, userid: string) => ({
      ...{ ticketid, tid, userid, subject: "Pindah", status: "Open", service: "", replies: { reply: [] } },
    });
    whmcs.world.tickets = [ticket("5", "859921", "77"), ticket("6", "859922", "78")];
    await look();
    bill(1234);
    give("78");
    await look();
    const { id } = await only();
    const tie = (number: string) =>
      world.app.api.transfers.tie(id, { ticket: number, note: "telepon" }, DESK);
    await expect(tie("859922")).rejects.toMatchObject({ code: "ticket_not_from_owner" });
    await expect(tie("1")).rejects.toMatchObject({ code: "ticket_not_from_owner" });
    expect(await only()).toMatchObject({ state: "open", ticket: null });
    await tie("859921");
    await world.app.worker.drain();
    expect(await only()).toMatchObject({
      state: "tied",
      ticket: "859921",
      tied_by: "finance",
      note: "telepon",
    });
    expect(Boolean((await only()).ticket_checked)).toBe(true);

    whmcs.world.invoices = [];
    await look();
    expect(await only()).toMatchObject({ state: "closed" });
    await expect(tie("859921")).rejects.toMatchObject({ code: "wrong_state" });
    const audit = await listAudit(world.app.db.knex, 0, 100, `move:${id}`);
    expect(audit.map((entry) => [entry.action, entry.actor, entry.detail])).toEqual([
      ["move.tied", "finance", "859921"],
    ]);
  });

  test("T28: one whose old owner was merged away is tied to the ticket that the merge took along", async () => {
    const ticket = (userid: string) => ({
      ...{ ticketid: "5", tid: "859921", userid, subject: "Gabung akun", status: "Open", service: "" },
      replies: { reply: [] },
    });
    await look();
    give("78");
    await look();
    const { id } = await only();
    const tie = () => world.app.api.transfers.tie(id, { ticket: "859921", note: null }, DESK);
    // Whoever receives a service does not explain by a ticket of their own that it was given.
    whmcs.world.tickets = [ticket("78")];
    await expect(tie()).rejects.toMatchObject({ code: "ticket_not_from_owner" });
    whmcs.world.clients = whmcs.world.clients.filter((client) => client["id"] !== 77);
    whmcs.world.tickets = [ticket("79")];
    await expect(tie()).rejects.toMatchObject({ code: "ticket_not_from_owner" });
    whmcs.world.tickets = [ticket("78")];
    await tie();
    await world.app.worker.drain();
    expect(await only()).toMatchObject({ state: "closed", ticket: "859921" });
  });

  test("the portal's word that a service was changed has that one looked at", async () => {
    await look();
    give("78");
    world.clock.pass(60);
    const told = await tell(world, event("service.changed", { serviceId: "S12" }), { portal: "whmcs" });
    expect(told.status).toBe(202);
    const before = whmcs.calls("GetClientsDomains");
    await world.app.worker.drain();
    expect(await only()).toMatchObject({ service_id: "S12", to_account: "78", source: "list" });
    expect(whmcs.calls("GetClientsDomains")).toBe(before);
  });

  test("a portal that is away is asked again, and nothing is lost", async () => {
    await look();
    give("78");
    whmcs.world.fault = (_action, response) => (sendText(response, 503, "busy"), true);
    await look();
    const [job] = await jobsOf(world.app.db.knex, ["whmcs"]);
    expect([job?.state, job?.lastCode]).toEqual(["ready", "portal_unavailable"]);
    whmcs.world.fault = null;
    world.clock.pass(3600);
    await world.app.worker.drain();
    expect(await only()).toMatchObject({ to_account: "78" });
  });

  test("a generic portal tells its moves itself: one record however often, tied where a ticket is named", async () => {
    const moved = (ticket: string | null) =>
      tell(world, event("service.moved", { serviceId: "S12", fromAccount: "77", toAccount: "78", ticket }));
    await moved(null);
    await moved(null);
    await world.app.worker.drain();
    expect(await only()).toMatchObject({ portal: "toko", state: "open", source: "event", ticket: null });
    await tell(world, paid("1234", { lines: [line({ serviceId: "S12" })] }));
    await runToEnd(world);
    expect(await seen(world, "1234")).toMatchObject({ outcome: "held", reasons: ["service_moved"] });
    // It cannot be asked for unpaid invoices, and that is no failure.
    expect(await jobsOf(world.app.db.knex, ["toko/S12"])).toEqual([]);
    await moved("TIKET-9");
    expect(await only()).toMatchObject({ state: "tied", ticket: "TIKET-9", tied_by: "portal:toko" });
    expect(Boolean((await only()).ticket_checked)).toBe(false);
    expect(await world.app.api.transfers.look("toko")).toBe(false);
  });

  describe("told by a generic portal in another order than they happened", () => {
    const at = (second: number): string => new Date(Date.UTC(2026, 10, 3, 2, 9, second)).toISOString();
    const moved = async ([from, to, second]: Step, more: Record<string, unknown> = {}): Promise<void> => {
      const said = event("service.moved", { serviceId: "S12", fromAccount: from, toAccount: to, ...more });
      expect((await tell(world, { ...said, timestamp: at(second) })).status).toBe(202);
    };
    const pays = async (id: string, serviceId = "S12"): Promise<InvoiceSeen> => {
      await tell(world, paid(id, { lines: [line({ serviceId })] }));
      await runToEnd(world);
      return seen(world, id);
    };
    const withoutUpload = () => addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });

    const CHAINS: readonly (readonly [string, readonly Step[], "held" | "issued"])[] = [
      ["came and left", [step("55", "77", 0), step("77", "88", 30)], "held"],
      ["left and came back", [step("77", "88", 0), step("88", "77", 30)], "issued"],
      ["left twice", [step("77", "88", 0), step("88", "77", 15), step("77", "88", 30)], "held"],
      ["came back twice", [step("88", "77", 0), step("77", "88", 15), step("88", "77", 30)], "issued"],
    ];
    test.each(CHAINS)(
      "%s: the invoice ends the same, whichever is told first",
      async (_name, happened, outcome) => {
        const ends: unknown[] = [];
        const orders = ordersOf(happened);
        for (const [index, order] of orders.entries()) {
          for (const one of order) await moved(one, { serviceId: `S${index}` });
          ends.push([order, (await pays(String(index), `S${index}`)).outcome]);
        }
        expect(ends).toEqual(orders.map((order) => [order, outcome]));
      },
    );

    test("a draft stands when an old move is told late and the service has come back since", async () => {
      await withoutUpload();
      await moved(step("88", "77", 30));
      const draft = { outcome: "waiting", fakturs: [{ state: "draft" }] };
      expect(await pays("1")).toMatchObject(draft);
      await moved(step("77", "88", 0));
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject(draft);
    });

    test("a draft is taken back, and stays so when the service is told late to have come before", async () => {
      await withoutUpload();
      expect(await pays("1")).toMatchObject({ fakturs: [{ state: "draft" }] });
      await moved(step("77", "88", 30));
      await moved(step("55", "77", 0));
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject({
        ...{ outcome: "held", reasons: ["service_moved"], fakturs: [{ state: "cancelled" }] },
      });
    });

    test("one told again, earlier or later by the portal's clock, is one record and takes its ticket", async () => {
      for (const second of [15, 0, 30]) await moved(step("77", "88", second));
      expect(await only()).toMatchObject({ state: "open", said_at: at(30) });
      await moved(step("77", "88", 0), { ticket: "TIKET-9" });
      expect(await only()).toMatchObject({ state: "tied", ticket: "TIKET-9", said_at: at(30) });
    });

    test.each([
      ["an older one leaves the owner as it was seen", 0, "77", at(15)],
      ["a newer one gives it to the new owner", 30, "88", at(30)],
    ])("%s", async (_name, second, account, seen_at) => {
      const { knex } = world.app.db;
      await insertOwner(knex, {
        ...{ portal: "toko", service_id: "S12", account: "77", label: null, name_key: null },
        ...{ status: "Active", seen_at: at(15) },
      });
      await moved(step("77", "88", second));
      expect(await ownerOf(knex, "toko", "S12")).toMatchObject({ account, seen_at });
    });
  });

  test("whatever moves while it is being decided is held, whichever is written first", async () => {
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
    await addCompany(world, "77");
    const ids = Array.from({ length: 24 }, (_, index) => String(index + 1));
    await withWeb(world.app, async (url) => {
      const say = (body: unknown) => tellAt(url, world.clock.now(), body);
      for (const id of ids) await say(paid(id, { lines: [line({ serviceId: `S${id}` })] }));
      const moved = ids.map((id) =>
        say(event("service.moved", { serviceId: `S${id}`, fromAccount: "77", toAccount: "78" })),
      );
      const answers = await Promise.all([...moved, world.app.worker.drain().then(() => ({ status: 202 }))]);
      expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
    });
    await runToEnd(world);
    const ends = await Promise.all(ids.map((id) => seen(world, id)));
    expect(ends.filter(({ reasons }) => reasons.join() !== "service_moved")).toEqual([]);
    expect(ends.flatMap(({ fakturs }) => fakturs).filter(({ state }) => state !== "cancelled")).toEqual([]);
  });
});

describeMariadb("a move told while a faktur is being written", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld("MariaDB", { seller: { upload: JSON.stringify({ auto: false }) } });
  });
  afterEach(() => world.close());

  /** True once another connection stands at the invoice, which is held here. */
  const waits = async (): Promise<true | null> => {
    const rows: unknown[][] = await world.store.db.knex.raw(
      `select 1 from information_schema.processlist
       where db = database() and info like 'update _invoices_ set%' and state = 'Updating'`,
    );
    return (rows[0] ?? []).length > 0 ? true : null;
  };

  test("it waits for the faktur, and takes the draft back", async () => {
    await tell(world, paid("1"));
    const { transaction } = world.app.db;
    let turn = 0;
    let moved: Promise<unknown> = Promise.resolve();
    Object.assign(world.app.db, {
      transaction(work: Parameters<typeof transaction>[0]) {
        turn += 1;
        if (turn !== 2) return transaction(work);
        return transaction(async (tx) => {
          const written = await work(tx);
          moved = tell(
            world,
            event("service.moved", { serviceId: "S12", fromAccount: "77", toAccount: "78" }),
          );
          await Promise.race([moved, until("the move waits", waits)]);
          return written;
        });
      },
    });
    await world.app.worker.drain();
    await moved;
    Object.assign(world.app.db, { transaction });
    await runToEnd(world);
    expect(await seen(world, "1")).toMatchObject({
      ...{ outcome: "held", reasons: ["service_moved"] },
      fakturs: [{ state: "cancelled" }],
    });
  });
});
