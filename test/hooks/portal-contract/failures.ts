import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError, type ErrorCode } from "../../../src/errors";
import type { PortalConnection } from "../../../src/hooks/portal";
import { describeCause } from "../../../src/log";
import { held, type PortalServer, type PortalUnderTest } from "../portal-contract";

type Answer = (response: ServerResponse) => void;

const say =
  (
    status: number,
    body: string,
    headers: Record<string, string> = { "content-type": "application/json" },
  ): Answer =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
const page = (status: number): Answer =>
  say(status, "<!doctype html><html><body>Sedang pemeliharaan</body></html>", {
    "content-type": "text/html",
  });

/** More than any portal may send. The writing ends when the reader has gone. */
const flood: Answer = (response) => {
  const chunk = Buffer.alloc(1 << 20, " ");
  response.writeHead(200, { "content-type": "application/json" });
  const pour = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once("drain", pour);
  };
  pour();
};

const FAULTS: readonly (readonly [string, Answer, ErrorCode])[] = [
  ["breaks the connection", (response) => response.destroy(), "portal_unavailable"],
  ["answers 401", say(401, "{}"), "portal_unauthorized"],
  ["answers 403 with a page", page(403), "portal_unauthorized"],
  ["answers 500 with a page", page(500), "portal_unavailable"],
  ["answers 503 and nothing", say(503, ""), "portal_unavailable"],
  ["answers 200 with a page", page(200), "portal_unavailable"],
  ["answers 200 with nothing", say(200, ""), "portal_unavailable"],
  ["answers 200 with JSON cut off", say(200, '{"result":"success","id":"in_7","obj'), "portal_unavailable"],
  ["answers 200 with other JSON", say(200, '{"hello":"world"}'), "portal_unavailable"],
  ["answers 200 with a list where a thing should be", say(200, "[1,2]"), "portal_unavailable"],
  ["answers without end", flood, "portal_unavailable"],
];

const SLOW: readonly (readonly [string, Answer])[] = [
  ["never answers", () => undefined],
  [
    "stops in the middle",
    (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"id":');
    },
  ],
];

/** T49, T72: whatever goes wrong is told apart, may be tried again, was tried once, and gives no secret away. */
export function describeFailures(
  portal: PortalUnderTest,
  impatient: PortalUnderTest,
  server: () => PortalServer,
): void {
  const asks = (which: PortalUnderTest): [string, (to: PortalConnection) => Promise<unknown>][] => [
    ["readInvoice", (to) => which.readInvoice!(to, server().invoiceId(7))],
    ["listPaid", (to) => which.listPaid!(to, { kind: "all", since: null })[Symbol.asyncIterator]().next()],
    ...(which.readAccount
      ? [
          ["readAccount", (to: PortalConnection) => which.readAccount!(to, server().accountId(77))] as [
            string,
            (to: PortalConnection) => Promise<unknown>,
          ],
        ]
      : []),
  ];

  async function expectFailure(work: Promise<unknown>, code: ErrorCode): Promise<void> {
    const thrown: unknown = await work.then(
      (value) => value,
      (error: unknown) => error,
    );
    if (!(thrown instanceof AppError)) throw new Error(`no failure of ours: ${String(thrown)}`);
    expect({ code: thrown.code, mayRetry: thrown.mayRetry }).toEqual({ code, mayRetry: true });
    const words = [
      thrown.message,
      thrown.says.id,
      thrown.says.en,
      JSON.stringify(thrown.faults),
      describeCause(thrown),
    ];
    const leaked = server().secrets.filter((secret) => words.join(" ").includes(secret));
    expect(leaked).toEqual([]);
  }

  describe("T49: when the portal", () => {
    beforeEach(() => server().hold(held()));

    describe.each(asks(portal))("in %s", (_method, ask) => {
      test.each(FAULTS)("%s", async (_what, answer, code) => {
        server().fault(answer);
        await expectFailure(ask(server().connection()), code);
        expect(server().asked()).toBe(1);
      });

      test("does not take the key", async () => {
        server().fault((response) => server().refuseKey(response));
        await expectFailure(ask(server().connection()), "portal_unauthorized");
      });

      test("has no key set", async () => {
        await expectFailure(ask(server().connection({ api: null })), "portal_unauthorized");
        expect(server().asked()).toBe(0);
      });

      test("is not there", async () => {
        await expectFailure(ask(server().connection({ url: "http://127.0.0.1:1" })), "portal_unavailable");
      });

      test("sends elsewhere, nobody follows with the key", async () => {
        const elsewhere = createServer((_request, response) => response.end("{}")).listen(0, "127.0.0.1");
        let visits = 0;
        elsewhere.on("request", () => (visits += 1));
        await once(elsewhere, "listening");
        const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
        server().fault(say(302, "{}", { location, "content-type": "application/json" }));
        await expectFailure(ask(server().connection()), "portal_unavailable");
        elsewhere.closeAllConnections();
        elsewhere.close();
        expect(visits).toBe(0);
      });
    });

    describe.each(asks(impatient))("in %s", (_method, ask) => {
      test.each(SLOW)("%s, it is given up", async (_what, answer) => {
        server().fault(answer);
        await expectFailure(ask(server().connection()), "portal_unavailable");
      });
    });
  });
}
