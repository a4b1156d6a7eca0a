/** Proves the list of fakturs in a real browser: what it shows, finds, filters and does to several at once. */
import { startApi, furnish, made, npwpBody, pay, settle, startSimulator, type TestApi } from "../support/api";
import { accessibilityFaults, openBrowser, type OpenBrowser } from "../support/browser";
import { createPeople, enterAs } from "../support/console";

let api: TestApi;
let browser: OpenBrowser;
let authority: Awaited<ReturnType<typeof startSimulator>>;
beforeAll(async () => {
  api = await startApi();
  authority = await startSimulator(api.clock);
  await createPeople(api, ["finance", "viewer"]);
  browser = await openBrowser();
  await furnish(api, authority.url);
  const evil = { ...npwpBody, name: `PT <script>alert(1)</script> & "Anak"` };
  await made(api.call("PUT", "/accounts/toko/77/npwp", { body: evil }));
  await made(api.call("POST", "/accounts/toko/77/npwp/activate"));
  for (const id of ["1", "2", "3"]) await pay(api, id);
  await settle(api);
});
afterAll(async () => {
  await browser.close();
  await authority.close();
  await api.close();
});

test.each([
  ["light", "desktop"],
  ["dark", "phone"],
] as const)("the list is sound in %s on a %s", async (theme, size) => {
  const page = await enterAs(browser, api, "finance", { theme, size });
  await page.goto(`${api.url}/console/faktur`);
  expect(await page.locator("tbody tr").count()).toBe(3);
  expect(await page.locator("tbody tr").first().textContent()).toContain(
    `PT <script>alert(1)</script> & "Anak"`,
  );
  if (process.env["PICTURES"])
    await page.screenshot({ path: `${process.env["PICTURES"]}/fakturs-${theme}.png` });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(page.mistakes).toEqual([]);
});

test("search and filters find what they name, and an empty answer says so", async () => {
  const page = await enterAs(browser, api, "viewer");
  await page.keyboard.press("/");
  await page.keyboard.type("INV-2");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=INV-2/);
  expect(await page.locator("tbody tr").allTextContents()).toHaveLength(1);
  await page.getByLabel("Status").selectOption("rejected");
  await page.getByRole("button", { name: "Tampilkan" }).click();
  expect(await page.locator(".empty").textContent()).toContain("Tidak ada faktur yang cocok");
});

test("several are mailed again at once; a viewer has no such button and no such way", async () => {
  const page = await enterAs(browser, api, "finance");
  await page.goto(`${api.url}/console/faktur`);
  await page.locator("[data-tick-all]").check();
  expect(await page.locator("[data-ticked]").textContent()).toBe("3");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: "Kirim ulang e-mail" }).click();
  await page.waitForURL(/notice=queued/);
  await settle(api);
  const { json } = await api.call("GET", "/fakturs");
  for (const one of json["items"] as { id: string }[]) {
    const { deliveries } = (await api.call("GET", `/fakturs/${one.id}`)).json as { deliveries: unknown[] };
    expect(deliveries).toHaveLength(2);
  }
  const viewer = await enterAs(browser, api, "viewer");
  await viewer.goto(`${api.url}/console/faktur`);
  expect(await viewer.getByRole("button", { name: "Kirim ulang e-mail" }).count()).toBe(0);
  const token = await viewer.locator("input[name='_csrf']").first().inputValue();
  const answer = await viewer.request.post(`${api.url}/console/faktur/kirim-ulang`, {
    form: { _csrf: token, pilih: "x" },
  });
  expect(answer.status()).toBe(403);
});

test("what cannot be uploaded is refused by name", async () => {
  const page = await enterAs(browser, api, "finance");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.goto(`${api.url}/console/faktur?q=INV-3`);
  await page.locator("input[name='pilih']").check();
  await page.getByRole("button", { name: "Unggah" }).click();
  await page.getByText("0 diterima, 1 tidak").waitFor();
  expect(await page.getByRole("status").textContent()).toContain("INV-3");
});
