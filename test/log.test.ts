// Proves that what others say is logged without the numbers and mail addresses in it, however they are written, and that
// ids, instants and addresses of machines stay, by which things are found.
import fc from "fast-check";
import { describeCause, masked, maskedPath } from "../src/log";

test("a greylisting server's words name neither the mailbox nor the taxpayer", () => {
  const said =
    "450 4.2.0 <pajak@contoh.example>: NPWP 01.345.678.9-012.000 (PT Contoh) greylisted, see 0013 4567 8901 2000";
  const cause = new Error("mail_temporary", { cause: new Error(said) });
  expect(describeCause(cause)).toBe(
    "Error: mail_temporary <- Error: 450 4.2.0 <p***@contoh.example>: NPWP 0134…00 (PT Contoh) greylisted, see 0013…00",
  );
});

test.each([
  ["0013456789012000", "0013…00"],
  ["NPWP0013456789012000", "NPWP0013…00"],
  ["0013456789012000000000", "0013…00"],
  ["01.345.678.9-012.000", "0134…00"],
  ["01 345 678 9 012 000", "0134…00"],
  ["01\u00a0345\u2013678_9\n012-000", "0134…00"],
  ["a@x.example,b.c+d@y.example", "a***@x.example,b***@y.example"],
  ["<pajak@contoh.example>:", "<p***@contoh.example>:"],
  ["mailto:é@contoh.example", "mailto:é***@contoh.example"],
])("%j is logged as %j", (words, shown) => {
  expect(masked(words)).toBe(shown);
});

test.each([
  "connect ECONNREFUSED 192.168.100.200:3306",
  "at 2026-11-22T15:50:37.123Z and 2026-11-22 15:50:37",
  "019a0b12345678901234567890abcdef is missing",
  "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
  "sha256:" + "0123456789abcdef".repeat(4),
  "450 4.2.0 5.7.1 greylisted for 300 s",
  "getaddrinfo ENOTFOUND fe80::1234:5678:9abc:def0",
])("%j stays as it is", (words) => {
  expect(masked(words)).toBe(words);
});

test("a taxpayer's number parted in any way never goes into the log whole", () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 15, maxLength: 22 });
  const parts = fc.array(fc.constantFrom("", "", "", ".", "-", " "), { minLength: 22, maxLength: 22 });
  fc.assert(
    fc.property(digits, parts, fc.string(), fc.string(), (number, between, before, after) => {
      const written = number.map((digit, index) => `${digit}${between[index] ?? ""}`).join("");
      const shown = masked(`${before} ${written} ${after}`).replace(/[.\- ]/g, "");
      expect(shown).not.toContain(number.join(""));
    }),
  );
});

test("a long word costs no more than its length", () => {
  const started = performance.now();
  masked("a".repeat(1_000_000));
  masked("1-".repeat(500_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});

test.each([
  ["/accounts/toko/0013456789012000", "/accounts/toko/0013…00"],
  ["/accounts/toko/01%2E345%2E678%2E9-012%2E000", "/accounts/toko/0134…00"],
  ["/accounts/toko/billing%40contoh.example/npwp", "/accounts/toko/b***@contoh.example/npwp"],
  ["/accounts/toko/%zz", "/accounts/toko/%zz"],
  ["/c/v1.abc.def.ghi/faktur/1", "/c/…"],
])("the address %s is logged as %s", (path, shown) => {
  expect(maskedPath(path)).toBe(shown);
});
