// Proves that sealed values open only with their key, at their place and unaltered.
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import type { AppError } from "../src/errors";
import { createSeal } from "../src/seal";

const key = randomBytes(32);
const seal = createSeal(key);
const codeOf = (thrown: () => unknown) => {
  try {
    return thrown();
  } catch (error) {
    return (error as AppError).code;
  }
};

test("what was closed opens again, whatever it is", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (plain, purpose) => {
      expect(seal.open(seal.close(plain, purpose), purpose)).toBe(plain);
    }),
  );
});

test("the same value is never sealed the same way twice", () => {
  expect(seal.close("a", "p")).not.toBe(seal.close("a", "p"));
});

test("another key, another place and any altered part are refused", () => {
  const sealed = seal.close("rahasia", "channel:utama");
  expect(codeOf(() => createSeal(randomBytes(32)).open(sealed, "channel:utama"))).toBe("config_invalid");
  expect(codeOf(() => seal.open(sealed, "channel:lain"))).toBe("config_invalid");
  const parts = sealed.split(".");
  for (const index of parts.keys()) {
    const altered = parts.with(index, Buffer.from("lain").toString("base64")).join(".");
    expect(codeOf(() => seal.open(altered, "channel:utama"))).toBe("config_invalid");
  }
  for (const nothing of ["", "v1", "v1...", "plain"]) {
    expect(codeOf(() => seal.open(nothing, "channel:utama"))).toBe("config_invalid");
  }
});
