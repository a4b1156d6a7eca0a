// Proves the choice of language by Accept-Language, and the shape of a problem document (RFC 9457).
import fc from "fast-check";
import { languageOf, problem } from "../src/problem";
import { text } from "../src/text";

test.each([
  [undefined, "id"],
  ["", "id"],
  ["*", "id"],
  ["fr, de;q=0.5", "id"],
  ["en", "en"],
  ["en-US,en;q=0.9", "en"],
  ["EN-gb", "en"],
  ["id-ID,id;q=0.9,en-US;q=0.8", "id"],
  ["in", "id"],
  ["fr, en;q=0.3", "en"],
  ["id;q=0.2, en;q=0.7", "en"],
  ["en;q=0.5, id;q=0.5", "en"],
  ["en;q=0", "id"],
  ["en;q=abc", "id"],
])("Accept-Language %j asks for %s", (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test("arbitrary headers always give a language", () => {
  fc.assert(fc.property(fc.string(), (header) => expect(["id", "en"]).toContain(languageOf(header))));
});

test("a problem carries the language asked for, and faults only when there are any", () => {
  const fault = {
    code: "field_missing",
    path: "/a",
    message: text("tidak ada", "missing"),
    fix: text("isi", "fill in"),
  };
  expect(problem(400, "malformed", text("salah", "wrong"), "en", [fault])).toEqual({
    type: "about:blank",
    title: "Bad Request",
    status: 400,
    code: "malformed",
    detail: "wrong",
    faults: [{ code: "field_missing", path: "/a", message: "missing", fix: "fill in" }],
  });
  expect(problem(404, "not_found", text("tidak ada", "nothing"), "id")).not.toHaveProperty("faults");
});
