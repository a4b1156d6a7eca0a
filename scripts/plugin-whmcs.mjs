/**
 * Packs the WHMCS plugin into dist/plugins/faktur-otomatis-whmcs-VERSION.zip, to be unpacked in WHMCS's own folder. The
 * same files give the same bytes: sorted, with a fixed time and fixed rights.
 */
import { createWriteStream, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import yazl from "yazl";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PLUGIN = join(ROOT, "plugins", "whmcs");
const MAIN = join(PLUGIN, "modules", "addons", "faktur_otomatis", "faktur_otomatis.php");

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const [, written] = /'version' => '([^']+)'/.exec(readFileSync(MAIN, "utf8")) ?? [];
if (written !== version) {
  process.stderr.write(`faktur_otomatis.php says version ${written}, package.json says ${version}.\n`);
  process.exit(1);
}

/** ZIP knows no time zone: a local time gives the same bytes everywhere. */
const SAME_TIME = new Date(2026, 0, 1);

const zip = new yazl.ZipFile();
const files = readdirSync(PLUGIN, { recursive: true, encoding: "utf8" })
  .map((name) => join(PLUGIN, name))
  .filter((file) => statSync(file).isFile())
  .map((file) => ({ file, name: relative(PLUGIN, file).split(sep).join("/") }))
  .sort((one, other) => (one.name < other.name ? -1 : 1));
for (const { file, name } of files) {
  zip.addBuffer(readFileSync(file), name, { mtime: SAME_TIME, mode: 0o100644, forceDosTimestamp: true });
}
zip.end();

const folder = process.argv[2] ?? join(ROOT, "dist", "plugins");
mkdirSync(folder, { recursive: true });
const target = join(folder, `faktur-otomatis-whmcs-${version}.zip`);
await pipeline(zip.outputStream, createWriteStream(target));
process.stdout.write(`${relative(process.cwd(), target)}\n`);
