import fc from "fast-check";
import { odd } from "./spoil";

/** Values as a JSON Schema of the OpenAPI document describes them, and now and then beside it. */

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;
const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

/** As the schema says, with one in ten parts odd. */
export function bySchema(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: fitting(schema) }, { weight: 1, arbitrary: odd });
}

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  const choice = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choice)) return fc.oneof(...choice.filter(isSchema).map(bySchema));
  if (Array.isArray(schema["allOf"])) {
    const parts = schema["allOf"].filter(isSchema).map(fitting);
    return fc.tuple(...parts).map((values) => Object.assign({}, ...values) as unknown);
  }
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  if ("const" in schema) return fc.constant(schema["const"]);
  const type = Array.isArray(schema["type"]) ? (schema["type"] as unknown[])[0] : schema["type"];
  switch (type) {
    case "string":
      return words(schema);
    case "integer":
      return fc.integer(range(schema));
    case "number":
      return fc.double({
        noNaN: true,
        min: number(schema["minimum"], -1e9),
        max: number(schema["maximum"], 1e9),
      });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array": {
      const items = isSchema(schema["items"]) ? bySchema(schema["items"]) : odd;
      return fc.array(items, { maxLength: Math.min(number(schema["maxItems"], 4), 6) });
    }
    case "object":
      return object(schema);
    default:
      return odd;
  }
}

function range(schema: Schema): { min: number; max: number } {
  const min = Math.max(number(schema["minimum"], -10), -1e9);
  return { min, max: Math.max(min, Math.min(number(schema["maximum"], 1_000), 1e9)) };
}

function words(schema: Schema): fc.Arbitrary<unknown> {
  const samples = fc.constantFrom(
    ...["utama", "toko", "77", "1234", "2026-11-03", "2026-11", "2026-11-03T09:10:00+07:00", "1110000.00"],
    ...["0012345678012000", "0012345678012000000000", "PT Contoh", "pajak@contoh.example", "IDR", "04"],
    ...["https://hosting.example/", "UM.0023", "160105", "00:00", "24:00"],
  );
  const length = { minLength: Math.min(number(schema["minLength"], 0), 50), maxLength: 60 };
  const any = fc.string({ unit: "grapheme", ...length });
  const pattern = typeof schema["pattern"] === "string" ? matching(schema["pattern"]) : any;
  return fc.oneof(samples, pattern, any);
}

/** Not every pattern of the language can be turned round. */
function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, "u"), { maxLength: 60 });
  } catch {
    return fc.string();
  }
}

function object(schema: Schema): fc.Arbitrary<unknown> {
  const properties = isSchema(schema["properties"]) ? schema["properties"] : {};
  const parts = Object.entries(properties).map(([name, value]) => [
    name,
    isSchema(value) ? bySchema(value) : odd,
  ]);
  const required = Array.isArray(schema["required"]) ? (schema["required"] as string[]) : [];
  const fields = fc.record(Object.fromEntries(parts) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: required,
  });
  const extra = fc.dictionary(fc.string({ maxLength: 12 }), odd, { maxKeys: 2 });
  const more = schema["additionalProperties"];
  return fc.oneof(
    {
      weight: 8,
      arbitrary: isSchema(more) ? fc.dictionary(fc.string(), bySchema(more), { maxKeys: 3 }) : fields,
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fields, extra).map(([one, other]) => ({ ...one, ...other })),
    },
  );
}
