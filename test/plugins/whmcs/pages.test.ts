/**
 * The plugin's pages under real PHP and Smarty against the whole running program: what a customer enters arrives as a
 * request, finance alone activates, everything strange is shown as plain text, and nobody sees another account's faktur,
 * not even when PHP would let it through (T70).
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createToken } from "../../../src/api/tokens";
import { newId } from "../../../src/ids";
import type { RunningAuthority } from "../../../src/simulator/authority";
import {
  made,
  NPWP,
  npwpBody,
  OTHER_NPWP,
  pay,
  portalBody,
  SECRET,
  settle,
  type TestApi,
} from "../../support/api";
import { closeFurnished, startFurnished } from "../../support/furnished";
import { client, phpTest, startWhmcs, visit, type WhmcsPhp } from "../../support/whmcs-php";

let api: TestApi;
let authority: RunningAuthority;
let token: string;
const tokenOf = (portal: string): Promise<string> =>
  createToken({ db: api.app.db, clock: api.clock, newId }, "whmcs", "finance", { portal });
beforeAll(async () => {
  ({ api, authority } = await startFurnished());
  token = await tokenOf("toko");
});
afterAll(() => closeFurnished({ api, authority }));

const settings = () => ({
  ...{ service_url: api.url, portal: "toko", hook_secret: SECRET, api_token: token },
  ...{ timeout: "5", activators: "1", language: "auto" },
});

async function withPages(
  use: (url: string, whmcs: WhmcsPhp) => Promise<void>,
  clients = [client(77, "PT Contoh Sejahtera"), client(78, "PT Lain"), client(79, "CV Baru")],
): Promise<void> {
  const whmcs = await startWhmcs({ settings: settings(), clients });
  try {
    await use(await whmcs.serve(), whmcs);
  } finally {
    await whmcs.close();
  }
}

const PAGE = "/index.php?m=faktur_otomatis";
const ADMIN = "/admin/addonmodules.php?module=faktur_otomatis";
const tabOf = (id: number) => `${ADMIN}&client=${id}`;

const willIn = (html: string): string | undefined => /data-will="(\w+)"/.exec(html)?.[1];
const statusIn = (html: string): string | undefined => /fo-badge fo-badge-(\w+)/.exec(html)?.[1];
const pdfLinks = (html: string): string[] =>
  [...html.matchAll(/href="([^"]*a=pdf[^"]*)"/g)].map((found) => (found[1] ?? "").replaceAll("&amp;", "&"));

const FORM = {
  npwp: "00.98.765.432.109.000".replaceAll(".", ""),
  nitku: "",
  name: "PT Contoh Sejahtera",
  address: "Jl. Sudirman 1, Jakarta",
  email: "pajak@contoh.example",
};

/** Account with an active company and one approved faktur whose PDF is stored; the faktur's id. */
async function withFaktur(account: string, invoice: string, npwp: string): Promise<string> {
  await made(
    api.call("PUT", `/accounts/toko/${account}`, { body: { name: "PT X", email: "x@contoh.example" } }),
  );
  await made(api.call("PUT", `/accounts/toko/${account}/npwp`, { body: { ...npwpBody, npwp } }));
  await made(api.call("POST", `/accounts/toko/${account}/npwp/activate`));
  expect(await pay(api, invoice, account)).toBe(202);
  await settle(api);
  const list = await made(api.call("GET", `/fakturs?invoice=${invoice}`));
  return (list.json["items"] as { id: string; pdf: unknown }[]).filter((one) => one.pdf !== null)[0]!.id;
}

const historyOf = async (account: string) =>
  (await made(api.call("GET", `/accounts/toko/${account}`))).json["npwp"] as {
    status: string;
    statusBy: string;
    name: string;
    history: { event: string; by: string }[];
  };

describe("the customer's page", () => {
  phpTest("asks for the login, and does nothing before it", () =>
    withPages(async (url) => {
      const nobody = await visit(url, "");
      expect((await nobody.get(PAGE)).html).toBe("nothing here");
      expect((await nobody.get(`${PAGE}&a=pdf&id=x`)).html).toBe("nothing here");
    }),
  );

  phpTest(
    "says no to who has no company yet, takes the data, and shows the request; finance activates it",
    () =>
      withPages(async (url) => {
        const customer = await visit(url, "client=79&language=indonesian");
        expect(willIn((await customer.get(PAGE)).html)).toBe("no");
        const sent = await customer.post(PAGE, FORM);
        expect([sent.status, willIn(sent.html), statusIn(sent.html)]).toEqual([200, "no", "requested"]);
        expect(sent.html).toContain("Data sudah dikirim.");
        const tab = await historyOf("79");
        expect([tab.status, tab.history.map(({ event, by }) => [event, by])]).toEqual([
          "requested",
          [["entered", "whmcs for client 79"]],
        ]);
        expect((await made(api.call("GET", "/accounts/toko/79"))).json).toMatchObject({
          name: "CV Baru",
          email: "billing-79@contoh.example",
        });

        const finance = await visit(url, "admin=1");
        expect((await finance.get(tabOf(79))).html).toContain("Aktifkan");
        const done = await finance.post(tabOf(79), {
          faktur_otomatis_move: "activate",
          faktur_otomatis_reason: "kartu cocok",
        });
        expect(done.html).toContain("alert-success");
        expect(await historyOf("79")).toMatchObject({ status: "active", statusBy: "whmcs for admin 1" });
        expect(willIn((await customer.get(PAGE)).html)).toBe("yes");
      }),
  );

  phpTest("a correction of the same NPWP keeps the tab active; another NPWP is refused in plain words", () =>
    withPages(async (url) => {
      await withFaktur("77", "1001", OTHER_NPWP);
      const customer = await visit(url, "client=77&language=indonesian");
      await customer.get(PAGE);
      const corrected = await customer.post(PAGE, { ...FORM, name: "PT Contoh Sejahtera & Anak" });
      expect(statusIn(corrected.html)).toBe("active");
      expect((await historyOf("77")).name).toBe("PT Contoh Sejahtera & Anak");
      await customer.get(PAGE);
      const other = await customer.post(PAGE, { ...FORM, npwp: NPWP });
      expect(other.html).toContain("Akun ini sudah dipakai perusahaan lain");
      expect(other.html).toContain(`value="${NPWP}"`);
      expect((await historyOf("77")).status).toBe("active");
    }),
  );

  phpTest("T27: what is not a tax number comes back with the reason, and what was typed", () =>
    withPages(async (url) => {
      const customer = await visit(url, "client=78&language=english");
      await customer.get(PAGE);
      const short = await customer.post(PAGE, { ...FORM, npwp: "123" });
      expect([short.html.includes("alert-danger"), short.html.includes('value="123"')]).toEqual([true, true]);
      const mail = await customer.post(PAGE, { ...FORM, email: "bukan-email" });
      expect(mail.html).toContain("E-mail for the fakturs: ");
      const dotted = await customer.post(PAGE, { ...FORM, npwp: "09.876.543.2-109.000", nitku: "" });
      expect(statusIn(dotted.html)).toBe("requested");
    }),
  );

  phpTest("a form without the page's token changes nothing", () =>
    withPages(async (url) => {
      const customer = await visit(url, "client=79");
      await customer.get(PAGE);
      const before = await historyOf("79");
      const forged = await customer.post(PAGE, { ...FORM, name: "PT Palsu", token: "0".repeat(40) });
      expect(forged.status).toBe(403);
      const admin = await visit(url, "admin=1");
      await admin.get(tabOf(79));
      expect((await admin.post(tabOf(79), { faktur_otomatis_move: "suspend", token: "x" })).status).toBe(403);
      expect(await historyOf("79")).toEqual(before);
    }),
  );

  phpTest("speaks the language of WHMCS, or the one that the reader chooses", () =>
    withPages(async (url) => {
      const english = await visit(url, "client=79&language=english");
      expect((await english.get(PAGE)).html).toContain("Paid invoices get a faktur pajak");
      expect((await english.get(`${PAGE}&fo_lang=id`)).html).toContain("Invoice yang dibayar mendapat");
      expect((await english.get(PAGE)).html).toContain("Invoice yang dibayar mendapat");
      const indonesian = await visit(url, "client=79&language=indonesian");
      const page = (await indonesian.get(PAGE)).html;
      expect(page).toContain("Invoice yang dibayar mendapat");
      expect(page).toContain('<nav><a href="index.php?m=faktur_otomatis">Faktur Pajak</a></nav>');
    }),
  );

  phpTest("a page of a proxy that is not found says nothing of the account, to customer and staff", () =>
    withPages(async (url, whmcs) => {
      const proxy = createServer((_request, response) => {
        response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found");
      }).listen(0, "127.0.0.1");
      await once(proxy, "listening");
      const { port } = proxy.address() as AddressInfo;
      await whmcs.run("settings", { service_url: `http://127.0.0.1:${port}` });
      const { html } = await (await visit(url, "client=77&language=english")).get(PAGE);
      expect([willIn(html), html.includes("<form"), html.includes("is not understood")]).toEqual([
        "unknown",
        false,
        true,
      ]);
      const admin = await visit(url, "admin=1");
      const staff = await admin.get("/admin/clientssummary.php?userid=77");
      expect(staff.html).toContain("Status belum dapat dibaca");
      await admin.get(ADMIN);
      const tested = (await admin.post(ADMIN, { do: "test" })).html;
      expect(tested).toMatch(
        /check_token:odd_answer">[^]*?HTTP 404[^]*?check_hook:odd_answer">[^]*?HTTP 404/,
      );
      proxy.closeAllConnections();
      proxy.close();
    }),
  );

  phpTest("says so when the service cannot be reached, and offers no form", () =>
    withPages(async (url, whmcs) => {
      await whmcs.run("settings", { service_url: "http://127.0.0.1:9" });
      const customer = await visit(url, "client=77&language=english");
      const page = await customer.get(PAGE);
      expect([page.status, willIn(page.html), page.html.includes("<form")]).toEqual([200, "unknown", false]);
      expect(page.html).toContain("cannot be reached");
      const sent = await customer.post(PAGE, FORM);
      expect(sent.status).toBe(403);
    }),
  );
});

describe("T70: fakturs of this account and of no other", () => {
  phpTest("a customer downloads its own, byte for byte", () =>
    withPages(async (url) => {
      const own = await withFaktur("81", "1081", "0011111111111000");
      const customer = await visit(url, "client=81");
      const { html } = await customer.get(PAGE);
      const [link = ""] = pdfLinks(html);
      expect(link).toContain(own);
      // Beside the day: what stands further right is out of sight on a phone.
      const [, second] = [...html.matchAll(/<th scope="col"[^>]*>([^<]*)/g)].map((found) => found[1]);
      expect(second).toBe("PDF");
      const pdf = await customer.get(`/${link}`);
      const official = await made(api.call("GET", `/fakturs/${own}/pdf`));
      expect(pdf.headers.get("content-type")).toBe("application/pdf");
      expect(pdf.headers.get("cache-control")).toContain("no-store");
      expect(pdf.bytes.equals(official.bytes)).toBe(true);
      expect(`"${createHash("sha256").update(pdf.bytes).digest("hex")}"`).toBe(official.headers.get("etag"));
    }),
  );

  phpTest(
    "another account's id, a made-up one and an odd one are not found; the link dies with the login",
    () =>
      withPages(async (url) => {
        const others = await withFaktur("82", "1082", "0022222222222000");
        const customer = await visit(url, "client=83");
        await made(
          api.call("PUT", "/accounts/toko/83", { body: { name: "PT Y", email: "y@contoh.example" } }),
        );
        for (const id of [others, "0".repeat(26), "../../82/fakturs/" + others, "", "x".repeat(300)]) {
          const answer = await customer.get(`${PAGE}&a=pdf&id=${encodeURIComponent(id)}`);
          expect([id, answer.status, answer.bytes.includes("%PDF")]).toEqual([id, 404, false]);
        }
        const owner = await visit(url, "client=82");
        const link = `/${pdfLinks((await owner.get(PAGE)).html)[0]}`;
        expect((await owner.get(link)).bytes.subarray(0, 4).toString()).toBe("%PDF");
        expect((await (await visit(url, "")).get(link)).html).toBe("nothing here");
        expect((await customer.get(link)).status).toBe(404);
      }),
  );

  phpTest("a user of the account does what the owner allows: invoices, the profile, or neither", () =>
    withPages(
      async (url) => {
        const own = await withFaktur("91", "1091", "0044444444444000");
        const standing = await historyOf("91");
        const pdf = `${PAGE}&a=pdf&id=${own}`;
        const seen = async (who: string) => {
          const visitor = await visit(url, `client=91&language=english&${who}`);
          const { html } = await visitor.get(PAGE);
          const file = (await visitor.get(pdf)).bytes.subarray(0, 4).toString() === "%PDF";
          await visitor.get(PAGE);
          return {
            visitor,
            html,
            may: [html.includes("0044444444444000"), html.includes(own), file, html.includes("<form")],
          };
        };
        for (const [who, may] of [
          ["user=1", [true, true, true, true]],
          ["user=5&permissions=tickets,orders", [false, false, false, false]],
          ["user=5", [false, false, false, false]],
          ["user=5&permissions=invoices", [true, true, true, false]],
          ["user=5&permissions=profile,tickets", [true, false, false, true]],
          ["user=5&admin=1", [true, true, true, true]],
        ] as const) {
          expect([who, (await seen(who)).may]).toEqual([who, [...may]]);
        }
        const refused = await seen("user=5&permissions=tickets");
        expect(refused.html).toContain("does not have the right");
        expect(refused.html).toContain("<nav></nav>");
        const owner = await seen("user=1");
        const [, mark = ""] = /name="faktur_otomatis_seen" value="([^"]+)"/.exec(owner.html) ?? [];
        const theft = { ...FORM, npwp: "0044444444444000", email: "penyusup@lain.example" };
        for (const who of ["tickets", "invoices"]) {
          const { visitor } = await seen(`user=5&permissions=${who}`);
          await visitor.get("/token");
          await visitor.post(PAGE, { ...theft, faktur_otomatis_seen: mark });
        }
        expect(await historyOf("91")).toEqual(standing);
      },
      [client(91, "PT Sembilan")],
    ),
  );

  phpTest("a damaged PDF is not handed on", () =>
    withPages(async (url) => {
      const own = await withFaktur("84", "1084", "0033333333333000");
      const { knex } = api.app.db;
      const [row] = await knex("fakturs").where({ id: own }).select("pdf_sha256");
      const { documents } = api.app.api;
      const { get } = documents;
      Object.assign(documents, {
        get: async (sha: string) =>
          sha === (row as { pdf_sha256: string }).pdf_sha256 ? Buffer.from("%PDF cut") : get(sha),
      });
      try {
        const customer = await visit(url, "client=84");
        const answer = await customer.get(`${PAGE}&a=pdf&id=${own}`);
        expect([answer.status, answer.html.includes("%PDF cut")]).toEqual([404, false]);
      } finally {
        Object.assign(documents, { get });
      }
    }),
  );
});

describe("whatever stands in a field is text", () => {
  const EVIL = `"><script>alert(1)</script>'{$smarty.version}{literal}`;

  phpTest("on the customer's page, on the staff's, and in what was typed wrongly", () =>
    withPages(
      async (url) => {
        const customer = await visit(url, "client=90");
        await customer.get(PAGE);
        const evil = { ...FORM, npwp: "0044444444444000", name: EVIL, address: EVIL };
        const wrong = await customer.post(PAGE, { ...evil, npwp: EVIL.slice(0, 30), email: EVIL });
        const stored = await customer.post(PAGE, evil);
        expect((await historyOf("90")).name).toBe(EVIL);
        const admin = await visit(url, "admin=1");
        const pages = [
          wrong,
          stored,
          await admin.get(tabOf(90)),
          await admin.post(tabOf(90), { ...evil, npwp: EVIL }),
          await admin.get("/admin/clientssummary.php?userid=90"),
          await admin.get("/admin/clientsprofile.php?userid=90"),
        ];
        for (const page of pages) {
          expect(page.html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
          expect(page.html).not.toContain("<script");
          expect(page.html).not.toContain('""&gt;');
          expect(page.html).toContain("{$smarty.version}");
        }
      },
      [client(90, EVIL)],
    ),
  );
});

describe("the staff's pages", () => {
  phpTest("the client's summary and profile show the tab; the profile's own form switches it", () =>
    withPages(async (url) => {
      await withFaktur("85", "1085", "0055555555555000");
      const finance = await visit(url, "admin=1");
      const summary = await finance.get("/admin/clientssummary.php?userid=85");
      expect(summary.html).toContain("0055555555555000");
      expect(summary.html).toContain("client=85");
      const profile = await finance.get("/admin/clientsprofile.php?userid=85");
      expect(profile.html).toContain('name="faktur_otomatis_move"');
      await finance.post("/admin/clientsprofile.php?userid=85", { faktur_otomatis_move: "" });
      expect((await historyOf("85")).status).toBe("active");
      await finance.post("/admin/clientsprofile.php?userid=85", {
        faktur_otomatis_move: "suspend",
        faktur_otomatis_reason: "pindah",
      });
      expect((await historyOf("85")).status).toBe("suspended");
    }),
  );

  phpTest("a role that may not activate sees the tab and cannot switch it, whatever it sends", () =>
    withPages(async (url) => {
      const support = await visit(url, "admin=2");
      const page = await support.get(tabOf(85));
      expect([page.html.includes('value="activate"'), page.html.includes("Peran Anda")]).toEqual([
        false,
        true,
      ]);
      const tried = await support.post(tabOf(85), { faktur_otomatis_move: "activate" });
      expect(tried.html).toContain("alert-danger");
      await support.get("/admin/clientsprofile.php?userid=85");
      const told = await support.post("/admin/clientsprofile.php?userid=85", {
        faktur_otomatis_move: "activate",
      });
      expect(told.html).toContain("Peran Anda");
      expect((await historyOf("85")).status).toBe("suspended");
    }),
  );

  phpTest("a page that was overtaken switches nothing, changes nothing, and shows what stands now", () =>
    withPages(
      async (url) => {
        const path = "/accounts/toko/87/npwp";
        const enter = (body: object) => made(api.call("PUT", path, { body: { ...npwpBody, ...body } }));
        await made(
          api.call("PUT", "/accounts/toko/87", { body: { name: "PT X", email: "x@contoh.example" } }),
        );
        await enter({ npwp: "0077777777777000", email: "lama@contoh.example" });
        const [page, profile, form, customer] = [
          await visit(url, "admin=1"),
          await visit(url, "admin=1"),
          await visit(url, "admin=1"),
          await visit(url, "client=87"),
        ];
        for (const one of [page, form]) await one.get(tabOf(87));
        await profile.get("/admin/clientsprofile.php?userid=87");
        await customer.get(PAGE);
        await made(api.call("POST", `${path}/suspend`, { body: { reason: "salah ketik" } }));
        await enter({ npwp: "0088888888888000", name: "PT Lain", email: "baru@contoh.example" });
        const before = await historyOf("87");
        const move = { faktur_otomatis_move: "activate" };
        expect((await page.post(tabOf(87), move)).html).toContain("berubah sejak halaman ini dibuka");
        await profile.post("/admin/clientsprofile.php?userid=87", move);
        const old = { ...FORM, npwp: "0077777777777000", email: "lama@contoh.example" };
        for (const shown of [await form.post(tabOf(87), old), await customer.post(PAGE, old)]) {
          expect(shown.html).toMatch(/berubah sejak halaman ini dibuka|changed since this page was opened/);
          expect(shown.html).toContain("baru@contoh.example");
          expect(shown.html).not.toContain("lama@contoh.example");
        }
        expect(await historyOf("87")).toEqual(before);
        // The answer is the page as it is now, and goes on from there.
        await page.post(tabOf(87), move);
        expect((await historyOf("87")).status).toBe("active");
      },
      [client(87, "PT X")],
    ),
  );

  phpTest("shows the register's word beside the customer's, and the fakturs with their PDF", () =>
    withPages(async (url) => {
      await withFaktur("86", "1086", "0066666666666000");
      const admin = await visit(url, "admin=1");
      const page = await admin.get(tabOf(86));
      const [link = ""] = pdfLinks(page.html);
      expect((await admin.get(`/admin/${link}`)).bytes.subarray(0, 4).toString()).toBe("%PDF");
      const account = (await made(api.call("GET", "/accounts/toko/86"))).json;
      const { register } = account["npwp"] as { register: { name: string } | null };
      expect(page.html).toContain(register === null ? "Belum pernah ditanyakan" : register.name);
    }),
  );

  phpTest("the connection's page tests token and secret, shows the queue and sends it", () =>
    withPages(async (url, whmcs) => {
      const admin = await visit(url, "admin=1");
      const checks = (html: string) => [...html.matchAll(/data-check="([^"]+)"/g)].map((found) => found[1]);
      expect((await admin.get(ADMIN)).html).toContain('data-length="0"');
      const nobody = { url: "http://127.0.0.1:9", identifier: "x", secret: "y" };
      await made(api.call("PUT", "/portals/whmcs", { body: { ...portalBody, kind: "whmcs", api: nobody } }));
      const now = { ...settings(), portal: "whmcs", api_token: await tokenOf("whmcs") };
      await whmcs.run("settings", now);
      // The service's clock stands still here, and PHP's does not: the signature is refused as too old.
      expect(checks((await admin.post(ADMIN, { do: "test" })).html)).toEqual([
        "check_token:fine",
        "check_hook:unauthorized",
      ]);
      for (const [change, verdict] of [
        [{ api_token: "fkt_unknown_but_long_enough" }, "unauthorized"],
        [{ api_token: api.tokens.finance }, "token_too_wide"],
        [{ portal: "elsewhere" }, "portal_unknown"],
        [{ service_url: "http://127.0.0.1:9" }, "unreachable"],
      ] as const) {
        await whmcs.run("settings", { ...now, ...change });
        expect(checks((await admin.post(ADMIN, { do: "test" })).html)[0]).toBe(`check_token:${verdict}`);
      }
      const fired = Math.floor(Date.now() / 1000) * 1000;
      await whmcs.fire(["InvoicePaid", { invoiceid: 5 }]);
      const waiting = (await admin.get(ADMIN)).html;
      expect(waiting).toContain('data-length="1"');
      // The desk's own time, whatever zone PHP runs in.
      const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) WIB/.exec(waiting) ?? [];
      const shown = Date.parse(`${day}T${time}+07:00`);
      expect([shown >= fired, shown <= Date.now()]).toEqual([true, true]);
      expect(waiting).toContain("connect to server");
      expect((await admin.post(ADMIN, { do: "flush" })).html).toContain('data-arrived="0"');
      await whmcs.run("settings", { ...now, service_url: "", hook_secret: "x" });
      expect((await admin.get(ADMIN)).html).toContain("Pengaturan belum lengkap");
    }),
  );

  const stripe = { ...{ kind: "stripe", secret: "whsec_dari_stripe" }, api: { secret: "sk_test_x" } };
  for (const [kind, body] of Object.entries({ generic: portalBody, stripe: { ...portalBody, ...stripe } })) {
    phpTest(`the connection's page calls a portal of kind ${kind} no good one, whatever it answers`, () =>
      withPages(async (url, whmcs) => {
        await made(api.call("PUT", `/portals/a-${kind}`, { body }));
        const admin = await visit(url, "admin=1");
        await admin.get(ADMIN);
        for (const key of [await tokenOf(`a-${kind}`), api.tokens.finance]) {
          await whmcs.run("settings", { portal: `a-${kind}`, api_token: key });
          const { html } = await admin.post(ADMIN, { do: "test" });
          expect([...html.matchAll(/data-check="([^"]+)"/g)].map((found) => found[1])).toEqual([
            "check_token:wrong_kind",
            "check_hook:wrong_kind",
          ]);
          expect(html).toContain("bukan portal WHMCS");
        }
      }),
    );
  }

  phpTest(
    "the connection's page says why the service is not reached: a certificate does not mend itself",
    () =>
      withPages(async (url, whmcs) => {
        await whmcs.run("settings", { service_url: api.url.replace("http:", "https:") });
        const admin = await visit(url, "admin=1");
        await admin.get(ADMIN);
        const { html } = await admin.post(ADMIN, { do: "test" });
        for (const check of ["token", "hook"]) {
          const [, told = ""] = new RegExp(`check_${check}:unreachable">([^]*?)</div>`).exec(html) ?? [];
          expect(told).toContain("SSL connect error");
        }
      }),
  );

  phpTest("a service that does not answer slows a client's page down once a minute, not each time", () =>
    withPages(async (url, whmcs) => {
      const silent = createServer().listen(0, "127.0.0.1");
      await once(silent, "listening");
      const { port } = silent.address() as AddressInfo;
      let asked = 0;
      silent.on("connection", () => (asked += 1));
      await whmcs.run("settings", { service_url: `http://127.0.0.1:${port}`, timeout: "0.3" });
      const admin = await visit(url, "admin=1");
      for (const page of ["clientssummary", "clientsprofile", "clientssummary"]) {
        const shown = await admin.get(`/admin/${page}.php?userid=77`);
        expect(shown.html).toContain("belum dapat dihubungi");
      }
      expect(asked).toBe(1);
      silent.closeAllConnections();
      silent.close();
    }),
  );
});
