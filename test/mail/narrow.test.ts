/**
 * Proves that no mail is wider than a phone, whatever long words stand in it: the address of a page in a seller's own words, an
 * invoice's number, somebody's e-mail address. How: a real Chromium shows them as narrow as a phone is.
 */
import { composeLetter } from "../../src/mail/letter";
import { composeFakturMail } from "../../src/mail/message";
import { loadLetterTemplates, loadMailTemplates } from "../../src/mail/render";
import { sampleOf } from "../../src/mail/sample";
import { openBrowser, type OpenBrowser } from "../support/browser";

const templates = loadMailTemplates();
const LONG = "a".repeat(180);
const faktur = {
  ...sampleOf({ name: "PT Hosting Utama", email: `${LONG.slice(0, 60)}@hosting.example` }, false),
  ...{ invoiceNumber: LONG.slice(0, 90), consoleUrl: `https://faktur.example/c/${LONG}` },
};
const letter = { seller: "PT Hosting Utama", sellerEmail: faktur.sellerEmail, company: "PT Contoh" };

let browser: OpenBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test.each([
  ["of a faktur", composeFakturMail(faktur, templates)],
  [
    "in a seller's own words",
    composeFakturMail(faktur, templates.worded({ html: "{{invoice}}: {{tautan}}" })),
  ],
  [
    "to a customer",
    composeLetter({ ...letter, kind: "changed", wanted: `${LONG}@contoh.example` }, loadLetterTemplates()),
  ],
])("the mail %s", async (_name, { html }) => {
  const page = await browser.visit({ size: "phone" });
  await page.setContent(html);
  expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
});
