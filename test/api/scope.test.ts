/**
 * Tokens of one portal: every call is tried with one, over HTTP, against what belongs to its portal and against what
 * belongs to another. A call without a decision in the table of scopes fails here. And whoever speaks for a customer
 * reaches that customer's account and decides nothing.
 */
import { apiRoutes } from "../../src/api/router";
import { SCOPES } from "../../src/api/scope";
import { onBehalf } from "../../src/api/behalf";
import { createToken } from "../../src/api/tokens";
import { samePerson } from "../../src/faktur/approvals";
import { newId } from "../../src/ids";
import type { RunningAuthority } from "../../src/simulator/authority";
import {
  accountBody,
  made,
  NPWP,
  npwpBody,
  OTHER_NPWP,
  pay,
  portalBody,
  settle,
  type Answer,
  type TestApi,
  type Wish,
} from "../support/api";
import { closeFurnished, enterCompany, startFurnished } from "../support/furnished";

let api: TestApi;
let authority: RunningAuthority;
/** Tokens of the portal `toko`, of each role, and one of the portal `lain`. */
let tokens: Readonly<Record<"finance" | "support" | "viewer" | "other", string>>;
let faktur: string;

beforeAll(async () => {
  ({ api, authority } = await startFurnished());
  await made(api.call("PUT", "/portals/lain", { body: portalBody }));
  await made(api.call("PUT", "/accounts/lain/77", { body: accountBody }));
  await made(api.call("PUT", "/accounts/toko/78", { body: accountBody }));
  await enterCompany(api);
  await pay(api, "1234");
  await settle(api);
  const d = { db: api.app.db, clock: api.clock, newId };
  tokens = {
    finance: await createToken(d, "whmcs", "finance", { portal: "toko" }),
    support: await createToken(d, "whmcs-s", "support", { portal: "toko" }),
    viewer: await createToken(d, "whmcs-v", "viewer", { portal: "toko" }),
    other: await createToken(d, "lain", "finance", { portal: "lain" }),
  };
  const list = await made(api.call("GET", "/fakturs"));
  faktur = (list.json["items"] as { id: string }[])[0]!.id;
});
afterAll(() => closeFurnished({ api, authority }));

const refusal = (answer: Answer) => [answer.status, answer.problem.code];

/** Addresses of things that are there, all of the portal `toko`. */
const addressed = (path: string): string =>
  path
    .replace(":portal", "toko")
    .replace(":account", "77")
    .replace(":invoice", "1234")
    .replace(":id", faktur)
    .replace(/:\w+/g, "x");

test("every call of the API has a scope, and nothing else has one", () => {
  const calls = apiRoutes(api.app.api).map((route) => `${route.method} ${route.path}`);
  expect(Object.keys(SCOPES).sort()).toEqual(calls.sort());
});

test("what a token of one portal reaches, and nothing beside it", () => {
  const open = Object.entries(SCOPES).flatMap(([call, scope]) => (scope === "closed" ? [] : [call]));
  expect(open.toSorted()).toEqual([
    "get /accounts/:portal/:account",
    "get /accounts/:portal/:account/fakturs",
    "get /accounts/:portal/:account/fakturs/:id/pdf",
    "get /fakturs",
    "get /fakturs/:id",
    "get /fakturs/:id/pdf",
    "get /fakturs/:id/xml",
    "get /invoices/:portal/:invoice",
    "get /portals/:portal",
    "post /accounts/:portal/:account/link",
    "post /accounts/:portal/:account/link/revoke",
    "post /accounts/:portal/:account/npwp/activate",
    "post /accounts/:portal/:account/npwp/check",
    "post /accounts/:portal/:account/npwp/suspend",
    "post /fakturs/:id/cancel",
    "post /fakturs/:id/replace",
    "post /fakturs/:id/resend",
    "post /fakturs/:id/retry",
    "post /fakturs/:id/upload",
    "post /invoices/:portal/:invoice/issue",
    "put /accounts/:portal/:account",
    "put /accounts/:portal/:account/npwp",
  ]);
});

test("a scope fits its address", () => {
  for (const [call, scope] of Object.entries(SCOPES)) {
    if (scope === "portal") expect(call).toContain("/:portal");
    if (scope === "faktur") expect(call).toContain("/fakturs/:id");
  }
});

/** Calls that change the one faktur, tried with nothing in the body: refused for that or done, but never hidden. */
describe.each(Object.entries(SCOPES))("%s is %s", (call, scope) => {
  const [method = "", template = ""] = call.split(" ");
  const attempt = (token: string, path = addressed(template), wish: Wish = {}) =>
    api.call(method.toUpperCase(), path, { token, ...wish });

  if (scope === "closed") {
    test("a portal's token is told that it is not for this", async () => {
      const answer = await attempt(tokens.finance);
      // Calls for admins alone are refused to its role before.
      expect(answer.status).toBe(403);
      expect(["token_out_of_scope", "role_too_low"]).toContain(answer.problem.code);
    });
    return;
  }

  test("its own portal's token comes in", async () => {
    expect(["not_found", "token_out_of_scope"]).not.toContain((await attempt(tokens.finance)).problem?.code);
  });

  test("another portal's token finds nothing, as if it were not there", async () => {
    const answer = await attempt(tokens.other);
    if (scope === "fakturs") expect(answer.json).toEqual({ items: [], nextCursor: null });
    else expect(refusal(answer)).toEqual([404, "not_found"]);
  });
});

test("a list asked for another portal is not found; asked for nothing it is the token's own", async () => {
  const own = await api.call("GET", "/fakturs", { token: tokens.viewer });
  expect((own.json["items"] as { portal: string }[]).map((one) => one.portal)).toEqual(["toko"]);
  expect(refusal(await api.call("GET", "/fakturs?portal=toko", { token: tokens.other }))).toEqual([
    404,
    "not_found",
  ]);
});

test("a scope takes nothing from the role: support activates nothing, a viewer enters nothing", async () => {
  const activate = api.call("POST", "/accounts/toko/77/npwp/activate", { token: tokens.support });
  expect(refusal(await activate)).toEqual([403, "role_too_low"]);
  const enter = api.call("PUT", "/accounts/toko/77/npwp", { token: tokens.viewer, body: npwpBody });
  expect(refusal(await enter)).toEqual([403, "role_too_low"]);
});

test("a token for a portal that is not there is not made", async () => {
  const d = { db: api.app.db, clock: api.clock, newId };
  await expect(createToken(d, "x", "finance", { portal: "nowhere" })).rejects.toMatchObject({
    code: "not_found",
  });
});

describe("the fakturs of one account", () => {
  test("are a page of their own, and their PDF is the same bytes", async () => {
    const page = await made(api.call("GET", "/accounts/toko/77/fakturs?limit=1", { token: tokens.viewer }));
    expect((page.json["items"] as { id: string }[]).map((one) => one.id)).toEqual([faktur]);
    const pdf = await made(
      api.call("GET", `/accounts/toko/77/fakturs/${faktur}/pdf`, { token: tokens.viewer }),
    );
    const official = await made(api.call("GET", `/fakturs/${faktur}/pdf`));
    expect(pdf.bytes.equals(official.bytes)).toBe(true);
    expect(pdf.headers.get("etag")).toBe(official.headers.get("etag"));
  });

  test("T70: are not found under another account of the same portal", async () => {
    for (const token of [tokens.finance, api.tokens.admin]) {
      const answer = await api.call("GET", `/accounts/toko/78/fakturs/${faktur}/pdf`, { token });
      expect(refusal(answer)).toEqual([404, "not_found"]);
      const page = await made(api.call("GET", "/accounts/toko/78/fakturs", { token }));
      expect(page.json).toEqual({ items: [], nextCursor: null });
    }
  });

  test("come in pages, newest first", async () => {
    // The calls above have switched the tab off.
    await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
    for (const id of ["2001", "2002", "2003"]) {
      await pay(api, id);
      await settle(api);
    }
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await made(api.call("GET", `/accounts/toko/77/fakturs?limit=2${cursor}`));
      seen.push(...(page.json["items"] as { invoiceId: string }[]).map((one) => one.invoiceId));
      cursor = page.json["nextCursor"] === null ? "" : `&cursor=${String(page.json["nextCursor"])}`;
    } while (cursor !== "");
    expect(seen).toEqual(["2003", "2002", "2001", "1234"]);
  });
});

describe("on behalf of somebody", () => {
  const as = (who: string, token: string = tokens.finance) => ({
    token,
    headers: { "Faktur-On-Behalf-Of": who },
  });

  test.each([
    "",
    "77",
    "client",
    "client:",
    "client:7 7",
    "root:1",
    "client:77,client:78",
    "admin:é",
    `client:${"1".repeat(41)}`,
  ])("%j is 400", async (who) => {
    const answer = await api.call("GET", "/accounts/toko/77", as(who));
    // An empty header may not reach the program at all.
    if (who !== "") expect(refusal(answer)).toEqual([400, "malformed"]);
  });

  test("an administrator's act is written down as the token's for that person, in history and audit", async () => {
    await made(
      api.call("POST", "/accounts/toko/77/npwp/activate", { ...as("admin:3"), body: { reason: "benar" } }),
    );
    const tab = (await made(api.call("GET", "/accounts/toko/77"))).json["npwp"] as { statusBy: string };
    expect(tab.statusBy).toBe("whmcs for admin 3");
    const audit = await made(api.call("GET", "/audit?subject=account:toko/77&limit=200"));
    expect((audit.json["items"] as { actor: string }[]).at(-1)?.actor).toBe("whmcs for admin 3");
  });

  test("a long name of a token gives way to the person", async () => {
    const name = "n".repeat(100);
    const token = await createToken({ db: api.app.db, clock: api.clock, newId }, name, "finance", {
      portal: "toko",
    });
    await made(api.call("POST", "/accounts/toko/77/npwp/activate", as(`admin:${"9".repeat(40)}`, token)));
    const tab = (await made(api.call("GET", "/accounts/toko/77"))).json["npwp"] as { statusBy: string };
    expect(tab.statusBy).toMatch(/^n{31}…[0-9a-f]{16} for admin 9{40}$/);
  });

  test("a customer reaches its own account, and no other call", async () => {
    for (const { method, path } of apiRoutes(api.app.api)) {
      const answer = await api.call(method.toUpperCase(), addressed(path), as("client:78"));
      expect([404, 403]).toContain(answer.status);
    }
    await made(api.call("GET", "/accounts/toko/78", as("client:78")));
    await made(api.call("GET", "/accounts/toko/78/fakturs", as("client:78", api.tokens.admin)));
  });

  test("a customer never decides, whatever the token may", async () => {
    for (const token of [tokens.finance, api.tokens.admin]) {
      const answer = await api.call("POST", "/accounts/toko/77/npwp/suspend", as("client:77", token));
      expect(refusal(answer)).toEqual([403, "role_too_low"]);
    }
  });

  test("a customer's correction keeps the verified code that finance entered, and sends none of its own", async () => {
    const collector = { ...npwpBody, npwp: NPWP, transactionCode: "03", evidence: "SK 1", issueOn: "bill" };
    await made(api.call("PUT", "/accounts/toko/78/npwp", { body: collector }));
    await made(api.call("POST", "/accounts/toko/78/npwp/activate"));
    const plain = { ...npwpBody, npwp: NPWP, address: "Jl. Baru 9" };
    const corrected = await made(
      api.call("PUT", "/accounts/toko/78/npwp", { ...as("client:78"), body: plain }),
    );
    expect(corrected.json).toMatchObject({
      ...{ status: "active", address: "Jl. Baru 9" },
      ...{ transactionCode: "03", evidence: "SK 1", issueOn: "bill", codeBy: "admin-1" },
    });
    for (const code of [{ transactionCode: "02", evidence: "x" }, { issueOn: "bill" }, { evidence: "x" }]) {
      const answer = await api.call("PUT", "/accounts/toko/78/npwp", {
        ...as("client:78"),
        body: { ...plain, ...code },
      });
      expect(refusal(answer)).toEqual([403, "role_too_low"]);
    }
  });

  const FACILITY = {
    addInfo: "TD.00510",
    stamp: "TD.01110",
    documentNumber: "SKB-12",
    documentPeriod: "112026",
  };
  test.each([
    { transactionCode: "03", evidence: "kontrak", collector: "contractor" },
    { transactionCode: "02", evidence: "SK 2", issueOn: "bill" },
    { transactionCode: "08", evidence: "SKB 12", facility: FACILITY },
  ])("a correction that names no code keeps $transactionCode with all that belongs to it", async (code) => {
    const path = "/accounts/toko/82/npwp";
    const verified = { ...npwpBody, npwp: NPWP, ...code };
    await made(api.call("PUT", "/accounts/toko/82", { body: accountBody }));
    await made(api.call("PUT", path, { body: verified }));
    await made(api.call("POST", `${path}/activate`));
    const askers = [as("admin:3"), as("admin:3", tokens.support), as("client:82")];
    for (const [count, asker] of askers.entries()) {
      const body = { ...npwpBody, npwp: NPWP, address: `Jl. Baru ${count}` };
      const corrected = await made(api.call("PUT", path, { ...asker, body }));
      expect(corrected.json).toMatchObject({ ...body, ...code, status: "active", codeBy: "admin-1" });
    }
    // Whoever names the code is judged as before.
    const other = { ...verified, evidence: "lain" };
    expect(refusal(await api.call("PUT", path, { ...as("admin:3", tokens.support), body: other }))).toEqual([
      403,
      "role_too_low",
    ]);
    expect((await made(api.call("PUT", path, { ...as("admin:3"), body: other }))).json).toMatchObject({
      evidence: "lain",
      codeBy: "whmcs for admin 3",
    });
    // A token that speaks for itself says the whole of it.
    const plain = await made(
      api.call("PUT", path, { token: tokens.finance, body: { ...npwpBody, npwp: NPWP } }),
    );
    expect(plain.json).toMatchObject({
      transactionCode: null,
      evidence: null,
      collector: null,
      facility: null,
    });
    await made(api.call("POST", `${path}/suspend`));
  });

  test("a customer sends no kind of collector", async () => {
    const body = { ...npwpBody, npwp: NPWP, collector: "contractor" };
    const answer = await api.call("PUT", "/accounts/toko/78/npwp", { ...as("client:78"), body });
    expect(refusal(answer)).toEqual([403, "role_too_low"]);
  });

  test("who else has a company is told as far as the caller reaches, and never to a customer", async () => {
    const theirs = { ...npwpBody, npwp: "0099999999999000", name: "PT Pesaing" };
    for (const account of ["lain/77", "toko/80", "toko/81"]) {
      await made(api.call("PUT", `/accounts/${account}`, { body: accountBody }));
      await made(api.call("PUT", `/accounts/${account}/npwp`, { body: theirs }));
    }
    const seenBy = async (wish: Wish): Promise<string[]> => {
      const views = [
        await made(api.call("GET", "/accounts/toko/81", wish)),
        await made(api.call("PUT", "/accounts/toko/81", { ...wish, body: accountBody })),
      ];
      const [same = [], again] = views.map(({ json }) =>
        (json["npwp"] as { sameBuyer: { portal: string; account: string }[] }).sameBuyer.map(
          (one) => `${one.portal}/${one.account}`,
        ),
      );
      expect(again).toEqual(same);
      return same.toSorted();
    };
    expect(await seenBy({})).toEqual(["lain/77", "toko/80"]);
    expect(await seenBy({ token: tokens.support })).toEqual(["toko/80"]);
    expect(await seenBy(as("admin:3", tokens.support))).toEqual(["toko/80"]);
    expect(await seenBy(as("client:81", tokens.support))).toEqual([]);
    expect(await seenBy(as("client:81", api.tokens.admin))).toEqual([]);
  });

  test("one key is one person, with or without a name beside it, however long its own is", async () => {
    const long = "Program panjang ".repeat(7).slice(0, 100);
    const named = (suffix: string) => onBehalf({ name: long, role: "finance" }, suffix).name;
    for (const other of [named("admin:1"), named(`admin:${"9".repeat(40)}`), long.toUpperCase()])
      expect(samePerson(long, other)).toBe(true);
    expect(samePerson(long, `${long.slice(0, 99)}x`)).toBe(false);
    expect(named(`admin:${"9".repeat(40)}`).length).toBeLessThanOrEqual(100);
  });

  test("T29: after a suspension another company begins without the code of the one before", async () => {
    await made(api.call("POST", "/accounts/toko/78/npwp/suspend"));
    const body = { ...npwpBody, npwp: OTHER_NPWP };
    const entered = await made(api.call("PUT", "/accounts/toko/78/npwp", { ...as("client:78"), body }));
    expect(entered.json).toMatchObject({ status: "requested", transactionCode: null, issueOn: "payment" });
  });
});
