/**
 * The plugin's hooks under real PHP: every hook sends the wake-up it should, signed so that our own reader hears it; what
 * cannot be sent waits and arrives once; and whatever the service does, a payment loses at most the time-out and never
 * sees an error (T49). The service is a real HTTP server in some tests and the whole program in the others.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../../src/clock";
import type { Delivery } from "../../../src/hooks/portal";
import { receiveWhmcs } from "../../../src/hooks/whmcs/receive";
import { made, sellerBody, startApi } from "../../support/api";
import { connectionOf, secretNamed } from "../../support/sign-webhook";
import { phpTest, startWhmcs, visit, type Vars, type WhmcsPhp } from "../../support/whmcs-php";

const SECRET = secretNamed("plugin");
const TOKEN = `fkt_${"a".repeat(43)}`;

/** A service that listens, hears as ours does, and behaves as it is told. */
interface Ear {
  readonly url: string;
  readonly heard: { id: string; body: Record<string, unknown>; heard: string }[];
  behaviour: "well" | "slow" | "hangs" | number;
  /** What stands in the body of a bare status. */
  says: string;
  close(): Promise<void>;
}

async function startEar(): Promise<Ear> {
  const connection = connectionOf("whmcs", { secrets: [SECRET] });
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (ear.behaviour === "hangs") return;
      const body = Buffer.concat(parts);
      const delivery: Delivery = { body, headers: request.headers, receivedAt: systemClock.now() };
      const { kind } = receiveWhmcs(connection, delivery);
      ear.heard.push({
        id: String(request.headers["webhook-id"]),
        body: JSON.parse(body.toString()) as Record<string, unknown>,
        heard: kind,
      });
      const taken = () => response.writeHead(202).end('{"status":"accepted"}');
      if (ear.behaviour === "well") taken();
      else if (ear.behaviour === "slow") setTimeout(taken, 300);
      else response.writeHead(ear.behaviour).end(ear.says);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const ear: Ear = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: [],
    behaviour: "well",
    says: "{}",
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return ear;
}

const settings = (url: string, more: Readonly<Record<string, string>> = {}) => ({
  ...{ service_url: url, portal: "whmcs", hook_secret: SECRET, api_token: TOKEN, timeout: "0.5" },
  ...more,
});

async function withPlugin(use: (whmcs: WhmcsPhp, ear: Ear) => Promise<void>): Promise<void> {
  const ear = await startEar();
  const whmcs = await startWhmcs({ settings: settings(ear.url) });
  try {
    await use(whmcs, ear);
  } finally {
    await whmcs.close();
    await ear.close();
  }
}

const PAID: readonly [string, Vars] = ["InvoicePaid", { invoiceid: 1234 }];
const CRON: readonly [string, Vars] = ["AfterCronJob", {}];

const SAYS: readonly (readonly [hook: string, vars: Vars, type: string, data: unknown])[] = [
  ["InvoicePaid", { invoiceid: 1 }, "invoice.paid", { invoiceId: 1 }],
  ["InvoiceRefunded", { invoiceid: "2" }, "invoice.refunded", { invoiceId: 2 }],
  ["InvoiceCancelled", { invoiceid: 3 }, "invoice.cancelled", { invoiceId: 3 }],
  ["InvoiceUnpaid", { invoiceid: 4 }, "invoice.unpaid", { invoiceId: 4 }],
  [
    "InvoiceCreation",
    { invoiceid: 5, source: "adminarea", status: "Unpaid" },
    "invoice.created",
    { invoiceId: 5 },
  ],
  [
    "InvoiceCreated",
    { invoiceid: 5, source: "adminarea", status: "Unpaid" },
    "invoice.created",
    { invoiceId: 5 },
  ],
  ["AddTransaction", { id: 6, invocieid: 60 }, "transaction.added", { transactionId: 6, invoiceId: 60 }],
  [
    "AddTransaction",
    { id: 7, invoiceid: "70", amountout: "5.00", refundid: 6 },
    "transaction.added",
    { transactionId: 7, invoiceId: 70 },
  ],
  ["AddTransaction", { id: 8, invoiceid: 0, invocieid: 0 }, "transaction.added", { transactionId: 8 }],
  ["ClientEdit", { userid: 77, email: "x@y.example", olddata: {} }, "client.updated", { clientId: 77 }],
  ["TicketOpen", { ticketid: 9, userid: 77, message: "pindah" }, "ticket.opened", { ticketId: 9 }],
  ["TicketOpenAdmin", { ticketid: 10 }, "ticket.opened", { ticketId: 10 }],
  ["ServiceEdit", { userid: 77, serviceid: 12 }, "service.changed", { serviceId: "S12" }],
  ["DomainEdit", { userid: 77, domainid: 7 }, "service.changed", { serviceId: "D7" }],
];

phpTest("every hook sends its own wake-up, signed, and leaves nothing behind", () =>
  withPlugin(async (whmcs, ear) => {
    await whmcs.run("settings", { timeout: "5" });
    await whmcs.fire(...SAYS.map(([hook, vars]) => [hook, vars] as const));
    expect(ear.heard.map(({ body }) => [body["type"], body["data"]])).toEqual(
      SAYS.map(([, , type, data]) => [type, data]),
    );
    expect(ear.heard.map(({ heard }) => heard).filter((kind) => kind === "badSignature")).toEqual([]);
    expect(ear.heard[0]?.heard).toBe("wake");
    expect(new Set(ear.heard.map(({ id }) => id)).size).toBe(SAYS.length);
    expect(await whmcs.queue()).toEqual([]);
    expect(await whmcs.activityLog()).toEqual([]);
  }),
);

phpTest("a hook that names nothing sends nothing", () =>
  withPlugin(async (whmcs, ear) => {
    await whmcs.fire(["InvoicePaid", {}], ["AddTransaction", { id: "x" }], ["DomainEdit", { domainid: -1 }]);
    expect([ear.heard, await whmcs.queue()]).toEqual([[], []]);
  }),
);

phpTest("invoices that the nightly run makes wait for its end, then arrive in their order", () =>
  withPlugin(async (whmcs, ear) => {
    const night = [1, 2, 3].map(
      (id) =>
        [
          id === 3 ? "InvoiceCreated" : "InvoiceCreation",
          { invoiceid: id, source: "autogen", status: "Unpaid" },
        ] as const,
    );
    await whmcs.fire(...night);
    expect([ear.heard.length, (await whmcs.queue()).length]).toEqual([0, 3]);
    await whmcs.fire(["DailyCronJob", {}]);
    expect(ear.heard.map(({ body }) => body["data"])).toEqual([
      { invoiceId: 1 },
      { invoiceId: 2 },
      { invoiceId: 3 },
    ]);
    expect(await whmcs.queue()).toEqual([]);
  }),
);

phpTest("T49: a service that hangs costs a payment the time-out once; what follows is only queued", () =>
  withPlugin(async (whmcs, ear) => {
    ear.behaviour = "hangs";
    const [first = 0, second = 0, third = 0] = await whmcs.fire(
      PAID,
      ["AddTransaction", { id: 1, invoiceid: 1234 }],
      PAID,
    );
    expect(first).toBeGreaterThanOrEqual(450);
    expect(first).toBeLessThan(1500);
    expect(second + third).toBeLessThan(400);
    // The next request of the same minute does not try either.
    const [next = 0] = await whmcs.fire(PAID);
    expect(next).toBeLessThan(400);
    expect((await whmcs.queue()).map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0]);
  }),
);

phpTest("T49: a service that is slow costs a payment of many invoices no more than one that hangs", () =>
  withPlugin(async (whmcs, ear) => {
    ear.behaviour = "slow";
    await whmcs.run("settings", { timeout: "1" });
    const mass = Array.from({ length: 20 }, (_, index) => ["InvoicePaid", { invoiceid: index + 1 }] as const);
    const took = (await whmcs.fire(...mass)).reduce((all, one) => all + one, 0);
    // One by one they would take six seconds.
    expect(took).toBeLessThan(5000);
    // Nothing failed: what is left is due at once, in its order.
    const left = await whmcs.queue();
    expect([ear.heard.length + left.length, left[0]?.attempts]).toEqual([20, 0]);
    ear.behaviour = "well";
    await whmcs.fire(CRON);
    expect(ear.heard.map(({ body }) => body["data"])).toEqual(
      mass.map(([, { invoiceid }]) => ({ invoiceId: invoiceid })),
    );
    expect(await whmcs.queue()).toEqual([]);
  }),
);

for (const [behaviour, what] of [
  [500, "fails"],
  [503, "cannot store"],
  [401, "refuses the signature"],
  [404, "does not know the portal"],
  [302, "is somewhere else"],
  [429, "is busy"],
] as const) {
  phpTest(`T49: a service that ${what} (${behaviour}) gets the wake-up again, under the same id`, () =>
    withPlugin(async (whmcs, ear) => {
      ear.behaviour = behaviour;
      await whmcs.fire(PAID);
      expect(await whmcs.queue()).toMatchObject([
        { type: "invoice.paid", attempts: 1, last_error: `HTTP ${behaviour}` },
      ]);
      ear.behaviour = "well";
      await whmcs.fire(CRON);
      expect(ear.heard).toHaveLength(1);
      await whmcs.sql("update mod_faktur_otomatis_queue set next_at = 0");
      await whmcs.fire(CRON);
      expect(ear.heard).toHaveLength(2);
      expect(ear.heard[1]?.id).toBe(ear.heard[0]?.id);
      expect(await whmcs.queue()).toEqual([]);
      expect((await whmcs.activityLog()).join()).toContain(`HTTP ${behaviour}`);
    }),
  );
}

const FAULT = { code: "field_missing", path: "/data", message: "kosong", fix: "isi" };
const REFUSALS = [
  [400, { code: "malformed", faults: [FAULT] }],
  [413, { code: "too_large" }],
  [415, { code: "not_json" }],
] as const;
const problem = (status: number, said: object) => JSON.stringify({ type: "about:blank", status, ...said });

for (const [status, said] of REFUSALS) {
  phpTest(`what the service itself will never take (${status}) is not sent for ever, and is told`, () =>
    withPlugin(async (whmcs, ear) => {
      ear.behaviour = status;
      ear.says = problem(status, said);
      await whmcs.fire(PAID);
      expect(await whmcs.queue()).toEqual([]);
      expect((await whmcs.activityLog()).join()).toContain(`HTTP ${status}, refused for good`);
    }),
  );
}

phpTest("the connection's page calls what was refused for good neither arrived nor waiting", () =>
  withPlugin(async (whmcs, ear) => {
    ear.behaviour = 500;
    await whmcs.fire(PAID);
    ear.behaviour = 400;
    ear.says = problem(400, { code: "malformed", faults: [FAULT] });
    const page = "/admin/addonmodules.php?module=faktur_otomatis&fo_lang=en";
    const admin = await visit(await whmcs.serve(), "admin=1");
    await admin.get(page);
    const { html } = await admin.post(page, { do: "flush" });
    expect(html).toContain('data-arrived="0"');
    expect(html).toContain("HTTP 400, refused for good");
    expect(html).not.toContain("has arrived");
    expect(await whmcs.queue()).toEqual([]);
  }),
);

for (const [status, says, whose] of [
  [400, "<html><h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port</html>", "a proxy"],
  [413, "<html>413 Request Entity Too Large</html>", "a proxy"],
  [415, '{"status":415,"error":"Unsupported Media Type"}', "a proxy that speaks JSON"],
  [400, problem(400, { code: "blocked" }), "a firewall that speaks of problems"],
  [400, problem(400, { code: "malformed" }), "the service about a body cut off on its way"],
  [200, "<html>Sedang dalam perbaikan</html>", "a page of maintenance"],
  [204, "", "a proxy that says nothing"],
] as const) {
  phpTest(`an answer of ${whose} (${status}) takes no wake-up off the list`, () =>
    withPlugin(async (whmcs, ear) => {
      ear.behaviour = status;
      ear.says = says;
      await whmcs.fire(PAID);
      expect(await whmcs.queue()).toMatchObject([{ attempts: 1 }]);
      ear.behaviour = "well";
      await whmcs.sql("update mod_faktur_otomatis_queue set next_at = 0");
      await whmcs.fire(CRON);
      expect(new Set(ear.heard.map(({ id }) => id)).size).toBe(1);
      expect(await whmcs.queue()).toEqual([]);
    }),
  );
}

phpTest("tries grow rarer, from a minute to an hour", () =>
  withPlugin(async (whmcs, ear) => {
    ear.behaviour = 500;
    const waits: number[] = [];
    await whmcs.fire(PAID);
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      const now = Math.floor(systemClock.now().getTime() / 1000);
      waits.push(Math.round(((await whmcs.queue())[0]!.next_at - now) / 60));
      await whmcs.sql("update mod_faktur_otomatis_queue set next_at = 0");
      await whmcs.fire(CRON);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  }),
);

phpTest("a wake-up that fails again and again does not hold up the others", () =>
  withPlugin(async (whmcs, ear) => {
    ear.behaviour = 500;
    await whmcs.fire(PAID, PAID, PAID, PAID, PAID);
    await whmcs.sql("update mod_faktur_otomatis_queue set next_at = 0");
    await whmcs.fire(CRON);
    // Three failures end a run; the two behind them are first in the next.
    expect((await whmcs.queue()).map(({ attempts }) => attempts)).toEqual([2, 1, 1, 0, 0]);
    ear.behaviour = "well";
    await whmcs.fire(CRON);
    expect((await whmcs.queue()).map(({ attempts }) => attempts)).toEqual([2, 1, 1]);
  }),
);

phpTest("nothing is sent before the settings are complete, and nothing is lost", () =>
  withPlugin(async (whmcs, ear) => {
    await whmcs.run("settings", { hook_secret: "not-a-secret" });
    await whmcs.fire(PAID, CRON);
    expect([ear.heard.length, (await whmcs.queue()).length]).toEqual([0, 1]);
    await whmcs.run("settings", { hook_secret: SECRET });
    await whmcs.fire(CRON);
    expect([ear.heard.length, (await whmcs.queue()).length]).toEqual([1, 0]);
  }),
);

phpTest("T49: not even a broken database of the module reaches the payment", () =>
  withPlugin(async (whmcs) => {
    await whmcs.sql("drop table mod_faktur_otomatis_queue");
    await expect(whmcs.fire(PAID, CRON)).resolves.toHaveLength(2);
    expect((await whmcs.activityLog()).join()).toContain("hook InvoicePaid");
  }),
);

phpTest("T72: no log holds the secret, the token or a tax number", () =>
  withPlugin(async (whmcs, ear) => {
    ear.behaviour = 401;
    await whmcs.fire(PAID, ["ClientEdit", { userid: 77, notes: "NPWP 0013456789012000" }]);
    const lines = await whmcs.sql<{ line: string }>("select line from tblmodulelog");
    const written = JSON.stringify([lines, await whmcs.activityLog(), await whmcs.queue()]);
    expect(lines.length).toBeGreaterThan(0);
    for (const hidden of [SECRET, SECRET.slice(6), TOKEN, "0013456789012000"]) {
      expect(written).not.toContain(hidden);
    }
  }),
);

describe("T71: switching the module off and on, and upgrading it", () => {
  phpTest("keeps what waits in the queue, which is sent afterwards", () =>
    withPlugin(async (whmcs, ear) => {
      ear.behaviour = 500;
      await whmcs.fire(PAID);
      const before = await whmcs.queue();
      expect(await whmcs.run("deactivate")).toMatchObject({ status: "success" });
      expect(await whmcs.queue()).toEqual(before);
      await whmcs.fire(PAID);
      expect(await whmcs.queue()).toEqual(before);
      expect(await whmcs.run("activate")).toMatchObject({ status: "success" });
      await whmcs.run("upgrade", "0.0.1");
      await whmcs.run("upgrade", "0.1.0");
      expect(await whmcs.queue()).toEqual(before);
      ear.behaviour = "well";
      await whmcs.run("settings", settings(ear.url));
      await whmcs.sql("update mod_faktur_otomatis_queue set next_at = 0");
      await whmcs.fire(CRON);
      expect(ear.heard.at(-1)?.id).toBe(before[0]?.event_id);
    }),
  );

  phpTest("makes tables that are not there yet", () =>
    withPlugin(async (whmcs, ear) => {
      await whmcs.sql("drop table mod_faktur_otomatis_state");
      await whmcs.run("upgrade", "0.0.1");
      await whmcs.fire(PAID);
      expect(ear.heard).toHaveLength(1);
    }),
  );
});

describe("against the running service", () => {
  async function withService(
    use: (whmcs: WhmcsPhp, ledger: () => Promise<string[]>) => Promise<void>,
  ): Promise<void> {
    // PHP signs with the machine's time.
    const api = await startApi(undefined, { clock: systemClock });
    const whmcs = await startWhmcs({ settings: settings(api.url, { timeout: "5" }) });
    try {
      const nobody = { url: "http://127.0.0.1:9", identifier: "x", secret: "y" };
      const portal = { kind: "whmcs", seller: "utama", secret: SECRET, api: nobody };
      await made(api.call("PUT", "/sellers/utama", { body: sellerBody() }));
      await made(api.call("PUT", "/portals/whmcs", { body: portal }));
      await use(whmcs, () => api.app.db.knex("invoices").orderBy("id").pluck("external_id"));
    } finally {
      await whmcs.close();
      await api.close();
    }
  }

  phpTest("a paid invoice is in the ledger, once, however often the hook runs", () =>
    withService(async (whmcs, ledger) => {
      await whmcs.fire(PAID, PAID, ["InvoicePaid", { invoiceid: 1235 }]);
      expect(await ledger()).toEqual(["1234", "1235"]);
      expect(await whmcs.queue()).toEqual([]);
    }),
  );

  phpTest("a service that was down gets it from cron, once, also when its answer was lost", () =>
    withService(async (whmcs, ledger) => {
      const [{ value: url } = { value: "" }] = await whmcs.sql<{ value: string }>(
        "select value from tbladdonmodules where setting = 'service_url'",
      );
      await whmcs.run("settings", { service_url: "http://127.0.0.1:9" });
      await whmcs.fire(PAID);
      const [row] = await whmcs.queue();
      expect([await ledger(), row?.attempts]).toEqual([[], 1]);
      await whmcs.run("settings", { service_url: url });
      await whmcs.sql("update mod_faktur_otomatis_queue set next_at = 0");
      await whmcs.fire(CRON);
      expect([await ledger(), await whmcs.queue()]).toEqual([["1234"], []]);
      await whmcs.sql(
        "insert into mod_faktur_otomatis_queue (event_id, type, body, created_at) values (?, ?, ?, 0)",
        [row?.event_id, row?.type, row?.body],
      );
      await whmcs.fire(CRON);
      expect([await ledger(), await whmcs.queue()]).toEqual([["1234"], []]);
    }),
  );
});
