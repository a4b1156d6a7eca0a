/** Sealed secrets: what was closed opens under the same key and purpose only, and never twice to the same text. */
import fc from "fast-check";
import { createSeal } from "../src/seal";
import { certificatePurpose, channelPurpose, portalApiPurpose, portalSecretsPurpose } from "../src/seals";

const seal = createSeal(Buffer.alloc(32, 1));
const wrongKey = expect.objectContaining({ code: "config_invalid" });

test("whatever is closed opens again, and does not lie open in between", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 8 }), fc.string(), (plain, purpose) => {
      const closed = seal.close(plain, purpose);
      expect(seal.open(closed, purpose)).toBe(plain);
      expect(closed).not.toContain(plain);
    }),
  );
});

test("what an earlier version closed opens still", () => {
  expect(seal.open("v1.BwcHBwcHBwcHBwcH.ffiACTRLE/TcT0JaIqkqzw==./5KCxXzH0IHaMw==", "p")).toBe("rahasia é");
});

test("the same secret is closed differently each time", () => {
  expect(seal.close("rahasia", "p")).not.toBe(seal.close("rahasia", "p"));
});

test("another key does not open it", () => {
  expect(() => createSeal(Buffer.alloc(32, 2)).open(seal.close("rahasia", "p"), "p")).toThrow(wrongKey);
});

test("a value moved to another place does not open", () => {
  const closed = seal.close("rahasia", channelPurpose("a"));
  for (const purpose of [
    channelPurpose("b"),
    certificatePurpose("a"),
    portalApiPurpose("a"),
    portalSecretsPurpose("a"),
  ]) {
    expect(() => seal.open(closed, purpose)).toThrow(wrongKey);
  }
});

test("one changed character, or text that was never sealed, does not open", () => {
  const closed = seal.close("rahasia", "p");
  for (let at = 3; at < closed.length; at += 1) {
    // The padding, and the character before it with its unused bits, may change without a meaning.
    const other = closed[at] === "Q" ? "A" : "Q";
    const changed = `${closed.slice(0, at)}${other}${closed.slice(at + 1)}`;
    if (closed[at] === "=" || closed[at + 1] === "=") continue;
    expect(() => seal.open(changed, "p")).toThrow(wrongKey);
  }
  for (const text of ["", "rahasia", "v1", "v1...", "v2.a.b.c"])
    expect(() => seal.open(text, "p")).toThrow(wrongKey);
});

test("a tag that was cut does not open, however much is left of it", () => {
  const [version, nonce, tag = "", body] = seal.close("rahasia", "p").split(".");
  const cut = (bytes: number): string => {
    const left = Buffer.from(tag, "base64").subarray(0, bytes).toString("base64");
    return [version, nonce, left, body].join(".");
  };
  expect(seal.open(cut(16), "p")).toBe("rahasia");
  for (const bytes of [1, 3, 4, 8, 12, 13, 14, 15]) {
    expect(() => seal.open(cut(bytes), "p")).toThrow(wrongKey);
    expect(seal.keyOf(cut(bytes), "p")).toBe("neither");
  }
});
