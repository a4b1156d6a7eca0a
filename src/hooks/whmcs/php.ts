/**
 * Custom fields as WHMCS's API takes them: a PHP-serialised array of field number → value, in base64. PHP counts the
 * bytes of a text, not its letters (trap T46).
 */
export function phpFields(fields: Readonly<Record<string, string>>): string {
  const entries = Object.entries(fields).map(([key, value]) => {
    const index = /^(?:0|[1-9]\d{0,8})$/.test(key) ? `i:${key};` : phpText(key);
    return index + phpText(value);
  });
  const array = `a:${entries.length}:{${entries.join("")}}`;
  return Buffer.from(array, "utf8").toString("base64");
}

const phpText = (value: string): string => `s:${Buffer.byteLength(value, "utf8")}:"${value}";`;
