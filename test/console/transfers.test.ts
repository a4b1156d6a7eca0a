/**
 * Proves the pages of service moves in a real browser over a WHMCS that is there: support asks and sees every condition
 * with what to do, finance approves or refuses, the ticket's answer stands to be copied, steps are ticked, the proof
 * comes by itself; moves without a ticket are found and tied; who may not gets neither button nor act.
 */
import { furnish, made, portalBody, settle, startApi, type TestApi } from "../support/api";
import { accessibilityFaults, openBrowser, type OpenBrowser, sayYes } from "../support/browser";
import { createPeople, enterAs, lookAt } from "../support/console";
import { whmcsClient, whmcsDomain, whmcsInvoice, whmcsProduct } from "../support/whmcs-rows";
import { sendText, startWhmcs, WHMCS_API, type WhmcsStandIn } from "../support/whmcs-stand-in";

type Visit = Awaited<ReturnType<typeof enterAs>>;

const EVIL = `<img src=x onerror=alert(1)> "kutip"`;

let api: TestApi;
let whmcs: WhmcsStandIn;
let browser: OpenBrowser;
let support: Visit;
let finance: Visit;
beforeAll(async () => {
  whmcs = await startWhmcs();
  api = await startApi();
  await furnish(api);
  const body = { ...portalBody, kind: "whmcs", api: { url: whmcs.url, ...WHMCS_API } };
  await made(api.call("PUT", "/portals/whmcs", { body }));
  await made(api.call("PUT", "/accounts/whmcs/78", { body: { name: EVIL, email: "x@contoh.example" } }));
  whmcs.world.clients = [
    whmcsClient(),
    whmcsClient({ id: 78, userid: 78, email: "penerima@contoh.example", companyname: EVIL }),
  ];
  whmcs.world.products = [whmcsProduct(12)];
  whmcs.world.domains = [whmcsDomain(7)];
  whmcs.world.tickets = [
    {
      ...{ ticketid: "5", tid: "859921", userid: "77", subject: EVIL, status: "Open", service: "" },
      replies: { reply: [{ replyid: "0", message: "Tolong." }] },
    },
  ];
  await createPeople(api, ["finance", "support", "viewer"]);
  browser = await openBrowser();
  support = await enterAs(browser, api, "support");
  finance = await enterAs(browser, api, "finance");
  sayYes(support, finance);
});
afterAll(async () => {
  await browser.close();
  await api.close();
  await whmcs.close();
});

const at = (path: string): string => `${api.url}/console/pemindahan${path}`;

async function look(page: Visit, name: string): Promise<void> {
  await lookAt(page, name);
  expect(await accessibilityFaults(page)).toEqual([]);
  // A browser notes every form that was refused on purpose.
  expect(page.mistakes.filter((one) => !/status of (4(00|09|22)|503)/.test(one))).toEqual([]);
}

async function ask(ticket: string, services = "s12, d7"): Promise<string> {
  await support.goto(at("/baru"));
  await support.getByLabel("Nomor tiket").fill(ticket);
  await support.getByLabel(/^Akun asal/).fill("77");
  await support.getByLabel("Layanan", { exact: true }).fill(services);
  await support.getByLabel("E-mail akun tujuan").fill("penerima@contoh.example");
  await support.getByRole("button", { name: "Cek syarat dan ajukan" }).click();
  await support.waitForURL(/notice=transferAsked/);
  return new URL(support.url()).pathname;
}

test("with nothing there the page says what it is for; a portal that is down gives the form back", async () => {
  await support.goto(at(""));
  expect(await support.locator(".empty").textContent()).toContain("Belum ada pemindahan");
  await look(support, "transfers-empty");
  await support.getByRole("link", { name: "Ajukan pemindahan" }).click();
  await look(support, "transfer-new");
  whmcs.world.fault = (_action, response) => (sendText(response, 502, "<html>"), true);
  await support.getByLabel("Nomor tiket").fill("859921");
  await support.getByLabel(/^Akun asal/).fill("77");
  await support.getByLabel("Layanan", { exact: true }).fill("S12, D7");
  await support.getByLabel("E-mail akun tujuan").fill("penerima@contoh.example");
  await support.getByRole("button", { name: "Cek syarat dan ajukan" }).click();
  await support.getByRole("alert").waitFor();
  expect(await support.getByLabel("Layanan", { exact: true }).inputValue()).toBe("S12, D7");
  whmcs.world.fault = null;
});

test("a blocked wish names what to put right; mended and checked again it can be approved", async () => {
  whmcs.world.invoices = [whmcsInvoice(900, { status: "Unpaid" })];
  const path = await ask("#859921", "S12");
  expect(await support.locator(".checks").first().textContent()).toContain("Belum dibayar: INV-900");
  expect(await support.locator(".state-bad").first().textContent()).toBe("Terhalang");
  expect(await support.getByText("Wajib dibereskan").count()).toBe(1);
  // The half that stays behind, and the tab that is not active, are warnings.
  expect(await support.getByText("Perhatikan", { exact: true }).count()).toBe(2);
  expect(await support.locator("main").textContent()).toContain(EVIL);
  expect(await support.getByRole("button", { name: "Setujui" }).count()).toBe(0);
  await look(support, "transfer-blocked");
  await finance.goto(`${api.url}${path}`);
  expect(await finance.getByRole("button", { name: "Setujui" }).isDisabled()).toBe(true);
  whmcs.world.invoices = [];
  await support.getByRole("button", { name: "Cek ulang ke portal" }).click();
  await support.waitForURL(/notice=transferChecked/);
  expect(await support.locator(".heading").textContent()).toContain("Syarat terpenuhi");
  await support.getByLabel(/^Alasan menolak/).fill(EVIL);
  await support.getByRole("button", { name: "Tolak" }).click();
  await support.waitForURL(/notice=transferRejected/);
  expect(await support.locator("pre").textContent()).toContain(EVIL);
  expect(await support.getByRole("button", { name: "Salin jawaban" }).getAttribute("data-copy")).toContain(
    "belum dapat kami proses",
  );
});

test("a condition that fell meanwhile stops the approval, and the cause is on top", async () => {
  const path = await ask("859921");
  await finance.goto(`${api.url}${path}`);
  whmcs.world.invoices = [whmcsInvoice(902, { status: "Unpaid" })];
  await finance.getByRole("button", { name: "Setujui" }).click();
  await finance.getByRole("alert").waitFor();
  expect(await finance.getByRole("alert").textContent()).toContain("INV-902");
  whmcs.world.invoices = [];
});

test("an approval given on a page that named another destination is not taken", async () => {
  const path = await ask("859921", "S12");
  await finance.goto(`${api.url}${path}`);
  const before = whmcs.world.clients;
  const [source, receiver] = before;
  const other = whmcsClient({ id: 79, userid: 79, email: "penerima@contoh.example" });
  whmcs.world.clients = [source!, { ...receiver, email: "lama@contoh.example" }, other];
  await support.getByRole("button", { name: "Cek ulang ke portal" }).click();
  await support.waitForURL(/notice=transferChecked/);
  await finance.getByRole("button", { name: "Setujui" }).click();
  expect(await finance.getByRole("alert").textContent()).toContain("berubah sejak halaman ini dibuka");
  expect(await finance.locator("main").textContent()).toContain("#79");
  whmcs.world.clients = before;
  await support.getByLabel(/^Alasan menolak/).fill("Penerima berubah.");
  await support.getByRole("button", { name: "Tolak" }).click();
  await support.waitForURL(/notice=transferRejected/);
});

test("finance calls an approval off while nothing has moved; support has no button for it", async () => {
  const path = await ask("859921", "S12");
  const stale = await finance.context().newPage();
  await stale.goto(`${api.url}${path}`);
  await finance.goto(`${api.url}${path}`);
  await finance.getByRole("button", { name: "Setujui" }).click();
  await finance.waitForURL(/notice=transferApproved/);
  // A page that still shows the wish refuses it, and calls no approval off.
  await stale.getByLabel(/^Alasan menolak/).fill("Belum lengkap.");
  await stale.getByRole("button", { name: "Tolak" }).click();
  expect(await stale.getByRole("alert").textContent()).toContain("berubah sejak halaman ini dibuka");
  expect(await stale.locator(".state-big").textContent()).toContain("Disetujui");
  await stale.close();
  await support.goto(`${api.url}${path}`);
  expect(await support.getByRole("button", { name: "Batalkan persetujuan" }).count()).toBe(0);
  await finance.getByLabel(/^Alasan membatalkan/).fill("Penerima keliru.");
  await look(finance, "transfer-call-off");
  await finance.getByRole("button", { name: "Batalkan persetujuan" }).click();
  await finance.waitForURL(/notice=transferRejected/);
  expect(await finance.locator("pre").textContent()).toContain("tidak berlaku lagi");
});

test("a ticket that the program cannot answer is on Beranda until somebody has answered it", async () => {
  whmcs.world.tickets.push({
    ...{ ticketid: "7", tid: "859923", userid: "78", subject: "Bukan pemilik", status: "Open", service: "" },
    replies: { reply: [{ replyid: "0", message: "Tolong." }] },
  });
  const path = await ask("859923", "S12");
  await support.getByLabel(/^Alasan menolak/).fill("Tiketnya dari akun lain.");
  await support.getByRole("button", { name: "Tolak" }).click();
  await support.waitForURL(/notice=transferRejected/);
  await finance.goto(`${api.url}/console`);
  expect(await finance.locator(".chips").textContent()).toContain("Tiket dijawab sendiri 1");
  await finance.locator(`a.name[href="${path}"]`).click();
  await look(finance, "transfer-by-hand");
  await finance.getByRole("button", { name: "Tiket sudah saya jawab" }).click();
  await finance.waitForURL(/notice=done/);
  expect(await finance.locator("#jawaban").textContent()).toContain("Sudah ada di tiket");
  await finance.goto(`${api.url}/console`);
  expect(await finance.locator("main").textContent()).not.toContain("Tiket dijawab sendiri");
});

test("approved: the answer goes to the ticket, steps are ticked, and the proof comes by itself", async () => {
  // From now on it is known who has what, so that another owner is a move.
  await made(api.call("POST", "/moves/look", { body: { portal: "whmcs" } }));
  await api.app.worker.drain();
  const path = await ask("859921");
  await finance.goto(`${api.url}${path}`);
  await finance.getByRole("button", { name: "Setujui" }).click();
  await finance.waitForURL(/notice=transferApproved/);
  expect(await finance.locator("pre").textContent()).toContain("disetujui");
  expect(await finance.getByText("Belum terlihat").count()).toBe(2);
  await look(finance, "transfer-approved");
  await support.goto(`${api.url}${path}`);
  await support.getByRole("button", { name: "Sudah dilakukan 3" }).click();
  await support.waitForURL(/#langkah/);
  expect(await support.locator(".steps li").nth(2).textContent()).toContain("support@hosting.example");
  whmcs.world.products = [whmcsProduct(12, { clientid: "78" })];
  whmcs.world.domains = [whmcsDomain(7, { userid: "78" })];
  whmcs.world.invoices = [whmcsInvoice(903, { status: "Unpaid" })];
  api.clock.pass(900);
  await api.app.worker.drain();
  await support.reload();
  expect(await support.locator("section[aria-labelledby='bukti']").textContent()).toContain(
    "INV-903 (Rp 1.110.000)",
  );
  whmcs.world.invoices = [];
  expect(await support.getByText("Sudah pindah").count()).toBe(2);
  expect(await support.locator("main").textContent()).toContain("Sudah ada di tiket");
  await look(support, "transfer-done");
  await support.goto(at("?state=done"));
  expect(await support.locator("tbody tr").count()).toBe(1);
  await look(support, "transfers");
});

test("a move without a ticket is on Beranda, shows what is unpaid now, and is tied", async () => {
  await support.goto(at("/terlihat"));
  await support.getByRole("button", { name: "Tanya whmcs sekarang" }).click();
  await support.waitForURL(/notice=looking/);
  await settle(api);
  whmcs.world.products = [whmcsProduct(12, { clientid: "77" })];
  whmcs.world.domains = [whmcsDomain(7, { userid: "79" })];
  whmcs.world.tickets.push({
    ...{ ticketid: "6", tid: "859922", userid: "78", subject: "Pindah", status: "Open", service: "" },
    replies: { reply: [{ replyid: "0", message: "Tolong." }] },
  });
  await made(api.call("POST", "/moves/look", { body: { portal: "whmcs" } }));
  await settle(api);
  await finance.goto(`${api.url}/console`);
  expect(await finance.locator(".chips").textContent()).toContain("Berpindah tanpa tiket 2");
  whmcs.world.invoices = [
    whmcsInvoice(901, {
      status: "Unpaid",
      userid: 78,
      items: [{ id: 1, type: "DomainRegister", relid: 7, description: EVIL, amount: "1", taxed: 1 }],
    }),
  ];
  await support.goto(at(""));
  await support.getByRole("link", { name: "Lihat dan tautkan" }).click();
  expect(await support.locator("tbody tr").count()).toBe(2);
  await look(support, "moves");
  await support.getByRole("row").filter({ hasText: "#79" }).getByRole("link").click();
  expect(await support.locator("main").textContent()).toContain("Ditanyakan ke portal sekarang");
  await support.getByLabel(/^Nomor tiket/).fill("111111");
  await support.getByRole("button", { name: "Tautkan" }).click();
  await support.getByRole("alert").waitFor();
  await support.getByLabel(/^Nomor tiket/).fill("859922");
  await support.getByLabel(/^Catatan/).fill(EVIL);
  await look(support, "move");
  await support.getByRole("button", { name: "Tautkan" }).click();
  await support.waitForURL(/notice=tied/);
  expect(await support.locator("main").textContent()).toContain(EVIL);
});

test("a viewer sees all of it in the dark and on a phone, and can do nothing of it", async () => {
  const viewer = await enterAs(browser, api, "viewer", { theme: "dark", size: "phone" });
  for (const path of ["", "/terlihat"]) {
    await viewer.goto(at(path));
    await look(viewer, `transfers-phone${path.replace("/", "-")}`);
    expect(await viewer.locator("main button").count()).toBe(0);
    await viewer.locator("tbody a").first().click();
    await look(viewer, `transfer-phone${path.replace("/", "-")}`);
    const here = viewer.url();
    const _csrf = await viewer.locator("input[name='_csrf']").first().inputValue();
    for (const act of path === "" ? ["cek", "setuju", "tolak", "dijawab", "langkah"] : ["tautkan"]) {
      const answer = await viewer.request.post(`${here}/${act}`, { form: { _csrf } });
      expect([act, answer.status()]).toEqual([act, 403]);
    }
  }
  expect((await viewer.request.get(at("/baru"))).status()).toBe(403);
  await support.goto(at(""));
  const _csrf = await support.locator("input[name='_csrf']").first().inputValue();
  const one = await ask("859921");
  expect((await support.request.post(`${api.url}${one}/setuju`, { form: { _csrf } })).status()).toBe(403);
});
