/**
 * Proves that the table of settings in the README and `.env.example` name what config.ts reads, with its defaults: a
 * default that is set explicitly must change nothing, and a setting that is called needed must be.
 */
import { randomBytes } from "node:crypto";
import { parseConfig, type Environment } from "../../src/config";
import { asAppError } from "../../src/errors";
import { readDocument, rows, section } from "./documents";

const source = readDocument("src/config.ts");
const read = new Set(source.match(/\b(?:FAKTUR|AWS)_[A-Z0-9_]+\b/g));

const NEEDED: Environment = {
  FAKTUR_MAIL_FROM: "Faktur <faktur@hosting.example>",
  FAKTUR_MASTER_KEY: randomBytes(32).toString("base64"),
};
const FOR_S3: Environment = {
  ...NEEDED,
  FAKTUR_DOCUMENTS_URL: "s3://bucket/prefix",
  AWS_ACCESS_KEY_ID: "id",
  AWS_SECRET_ACCESS_KEY: "secret",
};

const settings = rows(section(readDocument("README.md"), "Settings")).map(
  ([name = "", value = "", meaning = ""]) => ({
    name: name.replaceAll("`", ""),
    value: value === "none" ? null : value.replaceAll("`", ""),
    meaning,
  }),
);

/** The settings that are complained of. */
function faultsOf(environment: Environment): string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (thrown) {
    return asAppError(thrown).faults.map((fault) => fault.path);
  }
}

test("the README names every setting once, and none that is not read", () => {
  expect(settings.map(({ name }) => name).sort()).toEqual([...read].sort());
});

test.each(settings.filter(({ value }) => value !== null))(
  "$name is $value when nothing is said",
  (setting) => {
    const needed = setting.name.startsWith("AWS_") ? FOR_S3 : NEEDED;
    const explicit = parseConfig({ ...needed, [setting.name]: setting.value ?? "" });
    expect(explicit).toEqual(parseConfig(needed));
  },
);

test.each(settings.filter(({ value }) => value === null))("$name has no default", ({ name, meaning }) => {
  const needed = name.startsWith("AWS_") ? FOR_S3 : NEEDED;
  expect(() => parseConfig(needed)).not.toThrow();
  const expected = meaning.includes("needed") ? [name] : [];
  expect(faultsOf({ ...needed, [name]: "" })).toEqual(expected);
});

test(".env.example names every setting and nothing else", () => {
  const named = readDocument(".env.example").match(/^(?:# )?([A-Z0-9_]+)=/gm) ?? [];
  expect(named.map((line) => line.replace(/^# |=$/g, "")).sort()).toEqual([...read].sort());
});
