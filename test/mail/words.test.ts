/**
 * Proves that a seller's own words are words: placeholders come from a closed list, whatever else is written is shown
 * as it is and never run, and the mark of a simulation cannot be worded away.
 */
import fc from "fast-check";
import { composeFakturMail } from "../../src/mail/message";
import { loadMailTemplates } from "../../src/mail/render";
import { sampleOf } from "../../src/mail/sample";
import { BEGINNINGS, MAIL_PARTS, PLACEHOLDERS, wordFaults, type MailWords } from "../../src/mail/words";

const templates = loadMailTemplates();
const seller = { name: "PT Hosting Utama", email: "pajak@hosting.example" };
const mail = (words: MailWords, simulated = false) =>
  composeFakturMail(sampleOf(seller, simulated), templates.worded(words));

test("without words of its own a seller has the program's mail", () => {
  const standard = composeFakturMail(sampleOf(seller, false), templates);
  expect(mail({})).toEqual(standard);
});

test("every placeholder is filled in, in every part", () => {
  const all = Object.keys(PLACEHOLDERS).map((name) => `{{${name}}}`);
  const made = mail({ subject: all.join(" "), text: all.join("\n"), html: all.join("\n") });
  for (const part of [made.subject, made.text, made.html]) expect(part).not.toMatch(/\{\{|undefined/);
  expect(made.text).toContain("04002600000012345");
  expect(made.text).toContain("Rp 110.000");
});

test.each(MAIL_PARTS)("what the program proposes for %s has no fault", (part) => {
  expect(wordFaults(part, BEGINNINGS[part])).toEqual([]);
});

test.each([
  ["{{it.pdf}}", "placeholder_unknown"],
  ["{{constructor}}", "placeholder_unknown"],
  ["{{}}", "placeholder_unknown"],
  ["{{nsfp", "placeholder_open"],
  ["nsfp}}", "placeholder_open"],
  ["satu\ndua", "subject_lines"],
  ["x".repeat(201), "words_long"],
])("%j as a subject is refused as %s", (words, code) => {
  expect(wordFaults("subject", words).map((fault) => fault.code)).toContain(code);
});

test("markup and template code in words and in names stay text", () => {
  const evil = `<script>alert(1)</script><% process.exit() %>\${1}`;
  const { html, text } = mail({ html: `${evil}\n\n{{pembeli}}`, text: evil });
  expect(html).not.toContain("<script>");
  expect(html).toContain("&lt;script&gt;");
  expect(html).toContain("PT Contoh &quot;Sejahtera&quot; &amp; Rekan");
  expect(text).toContain("<% process.exit() %>");
});

test("a value that looks like a placeholder is not filled in again", () => {
  const input = { ...sampleOf(seller, false), buyerName: "PT {{nsfp}}" };
  expect(composeFakturMail(input, templates.worded({ subject: "{{pembeli}}" })).subject).toBe("PT {{nsfp}}");
});

test("a simulation is marked whatever the words are", () => {
  const words = fc.string({ maxLength: 300 });
  fc.assert(
    fc.property(words, words, words, (subject, text, html) => {
      const made = mail({ subject, text, html }, true);
      expect(made.subject.startsWith("[SIMULASI]")).toBe(true);
      expect(made.text.startsWith("*** SIMULASI ***")).toBe(true);
      expect(made.html).toContain("tidak bernilai sebagai dokumen perpajakan");
    }),
    { numRuns: 40 },
  );
});

test("a replacement says once what it replaces, whatever the words are", () => {
  const input = { ...sampleOf(seller, false), replaces: "04002600000012344" };
  for (const words of ["Terlampir.", "{{pembuka}}", "{{ pembuka_inggris }}", "{{nsfp}}\n\n{{pembuka}}"]) {
    const made = composeFakturMail(input, templates.worded({ text: words, html: words }));
    for (const body of [made.text, made.html]) expect(body).toContain("faktur 04002600000012344");
  }
  const once = composeFakturMail(input, templates.worded({ text: "{{pembuka}}" })).text;
  expect(once.split("menggantikan faktur")).toHaveLength(2);
});
