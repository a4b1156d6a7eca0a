/**
 * One call to WHMCS over real HTTP: how it is asked, and that everything that can stand in the way (trap T49) becomes a
 * failure that may pass, with a reason a person can act on and without a secret in it (trap T72).
 */
import type { ServerResponse } from "node:http";
import { AppError } from "../../../src/errors";
import { callWhmcs, type WhmcsParams } from "../../../src/hooks/whmcs/api";
import { absentAsNull } from "../../../src/hooks/whmcs/failure";
import { anything, whmcsPage } from "../../../src/hooks/whmcs/shape";
import { describeCause } from "../../../src/log";
import { connectionOf } from "../../support/sign-webhook";
import { sendJson, sendText, startWhmcs, WHMCS_API, type WhmcsStandIn } from "../../support/whmcs-stand-in";

let whmcs: WhmcsStandIn;
beforeAll(async () => {
  whmcs = await startWhmcs();
});
beforeEach(() => whmcs.reset());
afterAll(() => whmcs.close());

const connection = (api: Record<string, string> = {}) =>
  connectionOf("whmcs", { api: { url: whmcs.url, ...WHMCS_API, ...api } });

const call = (action = "GetInvoices", params: WhmcsParams = {}, from = connection(), timeoutMs = 2000) =>
  callWhmcs(from, action, params, anything, { fetch, timeoutMs });

async function failure(asked: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error("no failure of ours");
  return thrown;
}

const faulty = (fault: (response: ServerResponse) => void) => {
  whmcs.world.fault = (_action, response) => {
    fault(response);
    return true;
  };
  return failure(call());
};

describe("a call", () => {
  test("goes to includes/api.php with the key in the body and nothing in the address", async () => {
    await call("GetInvoices", { status: "Paid", limitnum: 5, userid: undefined });
    const [asked] = whmcs.asked;
    expect(asked?.path).toBe("/includes/api.php");
    expect(Object.fromEntries(asked?.form ?? [])).toEqual({
      ...{ action: "GetInvoices", responsetype: "json", status: "Paid", limitnum: "5" },
      ...WHMCS_API,
    });
  });

  test.each(["", "/", "/includes/api.php", "/includes/api.php?x=1#y"])(
    "takes the address with %j behind it",
    async (end) => {
      await call("GetInvoices", {}, connection({ url: `${whmcs.url}${end}` }));
      expect(whmcs.asked).toMatchObject([{ path: "/includes/api.php" }]);
    },
  );

  test("keeps a folder of the portal", async () => {
    const asked = failure(call("GetInvoices", {}, connection({ url: `${whmcs.url}/billing/` })));
    expect((await asked).code).toBe("portal_unavailable");
    expect(whmcs.asked).toMatchObject([{ path: "/billing/includes/api.php" }]);
  });

  test("carries the access key, which opens what the address list closes", async () => {
    Object.assign(whmcs.world, { addressAllowed: false, accessKey: "kunci" });
    expect(await call("GetInvoices", {}, connection({ accessKey: "kunci" }))).toMatchObject({
      result: "success",
    });
  });

  test("T46: writes custom fields as PHP does", async () => {
    await call("GetInvoices", { customfields: { "3": "é" } });
    const sent = Buffer.from(whmcs.asked[0]?.form.get("customfields") ?? "", "base64").toString("utf8");
    expect(sent).toBe('a:1:{i:3;s:2:"é";}');
  });
});

describe("T45: an answer", () => {
  const answering = async (body: string) => {
    whmcs.world.fault = (_action, response) => {
      sendText(response, 200, body);
      return true;
    };
    return call();
  };
  const whole = '{"result":"success","totalresults":"1"}';

  test.each([
    ["as it is", whole],
    ["with a byte order mark", `\uFEFF${whole}`],
    ["with blanks round it", `\n\n${whole}\n`],
    ["behind what a talkative PHP prints", `<br />\n<b>Deprecated</b>: {strftime} in <b>x.php</b>\n${whole}`],
  ])("%s is read", async (_how, body) => {
    expect(await answering(body)).toMatchObject({ result: "success", totalresults: "1" });
  });

  test.each([
    ["with something behind it", `${whole}<br />`],
    ["cut off", whole.slice(0, -3)],
    ["that is a list", `[${whole}]`],
    ["without a result", '{"totalresults":"1"}'],
  ])("%s is refused and may be asked again", async (_how, body) => {
    expect(await failure(answering(body))).toMatchObject({ code: "portal_unavailable", mayRetry: true });
  });

  test("with broken letters is refused: they would end up in a tax document", async () => {
    const wrong = await faulty((response) => {
      response.end(
        Buffer.concat([Buffer.from('{"result":"success","x":"'), Buffer.from([0xe9, 0x22, 0x7d])]),
      );
    });
    expect(wrong.code).toBe("portal_unavailable");
  });

  test("of a shape that does not fit names the place", async () => {
    whmcs.world.fault = (_action, response) => {
      sendJson(response, 200, { result: "success", totalresults: { odd: 1 } });
      return true;
    };
    const wrong = await failure(
      callWhmcs(connection(), "GetInvoices", {}, whmcsPage, { fetch, timeoutMs: 2000 }),
    );
    expect([wrong.code, wrong.says.en]).toEqual([
      "portal_unavailable",
      expect.stringContaining("/totalresults"),
    ]);
  });
});

describe("T49: what stands in the way", () => {
  test.each([
    [
      "an error page with status 200",
      200,
      "<html>Down for maintenance</html>",
      "portal_unavailable",
      "web page",
    ],
    ["an empty answer", 200, "", "portal_unavailable", "empty, cut off"],
    ["a server in trouble", 502, "<html>Bad Gateway</html>", "portal_unavailable", "HTTP 502"],
    ["a page of its own 404", 404, "<html>404</html>", "portal_unavailable", "HTTP 404"],
    ["a password on the folder", 401, "<html>401</html>", "portal_unauthorized", "identifier"],
    ["a firewall", 403, "<html>Forbidden</html>", "portal_unauthorized", "firewall"],
  ])("%s is a failure that may pass, and says what to look at", async (_what, status, body, code, says) => {
    const wrong = await faulty((response) => sendText(response, status, body));
    expect(wrong).toMatchObject({ code, mayRetry: true });
    expect(wrong.says.en).toContain(says);
    expect(wrong.says.id).not.toBe(wrong.says.en);
  });

  test.each([
    [
      () => Object.assign(whmcs.world, { secret: "lain" }),
      "portal_unauthorized",
      "api.identifier and api.secret",
    ],
    [
      () => Object.assign(whmcs.world, { addressAllowed: false }),
      "portal_unauthorized",
      "API IP Access Restriction",
    ],
    [() => Object.assign(whmcs.world, { allowedActions: new Set() }), "portal_unauthorized", "API Roles"],
  ])("WHMCS's own refusal %# says where to allow it", async (wrong, code, says) => {
    wrong();
    const error = await failure(call());
    expect(error).toMatchObject({ code, mayRetry: true });
    expect(error.says.en).toContain(says);
  });

  test("an unknown refusal is quoted and may pass", async () => {
    const wrong = await failure(call("GetEverything"));
    expect([wrong.code, wrong.says.en]).toEqual([
      "portal_unavailable",
      expect.stringContaining("GetEverything: Command Not Found"),
    ]);
  });

  test("the wait that was asked for is kept", async () => {
    const wrong = await faulty((response) => {
      response.setHeader("retry-after", "120");
      sendText(response, 503, "busy");
    });
    expect(wrong).toMatchObject({ code: "portal_unavailable", waitMs: 120_000 });
  });

  test("a redirect is not followed: it would carry the key elsewhere", async () => {
    const wrong = await faulty((response) => {
      response.writeHead(302, { location: `${whmcs.url}/includes/api.php` });
      response.end();
    });
    expect(wrong.code).toBe("portal_unavailable");
    expect(wrong.says.en).toContain("redirects");
    expect(whmcs.asked).toHaveLength(1);
  });

  test("an answer without end is not read to its end", async () => {
    const wrong = await faulty((response) => {
      const more = () => {
        while (response.write(Buffer.alloc(1_000_000, 32)));
        if (!response.destroyed) response.once("drain", more);
      };
      response.on("error", () => undefined);
      more();
    });
    expect(wrong.says.en).toContain("too large");
  });

  test("a portal that is slow is given up in time", async () => {
    whmcs.world.delayMs = 400;
    const wrong = await failure(call("GetInvoices", {}, connection(), 50));
    expect([wrong.code, wrong.says.en]).toEqual(["portal_unavailable", expect.stringContaining("in time")]);
  });

  test("a portal that is down cannot be reached", async () => {
    const wrong = await failure(call("GetInvoices", {}, connection({ url: "http://127.0.0.1:1" })));
    expect([wrong.code, wrong.says.en]).toEqual([
      "portal_unavailable",
      expect.stringContaining("cannot be reached"),
    ]);
  });

  test.each([{ identifier: "" }, { secret: "" }, { url: "not an address" }])(
    "a connection with %j asks for the missing part and calls nobody",
    async (api) => {
      expect((await failure(call("GetInvoices", {}, connection(api)))).code).toBe("portal_unauthorized");
      expect(whmcs.asked).toHaveLength(0);
    },
  );
});

describe("what WHMCS does not have", () => {
  test.each([
    ["GetInvoice", { invoiceid: 9 }],
    ["GetClientsDetails", { clientid: 9 }],
    ["GetTicket", { ticketid: 9 }],
  ])("is null for %s, and only then", async (action, params) => {
    expect(await absentAsNull(() => call(action, params))).toBeNull();
    whmcs.world.secret = "lain";
    expect((await failure(absentAsNull(() => call(action, params)))).code).toBe("portal_unauthorized");
  });

  test("an error without the word result is an error all the same", async () => {
    const wrong = await faulty((response) =>
      sendJson(response, 200, { status: "error", message: "Invoice ID Not Found" }),
    );
    expect(wrong.code).toBe("not_found");
  });
});

test("T72: nothing that was sent in confidence stands in an error, a cause or its stack", async () => {
  whmcs.world.fault = (_action, response) => {
    sendJson(response, 200, {
      result: "error",
      message: `Denied for uji-secret by uji-identifier, kunci-rahasia`,
    });
    return true;
  };
  const refused = await failure(call("GetInvoices", {}, connection({ accessKey: "kunci-rahasia" })));
  const away = await failure(call("GetInvoices", {}, connection({ url: "http://127.0.0.1:1" })));
  for (const error of [refused, away]) {
    const all = [
      error.says.id,
      error.says.en,
      describeCause(error),
      error.stack ?? "",
      String(error.cause),
    ].join("\n");
    for (const secret of ["uji-secret", "uji-identifier", "kunci-rahasia"]) expect(all).not.toContain(secret);
  }
  expect(refused.says.en).toContain("***");
});
