import fc from "fast-check";

/** Ways of spoiling what is sound: bytes cut, overwritten and repeated; JSON with parts gone, doubled and of another kind. */

const place = fc.double({ min: 0, max: 1, noNaN: true });

/** Places are shares of the length, so that they fit any file. */
const spoiling = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: place }),
  fc.record({
    kind: fc.constant("write" as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  fc.record({ kind: fc.constant("repeat" as const), at: place, length: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ kind: fc.constant("flip" as const), at: place, bit: fc.integer({ min: 0, max: 7 }) }),
);
type Spoiling = typeof spoiling extends fc.Arbitrary<infer T> ? T : never;

function once(bytes: Buffer, one: Spoiling): Buffer {
  const at = Math.min(Math.floor(bytes.length * one.at), Math.max(0, bytes.length - 1));
  switch (one.kind) {
    case "cut":
      return Buffer.from(bytes.subarray(0, at));
    case "write":
      return Buffer.concat([bytes.subarray(0, at), one.bytes, bytes.subarray(at + one.bytes.length)]);
    case "repeat":
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - one.length))]);
    case "flip": {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << one.bit);
      return flipped;
    }
  }
}

/** One of the sound files, spoilt at one to four places. */
export const spoiltOf = (sound: readonly Buffer[]): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.constantFrom(...sound), fc.array(spoiling, { minLength: 1, maxLength: 4 }))
    .map(([bytes, ways]) => ways.reduce(once, bytes));

/** Values that stand where another was meant. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(null, true, "", " ", 0, -1, 1.5, 1e308, [], {}, "0", "-0", "1e9"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "__proto__",
      "constructor",
      "../../x",
      "\u0000",
      "\ud800",
      "ﷺ".repeat(50),
      "9".repeat(400),
      "=1+1",
      "<script>",
      "2026-02-30",
      "٣",
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.integer() },
);

const change = fc.record({
  at: place,
  how: fc.constantFrom("replace", "drop", "add", "double" as const),
  value: odd,
  name: fc.oneof(
    fc.constantFrom("__proto__", "constructor", "toString", "id", "state", ""),
    fc.string({ maxLength: 8 }),
  ),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Every place inside a value, as the object that holds it and its name there. */
function places(value: unknown): { readonly holder: Record<string, unknown>; readonly name: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...places(holder[name])]);
}

/** A copy of the sample in which one to four things are not as they should be. */
export function bentJson(sample: unknown): fc.Arbitrary<unknown> {
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const root = { value: structuredClone(sample) };
    for (const one of changes) bend(root, one);
    return root.value;
  });
}

function bend(root: { value: unknown }, { at, how, value, name }: Change): void {
  const all = places(root);
  const found = all[Math.min(Math.floor(all.length * at), all.length - 1)];
  if (found === undefined) return;
  const { holder } = found;
  if (how === "replace") define(holder, found.name, value);
  else if (how === "add") define(holder, Array.isArray(holder) ? String(holder.length) : name, value);
  else if (Array.isArray(holder)) {
    if (how === "drop") holder.splice(Number(found.name), 1);
    else if (holder.length < 500) holder.push(...(structuredClone(holder) as unknown[]));
  } else if (holder !== root) Reflect.deleteProperty(holder, found.name);
}

/** Also under names that mean something to the language. */
const define = (holder: object, name: string, value: unknown): void =>
  void Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });
