import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type Page } from "playwright-core";

/** A real Chromium over the console; what it logs as an error and what axe finds fails the test. */

const axeSource = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

export interface Look {
  readonly theme?: "light" | "dark";
  readonly size?: "desktop" | "phone";
}

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;

export interface OpenBrowser {
  /** A page of its own visitor, with nobody's cookies. */
  visit(look?: Look): Promise<Page & { readonly mistakes: string[] }>;
  close(): Promise<void>;
}

/** Without windows each visit takes a quarter of the processor: with them, a window and its furniture are drawn for nobody. */
const CHROMIUM = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

export async function openBrowser(): Promise<OpenBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM.find((path) => existsSync(path)) ?? CHROMIUM.join(" "),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  return {
    async visit(look = {}) {
      const context = await browser.newContext({
        viewport: SIZES[look.size ?? "desktop"],
        colorScheme: look.theme ?? "light",
        locale: "id-ID",
        isMobile: look.size === "phone",
      });
      const page = await context.newPage();
      const mistakes: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") mistakes.push(`${message.text()} ${message.location().url}`);
      });
      page.on("pageerror", (error) => mistakes.push(error.message));
      return Object.assign(page, { mistakes });
    },
    close: () => browser.close(),
  };
}

/** Says yes to whatever these pages ask. One that is gone before it is answered is missed by what waits for its outcome. */
export function sayYes(...pages: readonly Page[]): void {
  for (const page of pages) page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
}

/** What axe-core holds against a page (WCAG 2.1 A and AA), as `rule: target`. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Through the debugger's door: the page's own policy lets no foreign script in, and must not.
  await page.evaluate(axeSource);
  return page.evaluate<string[]>(`axe.run(document, ${JSON.stringify(RULES)}).then((found) =>
    found.violations.flatMap((one) => one.nodes.map((node) => one.id + ": " + node.target.join(" ") + " " + node.failureSummary)))`);
}

const RULES = { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } };
