/**
 * Proves that nobody's words become script: one marker in every field that a customer, a portal or a person of the office
 * fills, then every page of the console, every customer page and every mail in a real Chromium. The policy of the pages
 * would stop a script anyway, so it is looked for in the document itself; the mails are shown without any policy.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import PostalMime from "postal-mime";
import { consolePages } from "../../src/console/console";
import {
  furnish,
  made,
  npwpBody,
  pay,
  SECRET,
  settle,
  startApi,
  startSimulator,
  type TestApi,
} from "../support/api";
import { openBrowser, type OpenBrowser } from "../support/browser";
import { createPeople, enterAs } from "../support/console";
import { closeOnScreen } from "../support/on-screen";
import { signedHeaders } from "../support/sign-webhook";
import { event, line, paid } from "../support/world";

const MARK = `"'><img src=x onerror=pwned=1><script>pwned=1</script>`;
/** Short enough for ids, and long enough to break out of a value. */
const SHORT = `a"><img src=x>`;

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
const ids: Record<string, string> = { seller: "utama", portal: "toko", account: "77" };

async function hook(type: string, data: object): Promise<void> {
  const body = JSON.stringify({ ...event(type, data as Record<string, unknown>) });
  const headers = signedHeaders({ secret: SECRET, id: `x_${Math.random()}`, at: api.clock.now(), body });
  const answer = await fetch(`${api.url}/hooks/toko`, { method: "POST", headers, body });
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`);
}

const put = (path: string, body: object) => made(api.call("PUT", path, { body }));
const post = (path: string, body: object) => made(api.call("POST", path, { body }));
const first = async (path: string): Promise<string> =>
  ((await made(api.call("GET", path))).json["items"] as { id: string }[])[0]?.id ?? "";

beforeAll(async () => {
  api = await startApi();
  authority = await startSimulator(api.clock);
  browser = await openBrowser();
  await furnish(api, authority.url);
  await createPeople(api, ["admin"]);
  await put("/accounts/toko/77", { name: `PT ${MARK}`, email: "billing@contoh.example" });
  const tab = { ...npwpBody, name: `PT ${MARK}`, address: `Jl. ${MARK}`, evidence: `Bukti ${MARK}` };
  await put("/accounts/toko/77/npwp", tab);
  await post("/accounts/toko/77/npwp/activate", { reason: `Alasan ${MARK}` });
  await made(
    api.call("PUT", "/accounts/toko/77/npwp/evidence", {
      raw: Buffer.from("%PDF-1.7 bukti"),
      headers: {
        "x-filename": encodeURIComponent(`${SHORT}.pdf`),
        "content-type": "application/octet-stream",
      },
    }),
  );
  const account = { id: "77", name: `PT ${MARK}`, email: "billing@contoh.example" };
  const sold = line({ description: `Hosting ${MARK}`, id: SHORT, serviceId: `S"><img src=x>` });
  const { data } = paid("1234", { number: `INV ${MARK}`, lines: [sold] }) as { data: { invoice: object } };
  await hook("invoice.paid", { account, invoice: data.invoice });
  await hook("invoice.paid", {
    account: { ...account, id: SHORT },
    invoice: { ...data.invoice, id: SHORT, number: SHORT },
  });
  await pay(api, "55");
  await settle(api);
  await hook("invoice.refunded", {
    invoiceId: "1234",
    amount: "10.00",
    refundedAt: "2026-11-03T10:00:00+07:00",
    reason: `Batal ${MARK}`,
  });
  await hook("service.moved", {
    serviceId: `S"><img src=x>`,
    fromAccount: "77",
    toAccount: SHORT,
    ticket: SHORT,
  });
  await settle(api);
  Object.assign(ids, { invoice: "1234", faktur: await first("/fakturs?account=77") });
  await post("/cases", { faktur: ids["faktur"] ?? "", kind: "wrong_amount", note: `Catatan ${MARK}` });
  Object.assign(ids, { case: await first("/cases"), move: await first("/moves") });
  await post("/tokens", { name: `akunting ${MARK}`.slice(0, 100), role: "viewer" });
  await put("/kurs/USD/2026-11-04", { rate: "16500.00", kmk: `KMK ${MARK}` });
  await put("/webhooks/kantor", { url: `http://127.0.0.1:9/?a=${SHORT}`, events: ["invoice.held"] });
  await post("/reconciliation/runs", { from: "2026-11-01", to: "2026-11-03" });
  await settle(api);
  ids["run"] = await first("/reconciliation/runs");
}, 120_000);
afterAll(() => closeOnScreen({ api, authority, browser }));

/** What the mark would have become; nothing of it may be an element. */
async function isHarmless(page: Page, where: string): Promise<boolean> {
  const found = await page.evaluate<[number, string]>(
    `[document.querySelectorAll('img[src="x"], script:not([src]), [onerror]').length + (globalThis.pwned ?? 0), document.body.innerText + [...document.querySelectorAll("input, textarea")].map((one) => one.value).join(" ")]`,
  );
  expect([where, found[0]]).toEqual([where, 0]);
  return found[1].includes("<img src=x");
}

test("every page of the console shows the mark as words, or not at all", async () => {
  const page = await enterAs(browser, api, "admin");
  const shown: string[] = [];
  const all = consolePages(api.app.api).map(({ path }) => path);
  const named: readonly (readonly [RegExp, string])[] = [
    [/kasus/, ids["case"] ?? ""],
    [/rekonsiliasi/, ids["run"] ?? ""],
    [/terlihat/, ids["move"] ?? ""],
  ];
  for (const path of all) {
    const id = named.find(([place]) => place.test(path))?.[1] ?? ids["faktur"] ?? "";
    const at = path.replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(ids[name] ?? id));
    for (const query of [
      "",
      `?q=${encodeURIComponent(MARK)}&notice=${encodeURIComponent(MARK)}&ke=${encodeURIComponent(MARK)}`,
    ]) {
      await page.goto(`${api.url}/console${at}${query}`);
      if (await isHarmless(page, at)) shown.push(path);
    }
  }
  // The mark was there to be seen: lists, a company, a faktur, an invoice, cases, moves, rates, tokens, the trail.
  expect(new Set(shown).size).toBeGreaterThanOrEqual(10);
  const odd = `/perusahaan/toko/${encodeURIComponent(SHORT)}`;
  await page.goto(`${api.url}/console${odd}`);
  await isHarmless(page, odd);
  expect(page.mistakes.filter((one) => /Content Security Policy/.test(one))).toEqual([]);
});

test("a customer's page shows it as words, and what a customer reports is words in the console", async () => {
  const { url } = (await made(api.call("POST", "/accounts/toko/77/link"))).json as { url: string };
  const here = url.replace("http://127.0.0.1:8080", api.url);
  const page = await browser.visit();
  await page.goto(here);
  expect(await isHarmless(page, "/c")).toBe(true);
  const faktur = await first("/fakturs?invoice=55");
  const body = new URLSearchParams({ faktur, kind: "wrong_buyer", note: `Salah ${MARK}` });
  expect((await fetch(`${here}/koreksi`, { method: "POST", redirect: "manual", body })).status).toBe(303);
  const admin = await enterAs(browser, api, "admin");
  await admin.goto(`${api.url}/console/kasus/${await first("/cases")}`);
  expect(await isHarmless(admin, "/kasus")).toBe(true);
});

test("every mail is words, shown with no policy to stop anything, and no header is a customer's", async () => {
  const outbox = join(api.folder, "outbox");
  const names = readdirSync(outbox).filter((name) => name.endsWith(".eml"));
  expect(names.length).toBeGreaterThan(1);
  const page = await browser.visit();
  let shown = 0;
  for (const name of names) {
    const bytes = readFileSync(join(outbox, name));
    const mail = await PostalMime.parse(bytes);
    await page.setContent(mail.html ?? "", { waitUntil: "load" });
    if (await isHarmless(page, name)) shown += 1;
    const head = bytes.toString("latin1").split("\r\n\r\n")[0] ?? "";
    expect(head).not.toMatch(
      /^(?!From|To|Subject|Message-ID|Date|Reply-To|MIME-Version|Content-|X-|Auto-Submitted|References|In-Reply-To|List-|[ \t])[A-Za-z-]+:/m,
    );
  }
  expect(shown).toBeGreaterThan(0);
});
