/**
 * The plugin as a thing to install: every PHP file is one, both languages say everything that is asked for, nothing
 * reaches a page unescaped, and the ZIP has the same bytes each time and works after it was unpacked.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { filesUnder, ROOT } from "../../docs/documents";
import { runTool } from "../../support/tools";
import { phpTest, startWhmcs } from "../../support/whmcs-php";

const FOLDER = "plugins/whmcs/modules/addons/faktur_otomatis";
const files = filesUnder("plugins/whmcs");
const php = files.filter((file) => file.endsWith(".php"));
const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const { version } = JSON.parse(textOf("package.json")) as { version: string };

const keysOf = (language: string): string[] =>
  [...textOf(`${FOLDER}/lang/${language}.php`).matchAll(/\$_ADDONLANG\['(\w+)'\]/g)].map(
    (found) => found[1] ?? "",
  );

test("every PHP file is strict and short, and lies where WHMCS looks for it", () => {
  expect(php.length).toBeGreaterThan(15);
  expect(php.filter((file) => !textOf(file).includes("declare(strict_types=1);"))).toEqual([]);
  expect(php.filter((file) => textOf(file).split("\n").length > 200)).toEqual([]);
  expect(files.filter((file) => !file.startsWith(`${FOLDER}/`))).toEqual([]);
});

phpTest("php -l finds nothing in any of them", () => {
  for (const file of php) expect(runTool("php", ["-l", join(ROOT, file)])).toContain("No syntax errors");
});

phpTest("a server that lacks what the module needs is told so, and nothing is activated", () => {
  // Without its settings this PHP has no extension that is not built in.
  const script = `define('WHMCS', true); require '${join(ROOT, FOLDER)}/faktur_otomatis.php';
    echo json_encode([faktur_otomatis_activate(), faktur_otomatis_lacks(80099)]);`;
  const [told, older] = JSON.parse(runTool("php", ["-n", "-r", script])) as [object, string[]];
  expect(told).toEqual({ status: "error", description: expect.stringContaining("php-curl, php-mbstring") });
  expect(older).toEqual(["PHP 8.1", "php-curl", "php-mbstring"]);
});

test("what every PHP reads is written in the PHP of WHMCS's oldest", () => {
  const read = ["faktur_otomatis.php", "hooks.php", "lib/load.php"].map((file) =>
    textOf(`${FOLDER}/${file}`),
  );
  for (const text of read)
    expect(text).not.toMatch(/\bfn\s*\(|\bmatch\s*\(|\?->|\breadonly\b|: (?:never|mixed)\b/);
});

test("nothing that shows something can be opened past WHMCS", () => {
  const classes = /\/lib\//;
  const open = php.filter((file) => !classes.test(file) && !textOf(file).includes("defined('WHMCS')"));
  expect(open).toEqual([]);
});

test("Indonesian and English have the same words, and every word that is asked for", () => {
  const words = keysOf("indonesian");
  expect(keysOf("english")).toEqual(words);
  expect(new Set(words).size).toBe(words.length);
  const asked = files.flatMap((file) => [
    ...[...textOf(file).matchAll(/(?:->say\(|\$t\()'(\w+)'\)/g)].map((found) => found[1] ?? ""),
    ...[...textOf(file).matchAll(/\$words\.(\w+)/g)].map((found) => found[1] ?? ""),
  ]);
  expect(asked.length).toBeGreaterThan(80);
  expect(asked.filter((word) => !words.includes(word))).toEqual([]);
});

test("the customer's template escapes every value where it stands", () => {
  const template = textOf(`${FOLDER}/templates/clientarea.tpl`);
  const shown = [...template.matchAll(/\{(\$[^}]*)\}/g)].map((found) => found[1] ?? "");
  expect(shown.length).toBeGreaterThan(40);
  expect(shown.filter((value) => !/\|escape:'(?:html|url)'$/.test(value))).toEqual([]);
});

test("the version is the project's", () => {
  expect(textOf(`${FOLDER}/faktur_otomatis.php`)).toContain(`'version' => '${version}'`);
});

phpTest(
  "the ZIP has the same bytes each time, holds every file in order, and works after unpacking",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "faktur-plugin-"));
    const name = `faktur-otomatis-whmcs-${version}.zip`;
    const pack = (into: string, zone: string) =>
      execFileSync(process.execPath, [join(ROOT, "scripts", "plugin-whmcs.mjs"), join(folder, into)], {
        env: { ...process.env, TZ: zone },
      });
    try {
      pack("one", "Asia/Jakarta");
      pack("two", "UTC");
      const [one, two] = ["one", "two"].map((into) => readFileSync(join(folder, into, name)));
      expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);

      const listed = runTool("unzip", ["-Z1", join(folder, "one", name)])
        .trim()
        .split("\n");
      expect(listed).toEqual(files.map((file) => file.replace("plugins/whmcs/", "")).sort());
      expect(runTool("unzip", ["-l", join(folder, "one", name)])).toContain("2026-01-01 00:00");

      runTool("unzip", ["-q", join(folder, "one", name), "-d", join(folder, "out")]);
      for (const file of listed.filter((one) => one.endsWith(".php"))) {
        expect(runTool("php", ["-l", join(folder, "out", file)])).toContain("No syntax errors");
      }
      const whmcs = await startWhmcs({ modules: join(folder, "out", "modules") });
      try {
        expect(await whmcs.run("config")).toMatchObject({ name: "Faktur Otomatis", version });
        await whmcs.fire(["InvoicePaid", { invoiceid: 1 }]);
        expect((await whmcs.queue()).map(({ type }) => type)).toEqual(["invoice.paid"]);
      } finally {
        await whmcs.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test("the ZIP carries only what WHMCS runs", () => {
  const endings = new Set(files.map((file) => basename(file).replace(/^.*\./, "")));
  expect([...endings].sort()).toEqual(["php", "tpl"]);
});
