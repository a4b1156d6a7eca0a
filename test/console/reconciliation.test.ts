/**
 * Proves the page of comparisons in a real browser: differences kind by kind with what to do and the way there, any days
 * compared on the spot, what could not be compared, a run that is kept, the file, and Beranda's word of it.
 */
import type { RunningAuthority } from "../../src/simulator/authority";
import { furnish, made, pay, settle, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";
import { accessibilityFaults, type OpenBrowser } from "../support/browser";
import { enterAs, lookAt } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

type Visit = Awaited<ReturnType<typeof enterAs>>;

const EVIL = `<img src=x onerror=alert(1)>`;

let api: TestApi;
let authority: RunningAuthority;
let browser: OpenBrowser;
let finance: Visit;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "viewer"]));
  finance = await enterAs(browser, api, "finance");
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const at = (path: string): string => `${api.url}/console/rekonsiliasi${path}`;

async function look(page: Visit, name: string): Promise<void> {
  await lookAt(page, name);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(page.mistakes).toEqual([]);
}

test("before anything was compared the page says when it will be", async () => {
  await finance.goto(at(""));
  expect(await finance.locator(".empty").textContent()).toContain("tiap pagi");
  await look(finance, "reconciliation-empty");
});

test("the days asked for are compared at once: kinds with their fix, links, the file; a bad range is told in place", async () => {
  await furnish(api, authority.url);
  await enterCompany(api);
  for (const id of ["1", "2"]) await pay(api, id);
  await settle(api);
  await api.app.db.knex("fakturs").update({ ppn: "1" });
  await api.app.db.knex("invoices").where({ external_id: "1" }).update({ number: EVIL });
  await finance.goto(at(""));
  await finance.getByLabel("Dari").fill("2026-11-01");
  await finance.getByLabel("Sampai").fill("2026-11-03");
  await finance.getByRole("button", { name: "Bandingkan" }).click();
  await finance.waitForURL(/from=2026-11-01&to=2026-11-03/);
  const group = finance.locator("section.card").filter({ hasText: "DPP atau PPN di kanal pajak berbeda" });
  expect(await group.locator("h2").textContent()).toContain("(2)");
  expect(await group.locator("h2").textContent()).toContain("Genting");
  expect(await group.textContent()).toContain("perbaiki lewat faktur pengganti");
  expect(await group.textContent()).toContain(EVIL);
  // A portal of the generic kind keeps no list to compare with, and that is said.
  expect(await finance.getByText("Tidak dapat dibandingkan").count()).toBe(1);
  await look(finance, "reconciliation-now");
  const file = await finance.request.get(
    `${api.url}${(await finance.getByRole("link", { name: "Unduh CSV" }).getAttribute("href")) ?? ""}`,
  );
  expect(file.headers()["content-type"]).toMatch(/^text\/csv/);
  expect((await file.text()).trim().split("\r\n")).toHaveLength(3);
  await group
    .getByRole("link", { name: /^Buka faktur/ })
    .first()
    .click();
  await finance.waitForURL(/\/console\/faktur\//);
  await finance.goto(at("?from=2026-01-01&to=2026-11-03"));
  expect(await finance.getByRole("alert").textContent()).toContain("92");
});

test("a run is asked for, its page shows the result by itself, and it stands in the list", async () => {
  await finance.goto(at("?from=2026-11-01&to=2026-11-03"));
  await finance.getByLabel(/^Kirim laporannya/).check();
  await finance.getByRole("button", { name: "Jalankan" }).click();
  await finance.getByText("Sedang dibandingkan").waitFor();
  await look(finance, "reconciliation-waiting");
  await settle(api);
  await finance.getByText("Ada selisih").waitFor();
  expect(await finance.locator("main").textContent()).toContain("2 selisih");
  await look(finance, "reconciliation-run");
  const file = await finance.request.get(
    `${api.url}${(await finance.getByRole("link", { name: "Unduh CSV" }).getAttribute("href")) ?? ""}`,
  );
  expect((await file.text()).trim().split("\r\n")).toHaveLength(3);
  await finance.reload();
  expect(await finance.locator("main").textContent()).toContain("utama (terkirim)");
  await finance.goto(at(""));
  expect(await finance.locator("#hasil").textContent()).toBe("Hasil terakhir");
  expect(await finance.locator("tbody").last().locator("tr").count()).toBe(1);
});

test("Beranda tells of the daily one while it differs, and no more once a later one finds it gone", async () => {
  await api.app.reconciling.schedule();
  api.clock.set("2026-11-04T06:00:00+07:00");
  await settle(api);
  // A session does not live through a whole night.
  finance = await enterAs(browser, api, "finance");
  expect(await finance.locator(".chips").textContent()).toContain("Selisih rekonsiliasi 1");
  await finance.getByRole("link", { name: "2 selisih" }).click();
  await finance.waitForURL(/rekonsiliasi\/[0-9a-f]/);
  await api.app.db.knex("fakturs").update({ ppn: "110000" });
  const [run] = (await made(api.call("GET", "/reconciliation/runs"))).json["items"] as {
    from: string;
    to: string;
  }[];
  await made(api.call("POST", "/reconciliation/runs", { body: { from: run?.from, to: run?.to } }));
  await settle(api);
  await finance.goto(`${api.url}/console`);
  expect(await finance.locator("main").textContent()).not.toContain("Selisih rekonsiliasi");
});

test("a viewer compares, in the dark and on a phone, and keeps no run", async () => {
  const viewer = await enterAs(browser, api, "viewer", { theme: "dark", size: "phone" });
  await api.app.db.knex("fakturs").update({ ppn: "1" });
  await viewer.goto(at("?from=2026-11-01&to=2026-11-04"));
  expect(await viewer.getByRole("button", { name: "Jalankan" }).count()).toBe(0);
  await look(viewer, "reconciliation-phone");
  const _csrf = await viewer.locator("input[name='_csrf']").first().inputValue();
  expect((await viewer.request.post(at("/jalankan"), { form: { _csrf } })).status()).toBe(403);
});
