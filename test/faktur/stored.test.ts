/**
 * Proves that what is stored is read back as it was, big integers and moments too, and that its text is to the letter what
 * JSON's own replacer makes of it: hashes of stored invoices rest on that text.
 */
import fc from "fast-check";
import { readValue, writeValue } from "../../src/faktur/stored";

/** As it was first written, asked for every value. */
const byReplacer = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key: string, plain: unknown) {
    const original = this[key];
    if (typeof original === "bigint") return { $n: original.toString() };
    if (original instanceof Date) return { $t: original.toISOString() };
    return plain;
  });

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
);
const { whole } = fc.letrec((tie) => ({
  whole: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("whole"), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 6 }), tie("whole"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

test("what was written is read back", () => {
  fc.assert(fc.property(whole, (value) => expect(readValue(writeValue(value))).toEqual(value)));
});

test("the text is what it always was", () => {
  fc.assert(fc.property(whole, (value) => expect(writeValue(value)).toBe(byReplacer(value))));
});

test.each([
  ["what is not there is left out", { a: undefined, b: 1n }, '{"b":{"$n":"1"}}'],
  ["in a list its place stays", [undefined, 2n], '[null,{"$n":"2"}]'],
  ["names of numbers come first, as ever", { b: 1, 2: 2, 1: 1 }, '{"1":1,"2":2,"b":1}'],
])("%s", (_what, value, text) => {
  expect(writeValue(value)).toBe(text);
  expect(byReplacer(value)).toBe(text);
});

test("a name that means something to the language is a name", () => {
  const read = readValue('{"__proto__":{"a":{"$n":"5"}},"constructor":1}') as object;
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(Object.getOwnPropertyDescriptor(read, "__proto__")?.value).toEqual({ a: 5n });
  expect(writeValue(read)).toBe('{"__proto__":{"a":{"$n":"5"}},"constructor":1}');
});
