/**
 * Makes docs/pictures/*.png, which the README shows: starts the demo in a folder of its own, signs in as finance in a real
 * Chromium and photographs the main pages. Needs `npm run build` and a Chromium (`CHROMIUM`, else /usr/bin/chromium).
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PICTURES = join(ROOT, "docs", "pictures");
/** Larger ones make the README slow to open; a test holds the same limit. */
const MOST_BYTES = 150_000;

const DESKTOP = { viewport: { width: 1180, height: 600 } };
const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true };

const folder = mkdtempSync(join(tmpdir(), "faktur-pictures-"));
const demo = spawn(process.execPath, [join(ROOT, "dist", "src", "main.js"), "demo"], {
  cwd: folder,
  env: { ...process.env, FAKTUR_PORT: "0" },
  stdio: ["ignore", "pipe", "inherit"],
});

/** What the demo prints about signing in. */
async function wayIn() {
  const said = [];
  for await (const line of createInterface({ input: demo.stdout })) {
    said.push(line);
    if (line.startsWith("Ctrl-C")) break;
  }
  const all = said.join("\n");
  const [, url] = /console\s+(http\S+\/console)/.exec(all) ?? [];
  const [, password] = /password\s+(\S+)/.exec(all) ?? [];
  const [, email] = /(finance@[\w.-]+)/.exec(all) ?? [];
  if (!url || !password || !email) throw new Error(`the demo did not say how to sign in:\n${all}`);
  return { url, password, email };
}

async function enter(browser, { url, password, email }, look) {
  const context = await browser.newContext({ ...look, locale: "id-ID" });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(password);
  await page.locator("main form button").click();
  await page.waitForURL(/\/console$/);
  return page;
}

async function take(page, name) {
  const path = join(PICTURES, `${name}.png`);
  await page.screenshot({ path });
  const { size } = statSync(path);
  process.stdout.write(`${path} ${Math.ceil(size / 1000)} kB\n`);
  if (size >= MOST_BYTES) throw new Error(`${name}.png is larger than ${MOST_BYTES} bytes`);
}

async function follow(page, link) {
  const address = await page.locator(link).first().getAttribute("href");
  await page.goto(new URL(address ?? "", page.url()).href);
}

async function photograph(browser, door) {
  const page = await enter(browser, door, { ...DESKTOP, colorScheme: "light" });
  await take(page, "beranda");
  await page.goto(`${door.url}/faktur`);
  await take(page, "faktur-daftar");
  await follow(page, 'main table a[href^="/console/faktur/"]');
  // The browser's own PDF viewer tells nobody when it has drawn.
  await page.waitForTimeout(4000);
  await take(page, "faktur");
  await page.goto(`${door.url}/perusahaan`);
  await follow(page, 'main table a[href^="/console/perusahaan/"]');
  await take(page, "tab-npwp");
  await page.goto(`${door.url}/tanpa-faktur`);
  await take(page, "tanpa-faktur");
  const phone = await enter(browser, door, { ...PHONE, colorScheme: "dark" });
  await take(phone, "ponsel");
}

mkdirSync(PICTURES, { recursive: true });
try {
  const door = await wayIn();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-lcd-text", "--lang=id-ID"],
    env: { ...process.env, LANGUAGE: "id" },
  });
  await photograph(browser, door).finally(() => browser.close());
} finally {
  const gone = new Promise((resolve) => demo.once("exit", resolve));
  demo.kill("SIGTERM");
  await gone;
  rmSync(folder, { recursive: true, force: true });
}
