/** Proves the words of a seller's mails in a real browser: worded, seen in both themes, tried, mailed, restored. */
import type { RunningAuthority } from "../../src/simulator/authority";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { furnish, pay, settle, type TestApi } from "../support/api";
import { enterCompany } from "../support/furnished";
import { accessibilityFaults, type OpenBrowser, sayYes } from "../support/browser";
import { emailOf, enterAs } from "../support/console";
import { closeOnScreen, startOnScreen } from "../support/on-screen";

let api: TestApi;
let browser: OpenBrowser;
let authority: RunningAuthority;
beforeAll(async () => {
  ({ api, authority, browser } = await startOnScreen(["finance", "support"]));
  await furnish(api, authority.url);
});
afterAll(() => closeOnScreen({ api, authority, browser }));

const outbox = (): string[] => {
  const folder = join(api.folder, "outbox");
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
};

test("finance words the mail, sees it, mails it to itself, uses it and takes it back", async () => {
  const page = await enterAs(browser, api, "finance");
  sayYes(page);
  const address = `${api.url}/console/pengaturan/e-mail/utama`;
  await page.goto(`${api.url}/console/pengaturan/e-mail`);
  await page.getByRole("link", { name: "PT Hosting Utama" }).click();
  await page.waitForURL(address);
  const frame = page.frameLocator("iframe[name='pratinjau']");
  await frame.getByText("Faktur Pajak", { exact: true }).waitFor();
  if (process.env["PICTURES"])
    await page.screenshot({ path: `${process.env["PICTURES"]}/mail-words.png`, fullPage: true });
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.locator("#html").fill("Halo {{pembeli}} <script>alert(1)</script>");
  await page.getByRole("button", { name: "Lihat gelap" }).click();
  await frame.getByText(`Halo PT Contoh "Sejahtera" & Rekan <script>alert(1)</script>`).waitFor();
  expect(page.url()).toBe(address);

  await page.locator("#subject").fill("Faktur {{it.nsfp}}");
  await page.locator("#subject").press("Enter");
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("alert").textContent()).toContain("{{it.nsfp}} tidak dikenal");
  expect(await page.locator("#subject").inputValue()).toBe("Faktur {{it.nsfp}}");
  await page.locator("#subject").fill("Faktur kami {{nsfp}}");
  await page.locator("#subject").press("Enter");
  await page.waitForURL(/notice=saved/);
  expect(await page.locator("main").textContent()).toContain("Faktur kami 04002600000012345");

  await page.getByRole("button", { name: "Kirim contoh ke saya" }).click();
  await page.waitForURL(/notice=testSent/);
  expect(outbox().join()).toContain(`To: ${emailOf("finance")}`);
  expect(outbox().join()).toContain("[SIMULASI] Faktur kami");

  await enterCompany(api);
  await pay(api, "1");
  await settle(api);
  expect(outbox().filter((mail) => mail.includes("Faktur kami 0"))).toHaveLength(2);

  await page.getByRole("button", { name: "Pakai bawaan" }).click();
  await page.waitForURL(/notice=restored/);
  expect(await page.locator("main").textContent()).not.toContain("Faktur kami");
  expect(page.mistakes.filter((one) => !one.includes("status of 422"))).toEqual([]);
});

test("support neither sees nor changes the words; a token without an address mails nothing", async () => {
  const page = await enterAs(browser, api, "support", { theme: "dark", size: "phone" });
  await page.goto(`${api.url}/console/pengaturan`);
  expect(await page.getByRole("link", { name: "Kata-kata e-mail" }).count()).toBe(0);
  expect((await page.request.get(`${api.url}/console/pengaturan/e-mail/utama`)).status()).toBe(403);
  const answer = await api.call("POST", "/sellers/utama/mail/test");
  expect([answer.status, answer.problem.code]).toEqual([422, "refused"]);
});
