/**
 * What the WHMCS adapter reads for moves and transfers, against a local server that answers as WHMCS does: every service
 * with its client over all pages, unpaid invoices by the services on their lines, the registered client of an address,
 * tickets by either number, an answer given once, and a guide that names the pages.
 */
import { AppError } from "../../../src/errors";
import type { Portal, PortalConnection, PortalService } from "../../../src/hooks/portal";
import { createWhmcsPortal } from "../../../src/hooks/whmcs/whmcs";
import { silentLog } from "../../../src/log";
import { testClock } from "../../support/test-clock";
import {
  whmcsAddon,
  whmcsClient,
  whmcsDomain,
  whmcsInvoice,
  whmcsItem,
  whmcsProduct,
} from "../../support/whmcs-rows";
import { sendText, startWhmcs, WHMCS_API, type WhmcsStandIn } from "../../support/whmcs-stand-in";

let whmcs: WhmcsStandIn;
let portal: Required<Portal>;
/** What the ledger knows the client to have had. */
let had: readonly string[] = [];
beforeAll(async () => {
  whmcs = await startWhmcs();
  const d = {
    ...{ fetch: globalThis.fetch, timeoutMs: 2000, clock: testClock(), log: silentLog },
    servicesHad: () => Promise.resolve(had),
  };
  portal = createWhmcsPortal(d) as Required<Portal>;
});
beforeEach(() => {
  whmcs.reset();
  had = [];
});
afterAll(() => whmcs.close());

const connection = (options: Record<string, unknown> = {}): PortalConnection => ({
  ...{ slug: "whmcs", kind: "whmcs", seller: "utama", secrets: [], options },
  api: { url: whmcs.url, ...WHMCS_API },
});

const all = async (account?: string): Promise<PortalService[]> => {
  const found: PortalService[] = [];
  for await (const one of portal.listServices(connection(), account)) found.push(one);
  return found;
};

const caught = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
  );

describe("services", () => {
  test("hosting and domains are listed with their client and their name, passwords left behind (T72)", async () => {
    whmcs.world.products = [
      whmcsProduct(12),
      whmcsProduct(13, { clientid: "78", domain: "", name: "Lisensi &amp; SSL", status: "Suspended" }),
    ];
    whmcs.world.domains = [whmcsDomain(7)];
    const found = await all();
    expect(found).toEqual([
      { serviceId: "S12", accountId: "77", label: "contoh.example", status: "Active" },
      { serviceId: "S13", accountId: "78", label: "Lisensi & SSL", status: "Suspended" },
      { serviceId: "D7", accountId: "77", label: "contoh.example", status: "Active" },
    ]);
    expect(JSON.stringify(found)).not.toContain("sandi");
  });

  test("every page is read, and one client's alone where it is named", async () => {
    whmcs.world.products = Array.from({ length: 620 }, (_, index) =>
      whmcsProduct(index + 1, { clientid: index % 2 === 0 ? "77" : "78" }),
    );
    expect(new Set((await all()).map((one) => one.serviceId)).size).toBe(620);
    expect(whmcs.calls("GetClientsProducts")).toBe(3);
    expect((await all("78")).every((one) => one.accountId === "78")).toBe(true);
    expect(await all("78")).toHaveLength(310);
  });

  test("T45: lists of one and of none in PHP's shapes are read", async () => {
    whmcs.world.oddLists = true;
    whmcs.world.products = [whmcsProduct(12)];
    expect((await all()).map((one) => one.serviceId)).toEqual(["S12"]);
  });

  test("a row without a client is left out, and the others are read", async () => {
    whmcs.world.products = [whmcsProduct(12, { clientid: "0" }), whmcsProduct(13)];
    expect((await all()).map((one) => one.serviceId)).toEqual(["S13"]);
  });

  test("T49: a page that breaks off midway ends the list with a failure, not with an end", async () => {
    whmcs.world.products = Array.from({ length: 300 }, (_, index) => whmcsProduct(index + 1));
    whmcs.world.between = (action) => {
      if (action !== "GetClientsProducts") return;
      whmcs.world.fault = (_action, response) => (sendText(response, 502, "<html>Bad Gateway</html>"), true);
    };
    expect(await caught(all())).toBe("portal_unavailable");
  });

  test("single ones are asked for by their number; what is not there is left out", async () => {
    whmcs.world.products = [whmcsProduct(12), whmcsProduct(120)];
    whmcs.world.domains = [whmcsDomain(7, { userid: "78" })];
    const found = await portal.readServices(connection(), ["S12", "D7", "S99", "odd", "S"]);
    expect(found.map((one) => [one.serviceId, one.accountId])).toEqual([
      ["S12", "77"],
      ["D7", "78"],
    ]);
  });

  test("of an invoice of 300 lines are read with what its client has; who has left is asked for", async () => {
    const ids = Array.from({ length: 300 }, (_, index) => index + 1);
    const clientOf = (id: number) => (id <= 3 ? "78" : "77");
    whmcs.world.products = ids.map((id) => whmcsProduct(id, { clientid: clientOf(id) }));
    whmcs.world.domains = ids.map((id) => whmcsDomain(id, { userid: clientOf(id) }));
    const asked = [...ids.map((id) => `S${id}`), ...ids.map((id) => `D${id}`)];
    const found = await portal.readServices(connection(), asked, "77");
    expect(found.map((one) => [one.serviceId, one.accountId])).toEqual(
      asked.map((id) => [id, clientOf(Number(id.slice(1)))]),
    );
    expect([whmcs.calls("GetClientsProducts"), whmcs.calls("GetClientsDomains")]).toEqual([5, 5]);
  });

  test("of a client with thousands more are asked for one by one in the end", async () => {
    whmcs.world.products = Array.from({ length: 4000 }, (_, index) => whmcsProduct(index + 1));
    const asked = Array.from({ length: 6 }, (_, index) => `S${3995 + index}`);
    const found = await portal.readServices(connection(), asked, "77");
    expect(found.map((one) => one.serviceId)).toEqual(asked);
    expect(whmcs.calls("GetClientsProducts")).toBe(12);
  });
});

describe("unpaid invoices", () => {
  const unpaid = (id: number, items: Record<string, unknown>[], more = {}) =>
    whmcsInvoice(id, { status: "Unpaid", items: items.map((item) => whmcsItem(item)), ...more });

  test("each names the services of its lines; an addon counts for its hosting, an upgrade for nothing", async () => {
    whmcs.world.addons = [whmcsAddon(40, 12)];
    whmcs.world.invoices = [
      unpaid(1, [
        { type: "Hosting", relid: 12 },
        { type: "Domain", relid: 7 },
      ]),
      unpaid(2, [{ type: "Addon", relid: 40 }]),
      unpaid(3, [{ type: "DomainRegister", relid: 8 }]),
      unpaid(4, [
        { type: "Upgrade", relid: 12 },
        { type: "", relid: 0 },
      ]),
    ];
    const found = await portal.listUnpaid(connection(), "77");
    expect(found.map((one) => [one.invoiceId, one.serviceIds])).toEqual([
      ["1", ["S12", "D7"]],
      ["2", ["S12"]],
      ["3", ["D8"]],
      ["4", []],
    ]);
    expect(found[0]).toMatchObject({
      number: "INV-1",
      gross: 111_000_000n,
      currency: "IDR",
      accountId: "77",
    });
    expect(whmcs.calls("GetClientsAddons")).toBe(1);
  });

  test("T20: an addon that went with its hosting is found under what the client had; one that is gone is of nothing", async () => {
    had = ["S12", "D7", ...Array.from({ length: 150 }, (_, index) => `S${index + 100}`)];
    whmcs.world.products = [whmcsProduct(12, { clientid: "78" }), whmcsProduct(249, { clientid: "78" })];
    whmcs.world.addons = [whmcsAddon(40, 12), whmcsAddon(41, 249), whmcsAddon(42, 13, { userid: "79" })];
    const asked = () =>
      whmcs.asked
        .filter(({ action }) => action === "GetClientsAddons")
        .map(({ form }) => form.get("clientid") ?? form.get("serviceid")?.split(",").length);
    const services = async (...relids: number[]) => {
      whmcs.asked.length = 0;
      whmcs.world.invoices = relids.map((relid) => unpaid(relid, [{ type: "Addon", relid }]));
      return (await portal.listUnpaid(connection(), "77")).map((one) => one.serviceIds);
    };
    expect(await services(40)).toEqual([["S12"]]);
    expect(asked()).toEqual(["77", 100]);
    expect(await services(40, 41)).toEqual([["S12"], ["S249"]]);
    expect(asked()).toEqual(["77", 100, 51]);
    expect(await services(43)).toEqual([[]]);
    expect(asked()).toEqual(["77", 100, 51]);
    // Of a hosting that the client never had.
    expect(await services(42)).toEqual([[]]);
  });

  test.each(["Payment Pending", "Collections"])("%s still counts as unpaid", async (status) => {
    whmcs.world.invoices = [unpaid(1, [{ type: "Hosting", relid: 12 }], { status })];
    expect(await portal.listUnpaid(connection(), "77")).toHaveLength(1);
  });

  test.each(["Paid", "Cancelled", "Refunded", "Draft"])("%s does not", async (status) => {
    whmcs.world.invoices = [unpaid(1, [{ type: "Hosting", relid: 12 }], { status })];
    expect(await portal.listUnpaid(connection(), "77")).toEqual([]);
  });

  test("another client's are not among them, and one that is merged away meanwhile is passed over", async () => {
    whmcs.world.invoices = [
      unpaid(1, [{ type: "Hosting", relid: 12 }], { userid: 78 }),
      unpaid(2, [{ type: "Hosting", relid: 12 }]),
    ];
    whmcs.world.between = (action) => {
      if (action === "GetInvoices" && whmcs.calls("GetInvoices") === 4) whmcs.world.invoices = [];
    };
    expect(await portal.listUnpaid(connection(), "77")).toEqual([]);
  });
});

describe("the receiving account", () => {
  test.each([
    ["billing@contoh.example", "77"],
    [" Billing@Contoh.example ", "77"],
  ])("%j is client %s", async (email, id) => {
    whmcs.world.clients = [whmcsClient({ email: email.trim() })];
    expect(await portal.findAccount(connection(), email)).toMatchObject({ id, name: "PT Contoh Sejahtera" });
  });

  test("nobody, a closed client, and an answer about somebody else are nobody", async () => {
    expect(await portal.findAccount(connection(), "tidak@ada.example")).toBeNull();
    whmcs.world.clients = [whmcsClient({ status: "Closed" })];
    expect(await portal.findAccount(connection(), "billing@contoh.example")).toBeNull();
    whmcs.world.fault = (_action, response) => {
      const client = whmcsClient({ email: "lain@contoh.example" });
      sendText(response, 200, JSON.stringify({ result: "success", client }));
      return true;
    };
    expect(await portal.findAccount(connection(), "billing@contoh.example")).toBeNull();
  });
});

describe("tickets", () => {
  const ticket = (more: Record<string, unknown> = {}) => ({
    ...{ ticketid: "5", tid: "859921", c: "x", userid: "77", subject: "Pindah &amp; gabung", status: "Open" },
    ...{ service: "S12", replies: { reply: [{ replyid: "0", message: "Tolong pindahkan.", admin: "" }] } },
    ...more,
  });

  test.each(["859921", "#859921", "5", " 5 "])("%j finds the ticket", async (asked) => {
    whmcs.world.tickets = [ticket()];
    expect(await portal.readTicket(connection(), asked)).toEqual({
      ...{ id: "5", number: "859921", accountId: "77", subject: "Pindah & gabung" },
      ...{ status: "Open", serviceId: "S12" },
    });
  });

  test("the number people see goes before WHMCS's own id", async () => {
    whmcs.world.tickets = [
      ticket({ ticketid: "859921", tid: "111111", userid: "78" }),
      ticket({ ticketid: "5", tid: "859921" }),
    ];
    expect(await portal.readTicket(connection(), "859921")).toMatchObject({ id: "5", accountId: "77" });
  });

  test("a guest's ticket has no account, letters are no id, and one that is not there is none", async () => {
    whmcs.world.tickets = [ticket({ userid: "0", tid: "ABC-859921" })];
    expect(await portal.readTicket(connection(), "abc-859921")).toBeNull();
    expect(await portal.readTicket(connection(), "ABC-859921")).toMatchObject({ accountId: null });
    expect(await portal.readTicket(connection(), "12345")).toBeNull();
  });

  test("an answer is given once, however often it is asked for", async () => {
    whmcs.world.tickets = [ticket()];
    const message = "Disetujui.\n\nRef: abc/1";
    const options = { ticketAdmin: "dukungan" };
    for (let time = 0; time < 3; time += 1) {
      await portal.answerTicket(connection(options), "5", message, "Ref: abc/1");
    }
    const sent = whmcs.asked.filter((call) => call.action === "AddTicketReply");
    expect(
      sent.map(({ form }) => [form.get("ticketid"), form.get("message"), form.get("adminusername")]),
    ).toEqual([["5", message, "dukungan"]]);
    await portal.answerTicket(connection(), "5", "Ditolak.\nRef: abc/2", "Ref: abc/2");
    expect(whmcs.calls("AddTicketReply")).toBe(2);
  });

  test("a ticket that is gone is told", async () => {
    expect(await caught(portal.answerTicket(connection(), "5", "x", "Ref: 1"))).toBe("not_found");
  });
});

describe("the guide", () => {
  const transfer = {
    services: [
      { serviceId: "S12", label: "contoh.example" },
      { serviceId: "D7", label: "contoh.example" },
    ],
    ...{ fromAccount: "77", toAccount: "78" },
  };

  test("names each page, and ticks by itself what the portal shows", () => {
    const steps = portal.transferGuide(connection({ adminPath: "kantor" }), transfer);
    const at = (page: string) => `${whmcs.url}/kantor/${page}`;
    expect(steps.map(({ code, url, moves }) => [code, url, moves])).toEqual([
      ["transfer_ownership", at("clientsservices.php?userid=77&id=12"), "S12"],
      ["transfer_ownership", at("clientsdomains.php?userid=77&id=7"), "D7"],
      ["old_invoices", at("clientsinvoices.php?userid=77"), null],
      ["next_due_date", at("clientsservices.php?userid=78&id=12"), null],
      ["next_due_date", at("clientsdomains.php?userid=78&id=7"), null],
      ["domain_contacts", at("clientsdomains.php?userid=78&id=7"), null],
    ]);
    expect(steps[0]?.says.id).toContain("Client ID 78");
  });

  test.each(["/includes/api.php", "/tagihan/", "/tagihan/includes/api.php"])(
    "with the address …%s",
    (path) => {
      const base = connection();
      const [first] = portal.transferGuide(
        { ...base, api: { ...base.api, url: `${whmcs.url}${path}` } },
        transfer,
      );
      const folder = path.startsWith("/tagihan") ? "/tagihan" : "";
      expect(first?.url).toBe(`${whmcs.url}${folder}/admin/clientsservices.php?userid=77&id=12`);
    },
  );
});
