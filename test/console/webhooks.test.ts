/** Proves the page of outgoing webhooks in a real browser: made, tried, its log read, the secret shown once. */
import { startApi, type TestApi } from "../support/api";
import { accessibilityFaults, openBrowser, type OpenBrowser } from "../support/browser";
import { createPeople, enterAs } from "../support/console";
import { startReceiver, type Receiver } from "../webhooks/receiver";

let api: TestApi;
let browser: OpenBrowser;
let receiver: Receiver;
beforeAll(async () => {
  api = await startApi();
  await createPeople(api, ["finance", "viewer"]);
  receiver = await startReceiver();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
  await api.close();
});

test("finance makes a webhook, sends a test and reads the answer; the secret is shown once", async () => {
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}/console/pengaturan/webhook`);
  expect(await page.locator(".empty").count()).toBe(1);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel("Nama singkat").fill("akuntansi");
  await page.getByLabel("Alamat (https)").fill("http://luar.example/hook");
  await page.getByLabel("Faktur disetujui DJP").check();
  await page.getByRole("button", { name: "Simpan" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("https://");
  expect(await page.getByLabel("Faktur disetujui DJP").isChecked()).toBe(true);
  await page.getByLabel("Alamat (https)").fill(receiver.url);
  await page.getByRole("button", { name: "Simpan" }).click();
  expect(await page.getByRole("status").textContent()).toContain("whsec_");
  await page.getByRole("button", { name: "Kirim percobaan" }).click();
  await page.waitForURL(/nama=akuntansi/);
  receiver.answer((response) => void response.writeHead(200).end("<b>ya</b>"));
  await api.app.worker.drain();
  await page.reload();
  expect(await page.locator("main").textContent()).not.toContain("whsec_");
  expect(await page.locator("tbody tr").textContent()).toContain("<b>ya</b>");
  expect(await accessibilityFaults(page)).toEqual([]);
  if (process.env["PICTURES"])
    await page.screenshot({ path: `${process.env["PICTURES"]}/webhook.png`, fullPage: true });
  // The first refusal of the form is logged by the browser as such.
  expect(page.mistakes.filter((one) => !one.includes("422"))).toEqual([]);
});

test("a viewer reads it, on a phone and in the dark, and can change nothing", async () => {
  const page = await enterAs(browser, api, "viewer", { theme: "dark", size: "phone" });
  await page.goto(`${api.url}/console/pengaturan/webhook?nama=akuntansi`);
  expect(await page.locator("tbody tr").count()).toBe(1);
  expect(await page.getByRole("button", { name: "Kirim percobaan" }).count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  if (process.env["PICTURES"])
    await page.screenshot({ path: `${process.env["PICTURES"]}/webhook-phone.png`, fullPage: true });
  const token = await page.locator("input[name='_csrf']").first().inputValue();
  const form = { _csrf: token, name: "akuntansi" };
  const answer = await page.request.post(`${api.url}/console/pengaturan/webhook/matikan`, { form });
  expect(answer.status()).toBe(403);
});
