/** What a letter to a customer says, in the words of each language. */
import type { TaxDay } from "../../src/clock";
import { composeLetter } from "../../src/mail/letter";
import { loadLetterTemplates } from "../../src/mail/render";

test("the day on which a link ends is told in the language of its half", () => {
  const links = [{ name: "PT Contoh (77)", url: "https://faktur.example/c/v1.x" }];
  const about = { seller: "PT Hosting", sellerEmail: "pajak@hosting.example", kind: "links" as const };
  const letter = { ...about, links, andMore: false, until: "2027-05-03" as TaxDay };
  const { text } = composeLetter(letter, loadLetterTemplates());
  expect(text).toContain("lewat tautan ini sampai 3 Mei 2027.");
  expect(text).toContain("by this link until 3 May 2027.");
});
